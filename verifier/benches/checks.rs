//! How many presentations a verifier checks a second, whole: trust list, clock, record, proof, and the
//! request used up. Beside the proof alone, and beside the primitives it cannot do without: decoding its
//! points, its sums, its pairings. Peers are in core's `bench-peers`.
//!
//! `cargo bench -p glimpse-verifier --bench checks`; GLIMPSE_BENCH_COUNT (300) in the environment makes
//! a quick run.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "it prints a table; a bench whose set-up fails has nothing to measure"
)]

#[path = "../../core/benches/common/table.rs"]
mod table;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use glimpse_core::bbs::Interface;
use glimpse_core::curve::{FixedBases, G1, G1Affine, Scalar, Suite, msm_vartime};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Request, Verifier as Checker};
use glimpse_rehearsal::{Resident, Town, Values, rng};
use glimpse_verifier::{Identity, Policy, Ticket, Verdict, Verifier};
use table::{
    Target::{AtMost, None},
    head, medians, micros, number, setting, slower,
};

/// 2026-11-23T12:00:00Z
const NOW: UnixTime = UnixTime(1_795_435_200);
const POLICY: &str = include_str!("../policies/over-18-and-city.toml");
/// Points in a proof of "over 18 and city": Abar, Bbar, D; the birth date's commitment; the squares'.
const POINTS: usize = 5;

/// A counter, and answers to as many requests.
struct Queue {
    verifier: Verifier,
    identity: Identity,
    requests: Vec<Vec<u8>>,
    answers: Vec<(Ticket, Vec<u8>)>,
}

fn queue(town: &Town, count: usize) -> Queue {
    let rng = &mut rng();
    let ada = Resident::enrol(town, &Values::of("Ada", "R-1", "1990-05-05"), NOW, rng);
    let identity = Identity::generate(rng);
    let registration = town.register(identity.id(), identity.verifying_key());
    let kept = Identity::from_octets(&identity.to_octets()).unwrap();
    let mut verifier = Verifier::new(town.accepted(), identity, registration).unwrap();
    let policy = Policy::from_toml(POLICY).unwrap();
    let (mut requests, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let asked = verifier.request(&policy, NOW, rng).unwrap();
        let answer = ada.answer(&asked.octets, NOW, rng).unwrap();
        answers.push((asked.ticket, answer));
        requests.push(asked.octets);
    }
    Queue {
        verifier,
        identity: kept,
        requests,
        answers,
    }
}

impl Queue {
    /// Checks the next answers, which must be good.
    fn check(&mut self, count: usize) {
        for (ticket, answer) in self.answers.drain(..count) {
            let verdict = self.verifier.check_for(ticket, &answer, NOW);
            assert!(matches!(verdict, Verdict::Accepted(_)));
        }
    }

    /// The same as one batch.
    fn check_many(&mut self) {
        let answers: Vec<_> = self.answers.iter().map(|(t, a)| (*t, &**a)).collect();
        let verdicts = self.verifier.check_many(&answers, NOW, &mut rng());
        assert!(verdicts.iter().all(|v| matches!(v, Verdict::Accepted(_))));
    }
}

/// What a proof's check cannot do without.
struct Floor {
    fixed: FixedBases,
    octets: Vec<[u8; G1::LEN]>,
    points: Vec<G1Affine>,
    scalars: Vec<Scalar>,
    town: Town,
}

impl Floor {
    fn new() -> Self {
        let interface = Interface::plain(Suite::Sha256);
        let points = interface.create_generators(14, "FLOOR_").unwrap();
        let fixed = FixedBases::new(points.clone());
        fixed.prepare_public();
        let scalars = (0..14u8).map(|i| interface.message_to_scalar(&[i]));
        Self {
            octets: points.iter().map(|p| p.to_octets()).collect(),
            scalars: scalars.collect(),
            fixed,
            points,
            town: Town::new(NOW, &mut rng()),
        }
    }

