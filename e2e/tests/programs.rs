//! The three programs as people run them: processes, files, QR pictures, exit codes, words.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use glimpse_core::transport::qr;
use glimpse_verifier::Ticket;
use glimpse_wallet::vault::{Moment, Place};

const RESIDENT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../issuer/schemas/resident.json"
);
const PASSPHRASE: &str = "a long passphrase";

struct Desk<'a>(&'a Path);

impl Desk<'_> {
    fn start(&self, passphrase: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_glimpse-e2e"))
            .arg("run")
            .args(arguments)
            .env("GLIMPSE_PASSPHRASE", passphrase)
            .current_dir(self.0)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// What a program prints when it succeeds.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.start(PASSPHRASE, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a program says when it fails, and its exit code.
    fn fail(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.start(PASSPHRASE, arguments);
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    }

    /// Writes a policy that asks for an age and to be shown these.
    fn policy(&self, years: u8, show: &str) -> &'static str {
        let text = format!(
            "name = {{ en = \"Age\" }}\npurpose = \"age\"\nreason = {{ en = \"Medicine\" }}\n\
             [[alternative]]\n[[alternative.card]]\nschema = \"resident\"\nshow = [{show}]\n\
             prove = [{{ attribute = \"birth_date\", age_at_least = {years} }}]\n"
        );
        std::fs::write(self.0.join("policy.toml"), text).unwrap();
        "policy.toml"
    }

    /// The text of a request for an age, and to be shown these.
    fn ask(&self, years: u8, show: &str) -> String {
        self.run(&["verifier", "request", self.policy(years, show)])
    }

    fn says(&self, arguments: &[&str], words: &str) {
        let (code, said) = self.fail(arguments);
        assert_eq!(code, Some(1), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
}

fn write_values(folder: &Path) {
    let photo = "00".repeat(32);
    let values = format!(
        r#"{{"given_name": "Ada", "family_name": "Vale", "birth_date": "1990-05-31",
            "city": "Rivermouth", "district": "Mills", "resident_since": "2001-01-01",
            "number": "R-1", "photo": "{photo}"}}"#
    );
    std::fs::write(folder.join("values.json"), values).unwrap();
}

/// Office, wallet and counter, set up and with one credential issued; the counter is registered.
fn set_up(desk: &Desk<'_>) {
    write_values(desk.0);
    desk.run(&["issuer", "init"]);
    desk.run(&["issuer", "schema", RESIDENT]);
    desk.run(&[
        "issuer",
        "entry",
        "--name",
        "en=Rivermouth",
        "--out",
        "entry",
    ]);
    desk.run(&["issuer", "trust-list", "--entry", "entry", "--out", "list"]);
    let shown = desk.run(&["issuer", "show"]);
    let root = shown
        .lines()
        .find_map(|l| l.strip_prefix("signing key: "))
        .unwrap();
    desk.run(&["wallet", "init"]);
    desk.says(&["wallet", "trust", "list"], "--root");
    desk.run(&["wallet", "trust", "list", "--root", root]);
    desk.run(&[
        "issuer",
        "offer",
        "--schema",
        "resident",
        "--png",
        "offer.png",
    ]);
    desk.run(&["wallet", "begin", "offer.png", "--png", "request.png"]);
    let issue = ["issuer", "issue", "request.png", "--values", "values.json"];
    desk.run(
        &[
            &issue[..],
            &["--reference", "file 7", "--out", "credential"],
        ]
        .concat(),
    );
    assert!(
        desk.run(&["wallet", "receive", "credential"])
            .contains("Mills")
    );
    let card = desk.run(&["verifier", "init", "--name", "en=Pharmacy"]);
    desk.run(&["verifier", "trust", "list", "--root", root]);
    let register = [
        "issuer",
        "register",
        "--verifier",
        card.lines().last().unwrap(),
    ];
    let what = [
        "--name",
        "en=Pharmacy",
        "--purpose",
        "age",
        "--schema",
        RESIDENT,
    ];
    let may = [
        "--disclose",
        "city",
        "--at-most",
        "birth_date",
        "--out",
        "registration",
    ];
    desk.run(&[&register[..], &what, &may].concat());
    desk.run(&["verifier", "registration", "registration"]);
}

