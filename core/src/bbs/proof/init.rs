//! The prover's side: `ProofInit` with BLIND's commitments and NYM's pseudonym, `ProofFinalize`.
//! In constant time.

use rand_core::CryptoRng;
use zeroize::{Zeroize, Zeroizing};

use crate::bbs::{Error, KeyContext, signature::Signature};
use crate::curve::{G1, Scalar, msm_secret};

use super::{DisclosedCommitment, Disclosure, NymContext, ProofPart, challenge_input};

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
