//! A key ceremony, with two people who type what they are asked for.

use std::fs;
use std::io::{BufReader, Read, Write};
use std::process::{Child, Stdio};

use glimpse_core::credential::bbs_key_id;
use glimpse_core::trust::IssuerEntry;

use super::{Desk, failed, succeeded};

const HOLD: [&str; 11] = [
    "ceremony",
    "--witness",
    "Mara",
    "--witness",
    "Joost",
    "--name",
    "en=Clinic",
    "--entry",
    "entry",
    "--protocol",
    "protocol",
];

fn hold(desk: &Desk) -> Child {
    let mut command = desk.command(&HOLD);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Reads the screen up to the next question: the fingerprint on it and the group asked for.
fn question(screen: &mut impl Read, groups: &mut Vec<String>) -> Option<usize> {
    let mut line = Vec::new();
    loop {
        let mut octet = [0];
        if screen.read(&mut octet).unwrap() == 0 {
            return None;
        }
        line.push(octet[0]);
        let text = String::from_utf8_lossy(&line).into_owned();
        if let Some((_, number)) = text.split_once("type group ")
            && let Some(number) = number.strip_suffix(": ")
        {
            return number.parse().ok();
        }
        if octet[0] == b'\n' {
            if let Some(found) = text.strip_prefix("    ") {
                *groups = found.split_whitespace().map(str::to_owned).collect();
            }
            line.clear();
        }
    }
}

#[test]
fn witnesses_confirm_each_fingerprint_and_leave_a_protocol_and_an_entry() {
    let desk = Desk::with_office();
    let mut child = hold(&desk);
    let (mut screen, mut keyboard) = (
        BufReader::new(child.stdout.take().unwrap()),
        child.stdin.take().unwrap(),
    );
    let (mut groups, mut asked) = (Vec::new(), 0);
    while let Some(number) = question(&mut screen, &mut groups) {
        // The first answer is a slip of the finger.
        if asked == 0 {
            writeln!(keyboard, "zzzz").unwrap();
        } else {
            writeln!(keyboard, "{}", groups[number - 1]).unwrap();
        }
        asked += 1;
    }
    assert!(child.wait().unwrap().success());
    // Three keys, two people, and once more.
    assert_eq!(asked, 7);
    let protocol = fs::read_to_string(desk.path().join("protocol")).unwrap();
    for words in ["Mara: ___", "Joost: ___", "Each witness has typed"] {
        assert!(protocol.contains(words), "{protocol}");
    }
    assert!(protocol.contains(&groups.join(" ")));
    let entry = IssuerEntry::from_octets(&fs::read(desk.path().join("entry")).unwrap()).unwrap();
    assert_eq!(entry.keys.len(), 2);
    // A fingerprint begins with the key's id.
    let id = bbs_key_id(&entry.keys[1].key).to_string();
    assert!(groups.concat().starts_with(&id));
    assert!(desk.run(&["key", "list"]).contains(&format!("{id}  next")));
}

#[test]
fn what_is_not_confirmed_is_not_listed() {
    let desk = Desk::with_office();
    let mut child = hold(&desk);
    let mut keyboard = child.stdin.take().unwrap();
    let _ = keyboard.write_all(b"0\n0\n0\n");
    let output = child.wait_with_output().unwrap();
    failed(output, "was not confirmed");
    assert!(!desk.path().join("entry").exists() && !desk.path().join("protocol").exists());
    // The key is there and signs nothing.
    assert!(desk.run(&["key", "list"]).contains("  next "));
}

#[test]
fn a_ceremony_with_nobody_there_says_so() {
    let desk = Desk::with_office();
    let more = ["--unattended", "--make", "signing"];
    let said = succeeded(desk.output(&[&HOLD[..], &more].concat()));
    assert!(said.contains("Done."));
    let protocol = fs::read_to_string(desk.path().join("protocol")).unwrap();
    assert!(protocol.contains("NOBODY was asked"), "{protocol}");
    let entry = IssuerEntry::from_octets(&fs::read(desk.path().join("entry")).unwrap()).unwrap();
    let listed = desk.run(&["key", "list"]);
    let next = Desk::said(&listed, "next:");
    assert_eq!(glimpse_terminal::to_hex(entry.signing.as_bytes()), next);
    let alone = [&HOLD[..3], &HOLD[5..], &more[..1]].concat();
    desk.fails(&alone, "two witnesses");
}
