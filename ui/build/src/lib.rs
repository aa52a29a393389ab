//! For build scripts: builds a page with npm, only when something of it has changed.
#![allow(
    clippy::print_stdout,
    reason = "this is how a build script speaks to cargo"
)]

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

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

/// A page of this repository.
pub struct Page<'a> {
    /// The repository's folder.
    pub root: &'a Path,
    /// The page's package, a folder from there.
    pub package: &'a str,
    /// The environment variable that names a folder with a page built elsewhere, or is `skip` for a
    /// program without one.
    pub given: &'a str,
    /// What stands in the place of a page that was skipped.
    pub without: &'a str,
}

impl Page<'_> {
    /// Builds the page into a folder.
    ///
    /// # Errors
    /// What npm said, or that there is none.
    pub fn build(&self, out: &Path) -> Result<(), Box<dyn Error>> {
        println!("cargo:rerun-if-env-changed={}", self.given);
        println!("cargo:rerun-if-changed=build.rs");
        match env::var(self.given) {
            Ok(given) if given == "skip" => {
                empty(out)?;
                fs::write(out.join("index.html"), self.without)?;
                Ok(())
            }
            Ok(given) => {
                println!("cargo:rerun-if-changed={given}");
                empty(out)?;
                copy(Path::new(&given), out)
            }
            Err(_) => {
                self.watch();
                fs::create_dir_all(out)?;
                self.with_npm(out)
            }
        }
    }

    fn watch(&self) {
        let shared = ["package.json", "package-lock.json", "tsconfig.web.json"];
        let mut paths: Vec<_> = shared.map(|name| self.root.join(name)).into();
        for package in ["ui/web", self.package] {
            paths.extend(SOURCES.map(|name| self.root.join(package).join(name)));
        }
        // A path that is not there would count as changed each time.
        for path in paths.iter().filter(|path| path.exists()) {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }

    fn with_npm(&self, out: &Path) -> Result<(), Box<dyn Error>> {
        self.install()?;
        let out = out.display().to_string();
        self.npm(&[
            "run",
            "build",
            "-w",
            self.package,
            "--",
            "--outDir",
            &out,
            "--emptyOutDir",
        ])
    }

    /// Installs the packages where the lock file is newer; two build scripts may want to at once.
    fn install(&self) -> Result<(), Box<dyn Error>> {
        let modules = self.root.join("node_modules");
        fs::create_dir_all(&modules)?;
        let lock = fs::File::create(self.root.join("target/npm.lock"))
            .or_else(|_| fs::File::create(env::temp_dir().join("glimpse-npm.lock")))?;
        lock.lock()?;
        // npm notes there what it has installed.
        let changed = |path: &str| fs::metadata(self.root.join(path)).and_then(|d| d.modified());
        let installed = changed("node_modules/.package-lock.json");
        if installed.is_ok_and(|at| changed("package-lock.json").is_ok_and(|lock| lock <= at)) {
            return Ok(());
        }
        self.npm(&["ci", "--no-audit", "--no-fund"])
    }

    fn npm(&self, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
        let run = Command::new("npm")
            .args(arguments)
            .current_dir(self.root)
            .output();
        let output = run.map_err(|error| {
            format!(
                "building the page needs Node 20 with npm, which does not start here ({error}); \
                 install it, or set {} to a folder with a built page, or to `skip` for a program \
                 without one",
                self.given
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
}

fn empty(folder: &Path) -> Result<(), Box<dyn Error>> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
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
