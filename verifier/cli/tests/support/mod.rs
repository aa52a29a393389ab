//! A counter in a folder, its program, and a resident who answers it.
#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::transport::image::QrSymbol;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_rehearsal::{DAY, Resident, Town, Values, rng};
use glimpse_terminal::{hex, now, to_hex, verifying_key};
use serde_json::Value;
use tempfile::TempDir;

/// A counter and its town.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) town: Town,
    pub(crate) ada: Resident,
}

/// What a command came to.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

pub(crate) const POLICIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");

/// A policy of the collection.
pub(crate) fn policy(name: &str) -> String {
    format!("{POLICIES}/{name}.toml")
}

impl Shop {
    /// A counter with trust list and registration, in a town that was set up an hour ago.
    pub(crate) fn open() -> Self {
        let moment = UnixTime(now().unwrap().0 - 3600);
        let rng = &mut rng();
        let town = Town::new(moment, rng);
        let ada = Resident::enrol(
            &town,
            &Values::of("Ada", "R-0042", "1990-05-05"),
            moment,
            rng,
        );
        let folder = tempfile::tempdir().unwrap();
        let shop = Self { folder, town, ada };
        shop.furnish("counter");
        shop
    }

    /// Another counter of the same town.
    pub(crate) fn furnish(&self, counter: &str) {
        let init = self.at(counter, &["init", "--name", "en=Corner", "--json"]);
        assert_eq!(init.code, 0, "{}", init.err);
        let card: [u8; 48] = hex(init.json()["to_register"].as_str().unwrap()).unwrap();
        let (id, key) = card.split_at(VerifierId::LEN);
        let key = verifying_key(&to_hex(key)).unwrap();
        let registration = self.town.register(VerifierId::try_from(id).unwrap(), key);
        let registration = self.file("registration", &registration);
        let list = self.file("trust-list", &self.town.signed());
        let root = to_hex(self.town.root().as_bytes());
        let trust = self.at(counter, &["trust", &list, "--root", &root]);
        assert_eq!(trust.code, 0, "{}", trust.err);
        let registered = self.at(counter, &["registration", &registration]);
        assert_eq!(registered.code, 0, "{}", registered.err);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file; its name.
    pub(crate) fn file(&self, name: &str, octets: &[u8]) -> String {
        let path = self.path(name);
        fs::write(&path, octets).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, counter: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glimpse-verifier"));
        command
            .arg("--counter")
            .arg(self.path(counter))
            .args(arguments);
        command
    }

    pub(crate) fn at(&self, counter: &str, arguments: &[&str]) -> Said {
        self.command(counter, arguments).output().unwrap().into()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.at("counter", arguments)
    }

    pub(crate) fn run_with(&self, stdin: &[u8], arguments: &[&str]) -> Said {
        let mut command = self.command("counter", arguments);
        let command = command.stdin(Stdio::piped());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that is given no `-` does not read it.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        child.wait_with_output().unwrap().into()
    }

    /// Asks by a policy; the request's octets, as the wallet reads them.
    pub(crate) fn ask(&self, name: &str) -> Vec<u8> {
        self.ask_at("counter", name)
    }

    pub(crate) fn ask_at(&self, counter: &str, name: &str) -> Vec<u8> {
        let asked = self.at(counter, &["request", &policy(name)]);
        assert_eq!(asked.code, 0, "{}", asked.err);
        qr::decode_as(DocumentKind::Request, asked.out.trim()).unwrap()
    }

    /// Ada's answer, now.
    pub(crate) fn answer(&self, request: &[u8]) -> Vec<u8> {
        let answer = self.ada.answer(request, now().unwrap(), &mut rng());
        answer.expect("her cards answer this")
    }
}

/// A document's QR text.
pub(crate) fn text(kind: DocumentKind, document: &[u8]) -> String {
    qr::encode(kind, document).unwrap()
}

/// A picture of a text.
pub(crate) fn png(text: &str) -> Vec<u8> {
    QrSymbol::new(text).unwrap().to_png().unwrap()
}

/// So many days before this machine's now.
pub(crate) fn days_ago(days: u64) -> UnixTime {
    UnixTime(now().unwrap().0 - days * DAY)
}

/// Everything that a folder holds, by name.
pub(crate) fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(contents(&path)),
            false => found.push((path.clone(), fs::read(&path).unwrap())),
        }
    }
    found.sort();
    found
}
