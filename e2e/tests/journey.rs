//! The journeys that cross crates, on real files and real QR pictures.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use glimpse_core::credential::{Credential, Offer};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::VerifiedRequest;
use glimpse_core::sealed::Cost;
use glimpse_core::trust::Accepted;
use glimpse_e2e::refusals::{self, Refusal, Rogue, adult, counter, question};
use glimpse_e2e::showing::{self, Counter};
use glimpse_e2e::world::{At, World};
use glimpse_terminal::{now, rng};
use glimpse_verifier::Verdict;

fn world(folder: &tempfile::TempDir) -> World {
    World::build(folder.path(), Cost::LEAST, now().unwrap(), &mut rng()).unwrap()
}

#[test]
fn a_resident_shows_one_fact_to_a_counter_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = world(&folder);
    let mut wallet = world.wallet("wallet", &mut rng()).unwrap();
    let person = adult(world.now);
    world
        .enrol(At::City, &mut wallet, &person, &mut rng())
        .unwrap();
    world
        .enrol(At::Clinic, &mut wallet, &person, &mut rng())
        .unwrap();

    let program = env!("CARGO_BIN_EXE_glimpse-e2e").to_owned();
    let counter = Counter::set_up(&world, &[program, "run".into(), "verifier".into()]).unwrap();
    match &counter.interfaces {
        Some(names) => assert_eq!(names, "lo"),
        None => eprintln!("SKIPPED: taking the network away, for this system does not let one"),
    }
    let request = counter.ask().unwrap();
    let answer = showing::answer(&world, &wallet, &request, "answer", &mut rng()).unwrap();
    assert_eq!(
        (answer.octets.len(), answer.shown.symbol.version()),
        (831, 21)
    );
    let picture = folder.path().join("answer.png");
    let (accepted, said) = counter.check(&picture).unwrap();
    assert!(accepted, "{said}");
    let (renewed, said_of_her): (Vec<_>, Vec<_>) = said
        .lines()
        .partition(|line| line.starts_with("  last renewed: "));
    assert_eq!(renewed.len(), 1);
    assert_eq!(
        said_of_her,
        [
            "ACCEPTED",
            "Resident card from City of Rivermouth",
            "  City: Rivermouth",
            "  18 or older"
        ]
    );
    // What the credential holds besides is nowhere in what the counter keeps or says.
    for secret in ["Ada", "Vale", &person.birth_date, "R-0042"] {
        assert!(!said.contains(secret));
        for file in walk(&folder.path().join("counter")) {
            let octets = std::fs::read(file).unwrap();
            assert!(!octets.windows(secret.len()).any(|w| w == secret.as_bytes()));
        }
    }
    let (accepted, said) = counter.check(&picture).unwrap();
    assert!(!accepted && said.contains("used already"), "{said}");

    let both = showing::both_cards(&world, &wallet, &mut rng()).unwrap();
    assert!(
        both.learned
            .contains(&"  Entitled to: Medicine at no charge".to_owned())
    );
    assert!(both.learned.iter().any(|l| l.contains("the same as")));
    assert!(!both.learned.iter().any(|l| l.contains("R-0042")));
    let history = wallet.history().unwrap();
    assert_eq!(history.len(), 2);
    assert!(
        history
            .iter()
            .all(|entry| entry.verifier == "Corner Pharmacy")
    );
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn every_refusal_is_for_its_own_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = world(&folder);
    let said = |refusal: Refusal| (refusal.wallet, refusal.counter.unwrap());
    let rng = &mut rng();

    let (wallet, counter) = said(refusals::changed_request(&mut world, rng).unwrap());
    assert!(wallet.unwrap().contains("signature"));
    assert!(counter.contains("another counter"));
    let (_, counter) = said(refusals::another_device(&mut world, rng).unwrap());
    assert!(counter.starts_with("the proof does not hold"));
    let (wallet, counter) = said(refusals::revoked(&mut world, rng).unwrap());
    assert!(wallet.unwrap().contains("renewed first"));
    assert!(counter.contains("not renewed lately"));
    let (wallet, counter) = said(refusals::under_age(&mut world, rng).unwrap());
    assert!(wallet.unwrap().contains("does not show"));
    assert!(counter.starts_with("the proof does not hold"));
    let (wallet, counter) = said(refusals::unknown_issuer(&mut world, rng).unwrap());
    assert!(wallet.unwrap().contains("no credential of the kind"));
    assert!(counter.contains("not one that this counter accepts"));
}

/// Every single-bit flip and every truncation of what crosses a wire is refused, without a panic,
/// and none of them uses the request up.
#[test]
fn every_flip_and_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let world = world(&folder);
    let now = world.now;
    let rogue = Rogue::enrol(&world.city, &adult(now), now, &mut rng()).unwrap();
    let mut counter = counter(&world, &mut rng()).unwrap();
    let question = question(world.of_age_and_resident(18).unwrap());
    let request = counter.ask(&question, now, &mut rng()).unwrap().octets;
    let answer = rogue.answer(&request, now, &mut rng()).unwrap();

    let list = Accepted::restore(&world.list).unwrap().list;
    refuse_all(&request, |r| {
        VerifiedRequest::verify(r, Some(&list), now).is_ok()
    });
    refuse_all(&world.list, |l| {
        Accepted::first(l, &world.roots, 2, now).is_ok()
    });
    let offer = world
        .city
        .offer(world.resident.id(), UnixTime(now.0 + 60), &mut rng())
        .unwrap();
    refuse_all(&offer, |o| {
        Offer::verify(o, &world.city.signing_key(), now).is_ok()
    });
    let credential = rogue.stored();
    let whole = Credential::from_octets(&credential).unwrap();
    let mut checked = 0;
    refuse_all(&credential, |c| {
        let Ok(read) = Credential::from_octets(c) else {
            return false;
        };
        // A schema is addressed by its digest: the record's own is no longer the one signed, and one
        // flip in sixteen is enough to see that the signature then fails.
        if read.schema != whole.schema {
            checked += 1;
            if checked % 16 != 0 {
                return false;
            }
        }
        // The handle and the renewal key are for finding and opening a renewal; a wrong one is
        // found out there. Everything else the signature covers.
        let kept = read.handle == whole.handle && read.renewal_key == whole.renewal_key;
        kept && read.context().and_then(|own| read.verify(&own)).is_ok()
    });
    refuse_all(&answer, |a| match counter.check(a, now) {
        Verdict::Refused(_) => false,
        Verdict::CannotTell(reason) => panic!("{reason}"),
        Verdict::Accepted(_) => true,
    });
    assert!(counter.check(&answer, now).into_result().is_ok());
}

fn refuse_all(octets: &[u8], mut accepted: impl FnMut(&[u8]) -> bool) {
    for cut in 0..octets.len() {
        assert!(!accepted(&octets[..cut]), "cut at {cut}");
    }
    let mut flipped = octets.to_vec();
    for bit in 0..octets.len() * 8 {
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(!accepted(&flipped), "bit {bit}");
        flipped[bit / 8] ^= 1 << (bit % 8);
    }
    flipped.push(0);
    assert!(!accepted(&flipped), "an octet more");
}
