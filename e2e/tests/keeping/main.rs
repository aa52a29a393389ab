//! What a wallet keeps: through crashes and full disks, into a backup and out of it, and to itself.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod backup;
mod canary;
mod crash;
mod scanned;

use std::path::Path;

use glimpse_core::sealed::Cost;
use glimpse_core::trust::Roots;
use glimpse_e2e::world::{At, Person, World};
use glimpse_terminal::{now, rng};
use glimpse_wallet::Wallet;
use glimpse_wallet::vault::{Moment, Place};

/// The moment by both clocks.
fn moment() -> Moment {
    Moment::at(now().unwrap())
}

fn roots(world: &World) -> Roots {
    Roots {
        list: None,
        keys: world.roots.to_vec(),
        threshold: 2,
    }
}

/// A new wallet that trusts the list and has a resident's card.
fn with_card(world: &mut World, place: &Place, pin: &[u8], person: &Person<'_>) -> Wallet {
    let mut wallet = Wallet::create(place, pin, Cost::LEAST, &mut rng()).unwrap();
    wallet.trust(&world.list, &roots(world), world.now).unwrap();
    world
        .enrol(At::City, &mut wallet, person, &mut rng())
        .unwrap();
    wallet
}

/// A fresh request of the counter: over 18, and the city.
fn request(world: &World) -> Vec<u8> {
    let rng = &mut rng();
    let mut counter = glimpse_e2e::refusals::counter(world, rng).unwrap();
    let query = world.of_age_and_resident(18).unwrap();
    let question = glimpse_e2e::refusals::question(query);
    counter.ask(&question, now().unwrap(), rng).unwrap().octets
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
