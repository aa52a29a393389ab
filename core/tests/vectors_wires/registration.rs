//! Cases of registrations.

use glimpse_core::presentation::Registration;
use glimpse_core::signed::{self, Kind};
use glimpse_core::trust::Provable;
use serde_json::{Value, json};

use super::asking::{VERIFIER, counter, registration, root};
use super::item::{Item, changed, with};
use super::{Family, hex_value};

fn resign(payload: &[u8]) -> Vec<u8> {
    signed::sign(Kind::Registration, payload, &root())
}

pub(super) fn payload() -> Vec<u8> {
    let signed = registration().sign(&root());
    signed::read(&signed).unwrap().payload.to_vec()
}

fn expected(purposes: &[&str]) -> Value {
    json!({
        "verifier": VERIFIER.to_string(), "name": "Corner pharmacy", "purposes": purposes,
        "key": hex::encode(counter().verifying_key().as_bytes()),
        "expires": registration().expires.0,
    })
}

pub(super) fn families() -> Vec<Family> {
    let good = registration().sign(&root());
    let payload = payload();
    let list_key = |key: &ed25519_dalek::SigningKey| hex::encode(key.verifying_key().as_bytes());
    let input = json!({
        "octets": hex::encode(&good), "list_keys": [list_key(&root())],
        "signing_seed": hex::encode(root().to_bytes()),
    });
    let mut family = Family::new("registration", input);
    family.add(
        "signed",
        "signed by the list's key",
        &[],
        expected(&["age"]),
    );
    let second = [(
        "list_keys",
        json!([list_key(&counter()), list_key(&root())]),
    )];
    let tests = "signed by the list's second key";
    family.add("second_key", tests, &second, expected(&["age"]));
    let mut ok = |name: &str, tests: &str, registration: Registration, purposes: &[&str]| {
        let octets = [("octets", hex_value(&registration.sign(&root())))];
        family.add(name, tests, &octets, expected(purposes));
    };
    let none = Registration {
        allowances: vec![],
        ..registration()
    };
    ok("no_allowance", "a verifier that may ask nothing", none, &[]);
    let mut most = registration();
    most.allowances[0].disclose = (0..32).collect();
    let prove = |n: usize| Provable {
        kind: (n / 16) as u32,
        attribute: n % 16,
    };
    most.allowances[0].prove = (0..64).map(prove).collect();
    most.allowances[0].pseudonym = true;
    most.allowances[0].purpose = "p".repeat(32);
    most.allowances = vec![most.allowances[0].clone(); 16];
    let purpose = "p".repeat(32);
    ok(
        "most",
        "the most of everything",
        most,
        &[purpose.as_str(); 16],
    );

    family.documents("octets", &payload, resign, false);
    let other = [("list_keys", json!([list_key(&counter())]))];
    let tests = "signed by no key of the list";
    family.bad("other_key", tests, &other, "Signed(Signature)");
    let nobody = [("list_keys", json!([]))];
    family.bad(
        "no_key",
        "a list without keys",
        &nobody,
        "Signed(Signature)",
    );
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let request = signed::sign(Kind::Request, &payload, &root());
    bad(
        "as_request",
        "the payload signed as a request",
        request,
        "Signed(Signature)",
    );
    let set = |path: &[usize], item: Item| resign(&with(&payload, path, item));
    let (bound, keys) = ("Encoding(Bound)", "Encoding(Keys)");
    let short = changed(&payload, |d| d.at(&[2]).cut());
    bad(
        "verifier_15",
        "a verifier's id of 15 octets",
        resign(&short),
        bound,
    );
    let short = changed(&payload, |d| d.at(&[3]).cut());
    bad("key_31", "a key of 31 octets", resign(&short), bound);
    let mut identity = vec![0; 32];
    identity[0] = 1;
    let weak = set(&[3], Item::Bytes(identity));
    bad(
        "key_weak",
        "a key under which anything is signed",
        weak,
        bound,
    );
    let not_a_point = {
        let mut octets = vec![0; 32];
        octets[0] = 2;
        octets
    };
    let none = set(&[3], Item::Bytes(not_a_point));
    bad("key_no_point", "a key that is no point", none, bound);
    bad("no_name", "no name", set(&[4], Item::Map(vec![])), bound);

    let allowance = Item::parse(&payload).at(&[5, 0]).clone();
    let many = set(&[5], Item::Array(vec![allowance; 17]));
    bad("17_allowances", "an allowance too many", many, bound);
    let inner = |field: usize, item: Item| set(&[5, 0, field], item);
    bad(
        "purpose_empty",
        "no purpose",
        inner(1, Item::Text(String::new())),
        bound,
    );
    bad(
        "purpose_33",
        "a purpose too long",
        inner(1, Item::Text("p".repeat(33))),
        bound,
    );
    bad(
        "schema_31",
        "a schema's id of 31 octets",
        inner(2, Item::Bytes(vec![1; 31])),
        bound,
    );
    let uints = |list: &[u64]| Item::Array(list.iter().copied().map(Item::Uint).collect());
    bad(
        "disclose_unsorted",
        "attributes out of order",
        inner(3, uints(&[2, 1])),
        keys,
    );
    bad(
        "disclose_twice",
        "an attribute twice",
        inner(3, uints(&[1, 1])),
        keys,
    );
    bad(
        "disclose_32",
        "an attribute beyond the last",
        inner(3, uints(&[32])),
        bound,
    );
    let pairs = |list: &[[u64; 2]]| Item::Array(list.iter().map(|p| uints(p)).collect());
    bad(
        "prove_unsorted",
        "kinds out of order",
        inner(4, pairs(&[[1, 0], [0, 0]])),
        keys,
    );
    bad(
        "prove_twice",
        "a kind twice",
        inner(4, pairs(&[[0, 1], [0, 1]])),
        keys,
    );
    bad(
        "prove_kind_4",
        "a kind that is not known",
        inner(4, pairs(&[[4, 1]])),
        bound,
    );
    bad(
        "prove_32",
        "an attribute beyond the last",
        inner(4, pairs(&[[0, 32]])),
        bound,
    );
    let many: Vec<_> = (0..65).map(|n| [n / 32, n % 32]).collect();
    bad(
        "prove_65",
        "a predicate too many",
        inner(4, pairs(&many)),
        bound,
    );
    bad(
        "pseudonym_1",
        "1 for a boolean",
        inner(5, Item::Uint(1)),
        "Encoding(Kind)",
    );
    let null = inner(5, Item::Raw(vec![0xf6]));
    bad(
        "pseudonym_null",
        "null for a boolean",
        null,
        "Encoding(Kind)",
    );
    vec![family]
}
