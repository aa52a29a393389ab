//! Cases of sealed files.

use glimpse_core::sealed::{Cost, open, seal};
use serde_json::{Value, json};

use super::item::{Item, changed, head, with};
use super::rng::Stream;
use super::run_credential::Given;
use super::{Family, documents, error, hex_value, locked, octets};

pub(super) fn run(operation: &str, input: &Value) -> Value {
    if operation == "unlock" {
        return locked::run(input);
    }
    assert_eq!(operation, "open");
    let (kind, sealed) = (input["kind"].as_str().unwrap(), octets(&input["octets"]));
    let passphrase = input["passphrase"].as_str().unwrap().as_bytes();
    match open(kind, passphrase, &sealed) {
        Ok(plaintext) => {
            // The same costs, salt and nonce give the same file.
            let mut file = Item::parse(&sealed);
            let cost = match file.at(&[2]) {
                Item::Uint(8192) => Cost::LEAST,
                _ => Cost::STANDARD,
            };
            let drawn = [4, 5].map(|i| file.at(&[i]).bytes().clone()).concat();
            let again = seal(kind, passphrase, &plaintext, cost, &mut Given(drawn));
            assert_eq!(again.unwrap(), sealed);
            json!({ "plaintext": hex::encode(&*plaintext) })
        }
        Err(e) => error(e),
    }
}

const KIND: &str = "glimpse/device/1";
const PASSPHRASE: &str = "correct horse battery staple";

fn sealed(kind: &str, passphrase: &str, plaintext: &[u8], cost: Cost) -> Vec<u8> {
    let rng = &mut Stream::new(90);
    seal(kind, passphrase.as_bytes(), plaintext, cost, rng).unwrap()
}

pub(super) fn families() -> Vec<Family> {
    let plaintext = [5; 64];
    let good = sealed(KIND, PASSPHRASE, &plaintext, Cost::LEAST);
    let input = json!({
        "kind": KIND, "passphrase": PASSPHRASE, "octets": hex::encode(&good),
    });
    let mut family = Family::new("open", input);
    let opened = |plaintext: &[u8]| json!({ "plaintext": hex::encode(plaintext) });
    let tests = "the least costs that are accepted";
    family.add("least", tests, &[], opened(&plaintext));
    let file = |octets: &[u8]| ("octets", hex_value(octets));
    let standard = sealed(KIND, PASSPHRASE, &plaintext, Cost::STANDARD);
    let tests = "the standard costs";
    family.add("standard", tests, &[file(&standard)], opened(&plaintext));
    let empty = sealed(KIND, "", b"", Cost::LEAST);
    let changes = [file(&empty), ("passphrase", "".into())];
    let tests = "nothing, under an empty passphrase";
    family.add("empty", tests, &changes, opened(b""));
    let phrase = "wachtwoord ë 漢字";
    let changes = [
        file(&sealed(KIND, phrase, &plaintext, Cost::LEAST)),
        ("passphrase", phrase.into()),
    ];
    let tests = "a passphrase in UTF-8, as it stands";
    family.add("passphrase_utf8", tests, &changes, opened(&plaintext));
    for (name, kind) in [("kind_32", "k".repeat(32)), ("kind_empty", String::new())] {
        let octets = file(&sealed(&kind, PASSPHRASE, &plaintext, Cost::LEAST));
        let changes = [octets, ("kind", kind.clone().into())];
        let tests = "a kind at its bound";
        family.add(name, tests, &changes, opened(&plaintext));
    }

    for defect in documents::defects(&good) {
        family.bad(
            defect.name,
            defect.tests,
            &[file(&defect.octets)],
            "Damaged",
        );
    }
    let other = [("kind", "glimpse/office-keys/1".into())];
    family.bad(
        "other_kind_of_file",
        "another kind of file",
        &other,
        "Damaged",
    );
    let wrong = "Passphrase";
    for (name, tests, passphrase) in [
        (
            "other_passphrase",
            "another passphrase",
            "Correct horse battery staple",
        ),
        (
            "passphrase_less",
            "its last letter missing",
            "correct horse battery stapl",
        ),
        (
            "passphrase_more",
            "a blank after it",
            "correct horse battery staple ",
        ),
        ("no_passphrase", "none", ""),
    ] {
        family.bad(name, tests, &[("passphrase", passphrase.into())], wrong);
    }
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[file(&octets)], error);
    };
    let set = |place: usize, item: Item| with(&good, &[place], item);
    for (name, tests, place, number, error) in [
        ("memory_8191", "too little memory", 2, 8191, "Cost"),
        ("memory_524289", "too much memory", 2, 524_289, "Cost"),
        ("memory_2_32_less_1", "4 TiB", 2, (1 << 32) - 1, "Cost"),
        ("memory_0", "no memory", 2, 0, "Cost"),
        ("passes_0", "no pass", 3, 0, "Cost"),
        ("passes_17", "too many passes", 3, 17, "Cost"),
        ("memory_other", "other memory than was used", 2, 8193, wrong),
        ("passes_other", "more passes than were used", 3, 2, wrong),
    ] {
        bad(name, tests, set(place, Item::Uint(number)), error);
    }
    for (place, name) in [(4, "salt"), (5, "nonce"), (6, "ciphertext")] {
        for (what, at) in [("first", 0), ("last", 15)] {
            let flipped = changed(&good, |d| d.at(&[place]).bytes()[at] ^= 1);
            let (name, tests) = (format!("{name}_{what}"), format!("a bit of the {name}"));
            bad(&name, &tests, flipped, wrong);
        }
    }
    let tag = changed(&good, |d| *d.at(&[6]).bytes().last_mut().unwrap() ^= 1);
    bad("tag", "a bit of the tag", tag, wrong);
    let cut = |length: usize| changed(&good, |d| d.at(&[6]).bytes().truncate(length));
    bad(
        "ciphertext_cut",
        "a ciphertext of one octet less",
        cut(79),
        wrong,
    );
    bad("ciphertext_15", "too short for a tag", cut(15), wrong);
    bad("ciphertext_empty", "no ciphertext", cut(0), wrong);
    for (place, length, name) in [
        (4, 15, "salt_15"),
        (4, 17, "salt_17"),
        (5, 23, "nonce_23"),
        (5, 12, "nonce_12"),
    ] {
        let octets = changed(&good, |d| d.at(&[place]).bytes().resize(length, 0));
        bad(name, "another length", octets, "Damaged");
    }
    let bomb = set(6, Item::Raw(head(2, u64::MAX, 8)));
    bad("ciphertext_bomb", "a length of 2^64 - 1", bomb, "Damaged");
    let long = set(2, Item::Raw(head(0, 8192, 4)));
    bad("memory_long", "costs in too many octets", long, "Damaged");
    let kind = set(1, Item::Bytes(KIND.as_bytes().to_vec()));
    bad("kind_octets", "the kind as octets", kind, "Damaged");
    let long = set(1, Item::Text("k".repeat(33)));
    let changes = [file(&long), ("kind", "k".repeat(33).into())];
    family.bad("kind_33", "a kind too long", &changes, "Damaged");
    [vec![family], locked::families()]
        .into_iter()
        .flatten()
        .collect()
}
