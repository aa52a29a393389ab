//! Issuance by QR codes: a one-time offer, the wallet's request, the office's answer.

use glimpse_core::credential::{Decided, IssuanceRequest, Offer, Schema, Value, issue};
use glimpse_core::ids::{Handle, SchemaId, UnixTime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Office, OfficeError};
use crate::keys::Purpose;
use crate::records::holders::{self, NewHolder};
use crate::records::offers::{self, UsedOffer};

impl Office {
    /// Makes a one-time offer.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`], [`OfficeError::Store`].
    pub fn offer(
        &self,
        schema: SchemaId,
        expires: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, OfficeError> {
        let context = self.context(schema)?;
        let mut code = [0; 16];
        rng.fill_bytes(&mut code);
        let (issuer, key) = (self.keys.id, context.key_id);
        let octets = Offer {
            issuer,
            schema,
            key,
            code,
            expires,
        }
        .sign(&self.keys.ring().signing);
        self.store
            .write(|tx| offers::add(tx, &code, &octets, expires))?;
        Ok(octets)
    }

    /// The schema of the credential that a wallet's request is for: its values are wanted next.
    ///
    /// # Errors
    /// [`OfficeError::Offer`] for a request that answers no offer of this office.
    pub fn schema_of(&self, request: &[u8]) -> Result<Schema, OfficeError> {
        let code = IssuanceRequest::from_octets(request)?.code;
        let octets = self.store.read(|tx| offers::octets(tx, &code))?;
        let octets = octets.ok_or(OfficeError::Offer)?;
        // Its time is looked at when the credential is issued.
        let offer = Offer::verify(&octets, &self.signing_key(), UnixTime(0))?;
        let found = self.schemas()?.into_iter().find(|s| s.id() == offer.schema);
        found.ok_or(OfficeError::UnknownSchema)
    }

    /// Whether this request was answered before: [`Office::issue`] then gives the answer of then,
    /// with the values of then.
    ///
    /// # Errors
    /// [`OfficeError::Credential`], [`OfficeError::Store`].
    pub fn was_answered(&self, request: &[u8]) -> Result<bool, OfficeError> {
        let code = IssuanceRequest::from_octets(request)?.code;
        let used = self.store.read(|tx| offers::look_up(tx, &code, request))?;
        Ok(matches!(used, UsedOffer::BySame(_)))
    }

    /// Signs for the holder who answered an offer. The same request gets the same answer again:
    /// a line that broke costs nothing, and a code yields one credential. `reference` is the
    /// office's own, by which [`Office::holders`] lists the holder; it may be empty.
    ///
    /// # Errors
    /// [`OfficeError::Offer`], [`OfficeError::Credential`].
    pub fn issue(
        &self,
        request: &[u8],
        values: Vec<Value>,
        reference: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Zeroizing<Vec<u8>>, OfficeError> {
        let parsed = IssuanceRequest::from_octets(request)?;
        let offer_octets = match self
            .store
            .read(|tx| offers::look_up(tx, &parsed.code, request))?
        {
            UsedOffer::Unknown | UsedOffer::ByAnother => return Err(OfficeError::Offer),
            UsedOffer::BySame(answer) => {
                return self
                    .keys
                    .open_record(Purpose::Answer, &parsed.code, &answer);
            }
            UsedOffer::Open(octets) => octets,
        };
        let offer = Offer::verify(&offer_octets, &self.signing_key(), now)?;
        // The key of the offer: another may have become current since.
        let context = self.context_of(offer.schema, offer.key)?;
        let ring = self.keys.ring();
        let epoch = context.schema.epoch_of(now);
        let mut handle = Handle([0; 8]);
        rng.fill_bytes(&mut handle.0);
        let renewal_key = self.keys.renewal_key(handle);
        let issued = issue(
            &context,
            ring.secret(offer.key)?,
            &offer,
            &offer_octets,
            &parsed,
            Decided {
                values,
                epoch,
                handle,
                renewal_key,
            },
            rng,
        )?;
        let answer = issued.response.to_octets();
        let sealed = self
            .keys
            .seal_record(Purpose::Answer, &parsed.code, &answer, rng)?;
        let new = NewHolder {
            handle,
            schema: offer.schema,
            key: context.key_id,
            b0: &issued.b0,
            issued: now,
            reference,
            resident: None,
        };
        // One transaction: the offer is used and the holder is known, or neither.
        self.store.write(|tx| {
            if !offers::use_up(tx, &parsed.code, request, &sealed)? {
                return Err(OfficeError::Offer);
            }
            holders::add(tx, &new)?;
            offers::forget(tx, now)?;
            Ok(self.note(tx, now, "command", "credential.issue", handle, "")?)
        })?;
        Ok(answer)
    }
}
