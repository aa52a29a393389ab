//! Cases of locked files.

use glimpse_core::sealed::Cost;
use glimpse_core::sealed::locked::{Lock, Way};
use serde_json::{Value, json};

use super::item::{Item, changed, with};
use super::rng::Stream;
use super::run_credential::Given;
use super::{Family, documents, error, hex_value, octets, sized};

pub(super) fn run(input: &Value) -> Value {
    let (kind, file) = (input["kind"].as_str().unwrap(), octets(&input["octets"]));
    let key_file = input.get("key_file").map(sized::<32>);
    let way = match (&key_file, input["passphrase"].as_str()) {
        (Some(key_file), _) => Way::KeyFile(key_file),
        (None, passphrase) => Way::Passphrase(passphrase.unwrap().as_bytes()),
    };
    match Lock::open(kind, way, &file) {
        Ok((lock, contents)) => {
            // The same nonce gives the same file.
            let nonce = Item::parse(&file).at(&[4]).bytes().clone();
            assert_eq!(lock.seal(&contents, &mut Given(nonce)).unwrap(), file);
            json!({ "plaintext": hex::encode(&*contents) })
        }
        Err(e) => error(e),
    }
}

const KIND: &str = "glimpse/office-keys/2";
const PASSPHRASE: &str = "correct horse battery staple";

fn file(contents: &[u8], key_files: &[[u8; 32]]) -> Vec<u8> {
    let rng = &mut Stream::new(91);
    let mut lock = Lock::new(KIND, PASSPHRASE.as_bytes(), Cost::LEAST, rng).unwrap();
    for key_file in key_files {
        lock.enrol(key_file, rng).unwrap();
    }
    lock.seal(contents, rng).unwrap()
}

pub(super) fn families() -> Vec<Family> {
    let (contents, one, other) = ([5; 64], [1; 32], [2; 32]);
    let good = file(&contents, &[one, other]);
    let opened = |contents: &[u8]| json!({ "plaintext": hex::encode(contents) });
    let input = json!({
        "kind": KIND, "key_file": hex::encode(one), "octets": hex::encode(&good),
    });
    let mut family = Family::new("unlock", input);
    let octets = |octets: &[u8]| ("octets", hex_value(octets));
    family.add("key_file", "a key file", &[], opened(&contents));
    let second = [("key_file", hex_value(&other))];
    family.add(
        "second_key_file",
        "the other one",
        &second,
        opened(&contents),
    );
    let mut phrase = Family::new("unlock", family.input.clone());
    phrase.input.as_object_mut().unwrap().remove("key_file");
    phrase.input["passphrase"] = PASSPHRASE.into();
    phrase.add("passphrase", "its passphrase", &[], opened(&contents));
    let alone = [octets(&file(b"", &[]))];
    phrase.add(
        "no_key_file",
        "nothing, under a passphrase alone",
        &alone,
        opened(b""),
    );
    let wrong = [("passphrase", "Correct horse battery staple".into())];
    phrase.bad(
        "other_passphrase",
        "another passphrase",
        &wrong,
        "Passphrase",
    );

    for defect in documents::defects(&good) {
        family.bad(
            defect.name,
            defect.tests,
            &[octets(&defect.octets)],
            "Damaged",
        );
    }
    let kind = [("kind", "glimpse/office-keys/1".into())];
    family.bad(
        "other_kind_of_file",
        "another kind of file",
        &kind,
        "Damaged",
    );
    let stranger = [("key_file", hex_value(&[3; 32]))];
    family.bad(
        "other_key_file",
        "a key file that was not enrolled",
        &stranger,
        "KeyFile",
    );
    let mut bad = |name: &str, tests: &str, file: Vec<u8>, error: &str| {
        family.bad(name, tests, &[octets(&file)], error);
    };
    for (name, tests, place, error) in [
        (
            "name",
            "a bit of the key file's name",
            &[3, 0, 0][..],
            "KeyFile",
        ),
        (
            "wrap_nonce",
            "a bit of the wrap's nonce",
            &[3, 0, 1],
            "KeyFile",
        ),
        ("wrapped", "a bit of the wrapped key", &[3, 0, 2], "KeyFile"),
        (
            "other_wrapped",
            "a bit of the other key file's",
            &[3, 1, 2],
            "Passphrase",
        ),
        (
            "passphrase_way",
            "a bit of the passphrase's way",
            &[2],
            "Passphrase",
        ),
        ("nonce", "a bit of the nonce", &[4], "Passphrase"),
        ("ciphertext", "a bit of the ciphertext", &[5], "Passphrase"),
    ] {
        bad(
            name,
            tests,
            changed(&good, |d| d.at(place).bytes()[0] ^= 1),
            error,
        );
    }
    let mut swapped = Item::parse(&good);
    let (first, last) = (swapped.at(&[3, 0]).clone(), swapped.at(&[3, 1]).clone());
    let way = |ways: Vec<Item>| with(&good, &[3], Item::Array(ways));
    let exchanged = way(vec![last, first.clone()]);
    bad(
        "ways_exchanged",
        "key files in another order",
        exchanged,
        "Passphrase",
    );
    let one_less = way(vec![first.clone()]);
    bad("way_less", "a key file taken away", one_less, "Passphrase");
    bad(
        "ways_5",
        "more key files than four",
        way(vec![first; 5]),
        "Damaged",
    );
    for (place, length, name) in [
        (&[3, 0, 0][..], 7, "name_7"),
        (&[3, 0, 1], 12, "wrap_nonce_12"),
        (&[3, 0, 2], 47, "wrapped_47"),
        (&[2], 257, "passphrase_way_257"),
        (&[4], 23, "file_nonce_23"),
    ] {
        let octets = changed(&good, |d| d.at(place).bytes().resize(length, 0));
        bad(name, "another length", octets, "Damaged");
    }
    vec![family, phrase]
}
