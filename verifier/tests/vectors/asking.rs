//! What is asked, or why nothing can be: each form fails with the same code.

use glimpse_core::ids::UnixTime;
use glimpse_verifier::{InMemory, Outstanding};
use serde_json::{Value, json};

use super::REGENERATE;
use super::scene::{NOW, OVER_18, PHARMACY, WINDOW, WORLD, base64};

const DAY: u64 = 86_400;

/// A counter that asks at a moment.
struct Asking {
    name: &'static str,
    tests: &'static str,
    trust_list: Vec<u8>,
    policy: String,
    /// Of a poster, its window and its days.
    poster: Option<(u32, u64)>,
    seen: UnixTime,
    expected: &'static str,
}

impl Asking {
    fn new(name: &'static str, tests: &'static str, expected: &'static str) -> Self {
        Self {
            name,
            tests,
            trust_list: WORLD.trust_list(|_| {}),
            policy: OVER_18.to_owned(),
            poster: None,
            seen: NOW,
            expected,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn to_json(&self) -> Value {
        let (identity, registration) = WORLD.counter(PHARMACY);
        let mut record = InMemory::default();
        record.see(self.seen).unwrap();
        let until = |days| NOW.0 + days * DAY;
        json!({
            "name": self.name,
            "tests": self.tests,
            "regenerate": REGENERATE,
            "identity": base64(&identity.to_octets()),
            "registration": base64(&registration),
            "trust_list": base64(&self.trust_list),
            "record": base64(&record.to_octets()),
            "requests": [],
            "answers": [],
            "ticket": null,
            "seen": self.seen.0,
            "policy": self.policy,
            "poster": self.poster.map(|(window, days)| json!({
                "window": window, "until": until(days),
            })),
            "now": NOW.0,
            "expected": self.expected,
        })
    }
}

fn all() -> Vec<Asking> {
    let list = |change: fn(&mut _)| WORLD.trust_list(change);
    vec![
        Asking::new("good_request", "a fresh request", "asked"),
        Asking::new("good_poster", "a poster for a year", "asked")
            .with(|asking| asking.poster = Some((WINDOW, 365))),
        Asking::new("bad_policy", "a text that is no policy", "policy")
            .with(|asking| asking.policy = "name = 1".to_owned()),
        Asking::new(
            "bad_unknown_card",
            "a card that the trust list does not have",
            "policy",
        )
        .with(|asking| asking.policy = OVER_18.replace("resident", "doctor")),
        Asking::new(
            "bad_poster_of_no_policy",
            "a poster of a text that is no policy",
            "policy",
        )
        .with(|asking| {
            asking.policy = "name = 1".to_owned();
            asking.poster = Some((WINDOW, 7));
        }),
        Asking::new("bad_poster_window", "a window of ten seconds", "request")
            .with(|asking| asking.poster = Some((10, 7))),
        Asking::new(
            "bad_poster_end",
            "a poster for longer than a year",
            "request",
        )
        .with(|asking| asking.poster = Some((WINDOW, 400))),
        Asking::new(
            "bad_trust_list_expired",
            "a trust list that ended eight days ago",
            "trust_expired",
        )
        .with(|asking| {
            asking.trust_list = list(|list| {
                list.issued = UnixTime(NOW.0 - 60 * DAY);
                list.expires = UnixTime(NOW.0 - 8 * DAY);
            });
        }),
        Asking::new(
            "bad_trust_list_of_the_future",
            "a trust list of the day after tomorrow",
            "trust_future",
        )
        .with(|asking| {
            asking.trust_list = list(|list| list.issued = UnixTime(NOW.0 + 2 * DAY));
        }),
        Asking::new(
            "bad_clock_behind",
            "a clock two hours behind the latest moment seen",
            "clock_behind",
        )
        .with(|asking| asking.seen = UnixTime(NOW.0 + 7200)),
    ]
}

pub(super) fn cases() -> Vec<Value> {
    all().iter().map(Asking::to_json).collect()
}
