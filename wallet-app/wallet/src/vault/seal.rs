//! The two operations that every file of the vault is made of: a key from a secret, and octets
//! sealed under a key.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

/// 32 octets that nobody else may have.
pub(super) type Secret = Zeroizing<[u8; 32]>;

/// What sealing adds: a nonce before, a tag after.
pub(super) const ADDED: usize = 24 + 16;

/// A fresh secret.
pub(super) fn random(rng: &mut dyn CryptoRng) -> Secret {
    let mut secret = Zeroizing::new([0; 32]);
    rng.fill_bytes(secret.as_mut_slice());
    secret
}

/// HKDF-SHA-256.
pub(super) fn derive(salt: Option<&Secret>, secret: &[u8], info: &[&[u8]]) -> Secret {
    let mut key = Zeroizing::new([0; 32]);
    // HKDF refuses only outputs beyond 8,160 octets.
    let _ = Hkdf::<Sha256>::new(salt.map(|s| s.as_slice()), secret)
        .expand_multi_info(info, key.as_mut_slice());
    key
}

/// nonce ‖ XChaCha20-Poly1305 of 32 octets under a key.
pub(super) fn seal(
    key: &Secret,
    about: &[u8],
    secret: &Secret,
    rng: &mut dyn CryptoRng,
) -> Vec<u8> {
    let mut nonce = [0; 24];
    rng.fill_bytes(&mut nonce);
    let payload = Payload {
        msg: secret.as_slice(),
        aad: about,
    };
    let sealed = XChaCha20Poly1305::new((&**key).into()).encrypt(&XNonce::from(nonce), payload);
    // Encrypting fails only beyond 256 GiB.
    [nonce.as_slice(), &sealed.unwrap_or_default()].concat()
}

/// What [`seal`] sealed; nothing under another key, of something else, or where it was changed.
pub(super) fn unseal(key: &Secret, about: &[u8], sealed: &[u8]) -> Option<Secret> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<24>()?;
    let payload = Payload {
        msg: ciphertext,
        aad: about,
    };
    let opened = XChaCha20Poly1305::new((&**key).into()).decrypt(&XNonce::from(*nonce), payload);
    let opened = Zeroizing::new(opened.ok()?);
    opened.as_slice().try_into().map(Zeroizing::new).ok()
}
