//! Cases of schemas.

use serde_json::json;

use super::item::{Item, changed, with};
use super::world::{library, resident};
use super::{Family, hex_value};

/// Where a schema has its attributes, and an attribute its type.
const ATTRIBUTES: usize = 4;
const TYPE: usize = 2;
/// The city is an enumeration.
const CITY: usize = super::world::CITY;

fn text(text: &str) -> Item {
    Item::Text(text.into())
}

fn texts(text_of_en: &str) -> Item {
    Item::Map(vec![(text("en"), text(text_of_en))])
}

fn array(items: &[u64]) -> Item {
    Item::Array(items.iter().copied().map(Item::Uint).collect())
}

pub(super) fn families() -> Vec<Family> {
    let good = resident().to_octets();
    let mut family = Family::new("schema", json!({ "octets": hex::encode(&good) }));
    let codes = ["name", "birth_date", "city", "children", "number", "photo"];
    let expected = |octets: &[u8], code: &str, codes: &[&str], days: u32| {
        json!({
            "id": glimpse_core::ids::SchemaId::of(octets).to_string(), "code": code,
            "attributes": codes, "epoch_days": days,
        })
    };
    let resident = expected(&good, "resident", &codes, 7);
    family.add("all_types", "every type of attribute", &[], resident);
    let other = library().to_octets();
    family.add(
        "daily",
        "another schema, renewed daily",
        &[("octets", hex_value(&other))],
        expected(&other, "library", &["number", "city", "until"], 1),
    );
    family.documents("octets", &good, <[u8]>::to_vec, false);
    edges(&mut family, &good);
    bad(&mut family, &good);
    vec![family]
}

/// The largest of everything, each in a schema of its own.
fn edges(family: &mut Family, good: &[u8]) {
    let attribute = |i: usize| {
        let code = format!("a_{i}");
        Item::Map(vec![
            (Item::Uint(1), text(&code)),
            (Item::Uint(2), array(&[2])),
            (Item::Uint(3), texts(&code)),
        ])
    };
    let attributes = |n| Item::Array((0..n).map(attribute).collect());
    let codes: Vec<_> = (0..32).map(|i| format!("a_{i}")).collect();
    let mut ok = |name: &str, tests: &str, octets: Vec<u8>, code: &str, codes: &[&str], days| {
        let id = glimpse_core::ids::SchemaId::of(&octets).to_string();
        let expected = json!({ "id": id, "code": code, "attributes": codes, "epoch_days": days });
        family.add(name, tests, &[("octets", hex_value(&octets))], expected);
    };
    let all: Vec<_> = codes.iter().map(String::as_str).collect();
    let most = with(good, &[ATTRIBUTES], attributes(32));
    ok(
        "32_attributes",
        "the most attributes",
        most,
        "resident",
        &all,
        7,
    );
    let one = with(good, &[ATTRIBUTES], attributes(1));
    ok("one_attribute", "the fewest", one, "resident", &all[..1], 7);
    let six = ["name", "birth_date", "city", "children", "number", "photo"];
    let long = "z".repeat(32);
    let code = with(good, &[2], text(&long));
    ok("code_32", "the longest code", code, &long, &six, 7);
    let days = with(good, &[5], Item::Uint(3660));
    ok(
        "3660_days",
        "the longest period",
        days,
        "resident",
        &six,
        3660,
    );
    let widest = with(good, &[ATTRIBUTES, 0, TYPE], array(&[0, 256]));
    ok("text_256", "the longest text", widest, "resident", &six, 7);
    for (name, tests, most) in [
        ("photo_4096", "the largest photo", 4096),
        ("photo_3", "the smallest", 3),
    ] {
        let photo = with(good, &[ATTRIBUTES, 5, TYPE], array(&[5, most]));
        ok(name, tests, photo, "resident", &six, 7);
    }
    let names = with(good, &[3], texts(&"n".repeat(200)));
    ok("name_200", "the longest name", names, "resident", &six, 7);

    let mut no = |name: &str, tests: &str, octets: Vec<u8>| {
        let octets = [("octets", hex_value(&octets))];
        family.bad(name, tests, &octets, "Encoding(Bound)");
    };
    let more = with(good, &[ATTRIBUTES], attributes(33));
    no("33_attributes", "an attribute too many", more);
    let none = with(good, &[ATTRIBUTES], attributes(0));
    no("no_attribute", "no attribute", none);
    no(
        "code_33",
        "a code too long",
        with(good, &[2], text(&"z".repeat(33))),
    );
    no(
        "3661_days",
        "too long a period",
        with(good, &[5], Item::Uint(3661)),
    );
    no("no_days", "no period", with(good, &[5], Item::Uint(0)));
    let wide = with(good, &[ATTRIBUTES, 0, TYPE], array(&[0, 257]));
    no("text_257", "too long a text", wide);
    let photo = with(good, &[ATTRIBUTES, 5, TYPE], array(&[1, 257]));
    no("octets_257", "too many octets", photo);
    for (name, tests, most) in [
        ("photo_4097", "too large a photo", 4097),
        ("photo_2", "a photo that no JPEG fits in", 2),
    ] {
        let photo = with(good, &[ATTRIBUTES, 5, TYPE], array(&[5, most]));
        no(name, tests, photo);
    }
    let both = with(good, &[ATTRIBUTES, 5, TYPE], array(&[5, 3]));
    let both = with(&both, &[ATTRIBUTES, 0, TYPE], array(&[5, 4096]));
    no("two_photos", "a second photo", both);
    no(
        "name_201",
        "a name too long",
        with(good, &[3], texts(&"n".repeat(201))),
    );
    no(
        "no_name",
        "a name in no language",
        with(good, &[3], Item::Map(vec![])),
    );
}

