//! Ceremonies on both databases: who opens the office, what rotates, and who waits.

use std::path::Path;

use glimpse_core::cbor::Writer;
use glimpse_core::credential::bbs_key_id;
use glimpse_core::curve::SecretScalar;
use glimpse_core::sealed::locked::Way;
use glimpse_core::sealed::{SealedError, seal};
use glimpse_core::test_rng::TestRng;

use super::*;
use crate::office::tests::{NOW, enrol, office, office_on, schema};
use crate::store::tests::stores;

const LATER: UnixTime = UnixTime(NOW.0 + 86_400);
const ALWAYS: Window = Window {
    not_before: UnixTime(0),
    not_after: UnixTime(u64::MAX),
};

/// The same office with each kind of database.
fn on_each(test: impl Fn(&Path, Office)) {
    let databases = tempfile::tempdir().unwrap();
    for store in stores(databases.path()) {
        let folder = databases.path().join(store.name());
        let office = office_on(databases.path(), store);
        office.add_schema(&schema(), "command", NOW).unwrap();
        test(&folder, office);
    }
}

fn add(office: &Office, rng: &mut TestRng) -> KeyId {
    office.add_key(ALWAYS, "command", NOW, rng).unwrap()
}

fn why<T>(result: Result<T, OfficeError>) -> Result<T, KeyError> {
    result.map_err(|error| match error {
        OfficeError::Key(error) => error,
        error => panic!("{error}"),
    })
}

fn refused(folder: &Path, way: Way<'_>) -> SealedError {
    match Office::open_by(folder, way, None).err() {
        Some(OfficeError::Keys(error)) => error,
        Some(error) => panic!("{error}"),
        None => panic!("it opens"),
    }
}

#[test]
fn a_new_key_signs_while_the_old_one_renews_until_it_is_retired() {
    on_each(|_, office| {
        let rng = &mut TestRng::new(5);
        let old = office.current_key();
        let first = enrol(&office, 10);
        let new = add(&office, rng);
        assert_eq!(office.current_key(), old);
        assert_eq!(office.activate_key("command", NOW, rng).unwrap(), new);
        let second = enrol(&office, 11);
        assert_eq!(bbs_key_id_of(&first), old);
        assert_eq!(bbs_key_id_of(&second), new);
        let states = |office: &Office| -> Vec<_> {
            let keys = office.keys().unwrap();
            keys.iter().map(|k| (k.id, k.state, k.live)).collect()
        };
        assert_eq!(
            states(&office),
            [(old, KeyState::Retiring, 1), (new, KeyState::Current, 1)]
        );

        let retire = |force| {
            let rng = &mut TestRng::new(6);
            why(office.retire_key(old, force, "command", NOW, rng))
        };
        assert_eq!(retire(false), Err(KeyError::Live(1)));
        office.revoke(first.handle, "moved", NOW).unwrap();
        assert_eq!(retire(false), Ok(()));
        assert_eq!(states(&office)[0], (old, KeyState::Retired, 0));
        assert_eq!(retire(true), Err(KeyError::Retired));
        let current = why(office.retire_key(new, true, "command", NOW, rng));
        assert_eq!(current, Err(KeyError::Current));
        // Each step, and nothing of those that were refused.
        let trail = office.check_audit().unwrap();
        assert_eq!(trail.broken_at, None);
        let filter = |action| crate::records::audit::Filter {
            action,
            ..Default::default()
        };
        for action in ["key.add", "key.activate", "key.retire"] {
            let list =
                |tx: &mut dyn Transaction| crate::records::audit::list(tx, filter(action), 0, 9);
            assert_eq!(office.store().read(list).unwrap().1, 1, "{action}");
        }
    });
}

fn bbs_key_id_of(credential: &glimpse_core::credential::Credential) -> KeyId {
    bbs_key_id(&PublicKey::from_octets(&credential.key).unwrap())
}

#[test]
fn an_offer_from_before_the_rotation_is_answered_under_its_own_key() {
    on_each(|_, office| {
        let rng = &mut TestRng::new(5);
        let old = office.current_key();
        let begun = crate::office::tests::begin(&office, 10);
        add(&office, rng);
        office.activate_key("command", NOW, rng).unwrap();
        let credential = begun(&office);
        assert_eq!(bbs_key_id_of(&credential), old);
    });
}

