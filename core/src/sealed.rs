//! Secrets at rest: octets sealed under a passphrase by Argon2id and XChaCha20-Poly1305. spec:GL-9
//!
//! `[1, kind, memory-KiB, passes, salt, nonce, ciphertext]`; everything before the ciphertext is
//! authenticated with it. The costs are bounded on opening, so a file cannot make its reader
//! allocate without end. Reading and writing files is the caller's.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::cbor::{CborError, Reader, Writer};

pub mod locked;

const MAX_PLAINTEXT: usize = 1 << 20;

/// What Argon2id costs: memory in KiB and passes; one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory: u32,
    passes: u32,
}

impl Cost {
    /// 64 MiB and 3 passes: RFC 9106's second recommendation but for the lanes.
    pub const STANDARD: Self = Self {
        memory: 64 * 1024,
        passes: 3,
    };
    /// The least that is accepted: 8 MiB, 1 pass. For tests.
    pub const LEAST: Self = Self {
        memory: 8 * 1024,
        passes: 1,
    };
    const MOST: Self = Self {
        memory: 512 * 1024,
        passes: 16,
    };

    /// A cost: memory in KiB, and passes.
    ///
    /// # Errors
    /// [`SealedError::Cost`] out of bounds.
    pub fn new(memory: u32, passes: u32) -> Result<Self, SealedError> {
        Self { memory, passes }.check()
    }

    /// Memory in KiB.
    pub fn memory(self) -> u32 {
        self.memory
    }

    /// Passes.
    pub fn passes(self) -> u32 {
        self.passes
    }

    fn check(self) -> Result<Self, SealedError> {
        let fits = (Self::LEAST.memory..=Self::MOST.memory).contains(&self.memory)
            && (Self::LEAST.passes..=Self::MOST.passes).contains(&self.passes);
        if fits {
            Ok(self)
        } else {
            Err(SealedError::Cost)
        }
    }
}

/// Why a sealed file does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealedError {
    /// Not a sealed file, or cut short.
    #[error("the file is not a sealed file of this kind, or is cut short")]
    Damaged,
    /// Costs beyond what a reader should accept.
    #[error("the file asks for more memory or time than is acceptable")]
    Cost,
    /// More than 1 MiB to seal.
    #[error("this is too large to be sealed")]
    TooLarge,
    /// The passphrase is wrong, or the file was changed: the two cannot be told apart.
    #[error("the passphrase is wrong, or the file was changed")]
    Passphrase,
    /// The key file is none of this file's, or the file was changed.
    #[error("the key file does not open this file, or the file was changed")]
    KeyFile,
}

impl From<CborError> for SealedError {
    fn from(_: CborError) -> Self {
        Self::Damaged
    }
}

/// A 32-octet key from a passphrase and salt.
///
/// # Errors
/// [`SealedError::Cost`] out of bounds.
pub fn derive_key(
    passphrase: &[u8],
    salt: &[u8; 16],
    cost: Cost,
) -> Result<Zeroizing<[u8; 32]>, SealedError> {
    let cost = cost.check()?;
    let params =
        Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(|_| SealedError::Cost)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase, salt, key.as_mut_slice())
        .map_err(|_| SealedError::Cost)?;
    Ok(key)
}

fn head(kind: &str, cost: Cost, salt: &[u8; 16], nonce: &[u8; 24]) -> Writer {
    let mut w = Writer::new();
    w.array(7)
        .uint(1)
        .text(kind)
        .uint(cost.memory.into())
        .uint(cost.passes.into());
    w.bytes(salt).bytes(nonce);
    w
}

/// Seals octets. `kind` says what they are and must be named again to open them.
///
/// # Errors
/// [`SealedError::Cost`] out of bounds, [`SealedError::TooLarge`].
pub fn seal(
    kind: &str,
    passphrase: &[u8],
    plaintext: &[u8],
    cost: Cost,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, SealedError> {
    if plaintext.len() > MAX_PLAINTEXT {
        return Err(SealedError::TooLarge);
    }
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    rng.fill_bytes(&mut salt);
    rng.fill_bytes(&mut nonce);
    let key = derive_key(passphrase, &salt, cost)?;
    let mut w = head(kind, cost, &salt, &nonce);
    let aad = head(kind, cost, &salt, &nonce).into_vec();
    let sealed = XChaCha20Poly1305::new((&*key).into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plaintext,
                aad: &aad,
            },
        )
        .map_err(|_| SealedError::Damaged)?;
    w.bytes(&sealed);
    Ok(w.into_vec())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`SealedError`].
pub fn open(
    kind: &str,
    passphrase: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealedError> {
    let mut r = Reader::new(sealed);
    r.tuple(7)?;
    if r.uint()? != 1 || r.text(32)? != kind {
        return Err(SealedError::Damaged);
    }
    let cost = Cost::new(r.uint_up_to(u32::MAX)?, r.uint_up_to(u32::MAX)?)?;
    let (salt, nonce) = (r.array_of()?, r.array_of()?);
    let ciphertext = r.bytes(MAX_PLAINTEXT + 16)?;
    r.finish()?;
    let key = derive_key(passphrase, &salt, cost)?;
    let aad = head(kind, cost, &salt, &nonce).into_vec();
    XChaCha20Poly1305::new((&*key).into())
        .decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: ciphertext,
                aad: &aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| SealedError::Passphrase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::TestRng;

    #[test]
    fn opens_only_whole_unchanged_and_with_its_passphrase() {
        let sealed = seal("k", b"pass", b"secret", Cost::LEAST, &mut TestRng::new(1)).unwrap();
        assert_eq!(open("k", b"pass", &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(
            open("k", b"word", &sealed).err(),
            Some(SealedError::Passphrase)
        );
        assert_eq!(
            open("other", b"pass", &sealed).err(),
            Some(SealedError::Damaged)
        );
        (0..sealed.len()).for_each(|cut| {
            assert_eq!(
                open("k", b"pass", &sealed[..cut]).err(),
                Some(SealedError::Damaged)
            )
        });
        for i in (0..sealed.len()).step_by(5) {
            let mut flipped = sealed.clone();
            flipped[i] ^= 1;
            assert!(open("k", b"pass", &flipped).is_err());
        }
    }

    #[test]
    fn a_file_cannot_ask_for_the_moon() {
        let moon = Cost {
            memory: u32::MAX,
            passes: 1,
        };
        let mut w = head("k", moon, &[0; 16], &[0; 24]);
        w.bytes(&[0; 20]);
        assert_eq!(open("k", b"", &w.into_vec()).err(), Some(SealedError::Cost));
    }
}
