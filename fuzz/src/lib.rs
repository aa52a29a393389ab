//! What several targets share: fixed cases, taken from the project's vectors, and edits of them.

use std::sync::Arc;

use glimpse_core::bbs::Error;
use glimpse_core::credential::{CredentialContext, Schema};
use glimpse_core::curve::PublicKey;
use glimpse_core::ids::IssuerId;
use serde_json::Value;

/// A vector's input.
pub struct Input(Value);

impl Input {
    /// From the vector's file.
    pub fn new(file: &str) -> Self {
        let mut file: Value = serde_json::from_str(file).expect("a vector");
        Self(file["input"].take())
    }

    /// A field.
    pub fn part(&self, field: &str) -> Self {
        Self(self.0[field].clone())
    }

    /// The items of a list.
    pub fn list(&self, field: &str) -> Vec<Self> {
        let items = self.0[field].as_array().expect("a list");
        items.iter().cloned().map(Self).collect()
    }

    /// The octets that this is.
    pub fn bytes(&self) -> Vec<u8> {
        hex::decode(self.0.as_str().expect("octets")).expect("hex")
    }

    /// A field's octets.
    pub fn octets(&self, field: &str) -> Vec<u8> {
        self.part(field).bytes()
    }

    /// A field's text.
    pub fn text(&self, field: &str) -> String {
        self.0[field].as_str().expect("text").to_owned()
    }

    /// A field's number.
    pub fn number(&self, field: &str) -> usize {
        self.part(field).index()
    }

    /// The number that this is.
    pub fn index(&self) -> usize {
        let number = self.0.as_u64().expect("a number");
        number.try_into().expect("a small number")
    }

    /// The context that the fields `issuer`, `key` and `schema` make.
    pub fn context(&self) -> Arc<CredentialContext> {
        let key = self.octets("key").try_into().expect("96 octets");
        let key = PublicKey::from_octets(&key).expect("a key");
        let issuer = IssuerId(self.octets("issuer").try_into().expect("16 octets"));
        let schema = Schema::from_octets(&self.octets("schema")).expect("a schema");
        Arc::new(CredentialContext::new(schema, issuer, key).expect("a context"))
    }
}

/// A known document with octets changed as the fuzzer says: place (2 octets) and value, in turn. Of
/// what is left over, the first octet cuts the end off, and the second replaces what was cut.
pub fn edited(known: &[u8], edits: &[u8]) -> Vec<u8> {
    let mut octets = known.to_vec();
    let (triples, rest) = edits.as_chunks::<3>();
    for [high, low, value] in triples {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % known.len();
        octets[place] = *value;
    }
    if let [cut, more @ ..] = rest {
        octets.truncate(known.len() - usize::from(*cut) % known.len());
        octets.extend_from_slice(more);
    }
    octets
}

/// A check that takes octets accepts the known ones and none that differ.
pub fn only_known(known: &[u8], edits: &[u8], check: impl Fn(&[u8]) -> Result<(), Error>) {
    let octets = edited(known, edits);
    assert_eq!(check(&octets).is_ok(), octets == known);
}
