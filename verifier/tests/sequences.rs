//! What one file a case cannot hold: the same answer again, lists that follow one another, clocks that
//! jump, batches, records that fail. Single cases are the vectors'.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use glimpse_core::ids::UnixTime;
use glimpse_core::trust::{TrustError, TrustList};
use glimpse_rehearsal::{DAY, Resident, Town, Values, rng};
use glimpse_verifier::{
    AskError, Entry, Identity, InMemory, Outstanding, Policy, Reason, RecordError, Ticket, Verdict,
    Verifier,
};

/// 2026-11-23T12:00:00Z
const NOW: UnixTime = UnixTime(1_795_435_200);
const YEAR: u64 = 366 * DAY;

static TOWN: LazyLock<Town> = LazyLock::new(|| Town::new(NOW, &mut rng()));
static ADA: LazyLock<Resident> = LazyLock::new(|| {
    let values = Values::of("Ada", "R-0042", "1990-05-05");
    Resident::enrol(&TOWN, &values, NOW, &mut rng())
});

fn after(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 + seconds)
}

fn verifier() -> Verifier {
    let identity = Identity::generate(&mut rng());
    let registration = TOWN.register(identity.id(), identity.verifying_key());
    Verifier::new(TOWN.accepted(), identity, registration).unwrap()
}

fn policy() -> Policy {
    Policy::from_toml(include_str!("../policies/over-18-and-city.toml")).unwrap()
}

/// A request of this verifier, and Ada's answer.
fn answered(verifier: &mut Verifier) -> (Ticket, Vec<u8>) {
    let asked = verifier.request(&policy(), NOW, &mut rng()).unwrap();
    let answer = ADA.answer(&asked.octets, NOW, &mut rng());
    (asked.ticket, answer.unwrap())
}

fn code(verdict: Verdict) -> &'static str {
    verdict
        .into_result()
        .map_or_else(|reason| reason.code(), |_| "accepted")
}

#[test]
fn an_answer_counts_once_wherever_and_whenever_it_comes_again() {
    let (mut one, mut other) = (verifier(), verifier());
    let (ticket, answer) = answered(&mut one);
    let (other_ticket, _) = answered(&mut other);
    assert_eq!(code(other.check(&answer, NOW)), "not_ours");
    assert_eq!(
        code(other.check_for(other_ticket, &answer, NOW)),
        "not_ours"
    );
    assert_eq!(code(one.check(&answer, NOW)), "accepted");
    for later in [0, 1, 60, 119] {
        assert_eq!(code(one.check(&answer, after(later))), "used_already");
        assert_eq!(
            code(one.check_for(ticket, &answer, after(later))),
            "used_already"
        );
    }
    assert_eq!(
        code(one.check_for(other_ticket, &answer, NOW)),
        "used_already"
    );
    let (_, next) = answered(&mut one);
    assert_eq!(code(one.check(&answer, NOW)), "used_already");
    assert_eq!(code(one.check(&next, NOW)), "accepted");
    // Long after, nothing is known of it any more, and still it does not count.
    one.request(&policy(), after(1000), &mut rng()).unwrap();
    assert_eq!(code(one.check(&answer, after(1000))), "not_ours");
}

#[test]
fn a_record_that_is_saved_before_the_verdict_is_told_outlives_a_restart() {
    let identity = Identity::generate(&mut rng());
    let registration = TOWN.register(identity.id(), identity.verifying_key());
    let start = |record: InMemory| {
        let identity = Identity::from_octets(&identity.to_octets()).unwrap();
        let verifier = Verifier::new(TOWN.accepted(), identity, registration.clone());
        verifier.unwrap().remembering(record)
    };
    let asked = start(InMemory::default()).request(&policy(), NOW, &mut rng());
    let asked = asked.unwrap();
    let answer = ADA.answer(&asked.octets, NOW, &mut rng()).unwrap();
    let mut record = InMemory::default();
    let kept = record.put(asked.ticket, &asked.octets, asked.expires, NOW);
    kept.unwrap();
    let again = |record: &InMemory| {
        let record = InMemory::from_octets(&record.to_octets()).unwrap();
        code(start(record).check_for(asked.ticket, &answer, NOW))
    };
    assert_eq!(again(&record), "accepted");
    assert!(record.use_up(asked.ticket).unwrap());
    assert_eq!(again(&record), "used_already");
}

