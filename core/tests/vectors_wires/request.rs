//! Cases of a request's octets.

use glimpse_core::ids::UnixTime;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Query, Request};
use glimpse_core::signed::{self, Kind};
use serde_json::{Value, json};

use super::answers::adult;
use super::asking::{self, Asked, ask, at_least, at_most, counter, holds, over, root};
use super::item::{Item, changed, with};
use super::links::{linked, under};
use super::world::{BORN, CHILDREN, CITY, NOW, REGISTRY};
use super::{Family, hex_value, query};

/// What the wallet checks a request with.
pub(super) fn input(asked: &Asked) -> Value {
    json!({
        "octets": hex::encode(&asked.octets), "now": NOW.0, "listed": null,
        "list_keys": [hex::encode(root().verifying_key().as_bytes())],
        "signing_seed": hex::encode(counter().to_bytes()),
    })
}

pub(super) fn expected(octets: &[u8], registered: bool, queries: &[usize]) -> Value {
    json!({
        "digest": hex::encode(Request::digest(octets)), "verifier": "Corner pharmacy",
        "purpose": "age", "registered": registered, "queries": queries,
    })
}

pub(super) fn payload(octets: &[u8]) -> Vec<u8> {
    signed::read(octets).unwrap().payload.to_vec()
}

pub(super) fn resign(payload: &[u8]) -> Vec<u8> {
    signed::sign(Kind::Request, payload, &counter())
}

/// A predicate of each kind, and a pseudonym.
fn asked() -> Asked {
    let all = Query {
        predicates: vec![
            over(18),
            at_least(CHILDREN, 1),
            holds(CITY, Statement::OneOf(vec![1, 2])),
            holds(BORN, Statement::AtLeast(1, Profile::Bits)),
        ],
        ..under(b"pharmacy")
    };
    ask(vec![vec![adult()], linked(), vec![all]], 1)
}

pub(super) fn families() -> Vec<Family> {
    let asked = asked();
    let mut family = Family::new("request", input(&asked));
    let all = expected(&asked.octets, true, &[1, 2, 1]);
    family.add("every_kind", "every kind of predicate", &[], all);
    edges(&mut family);
    let payload = payload(&asked.octets);
    family.documents("octets", &payload, resign, false);
    fields(&mut family, &asked, &payload);
    query::add(&mut family, &payload);
    vec![family]
}

fn edges(family: &mut Family) {
    let mut ok = |name: &str, tests: &str, octets: Vec<u8>, queries: &[usize]| {
        let expected = expected(&octets, true, queries);
        family.add(name, tests, &[("octets", hex_value(&octets))], expected);
    };
    let mut largest = asking::query(&REGISTRY);
    largest.issuers = vec![largest.issuers[0]; 8];
    largest.disclose = (0..32).collect();
    largest.predicates = vec![holds(BORN, Statement::OneOf((0..16).collect())); 4];
    largest.max_age_days = 3660;
    largest.pseudonym = Some(vec![0; 64]);
    let most = ask(vec![vec![largest; 4]; 4], 1).octets;
    ok("most", "the most of everything", most, &[4; 4]);
    let squares = |n| Query {
        predicates: vec![at_most(BORN, (1 << 20) - 1); n],
        ..asking::query(&REGISTRY)
    };
    let eight = vec![vec![squares(4), squares(4)], vec![squares(4), squares(4)]];
    let tests = "8 three-squares proofs in each of two alternatives";
    ok("8_squares", tests, ask(eight, 1).octets, &[2, 2]);
    let bits = Query {
        predicates: vec![holds(BORN, Statement::AtMost(1, Profile::Bits)); 4],
        ..asking::query(&REGISTRY)
    };
    let tests = "bits and sets are not three-squares proofs";
    ok("16_bits", tests, ask(vec![vec![bits; 4]], 1).octets, &[4]);
    let mut day = ask(vec![vec![adult()]], 1).request;
    day.expires = UnixTime(NOW.0 + 86_400);
    ok(
        "whole_day",
        "a request for a whole day",
        day.sign(&counter()),
        &[1],
    );
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>| {
        family.bad(
            name,
            tests,
            &[("octets", hex_value(&octets))],
            "Encoding(Bound)",
        );
    };
    let nine = vec![vec![adult()], vec![squares(4), squares(4), squares(1)]];
    let tests = "9 three-squares proofs in one alternative";
    bad("9_squares", tests, ask(nine, 1).octets);
    for (name, tests, issued, expires) in [
        (
            "longer_than_a_day",
            "a second more than a day",
            NOW.0,
            NOW.0 + 86_401,
        ),
        ("no_time", "a request that ends as it begins", NOW.0, NOW.0),
        (
            "backwards",
            "a request that ends before it begins",
            NOW.0 + 1,
            NOW.0,
        ),
        ("forever", "a request without end", NOW.0, u64::MAX),
        (
            "wrapped",
            "an end that a wrapping difference calls near",
            u64::MAX,
            1,
        ),
    ] {
        let mut request = ask(vec![vec![adult()]], 1).request;
        (request.issued, request.expires) = (UnixTime(issued), UnixTime(expires));
        bad(name, tests, request.sign(&counter()));
    }
}

