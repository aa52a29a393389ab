//! One table of ratios, measured in one process: each operation beside the sum of the primitives
//! it cannot do without, beside another BBS library, and beside one pairing check; then batches,
//! sizes and tables. A figure that misses its target says so; nothing here fails.
//!
//! `cargo bench -p glimpse-core --bench bench-peers --all-features`; GLIMPSE_BENCH_ROUNDS (200) and
//! GLIMPSE_BENCH_BATCH (1000) in the environment make a quick run.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "it prints a table; a bench whose set-up fails has nothing to measure"
)]

mod common;

use std::hint::black_box;
use std::sync::Arc;

use common::scene::{self, NOW, Scene};
use common::table::{
    Target::{AtLeast, AtMost, None},
    faster, head, median, medians, micros, number, setting, slower,
};
use common::{DISCLOSED, HEADER, PH, Plain, Pool};
use glimpse_core::bbs::{Interface, plain};
use glimpse_core::curve::{
    FixedBases, G1, G1Affine, PublicKey, Scalar, Suite, msm_secret, msm_vartime, pairing_check,
};
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::{Verdict, Verifier, VerifyError};
use glimpse_core::transport::{DocumentKind, image::QrSymbol, qr};
use zkryptium::bbsplus::keys::BBSplusPublicKey;
use zkryptium::schemes::algorithms::BbsBls12381Sha256;
use zkryptium::schemes::generics::{PoKSignature, Signature as PeerSignature};

fn main() {
    let rounds = setting("GLIMPSE_BENCH_ROUNDS", 200);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("cores: {cores}; everything runs on one thread; medians of {rounds} rounds");
    floors(rounds);
    peers(rounds);
    whole(rounds);
    batch(setting("GLIMPSE_BENCH_BATCH", 1000));
    tables();
}

/// What the floors are made of: points, scalars and tables that stand for the real ones.
struct Primitives {
    /// As many bases as P1, Q_1, H_1 … H_10.
    fixed: FixedBases,
    points: [G1Affine; 3],
    octets: [[u8; G1::LEN]; 3],
    scalars: Vec<Scalar>,
}

impl Primitives {
    fn new() -> Self {
        let interface = Interface::plain(Suite::Sha256);
        let fixed = FixedBases::new(interface.create_generators(12, "FLOOR_").unwrap());
        fixed.prepare_public();
        fixed.prepare_secret();
        let points: [G1Affine; 3] = core::array::from_fn(|i| fixed.bases()[i]);
        Self {
            fixed,
            points,
            octets: points.map(|p| p.to_octets()),
            scalars: (0..12u8)
                .map(|i| interface.message_to_scalar(&[i]))
                .collect(),
        }
    }

    fn decode(&self, count: usize) {
        for octets in &self.octets[..count] {
            black_box(G1Affine::from_octets(octets).unwrap());
        }
    }

    /// A sum over `count` fixed bases, in constant time.
    fn fixed_secret(&self, count: usize) {
        let terms: Vec<_> = self.scalars[..count].iter().copied().enumerate().collect();
        black_box(self.fixed.msm_secret(&terms, 255));
    }

    fn fixed_public(&self, count: usize) {
        black_box(self.fixed.msm_vartime(&self.scalars[..count]));
    }

    /// `count` multiplications of variable points, in constant time.
    fn multiply(&self, count: usize) {
        for scalar in &self.scalars[..count] {
            black_box(G1::from(self.points[0]).mul(scalar));
        }
    }
}

