//! Cases of the blind interface: commitments and signatures.

use std::sync::Arc;

use glimpse_core::bbs::interface::Generators;
use glimpse_core::bbs::{Interface, KeyContext, Layout, blind, plain};
use glimpse_core::curve::{PublicKey, Scalar, Suite};
use serde_json::{Value, json};

use super::bbs::{TOO_MANY, keys, no_signature, other_key, other_suite, roomy};
use super::equations::Setting;
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value};

pub(super) const SIGNED: [&[u8]; 2] = [b"the signer's first", b"the signer's second"];
pub(super) const COMMITTED: [&[u8]; 2] = [b"the prover's first", b""];
pub(super) const HEADER: &[u8] = b"header";
pub(super) const LAYOUT: Layout = Layout {
    signer: 2,
    committed: Some(2),
};

pub(super) fn families(suite: Suite) -> Vec<Family> {
    vec![commitments(suite), signatures(suite)]
}

/// How a commitment is cut: C, s^, m^…, challenge.
fn commitments(suite: Suite) -> Family {
    let (sk, pk) = keys();
    let interface = Interface::blind(suite);
    let commit = |interface: &Interface, messages: &[&[u8]], seed| {
        let mut rng = Stream::new(seed);
        blind::commit(interface, messages, &mut rng).unwrap().0
    };
    let commitment = (0..)
        .map(|seed| commit(&interface, &COMMITTED, seed))
        .find(|commitment| roomy(&commitment[..48]))
        .unwrap();
    let good = json!({
        "secret_key": hex_value(&sk.expose().to_octets()), "public_key": hex_value(&pk),
        "commitment_with_proof": hex_value(&commitment),
        "header": hex_value(HEADER), "messages": hex_list(&SIGNED),
    });
    let mut family = Family::new(suite, "blind_sign", "blind_commitment", good);
    let mut signs = |name, tests, commitment: Vec<u8>, messages: Value, list: &[&[u8]]| {
        let signature = blind::blind_sign(&interface, &sk, &pk, &commitment, HEADER, list);
        let changes = [
            ("commitment_with_proof", hex_value(&commitment)),
            ("messages", messages),
        ];
        let expected = json!({ "signature": hex::encode(signature.unwrap()) });
        family.add(name, tests, &changes, expected);
    };
    let messages = hex_list(&SIGNED);
    for (name, tests, commitment) in [
        (
            "empty",
            "no commitment, and so no committed message",
            Vec::new(),
        ),
        (
            "to_no_message",
            "a commitment to the blind alone",
            commit(&interface, &[], 1),
        ),
    ] {
        signs(name, tests, commitment, messages.clone(), &SIGNED);
    }
    signs(
        "256_messages",
        "as many messages as are allowed, of which two are committed",
        commitment.clone(),
        json!({ "repeat": "00", "count": 254 }),
        &[b"\0".as_slice(); 254],
    );
    let signature = blind::blind_sign(&interface, &sk, &pk, &commitment, HEADER, &SIGNED);
    family.add(
        "signed",
        "two messages signed beside a commitment to two; e is hashed from the secret key and B \
         alone, as in the published fixtures",
        &[],
        json!({ "signature": hex::encode(signature.unwrap()) }),
    );
    commitment_encodings(&mut family, &commitment);
    let mut negative = commitment.clone();
    negative[0] ^= 0x20;
    let mut swapped = commitment.clone();
    swapped[80..112].copy_from_slice(&commitment[112..144]);
    swapped[112..144].copy_from_slice(&commitment[80..112]);
    let other = commit(&interface, &COMMITTED, 2);
    let spliced = [&other[..48], &commitment[48..]].concat();
    let by_other = commit(&Interface::blind(other_suite(suite)), &COMMITTED, 0);
    let by_nym = commit(&Interface::pseudonym(suite), &COMMITTED, 0);
    for (name, tests, octets) in [
        ("negative", "-C for C", negative),
        (
            "responses_swapped",
            "the responses of the two messages swapped",
            swapped,
        ),
        ("spliced", "another commitment's point", spliced),
        ("other_suite", "made under the other suite", by_other),
        ("nym", "made under the pseudonym interface", by_nym),
    ] {
        let changes = [("commitment_with_proof", hex_value(&octets))];
        family.bad(name, tests, &changes, "Invalid");
    }
    commitment_bounds(&mut family);
    let setting = Setting::new(interface, &pk, HEADER, LAYOUT);
    let nothing = setting.commit_to_nothing(LAYOUT, &mut Stream::new(4));
    // The equation written out anew is the code's own: it holds for a good commitment.
    assert!(setting.commitment_holds(LAYOUT, &commitment));
    assert!(setting.commitment_holds(LAYOUT, &nothing));
    family.bad(
        "identity_forged",
        "a commitment to zeros under a blind of 0: C is the identity, and the challenge holds",
        &[("commitment_with_proof", hex_value(&nothing))],
        "Decode(Point)",
    );
    family
}

fn commitment_encodings(family: &mut Family, commitment: &[u8]) {
    let field = "commitment_with_proof";
    let points = defects::g1(&commitment[..48]);
    family.pieces(field, "C", 0, &points, "Decode(Point)");
    for (part, at) in [("s hat", 48), ("m hat", 80)] {
        let scalars = defects::scalar_few(&commitment[at..at + 32]);
        family.pieces(field, part, at, &scalars, "Decode(Scalar)");
    }
    let scalars = defects::scalar(&commitment[144..]);
    family.pieces(field, "challenge", 144, &scalars, "Decode(Scalar)");
    family.lengths(field, &[1, 48, 80, 111, 175, 177]);
    let less = [&commitment[..112], &commitment[144..]].concat();
    let more = [commitment, &[1; 32]].concat();
    for (name, tests, octets) in [
        (
            "response_less",
            "one response left out, which means one message less",
            less,
        ),
        (
            "scalar_more",
            "one more scalar at the end, which means one message more",
            more,
        ),
    ] {
        family.bad(name, tests, &[(field, hex_value(&octets))], "Invalid");
    }
}

