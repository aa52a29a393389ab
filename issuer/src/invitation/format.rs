//! The seam between issuing and the container that is issued. Codes, tokens, nonces and records do
//! not depend on the format; SD-JWT VC and mdoc join here. spec:GL-8-FORMATS

use glimpse_core::credential::{CredentialContext, Decided};
use glimpse_core::ids::SchemaId;
use rand_core::CryptoRng;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::Refusal;
use super::glimpse_bbs::GlimpseBbs;
use crate::keys::OfficeKeys;

/// Most proofs of one request, which is most credentials of one invitation.
pub const MAX_PROOFS: usize = super::MAX_DEVICES as usize;

/// Every format that this office signs.
pub static FORMATS: [&dyn CredentialFormat; 1] = [&GlimpseBbs];

/// A credential that was signed, and what renewal needs of it.
pub struct Signed {
    /// What the wallet gets.
    pub(crate) credential: Zeroizing<String>,
    /// B0 of chapter 3.
    pub(crate) b0: [u8; 48],
}

/// For whom a proof must have been made.
#[derive(Clone, Copy)]
pub struct Audience<'a> {
    /// Issuer, schema and key.
    pub(crate) context: &'a CredentialContext,
    /// The credential issuer's identifier.
    pub(crate) issuer: &'a str,
}

/// A container for credentials.
pub trait CredentialFormat: Sync {
    /// The format identifier of its credential configurations.
    fn identifier(&self) -> &'static str;

    /// The name of its proof type.
    fn proof_type(&self) -> &'static str;

    /// What a credential configuration says beside format, scope and display.
    fn metadata(&self, context: &CredentialContext) -> Map<String, Value>;

    /// The nonce that a proof says it was made for.
    ///
    /// # Errors
    /// [`Refusal::Proof`] for what is no proof of this type.
    fn nonce(&self, proof: &Value) -> Result<String, Refusal>;

    /// Checks a proof, without its nonce's time and use.
    ///
    /// # Errors
    /// [`Refusal::Proof`].
    fn verify(&self, audience: Audience<'_>, proof: &Value) -> Result<(), Refusal>;

    /// Checks a proof and signs for it.
    ///
    /// # Errors
    /// [`Refusal::Proof`]; [`Refusal::Denied`] where what was decided cannot be signed.
    fn sign(
        &self,
        keys: &OfficeKeys,
        audience: Audience<'_>,
        proof: &Value,
        decided: Decided,
        rng: &mut dyn CryptoRng,
    ) -> Result<Signed, Refusal>;

    /// The id of a schema's credential configuration.
    fn configuration_id(&self, schema: SchemaId) -> String {
        format!("{}.{schema}", self.identifier())
    }
}

/// A credential configuration: a format and a schema.
#[derive(Clone, Copy)]
pub struct Configuration {
    /// The container.
    pub format: &'static dyn CredentialFormat,
    /// What is in it.
    pub schema: SchemaId,
}

impl Configuration {
    /// Reads a configuration's id. Whether the office has the schema is another question.
    pub fn read(id: &str) -> Option<Self> {
        // Format identifiers may hold full stops.
        let (format, schema) = id.rsplit_once('.')?;
        let format = *FORMATS.iter().find(|known| known.identifier() == format)?;
        let schema = SchemaId(glimpse_terminal::hex(schema).ok()?);
        // One configuration has one name.
        (format.configuration_id(schema) == id).then_some(Self { format, schema })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_has_one_name() {
        let schema = SchemaId([0xab; 32]);
        for format in FORMATS {
            let id = format.configuration_id(schema);
            let read = Configuration::read(&id).unwrap();
            assert_eq!(
                (read.format.identifier(), read.schema),
                (format.identifier(), schema)
            );
            assert!(Configuration::read(&id.to_uppercase()).is_none());
            assert!(Configuration::read(&id.replace("ab", "AB")).is_none());
            assert!(Configuration::read(&id[1..]).is_none());
            assert!(Configuration::read(&format!("{id}0")).is_none());
        }
        assert!(Configuration::read("").is_none());
    }
}
