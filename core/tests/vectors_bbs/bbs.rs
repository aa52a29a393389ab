//! Cases of the plain interface: keys and signatures; and what all cases share.

use glimpse_core::bbs::{Interface, Layout, blind, plain};
use glimpse_core::curve::{PublicKey, Scalar, SecretScalar, Suite};
use serde_json::{Value, json};

use super::equations::Setting;
use super::rng::Stream;
use super::{Family, defects, hex_list, hex_value};

pub(super) const MESSAGES: [&[u8]; 4] = [b"", b"a message", &[0xff; 100], b"the last one"];
pub(super) const PH: &[u8] = b"a presentation header";
/// One more than the bound, and so many that deriving their generators would take minutes.
pub(super) const TOO_MANY: [(&str, u64); 2] = [("257", 257), ("a_million", 1 << 20)];

/// One key under both suites, so that nothing but the suite tells their signatures apart.
pub(super) fn keys() -> (SecretScalar, [u8; PublicKey::LEN]) {
    let material = b"the key material of test-vectors/bbs";
    let sk = Interface::plain(Suite::Sha256).key_gen(material, b"", None);
    let sk = sk.unwrap();
    let pk = PublicKey::of(&sk).to_octets();
    (sk, pk)
}

pub(super) fn other_key() -> [u8; PublicKey::LEN] {
    let sk = SecretScalar::new(keys().0.expose() + Scalar::one());
    PublicKey::of(&sk).to_octets()
}

pub(super) fn other_suite(suite: Suite) -> Suite {
    match suite {
        Suite::Sha256 => Suite::Shake256,
        Suite::Shake256 => Suite::Sha256,
    }
}

/// Whether a point's x leaves room for p, as one in four does.
pub(super) fn roomy(point: &[u8]) -> bool {
    defects::x_plus_p(point).is_some()
}

/// A signature of an arbitrary point and scalar: no signature at all.
pub(super) fn no_signature() -> [u8; 80] {
    let mut rng = Stream::new(80);
    let point = Suite::Sha256.hash_to_curve(b"no signature", b"test-vectors/bbs");
    let mut octets = [0; 80];
    octets[..48].copy_from_slice(&point.to_octets());
    octets[48..].copy_from_slice(&Scalar::random(&mut rng).to_octets());
    octets
}

pub(super) fn families(suite: Suite) -> Vec<Family> {
    let mut families = vec![signatures(suite), signing(suite)];
    if suite == Suite::Sha256 {
        families.push(public_keys(suite));
    }
    families
}

fn public_keys(suite: Suite) -> Family {
    let good = json!({ "public_key": hex_value(&keys().1) });
    let mut family = Family::new(suite, "bbs_public_key", "bbs_public_key", good);
    family.good("decodes", "a public key");
    let octets = family.octets("public_key");
    family.pieces("public_key", "W", 0, &defects::g2(&octets), "Decode(Point)");
    family.lengths("public_key", &[0, 48, 95, 97, 192]);
    family
}

fn signing(suite: Suite) -> Family {
    let (sk, pk) = keys();
    let interface = Interface::plain(suite);
    let good = json!({
        "secret_key": hex_value(&sk.expose().to_octets()), "public_key": hex_value(&pk),
        "header": hex_value(b"header"), "messages": hex_list(&MESSAGES),
    });
    let mut family = Family::new(suite, "bbs_sign", "bbs_sign", good);
    let mut signs = |name, tests, messages: Option<Value>, list: &[&[u8]]| {
        let signature = plain::sign(&interface, &sk, &pk, b"header", list).unwrap();
        let change: Vec<_> = messages.map(|m| ("messages", m)).into_iter().collect();
        let expected = json!({ "signature": hex::encode(signature) });
        family.add(name, tests, &change, expected);
    };
    signs("messages", "a signature of four messages", None, &MESSAGES);
    signs("nothing", "a signature of no message", Some(json!([])), &[]);
    signs(
        "256_messages",
        "as many messages as are allowed",
        Some(json!({ "repeat": "00", "count": 256 })),
        &[b"\0".as_slice(); 256],
    );
    for (name, count) in TOO_MANY {
        family.bad(
            &format!("{name}_messages"),
            "more than 256 messages, refused before any generator is derived",
            &[("messages", json!({ "repeat": "00", "count": count }))],
            "TooManyMessages",
        );
    }
    family
}

