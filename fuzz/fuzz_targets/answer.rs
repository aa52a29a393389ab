//! Answers to one request: of all octets only those of the known answer are accepted. (Other honest
//! answers would be too. The fuzzer cannot make them; keep them out of its corpus.)
#![no_main]

use std::sync::LazyLock;

use ed25519_dalek::VerifyingKey;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Request, Verifier, answered_request};
use glimpse_fuzz::{Input, edited};
use libfuzzer_sys::fuzz_target;

struct Counter {
    verifier: Verifier,
    request: Request,
    octets: Vec<u8>,
    now: UnixTime,
    answer: Vec<u8>,
}

impl Counter {
    fn new(file: &str) -> Self {
        let input = Input::new(file);
        let key = input.octets("verifier_key").try_into().expect("32 octets");
        let key = VerifyingKey::from_bytes(&key).expect("a key");
        let octets = input.octets("request");
        let contexts = input.list("contexts").iter().map(Input::context).collect();
        Self {
            verifier: Verifier::new(contexts).expect("a verifier"),
            request: Request::read_own(&octets, &key).expect("a request"),
            octets,
            now: UnixTime(input.number("now") as u64),
            answer: input.octets("answer"),
        }
    }

    fn check(&self, answer: &[u8]) {
        let verdict = self
            .verifier
            .verify(&self.request, &self.octets, answer, self.now);
        assert_eq!(verdict.is_ok(), answer == self.answer);
        if answered_request(answer).is_err() {
            assert!(verdict.is_err());
        }
    }
}

/// One credential; two that are linked; everything disclosed; a poster's; one with a photo.
static COUNTERS: LazyLock<[Counter; 5]> = LazyLock::new(|| {
    [
        include_str!("../../test-vectors/presentation/good_answer_over_18_and_city.json"),
        include_str!("../../test-vectors/presentation/good_answer_by_the_specification.json"),
        include_str!("../../test-vectors/presentation/good_answer_everything.json"),
        include_str!("../../test-vectors/presentation/good_answer_poster.json"),
        include_str!("../../test-vectors/presentation/good_answer_photo.json"),
    ]
    .map(Counter::new)
});

fuzz_target!(|octets: &[u8]| {
    let Some((which, octets)) = octets.split_first() else {
        return;
    };
    let counter = &COUNTERS[usize::from(*which) % 5];
    counter.check(octets);
    // Behind the right digest and alternative.
    let head = &counter.answer[..12];
    counter.check(&[head, octets].concat());
    counter.check(&edited(&counter.answer, octets));
});
