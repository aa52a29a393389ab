//! For `bench/bench.mjs`: makes answers to "over 18, and which city", writes them to a file for the
//! WebAssembly module, and prints how long the same checks take natively, in milliseconds. The
//! fastest of several rounds counts: what else the machine does only makes them slower.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

#[path = "../../../core/tests/support/rng.rs"]
mod rng;
#[path = "../../tests/support/world.rs"]
mod world;

use std::time::Instant;

use glimpse_core::ids::UnixTime;
use glimpse_core::trust::Accepted;
use glimpse_verifier::{Identity, InMemory, Outstanding, Policy, Ticket, Verdict, Verifier};
use serde_json::json;

const NOW: UnixTime = UnixTime(1_795_435_200);
const ROUNDS: usize = 5;
const BATCH: usize = 10;
const POLICY: &str = include_str!("../../policies/over-18-and-city.toml");

struct Scene {
    identity: Vec<u8>,
    registration: Vec<u8>,
    trust_list: Vec<u8>,
    record: Vec<u8>,
    answers: Vec<(Ticket, Vec<u8>)>,
}

impl Scene {
    fn new(answers: u64) -> Self {
        let world = world::World::new(NOW);
        let (identity, registration) = world.counter(21);
        let mut verifier = world.verifier(21);
        let mut record = InMemory::default();
        let policy = Policy::from_toml(POLICY).unwrap();
        let answer = |seed| {
            let rng = &mut rng::Stream::new(1000 + seed);
            let asked = verifier.request(&policy, NOW, rng).unwrap();
            let kept = record.put(asked.ticket, &asked.octets, asked.expires, NOW);
            kept.unwrap();
            (
                asked.ticket,
                world.answer(&asked.octets, 0, &world.cards(), NOW),
            )
        };
        let answers = (0..answers).map(answer).collect();
        Self {
            identity: identity.to_octets().to_vec(),
            registration,
            trust_list: world.trust_list(|_| {}),
            record: record.to_octets(),
            answers,
        }
    }

    fn verifier(&self) -> Verifier {
        let trust = Accepted::restore(&self.trust_list).unwrap();
        let identity = Identity::from_octets(&self.identity).unwrap();
        let verifier = Verifier::new(trust, identity, self.registration.clone()).unwrap();
        verifier.remembering(InMemory::from_octets(&self.record).unwrap())
    }

    fn to_json(&self) -> serde_json::Value {
        let hex = |(ticket, answer): &(Ticket, Vec<u8>)| {
            json!([hex::encode(ticket.0), hex::encode(answer)])
        };
        json!({
            "identity": hex::encode(&self.identity),
            "registration": hex::encode(&self.registration),
            "trustList": hex::encode(&self.trust_list),
            "record": hex::encode(&self.record),
            "now": NOW.0,
            "answers": self.answers.iter().map(hex).collect::<Vec<_>>(),
        })
    }
}

fn accepted(verdict: &Verdict) {
    let report = verdict.report("en", NOW);
    assert_eq!(report.code, "accepted");
    assert_eq!(report.cards[0].statements, ["18 or older"]);
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().unwrap();
    let scene = Scene::new(arguments.next().map_or(31, |n| n.parse().unwrap()));
    std::fs::write(file, scene.to_json().to_string()).unwrap();

    let mut fastest = [f64::MAX; 4];
    for _ in 0..ROUNDS {
        let times = round(&scene);
        fastest = [0, 1, 2, 3].map(|i| f64::min(fastest[i], times[i]));
    }
    let [first, prepared, check, batch] = fastest;
    println!(
        "{}",
        json!({ "first": first, "prepared": prepared, "check": check, "batch": batch })
    );
}

/// A new verifier's first check, one that was prepared, its fastest check after that, and a check of a
/// batch.
fn round(scene: &Scene) -> [f64; 4] {
    let since = |start: Instant| start.elapsed().as_secs_f64() * 1000.0;
    let start = Instant::now();
    let mut verifier = scene.verifier();
    let (ticket, answer) = &scene.answers[0];
    accepted(&verifier.check_for(*ticket, answer, NOW));
    let first = since(start);
    let mut ready = scene.verifier();
    ready.prepare(*ticket, NOW);
    let start = Instant::now();
    accepted(&ready.check_for(*ticket, answer, NOW));
    let prepared = since(start);
    let mut check = f64::MAX;
    for (ticket, answer) in &scene.answers[1..] {
        let start = Instant::now();
        accepted(&verifier.check_for(*ticket, answer, NOW));
        check = check.min(since(start));
    }

    let mut verifier = scene.verifier();
    accepted(&verifier.check_for(*ticket, answer, NOW));
    let mut batch = f64::MAX;
    for answers in scene.answers[1..].chunks_exact(BATCH) {
        let answers: Vec<_> = answers.iter().map(|(t, a)| (*t, a.as_slice())).collect();
        let start = Instant::now();
        let verdicts = verifier.check_many(&answers, NOW, &mut rng::Stream::new(3));
        batch = batch.min(since(start) / BATCH as f64);
        verdicts.iter().for_each(accepted);
    }
    [first, prepared, check, batch]
}
