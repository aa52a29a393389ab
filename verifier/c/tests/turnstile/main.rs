//! Programs in C against the library: every vector through the example, a whole showing, and what a
//! careless program does; some of it under valgrind, where there is one. Skipped where there is no C
//! compiler.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod build;
mod folder;
#[path = "../../../../core/tests/support/rng.rs"]
mod rng;
#[path = "../../../tests/support/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use glimpse_core::ids::UnixTime;
use glimpse_core::transport::{DocumentKind, qr};
use serde_json::{Value, json};

use build::programs;

/// The programs; without them the test ends and says so.
macro_rules! programs_or_skip {
    () => {
        match programs() {
            Some(programs) => programs,
            None => {
                println!("SKIPPED: there is no gcc");
                return;
            }
        }
    };
}

fn vectors() -> BTreeMap<String, Value> {
    vectors_of("verifier")
}

fn vectors_of(kind: &str) -> BTreeMap<String, Value> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-vectors");
    let folder = all.join(kind);
    let files = std::fs::read_dir(folder).unwrap();
    let read = |file: std::io::Result<std::fs::DirEntry>| {
        let octets = std::fs::read(file.unwrap().path()).unwrap();
        let case: Value = serde_json::from_slice(&octets).unwrap();
        (case["name"].as_str().unwrap().to_owned(), case)
    };
    files.map(read).collect()
}

/// Runs a program of several words, with something to read.
fn run(words: &[&str], input: &[u8]) -> Output {
    let input_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(input_file.path(), input).unwrap();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command.stdin(Stdio::from(input_file.reopen().unwrap()));
    command.output().unwrap()
}

