//! The vectors of BBS, blind BBS and pseudonyms: one JSON file a case, good and bad. The cases are
//! written down here with what must come of them, and the files are checked against both the code
//! and these cases. To write them anew:
//! `cargo test -p glimpse-core --test vectors_bbs -- --ignored regenerate`
//!
//! Where drafts and published fixtures differ these vectors follow the fixtures:
//! * the full message vector of a blind signature is the signer's messages, then
//!   `secret_prover_blind`, then the committed messages, then the nym secrets; message indexes,
//!   and the generators in the domain, follow that order;
//! * e of a blind signature is hashed from the secret key and B, without the domain;
//! * a challenge without committed disclosure has no count of commitments;
//! * the header under a pseudonym's signature ends in `I2OSP(length_nym_vector, 8)`;
//! * `KeyGen`'s tag begins with the api id, not the ciphersuite's id.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod bbs;
mod bbs_proofs;
mod blind;
mod blind_committed;
mod blind_proofs;
mod defects;
mod equations;
mod nym;
mod nym_proofs;
#[path = "../support/rng.rs"]
mod rng;
mod run;

use std::collections::BTreeMap;
use std::path::PathBuf;

use glimpse_core::curve::Suite;
use serde_json::{Value, json};

const REGENERATE: &str = "cargo test -p glimpse-core --test vectors_bbs -- --ignored regenerate";
const SUITES: [(Suite, &str); 2] = [
    (Suite::Sha256, "bls12-381-sha-256"),
    (Suite::Shake256, "bls12-381-shake-256"),
];

/// Inputs are octets in hex, lists of them, or numbers. `{"repeat": x, "count": n}` stands for n
/// times x, and `{"count": n}` for the indexes below n.
struct Case {
    name: String,
    tests: String,
    suite: Suite,
    operation: &'static str,
    input: Value,
    expected: Value,
}

impl Case {
    fn to_json(&self) -> Value {
        let suite = SUITES.iter().find(|s| s.0 == self.suite).unwrap().1;
        json!({
            "name": self.name, "tests": self.tests, "regenerate": REGENERATE, "suite": suite,
            "operation": self.operation, "input": self.input, "expected": self.expected,
        })
    }
}

/// Cases that begin as one good case of an operation, each changed in one place.
struct Family {
    suite: Suite,
    operation: &'static str,
    /// What names start with, after good or bad.
    stem: &'static str,
    good: Value,
    cases: Vec<Case>,
}

impl Family {
    fn new(suite: Suite, operation: &'static str, stem: &'static str, good: Value) -> Self {
        Self {
            suite,
            operation,
            stem,
            good,
            cases: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, tests: &str, changes: &[(&str, Value)], expected: Value) {
        let mut input = self.good.clone();
        for (field, value) in changes {
            input[field] = value.clone();
        }
        assert!(
            changes.is_empty() || input != self.good,
            "{name} changes nothing"
        );
        let kind = if expected["error"].is_string() {
            "bad"
        } else {
            "good"
        };
        let suite = match self.suite {
            Suite::Sha256 => "",
            Suite::Shake256 => "_shake",
        };
        self.cases.push(Case {
            name: format!("{kind}_{}_{name}{suite}", self.stem),
            tests: tests.to_owned(),
            suite: self.suite,
            operation: self.operation,
            input,
            expected,
        });
    }

    fn good(&mut self, name: &str, tests: &str) {
        self.add(name, tests, &[], json!({ "valid": true }));
    }

    /// What is refused before anything is hashed stands once, under the first suite.
    fn bad(&mut self, name: &str, tests: &str, changes: &[(&str, Value)], error: &str) {
        let early = ["Length", "Indexes", "TooManyMessages", "Decode(Scalar)"].contains(&error);
        if early && self.suite != SUITES[0].0 {
            return;
        }
        self.add(name, tests, changes, json!({ "error": error }));
    }

    /// The octets of a field of the good case.
    fn octets(&self, field: &str) -> Vec<u8> {
        run::octets(&self.good[field])
    }

    /// One field's octets wrong in length.
    fn lengths(&mut self, field: &str, lengths: &[usize]) {
        let octets = self.octets(field);
        for &length in lengths {
            let mut changed = octets.clone();
            changed.resize(length, 1);
            let tests = format!("{field} of {length} octets instead of {}", octets.len());
            let of = if field == "pseudonym" {
                "pseudonym_"
            } else {
                ""
            };
            let name = format!("{of}{length}_octets");
            self.bad(&name, &tests, &[(field, hex_value(&changed))], "Length");
        }
    }

    /// A piece of one field, at an offset, replaced by defective pieces.
    fn pieces(
        &mut self,
        field: &str,
        part: &str,
        offset: usize,
        defects: &[defects::Defect],
        error: &str,
    ) {
        if self.suite != SUITES[0].0 {
            return;
        }
        let octets = self.octets(field);
        for defect in defects {
            let mut changed = octets.clone();
            changed[offset..offset + defect.octets.len()].copy_from_slice(&defect.octets);
            let tests = format!("{part}: {}", defect.tests);
            let name = format!("{}_{}", part.to_lowercase().replace(' ', "_"), defect.name);
            self.bad(&name, &tests, &[(field, hex_value(&changed))], error);
        }
    }
}

fn hex_value(octets: &[u8]) -> Value {
    hex::encode(octets).into()
}

fn hex_list(list: &[&[u8]]) -> Value {
    list.iter().map(hex::encode).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../test-vectors/bbs")
}

fn cases() -> BTreeMap<String, Case> {
    let mut cases = BTreeMap::new();
    for (suite, _) in SUITES {
        let families = [
            bbs::families(suite),
            vec![bbs_proofs::family(suite)],
            blind::families(suite),
            vec![blind_proofs::family(suite), blind_committed::family(suite)],
            nym::families(suite),
            vec![nym_proofs::family(suite)],
        ];
        for family in families.into_iter().flatten() {
            for case in family.cases {
                let twice = cases.insert(case.name.clone(), case);
                assert!(twice.is_none(), "{}", twice.unwrap().name);
            }
        }
    }
    cases
}

#[test]
fn vectors_hold() {
    let mut cases = cases();
    let mut found = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let is_bad = file["expected"]["error"].is_string();
        assert!(
            stem.starts_with(if is_bad { "bad_" } else { "good_" }),
            "{stem}"
        );
        let suite = SUITES.iter().find(|s| file["suite"] == s.1).unwrap().0;
        let came = run::run(suite, file["operation"].as_str().unwrap(), &file["input"]);
        assert_eq!(came, file["expected"], "{stem}");
        let case = cases.remove(&stem);
        let case = case.unwrap_or_else(|| panic!("{stem} is not one of the cases here"));
        assert_eq!(case.to_json(), file, "{stem} differs: {REGENERATE}");
        found += 1;
    }
    assert!(found > 0, "no vectors: {REGENERATE}");
    assert!(cases.is_empty(), "missing files: {:?}", cases.keys());
}

#[test]
#[ignore = "writes test-vectors"]
fn regenerate() {
    std::fs::create_dir_all(folder()).unwrap();
    for case in cases().values() {
        let came = run::run(case.suite, case.operation, &case.input);
        assert_eq!(came, case.expected, "{}", case.name);
        let text = serde_json::to_string_pretty(&case.to_json()).unwrap() + "\n";
        std::fs::write(folder().join(format!("{}.json", case.name)), text).unwrap();
    }
}
