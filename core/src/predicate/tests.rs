//! Honest proofs, and what a forger who knows every public input can try.

use super::*;
use crate::bbs::interface::{Generators, Interface, Layout};
use crate::test_rng::TestRng;

struct Setup {
    generators: Generators,
    k: FixedBases,
}

impl Setup {
    fn new() -> Self {
        let layout = Layout {
            signer: 1,
            committed: None,
        };
        Self {
            generators: Generators::new(Interface::glimpse(), layout).unwrap(),
            k: square_bases().unwrap(),
        }
    }

    fn bases(&self) -> Bases<'_> {
        Bases {
            y: self.generators.disclosure(),
            k: &self.k,
        }
    }

    fn commitment(&self, m: Scalar, s: Scalar) -> G1 {
        self.bases().y.msm_secret(&[(0, s), (1, m)], 255)
    }
}

/// The challenge of these tests: over C, the statement's place in `ph` and the first move.
fn challenge(c_point: &G1, first_move: &[u8]) -> Scalar {
    let input = [c_point.to_octets().as_slice(), first_move].concat();
    Suite::Sha256.hash_to_scalar(&input, b"predicate test")
}

fn prove(
    setup: &Setup,
    statement: &Statement,
    m: u32,
    s: Scalar,
    rng: &mut TestRng,
) -> Result<(Vec<u8>, Scalar), PredicateError> {
    let c_point = setup.commitment(Scalar::from(m), s);
    prove_of(&c_point, setup, statement, m, s, rng)
}

/// [`prove`] under the challenge of any commitment.
fn prove_of(
    shown: &G1,
    setup: &Setup,
    statement: &Statement,
    m: u32,
    s: Scalar,
    rng: &mut TestRng,
) -> Result<(Vec<u8>, Scalar), PredicateError> {
    let c_point = setup.commitment(Scalar::from(m), s);
    let mut prover = Prover::commit(&setup.bases(), statement, &c_point, m, &s, rng)?;
    loop {
        let c = challenge(shown, &prover.first_move());
        if let Some(proof) = prover.respond(&c) {
            return Ok((proof, c));
        }
        prover.resample(&setup.bases(), rng);
    }
}

fn verify(setup: &Setup, statement: &Statement, c_point: &G1, proof: &[u8], c: &Scalar) -> bool {
    first_move_vartime(
        &setup.bases(),
        statement,
        &c_point.to_affine().unwrap(),
        proof,
        c,
    )
    .is_ok_and(|first_move| challenge(c_point, &first_move) == *c)
}

const CUTOFF: u32 = 39_000;

fn statements(profile: Profile) -> [Statement; 2] {
    [
        Statement::AtMost(CUTOFF, profile),
        Statement::AtLeast(CUTOFF, profile),
    ]
}

#[test]
fn honest_proofs_hold_and_nothing_else_does() {
    let setup = Setup::new();
    let mut rng = TestRng::new(7);
    let s = Scalar::random(&mut rng);
    let mut cases = vec![(Statement::OneOf(vec![3, 9, 77]), 9)];
    for profile in [Profile::ThreeSquares, Profile::Bits] {
        let [at_most, at_least] = statements(profile);
        cases.extend([
            (at_most.clone(), CUTOFF),
            (at_most, 0),
            (at_least.clone(), CUTOFF),
            (at_least, (1 << 20) - 1),
        ]);
    }
    for (statement, m) in cases {
        let c_point = setup.commitment(Scalar::from(m), s);
        let (proof, c) = prove(&setup, &statement, m, s, &mut rng).unwrap();
        assert_eq!(proof.len(), statement.proof_len());
        assert!(
            verify(&setup, &statement, &c_point, &proof, &c),
            "{statement:?}"
        );

        // Another commitment, even to the same value; another challenge; a cut proof.
        let other = setup.commitment(Scalar::from(m), s + Scalar::one());
        assert!(!verify(&setup, &statement, &other, &proof, &c));
        assert!(!verify(
            &setup,
            &statement,
            &c_point,
            &proof,
            &(c + Scalar::one())
        ));
        assert!(!verify(&setup, &statement, &c_point, &proof[1..], &c));
        // A changed statement.
        let changed = match &statement {
            Statement::AtMost(x, p) => Statement::AtMost(x + 1, *p),
            Statement::AtLeast(x, p) => Statement::AtLeast(x - 1, *p),
            Statement::OneOf(_) => Statement::OneOf(vec![3, 9, 78]),
        };
        assert!(!verify(&setup, &changed, &c_point, &proof, &c));
        // Every octet counts.
        for i in (0..proof.len()).step_by(proof.len().div_ceil(64)) {
            let mut flipped = proof.clone();
            flipped[i] ^= 1;
            assert!(
                !verify(&setup, &statement, &c_point, &flipped, &c),
                "octet {i}"
            );
        }
    }
}

