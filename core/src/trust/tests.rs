//! Trust lists that must be accepted, and everything around them that must not.

use ed25519_dalek::{SigningKey, VerifyingKey};
use proptest::prelude::*;

use super::*;
use crate::cbor::{CborError, Reader, Texts, Writer};
use crate::credential::{CredentialError, bbs_key_id};
use crate::curve::{PublicKey, SecretScalar};
use crate::ids::{IssuerId, KeyId, SchemaId, UnixTime, VerifierId};
use crate::signed::{self, Kind};

const NOW: UnixTime = UnixTime(1_500_000);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn public(seeds: &[u8]) -> Vec<VerifyingKey> {
    let mut keys: Vec<_> = seeds.iter().map(|s| key(*s).verifying_key()).collect();
    keys.sort_by_key(VerifyingKey::to_bytes);
    keys
}

fn list(sequence: u64, seeds: &[u8], threshold: usize) -> TrustList {
    TrustList {
        id: [1; 16],
        sequence,
        issued: UnixTime(1_000_000),
        expires: UnixTime(2_000_000),
        threshold,
        keys: public(seeds),
        issuers: vec![],
        verifiers: vec![],
    }
}

fn bbs_key(seed: u8) -> PublicKey {
    PublicKey::of(&SecretScalar::from_octets(&[seed; 32]).unwrap())
}

fn issuer(id: u8, bbs: &[u8]) -> IssuerEntry {
    let (not_before, not_after) = (UnixTime(1_000_000), UnixTime(1_600_000));
    let key_of = |s: &u8| IssuerKey {
        key: bbs_key(*s),
        not_before,
        not_after,
    };
    IssuerEntry {
        id: IssuerId([id; 16]),
        names: Texts::new(&[("en", "City registry"), ("nl", "Gemeente")]),
        signing: key(40).verifying_key(),
        keys: bbs.iter().map(key_of).collect(),
        schemas: vec![b"a schema".to_vec(), b"another".to_vec()],
        region: "NL".into(),
    }
}

fn allowance() -> Allowance {
    let provable = |kind, attribute| Provable { kind, attribute };
    Allowance {
        purpose: "entry".into(),
        schema: SchemaId([4; 32]),
        disclose: vec![0, 5],
        prove: vec![provable(0, 1), provable(2, 0)],
        pseudonym: true,
    }
}

fn verifier(id: u8) -> VerifierEntry {
    VerifierEntry {
        id: VerifierId([id; 16]),
        names: Texts::new(&[("en", "Swimming pool")]),
        signing: key(41).verifying_key(),
        allowances: vec![allowance()],
    }
}

fn full_list() -> TrustList {
    TrustList {
        issuers: vec![issuer(2, &[9]), issuer(3, &[10, 11])],
        verifiers: vec![verifier(5), verifier(6)],
        ..list(5, &[1, 2, 3], 2)
    }
}

fn signed(list: &TrustList, seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = seeds.iter().map(|s| key(*s)).collect();
    list.sign(&keys.iter().collect::<Vec<_>>())
}

fn roots() -> Roots {
    Roots {
        list: Some([1; 16]),
        keys: public(&[1, 2]),
        threshold: 2,
    }
}

fn first(octets: &[u8]) -> Result<Accepted, TrustError> {
    accept(None, octets, NOW, &roots())
}

fn refused(list: &TrustList) -> Option<CborError> {
    TrustList::from_payload(&list.to_payload()).err()
}

#[test]
fn k_of_n_and_times() {
    let three = list(5, &[1, 2, 3], 2);
    assert!(first(&signed(&three, &[1, 2])).is_ok());
    assert!(first(&signed(&three, &[1, 2, 3])).is_ok());
    for few in [&[1][..], &[3], &[1, 3], &[1, 2, 9]] {
        assert_eq!(
            first(&signed(&three, few)).err(),
            Some(TrustError::Signatures)
        );
    }
    let none = Roots {
        threshold: 0,
        ..roots()
    };
    assert_eq!(
        accept(None, &signed(&three, &[1, 2]), NOW, &none).err(),
        Some(TrustError::Signatures)
    );
    let elsewhere = Roots {
        list: Some([2; 16]),
        ..roots()
    };
    assert_eq!(
        accept(None, &signed(&three, &[1, 2]), NOW, &elsewhere).err(),
        Some(TrustError::OtherList)
    );
    let accepted = first(&signed(&three, &[1, 2])).unwrap();
    assert_eq!(accepted.check_time(UnixTime(2_000_000), 0), Ok(()));
    assert_eq!(
        accepted.check_time(UnixTime(2_000_001), 0),
        Err(TrustError::Expired)
    );
    assert_eq!(
        accepted.check_time(UnixTime(2_000_100), 99),
        Err(TrustError::Expired)
    );
    assert_eq!(accepted.check_time(UnixTime(2_000_100), 100), Ok(()));
    assert_eq!(accepted.check_time(UnixTime(u64::MAX), u64::MAX), Ok(()));
    assert_eq!(
        accepted.check_time(UnixTime(900_000), 0),
        Err(TrustError::Future)
    );
}

