import type { Home } from '../en/home.ts';

const s = (n: number, one: string, other: string): string => (n < 2 ? one : other);

export const home: Home = {
  title: 'Vos cartes',
  stack: 'Vos cartes, l’une sur l’autre',
  stackHint: 'Les flèches mènent d’une carte à l’autre.',
  open: 'Ouvrir cette carte',
  empty: {
    title: 'Pas encore de carte',
    text: 'Votre première carte vient d’un service, comme votre commune. Il vous donne un code à l’écran, dans une lettre ou sous forme de lien.',
    steps: ['Demandez au service une carte pour votre téléphone.', 'Scannez le code qu’il vous donne.', 'Regardez ce qu’il propose, et acceptez-le.'],
    scan: 'Scanner le code du service',
  },
  states: {
    current: 'À jour',
    due: 'À renouveler',
    stale: 'Trop ancienne',
    revoked: 'N’est plus renouvelée',
    rebind: 'Attend son service',
  },
  stateText: {
    current: 'Vous pouvez utiliser cette carte.',
    due: 'Vous pouvez encore utiliser cette carte. Son renouvellement se fait de lui-même dès que le service répond.',
    stale: 'La plupart des guichets n’acceptent plus cette carte, car elle n’a pas été renouvelée à temps. Connectez cet appareil et renouvelez-la.',
    revoked: 'Le service ne renouvelle plus cette carte. Les guichets la refuseront. Demandez-lui pourquoi ; si c’est une erreur, il vous en donne une nouvelle.',
    rebind: 'Cette carte vient d’une sauvegarde. Son service doit d’abord la lier à cet appareil. Cela se fait de soi-même au prochain renouvellement, ou au guichet du service.',
  },
  paperText: 'Son service remet les renouvellements dans un fichier. Allez-y en chercher un et ouvrez-le ici.',
  renewed: (day) => `Renouvelée le ${day}`,

  notices: {
    rolled_back: {
      title: 'Ce portefeuille est plus ancien qu’il n’était',
      text: 'Ses fichiers ont été remis dans un état antérieur, peut-être par une copie de tout l’appareil. Les cartes et l’historique d’après manquent. Si ce n’est pas vous, demandez de l’aide. Ceci reste affiché jusqu’à votre prochaine sauvegarde.',
    },
    no_trust_list: {
      title: 'Le portefeuille ne connaît encore aucun service',
      text: 'Scannez ou ouvrez d’abord la liste des services. Votre commune la montre sous forme de code.',
    },
    trust_list_over: {
      title: 'La liste des services n’est plus valable',
      text: 'Vous ne voyez plus qui vous demande quelque chose. Prenez la dernière liste auprès de votre commune ou sur son site.',
    },
    no_backup: {
      title: 'Il n’y a pas encore de sauvegarde',
      text: 'Si cet appareil est perdu, vos cartes le sont aussi. Une sauvegarde prend deux minutes.',
    },
    rebind: {
      title: 'Vos cartes attendent leurs services',
      text: 'Elles viennent d’une sauvegarde. Chaque service doit lier sa carte à cet appareil avant que vous puissiez l’utiliser.',
    },
  },
  actions: {
    no_trust_list: 'Scanner la liste',
    trust_list_over: 'Scanner la liste',
    no_backup: 'Faire une sauvegarde',
    rebind: 'Voir le renouvellement',
  },

  card: {
    title: 'Carte',
    values: 'Ce qu’elle contient',
    coveredHint: 'Masqué, pour que personne ne lise par-dessus votre épaule.',
    shownHint: 'Tout est masqué de nouveau quand vous quittez cet écran.',
    show: 'Montrer ce qu’elle contient',
    cover: 'Masquer de nouveau',
    none: 'non rempli',
    state: 'Où elle en est',
    issuer: 'De',
    last: 'Dernier renouvellement',
    renew: 'Renouvellement',
    lost: 'Si ce téléphone est perdu',
    lostText: 'Imprimez maintenant une feuille avec un code, et gardez-la chez vous. Avec elle, le service arrête cette carte aussitôt, même si vous n’avez plus de téléphone.',
    sheet: 'Feuille en cas de perte',
    remove: 'Retirer cette carte',
    removeTitle: (card) => `Retirer « ${card} » ?`,
    removeText: 'Elle disparaît de cet appareil et ne peut pas être rétablie d’ici. Le service a toujours vos données et peut vous donner une nouvelle carte. Une sauvegarde antérieure en garde la copie.',
    gone: 'Cette carte n’est plus ici',
  },

  sheet: {
    title: 'Feuille pour un téléphone perdu',
    lead: 'Imprimez ceci et ne le gardez pas avec votre téléphone.',
    heading: 'Si mon téléphone est perdu',
    steps: (office) => [
      `Appelez ou allez voir : ${office}.`,
      'Dites que votre téléphone est perdu et donnez le code ci-dessous.',
      'Le service arrête la carte. Dès le prochain renouvellement, personne ne l’accepte plus.',
    ],
    card: 'Carte',
    office: 'Service',
    code: 'Code pour arrêter la carte',
    spoken: 'Lisez le code à voix haute, groupe par groupe.',
    safe: 'Qui a ce code peut arrêter la carte, et rien d’autre : il ne montre rien de vous et ne sert pas de carte.',
    name: 'Mettre un nom sur la feuille',
    nameHint: 'N’en mettez pas si d’autres peuvent trouver la feuille.',
    nameLabel: 'Nom',
    belongs: 'Appartient à',
    made: (day) => `Fait le ${day}`,
    print: 'Imprimer',
  },

  renewal: {
    title: 'Renouvellement',
    lead: 'Les cartes sont renouvelées de temps en temps, pour qu’une carte perdue cesse vite de fonctionner.',
    byItself: 'Cela se fait de soi-même, à un moment qui ne dit rien de quand ni d’où vous utilisez vos cartes.',
    off: 'Le renouvellement automatique est désactivé. Vous pouvez l’activer dans les réglages.',
    next: (when) => `Prochaine fois, de soi-même : ${when}`,
    last: (when) => `Dernière demande : ${when}`,
    never: 'Pas encore demandé',
    cards: 'Vos cartes',
    due: (day) => `Prochain renouvellement le ${day}`,
    from: (host) => `Pris auprès de ${host}`,
    paper: 'Vient du service, dans un fichier',
    now: 'Renouveler maintenant',
    nowHint: 'Les services voient que vous demandez maintenant. Si vous allez utiliser une carte, il n’est pas nécessaire de la renouveler d’abord.',
    waiting: (n) => s(n, 'Une carte doit encore être approuvée par son service.', `${n} cartes doivent encore être approuvées par leurs services.`),
    done: {
      renewed: (n) => s(n, 'Une carte a été renouvelée.', `${n} cartes ont été renouvelées.`),
      arrived: (n) => s(n, 'Une nouvelle carte est arrivée.', `${n} nouvelles cartes sont arrivées.`),
      revoked: (n) => s(n, 'Une carte n’est plus renouvelée par son service.', `${n} cartes ne sont plus renouvelées par leurs services.`),
      unreachable: (n) => s(n, 'Un service n’a pas répondu. Le portefeuille réessaiera plus tard.', `${n} services n’ont pas répondu. Le portefeuille réessaiera plus tard.`),
      nothing: 'Tout était déjà à jour.',
    },
    none: 'Il n’y a pas de carte à renouveler.',
  },
};
