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
        // Of what is left too little, or nothing: the next hours.
        (
            7,
            BEGINS + 7 * DAY / 3 - 60,
            BEGINS + 7 * DAY / 3 - 60 + 6 * HOUR,
        ),
        (7, BEGINS + 4 * DAY, BEGINS + 4 * DAY + 6 * HOUR),
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
}

#[test]
fn a_moment_that_was_drawn_stays_unless_nobody_was_there() {
    let rng = &mut TestRng::new(1);
    let at = UnixTime(BEGINS + 1000);
    for now in [BEGINS, BEGINS + 1000, BEGINS + 1000 + MISSED] {
        let errand = Errand::drawn(due(7), at, 2, UnixTime(now), rng);
        assert_eq!((errand.at, errand.tries), (at, 2));
    }
    // Its program was started for something: the moment is not to be near that.
    let now = BEGINS + 4 * DAY;
    let draw = |seed| {
        let rng = &mut TestRng::new(seed);
        Errand::drawn(due(7), at, 2, UnixTime(now), rng).at.0
    };
    let drawn: Vec<u64> = (0..400).map(draw).collect();
    assert!(drawn.iter().all(|at| (now..=now + 6 * HOUR).contains(at)));
    let soon = drawn.iter().filter(|at| **at < now + HOUR).count();
    assert!(
        (40..=95).contains(&soon),
        "{soon} of 400 in the first hour of six"
    );
}

#[test]
fn nothing_is_fetched_just_after_a_showing() {
    let errand = |at: u64| {
        let rng = &mut TestRng::new(1);
        Errand::drawn(due(7), UnixTime(at), 0, UnixTime(at), rng)
    };
    let mut rng = TestRng::new(2);
    let mut avoided = |at: u64, shown: u64| {
        let mut errand = errand(at);
        errand.avoid(UnixTime(shown), UnixTime(shown + 5), &mut rng);
        errand.at.0
    };
    let at = BEGINS + 3 * DAY;
    // Away from showings a moment stays.
    assert_eq!(avoided(at, at - AFTER_SHOWING), at);
    assert_eq!(avoided(at, 0), at);
    // Otherwise it is drawn again from hours, so that the end of the quiet time tells nothing.
    for shown in [at - AFTER_SHOWING + 1, at - 60, at, at + 20] {
        let quiet = shown + AFTER_SHOWING;
        let drawn: Vec<u64> = (0..400).map(|_| avoided(at, shown)).collect();
        assert!(
            drawn
                .iter()
                .all(|at| (quiet..=quiet + 6 * HOUR).contains(at))
        );
        let echo = drawn.iter().filter(|at| **at < quiet + HOUR).count();
        assert!(
            (40..=95).contains(&echo),
            "{echo} of 400 in the first hour of six"
        );
    }
    // Within the window, from what is left of it.
    let days = (0..400)
        .filter(|_| avoided(BEGINS + 60, BEGINS) > BEGINS + DAY)
        .count();
    assert!(days > 150, "{days}");
    // A clock that was wrong then does not stop renewals for ever.
    let mut errand = errand(at);
    errand.avoid(UnixTime(at + DAY), UnixTime(at), &mut TestRng::new(3));
    assert!(errand.is_now(UnixTime(at)));
    assert!(!errand.is_now(UnixTime(at - 1)));
}

#[test]
fn what_is_done_for_this_period_waits_for_the_next() {
    let rng = &mut TestRng::new(1);
    let mut errand = Errand::draw(due(7), UnixTime(BEGINS), rng);
    let next = BEGINS + 7 * DAY;
    let mut late = 0;
    for _ in 0..400 {
        errand.rest(rng);
        assert!((next..=next + 7 * DAY / 3).contains(&errand.at.0));
        late += usize::from(errand.at.0 > next + DAY);
    }
    assert!(late > 150, "{late}");
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