fn bad(family: &mut Family, good: &[u8]) {
    let mut no = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("octets", hex_value(&octets))], error);
    };
    for (name, tests, code) in [
        ("code_empty", "an empty code", ""),
        ("code_upper_case", "an upper-case letter", "Resident"),
        ("code_hyphen", "another character", "resident-card"),
        ("code_not_ascii", "a letter beyond ASCII", "résident"),
    ] {
        no(name, tests, with(good, &[2], text(code)), "Code");
    }
    let path = [ATTRIBUTES, 3, 1];
    let twice = with(good, &path, text("city"));
    no("code_twice", "two attributes of one code", twice, "Code");
    let upper = with(good, &path, text("Children"));
    no("attribute_upper_case", "an attribute's code", upper, "Code");
    let kind = |item: Item| with(good, &[ATTRIBUTES, 1, TYPE], item);
    let bare = Item::Array(vec![Item::Uint(4)]);
    for (name, tests, item) in [
        ("type_5", "a type that is not known", array(&[5])),
        ("text_without_length", "text of no length", array(&[0])),
        ("date_with_length", "a date with a length", array(&[2, 10])),
        ("codes_missing", "an enumeration of nothing", bare),
    ] {
        no(name, tests, kind(item), "Encoding(Kind)");
    }
    let three = kind(array(&[0, 64, 64]));
    no("type_of_3", "three items", three, "Encoding(Bound)");
    let long = kind(Item::Array(vec![Item::Raw(vec![0x18, 2])]));
    no(
        "type_long",
        "a type in two octets",
        long,
        "Encoding(NotShortest)",
    );

    let codes = |change: &dyn Fn(&mut Vec<Item>)| {
        changed(good, |d| change(d.at(&[ATTRIBUTES, CITY, TYPE, 1]).items()))
    };
    let swapped = codes(&|c| c.swap(0, 1));
    no(
        "codes_unsorted",
        "codes that do not ascend",
        swapped,
        "Encoding(Keys)",
    );
    let twice = codes(&|c| c[1] = c[0].clone());
    no("codes_twice", "a code twice", twice, "Encoding(Keys)");
    let empty = codes(&Vec::clear);
    no("codes_empty", "no code", empty, "Encoding(Bound)");
    let code = |n: u64, item: &Item| match item {
        Item::Array(pair) => Item::Array(vec![Item::Uint(n), pair[1].clone()]),
        _ => unreachable!(),
    };
    let large = codes(&|c| c[1] = code(65_536, &c[1]));
    no("code_65536", "a code too large", large, "Encoding(Bound)");
    let many = codes(&|c| *c = (0..257).map(|n| code(n, &c[1])).collect());
    no("257_codes", "a code too many", many, "Encoding(Bound)");
    let nameless = codes(&|c| c[1] = array(&[2]));
    no(
        "code_without_name",
        "a code alone",
        nameless,
        "Encoding(Bound)",
    );

    let names = |entries: Vec<(Item, Item)>| with(good, &[3], Item::Map(entries));
    let unsorted = names(vec![(text("nl"), text("a")), (text("en"), text("b"))]);
    no(
        "languages_unsorted",
        "nl before en",
        unsorted,
        "Encoding(Keys)",
    );
    let long_first = names(vec![(text("eng"), text("a")), (text("nl"), text("b"))]);
    no(
        "languages_long_first",
        "a longer tag before a shorter, in the order of a dictionary",
        long_first,
        "Encoding(Keys)",
    );
    let invalid = names(vec![(text("en"), Item::Raw(vec![0x62, 0xc3, 0x28]))]);
    no(
        "name_not_utf8",
        "a name that is not UTF-8",
        invalid,
        "Encoding(Text)",
    );
}
