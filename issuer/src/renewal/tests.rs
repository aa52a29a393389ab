//! Renewal on both databases: what is published, what is signed again, and by whom.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use glimpse_core::credential::{Credential, open_row};
use glimpse_core::curve::{G1, Suite};
use glimpse_core::ids::Handle;
use glimpse_core::test_rng::TestRng;
use rand_core::Rng;

use super::due::REST_SECONDS;
use super::run::{ATTEMPTS, LEASE_SECONDS};
use super::*;
use crate::Window;
use crate::office::tests::{NOW, enrol, office_on, schema};
use crate::records::holders::{self, NewHolder};
use crate::records::renewals::{self, Lease};
use crate::store::Transaction;
use crate::store::tests::stores;

const WEEK: u64 = 7 * 86_400;
const NEXT: UnixTime = UnixTime(NOW.0 + WEEK);

/// An office with a schema on every kind of store that there is here.
fn offices(folder: &Path) -> Vec<Office> {
    let office = |store| {
        let office = office_on(folder, store);
        office.add_schema(&schema(), "command", NOW).unwrap();
        eprintln!("{}", office.store().name());
        office
    };
    stores(folder).into_iter().map(office).collect()
}

/// Live holders as issuance leaves them; their B0 are multiples of one point.
fn populate(office: &Office, count: u64) -> Vec<Handle> {
    let mut rng = TestRng::new(77);
    let step = Suite::Sha256.hash_to_curve(b"holders", b"renewal test");
    let mut point = G1::identity();
    let mut handles = Vec::new();
    let (schema, key) = (schema().id(), office.current_key());
    office
        .store()
        .write(|tx| {
            for _ in 0..count {
                point = point + step;
                let mut handle = Handle([0; 8]);
                rng.fill_bytes(&mut handle.0);
                handles.push(handle);
                let new = NewHolder {
                    handle,
                    schema,
                    key,
                    b0: &point.to_octets(),
                    issued: NOW,
                    reference: "",
                    resident: None,
                };
                holders::add(tx, &new)?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    handles
}

fn renew(office: &Office, now: UnixTime) -> Published {
    let mut all = office.renew(schema().id(), now).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Every handle that a wallet finds in what is published, whole and in order.
fn handles_in(office: &Office, published: &Published) -> Vec<Handle> {
    let manifest = Manifest::verify(&published.manifest, &office.signing_key()).unwrap();
    let buckets = office.renewal_buckets(published).unwrap();
    assert_eq!(buckets.len(), manifest.buckets.len());
    let mut handles = Vec::new();
    for (number, octets) in buckets.iter().enumerate() {
        let bucket = manifest.open_bucket(number, octets).unwrap();
        assert!(buckets.len() == 1 || bucket.rows.len() >= 1024);
        handles.extend(bucket.rows.iter().map(|row| row.handle));
    }
    assert!(handles.is_sorted_by(|a, b| a < b));
    handles
}

fn renew_credential(office: &Office, credential: &mut Credential, published: &Published) {
    let manifest = Manifest::verify(&published.manifest, &office.signing_key()).unwrap();
    let context = office.context_of(manifest.schema, manifest.key).unwrap();
    let buckets = office.renewal_buckets(published).unwrap();
    let opened = buckets.iter().enumerate();
    let row = opened
        .filter_map(|(n, octets)| manifest.open_bucket(n, octets).ok())
        .find_map(|bucket| bucket.row(credential.handle).ok().cloned())
        .unwrap();
    let signature = open_row(&context, &credential.renewal_key, manifest.epoch, &row).unwrap();
    let now = UnixTime(u64::from(manifest.epoch.0) * 86_400);
    credential
        .renew(&context, manifest.epoch, signature, now)
        .unwrap();
}

#[test]
fn every_live_holder_is_renewed_and_the_revoked_are_absent() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let mut handles = populate(&office, 2500);
        let (mut kept, gone) = (enrol(&office, 10), enrol(&office, 11));
        office.revoke(gone.handle, "moved", NOW).unwrap();
        handles.push(kept.handle);
        handles.sort_unstable();
        let published = renew(&office, NEXT);
        assert_eq!((published.renewed, published.buckets.len()), (2501, 2));
        assert_eq!(handles_in(&office, &published), handles);
        renew_credential(&office, &mut kept, &published);
        assert_eq!(kept.epoch, schema().epoch_of(NEXT));
    }
}

#[test]
fn another_run_of_an_epoch_signs_only_what_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let handles = populate(&office, 6000);
        let first = renew(&office, NOW);
        assert_eq!(first.signed, first.buckets.len() as u64);
        let same = renew(&office, NOW);
        assert_eq!((same.signed, same.manifest), (0, first.manifest.clone()));

        office.revoke(handles[0], "moved", NOW).unwrap();
        let second = renew(&office, UnixTime(NOW.0 + 60));
        assert_eq!((second.signed, second.renewed), (1, 5999));
        assert!(!handles_in(&office, &second).contains(&handles[0]));
        let changed = first.buckets.iter().zip(&second.buckets);
        assert_eq!(changed.filter(|(a, b)| a != b).count(), 1);

        let new = enrol(&office, 10);
        let third = renew(&office, UnixTime(NOW.0 + 120));
        assert_eq!((third.signed, third.renewed), (1, 6000));
        assert!(handles_in(&office, &third).contains(&new.handle));
        // Who holds the manifest from before finds its files for a while.
        assert!(office.renewal_buckets(&first).is_ok());
        renew(&office, UnixTime(NOW.0 + 120 + KEEP_SECONDS + 60));
        assert!(office.renewal_buckets(&first).is_err());
        assert!(office.renewal_buckets(&third).is_ok());
    }
}

