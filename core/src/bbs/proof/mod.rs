//! Proofs: `ProofInit`, `ProofFinalize`, `ProofVerifyInit` and the challenge, with BLIND's
//! committed disclosure and NYM's pseudonym in their places. spec:BBS-3.7
//!
//! A proof is kept apart from its challenge, so that several can stand under one: the challenge's
//! input is each part's input in order, then `ph`. For one part that is the draft's own challenge.

mod init;

use crate::curve::{G1, G1Affine, Scalar, msm_vartime};

use super::{Error, Interface, KeyContext, Layout, Octets};

pub use init::{DevicePart, ProofInit, ProofOptions};

/// Which messages a proof discloses and which it commits to; all others stay hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    disclosed: Vec<usize>,
    committed: Vec<usize>,
}

impl Disclosure {
    /// Checks the two lists of message indexes against the layout.
    ///
    /// # Errors
    /// [`Error::Indexes`] unless both ascend strictly, are in range and do not meet.
    pub fn new(layout: Layout, disclosed: &[usize], committed: &[usize]) -> Result<Self, Error> {
        let total = layout.total();
        let fits = |list: &[usize]| {
            list.is_sorted_by(|a, b| a < b) && list.last().is_none_or(|last| *last < total)
        };
        let apart = committed
            .iter()
            .all(|i| disclosed.binary_search(i).is_err());
        if !fits(disclosed) || !fits(committed) || !apart {
            return Err(Error::Indexes);
        }
        Ok(Self {
            disclosed: disclosed.to_vec(),
            committed: committed.to_vec(),
        })
    }

    fn hidden(&self, layout: Layout) -> impl Iterator<Item = usize> {
        (0..layout.total()).filter(|i| self.disclosed.binary_search(i).is_err())
    }

    /// Octets of a [`ProofPart`] of this shape.
    pub fn part_len(&self, layout: Layout) -> usize {
        let hidden = layout.total() - self.disclosed.len();
        3 * G1::LEN + (3 + hidden) * Scalar::LEN + self.committed.len() * (G1::LEN + Scalar::LEN)
    }

    /// Where message `index` stands among the hidden ones, if it is one.
    fn hidden_position(&self, index: usize) -> Option<usize> {
        let before = self.disclosed.binary_search(&index).err()?;
        Some(index - before)
    }
}

/// A pseudonym for a context, and NYM's evaluation point for it. spec:NYM-Pseudonym
pub struct NymContext {
    base: G1,
    z: Scalar,
    /// Message indexes of the nym secrets, in order.
    indexes: Vec<usize>,
}

impl NymContext {
    /// OP and z for `context`, over the nym secrets at these message indexes.
    pub fn new(interface: &Interface, context: &[u8], indexes: Vec<usize>) -> Self {
        let base = interface
            .suite()
            .hash_to_curve(context, interface.api_id().as_bytes());
        Self {
            base,
            z: interface.hash_to_scalar(context, "VECT_NYM_SECRETS"),
            indexes,
        }
    }

    /// Σ value(index)·z^i, by Horner's rule.
    fn evaluate(&self, value: impl Fn(usize) -> Scalar) -> Scalar {
        self.indexes
            .iter()
            .rev()
            .fold(Scalar::zero(), |sum, i| sum * self.z + value(*i))
    }
}

/// A commitment C = Y_0·s + Y_1·m to a hidden message, with the response for s.
#[derive(Clone, Copy)]
pub struct DisclosedCommitment {
    /// C
    pub point: G1Affine,
    s_hat: Scalar,
}

/// One credential's proof without the challenge.
pub struct ProofPart {
    abar: G1Affine,
    bbar: G1Affine,
    d: G1Affine,
    e_hat: Scalar,
    r1_hat: Scalar,
    r3_hat: Scalar,
    m_hats: Vec<Scalar>,
    commitments: Vec<DisclosedCommitment>,
}

