//! Cases of what goes to the office, and of what it makes of it.

use glimpse_core::credential::Value as Attribute;
use glimpse_core::curve::PublicKey;
use glimpse_core::signed::{self, Kind};
use serde_json::{Value, json};

use super::issuance::{ada, identity, signing_key, with_published};
use super::item::{Item, changed, with};
use super::rng::Stream;
use super::world::{
    ADAS_BIRTHDAY, BORN, CITY, HANDLE, Issuance, LIBRARY, NAME, NOW, PHOTO, REGISTRY, RENEWAL_KEY,
    device_scalar, resident_values,
};
use super::{Family, hex_value};

pub(super) fn families() -> Vec<Family> {
    let ada = ada();
    vec![offer(), request(&ada), issue(&ada)]
}

fn offer() -> Family {
    let (registry, offer) = (&*REGISTRY, REGISTRY.offer());
    let good = offer.sign(&registry.signing);
    let payload = signed::read(&good).unwrap().payload.to_vec();
    let mut family = Family::new(
        "offer",
        json!({
            "octets": hex::encode(&good), "now": NOW.0, "signing_key": signing_key(registry),
            "signing_seed": hex::encode(registry.signing.to_bytes()),
        }),
    );
    let expected = |expires: u64| {
        json!({
            "issuer": offer.issuer.to_string(), "schema": offer.schema.to_string(),
            "key": offer.key.to_string(), "code": hex::encode(offer.code), "expires": expires,
        })
    };
    let end = NOW.0 + 3600;
    family.add("signed", "an offer", &[], expected(end));
    let last = [("now", end.into())];
    family.add("at_its_end", "its last second", &last, expected(end));
    let resign = |payload: &[u8]| signed::sign(Kind::Offer, payload, &registry.signing);
    let forever = resign(&with(&payload, &[6], Item::Uint(u64::MAX)));
    let forever = [("octets", hex_value(&forever))];
    let tests = "the latest end that can be written";
    family.add("forever", tests, &forever, expected(u64::MAX));
    family.documents("octets", &payload, resign, false);

    let late = [("now", (end + 1).into())];
    family.bad("late", "a second after its end", &late, "Expired");
    let key = [("signing_key", signing_key(&LIBRARY))];
    let tests = "signed by another issuer";
    family.bad("other_key", tests, &key, "Signed(Signature)");
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    for (name, kind) in [
        ("as_request", Kind::Request),
        ("as_registration", Kind::Registration),
        ("as_manifest", Kind::Manifest),
        ("as_trust_list", Kind::TrustList),
    ] {
        let octets = signed::sign(kind, &payload, &registry.signing);
        let tests = "the same payload signed as a document of another kind";
        bad(name, tests, octets, "Signed(Signature)");
    }
    let unsigned = payload.clone();
    bad(
        "unsigned",
        "the payload alone",
        unsigned,
        "Signed(Layout(Kind))",
    );
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    bad(
        "flipped",
        "a bit of the signature",
        damaged,
        "Signed(Signature)",
    );
    for (field, name, tests) in [
        (2, "issuer_15", "an issuer's id of 15 octets"),
        (3, "schema_31", "a schema's id of 31 octets"),
        (4, "key_7", "a key's id of 7 octets"),
        (5, "code_15", "a code of 15 octets"),
    ] {
        let short = changed(&payload, |d| d.at(&[field]).cut());
        bad(name, tests, resign(&short), "Encoding(Bound)");
    }
    let negative = with(&payload, &[6], Item::Raw(vec![0x20]));
    bad(
        "negative",
        "an end of -1",
        resign(&negative),
        "Encoding(Kind)",
    );
    family
}

fn request(ada: &Issuance) -> Family {
    let good = ada.request.to_octets();
    let mut family = Family::new("issuance_request", json!({ "octets": hex::encode(&good) }));
    let expected = json!({
        "code": hex::encode(ada.request.code), "commitment": hex::encode(ada.request.commitment),
    });
    family.add("read", "a request for issuance", &[], expected);
    family.documents("octets", &good, <[u8]>::to_vec, false);
    for (path, length, name) in [
        (1, 15, "code_15"),
        (1, 17, "code_17"),
        (2, 175, "commitment_175"),
        (2, 144, "commitment_of_one"),
        (2, 208, "commitment_of_three"),
    ] {
        let octets = changed(&good, |d| d.at(&[path]).bytes().resize(length, 1));
        let tests = format!("{length} octets where there are {}", [16, 176][path - 1]);
        let changes = [("octets", hex_value(&octets))];
        family.bad(name, &tests, &changes, "Encoding(Bound)");
    }
    family
}

/// Each value as its CBOR.
pub(super) fn written(values: &[Attribute]) -> Value {
    let write = |value: &Attribute| {
        let mut w = glimpse_core::cbor::Writer::new();
        value.write(&mut w);
        hex::encode(w.into_vec())
    };
    values.iter().map(write).collect()
}