fn signatures(suite: Suite) -> Family {
    let (sk, pk) = keys();
    let interface = Interface::plain(suite);
    let sign = |interface: &Interface, header: &[u8]| {
        plain::sign(interface, &sk, &pk, header, &MESSAGES).unwrap()
    };
    let mut headers = (0..).map(|n: u8| vec![b'h', n]);
    let header = headers
        .find(|header| roomy(&sign(&interface, header)[..48]))
        .unwrap();
    let signature = sign(&interface, &header);
    let good = json!({
        "public_key": hex_value(&pk), "signature": hex_value(&signature),
        "header": hex_value(&header), "messages": hex_list(&MESSAGES),
    });
    let mut family = Family::new(suite, "bbs_verify", "bbs_signature", good);
    family.good("verifies", "a signature of four messages");
    family.pieces(
        "signature",
        "A",
        0,
        &defects::g1(&signature[..48]),
        "Decode(Point)",
    );
    let scalars = defects::scalar(&signature[48..]);
    family.pieces("signature", "e", 48, &scalars, "Decode(Scalar)");
    family.lengths("signature", &[0, 48, 79, 81, 112]);
    let mut invalid = |name, tests, field, value| {
        family.bad(name, tests, &[(field, value)], "Invalid");
    };
    let mut negative = signature;
    negative[0] ^= 0x20;
    invalid("negative_a", "-A for A", "signature", hex_value(&negative));
    let none = hex_value(&no_signature());
    invalid(
        "arbitrary",
        "an arbitrary point and scalar",
        "signature",
        none,
    );
    let by_other = sign(&Interface::plain(other_suite(suite)), &header);
    let by_other = hex_value(&by_other);
    invalid(
        "other_suite",
        "made under the other suite",
        "signature",
        by_other,
    );
    let blind = Interface::blind(suite);
    let blindly = blind::blind_sign(&blind, &sk, &pk, &[], &header, &MESSAGES).unwrap();
    let blindly = hex_value(&blindly);
    invalid(
        "blind",
        "made under the blind interface",
        "signature",
        blindly,
    );
    invalid(
        "other_key",
        "another key",
        "public_key",
        hex_value(&other_key()),
    );
    invalid("other_header", "another header", "header", hex_value(b"h"));
    let [a, b, c, d] = MESSAGES;
    for (name, tests, messages) in [
        ("other_message", "another message", &[a, b, c, a] as &[_]),
        ("swapped", "two messages swapped", &[a, c, b, d]),
        ("missing", "the last message left out", &[a, b, c]),
        ("added", "an empty message added", &[a, b, c, d, a]),
    ] {
        invalid(name, tests, "messages", hex_list(messages));
    }
    forged_key(&mut family, &interface, &header);
    for (name, count) in TOO_MANY {
        family.bad(
            &format!("{name}_messages"),
            "more than 256 messages, refused before any generator is derived",
            &[("messages", json!({ "repeat": "00", "count": count }))],
            "TooManyMessages",
        );
    }
    family
}

/// Under the identity as a key, B/e is a signature for any e.
fn forged_key(family: &mut Family, interface: &Interface, header: &[u8]) {
    let mut key = [0; PublicKey::LEN];
    key[0] = 0xc0;
    let layout = Layout {
        signer: MESSAGES.len(),
        committed: None,
    };
    let setting = Setting::new(interface.clone(), &key, header, layout);
    let messages = MESSAGES.map(|m| interface.message_to_scalar(m));
    let b = setting.b(messages.into_iter().enumerate());
    let e = Scalar::from(3u64);
    let a = b.mul(&e.invert());
    // Both sides of e(A, W) = e(B − A·e, BP2) are 1.
    assert!((b - a.mul(&e)).is_identity());
    family.bad(
        "identity_key",
        "the identity as the key, under which the pairing equation holds",
        &[
            ("public_key", hex_value(&key)),
            (
                "signature",
                hex_value(&[a.to_octets().as_slice(), &e.to_octets()].concat()),
            ),
        ],
        "Decode(Point)",
    );
}