/// Runs until so many buckets are done, as a program that then ends.
fn cut_off(office: &Office, now: UnixTime, after: u64) {
    let stop = AtomicBool::new(false);
    let tell = |p: &Progress| stop.store(p.done >= after, Ordering::Relaxed);
    let clock = || now;
    let renewer = Renewer::new(office, &clock).until(&stop).telling(&tell);
    let ended = renewer.run_schema(schema().id());
    assert!(matches!(
        ended,
        Err(OfficeError::Renewal(RunError::Stopped))
    ));
}

#[test]
fn a_run_that_was_cut_off_goes_on_and_gives_what_an_undisturbed_one_does() {
    let undisturbed = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let expected = offices(undisturbed.path()).remove(0);
    populate(&expected, 4000);
    let expected = renew(&expected, NEXT);
    assert_eq!(expected.buckets.len(), 3);
    for office in offices(folder.path()) {
        populate(&office, 4000);
        let before = renew(&office, NOW);
        cut_off(&office, NEXT, 2);
        // Nobody sees half of it.
        let key = office.current_key();
        let seen = office.renewal_manifest(schema().id(), key).unwrap();
        assert_eq!(seen, Some(before.manifest));
        let clock = || NEXT;
        let done = Renewer::new(&office, &clock).run_due().unwrap().remove(0);
        assert_eq!(done.signed, 1);
        assert_eq!(
            (done.manifest, done.buckets),
            (expected.manifest.clone(), expected.buckets.clone())
        );
    }
}

#[test]
fn two_replicas_at_once_make_one_set_and_sign_no_bucket_twice() {
    let undisturbed = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let expected = offices(undisturbed.path()).remove(0);
    populate(&expected, 9000);
    let expected = renew(&expected, NEXT);
    for office in offices(folder.path()) {
        populate(&office, 9000);
        let key_folder = folder.path().join(office.store().name());
        let open = || Office::open_with(&key_folder, b"correct", office.store.clone()).unwrap();
        let replicas = [open(), open(), open()];
        let clock = || NEXT;
        let done: Vec<_> = std::thread::scope(|scope| {
            let run = |office| scope.spawn(move || Renewer::new(office, &clock).run_due());
            let threads: Vec<_> = replicas.iter().map(run).collect();
            let results = threads.into_iter().map(|t| t.join().unwrap().unwrap());
            results.flatten().collect()
        });
        assert!(!done.is_empty());
        for published in &done {
            assert_eq!(published.manifest, expected.manifest);
        }
        let signed: u64 = done.iter().map(|published| published.signed).sum();
        assert_eq!(signed, expected.buckets.len() as u64);
        let trail = crate::records::audit::Filter {
            action: "renewal.publish",
            ..Default::default()
        };
        let entries = |tx: &mut dyn Transaction| crate::records::audit::list(tx, trail, 0, 9);
        assert_eq!(office.store().read(entries).unwrap().1, 1);
    }
}

