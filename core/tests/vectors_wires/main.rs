//! The vectors of credentials, presentations and sealed files: one JSON file a case, good and bad.
//! The cases are written down here with what must come of them, and the files are checked against
//! both the code and these cases. To write them anew:
//! `cargo test -p glimpse-core --all-features --test vectors_wires -- --ignored regenerate`
//!
//! A case of an answer is whole: the signed request, what the verifier's trust list says, the time,
//! the answer, and the verdict or the error. Where a dishonest wallet is needed, `prover` is one: it
//! is written from chapters 5 and 6 of the specifications and does what it is told.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod answer_proof;
mod answer_wire;
mod answers;
mod asking;
#[path = "../vectors_bbs/defects.rs"]
#[allow(dead_code)]
mod defects;
mod documents;
mod forged;
mod issuance;
#[path = "../support/item.rs"]
mod item;
mod links;
#[cfg(feature = "sealed")]
mod locked;
mod misfits;
mod nonce_proof;
mod offer;
mod photos;
mod posters;
mod prover;
mod query;
mod record;
mod registration;
mod renewal;
mod request;
mod request_times;
mod revocation;
#[path = "../support/rng.rs"]
mod rng;
mod run_credential;
mod run_presentation;
mod schema;
#[cfg(feature = "sealed")]
mod sealed;
mod sites;
mod squares;
mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

const REGENERATE: &str =
    "cargo test -p glimpse-core --all-features --test vectors_wires -- --ignored regenerate";

struct Case {
    name: String,
    tests: String,
    operation: &'static str,
    input: Value,
    expected: Value,
}

impl Case {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name, "tests": self.tests, "regenerate": REGENERATE,
            "operation": self.operation, "input": self.input, "expected": self.expected,
        })
    }
}

/// Cases that begin as one good case of an operation, each changed in one place.
struct Family {
    operation: &'static str,
    input: Value,
    cases: Vec<Case>,
}

impl Family {
    fn new(operation: &'static str, input: Value) -> Self {
        Self {
            operation,
            input,
            cases: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, tests: &str, changes: &[(&str, Value)], expected: Value) {
        let mut input = self.input.clone();
        for (field, value) in changes {
            input[field] = value.clone();
        }
        let kind = if expected["error"].is_string() {
            "bad"
        } else {
            "good"
        };
        assert!(
            changes.is_empty() || input != self.input,
            "{name} changes nothing"
        );
        self.cases.push(Case {
            name: format!("{kind}_{}_{name}", self.operation),
            tests: tests.to_owned(),
            operation: self.operation,
            input,
            expected,
        });
    }

    fn bad(&mut self, name: &str, tests: &str, changes: &[(&str, Value)], error: &str) {
        self.add(name, tests, changes, json!({ "error": error }));
    }

    /// What no document of this project may be, in one field of the input; `wrap` makes the field's
    /// octets of the document's, and errors stand inside `Encoding(…)` unless they are the decoder's.
    fn documents(
        &mut self,
        field: &str,
        document: &[u8],
        wrap: impl Fn(&[u8]) -> Vec<u8>,
        bare: bool,
    ) {
        for defect in documents::defects(document) {
            let error = if bare {
                defect.error.to_owned()
            } else {
                format!("Encoding({})", defect.error)
            };
            let octets = hex_value(&wrap(&defect.octets));
            self.bad(defect.name, defect.tests, &[(field, octets)], &error);
        }
    }
}

fn hex_value(octets: &[u8]) -> Value {
    hex::encode(octets).into()
}

fn octets(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn sized<const N: usize>(value: &Value) -> [u8; N] {
    octets(value).try_into().unwrap()
}

fn error(e: impl core::fmt::Debug) -> Value {
    json!({ "error": format!("{e:?}") })
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../test-vectors")
        .join(name)
}

type Run = fn(&str, &Value) -> Value;

/// Each folder with what runs its cases and with the cases.
fn folders() -> Vec<(&'static str, Run, Vec<Family>)> {
    let credential = [
        schema::families(),
        offer::families(),
        issuance::families(),
        nonce_proof::families(),
        record::families(),
        renewal::families(),
        revocation::families(),
    ];
    let presentation = [
        answers::families(),
        links::families(),
        answer_wire::families(),
        answer_proof::families(),
        forged::families(),
        misfits::families(),
        registration::families(),
        request::families(),
        request_times::families(),
        posters::families(),
        sites::families(),
        photos::families(),
    ];
    let all = |families: &mut dyn Iterator<Item = Vec<Family>>| families.flatten().collect();
    vec![
        (
            "credential",
            run_credential::run,
            all(&mut credential.into_iter()),
        ),
        (
            "presentation",
            run_presentation::run,
            all(&mut presentation.into_iter()),
        ),
        #[cfg(feature = "sealed")]
        ("sealed", sealed::run, sealed::families()),
    ]
}

fn by_name(families: Vec<Family>) -> BTreeMap<String, Case> {
    let mut cases = BTreeMap::new();
    for case in families.into_iter().flat_map(|f| f.cases) {
        let twice = cases.insert(case.name.clone(), case);
        assert!(twice.is_none(), "{}", twice.unwrap().name);
    }
    cases
}

#[test]
fn vectors_hold() {
    for (name, run, families) in folders() {
        let mut cases = by_name(families);
        let mut found = 0;
        for entry in std::fs::read_dir(folder(name)).unwrap() {
            let path = entry.unwrap().path();
            let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_bad = file["expected"]["error"].is_string();
            let kind = if is_bad { "bad_" } else { "good_" };
            assert!(stem.starts_with(kind), "{stem}");
            let came = run(file["operation"].as_str().unwrap(), &file["input"]);
            assert_eq!(came, file["expected"], "{stem}");
            let case = cases.remove(&stem);
            let case = case.unwrap_or_else(|| panic!("{stem} is not one of the cases here"));
            assert_eq!(case.to_json(), file, "{stem} differs: {REGENERATE}");
            found += 1;
        }
        assert!(found > 0, "no vectors in {name}: {REGENERATE}");
        assert!(cases.is_empty(), "missing files: {:?}", cases.keys());
    }
}

#[test]
#[ignore = "writes test-vectors"]
fn regenerate() {
    let mut wrong = Vec::new();
    for (name, run, families) in folders() {
        std::fs::create_dir_all(folder(name)).unwrap();
        for case in by_name(families).values() {
            let came = run(case.operation, &case.input);
            if came != case.expected {
                wrong.push(format!("{}: {came} is not {}", case.name, case.expected));
                continue;
            }
            let text = serde_json::to_string_pretty(&case.to_json()).unwrap() + "\n";
            std::fs::write(folder(name).join(format!("{}.json", case.name)), text).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
