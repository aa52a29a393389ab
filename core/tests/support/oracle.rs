//! What two independent implementations of BBS must agree on, whichever they are.

use glimpse_core::bbs::{Interface, plain};
use glimpse_core::curve::{PublicKey, SecretScalar, Suite};
use rand_core::Rng;

use super::rng::Stream;

/// Octets in, octets out. What an implementation cannot decode it refuses.
pub(crate) trait Bbs {
    fn name(&self) -> &'static str;
    /// The secret and the public key.
    fn key_gen(&mut self, material: &[u8], info: &[u8], dst: Option<&[u8]>) -> [Vec<u8>; 2];
    fn sign(&mut self, keys: &[Vec<u8>; 2], header: &[u8], messages: &[Vec<u8>]) -> Vec<u8>;
    fn verify(&mut self, pk: &[u8], signature: &[u8], header: &[u8], messages: &[Vec<u8>]) -> bool;
    fn prove(&mut self, pk: &[u8], signature: &[u8], shown: &Shown, all: &[Vec<u8>]) -> Vec<u8>;
    fn verify_proof(&mut self, pk: &[u8], proof: &[u8], shown: &Shown) -> bool;
}

/// What a verifier sees beside key and proof.
#[derive(Clone)]
pub(crate) struct Shown {
    pub(crate) header: Vec<u8>,
    pub(crate) ph: Vec<u8>,
    pub(crate) messages: Vec<Vec<u8>>,
    pub(crate) indexes: Vec<usize>,
}

/// This project's implementation.
struct Ours {
    interface: Interface,
    rng: Stream,
}

fn slices(list: &[Vec<u8>]) -> Vec<&[u8]> {
    list.iter().map(Vec::as_slice).collect()
}

impl Bbs for Ours {
    fn name(&self) -> &'static str {
        "glimpse"
    }

    fn key_gen(&mut self, material: &[u8], info: &[u8], dst: Option<&[u8]>) -> [Vec<u8>; 2] {
        let sk = self.interface.key_gen(material, info, dst).unwrap();
        let pk = PublicKey::of(&sk).to_octets();
        [sk.expose().to_octets().to_vec(), pk.to_vec()]
    }

    fn sign(&mut self, [sk, pk]: &[Vec<u8>; 2], header: &[u8], messages: &[Vec<u8>]) -> Vec<u8> {
        let sk = SecretScalar::from_octets(sk.as_slice().try_into().unwrap()).unwrap();
        let pk = pk.as_slice().try_into().unwrap();
        plain::sign(&self.interface, &sk, pk, header, &slices(messages))
            .unwrap()
            .to_vec()
    }

    fn verify(&mut self, pk: &[u8], signature: &[u8], header: &[u8], messages: &[Vec<u8>]) -> bool {
        let pk = pk.try_into().unwrap();
        plain::verify(&self.interface, pk, signature, header, &slices(messages)).is_ok()
    }

    fn prove(&mut self, pk: &[u8], signature: &[u8], shown: &Shown, all: &[Vec<u8>]) -> Vec<u8> {
        plain::proof_gen(
            &self.interface,
            pk.try_into().unwrap(),
            signature,
            &shown.header,
            &shown.ph,
            &slices(all),
            &shown.indexes,
            &mut self.rng,
        )
        .unwrap()
    }

    fn verify_proof(&mut self, pk: &[u8], proof: &[u8], shown: &Shown) -> bool {
        plain::proof_verify(
            &self.interface,
            pk.try_into().unwrap(),
            proof,
            &shown.header,
            &shown.ph,
            &slices(&shown.messages),
            &shown.indexes,
        )
        .is_ok()
    }
}

/// A new seed for every run, said aloud so that a failure can be repeated.
fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    let seed = match std::env::var("GLIMPSE_TEST_SEED") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => RandomState::new().hash_one("glimpse"),
    };
    eprintln!("GLIMPSE_TEST_SEED={seed} repeats this run");
    seed
}

fn random(rng: &mut Stream, shortest: usize, longest: usize) -> Vec<u8> {
    let spread = (longest - shortest + 1) as u64;
    let mut octets = vec![0; shortest + (rng.next_u64() % spread) as usize];
    rng.fill_bytes(&mut octets);
    octets
}

