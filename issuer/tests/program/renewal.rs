//! A renewal whose process is killed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use glimpse_core::credential::Manifest;
use glimpse_issuer::{Office, json};

use super::holders::populate;
use super::{Desk, PASSPHRASE, PATIENT};

const HOLDERS: usize = 12_000;

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Every file below a folder, by its path within it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

fn buckets_done(office: &Path) -> i64 {
    let store = glimpse_issuer::store::open_sqlite(&office.join("office.db")).unwrap();
    let sql = "SELECT count(*) FROM renewal_buckets WHERE run > 0";
    store.read(|tx| tx.number(sql, &[])).unwrap()
}

#[test]
fn a_renewal_that_was_killed_goes_on_and_gives_the_same_files() {
    let desk = Desk::with_office();
    let office_at = desk.path().join("office");
    let office = Office::open(&office_at, PASSPHRASE.as_bytes()).unwrap();
    let schema = json::schema(&fs::read_to_string(PATIENT).unwrap()).unwrap();
    populate(&office, schema.id(), HOLDERS, 1);
    let signing = office.signing_key();
    drop(office);
    copy(&office_at, &desk.path().join("undisturbed"));

    let renew = ["renew", "--schema", "patient", "--to", "to"];
    let mut child = desk.command(&renew).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while buckets_done(&office_at) < 2 {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "nothing was done"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    // SIGKILL.
    child.kill().unwrap();
    assert!(
        !child.wait().unwrap().success(),
        "it was done before it was killed"
    );
    let done = buckets_done(&office_at);
    assert!((2..10).contains(&done), "{done} of 10");
    assert!(!desk.path().join("to").exists());

    let said = desk.run(&renew);
    let signed = format!("of which {} were signed now", 10 - done);
    assert!(said.contains(&signed), "{done}: {said}");
    desk.run(&[
        "-o",
        "undisturbed",
        "renew",
        "--schema",
        "patient",
        "--to",
        "expected",
    ]);
    let (made, expected) = (
        files(&desk.path().join("to")),
        files(&desk.path().join("expected")),
    );
    assert_eq!(made.len(), 11);
    assert!(made == expected, "the files differ");
    let manifest = made
        .iter()
        .find(|(name, _)| name.ends_with("manifest"))
        .unwrap();
    assert_eq!(
        Manifest::verify(manifest.1, &signing)
            .unwrap()
            .buckets
            .len(),
        10
    );
}
