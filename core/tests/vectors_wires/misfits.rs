//! Cases of requests that do not fit the schemas. The verifier sees that before it reads the proof,
//! so the answers have none.

use glimpse_core::credential::AttributeType;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Query, Request};

use super::Family;
use super::asking::{ask, at_most, equal, holds, query, scene};
use super::item::Item;
use super::world::{
    BORN, CARD_CITY, CARD_NUMBER, CARD_UNTIL, CHILDREN, CITY, LIBRARY, NAME, NUMBER, Office, PHOTO,
    REGISTRY,
};

/// An answer but for its proof.
fn without_proof(request: &[u8], shown: &[(&Office, Vec<Item>)]) -> Vec<u8> {
    let shown = shown.iter().map(|(office, values)| {
        Item::Array(vec![
            Item::Bytes(office.context.key_id.0.to_vec()),
            Item::Uint(office.today().0.into()),
            Item::Array(values.clone()),
        ])
    });
    let items = vec![
        Item::Uint(1),
        Item::Bytes(Request::digest(request).to_vec()),
        Item::Uint(0),
        Item::Array(shown.collect()),
        Item::Bytes(Vec::new()),
    ];
    Item::Array(items).to_octets()
}

pub(super) fn families() -> Vec<Family> {
    let mut families = Vec::new();
    let mut add = |name: &str, tests: &str, queries: Vec<Query>, error: &str| {
        let shown: Vec<_> = queries
            .iter()
            .map(|q| {
                let library = q.schema == LIBRARY.context.schema_id;
                let office: &Office = if library { &LIBRARY } else { &REGISTRY };
                let attributes = &office.context.schema.attributes;
                let value = |i: &usize| match attributes[*i].kind {
                    AttributeType::Photo(_) => Item::Bytes(vec![0xff, 0xd8, 0xff]),
                    AttributeType::Text(_) => Item::Text("A-1".into()),
                    _ => Item::Uint(1),
                };
                (office, q.disclose.iter().map(value).collect())
            })
            .collect();
        let asked = ask(vec![queries.clone()], 1);
        let sent = without_proof(&asked.octets, &shown);
        let both: [&Office; 2] = [&REGISTRY, &LIBRARY];
        let mut family = Family::new("answer", scene(&asked, &both, &sent));
        family.bad(name, tests, &[], error);
        families.push(family);
    };
    let resident = |disclose: Vec<usize>, predicates: Vec<Predicate>| Query {
        disclose,
        predicates,
        ..query(&REGISTRY)
    };
    let card = |predicates| Query {
        predicates,
        ..query(&LIBRARY)
    };
    let one_of = |attribute| holds(attribute, Statement::OneOf(vec![1, 2]));
    let bits = |attribute| holds(attribute, Statement::AtLeast(1, Profile::Bits));
    let fits = vec![resident(vec![CITY], vec![at_most(BORN, 1)])];
    let tests = "a request that fits, so that only the proof is missing";
    add("misfit_none", tests, fits, "Invalid");
    for (name, tests, query) in [
        (
            "misfit_range_of_text",
            "a range of text",
            resident(vec![], vec![at_most(NAME, 1)]),
        ),
        (
            "misfit_bits_of_octets",
            "a range of octets",
            resident(vec![], vec![bits(PHOTO)]),
        ),
        (
            "misfit_one_of_text",
            "one of several values of text",
            resident(vec![], vec![one_of(NUMBER)]),
        ),
        (
            "misfit_one_of_foreign",
            "a choice that the schema does not have",
            resident(vec![], vec![holds(CITY, Statement::OneOf(vec![1, 3]))]),
        ),
        (
            "misfit_disclosed",
            "a predicate on what is disclosed",
            resident(vec![CITY], vec![one_of(CITY)]),
        ),
        (
            "misfit_beyond",
            "a predicate on an attribute that is not there",
            resident(vec![], vec![at_most(6, 1)]),
        ),
        (
            "misfit_last_index",
            "the largest attribute number",
            resident(vec![], vec![at_most(31, 1)]),
        ),
        (
            "misfit_equal_to_itself",
            "an equality within the first query",
            resident(vec![], vec![equal(NUMBER, 0, NUMBER)]),
        ),
        (
            "misfit_equal_to_later",
            "an equality with a query to come",
            resident(vec![], vec![equal(NUMBER, 1, CARD_NUMBER)]),
        ),
    ] {
        add(name, tests, vec![query, card(vec![])], "Request");
    }
    let plain = || resident(vec![], vec![]);
    for (name, tests, first, second) in [
        (
            "misfit_equal_other_length",
            "text of two bounds",
            plain(),
            card(vec![equal(CARD_NUMBER, 0, NAME)]),
        ),
        (
            "misfit_equal_other_type",
            "a date and a count",
            plain(),
            card(vec![equal(CARD_UNTIL, 0, CHILDREN)]),
        ),
        (
            "misfit_equal_beyond",
            "an attribute that is not there",
            plain(),
            card(vec![equal(CARD_NUMBER, 0, 6)]),
        ),
        (
            "misfit_equal_from_beyond",
            "an attribute that is not there",
            plain(),
            card(vec![equal(3, 0, NUMBER)]),
        ),
        (
            "misfit_equal_to_same_query",
            "an equality within a query",
            plain(),
            card(vec![equal(CARD_CITY, 1, CARD_CITY)]),
        ),
        (
            "misfit_equal_query_3",
            "a query that is not there",
            plain(),
            card(vec![equal(CARD_CITY, 3, CITY)]),
        ),
        (
            "misfit_equal_to_disclosed",
            "an attribute that is disclosed there",
            resident(vec![CITY], vec![]),
            card(vec![equal(CARD_CITY, 0, CITY)]),
        ),
        (
            "misfit_equal_disclosed",
            "an attribute that is disclosed here",
            plain(),
            Query {
                disclose: vec![CARD_CITY],
                ..card(vec![equal(CARD_CITY, 0, CITY)])
            },
        ),
    ] {
        add(name, tests, vec![first, second], "Request");
    }
    families
}