fn changed(octets: &[u8]) -> Vec<u8> {
    [octets, b"!"].concat()
}

/// Holds `theirs` against this project's implementation of the suite.
pub(crate) fn agree(suite: Suite, theirs: &mut dyn Bbs) {
    let mut rng = Stream::new(seed());
    let mut ours = Ours {
        interface: Interface::plain(suite),
        rng: Stream::new(rng.next_u64()),
    };
    for count in [1, 3, 10] {
        for longest_header in [0, 80] {
            let header = random(&mut rng, longest_header.min(1), longest_header);
            eprintln!("{suite:?}: {count} messages, {} of header", header.len());
            let messages: Vec<_> = (0..count).map(|_| random(&mut rng, 0, 100)).collect();
            let keys = same_keys(&mut rng, &mut ours, theirs);
            let signature = same_signature(&mut ours, theirs, &keys, &header, &messages);
            let some = (0..count).filter(|i| i % 3 == 1).collect();
            for indexes in [Vec::new(), some, (0..count).collect()] {
                let shown = Shown {
                    header: header.clone(),
                    ph: random(&mut rng, 0, 40),
                    messages: indexes.iter().map(|i| messages[*i].clone()).collect(),
                    indexes,
                };
                let own = ours.prove(&keys[1], &signature, &shown, &messages);
                let foreign = theirs.prove(&keys[1], &signature, &shown, &messages);
                assert_eq!(own.len(), foreign.len());
                assert_ne!(own, foreign, "two proofs of one signature look alike");
                for proof in [own, foreign] {
                    judge_alike(&mut [&mut ours, theirs], &keys[1], &proof, &shown);
                }
            }
        }
    }
}

fn same_keys(rng: &mut Stream, ours: &mut Ours, theirs: &mut dyn Bbs) -> [Vec<u8>; 2] {
    let (material, info) = (random(rng, 32, 80), random(rng, 0, 40));
    let dst = random(rng, 1, 60);
    let with_dst = ours.key_gen(&material, &info, Some(&dst));
    assert_eq!(with_dst, theirs.key_gen(&material, &info, Some(&dst)));
    let keys = ours.key_gen(&material, &info, None);
    assert_eq!(keys, theirs.key_gen(&material, &info, None));
    assert_ne!(keys, with_dst);
    keys
}

fn same_signature(
    ours: &mut Ours,
    theirs: &mut dyn Bbs,
    keys: &[Vec<u8>; 2],
    header: &[u8],
    messages: &[Vec<u8>],
) -> Vec<u8> {
    let signature = ours.sign(keys, header, messages);
    assert_eq!(signature, theirs.sign(keys, header, messages));
    let mut others = messages.to_vec();
    let last = others.last_mut().unwrap();
    *last = changed(last);
    let longer = [messages, &[Vec::new()]].concat();
    for judge in [ours as &mut dyn Bbs, theirs] {
        let name = judge.name();
        let mut verify = |header: &[u8], messages: &[Vec<u8>]| {
            judge.verify(&keys[1], &signature, header, messages)
        };
        assert!(verify(header, messages), "{name}");
        assert!(!verify(&changed(header), messages), "{name}: header");
        assert!(!verify(header, &others), "{name}: message");
        assert!(!verify(header, &longer), "{name}: one message more");
    }
    signature
}

/// Both accept the proof as it is, and neither with anything else shown beside it.
fn judge_alike(judges: &mut [&mut dyn Bbs; 2], pk: &[u8], proof: &[u8], shown: &Shown) {
    let mut refused = vec![
        Shown {
            ph: changed(&shown.ph),
            ..shown.clone()
        },
        Shown {
            header: changed(&shown.header),
            ..shown.clone()
        },
    ];
    if let Some(first) = shown.messages.first() {
        let mut other = shown.clone();
        other.messages[0] = changed(first);
        refused.push(other);
    }
    for judge in judges {
        let name = judge.name();
        assert!(judge.verify_proof(pk, proof, shown), "{name}");
        for (i, other) in refused.iter().enumerate() {
            assert!(!judge.verify_proof(pk, proof, other), "{name}: change {i}");
        }
    }
}
