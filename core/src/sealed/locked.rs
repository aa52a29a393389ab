//! Secrets at rest that open in more than one way: by a passphrase, or by a file of 32 random
//! octets. spec:GL-9-LOCKED
//!
//! The contents are sealed under a key of their own, and that key is wrapped for each way. Who has
//! it can write the contents again without a passphrase at hand.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Cost, MAX_PLAINTEXT, SealedError, open, seal};
use crate::cbor::{CborError, Reader, Writer};

const LOCK_KIND: &str = "glimpse/lock/1";
const FILE_WRAP: &[u8] = b"glimpse/key-file/1";
const FILE_NAME: &[u8] = b"glimpse/key-file-name/1";
/// The most key files that open one locked file.
pub const MAX_KEY_FILES: usize = 4;
const MAX_LOCK: usize = 256;
const WRAPPED_LEN: usize = 32 + 16;

/// What opens a locked file.
#[derive(Clone, Copy)]
pub enum Way<'a> {
    /// A passphrase.
    Passphrase(&'a [u8]),
    /// The octets of a key file.
    KeyFile(&'a [u8; 32]),
}

/// A key file's name: it follows from its octets and tells nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFileName(pub [u8; 8]);

impl KeyFileName {
    /// The name of the key file with these octets.
    pub fn of(file: &[u8; 32]) -> Self {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(FILE_NAME)
            .chain_update(file)
            .finalize()
            .into();
        Self(digest.first_chunk().copied().unwrap_or_default())
    }
}

#[derive(Clone)]
struct WrappedForFile {
    name: KeyFileName,
    nonce: [u8; 24],
    wrapped: [u8; WRAPPED_LEN],
}

/// The lock of a locked file, open: the contents can be written again, and ways added.
pub struct Lock {
    kind: String,
    passphrase: Vec<u8>,
    files: Vec<WrappedForFile>,
    key: Zeroizing<[u8; 32]>,
}

fn file_cipher(file: &[u8; 32]) -> XChaCha20Poly1305 {
    let mut key = Zeroizing::new([0; 32]);
    // HKDF refuses only outputs beyond 8,160 octets.
    let _ = Hkdf::<Sha256>::new(None, file).expand(FILE_WRAP, key.as_mut_slice());
    XChaCha20Poly1305::new((&*key).into())
}

impl Lock {
    /// A lock with a fresh key that opens by a passphrase alone.
    ///
    /// # Errors
    /// [`SealedError::Cost`] out of bounds.
    pub fn new(
        kind: &str,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, SealedError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut_slice());
        Ok(Self {
            kind: kind.to_owned(),
            passphrase: seal(LOCK_KIND, passphrase, key.as_slice(), cost, rng)?,
            files: Vec::new(),
            key,
        })
    }

    /// Lets a key file open it too.
    ///
    /// # Errors
    /// [`SealedError::TooLarge`] past [`MAX_KEY_FILES`].
    pub fn enrol(&mut self, file: &[u8; 32], rng: &mut dyn CryptoRng) -> Result<(), SealedError> {
        let name = KeyFileName::of(file);
        self.files.retain(|other| other.name != name);
        if self.files.len() >= MAX_KEY_FILES {
            return Err(SealedError::TooLarge);
        }
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let payload = Payload {
            msg: self.key.as_slice(),
            aad: self.kind.as_bytes(),
        };
        let wrapped = file_cipher(file).encrypt(&XNonce::from(nonce), payload);
        let wrapped = wrapped.map_err(|_| SealedError::Damaged)?;
        self.files.push(WrappedForFile {
            name,
            nonce,
            wrapped: wrapped.try_into().map_err(|_| SealedError::Damaged)?,
        });
        Ok(())
    }

    /// The key files that open it.
    pub fn key_files(&self) -> impl Iterator<Item = KeyFileName> {
        self.files.iter().map(|file| file.name)
    }

    /// Seals contents.
    ///
    /// # Errors
    /// [`SealedError::TooLarge`].
    pub fn seal(&self, contents: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SealedError> {
        if contents.len() > MAX_PLAINTEXT {
            return Err(SealedError::TooLarge);
        }
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let head = head(&self.kind, &self.passphrase, &self.files, &nonce).into_vec();
        let payload = Payload {
            msg: contents,
            aad: &head,
        };
        let sealed = XChaCha20Poly1305::new((&*self.key).into())
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealedError::Damaged)?;
        let mut w = head_of(&head);
        w.bytes(&sealed);
        Ok(w.into_vec())
    }

    /// Opens a locked file in one of its ways.
    ///
    /// # Errors
    /// [`SealedError::Damaged`] for what is no such file, [`SealedError::Cost`],
    /// [`SealedError::Passphrase`], [`SealedError::KeyFile`].
    pub fn open(
        kind: &str,
        way: Way<'_>,
        octets: &[u8],
    ) -> Result<(Self, Zeroizing<Vec<u8>>), SealedError> {
        let read = Read::new(kind, octets)?;
        let key = match way {
            Way::Passphrase(passphrase) => open(LOCK_KIND, passphrase, read.passphrase)?,
            Way::KeyFile(file) => read.unwrap_by(file)?,
        };
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| SealedError::Damaged)?;
        read.open(Zeroizing::new(key))
    }

    /// Opens a later state of the same file, by the key in hand.
    ///
    /// # Errors
    /// [`SealedError::Passphrase`] where the file has another key by now.
    pub fn reopen(&self, octets: &[u8]) -> Result<(Self, Zeroizing<Vec<u8>>), SealedError> {
        Read::new(&self.kind, octets)?.open(self.key.clone())
    }
}