fn commitment_bounds(family: &mut Family) {
    let tests = "more than 256 messages, refused before any generator is derived";
    let repeat = |octets: &str, count: u64| json!({ "repeat": octets, "count": count });
    for (name, count) in TOO_MANY {
        let name = format!("{name}_messages");
        let changes = [("messages", repeat("00", count))];
        family.bad(&name, tests, &changes, "TooManyMessages");
    }
    for (name, count) in [("255_committed", 255), ("100000_committed", 100_000)] {
        let changes = [("commitment_with_proof", repeat("01", 112 + 32 * count))];
        family.bad(name, tests, &changes, "TooManyMessages");
    }
}

fn signatures(suite: Suite) -> Family {
    let (sk, pk) = keys();
    let interface = Interface::blind(suite);
    let (commitment, secret) = blind::commit(&interface, &COMMITTED, &mut Stream::new(5)).unwrap();
    let signature = blind::blind_sign(&interface, &sk, &pk, &commitment, HEADER, &SIGNED).unwrap();
    let good = json!({
        "public_key": hex_value(&pk), "signature": hex_value(&signature),
        "header": hex_value(HEADER), "messages": hex_list(&SIGNED),
        "committed_messages": hex_list(&COMMITTED),
        "secret_prover_blind": hex_value(&secret.expose().to_octets()),
    });
    let mut family = Family::new(suite, "blind_verify", "blind_signature", good);
    family.good(
        "verifies",
        "a blind signature; its message vector is the signer's messages, secret_prover_blind, \
         the committed messages, as in the published fixtures",
    );
    let unblinded = blind::blind_sign(&interface, &sk, &pk, &[], HEADER, &SIGNED).unwrap();
    let changes = [
        ("signature", hex_value(&unblinded)),
        ("committed_messages", json!([])),
        ("secret_prover_blind", Value::Null),
    ];
    let tests = "a signature without a commitment; secret_prover_blind is 0 in its place";
    family.add("no_commitment", tests, &changes, json!({ "valid": true }));
    let points = defects::g1_few(&signature[..48]);
    family.pieces("signature", "A", 0, &points, "Decode(Point)");
    let scalars = defects::scalar(&signature[48..]);
    family.pieces("signature", "e", 48, &scalars, "Decode(Scalar)");
    let scalars = defects::scalar_few(&secret.expose().to_octets());
    let part = "secret prover blind";
    family.pieces("secret_prover_blind", part, 0, &scalars, "Decode(Scalar)");
    family.lengths("signature", &[0, 79, 81]);
    let flat = plain::sign(&Interface::plain(suite), &sk, &pk, HEADER, &SIGNED).unwrap();
    let other_blind = (secret.expose() + Scalar::one()).to_octets();
    let last = with_the_blind_last(&interface, &pk, secret.expose());
    for (name, tests, field, value) in [
        (
            "blind_last",
            "secret_prover_blind after the committed messages",
            "signature",
            hex_value(&last),
        ),
        (
            "arbitrary",
            "an arbitrary point and scalar",
            "signature",
            hex_value(&no_signature()),
        ),
        (
            "plain",
            "made under the plain interface",
            "signature",
            hex_value(&flat),
        ),
        (
            "other_key",
            "another key",
            "public_key",
            hex_value(&other_key()),
        ),
        ("other_header", "another header", "header", hex_value(b"")),
        (
            "other_blind",
            "another blind",
            "secret_prover_blind",
            hex_value(&other_blind),
        ),
        (
            "other_committed",
            "another committed message",
            "committed_messages",
            hex_list(&[COMMITTED[0], b"other"]),
        ),
        (
            "committed_swapped",
            "the committed messages swapped",
            "committed_messages",
            hex_list(&[COMMITTED[1], COMMITTED[0]]),
        ),
    ] {
        family.bad(name, tests, &[(field, value)], "Invalid");
    }
    family.bad(
        "boundary_moved",
        "a committed message among the signer's",
        &[
            ("messages", hex_list(&[SIGNED[0], SIGNED[1], COMMITTED[0]])),
            ("committed_messages", hex_list(&COMMITTED[1..])),
        ],
        "Invalid",
    );
    for (name, count) in [("255_committed", 255), ("100000_committed", 100_000)] {
        family.bad(
            name,
            "more than 256 messages, refused before any generator is derived",
            &[(
                "committed_messages",
                json!({ "repeat": "00", "count": count }),
            )],
            "TooManyMessages",
        );
    }
    family
}

/// A signature over the same messages in the order of a reading that the fixtures do not follow.
fn with_the_blind_last(
    interface: &Interface,
    pk: &[u8; PublicKey::LEN],
    secret: Scalar,
) -> [u8; 80] {
    let generators = Arc::new(Generators::new(interface.clone(), LAYOUT).unwrap());
    let key = PublicKey::from_octets(pk).unwrap();
    let context = KeyContext::new(generators, key, HEADER);
    let mut messages: Vec<_> = [SIGNED, COMMITTED]
        .concat()
        .iter()
        .map(|m| interface.message_to_scalar(m))
        .collect();
    messages.push(secret);
    context.core_sign(&keys().0, &messages).unwrap().to_octets()
}
