import type { Home } from '../en/home.ts';

const s = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const home: Home = {
  title: 'Uw kaarten',
  stack: 'Uw kaarten, over elkaar',
  stackHint: 'Met de pijltjestoetsen gaat u van kaart naar kaart.',
  open: 'Deze kaart openen',
  empty: {
    title: 'Nog geen kaarten',
    text: 'Uw eerste kaart komt van een dienst, zoals uw gemeente. Die geeft u een code op een scherm, in een brief of als link.',
    steps: ['Vraag de dienst een kaart voor op uw telefoon.', 'Scan de code die u krijgt.', 'Bekijk wat er wordt aangeboden, en neem het aan.'],
    scan: 'De code van de dienst scannen',
  },
  states: {
    current: 'Bijgewerkt',
    due: 'Toe aan vernieuwing',
    stale: 'Te oud',
    revoked: 'Niet meer vernieuwd',
    rebind: 'Wacht op de dienst',
  },
  stateText: {
    current: 'U kunt deze kaart gebruiken.',
    due: 'U kunt deze kaart nog gebruiken. De vernieuwing wordt vanzelf opgehaald zodra de dienst antwoordt.',
    stale: 'De meeste loketten nemen deze kaart niet meer aan, want ze is niet op tijd vernieuwd. Verbind dit toestel en vernieuw ze.',
    revoked: 'De dienst vernieuwt deze kaart niet meer. Loketten zullen ze weigeren. Vraag de dienst waarom; was het een vergissing, dan krijgt u een nieuwe.',
    rebind: 'Deze kaart komt uit een reservekopie. De dienst moet ze eerst aan dit toestel koppelen. Dat gebeurt vanzelf bij de volgende vernieuwing, of aan het loket van de dienst.',
  },
  paperText: 'De dienst geeft vernieuwingen als bestand. Haal er daar een op en open het hier.',
  renewed: (day) => `Vernieuwd op ${day}`,

  notices: {
    rolled_back: {
      title: 'Deze portefeuille is ouder dan ze was',
      text: 'Haar bestanden zijn teruggezet naar een vroegere toestand, misschien door een kopie van het hele toestel. Kaarten en geschiedenis van daarna ontbreken. Hebt u dat niet gedaan, vraag dan hulp. Dit staat hier tot u een nieuwe reservekopie maakt.',
    },
    no_trust_list: {
      title: 'De portefeuille kent nog geen diensten',
      text: 'Scan of open eerst de lijst van diensten. Uw gemeente toont ze als code.',
    },
    trust_list_over: {
      title: 'De lijst van diensten is verlopen',
      text: 'U ziet niet meer wie er vraagt. Haal de nieuwste lijst bij uw gemeente of op haar website.',
    },
    no_backup: {
      title: 'Er is nog geen reservekopie',
      text: 'Raakt dit toestel verloren, dan ook uw kaarten. Een reservekopie maken duurt twee minuten.',
    },
    rebind: {
      title: 'Uw kaarten wachten op hun diensten',
      text: 'Ze komen uit een reservekopie. Elke dienst moet haar kaart aan dit toestel koppelen voor u ze kunt gebruiken.',
    },
  },
  actions: {
    no_trust_list: 'De lijst scannen',
    trust_list_over: 'De lijst scannen',
    no_backup: 'Reservekopie maken',
    rebind: 'Naar de vernieuwing',
  },

  card: {
    title: 'Kaart',
    values: 'Wat erop staat',
    coveredHint: 'Afgedekt, zodat niemand meeleest.',
    shownHint: 'Het wordt weer afgedekt als u dit scherm verlaat.',
    show: 'Tonen wat erop staat',
    cover: 'Weer afdekken',
    none: 'niet ingevuld',
    state: 'Hoe het ermee staat',
    issuer: 'Van',
    last: 'Laatst vernieuwd',
    renew: 'Vernieuwing',
    lost: 'Als deze telefoon verloren raakt',
    lostText: 'Druk nu een blad met een code af en bewaar het thuis. Daarmee zet de dienst deze kaart meteen stop, ook als u geen telefoon meer hebt.',
    sheet: 'Blad voor bij verlies',
    remove: 'Deze kaart verwijderen',
    removeTitle: (card) => `“${card}” verwijderen?`,
    removeText: 'De kaart verdwijnt van dit toestel en is van hieruit niet terug te halen. De dienst heeft uw gegevens nog en kan u een nieuwe kaart geven. In een reservekopie van vroeger blijft ze staan.',
    gone: 'Deze kaart is er niet meer',
  },

  sheet: {
    title: 'Blad voor een verloren telefoon',
    lead: 'Druk dit af en bewaar het niet bij uw telefoon.',
    heading: 'Als mijn telefoon verloren is',
    steps: (office) => [
      `Bel of bezoek ${office}.`,
      'Zeg dat uw telefoon verloren is en geef de code hieronder.',
      'De dienst zet de kaart stop. Vanaf de volgende vernieuwing neemt niemand ze nog aan.',
    ],
    card: 'Kaart',
    office: 'Dienst',
    code: 'Code om de kaart stop te zetten',
    spoken: 'Lees de code groep per groep voor.',
    safe: 'Wie deze code heeft, kan de kaart stopzetten en niets anders: er staat niets over u in, en ze werkt niet als kaart.',
    name: 'Een naam op het blad zetten',
    nameHint: 'Laat die weg als anderen het blad kunnen vinden.',
    nameLabel: 'Naam',
    belongs: 'Hoort toe aan',
    made: (day) => `Gemaakt op ${day}`,
    print: 'Afdrukken',
  },

  renewal: {
    title: 'Vernieuwing',
    lead: 'Kaarten worden af en toe vernieuwd, zodat een verloren kaart gauw niet meer werkt.',
    byItself: 'Dat gebeurt vanzelf, op een moment dat niets zegt over wanneer of waar u uw kaarten gebruikt.',
    off: 'Vanzelf vernieuwen staat uit. U kunt het aanzetten bij de instellingen.',
    next: (when) => `Volgende keer vanzelf: ${when}`,
    last: (when) => `Laatst gevraagd: ${when}`,
    never: 'Nog niet gevraagd',
    cards: 'Uw kaarten',
    due: (day) => `Volgende vernieuwing op ${day}`,
    from: (host) => `Opgehaald bij ${host}`,
    paper: 'Komt als bestand van de dienst',
    now: 'Nu vernieuwen',
    nowHint: 'De diensten zien dat u het nu vraagt. Wilt u zo meteen een kaart gebruiken, dan hoeft u niet eerst te vernieuwen.',
    waiting: (n) => s(n, 'Eén kaart moet nog door haar dienst worden goedgekeurd.', `${n} kaarten moeten nog door hun dienst worden goedgekeurd.`),
    done: {
      renewed: (n) => s(n, 'Eén kaart is vernieuwd.', `${n} kaarten zijn vernieuwd.`),
      arrived: (n) => s(n, 'Eén nieuwe kaart is aangekomen.', `${n} nieuwe kaarten zijn aangekomen.`),
      revoked: (n) => s(n, 'Eén kaart wordt door haar dienst niet meer vernieuwd.', `${n} kaarten worden door hun dienst niet meer vernieuwd.`),
      unreachable: (n) => s(n, 'Eén dienst antwoordde niet. De portefeuille probeert het later opnieuw.', `${n} diensten antwoordden niet. De portefeuille probeert het later opnieuw.`),
      nothing: 'Alles was al bijgewerkt.',
    },
    none: 'Er is geen kaart om te vernieuwen.',
  },
};
