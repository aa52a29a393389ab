//! Schemas as JSON: what the page's designer sends and what a file holds.

use std::collections::{BTreeMap, BTreeSet};

use glimpse_core::cbor::{Texts, is_plain};
use glimpse_core::credential::{
    Attribute, AttributeType, MAX_ATTRIBUTES, MAX_CODE, MAX_CODES, MAX_EPOCH_DAYS, MAX_OCTETS,
    MAX_PHOTO, Schema, is_code,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::values::NOT_PLAIN;
use super::{FieldError, JsonError};

type Names = BTreeMap<String, String>;

/// A schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemaJson {
    /// A short code: lower-case letters, digits, underscore.
    pub code: String,
    /// Display names by language.
    pub names: Names,
    /// Days between renewals.
    pub epoch_days: u32,
    /// Attributes in signed order.
    pub attributes: Vec<AttributeJson>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AttributeJson {
    /// A short code.
    pub code: String,
    /// Display names by language.
    pub names: Names,
    /// The type.
    pub r#type: TypeJson,
}

/// An attribute's type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TypeJson {
    /// Text of at most this many octets.
    Text(u32),
    /// Exactly this many octets.
    Bytes(u32),
    /// A date.
    Date,
    /// A number below 2^20.
    Count,
    /// One of these codes, each with its names by language.
    Enumeration(Choices),
    /// A photo of the holder, a JPEG of at most this many octets; one in a schema.
    Photo(u32),
}

/// Codes with their names by language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
// JSON's names are text.
#[schema(value_type = BTreeMap<String, Names>)]
pub struct Choices(pub BTreeMap<u32, Names>);

/// Reads a schema file.
///
/// # Errors
/// [`JsonError::Schema`], [`JsonError::Fields`].
pub fn schema(json: &str) -> Result<Schema, JsonError> {
    let file: SchemaJson = serde_json::from_str(json).map_err(|e| JsonError::Schema {
        line: e.line(),
        column: e.column(),
    })?;
    file.read().map_err(JsonError::Fields)
}

fn texts(names: &Names) -> Texts {
    let entries: Vec<_> = names
        .iter()
        .map(|(l, t)| (l.as_str(), t.as_str()))
        .collect();
    Texts::new(&entries)
}

fn names(texts: &Texts) -> Names {
    let owned = |(language, text): (&str, &str)| (language.to_owned(), text.to_owned());
    texts.iter().map(owned).collect()
}

impl From<&Schema> for SchemaJson {
    fn from(schema: &Schema) -> Self {
        let attribute = |a: &Attribute| AttributeJson {
            code: a.code.clone(),
            names: names(&a.names),
            r#type: match &a.kind {
                AttributeType::Text(max) => TypeJson::Text((*max).into()),
                AttributeType::Bytes(length) => TypeJson::Bytes((*length).into()),
                AttributeType::Photo(most) => TypeJson::Photo((*most).into()),
                AttributeType::Date => TypeJson::Date,
                AttributeType::Count => TypeJson::Count,
                AttributeType::Enumeration(codes) => TypeJson::Enumeration(Choices(
                    codes.iter().map(|(c, n)| (*c, names(n))).collect(),
                )),
            },
        };
        Self {
            code: schema.code.clone(),
            names: names(&schema.names),
            epoch_days: schema.epoch_days,
            attributes: schema.attributes.iter().map(attribute).collect(),
        }
    }
}

