//! Signed documents: COSE_Sign1 for one signer, COSE_Sign for several (RFC 9052), Ed25519 by
//! `verify_strict`. The layout is fixed, so the strict reader reads it and no second, laxer CBOR
//! parser comes near untrusted octets; the tests check it against `coset`. spec:GL-2-SIGNED

use std::borrow::Cow;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cbor::{CborError, Reader, Writer};

/// Largest signed document, in octets.
pub const MAX_SIGNED: usize = 64 * 1024;
/// Most signatures on one document.
pub const MAX_SIGNATURES: usize = 16;

const TAG_SIGN1: u8 = 0xd2;
const TAG_SIGN: [u8; 2] = [0xd8, 98];
/// { 1: -8 (EdDSA), 4: kid } with a kid of eight octets.
const PROTECTED_PREFIX: [u8; 5] = [0xa2, 0x01, 0x27, 0x04, 0x48];

/// What a document is; part of what is signed, so none can pass for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A credential offer.
    Offer,
    /// A verifier's request.
    Request,
    /// A verifier's registration.
    Registration,
    /// A renewal manifest.
    Manifest,
    /// A trust list.
    TrustList,
}

impl Kind {
    fn aad(self) -> &'static [u8] {
        match self {
            Self::Offer => b"glimpse/offer/1",
            Self::Request => b"glimpse/request/1",
            Self::Registration => b"glimpse/registration/1",
            Self::Manifest => b"glimpse/manifest/1",
            Self::TrustList => b"glimpse/trust-list/1",
        }
    }
}

/// Why a signed document is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedError {
    /// Not the fixed layout.
    #[error("not a signed document of this project: {0}")]
    Layout(#[from] CborError),
    /// The signature is not by the expected key.
    #[error("the signature does not hold")]
    Signature,
}

/// A key's id in signed documents: the first eight octets of its SHA-256.
pub fn key_id(key: &VerifyingKey) -> [u8; 8] {
    let digest: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    digest.first_chunk().copied().unwrap_or_default()
}

fn protected(key: &VerifyingKey) -> Vec<u8> {
    [PROTECTED_PREFIX.as_slice(), &key_id(key)].concat()
}

fn to_be_signed1(protected: &[u8], kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer
        .array(4)
        .text("Signature1")
        .bytes(protected)
        .bytes(kind.aad())
        .bytes(payload);
    writer.into_vec()
}

/// Signs a payload as COSE_Sign1.
pub fn sign(kind: Kind, payload: &[u8], key: &SigningKey) -> Vec<u8> {
    let protected = protected(&key.verifying_key());
    let signature = key.sign(&to_be_signed1(&protected, kind, payload));
    let mut writer = Writer::new();
    writer
        .raw(&[TAG_SIGN1])
        .array(4)
        .bytes(&protected)
        .map(0)
        .bytes(payload);
    writer.bytes(&signature.to_bytes());
    writer.into_vec()
}

/// A COSE_Sign1 document that has been read but not yet checked.
pub struct Unverified<'a> {
    protected: &'a [u8],
    /// The id of the key that is said to have signed.
    pub key_id: [u8; 8],
    /// The payload, for finding the key. Nothing else may be believed of it yet.
    pub payload: &'a [u8],
    signature: [u8; 64],
}

fn read_protected<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], [u8; 8]), CborError> {
    let protected = reader.bytes(PROTECTED_PREFIX.len() + 8)?;
    let id = protected
        .strip_prefix(&PROTECTED_PREFIX)
        .ok_or(CborError::Keys)?;
    reader.map(0)?;
    Ok((protected, id.try_into().map_err(|_| CborError::Keys)?))
}

/// Reads a COSE_Sign1 document.
///
/// # Errors
/// [`SignedError::Layout`].
pub fn read(octets: &[u8]) -> Result<Unverified<'_>, SignedError> {
    if octets.len() > MAX_SIGNED {
        return Err(CborError::Bound.into());
    }
    let mut reader = Reader::new(octets.strip_prefix(&[TAG_SIGN1]).ok_or(CborError::Kind)?);
    reader.tuple(4)?;
    let (protected, key_id) = read_protected(&mut reader)?;
    let payload = reader.bytes(MAX_SIGNED)?;
    let signature = reader.array_of()?;
    reader.finish()?;
    Ok(Unverified {
        protected,
        key_id,
        payload,
        signature,
    })
}

