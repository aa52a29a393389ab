//! The vectors of verdicts: one JSON file a case, good and bad, for every form in which this verifier
//! is embedded. The cases are written down here with what must come of them, and the files are
//! checked against both the code and these cases. To write them anew:
//! `cargo test -p glimpse-verifier --test vectors -- --ignored regenerate`
//!
//! A case is whole: who the verifier is, whom it trusts, what it remembers, what it waits for, the
//! answer, and the time. `record` is the memory of a verifier that keeps it as octets; `requests`,
//! `answers` and `seen` are the same, for one that keeps it as files. A case of a poster says how to make it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod asking;
mod cases;
mod misused;
mod posters;
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
use glimpse_verifier::{AskError, Asked, Identity, InMemory, Policy, Report, Ticket, Verifier};
use scene::Case;
use serde_json::{Value, json};

const REGENERATE: &str = "cargo test -p glimpse-verifier --test vectors -- --ignored regenerate";

/// Answers and what they come to; and what is asked, or why not.
const CHECKS: &str = "verifier";
const ASKING: &str = "asking";

fn folder(of: &str) -> PathBuf {
    let vectors = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    vectors.join(of)
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

/// Every form makes the same poster from the same policy: nothing of it is drawn.
fn poster(case: &Value) -> String {
    let made = UnixTime(case["poster"]["made"].as_u64().unwrap());
    ask(case, made).unwrap().ticket.to_string()
}

/// Asks by the policy, by a poster where there is one.
fn ask(case: &Value, now: UnixTime) -> Result<Asked, AskError> {
    let policy = Policy::from_toml(case["policy"].as_str().unwrap())?;
    let mut verifier = verifier(case);
    let Some(window) = case["poster"]["window"].as_u64() else {
        return verifier.request(&policy, now, &mut rng::Stream::new(1));
    };
    let until = UnixTime(case["poster"]["until"].as_u64().unwrap());
    verifier.poster(&policy, window.try_into().unwrap(), until, now)
}

fn asked(case: &Value) -> &'static str {
    let now = UnixTime(case["now"].as_u64().unwrap());
    ask(case, now).map_or_else(|error| error.code(), |_| "asked")
}

fn cases_by_name(of: &str) -> BTreeMap<String, Value> {
    let all = match of {
        CHECKS => cases::all().iter().map(Case::to_json).collect(),
        _ => asking::cases(),
    };
    let mut cases = BTreeMap::new();
    for case in all {
        let name = case["name"].as_str().unwrap().to_owned();
        assert!(cases.insert(name.clone(), case).is_none(), "{name} twice");
    }
    cases
}

fn files(of: &str) -> BTreeMap<String, Value> {
    let entries = std::fs::read_dir(folder(of)).expect(REGENERATE);
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
    let files = files(CHECKS);
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
        if let Some(ticket) = case["poster"]["ticket"].as_str() {
            assert_eq!(poster(case), ticket, "{name}");
        }
    }
}

#[test]
fn what_cannot_be_asked_has_its_code() {
    let files = files(ASKING);
    assert!(files.len() >= 10, "{} vectors: {REGENERATE}", files.len());
    for (name, case) in &files {
        assert_eq!(asked(case), case["expected"], "{name}");
    }
}

#[test]
fn files_are_the_cases() {
    for of in [CHECKS, ASKING] {
        let (cases, files) = (cases_by_name(of), files(of));
        let names = |m: &BTreeMap<String, Value>| m.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&files), names(&cases), "{REGENERATE}");
        for (name, case) in &cases {
            assert!(case == &files[name], "{name} differs: {REGENERATE}");
        }
    }
}

#[test]
#[ignore = "writes test-vectors"]
fn regenerate() {
    for of in [CHECKS, ASKING] {
        let came = |case: &Value| match of {
            CHECKS => check(&mut verifier(case), case),
            _ => asked(case).into(),
        };
        let cases = cases_by_name(of);
        let wrong: Vec<_> = cases
            .iter()
            .map(|(name, case)| (name, came(case), &case["expected"]))
            .filter(|(_, came, expected)| came != *expected)
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let folder = folder(of);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, case) in cases {
            let text = serde_json::to_string_pretty(&case).unwrap() + "\n";
            std::fs::write(folder.join(format!("{name}.json")), text).unwrap();
        }
    }
}
