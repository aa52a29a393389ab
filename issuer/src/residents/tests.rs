//! Residents' records on both databases.

use std::collections::BTreeMap;
use std::path::Path;

use glimpse_core::ids::Handle;
use glimpse_core::test_rng::TestRng;

use super::*;
use crate::json;
use crate::office::tests::office_on;
use crate::records::holders::{self, NewHolder};
use crate::store::tests::stores;

pub(crate) const NOW: UnixTime = UnixTime(1_795_435_200);

/// An office on every kind of store that there is here, with the patients' schema.
pub(crate) fn offices(folder: &Path) -> Vec<(Office, Schema)> {
    let schema = json::schema(include_str!("../../schemas/patient.json")).unwrap();
    let office = |store| {
        let office = office_on(folder, store);
        office.add_schema(&schema, "command", NOW).unwrap();
        eprintln!("{}", office.store().name());
        (office, schema.clone())
    };
    stores(folder).into_iter().map(office).collect()
}

pub(crate) fn record(schema: &Schema, reference: &str, number: &str) -> Record {
    let given = BTreeMap::from([
        ("number".to_owned(), number.into()),
        ("entitlement".to_owned(), 1.into()),
        ("valid_until".to_owned(), "2030-01-31".into()),
    ]);
    Record {
        schema: schema.id(),
        reference: read_reference(reference).unwrap(),
        values: json::read_values(schema, given).unwrap(),
    }
}

pub(crate) fn create(
    office: &Office,
    record: &Record,
    seed: u64,
) -> Result<ResidentId, ResidentError> {
    office.create_resident(record, "mara", NOW, &mut TestRng::new(seed))
}

fn found(office: &Office, search: &str) -> Vec<String> {
    let filter = ResidentFilter {
        search,
        ..ResidentFilter::default()
    };
    let (residents, total) = office.residents(filter, 0, 100).unwrap();
    assert_eq!(usize::try_from(total), Ok(residents.len()));
    let mut found: Vec<_> = residents
        .iter()
        .map(|r| r.record.reference.to_string())
        .collect();
    found.sort_unstable();
    found
}

pub(crate) fn hold(office: &Office, schema: &Schema, id: ResidentId, handle: u8) {
    let new = NewHolder {
        handle: Handle([handle; 8]),
        schema: schema.id(),
        key: office.current_key(),
        b0: &[0; 48],
        issued: NOW,
        reference: "",
        resident: Some(&id.0),
    };
    let added = office.store.write(|tx| {
        holders::add(tx, &new)?;
        settle(tx, id, NOW)
    });
    added.unwrap();
}

#[test]
fn what_is_written_is_read_again_and_changed_only_by_who_has_seen_it() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let first = record(&schema, " A-1 ", "N-1");
        let id = create(&office, &first, 10).unwrap();
        let read = office.resident(id).unwrap();
        assert_eq!(
            (read.state, read.version, read.record.reference.as_str()),
            (ResidentState::New, 1, "A-1")
        );
        let values = json::write_values(&schema, &read.record.values);
        assert_eq!(values["valid_until"], "2030-01-31");
        assert_eq!(values["entitlement"], 1);
        let change = |version, reference| {
            let new = record(&schema, reference, "N-2");
            office.change_resident(id, version, &new, "mara", NOW, &mut TestRng::new(11))
        };
        change(1, "A-2").unwrap();
        assert!(matches!(change(1, "A-3"), Err(ResidentError::Conflict)));
        create(&office, &record(&schema, "A-4", "N-4"), 12).unwrap();
        assert!(matches!(change(2, "A-4"), Err(ResidentError::Exists)));
        let read = office.resident(id).unwrap();
        assert_eq!((read.version, read.record.reference.as_str()), (2, "A-2"));
        assert_eq!(read.record.name(), "N-2");
        // The old reference is free again.
        create(&office, &first, 13).unwrap();
        assert_eq!(office.check_audit().unwrap().broken_at, None);
    }
}

#[test]
fn a_hundred_at_once_make_one_record_of_a_reference() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let same = record(&schema, "A-1", "N-1");
        let made = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..100)
                .map(|seed| {
                    let (office, same) = (&office, &same);
                    scope.spawn(move || create(office, same, 100 + seed))
                })
                .collect();
            let results = threads.into_iter().map(|t| t.join().unwrap());
            results.filter(Result::is_ok).count()
        });
        assert_eq!(made, 1);
        assert_eq!(found(&office, ""), ["A-1"]);
        assert_eq!(office.check_audit().unwrap().entries, 2);
    }
}

#[test]
fn everybody_is_found_by_the_words_of_her_record() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let people = [
            ("A-1", "Zoë van der Straßenbergh"),
            ("A-2", "Zoe Łukasiewicz"),
            ("B-2", "O'Brien-Strassenberg"),
        ];
        for (seed, (reference, name)) in (20..).zip(people) {
            create(&office, &record(&schema, reference, name), seed).unwrap();
        }
        for (search, expected) in [
            ("zoe", vec!["A-1", "A-2"]),
            ("ZOË", vec!["A-1", "A-2"]),
            ("lukas", vec!["A-2"]),
            ("zoe luk", vec!["A-2"]),
            ("a-1", vec!["A-1"]),
            ("brien", vec!["B-2"]),
            // The whole word, else what begins like it.
            ("strassenbergh", vec!["A-1"]),
            ("strassenberg", vec!["B-2"]),
            ("strassenber", vec!["A-1", "B-2"]),
            ("stra", vec!["A-1", "B-2"]),
            ("st", vec![]),
            ("zoe brien", vec![]),
            ("'; DROP TABLE residents; --", vec![]),
            ("%", vec![]),
        ] {
            assert_eq!(found(&office, search), expected, "{search}");
        }
        // What was changed is no longer found by what it was.
        let (all, _) = office.residents(ResidentFilter::default(), 0, 1).unwrap();
        let new = record(&schema, &all[0].record.reference, "Quentin");
        office
            .change_resident(all[0].id, 1, &new, "mara", NOW, &mut TestRng::new(30))
            .unwrap();
        let left = found(&office, "stra").len() + found(&office, "luk").len();
        assert_eq!((left, found(&office, "quent").len()), (2, 1));
    }
}