impl<'a> Unverified<'a> {
    /// The payload, once the signature by `key` holds.
    ///
    /// # Errors
    /// [`SignedError::Signature`].
    pub fn verify(&self, kind: Kind, key: &VerifyingKey) -> Result<&'a [u8], SignedError> {
        let message = to_be_signed1(self.protected, kind, self.payload);
        if key_id(key) != self.key_id {
            return Err(SignedError::Signature);
        }
        key.verify_strict(&message, &Signature::from_bytes(&self.signature))
            .map_err(|_| SignedError::Signature)?;
        Ok(self.payload)
    }
}

fn to_be_signed(protected: &[u8], kind: Kind, payload: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer
        .array(5)
        .text("Signature")
        .bytes(&[])
        .bytes(protected)
        .bytes(kind.aad())
        .bytes(payload);
    writer.into_vec()
}

/// A signature in a COSE_Sign document: protected header, key id, signature.
type OneSignature<'a> = (Cow<'a, [u8]>, [u8; 8], [u8; 64]);

fn sign_one(kind: Kind, payload: &[u8], key: &SigningKey) -> OneSignature<'static> {
    let public = key.verifying_key();
    let protected = protected(&public);
    let signature = key.sign(&to_be_signed(&protected, kind, payload));
    (protected.into(), key_id(&public), signature.to_bytes())
}

/// Signs a payload as COSE_Sign with every key, in ascending order of their ids.
pub fn sign_many(kind: Kind, payload: &[u8], keys: &[&SigningKey]) -> Vec<u8> {
    let sign = |key: &&SigningKey| sign_one(kind, payload, key);
    write_many(payload, keys.iter().map(sign).collect())
}

/// Adds a key's signature to a COSE_Sign document, so that each signer needs only her own key.
///
/// # Errors
/// [`SignedError::Layout`] for what is no such document.
pub fn sign_also(kind: Kind, octets: &[u8], key: &SigningKey) -> Result<Vec<u8>, SignedError> {
    let document = read_many(octets)?;
    let mut signatures = document.signatures;
    let own = sign_one(kind, document.payload, key);
    // In the place of what may stand under this key's id.
    signatures.retain(|signature| signature.1 != own.1);
    signatures.push(own);
    Ok(write_many(document.payload, signatures))
}

fn write_many(payload: &[u8], mut signatures: Vec<OneSignature<'_>>) -> Vec<u8> {
    signatures.sort_by_key(|s| s.1);
    signatures.dedup_by_key(|s| s.1);
    let mut writer = Writer::new();
    writer
        .raw(&TAG_SIGN)
        .array(4)
        .bytes(&[])
        .map(0)
        .bytes(payload)
        .array(signatures.len());
    for (protected, _, signature) in &signatures {
        writer.array(3).bytes(protected).map(0).bytes(signature);
    }
    writer.into_vec()
}

/// A COSE_Sign document that has been read but not yet checked.
pub struct UnverifiedMany<'a> {
    /// The payload, for finding the keys.
    pub payload: &'a [u8],
    signatures: Vec<OneSignature<'a>>,
}

/// Reads a COSE_Sign document; its signatures ascend by key id.
///
/// # Errors
/// [`SignedError::Layout`].
pub fn read_many(octets: &[u8]) -> Result<UnverifiedMany<'_>, SignedError> {
    if octets.len() > MAX_SIGNED {
        return Err(CborError::Bound.into());
    }
    let mut reader = Reader::new(octets.strip_prefix(&TAG_SIGN).ok_or(CborError::Kind)?);
    reader.tuple(4)?;
    reader.array_of::<0>()?;
    reader.map(0)?;
    let payload = reader.bytes(MAX_SIGNED)?;
    let signatures = reader.list(1, MAX_SIGNATURES, |reader| {
        reader.tuple(3)?;
        let (protected, id) = read_protected(reader)?;
        Ok::<_, CborError>((protected.into(), id, reader.array_of()?))
    })?;
    reader.finish()?;
    if !signatures.is_sorted_by(|a, b| a.1 < b.1) {
        return Err(CborError::Keys.into());
    }
    Ok(UnverifiedMany {
        payload,
        signatures,
    })
}