/// Whether these octets have the shape of a locked file of this kind; nothing is opened.
pub fn is_locked(kind: &str, octets: &[u8]) -> bool {
    Read::new(kind, octets).is_ok()
}

fn head(kind: &str, passphrase: &[u8], files: &[WrappedForFile], nonce: &[u8; 24]) -> Writer {
    let mut w = Writer::new();
    w.array(6).uint(1).text(kind).bytes(passphrase);
    w.array(files.len());
    for file in files {
        w.array(3).bytes(&file.name.0);
        w.bytes(&file.nonce).bytes(&file.wrapped);
    }
    w.bytes(nonce);
    w
}

fn head_of(head: &[u8]) -> Writer {
    let mut w = Writer::new();
    w.raw(head);
    w
}

/// A locked file, read and not opened.
struct Read<'a> {
    kind: String,
    passphrase: &'a [u8],
    files: Vec<WrappedForFile>,
    nonce: [u8; 24],
    ciphertext: &'a [u8],
}

impl<'a> Read<'a> {
    fn new(kind: &str, octets: &'a [u8]) -> Result<Self, SealedError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(6)?;
        if r.text(32)? != kind {
            return Err(SealedError::Damaged);
        }
        let passphrase = r.bytes(MAX_LOCK)?;
        let files = r.list(0, MAX_KEY_FILES, |r| {
            r.tuple(3)?;
            Ok::<_, CborError>(WrappedForFile {
                name: KeyFileName(r.array_of()?),
                nonce: r.array_of()?,
                wrapped: r.array_of()?,
            })
        })?;
        let nonce = r.array_of()?;
        let ciphertext = r.bytes(MAX_PLAINTEXT + 16)?;
        r.finish()?;
        Ok(Self {
            kind: kind.to_owned(),
            passphrase,
            files,
            nonce,
            ciphertext,
        })
    }