fn floors(rounds: usize) {
    let (plain, primitives) = (Plain::new(10), Primitives::new());
    let prepared = plain.context.prepared();
    let pair = || {
        black_box(prepared.check(&primitives.points[0].into(), &primitives.points[1].into()));
    };
    // Sign: B over ten messages from tables, and A = B·1/(sk + e). Both hold secrets.
    let mut sign_floor = || {
        primitives.fixed_secret(10);
        primitives.multiply(1);
    };
    // Verify: A decoded, B over ten messages, A·e, and one check with prepared lines.
    let mut verify_floor = || {
        primitives.decode(1);
        primitives.fixed_secret(10);
        primitives.multiply(1);
        pair();
    };
    // ProofGen: B over ten messages, T2's sum over the eight hidden ones, and Abar, D, Bbar, T1 and
    // D·r3~: seven products of A or B in five sums, which share two tables. Once in constant time,
    // and once in variable time: nobody may prove so, but no known way costs less.
    let s = &primitives.scalars;
    let shape: [&[_]; 5] = [
        &[(0, s[0])],
        &[(1, s[1])],
        &[(0, s[2]), (1, s[3])],
        &[(0, s[4]), (1, s[5])],
        &[(1, s[6])],
    ];
    let mut gen_floor_secret = || {
        primitives.fixed_secret(10);
        primitives.fixed_secret(8);
        black_box(msm_secret(&primitives.points[..2], &shape));
    };
    let zero = Scalar::zero();
    let pairs = shape.map(|terms| {
        let at = |place| terms.iter().find(|t| t.0 == place).map_or(zero, |t| t.1);
        [at(0), at(1)]
    });
    let [a, b, _] = primitives.points;
    let mut gen_floor_public = || {
        primitives.fixed_public(10);
        primitives.fixed_public(8);
        black_box(msm_vartime(&[a, b], &pairs));
    };
    // ProofVerify: Abar, Bbar and D decoded; T1 over three variable points and D·r3^, which share
    // tables; T2's sum over P1, Q_1 and ten bases; one check with prepared lines.
    let mut proof_verify_floor = || {
        primitives.decode(3);
        let sums = [[s[0], s[1], s[2]], [zero, zero, s[3]]];
        black_box(msm_vartime(&primitives.points, &sums));
        primitives.fixed_public(12);
        pair();
    };
    let mut rng = Pool::new(2);
    let [sign, sign_least, verify, verify_least] = medians(
        rounds,
        [
            &mut || {
                black_box(plain.sign());
            },
            &mut sign_floor,
            &mut || plain.verify(),
            &mut verify_floor,
        ],
    );
    let [prove, secret, public, check, check_least] = medians(
        rounds,
        [
            &mut || drop(black_box(plain.prove(&mut rng))),
            &mut gen_floor_secret,
            &mut gen_floor_public,
            &mut || plain.check(),
            &mut proof_verify_floor,
        ],
    );
    head("Beside the primitives they cannot do without: L = 10, 2 disclosed, cached context");
    slower("sign", sign, sign_least, &AtMost(1.15));
    slower("verify", verify, verify_least, &AtMost(1.15));
    slower("proof_verify", check, check_least, &AtMost(1.15));
    slower(
        "proof_gen, constant-time floor",
        prove,
        secret,
        &AtMost(1.8),
    );
    slower(
        "proof_gen, variable-time floor",
        prove,
        public,
        &AtMost(1.8),
    );
}

