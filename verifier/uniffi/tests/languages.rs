//! The sources in the other languages can be written, and hold what the README promises. Nothing
//! compiles Kotlin and Swift here: there is no compiler of theirs. What is written in Python is run by
//! `verifier/python/wheel test`.
#![cfg(feature = "bindgen")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

/// Cargo puts the library beside the tests.
fn library() -> String {
    let tests = std::env::current_exe().unwrap();
    let name = format!(
        "{}glimpse_verifier_uniffi{}",
        std::env::consts::DLL_PREFIX,
        std::env::consts::DLL_SUFFIX
    );
    tests.with_file_name(name).to_str().unwrap().to_owned()
}

fn written(language: &str, file: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut bindgen = Command::new(env!("CARGO_BIN_EXE_glimpse-verifier-bindgen"));
    bindgen.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    bindgen.args(["generate", "--library", &library(), "--no-format"]);
    bindgen.args(["--language", language, "--out-dir"]);
    let output = bindgen.arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

fn holds(source: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(source.contains(wanted), "there is no `{wanted}`");
    }
}

#[test]
fn kotlin() {
    let source = written("kotlin", "uniffi/glimpse_verifier/glimpse_verifier.kt");
    holds(
        &source,
        &[
            "open class Verifier",
            "constructor(`folder`: kotlin.String)",
            "override fun `request`(`policy`: kotlin.String, `now`: kotlin.ULong?): Asked",
            "data class Verdict",
            "enum class Outcome",
            "sealed class VerifierException",
        ],
    );
}

#[test]
fn swift() {
    let source = written("swift", "glimpse_verifier.swift");
    holds(
        &source,
        &[
            "open class Verifier",
            "convenience init(folder: String)throws",
            "func check(answer: String, ticket: String? = nil, language: String = \"en\", now: UInt64? = nil)throws",
            "public struct Verdict",
            "public enum Outcome",
            "enum VerifierError: Swift.Error",
        ],
    );
}
