//! What both benches stand on: randomness, and a plain BBS setting of L messages.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "each bench uses a part; a bench whose set-up fails has nothing to measure"
)]

pub(crate) mod scene;
pub(crate) mod table;

use std::convert::Infallible;
use std::sync::Arc;

use glimpse_core::bbs::interface::Generators;
use glimpse_core::bbs::plain::{core_proof_gen, core_proof_verify};
use glimpse_core::bbs::proof::{Disclosure, ProofOptions};
use glimpse_core::bbs::signature::Signature;
use glimpse_core::bbs::{Interface, KeyContext, Layout};
use glimpse_core::curve::{PublicKey, Scalar, SecretScalar, Suite};
use glimpse_core::test_rng::TestRng;
use rand_core::utils::next_word_via_fill;
use rand_core::{TryCryptoRng, TryRng};

/// Repeatable octets from a pool filled beforehand, so that no figure holds the cost of a test
/// generator. The pool's length is odd, so that each round draws other octets.
pub(crate) struct Pool {
    octets: Vec<u8>,
    at: usize,
}

impl Pool {
    pub(crate) fn new(seed: u64) -> Self {
        let mut octets = vec![0; 1_000_003];
        let Ok(()) = TestRng::new(seed).try_fill_bytes(&mut octets);
        Self { octets, at: 0 }
    }
}

impl TryRng for Pool {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        next_word_via_fill(self)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        next_word_via_fill(self)
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Infallible> {
        if self.at + out.len() > self.octets.len() {
            self.at = (self.at + out.len()) % 48;
        }
        out.copy_from_slice(&self.octets[self.at..self.at + out.len()]);
        self.at += out.len();
        Ok(())
    }
}

impl TryCryptoRng for Pool {}

pub(crate) const HEADER: &[u8] = b"bench header";
pub(crate) const PH: &[u8] = b"bench presentation header";

/// The plain interface (SHA-256) with L messages, of which 0 and 2 are disclosed.
pub(crate) struct Plain {
    pub(crate) interface: Interface,
    pub(crate) sk: SecretScalar,
    pub(crate) key: PublicKey,
    pub(crate) messages: Vec<Vec<u8>>,
    pub(crate) scalars: Vec<Scalar>,
    /// The cached context: generators with their tables, domain and prepared lines.
    pub(crate) context: KeyContext,
    pub(crate) disclosure: Disclosure,
    pub(crate) signature: [u8; Signature::LEN],
    pub(crate) proof: Vec<u8>,
}

pub(crate) const DISCLOSED: [usize; 2] = [0, 2];

impl Plain {
    pub(crate) fn new(count: usize) -> Self {
        let interface = Interface::plain(Suite::Sha256);
        let sk = interface.key_gen(&[7; 32], b"bench", None).unwrap();
        let key = PublicKey::of(&sk);
        let messages: Vec<_> = (0..count)
            .map(|i| format!("message number {i}").into_bytes())
            .collect();
        let scalars = messages
            .iter()
            .map(|m| interface.message_to_scalar(m))
            .collect::<Vec<_>>();
        let layout = Layout {
            signer: count,
            committed: None,
        };
        let generators = Generators::new(interface.clone(), layout).unwrap();
        generators.prepare_public();
        generators.prepare_secret();
        let context = KeyContext::new(Arc::new(generators), key, HEADER);
        let signature = context.core_sign(&sk, &scalars).unwrap().to_octets();
        let mut plain = Self {
            interface,
            sk,
            key,
            messages,
            scalars,
            context,
            disclosure: Disclosure::new(layout, &DISCLOSED, &[]).unwrap(),
            signature,
            proof: Vec::new(),
        };
        plain.proof = plain.prove(&mut Pool::new(1));
        plain.check();
        plain
    }

    pub(crate) fn sign(&self) -> [u8; Signature::LEN] {
        let signature = self.context.core_sign(&self.sk, &self.scalars);
        signature.unwrap().to_octets()
    }

    pub(crate) fn verify(&self) {
        let signature = Signature::from_octets(&self.signature).unwrap();
        self.context.core_verify(&signature, &self.scalars).unwrap();
    }

    pub(crate) fn prove(&self, rng: &mut Pool) -> Vec<u8> {
        let signature = Signature::from_octets(&self.signature).unwrap();
        let options = ProofOptions::default();
        core_proof_gen(
            &self.context,
            &signature,
            &[PH],
            &self.scalars,
            &self.disclosure,
            &options,
            rng,
        )
        .unwrap()
        .0
    }

    pub(crate) fn check(&self) {
        let disclosed = DISCLOSED.map(|i| self.scalars[i]);
        core_proof_verify(
            &self.context,
            &self.proof,
            &[PH],
            &disclosed,
            &self.disclosure,
            None,
        )
        .unwrap();
    }

    /// The messages as the octet interface takes them.
    pub(crate) fn message_list(&self) -> Vec<&[u8]> {
        self.messages.iter().map(Vec::as_slice).collect()
    }
}
