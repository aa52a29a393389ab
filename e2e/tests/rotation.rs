//! An office's BBS key rotates while its residents go on showing their cards.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use glimpse_core::ids::UnixTime;
use glimpse_core::sealed::Cost;
use glimpse_core::trust::Roots;
use glimpse_e2e::refusals::{adult, counter};
use glimpse_e2e::showing::POLICY;
use glimpse_e2e::world::{At, DAY, World};
use glimpse_issuer::Window;
use glimpse_terminal::{now, rng};
use glimpse_verifier::Policy;
use glimpse_wallet::{Wallet, Way};

/// Whether a counter with the latest list accepts the card of this wallet.
fn shows(world: &World, wallet: &Wallet, at: UnixTime) -> bool {
    let rng = &mut rng();
    let mut counter = counter(world, rng).unwrap();
    let policy = Policy::from_toml(POLICY).unwrap();
    let asked = counter.request(&policy, at, rng).unwrap();
    let review = wallet.review(&asked.octets, at, "en").unwrap();
    let Ok(answer) = wallet.answer(review, 0, Way::Symbol, at, rng) else {
        return false;
    };
    counter.check(&answer, at).into_result().is_ok()
}

fn trust(world: &World, wallets: [&mut Wallet; 2], at: UnixTime) {
    let none = Roots {
        list: None,
        keys: Vec::new(),
        threshold: 1,
    };
    for wallet in wallets {
        wallet.trust(&world.list, &none, at).unwrap();
    }
}

#[test]
fn cards_under_the_old_key_and_the_new_one_are_good_until_the_old_one_is_retired() {
    let folder = tempfile::tempdir().unwrap();
    let begun = now().unwrap();
    let rng = &mut rng();
    let mut world = World::build(folder.path(), Cost::LEAST, begun, rng).unwrap();
    let mut first = world.wallet("first", rng).unwrap();
    let mut second = world.wallet("second", rng).unwrap();
    let person = adult(begun);
    world.enrol(At::City, &mut first, &person, rng).unwrap();
    let old = world.city.current_key();

    let window = Window {
        not_before: begun,
        not_after: UnixTime(begun.0 + 730 * DAY),
    };
    let new = world.city.add_key(window, "command", begun, rng).unwrap();
    world.publish_again(begun).unwrap();
    trust(&world, [&mut first, &mut second], begun);
    world.city.activate_key("command", begun, rng).unwrap();
    world.enrol(At::City, &mut second, &person, rng).unwrap();
    assert!(shows(&world, &first, begun) && shows(&world, &second, begun));

    // A week later both are renewed, each under its own key.
    let later = UnixTime(begun.0 + 7 * DAY);
    let published = world.city.renew(world.resident.id(), later).unwrap();
    let keys: Vec<_> = published.iter().map(|renewal| renewal.key).collect();
    assert_eq!(keys, [old, new]);
    for wallet in [&mut first, &mut second] {
        let mut renewed = 0;
        for renewal in &published {
            let buckets = world.city.renewal_buckets(renewal).unwrap();
            let outcome = wallet.renew(&renewal.manifest, &buckets, later).unwrap();
            assert_eq!(outcome.absent, 0);
            renewed += outcome.renewed;
        }
        assert_eq!(renewed, 1);
    }
    assert!(shows(&world, &first, later) && shows(&world, &second, later));

    world
        .city
        .retire_key(old, true, "command", later, rng)
        .unwrap();
    world.publish_again(later).unwrap();
    trust(&world, [&mut first, &mut second], later);
    assert!(!shows(&world, &first, later));
    assert!(shows(&world, &second, later));
    assert_eq!(
        world.city.renew(world.resident.id(), later).unwrap().len(),
        1
    );
}
