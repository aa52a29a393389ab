import type { CounterTexts } from '../en/index.ts';

export const lints: CounterTexts['lints'] = {
  short_time: (seconds) => `Het geeft mensen te weinig tijd om te lezen wat er gevraagd wordt: ${seconds} s. Geef er 60 of meer.`,
  long_time: (seconds) => `Zijn codes gelden ${seconds} s, zo lang dat ze doorgegeven kunnen worden. Meestal volstaan er 120.`,
  missing_language: (languages) => `De naam is er in ${languages}, de reden niet. Inwoners lezen de reden.`,
  not_registered: () => 'Dit loket is niet geregistreerd, dus elke portefeuille waarschuwt.',
  date_shown: (of) => `Het vraagt de datum „${of}” te zien. Laat het een leeftijd of een grens vragen waar die volstaat.`,
  count_shown: (of) => `Het vraagt het getal „${of}” te zien. Laat het een grens vragen waar die volstaat.`,
  identifies: (of) => `Het vraagt „${of}” te zien, waaraan iemand herkend kan worden. Vraag dat alleen waar het doel het nodig heeft.`,
  many_shown: (many) => `Het vraagt ${many} dingen van één kaart te zien. Samen wijzen ze één persoon aan.`,
  pins_value: (of) => `Wat het over „${of}” vraagt, laat maar één antwoord over. Portefeuilles zeggen dat het getoond wordt.`,
  recognises: () => 'Hiermee herkent dit loket mensen wanneer ze terugkomen. Laat dat weg, tenzij het de bedoeling is.',
  too_fresh: (days, renewed) => `Het weigert goede kaarten: ze mogen hoogstens ${days} dagen oud zijn, en worden om de ${renewed} dagen vernieuwd.`,
  too_stale: (days, renewed) => `Het aanvaardt kaarten tot ${days} dagen nadat ze ingetrokken zijn; ze worden om de ${renewed} dagen vernieuwd.`,
  beyond_registration: (purpose) => `Het vraagt meer dan waarvoor dit loket onder „${purpose}” geregistreerd is, dus elke portefeuille waarschuwt.`,
};

export const causes: CounterTexts['causes'] = {
  unknown_schema: (schema) => `De vertrouwenslijst in gebruik heeft geen kaart „${schema}”. Laad een nieuwere lijst, of laat het beleid aanpassen.`,
  several_schemas: (schema, ids) => `De vertrouwenslijst heeft meer dan één kaart „${schema}”. Het beleid moet er één bij haar id noemen: ${ids}.`,
  unknown_attribute: (schema, attribute) => `Op de kaart „${schema}” staat niets dat „${attribute}” heet.`,
  no_issuer: (schema) => `Geen kantoor dat het aanvaardt, geeft nu de kaart „${schema}”. Laad een nieuwere lijst, of laat het beleid aanpassen.`,
  one_statement: (attribute) => `Het moet precies één ding zeggen dat over „${attribute}” te bewijzen is.`,
  type: (attribute) => `Wat het over „${attribute}” wil laten bewijzen, past niet bij wat dat is.`,
  shown_and_proved: (attribute) => `Het vraagt „${attribute}” te zien en er iets van te bewijzen. Wat getoond wordt, hoeft niet bewezen te worden.`,
  day: (given) => `„${given}” is geen dag zoals 2026-01-31.`,
  equality: (attribute) => `„${attribute}” kan alleen vergeleken worden met een eerdere kaart die ernaast getoond wordt.`,
  nothing: (schema) => `Het vraagt de kaart „${schema}”, en niets wat erop staat.`,
  request: () => 'Geen portefeuille zou deze vraag aannemen. Laat het beleid nakijken door wie het maakte.',
};

export const place: CounterTexts['place'] = (alternative, card) => `Keuze ${alternative}, kaart ${card}`;
