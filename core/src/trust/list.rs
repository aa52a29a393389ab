//! The trust list as a document, and looking things up in it. spec:GL-7-LIST

use std::collections::BTreeSet;

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::cbor::{CborError, Reader, Texts, Writer};
use crate::credential::{CredentialContext, CredentialError, Schema, bbs_key_id};
use crate::curve::PublicKey;
use crate::ids::{IssuerId, KeyId, SchemaId, UnixTime, VerifierId};
use crate::signed::{self, Kind, SignedError};

use super::Allowance;

const MAX_KEYS: usize = 16;
const MAX_ISSUERS: usize = 256;
const MAX_VERIFIERS: usize = 256;
const MAX_SCHEMA: usize = 8192;
const MAX_REGION: usize = 64;
pub(crate) const MAX_ALLOWANCES: usize = 16;

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

impl IssuerKey {
    /// Whether the key may be used at this moment.
    pub fn in_use(&self, now: UnixTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }
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
    /// Its BBS keys, 1 to 8; no key stands twice in a list.
    pub keys: Vec<IssuerKey>,
    /// Its schema documents, 1 to 16, each once. They are octets here, so that a schema of a later
    /// version makes that schema unusable and not the whole list.
    pub schemas: Vec<Vec<u8>>,
    /// Where it is competent: free text such as "NL-GM0363", at most 64 octets, may be empty.
    pub region: String,
}

/// A verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierEntry {
    /// Its id.
    pub id: VerifierId,
    /// Its names.
    pub names: Texts,
    /// The key that signs its requests.
    pub signing: VerifyingKey,
    /// What it may ask, at most 16.
    pub allowances: Vec<Allowance>,
}

/// A trust list. Keys and entries are written in ascending order whatever their order here.
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
    /// The keys, ascending, 1 to 16.
    pub keys: Vec<VerifyingKey>,
    /// The issuers, ascending by id, at most 256.
    pub issuers: Vec<IssuerEntry>,
    /// The verifiers, ascending by id, at most 256.
    pub verifiers: Vec<VerifierEntry>,
}

impl IssuerEntry {
    /// The entry on its own, as an office hands it to the publisher of a list.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        write_issuer(self, &mut w);
        w.into_vec()
    }

    /// Reads an entry. Whether it is the office's is for the publisher to find out another way.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(octets);
        let entry = read_issuer(&mut r)?;
        r.finish()?;
        Ok(entry)
    }
}

impl TrustList {
    /// The signed document.
    pub fn sign(&self, signers: &[&SigningKey]) -> Vec<u8> {
        signed::sign_many(Kind::TrustList, &self.to_payload(), signers)
    }

    /// Adds a signature to a list that others have signed: each publisher needs only its own key.
    ///
    /// # Errors
    /// [`SignedError`] for what is no signed document.
    pub fn countersign(octets: &[u8], key: &SigningKey) -> Result<Vec<u8>, SignedError> {
        signed::sign_also(Kind::TrustList, octets, key)
    }

    /// The payload that is signed.
    pub fn to_payload(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(9).uint(1).uint(1).uint(2).bytes(&self.id);
        w.uint(3).uint(self.sequence);
        w.uint(4).uint(self.issued.0).uint(5).uint(self.expires.0);
        w.uint(6).uint(self.threshold as u64);
        w.uint(7).array(self.keys.len());
        for key in sorted(&self.keys, |k| k.to_bytes()) {
            w.bytes(key.as_bytes());
        }
        w.uint(8).array(self.issuers.len());
        sorted(&self.issuers, |i| i.id)
            .iter()
            .for_each(|i| write_issuer(i, &mut w));
        w.uint(9).array(self.verifiers.len());
        sorted(&self.verifiers, |v| v.id)
            .iter()
            .for_each(|v| write_verifier(v, &mut w));
        w.into_vec()
    }