#[test]
fn a_credential_is_issued_shown_renewed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk(folder.path());
    set_up(&desk);

    // QR text on the command line, a picture, a file.
    let request = desk.ask(18, "\"city\"");
    let answer = desk.run(&["wallet", "answer", request.trim(), "--agree", "1"]);
    std::fs::write(folder.path().join("answer.txt"), &answer).unwrap();
    let verdict = desk.run(&["verifier", "check", "answer.txt"]);
    assert!(verdict.starts_with("ACCEPTED") && verdict.contains("18 or older"));
    let (code, said) = desk.fail(&["verifier", "check", answer.trim()]);
    assert!(code == Some(2) && said.starts_with("REFUSED: ") && said.contains("used already"));
    // An answer to an earlier question, which may have asked for less, is none to the latest.
    let easy = desk.ask(12, "");
    let easily = desk.run(&["wallet", "answer", easy.trim(), "--agree", "1"]);
    desk.ask(18, "");
    let (code, said) = desk.fail(&["verifier", "check", easily.trim()]);
    assert!(
        code == Some(2) && said.contains("an earlier question"),
        "{said}"
    );
    let easy = Ticket::of(&qr::decode(easy.trim()).unwrap().1).to_string();
    let named = ["verifier", "check", easily.trim(), "--ticket", &easy];
    assert!(desk.run(&named).contains("12 or older"));
    let history = desk.run(&["wallet", "history"]);
    assert!(history.contains("Pharmacy") && !history.contains("Rivermouth"));

    // More than registered: said before anything is shared, and nothing is shared unasked.
    let more = desk.policy(18, "\"district\"");
    desk.run(&["verifier", "request", more, "--png", "more.png"]);
    desk.says(
        &["wallet", "answer", "more.png"],
        "more than was registered",
    );
    assert_eq!(desk.run(&["wallet", "history"]), history);

    assert!(
        desk.run(&["issuer", "renew", "--schema", "resident", "--to", "r1"])
            .contains("1 renewed")
    );
    assert!(
        desk.run(&["wallet", "renew", "r1"])
            .contains("Nothing to renew")
    );
    let list = desk.run(&["issuer", "list"]);
    assert!(list.contains("live") && list.contains("file 7"));
    let handle = list.split_whitespace().next().unwrap();
    desk.run(&["issuer", "revoke", handle, "--reason", "moved"]);
    assert!(desk.run(&["issuer", "list"]).contains("revoked (moved)"));
    assert!(
        desk.run(&["issuer", "renew", "--schema", "resident", "--to", "r2"])
            .contains("0 renewed")
    );
    assert!(desk.run(&["wallet", "delete", "1"]).contains("Deleted"));
    assert!(desk.run(&["wallet", "list"]).contains("No credential yet"));
}