impl ProofPart {
    /// Abar, Bbar, D, e^, r1^, r3^, m^_j…, then each C, then each s^.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut octets = self.base_octets();
        self.commitments
            .iter()
            .for_each(|c| octets.extend_from_slice(&c.point.to_octets()));
        self.commitments
            .iter()
            .for_each(|c| octets.extend_from_slice(&c.s_hat.to_octets()));
        octets
    }

    /// The BBS proof's octets but for the challenge.
    pub(super) fn base_octets(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(512);
        [&self.abar, &self.bbar, &self.d]
            .iter()
            .for_each(|p| octets.extend_from_slice(&p.to_octets()));
        [&self.e_hat, &self.r1_hat, &self.r3_hat]
            .into_iter()
            .chain(&self.m_hats)
            .for_each(|s| octets.extend_from_slice(&s.to_octets()));
        octets
    }

    /// Decodes a part of a known shape; `octets` is exactly its length.
    ///
    /// # Errors
    /// [`Error::Length`], [`Error::Decode`] (the identity included).
    pub fn from_octets(
        octets: &[u8],
        layout: Layout,
        disclosure: &Disclosure,
    ) -> Result<Self, Error> {
        if octets.len() != disclosure.part_len(layout) {
            return Err(Error::Length);
        }
        let mut octets = Octets(octets);
        let [abar, bbar, d] =
            [octets.take()?, octets.take()?, octets.take()?].map(G1Affine::from_octets);
        let scalar = |octets: &mut Octets<'_>| Ok::<_, Error>(Scalar::from_octets(octets.take()?)?);
        let (e_hat, r1_hat, r3_hat) = (
            scalar(&mut octets)?,
            scalar(&mut octets)?,
            scalar(&mut octets)?,
        );
        let m_hats = disclosure
            .hidden(layout)
            .map(|_| scalar(&mut octets))
            .collect::<Result<_, _>>()?;
        let points = (0..disclosure.committed.len())
            .map(|_| Ok(G1Affine::from_octets(octets.take()?)?))
            .collect::<Result<Vec<_>, Error>>()?;
        let commitments = points
            .into_iter()
            .map(|point| {
                Ok(DisclosedCommitment {
                    point,
                    s_hat: scalar(&mut octets)?,
                })
            })
            .collect::<Result<_, Error>>()?;
        octets.finish()?;
        Ok(Self {
            abar: abar?,
            bbar: bbar?,
            d: d?,
            e_hat,
            r1_hat,
            r3_hat,
            m_hats,
            commitments,
        })
    }

    /// The response for hidden message `index`; none for a disclosed one.
    pub fn response(&self, disclosure: &Disclosure, index: usize) -> Option<Scalar> {
        self.m_hats.get(disclosure.hidden_position(index)?).copied()
    }

    /// The commitments, in the order of their message indexes.
    pub fn commitments(&self) -> &[DisclosedCommitment] {
        &self.commitments
    }

    /// Abar and Bbar, for the pairing equation e(Abar, W) = e(Bbar, BP2).
    pub fn pairing_points(&self) -> (G1Affine, G1Affine) {
        (self.abar, self.bbar)
    }

    /// `ProofVerifyInit`, BLIND's and NYM's, returning the part's challenge input.
    ///
    /// # Errors
    /// [`Error::Indexes`] when the counts do not fit.
    ///
    /// # Security
    /// Variable time; everything here is public.
    pub fn verify_init_vartime(
        &self,
        context: &KeyContext,
        disclosure: &Disclosure,
        disclosed: &[Scalar],
        nym: Option<(&NymContext, &G1)>,
        c: &Scalar,
    ) -> Result<Vec<u8>, Error> {
        let generators = context.generators();
        if disclosed.len() != disclosure.disclosed.len() {
            return Err(Error::Indexes);
        }
        // T1 = Bbar·c + Abar·e^ + D·r1^
        // T2 = (P1 + Q_1·domain + Σ H_i·msg_i)·c + D·r3^ + Σ H_j·m^_j
        let zero = Scalar::zero();
        let sums = msm_vartime(
            &[self.bbar, self.abar, self.d],
            &[[*c, self.e_hat, self.r1_hat], [zero, zero, self.r3_hat]],
        );
        let [t1, d_r3] = <[G1; 2]>::try_from(sums).map_err(|_| Error::Invalid)?;
        let mut scalars = vec![*c, context.domain() * *c];
        let (mut shown, mut hidden) = (disclosed.iter(), self.m_hats.iter());
        for index in 0..generators.layout().total() {
            let scalar = if disclosure.disclosed.binary_search(&index).is_ok() {
                shown.next().map(|m| *m * *c)
            } else {
                hidden.next().copied()
            };
            scalars.push(scalar.ok_or(Error::Indexes)?);
        }
        let t2 = generators.bases.msm_vartime(&scalars) + d_r3;

        // C~ = Y_0·s^ + Y_1·m^ − C·c
        let commitments = self
            .commitments
            .iter()
            .zip(&disclosure.committed)
            .map(|(commitment, index)| {
                let m_hat = self.response(disclosure, *index).ok_or(Error::Indexes)?;
                let fixed = generators
                    .disclosure
                    .msm_vartime(&[commitment.s_hat, m_hat]);
                let variable = msm_vartime(&[commitment.point], &[[-*c]]);
                let tilde = variable.into_iter().fold(fixed, |sum, term| sum + term);
                Ok((*index, commitment.point.into(), tilde))
            })
            .collect::<Result<Vec<(usize, G1, G1)>, Error>>()?;

        // Ut = OP·Σ m^_i·z^i − pseudonym·c
        let nym = nym.map(|(nym, pseudonym)| {
            let hat = nym.evaluate(|i| self.response(disclosure, i).unwrap_or_default());
            (*pseudonym, nym.base.mul(&hat) - pseudonym.mul(c))
        });
        let (mut t1, mut t2, mut commitments) = (t1, t2, commitments);
        let tildes = commitments.iter_mut().map(|c| &mut c.2);
        G1::normalize(tildes.chain([&mut t1, &mut t2]).collect());
        let values: Vec<_> = disclosure
            .disclosed
            .iter()
            .copied()
            .zip(disclosed.iter().copied())
            .collect();
        Ok(challenge_input(
            &values,
            &[self.abar.into(), self.bbar.into(), self.d.into(), t1, t2],
            nym.as_ref(),
            &context.domain(),
            &commitments,
        ))
    }
}

