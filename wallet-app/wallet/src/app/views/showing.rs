//! Requests, reviews, answers and the history.

use base64::prelude::{BASE64_STANDARD, Engine};
use glimpse_core::presentation::{Disclosed, Proved, ReviewError, ReviewItem, Stated};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request, as the holder sees it before she agrees.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReviewView {
    /// By which commands name this step.
    pub step: u32,
    /// Who asks.
    pub verifier: String,
    /// Why, in the verifier's own words.
    pub purpose: String,
    /// The purpose's code, as registered.
    pub purpose_code: String,
    /// Until when it may be answered.
    pub expires: u64,
    /// Where the answer goes by network; nothing where it goes by QR code.
    pub online: Option<String>,
    /// What the holder should know first.
    pub warnings: Vec<WarningView>,
    /// Any one of these answers.
    pub alternatives: Vec<AlternativeView>,
}

/// One way to answer.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AlternativeView {
    /// It can be answered: this would be shared, and nothing else.
    Possible {
        /// From each card.
        items: Vec<ItemView>,
        /// What the holder should know of this one.
        warnings: Vec<WarningView>,
    },
    /// It cannot.
    Impossible {
        /// Why.
        reason: Reason,
    },
}

/// Why an alternative cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no such card.
    NoCard,
    /// The card must be renewed first.
    TooOld,
    /// What is asked is not true of it.
    NotTrue,
    /// Who asks is not known, and would know the holder again.
    Stranger,
    /// The request does not fit the card, or the card is not bound to this device.
    Misfit,
}

impl From<ReviewError> for Reason {
    fn from(error: ReviewError) -> Self {
        match error {
            ReviewError::NoCredential => Self::NoCard,
            ReviewError::TooOld => Self::TooOld,
            ReviewError::NotTrue => Self::NotTrue,
            ReviewError::Unregistered => Self::Stranger,
            _ => Self::Misfit,
        }
    }
}

/// What would be shared of one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ItemView {
    /// The card; 0 in the history.
    pub card: i64,
    /// The card's name.
    pub credential: String,
    /// Its issuer, which the verifier learns.
    pub issuer: String,
    /// Shared as they are. In the history without their values.
    pub disclosed: Vec<DisclosedView>,
    /// Proved, while the attribute itself is not shared.
    pub proves: Vec<ProofView>,
    /// Stays hidden.
    pub hidden: Vec<String>,
    /// The day of the card's last renewal, which the verifier learns.
    pub renewed: String,
    /// Whether the verifier knows the holder again when she comes back.
    pub pseudonym: bool,
}

impl ItemView {
    pub(crate) fn new(item: &ReviewItem, card: i64, renewed: String) -> Self {
        let disclosed = |shown: &Disclosed| DisclosedView {
            name: shown.name.clone(),
            value: shown.value.clone(),
            date: shown.date,
            rare: shown.rare,
            photo: shown
                .photo
                .as_ref()
                .map(|jpeg| BASE64_STANDARD.encode(jpeg)),
        };
        let proof = |proved: &Proved| ProofView {
            attribute: proved.attribute.clone(),
            stated: proved.stated.clone().into(),
        };
        Self {
            card,
            credential: item.credential.clone(),
            issuer: item.issuer.clone(),
            disclosed: item.disclosed.iter().map(disclosed).collect(),
            proves: item.proves.iter().map(proof).collect(),
            hidden: item.hidden.clone(),
            renewed,
            pseudonym: item.pseudonym,
        }
    }
}

/// An attribute that is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DisclosedView {
    /// Its name.
    pub name: String,
    /// Its value in words; empty in the history.
    pub value: String,
    /// Whether the value is a day.
    pub date: bool,
    /// Whether few people have this value, so that whoever sees it could know the holder again.
    pub rare: bool,
    /// A photo's JPEG in base64; nothing in the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub photo: Option<String>,
}

/// Something that is proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProofView {
    /// The attribute, which is not shared.
    pub attribute: String,
    /// What is stated of it.
    pub stated: StatedView,
}

