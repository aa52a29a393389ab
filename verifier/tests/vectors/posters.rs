//! Cases of posters: one printed request, which many answer, each within its window and once.
//! spec:GL-13-POSTER

use glimpse_core::ids::UnixTime;

use super::cases::over_18;
use super::scene::{Answer, Case, NOW, OVER_18, PHARMACY, WINDOW, answered, answered_at, asked};

/// Longer than the window by what a clock may fall back.
const REMEMBERED: u64 = WINDOW as u64 + 3600;

fn at(seconds: u64) -> UnixTime {
    UnixTime(NOW.0 + seconds)
}

fn good(name: &'static str, tests: &'static str) -> Case {
    Case::good(name, tests, OVER_18).shows(over_18()).poster()
}

fn bad(name: &'static str, tests: &'static str, code: &'static str) -> Case {
    Case::bad(name, tests, ("refused", code)).poster()
}

/// Ada answers by a clock that shows so many seconds, and the counter's clock shows so many.
fn clocks(wallet: u64, counter: u64) -> impl FnOnce(&mut Case) {
    move |case| {
        case.answer = Answer::Octets(answered_at(&case.requests[0], 0, at(wallet)));
        case.now = at(counter);
    }
}

pub(super) fn cases() -> Vec<Case> {
    let window = u64::from(WINDOW);
    let week = 7 * 86_400;
    let before = |case: &Case| answered_at(&case.requests[0], 0, at(60));
    vec![
        good("good_poster", "an answer to a poster, made ten seconds ago"),
        good(
            "good_poster_last_moment_of_the_window",
            "an answer to a poster in the last second of its window",
        )
        .with(clocks(600, 600 + window)),
        good(
            "good_poster_last_second",
            "an answer in the last second of the poster, whose age is that of the day of printing",
        )
        .with(clocks(week, week))
        .with(|case| {
            case.cards[0]["renewed_days_ago"] = 11.into();
            case.cards[0]["statements"] = ["Birth date is on or before 2008-11-23"].into();
        }),
        good(
            "good_poster_of_another_visitor",
            "an answer to a poster that others have answered",
        )
        .with(|case| {
            case.answers = vec![(before(case), at(60 + REMEMBERED))];
            case.now = at(70);
        }),
        bad(
            "bad_poster_too_late",
            "an answer to a poster, one second after its window",
            "moment",
        )
        .with(clocks(600, 601 + window)),
        bad(
            "bad_poster_ahead",
            "an answer to a poster by a wallet whose clock is ahead by more than the window",
            "moment",
        )
        .with(clocks(600, 599 - window)),
        bad(
            "bad_poster_over",
            "an answer to a poster, one second after the poster's end",
            "expired",
        )
        .with(clocks(week, week + 1)),
        bad(
            "bad_poster_used_already",
            "an answer to a poster that was accepted before, in another moment of its window",
            "used_already",
        )
        .with(|case| {
            case.answer = Answer::Octets(before(case));
            case.answers = vec![(before(case), at(60 + REMEMBERED))];
            case.now = at(90);
        }),
        bad(
            "bad_poster_beside_a_fresh_request",
            "an answer to a poster, while a fresh request is on the screen",
            "other_request",
        )
        .with(|case| {
            case.requests.push(asked(PHARMACY, OVER_18, 31));
            case.latest = Some(1);
        }),
        bad(
            "bad_fresh_answer_at_a_poster",
            "an answer to a fresh request that waits, at a poster",
            "other_request",
        )
        .with(|case| {
            let fresh = asked(PHARMACY, OVER_18, 31);
            case.answer = Answer::Octets(answered(&fresh, 0));
            case.requests.push(fresh);
        }),
    ]
}
