//! Builds the office's page, which the program holds within it. Cargo runs this again only when
//! something of the page has changed.
#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// A folder with a page that was built elsewhere, or `skip` for a program without a page.
const GIVEN: &str = "GLIMPSE_WEB";

const WITHOUT: &str = "<!doctype html><html lang=\"en\"><title>Glimpse</title>\
    <p>This program was built without the office's page.";

/// What of a package the page is built from; tools leave other things beside it.
const SOURCES: [&str; 7] = [
    "index.html",
    "package.json",
    "public",
    "src",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
];

fn main() -> ExitCode {
    match page() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn page() -> Result<(), Box<dyn Error>> {
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out).join("web");
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&root).parent().ok_or("the crate has no parent")?;
    println!("cargo:rerun-if-env-changed={GIVEN}");
    println!("cargo:rerun-if-changed=build.rs");
    fs::create_dir_all(&out)?;
    match env::var(GIVEN) {
        Ok(given) if given == "skip" => {
            fs::remove_dir_all(&out)?;
            fs::create_dir(&out)?;
            fs::write(out.join("index.html"), WITHOUT)?;
            Ok(())
        }
        Ok(given) => {
            println!("cargo:rerun-if-changed={given}");
            fs::remove_dir_all(&out)?;
            copy(Path::new(&given), &out)
        }
        Err(_) => {
            watch(root);
            build(root, &out)
        }
    }
}

fn watch(root: &Path) {
    let shared = ["package.json", "package-lock.json", "tsconfig.web.json"];
    let mut paths: Vec<_> = shared.map(|name| root.join(name)).into();
    for package in ["ui/web", "issuer/web"] {
        paths.extend(SOURCES.map(|name| root.join(package).join(name)));
    }
    // A path that is not there would count as changed each time.
    for path in paths.iter().filter(|path| path.exists()) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

fn build(root: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    // npm notes there what it has installed.
    let changed = |path: &str| fs::metadata(root.join(path)).and_then(|data| data.modified());
    let installed = changed("node_modules/.package-lock.json");
    if !installed.is_ok_and(|at| changed("package-lock.json").is_ok_and(|lock| lock <= at)) {
        npm(root, &["ci", "--no-audit", "--no-fund"])?;
    }
    let out = out.display().to_string();
    let page = [
        "run",
        "build",
        "-w",
        "issuer/web",
        "--",
        "--outDir",
        &out,
        "--emptyOutDir",
    ];
    npm(root, &page)
}

fn npm(root: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let run = Command::new("npm")
        .args(arguments)
        .current_dir(root)
        .output();
    let output = run.map_err(|error| {
        format!(
            "building the office's page needs Node 20 with npm, which does not start here ({error}); \
             install it, or set {GIVEN} to a folder with a built page, or to `skip` for a program \
             without one"
        )
    })?;
    if output.status.success() {
        return Ok(());
    }
    let (said, wrong) = (&output.stdout, &output.stderr);
    Err(format!(
        "npm {} failed:\n{}{}",
        arguments.join(" "),
        String::from_utf8_lossy(said),
        String::from_utf8_lossy(wrong)
    )
    .into())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
