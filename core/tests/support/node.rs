//! An independent implementation in JavaScript, as a process that answers a job a line. It runs in
//! node, which `npm ci` in the program's folder prepares. Where there is no node, and only there,
//! the test says `SKIPPED:` and passes.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::Value;

/// A running `run.mjs`.
pub(crate) struct Node {
    process: Child,
    answers: BufReader<ChildStdout>,
}

/// Whether there is a node to run. Anything but its absence is a failure.
fn is_here(check: &str) -> bool {
    match Command::new("node").arg("--version").output() {
        Ok(answer) => {
            assert!(answer.status.success(), "`node --version` fails");
            true
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            // Past the harness, which keeps back what passing tests print.
            let line = format!("SKIPPED: the check against {check}: no `node` here\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            false
        }
        Err(e) => panic!("`node` cannot be run: {e}"),
    }
}

/// Runs `npm ci` unless it has run to its end before; one test at a time.
fn install(folder: &Path, options: &[&str]) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    // The last file that npm writes.
    if folder.join("node_modules/.package-lock.json").exists() {
        return;
    }
    let answer = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .args(options)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|e| panic!("`npm`, which belongs to `node`, cannot be run: {e}"));
    assert!(
        answer.status.success(),
        "`npm ci` in {} fails; it needs a package registry once:\n{}{}",
        folder.display(),
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr),
    );
}

impl Node {
    /// Starts the program in this folder, after `npm ci` with these options; nothing where there
    /// is no node. `check` is what the test is against.
    pub(crate) fn start(folder: &Path, check: &str, options: &[&str]) -> Option<Self> {
        if !is_here(check) {
            return None;
        }
        install(folder, options);
        let mut process = Command::new("node")
            .arg("run.mjs")
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, answers })
    }

    /// One job; an error over there is an error here.
    pub(crate) fn ask(&mut self, operation: &str, mut job: Value) -> Result<Value, String> {
        job["operation"] = operation.into();
        let mut stdin = self.process.stdin.as_ref().unwrap();
        writeln!(stdin, "{job}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "node stopped at {operation}");
        let mut answer: Value = serde_json::from_str(&line).unwrap();
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["value"].take()),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Its standard input ends, and with it the program.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
