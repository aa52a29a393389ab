//! What a letter says, in three languages. `{}` stands for what differs from letter to letter.

/// A letter's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Dutch.
    Dutch,
    /// French.
    French,
}

impl Language {
    /// The language of a tag such as `nl` or `nl-NL`; English for others.
    pub fn of(tag: &str) -> Self {
        match tag.split('-').next() {
            Some("nl") => Self::Dutch,
            Some("fr") => Self::French,
            _ => Self::English,
        }
    }

    /// Its tag.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Dutch => "nl",
            Self::French => "fr",
        }
    }

    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &ENGLISH,
            Self::Dutch => &DUTCH,
            Self::French => &FRENCH,
        }
    }
}

pub(super) struct Texts {
    /// With the card's name.
    pub(super) title: &'static str,
    /// With the card's name.
    pub(super) opening: &'static str,
    pub(super) steps: [&'static str; 4],
    pub(super) symbol: &'static str,
    /// With day and time.
    pub(super) until: &'static str,
    pub(super) one_device: &'static str,
    /// With a number.
    pub(super) devices: &'static str,
    /// With the letter's number.
    pub(super) number: &'static str,
    pub(super) unasked: &'static str,
    pub(super) code_title: &'static str,
    /// With the card's name.
    pub(super) code_opening: &'static str,
    pub(super) apart: &'static str,
    pub(super) nobody_asks: &'static str,
    pub(super) months: [&'static str; 12],
}

const ENGLISH: Texts = Texts {
    title: "Your {} on your phone",
    opening: "With this letter you put your {} into the wallet on your phone. It takes a few \
              minutes.",
    steps: [
        "Open the wallet on your phone and choose “Add a card”.",
        "Point the camera at the square code below.",
        "Type the six digits that are on the other sheet.",
        "Look at what the card says of you. If it is right, accept it.",
    ],
    symbol: "The square code that the wallet reads with the camera",
    until: "The code works until {}.",
    one_device: "It works once, on one device.",
    devices: "It works on at most {} devices.",
    number: "If a wallet asks for the number of this letter, it is {}.",
    unasked: "Did you not ask for this letter, or is something on the card wrong? Then do not \
              accept the card, and tell us.",
    code_title: "Your transaction code",
    code_opening: "The wallet asks for these six digits when you add your {}:",
    apart: "Keep this sheet apart from the letter with the square code. Whoever has both can add \
            the card to a phone. Destroy this sheet once the card is on your phone.",
    nobody_asks: "We never ask for this code by telephone, by e-mail or at your door.",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

const DUTCH: Texts = Texts {
    title: "Uw {} op uw telefoon",
    opening: "Met deze brief zet u uw {} in de wallet op uw telefoon. Dat duurt een paar minuten.",
    steps: [
        "Open de wallet op uw telefoon en kies “Kaart toevoegen”.",
        "Richt de camera op de vierkante code hieronder.",
        "Typ de zes cijfers die op het andere blad staan.",
        "Kijk wat de kaart over u zegt. Klopt het, neem de kaart dan aan.",
    ],
    symbol: "De vierkante code die de wallet met de camera leest",
    until: "De code werkt tot {}.",
    one_device: "Hij werkt één keer, op één toestel.",
    devices: "Hij werkt op ten hoogste {} toestellen.",
    number: "Vraagt een wallet om het nummer van deze brief: het is {}.",
    unasked: "Hebt u niet om deze brief gevraagd, of staat er iets verkeerds op de kaart? Neem de \
              kaart dan niet aan en laat het ons weten.",
    code_title: "Uw transactiecode",
    code_opening: "De wallet vraagt om deze zes cijfers als u uw {} toevoegt:",
    apart: "Bewaar dit blad niet bij de brief met de vierkante code. Wie beide heeft, kan de kaart \
            op een telefoon zetten. Vernietig dit blad zodra de kaart op uw telefoon staat.",
    nobody_asks: "Wij vragen nooit om deze code per telefoon, per e-mail of aan uw deur.",
    months: [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
};

const FRENCH: Texts = Texts {
    title: "Votre {} sur votre téléphone",
    opening: "Cette lettre vous permet de mettre votre {} dans le portefeuille de votre téléphone. \
              Cela prend quelques minutes.",
    steps: [
        "Ouvrez le portefeuille sur votre téléphone et choisissez « Ajouter une carte ».",
        "Dirigez l’appareil photo vers le code carré ci-dessous.",
        "Tapez les six chiffres qui se trouvent sur l’autre feuille.",
        "Regardez ce que la carte dit de vous. Si c’est exact, acceptez-la.",
    ],
    symbol: "Le code carré que le portefeuille lit avec l’appareil photo",
    until: "Le code est valable jusqu’au {}.",
    one_device: "Il sert une fois, sur un seul appareil.",
    devices: "Il sert sur {} appareils au plus.",
    number: "Si un portefeuille demande le numéro de cette lettre : {}.",
    unasked: "Vous n’avez pas demandé cette lettre, ou quelque chose est faux sur la carte ? \
              N’acceptez pas la carte et prévenez-nous.",
    code_title: "Votre code de transaction",
    code_opening: "Le portefeuille demande ces six chiffres quand vous ajoutez votre {} :",
    apart: "Gardez cette feuille à part de la lettre avec le code carré. Qui a les deux peut \
            mettre la carte sur un téléphone. Détruisez cette feuille dès que la carte est sur \
            votre téléphone.",
    nobody_asks: "Nous ne demandons jamais ce code par téléphone, par courriel ou à votre porte.",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
};