#[test]
fn a_false_statement_has_no_prover() {
    let setup = Setup::new();
    let mut rng = TestRng::new(8);
    let s = Scalar::random(&mut rng);
    for profile in [Profile::ThreeSquares, Profile::Bits] {
        let [at_most, at_least] = statements(profile);
        let refused = Err(PredicateError::False);
        assert_eq!(
            prove(&setup, &at_most, CUTOFF + 1, s, &mut rng).map(drop),
            refused
        );
        assert_eq!(
            prove(&setup, &at_least, CUTOFF - 1, s, &mut rng).map(drop),
            refused
        );
    }
    let one_of = Statement::OneOf(vec![1, 2]);
    assert_eq!(
        prove(&setup, &one_of, 3, s, &mut rng).map(drop),
        Err(PredicateError::False)
    );
    for bad in [
        Statement::OneOf(vec![1]),
        Statement::OneOf(vec![2, 1]),
        Statement::AtMost(1 << 20, Profile::Bits),
    ] {
        assert_eq!(bad.check(), Err(PredicateError::Bounds));
    }
}

/// The forgery that the bound on z is there for. For any M modulo r, squares modulo r exist:
/// the forger takes M = 4·(−1) + 1 = −3 (one day too young), finds scalars with Σ y² = −3 mod r,
/// runs the protocol over the field, and satisfies the equation with responses that are long.
#[test]
fn long_responses_satisfy_the_equation_and_only_the_bound_refuses_them() {
    let setup = Setup::new();
    let mut rng = TestRng::new(9);
    let s = Scalar::random(&mut rng);
    let minus_three = Scalar::zero() - Scalar::from(3u64);
    // y₁² + y₂² = −3 − y₃²: try y₁ until the rest is a square; r ≡ 1 mod 2^32 makes roots costly,
    // so take (a, b) with a·b = −3 − y₃² and y₁ = (a + b)/2, y₂ = i·(a − b)/2 with i² = −1.
    let i = {
        // A root of −1: g^((r−1)/4) for a non-residue g; 7 generates the group of units.
        let mut exponent = (Scalar::zero() - Scalar::one()).to_octets();
        for _ in 0..2 {
            let mut carry = 0;
            for octet in &mut exponent {
                let value = carry << 8 | u32::from(*octet);
                *octet = u8::try_from(value >> 1).unwrap();
                carry = value & 1;
            }
        }
        exponent.iter().fold(Scalar::one(), |acc, octet| {
            (0..8).rev().fold(acc, |acc, bit| {
                let squared = acc * acc;
                if octet >> bit & 1 == 1 {
                    squared * Scalar::from(7u64)
                } else {
                    squared
                }
            })
        })
    };
    assert!(i * i == -Scalar::one());
    let half = Scalar::from(2u64).invert();
    let y3 = Scalar::random(&mut rng);
    let (a, b) = (minus_three - y3 * y3, Scalar::one());
    let y = [(a + b) * half, i * (a - b) * half, y3];
    assert!(y.iter().fold(Scalar::zero(), |sum, y| sum + *y * *y) == minus_three);

    let m = Scalar::from(CUTOFF + 1);
    let c_point = setup.commitment(m, s);
    let mask: [Scalar; 3] = core::array::from_fn(|_| Scalar::random(&mut rng));
    let (rho, tau) = (Scalar::random(&mut rng), Scalar::random(&mut rng));
    let bases = setup.bases();
    let sum = |k: &[Scalar; 3], y1: Scalar, y0: Scalar| {
        bases.k.msm_vartime(k) + bases.y.msm_vartime(&[y0, y1])
    };
    let dot = |a: &[Scalar; 3], b: &[Scalar; 3]| {
        a.iter()
            .zip(b)
            .fold(Scalar::zero(), |s, (a, b)| s + *a * *b)
    };
    let c_y = sum(&y, dot(&y, &mask) * Scalar::from(2u64), rho);
    let t_y = sum(&mask, dot(&mask, &mask), tau);
    let c = challenge(&c_point, &[c_y.to_octets(), t_y.to_octets()].concat());
    let gamma = Scalar::from_u128(c.low_u128() & ((1 << 112) - 1));
    let z: [Scalar; 3] = core::array::from_fn(|i| gamma * y[i] + mask[i]);
    let s_m = -(Scalar::from(4u64) * s);
    let t = gamma * gamma * s_m + gamma * rho + tau;

    // The verifier's equation, without its bound, holds:
    let c_m = setup.commitment(minus_three, s_m);
    let recomputed = sum(&z, dot(&z, &z), t) - c_m.mul(&(gamma * gamma)) - c_y.mul(&gamma);
    assert!(recomputed == t_y);
    // and the responses do not fit the 126 bits that the proof has for each.
    assert!(
        z.iter()
            .any(|z| z.to_octets()[..16].iter().any(|o| *o != 0) || z.low_u128() >> 126 != 0)
    );
}

