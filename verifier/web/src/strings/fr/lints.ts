import type { CounterTexts } from '../en/index.ts';

export const lints: CounterTexts['lints'] = {
  short_time: (seconds) => `Elle laisse trop peu de temps pour lire ce qui est demandé : ${seconds} s. Donnez-en 60 ou plus.`,
  long_time: (seconds) => `Ses codes valent ${seconds} s, si longtemps qu’on peut les transmettre. 120 suffisent le plus souvent.`,
  missing_language: (languages) => `Son nom existe en ${languages}, sa raison non. C’est la raison que lisent les habitants.`,
  not_registered: () => 'Ce guichet n’est pas enregistré, donc chaque portefeuille avertit.',
  date_shown: (of) => `Elle demande à voir la date « ${of} ». Là où un âge ou une limite suffit, qu’elle demande cela.`,
  count_shown: (of) => `Elle demande à voir le nombre « ${of} ». Là où une limite suffit, qu’elle demande cela.`,
  identifies: (of) => `Elle demande à voir « ${of} », à quoi une personne se reconnaît. Ne le demandez que si le but l’exige.`,
  many_shown: (many) => `Elle demande à voir ${many} choses d’une même carte. Ensemble elles désignent une personne.`,
  pins_value: (of) => `Ce qu’elle demande de « ${of} » ne laisse qu’une réponse. Les portefeuilles disent que c’est montré.`,
  recognises: () => 'Avec elle, ce guichet reconnaît les gens quand ils reviennent. Retirez cela, sauf si c’est le but.',
  too_fresh: (days, renewed) => `Elle refuse de bonnes cartes : elles ont droit à ${days} jours au plus, et sont renouvelées tous les ${renewed} jours.`,
  too_stale: (days, renewed) => `Elle accepte des cartes jusqu’à ${days} jours après leur retrait ; elles sont renouvelées tous les ${renewed} jours.`,
  beyond_registration: (purpose) => `Elle demande plus que ce pour quoi ce guichet est enregistré sous « ${purpose} », donc chaque portefeuille avertit.`,
};

export const causes: CounterTexts['causes'] = {
  unknown_schema: (schema) => `La liste de confiance en usage n’a pas de carte « ${schema} ». Chargez une liste plus récente, ou faites changer la règle.`,
  several_schemas: (schema, ids) => `La liste de confiance a plusieurs cartes « ${schema} ». La règle doit en nommer une par son identifiant : ${ids}.`,
  unknown_attribute: (schema, attribute) => `La carte « ${schema} » n’a rien qui s’appelle « ${attribute} ».`,
  no_issuer: (schema) => `Aucun bureau qu’elle accepte ne donne la carte « ${schema} » en ce moment. Chargez une liste plus récente, ou faites changer la règle.`,
  one_statement: (attribute) => `Elle doit dire exactement une chose à prouver de « ${attribute} ».`,
  type: (attribute) => `Ce qu’elle demande de prouver de « ${attribute} » ne va pas avec ce que c’est.`,
  shown_and_proved: (attribute) => `Elle demande à voir « ${attribute} » et à en prouver quelque chose. Ce qui est montré n’a pas besoin de preuve.`,
  day: (given) => `« ${given} » n’est pas un jour comme 2026-01-31.`,
  equality: (attribute) => `« ${attribute} » ne se compare qu’avec une carte précédente qui est montrée à côté.`,
  nothing: (schema) => `Elle demande la carte « ${schema} », et rien de ce qui y figure.`,
  request: () => 'Aucun portefeuille n’accepterait cette question. Faites vérifier la règle par qui l’a faite.',
};

export const place: CounterTexts['place'] = (alternative, card) => `Choix ${alternative}, carte ${card}`;
