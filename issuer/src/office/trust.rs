//! The office as a publisher: its entry for trust lists, lists, registrations.

use glimpse_core::cbor::Texts;
use glimpse_core::curve::PublicKey;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Registration;
use glimpse_core::signed::read_many;
use glimpse_core::trust::{IssuerEntry, IssuerKey, TrustError, TrustList};

use super::{Office, OfficeError};

impl Office {
    /// What a trust list says of this office.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn trust_entry(
        &self,
        names: Texts,
        region: &str,
        not_before: UnixTime,
        not_after: UnixTime,
    ) -> Result<IssuerEntry, OfficeError> {
        Ok(IssuerEntry {
            id: self.keys.id,
            names,
            signing: self.signing_key(),
            keys: vec![IssuerKey {
                key: PublicKey::of(&self.keys.bbs),
                not_before,
                not_after,
            }],
            schemas: self
                .schemas()?
                .iter()
                .map(glimpse_core::credential::Schema::to_octets)
                .collect(),
            region: region.to_owned(),
        })
    }

    /// Signs a trust list as its publisher.
    pub fn sign_list(&self, list: &TrustList) -> Vec<u8> {
        list.sign(&[&self.keys.signing])
    }

    /// Adds this office's signature to a trust list that other publishers have signed.
    ///
    /// # Errors
    /// [`OfficeError::List`] for what is no list that can be read.
    pub fn countersign_list(&self, octets: &[u8]) -> Result<Vec<u8>, OfficeError> {
        // Nobody signs what she cannot read.
        let document = read_many(octets).map_err(TrustError::from)?;
        TrustList::from_payload(document.payload).map_err(TrustError::from)?;
        Ok(TrustList::countersign(octets, &self.keys.signing).map_err(TrustError::from)?)
    }

    /// Signs a verifier's registration as a publisher of a trust list.
    pub fn sign_registration(&self, registration: &Registration) -> Vec<u8> {
        registration.sign(&self.keys.signing)
    }
}
