//! Cases of the blind interface: proofs that disclose or hide.

use glimpse_core::bbs::{Interface, blind};
use glimpse_core::curve::Suite;
use serde_json::{Value, json};

use super::bbs::{PH, keys, no_signature, other_key};
use super::blind::{COMMITTED, HEADER, LAYOUT, SIGNED};
use super::equations::{IDENTITY_G1, Setting};
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value};

/// Message indexes: 0 and 1 the signer's, 2 the blind, 3 and 4 committed.
pub(super) struct Prover {
    pub(super) interface: Interface,
    pub(super) signature: [u8; 80],
    secret: glimpse_core::curve::SecretScalar,
}

impl Prover {
    pub(super) fn new(suite: Suite) -> Self {
        let (sk, pk) = keys();
        let interface = Interface::blind(suite);
        let mut rng = Stream::new(6);
        let (commitment, secret) = blind::commit(&interface, &COMMITTED, &mut rng).unwrap();
        let signature = blind::blind_sign(&interface, &sk, &pk, &commitment, HEADER, &SIGNED);
        Self {
            signature: signature.unwrap(),
            interface,
            secret,
        }
    }

    pub(super) fn prove(&self, signature: &[u8], choice: &blind::Choice<'_>, seed: u64) -> Vec<u8> {
        blind::blind_proof_gen(
            &self.interface,
            &keys().1,
            signature,
            HEADER,
            PH,
            &SIGNED,
            &COMMITTED,
            Some(&self.secret),
            choice,
            &mut Stream::new(seed),
        )
        .unwrap()
    }

    pub(super) fn good(&self, disclosed: &[usize], committed: &[usize], proof: &[u8]) -> Value {
        let all = [SIGNED[0], SIGNED[1], b"", COMMITTED[0], COMMITTED[1]];
        let shown: Vec<_> = disclosed.iter().map(|i| all[*i]).collect();
        json!({
            "public_key": hex_value(&keys().1), "proof": hex_value(proof),
            "header": hex_value(HEADER), "ph": hex_value(PH),
            "signer_messages": 2, "committed_messages": 2,
            "disclosed_messages": hex_list(&shown), "disclosed_indexes": disclosed,
            "committed_indexes": committed,
        })
    }
}

pub(super) fn family(suite: Suite) -> Family {
    let prover = &Prover::new(suite);
    let plain = |disclosed| blind::Choice {
        disclosed,
        committed: &[],
    };
    let proof = prover.prove(&prover.signature, &plain(&[0, 3]), 1);
    let good = prover.good(&[0, 3], &[], &proof);
    let mut family = Family::new(suite, "blind_proof_verify", "blind_proof", good);
    family.good(
        "some",
        "a proof that discloses the first of the signer's messages and, behind \
         secret_prover_blind at index 2, the first committed one",
    );
    for (name, tests, disclosed) in [
        ("none", "a proof that discloses nothing", &[] as &[usize]),
        (
            "all",
            "a proof that discloses all but the blind",
            &[0, 1, 3, 4],
        ),
    ] {
        let proof = prover.prove(&prover.signature, &plain(disclosed), 2);
        let input = prover.good(disclosed, &[], &proof);
        let fields = ["proof", "disclosed_messages", "disclosed_indexes"];
        let changes = fields.map(|field| (field, input[field].clone()));
        family.add(name, tests, &changes, json!({ "valid": true }));
    }
    for (part, at) in [("Abar", 0), ("Bbar", 48), ("D", 96)] {
        let points = defects::g1_few(&proof[at..at + 48]);
        family.pieces("proof", part, at, &points, "Decode(Point)");
    }
    let challenge = proof.len() - 32;
    for (part, at) in [("e hat", 144), ("m hat", 240), ("challenge", challenge)] {
        let scalars = defects::scalar_few(&proof[at..at + 32]);
        family.pieces("proof", part, at, &scalars, "Decode(Scalar)");
    }
    let length = proof.len();
    let lengths = [0, 31, 271, length - 32, length - 1, length + 1, length + 32];
    family.lengths("proof", &lengths);
    let none = prover.prove(&no_signature(), &plain(&[0, 3]), 3);
    for (name, tests, field, value) in [
        (
            "no_signature",
            "made from an arbitrary point and scalar; only the pairing equation fails",
            "proof",
            hex_value(&none),
        ),
        (
            "other_key",
            "another key",
            "public_key",
            hex_value(&other_key()),
        ),
        ("other_header", "another header", "header", hex_value(b"")),
        (
            "other_ph",
            "another presentation header",
            "ph",
            hex_value(b""),
        ),
        (
            "other_message",
            "another disclosed message",
            "disclosed_messages",
            hex_list(&[SIGNED[0], COMMITTED[1]]),
        ),
        (
            "index_of_blind",
            "a message at the blind's index",
            "disclosed_indexes",
            json!([0, 2]),
        ),
        (
            "index_moved",
            "a message at another index",
            "disclosed_indexes",
            json!([0, 4]),
        ),
    ] {
        family.bad(name, tests, &[(field, value)], "Invalid");
    }
    layouts(&mut family);
    for (name, tests, indexes) in [
        ("indexes_unsorted", "indexes that descend", json!([3, 0])),
        ("indexes_repeated", "an index twice", json!([3, 3])),
        ("index_5", "an index one past the last", json!([0, 5])),
        (
            "index_huge",
            "the largest index of 64 bits",
            json!([0, u64::MAX]),
        ),
    ] {
        family.bad(name, tests, &[("disclosed_indexes", indexes)], "Indexes");
    }
    forged(&mut family, prover);
    family
}

fn layouts(family: &mut Family) {
    for (name, tests, signer, committed, error) in [
        (
            "layout_3_1",
            "one more of the signer's messages, one less committed",
            3,
            1,
            "Invalid",
        ),
        (
            "layout_1_3",
            "one less of the signer's messages, one more committed",
            1,
            3,
            "Invalid",
        ),
        (
            "layout_3_2",
            "one more of the signer's messages",
            3,
            2,
            "Length",
        ),
        ("layout_255_2", "257 messages", 255, 2, "TooManyMessages"),
        (
            "layout_million_million",
            "2^40 of the signer's messages, refused before any generator is derived",
            1 << 40,
            2,
            "TooManyMessages",
        ),
        (
            "layout_huge",
            "a count to which 1 cannot be added",
            u64::MAX,
            2,
            "TooManyMessages",
        ),
    ] {
        let changes = [
            ("signer_messages", json!(signer)),
            ("committed_messages", json!(committed)),
        ];
        family.bad(name, tests, &changes, error);
    }
}

fn forged(family: &mut Family, prover: &Prover) {
    let interface = &prover.interface;
    let setting = Setting::new(interface.clone(), &keys().1, HEADER, LAYOUT);
    let all = [
        SIGNED[0],
        SIGNED[1],
        b"the blind",
        COMMITTED[0],
        COMMITTED[1],
    ];
    let scalars = all.map(|m| interface.message_to_scalar(m));
    let shown = [(0, scalars[0]), (3, scalars[3])];
    assert!(setting.challenge_holds(&family.octets("proof"), &shown, None, &[PH]));
    let (forged, _) = setting.forge(&scalars, &[0, 3], None, &[PH], &mut Stream::new(7));
    assert!(setting.challenge_holds(&forged, &shown, None, &[PH]));
    assert_eq!(forged[..48], IDENTITY_G1);
    family.bad(
        "identity_forged",
        "made without a signature: Abar and Bbar are the identity, for which the pairing \
         equation says nothing, and the challenge holds",
        &[("proof", hex_value(&forged))],
        "Decode(Point)",
    );
}
