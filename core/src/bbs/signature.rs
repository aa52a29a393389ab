//! Signatures: `CoreSign`, `FinalizeBlindSign` and `CoreVerify`. spec:BBS-3.6

use zeroize::Zeroizing;

use crate::curve::{G1, G1Affine, Scalar, SecretScalar};

use super::{Error, KeyContext, Octets};

/// A BBS signature: 80 octets, A and e.
#[derive(Clone, Copy)]
pub struct Signature {
    pub(super) a: G1Affine,
    pub(super) e: Scalar,
}

impl Signature {
    /// Octets of the encoding.
    pub const LEN: usize = G1::LEN + Scalar::LEN;

    /// `signature_to_octets`.
    pub fn to_octets(&self) -> [u8; Self::LEN] {
        let mut octets = [0; Self::LEN];
        let (a, e) = octets.split_at_mut(G1::LEN);
        a.copy_from_slice(&self.a.to_octets());
        e.copy_from_slice(&self.e.to_octets());
        octets
    }

    /// `octets_to_signature`.
    ///
    /// # Errors
    /// [`Error::Length`] or [`Error::Decode`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, Error> {
        let mut octets = Octets(octets);
        let a = G1Affine::from_octets(octets.take()?)?;
        let e = Scalar::from_octets(octets.take()?)?;
        octets.finish()?;
        Ok(Self { a, e })
    }
}

impl KeyContext {
    /// B for a full message vector, in constant time; `device` adds a point whose scalar is
    /// elsewhere, in which case that scalar's place holds 0.
    pub(crate) fn b(&self, messages: &[Scalar], device: Option<&G1>) -> Result<G1, Error> {
        if messages.len() != self.generators.layout().total() {
            return Err(Error::Indexes);
        }
        let sum = self
            .generators
            .sum_secret(messages.iter().copied().enumerate());
        Ok(self.constant + sum + device.copied().unwrap_or_default())
    }

    /// `CoreSign` over scalars. spec:BBS-3.6.1
    ///
    /// # Errors
    /// [`Error::Indexes`] when the count does not fit the layout.
    pub fn core_sign(&self, sk: &SecretScalar, messages: &[Scalar]) -> Result<Signature, Error> {
        let b = self.b(messages, None)?;
        let mut input = Zeroizing::new(Vec::with_capacity(32 * (messages.len() + 2)));
        input.extend_from_slice(&sk.expose().to_octets());
        for message in messages {
            input.extend_from_slice(&message.to_octets());
        }
        input.extend_from_slice(&self.domain.to_octets());
        self.finish_signature(sk, &b, &input)
    }

    /// Steps 2 to 5 of `FinalizeBlindSign`: signs B. spec:BLIND-FinalizeBlindSign
    ///
    /// The draft's text also hashes the domain into e; its fixtures do not. B holds the domain
    /// already, so the fixtures' form binds as much.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the identity, and with negligible probability.
    pub fn finalize_blind_sign(&self, sk: &SecretScalar, b: &G1) -> Result<Signature, Error> {
        let mut input = Zeroizing::new(Vec::with_capacity(80));
        input.extend_from_slice(&sk.expose().to_octets());
        input.extend_from_slice(&b.to_octets());
        self.finish_signature(sk, b, &input)
    }

    fn finish_signature(
        &self,
        sk: &SecretScalar,
        b: &G1,
        input: &[u8],
    ) -> Result<Signature, Error> {
        let e = self.generators.interface().hash_to_scalar(input, "H2S_");
        let inverse = Zeroizing::new((sk.expose() + e).invert());
        // The identity comes out when SK + e = 0 or B is the identity.
        let a = b.mul(&inverse).to_affine().map_err(|_| Error::Invalid)?;
        if e.is_zero() {
            Err(Error::Invalid)
        } else {
            Ok(Signature { a, e })
        }
    }

    /// `CoreVerify` over scalars, in constant time in the messages. spec:BBS-3.6.2
    ///
    /// # Errors
    /// [`Error::Invalid`] when the signature does not hold.
    pub fn core_verify(&self, signature: &Signature, messages: &[Scalar]) -> Result<(), Error> {
        self.verify_b(signature, &self.b(messages, None)?)
    }

    /// Whether the signature is over B: e(A, W)·e(A·e − B, BP2) = 1.
    pub(crate) fn verify_b(&self, signature: &Signature, b: &G1) -> Result<(), Error> {
        let a = G1::from(signature.a);
        if self.prepared.check(&a, &(*b - a.mul(&signature.e))) {
            Ok(())
        } else {
            Err(Error::Invalid)
        }
    }
}