fn fields(family: &mut Family, asked: &Asked, payload: &[u8]) {
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let set = |path: &[usize], item: Item| resign(&with(payload, path, item));
    let (bound, kind) = ("Encoding(Bound)", "Encoding(Kind)");
    for (field, name) in [(2, "nonce"), (3, "verifier")] {
        for length in [15, 17] {
            let octets = changed(payload, |d| d.at(&[field]).bytes().resize(length, 0));
            let name = format!("{name}_{length}");
            bad(&name, "another length than 16", resign(&octets), bound);
        }
    }
    bad(
        "purpose_33",
        "a purpose too long",
        set(&[4], Item::Text("p".repeat(33))),
        bound,
    );
    let utf8 = set(&[4], Item::Raw(vec![0x61, 0xff]));
    bad(
        "purpose_not_utf8",
        "a purpose that is not UTF-8",
        utf8,
        "Encoding(Text)",
    );
    bad(
        "purpose_in_no_language",
        "no words",
        set(&[5], Item::Map(vec![])),
        bound,
    );
    let negative = set(&[6], Item::Raw(vec![0x3a, 0x6b, 0x04, 0, 0]));
    bad("issued_negative", "a time before 1970", negative, kind);
    let float = set(&[6], Item::Raw(vec![0xf9, 0, 0]));
    bad("issued_float", "a time as a float", float, kind);
    let tagged = Item::Raw([&[0xc1, 0x1a][..], &(NOW.0 as u32).to_be_bytes()].concat());
    bad(
        "issued_tagged",
        "a time under CBOR's tag for times",
        set(&[6], tagged),
        kind,
    );
    bad(
        "no_alternative",
        "no alternative",
        set(&[8], Item::Array(vec![])),
        bound,
    );
    let empty = Item::Array(vec![Item::Array(vec![])]);
    bad(
        "no_query",
        "an alternative without a query",
        set(&[8], empty),
        bound,
    );
    let alternative = Item::parse(payload).at(&[8, 0]).clone();
    let five = set(&[8], Item::Array(vec![alternative; 5]));
    bad("5_alternatives", "an alternative too many", five, bound);
    let query = Item::parse(payload).at(&[8, 0, 0]).clone();
    let five = set(&[8, 0], Item::Array(vec![query; 5]));
    bad("5_queries", "a query too many", five, bound);

    // The registration.
    let text = set(&[9], Item::Text(String::new()));
    bad("registration_text", "text for the registration", text, kind);
    let layout = "Signed(Layout(Kind))";
    bad(
        "registration_none",
        "no registration",
        set(&[9], Item::Bytes(vec![])),
        layout,
    );
    let signed = &asked.request.registration;
    let trailing = [signed.as_slice(), &[0]].concat();
    let trailing = set(&[9], Item::Bytes(trailing));
    bad(
        "registration_more",
        "an octet after it",
        trailing,
        "Signed(Layout(Trailing))",
    );
    let register = |payload: &[u8]| {
        let signed = signed::sign(Kind::Registration, payload, &root());
        set(&[9], Item::Bytes(signed))
    };
    let registration = super::registration::payload();
    let version = register(&with(&registration, &[1], Item::Uint(2)));
    bad(
        "registration_version_2",
        "a later registration",
        version,
        bound,
    );
    let verifier = register(&with(&registration, &[2], Item::Bytes(vec![9; 16])));
    let tests = "the registration of another verifier";
    bad("registration_of_other", tests, verifier, "OtherVerifier");
    let key = REGISTRY.signing.verifying_key();
    let key = register(&with(
        &registration,
        &[3],
        Item::Bytes(key.as_bytes().to_vec()),
    ));
    let tests = "a registration for another key than signed the request";
    bad("registration_of_other_key", tests, key, "Signed(Signature)");
}
