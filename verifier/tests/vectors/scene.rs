//! One case: a verifier with its memory, an answer and a moment, and what must come of it.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::answer_digest;
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

pub(super) fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// A request that a counter made, and whether it had its answer.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) request: Vec<u8>,
    pub(super) expires: UnixTime,
    pub(super) used: bool,
}

/// How long an answer to the gym's poster is good, in seconds.
pub(super) const WINDOW: u32 = 120;

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

/// A counter's poster from a policy, for a week. It follows from these alone.
pub(super) fn printed(counter: u64, policy: &str) -> Made {
    let policy = Policy::from_toml(policy).unwrap();
    let until = UnixTime(NOW.0 + 7 * 86_400);
    let poster = WORLD.verifier(counter).poster(&policy, WINDOW, until, NOW);
    let poster = poster.unwrap();
    Made {
        request: poster.octets,
        expires: poster.expires,
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
    answered_at(made, alternative, NOW)
}

/// Ada's answer, by a clock of her own.
pub(super) fn answered_at(made: &Made, alternative: usize, clock: UnixTime) -> Vec<u8> {
    WORLD.answer(&made.request, alternative, &WORLD.cards(), clock)
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
    /// Answers to posters that were accepted before, each until when it is remembered.
    pub(super) answers: Vec<(Vec<u8>, UnixTime)>,
    /// Whether the request is a poster, which each form makes itself from the policy.
    pub(super) poster: bool,
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
            answers: vec![],
            poster: false,
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

    /// Ada answers a poster instead, ten seconds ago by her own clock.
    pub(super) fn poster(mut self) -> Self {
        let made = printed(PHARMACY, self.policy);
        self.answer = Answer::Octets(answered(&made, 0));
        self.requests = vec![made];
        self.poster = true;
        self
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
        for (answer, until) in &self.answers {
            let first = record.note_answer(answer_digest(answer), *until, UnixTime(0));
            assert!(first.unwrap());
        }
        record.see(self.seen).unwrap();
        record.to_octets()
    }

    pub(super) fn to_json(&self) -> Value {
        let (identity, registration) = WORLD.counter(PHARMACY);
        let ticket = |made: &Made| hex::encode(made.ticket().0);
        let request = |made: &Made| {
            json!({
                "ticket": ticket(made), "expires": made.expires.0, "used": made.used,
                "request": base64(&made.request),
            })
        };
        let answer = |(answer, until): &(Vec<u8>, UnixTime)| json!({ "digest": hex::encode(answer_digest(answer)), "until": until.0 });
        let poster = self.requests.first().filter(|_| self.poster);
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
            "answers": self.answers.iter().map(answer).collect::<Vec<_>>(),
            "poster": poster.map(|made| json!({
                "ticket": ticket(made), "made": NOW.0, "window": WINDOW, "until": made.expires.0,
            })),
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