impl SchemaJson {
    /// The schema that this says.
    ///
    /// # Errors
    /// Every field that a schema may not have.
    pub fn read(&self) -> Result<Schema, Vec<FieldError>> {
        let mut check = Check(Vec::new());
        check.code("code", &self.code);
        check.names("names", &self.names);
        check.bound("epoch_days", self.epoch_days, MAX_EPOCH_DAYS);
        if self.attributes.is_empty() || self.attributes.len() > MAX_ATTRIBUTES {
            let message = format!("must be 1 to {MAX_ATTRIBUTES} attributes");
            check.add("attributes", "count", message);
        }
        let mut seen = BTreeSet::new();
        for (place, attribute) in self.attributes.iter().enumerate().take(MAX_ATTRIBUTES) {
            let path = |part: &str| format!("attributes[{place}].{part}");
            check.code(&path("code"), &attribute.code);
            if !seen.insert(&attribute.code) {
                check.add(
                    &path("code"),
                    "repeated",
                    "is the code of another attribute",
                );
            }
            check.names(&path("names"), &attribute.names);
            check.kind(&path("type"), &attribute.r#type);
            let photo = |a: &&AttributeJson| matches!(a.r#type, TypeJson::Photo(_));
            let photos = self.attributes.iter().take(place + 1).filter(photo);
            if photo(&attribute) && photos.count() > 1 {
                check.add(&path("type"), "repeated", "is a second photo");
            }
        }
        if !check.0.is_empty() {
            return Err(check.0);
        }
        let schema = self.build();
        match schema.check() {
            Ok(()) => Ok(schema),
            Err(error) => Err(vec![FieldError::new("", "schema", error.to_string())]),
        }
    }

    fn build(&self) -> Schema {
        // The bounds were checked.
        let bounded = |n: &u32| u16::try_from(*n).unwrap_or(u16::MAX);
        let attribute = |a: &AttributeJson| Attribute {
            code: a.code.clone(),
            names: texts(&a.names),
            kind: match &a.r#type {
                TypeJson::Text(max) => AttributeType::Text(bounded(max)),
                TypeJson::Bytes(length) => AttributeType::Bytes(bounded(length)),
                TypeJson::Photo(most) => AttributeType::Photo(bounded(most)),
                TypeJson::Date => AttributeType::Date,
                TypeJson::Count => AttributeType::Count,
                TypeJson::Enumeration(Choices(codes)) => {
                    AttributeType::Enumeration(codes.iter().map(|(c, n)| (*c, texts(n))).collect())
                }
            },
        };
        Schema {
            code: self.code.clone(),
            names: texts(&self.names),
            attributes: self.attributes.iter().map(attribute).collect(),
            epoch_days: self.epoch_days,
        }
    }
}

/// Collects what is wrong.
struct Check(Vec<FieldError>);

impl Check {
    fn add(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, code, message));
    }

    fn code(&mut self, field: &str, code: &str) {
        if !is_code(code) {
            let message = "must be 1 to 32 lower-case letters, digits or underscores";
            self.add(field, "code", message);
        }
    }

    fn bound(&mut self, field: &str, number: u32, most: u32) {
        if !(1..=most).contains(&number) {
            self.add(field, "bound", format!("must be from 1 to {most}"));
        }
    }

    fn names(&mut self, field: &str, names: &Names) {
        if names.is_empty() || names.len() > Texts::MAX {
            let message = format!("must be given in 1 to {} languages", Texts::MAX);
            self.add(field, "names", message);
        }
        let tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
        for (language, text) in names.iter().take(Texts::MAX) {
            if !(1..=Texts::MAX_TAG).contains(&language.len()) || !language.chars().all(tag) {
                let message = "must be by language, such as `en` or `nl`";
                self.add(field, "language", message);
                continue;
            }
            let field = format!("{field}.{language}");
            if text.trim().is_empty() {
                self.add(&field, "missing", "is missing");
            } else if text.len() > Texts::MAX_TEXT {
                let message = format!("must be text of at most {} octets", Texts::MAX_TEXT);
                self.add(&field, "too-long", message);
            } else if !is_plain(text) {
                self.add(&field, "plain", NOT_PLAIN);
            }
        }
    }

    fn kind(&mut self, field: &str, kind: &TypeJson) {
        match kind {
            TypeJson::Text(most) => self.bound(&format!("{field}.text"), *most, MAX_OCTETS),
            TypeJson::Bytes(length) => self.bound(&format!("{field}.bytes"), *length, MAX_OCTETS),
            TypeJson::Photo(most) => {
                let field = format!("{field}.photo");
                if !(3..=MAX_PHOTO).contains(most) {
                    self.add(&field, "bound", format!("must be from 3 to {MAX_PHOTO}"));
                }
            }
            TypeJson::Date | TypeJson::Count => {}
            TypeJson::Enumeration(Choices(codes)) => {
                self.enumeration(&format!("{field}.enumeration"), codes);
            }
        }
    }

    fn enumeration(&mut self, field: &str, codes: &BTreeMap<u32, Names>) {
        if codes.is_empty() || codes.len() > MAX_CODES {
            self.add(field, "count", format!("must be 1 to {MAX_CODES} codes"));
        }
        let mut seen = BTreeMap::new();
        for (code, names) in codes.iter().take(MAX_CODES) {
            let field = format!("{field}.{code}");
            if *code > MAX_CODE {
                let message = format!("must be a number of at most {MAX_CODE}");
                self.add(&field, "bound", message);
            }
            self.names(&field, names);
            // A clerk may write any of them: it must say which code is meant.
            for name in names.values() {
                if *seen.entry(name).or_insert(code) != code {
                    self.add(&field, "repeated", "has the name of another code");
                }
            }
        }
    }
}
