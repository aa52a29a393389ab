//! The command line, killed at every write it makes, and on a disk that is full from every write on:
//! what it has said it keeps is kept, and the wallet opens.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use glimpse_core::ids::UnixTime;
use glimpse_core::sealed::Cost;
use glimpse_e2e::refusals::adult;
use glimpse_e2e::world::World;
use glimpse_issuer::json;
use glimpse_terminal::{now, rng};
use glimpse_wallet::vault::Place;
use glimpse_wallet::{Wallet, WalletError};

use super::{copy, moment, with_card};

const OLD: &str = "lamps along the harbour";
const NEW: &str = "gulls over the market";
/// Whatever changes a file or a folder.
const CALLS: [&str; 9] = [
    "write",
    "pwrite64",
    "ftruncate",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "unlink",
    "linkat",
];
const MOST: usize = 400;

fn strace(inject: &str, wallet: &Path, arguments: &[&str]) -> Output {
    Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", inject])
        .args([env!("CARGO_BIN_EXE_glimpse-e2e"), "run", "wallet", "-w"])
        .arg(wallet)
        .args(arguments)
        .env("GLIMPSE_PASSPHRASE", OLD)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Whether programs can be traced here.
fn traces() -> bool {
    let probe = Command::new("strace")
        .args([
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "inject=write:error=ENOSPC",
            "echo",
            "x",
        ])
        .stderr(Stdio::null())
        .output();
    let can = probe.is_ok_and(|probe| !probe.status.success() && probe.stdout.is_empty());
    if !can {
        eprintln!("SKIPPED: crashes and full disks, for there is no strace here");
    }
    can
}

struct Case<'a> {
    before: &'a Path,
    arguments: &'a [&'a str],
    /// What the program says once it is done.
    done: &'a str,
}

impl Case<'_> {
    /// Breaks the program at every point, in copies of the same wallet. `check` gets the folder, and
    /// whether the program has said that it is done. How many points there were.
    fn run(&self, fault: &str, check: impl Fn(&Path, bool)) -> usize {
        let mut points = 0;
        for call in CALLS {
            for number in 1..MOST {
                let folder = tempfile::tempdir().unwrap();
                copy(self.before, folder.path());
                let inject = format!("inject={call}:{}", fault.replace('#', &number.to_string()));
                let output = strace(&inject, folder.path(), self.arguments);
                let said = String::from_utf8_lossy(&output.stdout).contains(self.done);
                check(folder.path(), said);
                if output.status.success() {
                    assert!(said, "{:?}", self.arguments);
                    break;
                }
                // strace ends as the program did.
                let killed = output.status.signal() == Some(9);
                assert_eq!(
                    killed,
                    fault.contains("SIGKILL"),
                    "{inject} {:?}",
                    output.status
                );
                points += 1;
            }
        }
        points
    }

    fn run_both(&self, what: &str, check: impl Fn(&Path, bool)) {
        let kills = self.run("signal=SIGKILL:when=#", &check);
        let full = self.run("error=ENOSPC:when=#+", &check);
        eprintln!("{what}: killed at {kills} points, full from {full} points on");
        assert!(kills > 10 && full > 5, "{what}: {kills}, {full}");
    }
}

fn open(folder: &Path, passphrase: &str) -> Result<Wallet, WalletError> {
    Wallet::open(&Place::with_file(folder), passphrase.as_bytes(), &moment())
}

/// A wallet with a card, and an office's answer that brings another.
fn prepared(folder: &Path) -> (PathBuf, PathBuf) {
    let mut world = World::build(folder, Cost::LEAST, now().unwrap(), &mut rng()).unwrap();
    let (rng, before) = (&mut rng(), folder.join("before"));
    let person = adult(world.now);
    let wallet = with_card(
        &mut world,
        &Place::with_file(&before),
        OLD.as_bytes(),
        &person,
    );
    let until = UnixTime(world.now.0 + 3600);
    let offer = world.clinic.offer(world.patient.id(), until, rng).unwrap();
    let asked = wallet.begin(&offer, world.now, rng).unwrap();
    let values = json::values(&world.patient, &person.patient()).unwrap();
    let answer = world
        .clinic
        .issue(&asked, values, "1", world.now, rng)
        .unwrap();
    let path = folder.join("answer");
    std::fs::write(&path, answer).unwrap();
    (before, path)
}

#[test]
fn no_crash_and_no_full_disk_loses_a_card() {
    if !traces() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (before, answer) = prepared(folder.path());
    let octets = std::fs::read(&answer).unwrap();

    let receive = ["receive", answer.to_str().unwrap()];
    let case = Case {
        before: &before,
        arguments: &receive,
        done: "Received",
    };
    case.run_both("receiving", |path, said| {
        let mut wallet = open(path, OLD).unwrap();
        let cards = wallet.credentials("en").len();
        assert!(cards == 2 || (cards == 1 && !said), "{cards}");
        if cards == 1 {
            wallet.receive(&octets, now().unwrap()).unwrap();
        }
    });

    let case = Case {
        before: &before,
        arguments: &["delete", "1"],
        done: "Deleted",
    };
    case.run_both("deleting", |path, said| {
        let cards = open(path, OLD).unwrap().credentials("en").len();
        assert!(cards == 0 || (cards == 1 && !said), "{cards}");
    });
}

#[test]
fn a_crash_leaves_the_old_passphrase_or_the_new_one() {
    if !traces() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (before, _) = prepared(folder.path());
    let new = folder.path().join("new");
    std::fs::write(&new, NEW).unwrap();
    let change = ["passphrase", "--new", new.to_str().unwrap()];
    let case = Case {
        before: &before,
        arguments: &change,
        done: "Changed",
    };
    case.run_both("changing the passphrase", |path, said| {
        let wallet = match open(path, NEW) {
            Ok(wallet) => wallet,
            Err(error) if said => panic!("{error}"),
            Err(_) => open(path, OLD).unwrap(),
        };
        assert_eq!(wallet.credentials("en").len(), 1);
    });

    let case = Case {
        before: &folder.path().join("nothing"),
        arguments: &["init"],
        done: "Your wallet",
    };
    std::fs::create_dir(folder.path().join("nothing")).unwrap();
    case.run_both("creating", |path, said| {
        let place = Place::with_file(path);
        if Wallet::exists(path) {
            assert!(open(path, OLD).is_ok());
        } else {
            assert!(!said);
            Wallet::create(&place, OLD.as_bytes(), Cost::LEAST, &mut rng()).unwrap();
        }
    });
}
