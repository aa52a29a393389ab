//! The vault: opens only with its passphrase, whole, and once at a time; nothing is lost.

use std::fs::{self, OpenOptions};

use glimpse_core::test_rng::TestRng;
use vault::{HistoryEntry, VaultError};

use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::sealed::Cost;
use std::path::Path;

use super::*;

fn history(wallet: &Wallet) -> Vec<HistoryEntry> {
    let all = wallet.vault.transactions.all().unwrap();
    all.into_iter().map(|(_, entry)| entry).collect()
}

fn wallet(folder: &Path) -> Wallet {
    Wallet::create(folder, b"correct", Cost::LEAST, &mut TestRng::new(1)).unwrap()
}

fn error(result: Result<Wallet, WalletError>) -> VaultError {
    match result.err().unwrap() {
        WalletError::Vault(error) => error,
        other => panic!("{other}"),
    }
}

fn entry() -> HistoryEntry {
    HistoryEntry {
        time: UnixTime(5),
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
    assert!(matches!(
        error(Wallet::open(path, b"correct")),
        VaultError::Missing
    ));
    let first = wallet(path);
    assert!(matches!(
        error(Wallet::open(path, b"correct")),
        VaultError::InUse
    ));
    first.vault.transactions.add(&entry()).unwrap();
    drop(first);
    assert!(matches!(
        error(Wallet::create(
            path,
            b"x",
            Cost::LEAST,
            &mut TestRng::new(2)
        )),
        VaultError::Exists
    ));
    assert!(
        error(Wallet::open(path, b"wrong"))
            .to_string()
            .contains("passphrase is wrong")
    );
    let again = Wallet::open(path, b"correct").unwrap();
    assert_eq!(history(&again), [entry()]);
    again
        .change_passphrase(b"new", Cost::LEAST, &mut TestRng::new(3))
        .unwrap();
    drop(again);
    assert!(Wallet::open(path, b"correct").is_err());
    assert_eq!(history(&Wallet::open(path, b"new").unwrap()), [entry()]);
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
        let said = error(Wallet::open(folder.path(), b"correct")).to_string();
        assert!(said.contains("damaged"), "{said}");
    }
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(wallet(one.path()));
    drop(Wallet::create(two.path(), b"correct", Cost::LEAST, &mut TestRng::new(9)).unwrap());
    fs::copy(
        one.path().join("identity.db"),
        two.path().join("identity.db"),
    )
    .unwrap();
    assert!(matches!(
        error(Wallet::open(two.path(), b"correct")),
        VaultError::Damaged("identity.db")
    ));
    fs::write(two.path().join("device.key"), b"short").unwrap();
    assert!(
        error(Wallet::open(two.path(), b"correct"))
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
    let changed = small.change_passphrase(b"new", Cost::LEAST, &mut TestRng::new(3));
    drop(small);
    let passphrase: &[u8] = if changed.is_ok() { b"new" } else { b"correct" };
    // Once there is room again, everything that was acknowledged is there.
    assert!(mount(&["mount", "-o", "remount,size=4m"]));
    let read = Wallet::open(&path, passphrase).map(|w| w.history().unwrap().len());
    assert!(mount(&["umount"]));
    assert_eq!(read.unwrap(), stored);
    assert!(stored > 0);
}
