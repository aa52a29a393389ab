//! Cases of what a request asks of one credential.

use super::item::{Item, changed, with};
use super::request::resign;
use super::{Family, hex_value};

pub(super) fn add(family: &mut Family, payload: &[u8]) {
    queries(family, payload);
    predicates(family, payload);
}

/// The first alternative's only query.
const QUERY: [usize; 3] = [8, 0, 0];

fn queries(family: &mut Family, payload: &[u8]) {
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        let octets = resign(&octets);
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let (bound, keys) = ("Encoding(Bound)", "Encoding(Keys)");
    let at = |path: &[usize]| [&QUERY, path].concat();
    let set = |path: &[usize], item: Item| with(payload, &at(path), item);
    let edit =
        |path: &[usize], change: &dyn Fn(&mut Item)| changed(payload, |d| change(d.at(&at(path))));
    bad(
        "query_array",
        "an array for a query",
        set(&[], Item::Array(vec![])),
        "Encoding(Kind)",
    );
    let less = edit(&[], &|q| drop(q.entries().pop()));
    bad("query_without_age", "no age of the epoch", less, keys);
    let more = |n: u64, item: Item| edit(&[], &|q| q.entries().push((Item::Uint(n), item.clone())));
    bad(
        "query_key_7",
        "an entry that is not known",
        more(7, Item::Bytes(vec![1])),
        keys,
    );
    let seven = changed(&more(6, Item::Bytes(vec![1])), |d| {
        d.at(&QUERY).entries().push((Item::Uint(7), Item::Uint(0)));
    });
    bad("query_of_7", "an entry too many", seven, bound);
    bad(
        "pseudonym_empty",
        "an empty context",
        more(6, Item::Bytes(vec![])),
        bound,
    );
    bad(
        "pseudonym_65",
        "a context too long",
        more(6, Item::Bytes(vec![1; 65])),
        bound,
    );
    let swapped = edit(&[], &|q| q.entries().swap(0, 1));
    bad(
        "query_keys_swapped",
        "two entries out of order",
        swapped,
        keys,
    );
    let schema = edit(&[1], &Item::cut);
    bad("schema_31", "a schema's id of 31 octets", schema, bound);
    let issuer = Item::parse(payload).at(&at(&[2, 0])).clone();
    let issuers = |n| set(&[2], Item::Array(vec![issuer.clone(); n]));
    bad("no_issuer", "no issuer is accepted", issuers(0), bound);
    bad("33_issuers", "an issuer too many", issuers(33), bound);
    let triple = edit(&[2, 0], &|i| i.items().push(Item::Uint(0)));
    bad("issuer_of_3", "three items for an issuer", triple, bound);
    let short = edit(&[2, 0, 0], &Item::cut);
    bad("issuer_15", "an issuer's id of 15 octets", short, bound);
    let short = edit(&[2, 0, 1], &Item::cut);
    bad("key_id_7", "a key's id of 7 octets", short, bound);
    let disclose = |list: Vec<u64>| {
        set(
            &[3],
            Item::Array(list.into_iter().map(Item::Uint).collect()),
        )
    };
    bad(
        "disclose_unsorted",
        "attributes out of order",
        disclose(vec![2, 1]),
        bound,
    );
    bad(
        "disclose_twice",
        "an attribute twice",
        disclose(vec![2, 2]),
        bound,
    );
    bad(
        "disclose_32",
        "an attribute beyond the last",
        disclose(vec![32]),
        bound,
    );
    bad(
        "disclose_33",
        "more than all",
        disclose((0..33).collect()),
        bound,
    );
    let predicate = Item::parse(payload).at(&at(&[4, 0])).clone();
    let five = set(&[4], Item::Array(vec![predicate; 5]));
    bad("5_predicates", "a predicate too many", five, bound);
    bad(
        "age_3661",
        "too old an epoch",
        set(&[5], Item::Uint(3661)),
        bound,
    );
}

fn predicates(family: &mut Family, payload: &[u8]) {
    let mut bad = |name: &str, tests: &str, items: Vec<Item>, error: &str| {
        let path = [&QUERY[..], &[4, 0]].concat();
        let octets = resign(&with(payload, &path, Item::Array(items)));
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    let (bound, kind) = ("Encoding(Bound)", "Encoding(Kind)");
    let uints = |list: &[u64]| list.iter().copied().map(Item::Uint).collect::<Vec<_>>();
    for (name, tests, items, error) in [
        (
            "predicate_kind_4",
            "a kind that is not known",
            vec![4, 1, 1, 0],
            kind,
        ),
        (
            "predicate_of_3",
            "a range without profile",
            vec![0, 1, 1],
            kind,
        ),
        (
            "predicate_of_5",
            "an item too many",
            vec![0, 1, 1, 0, 0],
            bound,
        ),
        (
            "predicate_attribute_32",
            "an attribute beyond the last",
            vec![0, 32, 1, 0],
            bound,
        ),
        (
            "cutoff_2_20",
            "a cutoff too large",
            vec![0, 1, 1 << 20, 0],
            bound,
        ),
        (
            "cutoff_2_20_bits",
            "a cutoff too large, of a lower bound",
            vec![1, 1, 1 << 20, 1],
            bound,
        ),
        (
            "cutoff_2_32",
            "a cutoff that wraps to 0",
            vec![0, 1, 1 << 32, 0],
            bound,
        ),
        (
            "profile_2",
            "a profile that is not known",
            vec![0, 1, 1, 2],
            bound,
        ),
        (
            "equal_to_query_4",
            "an equality with a fifth query",
            vec![3, 1, 4, 1],
            bound,
        ),
        (
            "equal_attribute_32",
            "an attribute beyond the last",
            vec![3, 1, 0, 32],
            bound,
        ),
        (
            "equal_of_3",
            "an equality with no attribute",
            vec![3, 1, 0],
            kind,
        ),
    ] {
        bad(name, tests, uints(&items), error);
    }
    let long = [uints(&[0]), vec![Item::Raw(vec![0x18, 1])], uints(&[1, 0])].concat();
    bad(
        "predicate_long",
        "1 in two octets",
        long,
        "Encoding(NotShortest)",
    );
    let one_of = |list: &[u64]| [uints(&[2, 1]), vec![Item::Array(uints(list))]].concat();
    let seventeen: Vec<_> = (0..17).collect();
    for (name, tests, list) in [
        ("one_of_none", "one of no values", &[][..]),
        ("one_of_1", "one of one value", &[1]),
        ("one_of_17", "a value too many", &seventeen),
        ("one_of_unsorted", "values out of order", &[2, 1]),
        ("one_of_twice", "a value twice", &[1, 1]),
        ("one_of_2_20", "a value too large", &[1, 1 << 20]),
    ] {
        bad(name, tests, one_of(list), bound);
    }
    let four = [one_of(&[1, 2]), uints(&[0])].concat();
    bad("one_of_of_4", "an item after the values", four, kind);
}
