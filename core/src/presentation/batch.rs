//! Many answers at once: one pairing equation a key instead of one an answer.

use std::sync::Arc;

use rand_core::CryptoRng;

use crate::credential::CredentialContext;
use crate::curve::{G1, G1Affine, Scalar, msm_bits_vartime};

use super::verdict::{Unpaired, Verdict, VerifyError};
use super::verify::Verifier;

impl Verifier {
    /// Settles many answers with one pairing equation a key, weighted at random; where one fails,
    /// the bad ones are found by halves.
    pub fn verify_batch(
        &self,
        answers: Vec<Result<Unpaired, VerifyError>>,
        rng: &mut dyn CryptoRng,
    ) -> Vec<Result<Verdict, VerifyError>> {
        let mut bad = vec![false; answers.len()];
        let settled = answers.iter().enumerate();
        let pairs = settled.filter_map(|(i, answer)| Some((i, answer.as_ref().ok()?)));
        let pairs = pairs.flat_map(|(i, answer)| answer.pairs.iter().map(move |pair| (i, pair)));
        // By the contexts that the answers themselves hold: each is settled under its own key.
        let mut groups: Vec<(&Arc<CredentialContext>, Vec<BatchTerm>)> = Vec::new();
        for (answer, (context, abar, bbar)) in pairs {
            let term = BatchTerm::new(answer, *abar, *bbar, rng);
            match groups.iter_mut().find(|(of, _)| Arc::ptr_eq(of, context)) {
                Some((_, terms)) => terms.push(term),
                None => groups.push((context, vec![term])),
            }
        }
        for (context, terms) in &groups {
            let holds = |[a, b]: &[G1; 2]| context.key.prepared().check(a, b);
            let sums = BatchTerm::sums(terms);
            if !holds(&sums) {
                find_bad(terms, sums, &holds, &mut bad);
            }
        }
        drop(groups);
        answers
            .into_iter()
            .zip(bad)
            .map(|(answer, bad)| match answer {
                Ok(_) if bad => Err(VerifyError::Invalid),
                Ok(unpaired) => Ok(unpaired.verdict),
                Err(error) => Err(error),
            })
            .collect()
    }
}

/// One equation of a batch, with its weight ρ: e(Σ ρ·Abar, W) = e(Σ ρ·Bbar, BP2) with 128-bit ρ lets
/// a false equation pass with probability 2^-127.
struct BatchTerm {
    answer: usize,
    abar: G1Affine,
    bbar: G1Affine,
    weight: Scalar,
}

impl BatchTerm {
    fn new(answer: usize, abar: G1Affine, bbar: G1Affine, rng: &mut dyn CryptoRng) -> Self {
        let mut octets = [0; 16];
        rng.fill_bytes(&mut octets);
        Self {
            answer,
            abar,
            bbar,
            weight: Scalar::from_u128(u128::from_le_bytes(octets) | 1),
        }
    }

    fn sums(terms: &[Self]) -> [G1; 2] {
        let weights: Vec<_> = terms.iter().map(|t| t.weight).collect();
        let sum = |pick: fn(&Self) -> G1Affine| {
            let points: Vec<_> = terms.iter().map(pick).collect();
            msm_bits_vartime(&points, &weights, 128)
        };
        [sum(|t| t.abar), sum(|t| t.bbar)]
    }
}

/// Marks the bad ones among terms whose equation fails. The weights stay, so the right half's sums
/// are what the left leaves of the whole, and the right half is bad for certain where the left holds.
fn find_bad(
    terms: &[BatchTerm],
    [a, b]: [G1; 2],
    holds: &impl Fn(&[G1; 2]) -> bool,
    bad: &mut [bool],
) {
    if let [term] = terms {
        if let Some(place) = bad.get_mut(term.answer) {
            *place = true;
        }
        return;
    }
    let (left, right) = terms.split_at(terms.len() / 2);
    let left_sums = BatchTerm::sums(left);
    let right_sums = [a - left_sums[0], b - left_sums[1]];
    let left_holds = holds(&left_sums);
    if !left_holds {
        find_bad(left, left_sums, holds, bad);
    }
    if left_holds || !holds(&right_sums) {
        find_bad(right, right_sums, holds, bad);
    }
}