    fn unwrap_by(&self, file: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, SealedError> {
        let name = KeyFileName::of(file);
        let found = self.files.iter().find(|wrapped| wrapped.name == name);
        let found = found.ok_or(SealedError::KeyFile)?;
        let payload = Payload {
            msg: &found.wrapped,
            aad: self.kind.as_bytes(),
        };
        file_cipher(file)
            .decrypt(&XNonce::from(found.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealedError::KeyFile)
    }

    fn open(self, key: Zeroizing<[u8; 32]>) -> Result<(Lock, Zeroizing<Vec<u8>>), SealedError> {
        let head = head(&self.kind, self.passphrase, &self.files, &self.nonce).into_vec();
        let payload = Payload {
            msg: self.ciphertext,
            aad: &head,
        };
        let contents = XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(self.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealedError::Passphrase)?;
        let lock = Lock {
            kind: self.kind,
            passphrase: self.passphrase.to_vec(),
            files: self.files,
            key,
        };
        Ok((lock, contents))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_rng::TestRng;

    const KIND: &str = "test/2";

    fn lock() -> Lock {
        Lock::new(KIND, b"pass", Cost::LEAST, &mut TestRng::new(1)).unwrap()
    }

    fn why(way: Way<'_>, octets: &[u8]) -> Option<SealedError> {
        Lock::open(KIND, way, octets).err()
    }

    #[test]
    fn opens_by_its_passphrase_and_by_each_of_its_key_files_only() {
        let mut lock = lock();
        let (one, other) = ([1; 32], [2; 32]);
        lock.enrol(&one, &mut TestRng::new(2)).unwrap();
        let file = lock.seal(b"secret", &mut TestRng::new(3)).unwrap();
        for way in [Way::Passphrase(b"pass"), Way::KeyFile(&one)] {
            let (opened, contents) = Lock::open(KIND, way, &file).unwrap();
            assert_eq!(contents.as_slice(), b"secret");
            // Who has opened it in one way writes it for all.
            let again = opened.seal(b"more", &mut TestRng::new(4)).unwrap();
            let (_, contents) = Lock::open(KIND, Way::KeyFile(&one), &again).unwrap();
            assert_eq!(contents.as_slice(), b"more");
            assert_eq!(lock.reopen(&again).unwrap().1.as_slice(), b"more");
        }
        let wrong = Some(SealedError::Passphrase);
        assert_eq!(why(Way::Passphrase(b"word"), &file), wrong);
        assert_eq!(why(Way::KeyFile(&other), &file), Some(SealedError::KeyFile));
        assert_eq!(
            Lock::open("test/3", Way::KeyFile(&one), &file).err(),
            Some(SealedError::Damaged)
        );
        // A lock made anew has another key.
        let renewed = Lock::new(KIND, b"pass", Cost::LEAST, &mut TestRng::new(9)).unwrap();
        let renewed = renewed.seal(b"secret", &mut TestRng::new(5)).unwrap();
        assert_eq!(lock.reopen(&renewed).err(), wrong);
        assert_eq!(
            why(Way::KeyFile(&one), &renewed),
            Some(SealedError::KeyFile)
        );
    }

    #[test]
    fn no_more_key_files_than_its_reader_takes_and_each_once() {
        let mut lock = lock();
        for number in 0..4 {
            lock.enrol(&[number; 32], &mut TestRng::new(2)).unwrap();
        }
        lock.enrol(&[0; 32], &mut TestRng::new(2)).unwrap();
        assert_eq!(lock.key_files().count(), 4);
        assert_eq!(
            lock.enrol(&[4; 32], &mut TestRng::new(2)),
            Err(SealedError::TooLarge)
        );
        let file = lock.seal(b"", &mut TestRng::new(3)).unwrap();
        assert!(Lock::open(KIND, Way::KeyFile(&[3; 32]), &file).is_ok());
    }

    #[test]
    fn every_flip_and_every_cut_is_refused() {
        let mut lock = lock();
        lock.enrol(&[1; 32], &mut TestRng::new(2)).unwrap();
        let file = lock.seal(b"secret", &mut TestRng::new(3)).unwrap();
        for cut in 0..file.len() {
            assert_eq!(
                why(Way::KeyFile(&[1; 32]), &file[..cut]),
                Some(SealedError::Damaged)
            );
        }
        for place in 0..file.len() {
            for bit in 0..8 {
                let mut flipped = file.clone();
                flipped[place] ^= 1 << bit;
                assert!(why(Way::KeyFile(&[1; 32]), &flipped).is_some(), "{place}");
                assert!(lock.reopen(&flipped).is_err());
            }
        }
    }
}
