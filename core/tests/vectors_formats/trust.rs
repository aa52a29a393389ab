//! Cases of trust lists.

use glimpse_core::cbor::Texts;
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{IssuerId, SchemaId, UnixTime, VerifierId};
use glimpse_core::signed::{self, Kind};
use glimpse_core::trust::{Allowance, IssuerEntry, IssuerKey, Provable, TrustList, VerifierEntry};
use serde_json::{Value, json};

use super::{Case, key};

const NOW: u64 = 1_800_000_000;

fn list(sequence: u64, seeds: &[u8], threshold: usize) -> TrustList {
    let bbs = PublicKey::of(&SecretScalar::from_octets(&[9; 32]).unwrap());
    let schema = vec![0xa0];
    TrustList {
        id: [1; 16],
        sequence,
        issued: UnixTime(NOW - 86_400),
        expires: UnixTime(NOW + 86_400),
        threshold,
        keys: seeds.iter().map(|s| key(*s).verifying_key()).collect(),
        issuers: vec![IssuerEntry {
            id: IssuerId([2; 16]),
            names: Texts::new(&[("en", "City registry"), ("nl", "Gemeente")]),
            signing: key(40).verifying_key(),
            keys: vec![IssuerKey {
                key: bbs,
                not_before: UnixTime(NOW - 1000),
                not_after: UnixTime(NOW + 1000),
            }],
            schemas: vec![schema.clone()],
            region: "NL".into(),
        }],
        verifiers: vec![VerifierEntry {
            id: VerifierId([5; 16]),
            names: Texts::new(&[("en", "Swimming pool")]),
            signing: key(41).verifying_key(),
            allowances: vec![Allowance {
                purpose: "entry".into(),
                schema: SchemaId::of(&schema),
                disclose: vec![3],
                prove: vec![Provable {
                    kind: 0,
                    attribute: 1,
                }],
                pseudonym: false,
            }],
        }],
    }
}

fn signed_list(list: &TrustList, seeds: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = seeds.iter().map(|s| key(*s)).collect();
    list.sign(&keys.iter().collect::<Vec<_>>())
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str,
                   tests,
                   documents: Vec<Vec<u8>>,
                   now: u64,
                   grace: u64,
                   expected: Value| {
        let documents: Vec<_> = documents.iter().map(hex::encode).collect();
        let roots = [1, 2].map(|s| hex::encode(key(s).verifying_key().as_bytes()));
        let input = json!({
            "documents": documents, "roots": roots, "root_threshold": 2, "now": now, "grace": grace,
        });
        let name = name.to_owned();
        cases.push(Case {
            folder: "trust",
            name,
            tests,
            decoder: "trust_list",
            input,
            expected,
        });
    };
    let good = |sequence: u64, threshold: u64| {
        json!({
            "sequence": sequence, "threshold": threshold,
            "issuers": ["02".repeat(16)], "verifiers": ["05".repeat(16)],
        })
    };
    let bad = |e: &str| json!({ "error": e });
    let base = signed_list(&list(5, &[1, 2, 3], 2), &[1, 2]);
    let next = signed_list(&list(6, &[7, 8], 2), &[1, 2, 7, 8]);
    add(
        "good_first",
        "a first list, signed by two of three, on two root keys",
        vec![base.clone()],
        NOW,
        0,
        good(5, 2),
    );
    add(
        "good_rotation",
        "new keys, signed by enough of the old and of the new",
        vec![base.clone(), next.clone()],
        NOW,
        0,
        good(6, 2),
    );
    add(
        "good_same_again",
        "the same list with another choice of signers",
        vec![base.clone(), signed_list(&list(5, &[1, 2, 3], 2), &[2, 3])],
        NOW,
        0,
        good(5, 2),
    );
    add(
        "bad_too_few_signatures",
        "one signature where two are needed",
        vec![signed_list(&list(5, &[1, 2, 3], 2), &[1])],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_not_by_roots",
        "enough of the list's own keys, too few of the roots",
        vec![signed_list(&list(5, &[1, 2, 3], 2), &[1, 3])],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_stranger_signs_too",
        "a signature that nobody can check",
        vec![signed_list(&list(5, &[1, 2, 3], 2), &[1, 2, 9])],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_rollback",
        "a lower sequence number than the list in use",
        vec![base.clone(), signed_list(&list(4, &[1, 2, 3], 2), &[1, 2])],
        NOW,
        0,
        bad("Rollback"),
    );
    add(
        "bad_fork",
        "the same sequence number with other content",
        vec![base.clone(), signed_list(&list(5, &[1, 2, 3], 1), &[1, 2])],
        NOW,
        0,
        bad("Fork"),
    );
    let other = TrustList {
        id: [2; 16],
        ..list(6, &[1, 2, 3], 2)
    };
    add(
        "bad_other_list",
        "another list's id",
        vec![base.clone(), signed_list(&other, &[1, 2])],
        NOW,
        0,
        bad("OtherList"),
    );
    add(
        "bad_rotation_without_old_keys",
        "new keys that only the new keys have signed",
        vec![base.clone(), signed_list(&list(6, &[7, 8], 2), &[7, 8])],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_rotation_without_new_keys",
        "new keys that have not signed themselves",
        vec![base.clone(), signed_list(&list(6, &[7, 8], 2), &[1, 2])],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_return_of_replaced_keys",
        "root keys decide nothing after a rotation",
        vec![
            base.clone(),
            next,
            signed_list(&list(7, &[1, 2], 2), &[1, 2]),
        ],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_expired",
        "a list past its end is not accepted, whatever the grace",
        vec![base.clone()],
        NOW + 86_401,
        1000,
        bad("Expired"),
    );
    add(
        "bad_future",
        "a list dated more than a day ahead of the clock",
        vec![base.clone()],
        NOW - 3 * 86_400,
        0,
        bad("Future"),
    );
    let mut damaged = base.clone();
    *damaged.last_mut().unwrap() ^= 1;
    add(
        "bad_flipped_signature",
        "one bit of one signature",
        vec![damaged],
        NOW,
        0,
        bad("Signatures"),
    );
    add(
        "bad_trailing",
        "an octet after the document",
        vec![[base.as_slice(), &[0]].concat()],
        NOW,
        0,
        bad("Signed(Layout(Trailing))"),
    );
    add(
        "bad_truncated",
        "the last octet is missing",
        vec![base[..base.len() - 1].to_vec()],
        NOW,
        0,
        bad("Signed(Layout(Truncated))"),
    );
    let other_kind = signed::sign_many(
        Kind::Manifest,
        &list(5, &[1, 2, 3], 2).to_payload(),
        &[&key(1), &key(2)],
    );
    add(
        "bad_other_kind",
        "the payload signed as a manifest",
        vec![other_kind],
        NOW,
        0,
        bad("Signatures"),
    );
    let none = TrustList {
        threshold: 0,
        ..list(5, &[1, 2, 3], 2)
    };
    add(
        "bad_threshold_zero",
        "a list that needs no signature",
        vec![signed_list(&none, &[1, 2])],
        NOW,
        0,
        bad("Encoding(Bound)"),
    );
    let twice = list(5, &[1, 2, 3], 2).issuers.remove(0);
    let twice = TrustList {
        issuers: vec![
            twice.clone(),
            IssuerEntry {
                id: IssuerId([3; 16]),
                ..twice
            },
        ],
        ..list(5, &[1, 2, 3], 2)
    };
    add(
        "bad_key_of_two_issuers",
        "one BBS key under two issuers",
        vec![signed_list(&twice, &[1, 2])],
        NOW,
        0,
        bad("Encoding(Keys)"),
    );
    cases
}