#[test]
fn what_goes_wrong_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk(folder.path());
    desk.says(&["issuer", "show"], "create one with `init`");
    desk.says(&["wallet", "list"], "create one with `init`");
    desk.says(
        &["verifier", "check", "x"],
        "create one with `glimpse-verifier init`",
    );
    set_up(&desk);
    desk.says(&["issuer", "init"], "already");
    desk.says(&["wallet", "init"], "already");
    desk.says(&["verifier", "init", "--name", "en=x"], "already");

    let wrong = desk.start("another passphrase", &["wallet", "list"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("passphrase is wrong"));
    let short = desk.start("short", &["wallet", "-w", "other", "init"]);
    assert!(String::from_utf8_lossy(&short.stderr).contains("at least 8"));
    assert!(!folder.path().join("other").exists());

    // The offer was used; a request answers nothing twice with other values, and the same gets the
    // same again.
    let issue = [
        "issuer",
        "issue",
        "request.png",
        "--values",
        "values.json",
        "--out",
        "again",
    ];
    desk.run(&issue);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("again"), read("credential"));
    desk.says(&["wallet", "receive", "credential"], "answers nothing");
    desk.says(
        &["wallet", "begin", "request.png"],
        "another kind of document",
    );
    desk.says(
        &["wallet", "answer", "offer.png"],
        "another kind of document",
    );
    desk.says(&["wallet", "answer", "nothing.png"], "nothing.png");
    let (code, said) = desk.fail(&["verifier", "check", "offer.png"]);
    assert!(
        code == Some(3) && said.contains("nothing was asked yet"),
        "{said}"
    );
    desk.ask(18, "");
    let (code, said) = desk.fail(&["verifier", "check", "offer.png"]);
    assert!(code == Some(2) && said.contains("not an answer"), "{said}");
    std::fs::write(folder.path().join("junk"), b"junk").unwrap();
    for program in [
        ["wallet", "answer"],
        ["wallet", "begin"],
        ["verifier", "check"],
    ] {
        let (code, said) = desk.fail(&[&program[..], &["junk"]].concat());
        assert_ne!(code, Some(0));
        assert!(!said.contains("panicked"), "{said}");
    }
    desk.says(&["verifier", "request", "nothing.toml"], "nothing.toml");
    let unknown = desk.policy(18, "\"shoe_size\"");
    desk.says(
        &["verifier", "request", unknown],
        "no attribute `shoe_size`",
    );
    std::fs::write(folder.path().join("wallet/identity.db"), vec![0; 4096]).unwrap();
    desk.says(&["wallet", "list"], "damaged");
}

/// Two programs at once on one wallet: the second says so, and nothing is lost.
#[test]
fn one_wallet_opens_once() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk(folder.path());
    set_up(&desk);
    let place = Place::with_file(&folder.path().join("wallet"));
    let now = Moment::at(glimpse_terminal::now().unwrap());
    let open = glimpse_wallet::Wallet::open(&place, PASSPHRASE.as_bytes(), &now).unwrap();
    desk.says(&["wallet", "list"], "open in another window");
    drop(open);
    assert!(desk.run(&["wallet", "list"]).contains("Mills"));
}

/// A list of two publishers is good with both signatures and with no fewer.
#[test]
fn two_publishers_sign_one_list() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk(folder.path());
    let mut keys = Vec::new();
    for office in ["one", "two"] {
        desk.run(&["issuer", "-o", office, "init"]);
        let shown = desk.run(&["issuer", "-o", office, "show"]);
        let key = shown.lines().find_map(|l| l.strip_prefix("signing key: "));
        keys.push(key.unwrap().to_owned());
    }
    desk.run(&["issuer", "-o", "one", "schema", RESIDENT]);
    let named = ["--name", "en=One", "--out", "entry"];
    desk.run(&[&["issuer", "-o", "one", "entry"], &named[..]].concat());
    let list = ["issuer", "-o", "one", "trust-list", "--entry", "entry"];
    let both = ["--with", &keys[1], "--threshold", "2", "--out", "half"];
    let said = desk.run(&[&list[..], &both].concat());
    assert!(said.contains("One: resident ") && said.contains("1 more signature"));
    let countersign = ["issuer", "-o", "two", "countersign", "half"];
    let said = desk.run(&[&countersign[..], &["--out", "whole"]].concat());
    assert!(said.contains("number 1") && said.contains("One: resident "));
    desk.run(&["wallet", "init"]);
    let roots = ["--root", &keys[0], "--root", &keys[1], "--threshold", "2"];
    desk.says(
        &[&["wallet", "trust", "half"], &roots[..]].concat(),
        "too few",
    );
    desk.run(&[&["wallet", "trust", "whole"], &roots[..]].concat());
}
