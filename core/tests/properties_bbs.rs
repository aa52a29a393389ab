//! Properties of BBS, blind BBS and pseudonyms over random messages and disclosures: what is made
//! verifies, what is accepted encodes to itself again, and one flipped bit is always refused.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/rng.rs"]
mod rng;

use glimpse_core::bbs::commitment::CommitmentWithProof;
use glimpse_core::bbs::proof::{Disclosure, ProofPart};
use glimpse_core::bbs::pseudonym::{self, Holdings};
use glimpse_core::bbs::signature::Signature;
use glimpse_core::bbs::{Interface, Layout, blind, plain};
use glimpse_core::curve::{PublicKey, Scalar, SecretScalar, Suite};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use rng::Stream;

/// What a prover does with a message.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Hide,
    Disclose,
    Commit,
}

/// What all three interfaces draw.
#[derive(Clone, Debug)]
struct Draw {
    suite: Suite,
    seed: u64,
    header: Vec<u8>,
    ph: Vec<u8>,
    messages: Vec<Vec<u8>>,
    /// For the messages in order, and one more for a blind among them.
    fates: Vec<Fate>,
    /// How many of the messages the prover brings.
    committed: usize,
    /// Which bits to flip.
    flips: [Index; 4],
}

fn draw() -> impl Strategy<Value = Draw> {
    let fate = prop_oneof![Just(Fate::Hide), Just(Fate::Disclose), Just(Fate::Commit)];
    let octets = || vec(any::<u8>(), 0..40);
    (
        prop_oneof![Just(Suite::Sha256), Just(Suite::Shake256)],
        any::<u64>(),
        octets(),
        octets(),
        vec(octets(), 0..=8),
        vec(fate, 9),
        any::<Index>(),
        any::<[Index; 4]>(),
    )
        .prop_map(
            |(suite, seed, header, ph, messages, fates, split, flips)| Draw {
                committed: split.index(messages.len() + 1),
                suite,
                seed,
                header,
                ph,
                messages,
                fates,
                flips,
            },
        )
}

impl Draw {
    fn keys(&self) -> (SecretScalar, [u8; PublicKey::LEN], Stream) {
        let mut rng = Stream::new(self.seed);
        let sk = SecretScalar::random(&mut rng);
        let pk = PublicKey::of(&sk).to_octets();
        assert_eq!(PublicKey::from_octets(&pk).unwrap().to_octets(), pk);
        (sk, pk, rng)
    }

    fn slices(&self) -> Vec<&[u8]> {
        self.messages.iter().map(Vec::as_slice).collect()
    }

    /// The indexes below `total` with one of these fates.
    fn indexes(&self, total: usize, fates: &[Fate]) -> Vec<usize> {
        let fate = |i: &usize| fates.contains(&self.fates[*i]);
        (0..total).filter(fate).collect()
    }
}

fn flip(octets: &[u8], bit: Index) -> Vec<u8> {
    let mut flipped = octets.to_vec();
    let bit = bit.index(octets.len() * 8);
    flipped[bit / 8] ^= 1 << (bit % 8);
    flipped
}

fn signature_again(signature: &[u8]) {
    assert_eq!(
        Signature::from_octets(signature).unwrap().to_octets(),
        signature
    );
}

/// A proof's octets, but for counts and indexes among them, decode and encode to themselves.
fn proof_again(proof: &[u8], layout: Layout, disclosed: &[usize], committed: &[usize]) {
    let disclosure = Disclosure::new(layout, disclosed, committed).unwrap();
    let (part, c) = if committed.is_empty() {
        let (part, c) = proof.split_at(proof.len() - 32);
        (part.to_vec(), c)
    } else {
        let (bbs, rest) = proof[8..].split_at(272 + 32 * (layout.total() - disclosed.len()));
        let (bbs, c) = bbs.split_at(bbs.len() - 32);
        let commits = &rest[16 + 8 * disclosed.len()..][..80 * committed.len()];
        ([bbs, commits].concat(), c)
    };
    let decoded = ProofPart::from_octets(&part, layout, &disclosure).unwrap();
    assert_eq!(decoded.to_octets(), part);
    let c = c.try_into().unwrap();
    assert_eq!(&Scalar::from_octets(c).unwrap().to_octets(), c);
}

