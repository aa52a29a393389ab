//! Moments: in their window, even, kept, and away from showings.

use glimpse_core::ids::{IssuerId, KeyId, SchemaId};
use glimpse_core::test_rng::TestRng;

use super::*;

const EPOCH: u32 = 20_783;
const BEGINS: u64 = EPOCH as u64 * DAY;

fn due(days: u32) -> Due {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    Due {
        address: Address::read("https://city.example").unwrap(),
        ids: Ids {
            issuer: IssuerId([1; 16]),
            schema: SchemaId([2; 32]),
            key: KeyId([3; 8]),
        },
        signing: key.verifying_key(),
        epoch: EpochDay(EPOCH),
        days,
        wanted: Vec::new(),
    }
}

fn draws(days: u32, now: u64) -> Vec<u64> {
    let draw = |seed| {
        Errand::draw(due(days), UnixTime(now), &mut TestRng::new(seed))
            .at
            .0
    };
    (0..2000).map(draw).collect()
}

#[test]
fn moments_are_drawn_evenly_from_the_first_third() {
    for (days, now, end) in [
        (7, BEGINS + 5, BEGINS + 7 * DAY / 3),
        (7, BEGINS + DAY, BEGINS + 7 * DAY / 3),
        // At least six hours, though a third of a day would be eight and of half a one four.
        (1, BEGINS + 5, BEGINS + 8 * HOUR),
    ] {
        let drawn = draws(days, now);
        assert!(drawn.iter().all(|at| (now..=end).contains(at)));
        // Each tenth of the window has about its share.
        let width = (end - now) / 10 + 1;
        for tenth in 0..10 {
            let from = now + tenth * width;
            let share = drawn
                .iter()
                .filter(|at| (from..from + width).contains(at))
                .count();
            assert!(
                (140..=260).contains(&share),
                "{share} of 2000 in tenth {tenth}"
            );
        }
    }
    // After the window: soon, and not at once.
    let late = BEGINS + 4 * DAY;
    assert!(
        draws(7, late)
            .iter()
            .all(|at| (late + 60..=late + 600).contains(at))
    );
}

#[test]
fn a_moment_that_was_drawn_stays_unless_nobody_was_there() {
    let rng = &mut TestRng::new(1);
    let at = UnixTime(BEGINS + 1000);
    for now in [BEGINS, BEGINS + 1000, BEGINS + 1000 + MISSED] {
        let errand = Errand::drawn(due(7), at, 2, UnixTime(now), rng);
        assert_eq!((errand.at, errand.tries), (at, 2));
    }
    let now = BEGINS + 1001 + MISSED;
    let errand = Errand::drawn(due(7), at, 2, UnixTime(now), rng);
    assert!((now + 60..=now + 600).contains(&errand.at.0));
}

#[test]
fn nothing_is_fetched_just_after_a_showing() {
    let rng = &mut TestRng::new(1);
    let errand = Errand::drawn(due(7), UnixTime(BEGINS), 0, UnixTime(BEGINS), rng);
    let is_now = |now: u64, shown: u64| errand.is_now(UnixTime(now), UnixTime(shown));
    assert!(is_now(BEGINS, 0));
    assert!(!is_now(BEGINS - 1, 0));
    assert!(!is_now(BEGINS, BEGINS));
    assert!(!is_now(BEGINS + AFTER_SHOWING - 1, BEGINS));
    assert!(is_now(BEGINS + AFTER_SHOWING, BEGINS));
    // A clock that was wrong then does not stop renewals for ever.
    assert!(is_now(BEGINS, BEGINS + DAY));
}

#[test]
fn pauses_grow_and_end_growing() {
    let rng = &mut TestRng::new(1);
    let now = UnixTime(BEGINS);
    let mut errand = Errand::draw(due(7), now, rng);
    for pause in [20, 40, 80, 160, 320, 640, 640, 640] {
        errand.put_off(now, rng);
        let after = errand.at.0 - now.0;
        assert!((pause * 30..=pause * 90).contains(&after), "{after}");
    }
    let mut forever = Errand {
        tries: u32::MAX,
        ..errand
    };
    forever.put_off(now, rng);
    assert_eq!(forever.tries, u32::MAX);
}
