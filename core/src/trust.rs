//! Trust lists: who may issue what, signed by k of n keys. Anyone may publish one; a wallet or a
//! verifier chooses which to accept. The rules are TUF's. spec:GL-7

use ed25519_dalek::{SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::cbor::{CborError, Reader, Texts, Writer};
use crate::credential::{CredentialContext, CredentialError, Schema, bbs_key_id};
use crate::curve::PublicKey;
use crate::ids::{IssuerId, KeyId, SchemaId, UnixTime};
use crate::signed::{self, Kind, SignedError};

const MAX_KEYS: usize = 16;
const MAX_ISSUERS: usize = 256;
const MAX_SCHEMA: usize = 8192;

/// An issuer's BBS key and when it may be used.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// The key.
    pub key: PublicKey,
    /// First moment.
    pub not_before: UnixTime,
    /// Last moment.
    pub not_after: UnixTime,
}

/// An issuer.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerEntry {
    /// Its id.
    pub id: IssuerId,
    /// Its names.
    pub names: Texts,
    /// The key that signs its offers and manifests.
    pub signing: VerifyingKey,
    /// Its BBS keys.
    pub keys: Vec<IssuerKey>,
    /// Its schema documents.
    pub schemas: Vec<Vec<u8>>,
}

/// A trust list.
#[derive(Clone, PartialEq, Eq)]
pub struct TrustList {
    /// Which list it is.
    pub id: [u8; 16],
    /// Its number, which only grows.
    pub sequence: u64,
    /// When it was made.
    pub issued: UnixTime,
    /// When it ends.
    pub expires: UnixTime,
    /// How many keys must sign.
    pub threshold: usize,
    /// The keys, ascending.
    pub keys: Vec<VerifyingKey>,
    /// The issuers.
    pub issuers: Vec<IssuerEntry>,
}

/// Why a trust list is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// Not well-formed.
    #[error("the trust list is not well-formed: {0}")]
    Encoding(#[from] CborError),
    /// Not a signed document.
    #[error(transparent)]
    Signed(#[from] SignedError),
    /// Too few of the keys that must sign have signed.
    #[error("too few of the trusted keys have signed this trust list")]
    Signatures,
    /// Another list.
    #[error("this is another trust list")]
    OtherList,
    /// Older than the one in use.
    #[error("this trust list is older than the one in use")]
    Rollback,
    /// The same number with other content: somebody published two.
    #[error("two different trust lists carry the same number; ask the publisher")]
    Fork,
    /// Its time is over.
    #[error("the trust list has expired; get a newer one")]
    Expired,
    /// It is dated in the future: the list or this clock is wrong.
    #[error("the trust list is from the future; check this device's clock")]
    Future,
}

impl TrustList {
    /// The signed document.
    pub fn sign(&self, signers: &[&SigningKey]) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(8)
            .uint(1)
            .uint(1)
            .uint(2)
            .bytes(&self.id)
            .uint(3)
            .uint(self.sequence);
        w.uint(4)
            .uint(self.issued.0)
            .uint(5)
            .uint(self.expires.0)
            .uint(6)
            .uint(self.threshold as u64);
        w.uint(7).array(self.keys.len());
        self.keys.iter().for_each(|k| {
            w.bytes(k.as_bytes());
        });
        w.uint(8).array(self.issuers.len());
        for issuer in &self.issuers {
            w.map(5).uint(1).bytes(&issuer.id.0).uint(2);
            issuer.names.write(&mut w);
            w.uint(3)
                .bytes(issuer.signing.as_bytes())
                .uint(4)
                .array(issuer.keys.len());
            for key in &issuer.keys {
                w.array(3)
                    .bytes(&key.key.to_octets())
                    .uint(key.not_before.0)
                    .uint(key.not_after.0);
            }
            w.uint(5).array(issuer.schemas.len());
            issuer.schemas.iter().for_each(|s| {
                w.bytes(s);
            });
        }
        signed::sign_many(Kind::TrustList, &w.into_vec(), signers)
    }

    fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(payload);
        r.map(8)?;
        if r.key(1)?.uint()? != 1 {
            return Err(CborError::Bound);
        }
        let id = r.key(2)?.array_of()?;
        let sequence = r.key(3)?.uint()?;
        let (issued, expires) = (UnixTime(r.key(4)?.uint()?), UnixTime(r.key(5)?.uint()?));
        let threshold = r.key(6)?.index(MAX_KEYS + 1)?;
        let keys = r.key(7)?.list(1, MAX_KEYS, read_verifying_key)?;
        let issuers = r.key(8)?.list(0, MAX_ISSUERS, read_issuer)?;
        r.finish()?;
        if threshold == 0 || threshold > keys.len() || issued >= expires {
            return Err(CborError::Bound);
        }
        if !keys.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()) {
            return Err(CborError::Keys);
        }
        Ok(Self {
            id,
            sequence,
            issued,
            expires,
            threshold,
            keys,
            issuers,
        })
    }

    /// The issuer with this id.
    pub fn issuer(&self, id: IssuerId) -> Option<&IssuerEntry> {
        self.issuers.iter().find(|i| i.id == id)
    }

    /// The context of an issuer's key and schema, where both are listed and the key is in use.
    ///
    /// # Errors
    /// [`CredentialError::Mismatch`] when they are not.
    pub fn context(
        &self,
        issuer: IssuerId,
        key: KeyId,
        schema: SchemaId,
        now: UnixTime,
    ) -> Result<CredentialContext, CredentialError> {
        let entry = self.issuer(issuer).ok_or(CredentialError::Mismatch)?;
        let in_use =
            |k: &&IssuerKey| bbs_key_id(&k.key) == key && k.not_before <= now && now <= k.not_after;
        let key = entry
            .keys
            .iter()
            .find(in_use)
            .ok_or(CredentialError::Mismatch)?;
        let listed = entry.schemas.iter().find(|s| SchemaId::of(s) == schema);
        let schema = Schema::from_octets(listed.ok_or(CredentialError::Mismatch)?)?;
        CredentialContext::new(schema, issuer, key.key)
    }
}

