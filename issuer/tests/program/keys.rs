//! Rotation, key files, the passphrase, and lists of several publishers.

use std::fs;

use glimpse_core::credential::bbs_key_id;
use glimpse_core::ids::UnixTime;
use glimpse_core::trust::{Accepted, TrustError};
use glimpse_terminal::{now, to_hex, verifying_key};

use super::{Desk, failed, succeeded};

fn list(desk: &Desk, file: &str) -> Accepted {
    Accepted::restore(&fs::read(desk.path().join(file)).unwrap()).unwrap()
}

const ENTRY: [&str; 4] = ["entry", "--name", "en=Clinic", "--out"];

fn publish(desk: &Desk, out: &str, more: &[&str]) {
    desk.run(&[&ENTRY[..], &["entry"]].concat());
    desk.run(&[&["trust-list", "--entry", "entry", "--out", out], more].concat());
}

#[test]
fn a_key_is_published_before_it_signs_and_retired_when_nobody_needs_it() {
    let desk = Desk::with_office();
    publish(&desk, "first", &[]);
    let first = &list(&desk, "first").list.issuers[0].keys[0];
    // Its time began with the office, and not with the list.
    assert!(first.not_before <= now().unwrap());
    assert_eq!(first.not_after.0 - first.not_before.0, 730 * 86_400);
    let old = bbs_key_id(&first.key).to_string();

    desk.fails(&["key", "activate", "--list", "first"], "no next key");
    let said = desk.run(&["key", "add", "--days", "365"]);
    let new = said.split_whitespace().next().unwrap().to_owned();
    desk.fails(&["key", "add"], "next key already");
    let unlisted = desk.output(&["key", "activate"]);
    assert_eq!(unlisted.status.code(), Some(2));
    desk.fails(
        &["key", "activate", "--list", "first"],
        "does not name the new key",
    );
    publish(&desk, "second", &["--replaces", "first"]);
    desk.run(&["key", "activate", "--list", "second"]);
    let keys = desk.run(&["key", "list"]);
    assert!(keys.contains(&format!("{old}  retiring")), "{keys}");
    assert!(keys.contains(&format!("{new}  current")), "{keys}");
    desk.fails(&["key", "retire", &new], "signs new credentials");
    desk.fails(
        &["key", "retire", "0000000000000000"],
        "no key with this id",
    );
    desk.run(&["key", "retire", &old]);
    publish(&desk, "third", &["--replaces", "second"]);
    let listed = |file| {
        let keys = &list(&desk, file).list.issuers[0].keys;
        keys.iter()
            .map(|key| bbs_key_id(&key.key).to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("second"), [old, new.clone()]);
    assert_eq!(listed("third"), [new]);
}

#[test]
fn a_new_signing_key_is_named_by_the_list_before_it_signs() {
    let desk = Desk::with_office();
    publish(&desk, "first", &[]);
    let old = list(&desk, "first").list.issuers[0].signing;
    let said = desk.run(&["key", "next-signing"]);
    let new = verifying_key(said.split_whitespace().next().unwrap()).unwrap();
    let activate = ["key", "activate-signing", "--list", "second"];
    // The office publishes the list itself: its new key stands among the list's keys as well.
    desk.run(&[&ENTRY[..], &["entry", "--next-signing"]].concat());
    let make = [
        "trust-list",
        "--entry",
        "entry",
        "--replaces",
        "first",
        "--out",
        "second",
    ];
    desk.run(&[&make[..], &["--next-signing"]].concat());
    let (first, second) = (list(&desk, "first"), list(&desk, "second"));
    assert_eq!(
        (first.list.keys, second.list.keys.clone()),
        (vec![old], vec![new])
    );
    // Who has the first list follows to the second, and who comes new takes the second alone.
    let follows = list(&desk, "first").update(second.octets(), now().unwrap());
    assert_eq!(follows.unwrap().list.issuers[0].signing, new);
    desk.run(&activate);
    let shown = desk.run(&["show"]);
    assert_eq!(Desk::said(&shown, "signing key:"), to_hex(new.as_bytes()));
    desk.fails(&activate, "no next key");
}

#[test]
fn a_key_file_opens_the_office_with_nobody_there_to_type() {
    let desk = Desk::with_office();
    let alone = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command.env_remove("GLIMPSE_PASSPHRASE").output().unwrap()
    };
    failed(alone(&["show"]), "no passphrase");
    let before = desk.run(&["show"]);
    desk.run(&["key", "enroll-file", "file"]);
    assert_eq!(fs::read(desk.path().join("file")).unwrap().len(), 32);
    assert_eq!(succeeded(alone(&["show", "--key-file", "file"])), before);
    // It is never written over: another office may open by it.
    desk.fails(&["key", "enroll-file", "file"], "making file");
    fs::write(desk.path().join("other"), [7; 32]).unwrap();
    failed(
        alone(&["show", "--key-file", "other"]),
        "the key file does not open",
    );
    fs::write(desk.path().join("short"), [7; 31]).unwrap();
    failed(alone(&["show", "--key-file", "short"]), "is no key file");
}

