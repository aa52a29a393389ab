//! Cases of the pseudonym interface: proofs and pseudonyms.

use glimpse_core::bbs::Interface;
use glimpse_core::curve::{Scalar, Suite};
use serde_json::{Value, json};

use super::bbs::{PH, keys, no_signature, other_key, roomy};
use super::blind::{HEADER, SIGNED};
use super::equations::{IDENTITY_G1, Nym, Setting};
use super::nym::{COMMITTED, LAYOUT, Prover, secrets};
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value, run};

pub(super) fn family(suite: Suite) -> Family {
    let prover = &Prover::new(suite, secrets(), 9);
    let good = |(proof, pseudonym): &(Vec<u8>, [u8; 48]), context_id: &[u8]| {
        json!({
            "public_key": hex_value(&keys().1), "proof": hex_value(proof),
            "header": hex_value(HEADER), "ph": hex_value(PH), "pseudonym": hex_value(pseudonym),
            "context_id": hex_value(context_id), "length_nym_vector": 2, "signer_messages": 2,
            "disclosed_messages": hex_list(&[SIGNED[0], COMMITTED[0]]),
            "disclosed_indexes": [0, 3],
        })
    };
    let show = |context: &[u8]| prover.prove(&prover.signature, &[0, 3], context, 1);
    let context_id = (0..)
        .map(|n: u8| vec![b'c', n])
        .find(|context| roomy(&show(context).1))
        .unwrap();
    let made = show(&context_id);
    let base = good(&made, &context_id);
    let mut family = Family::new(suite, "nym_proof_verify", "nym_proof", base.clone());
    family.good(
        "some",
        "a proof with a pseudonym that discloses one message of the signer and, behind the \
         blind, the committed one",
    );
    let points = defects::g1(&made.1);
    family.pieces("pseudonym", "pseudonym", 0, &points, "Decode(Point)");
    family.lengths("pseudonym", &[0, 47, 49]);
    for (part, at) in [("Abar", 0), ("Bbar", 48), ("D", 96)] {
        let points = defects::g1_few(&made.0[at..at + 48]);
        family.pieces("proof", part, at, &points, "Decode(Point)");
    }
    let challenge = made.0.len() - 32;
    for (part, at) in [("m hat", challenge - 32), ("challenge", challenge)] {
        let scalars = defects::scalar_few(&made.0[at..at + 32]);
        family.pieces("proof", part, at, &scalars, "Decode(Scalar)");
    }
    let length = made.0.len();
    family.lengths("proof", &[0, 271, length - 1, length + 1]);
    let again = show(&[&context_id, PH].concat());
    let mut negative = made.1;
    negative[0] ^= 0x20;
    let none = prover.prove(&no_signature(), &[0, 3], &context_id, 2).0;
    for (name, tests, field, value) in [
        (
            "no_signature",
            "made from an arbitrary point and scalar",
            "proof",
            hex_value(&none),
        ),
        (
            "other_pseudonym",
            "the pseudonym of another context",
            "pseudonym",
            hex_value(&again.1),
        ),
        (
            "negative_pseudonym",
            "the pseudonym's negative",
            "pseudonym",
            hex_value(&negative),
        ),
        (
            "other_context",
            "another context id",
            "context_id",
            hex_value(b"another"),
        ),
        (
            "other_ph",
            "another presentation header",
            "ph",
            hex_value(b""),
        ),
        ("other_header", "another header", "header", hex_value(b"")),
        (
            "other_key",
            "another key",
            "public_key",
            hex_value(&other_key()),
        ),
        (
            "secrets_1",
            "one nym secret instead of two",
            "length_nym_vector",
            json!(1),
        ),
        (
            "signer_1",
            "one less of the signer's messages",
            "signer_messages",
            json!(1),
        ),
    ] {
        family.bad(name, tests, &[(field, value)], "Invalid");
    }
    family.bad(
        "tail_moved",
        "an octet of the presentation header at the head of the context id",
        &[
            ("ph", hex_value(&PH[..PH.len() - 1])),
            (
                "context_id",
                hex_value(&[&PH[PH.len() - 1..], &context_id].concat()),
            ),
        ],
        "Invalid",
    );
    for (name, tests, field, value, error) in [
        (
            "no_secret",
            "no nym secret",
            "length_nym_vector",
            json!(0),
            "Indexes",
        ),
        (
            "secrets_4",
            "more than are committed",
            "length_nym_vector",
            json!(4),
            "Indexes",
        ),
        (
            "signer_6",
            "no place for a blind",
            "signer_messages",
            json!(6),
            "Length",
        ),
        (
            "signer_huge",
            "the largest of 64 bits",
            "signer_messages",
            json!(u64::MAX),
            "Length",
        ),
        (
            "disclosed_secret",
            "a nym secret disclosed",
            "disclosed_indexes",
            json!([0, 5]),
            "Indexes",
        ),
        (
            "indexes_unsorted",
            "indexes descend",
            "disclosed_indexes",
            json!([3, 0]),
            "Indexes",
        ),
        (
            "indexes_repeated",
            "an index twice",
            "disclosed_indexes",
            json!([3, 3]),
            "Indexes",
        ),
        (
            "index_6",
            "an index past the last",
            "disclosed_indexes",
            json!([0, 6]),
            "Indexes",
        ),
        (
            "257_messages",
            "a length that means more than 256 messages",
            "proof",
            json!({ "repeat": "01", "count": 272 + 32 * 256 }),
            "TooManyMessages",
        ),
    ] {
        family.bad(name, tests, &[(field, value)], error);
    }
    let z = prover
        .interface
        .hash_to_scalar(&context_id, "VECT_NYM_SECRETS");
    cancelling(&mut family, suite, z, |prover| {
        let made = prover.prove(&prover.signature, &[0, 3], &context_id, 3);
        good(&made, &context_id)
    });
    forged(&mut family, prover, &context_id);
    family
}