impl UnverifiedMany<'_> {
    /// How many of these keys, each counted once, have signed. A signature that is there and
    /// wrong counts for nothing.
    pub fn count(&self, kind: Kind, keys: &[VerifyingKey]) -> usize {
        let signed = |id: &[u8; 8], protected: &[u8], signature: &[u8; 64]| {
            let message = to_be_signed(protected, kind, self.payload);
            keys.iter().any(|key| {
                key_id(key) == *id
                    && key
                        .verify_strict(&message, &Signature::from_bytes(signature))
                        .is_ok()
            })
        };
        self.signatures
            .iter()
            .filter(|(protected, id, s)| signed(id, protected, s))
            .count()
    }

    /// Whether every signature in the document is by one of these keys and holds.
    pub fn all_by(&self, kind: Kind, keys: &[VerifyingKey]) -> bool {
        self.count(kind, keys) == self.signatures.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use coset::TaggedCborSerializable;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn coset_reads_and_verifies_what_is_written() {
        let document = sign(Kind::Offer, b"payload", &key(1));
        let parsed = coset::CoseSign1::from_tagged_slice(&document).unwrap();
        assert_eq!(
            parsed.protected.header.key_id,
            key_id(&key(1).verifying_key())
        );
        let check = |key: VerifyingKey, signature: &[u8], message: &[u8]| {
            key.verify_strict(message, &Signature::from_slice(signature).unwrap())
        };
        parsed
            .verify_signature(Kind::Offer.aad(), |s, m| {
                check(key(1).verifying_key(), s, m)
            })
            .unwrap();

        let document = sign_many(Kind::TrustList, b"payload", &[&key(1), &key(2)]);
        let parsed = coset::CoseSign::from_tagged_slice(&document).unwrap();
        for i in 0..2 {
            let signer = [key(1), key(2)]
                .into_iter()
                .find(|k| {
                    parsed.signatures[i].protected.header.key_id == key_id(&k.verifying_key())
                })
                .unwrap();
            parsed
                .verify_signature(i, Kind::TrustList.aad(), |s, m| {
                    check(signer.verifying_key(), s, m)
                })
                .unwrap();
        }
    }

    #[test]
    fn every_flip_and_every_cut_is_refused() {
        let document = sign(Kind::Request, b"a payload", &key(1));
        let accepts = |octets: &[u8]| {
            read(octets).is_ok_and(|d| d.verify(Kind::Request, &key(1).verifying_key()).is_ok())
        };
        assert!(accepts(&document));
        for bit in 0..document.len() * 8 {
            let mut flipped = document.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!accepts(&flipped), "bit {bit}");
        }
        (0..document.len()).for_each(|cut| assert!(!accepts(&document[..cut])));
        assert!(!accepts(&[document.as_slice(), &[0]].concat()));
        let unverified = read(&document).unwrap();
        assert!(
            unverified
                .verify(Kind::Offer, &key(1).verifying_key())
                .is_err()
        );
        assert!(
            unverified
                .verify(Kind::Request, &key(2).verifying_key())
                .is_err()
        );
    }

    #[test]
    fn many_count_each_key_once() {
        let document = sign_many(Kind::TrustList, b"p", &[&key(1), &key(2), &key(1)]);
        let read = read_many(&document).unwrap();
        let keys = [
            key(1).verifying_key(),
            key(2).verifying_key(),
            key(3).verifying_key(),
        ];
        assert_eq!(read.count(Kind::TrustList, &keys), 2);
        assert!(read.all_by(Kind::TrustList, &keys));
        assert_eq!(read.count(Kind::TrustList, &keys[1..]), 1);
        assert_eq!(read.count(Kind::Offer, &keys), 0);
    }
}