/// What is stated. Values are in words, days as in "1990-05-31".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StatedView {
    /// The holder is so many years old or older.
    Age {
        /// Years.
        years: u8,
    },
    /// At most.
    AtMost {
        /// The bound.
        value: String,
    },
    /// At least.
    AtLeast {
        /// The bound.
        value: String,
    },
    /// This day or an earlier one.
    OnOrBefore {
        /// The bound.
        day: String,
    },
    /// This day or a later one.
    OnOrAfter {
        /// The bound.
        day: String,
    },
    /// One of these.
    OneOf {
        /// The choices.
        values: Vec<String>,
    },
    /// The same as another card's attribute.
    SameAs {
        /// The other attribute.
        attribute: String,
        /// The other card.
        credential: String,
    },
}

impl From<Stated> for StatedView {
    fn from(stated: Stated) -> Self {
        match stated {
            Stated::Age(years) => Self::Age { years },
            Stated::AtMost(value) => Self::AtMost { value },
            Stated::AtLeast(value) => Self::AtLeast { value },
            Stated::OnOrBefore(day) => Self::OnOrBefore { day },
            Stated::OnOrAfter(day) => Self::OnOrAfter { day },
            Stated::OneOf(values) => Self::OneOf { values },
            Stated::SameAs {
                attribute,
                credential,
            } => Self::SameAs {
                attribute,
                credential,
            },
        }
    }
}

impl From<&ProofView> for Proved {
    fn from(view: &ProofView) -> Self {
        let stated = match view.stated.clone() {
            StatedView::Age { years } => Stated::Age(years),
            StatedView::AtMost { value } => Stated::AtMost(value),
            StatedView::AtLeast { value } => Stated::AtLeast(value),
            StatedView::OnOrBefore { day } => Stated::OnOrBefore(day),
            StatedView::OnOrAfter { day } => Stated::OnOrAfter(day),
            StatedView::OneOf { values } => Stated::OneOf(values),
            StatedView::SameAs {
                attribute,
                credential,
            } => Stated::SameAs {
                attribute,
                credential,
            },
        };
        Self {
            attribute: view.attribute.clone(),
            stated,
        }
    }
}

/// Something the holder should know before she agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WarningView {
    /// The trust list does not know who asks.
    UnknownVerifier,
    /// Nothing is registered for this purpose.
    UnregisteredPurpose,
    /// More is asked than is registered.
    MoreThanRegistered,
    /// A printed code: anybody can have put it up, and it is checked less strictly.
    Poster,
    /// With earlier questions this narrows a hidden value down.
    Narrowing {
        /// The attribute.
        attribute: String,
        /// How many different questions about it this verifier will have had answered.
        questions: u32,
    },
    /// A value is shared that few people have.
    RareValue {
        /// The attribute.
        attribute: String,
    },
}

/// A QR symbol.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Symbol {
    /// Modules on a side, without the quiet zone.
    pub side: u32,
    /// Each row from the top: '1' is dark.
    pub rows: Vec<String>,
}

/// The answer, to be shown or already delivered.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AnswerView {
    /// One symbol, or several to be shown in turn.
    pub symbols: Vec<Symbol>,
    /// Until when it is accepted.
    pub expires: u64,
    /// Who asked.
    pub verifier: String,
    /// Whether it went to the verifier by network.
    pub delivered: bool,
    /// Where the verifier's site wants the browser to go on; the holder opens it.
    pub go_on: Option<String>,
}

/// A showing, as the holder remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct HistoryView {
    /// By which commands name it.
    pub id: i64,
    /// When.
    pub time: u64,
    /// To whom.
    pub verifier: String,
    /// Whether the trust list knew it.
    pub known: bool,
    /// For what, in its words.
    pub purpose: String,
    /// Whether it went by network.
    pub online: bool,
    /// What it learned; names, no values.
    pub items: Vec<ItemView>,
}
