//! Statements about a hidden integer message m, over the commitment C = Y_0·s + Y_1·m that a
//! BLIND proof links to the signature. The mathematics is `specs/05-predicates.md`.
//!
//! A predicate proof is a Sigma protocol under the presentation's one challenge: the prover's first
//! move goes into `ph`, the verifier recomputes it from the responses, and equality of the
//! challenge checks both at once.
//!
#![doc = include_str!("../../../specs/05-predicates.md")]

mod bits;
pub mod dates;
mod or;
mod range;
mod squares;

use rand_core::CryptoRng;

use crate::curve::{DecodeError, FixedBases, G1, G1Affine, Scalar, Suite};
use crate::transcript;

/// Values and cutoffs are below 2^20, and so is the distance that a range proof shows.
pub const VALUE_BITS: u32 = 20;

/// How a range is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Three squares: 128 octets. Leans on the issuer's certified range and on short responses.
    ThreeSquares,
    /// Bit decomposition: 2,832 octets. Full-size responses only.
    Bits,
}

/// A statement about a hidden integer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// m ≤ cutoff
    AtMost(u32, Profile),
    /// m ≥ cutoff
    AtLeast(u32, Profile),
    /// m is one of these; 2 to 16 values.
    OneOf(Vec<u32>),
}

/// Why a predicate proof cannot be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PredicateError {
    /// The statement is false of the value, so nothing can prove it.
    #[error("the statement does not hold")]
    False,
    /// A cutoff or value beyond 20 bits, or a list of the wrong length or order.
    #[error("the statement is out of its bounds")]
    Bounds,
    /// A proof of the wrong length, or a response at or beyond 2^126.
    #[error("the predicate proof is malformed")]
    Malformed,
    /// A point or scalar that does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// The bases of predicate proofs: Y_0 and Y_1 of committed disclosure, and K_1, K_2, K_3.
pub struct Bases<'a> {
    /// Y_0, Y_1
    pub y: &'a FixedBases,
    /// K_1, K_2, K_3
    pub k: &'a FixedBases,
}

/// K_1, K_2, K_3, hashed to the curve under this project's tag. spec:GL-5-BASES
///
/// # Errors
/// None in practice; the bases are constants.
pub fn square_bases() -> Result<FixedBases, DecodeError> {
    let bases = (1u8..=3)
        .map(|i| {
            Suite::Sha256
                .hash_to_curve(&[i], transcript::SQUARES_BASE)
                .to_affine()
        })
        .collect::<Result<_, _>>()?;
    Ok(FixedBases::new(bases))
}

impl Statement {
    /// Checks cutoffs, counts and order.
    ///
    /// # Errors
    /// [`PredicateError::Bounds`].
    pub fn check(&self) -> Result<(), PredicateError> {
        let small = |v: &u32| *v < 1 << VALUE_BITS;
        let fits = match self {
            Self::AtMost(cutoff, _) | Self::AtLeast(cutoff, _) => small(cutoff),
            Self::OneOf(values) => {
                (2..=16).contains(&values.len())
                    && values.is_sorted_by(|a, b| a < b)
                    && values.iter().all(small)
            }
        };
        if fits {
            Ok(())
        } else {
            Err(PredicateError::Bounds)
        }
    }

    /// Octets of its proof.
    pub fn proof_len(&self) -> usize {
        match self {
            Self::AtMost(_, Profile::ThreeSquares) | Self::AtLeast(_, Profile::ThreeSquares) => {
                range::PROOF_LEN
            }
            Self::AtMost(_, Profile::Bits) | Self::AtLeast(_, Profile::Bits) => bits::PROOF_LEN,
            Self::OneOf(values) => or::proof_len(values.len()),
        }
    }

    /// Whether it holds of a value.
    pub fn holds(&self, value: u32) -> bool {
        match self {
            Self::AtMost(cutoff, _) => value <= *cutoff,
            Self::AtLeast(cutoff, _) => value >= *cutoff,
            Self::OneOf(values) => values.binary_search(&value).is_ok(),
        }
    }

    /// v and C_v of a range: how far the value is on the right side of the cutoff.
    /// C_v = sign·C + offset·Y_1, with opening sign·s.
    fn distance(&self) -> Option<Distance> {
        match self {
            Self::AtMost(cutoff, profile) => Some(Distance {
                sign: -Scalar::one(),
                offset: Scalar::from(*cutoff),
                profile: *profile,
            }),
            Self::AtLeast(cutoff, profile) => Some(Distance {
                sign: Scalar::one(),
                offset: -Scalar::from(*cutoff),
                profile: *profile,
            }),
            Self::OneOf(_) => None,
        }
    }
}

