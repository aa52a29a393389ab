//! The program itself: its commands, its logs, and how it stops.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::service::{Client, PASSWORD};

/// What no log may hold.
const CANARY: &str = "canary-7f3a";

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse-issuer"));
    command
        .env("GLIMPSE_PASSPHRASE", "correct horse")
        .env_remove("GLIMPSE_DATABASE")
        .arg("--office")
        .arg(folder.join("office"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = command(folder, arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that wants no input may have ended.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn said(folder: &Path, arguments: &[&str], input: &str) -> String {
    let output = run(folder, arguments, input);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {wrong}");
    String::from_utf8(output.stdout).unwrap()
}

/// A service in its own process, ended with this value.
struct Process(Option<Child>);

impl Process {
    fn start(folder: &Path, arguments: &[&str]) -> (Self, Client) {
        let all = [&["serve", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut child = command(folder, &all).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let process = Self(Some(child));
        let url = line.trim().rsplit(' ').next().unwrap();
        assert!(url.starts_with("http://127.0.0.1:"), "{line}");
        (process, Client::new(url))
    }

    /// Asks it to stop; returns what it logged, and whether it ended well.
    fn stop(mut self) -> (String, bool) {
        let mut child = self.0.take().unwrap();
        let id = child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        let mut log = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut log).unwrap();
        (log, child.wait().unwrap().success())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn logs_are_lines_of_json_with_nothing_of_what_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    said(folder.path(), &["init"], "");
    said(
        folder.path(),
        &["staff", "add", "Reg", "--role", "registrar"],
        PASSWORD,
    );
    let (process, mut client) = Process::start(folder.path(), &[]);
    let reply = client.sign_in("Reg", PASSWORD);
    assert_eq!(reply.status, 200, "{}", reply.text);
    let (cookie, csrf) = (client.cookie.clone().unwrap(), client.csrf.clone().unwrap());
    client.get(&format!("/{CANARY}?{CANARY}={CANARY}"));
    client.get(&format!("/api/{CANARY}"));
    client.get(&format!("/api/audit?actor={CANARY}&page={CANARY}"));
    client.get(&format!("/api/staff/{CANARY}%0a%0d{{}}"));
    client.put(&format!("/api/staff/{CANARY}"), &json!({ CANARY: CANARY }));
    client.send(CANARY, "/health", &[], &[]);
    let headers = [
        ("user-agent", CANARY),
        ("x-request-id", CANARY),
        ("content-type", CANARY),
    ];
    client.send("POST", "/api/session", &headers, CANARY.as_bytes());
    client.clone().sign_in(CANARY, CANARY);
    let body = json!({ "name": CANARY, "role": "clerk", "password": format!("{CANARY} and more") });
    assert_eq!(client.post("/api/staff", &body).status, 422);
    let body = json!({ "name": CANARY, "role": "clerk", "password": PASSWORD });
    assert_eq!(client.post("/api/staff", &body).status, 201);
    let (log, well) = process.stop();
    assert!(well, "{log}");
    for secret in [CANARY, PASSWORD, "Reg", &cookie, &csrf, "127.0.0.1", "?"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
    let lines: Vec<Value> = log
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let answered = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "answered");
    let mut routes = answered.map(|line| {
        let fields = &line["fields"];
        assert!(
            line["span"]["id"].as_str().is_some_and(|id| id.len() == 16),
            "{line}"
        );
        assert!(fields["milliseconds"].is_u64() && fields["method"].is_string());
        (
            fields["route"].as_str().unwrap(),
            fields["status"].as_u64().unwrap(),
        )
    });
    assert!(
        routes.any(|found| found == ("/api/staff/{id}", 404)),
        "{log}"
    );
}

#[test]
fn staff_is_kept_and_the_trail_checked_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    said(folder, &["init"], "");
    let added = said(
        folder,
        &["staff", "add", "Ada", "--role", "registrar"],
        PASSWORD,
    );
    assert_eq!(added, "Ada  registrar\n");
    let file = folder.join("password");
    std::fs::write(&file, "correct horse battery\n").unwrap();
    let file = file.to_str().unwrap();
    let change = [
        "staff",
        "change",
        "ada",
        "--password-file",
        file,
        "--unlock",
    ];
    said(folder, &change, "");
    let last = run(folder, &["staff", "change", "Ada", "--role", "clerk"], "");
    assert!(!last.status.success());
    let short = run(folder, &["staff", "add", "Eve", "--role", "clerk"], "short");
    let wrong = String::from_utf8_lossy(&short.stderr).into_owned();
    assert!(wrong.contains("at least 12 characters"), "{wrong}");
    assert_eq!(said(folder, &["staff", "list"], ""), "Ada  registrar\n");
    let checked = said(folder, &["audit", "check"], "");
    assert!(
        checked.starts_with("2 entries, none changed or missing."),
        "{checked}"
    );
    let kept = checked.trim().rsplit(' ').next().unwrap();
    said(folder, &["staff", "change", "Ada", "--unlock"], "");
    said(folder, &["audit", "check", "--kept", kept], "");
    let lines = said(folder, &["audit", "export"], "");
    let entries: Vec<Value> = lines
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let details: Vec<_> = entries
        .iter()
        .map(|e| e["detail"].as_str().unwrap())
        .collect();
    assert_eq!(details, ["registrar", "password, unlocked", "unlocked"]);
    assert_eq!(entries[1]["digest"], kept);
    let cut = rusqlite::Connection::open(folder.join("office/office.db")).unwrap();
    cut.execute("UPDATE audit SET detail = 'clerk' WHERE number = 1", [])
        .unwrap();
    let broken = run(folder, &["audit", "check"], "");
    let wrong = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(
        !broken.status.success() && wrong.contains("broken at entry 1"),
        "{wrong}"
    );
}

#[test]
fn settings_come_from_the_file_and_the_command_line_goes_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    said(folder, &["init"], "");
    said(
        folder,
        &["staff", "add", "Ada", "--role", "auditor"],
        PASSWORD,
    );
    let file = folder.join("glimpse.toml");
    let text =
        "demo = true\nrequire_totp = true\n[names]\nen = \"Rivermouth\"\nnl = \"Riviermond\"\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let settings = ["--config", file, "--require-totp=false"];
    let (process, mut client) = Process::start(folder, &settings);
    let session = client.sign_in("Ada", PASSWORD).json;
    assert_eq!(session["office"]["names"]["nl"], "Riviermond");
    let office = client.get("/api/office").json;
    assert_eq!(
        (&office["demo"], &office["require_totp"]),
        (&true.into(), &false.into())
    );
    assert_eq!(office["database"], "SQLite");
    assert_eq!(office["public_url"], client.url);
    assert!(process.stop().1);
    std::fs::write(file, "secret-canary = 1\n").unwrap();
    let refused = run(folder, &["serve", "--config", file], "");
    let wrong = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && wrong.contains("line 1"),
        "{wrong}"
    );
    let beyond = run(folder, &["serve", "--listen", "0.0.0.0:0"], "");
    let wrong = String::from_utf8_lossy(&beyond.stderr).into_owned();
    assert!(
        !beyond.status.success() && wrong.contains("public_url"),
        "{wrong}"
    );
}

#[test]
fn the_document_is_printed_as_it_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let printed: Value = serde_json::from_str(&said(folder.path(), &["openapi"], "")).unwrap();
    assert_eq!(printed["openapi"], "3.1.0");
    assert!(printed["paths"]["/api/session"]["post"].is_object());
}