#[test]
fn rollback_fork_and_key_change() {
    let accepted = first(&signed(&list(5, &[1, 2, 3], 2), &[1, 2])).unwrap();
    let at = |l: &TrustList, seeds: &[u8], now| {
        accept(Some(&accepted), &signed(l, seeds), now, &roots()).map(drop)
    };
    let update = |l: &TrustList, seeds: &[u8]| at(l, seeds, NOW);
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
    let other = TrustList {
        id: [2; 16],
        ..list(6, &[1, 2, 3], 2)
    };
    assert_eq!(update(&other, &[1, 2]), Err(TrustError::OtherList));
    assert_eq!(
        at(&list(6, &[1, 2, 3], 2), &[1, 2], UnixTime(2_000_001)),
        Err(TrustError::Expired)
    );
    let ahead = TrustList {
        issued: UnixTime(1_600_000),
        ..list(6, &[1, 2, 3], 2)
    };
    assert_eq!(update(&ahead, &[1, 2]), Err(TrustError::Future));
    // New keys need enough of the old ones and of their own.
    assert_eq!(
        update(&list(6, &[7, 8], 2), &[7, 8]),
        Err(TrustError::Signatures)
    );
    assert_eq!(
        update(&list(6, &[7, 8], 2), &[1, 2]),
        Err(TrustError::Signatures)
    );
    assert_eq!(
        update(&list(6, &[7, 8], 2), &[1, 7, 8]),
        Err(TrustError::Signatures)
    );
    assert_eq!(update(&list(6, &[7, 8], 2), &[1, 2, 7, 8]), Ok(()));
}

#[test]
fn replaced_roots_decide_nothing_any_more() {
    let accepted = first(&signed(&list(5, &[1, 2], 2), &[1, 2])).unwrap();
    let next = accepted
        .update(&signed(&list(6, &[7, 8], 2), &[1, 2, 7, 8]), NOW)
        .unwrap();
    let stolen = signed(&list(7, &[1, 2], 2), &[1, 2]);
    let result = accept(Some(&next), &stolen, NOW, &roots());
    assert_eq!(result.err(), Some(TrustError::Signatures));
}

#[test]
fn a_kept_list_is_read_back_after_its_end() {
    let accepted = first(&signed(&list(5, &[1, 2], 2), &[1, 2])).unwrap();
    let next = accepted
        .update(&signed(&list(6, &[7, 8], 2), &[1, 2, 7, 8]), NOW)
        .unwrap();
    let restored = Accepted::restore(next.octets()).unwrap();
    assert!(restored.list == next.list);
    let late = UnixTime(2_000_050);
    assert_eq!(restored.check_time(late, 49), Err(TrustError::Expired));
    assert_eq!(restored.check_time(late, 50), Ok(()));
    let unsigned = signed(&list(6, &[7, 8], 2), &[7]);
    assert_eq!(
        Accepted::restore(&unsigned).err(),
        Some(TrustError::Signatures)
    );
}

#[test]
fn look_ups() {
    let list = first(&signed(&full_list(), &[1, 2])).unwrap().list;
    let id = bbs_key_id(&bbs_key(11));
    let found = |now| {
        list.issuer_by_key(id, UnixTime(now))
            .map(|(i, k)| (i.id, bbs_key_id(&k.key)))
    };
    assert_eq!(found(1_000_000), Some((IssuerId([3; 16]), id)));
    assert_eq!(found(1_600_000), Some((IssuerId([3; 16]), id)));
    assert_eq!((found(999_999), found(1_600_001)), (None, None));
    assert!(list.issuer_by_key(KeyId([0; 8]), NOW).is_none());
    assert!(
        list.verifier(VerifierId([6; 16]))
            .is_some_and(|v| v.allowances == [allowance()])
    );
    assert!(list.verifier(VerifierId([7; 16])).is_none());
    let context = |issuer, schema: &[u8]| {
        list.context(IssuerId([issuer; 16]), id, SchemaId::of(schema), NOW)
            .err()
    };
    assert!(
        matches!(context(2, b"a schema"), Some(CredentialError::Mismatch)),
        "another's key"
    );
    assert!(matches!(
        context(3, b"unlisted"),
        Some(CredentialError::Mismatch)
    ));
    assert!(
        matches!(context(3, b"a schema"), Some(CredentialError::Schema(_))),
        "not readable"
    );
}