#[test]
fn a_list_that_is_refused_changes_nothing_and_a_newer_one_counts_at_once() {
    let mut verifier = verifier();
    let mut town = Town::new(NOW, &mut rng());
    let refused = |verifier: &mut Verifier, list: &[u8], error: TrustError| {
        assert_eq!(verifier.update_trust(list, NOW), Err(error));
        let (_, answer) = answered(verifier);
        assert_eq!(code(verifier.check(&answer, NOW)), "accepted");
    };
    // Somebody else's list under the same id.
    refused(&mut verifier, &town.signed(), TrustError::Signatures);
    town.list.id = [7; 16];
    refused(&mut verifier, &town.signed(), TrustError::OtherList);

    let list = |change: fn(&mut TrustList)| TOWN.changed(change);
    refused(
        &mut verifier,
        &list(|l| l.sequence = 0),
        TrustError::Rollback,
    );
    refused(
        &mut verifier,
        &list(|l| l.expires = after(7)),
        TrustError::Fork,
    );
    let expired =
        list(|l| (l.sequence, l.issued, l.expires) = (2, UnixTime(NOW.0 - 9), UnixTime(NOW.0 - 1)));
    refused(&mut verifier, &expired, TrustError::Expired);
    let future = list(|l| (l.sequence, l.issued) = (2, after(2 * DAY)));
    refused(&mut verifier, &future, TrustError::Future);
    let mut torn = list(|l| l.sequence = 2);
    torn.truncate(torn.len() - 1);
    assert!(verifier.update_trust(&torn, NOW).is_err());

    // The registry is struck off between question and answer.
    let (_, answer) = answered(&mut verifier);
    let city = TOWN.city.context.issuer;
    let without = TOWN.changed(|l| {
        l.sequence = 2;
        l.issuers.retain(|issuer| issuer.id != city);
    });
    verifier.update_trust(&without, NOW).unwrap();
    assert_eq!(code(verifier.check(&answer, NOW)), "unknown_issuer");
    let asked = verifier.request(&policy(), NOW, &mut rng());
    assert!(matches!(asked, Err(AskError::Policy(_))));
    // And the list before does not bring it back.
    assert_eq!(
        verifier.update_trust(&TOWN.signed(), NOW),
        Err(TrustError::Rollback)
    );
    // Its key is put back: the answer was not used up.
    verifier
        .update_trust(&list(|l| l.sequence = 3), NOW)
        .unwrap();
    assert_eq!(code(verifier.check(&answer, NOW)), "accepted");
}

#[test]
fn a_clock_that_is_a_year_off_decides_nothing_and_spoils_nothing() {
    let mut verifier = verifier();
    let (_, answer) = answered(&mut verifier);
    let (ahead, behind) = (after(YEAR), UnixTime(NOW.0 - YEAR));
    assert_eq!(code(verifier.check(&answer, ahead)), "trust_expired");
    assert_eq!(code(verifier.check(&answer, behind)), "trust_future");
    for wrong in [ahead, behind, UnixTime(0), UnixTime(u64::MAX)] {
        let asked = verifier.request(&policy(), wrong, &mut rng());
        assert!(matches!(asked, Err(AskError::NotNow(_))), "{wrong:?}");
        let verdict = verifier.check(&answer, wrong);
        assert!(matches!(verdict, Verdict::CannotTell(_)), "{wrong:?}");
    }
    // Within the list's time, a clock that was ahead and is set right again is told.
    let mut seen = self::verifier();
    let (_, late) = answered(&mut seen);
    assert_eq!(code(seen.check(&late, after(2 * DAY))), "expired");
    assert_eq!(code(seen.check(&late, NOW)), "clock_behind");
    assert_eq!(code(verifier.check(&answer, NOW)), "accepted");
}

