//! The program as people run it: processes, files, words.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests may take what they know is there"
)]

#[allow(unreachable_pub, reason = "other test programs include it as well")]
#[path = "../support/holders.rs"]
mod holders;

mod ceremony;
mod keys;
mod renewal;

use std::path::Path;
use std::process::{Command, Output, Stdio};

const PASSPHRASE: &str = "a long passphrase";
const PATIENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/patient.json");

/// A folder in which somebody works.
struct Desk(tempfile::TempDir);

impl Desk {
    /// With an office in `office`, which has a schema.
    fn with_office() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        desk.run(&["init"]);
        desk.run(&["schema", PATIENT]);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse-issuer"));
        command
            .args(arguments)
            .env("GLIMPSE_PASSPHRASE", PASSPHRASE)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What the program prints when it succeeds.
    fn run(&self, arguments: &[&str]) -> String {
        succeeded(self.output(arguments))
    }

    /// The same where it must fail with these words.
    fn fails(&self, arguments: &[&str], words: &str) {
        failed(self.output(arguments), words);
    }

    /// What follows this word in what the program prints.
    fn said(text: &str, before: &str) -> String {
        let line = text.lines().find_map(|line| line.strip_prefix(before));
        line.unwrap().trim().to_owned()
    }
}

fn succeeded(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn failed(output: Output, words: &str) {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains(words) && !said.contains("panicked"), "{said}");
}
