//! Values, PIN and words that nothing else looks like: after everything that one does with a wallet
//! they are in no file, no temporary file, no message and no crash report.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use glimpse_core::sealed::Cost;
use glimpse_e2e::world::{At, Person, World};
use glimpse_terminal::{now, rng, to_hex};
use glimpse_wallet::app::{App, Home};
use glimpse_wallet::vault::{Devices, InMemory, Place};
use glimpse_wallet::{Wallet, Way};

use super::{moment, request, roots, with_card};

const FOLDER: &str = "GLIMPSE_CANARY";
const PIN: &str = "Xylographer-58291734";
const LATER: &str = "Quetzalfeather-20473";
const PASSPHRASE: &str = "Brontosaur-under-Gaslight";

fn person() -> Person<'static> {
    Person {
        given_name: "Quixanne",
        family_name: "Zephyrwoldt",
        birth_date: "1977-03-19".into(),
        number: "R-77341998",
    }
}

/// Everything that one does with a wallet, and then a crash with the wallet open.
#[test]
#[ignore = "runs in a process of its own"]
fn in_a_process_of_its_own() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let (inside, outside) = (folder.join("inside"), folder.join("outside"));
    let mut world = World::build(&outside, Cost::LEAST, now().unwrap(), &mut rng()).unwrap();
    let devices = || Devices::Given(Arc::new(InMemory::default()));
    let place = Place {
        folder: inside.join("wallet"),
        devices: devices(),
    };
    let home = |folder: &str, devices: Devices| Home {
        folder: inside.join(folder),
        backups: inside.join("backups"),
        roots: Some(roots(&world)),
        list: Some(world.list.clone()),
        devices,
        cost: Some(Cost::LEAST),
        loopback: false,
    };
    let app = App::new(home("wallet", place.devices.clone()));
    let other = App::new(home("restored", devices()));
    let command_line = Place::with_file(&inside.join("command-line"));
    drop(with_card(
        &mut world,
        &command_line,
        PASSPHRASE.as_bytes(),
        &person(),
    ));
    let mut wallet = with_card(&mut world, &place, PIN.as_bytes(), &person());
    let octets = request(&world);
    let review = wallet.review(&octets, now().unwrap(), "en").unwrap();
    wallet
        .answer(review, 0, Way::Symbol, now().unwrap(), &mut rng())
        .unwrap();
    world
        .enrol(At::Clinic, &mut wallet, &person(), &mut rng())
        .unwrap();
    drop(wallet);

    let mut faults = vec![app.unlock(LATER).unwrap_err(), app.cards().unwrap_err()];
    app.unlock(PIN).unwrap();
    faults.push(app.change_pin(LATER, PIN).unwrap_err());
    faults.push(app.change_pin(PIN, "111111").unwrap_err());
    app.change_pin(PIN, LATER).unwrap();
    faults.push(app.open_text("Zephyrwoldt").unwrap_err());
    faults.push(app.open_file(b"Quixanne").unwrap_err());
    faults.push(app.agree(app.current(), 0).unwrap_err());
    let made = app.back_up().unwrap();
    let file = std::fs::read(&made.file).unwrap();
    faults.push(other.restore(&file, &"zoo ".repeat(8), PIN).unwrap_err());
    faults.push(
        other
            .restore(&file[..file.len() - 9], &made.words.join(" "), PIN)
            .unwrap_err(),
    );
    other.restore(&file, &made.words.join(" "), PIN).unwrap();
    faults.push(
        other
            .restore(&file, &made.words.join(" "), PIN)
            .unwrap_err(),
    );
    app.remove_card(app.cards().unwrap()[1].id).unwrap();
    app.lock();
    app.unlock(LATER).unwrap();
    std::fs::write(outside.join("words"), made.words.join("-")).unwrap();
    let open = Wallet::open(&command_line, PASSPHRASE.as_bytes(), &moment()).unwrap();
    eprintln!("{faults:?} {:?}", app.status());
    assert!(open.credentials("en").is_empty(), "a crash on purpose");
}

/// A secret in every form in which it might be written down.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let octets = secret.as_bytes();
    let mut forms = vec![
        octets.to_vec(),
        to_hex(octets).into_bytes(),
        to_hex(octets).to_uppercase().into_bytes(),
        secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        secret.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ];
    for before in 0..3 {
        for engine in [&STANDARD, &URL_SAFE] {
            let text = engine.encode([&vec![0; before], octets].concat());
            // Without what depends on the neighbours.
            forms.push(text.trim_end_matches('=').as_bytes()[before + 1..text.len() - 4].to_vec());
        }
    }
    forms
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let octets = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), octets));
        }
    }
}

fn has(octets: &[u8], form: &[u8]) -> bool {
    octets.windows(form.len()).any(|window| window == form)
}

#[test]
fn nothing_secret_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("inside/temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    std::fs::create_dir(folder.path().join("outside")).unwrap();
    let start = |program: PathBuf, arguments: &[&str], passphrase: &str| {
        let output = Command::new(program)
            .args(arguments)
            .env(FOLDER, folder.path())
            .env("GLIMPSE_PASSPHRASE", passphrase)
            .env("TMPDIR", &temporary)
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (format!("output of {arguments:?}"), said)
    };
    let own = [
        "--ignored",
        "--exact",
        "--nocapture",
        "canary::in_a_process_of_its_own",
    ];
    let mut found = vec![start(std::env::current_exe().unwrap(), &own, "none")];
    let said = String::from_utf8_lossy(&found[0].1).into_owned();
    assert!(
        said.contains("a crash on purpose") && said.contains("WrongPin"),
        "{said}"
    );

    let program = || PathBuf::from(env!("CARGO_BIN_EXE_glimpse-e2e"));
    let run = ["run", "wallet", "-w", "inside/command-line"];
    for (arguments, passphrase) in [
        (&["history"][..], PASSPHRASE),
        (&["history"], PIN),
        (&["begin", "no-file"], PASSPHRASE),
        (&["receive", "inside/command-line/identity.db"], PASSPHRASE),
        (
            &["answer", "inside/command-line/vault.key", "--agree", "1"],
            PASSPHRASE,
        ),
        (&["renew", "outside"], PASSPHRASE),
        (&["delete", "7"], PASSPHRASE),
        (&["delete", "1"], PASSPHRASE),
        (&["init"], PASSPHRASE),
    ] {
        found.push(start(
            program(),
            &[&run[..], arguments].concat(),
            passphrase,
        ));
    }
    files(&folder.path().join("inside"), &mut found);
    assert!(found.len() > 20, "{}", found.len());

    let words = std::fs::read_to_string(folder.path().join("outside/words")).unwrap();
    let person = person();
    let secrets = [
        person.given_name,
        person.family_name,
        &person.birth_date,
        person.number,
        PIN,
        LATER,
        PASSPHRASE,
        &words,
        &words.replace('-', " "),
    ];
    for secret in secrets {
        for form in forms(secret) {
            for (name, octets) in &found {
                assert!(!has(octets, &form), "{secret} in {name}");
            }
        }
    }
    // The search finds what is there.
    let there = STANDARD.encode(format!("ab{words}")).into_bytes();
    assert!(forms(&words).iter().any(|form| has(&there, form)));
}