#[test]
fn keys_of_the_file_survive_and_other_programs_learn_of_them() {
    on_each(|folder, office| {
        let rng = &mut TestRng::new(5);
        let store = || office.store.clone();
        let other = Office::open_with(folder, b"correct", store()).unwrap();
        assert!(!other.refresh_keys().unwrap());
        let new = add(&office, rng);
        let signing = office.add_signing_key(false, "command", NOW, rng).unwrap();
        office.activate_key("command", NOW, rng).unwrap();
        assert_ne!(other.current_key(), new);
        assert!(other.refresh_keys().unwrap());
        assert_eq!(other.current_key(), new);
        assert_eq!(other.next_signing_key(), Some(signing));
        // A ceremony starts from what is on the disk and not from what it saw last.
        let third = add(&other, rng);
        let twice = why(office.add_key(ALWAYS, "command", NOW, rng));
        assert_eq!(twice, Err(KeyError::NextExists));
        let ids = |office: &Office| -> Vec<_> {
            office.keys().unwrap().iter().map(|key| key.id).collect()
        };
        office.refresh_keys().unwrap();
        assert_eq!(ids(&office)[2], third);
        let before = office.signing_key();
        office.activate_signing_key("command", NOW, rng).unwrap();
        let again = Office::open_with(folder, b"correct", store()).unwrap();
        assert_eq!(ids(&again), ids(&office));
        assert_eq!(again.signing_key(), signing);
        assert_ne!(again.signing_key(), before);
    });
}

#[test]
fn a_key_file_opens_the_office_and_another_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let rng = &mut TestRng::new(5);
    let made = office(folder.path());
    let (one, other) = ([1; 32], [2; 32]);
    assert_eq!(
        refused(folder.path(), Way::KeyFile(&one)),
        SealedError::KeyFile
    );
    let name = made.enrol_key_file(&one, "command", NOW, rng).unwrap();
    assert_eq!(made.key_files(), [name]);
    let opened = Office::open_by(folder.path(), Way::KeyFile(&one), None).unwrap();
    assert_eq!(opened.id(), made.id());
    // What was opened by the file is written for the passphrase too.
    let new = add(&opened, rng);
    let again = Office::open(folder.path(), b"correct").unwrap();
    assert!(again.keys().unwrap().iter().any(|key| key.id == new));
    assert_eq!(
        refused(folder.path(), Way::KeyFile(&other)),
        SealedError::KeyFile
    );
    assert_eq!(
        refused(folder.path(), Way::Passphrase(b"wrong")),
        SealedError::Passphrase
    );
}

#[test]
fn a_new_passphrase_leaves_the_old_one_and_forgotten_key_files_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let rng = &mut TestRng::new(5);
    let made = office(folder.path());
    let (kept, gone) = ([1; 32], [2; 32]);
    made.enrol_key_file(&kept, "command", NOW, rng).unwrap();
    made.enrol_key_file(&gone, "command", NOW, rng).unwrap();
    let other = Office::open(folder.path(), b"correct").unwrap();
    made.set_passphrase(b"fresh", Some(&kept), Cost::LEAST, ("command", LATER), rng)
        .unwrap();
    for way in [Way::Passphrase(b"fresh"), Way::KeyFile(&kept)] {
        assert!(Office::open_by(folder.path(), way, None).is_ok());
    }
    assert_eq!(
        refused(folder.path(), Way::Passphrase(b"correct")),
        SealedError::Passphrase
    );
    assert_eq!(
        refused(folder.path(), Way::KeyFile(&gone)),
        SealedError::KeyFile
    );
    // A program that was running cannot follow, and says so rather than go on with old keys.
    let refresh = other.refresh_keys();
    assert!(matches!(
        refresh,
        Err(OfficeError::Keys(SealedError::Passphrase))
    ));
}

#[test]
fn a_damaged_key_file_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    drop(office(folder.path()));
    let path = folder.path().join("office.keys");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    for way in [Way::Passphrase(b"correct"), Way::KeyFile(&[1; 32])] {
        assert_eq!(refused(folder.path(), way), SealedError::Damaged);
    }
    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    std::fs::write(&path, changed).unwrap();
    assert_eq!(
        refused(folder.path(), Way::Passphrase(b"correct")),
        SealedError::Passphrase
    );
}

