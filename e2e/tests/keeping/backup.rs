//! A lost device: the card comes back from the backup to look at, and the office's new one takes its
//! place.

use std::sync::Arc;

use glimpse_core::sealed::Cost;
use glimpse_e2e::refusals::adult;
use glimpse_e2e::world::{At, World};
use glimpse_terminal::{now, rng};
use glimpse_wallet::app::views::{AlternativeView, CardState, FaultCode, Notice, Opened, Stage};
use glimpse_wallet::app::{App, Home};
use glimpse_wallet::vault::{Devices, InMemory, Place};
use glimpse_wallet::{Wallet, Way};

use super::{moment, request, roots, with_card};

const OLD: &str = "493817";
const NEW: &str = "582946";

/// Another desktop's keychain has the entry: the wallet says so, a backup takes its place, and what
/// was there is kept.
#[test]
fn a_lost_key_leaves_a_way_on() {
    let folder = tempfile::tempdir().unwrap();
    let app = |keychain: &Arc<InMemory>| {
        App::new(Home {
            folder: folder.path().join("wallet"),
            backups: folder.path().join("backups"),
            roots: None,
            list: None,
            devices: Devices::Given(keychain.clone()),
            cost: Some(Cost::LEAST),
            loopback: false,
        })
    };
    let (here, elsewhere) = (Arc::default(), Arc::default());
    let first = app(&here);
    first.create(OLD).unwrap();
    let made = first.back_up().unwrap();
    first.lock();
    let other = app(&elsewhere);
    assert_eq!(other.status().stage, Stage::Lost);
    assert!(other.status().keychain);
    let fault = other.unlock(OLD).unwrap_err();
    assert_eq!(fault.code, FaultCode::DeviceKeyLost);
    assert_eq!(first.status().stage, Stage::Locked);
    let file = std::fs::read(made.file).unwrap();
    let status = other.restore(&file, &made.words.join(" "), NEW).unwrap();
    assert_eq!(status.stage, Stage::Open);
    let kept = std::fs::read_dir(folder.path().join("wallet")).unwrap();
    let names: Vec<_> = kept
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        names.iter().any(|name| name.starts_with("lost-")),
        "{names:?}"
    );
}

#[test]
fn a_lost_device_costs_no_card() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::build(folder.path(), Cost::LEAST, now().unwrap(), &mut rng()).unwrap();
    let place = |name: &str| Place {
        folder: folder.path().join(name),
        devices: Devices::Given(Arc::new(InMemory::default())),
    };
    let app = |place: &Place| {
        App::new(Home {
            folder: place.folder.clone(),
            backups: folder.path().join("backups"),
            roots: Some(roots(&world)),
            list: None,
            devices: place.devices.clone(),
            cost: Some(Cost::LEAST),
            loopback: false,
        })
    };
    let (old, new) = (place("old"), place("new"));
    let (old_app, new_app) = (app(&old), app(&new));
    let person = adult(world.now);
    drop(with_card(&mut world, &old, OLD.as_bytes(), &person));
    let opened = old_app.unlock(OLD).unwrap();
    assert!(opened.notices.contains(&Notice::NoBackup));
    let made = old_app.back_up().unwrap();
    assert!(!old_app.status().notices.contains(&Notice::NoBackup));
    let card = old_app.cards().unwrap().remove(0);

    let file = std::fs::read(made.file).unwrap();
    assert!(matches!(new_app.open_file(&file), Ok(Opened::Backup)));
    let words = made.words.join("  ").to_uppercase();
    let fault = new_app.restore(&file, "one two three", NEW).unwrap_err();
    assert_eq!(fault.code, FaultCode::Backup);
    assert_eq!(new_app.status().stage, Stage::New);
    let status = new_app.restore(&file, &words, NEW).unwrap();
    assert_eq!(status.stage, Stage::Open);
    assert_eq!(status.notices, [Notice::Rebind]);
    let restored = new_app.cards().unwrap().remove(0);
    assert_eq!(restored.values, card.values);
    assert_eq!(restored.state, CardState::Rebind);
    assert_eq!(new_app.history().unwrap(), []);

    // It is bound to the device that is gone: it cannot be shown.
    new_app.lock();
    let open = || Wallet::open(&new, NEW.as_bytes(), &moment()).unwrap();
    let mut wallet = open();
    let octets = request(&world);
    let review = wallet.review(&octets, now().unwrap(), "en").unwrap();
    assert!(review.items(0).is_err());
    assert!(
        wallet
            .answer(review, 0, Way::Symbol, now().unwrap(), &mut rng())
            .is_err()
    );

    // The office's new card takes its place, and can be shown.
    world
        .enrol(At::City, &mut wallet, &person, &mut rng())
        .unwrap();
    assert_eq!(wallet.credentials("en").len(), 1);
    let review = wallet.review(&octets, now().unwrap(), "en").unwrap();
    wallet
        .answer(review, 0, Way::Symbol, now().unwrap(), &mut rng())
        .unwrap();
    drop(wallet);
    let status = new_app.unlock(NEW).unwrap();
    assert_eq!(status.notices, [Notice::NoBackup]);
    let cards = new_app.cards().unwrap();
    assert_eq!((cards.len(), cards[0].state), (1, CardState::Current));
    assert_eq!(cards[0].id, restored.id);
    let Opened::Review { review } = new_app
        .open_text(
            &glimpse_core::transport::qr::encode(
                glimpse_core::transport::DocumentKind::Request,
                &octets,
            )
            .unwrap(),
        )
        .unwrap()
    else {
        panic!("a review");
    };
    assert!(
        matches!(&review.alternatives[0], AlternativeView::Possible { items, .. } if items[0].card == restored.id)
    );
}
