//! Cards, as the screens draw them from their schemas.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use glimpse_core::credential::{AttributeType, Schema, Value};
use serde::Serialize;
use ts_rs::TS;

use super::Texts;

/// How a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Renewed for this period.
    Current,
    /// A newer renewal is due; counters still accept it.
    Due,
    /// Too old for most counters: it missed two periods.
    Stale,
    /// The office renews it no more.
    Revoked,
    /// It came from a backup: the office must bind it to this device.
    Rebind,
}

/// A card.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Card {
    /// By which commands name it.
    pub id: i64,
    /// What it is drawn from.
    pub schema: SchemaView,
    /// Values by attribute code: numbers for counts and choices, base64 for a photo, else texts.
    #[ts(type = "Record<string, string | number>")]
    pub values: BTreeMap<String, serde_json::Value>,
    /// The issuer's names.
    pub issuer: Texts,
    /// The day of its last renewal.
    pub renewed: String,
    /// How it stands.
    pub state: CardState,
    /// Whether it can be renewed over the network.
    pub online: bool,
}

/// A schema, in the form of the files that the programs read.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SchemaView {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Texts,
    /// Days between renewals.
    pub epoch_days: u32,
    /// Its attributes, in order.
    pub attributes: Vec<AttributeView>,
}

/// An attribute.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AttributeView {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Texts,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: AttributeKind,
}

/// The type of an attribute.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttributeKind {
    /// A day.
    Date,
    /// A number.
    Count,
    /// Text of at most so many octets.
    Text(u16),
    /// So many octets.
    Bytes(u16),
    /// A JPEG of at most so many octets.
    Photo(u16),
    /// A list of choices.
    Enumeration(BTreeMap<u32, Texts>),
}

pub(crate) fn texts(names: &glimpse_core::cbor::Texts) -> Texts {
    let owned = |(language, text): (&str, &str)| (language.to_owned(), text.to_owned());
    names.iter().map(owned).collect()
}

impl SchemaView {
    pub(crate) fn new(schema: &Schema) -> Self {
        let kind = |kind: &AttributeType| match kind {
            AttributeType::Date => AttributeKind::Date,
            AttributeType::Count => AttributeKind::Count,
            AttributeType::Text(most) => AttributeKind::Text(*most),
            AttributeType::Bytes(length) => AttributeKind::Bytes(*length),
            AttributeType::Photo(most) => AttributeKind::Photo(*most),
            AttributeType::Enumeration(codes) => AttributeKind::Enumeration(
                codes
                    .iter()
                    .map(|(code, names)| (*code, texts(names)))
                    .collect(),
            ),
        };
        let attributes = schema.attributes.iter().map(|attribute| AttributeView {
            code: attribute.code.clone(),
            names: texts(&attribute.names),
            kind: kind(&attribute.kind),
        });
        Self {
            code: schema.code.clone(),
            names: texts(&schema.names),
            epoch_days: schema.epoch_days,
            attributes: attributes.collect(),
        }
    }
}

/// Values by their attributes' codes.
pub(crate) fn values(schema: &Schema, values: &[Value]) -> BTreeMap<String, serde_json::Value> {
    let pairs = schema.attributes.iter().zip(values);
    pairs
        .map(|(attribute, value)| {
            let number = matches!(
                attribute.kind,
                AttributeType::Count | AttributeType::Enumeration(_)
            );
            let shown = match (value.photo(&attribute.kind), value.as_integer()) {
                (Some(jpeg), _) => BASE64_STANDARD.encode(jpeg).into(),
                (None, Some(n)) if number => n.into(),
                _ => value.display(&attribute.kind, "en").into(),
            };
            (attribute.code.clone(), shown)
        })
        .collect()
}
