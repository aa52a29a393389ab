//! Builds the office's page, which the program carries.
#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Everything that the page is made from.
const SOURCES: [&str; 10] = [
    "package.json",
    "package-lock.json",
    "ui/web/package.json",
    "ui/web/src",
    "issuer/web/package.json",
    "issuer/web/index.html",
    "issuer/web/public",
    "issuer/web/src",
    "issuer/web/svelte.config.js",
    "issuer/web/vite.config.ts",
];

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the office's page cannot be built: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let variable = |name| std::env::var_os(name).ok_or(name);
    let root = Path::new(&variable("CARGO_MANIFEST_DIR")?)
        .join("..")
        .canonicalize()?;
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    let to = PathBuf::from(variable("OUT_DIR")?).join("web");
    if stale(&root) {
        npm(
            &root,
            &["ci".as_ref(), "--no-audit".as_ref(), "--no-fund".as_ref()],
        )?;
    }
    let build = ["run", "build", "-w", "issuer/web", "--", "--outDir"].map(AsRef::as_ref);
    npm(
        &root,
        &[&build[..], &[to.as_os_str(), "--emptyOutDir".as_ref()]].concat(),
    )
}

/// Whether the packages are not those that the lock names: npm notes when it has put them there.
fn stale(root: &Path) -> bool {
    let time = |path: &str| {
        root.join(path)
            .metadata()
            .and_then(|found| found.modified())
    };
    match (
        time("node_modules/.package-lock.json"),
        time("package-lock.json"),
    ) {
        (Ok(there), Ok(wanted)) => there < wanted,
        _ => true,
    }
}

fn npm(root: &Path, arguments: &[&std::ffi::OsStr]) -> Result<(), Box<dyn Error>> {
    let output = Command::new("npm")
        .args(arguments)
        .current_dir(root)
        .output();
    let output =
        output.map_err(|error| format!("npm does not start ({error}); install Node 20"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("npm says:\n{}", String::from_utf8_lossy(&said)).into())
}
