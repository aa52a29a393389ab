//! A person's values: JSON, and the cells of a spreadsheet.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD as STANDARD, Engine};
use glimpse_core::cbor::is_plain;
use glimpse_core::credential::{AttributeType, Schema, Value};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_terminal::to_hex;

use super::{FieldError, JsonError};

/// Reads a person's values: one object from attribute code to value. Dates are "YYYY-MM-DD", an
/// enumeration takes its code or one of its names, octets are hexadecimal, a photo is in base64.
///
/// # Errors
/// [`JsonError`].
pub fn values(schema: &Schema, json: &str) -> Result<Vec<Value>, JsonError> {
    let given = serde_json::from_str(json).map_err(|e| JsonError::Values {
        line: e.line(),
        column: e.column(),
    })?;
    read_values(schema, given).map_err(JsonError::Fields)
}

/// The same of an object that is read already.
///
/// # Errors
/// Every field that is missing, unknown or does not fit.
pub fn read_values(
    schema: &Schema,
    mut given: BTreeMap<String, serde_json::Value>,
) -> Result<Vec<Value>, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut values = Vec::with_capacity(schema.attributes.len());
    for attribute in &schema.attributes {
        let found = match given.remove(&attribute.code) {
            Some(given) => value(&given, &attribute.kind)
                .ok_or_else(|| misfit(&attribute.code, &attribute.kind, given.as_str())),
            None => Err(FieldError::new(&attribute.code, "missing", "is missing")),
        };
        match found {
            Ok(value) => values.push(value),
            Err(error) => errors.push(error),
        }
    }
    // What it was called is the sender's own text: it is named only where it could be a code.
    errors.extend(given.keys().map(|code| {
        let known = code.len() <= 32 && is_plain(code);
        let field = if known { code } else { "values" };
        FieldError::new(field, "unknown", "is no attribute of the schema")
    }));
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(errors)
    }
}

/// The object that [`read_values`] reads.
pub fn write_values(schema: &Schema, values: &[Value]) -> BTreeMap<String, serde_json::Value> {
    let write = |(attribute, value): (&glimpse_core::credential::Attribute, &Value)| {
        let json = match (value, &attribute.kind) {
            (Value::Integer(days), AttributeType::Date) => AttributeDate::from_days(*days)
                .map(|date| date.to_string())
                .unwrap_or_default()
                .into(),
            (Value::Integer(number), _) => (*number).into(),
            (Value::Text(text), _) => text.as_str().into(),
            (Value::Bytes(jpeg), AttributeType::Photo(_)) => STANDARD.encode(jpeg).into(),
            (Value::Bytes(octets), _) => to_hex(octets).into(),
        };
        (attribute.code.clone(), json)
    };
    schema.attributes.iter().zip(values).map(write).collect()
}

/// Reads a value that is written as text, such as a spreadsheet's cell. A date is read by `date`.
///
/// # Errors
/// What does not fit, for the field of this name.
pub fn cell(
    field: &str,
    kind: &AttributeType,
    text: &str,
    date: impl FnOnce(&str) -> Option<AttributeDate>,
) -> Result<Value, FieldError> {
    let text = text.trim();
    let number = || -> Option<serde_json::Value> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        Some(text.parse::<u32>().ok().filter(|_| digits)?.into())
    };
    let read = match kind {
        AttributeType::Date => date(text).map(Value::date).filter(|v| v.fits(kind)),
        AttributeType::Count => number().and_then(|given| value(&given, kind)),
        // A name that is a number goes before the number.
        AttributeType::Enumeration(_) => {
            value(&text.into(), kind).or_else(|| value(&number()?, kind))
        }
        AttributeType::Text(_) | AttributeType::Bytes(_) | AttributeType::Photo(_) => {
            value(&text.into(), kind)
        }
    };
    read.ok_or_else(|| misfit(field, kind, Some(text)))
}

fn value(given: &serde_json::Value, kind: &AttributeType) -> Option<Value> {
    let number = || Some(Value::Integer(u32::try_from(given.as_u64()?).ok()?));
    let read = match kind {
        AttributeType::Text(_) => Some(Value::text(given.as_str()?)),
        AttributeType::Bytes(_) => Some(Value::bytes(&from_hex(given.as_str()?)?)),
        AttributeType::Photo(_) => STANDARD
            .decode(given.as_str()?)
            .ok()
            .map(|jpeg| Value::bytes(&jpeg)),
        AttributeType::Date => Some(Value::date(AttributeDate::parse(given.as_str()?).ok()?)),
        AttributeType::Count => number(),
        AttributeType::Enumeration(codes) => match given.as_str() {
            Some(name) => codes
                .iter()
                .find(|(_, names)| names.any(name))
                .map(|(code, _)| Value::Integer(*code)),
            None => number(),
        },
    };
    read.filter(|value| value.fits(kind))
}

/// Why a value is not taken. `text` is what was given, where it was text.
fn misfit(field: &str, kind: &AttributeType, text: Option<&str>) -> FieldError {
    let (code, message) = match (kind, text) {
        (AttributeType::Text(max), Some(text)) if text.len() > usize::from(*max) => {
            ("too-long", format!("must be text of at most {max} octets"))
        }
        (AttributeType::Text(_), Some(_)) => ("plain", NOT_PLAIN.to_owned()),
        (AttributeType::Text(max), None) => {
            ("text", format!("must be text of at most {max} octets"))
        }
        (AttributeType::Bytes(length), _) => {
            ("bytes", format!("must be {length} octets in hexadecimal"))
        }
        (AttributeType::Photo(most), _) => (
            "photo",
            format!("must be a JPEG of at most {most} octets, in base64"),
        ),
        (AttributeType::Date, _) => ("date", "must be a date such as 1990-05-31".to_owned()),
        (AttributeType::Count, _) => ("count", "must be a number below 1,048,576".to_owned()),
        (AttributeType::Enumeration(_), _) => (
            "enumeration",
            "must be one of the schema's codes or names".to_owned(),
        ),
    };
    FieldError::new(field, code, message)
}

/// For text that [`is_plain`] refuses.
pub(crate) const NOT_PLAIN: &str =
    "must be one line without control characters or marks that change the direction of text";

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |d: &u8| char::from(*d).to_digit(16);
    let pair = |p: &[u8]| match p {
        [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
        _ => None,
    };
    text.as_bytes().chunks(2).map(pair).collect()
}