struct Distance {
    sign: Scalar,
    offset: Scalar,
    profile: Profile,
}

/// A predicate proof under way.
pub struct Prover(Kind);

enum Kind {
    Squares(Box<range::SquaresProver>),
    Bits(bits::BitsProver),
    OneOf(or::OrProver),
}

impl Prover {
    /// The first move, for the value m that C commits to with opening s.
    ///
    /// # Errors
    /// [`PredicateError::False`] when the statement does not hold, [`PredicateError::Bounds`].
    pub fn commit(
        bases: &Bases<'_>,
        statement: &Statement,
        c_point: &G1,
        value: u32,
        opening: &Scalar,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, PredicateError> {
        statement.check()?;
        if value >= 1 << VALUE_BITS {
            return Err(PredicateError::Bounds);
        }
        if !statement.holds(value) {
            return Err(PredicateError::False);
        }
        let v = |cutoff: u32| cutoff.abs_diff(value);
        Ok(Self(match statement {
            Statement::AtMost(cutoff, _) | Statement::AtLeast(cutoff, _) => {
                let distance = statement.distance().ok_or(PredicateError::Bounds)?;
                match distance.profile {
                    Profile::ThreeSquares => {
                        let s_m = Scalar::from(4u64) * distance.sign * *opening;
                        Kind::Squares(Box::new(range::SquaresProver::new(
                            bases,
                            v(*cutoff),
                            s_m,
                            rng,
                        )))
                    }
                    Profile::Bits => {
                        let s_v = distance.sign * *opening;
                        Kind::Bits(bits::BitsProver::new(bases, v(*cutoff), s_v, rng))
                    }
                }
            }
            Statement::OneOf(values) => {
                let position = values.iter().position(|x| *x == value);
                let position = position.ok_or(PredicateError::False)?;
                Kind::OneOf(or::OrProver::new(
                    bases, c_point, values, position, *opening, rng,
                ))
            }
        }))
    }

    /// The octets that must go into `ph` before the challenge exists.
    pub fn first_move(&self) -> Vec<u8> {
        match &self.0 {
            Kind::Squares(p) => p.first_move(),
            Kind::Bits(p) => p.first_move(),
            Kind::OneOf(p) => p.first_move(),
        }
    }

    /// The proof's octets; `None` when exact rejection sampling asks for another try: then
    /// [`Prover::resample`], and a new challenge over the new first move.
    pub fn respond(&self, c: &Scalar) -> Option<Vec<u8>> {
        match &self.0 {
            Kind::Squares(p) => p.respond(c),
            Kind::Bits(p) => Some(p.respond(c)),
            Kind::OneOf(p) => Some(p.respond(c)),
        }
    }

    /// Draws new masks for a three-squares proof; others are never rejected.
    pub fn resample(&mut self, bases: &Bases<'_>, rng: &mut dyn CryptoRng) {
        if let Kind::Squares(p) = &mut self.0 {
            p.resample(bases, rng);
        }
    }
}

/// Recomputes the first move that a proof implies under challenge c.
///
/// # Errors
/// [`PredicateError::Malformed`] for a wrong length or an over-long response, and decoding errors.
///
/// # Security
/// Variable time; everything here is public. Nothing is proved until the challenge over the
/// result is found equal to c.
pub fn first_move_vartime(
    bases: &Bases<'_>,
    statement: &Statement,
    c_point: &G1Affine,
    proof: &[u8],
    c: &Scalar,
) -> Result<Vec<u8>, PredicateError> {
    statement.check()?;
    if proof.len() != statement.proof_len() {
        return Err(PredicateError::Malformed);
    }
    match (statement, statement.distance()) {
        (Statement::OneOf(values), _) => or::first_move_vartime(bases, c_point, values, proof, c),
        (_, Some(d)) if d.profile == Profile::Bits => {
            bits::first_move_vartime(bases, &d, c_point, proof, c)
        }
        (_, Some(d)) => range::first_move_vartime(bases, &d, c_point, proof, c),
        (_, None) => Err(PredicateError::Bounds),
    }
}

#[cfg(test)]
mod tests;