/// What the turnstile says of an answer; its exit code says the same.
fn check(turnstile: &[&str], folder: &Path, ticket: &str, answer: &[u8], now: u64) -> Value {
    let (folder, now) = (folder.to_str().unwrap(), now.to_string());
    let output = run(
        &[turnstile, &[folder, "check", ticket, &now]].concat(),
        answer,
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report: Value = serde_json::from_slice(&output.stdout).expect(&said);
    let expected = match report["outcome"].as_str().unwrap() {
        "accepted" => 0,
        "refused" => 1,
        _ => 2,
    };
    assert_eq!(output.status.code(), Some(expected), "{said}");
    json!({ "outcome": report["outcome"], "code": report["code"], "cards": report["cards"] })
}

fn ask(turnstile: &[&str], folder: &Path, policy: &str, now: u64) -> Output {
    let file = folder.join("policy.toml");
    std::fs::write(&file, policy).unwrap();
    let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
    run(
        &[turnstile, &[folder, "ask", file, &now.to_string()]].concat(),
        b"",
    )
}

/// Asks by a poster with the window and end of a case, as by `ask`.
fn poster(turnstile: &[&str], folder: &Path, case: &Value, now: &Value) -> Output {
    let file = folder.join("policy.toml");
    std::fs::write(&file, case["policy"].as_str().unwrap()).unwrap();
    let (folder, file) = (folder.to_str().unwrap(), file.to_str().unwrap());
    let number = |name: &str| case["poster"][name].to_string();
    let (window, until, now) = (number("window"), number("until"), now.to_string());
    let words = [folder, "poster", file, &window, &until, &now];
    run(&[turnstile, &words].concat(), b"")
}

fn vector(turnstile: &[&str], name: &str, case: &Value) {
    let (now, answer) = (case["now"].as_u64().unwrap(), folder::answer(case));
    let ticket = case["ticket"].as_str().unwrap_or("-");
    for ticket in ["-", ticket] {
        let folder = folder::of(case);
        let came = || check(turnstile, folder.path(), ticket, &answer, now);
        assert_eq!(came(), case["expected"], "{name}");
        if case["expected"]["outcome"] == "accepted" {
            assert_eq!(came()["code"], "used_already", "{name} again");
        }
    }
    if let Some(ticket) = case["poster"]["ticket"].as_str() {
        // Every form makes the same poster from the same policy: nothing of it is drawn.
        let folder = folder::of(case);
        let made = poster(turnstile, folder.path(), case, &case["poster"]["made"]);
        let said = String::from_utf8(made.stdout).unwrap();
        assert_eq!(said.lines().nth(1), Some(ticket), "{name}");
    }
}

#[test]
fn vectors_hold() {
    let programs = programs_or_skip!();
    let vectors = vectors();
    assert!(vectors.len() >= 20);
    for (name, case) in &vectors {
        vector(&[programs.turnstile()], name, case);
    }
    let linked_in = [programs.turnstile_static()];
    vector(&linked_in, "static", &vectors["good_over_18_and_city"]);
}

#[test]
fn what_cannot_be_asked_has_its_code() {
    let programs = programs_or_skip!();
    let vectors = vectors_of("asking");
    assert!(vectors.len() >= 10);
    for (name, case) in &vectors {
        let folder = folder::of(case);
        let (turnstile, folder, now) = ([programs.turnstile()], folder.path(), &case["now"]);
        let output = match case["poster"].is_null() {
            true => ask(
                &turnstile,
                folder,
                case["policy"].as_str().unwrap(),
                now.as_u64().unwrap(),
            ),
            false => poster(&turnstile, folder, case, now),
        };
        let said = String::from_utf8(output.stderr).unwrap();
        // It ends with the code, in brackets.
        let code = said
            .trim_end()
            .rsplit_once('(')
            .map_or("asked)", |(_, code)| code);
        assert_eq!(
            code.strip_suffix(')'),
            case["expected"].as_str(),
            "{name}: {said}"
        );
    }
}

/// The turnstile asks by a policy, Ada answers, it opens once; another asks something in between.
fn showing(turnstile: &[&str]) {
    let vectors = vectors();
    let case = &vectors["good_two_cards_of_one_city"];
    let folder = folder::of(case);
    let world = world::World::new(UnixTime(case["seen"].as_u64().unwrap()));
    let policy = case["policy"].as_str().unwrap();
    let asked = ask(turnstile, folder.path(), policy, world.now.0);
    assert_eq!(asked.status.code(), Some(0));
    let text = String::from_utf8(asked.stdout).unwrap();
    let (text, ticket) = text.trim_end().split_once('\n').unwrap();
    let request = qr::decode_as(DocumentKind::Request, text).unwrap();
    let answer = world.answer(&request, 0, &world.cards(), world.now);
    let scanned = qr::encode(DocumentKind::Answer, &answer).unwrap() + "\n";
    let other = vectors["good_over_18_and_city"]["policy"].as_str().unwrap();
    assert!(
        ask(turnstile, folder.path(), other, world.now.0)
            .status
            .success()
    );

    let later = world.now.0 + 60;
    let check = |ticket| check(turnstile, folder.path(), ticket, scanned.as_bytes(), later);
    assert_eq!(check("-")["code"], "other_request");
    let came = check(ticket);
    assert_eq!(came["outcome"], "accepted");
    assert_eq!(came["cards"], case["expected"]["cards"]);
    assert_eq!(check(ticket)["code"], "used_already");
}

#[test]
fn asks_and_opens_once() {
    let programs = programs_or_skip!();
    showing(&[programs.turnstile()]);
}

#[test]
fn half_a_policy_is_not_asked() {
    let programs = programs_or_skip!();
    let case = &vectors()["good_over_18_and_city"];
    let folder = folder::of(case);
    let (policy, now) = (
        case["policy"].as_str().unwrap(),
        case["seen"].as_u64().unwrap(),
    );
    let asked = |text: &str| {
        let output = ask(&[programs.turnstile()], folder.path(), text, now);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            output.status.code(),
            Some(if said.is_empty() { 0 } else { 2 })
        );
        said
    };
    // As far as a reader with a full buffer gets, each is a good policy.
    let largest = format!("{policy}#{}", "x".repeat(16 * 1024 - policy.len() - 1));
    assert_eq!(asked(&largest), "");
    let more =
        "\n[[alternative]]\n[[alternative.card]]\nschema = \"library\"\nshow = [\"number\"]\n";
    assert!(asked(&(largest + more)).contains("no policy"));
    assert!(asked(&format!("{policy}\0{more}")).contains("no policy"));
    assert!(asked("purpose = 1").contains("(policy)"));
}

fn misuse(words: &[&str]) {
    let vectors = vectors();
    let folder = folder::of(&vectors["good_over_18_and_city"]);
    let output = run(&[words, &[folder.path().to_str().unwrap()]].concat(), b"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn careless_programs_get_errors() {
    let programs = programs_or_skip!();
    misuse(&[programs.misuse()]);
}

#[test]
fn valgrind_finds_nothing() {
    let programs = programs_or_skip!();
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: there is no valgrind");
        return;
    }
    let valgrind = [
        "valgrind",
        "--quiet",
        "--error-exitcode=99",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite,indirect",
    ];
    misuse(&[&valgrind[..], &[programs.misuse()]].concat());
    showing(&[&valgrind[..], &[programs.turnstile()]].concat());
}
