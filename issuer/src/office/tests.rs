//! The office in a folder: opens only with its passphrase, issues once, renews the live.

use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, IssuanceResponse, Manifest, Offer, PendingIssuance,
    Value, open_row,
};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::Handle;
use glimpse_core::test_rng::TestRng;

use super::*;

pub(crate) const NOW: UnixTime = UnixTime(1_795_435_200);

pub(crate) fn schema() -> Schema {
    let names = Texts::new(&[("en", "Name")]);
    let attribute = Attribute {
        code: "name".into(),
        kind: AttributeType::Text(20),
        names: names.clone(),
    };
    Schema {
        code: "card".into(),
        names,
        attributes: vec![attribute],
        epoch_days: 7,
    }
}

pub(super) fn office(folder: &Path) -> Office {
    office_of(folder, 1)
}

fn office_of(folder: &Path, seed: u64) -> Office {
    let rng = &mut TestRng::new(seed);
    let office = Office::create(folder, b"correct", Cost::LEAST, rng).unwrap();
    office.add_schema(&schema(), "command", NOW).unwrap();
    office
}

/// An empty office with this database; its key file is in a folder beside others'.
pub(crate) fn office_on(folder: &Path, store: Arc<dyn Store>) -> Office {
    let folder = folder.join(store.name());
    let born = (UnixTime(0), None);
    let rng = &mut TestRng::new(1);
    Office::create_with(&folder, b"correct", Cost::LEAST, born, Some(store), rng).unwrap()
}

/// A wallet that has answered an offer, and takes the office's answer.
pub(super) fn begin(office: &Office, seed: u64) -> impl FnOnce(&Office) -> Credential + use<> {
    let mut rng = TestRng::new(seed);
    let device =
        SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(&mut rng)).unwrap();
    let context = office.context(schema().id()).unwrap();
    let octets = office
        .offer(schema().id(), UnixTime(NOW.0 + 60), &mut rng)
        .unwrap();
    let offer = Offer::verify(&octets, &office.signing_key(), NOW).unwrap();
    let (pending, request) =
        PendingIssuance::begin(&context, &offer, &octets, &device, &mut rng).unwrap();
    let request = request.to_octets();
    move |office| {
        let issue = |name: &str, request: &[u8], rng: &mut TestRng| {
            office.issue(request, vec![Value::text(name)], "A-1", NOW, rng)
        };
        let answer = issue("Ada", &request, &mut rng).unwrap();
        assert!(office.was_answered(&request).unwrap());
        // The line broke: the same request gets the same answer, even with other values at hand.
        let again = issue("Eve", &request, &mut rng).unwrap();
        assert_eq!(*answer, *again);
        let (_, other) =
            PendingIssuance::begin(&context, &offer, &octets, &device, &mut rng).unwrap();
        let refused = issue("Eve", &other.to_octets(), &mut rng);
        assert!(matches!(refused, Err(OfficeError::Offer)));
        let response = IssuanceResponse::from_octets(&answer, &schema()).unwrap();
        pending.finish(&context, response, &device, NOW).unwrap()
    }
}

pub(crate) fn enrol(office: &Office, seed: u64) -> Credential {
    begin(office, seed)(office)
}

#[test]
fn opens_only_with_its_passphrase_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        Office::open(folder.path(), b"correct"),
        Err(OfficeError::Missing)
    ));
    let id = office(folder.path()).id();
    assert_eq!(Office::open(folder.path(), b"correct").unwrap().id(), id);
    let wrong = Office::open(folder.path(), b"wrong")
        .err()
        .unwrap()
        .to_string();
    assert!(wrong.contains("passphrase is wrong"), "{wrong}");
    let twice = Office::create(folder.path(), b"x", Cost::LEAST, &mut TestRng::new(2));
    assert!(matches!(twice, Err(OfficeError::Exists)));
    let path = folder.path().join("office.keys");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let cut = Office::open(folder.path(), b"correct")
        .err()
        .unwrap()
        .to_string();
    assert!(cut.contains("cut short"), "{cut}");
}

#[test]
fn issues_once_and_renews_the_live() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    let (mut kept, gone) = (enrol(&office, 10), enrol(&office, 11));
    office.revoke(gone.handle, "moved away", NOW).unwrap();
    assert!(matches!(
        office.revoke(Handle([0; 8]), "", NOW),
        Err(OfficeError::UnknownHandle)
    ));
    drop(office);

    let office = Office::open(folder.path(), b"correct").unwrap();
    let statuses = office.holders().unwrap();
    assert_eq!(statuses.iter().filter(|s| s.revoked.is_some()).count(), 1);
    let later = UnixTime(NOW.0 + 7 * 86_400);
    let next = schema().epoch_of(later);
    let renewal = office.renew(schema().id(), later).unwrap().remove(0);
    assert_eq!((renewal.renewed, renewal.buckets.len()), (1, 1));
    let buckets = office.renewal_buckets(&renewal).unwrap();
    let manifest = Manifest::verify(&renewal.manifest, &office.signing_key()).unwrap();
    let bucket = manifest.open_bucket(0, &buckets[0]).unwrap();
    assert!(bucket.row(gone.handle).is_err());
    let context = office.context(schema().id()).unwrap();
    let row = bucket.row(kept.handle).unwrap();
    let signature = open_row(&context, &kept.renewal_key, next, row).unwrap();
    kept.renew(&context, next, signature, later).unwrap();
}

#[test]
fn nothing_personal_is_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    enrol(&office, 10);
    drop(office);
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let octets = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!octets.windows(3).any(|w| w == b"Ada"));
    }
}

#[test]
fn a_database_is_one_offices() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(office(one.path()));
    drop(office_of(other.path(), 2));
    std::fs::copy(one.path().join(STORE_FILE), other.path().join(STORE_FILE)).unwrap();
    let refused = Office::open(other.path(), b"correct");
    assert!(matches!(refused, Err(OfficeError::OtherOffice)));
}

#[test]
fn the_audit_trail_shows_what_was_changed_or_cut() {
    let folder = tempfile::tempdir().unwrap();
    let office = office(folder.path());
    enrol(&office, 10);
    let whole = office.check_audit().unwrap();
    assert_eq!((whole.entries, whole.broken_at), (2, None));
    let change = |sql: &str| {
        let raw = rusqlite::Connection::open(folder.path().join(STORE_FILE)).unwrap();
        raw.execute_batch(sql).unwrap();
        office.check_audit().unwrap()
    };
    // Each is undone by the next.
    let changed = change("UPDATE audit SET actor = 'nobody' WHERE number = 1");
    assert_eq!(changed.broken_at, Some(1));
    let changed = change(
        "UPDATE audit SET actor = 'command' WHERE number = 1;
         UPDATE audit SET tag = zeroblob(32) WHERE number = 2",
    );
    assert_eq!(changed.broken_at, Some(2));
    let cut = change("DELETE FROM audit WHERE number = 2");
    assert_eq!(cut.broken_at, Some(2));
    let gap = change("DELETE FROM audit; UPDATE audit_head SET number = 0");
    assert_eq!(gap.broken_at, Some(1));
}
