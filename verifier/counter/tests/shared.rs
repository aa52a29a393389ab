//! A folder that several programs use at once: the latest request is the folder's, and what one of them
//! loads the others take up.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;

use glimpse_core::cbor::Texts;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::trust::Roots;
use glimpse_counter::{Counter, CounterError, Shared};
use glimpse_rehearsal::{Resident, Town, Values, rng};
use glimpse_terminal::{hex, verifying_key};
use glimpse_verifier::{Reason, Verdict};

const NOW: UnixTime = UnixTime(1_795_435_200);
const POLICY: &str = include_str!("../../policies/over-18.toml");

fn load(folder: &Path, town: &Town, list: &[u8]) {
    let roots = Roots {
        list: None,
        keys: vec![town.root()],
        threshold: 1,
    };
    Counter::load_trust(folder, list, &roots, NOW).unwrap();
}

fn furnished(folder: &Path) -> (Town, Resident) {
    let town = Town::new(NOW, &mut rng());
    let card = Counter::create(folder, Texts::new(&[("en", "Shop")]), NOW).unwrap();
    load(folder, &town, &town.signed());
    let (id, key) = card.split_at(2 * VerifierId::LEN);
    let key = verifying_key(key).unwrap();
    let registration = town.register(VerifierId(hex(id).unwrap()), key);
    Counter::load_registration(folder, &registration, NOW).unwrap();
    let values = Values::of("Ada", "1", "1990-05-05");
    let ada = Resident::enrol(&town, &values, NOW, &mut rng());
    (town, ada)
}

fn reason(verdict: Verdict) -> Option<Reason> {
    verdict.into_result().err()
}

#[test]
fn one_program_asks_and_another_checks() {
    let folder = tempfile::tempdir().unwrap();
    let (_, ada) = furnished(folder.path());
    let mut gate = Counter::open(folder.path()).unwrap();
    assert_eq!(reason(gate.check(b"x", NOW)), Some(Reason::NothingAsked));
    let mut screen = Counter::open(folder.path()).unwrap();
    for _ in 0..2 {
        let asked = screen.request(POLICY, NOW).unwrap();
        let answer = ada.answer(&asked.octets, NOW, &mut rng()).unwrap();
        assert_eq!(reason(gate.check(&answer, NOW)), None);
        assert_eq!(
            reason(screen.check(&answer, NOW)),
            Some(Reason::UsedAlready)
        );
    }
}

#[test]
fn a_list_that_is_loaded_meanwhile_counts_at_the_next_check() {
    let folder = tempfile::tempdir().unwrap();
    let (town, ada) = furnished(folder.path());
    let mut gate = Counter::open(folder.path()).unwrap();
    let asked = gate.request(POLICY, NOW).unwrap();
    let answer = ada.answer(&asked.octets, NOW, &mut rng()).unwrap();
    let without_the_city = town.changed(|list| {
        list.sequence += 1;
        list.issuers
            .retain(|issuer| issuer.id != town.city.context.issuer);
    });
    load(folder.path(), &town, &without_the_city);
    let refused = reason(gate.check(&answer, NOW));
    assert_eq!(refused, Some(Reason::UnknownIssuer));
    assert!(gate.request(POLICY, NOW).is_err());

    // What does not read is not passed over: the list in use may be the one that was replaced.
    std::fs::write(folder.path().join("trust-list"), b"spoilt").unwrap();
    let asked = gate.request(POLICY, NOW);
    assert!(matches!(asked, Err(CounterError::Damaged("trust-list"))));
    let told = reason(gate.check(&answer, NOW)).unwrap();
    assert_eq!(told.code(), "record");
    assert!(told.to_string().contains("trust-list"), "{told}");
}

#[test]
fn a_text_that_is_no_ticket_is_an_argument() {
    let folder = tempfile::tempdir().unwrap();
    furnished(folder.path());
    let shared = Shared::open(folder.path()).unwrap();
    for wrong in [
        "",
        "000102ab040506f",
        "+00102ab040506ff",
        "000102ab040506fg",
    ] {
        let failed = shared.check(Some(wrong), b"x", "en", Some(NOW.0));
        assert_eq!(failed.err().unwrap().code(), "argument");
    }
    let asked = shared.request(POLICY, Some(NOW.0)).unwrap();
    let told = shared.check(Some(&asked.ticket), b"x", "en", Some(NOW.0));
    assert_eq!(told.unwrap().code, "not_an_answer");
}