/// R, (i, msg_i)…, Abar, Bbar, D, T1, T2, [pseudonym, Ut,] domain, [N, (i, C, C~)…]
///
/// BLIND writes N even when it is 0; the published fixtures of all three drafts do not, and both
/// readings are injective, so an empty list adds nothing. spec:GL-1-CHALLENGE
fn challenge_input(
    disclosed: &[(usize, Scalar)],
    points: &[G1; 5],
    nym: Option<&(G1, G1)>,
    domain: &Scalar,
    commitments: &[(usize, G1, G1)],
) -> Vec<u8> {
    let mut input = (disclosed.len() as u64).to_be_bytes().to_vec();
    for (index, message) in disclosed {
        input.extend_from_slice(&(*index as u64).to_be_bytes());
        input.extend_from_slice(&message.to_octets());
    }
    let nym_points = nym.iter().flat_map(|(pseudonym, ut)| [pseudonym, ut]);
    points
        .iter()
        .chain(nym_points)
        .for_each(|p| input.extend_from_slice(&p.to_octets()));
    input.extend_from_slice(&domain.to_octets());
    if !commitments.is_empty() {
        input.extend_from_slice(&(commitments.len() as u64).to_be_bytes());
    }
    for (index, point, tilde) in commitments {
        input.extend_from_slice(&(*index as u64).to_be_bytes());
        input.extend_from_slice(&point.to_octets());
        input.extend_from_slice(&tilde.to_octets());
    }
    input
}

/// `ProofChallengeCalculate`: the parts' inputs, then `ph` behind its length; NYM has the context id
/// follow in the same way.
pub fn challenge(interface: &Interface, mut inputs: Vec<u8>, tail: &[&[u8]]) -> Scalar {
    for octets in tail {
        inputs.extend_from_slice(&(octets.len() as u64).to_be_bytes());
        inputs.extend_from_slice(octets);
    }
    interface.hash_to_scalar(&inputs, "H2S_")
}