#[test]
fn responses_at_the_bound_are_refused() {
    let setup = Setup::new();
    let mut rng = TestRng::new(10);
    let s = Scalar::random(&mut rng);
    let [statement, _] = statements(Profile::ThreeSquares);
    let c_point = setup.commitment(Scalar::from(5u32), s).to_affine().unwrap();
    let (proof, c) = prove(&setup, &statement, 5, s, &mut rng).unwrap();
    for response in 0..3 {
        let mut long = proof.clone();
        long[48 + 16 * response..][..16].copy_from_slice(&(1u128 << 126).to_be_bytes());
        let result = first_move_vartime(&setup.bases(), &statement, &c_point, &long, &c);
        assert_eq!(result, Err(PredicateError::Malformed));
        long[48 + 16 * response..][..16].copy_from_slice(&((1u128 << 126) - 1).to_be_bytes());
        let result = first_move_vartime(&setup.bases(), &statement, &c_point, &long, &c);
        assert!(
            result.is_ok(),
            "in bounds, though of course not the same first move"
        );
    }
}

/// What the range proof leans on: a residue such as r − 5, which no issuer certifies, is read as
/// −5, and "at most" holds of it. Predicates are therefore on the signer's messages alone.
#[test]
fn an_uncertified_value_passes_and_is_the_issuers_to_refuse() {
    let setup = Setup::new();
    let rng = &mut TestRng::new(11);
    let s = Scalar::random(rng);
    for profile in [Profile::ThreeSquares, Profile::Bits] {
        // The commitment to −5 with cutoff 0 is, shifted by 5, that to 0 with cutoff 5: v is 5.
        let statement = Statement::AtMost(0, profile);
        let minus_five = setup.commitment(-Scalar::from(5u64), s);
        let shifted = Statement::AtMost(5, profile);
        let (proof, c) = prove_of(&minus_five, &setup, &shifted, 0, s, rng).unwrap();
        assert!(verify(&setup, &statement, &minus_five, &proof, &c));
        // The other way round no proof is to be had of it: v would be −5.
        let at_least = Statement::AtLeast(0, profile);
        assert!(!verify(&setup, &at_least, &minus_five, &proof, &c));
    }
}

#[test]
fn over_eighteen_around_the_birthday() {
    use dates::AttributeDate;
    let setup = Setup::new();
    let mut rng = TestRng::new(12);
    let s = Scalar::random(&mut rng);
    for born in [(2008, 2, 29), (2008, 2, 28), (2008, 11, 23)] {
        let born = AttributeDate::from_ymd(born.0, born.1, born.2).unwrap();
        let c_point = setup.commitment(Scalar::from(born.days()), s);
        for today in (-2i64..=2).map(|d| {
            let eighteen =
                AttributeDate::from_ymd(2026, if born.days().is_multiple_of(2) { 3 } else { 2 }, 1)
                    .unwrap();
            AttributeDate::from_days(u32::try_from(i64::from(eighteen.days()) + d).unwrap())
                .unwrap()
        }) {
            let cutoff = today.age_cutoff(18).unwrap();
            let statement = Statement::AtMost(cutoff.days(), Profile::ThreeSquares);
            match prove(&setup, &statement, born.days(), s, &mut rng) {
                Ok((proof, c)) => {
                    assert!(born <= cutoff);
                    assert!(verify(&setup, &statement, &c_point, &proof, &c));
                }
                Err(error) => assert!(error == PredicateError::False && born > cutoff),
            }
        }
    }
}
