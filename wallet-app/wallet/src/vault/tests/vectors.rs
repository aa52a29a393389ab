//! The wallet's files as vectors: one JSON file each, good and bad, in `test-vectors/wallet/`.

use std::path::PathBuf;

use glimpse_core::ids::UnixTime;
use glimpse_terminal::{hex, to_hex};
use serde_json::{Value, json};

use super::super::attempts::vectors as attempts;
use super::*;
use crate::app::views::Settings;
use crate::backup::Contents;

const REGENERATE: &str = "cargo test -p glimpse-wallet --lib -- --ignored regenerate";
const DEVICE: [u8; 32] = [7; 32];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors/wallet")
}

/// What the operation gives for an input.
fn outcome(operation: &str, input: &Value) -> Value {
    let octets = input["octets"].as_str().unwrap();
    let octets: Vec<u8> = (0..octets.len() / 2)
        .map(|i| u8::from_str_radix(&octets[2 * i..2 * i + 2], 16).unwrap())
        .collect();
    let secret = input["device_secret"]
        .as_str()
        .map(|s| Zeroizing::new(hex(s).unwrap()));
    match operation {
        "unwrap" => match KeyFile::from_octets(&octets) {
            Err(error) => json!({ "error": format!("{error:?}") }),
            Ok(keys) => {
                match keys.unwrap(&secret.unwrap(), input["pin"].as_str().unwrap().as_bytes()) {
                    Ok(Some(secret)) => json!({ "vault_secret": to_hex(secret.as_slice()) }),
                    _ => json!({ "error": "Pin" }),
                }
            }
        },
        "attempts" => match attempts::decode(&octets, secret.as_ref()) {
            Some((serial, wrong)) => json!({ "serial": serial, "wrong": wrong }),
            None => json!({ "error": "Forged" }),
        },
        _ => match Contents::from_octets(&octets) {
            Ok(read) => {
                json!({ "made": read.made.0, "lock_after": read.settings.lock_after, "cards": read.cards.len() })
            }
            Err(error) => json!({ "error": format!("{error:?}") }),
        },
    }
}

