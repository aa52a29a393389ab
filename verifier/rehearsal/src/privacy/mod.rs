//! Can presentations of one card be told from those of other people's cards with equal values? Measured:
//! presentations for one request are drawn, half of them of one card, and three things are looked for:
//! runs of octets that two of them share, lengths that differ, and whatever a classifier can learn.
//! A measurement that finds nothing shows only that it cannot find it, so each is tried on leaks too.

mod classifier;
mod draw;
mod leak;

use std::collections::BTreeSet;

pub use draw::{Presentation, draw};
pub use leak::Leak;

/// Octets in a row that two presentations may not share: by chance it happens once in 2^64.
const RUN: usize = 8;
/// A deviation of one place that chance does not explain among ten thousand places, in standard
/// deviations.
const WORST: f64 = 6.5;

/// What was found.
#[derive(Debug)]
pub struct Findings {
    /// How many presentations were looked at.
    pub presentations: usize,
    /// Octets of each that the request determines.
    pub determined: usize,
    /// Runs of eight octets, outside what the request determines, that are in two of them.
    pub shared_runs: usize,
    /// The lengths that occur.
    pub lengths: BTreeSet<usize>,
    /// How well one card is told from others by logistic regression on octets and bits: 0.5 is not at
    /// all, 1 is always. Trained on one half, tested on the other.
    pub auc: f64,
    /// By how much that may be off, in the test's size: one standard deviation of chance.
    pub auc_deviation: f64,
    /// The place whose mean differs most between the two classes, in standard deviations.
    pub worst_place: f64,
}

/// Looks at presentations, of which about half are of one card.
pub fn measure(presentations: &[Presentation]) -> Findings {
    let lengths = presentations.iter().map(|p| p.octets.len()).collect();
    let learnt = classifier::learn(presentations);
    Findings {
        presentations: presentations.len(),
        determined: presentations.first().map_or(0, |p| p.determined),
        shared_runs: shared_runs(presentations),
        lengths,
        auc: learnt.auc,
        auc_deviation: learnt.deviation,
        worst_place: learnt.worst_place,
    }
}

impl Findings {
    /// What of it chance does not explain, in words; empty where nothing links presentations.
    /// `margin` is how far from one half the classifier may be.
    pub fn leaks(&self, margin: f64) -> Vec<&'static str> {
        let mut leaks = Vec::new();
        if self.shared_runs > 0 {
            leaks.push("runs");
        }
        if self.lengths.len() > 1 {
            leaks.push("lengths");
        }
        if (self.auc - 0.5).abs() > margin {
            leaks.push("classifier");
        }
        if self.worst_place > WORST {
            leaks.push("places");
        }
        leaks
    }
}

/// Counts the runs that stand in more than one presentation, beyond what the request determines.
fn shared_runs(presentations: &[Presentation]) -> usize {
    let mut runs = Vec::new();
    for (number, presentation) in (0u32..).zip(presentations) {
        let windows = presentation.free().windows(RUN);
        runs.extend(windows.filter_map(|w| Some((u64::from_be_bytes(w.try_into().ok()?), number))));
    }
    runs.sort_unstable();
    let neighbours = runs.iter().zip(runs.iter().skip(1));
    neighbours.filter(|(a, b)| a.0 == b.0 && a.1 != b.1).count()
}
