//! The operations a holder and a counter wait for, for watching them change over time. Floors,
//! targets and peers are in `bench-peers`.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

mod common;

use std::hint::black_box;

use common::scene::{NOW, Scene};
use common::{Plain, Pool};
use criterion::{Criterion, criterion_group, criterion_main};

fn plain(c: &mut Criterion) {
    let plain = Plain::new(10);
    let mut rng = Pool::new(2);
    let mut group = c.benchmark_group("L=10, 2 disclosed");
    group.bench_function("sign", |b| b.iter(|| black_box(plain.sign())));
    group.bench_function("verify", |b| b.iter(|| plain.verify()));
    group.bench_function("proof_gen", |b| b.iter(|| black_box(plain.prove(&mut rng))));
    group.bench_function("proof_verify", |b| b.iter(|| plain.check()));
}

fn whole(c: &mut Criterion) {
    let scene = Scene::new();
    let (consent, verifier, mut rng) = (scene.consent(false), scene.verifier(), Pool::new(3));
    let answer = scene.answer(&consent, false, &mut rng);
    let mut group = c.benchmark_group("over 18 and city");
    group.bench_function("prove", |b| {
        b.iter(|| black_box(scene.answer(&consent, false, &mut rng)));
    });
    group.bench_function("verify", |b| {
        b.iter(|| verifier.verify(&scene.request, &scene.octets, &answer, NOW));
    });
}

criterion_group!(benches, plain, whole);
criterion_main!(benches);