fn issue(ada: &Issuance) -> Family {
    use rand_core::Rng;
    let registry = &*REGISTRY;
    let mut entropy = [0; 48];
    Stream::new(45).fill_bytes(&mut entropy);
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    let input = json!({
        "secret_key": hex::encode(registry.sk.expose().to_octets()),
        "signing_key": signing_key(registry), "now": NOW.0, "offer": hex::encode(&ada.offer),
        "request": hex::encode(ada.request.to_octets()), "values": written(&values),
        "epoch": registry.today().0, "handle": hex::encode(HANDLE.0),
        "renewal_key": hex::encode(RENEWAL_KEY), "entropy": hex::encode(entropy),
    });
    let mut family = Family::new("issue", with_published(registry, input));
    let expected = json!({
        "response": hex::encode(ada.response.to_octets()), "b0": hex::encode(ada.b0),
    });
    let tests = "a credential is signed; the nym entropy is OS2IP(entropy) mod r";
    family.add("signed", tests, &[], expected);

    let mut bad = |name: &str, tests: &str, field: &str, value: Value, error: &str| {
        family.bad(name, tests, &[(field, value)], error);
    };
    let mut other = registry.offer();
    other.code = [6; 16];
    let other = other.sign(&registry.signing);
    let tests = "a request with the code of another offer";
    bad("other_code", tests, "offer", hex_value(&other), "Mismatch");
    let mut later = registry.offer();
    later.expires.0 += 1;
    let later = later.sign(&registry.signing);
    let tests = "a commitment made for another offer of the same code";
    bad(
        "other_offer",
        tests,
        "offer",
        hex_value(&later),
        "Bbs(Invalid)",
    );
    let key = PublicKey::of(&device_scalar(70)).to_octets();
    let tests = "an offer for another key than the office's";
    bad("other_key", tests, "key", hex_value(&key), "Mismatch");
    let tests = "an offer of another issuer";
    let issuer = hex_value(&[9; 16]);
    bad("other_issuer", tests, "issuer", issuer, "Mismatch");
    for (name, day) in [("epoch_early", -1), ("epoch_late", 1)] {
        let day = i64::from(registry.today().0) + day;
        let tests = "a day that is not the first of a period";
        bad(name, tests, "epoch", day.into(), "Epoch");
    }
    let commitment = |start: usize, with: &[u8]| {
        let change = |bytes: &mut Vec<u8>| {
            bytes[start..start + with.len()].copy_from_slice(with);
        };
        hex_value(&changed(&ada.request.to_octets(), |d| {
            change(d.at(&[2]).bytes());
        }))
    };
    let zero = [0; 32];
    for (name, tests, request, error) in [
        (
            "c_identity",
            "C is the identity",
            commitment(0, &identity()),
            "Bbs(Decode(Point))",
        ),
        (
            "s_hat_zero",
            "s^ is 0",
            commitment(48, &zero),
            "Bbs(Decode(Scalar))",
        ),
        (
            "device_hat_zero",
            "the device's response is 0",
            commitment(80, &zero),
            "Bbs(Decode(Scalar))",
        ),
        (
            "nym_hat_other",
            "another response for the nym secret",
            commitment(112, &[1; 32]),
            "Bbs(Invalid)",
        ),
        (
            "challenge_other",
            "another challenge",
            commitment(144, &[1; 32]),
            "Bbs(Invalid)",
        ),
        (
            "challenge_ones",
            "a challenge above r",
            commitment(144, &[0xff; 32]),
            "Bbs(Decode(Scalar))",
        ),
    ] {
        bad(name, tests, "request", request, error);
    }
    let changed_value = |position: usize, value: Attribute| {
        let mut values = resident_values(ADAS_BIRTHDAY, "A-1");
        values[position] = value;
        written(&values)
    };
    for (name, tests, position, value) in [
        (
            "value_city",
            "a code that the schema does not have",
            CITY,
            Attribute::Integer(3),
        ),
        (
            "value_date",
            "the first day beyond the range",
            BORN,
            Attribute::Integer(1 << 17),
        ),
        (
            "value_text",
            "text too long",
            NAME,
            Attribute::text(&"a".repeat(65)),
        ),
        (
            "value_octets",
            "an octet too few",
            PHOTO,
            Attribute::bytes(&[7; 31]),
        ),
        (
            "value_kind",
            "text for a date",
            BORN,
            Attribute::text("1990-05-31"),
        ),
    ] {
        let error = format!("Schema(Value({position}))");
        bad(
            name,
            tests,
            "values",
            changed_value(position, value),
            &error,
        );
    }
    let few = written(&resident_values(ADAS_BIRTHDAY, "A-1")[..5]);
    bad(
        "value_less",
        "a value too few",
        "values",
        few,
        "Schema(Count)",
    );
    family
}
