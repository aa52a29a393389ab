//! Cases of the plain interface: proofs.

use glimpse_core::bbs::{Interface, Layout, plain};
use glimpse_core::curve::Suite;
use serde_json::json;

use super::bbs::{MESSAGES, PH, keys, no_signature, other_key, roomy};
use super::equations::{IDENTITY_G1, Setting};
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value};

/// How a plain proof is cut: Abar, Bbar, D; e^, r1^, r3^; m^…; challenge.
pub(super) fn family(suite: Suite) -> Family {
    let (sk, pk) = keys();
    let interface = Interface::plain(suite);
    let header = b"header";
    let signature = plain::sign(&interface, &sk, &pk, header, &MESSAGES).unwrap();
    let prove = |signature: &[u8], indexes: &[usize], seed| {
        let mut rng = Stream::new(seed);
        plain::proof_gen(
            &interface, &pk, signature, header, PH, &MESSAGES, indexes, &mut rng,
        )
        .unwrap()
    };
    let proof = (0..)
        .map(|seed| prove(&signature, &[0, 2], seed))
        .find(|proof| roomy(&proof[..48]))
        .unwrap();
    let good = json!({
        "public_key": hex_value(&pk), "proof": hex_value(&proof), "header": hex_value(header),
        "ph": hex_value(PH), "disclosed_messages": hex_list(&[MESSAGES[0], MESSAGES[2]]),
        "disclosed_indexes": [0, 2],
    });
    let mut family = Family::new(suite, "bbs_proof_verify", "bbs_proof", good);
    family.good("some", "a proof that discloses two of four messages");
    for (name, tests, indexes) in [
        ("none", "a proof that discloses nothing", &[] as &[usize]),
        ("all", "a proof that discloses everything", &[0, 1, 2, 3]),
    ] {
        let shown: Vec<_> = indexes.iter().map(|i| MESSAGES[*i]).collect();
        let changes = [
            ("proof", hex_value(&prove(&signature, indexes, 1))),
            ("disclosed_messages", hex_list(&shown)),
            ("disclosed_indexes", json!(indexes)),
        ];
        family.add(name, tests, &changes, json!({ "valid": true }));
    }
    encodings(&mut family, &proof);
    proof_indexes(&mut family);
    proof_bounds(&mut family);

    let no_signature = prove(&no_signature(), &[0, 2], 2);
    let mut negative = proof.clone();
    [0, 48, 96].iter().for_each(|at| negative[*at] ^= 0x20);
    for (name, tests, field, value) in [
        (
            "no_signature",
            "made from an arbitrary point and scalar; only the pairing equation fails",
            "proof",
            hex_value(&no_signature),
        ),
        (
            "negative_points",
            "-Abar, -Bbar and -D, which the pairing equation allows",
            "proof",
            hex_value(&negative),
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
    ] {
        family.bad(name, tests, &[(field, value)], "Invalid");
    }
    forged_proof(&mut family, &interface, &pk, header);
    family
}

/// Defective pieces of a proof, and wrong lengths.
fn encodings(family: &mut Family, proof: &[u8]) {
    let points = defects::g1(&proof[..48]);
    family.pieces("proof", "Abar", 0, &points, "Decode(Point)");
    for (part, at) in [("Bbar", 48), ("D", 96)] {
        let points = defects::g1_few(&proof[at..at + 48]);
        family.pieces("proof", part, at, &points, "Decode(Point)");
    }
    let challenge = proof.len() - 32;
    let scalars = defects::scalar(&proof[challenge..]);
    family.pieces("proof", "challenge", challenge, &scalars, "Decode(Scalar)");
    for (part, at) in [
        ("e hat", 144),
        ("r1 hat", 176),
        ("r3 hat", 208),
        ("m hat", 240),
    ] {
        let scalars = defects::scalar_few(&proof[at..at + 32]);
        family.pieces("proof", part, at, &scalars, "Decode(Scalar)");
    }
    let length = proof.len();
    family.lengths("proof", &[0, 271, length - 1, length + 1]);
    let without = [&proof[..length - 64], &proof[length - 32..]].concat();
    let with = [proof, &[1; 32]].concat();
    for (name, tests, octets) in [
        (
            "response_less",
            "one response left out, which means one message less",
            without,
        ),
        (
            "scalar_more",
            "one more scalar at the end, which means one message more",
            with,
        ),
    ] {
        family.bad(name, tests, &[("proof", hex_value(&octets))], "Invalid");
    }
}

fn proof_indexes(family: &mut Family) {
    let [first, _, third, last] = MESSAGES;
    for (name, tests, indexes, messages, error) in [
        (
            "indexes_unsorted",
            "indexes that descend",
            json!([2, 0]),
            vec![third, first],
            "Indexes",
        ),
        (
            "indexes_repeated",
            "an index twice",
            json!([0, 0]),
            vec![first, first],
            "Indexes",
        ),
        (
            "index_4",
            "an index one past the last",
            json!([0, 4]),
            vec![first, third],
            "Indexes",
        ),
        (
            "index_huge",
            "the largest index of 64 bits",
            json!([0, u64::MAX]),
            vec![first, third],
            "Indexes",
        ),
        (
            "message_less",
            "fewer messages than indexes",
            json!([0, 2]),
            vec![first],
            "Indexes",
        ),
        (
            "message_more",
            "more messages than indexes",
            json!([0, 2]),
            vec![first, third, last],
            "Indexes",
        ),
        (
            "index_moved",
            "a message at another index",
            json!([1, 2]),
            vec![first, third],
            "Invalid",
        ),
        (
            "messages_swapped",
            "the messages in another order than the indexes",
            json!([0, 2]),
            vec![third, first],
            "Invalid",
        ),
        (
            "other_message",
            "another message",
            json!([0, 2]),
            vec![first, last],
            "Invalid",
        ),
    ] {
        let changes = [
            ("disclosed_indexes", indexes),
            ("disclosed_messages", hex_list(&messages)),
        ];
        family.bad(name, tests, &changes, error);
    }
}

fn proof_bounds(family: &mut Family) {
    let proof = |hidden: u64| json!({ "repeat": "01", "count": 272 + 32 * hidden });
    for (name, hidden) in [("257", 255), ("258", 256), ("a_thousand", 998)] {
        family.bad(
            &format!("{name}_messages"),
            "a length that means more than 256 messages, refused before any generator is derived",
            &[("proof", proof(hidden))],
            "TooManyMessages",
        );
    }
    family.bad(
        "a_million_disclosed",
        "more than 256 disclosed messages, refused before any generator is derived",
        &[
            ("disclosed_indexes", json!({ "count": 1 << 20 })),
            (
                "disclosed_messages",
                json!({ "repeat": "00", "count": 1 << 20 }),
            ),
        ],
        "TooManyMessages",
    );
}

/// A proof of any messages without a signature, for a verifier that takes the identity.
fn forged_proof(family: &mut Family, interface: &Interface, pk: &[u8], header: &[u8]) {
    let layout = Layout {
        signer: MESSAGES.len(),
        committed: None,
    };
    let setting = Setting::new(interface.clone(), pk, header, layout);
    let scalars = MESSAGES.map(|m| interface.message_to_scalar(m));
    let (indexes, shown) = ([0, 2], [(0, scalars[0]), (2, scalars[2])]);
    // The equations written out anew are the code's own: they hold for a good proof.
    assert!(setting.challenge_holds(&family.octets("proof"), &shown, None, &[PH]));
    assert!(!setting.challenge_holds(&family.octets("proof"), &shown, None, &[b""]));
    let mut rng = Stream::new(3);
    let (forged, _) = setting.forge(&scalars, &indexes, None, &[PH], &mut rng);
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
