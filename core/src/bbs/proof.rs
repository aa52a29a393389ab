//! Proofs: `ProofInit`, `ProofFinalize`, `ProofVerifyInit` and the challenge, with BLIND's
//! committed disclosure and NYM's pseudonym in their places. spec:BBS-3.7
//!
//! A proof is kept apart from its challenge, so that several can stand under one: the challenge's
//! input is each part's input in order, then `ph`. For one part that is the draft's own challenge.

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::curve::{G1, G1Affine, Scalar, msm_secret, msm_vartime};

use super::{Error, Interface, KeyContext, Layout, Octets, signature::Signature};

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

/// What the host knows of a message whose scalar the device holds.
pub struct DevicePart {
    /// Message index of the device scalar.
    pub index: usize,
    /// J_1·d
    pub point: G1,
    /// J_1·d~ of the session under way.
    pub commitment: G1,
}

/// Choices a proof takes from outside: masks shared between proofs, and the pseudonym.
#[derive(Default)]
pub struct ProofOptions<'a> {
    /// The device's share.
    pub device: Option<&'a DevicePart>,
    /// (message index, mask): equal masks under one challenge prove equal messages.
    pub masks: &'a [(usize, Scalar)],
    /// A pseudonym to show.
    pub nym: Option<&'a NymContext>,
}

struct CommitState {
    index: usize,
    point: G1,
    tilde: G1,
    s: Scalar,
    s_tilde: Scalar,
}

/// A proof under way: the result of `ProofInit`. Its secrets are wiped on drop.
pub struct ProofInit {
    disclosed: Vec<(usize, Scalar)>,
    points: [G1; 5],
    domain: Scalar,
    nym: Option<(G1, G1)>,
    commits: Vec<CommitState>,
    /// e~, e; r1~, −r1; r3~, −r3; then mask and value of each hidden message.
    secrets: Vec<(Scalar, Scalar)>,
    /// Position in `secrets` of the device's message, whose response comes from the device.
    device: Option<usize>,
}

impl Drop for ProofInit {
    fn drop(&mut self) {
        self.secrets.zeroize();
        for commit in &mut self.commits {
            commit.s.zeroize();
            commit.s_tilde.zeroize();
        }
    }
}