    /// Points decoded; T1 and D·r3 over three of them; T2 over P1, Q1 and eleven bases; the birth date's
    /// commitment and the squares', each with what it is multiplied by; one pairing check.
    fn run(&self) {
        for octets in &self.octets[..POINTS] {
            black_box(G1Affine::from_octets(octets).unwrap());
        }
        let (s, zero) = (&self.scalars, Scalar::zero());
        let [a, b, d, c, c_y] = core::array::from_fn(|i| self.points[i]);
        black_box(msm_vartime(
            &[a, b, d],
            &[[s[0], s[1], s[2]], [zero, zero, s[3]]],
        ));
        black_box(self.fixed.msm_vartime(&s[..13]));
        black_box(msm_vartime(&[c], &[[s[4]]]));
        black_box(self.fixed.msm_vartime(&s[..2]));
        black_box(msm_vartime(&[c, c_y], &[[s[5], s[6]]]));
        black_box(self.fixed.msm_vartime(&s[..5]));
        let pair = self.town.city.context.key.prepared();
        black_box(pair.check(&self.points[0].into(), &self.points[1].into()));
    }
}

fn main() {
    let count = setting("GLIMPSE_BENCH_COUNT", 300);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!(
        "cores: {cores}; {count} presentations of \"over 18 and city\"; load: {}",
        load()
    );
    let town = Town::new(NOW, &mut rng());
    let check = one_by_one(&town, count);
    let mut batch = ready(&town, count, 1);
    let each = micros(&mut || batch.check_many()) / count as f64;
    head("In a batch, each");
    slower("beside one check", each, check, &AtMost(0.7));

    println!("\nPresentations a second");
    let rate = |each: f64| 1e6 / each;
    number("one by one, one thread", rate(check), "", &None);
    number("in a batch, one thread", rate(each), "", &None);
    let one_by_one = two_threads(&town, count, |queue| queue.check(count));
    number("one by one, two threads", one_by_one, "", &None);
    let batch = two_threads(&town, count, Queue::check_many);
    number("in a batch, two threads", batch, "", &None);
    println!("load afterwards: {}", load());
}

/// So many presentations to check, and more by which the issuer's tables are made already.
fn ready(town: &Town, count: usize, extra: usize) -> Queue {
    let mut queue = queue(town, count + extra);
    queue.check(extra);
    queue
}

/// What one check takes, in microseconds, beside what it cannot do without.
fn one_by_one(town: &Town, count: usize) -> f64 {
    let floor = Floor::new();
    let mut whole = ready(town, count, 1);
    let key = whole.identity.verifying_key();
    let octets = whole.requests[1].clone();
    let request = Request::read_own(&octets, &key).unwrap();
    let answer = whole.answers[0].1.clone();
    let checker = Checker::new(vec![Arc::clone(&town.city.context)]).unwrap();
    checker.prepare_tables();
    let mut prove = || {
        let checked = checker.verify(&request, &octets, &answer, NOW);
        drop(black_box(checked.ok()));
    };
    let [check, proof, least] = medians(
        count - 1,
        [&mut || whole.check(1), &mut prove, &mut || floor.run()],
    );
    head("One check, whole");
    slower("beside the proof alone", check, proof, &AtMost(1.15));
    slower("beside the primitives", check, least, &None);
    slower(
        "the proof alone, beside the primitives",
        proof,
        least,
        &None,
    );
    check
}

/// How many two threads check in a second, each its own queue.
fn two_threads(town: &Town, count: usize, work: impl Fn(&mut Queue) + Sync) -> f64 {
    let mut queues = [ready(town, count, 1), ready(town, count, 1)];
    let start = Instant::now();
    std::thread::scope(|scope| {
        for queue in &mut queues {
            scope.spawn(|| work(queue));
        }
    });
    2.0 * count as f64 / start.elapsed().as_secs_f64()
}

/// What else the machine does: figures from a busy one say little.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace()
        .next()
        .unwrap_or("unknown")
        .to_owned()
}
