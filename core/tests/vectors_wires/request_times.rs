//! Cases of who signs a request, who vouches for that, and when.

use ed25519_dalek::SigningKey;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Registration, Request};
use glimpse_core::signed::{self, Kind};
use serde_json::{Value, json};

use super::answers::adult;
use super::asking::{VERIFIER, ask, counter, registration, root};
use super::request::{expected, input, payload};
use super::world::{NOW, REGISTRY};
use super::{Family, hex_value};

pub(super) fn families() -> Vec<Family> {
    let asked = ask(vec![vec![adult()]], 1);
    let mut family = Family::new("request", input(&asked));
    let good = |registered| expected(&asked.octets, registered, &[1]);
    family.add("registered", "a list's key vouches for it", &[], good(true));
    let now = |time: u64| [("now", Value::from(time))];
    let early = NOW.0 - 300;
    family.add("early", "dated 300 seconds ahead", &now(early), good(true));
    family.bad(
        "too_early",
        "dated 301 seconds ahead",
        &now(early - 1),
        "Time",
    );
    let end = asked.request.expires.0;
    family.add("last_second", "its last second", &now(end), good(true));
    family.bad("late", "a second after its end", &now(end + 1), "Time");

    let nobody = [("list_keys", Value::Null)];
    family.add(
        "no_list",
        "a wallet without a trust list",
        &nobody,
        good(false),
    );
    let hex_key = |key: &SigningKey| hex::encode(key.verifying_key().as_bytes());
    let other = [("list_keys", json!([hex_key(&counter())]))];
    let tests = "a registration that no key of the list has signed";
    family.add("unknown_root", tests, &other, good(false));
    let listed =
        |key: &SigningKey| json!({ "verifier": VERIFIER.to_string(), "key": hex_key(key) });
    let as_listed = |octets: &[u8], registered| {
        let mut words = expected(octets, registered, &[1]);
        words["verifier"] = "As listed".into();
        words
    };
    let changes = [("listed", listed(&counter())), ("list_keys", json!([]))];
    let tests = "listed with this key, which is enough";
    family.add("listed", tests, &changes, as_listed(&asked.octets, true));
    let changes = [("listed", listed(&root()))];
    let tests = "listed with another key, whatever the registration says";
    family.add(
        "listed_with_other_key",
        tests,
        &changes,
        json!({ "error": "OtherVerifier" }),
    );
    let elsewhere = json!({ "verifier": hex::encode([9; 16]), "key": hex_key(&counter()) });
    let changes = [("listed", elsewhere), ("list_keys", json!([]))];
    let tests = "another verifier is listed with this key";
    family.add("other_listed", tests, &changes, good(false));

    let with = |registration: Registration| {
        let request = Request {
            registration: registration.sign(&root()),
            ..asked.request.clone()
        };
        request.sign(&counter())
    };
    let ends = |time: u64| Registration {
        expires: UnixTime(time),
        ..registration()
    };
    for (name, tests, time, registered) in [
        ("registration_last_second", "its last second", NOW.0, true),
        (
            "registration_late",
            "a second after its end",
            NOW.0 - 1,
            false,
        ),
    ] {
        let octets = with(ends(time));
        let expected = expected(&octets, registered, &[1]);
        family.add(name, tests, &[("octets", hex_value(&octets))], expected);
    }
    let octets = with(ends(NOW.0 - 1));
    let changes = [
        ("octets", hex_value(&octets)),
        ("listed", listed(&counter())),
    ];
    let tests = "a registration past its end, of a verifier that is listed";
    family.add(
        "listed_registration_late",
        tests,
        &changes,
        as_listed(&octets, true),
    );

    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let signature = "Signed(Signature)";
    let payload = payload(&asked.octets);
    let stranger = signed::sign(Kind::Request, &payload, &REGISTRY.signing);
    bad("other_signer", "signed by a stranger", stranger, signature);
    for (name, kind) in [
        ("as_offer", Kind::Offer),
        ("as_registration", Kind::Registration),
        ("as_manifest", Kind::Manifest),
        ("as_trust_list", Kind::TrustList),
    ] {
        let octets = signed::sign(kind, &payload, &counter());
        let tests = "the payload signed as a document of another kind";
        bad(name, tests, octets, signature);
    }
    let mut flipped = asked.octets.clone();
    *flipped.last_mut().unwrap() ^= 1;
    bad("flipped", "a bit of the signature", flipped, signature);
    bad(
        "unsigned",
        "the payload alone",
        payload,
        "Signed(Layout(Kind))",
    );
    bad(
        "registration_alone",
        "a registration for a request",
        registration().sign(&root()),
        "Encoding(Keys)",
    );
    let octets = [asked.octets.as_slice(), &[0]].concat();
    bad(
        "signed_more",
        "an octet after all",
        octets,
        "Signed(Layout(Trailing))",
    );
    vec![family]
}
