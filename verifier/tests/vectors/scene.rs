//! One case: a verifier with its memory, an answer and a moment, and what must come of it.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glimpse_core::ids::UnixTime;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_verifier::{InMemory, Outstanding, Policy, Question, Ticket};
use serde_json::{Value, json};

use super::REGENERATE;
use super::rng::Stream;
use super::world::World;

/// 2026-11-23T12:00:00Z
pub(super) const NOW: UnixTime = UnixTime(1_795_435_200);
/// The counter of most cases.
pub(super) const PHARMACY: u64 = 21;

pub(super) static WORLD: LazyLock<World> = LazyLock::new(|| World::new(NOW));

pub(super) const OVER_18: &str = r#"name = { en = "Over 18 and city" }
purpose = "medicine"
reason = { en = "To sell you medicine" }

[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["city"]
prove = [{ attribute = "birth_date", age_at_least = 18 }]
"#;

/// A request that a counter made, and whether it had its answer.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) request: Vec<u8>,
    pub(super) expires: UnixTime,
    pub(super) used: bool,
}

impl Made {
    pub(super) fn ticket(&self) -> Ticket {
        Ticket::of(&self.request)
    }
}

/// A counter's request from a policy.
pub(super) fn asked(counter: u64, policy: &str, seed: u64) -> Made {
    let policy = Policy::from_toml(policy).unwrap();
    let mut verifier = WORLD.verifier(counter);
    let asked = verifier.request(&policy, NOW, &mut Stream::new(seed));
    let asked = asked.unwrap();
    assert!(asked.registered);
    Made {
        request: asked.octets,
        expires: asked.expires,
        used: false,
    }
}

/// A counter's request for a question that no policy makes.
pub(super) fn asked_anyway(question: &Question, seed: u64) -> Made {
    let mut verifier = WORLD.verifier(PHARMACY);
    let asked = verifier.ask(question, NOW, &mut Stream::new(seed)).unwrap();
    Made {
        request: asked.octets,
        expires: asked.expires,
        used: false,
    }
}

/// Ada's answer.
pub(super) fn answered(made: &Made, alternative: usize) -> Vec<u8> {
    WORLD.answer(&made.request, alternative, &WORLD.cards(), NOW)
}

#[derive(Clone)]
pub(super) enum Answer {
    Octets(Vec<u8>),
    Text(String),
}

#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) tests: &'static str,
    pub(super) trust_list: Vec<u8>,
    pub(super) policy: &'static str,
    pub(super) requests: Vec<Made>,
    /// Which of the requests is waited for.
    pub(super) latest: Option<usize>,
    /// The latest moment that the verifier has seen.
    pub(super) seen: UnixTime,
    pub(super) answer: Answer,
    pub(super) now: UnixTime,
    pub(super) outcome: &'static str,
    pub(super) code: &'static str,
    pub(super) cards: Value,
}

impl Case {
    /// Ada answers, ten seconds later, what the pharmacy asks by a policy; it is accepted.
    pub(super) fn good(name: &'static str, tests: &'static str, policy: &'static str) -> Self {
        let made = asked(PHARMACY, policy, 31);
        Self {
            name,
            tests,
            trust_list: WORLD.trust_list(|_| {}),
            policy,
            answer: Answer::Octets(answered(&made, 0)),
            requests: vec![made],
            latest: Some(0),
            seen: NOW,
            now: UnixTime(NOW.0 + 10),
            outcome: "accepted",
            code: "accepted",
            cards: json!([]),
        }
    }

    /// The good case "over 18 and city", to be changed in one place.
    pub(super) fn bad(
        name: &'static str,
        tests: &'static str,
        (outcome, code): (&'static str, &'static str),
    ) -> Self {
        Self {
            outcome,
            code,
            ..Self::good(name, tests, OVER_18)
        }
    }

    pub(super) fn shows(mut self, cards: Value) -> Self {
        self.cards = cards;
        self
    }

    pub(super) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The answer as octets, which a case may change.
    pub(super) fn octets(&mut self) -> &mut Vec<u8> {
        match &mut self.answer {
            Answer::Octets(octets) => octets,
            Answer::Text(_) => panic!("this answer is a text"),
        }
    }

    /// The answer as the text of its QR code.
    pub(super) fn scanned(&mut self) {
        let text = qr::encode(DocumentKind::Answer, self.octets()).unwrap();
        self.answer = Answer::Text(text);
    }

    fn record(&self) -> Vec<u8> {
        let mut record = InMemory::default();
        for made in &self.requests {
            let ticket = made.ticket();
            let kept = record.put(ticket, &made.request, made.expires, UnixTime(0));
            kept.unwrap();
            assert!(!made.used || record.use_up(ticket).unwrap());
        }
        record.see(self.seen).unwrap();
        record.to_octets()
    }

    pub(super) fn to_json(&self) -> Value {
        let (identity, registration) = WORLD.counter(PHARMACY);
        let base64 = |octets: &[u8]| STANDARD.encode(octets);
        let ticket = |made: &Made| hex::encode(made.ticket().0);
        let request = |made: &Made| {
            json!({
                "ticket": ticket(made), "expires": made.expires.0, "used": made.used,
                "request": base64(&made.request),
            })
        };
        json!({
            "name": self.name,
            "tests": self.tests,
            "regenerate": REGENERATE,
            "identity": base64(&identity.to_octets()),
            "registration": base64(&registration),
            "trust_list": base64(&self.trust_list),
            "policy": self.policy,
            "record": base64(&self.record()),
            "requests": self.requests.iter().map(request).collect::<Vec<_>>(),
            "seen": self.seen.0,
            "ticket": self.latest.map(|place| ticket(&self.requests[place])),
            "answer": match &self.answer {
                Answer::Octets(octets) => json!({ "octets": base64(octets) }),
                Answer::Text(text) => json!({ "text": text }),
            },
            "now": self.now.0,
            "expected": { "outcome": self.outcome, "code": self.code, "cards": self.cards },
        })
    }
}
