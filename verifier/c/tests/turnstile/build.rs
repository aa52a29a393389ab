//! The programs, built once for all tests, with the libraries that cargo has put beside the tests.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

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
    let tests = std::env::current_exe().unwrap();
    let beside = tests.parent().unwrap();
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
    let find = |option: &str| format!("{option}{}", beside.display());
    let (search, find) = (find("-L"), find("-Wl,-rpath,"));
    let shared = [&*search, "-lglimpse_verifier_c", &*find];
    let linked_in = beside.join("libglimpse_verifier_c.a");
    let linked_in = [linked_in.to_str().unwrap(), "-lpthread", "-ldl", "-lm"];
    Programs {
        turnstile: compile("example/turnstile.c", "turnstile", &shared),
        turnstile_static: compile("example/turnstile.c", "turnstile-static", &linked_in),
        misuse: compile("tests/turnstile/misuse.c", "misuse", &shared),
        _folder: folder,
    }
}
