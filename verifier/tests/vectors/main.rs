//! The vectors of verdicts: one JSON file a case, good and bad, for every form in which this verifier
//! is embedded. The cases are written down here with what must come of them, and the files are
//! checked against both the code and these cases. To write them anew:
//! `cargo test -p glimpse-verifier --test vectors -- --ignored regenerate`
//!
//! A case is whole: who the verifier is, whom it trusts, what it remembers, what it waits for, the
//! answer, and the time. `record` is the memory of a verifier that keeps it as octets; `requests` and
//! `seen` are the same, for one that keeps it as files.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod cases;
mod misused;
#[path = "../../../core/tests/support/rng.rs"]
mod rng;
mod scene;
#[path = "../support/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glimpse_core::ids::UnixTime;
use glimpse_core::trust::Accepted;
use glimpse_verifier::{Identity, InMemory, Report, Ticket, Verifier};
use serde_json::{Value, json};

const REGENERATE: &str = "cargo test -p glimpse-verifier --test vectors -- --ignored regenerate";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/verifier")
}

fn octets(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

fn answer(case: &Value) -> Vec<u8> {
    match case["answer"]["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => octets(&case["answer"]["octets"]),
    }
}

fn verifier(case: &Value) -> Verifier {
    let trust = Accepted::restore(&octets(&case["trust_list"])).unwrap();
    let identity = Identity::from_octets(&octets(&case["identity"])).unwrap();
    let verifier = Verifier::new(trust, identity, octets(&case["registration"])).unwrap();
    let record = InMemory::from_octets(&octets(&case["record"])).unwrap();
    let mut verifier = verifier.remembering(record);
    if let Some(ticket) = case["ticket"].as_str() {
        let ticket = hex::decode(ticket).unwrap();
        verifier.expect(Ticket(ticket.try_into().unwrap()));
    }
    verifier
}

/// What every form compares: the words are for people and may change.
fn expected(report: &Report) -> Value {
    json!({ "outcome": report.outcome, "code": report.code, "cards": report.cards })
}

fn check(verifier: &mut Verifier, case: &Value) -> Value {
    let now = UnixTime(case["now"].as_u64().unwrap());
    let report = verifier.check(&answer(case), now).report("en", now);
    assert!(!report.words.is_empty());
    expected(&report)
}

fn cases_by_name() -> BTreeMap<String, Value> {
    let mut cases = BTreeMap::new();
    for case in cases::all() {
        let json = case.to_json();
        let name = json["name"].as_str().unwrap().to_owned();
        assert!(cases.insert(name.clone(), json).is_none(), "{name} twice");
    }
    cases
}

fn files() -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(folder()).expect(REGENERATE);
    let file = |path: PathBuf| {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (
            stem,
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
        )
    };
    entries.map(|entry| file(entry.unwrap().path())).collect()
}

#[test]
fn vectors_hold() {
    let files = files();
    assert!(files.len() >= 20, "{} vectors: {REGENERATE}", files.len());
    for (name, case) in &files {
        let good = case["expected"]["outcome"] == "accepted";
        assert!(
            name.starts_with(if good { "good_" } else { "bad_" }),
            "{name}"
        );
        let mut verifier = verifier(case);
        assert_eq!(check(&mut verifier, case), case["expected"], "{name}");
        // An accepted answer counts once; a refused one uses nothing up.
        let again = check(&mut verifier, case);
        let once = json!({ "outcome": "refused", "code": "used_already", "cards": [] });
        assert_eq!(
            again,
            if good { once } else { case["expected"].clone() },
            "{name} again"
        );
    }
}

#[test]
fn files_are_the_cases() {
    let (cases, files) = (cases_by_name(), files());
    let names = |m: &BTreeMap<String, Value>| m.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&files), names(&cases), "{REGENERATE}");
    for (name, case) in &cases {
        assert!(case == &files[name], "{name} differs: {REGENERATE}");
    }
}

#[test]
#[ignore = "writes test-vectors"]
fn regenerate() {
    let folder = folder();
    std::fs::create_dir_all(&folder).unwrap();
    let cases = cases_by_name();
    let wrong: Vec<_> = cases
        .iter()
        .map(|(name, case)| (name, check(&mut verifier(case), case), &case["expected"]))
        .filter(|(_, came, expected)| came != *expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for (name, case) in cases {
        let text = serde_json::to_string_pretty(&case).unwrap() + "\n";
        std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
    }
}
