//! Every id of the specifications that code cites exists, and every id that exists is a heading.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

const CRATES: [&str; 5] = ["core", "issuer", "verifier", "wallet-app", "e2e"];
/// In two pieces, so that this file cites nothing.
const CITATION: &str = concat!("spec:", "GL-");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Id → (file, heading).
fn identifiers() -> BTreeMap<String, (String, String)> {
    let text = std::fs::read_to_string(root().join("specs/identifiers.json")).unwrap();
    let entries: Value = serde_json::from_str(&text).unwrap();
    let part = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entry = |(id, e): (&String, &Value)| (id.clone(), (part(e, "file"), part(e, "heading")));
    entries.as_object().unwrap().iter().map(entry).collect()
}

fn headings(markdown: &str) -> impl Iterator<Item = &str> {
    let marked = markdown.lines().filter(|line| line.starts_with('#'));
    marked.map(|line| line.trim_start_matches('#').trim())
}

/// The ids that a source text cites.
fn citations(source: &str) -> Vec<String> {
    let id = |rest: &str| {
        let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-'));
        format!("GL-{}", &rest[..end.unwrap_or(rest.len())])
    };
    source.split(CITATION).skip(1).map(id).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["target", "node_modules"].contains(&name.as_str()) && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if name.ends_with(".rs") {
            found.push(path);
        }
    }
}

#[test]
fn citations_are_found_whole() {
    let source = format!("/// {CITATION}5-ONE-OF.\n//! x {CITATION}6\n{CITATION}9)");
    assert_eq!(citations(&source), ["GL-5-ONE-OF", "GL-6", "GL-9"]);
}

#[test]
fn every_citation_resolves() {
    let known = identifiers();
    let mut files = Vec::new();
    CRATES
        .iter()
        .for_each(|name| sources(&root().join(name), &mut files));
    let mut cited = 0;
    let mut unresolved = Vec::new();
    for file in files {
        for id in citations(&std::fs::read_to_string(&file).unwrap()) {
            cited += 1;
            if !known.contains_key(&id) {
                unresolved.push(format!("{id} in {}", file.display()));
            }
        }
    }
    assert!(cited >= 20, "only {cited} citations: is the scan right?");
    assert!(unresolved.is_empty(), "{unresolved:#?}");
}

#[test]
fn every_identifier_is_a_heading_and_every_heading_an_identifier() {
    let known = identifiers();
    for (id, (file, heading)) in &known {
        let text = std::fs::read_to_string(root().join("specs").join(file)).unwrap();
        let count = headings(&text).filter(|h| h == heading).count();
        assert_eq!(count, 1, "{id}: heading \"{heading}\" in {file}");
        assert!(heading.ends_with(&format!("({id})")), "{id}: {heading}");
    }
    for entry in std::fs::read_dir(root().join("specs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for heading in headings(&text) {
            let id = heading
                .rsplit_once("(GL-")
                .map(|(_, id)| id.trim_end_matches(')'));
            if let Some(id) = id {
                let listed = known.contains_key(&format!("GL-{id}"));
                assert!(listed, "GL-{id} of {} is not listed", path.display());
            }
        }
    }
}
