//! Measures what presentations give away, and that the measurement finds what is made to leak:
//!
//! `unshare -n cargo run --release -p glimpse-rehearsal --bin privacy -- 20000`
#![allow(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use glimpse_rehearsal::privacy::{Findings, Leak, draw, measure};

/// How far from one half the classifier may be; at 20,000 that is more than three standard deviations.
const MARGIN: f64 = 0.02;

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|n| n.parse::<usize>());
    let (Some(Ok(count)), None) = (numbers.next(), numbers.next()) else {
        eprintln!("say how many presentations, such as 20000");
        return ExitCode::FAILURE;
    };
    say_interfaces();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut right = true;
    for (leak, caught_by) in [
        (Leak::None, &[][..]),
        (Leak::Reuse, &["runs", "classifier", "places"]),
        (Leak::Length, &["lengths"]),
        (Leak::Octet, &["classifier", "places"]),
    ] {
        // The controls are plain to see in fewer.
        let count = if leak == Leak::None {
            count
        } else {
            count.min(2000)
        };
        let start = Instant::now();
        let found = measure(&draw(count, threads, leak));
        say(leak, &found, start.elapsed());
        // A control may show in more ways than those it must be caught in.
        let leaks = found.leaks(MARGIN.max(4.0 * found.auc_deviation));
        let caught = caught_by.iter().all(|way| leaks.contains(way));
        let as_it_should = caught && (leak != Leak::None || leaks.is_empty());
        println!(
            "  found: {leaks:?}, {}",
            if as_it_should {
                "as it should be"
            } else {
                "WRONG"
            }
        );
        right &= as_it_should;
    }
    if right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Which networks this process sees: none but `lo` under `unshare -n`.
fn say_interfaces() {
    let interfaces = std::fs::read_to_string("/proc/net/dev").unwrap_or_default();
    let lines = interfaces.lines();
    let names = lines.filter_map(|l| Some(l.split_once(':')?.0.trim()));
    println!(
        "network interfaces: {}",
        names.collect::<Vec<_>>().join(", ")
    );
}

fn say(leak: Leak, found: &Findings, took: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "\n{leak:?}: {} presentations, {seconds:.0} s",
        found.presentations
    );
    let line = |name: &str, value: String| println!("  {name:<37} {value}");
    line(
        "octets that the request determines",
        found.determined.to_string(),
    );
    line(
        "shared runs of 8 octets elsewhere",
        found.shared_runs.to_string(),
    );
    line("lengths", format!("{:?}", found.lengths));
    let chance = found.auc_deviation;
    line(
        "classifier's AUC",
        format!("{:.4} (chance: 0.5 ± {chance:.4})", found.auc),
    );
    line(
        "worst place, standard deviations",
        format!("{:.2}", found.worst_place),
    );
}