/// zkryptium 0.8.0 on the very octets that ours reads: one key, one signature, one proof. Our cached
/// figure has the key's context (generators, tables, domain, lines) made before, as an office or
/// a counter has; the cold one makes all of it anew, as zkryptium does. Both decode the octets and
/// map the messages.
fn peers(rounds: usize) {
    head("Beside zkryptium 0.8.0: SHA-256, 2 disclosed (ratio: how many times faster)");
    for count in [10, 32, 100] {
        let ours = Plain::new(count);
        let pk = ours.key.to_octets();
        let messages = ours.message_list();
        let shown_list = DISCLOSED.map(|i| messages[i]);
        let shown = DISCLOSED.map(|i| ours.messages[i].clone());
        let peer_key = BBSplusPublicKey::from_bytes(&pk).unwrap();
        let map = |list: &[&[u8]]| {
            let scalars = list.iter().map(|m| ours.interface.message_to_scalar(m));
            black_box(scalars.collect::<Vec<_>>());
        };
        let [hot, cold, peer, proof_hot, proof_cold, proof_peer] = medians(
            (rounds / 8).max(5),
            [
                &mut || {
                    map(&messages);
                    ours.verify();
                },
                &mut || {
                    plain::verify(&ours.interface, &pk, &ours.signature, HEADER, &messages)
                        .unwrap();
                },
                &mut || {
                    PeerSignature::<BbsBls12381Sha256>::from_bytes(&ours.signature)
                        .unwrap()
                        .verify(&peer_key, Some(&ours.messages), Some(HEADER))
                        .unwrap();
                },
                &mut || {
                    map(&shown_list);
                    ours.check();
                },
                &mut || {
                    plain::proof_verify(
                        &ours.interface,
                        &pk,
                        &ours.proof,
                        HEADER,
                        PH,
                        &shown_list,
                        &DISCLOSED,
                    )
                    .unwrap();
                },
                &mut || {
                    PoKSignature::<BbsBls12381Sha256>::from_bytes(&ours.proof)
                        .unwrap()
                        .proof_verify(
                            &peer_key,
                            Some(&shown),
                            Some(&DISCLOSED),
                            Some(HEADER),
                            Some(PH),
                        )
                        .unwrap();
                },
            ],
        );
        let name = |what: &str| format!("{what}, L = {count}");
        faster(&name("verify"), hot, peer, &AtLeast(10.0));
        faster(&name("verify, cold"), cold, peer, &None);
        faster(&name("proof_verify"), proof_hot, proof_peer, &AtLeast(10.0));
        faster(&name("proof_verify, cold"), proof_cold, proof_peer, &None);
    }
}

/// One plain check of a signature-like equation: two Miller loops from the points themselves and
/// one final exponentiation.
struct PlainPairing {
    key: PublicKey,
    a: G1,
    b: G1,
}

impl PlainPairing {
    fn new(key: &PublicKey) -> Self {
        let list = Interface::plain(Suite::Sha256).create_generators(2, "PAIR_");
        let [a, b] = <[G1Affine; 2]>::try_from(list.unwrap())
            .unwrap_or_else(|_| unreachable!("two were asked for"))
            .map(G1::from);
        Self { key: *key, a, b }
    }

    fn check(&self) {
        black_box(pairing_check(&self.key, &self.a, &self.b));
    }
}

fn whole(rounds: usize) {
    let scene = Scene::new();
    let (consent, verifier, mut rng) = (scene.consent(false), scene.verifier(), Pool::new(3));
    let pairing = PlainPairing::new(scene.context.key.key());
    let answer = scene.answer(&consent, false, &mut rng);
    let check = || verifier.verify(&scene.request, &scene.octets, &answer, NOW);
    assert!(check().is_ok());
    // Every third proof or so is tried again, so the mean is told beside the median.
    let (mut proofs, mut total) = (0u32, 0.0);
    let mut prove = || {
        total += micros(&mut || drop(black_box(scene.answer(&consent, false, &mut rng))));
        proofs += 1;
    };
    let [prove_median, verify, plain] = medians(
        rounds,
        [&mut prove, &mut || drop(black_box(check())), &mut || {
            pairing.check()
        }],
    );
    let prove_mean = total / f64::from(proofs);
    head("\"Over 18 and resident\" whole, beside one plain two-pairing check");
    slower("prove", prove_median, plain, &AtMost(4.0));
    slower("prove, mean of all tries", prove_mean, plain, &None);
    slower("verify", verify, plain, &AtMost(2.2));
    let text = qr::encode(DocumentKind::Answer, &answer).unwrap();
    let version = QrSymbol::new(&text).unwrap().version();
    // The answer's head is what stands before the proof's own octets: see specs, the wire format.
    let proof = proof_len(&answer);
    number("proof", proof as f64, "octets", &AtMost(900.0));
    number(
        "presentation",
        answer.len() as f64,
        "octets",
        &AtMost(1000.0),
    );
    number("QR version at level L", version.into(), "", &AtMost(22.0));
}