impl ProofInit {
    /// `ProofInit` with BLIND's commitments and NYM's pseudonym, in constant time.
    ///
    /// `messages` is the full vector; the device's place, if any, holds 0.
    ///
    /// # Errors
    /// [`Error::Indexes`] when counts do not fit; [`Error::Decode`] with negligible probability.
    pub fn new(
        context: &KeyContext,
        signature: &Signature,
        messages: &[Scalar],
        disclosure: &Disclosure,
        options: &ProofOptions<'_>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Error> {
        let generators = context.generators();
        let layout = generators.layout();
        let b = context.b(messages, options.device.map(|d| &d.point))?;
        let message = |index: usize| messages.get(index).copied().ok_or(Error::Indexes);
        let hidden: Vec<usize> = disclosure.hidden(layout).collect();

        let mut random = || Scalar::random(rng);
        let [r1, r2, e_tilde, r1_tilde, r3_tilde] =
            core::array::from_fn(|_| Zeroizing::new(random()));
        let mut masks = Zeroizing::new(hidden.iter().map(|_| random()).collect::<Vec<_>>());
        let s: Vec<_> = disclosure.committed.iter().map(|_| random()).collect();
        let s_tilde: Vec<_> = disclosure.committed.iter().map(|_| random()).collect();
        let position = |index| disclosure.hidden_position(index).ok_or(Error::Indexes);
        let device = options.device.map(|d| position(d.index)).transpose()?;
        for (index, mask) in options.masks {
            *masks.get_mut(position(*index)?).ok_or(Error::Indexes)? = *mask;
        }
        if let Some(position) = device {
            *masks.get_mut(position).ok_or(Error::Indexes)? = Scalar::zero();
        }

        // Abar = A·r1·r2, D = B·r2, Bbar = D·r1 − Abar·e, T1 = Abar·e~ + D·r1~, and D·r3~: all of
        // them sums over A and B, which share two tables.
        let of = [signature.a, b.to_affine().map_err(|_| Error::Invalid)?];
        let (on_a, on_b) = (|s: Scalar| (0, s), |s: Scalar| (1, s));
        let r = Zeroizing::new(*r1 * *r2);
        let abar = Zeroizing::new([on_a(*r)]);
        let d = Zeroizing::new([on_b(*r2)]);
        let bbar = Zeroizing::new([on_b(*r), on_a(-(*r * signature.e))]);
        let t1 = Zeroizing::new([on_a(*r * *e_tilde), on_b(*r2 * *r1_tilde)]);
        let d_r3 = Zeroizing::new([on_b(*r2 * *r3_tilde)]);
        let sums: [&[_]; 5] = [&*abar, &*d, &*bbar, &*t1, &*d_r3];
        let [abar, d, bbar, t1, d_r3] =
            <[G1; 5]>::try_from(msm_secret(&of, &sums)).map_err(|_| Error::Invalid)?;
        let terms = hidden.iter().copied().zip(masks.iter().copied());
        let t2 =
            d_r3 + generators.sum_secret(
                terms
                    .enumerate()
                    .filter(|(i, _)| Some(*i) != device)
                    .map(|t| t.1),
            ) + options.device.map(|d| d.commitment).unwrap_or_default();
        if [abar, bbar, d].iter().any(G1::is_identity) {
            return Err(Error::Invalid);
        }

        let mut secrets = Vec::with_capacity(hidden.len() + 3);
        let r3 = Zeroizing::new(r2.invert());
        secrets.extend([
            (*e_tilde, signature.e),
            (*r1_tilde, -*r1),
            (*r3_tilde, -*r3),
        ]);
        for (index, mask) in hidden.iter().zip(masks.iter()) {
            secrets.push((*mask, message(*index)?));
        }
        let mask_of = |index: usize| masks.get(disclosure.hidden_position(index)?).copied();
        let commits = disclosure
            .committed
            .iter()
            .zip(s.into_iter().zip(s_tilde))
            .map(|(&index, (s, s_tilde))| {
                let mask = mask_of(index).ok_or(Error::Indexes)?;
                let point = generators
                    .disclosure
                    .msm_secret(&[(0, s), (1, message(index)?)], 255);
                let tilde = generators
                    .disclosure
                    .msm_secret(&[(0, s_tilde), (1, mask)], 255);
                Ok(CommitState {
                    index,
                    point,
                    tilde,
                    s,
                    s_tilde,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let nym = options.nym.map(|nym| {
            let secret = Zeroizing::new(nym.evaluate(|i| message(i).unwrap_or_default()));
            let mask = Zeroizing::new(nym.evaluate(|i| mask_of(i).unwrap_or_default()));
            (nym.base.mul(&secret), nym.base.mul(&mask))
        });
        let disclosed = disclosure
            .disclosed
            .iter()
            .map(|i| Ok((*i, message(*i)?)))
            .collect::<Result<_, Error>>()?;
        let (mut points, mut commits, mut nym) = ([abar, bbar, d, t1, t2], commits, nym);
        let committed = commits
            .iter_mut()
            .flat_map(|c| [&mut c.point, &mut c.tilde]);
        let shown = nym.iter_mut().flat_map(|(point, mask)| [point, mask]);
        G1::normalize(points.iter_mut().chain(committed).chain(shown).collect());
        let device = device.map(|position| position + 3);
        Ok(Self {
            disclosed,
            points,
            domain: context.domain(),
            nym,
            commits,
            secrets,
            device,
        })
    }

    /// The pseudonym shown.
    pub fn pseudonym(&self) -> Option<G1> {
        self.nym.map(|nym| nym.0)
    }

    /// (C, s) for each committed message: a predicate proof starts from them.
    pub fn openings(&self) -> impl Iterator<Item = (G1, Scalar)> {
        self.commits.iter().map(|c| (c.point, c.s))
    }

    /// This part's share of the challenge's input.
    pub fn challenge_input(&self) -> Vec<u8> {
        let commits: Vec<_> = self
            .commits
            .iter()
            .map(|c| (c.index, c.point, c.tilde))
            .collect();
        challenge_input(
            &self.disclosed,
            &self.points,
            self.nym.as_ref(),
            &self.domain,
            &commits,
        )
    }

    /// `ProofFinalize`; `device` is the device's response, where it has a share.
    ///
    /// # Errors
    /// [`Error::Device`] when exactly one of share and response is there.
    pub fn finalize(self, c: &Scalar, device: Option<Scalar>) -> Result<ProofPart, Error> {
        if self.device.is_some() != device.is_some() {
            return Err(Error::Device);
        }
        let mut responses: Vec<_> = self
            .secrets
            .iter()
            .map(|(mask, value)| *mask + *value * *c)
            .collect();
        if let (Some(position), Some(response)) = (self.device, device) {
            *responses.get_mut(position).ok_or(Error::Indexes)? = response;
        }
        let m_hats = responses.split_off(3);
        let [e_hat, r1_hat, r3_hat] =
            <[Scalar; 3]>::try_from(responses).map_err(|_| Error::Indexes)?;
        let commitments = self
            .commits
            .iter()
            .map(|commit| {
                let s_hat = commit.s_tilde + commit.s * *c;
                Ok(DisclosedCommitment {
                    point: commit.point.to_affine()?,
                    s_hat,
                })
            })
            .collect::<Result<_, Error>>()?;
        let [abar, bbar, d, ..] = self.points;
        let [abar, bbar, d] = [abar.to_affine()?, bbar.to_affine()?, d.to_affine()?];
        Ok(ProofPart {
            abar,
            bbar,
            d,
            e_hat,
            r1_hat,
            r3_hat,
            m_hats,
            commitments,
        })
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
