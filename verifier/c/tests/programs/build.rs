//! The library and the programs, built once for all tests. Cargo builds no library of these kinds
//! for tests by itself, so it is asked to here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// Warnings are errors: a header that warns is not delivered.
const FLAGS: [&str; 5] = ["-std=c11", "-Wall", "-Wextra", "-Werror", "-g"];

/// Paths of programs, as words of a command.
pub(crate) struct Programs {
    turnstile: String,
    turnstile_static: String,
    misuse: String,
    _folder: TempDir,
}

impl Programs {
    pub(crate) fn turnstile(&self) -> &str {
        &self.turnstile
    }

    /// The same with the library inside.
    pub(crate) fn turnstile_static(&self) -> &str {
        &self.turnstile_static
    }

    pub(crate) fn misuse(&self) -> &str {
        &self.misuse
    }
}

/// The programs; `None` where there is no compiler.
pub(crate) fn programs() -> Option<&'static Programs> {
    static PROGRAMS: LazyLock<Option<Programs>> = LazyLock::new(|| {
        let gcc = Command::new("gcc").arg("--version").output();
        gcc.is_ok().then(build)
    });
    PROGRAMS.as_ref()
}

fn build() -> Programs {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = |kind: &str| {
        let found = libraries().into_iter().find(|l| l.ends_with(kind));
        found.expect("cargo builds the library")
    };
    let shared = library("libglimpse_verifier.so");
    let beside = shared.parent().unwrap().to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let compile = |source: &str, name: &str, link: &[&str]| {
        let program = folder.path().join(name).to_str().unwrap().to_owned();
        let include = format!("-I{}", here.join("include").display());
        let source = here.join(source);
        let mut gcc = Command::new("gcc");
        gcc.args(FLAGS)
            .arg(include)
            .arg(source)
            .args(["-o", &program]);
        assert!(gcc.args(link).status().unwrap().success(), "{gcc:?}");
        program
    };
    let (search, find) = (format!("-L{beside}"), format!("-Wl,-rpath,{beside}"));
    let shared = [&*search, "-lglimpse_verifier", &*find];
    let linked_in = library("libglimpse_verifier.a");
    let linked_in = [linked_in.to_str().unwrap(), "-lpthread", "-ldl", "-lm"];
    Programs {
        turnstile: compile("example/turnstile.c", "turnstile", &shared),
        turnstile_static: compile("example/turnstile.c", "turnstile-static", &linked_in),
        misuse: compile("tests/programs/misuse.c", "misuse", &shared),
        _folder: folder,
    }
}

/// Where cargo puts the library, by its own word.
fn libraries() -> Vec<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "--package", "glimpse-verifier-c"]);
    cargo.args(["--message-format", "json"]);
    let output = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let messages = messages
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let ours = |message: &Value| {
        let kinds = message["target"]["crate_types"].as_array();
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "staticlib"))
    };
    let files = |message: Value| message["filenames"].as_array().cloned().unwrap_or_default();
    let files = messages.filter(ours).flat_map(files);
    files.map(|file| file.as_str().unwrap().into()).collect()
}
