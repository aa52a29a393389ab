//! This project's BBS against `@digitalbazaar/bbs-signatures`, an implementation in pure JavaScript
//! over other arithmetic. It runs in node, which `npm ci` in the folder of this name prepares;
//! where there is no node, and only there, the tests say `SKIPPED:` and pass.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/oracle.rs"]
mod oracle;
#[path = "support/rng.rs"]
mod rng;

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use glimpse_core::bbs::Interface;
use glimpse_core::curve::Suite;
use oracle::{Bbs, Shown, agree};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle_digitalbazaar")
}

/// Whether there is a node to run. Anything but its absence is a failure.
fn node_is_here() -> bool {
    match Command::new("node").arg("--version").output() {
        Ok(answer) => {
            assert!(answer.status.success(), "`node --version` fails");
            true
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            // Past the harness, which keeps back what passing tests print.
            let line =
                b"SKIPPED: the check against @digitalbazaar/bbs-signatures: no `node` here\n";
            std::io::stderr().write_all(line).unwrap();
            false
        }
        Err(e) => panic!("`node` cannot be run: {e}"),
    }
}

/// Runs `npm ci` unless it has run to its end before; one test at a time.
fn install() {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = ONE_AT_A_TIME.lock();
    // The last file that npm writes.
    if folder().join("node_modules/.package-lock.json").exists() {
        return;
    }
    let answer = Command::new("npm")
        .args(["ci", "--omit=optional", "--ignore-scripts"])
        .args(["--no-audit", "--no-fund"])
        .current_dir(folder())
        .output()
        .unwrap_or_else(|e| panic!("`npm`, which belongs to `node`, cannot be run: {e}"));
    assert!(
        answer.status.success(),
        "`npm ci` in core/tests/oracle_digitalbazaar fails; it needs a package registry once:\n{}{}",
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr),
    );
}

struct Peer {
    suite: Suite,
    node: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Peer {
    fn start(suite: Suite) -> Option<Self> {
        if !node_is_here() {
            return None;
        }
        install();
        let mut node = Command::new("node")
            .arg("run.mjs")
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(node.stdout.take().unwrap());
        Some(Self {
            suite,
            node,
            answers,
        })
    }

    /// One job; an exception over there is an error here.
    fn ask(&mut self, operation: &str, mut job: Value) -> Result<Value, String> {
        job["operation"] = operation.into();
        job["ciphersuite"] = match self.suite {
            Suite::Sha256 => "BLS12-381-SHA-256",
            Suite::Shake256 => "BLS12-381-SHAKE-256",
        }
        .into();
        let mut stdin = self.node.stdin.as_ref().unwrap();
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

    fn octets(&mut self, operation: &str, job: Value) -> Vec<u8> {
        let value = self.ask(operation, job).unwrap();
        hex::decode(value.as_str().unwrap()).unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its standard input ends, and with it the program.
        drop(self.node.stdin.take());
        let _ = self.node.wait();
    }
}

fn hexes(list: &[Vec<u8>]) -> Vec<String> {
    list.iter().map(hex::encode).collect()
}

impl Bbs for Peer {
    fn name(&self) -> &'static str {
        "digitalbazaar"
    }

    fn key_gen(&mut self, material: &[u8], info: &[u8], dst: Option<&[u8]>) -> [Vec<u8>; 2] {
        // Its own default is the ciphersuite's id, that of the published fixtures the api id.
        let default = format!("{}KEYGEN_DST_", Interface::plain(self.suite).api_id());
        let dst = dst.unwrap_or(default.as_bytes());
        let job = json!({
            "material": hex::encode(material), "info": hex::encode(info), "dst": hex::encode(dst),
        });
        let keys = self.ask("keyGen", job).unwrap();
        [0, 1].map(|i| hex::decode(keys[i].as_str().unwrap()).unwrap())
    }

    fn sign(&mut self, keys: &[Vec<u8>; 2], header: &[u8], messages: &[Vec<u8>]) -> Vec<u8> {
        let job = json!({
            "secretKey": hex::encode(&keys[0]), "publicKey": hex::encode(&keys[1]),
            "header": hex::encode(header), "messages": hexes(messages),
        });
        self.octets("sign", job)
    }

    fn verify(&mut self, pk: &[u8], signature: &[u8], header: &[u8], messages: &[Vec<u8>]) -> bool {
        let job = json!({
            "publicKey": hex::encode(pk), "signature": hex::encode(signature),
            "header": hex::encode(header), "messages": hexes(messages),
        });
        self.ask("verify", job).unwrap().as_bool().unwrap()
    }

    fn prove(&mut self, pk: &[u8], signature: &[u8], shown: &Shown, all: &[Vec<u8>]) -> Vec<u8> {
        let job = json!({
            "publicKey": hex::encode(pk), "signature": hex::encode(signature),
            "header": hex::encode(&shown.header), "ph": hex::encode(&shown.ph),
            "messages": hexes(all), "indexes": shown.indexes,
        });
        self.octets("prove", job)
    }

    fn verify_proof(&mut self, pk: &[u8], proof: &[u8], shown: &Shown) -> bool {
        let job = json!({
            "publicKey": hex::encode(pk), "proof": hex::encode(proof),
            "header": hex::encode(&shown.header), "ph": hex::encode(&shown.ph),
            "messages": hexes(&shown.messages), "indexes": shown.indexes,
        });
        self.ask("verifyProof", job).unwrap().as_bool().unwrap()
    }
}

fn agree_on(suite: Suite) {
    if let Some(mut peer) = Peer::start(suite) {
        agree(suite, &mut peer);
    }
}

#[test]
fn digitalbazaar_and_this_project_agree_on_sha_256() {
    agree_on(Suite::Sha256);
}

#[test]
fn digitalbazaar_and_this_project_agree_on_shake_256() {
    agree_on(Suite::Shake256);
}
