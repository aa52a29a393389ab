//! A verifier whose trust list changes while it works.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../core/tests/support/rng.rs"]
mod rng;
#[path = "support/world.rs"]
mod world;

use glimpse_core::ids::UnixTime;
use glimpse_core::trust::{TrustError, TrustList};
use glimpse_verifier::{Policy, Reason, Verifier};
use world::World;

/// 2026-11-23T12:00:00Z
const NOW: UnixTime = UnixTime(1_795_435_200);
const POLICY: &str = include_str!("../policies/over-18-and-city.toml");

/// What comes of a showing, up to a change of the list in between.
fn shown(
    world: &World,
    verifier: &mut Verifier,
    change: impl FnOnce(&mut Verifier),
) -> Option<Reason> {
    let policy = Policy::from_toml(POLICY).unwrap();
    let asked = verifier.request(&policy, NOW, &mut rng::Stream::new(3));
    let answer = world.answer(&asked.unwrap().octets, 0, &world.cards(), NOW);
    change(verifier);
    verifier.check(&answer, NOW).into_result().err()
}

fn newer(world: &World, change: impl Fn(&mut TrustList)) -> Vec<u8> {
    world.trust_list(|list| {
        list.sequence = 2;
        change(list);
    })
}

#[test]
fn what_a_newer_list_withdraws_is_refused_at_once() {
    let world = World::new(NOW);
    let mut verifier = world.verifier(5);
    assert_eq!(shown(&world, &mut verifier, |_| {}), None);
    // The issuer stays, its schema goes: the verifier has checked a card of it before.
    let without = newer(&world, |list| {
        let registry = list.issuers.first_mut().unwrap();
        registry.schemas.clear();
        let other = list.issuers.last().unwrap().schemas.clone();
        list.issuers.first_mut().unwrap().schemas = other;
    });
    let refused = shown(&world, &mut verifier, |verifier| {
        verifier.update_trust(&without, NOW).unwrap();
    });
    assert_eq!(refused, Some(Reason::UnknownIssuer));
}

#[test]
fn a_list_that_is_refused_changes_nothing() {
    let world = World::new(NOW);
    let mut verifier = world.verifier(5);
    verifier.update_trust(&newer(&world, |_| {}), NOW).unwrap();
    let older = world.trust_list(|_| {});
    assert_eq!(
        verifier.update_trust(&older, NOW),
        Err(TrustError::Rollback)
    );
    let fork = newer(&world, |list| list.expires.0 += 1);
    assert_eq!(verifier.update_trust(&fork, NOW), Err(TrustError::Fork));
    assert_eq!(verifier.trust().list.sequence, 2);
    assert_eq!(shown(&world, &mut verifier, |_| {}), None);
}