fn read_verifying_key(r: &mut Reader<'_>) -> Result<VerifyingKey, CborError> {
    let key = VerifyingKey::from_bytes(&r.array_of()?).map_err(|_| CborError::Bound)?;
    if key.is_weak() {
        Err(CborError::Bound)
    } else {
        Ok(key)
    }
}

fn read_issuer(r: &mut Reader<'_>) -> Result<IssuerEntry, CborError> {
    r.map(5)?;
    let id = IssuerId(r.key(1)?.array_of()?);
    let names = r.key(2)?.texts()?;
    let signing = read_verifying_key(r.key(3)?)?;
    let keys = r.key(4)?.list(1, 8, |r| {
        r.tuple(3)?;
        let key = PublicKey::from_octets(&r.array_of()?).map_err(|_| CborError::Bound)?;
        Ok::<_, CborError>(IssuerKey {
            key,
            not_before: UnixTime(r.uint()?),
            not_after: UnixTime(r.uint()?),
        })
    })?;
    let schemas = r.key(5)?.list(1, 16, |r| {
        let octets = r.bytes(MAX_SCHEMA)?;
        Schema::from_octets(octets).map_err(|_| CborError::Bound)?;
        Ok::<_, CborError>(octets.to_vec())
    })?;
    Ok(IssuerEntry {
        id,
        names,
        signing,
        keys,
        schemas,
    })
}

/// A trust list that has been accepted, with the octets it came in.
pub struct Accepted {
    /// The list.
    pub list: TrustList,
    octets: Vec<u8>,
}

impl Accepted {
    /// Accepts a first list on the word of keys that came another way: at least `threshold` of
    /// them and of the list's own must have signed.
    ///
    /// # Errors
    /// [`TrustError`].
    pub fn first(
        octets: &[u8],
        roots: &[VerifyingKey],
        threshold: usize,
        now: UnixTime,
    ) -> Result<Self, TrustError> {
        let document = signed::read_many(octets)?;
        let list = TrustList::from_payload(document.payload)?;
        let trusted = threshold > 0 && document.count(Kind::TrustList, roots) >= threshold;
        if !trusted || document.count(Kind::TrustList, &list.keys) < list.threshold {
            return Err(TrustError::Signatures);
        }
        // A signature that is neither root's nor list's would be octets that nobody checked.
        let known: Vec<_> = roots.iter().chain(&list.keys).copied().collect();
        if !document.all_by(Kind::TrustList, &known) {
            return Err(TrustError::Signatures);
        }
        let accepted = Self {
            list,
            octets: octets.to_vec(),
        };
        accepted.check_time(now, 0)?;
        Ok(accepted)
    }

    /// A list that was accepted before and has been in safe keeping since: read, not judged again.
    ///
    /// # Errors
    /// [`TrustError::Encoding`], [`TrustError::Signed`].
    pub fn stored(octets: &[u8]) -> Result<Self, TrustError> {
        let list = TrustList::from_payload(signed::read_many(octets)?.payload)?;
        Ok(Self {
            list,
            octets: octets.to_vec(),
        })
    }

    /// Replaces the list by a newer one, signed by enough of the old keys and of its own.
    ///
    /// # Errors
    /// [`TrustError`]; the list in use then stays.
    pub fn update(&self, octets: &[u8], now: UnixTime) -> Result<Self, TrustError> {
        let next = Self::first(octets, &self.list.keys, self.list.threshold, now)?;
        if next.list.id != self.list.id {
            return Err(TrustError::OtherList);
        }
        match next.list.sequence.cmp(&self.list.sequence) {
            core::cmp::Ordering::Less => Err(TrustError::Rollback),
            core::cmp::Ordering::Equal if !self.same_content(octets) => Err(TrustError::Fork),
            _ => Ok(next),
        }
    }