#[test]
fn lists_come_in_pages_by_schema_and_state() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let made: Vec<_> = (0..5)
            .map(|n| {
                create(
                    &office,
                    &record(&schema, &format!("A-{n}"), "Mills"),
                    40 + n,
                )
                .unwrap()
            })
            .collect();
        hold(&office, &schema, made[0], 1);
        let list = |schema, state, search, skip| {
            let filter = ResidentFilter {
                search,
                schema,
                state,
            };
            let (page, total) = office.residents(filter, skip, 2).unwrap();
            (page.len(), total)
        };
        assert_eq!(list(None, None, "", 0), (2, 5));
        assert_eq!(list(None, None, "mills", 4), (1, 5));
        assert_eq!(list(Some(SchemaId([0; 32])), None, "", 0), (0, 0));
        let holds = Some(ResidentState::Holds);
        assert_eq!(list(Some(schema.id()), holds, "", 0), (1, 1));
        assert_eq!(list(None, holds, "mills", 0), (1, 1));
    }
}

#[test]
fn who_holds_or_is_invited_is_not_deleted() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let id = create(&office, &record(&schema, "A-1", "Mills"), 50).unwrap();
        let delete = |at| office.delete_resident(id, "mara", at);
        let state = |at| {
            office.store.write(|tx| settle(tx, id, at)).unwrap();
            office.resident(id).unwrap().state
        };
        let terms = crate::invitation::Terms {
            devices: 1,
            minutes: 5,
            approval: false,
        };
        let invite = |id, seed| {
            let rng = &mut TestRng::new(seed);
            office.invite(id, terms, "mara", NOW, rng).unwrap();
        };
        invite(id, 51);
        let invited = || office.resident(id).unwrap().state;
        assert_eq!(invited(), ResidentState::Invited);
        assert!(matches!(delete(NOW), Err(ResidentError::InUse)));
        // An invitation that nobody used ends by time alone.
        let hours = UnixTime(NOW.0 + 86_400);
        office.tidy(NOW).unwrap();
        assert_eq!(invited(), ResidentState::Invited);
        let gone = create(&office, &record(&schema, "A-2", "Green"), 52).unwrap();
        invite(gone, 53);
        office.delete_resident(gone, "mara", hours).unwrap();
        office.tidy(hours).unwrap();
        assert_eq!(invited(), ResidentState::New);
        hold(&office, &schema, id, 1);
        assert_eq!(state(hours), ResidentState::Holds);
        assert!(matches!(delete(hours), Err(ResidentError::InUse)));
        office.revoke(Handle([1; 8]), "moved", hours).unwrap();
        assert_eq!(invited(), ResidentState::Revoked);
        delete(hours).unwrap();
        assert!(matches!(delete(hours), Err(ResidentError::Unknown)));
        assert_eq!(found(&office, "mills"), Vec::<String>::new());
        assert!(office.store.write(|tx| settle(tx, id, NOW)).is_err());
    }
}

#[test]
fn nothing_personal_is_in_the_database_nor_in_its_log() {
    let folder = tempfile::tempdir().unwrap();
    let (office, schema) = offices(folder.path()).swap_remove(0);
    let id = create(&office, &record(&schema, "Reference-A", "Featherstone"), 60).unwrap();
    let new = record(&schema, "Reference-B", "Wolverhampton");
    office
        .change_resident(id, 1, &new, "mara", NOW, &mut TestRng::new(61))
        .unwrap();
    assert_sealed(
        folder.path(),
        &[
            "reference-a",
            "reference-b",
            "featherstone",
            "wolverhampton",
        ],
    );
}

/// No file of the database and of its log holds these words, in whatever case.
pub(crate) fn assert_sealed(folder: &Path, secrets: &[&str]) {
    let files = std::fs::read_dir(folder).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.is_file()).collect();
    assert!(files.len() > 1, "the log is beside the database");
    for file in files {
        let octets = std::fs::read(file).unwrap().to_ascii_lowercase();
        for secret in secrets {
            let found = octets.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}

#[test]
fn a_record_opens_at_its_place_only() {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let one = create(&office, &record(&schema, "A-1", "Mills"), 70).unwrap();
        let other = create(&office, &record(&schema, "A-2", "Green"), 71).unwrap();
        let sql = "UPDATE residents SET sealed = (SELECT sealed FROM residents WHERE id = $1)
                   WHERE id = $2";
        let swapped = office
            .store
            .write(|tx| tx.execute(sql, crate::store::cells![one, other]));
        assert_eq!(swapped, Ok(1));
        assert!(office.resident(one).is_ok());
        assert!(matches!(
            office.resident(other),
            Err(ResidentError::Office(OfficeError::Keys(_)))
        ));
    }
}