/// The proof is the answer's last item, a byte string with a two-octet length (0x59).
fn proof_len(answer: &[u8]) -> usize {
    (0..answer.len())
        .find(|at| {
            let rest = &answer[*at..];
            rest.len() > 3
                && rest[0] == 0x59
                && usize::from(u16::from_be_bytes([rest[1], rest[2]])) == rest.len() - 3
        })
        .map_or(0, |at| answer.len() - at - 3)
}

fn batch(count: usize) {
    let scene = Scene::new();
    let (consent, verifier, mut rng) = (scene.consent(false), scene.verifier(), Pool::new(4));
    let forged = scene.consent(true);
    let mut answers: Vec<_> = (0..count)
        .map(|_| scene.answer(&consent, false, &mut rng))
        .collect();
    let unpaired =
        |answer: &[u8]| verifier.verify_unpaired(&scene.request, &scene.octets, answer, NOW);
    let mut weights = Pool::new(5);
    let mut run = |answers: &[Vec<u8>]| {
        let (mut single, mut each, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for answer in answers {
            single.push(micros(&mut || {
                black_box(verifier.verify(&scene.request, &scene.octets, answer, NOW)).ok();
            }));
            each.push(micros(&mut || open.push(unpaired(answer))));
        }
        let (mut open, mut verdicts) = (Some(open), Vec::new());
        let settled = micros(&mut || {
            verdicts = verifier.verify_batch(open.take().unwrap_or_default(), &mut weights);
        });
        let share = settled / count as f64;
        (median(each) + share, median(single), bad(&verdicts))
    };
    head(&format!(
        "A batch of {count}, beside one by one (medians a presentation)"
    ));
    let (ours, single, found) = run(&answers);
    assert!(found.is_empty());
    slower("all good", ours, single, &AtMost(0.6));
    let places = [count / 7, count / 2, count - 1];
    for place in places {
        answers[place] = scene.answer(&forged, true, &mut rng);
    }
    let (ours, single, found) = run(&answers);
    slower("three bad", ours, single, &AtMost(0.6));
    let right = f64::from(u8::from(found == places));
    number("exactly the three bad ones found", right, "", &AtLeast(1.0));
}

fn bad(verdicts: &[Result<Verdict, VerifyError>]) -> Vec<usize> {
    let bad = verdicts.iter().enumerate().filter(|v| v.1.is_err());
    bad.map(|v| v.0).collect()
}

fn tables() {
    println!("\nTables, for one issuer's key and a schema of eight attributes");
    let kib = |octets: usize| octets as f64 / 1024.0;
    let key = *Scene::new().context.key.key();

    let wallet = scene::context(key);
    let (generators, squares) = (wallet.key.generators(), square_bases().unwrap());
    let device = FixedBases::new(vec![generators.disclosure().bases()[0]]);
    generators.prepare_secret();
    squares.prepare_secret();
    device.prepare_secret();
    let held = || {
        let bases = generators.table_octets() + squares.table_octets();
        kib(bases + device.table_octets() + wallet.key.table_octets())
    };
    number("wallet: secret tables, lines, device", held(), "KiB", &None);
    generators.prepare_public();
    squares.prepare_public();
    number("wallet: public tables too", held(), "KiB", &AtMost(2048.0));

    let fresh = || Verifier::new(vec![Arc::new(scene::context(key))]).unwrap();
    let mut times = Vec::new();
    let mut octets = 0;
    for _ in 0..5 {
        let verifier = fresh();
        times.push(micros(&mut || verifier.prepare_tables()) / 1000.0);
        octets = verifier.table_octets();
    }
    number("verifier: all tables", kib(octets), "KiB", &None);
    number("verifier: tables built in", median(times), "ms", &None);
}
