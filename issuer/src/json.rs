//! Schemas and values as JSON files that a clerk's own software writes. An error names the
//! attribute and never quotes a value.

use std::collections::BTreeMap;

use glimpse_core::cbor::Texts;
use glimpse_core::credential::{Attribute, AttributeType, Schema, SchemaError, Value};
use glimpse_core::predicate::dates::AttributeDate;
use serde::Deserialize;

/// Why a file is not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON, or not of the form that is expected.
    #[error("line {line}, column {column}: not a schema file of this program")]
    Schema {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// Not JSON, or not one object.
    #[error("line {line}, column {column}: the values must be one JSON object")]
    Values {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// A code, name or bound that a schema may not have.
    #[error(transparent)]
    Rules(#[from] SchemaError),
    /// No value for an attribute.
    #[error("there is no value for the attribute `{0}`")]
    Missing(String),
    /// Values for attributes that the schema does not have.
    #[error("the schema has no attribute `{0}`")]
    Unknown(String),
    /// A value that does not fit.
    #[error("the value of `{code}` must be {wanted}")]
    Value {
        /// The attribute.
        code: String,
        /// What fits.
        wanted: String,
    },
}

type Names = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    code: String,
    names: Names,
    epoch_days: u32,
    attributes: Vec<AttributeFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttributeFile {
    code: String,
    names: Names,
    r#type: TypeFile,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum TypeFile {
    Text(u16),
    Bytes(u16),
    Date,
    Count,
    Enumeration(BTreeMap<u32, Names>),
}

fn texts(names: &Names) -> Texts {
    let entries: Vec<_> = names
        .iter()
        .map(|(l, t)| (l.as_str(), t.as_str()))
        .collect();
    Texts::new(&entries)
}

/// Reads a schema file.
///
/// # Errors
/// [`JsonError::Schema`], [`JsonError::Rules`].
pub fn schema(json: &str) -> Result<Schema, JsonError> {
    let file: SchemaFile = serde_json::from_str(json).map_err(|e| JsonError::Schema {
        line: e.line(),
        column: e.column(),
    })?;
    let attribute = |a: &AttributeFile| Attribute {
        code: a.code.clone(),
        names: texts(&a.names),
        kind: match &a.r#type {
            TypeFile::Text(max) => AttributeType::Text(*max),
            TypeFile::Bytes(length) => AttributeType::Bytes(*length),
            TypeFile::Date => AttributeType::Date,
            TypeFile::Count => AttributeType::Count,
            TypeFile::Enumeration(codes) => {
                AttributeType::Enumeration(codes.iter().map(|(c, n)| (*c, texts(n))).collect())
            }
        },
    };
    let schema = Schema {
        code: file.code,
        names: texts(&file.names),
        attributes: file.attributes.iter().map(attribute).collect(),
        epoch_days: file.epoch_days,
    };
    schema.check()?;
    Ok(schema)
}

/// Reads a person's values: one object from attribute code to value. Dates are "YYYY-MM-DD", an
/// enumeration takes its code or one of its names, octets are hexadecimal.
///
/// # Errors
/// [`JsonError`].
pub fn values(schema: &Schema, json: &str) -> Result<Vec<Value>, JsonError> {
    let mut file: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(json).map_err(|e| JsonError::Values {
            line: e.line(),
            column: e.column(),
        })?;
    let mut values = Vec::with_capacity(schema.attributes.len());
    for attribute in &schema.attributes {
        let code = || attribute.code.clone();
        let given = file
            .remove(&attribute.code)
            .ok_or_else(|| JsonError::Missing(code()))?;
        let found = value(&given, &attribute.kind).filter(|v| v.fits(&attribute.kind));
        values.push(found.ok_or_else(|| JsonError::Value {
            code: code(),
            wanted: wanted(&attribute.kind),
        })?);
    }
    match file.into_keys().next() {
        Some(code) => Err(JsonError::Unknown(code)),
        None => Ok(values),
    }
}

fn value(given: &serde_json::Value, kind: &AttributeType) -> Option<Value> {
    let number = || Some(Value::Integer(u32::try_from(given.as_u64()?).ok()?));
    match kind {
        AttributeType::Text(_) => Some(Value::text(given.as_str()?)),
        AttributeType::Bytes(_) => Some(Value::bytes(&from_hex(given.as_str()?)?)),
        AttributeType::Date => Some(Value::date(AttributeDate::parse(given.as_str()?).ok()?)),
        AttributeType::Count => number(),
        AttributeType::Enumeration(codes) => match given.as_str() {
            Some(name) => codes
                .iter()
                .find(|(_, names)| names.any(name))
                .map(|(code, _)| Value::Integer(*code)),
            None => number(),
        },
    }
}

fn wanted(kind: &AttributeType) -> String {
    match kind {
        AttributeType::Text(max) => format!("text of at most {max} octets"),
        AttributeType::Bytes(length) => format!("{length} octets in hexadecimal"),
        AttributeType::Date => "a date such as \"1990-05-31\"".to_owned(),
        AttributeType::Count => "a number".to_owned(),
        AttributeType::Enumeration(_) => "one of the schema's codes or names".to_owned(),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: &u8| char::from(*d).to_digit(16);
    let pair = |p: &[u8]| match p {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESIDENT: &str = include_str!("../schemas/resident.json");
    const PATIENT: &str = include_str!("../schemas/patient.json");

    fn given(change: (&str, &str)) -> String {
        let json =
            r#"{"number": "A-1", "entitlement": "Ordinary medicine", "valid_until": "2030-01-31"}"#;
        assert!(json.contains(change.0));
        json.replace(change.0, change.1)
    }

    #[test]
    fn the_schemas_that_come_with_the_program_are_read() {
        assert_eq!(schema(RESIDENT).unwrap().attributes.len(), 8);
        let patient = schema(PATIENT).unwrap();
        let read = values(&patient, &given(("A-1", "A-2"))).unwrap();
        assert_eq!(read[1].as_integer(), Some(1));
        assert_eq!(
            read[2].as_integer(),
            Some(AttributeDate::parse("2030-01-31").unwrap().days())
        );
        let by_code = values(&patient, &given(("\"Ordinary medicine\"", "3"))).unwrap();
        assert_eq!(by_code[1].as_integer(), Some(3));
    }

    #[test]
    fn wrong_schemas_are_refused() {
        for (from, to) in [
            ("\"epoch_days\": 7", "\"epoch_days\": 0"),
            ("\"code\": \"number\"", "\"code\": \"Number!\""),
            ("\"code\": \"number\"", "\"code\": \"entitlement\""),
            ("\"type\": \"date\"", "\"type\": \"day\""),
            ("\"type\": \"date\"", "\"type\": \"date\", \"more\": 1"),
            ("{ \"text\": 32 }", "{ \"text\": 70000 }"),
        ] {
            assert!(PATIENT.contains(from));
            assert!(schema(&PATIENT.replace(from, to)).is_err(), "{to}");
        }
        assert!(schema("").is_err());
    }

    #[test]
    fn wrong_values_are_named_and_not_quoted() {
        let patient = schema(PATIENT).unwrap();
        for (from, to, said) in [
            ("2030-01-31", "2030-02-31", "`valid_until` must be a date"),
            ("\"A-1\"", "1", "`number` must be text"),
            (
                "Ordinary medicine",
                "Secret",
                "`entitlement` must be one of",
            ),
            (
                "\"number\"",
                "\"numero\"",
                "no value for the attribute `number`",
            ),
            ("\"number\"", "\"x\": 1, \"number\"", "no attribute `x`"),
            ("}", "", "must be one JSON object"),
        ] {
            let error = values(&patient, &given((from, to))).err().unwrap();
            let error = error.to_string();
            assert!(error.contains(said), "{error}");
            assert!(!error.contains("Secret") && !error.contains("A-1"));
        }
    }
}
