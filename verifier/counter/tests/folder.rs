//! A counter's folder: what is loaded into it, and what is refused.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::presentation::Registration;
use glimpse_core::trust::{Roots, TrustError, TrustList};
use glimpse_counter::{Counter, CounterError};
use glimpse_verifier::RegistrationError;

const NOW: UnixTime = UnixTime(1_795_435_200);
const DAY: u64 = 86_400;

fn publisher(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn list(sequence: u64, key: &SigningKey) -> TrustList {
    TrustList {
        id: [1; 16],
        sequence,
        issued: UnixTime(NOW.0 - DAY),
        expires: UnixTime(NOW.0 + 30 * DAY),
        threshold: 1,
        keys: vec![key.verifying_key()],
        issuers: Vec::new(),
        verifiers: Vec::new(),
    }
}

fn roots() -> Roots {
    Roots {
        list: None,
        keys: vec![publisher(9).verifying_key()],
        threshold: 1,
    }
}

fn load(folder: &Path, octets: &[u8]) -> Result<(), CounterError> {
    Counter::load_trust(folder, octets, &roots(), NOW).map(drop)
}

/// A counter with the first list; and what its registration needs.
fn counter(folder: &Path) -> String {
    let card = Counter::create(folder, Texts::new(&[("en", "Shop")]), NOW).unwrap();
    load(folder, &list(1, &publisher(9)).sign(&[&publisher(9)])).unwrap();
    card
}

#[test]
fn replaced_keys_do_not_come_back_when_the_list_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    counter(folder.path());
    let rotated = list(2, &publisher(8)).sign(&[&publisher(9), &publisher(8)]);
    load(folder.path(), &rotated).unwrap();
    let by_the_old_key = list(3, &publisher(9)).sign(&[&publisher(9)]);
    assert!(load(folder.path(), &by_the_old_key).is_err());
    std::fs::write(folder.path().join("trust-list"), b"spoilt").unwrap();
    let damaged = load(folder.path(), &by_the_old_key);
    assert!(matches!(damaged, Err(CounterError::Damaged("trust-list"))));
    assert!(matches!(
        Counter::open(folder.path()),
        Err(CounterError::Damaged(_))
    ));
}

#[test]
fn an_older_list_is_refused_and_the_newer_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    counter(folder.path());
    let key = publisher(9);
    load(folder.path(), &list(2, &key).sign(&[&key])).unwrap();
    let older = load(folder.path(), &list(1, &key).sign(&[&key]));
    assert!(matches!(
        older,
        Err(CounterError::Trust(TrustError::Rollback))
    ));
    let mut counter = Counter::open(folder.path()).unwrap();
    assert_eq!(counter.verifier().trust().list.sequence, 2);
}

#[test]
fn a_registration_is_this_counters_and_in_time() {
    let folder = tempfile::tempdir().unwrap();
    counter(folder.path());
    let mut opened = Counter::open(folder.path()).unwrap();
    let identity = opened.verifier().identity();
    let (verifier, key) = (identity.id(), identity.verifying_key());
    let mut registration = Registration {
        verifier,
        key,
        names: Texts::new(&[("en", "Shop")]),
        allowances: Vec::new(),
        expires: NOW,
    };
    let load = |registration: &Registration, now| {
        let signed = registration.sign(&publisher(9));
        Counter::load_registration(folder.path(), &signed, now)
    };
    assert!(load(&registration, NOW).is_ok());
    let late = load(&registration, UnixTime(NOW.0 + 1));
    assert!(matches!(
        late,
        Err(CounterError::Registration(RegistrationError::Over))
    ));
    registration.verifier = VerifierId([0; 16]);
    let other = load(&registration, NOW);
    assert!(matches!(
        other,
        Err(CounterError::Registration(RegistrationError::Other))
    ));
    let again = Counter::create(folder.path(), Texts::new(&[("en", "x")]), NOW);
    assert!(matches!(again, Err(CounterError::Exists(_))));
}
