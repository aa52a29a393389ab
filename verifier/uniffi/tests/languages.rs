//! The sources in the other languages can be written, and hold what the README promises. Nothing
//! compiles Kotlin and Swift here: there is no compiler of theirs. What is written in Python is run with
//! every vector, laid out as the wheel has it; `verifier/python/wheel test` does the same with the wheel.
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
    write(language, folder.path());
    std::fs::read_to_string(folder.path().join(file)).unwrap()
}

fn write(language: &str, folder: &Path) {
    let mut bindgen = Command::new(env!("CARGO_BIN_EXE_glimpse-verifier-bindgen"));
    bindgen.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")));
    bindgen.args(["generate", "--library", &library(), "--no-format"]);
    bindgen.args(["--language", language, "--out-dir"]);
    let output = bindgen.arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn holds(source: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(source.contains(wanted), "there is no `{wanted}`");
    }
}

#[test]
fn python_gives_the_verdict_of_every_vector() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let native = folder.path().join("glimpse_verifier/_native");
    std::fs::create_dir_all(&native).unwrap();
    write("python", &native);
    let module = native.join("glimpse_verifier.py");
    std::fs::rename(module, native.join("__init__.py")).unwrap();
    let library = library();
    let name = Path::new(&library).file_name().unwrap();
    std::fs::copy(&library, native.join(name)).unwrap();
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../python");
    let front = folder.path().join("glimpse_verifier/__init__.py");
    std::fs::copy(python.join("glimpse_verifier/__init__.py"), front).unwrap();
    let mut tests = Command::new("python3");
    tests.args(["-m", "unittest", "discover", "--start-directory"]);
    tests.arg(python.join("tests"));
    tests.env("PYTHONPATH", folder.path());
    tests.env("PYTHONDONTWRITEBYTECODE", "1");
    let output = tests.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("Ran "), "{said}");
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
            "override fun `poster`(`policy`: kotlin.String, `window`: kotlin.UInt, `until`: kotlin.ULong, `now`: kotlin.ULong?): Asked",
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
            "func poster(policy: String, window: UInt32, until: UInt64, now: UInt64? = nil)throws",
            "public struct Verdict",
            "public enum Outcome",
            "enum VerifierError: Swift.Error",
        ],
    );
}
