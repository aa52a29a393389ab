//! The office as a publisher: its entry for trust lists, lists, registrations.

use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Registration;
use glimpse_core::signed::read_many;
use glimpse_core::trust::{IssuerEntry, IssuerKey, TrustError, TrustList};

use super::{Office, OfficeError};
use crate::keys::{CredentialKey, Window};

impl Office {
    /// What a trust list says of this office: every key that is not retired, each with its own
    /// time or, where none is fixed, this one.
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
        let ring = self.keys.ring();
        let given = Window {
            not_before,
            not_after,
        };
        let listed = |key: &CredentialKey| {
            let window = key.window.unwrap_or(given);
            IssuerKey {
                key: key.public,
                not_before: window.not_before,
                not_after: window.not_after,
            }
        };
        Ok(IssuerEntry {
            id: self.keys.id,
            names,
            signing: ring.signing.verifying_key(),
            keys: ring.unretired().map(listed).collect(),
            schemas: self
                .schemas()?
                .iter()
                .map(glimpse_core::credential::Schema::to_octets)
                .collect(),
            region: region.to_owned(),
        })
    }

    /// Signs a trust list as its publisher: with the key in use, and with the next one where the
    /// list names it, so that those who hold an older list follow.
    pub fn sign_list(&self, list: &TrustList) -> Vec<u8> {
        let ring = self.keys.ring();
        let next = ring.next_signing.as_ref();
        let next = next.filter(|key| list.keys.contains(&key.verifying_key()));
        let signers: Vec<_> = std::iter::once(&ring.signing).chain(next).collect();
        list.sign(&signers)
    }

    /// Adds this office's signature to a trust list that other publishers have signed.
    ///
    /// # Errors
    /// [`OfficeError::List`] for what is no list that can be read.
    pub fn countersign_list(&self, octets: &[u8]) -> Result<Vec<u8>, OfficeError> {
        // Nobody signs what she cannot read.
        let document = read_many(octets).map_err(TrustError::from)?;
        TrustList::from_payload(document.payload).map_err(TrustError::from)?;
        Ok(TrustList::countersign(octets, &self.keys.ring().signing).map_err(TrustError::from)?)
    }

    /// Signs a verifier's registration as a publisher of a trust list.
    pub fn sign_registration(&self, registration: &Registration) -> Vec<u8> {
        registration.sign(&self.keys.ring().signing)
    }
}
