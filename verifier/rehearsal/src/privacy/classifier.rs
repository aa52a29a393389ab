//! What can be learnt: logistic regression on every octet and every bit, trained on one half and tested
//! on the other; and the place whose mean differs most between the classes.
#![allow(
    clippy::cast_precision_loss,
    reason = "counts of presentations are far below 2^52"
)]

use super::Presentation;

/// Rounds over the training half.
const ROUNDS: usize = 6;
/// How far each presentation moves the weights, in all places together.
const STEP: f64 = 0.5;

pub(super) struct Learnt {
    pub(super) auc: f64,
    pub(super) deviation: f64,
    pub(super) worst_place: f64,
}

/// Octets and bits of a presentation, each about -1 to 1.
fn features(presentation: &Presentation) -> impl Iterator<Item = f32> + '_ {
    let octets = presentation.free().iter();
    octets.flat_map(|octet| {
        let bits = (0..8).map(move |bit| f32::from((octet >> bit) & 1) * 2.0 - 1.0);
        std::iter::once(f32::from(*octet) / 127.5 - 1.0).chain(bits)
    })
}

pub(super) fn learn(presentations: &[Presentation]) -> Learnt {
    // Pairs of one card and another go to one half together, so both halves have as many of both.
    let (mut training, mut testing) = (Vec::new(), Vec::new());
    for (number, pair) in presentations.chunks(2).enumerate() {
        let half = if number % 2 == 0 {
            &mut training
        } else {
            &mut testing
        };
        half.extend(pair);
    }
    let weights = train(&training);
    let score = |p: &&Presentation| (dot(&weights, p), p.of_one);
    let mut scores: Vec<_> = testing.iter().map(score).collect();
    let (auc, deviation) = area(&mut scores);
    Learnt {
        auc,
        deviation,
        worst_place: worst_place(presentations),
    }
}

fn dot(weights: &[f32], presentation: &Presentation) -> f64 {
    let products = weights.iter().zip(features(presentation));
    f64::from(products.map(|(w, x)| w * x).sum::<f32>())
}

/// Stochastic gradient descent; the step is by the length of a presentation, so that one alone does not
/// overshoot.
fn train(presentations: &[&Presentation]) -> Vec<f32> {
    let longest = presentations.iter().map(|p| p.free().len() * 9).max();
    let mut weights = vec![0f32; longest.unwrap_or(0)];
    for round in 0..ROUNDS {
        let step = STEP / (weights.len() as f64 * (1.0 + round as f64));
        for presentation in presentations {
            let guess = 1.0 / (1.0 + (-dot(&weights, presentation)).exp());
            let wanted = f64::from(u8::from(presentation.of_one));
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a weight needs no more digits"
            )]
            let by = (step * (wanted - guess)) as f32;
            let places = weights.iter_mut().zip(features(presentation));
            places.for_each(|(weight, x)| *weight += by * x);
        }
    }
    weights
}

/// The area under the curve: how often one of the card scores higher than another; ties count half. And
/// the standard deviation that it has where the scores mean nothing.
fn area(scores: &mut [(f64, bool)]) -> (f64, f64) {
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    let of_one = scores.iter().filter(|s| s.1).count() as f64;
    let others = scores.len() as f64 - of_one;
    let (mut rank, mut sum) = (0.0, 0.0);
    for group in scores.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let middle = rank + (group.len() as f64 + 1.0) / 2.0;
        sum += middle * group.iter().filter(|s| s.1).count() as f64;
        rank += group.len() as f64;
    }
    let auc = (sum - of_one * (of_one + 1.0) / 2.0) / (of_one * others);
    (
        auc,
        ((of_one + others + 1.0) / (12.0 * of_one * others)).sqrt(),
    )
}

/// The largest difference of the classes' means at one place, in standard deviations of that difference.
fn worst_place(presentations: &[Presentation]) -> f64 {
    let places = presentations
        .iter()
        .map(|p| p.free().len() * 9)
        .max()
        .unwrap_or(0);
    // For each class and place: how many, their sum, their squares' sum.
    let mut sums = [vec![(0.0, 0.0, 0.0); places], vec![(0.0, 0.0, 0.0); places]];
    for presentation in presentations {
        let [others, of_one] = &mut sums;
        let class = if presentation.of_one { of_one } else { others };
        for (sum, x) in class.iter_mut().zip(features(presentation).map(f64::from)) {
            *sum = (sum.0 + 1.0, sum.1 + x, sum.2 + x * x);
        }
    }
    let [others, of_one] = &sums;
    let deviation = |(a, b): (&(f64, f64, f64), &(f64, f64, f64))| {
        let mean = |s: &(f64, f64, f64)| s.1 / s.0;
        let of_mean = |s: &(f64, f64, f64)| (s.2 / s.0 - mean(s).powi(2)).max(0.0) / s.0;
        let off = (mean(a) - mean(b)).abs();
        match off {
            // A bit that is always the same in both, such as a point's mark.
            0.0 => 0.0,
            off => off / (of_mean(a) + of_mean(b)).sqrt(),
        }
    };
    let deviations = others.iter().zip(of_one).map(deviation);
    deviations.filter(|d| !d.is_nan()).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_counts_pairs() {
        let area = |scores: &[(f64, bool)]| area(&mut scores.to_vec()).0;
        assert!((area(&[(1.0, false), (2.0, true)]) - 1.0).abs() < 1e-9);
        assert!((area(&[(1.0, true), (2.0, false)])).abs() < 1e-9);
        assert!((area(&[(1.0, true), (1.0, false)]) - 0.5).abs() < 1e-9);
        let mixed = [(1.0, false), (2.0, true), (3.0, false), (4.0, true)];
        assert!((area(&mixed) - 0.75).abs() < 1e-9);
    }
}