/// (name, operation, what it tests, input)
fn cases() -> Vec<(String, &'static str, &'static str, Value)> {
    let device = Zeroizing::new(DEVICE);
    let wrap = |pin| {
        let named = (WalletId([3; 16]), 2);
        let keys = KeyFile::wrap(
            named,
            &Zeroizing::new([9; 32]),
            &device,
            pin,
            &mut TestRng::new(5),
        );
        keys.unwrap().to_octets()
    };
    let with_pin = wrap(Some((PIN, Cost::LEAST)));
    let attempts = attempts::encode(Some(&device), 4, 3, &at(0));
    let unguarded = attempts::encode(None, 4, 3, &at(0));
    let backup = Contents {
        made: UnixTime(1_800_000_000),
        settings: Settings::default(),
        trust: Some(b"list".to_vec()),
        cards: Vec::new(),
    };
    let backup = backup.to_octets().to_vec();
    let changed = |octets: &[u8], place: usize, to: u8| {
        let mut octets = octets.to_vec();
        octets[place] = to;
        octets
    };
    let mut cases = Vec::new();
    let mut add =
        |name: &str, operation, tests, octets: &[u8], device: Option<&[u8; 32]>, pin: &[u8]| {
            let mut input = json!({ "octets": to_hex(octets) });
            if let Some(device) = device {
                input["device_secret"] = to_hex(device).into();
            }
            if operation == "unwrap" {
                input["pin"] = std::str::from_utf8(pin).unwrap().into();
            }
            cases.push((name.to_owned(), operation, tests, input));
        };
    let own = Some(&DEVICE);
    add(
        "good_keys",
        "unwrap",
        "a PIN and a keychain",
        &with_pin,
        own,
        PIN,
    );
    add(
        "good_keys_file",
        "unwrap",
        "no keychain",
        &wrap(None),
        own,
        b"",
    );
    add(
        "bad_keys_pin",
        "unwrap",
        "another PIN",
        &with_pin,
        own,
        b"493818",
    );
    add(
        "bad_keys_device",
        "unwrap",
        "another device secret",
        &with_pin,
        Some(&[8; 32]),
        PIN,
    );
    add(
        "bad_keys_generation",
        "unwrap",
        "another generation",
        &changed(&with_pin, 19, 1),
        own,
        PIN,
    );
    add(
        "bad_keys_version",
        "unwrap",
        "version 2",
        &changed(&with_pin, 1, 2),
        own,
        PIN,
    );
    add(
        "bad_keys_cost",
        "unwrap",
        "7,936 KiB",
        &changed(&with_pin, 22, 0x1f),
        own,
        PIN,
    );
    add(
        "bad_keys_cut",
        "unwrap",
        "cut short",
        &with_pin[..with_pin.len() - 1],
        own,
        PIN,
    );
    add(
        "bad_keys_more",
        "unwrap",
        "an octet too many",
        &[&with_pin[..], b"\0"].concat(),
        own,
        PIN,
    );
    add(
        "good_attempts",
        "attempts",
        "a keychain",
        &attempts,
        own,
        b"",
    );
    add(
        "good_attempts_file",
        "attempts",
        "no keychain",
        &unguarded,
        None,
        b"",
    );
    add(
        "bad_attempts_device",
        "attempts",
        "another device secret",
        &attempts,
        Some(&[8; 32]),
        b"",
    );
    add(
        "bad_attempts_fewer",
        "attempts",
        "fewer wrong ones",
        &changed(&attempts, 3, 0),
        own,
        b"",
    );
    add(
        "bad_attempts_tail",
        "attempts",
        "something behind the array",
        &changed(&attempts, 127, 1),
        own,
        b"",
    );
    add(
        "bad_attempts_cut",
        "attempts",
        "cut short",
        &attempts[..127],
        own,
        b"",
    );
    add("good_backup", "backup", "no cards", &backup, None, b"");
    add(
        "bad_backup_minutes",
        "backup",
        "0 minutes",
        &changed(&backup, 8, 0),
        None,
        b"",
    );
    add(
        "bad_backup_cut",
        "backup",
        "cut short",
        &backup[..backup.len() - 1],
        None,
        b"",
    );
    add(
        "bad_backup_bomb",
        "backup",
        "more cards than any backup has",
        &[
            &backup[..backup.len() - 1],
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        ]
        .concat(),
        None,
        b"",
    );
    add(
        "bad_backup_more",
        "backup",
        "an octet too many",
        &[&backup[..], b"\0"].concat(),
        None,
        b"",
    );
    cases
}

#[test]
#[ignore = "writes the vectors"]
fn regenerate() {
    fs::create_dir_all(folder()).unwrap();
    for (name, operation, tests, input) in cases() {
        let expected = outcome(operation, &input);
        let good = expected.get("error").is_none();
        assert_eq!(good, name.starts_with("good"), "{name}: {expected}");
        let vector = json!({
            "name": name, "operation": operation, "tests": tests, "regenerate": REGENERATE,
            "input": input, "expected": expected,
        });
        let text = serde_json::to_string_pretty(&vector).unwrap() + "\n";
        fs::write(folder().join(format!("{name}.json")), text).unwrap();
    }
}

#[test]
fn the_files_are_those_of_the_vectors() {
    let mut names = Vec::new();
    for file in fs::read_dir(folder()).unwrap() {
        let vector: Value =
            serde_json::from_slice(&fs::read(file.unwrap().path()).unwrap()).unwrap();
        let found = outcome(vector["operation"].as_str().unwrap(), &vector["input"]);
        assert_eq!(found, vector["expected"], "{}", vector["name"]);
        names.push(vector["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    let mut meant: Vec<_> = cases().into_iter().map(|case| case.0).collect();
    meant.sort();
    assert_eq!(names, meant);
}