#[test]
fn a_new_passphrase_keeps_the_key_file_at_hand_and_no_other() {
    let desk = Desk::with_office();
    desk.run(&["key", "enroll-file", "kept"]);
    desk.run(&["key", "enroll-file", "lost"]);
    fs::write(desk.path().join("new"), "another passphrase\n").unwrap();
    fs::write(desk.path().join("short"), "short\n").unwrap();
    let change = |file| {
        [
            "passphrase",
            "--new-passphrase-file",
            file,
            "--key-file",
            "kept",
        ]
    };
    desk.fails(&change("short"), "at least 8 characters");
    assert!(
        desk.run(&change("new"))
            .contains("1 key files open nothing any more")
    );
    desk.fails(&["show"], "passphrase is wrong");
    desk.run(&["show", "--key-file", "kept"]);
    desk.run(&["show", "--passphrase-file", "new"]);
    desk.fails(
        &["show", "--key-file", "lost"],
        "the key file does not open",
    );
}

#[test]
fn two_of_three_publishers_make_a_list_and_one_does_not() {
    let desks = [
        Desk::with_office(),
        Desk::with_office(),
        Desk::with_office(),
    ];
    let keys: Vec<_> = desks
        .iter()
        .map(|desk| Desk::said(&desk.run(&["show"]), "signing key:"))
        .collect();
    let [maker, second, stranger] = &desks;
    maker.run(&[&ENTRY[..], &["entry"]].concat());
    let make = [
        "trust-list",
        "--entry",
        "entry",
        "--threshold",
        "2",
        "--out",
        "one",
    ];
    let said = maker.run(&[&make[..], &["--with", &keys[1], "--with", &keys[2]]].concat());
    assert!(said.contains("needs 1 more"), "{said}");
    let roots: Vec<_> = keys.iter().map(|key| verifying_key(key).unwrap()).collect();
    let accept = |octets: &[u8]| Accepted::first(octets, &roots, 2, now().unwrap()).err();
    let one = fs::read(maker.path().join("one")).unwrap();
    assert_eq!(accept(&one), Some(TrustError::Signatures));
    for desk in [second, stranger] {
        fs::write(desk.path().join("one"), &one).unwrap();
        let said = desk.run(&["countersign", "one", "--out", "two"]);
        assert!(said.contains("Clinic: patient"), "{said}");
        assert_eq!(accept(&fs::read(desk.path().join("two")).unwrap()), None);
    }
    // A publisher who signs twice is one, and one who is not of the list is none.
    maker.run(&["countersign", "one", "--out", "again"]);
    assert_eq!(
        accept(&fs::read(maker.path().join("again")).unwrap()),
        Some(TrustError::Signatures)
    );
    let other = Desk::with_office();
    fs::write(other.path().join("one"), &one).unwrap();
    other.run(&["countersign", "one", "--out", "two"]);
    assert_eq!(
        accept(&fs::read(other.path().join("two")).unwrap()),
        Some(TrustError::Signatures)
    );
    let late = Accepted::first(
        &fs::read(second.path().join("two")).unwrap(),
        &roots,
        2,
        UnixTime(0),
    );
    assert_eq!(late.err(), Some(TrustError::Future));
}
