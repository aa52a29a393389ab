//! What is kept of a resident, sealed. spec:GL-10-RESIDENT

use std::collections::BTreeMap;

use glimpse_core::cbor::{CborError, Reader, Writer, is_plain};
use glimpse_core::credential::{CredentialError, MAX_ATTRIBUTES, Schema, Value};
use glimpse_core::ids::SchemaId;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{ResidentError, terms};
use crate::OfficeError;
use crate::ids::ResidentId;
use crate::json::{self, FieldError, NOT_PLAIN};
use crate::keys::{OfficeKeys, Purpose};
use crate::records::residents::Sealed;

/// Most characters of a reference.
pub const MAX_REFERENCE: usize = 64;

/// A person's reference and values. Personal, and so without `Debug`.
#[derive(Clone)]
pub struct Record {
    /// The schema that the values are of.
    pub schema: SchemaId,
    /// The office's own reference, such as a number in its register.
    pub reference: Zeroizing<String>,
    /// One value for each attribute.
    pub values: Vec<Value>,
}

/// Reads a reference: the blanks around it do not count.
///
/// # Errors
/// What is wrong with the field `reference`.
pub fn read_reference(text: &str) -> Result<Zeroizing<String>, FieldError> {
    let text = text.trim();
    let (code, message) = if text.is_empty() {
        ("missing", "is missing".to_owned())
    } else if text.chars().count() > MAX_REFERENCE {
        (
            "too-long",
            format!("must be of at most {MAX_REFERENCE} characters"),
        )
    } else if !is_plain(text) {
        ("plain", NOT_PLAIN.to_owned())
    } else {
        return Ok(Zeroizing::new(text.to_owned()));
    };
    Err(FieldError::new("reference", code, message))
}

impl Record {
    /// Reads a reference and values that somebody wrote.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn read(
        schema: &Schema,
        reference: &str,
        values: BTreeMap<String, serde_json::Value>,
    ) -> Result<Self, ResidentError> {
        match (read_reference(reference), json::read_values(schema, values)) {
            (Ok(reference), Ok(values)) => Ok(Self {
                schema: schema.id(),
                reference,
                values,
            }),
            (reference, values) => {
                let errors = reference.err().into_iter();
                let errors = errors.chain(values.err().into_iter().flatten());
                Err(ResidentError::Invalid(errors.collect()))
            }
        }
    }

    pub(crate) fn seal(
        &self,
        keys: &OfficeKeys,
        id: ResidentId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Sealed, OfficeError> {
        let mut w = Writer::new();
        w.array(4)
            .uint(1)
            .bytes(&self.schema.0)
            .text(&self.reference);
        w.array(self.values.len());
        self.values.iter().for_each(|value| value.write(&mut w));
        let octets = Zeroizing::new(w.into_vec());
        Ok(Sealed {
            id,
            schema: self.schema,
            reference_tag: self.reference_tag(keys),
            sealed: keys.seal_record(Purpose::Resident, &id.0, &octets, rng)?,
            terms: self.terms(keys),
        })
    }

    pub(crate) fn open(
        keys: &OfficeKeys,
        id: ResidentId,
        schema: &Schema,
        sealed: &[u8],
    ) -> Result<Self, OfficeError> {
        let octets = keys.open_record(Purpose::Resident, &id.0, sealed)?;
        let read = || -> Result<Self, CborError> {
            let mut r = Reader::new(&octets);
            r.versioned_tuple(4)?;
            let named = SchemaId(r.array_of()?);
            let reference = Zeroizing::new(r.text(4 * MAX_REFERENCE)?.to_owned());
            r.tuple(schema.attributes.len().min(MAX_ATTRIBUTES))?;
            let value = |a: &glimpse_core::credential::Attribute| Value::read(&mut r, &a.kind);
            let values = schema
                .attributes
                .iter()
                .map(value)
                .collect::<Result<_, _>>()?;
            r.finish()?;
            if named != schema.id() {
                return Err(CborError::Bound);
            }
            Ok(Self {
                schema: named,
                reference,
                values,
            })
        };
        Ok(read().map_err(CredentialError::from)?)
    }

    fn reference_tag(&self, keys: &OfficeKeys) -> [u8; 32] {
        let named = Zeroizing::new([&self.schema.0, self.reference.as_bytes()].concat());
        keys.tag(Purpose::Reference, &named)
    }

    /// The terms by which the record is found, ascending.
    pub(crate) fn terms(&self, keys: &OfficeKeys) -> Vec<terms::Term> {
        let texts = self.values.iter().filter_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Integer(_) | Value::Bytes(_) => None,
        });
        let texts = std::iter::once(self.reference.as_str()).chain(texts);
        terms::of(&keys.tagger(Purpose::Term), texts)
    }

    /// What a list calls the person: the first two texts that say something.
    pub fn name(&self) -> String {
        let texts = self.values.iter().filter_map(|value| match value {
            Value::Text(text) if !text.trim().is_empty() => Some(text.as_str()),
            _ => None,
        });
        texts.take(2).collect::<Vec<_>>().join(" ")
    }
}
