//! What a predicate states, taken apart so that a screen can say it in its reader's language.

use std::fmt;

use crate::credential::{Attribute, AttributeType, Schema, Value};
use crate::ids::UnixTime;
use crate::predicate::{Statement, dates::AttributeDate};

use super::request::{Predicate, Test};

/// What is proved of an attribute that itself stays hidden. Its `Display` is English, for the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proved {
    /// The attribute's name.
    pub attribute: String,
    /// What is stated of it.
    pub stated: Stated,
}

/// What a predicate states. Values are in words, days as in "1990-05-31".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// The holder is so many years old or older.
    Age(u8),
    /// The value is at most this.
    AtMost(String),
    /// The value is at least this.
    AtLeast(String),
    /// The day is this or an earlier one.
    OnOrBefore(String),
    /// The day is this or a later one.
    OnOrAfter(String),
    /// The value is one of these.
    OneOf(Vec<String>),
    /// The value is that of another credential's attribute.
    SameAs {
        /// The other attribute's name.
        attribute: String,
        /// The other credential's name.
        credential: String,
    },
}

impl Stated {
    /// What a predicate on this attribute states. A cutoff on the birth date that is an age's is that
    /// age. `beside` are the schemas of the alternative's queries, in their order.
    pub fn new(
        predicate: &Predicate,
        attribute: &Attribute,
        beside: &[&Schema],
        now: UnixTime,
        language: &str,
    ) -> Self {
        let shown = |value: u32| Value::Integer(value).display(&attribute.kind, language);
        let date = matches!(attribute.kind, AttributeType::Date);
        match &predicate.test {
            Test::Holds(Statement::AtMost(cutoff, _)) => {
                let years = age(*cutoff, now).filter(|_| attribute.is_birth_date());
                match years {
                    Some(years) => Self::Age(years),
                    None if date => Self::OnOrBefore(shown(*cutoff)),
                    None => Self::AtMost(shown(*cutoff)),
                }
            }
            Test::Holds(Statement::AtLeast(cutoff, _)) if date => Self::OnOrAfter(shown(*cutoff)),
            Test::Holds(Statement::AtLeast(cutoff, _)) => Self::AtLeast(shown(*cutoff)),
            Test::Holds(Statement::OneOf(values)) => {
                Self::OneOf(values.iter().map(|v| shown(*v)).collect())
            }
            Test::EqualTo { query, attribute } => {
                let schema = beside.get(*query);
                let other = schema.and_then(|s| s.attributes.get(*attribute));
                let name = |names: &crate::cbor::Texts| names.get(language).to_owned();
                Self::SameAs {
                    attribute: other.map(|a| name(&a.names)).unwrap_or_default(),
                    credential: schema.map(|s| name(&s.names)).unwrap_or_default(),
                }
            }
        }
    }

    /// In words, of an attribute of this name: English, or what the wallets speak besides.
    pub fn in_words(&self, name: &str, language: &str) -> String {
        match language {
            "nl" => self.in_dutch(name),
            "fr" => self.in_french(name),
            "ar" => self.in_arabic(name),
            _ => self.in_english(name),
        }
    }

    fn in_english(&self, name: &str) -> String {
        match self {
            Self::Age(years) => format!("{years} or older"),
            Self::AtMost(value) => format!("{name} is at most {value}"),
            Self::AtLeast(value) => format!("{name} is at least {value}"),
            Self::OnOrBefore(day) => format!("{name} is on or before {day}"),
            Self::OnOrAfter(day) => format!("{name} is on or after {day}"),
            Self::OneOf(values) => format!("{name} is one of: {}", values.join(", ")),
            Self::SameAs {
                attribute,
                credential,
            } => format!("{name} is the same as {attribute} of {credential}"),
        }
    }

    fn in_dutch(&self, name: &str) -> String {
        match self {
            Self::Age(years) => format!("{years} of ouder"),
            Self::AtMost(value) => format!("{name}: hoogstens {value}"),
            Self::AtLeast(value) => format!("{name}: minstens {value}"),
            Self::OnOrBefore(day) => format!("{name}: op of voor {day}"),
            Self::OnOrAfter(day) => format!("{name}: op of na {day}"),
            Self::OneOf(values) => format!("{name}: een van {}", values.join(", ")),
            Self::SameAs {
                attribute,
                credential,
            } => format!("{name}: hetzelfde als {attribute} op {credential}"),
        }
    }

    fn in_french(&self, name: &str) -> String {
        match self {
            Self::Age(years) => format!("{years} ans ou plus"),
            Self::AtMost(value) => format!("{name} : {value} au plus"),
            Self::AtLeast(value) => format!("{name} : {value} au moins"),
            Self::OnOrBefore(day) => format!("{name} : le {day} ou avant"),
            Self::OnOrAfter(day) => format!("{name} : le {day} ou après"),
            Self::OneOf(values) => format!("{name} : parmi {}", values.join(", ")),
            Self::SameAs {
                attribute,
                credential,
            } => format!("{name} : comme {attribute} sur {credential}"),
        }
    }

    fn in_arabic(&self, name: &str) -> String {
        match self {
            Self::Age(years) => format!("العمر {years} سنة أو أكثر"),
            Self::AtMost(value) => format!("{name}: {value} على الأكثر"),
            Self::AtLeast(value) => format!("{name}: {value} على الأقل"),
            Self::OnOrBefore(day) => format!("{name}: في {day} أو قبله"),
            Self::OnOrAfter(day) => format!("{name}: في {day} أو بعده"),
            Self::OneOf(values) => format!("{name}: واحد من {}", values.join("، ")),
            Self::SameAs {
                attribute,
                credential,
            } => format!("{name}: مطابق لـ {attribute} في {credential}"),
        }
    }
}

impl fmt::Display for Proved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.attribute;
        let you_are = match self.stated {
            Stated::Age(_) => "you are ",
            _ => "",
        };
        let statement = self.stated.in_english(name);
        write!(
            f,
            "Proves that {you_are}{statement}. {name} itself is not shared."
        )
    }
}

/// The age whose cutoff this is today. The counter's day may be the one before or after the holder's.
fn age(cutoff: u32, now: UnixTime) -> Option<u8> {
    let today = AttributeDate::at(now, 0).ok()?;
    [0i64, -1, 1].into_iter().find_map(|shift| {
        let day = u32::try_from(i64::from(today.days()) + shift).ok()?;
        let day = AttributeDate::from_days(day).ok()?;
        AttributeDate::from_days(cutoff).ok()?.as_age_on(day)
    })
}
