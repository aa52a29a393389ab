//! The office's keys: BBS, Ed25519, and the master from which each holder's renewal key follows.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Interface;
use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::{Handle, IssuerId};
use glimpse_core::sealed::{self, Cost, SealedError};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::OfficeError;

const KIND: &str = "glimpse/office-keys/1";

/// The office's keys, unsealed.
pub struct OfficeKeys {
    pub(crate) id: IssuerId,
    pub(crate) bbs: SecretScalar,
    pub(crate) signing: SigningKey,
    master: Zeroizing<[u8; 32]>,
}

impl OfficeKeys {
    /// Fresh keys.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut fill = || {
            let mut octets = Zeroizing::new([0; 32]);
            rng.fill_bytes(octets.as_mut_slice());
            octets
        };
        let (id, material, signing, master) = (fill(), fill(), fill(), fill());
        let id = IssuerId(id.first_chunk().copied().unwrap_or_default());
        // KeyGen refuses less than 32 octets only; this never takes the other branch.
        let bbs = Interface::glimpse().key_gen(material.as_slice(), b"", None);
        let bbs = bbs.unwrap_or_else(|_| SecretScalar::random(rng));
        Self {
            id,
            bbs,
            signing: SigningKey::from_bytes(&signing),
            master,
        }
    }

    pub(crate) fn seal(
        &self,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, SealedError> {
        let mut w = Writer::new();
        w.array(4)
            .bytes(&self.id.0)
            .bytes(&*Zeroizing::new(self.bbs.expose().to_octets()));
        w.bytes(&*Zeroizing::new(self.signing.to_bytes()))
            .bytes(self.master.as_slice());
        sealed::seal(KIND, passphrase, &Zeroizing::new(w.into_vec()), cost, rng)
    }

    pub(crate) fn open(passphrase: &[u8], file: &[u8]) -> Result<Self, SealedError> {
        let octets = sealed::open(KIND, passphrase, file)?;
        let read = || -> Result<Self, CborError> {
            let mut r = Reader::new(&octets);
            r.tuple(4)?;
            let id = IssuerId(r.array_of()?);
            let mut secret = || Ok::<_, CborError>(Zeroizing::new(r.array_of::<32>()?));
            let (bbs, signing, master) = (secret()?, secret()?, secret()?);
            r.finish()?;
            let bbs = SecretScalar::from_octets(&bbs).map_err(|_| CborError::Bound)?;
            Ok(Self {
                id,
                bbs,
                signing: SigningKey::from_bytes(&signing),
                master,
            })
        };
        read().map_err(SealedError::from)
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
        }
    }
}
