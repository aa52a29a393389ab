//! The office's keys: BBS, Ed25519, and the master from which each holder's renewal key follows.

mod file;
mod ring;

use std::sync::{Arc, PoisonError, RwLock};

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use glimpse_core::ids::{Handle, IssuerId};
use glimpse_core::sealed::SealedError;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::OfficeError;

pub(crate) use file::KeyFile;
pub(crate) use ring::{CredentialKey, Ring};
pub use ring::{KeyError, KeyState, Window};

/// The office's keys, unsealed. The master stays; the ring of keys that sign changes by ceremonies,
/// of which a service learns while it runs.
pub struct OfficeKeys {
    pub(crate) id: IssuerId,
    master: Zeroizing<[u8; 32]>,
    ring: RwLock<Arc<Ring>>,
}

impl OfficeKeys {
    fn new(id: IssuerId, master: Zeroizing<[u8; 32]>, ring: Ring) -> Self {
        let ring = RwLock::new(Arc::new(ring));
        Self { id, master, ring }
    }

    /// The keys that sign, as they are now. Who does several things with them takes them once.
    pub(crate) fn ring(&self) -> Arc<Ring> {
        // A thread that panicked left a whole ring behind.
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        ring.clone()
    }

    /// The ring alone, of keys that were just read and that nobody else has.
    fn into_ring(self) -> Option<Ring> {
        let ring = self.ring.into_inner();
        Arc::into_inner(ring.unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    fn derive(&self, purpose: &[u8], id: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF refuses only outputs beyond 8,160 octets.
        let _ = Hkdf::<Sha256>::new(None, self.master.as_slice())
            .expand_multi_info(&[purpose, id], key.as_mut_slice());
        key
    }

    /// The key that opens a holder's renewals; the office need not store it.
    pub(crate) fn renewal_key(&self, handle: Handle) -> Zeroizing<[u8; 32]> {
        self.derive(b"glimpse/renewal-key/1", &handle.0)
    }

    /// Seals a record of the office's database. spec:GL-10-SEALED The purpose and the record's id fix the key, and
    /// the id is authenticated: a record that is moved to another place does not open.
    ///
    /// # Errors
    /// [`OfficeError::Keys`] for more than the cipher takes.
    pub(crate) fn seal_record(
        &self,
        purpose: Purpose,
        id: &[u8],
        record: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, OfficeError> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: record,
            aad: id,
        };
        let sealed = self
            .record_cipher(purpose, id)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealedError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`OfficeKeys::seal_record`] made.
    ///
    /// # Errors
    /// [`OfficeError::Keys`] for a record that is damaged, of another place, or of another office.
    pub(crate) fn open_record(
        &self,
        purpose: Purpose,
        id: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OfficeError> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<24>()
            .ok_or(SealedError::Damaged)?;
        let payload = Payload {
            msg: sealed,
            aad: id,
        };
        let opened = self
            .record_cipher(purpose, id)
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| SealedError::Damaged)?;
        Ok(Zeroizing::new(opened))
    }

    fn record_cipher(&self, purpose: Purpose, id: &[u8]) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(purpose.info(), id)).into())
    }

    /// What names things for this purpose.
    pub(crate) fn tagger(&self, purpose: Purpose) -> Tagger {
        Tagger(Zeroizing::new(self.derive(purpose.info(), b"").to_vec()))
    }

    /// One tag; [`OfficeKeys::tagger`] is for many.
    pub(crate) fn tag(&self, purpose: Purpose, octets: &[u8]) -> [u8; 32] {
        self.tagger(purpose).tag(octets)
    }
}

/// HMAC-SHA-256 under a key for one purpose: it names things so that only this office can, such as
/// a term to search for.
pub(crate) struct Tagger(Zeroizing<Vec<u8>>);

impl Tagger {
    pub(crate) fn tag(&self, octets: &[u8]) -> [u8; 32] {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return [0; 32];
        };
        mac.update(octets);
        mac.finalize().into_bytes().into()
    }
}

/// What a key that follows from the master is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// An issuance response, kept for a holder whose line broke.
    Answer,
    /// Tags of the audit trail.
    Audit,
    /// Tags of the names that somebody tried to sign in with.
    Attempt,
    /// The secret of a second factor.
    Totp,
    /// A resident's reference and values.
    Resident,
    /// Tags of residents' references.
    Reference,
    /// Tags of words to search for.
    Term,
    /// Rows of a spreadsheet that wait to be imported.
    ImportRows,
    /// What is noted with a revocation.
    Revocation,
    /// What is secret of an invitation.
    Invitation,
    /// Tags of the numbers of letters.
    LetterNumber,
    /// Tags of nonces.
    Nonce,
    /// Proofs that wait for a second person's approval.
    Proofs,
}

impl Purpose {
    fn info(self) -> &'static [u8] {
        match self {
            Self::Answer => b"glimpse/answer-key/1",
            Self::Audit => b"glimpse/audit-key/1",
            Self::Attempt => b"glimpse/attempt-key/1",
            Self::Totp => b"glimpse/totp-key/1",
            Self::Resident => b"glimpse/resident-key/1",
            Self::Reference => b"glimpse/reference-key/1",
            Self::Term => b"glimpse/term-key/1",
            Self::ImportRows => b"glimpse/import-key/1",
            Self::Revocation => b"glimpse/revocation-key/1",
            Self::Invitation => b"glimpse/invitation-key/1",
            Self::LetterNumber => b"glimpse/letter-number-key/1",
            Self::Nonce => b"glimpse/nonce-key/1",
            Self::Proofs => b"glimpse/proofs-key/1",
        }
    }
}
