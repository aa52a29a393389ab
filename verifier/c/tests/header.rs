//! The header is what the code says. To write it anew:
//! `cargo test -p glimpse-verifier-c --test header -- --ignored regenerate`
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

const REGENERATE: &str = "cargo test -p glimpse-verifier-c --test header -- --ignored regenerate";

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn header() -> PathBuf {
    here().join("include/glimpse_verifier.h")
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(here().join("cbindgen.toml")).unwrap();
    let builder = cbindgen::Builder::new().with_config(config);
    let bindings = builder.with_src(here().join("src/abi.rs")).generate();
    let mut octets = Vec::new();
    bindings.unwrap().write(&mut octets);
    String::from_utf8(octets).unwrap()
}

#[test]
fn header_is_current() {
    let committed = std::fs::read_to_string(header()).expect(REGENERATE);
    assert!(
        committed == generated(),
        "the header is stale: {REGENERATE}"
    );
    let functions = committed.matches("glimpse_verifier_open(").count();
    assert_eq!(functions, 1, "the header has the functions");
}

#[test]
#[ignore = "writes the header"]
fn regenerate() {
    std::fs::write(header(), generated()).unwrap();
}