fn commitment_again(commitment: &[u8], committed: usize) {
    let decoded = CommitmentWithProof::from_octets(commitment, committed).unwrap();
    assert_eq!(decoded.to_octets(), commitment);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn plain_round_trip(draw in draw()) {
        let interface = Interface::plain(draw.suite);
        let (sk, pk, mut rng) = draw.keys();
        let (header, ph, messages) = (&draw.header, &draw.ph, draw.slices());
        let signature = plain::sign(&interface, &sk, &pk, header, &messages).unwrap();
        let verify =
            |signature: &[u8]| plain::verify(&interface, &pk, signature, header, &messages);
        verify(&signature).unwrap();
        signature_again(&signature);
        prop_assert!(verify(&flip(&signature, draw.flips[0])).is_err());

        let disclosed = draw.indexes(messages.len(), &[Fate::Disclose]);
        let proof = plain::proof_gen(
            &interface, &pk, &signature, header, ph, &messages, &disclosed, &mut rng,
        )
        .unwrap();
        let shown: Vec<_> = disclosed.iter().map(|i| messages[*i]).collect();
        let check = |pk, proof: &[u8]| {
            plain::proof_verify(&interface, pk, proof, header, ph, &shown, &disclosed)
        };
        check(&pk, &proof).unwrap();
        let layout = Layout { signer: messages.len(), committed: None };
        proof_again(&proof, layout, &disclosed, &[]);
        prop_assert!(check(&pk, &flip(&proof, draw.flips[1])).is_err());
        let other = flip(&pk, draw.flips[2]).try_into().unwrap();
        prop_assert!(check(&other, &proof).is_err());
    }

    #[test]
    fn blind_round_trip(draw in draw(), unblinded: bool) {
        let interface = Interface::blind(draw.suite);
        let (sk, pk, mut rng) = draw.keys();
        let (header, ph, all) = (&draw.header, &draw.ph, draw.slices());
        let (messages, committed) = all.split_at(all.len() - draw.committed);
        let layout = Layout { signer: messages.len(), committed: Some(committed.len()) };

        // Where nothing is committed there may be no commitment either.
        let (commitment, secret) = if unblinded && committed.is_empty() {
            (Vec::new(), None)
        } else {
            let (commitment, secret) = blind::commit(&interface, committed, &mut rng).unwrap();
            commitment_again(&commitment, committed.len());
            (commitment, Some(secret))
        };
        let sign = |commitment: &[u8]| {
            blind::blind_sign(&interface, &sk, &pk, commitment, header, messages)
        };
        let signature = sign(&commitment).unwrap();
        if !commitment.is_empty() {
            prop_assert!(sign(&flip(&commitment, draw.flips[0])).is_err());
        }
        let verify = |signature: &[u8]| {
            let secret = secret.as_ref();
            blind::verify_blind_sign(
                &interface, &pk, signature, header, messages, committed, secret,
            )
        };
        verify(&signature).unwrap();
        signature_again(&signature);
        prop_assert!(verify(&flip(&signature, draw.flips[1])).is_err());

        // The blind may be hidden or committed to; it is no message that could be disclosed.
        let mut disclosed = draw.indexes(layout.total(), &[Fate::Disclose]);
        disclosed.retain(|i| *i != layout.blind_index());
        let commits = draw.indexes(layout.total(), &[Fate::Commit]);
        let choice = blind::Choice { disclosed: &disclosed, committed: &commits };
        let proof = blind::blind_proof_gen(
            &interface, &pk, &signature, header, ph, messages, committed, secret.as_ref(),
            &choice, &mut rng,
        )
        .unwrap();
        let full = [messages, &[b""], committed].concat();
        let shown: Vec<_> = disclosed.iter().map(|i| full[*i]).collect();
        let check = |proof: &[u8]| {
            blind::blind_proof_verify(
                &interface, &pk, proof, header, ph, layout, &shown, &choice,
            )
        };
        check(&proof).unwrap();
        proof_again(&proof, layout, &disclosed, &commits);
        prop_assert!(check(&flip(&proof, draw.flips[2])).is_err());
        prop_assert!(check(&flip(&proof, draw.flips[3])).is_err());
    }

    #[test]
    fn pseudonym_round_trip(draw in draw(), count in 1usize..4, context in vec(any::<u8>(), 1..20)) {
        let interface = Interface::pseudonym(draw.suite);
        let (sk, pk, mut rng) = draw.keys();
        let (header, ph, all) = (&draw.header, &draw.ph, draw.slices());
        let (messages, committed) = all.split_at(all.len() - draw.committed);
        let layout = Layout { signer: messages.len(), committed: Some(committed.len() + count) };

        let mut nyms: Vec<_> = (0..count).map(|_| SecretScalar::random(&mut rng)).collect();
        let (commitment, secret) =
            pseudonym::commit_with_nym(&interface, committed, &nyms, &mut rng).unwrap();
        commitment_again(&commitment, committed.len() + count);
        let entropy = Scalar::random(&mut rng);
        let sign = |commitment: &[u8]| {
            pseudonym::blind_sign_with_nym(
                &interface, &sk, &pk, commitment, count, header, &entropy, messages,
            )
        };
        let signature = sign(&commitment).unwrap();
        prop_assert!(sign(&flip(&commitment, draw.flips[0])).is_err());

        let last = nyms.pop().unwrap();
        nyms.push(SecretScalar::new(last.expose() + entropy));
        let holdings = Holdings {
            messages,
            committed_messages: committed,
            secret_prover_blind: &secret,
            nym_secrets: &nyms,
        };
        let verify = |signature: &[u8]| {
            pseudonym::verify_with_nym(&interface, &pk, signature, header, &holdings)
        };
        verify(&signature).unwrap();
        signature_again(&signature);
        prop_assert!(verify(&flip(&signature, draw.flips[1])).is_err());

        let mut disclosed = draw.indexes(all.len() + 1, &[Fate::Disclose]);
        disclosed.retain(|i| *i != layout.blind_index());
        let mut show = |context: &[u8]| {
            pseudonym::proof_gen_with_nym(
                &interface, &pk, &signature, header, ph, context, &holdings, &disclosed, &mut rng,
            )
            .unwrap()
        };
        let (proof, nym) = show(&context);
        prop_assert_eq!(show(&context).1, nym);
        prop_assert_ne!(show(&flip(&context, draw.flips[2])).1, nym);
        let full = [messages, &[b""], committed].concat();
        let shown: Vec<_> = disclosed.iter().map(|i| full[*i]).collect();
        let check = |proof: &[u8], nym| {
            pseudonym::proof_verify_with_nym(
                &interface, &pk, proof, header, ph, nym, &context, count, messages.len(), &shown,
                &disclosed,
            )
        };
        check(&proof, &nym).unwrap();
        proof_again(&proof, layout, &disclosed, &[]);
        prop_assert!(check(&flip(&proof, draw.flips[2]), &nym).is_err());
        prop_assert!(check(&proof, &flip(&nym, draw.flips[3]).try_into().unwrap()).is_err());
    }
}