#[test]
fn order_and_uniqueness() {
    // The encoder sorts; a document in any other order is refused.
    let mut reversed = full_list();
    reversed.keys.reverse();
    reversed.issuers.reverse();
    reversed.verifiers.reverse();
    assert!(reversed.to_payload() == full_list().to_payload());
    let with = |issuers, verifiers| {
        refused(&TrustList {
            issuers,
            verifiers,
            ..full_list()
        })
    };
    assert_eq!(
        with(vec![issuer(2, &[9]), issuer(2, &[10])], vec![]),
        Some(CborError::Keys)
    );
    assert_eq!(
        with(vec![issuer(2, &[9]), issuer(3, &[9])], vec![]),
        Some(CborError::Keys)
    );
    assert_eq!(
        with(vec![issuer(2, &[9, 9])], vec![]),
        Some(CborError::Keys)
    );
    assert_eq!(
        with(vec![], vec![verifier(5), verifier(5)]),
        Some(CborError::Keys)
    );
    let mut twice = issuer(2, &[9]);
    twice.schemas = vec![vec![1], vec![1]];
    assert_eq!(with(vec![twice], vec![]), Some(CborError::Keys));
    let mut descending = verifier(5);
    descending.allowances[0].disclose = vec![5, 0];
    assert_eq!(with(vec![], vec![descending]), Some(CborError::Keys));
    let mut doubled = full_list();
    doubled.keys = public(&[1, 1, 2]);
    assert_eq!(refused(&doubled), Some(CborError::Keys));
}

#[test]
fn bounds() {
    for list in [
        TrustList {
            threshold: 0,
            ..full_list()
        },
        TrustList {
            threshold: 4,
            ..full_list()
        },
        TrustList {
            keys: vec![],
            ..full_list()
        },
        TrustList {
            keys: public(&(1..=17).collect::<Vec<_>>()),
            ..full_list()
        },
        TrustList {
            expires: UnixTime(1_000_000),
            ..full_list()
        },
        TrustList {
            issuers: vec![issuer(2, &[])],
            ..full_list()
        },
        TrustList {
            issuers: vec![issuer(2, &[1, 2, 3, 4, 5, 6, 7, 8, 9])],
            ..full_list()
        },
        TrustList {
            verifiers: vec![verifier(1); 257],
            ..full_list()
        },
        TrustList {
            issuers: vec![IssuerEntry {
                schemas: vec![vec![0; 8193]],
                ..issuer(2, &[9])
            }],
            ..full_list()
        },
        TrustList {
            issuers: vec![IssuerEntry {
                region: "x".repeat(65),
                ..issuer(2, &[9])
            }],
            ..full_list()
        },
        // The identity of Ed25519: anything would be signed by it.
        TrustList {
            keys: vec![
                VerifyingKey::from_bytes(&{
                    let mut identity = [0; 32];
                    identity[0] = 1;
                    identity
                })
                .unwrap(),
            ],
            threshold: 1,
            ..full_list()
        },
    ] {
        assert_eq!(refused(&list), Some(CborError::Bound));
    }
}

/// Counts and lengths that claim far more than is there, at every head of the document, and
/// arrays within arrays: refused from the head alone.
#[test]
fn bombs_are_refused() {
    let payload = full_list().to_payload();
    for at in 0..payload.len() {
        for major in [0x5b, 0x7b, 0x9b, 0xbb] {
            let mut bomb = payload[..at].to_vec();
            bomb.extend([major, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff]);
            assert!(TrustList::from_payload(&bomb).is_err());
            bomb.truncate(at);
            bomb.extend([0x81; 4096]);
            assert!(TrustList::from_payload(&bomb).is_err());
        }
    }
    let mut w = Writer::new();
    w.raw(&[0xd8, 98])
        .array(4)
        .bytes(&[])
        .map(0)
        .bytes(&payload)
        .array(usize::MAX);
    assert!(first(&w.into_vec()).is_err());
    assert!(first(&vec![0x81; signed::MAX_SIGNED + 1]).is_err());
}

#[test]
fn every_flip_and_cut_is_refused() {
    let octets = signed(&full_list(), &[1, 2]);
    assert!(first(&octets).is_ok());
    for bit in 0..octets.len() * 8 {
        let mut flipped = octets.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(first(&flipped).is_err(), "bit {bit}");
    }
    (0..octets.len()).for_each(|cut| assert!(first(&octets[..cut]).is_err()));
    assert!(first(&[octets, vec![0]].concat()).is_err());
}

#[test]
fn another_kind_of_document_is_no_trust_list() {
    let payload = full_list().to_payload();
    let other = signed::sign_many(Kind::Manifest, &payload, &[&key(1), &key(2)]);
    assert_eq!(first(&other).err(), Some(TrustError::Signatures));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Payloads with a few octets changed are refused, or are what would be written.
    #[test]
    fn accepted_payloads_re_encode(
        hits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut payload = full_list().to_payload();
        for (at, value) in hits {
            let at = at.index(payload.len());
            payload[at] = value;
        }
        if let Ok(list) = TrustList::from_payload(&payload) {
            prop_assert_eq!(list.to_payload(), payload);
        }
    }

    #[test]
    fn allowances_re_encode(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut prefixed = vec![0xa5, 1, 0x61, b'a', 2, 0x58, 32];
        prefixed.extend([0; 32]);
        prefixed.push(3);
        prefixed.extend(octets);
        let mut r = Reader::new(&prefixed);
        if let Ok(allowance) = Allowance::read(&mut r) {
            let mut w = Writer::new();
            allowance.write(&mut w);
            prop_assert!(prefixed.starts_with(&w.into_vec()));
        }
    }
}