/// A key file as the first version wrote it.
fn first_kind(folder: &Path) -> (SecretScalar, [u8; 32]) {
    let rng = &mut TestRng::new(3);
    let bbs = SecretScalar::random(rng);
    let seed = [4; 32];
    let mut w = Writer::new();
    w.array(4).bytes(&[7; 16]).bytes(&bbs.expose().to_octets());
    w.bytes(&seed).bytes(&[9; 32]);
    let plain = w.into_vec();
    let sealed = seal(
        "glimpse/office-keys/1",
        b"old one",
        &plain,
        Cost::LEAST,
        rng,
    );
    std::fs::write(folder.join("office.keys"), sealed.unwrap()).unwrap();
    (bbs, seed)
}

#[test]
fn a_file_of_the_first_kind_becomes_one_of_the_second_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (bbs, seed) = first_kind(folder.path());
    let path = folder.path().join("office.keys");
    let before = std::fs::read(&path).unwrap();
    for way in [Way::Passphrase(b"wrong"), Way::KeyFile(&[1; 32])] {
        refused(folder.path(), way);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let check = |office: &Office| {
        let signing = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
        assert_eq!(office.id().0, [7; 16]);
        assert_eq!(office.signing_key(), signing);
        let keys = office.keys().unwrap();
        assert!(keys.len() == 1 && keys[0].public == PublicKey::of(&bbs));
        assert_eq!(keys[0].state, KeyState::Current);
        office.keys.renewal_key(glimpse_core::ids::Handle([1; 8]))
    };
    let first = check(&Office::open(folder.path(), b"old one").unwrap());
    assert_ne!(std::fs::read(&path).unwrap(), before);
    let again = Office::open(folder.path(), b"old one").unwrap();
    // The master is the same, so the holders' renewal keys are.
    assert_eq!(*first, *check(&again));
    add(&again, &mut TestRng::new(8));
}

#[test]
fn two_ceremonies_at_once_are_one_after_the_other_or_one_is_told_to_wait() {
    on_each(|folder, office| {
        let held = office.key_file.ceremony().unwrap();
        let rng = &mut TestRng::new(5);
        let busy = why(office.add_key(ALWAYS, "command", NOW, rng));
        assert_eq!(busy, Err(KeyError::Busy));
        drop(held);
        let offices: Vec<_> = (0..4)
            .map(|_| Office::open_with(folder, b"correct", office.store.clone()).unwrap())
            .collect();
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (20..)
                .zip(&offices)
                .map(|(seed, office)| {
                    scope.spawn(move || {
                        let rng = &mut TestRng::new(seed);
                        why(office.add_key(ALWAYS, "command", NOW, rng))
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().unwrap()).collect()
        });
        let won: Vec<_> = results.iter().filter_map(|r| r.as_ref().ok()).collect();
        assert_eq!(won.len(), 1);
        let lost = [KeyError::Busy, KeyError::NextExists];
        let others = results.iter().filter_map(|r| r.as_ref().err());
        assert!(others.into_iter().all(|error| lost.contains(error)));
        office.refresh_keys().unwrap();
        let keys = office.keys().unwrap();
        assert_eq!((keys.len(), keys[1].id), (2, *won[0]));
    });
}

#[test]
fn the_trust_entry_lists_every_key_that_is_not_retired() {
    let folder = tempfile::tempdir().unwrap();
    let rng = &mut TestRng::new(5);
    let office = office(folder.path());
    let window = Window {
        not_before: NOW,
        not_after: UnixTime(NOW.0 + 1000),
    };
    let next = office.add_key(window, "command", NOW, rng).unwrap();
    let entry = || {
        let names = glimpse_core::cbor::Texts::new(&[("en", "Office")]);
        let (from, to) = (UnixTime(1), UnixTime(NOW.0 * 2));
        office.trust_entry(names, "", from, to).unwrap()
    };
    let listed = |entry: &glimpse_core::trust::IssuerEntry| -> Vec<_> {
        let key = |k: &glimpse_core::trust::IssuerKey| {
            (bbs_key_id(&k.key), k.not_before.0, k.not_after.0)
        };
        entry.keys.iter().map(key).collect()
    };
    let first = office.current_key();
    let expected = [(first, 1, NOW.0 * 2), (next, NOW.0, NOW.0 + 1000)];
    assert_eq!(listed(&entry()), expected);
    office.activate_key("command", NOW, rng).unwrap();
    office
        .retire_key(first, false, "command", NOW, rng)
        .unwrap();
    assert_eq!(listed(&entry()), expected[1..]);
}