#[test]
fn a_bucket_whose_claimant_has_ended_is_taken_over_when_its_time_is_up() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        populate(&office, 3000);
        let time = AtomicU64::new(NOW.0);
        // Each look at the clock is a second later.
        let clock = || UnixTime(time.fetch_add(1, Ordering::Relaxed));
        let renewer = Renewer::new(&office, &clock);
        let place = renewer.places_of(schema().id(), false).unwrap()[0];
        renewer.begin(&place, false).unwrap();
        let until = UnixTime(NOW.0 + LEASE_SECONDS + 5);
        let lease = Lease {
            owner: &[1; 16],
            now: NOW,
            until,
            attempts: ATTEMPTS,
        };
        let store = office.store();
        let claim = |owner: &[u8; 16]| {
            let lease = Lease { owner, ..lease };
            store
                .write(|tx| renewals::claim(tx, &place, 1, &lease))
                .unwrap()
        };
        let (lost, other) = (claim(&[1; 16]).unwrap(), claim(&[2; 16]).unwrap());
        assert_ne!(lost.first, other.first);
        assert!(claim(&[3; 16]).is_none());
        let done = renewer.run_due().unwrap().remove(0);
        assert_eq!(done.signed, done.buckets.len() as u64);
        assert!(time.load(Ordering::Relaxed) > until.0);
        // The first claimant wakes up: its work has gone to another.
        let late = store
            .write(|tx| renewals::finish(tx, &place, 1, &[1; 16], &lost.first, None))
            .unwrap();
        assert!(!late);
    }
}

#[test]
fn a_record_that_cannot_be_signed_stops_its_renewal_and_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let handles = populate(&office, 3000);
        let before = renew(&office, NOW);
        let sql = "UPDATE holders SET b0 = $2 WHERE handle = $1";
        let damage = [(&handles[5].0[..]).into(), (&[0u8; 48][..]).into()];
        office.store().write(|tx| tx.execute(sql, &damage)).unwrap();
        let clock = || NEXT;
        let failed = Renewer::new(&office, &clock).run_due().unwrap_err();
        let name = handles[5].to_string();
        assert!(failed.to_string().contains(&name), "{failed}");
        let status = office.renewal_status(NEXT).unwrap().remove(0);
        assert_eq!(status.state, Some(RenewalState::Failed));
        assert!(status.failure.unwrap().contains(&name));
        assert_eq!((status.done, status.buckets), (1, 2));
        let key = office.current_key();
        let seen = office.renewal_manifest(schema().id(), key).unwrap();
        assert_eq!(seen, Some(before.manifest));
        // Not at every tick of the scheduler, and not never.
        assert_eq!(Renewer::new(&office, &clock).run_due().unwrap().len(), 0);
        let later = || UnixTime(NEXT.0 + REST_SECONDS);
        assert!(Renewer::new(&office, &later).run_due().is_err());
        office.revoke(handles[5], "error", NEXT).unwrap();
        let done = renew(&office, NEXT);
        assert_eq!((done.renewed, done.signed), (2999, 1));
    }
}

#[test]
fn two_epochs_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        populate(&office, 10);
        let published: Vec<_> = (0..4)
            .map(|week| renew(&office, UnixTime(NOW.0 + week * WEEK)))
            .collect();
        let there: Vec<_> = published
            .iter()
            .map(|p| office.renewal_buckets(p).is_ok())
            .collect();
        assert_eq!(there, [false, false, true, true]);
        for sql in [
            "SELECT count(DISTINCT epoch) FROM renewals",
            "SELECT count(DISTINCT epoch) FROM renewal_buckets",
            "SELECT count(DISTINCT epoch) FROM renewal_files",
        ] {
            let epochs = office.store().read(|tx| tx.number(sql, &[]));
            assert_eq!(epochs, Ok(2), "{sql}");
        }
        let latest = office.renewal_manifest(schema().id(), office.current_key());
        assert_eq!(latest.unwrap().as_ref(), Some(&published[3].manifest));
    }
}

#[test]
fn an_epoch_that_was_never_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        populate(&office, 3000);
        let first = renew(&office, NOW);
        cut_off(&office, NEXT, 1);
        let last = renew(&office, UnixTime(NEXT.0 + WEEK));
        let epochs = |sql| office.store().read(|tx| tx.number(sql, &[])).unwrap();
        assert_eq!(epochs("SELECT count(*) FROM renewals"), 2);
        assert!(office.renewal_buckets(&first).is_ok());
        assert!(office.renewal_buckets(&last).is_ok());
    }
}

#[test]
fn what_is_asked_for_during_a_run_is_done_after_it() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let handles = populate(&office, 3000);
        cut_off(&office, NOW, 1);
        // It was in a bucket that is done, or in the other.
        for handle in &handles[..20] {
            office.revoke(*handle, "moved", NOW).unwrap();
        }
        office.ask_renewal(schema().id(), "mara", NOW).unwrap();
        let clock = || NOW;
        let done = Renewer::new(&office, &clock).run_due().unwrap().remove(0);
        let found: BTreeSet<_> = handles_in(&office, &done).into_iter().collect();
        assert!(handles[..20].iter().all(|handle| !found.contains(handle)));
        assert_eq!(found.len(), 2980);
        assert_eq!(Renewer::new(&office, &clock).run_due().unwrap().len(), 0);
    }
}