    /// Whether the list may be used now: from its date to its end and the grace after it.
    ///
    /// # Errors
    /// [`TrustError::Expired`], [`TrustError::Future`].
    pub fn check_time(&self, now: UnixTime, grace_seconds: u64) -> Result<(), TrustError> {
        if now.0 > self.list.expires.0.saturating_add(grace_seconds) {
            return Err(TrustError::Expired);
        }
        // A day's tolerance for clocks.
        if now.0.saturating_add(86_400) < self.list.issued.0 {
            return Err(TrustError::Future);
        }
        Ok(())
    }

    /// The document's octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    fn same_content(&self, octets: &[u8]) -> bool {
        let digest = |o: &[u8]| signed::read_many(o).ok().map(|d| Sha256::digest(d.payload));
        digest(octets) == digest(&self.octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    fn list(sequence: u64, seeds: &[u8], threshold: usize) -> TrustList {
        let mut keys: Vec<_> = seeds.iter().map(|s| key(*s).verifying_key()).collect();
        keys.sort_by_key(VerifyingKey::to_bytes);
        TrustList {
            id: [1; 16],
            sequence,
            issued: UnixTime(1_000_000),
            expires: UnixTime(2_000_000),
            threshold,
            keys,
            issuers: vec![],
        }
    }

    const NOW: UnixTime = UnixTime(1_500_000);

    fn signed(list: &TrustList, seeds: &[u8]) -> Vec<u8> {
        let keys: Vec<_> = seeds.iter().map(|s| key(*s)).collect();
        list.sign(&keys.iter().collect::<Vec<_>>())
    }

    fn accept(octets: &[u8]) -> Result<Accepted, TrustError> {
        Accepted::first(
            octets,
            &[key(1).verifying_key(), key(2).verifying_key()],
            2,
            NOW,
        )
    }

    #[test]
    fn k_of_n_and_times() {
        let three = list(5, &[1, 2, 3], 2);
        assert!(accept(&signed(&three, &[1, 2])).is_ok());
        assert!(accept(&signed(&three, &[1, 2, 3])).is_ok());
        for few in [&[1][..], &[3], &[1, 3]] {
            assert_eq!(
                accept(&signed(&three, few)).err(),
                Some(TrustError::Signatures)
            );
        }
        assert_eq!(
            accept(&signed(&three, &[1, 2, 9])).err(),
            Some(TrustError::Signatures)
        );
        let accepted = accept(&signed(&three, &[1, 2])).unwrap();
        assert_eq!(
            accepted.check_time(UnixTime(2_000_100), 50),
            Err(TrustError::Expired)
        );
        assert_eq!(accepted.check_time(UnixTime(2_000_100), 100), Ok(()));
        assert_eq!(
            accepted.check_time(UnixTime(900_000), 0),
            Err(TrustError::Future)
        );
    }

    #[test]
    fn rollback_fork_and_key_change() {
        let accepted = accept(&signed(&list(5, &[1, 2, 3], 2), &[1, 2])).unwrap();
        let update =
            |l: &TrustList, seeds: &[u8]| accepted.update(&signed(l, seeds), NOW).map(drop);
        assert_eq!(update(&list(6, &[1, 2, 3], 2), &[2, 3]), Ok(()));
        assert_eq!(
            update(&list(4, &[1, 2, 3], 2), &[2, 3]),
            Err(TrustError::Rollback)
        );
        assert_eq!(
            update(&list(5, &[1, 2, 3], 2), &[2, 3]),
            Ok(()),
            "the same content"
        );
        assert_eq!(
            update(&list(5, &[1, 2, 3], 1), &[2, 3]),
            Err(TrustError::Fork)
        );
        assert_eq!(
            update(
                &TrustList {
                    id: [2; 16],
                    ..list(6, &[1, 2, 3], 2)
                },
                &[1, 2]
            ),
            Err(TrustError::OtherList)
        );
        // New keys need enough of the old ones and of their own.
        assert_eq!(
            update(&list(6, &[7, 8], 2), &[7, 8]),
            Err(TrustError::Signatures)
        );
        assert_eq!(
            update(&list(6, &[7, 8], 2), &[1, 2]),
            Err(TrustError::Signatures)
        );
        assert_eq!(update(&list(6, &[7, 8], 2), &[1, 2, 7, 8]), Ok(()));
    }

    #[test]
    fn every_flip_and_cut_is_refused() {
        let octets = signed(&list(5, &[1, 2, 3], 2), &[1, 2]);
        for bit in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(accept(&flipped).is_err(), "bit {bit}");
        }
        (0..octets.len()).for_each(|cut| assert!(accept(&octets[..cut]).is_err()));
    }
}
