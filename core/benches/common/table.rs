//! Interleaved timing and the printed table.
#![allow(
    dead_code,
    clippy::print_stdout,
    reason = "printing is what a bench is for; each bench uses a part"
)]

use std::time::Instant;

/// A number from the environment, or what stands in for it.
pub(crate) fn setting(name: &str, otherwise: usize) -> usize {
    let value = std::env::var(name).ok().and_then(|v| v.parse().ok());
    value.unwrap_or(otherwise)
}

/// The median microseconds of each operation. Every round runs each operation once, in turn, so
/// that what disturbs the machine disturbs all of them alike.
pub(crate) fn medians<const N: usize>(rounds: usize, ops: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::with_capacity(rounds));
    let mut ops = ops;
    ops.iter_mut().for_each(|op| op());
    for _ in 0..rounds {
        for (op, times) in ops.iter_mut().zip(&mut times) {
            times.push(micros(op));
        }
    }
    times.map(median)
}

pub(crate) fn micros(op: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    op();
    start.elapsed().as_secs_f64() * 1e6
}

pub(crate) fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

pub(crate) fn head(title: &str) {
    println!("\n{title}");
    println!(
        "  {:<44} {:>10} {:>10} {:>7}  {:<8} verdict",
        "", "ours µs", "other µs", "ratio", "target"
    );
}

/// A bound that a figure is held to.
pub(crate) enum Target {
    AtMost(f64),
    AtLeast(f64),
    /// A figure that is only reported.
    None,
}

impl Target {
    fn write(&self, value: f64) -> (String, &'static str) {
        let verdict = |holds| if holds { "PASS" } else { "MISS" };
        match *self {
            Self::AtMost(bound) => (format!("≤ {bound}"), verdict(value <= bound)),
            Self::AtLeast(bound) => (format!("≥ {bound}"), verdict(value >= bound)),
            Self::None => ("-".into(), "-"),
        }
    }
}

/// ours ÷ other, held to a bound.
pub(crate) fn slower(name: &str, ours: f64, other: f64, target: &Target) {
    line(name, ours, other, ours / other, target);
}

/// other ÷ ours, held to a bound.
pub(crate) fn faster(name: &str, ours: f64, other: f64, target: &Target) {
    line(name, ours, other, other / ours, target);
}

fn line(name: &str, ours: f64, other: f64, ratio: f64, target: &Target) {
    let (bound, verdict) = target.write(ratio);
    println!("  {name:<44} {ours:>10.1} {other:>10.1} {ratio:>7.2}  {bound:<8} {verdict}");
}

/// One number, held to a bound.
pub(crate) fn number(name: &str, value: f64, unit: &str, target: &Target) {
    let (bound, verdict) = target.write(value);
    let value = format!("{value:.1} {unit}");
    println!("  {name:<44} {value:>21} {:>7}  {bound:<8} {verdict}", "");
}
