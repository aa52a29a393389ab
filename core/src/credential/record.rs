//! The credential as its holder keeps it. spec:GL-3-RECORD

use zeroize::Zeroizing;

use crate::bbs::signature::Signature;
use crate::cbor::{Reader, Writer};
use crate::curve::{G1, G1Affine, PublicKey, Scalar, SecretScalar};
use crate::ids::{EpochDay, Handle, IssuerId, SchemaId, UnixTime};
use crate::signed;

use super::{CredentialContext, CredentialError, Schema, Value};

/// A credential as the holder keeps it. Personal and secret: no `Debug`, no `Clone`.
pub struct Credential {
    /// The schema document.
    pub schema: Vec<u8>,
    /// The issuer.
    pub issuer: IssuerId,
    /// The issuer's BBS key.
    pub key: [u8; PublicKey::LEN],
    /// The epoch signed.
    pub epoch: EpochDay,
    /// The values, in schema order.
    pub values: Vec<Value>,
    /// The signature.
    pub signature: [u8; Signature::LEN],
    pub(crate) nym: SecretScalar,
    pub(crate) blind: SecretScalar,
    /// The handle of its renewals.
    pub handle: Handle,
    /// The key of its renewals.
    pub renewal_key: Zeroizing<[u8; 32]>,
    pub(crate) device: [u8; G1::LEN],
}

impl Credential {
    /// The record to keep; secret.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.array(12)
            .uint(1)
            .bytes(&self.schema)
            .bytes(&self.issuer.0)
            .bytes(&self.key);
        w.uint(self.epoch.0.into()).array(self.values.len());
        self.values.iter().for_each(|v| v.write(&mut w));
        w.bytes(&self.signature);
        w.bytes(&self.nym.expose().to_octets())
            .bytes(&self.blind.expose().to_octets());
        w.bytes(&self.handle.0)
            .bytes(self.renewal_key.as_slice())
            .bytes(&self.device);
        Zeroizing::new(w.into_vec())
    }

    /// Reads the record.
    ///
    /// # Errors
    /// [`CredentialError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CredentialError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(12)?;
        let schema_octets = r.bytes(signed::MAX_SIGNED)?;
        let schema = Schema::from_octets(schema_octets)?;
        let (issuer, key) = (IssuerId(r.array_of()?), r.array_of()?);
        let epoch = EpochDay(r.uint_up_to(u32::MAX)?);
        r.tuple(schema.attributes.len())?;
        let values = schema
            .attributes
            .iter()
            .map(|a| Value::read(&mut r, &a.kind))
            .collect::<Result<_, _>>()?;
        let signature = r.array_of()?;
        let mut secret = || {
            let octets = Zeroizing::new(r.array_of()?);
            SecretScalar::from_octets(&octets).map_err(|e| CredentialError::Bbs(e.into()))
        };
        let (nym, blind) = (secret()?, secret()?);
        let (handle, renewal_key) = (Handle(r.array_of()?), Zeroizing::new(r.array_of()?));
        let device = r.array_of()?;
        r.finish()?;
        let schema = schema_octets.to_vec();
        Ok(Self {
            schema,
            issuer,
            key,
            epoch,
            values,
            signature,
            nym,
            blind,
            handle,
            renewal_key,
            device,
        })
    }

    /// The schema's id.
    pub fn schema_id(&self) -> SchemaId {
        SchemaId::of(&self.schema)
    }

    /// The context it belongs to.
    ///
    /// # Errors
    /// [`CredentialError`] when the record does not make sense.
    pub fn context(&self) -> Result<CredentialContext, CredentialError> {
        let key = PublicKey::from_octets(&self.key).map_err(crate::bbs::Error::from)?;
        CredentialContext::new(Schema::from_octets(&self.schema)?, self.issuer, key)
    }

    pub(crate) fn device_point(&self) -> Result<G1, CredentialError> {
        Ok(G1Affine::from_octets(&self.device)
            .map_err(crate::bbs::Error::from)?
            .into())
    }

    pub(crate) fn messages(&self, context: &CredentialContext) -> Zeroizing<Vec<Scalar>> {
        let (blind, nym) = (self.blind.expose(), self.nym.expose());
        Zeroizing::new(context.messages(self.epoch, &self.values, blind, nym))
    }

    /// Whether the epoch is one of the schema's and the signature holds under the context's key and
    /// header.
    ///
    /// # Errors
    /// [`CredentialError::Epoch`], [`CredentialError::Bbs`].
    pub fn verify(&self, context: &CredentialContext) -> Result<(), CredentialError> {
        if !context.schema.is_epoch(self.epoch) {
            return Err(CredentialError::Epoch);
        }
        let b = context
            .key
            .b(&self.messages(context), Some(&self.device_point()?))?;
        Ok(context
            .key
            .verify_b(&Signature::from_octets(&self.signature)?, &b)?)
    }

    /// Takes a renewed signature, once it is found to hold for the new epoch.
    ///
    /// # Errors
    /// [`CredentialError::Epoch`] for an epoch of the future, [`CredentialError::Bbs`] for a wrong
    /// signature; the credential is then as it was.
    pub fn renew(
        &mut self,
        context: &CredentialContext,
        epoch: EpochDay,
        signature: [u8; Signature::LEN],
        now: UnixTime,
    ) -> Result<(), CredentialError> {
        if context.schema.is_future(epoch, now) {
            return Err(CredentialError::Epoch);
        }
        let old = (self.epoch, self.signature);
        (self.epoch, self.signature) = (epoch, signature);
        let checked = self.verify(context);
        if checked.is_err() {
            (self.epoch, self.signature) = old;
        }
        checked
    }
}