#[test]
fn in_a_batch_each_answer_is_judged_by_itself_and_counts_once() {
    let mut verifier = verifier();
    let good: Vec<_> = (0..3).map(|_| answered(&mut verifier)).collect();
    let mut changed = answered(&mut verifier);
    *changed.1.last_mut().unwrap() ^= 1;
    let elsewhere = answered(&mut self::verifier());
    let batch = [
        (good[0].0, &*good[0].1),
        (good[0].0, &*good[0].1),
        (changed.0, &*changed.1),
        (good[1].0, b"garbage".as_slice()),
        (good[1].0, &*good[1].1),
        (good[2].0, &*good[1].1),
        (elsewhere.0, &*elsewhere.1),
        (good[2].0, &*good[2].1),
    ];
    let verdicts = verifier.check_many(&batch, NOW, &mut rng());
    let codes: Vec<_> = verdicts.into_iter().map(code).collect();
    let expected = [
        "accepted",
        "used_already",
        "false_proof",
        "not_an_answer",
        "accepted",
        "other_request",
        "not_ours",
        "accepted",
    ];
    assert_eq!(codes, expected);
    let again = verifier.check_many(&batch[4..5], NOW, &mut rng());
    assert_eq!(
        again.into_iter().map(code).collect::<Vec<_>>(),
        ["used_already"]
    );
}

#[test]
fn no_octet_of_a_request_or_an_answer_can_be_changed() {
    let mut verifier = verifier();
    let asked = verifier.request(&policy(), NOW, &mut rng()).unwrap();
    for place in (0..asked.octets.len()).step_by(11) {
        let mut changed = asked.octets.clone();
        changed[place] ^= 1 << (place % 8);
        // A wallet refuses it, or, where it is the registration's signature, answers a request that
        // this counter did not make.
        if let Some(answer) = ADA.answer(&changed, NOW, &mut rng()) {
            assert_eq!(
                code(verifier.check(&answer, NOW)),
                "not_ours",
                "octet {place}"
            );
        }
    }
    let answer = ADA.answer(&asked.octets, NOW, &mut rng()).unwrap();
    for place in (0..answer.len()).step_by(13) {
        let mut changed = answer.clone();
        changed[place] ^= 1 << (place % 8);
        assert!(
            verifier.check(&changed, NOW).into_result().is_err(),
            "octet {place}"
        );
        assert!(
            verifier.check(&answer[..place], NOW).into_result().is_err(),
            "{place} octets"
        );
    }
    // None of them used the request up.
    assert_eq!(code(verifier.check(&answer, NOW)), "accepted");
}

/// A record that stops working, as a full disk does.
struct Full(InMemory);

static BROKEN: AtomicBool = AtomicBool::new(false);

fn works() -> Result<(), RecordError> {
    match BROKEN.load(Ordering::Relaxed) {
        true => Err(RecordError("no space is left".to_owned())),
        false => Ok(()),
    }
}

impl Outstanding for Full {
    fn put(
        &mut self,
        t: Ticket,
        r: &[u8],
        end: UnixTime,
        now: UnixTime,
    ) -> Result<(), RecordError> {
        works().and_then(|()| self.0.put(t, r, end, now))
    }

    fn get(&self, ticket: Ticket) -> Result<Entry, RecordError> {
        self.0.get(ticket)
    }

    fn use_up(&mut self, ticket: Ticket) -> Result<bool, RecordError> {
        works().and_then(|()| self.0.use_up(ticket))
    }

    fn note_answer(
        &mut self,
        a: [u8; 32],
        until: UnixTime,
        now: UnixTime,
    ) -> Result<bool, RecordError> {
        works().and_then(|()| self.0.note_answer(a, until, now))
    }

    fn see(&mut self, now: UnixTime) -> Result<UnixTime, RecordError> {
        self.0.see(now)
    }
}

#[test]
fn a_record_that_cannot_be_written_accepts_and_asks_nothing() {
    let mut verifier = verifier().remembering(Full(InMemory::default()));
    let (_, answer) = answered(&mut verifier);
    BROKEN.store(true, Ordering::Relaxed);
    let verdict = verifier.check(&answer, NOW);
    assert!(matches!(verdict, Verdict::CannotTell(Reason::Record(_))));
    let asked = verifier.request(&policy(), NOW, &mut rng());
    assert!(matches!(asked, Err(AskError::NotNow(Reason::Record(_)))));
    BROKEN.store(false, Ordering::Relaxed);
    assert_eq!(code(verifier.check(&answer, NOW)), "accepted");
}
