//! Posters: many answer one printed request, each answer counts once.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../core/tests/support/rng.rs"]
mod rng;
#[path = "support/world.rs"]
mod world;

use glimpse_core::ids::UnixTime;
use glimpse_verifier::{AskError, InMemory, Outstanding, Policy, Verdict};
use world::World;

/// 2026-11-23T12:00:00Z
const NOW: UnixTime = UnixTime(1_795_435_200);
const DAY: u64 = 86_400;
const WINDOW: u32 = 120;
const POLICY: &str = include_str!("../policies/over-18-and-city.toml");

fn at(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 + seconds)
}

fn code(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted(_) => "accepted",
        Verdict::Refused(reason) | Verdict::CannotTell(reason) => reason.code(),
    }
}

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

#[test]
fn an_answer_to_a_poster_counts_once() {
    let world = World::new(NOW);
    let mut gym = world.verifier(5);
    let poster = gym.poster(&policy(), WINDOW, at(7 * DAY), NOW).unwrap();
    let answer = |clock| world.answer(&poster.octets, 0, &world.cards(), clock);
    let first = answer(at(0));
    assert_eq!(code(gym.check(&first, at(100))), "accepted");
    assert_eq!(code(gym.check(&first, at(110))), "used_already");
    // Another answer is another visitor's; the poster is not used up.
    assert_eq!(code(gym.check(&answer(at(200)), at(210))), "accepted");
    // Forgotten no sooner than the clock may make it fresh again.
    assert_eq!(code(gym.check(&answer(at(3000)), at(3000))), "accepted");
    assert_eq!(code(gym.check(&first, at(110))), "used_already");
}

#[test]
fn an_answer_to_a_poster_is_good_for_its_window() {
    let world = World::new(NOW);
    let mut gym = world.verifier(5);
    let poster = gym.poster(&policy(), WINDOW, at(DAY), NOW).unwrap();
    let answer = world.answer(&poster.octets, 0, &world.cards(), at(600));
    for (now, said) in [(479, "moment"), (721, "moment"), (720, "accepted")] {
        assert_eq!(code(gym.check(&answer, at(now))), said, "{now}");
    }
    let last = world.answer(&poster.octets, 0, &world.cards(), at(DAY));
    assert_eq!(code(gym.check(&last, at(DAY + 1))), "expired");
    assert_eq!(code(gym.check(&last, at(DAY))), "accepted");
}

#[test]
fn a_poster_and_a_fresh_request_are_never_taken_for_each_other() {
    let world = World::new(NOW);
    let mut gym = world.verifier(5);
    let poster = gym.poster(&policy(), WINDOW, at(DAY), NOW).unwrap();
    let to_poster = world.answer(&poster.octets, 0, &world.cards(), NOW);
    let fresh = gym
        .request(&policy(), NOW, &mut rng::Stream::new(3))
        .unwrap();
    let to_fresh = world.answer(&fresh.octets, 0, &world.cards(), NOW);
    assert_eq!(code(gym.check(&to_poster, NOW)), "other_request");
    assert_eq!(
        code(gym.check_for(poster.ticket, &to_fresh, NOW)),
        "other_request"
    );
    let both: Vec<_> = [(poster.ticket, &*to_poster), (fresh.ticket, &*to_fresh)].into();
    let twice = [both.clone(), both].concat();
    let verdicts = gym.check_many(&twice, NOW, &mut rng::Stream::new(4));
    let codes: Vec<_> = verdicts.into_iter().map(code).collect();
    assert_eq!(
        codes,
        ["accepted", "accepted", "used_already", "used_already"]
    );
}

#[test]
fn a_poster_has_bounds_and_survives_in_the_record() {
    let world = World::new(NOW);
    let mut gym = world.verifier(5);
    for (window, days) in [(29, 1), (601, 1), (60, 367), (60, 0)] {
        let refused = gym.poster(&policy(), window, at(days * DAY), NOW);
        assert!(
            matches!(refused, Err(AskError::Request(_))),
            "{window} {days}"
        );
    }
    let poster = gym.poster(&policy(), WINDOW, at(7 * DAY), NOW).unwrap();
    let mut record = InMemory::default();
    record
        .put(poster.ticket, &poster.octets, poster.expires, NOW)
        .unwrap();
    let answer = world.answer(&poster.octets, 0, &world.cards(), NOW);
    let restored = |record: &InMemory| {
        let record = InMemory::from_octets(&record.to_octets()).unwrap();
        let mut gym = world.verifier(5).remembering(record);
        gym.expect(poster.ticket);
        gym
    };
    assert_eq!(code(restored(&record).check(&answer, NOW)), "accepted");
    let digest = glimpse_core::presentation::answer_digest(&answer);
    assert!(record.note_answer(digest, at(120), NOW).unwrap());
    assert_eq!(code(restored(&record).check(&answer, NOW)), "used_already");
}
