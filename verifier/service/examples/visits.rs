//! Measures whole visits against a service on this machine, one after another and several at once:
//! `cargo run -p glimpse-verifier-service --example visits` (the
//! cryptography is optimised in every profile). Proving, which is the wallet's,
//! is not in the figures.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

#[path = "../tests/http/browser.rs"]
mod browser;
#[path = "../tests/http/stage.rs"]
mod stage;

use std::time::{Duration, Instant};

use stage::{Asked, SHOP, Stage, Visit, code, post};

const VISITS: usize = 200;
const AT_ONCE: usize = 4;

/// What a visit costs, by its steps.
#[derive(Default)]
struct Took {
    begin: Duration,
    page: Duration,
    request: Duration,
    answer: Duration,
    back: Duration,
    redeem: Duration,
}

fn timed<T>(took: &mut Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    *took += start.elapsed();
    done
}

/// Up to where the wallet has its answer.
fn asked(stage: &Stage, took: &mut Took) -> (Visit, Asked, Vec<(&'static str, String)>) {
    let mut visit = timed(&mut took.begin, || stage.visit());
    let page = timed(&mut took.page, || visit.browser.get(&visit.ask_url));
    // Reading the code off the page is the wallet's.
    let link = page.text.split_once("class=\"open\" href=\"").unwrap().1;
    let link = link.split_once('"').unwrap().0.replace("&amp;", "&");
    let asked = timed(&mut took.request, || stage.fetch(&link));
    let form = stage.form(&asked);
    (visit, asked, form)
}

fn main() {
    let stage = Stage::with(|config| config.limits.sessions = 10 * VISITS);
    let mut took = Took::default();
    let mut octets = (0, 0);
    for _ in 0..VISITS {
        let (mut visit, asked, form) = asked(&stage, &mut took);
        octets = (asked.request.len(), form[0].1.len());
        let reply = timed(&mut took.answer, || post(&asked.response_uri(), &form));
        let on = reply.json()["redirect_uri"].as_str().unwrap().to_owned();
        let back = timed(&mut took.back, || visit.browser.get(&on));
        let code = code(back.location());
        let report = timed(&mut took.redeem, || stage.redeem(SHOP, &visit.id, &code));
        assert_eq!(report.json()["outcome"], "accepted");
    }
    let each = |took: Duration| took.as_secs_f64() * 1000.0 / VISITS as f64;
    println!("request {} octets, vp_token {} octets", octets.0, octets.1);
    println!("one after another, ms for each of {VISITS}:");
    for (name, took) in [
        ("POST /sessions", took.begin),
        ("GET /ask", took.page),
        ("GET /request", took.request),
        ("POST /answer", took.answer),
        ("GET /back", took.back),
        ("POST /sessions/redeem", took.redeem),
    ] {
        println!("  {name:<22} {:.2}", each(took));
    }
    let waiting: Vec<_> = (0..VISITS)
        .map(|_| asked(&stage, &mut Took::default()))
        .collect();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for part in waiting.chunks(VISITS / AT_ONCE) {
            scope.spawn(move || {
                for (_, asked, form) in part {
                    assert_eq!(post(&asked.response_uri(), form).status, 200);
                }
            });
        }
    });
    let each = each(start.elapsed());
    println!(
        "answers from {AT_ONCE} at once: {each:.2} ms each, {:.0} a second",
        1000.0 / each
    );
}
