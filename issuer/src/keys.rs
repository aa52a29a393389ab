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

    fn answer_cipher(&self, code: &[u8; 16]) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.derive(b"glimpse/answer-key/1", code)).into())
    }

    /// Seals an issuance response for the store.
    pub(crate) fn seal_answer(
        &self,
        code: &[u8; 16],
        answer: &[u8],
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, OfficeError> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let sealed = self
            .answer_cipher(code)
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: answer,
                    aad: code,
                },
            )
            .map_err(|_| SealedError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`OfficeKeys::seal_answer`] made.
    pub(crate) fn open_answer(
        &self,
        code: &[u8; 16],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, OfficeError> {
        let (nonce, sealed) = sealed
            .split_first_chunk::<24>()
            .ok_or(SealedError::Damaged)?;
        let opened = self
            .answer_cipher(code)
            .decrypt(
                &XNonce::from(*nonce),
                Payload {
                    msg: sealed,
                    aad: code,
                },
            )
            .map_err(|_| SealedError::Damaged)?;
        Ok(Zeroizing::new(opened))
    }
}