/// Nym secrets chosen for one context so that the pseudonym there is the identity. All else is
/// honest, and without the check any number of holders would share the pseudonym.
fn cancelling(family: &mut Family, suite: Suite, z: Scalar, show: impl Fn(&Prover) -> Value) {
    let last = secrets()[1];
    let input = show(&Prover::new(suite, [-(last * z), last], 10));
    assert_eq!(input["pseudonym"], hex_value(&IDENTITY_G1));
    let prover = Prover::new(suite, secrets(), 9);
    let shown = [(0, SIGNED[0]), (3, COMMITTED[0])];
    let shown = shown.map(|(i, m)| (i, prover.interface.message_to_scalar(m)));
    let context_id = run::octets(&input["context_id"]);
    let nym = Nym {
        context: &context_id,
        secrets: 2,
    };
    let holds = setting(&prover.interface).challenge_holds(
        &run::octets(&input["proof"]),
        &shown,
        Some((&nym, &IDENTITY_G1)),
        &[PH, &context_id],
    );
    assert!(holds);
    family.bad(
        "pseudonym_identity_honest",
        "nym secrets that cancel in this context: the pseudonym is the identity, and every \
         equation holds",
        &[
            ("proof", input["proof"].clone()),
            ("pseudonym", input["pseudonym"].clone()),
        ],
        "Decode(Point)",
    );
}

fn setting(interface: &Interface) -> Setting {
    let header = [HEADER, &2u64.to_be_bytes()].concat();
    Setting::new(interface.clone(), &keys().1, &header, LAYOUT)
}

fn forged(family: &mut Family, prover: &Prover, context_id: &[u8]) {
    let setting = setting(&prover.interface);
    let map = |m: &[u8]| prover.interface.message_to_scalar(m);
    let mut scalars = [SIGNED[0], SIGNED[1], b"the blind", COMMITTED[0]]
        .map(map)
        .to_vec();
    scalars.extend([(); 2].map(|()| Scalar::one()));
    let shown = [(0, scalars[0]), (3, scalars[3])];
    let nym = Nym {
        context: context_id,
        secrets: 2,
    };
    let holds = |proof: &[u8], pseudonym: &[u8]| {
        let nym = Some((&nym, pseudonym));
        setting.challenge_holds(proof, &shown, nym, &[PH, context_id])
    };
    assert!(holds(&family.octets("proof"), &family.octets("pseudonym")));
    let mut rng = Stream::new(11);
    let (forged, pseudonym) =
        setting.forge(&scalars, &[0, 3], Some(&nym), &[PH, context_id], &mut rng);
    let pseudonym = pseudonym.unwrap();
    assert!(holds(&forged, &pseudonym));
    assert_eq!(forged[..48], IDENTITY_G1);
    family.bad(
        "identity_forged",
        "made without a signature: Abar and Bbar are the identity, for which the pairing \
         equation says nothing, and the challenge holds",
        &[
            ("proof", hex_value(&forged)),
            ("pseudonym", hex_value(&pseudonym)),
        ],
        "Decode(Point)",
    );
}
