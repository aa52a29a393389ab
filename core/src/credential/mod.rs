//! Credentials: schemas and values, what an issuer's key and a schema fix, blind issuance, and
//! renewal by epoch, and codes to revoke by.

mod issuance;
mod record;
mod renewal;
mod revocation;
mod schema;

pub use issuance::{
    Binding, COMMITMENT_LEN, Decided, IssuanceRequest, IssuanceResponse, Issued, NonceProof, Offer,
    PendingIssuance, check_commitment, issue, issue_bound,
};
pub use record::Credential;
pub use renewal::{
    Bucket, EpochSigner, MAX_BUCKETS, Manifest, RenewalError, SealedRow, open_row, renew, seal_row,
};
pub use revocation::{RevocationCode, RevocationCodeError};
pub use schema::{
    Attribute, AttributeType, MAX_ATTRIBUTES, MAX_CODE, MAX_CODES, MAX_EPOCH_DAYS, MAX_OCTETS,
    MAX_PHOTO, Schema, SchemaError, Value, is_code,
};

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::bbs::interface::Generators;
use crate::bbs::{self, Interface, KeyContext, Layout};
use crate::cbor::{CborError, Writer};
use crate::curve::{PublicKey, Scalar};
use crate::ids::{EpochDay, IssuerId, KeyId, SchemaId};
use crate::signed::SignedError;

/// Why a credential, or a step of its issuance, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The document is not well-formed.
    #[error("the document is not well-formed: {0}")]
    Encoding(#[from] CborError),
    /// A signed document's layout or signature.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// A schema or value.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A commitment, signature or key.
    #[error(transparent)]
    Bbs(#[from] bbs::Error),
    /// The document belongs to another issuer, schema, key or offer.
    #[error("the document belongs to another issuer, schema, key or offer")]
    Mismatch,
    /// An epoch that is not one of the schema's.
    #[error("the epoch is not one of the schema's; it could single the holder out")]
    Epoch,
    /// The offer's time is over.
    #[error("the offer has expired; ask the issuer for a new one")]
    Expired,
}

/// Message index of the epoch.
pub(crate) const EPOCH_INDEX: usize = 0;
/// The host commits to the device's scalar (by the device) and the nym secret.
const COMMITTED: usize = 2;

/// The id of a BBS key.
pub fn bbs_key_id(key: &PublicKey) -> KeyId {
    let digest: [u8; 32] = Sha256::digest(key.to_octets()).into();
    KeyId(digest.first_chunk().copied().unwrap_or_default())
}

/// The message layout of a schema: epoch and attributes; blind, device and nym.
pub fn layout(schema: &Schema) -> Layout {
    Layout {
        signer: schema.attributes.len() + 1,
        committed: Some(COMMITTED),
    }
}

/// Everything that an issuer's key and a schema fix: made once, used for every credential.
pub struct CredentialContext {
    /// The schema.
    pub schema: Schema,
    /// Its id.
    pub schema_id: SchemaId,
    /// The issuer.
    pub issuer: IssuerId,
    /// The key's id.
    pub key_id: KeyId,
    /// The BBS header: the same for every holder.
    pub header: Vec<u8>,
    /// Domain, constants and lines.
    pub key: KeyContext,
}

impl CredentialContext {
    /// Derives the context.
    ///
    /// # Errors
    /// [`CredentialError::Schema`] for a schema that is not acceptable.
    pub fn new(schema: Schema, issuer: IssuerId, key: PublicKey) -> Result<Self, CredentialError> {
        schema.check()?;
        let generators = Arc::new(Generators::new(Interface::glimpse(), layout(&schema))?);
        let (schema_id, key_id) = (schema.id(), bbs_key_id(&key));
        let mut w = Writer::new();
        w.array(4)
            .uint(1)
            .bytes(&issuer.0)
            .bytes(&schema_id.0)
            .bytes(&key_id.0);
        let header = w.into_vec();
        let key = KeyContext::new(generators, key, &header);
        Ok(Self {
            schema,
            schema_id,
            issuer,
            key_id,
            header,
            key,
        })
    }

    pub(crate) fn interface(&self) -> &Interface {
        self.key.generators().interface()
    }

    /// Message index of the device scalar.
    pub fn device_index(&self) -> usize {
        self.key.generators().layout().blind_index() + 1
    }

    /// Message index of the nym secret.
    pub fn nym_index(&self) -> usize {
        self.device_index() + 1
    }

    /// The signer's messages, then the blind, 0 for the device, and the nym secret.
    pub(crate) fn messages(
        &self,
        epoch: EpochDay,
        values: &[Value],
        blind: Scalar,
        nym: Scalar,
    ) -> Vec<Scalar> {
        core::iter::once(Scalar::from(epoch.0))
            .chain(values.iter().map(|v| v.to_scalar(self.interface())))
            .chain([blind, Scalar::zero(), nym])
            .collect()
    }
}

#[cfg(test)]
mod tests;
