//! Cases of the proof that a wallet sends to an online office, and of what the office makes of it.

use glimpse_core::credential::{Binding, Decided, NonceProof, PendingIssuance, issue_bound};
use glimpse_core::curve::PublicKey;
use rand_core::Rng;
use serde_json::json;

use super::issuance::{ada, with_published};
use super::item::{Item, changed, with};
use super::offer::written;
use super::rng::Stream;
use super::world::{
    ADA, ADAS_BIRTHDAY, HANDLE, REGISTRY, RENEWAL_KEY, device, device_scalar, library,
    resident_values,
};
use super::{Family, hex_value};

const AUDIENCE: &str = "https://registry.example/office";
const NONCE: &str = "wKI4LT17ac15ES9bw8ac4";

pub(super) fn families() -> Vec<Family> {
    let proof = proof();
    vec![read(&proof), issue(&proof)]
}

fn proof() -> NonceProof {
    let context = &REGISTRY.context;
    let binding = Binding::nonce(context, AUDIENCE, NONCE);
    let (device, rng) = (device(ADA), &mut Stream::new(46));
    let (_, commitment) = PendingIssuance::begin_bound(context, binding, &device, rng).unwrap();
    NonceProof {
        nonce: NONCE.into(),
        commitment,
    }
}

fn read(proof: &NonceProof) -> Family {
    let good = proof.to_octets();
    let mut family = Family::new("nonce_proof", json!({ "octets": hex::encode(&good) }));
    let expected =
        |nonce: &str| json!({ "nonce": nonce, "commitment": hex::encode(proof.commitment) });
    family.add("read", "a proof for a nonce", &[], expected(NONCE));
    for (name, tests, nonce) in [
        ("empty", "a nonce of no octets", String::new()),
        ("nonce_512", "the longest nonce", "n".repeat(512)),
    ] {
        let octets = with(&good, &[1], Item::Text(nonce.clone()));
        family.add(
            name,
            tests,
            &[("octets", hex_value(&octets))],
            expected(&nonce),
        );
    }
    family.documents("octets", &good, <[u8]>::to_vec, false);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    for length in [144, 175, 208] {
        let octets = changed(&good, |d| d.at(&[2]).bytes().resize(length, 1));
        let tests = format!("{length} octets where there are 176");
        bad(
            &format!("commitment_{length}"),
            &tests,
            octets,
            "Encoding(Bound)",
        );
    }
    let long = with(&good, &[1], Item::Text("n".repeat(513)));
    bad("nonce_513", "a nonce too long", long, "Encoding(Bound)");
    let octets = with(&good, &[1], Item::Bytes(NONCE.into()));
    bad(
        "nonce_octets",
        "octets for a nonce",
        octets,
        "Encoding(Kind)",
    );
    let not_text = with(&good, &[1], Item::Raw(vec![0x61, 0xff]));
    bad(
        "nonce_not_utf8",
        "a nonce that is not UTF-8",
        not_text,
        "Encoding(Text)",
    );
    family
}

fn issue(proof: &NonceProof) -> Family {
    let registry = &*REGISTRY;
    let mut entropy = [0; 48];
    Stream::new(45).fill_bytes(&mut entropy);
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    let input = json!({
        "secret_key": hex::encode(registry.sk.expose().to_octets()), "audience": AUDIENCE,
        "proof": hex::encode(proof.to_octets()), "values": written(&values),
        "epoch": registry.today().0, "handle": hex::encode(HANDLE.0),
        "renewal_key": hex::encode(RENEWAL_KEY), "entropy": hex::encode(entropy),
    });
    let mut family = Family::new("issue_online", with_published(registry, input));
    let decided = Decided {
        values,
        epoch: registry.today(),
        handle: HANDLE,
        renewal_key: RENEWAL_KEY.into(),
    };
    let binding = Binding::nonce(&registry.context, AUDIENCE, NONCE);
    let (context, rng) = (&registry.context, &mut Stream::new(45));
    let issued = issue_bound(
        context,
        &registry.sk,
        &binding,
        &proof.commitment,
        decided,
        rng,
    );
    let issued = issued.unwrap();
    let expected = json!({
        "response": hex::encode(issued.response.to_octets()), "b0": hex::encode(issued.b0),
    });
    let tests = "a credential is signed for a commitment bound to audience, nonce and ids";
    family.add("signed", tests, &[], expected);

    let invalid = "Bbs(Invalid)";
    let mut bad = |name: &str, tests: &str, field: &str, value: serde_json::Value| {
        family.bad(name, tests, &[(field, value)], invalid);
    };
    let other = with(&proof.to_octets(), &[1], Item::Text("other".into()));
    bad(
        "other_nonce",
        "another nonce than committed to",
        "proof",
        hex_value(&other),
    );
    let slash = format!("{AUDIENCE}/");
    bad(
        "other_audience",
        "the audience with a slash more",
        "audience",
        slash.into(),
    );
    bad(
        "other_issuer",
        "another issuer id",
        "issuer",
        hex_value(&[9; 16]),
    );
    let key = PublicKey::of(&device_scalar(70)).to_octets();
    bad("other_key", "another key", "key", hex_value(&key));
    let commitment = ada().request.commitment;
    let of_offer = with(&proof.to_octets(), &[2], Item::Bytes(commitment.to_vec()));
    bad(
        "of_offer",
        "the commitment of an offer",
        "proof",
        hex_value(&of_offer),
    );
    for (name, place) in [
        ("s_hat", 79),
        ("device_hat", 111),
        ("nym_hat", 143),
        ("challenge", 175),
    ] {
        let flipped = changed(&proof.to_octets(), |d| d.at(&[2]).bytes()[place] ^= 1);
        bad(
            &format!("{name}_other"),
            "its last bit",
            "proof",
            hex_value(&flipped),
        );
    }
    let schema = [("schema", hex_value(&library().to_octets()))];
    family.bad(
        "other_schema",
        "a schema that the values do not fit",
        &schema,
        "Schema(Count)",
    );
    family
}
