//! The vault: opens only with its passphrase, whole, and once at a time; nothing is lost.

use std::fs::{self, OpenOptions};

use glimpse_core::ids::VerifierId;
use glimpse_core::test_rng::TestRng;

use super::*;
use crate::{Wallet, WalletError};

mod attempts;
mod deleted;
mod device;
mod rollback;
mod vectors;

const GOOD: &[u8] = b"lamps along the harbour";
const OTHER: &[u8] = b"gulls over the market";
/// A PIN, where there is a keychain.
const PIN: &[u8] = b"493817";

/// A moment so many seconds after the first, by both clocks.
fn at(seconds: u64) -> Moment {
    Moment {
        wall: glimpse_core::ids::UnixTime(1_800_000_000 + seconds),
        boot: 1000 + seconds,
        boot_id: [1; 16],
    }
}

/// A wallet whose device entry is in this keychain.
fn place(folder: &Path, keychain: &Arc<InMemory>) -> Place {
    Place {
        folder: folder.to_owned(),
        devices: Devices::Given(keychain.clone()),
    }
}

fn open(folder: &Path, passphrase: &[u8]) -> Result<Wallet, WalletError> {
    Wallet::open(&Place::with_file(folder), passphrase, &at(0))
}

fn history(wallet: &Wallet) -> Vec<HistoryEntry> {
    let all = wallet.vault.transactions.all().unwrap();
    all.into_iter().map(|(_, entry)| entry).collect()
}

fn wallet(folder: &Path) -> Wallet {
    created(&Place::with_file(folder), GOOD)
}

fn created(place: &Place, pin: &[u8]) -> Wallet {
    Wallet::create(place, pin, Cost::LEAST, &mut TestRng::new(1)).unwrap()
}

fn error(result: Result<Wallet, WalletError>) -> VaultError {
    match result.err().unwrap() {
        WalletError::Vault(error) => error,
        other => panic!("{other}"),
    }
}

fn entry() -> HistoryEntry {
    HistoryEntry {
        time: glimpse_core::ids::UnixTime(5),
        verifier: VerifierId([1; 16]),
        name: "Pharmacy".into(),
        known: true,
        purpose: "age".into(),
        online: false,
        items: "[]".into(),
        questions: Vec::new(),
    }
}

#[test]
fn one_passphrase_one_instance() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(matches!(error(open(path, GOOD)), VaultError::Missing));
    let first = wallet(path);
    assert!(matches!(error(open(path, GOOD)), VaultError::InUse));
    first.vault.transactions.add(&entry()).unwrap();
    drop(first);
    assert!(matches!(
        error(Wallet::create(
            &Place::with_file(path),
            OTHER,
            Cost::LEAST,
            &mut TestRng::new(2)
        )),
        VaultError::Exists
    ));
    assert!(
        error(open(path, b"wrong and long"))
            .to_string()
            .contains("passphrase is wrong")
    );
    let again = open(path, GOOD).unwrap();
    assert_eq!(history(&again), [entry()]);
    let change = |from, to| again.change_pin((from, to), Cost::LEAST, &at(0), &mut TestRng::new(3));
    assert!(change(b"wrong and long", OTHER).is_err());
    assert!(change(GOOD, b"12345678").is_err());
    change(GOOD, OTHER).unwrap();
    drop(again);
    assert!(open(path, GOOD).is_err());
    assert_eq!(history(&open(path, OTHER).unwrap()), [entry()]);
}

#[test]
fn damage_is_said_and_files_of_another_wallet_do_not_open() {
    for name in ["identity.db", "transactions.db"] {
        let folder = tempfile::tempdir().unwrap();
        let first = wallet(folder.path());
        first.vault.transactions.add(&entry()).unwrap();
        drop(first);
        let path = folder.path().join(name);
        let length = fs::metadata(&path).unwrap().len();
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(length / 2)
            .unwrap();
        let said = error(open(folder.path(), GOOD)).to_string();
        assert!(said.contains("damaged"), "{said}");
    }
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(wallet(one.path()));
    let place = Place::with_file(two.path());
    drop(Wallet::create(&place, GOOD, Cost::LEAST, &mut TestRng::new(9)).unwrap());
    fs::copy(
        one.path().join("identity.db"),
        two.path().join("identity.db"),
    )
    .unwrap();
    assert!(matches!(
        error(open(two.path(), GOOD)),
        VaultError::Damaged("identity.db")
    ));
    fs::remove_file(two.path().join("device.key")).unwrap();
    assert!(matches!(
        error(open(two.path(), GOOD)),
        VaultError::DeviceKeyLost
    ));
    fs::write(two.path().join("device.key"), b"short").unwrap();
    assert!(
        error(open(two.path(), GOOD))
            .to_string()
            .contains("cut short")
    );
}

#[test]
fn the_databases_are_noise() {
    let folder = tempfile::tempdir().unwrap();
    let first = wallet(folder.path());
    first.vault.transactions.add(&entry()).unwrap();
    drop(first);
    for file in fs::read_dir(folder.path()).unwrap() {
        let octets = fs::read(file.unwrap().path()).unwrap();
        assert!(
            !octets
                .windows(8)
                .any(|w| w == b"Pharmacy" || w == b"SQLite f")
        );
    }
}

/// A disk with room for little: what was stored before stays, and the error says what to do.
#[test]
fn a_full_disk_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |arguments: &[&str]| {
        std::process::Command::new(arguments[0])
            .args(&arguments[1..])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs"]) {
        eprintln!("SKIPPED: a full disk, for no small file system can be mounted here");
        return;
    }
    let path = folder.path().join("wallet");
    let small = wallet(&path);
    let mut stored = 0;
    let full = loop {
        let long = HistoryEntry {
            items: "x".repeat(4000),
            ..entry()
        };
        match small.vault.transactions.add(&long) {
            Ok(()) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(full, VaultError::Full), "{full}");
    assert!(full.to_string().contains("disk is full"));
    let both = (GOOD, OTHER);
    let changed = small.change_pin(both, Cost::LEAST, &at(0), &mut TestRng::new(3));
    drop(small);
    let passphrase: &[u8] = if changed.is_ok() { OTHER } else { GOOD };
    // Once there is room again, everything that was acknowledged is there.
    assert!(mount(&["mount", "-o", "remount,size=4m"]));
    let read = open(&path, passphrase).map(|w| w.history().unwrap().len());
    assert!(mount(&["umount"]));
    assert_eq!(read.unwrap(), stored);
    assert!(stored > 0);
}