#[test]
fn each_key_renews_its_own_until_it_is_retired() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let rng = &mut TestRng::new(5);
        let mut old = enrol(&office, 10);
        let window = Window {
            not_before: UnixTime(0),
            not_after: UnixTime(u64::MAX),
        };
        office.add_key(window, "command", NOW, rng).unwrap();
        office.activate_key("command", NOW, rng).unwrap();
        let mut new = enrol(&office, 11);
        let published = office.renew(schema().id(), NEXT).unwrap();
        assert_eq!(published.len(), 2);
        renew_credential(&office, &mut old, &published[0]);
        renew_credential(&office, &mut new, &published[1]);
        let retired = published[0].key;
        // Its last holder is gone: the files say so once more, so that her wallet learns it.
        office.revoke(old.handle, "moved", NEXT).unwrap();
        let later = UnixTime(NEXT.0 + WEEK);
        let clock = || later;
        let published = Renewer::new(&office, &clock).run_due().unwrap();
        let renewed: Vec<_> = published.iter().map(|p| p.renewed).collect();
        assert_eq!(renewed, [0, 1]);
        office
            .retire_key(retired, false, "command", NEXT, rng)
            .unwrap();
        let published = office.renew(schema().id(), later).unwrap();
        assert_eq!(published.len(), 1);
    }
}

#[test]
fn a_new_signing_key_signs_the_manifest_again_and_no_bucket() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let rng = &mut TestRng::new(5);
        populate(&office, 10);
        let before = renew(&office, NOW);
        let clock = || NOW;
        let due = || Renewer::new(&office, &clock).run_due().unwrap();
        assert_eq!(due().len(), 0);
        office.add_signing_key(false, "command", NOW, rng).unwrap();
        assert_eq!(due().len(), 0);
        let key_folder = folder.path().join(office.store().name());
        let store = office.store.clone();
        let late = Office::open_with(&key_folder, b"correct", store).unwrap();
        office.activate_signing_key("command", NOW, rng).unwrap();
        let after = due().remove(0);
        // A replica that has not learnt of it does not sign everything back.
        assert_eq!(Renewer::new(&late, &clock).run_due().unwrap().len(), 0);
        assert_eq!((after.signed, &after.buckets), (0, &before.buckets));
        assert!(Manifest::verify(&before.manifest, &office.signing_key()).is_err());
        assert!(Manifest::verify(&after.manifest, &office.signing_key()).is_ok());
    }
}

#[test]
fn an_export_writes_what_is_new_and_clears_what_is_old() {
    let folder = tempfile::tempdir().unwrap();
    for office in offices(folder.path()) {
        let to = folder.path().join(format!("to {}", office.store().name()));
        let export = || office.export_renewals(&to, &|_, _| ()).unwrap();
        let counts = |e: Exported| (e.written, e.kept, e.removed);
        let handles = populate(&office, 3000);
        assert_eq!(counts(export()), (0, 0, 0));
        let published = renew(&office, NOW);
        assert_eq!(counts(export()), (3, 0, 0));
        assert_eq!(counts(export()), (0, 3, 0));
        let at = |p: &Published| to.join(format!("renewal/{}/{}", p.schema, p.key));
        let bucket = at(&published)
            .join(published.epoch.0.to_string())
            .join(glimpse_terminal::to_hex(&published.buckets[1]));
        assert_eq!(
            std::fs::read(&bucket).unwrap(),
            office.renewal_buckets(&published).unwrap()[1]
        );
        let manifest = at(&published).join("manifest");
        assert_eq!(std::fs::read(&manifest).unwrap(), published.manifest);
        // A file that was damaged on the way is written again.
        std::fs::write(&bucket, b"damaged").unwrap();
        assert_eq!(counts(export()), (1, 2, 0));

        office.revoke(handles[0], "moved", NOW).unwrap();
        renew(&office, NOW);
        assert_eq!(counts(export()), (2, 1, 0));
        std::fs::write(at(&published).join("notes"), b"not ours").unwrap();
        for week in 1..3 {
            renew(&office, UnixTime(NOW.0 + week * WEEK));
            let removed = if week == 2 { 3 } else { 0 };
            assert_eq!(counts(export()), (3, 0, removed));
        }
        assert!(!bucket.parent().unwrap().exists());
        assert!(at(&published).join("notes").exists());
    }
}