    /// Reads a payload. It says nothing of who signed it: see [`super::accept`].
    ///
    /// # Errors
    /// [`CborError`] for anything that [`TrustList::to_payload`] would not write.
    pub fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(payload);
        r.versioned_map(9)?;
        let list = Self {
            id: r.key(2)?.array_of()?,
            sequence: r.key(3)?.uint()?,
            issued: UnixTime(r.key(4)?.uint()?),
            expires: UnixTime(r.key(5)?.uint()?),
            threshold: r.key(6)?.index(MAX_KEYS + 1)?,
            keys: r.key(7)?.list(1, MAX_KEYS, read_verifying_key)?,
            issuers: r.key(8)?.list(0, MAX_ISSUERS, read_issuer)?,
            verifiers: r.key(9)?.list(0, MAX_VERIFIERS, read_verifier)?,
        };
        r.finish()?;
        list.check()?;
        Ok(list)
    }

    fn check(&self) -> Result<(), CborError> {
        if self.threshold == 0 || self.threshold > self.keys.len() || self.issued >= self.expires {
            return Err(CborError::Bound);
        }
        let ordered = self.keys.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes())
            && self.issuers.is_sorted_by(|a, b| a.id < b.id)
            && self.verifiers.is_sorted_by(|a, b| a.id < b.id);
        // A key id must name one issuer: presentations carry nothing else.
        let ids = || {
            self.issuers
                .iter()
                .flat_map(|i| &i.keys)
                .map(|k| bbs_key_id(&k.key))
        };
        let unique = ids().collect::<BTreeSet<_>>().len() == ids().count();
        if ordered && unique {
            Ok(())
        } else {
            Err(CborError::Keys)
        }
    }

    /// The issuer with this id.
    pub fn issuer(&self, id: IssuerId) -> Option<&IssuerEntry> {
        self.issuers.iter().find(|i| i.id == id)
    }

    /// The issuer whose BBS key has this id, and the key, where it is in use at this moment.
    pub fn issuer_by_key(&self, key: KeyId, now: UnixTime) -> Option<(&IssuerEntry, &IssuerKey)> {
        let keys = self
            .issuers
            .iter()
            .flat_map(|i| i.keys.iter().map(move |k| (i, k)));
        keys.into_iter()
            .find(|(_, k)| bbs_key_id(&k.key) == key && k.in_use(now))
    }

    /// The verifier with this id.
    pub fn verifier(&self, id: VerifierId) -> Option<&VerifierEntry> {
        self.verifiers.iter().find(|v| v.id == id)
    }

    /// The context of an issuer's key and schema, where both are listed and the key is in use.
    ///
    /// # Errors
    /// [`CredentialError::Mismatch`] when they are not; [`CredentialError::Schema`] for a schema
    /// document that this version cannot read.
    pub fn context(
        &self,
        issuer: IssuerId,
        key: KeyId,
        schema: SchemaId,
        now: UnixTime,
    ) -> Result<CredentialContext, CredentialError> {
        let entry = self.issuer(issuer).ok_or(CredentialError::Mismatch)?;
        let wanted = |k: &&IssuerKey| bbs_key_id(&k.key) == key && k.in_use(now);
        let key = entry
            .keys
            .iter()
            .find(wanted)
            .ok_or(CredentialError::Mismatch)?;
        let listed = entry.schemas.iter().find(|s| SchemaId::of(s) == schema);
        let schema = Schema::from_octets(listed.ok_or(CredentialError::Mismatch)?)?;
        CredentialContext::new(schema, issuer, key.key)
    }
}

fn sorted<T, K: Ord>(items: &[T], key: impl Fn(&T) -> K) -> Vec<&T> {
    let mut items: Vec<_> = items.iter().collect();
    items.sort_by_key(|item| key(item));
    items
}

pub(crate) fn read_verifying_key(r: &mut Reader<'_>) -> Result<VerifyingKey, CborError> {
    let octets = r.array_of()?;
    let key = VerifyingKey::from_bytes(&octets).map_err(|_| CborError::Bound)?;
    // A weak key has signatures that hold for any message.
    if key.is_weak() {
        Err(CborError::Bound)
    } else {
        Ok(key)
    }
}

fn write_issuer(issuer: &IssuerEntry, w: &mut Writer) {
    w.map(6).uint(1).bytes(&issuer.id.0).uint(2);
    issuer.names.write(w);
    w.uint(3).bytes(issuer.signing.as_bytes());
    w.uint(4).array(issuer.keys.len());
    for key in &issuer.keys {
        w.array(3)
            .bytes(&key.key.to_octets())
            .uint(key.not_before.0)
            .uint(key.not_after.0);
    }
    w.uint(5).array(issuer.schemas.len());
    for schema in &issuer.schemas {
        w.bytes(schema);
    }
    w.uint(6).text(&issuer.region);
}

fn read_issuer(r: &mut Reader<'_>) -> Result<IssuerEntry, CborError> {
    r.map(6)?;
    let issuer = IssuerEntry {
        id: IssuerId(r.key(1)?.array_of()?),
        names: r.key(2)?.texts()?,
        signing: read_verifying_key(r.key(3)?)?,
        keys: r.key(4)?.list(1, 8, read_issuer_key)?,
        schemas: r
            .key(5)?
            .list(1, 16, |r| r.bytes(MAX_SCHEMA).map(<[u8]>::to_vec))?,
        region: r.key(6)?.text(MAX_REGION)?.to_owned(),
    };
    let unique: BTreeSet<_> = issuer.schemas.iter().collect();
    if unique.len() == issuer.schemas.len() {
        Ok(issuer)
    } else {
        Err(CborError::Keys)
    }
}

fn read_issuer_key(r: &mut Reader<'_>) -> Result<IssuerKey, CborError> {
    r.tuple(3)?;
    let key = PublicKey::from_octets(&r.array_of()?).map_err(|_| CborError::Bound)?;
    let (not_before, not_after) = (UnixTime(r.uint()?), UnixTime(r.uint()?));
    if not_before > not_after {
        return Err(CborError::Bound);
    }
    Ok(IssuerKey {
        key,
        not_before,
        not_after,
    })
}

fn write_verifier(verifier: &VerifierEntry, w: &mut Writer) {
    w.map(4).uint(1).bytes(&verifier.id.0).uint(2);
    verifier.names.write(w);
    w.uint(3).bytes(verifier.signing.as_bytes());
    w.uint(4).array(verifier.allowances.len());
    verifier.allowances.iter().for_each(|a| a.write(w));
}

fn read_verifier(r: &mut Reader<'_>) -> Result<VerifierEntry, CborError> {
    r.map(4)?;
    Ok(VerifierEntry {
        id: VerifierId(r.key(1)?.array_of()?),
        names: r.key(2)?.texts()?,
        signing: read_verifying_key(r.key(3)?)?,
        allowances: r.key(4)?.list(0, MAX_ALLOWANCES, Allowance::read)?,
    })
}
