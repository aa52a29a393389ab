//! Cases of the blind interface: proofs with committed disclosure.

use glimpse_core::bbs::blind;
use glimpse_core::curve::Suite;
use serde_json::json;

use super::bbs::{no_signature, roomy};
use super::blind_proofs::Prover;
use super::{Family, defects, hex_value};

/// How such a proof is cut: length and octets of the BBS proof; count of disclosed indexes, and
/// they; count of commitments, each C, each s^; count of committed indexes, and they.
pub(super) fn family(suite: Suite) -> Family {
    let prover = Prover::new(suite);
    let choice = blind::Choice {
        disclosed: &[0],
        committed: &[1, 4],
    };
    let bbs_length = 272 + 4 * 32;
    let disclosed_at = 8 + bbs_length;
    let commits_at = disclosed_at + 2 * 8 + 8;
    let indexes_at = commits_at + 2 * 80;
    let proof = (0..)
        .map(|seed| prover.prove(&prover.signature, &choice, seed))
        .find(|proof| roomy(&proof[commits_at..commits_at + 48]))
        .unwrap();
    assert_eq!(proof.len(), indexes_at + 3 * 8);
    let good = prover.good(&[0], &[1, 4], &proof);
    let mut family = Family::new(suite, "blind_proof_verify", "blind_committed", good);
    family.good(
        "two",
        "a proof that discloses one message and commits to two",
    );
    let at = commits_at;
    let points = defects::g1(&proof[at..at + 48]);
    family.pieces("proof", "C", at, &points, "Decode(Point)");
    let points = defects::g1_few(&proof[at + 48..at + 96]);
    family.pieces("proof", "second C", at + 48, &points, "Decode(Point)");
    let points = defects::g1_few(&proof[8..56]);
    family.pieces("proof", "Abar", 8, &points, "Decode(Point)");
    let scalars = defects::scalar(&proof[at + 96..at + 128]);
    family.pieces("proof", "s hat", at + 96, &scalars, "Decode(Scalar)");
    let length = proof.len();
    family.lengths(
        "proof",
        &[0, 7, 8 + bbs_length, length - 8, length - 1, length + 1],
    );
    for (name, tests, at, value) in [
        (
            "bbs_length",
            "another length of the BBS proof",
            0,
            bbs_length as u64 + 32,
        ),
        (
            "bbs_length_huge",
            "the largest length of 64 bits",
            0,
            u64::MAX,
        ),
        (
            "disclosed_count",
            "another count of disclosed indexes",
            disclosed_at,
            0,
        ),
        (
            "disclosed_index",
            "another disclosed index",
            disclosed_at + 8,
            3,
        ),
        (
            "commitment_count",
            "another count of commitments",
            disclosed_at + 16,
            1,
        ),
        (
            "committed_count",
            "another count of committed indexes",
            indexes_at,
            3,
        ),
        (
            "committed_index",
            "another committed index",
            indexes_at + 8,
            3,
        ),
    ] {
        let mut octets = proof.clone();
        octets[at..at + 8].copy_from_slice(&value.to_be_bytes());
        let changes = [("proof", hex_value(&octets))];
        let tests = format!("{tests} in the encoding than is expected");
        family.bad(&format!("written_{name}"), &tests, &changes, "Indexes");
    }
    let written = |indexes: &[u64]| {
        let mut octets = proof.clone();
        for (chunk, index) in octets[indexes_at + 8..].chunks_mut(8).zip(indexes) {
            chunk.copy_from_slice(&index.to_be_bytes());
        }
        hex_value(&octets)
    };
    for (name, tests, indexes) in [
        ("indexes_unsorted", "committed indexes that descend", [4, 1]),
        ("indexes_repeated", "a committed index twice", [1, 1]),
        ("index_5", "a committed index one past the last", [1, 5]),
        (
            "index_disclosed",
            "an index both disclosed and committed",
            [0, 4],
        ),
    ] {
        let tests = format!("{tests}, in the encoding and as expected");
        let changes = [
            ("proof", written(&indexes)),
            ("committed_indexes", json!(indexes)),
        ];
        family.bad(name, &tests, &changes, "Indexes");
    }
    let changes = [
        ("proof", written(&[1, 3])),
        ("committed_indexes", json!([1, 3])),
    ];
    let tests = "another committed index, in the encoding and as expected";
    family.bad("index_moved", tests, &changes, "Invalid");
    for (name, tests, indexes) in [
        (
            "index_other",
            "another committed index expected",
            json!([1, 3]),
        ),
        ("index_less", "fewer committed indexes expected", json!([1])),
        (
            "index_more",
            "more committed indexes expected",
            json!([1, 3, 4]),
        ),
    ] {
        family.bad(name, tests, &[("committed_indexes", indexes)], "Indexes");
    }
    let tests = "no committed index expected, so that the octets are a BBS proof's";
    family.bad(
        "not_expected",
        tests,
        &[("committed_indexes", json!([]))],
        "Length",
    );

    let other = prover.prove(&prover.signature, &choice, 1000);
    let commits = commits_at..indexes_at;
    let splice = |range: core::ops::Range<usize>, from: &[u8]| {
        let mut octets = proof.clone();
        octets[range].copy_from_slice(from);
        hex_value(&octets)
    };
    let (first, second) = proof[commits.clone()].split_at(48);
    let (second, responses) = second.split_at(48);
    let swapped = [second, first, &responses[32..], &responses[..32]].concat();
    let none = prover.prove(&no_signature(), &choice, 3);
    for (name, tests, octets) in [
        (
            "swapped",
            "the two commitments swapped",
            splice(commits.clone(), &swapped),
        ),
        (
            "spliced",
            "the commitments of another proof of the same messages",
            splice(commits.clone(), &other[commits]),
        ),
        (
            "no_signature",
            "made from an arbitrary point and scalar",
            hex_value(&none),
        ),
    ] {
        family.bad(name, tests, &[("proof", octets)], "Invalid");
    }
    family
}
