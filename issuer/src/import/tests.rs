//! Imports on both databases.

use std::io::Read;

use glimpse_core::credential::Schema;

use super::*;
use crate::residents::tests::{NOW, assert_sealed, create, offices, record};
use crate::residents::{ResidentFilter, ResidentState};

const HEADING: &str = "Referentie;Ingezetenennummer;Recht op;Geldig tot\n";
const WORKER: [u8; 16] = [1; 16];

fn on_each(test: impl Fn(&Office, &Schema)) {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        test(&office, &schema);
        assert_eq!(office.check_audit().unwrap().broken_at, None);
    }
}

fn receive(office: &Office, schema: &Schema, file: &[u8]) -> Result<ImportId, ImportError> {
    let rng = &mut glimpse_terminal::rng();
    let name = "residents.csv";
    office.receive_import(schema.id(), name, &mut &*file, 1 << 20, "mara", NOW, rng)
}

/// Works until there is nothing to do; returns how many steps that took.
fn work(office: &Office, worker: &[u8; 16], now: UnixTime) -> u32 {
    let mut steps = 0;
    while office
        .work_on_imports(worker, now, &mut glimpse_terminal::rng())
        .unwrap()
    {
        steps += 1;
    }
    steps
}

fn check(office: &Office, id: ImportId) -> Import {
    let mapping = office.import(id).unwrap().mapping;
    office.check_import(id, &mapping, "mara", NOW).unwrap();
    work(office, &WORKER, NOW);
    office.import(id).unwrap()
}

fn run(office: &Office, id: ImportId) -> Import {
    office.run_import(id, "mara", NOW).unwrap();
    work(office, &WORKER, NOW);
    office.import(id).unwrap()
}

fn residents(office: &Office, search: &str) -> u64 {
    let filter = ResidentFilter {
        search,
        ..ResidentFilter::default()
    };
    office.residents(filter, 0, 1).unwrap().1
}

fn count(office: &Office, table: &'static str) -> i64 {
    office.store.read(|tx| tx.number(table, &[])).unwrap()
}

const PIECES: &str = "SELECT count(*) FROM import_pieces";

fn rows(range: std::ops::Range<u32>) -> String {
    let row = |n| format!("A-{n};N-{n};1;31-01-2030\n");
    range.map(row).collect()
}

#[test]
fn a_file_is_received_mapped_checked_and_imported() {
    on_each(|office, schema| {
        let file = format!(
            "{HEADING}A-1;Zoë;Ordinary medicine;31-01-2030\nA-2;=SUM(A1);3;2030-01-31\n\
             A-3;x;9;31-02-2030\n;y;1;31-01-2030\n;;;\nA-1;Zoë;1;31-01-2030\n"
        );
        create(office, &record(schema, "A-2", "Mills"), 10).unwrap();
        let id = receive(office, schema, file.as_bytes()).unwrap();
        let import = office.import(id).unwrap();
        assert_eq!((import.state, import.rows), (ImportState::Mapping, 5));
        assert_eq!(
            (import.encoding.as_str(), import.delimiter.as_str()),
            ("UTF-8", ";")
        );
        let uses: Vec<_> = import
            .mapping
            .iter()
            .map(|used| used.attribute.as_deref().unwrap_or("-"))
            .collect();
        assert_eq!(uses, ["reference", "number", "entitlement", "valid_until"]);
        assert_eq!(import.sample.len(), 5);
        assert_eq!(import.sample[1][1].as_str(), "=SUM(A1)");
        assert!(import.checked.is_none());

        let import = check(office, id);
        assert_eq!(import.checked, Some((3, 2)));
        assert_eq!(residents(office, ""), 1, "a check keeps nothing");
        let (errors, total) = office.import_errors(id, 0, 10).unwrap();
        let said: Vec<_> = errors
            .iter()
            .map(|e| (e.row, e.error.field.as_str(), e.error.code.as_str()))
            .collect();
        let expected = [
            (4, "entitlement", "enumeration"),
            (4, "valid_until", "date"),
            (5, "reference", "missing"),
        ];
        assert_eq!((said.as_slice(), total), (expected.as_slice(), 3));

        let import = run(office, id);
        assert_eq!(import.state, ImportState::Done);
        assert_eq!(
            (import.done, import.created, import.skipped, import.bad),
            (5, 1, 2, 2)
        );
        assert_eq!(import.checked, Some((3, 2)));
        assert_eq!((residents(office, "zoe"), residents(office, "")), (1, 2));
        let csv = office.import_errors_csv(id).unwrap();
        assert!(csv.contains("\r\n3,\"reference\",\"exists\""), "{csv}");
        assert!(!csv.contains("SUM") && !csv.contains("A-2"), "{csv}");
        assert_eq!(count(office, PIECES), 0);
        assert!(import.sample.is_empty());

        let again = office.run_import(id, "mara", NOW);
        assert!(matches!(again, Err(ImportError::State)));
        office.end_import(id, "mara", NOW).unwrap();
        assert!(matches!(office.import(id), Err(ImportError::Unknown)));
        assert_eq!(count(office, "SELECT count(*) FROM import_errors"), 0);
    });
}

#[test]
fn a_worker_that_stops_anywhere_loses_nothing_and_doubles_nothing() {
    on_each(|office, schema| {
        let file = format!("{HEADING}{}", rows(0..2345));
        let id = receive(office, schema, file.as_bytes()).unwrap();
        assert_eq!(count(office, PIECES), 5);
        check(office, id);
        office.run_import(id, "mara", NOW).unwrap();
        let rng = &mut glimpse_terminal::rng();
        // One piece, and the worker is gone.
        assert!(office.work_on_imports(&WORKER, NOW, rng).unwrap());
        let import = office.import(id).unwrap();
        assert_eq!((import.state, import.done), (ImportState::Running, 500));
        // Another one waits for the lease to end, and goes on where it stopped.
        let other = [2; 16];
        assert_eq!(work(office, &other, NOW), 0);
        let later = UnixTime(NOW.0 + 61);
        assert_eq!(work(office, &other, later), 5);
        let import = office.import(id).unwrap();
        assert_eq!(
            (import.state, import.created, import.skipped),
            (ImportState::Done, 2345, 0)
        );
        assert_eq!(residents(office, ""), 2345);
    });
}

#[test]
fn workers_that_race_for_a_piece_do_it_once() {
    on_each(|office, schema| {
        let file = format!("{HEADING}{}", rows(0..1800));
        let id = receive(office, schema, file.as_bytes()).unwrap();
        check(office, id);
        office.run_import(id, "mara", NOW).unwrap();
        // Each is sure that every other lease has ended.
        std::thread::scope(|scope| {
            for worker in 0..4 {
                scope.spawn(move || {
                    let mut now = UnixTime(NOW.0 + worker);
                    while office.import(id).unwrap().state != ImportState::Done {
                        now = UnixTime(now.0 + 100);
                        let worker = [u8::try_from(worker).unwrap(); 16];
                        let rng = &mut glimpse_terminal::rng();
                        // Whoever is too late at a busy database tries again.
                        let _ = office.work_on_imports(&worker, now, rng);
                    }
                });
            }
        });
        let import = office.import(id).unwrap();
        assert_eq!(
            (import.created, import.skipped, import.done),
            (1800, 0, 1800)
        );
        assert_eq!(residents(office, ""), 1800);
    });
}

#[test]
fn a_cancelled_import_stops_and_leaves_what_was_imported() {
    on_each(|office, schema| {
        let file = format!("{HEADING}{}", rows(0..1200));
        let id = receive(office, schema, file.as_bytes()).unwrap();
        check(office, id);
        office.run_import(id, "mara", NOW).unwrap();
        let rng = &mut glimpse_terminal::rng();
        assert!(office.work_on_imports(&WORKER, NOW, rng).unwrap());
        office.end_import(id, "mara", NOW).unwrap();
        assert_eq!(work(office, &WORKER, NOW), 0);
        let import = office.import(id).unwrap();
        assert_eq!(
            (import.state, import.created),
            (ImportState::Cancelled, 500)
        );
        assert_eq!((residents(office, ""), count(office, PIECES)), (500, 0));
        let filter = ResidentFilter {
            state: Some(ResidentState::New),
            ..ResidentFilter::default()
        };
        assert_eq!(office.residents(filter, 0, 1).unwrap().1, 500);
    });
}

#[test]
fn a_mapping_that_does_not_fit_is_refused_and_an_open_order_of_dates_asked_for() {
    on_each(|office, schema| {
        let file = "reference,number,entitlement,valid until\nA-1,x,1,01/02/2030\n";
        let id = receive(office, schema, file.as_bytes()).unwrap();
        let mut mapping = office.import(id).unwrap().mapping;
        assert_eq!(mapping[3].attribute.as_deref(), Some("valid_until"));
        let refused = |mapping: &[ColumnUse]| {
            let refused = office.check_import(id, mapping, "mara", NOW);
            let Err(ImportError::Mapping(errors)) = refused else {
                panic!("taken");
            };
            let said = errors.iter().map(|e| format!("{} {}", e.field, e.code));
            said.collect::<Vec<_>>()
        };
        assert_eq!(refused(&mapping), ["valid_until date-order"]);
        mapping[3].dates = Some(DateOrder::MonthFirst);
        let mut wrong = mapping.clone();
        wrong[0].attribute = Some("number".to_owned());
        wrong[2].column = 7;
        wrong[2].attribute = Some("'; DROP TABLE imports".to_owned());
        assert_eq!(
            refused(&wrong),
            [
                "mapping[2].attribute unknown",
                "mapping[2].column unknown",
                "reference missing",
                "number repeated",
                "entitlement missing"
            ]
        );
        let state = office.import(id).unwrap().state;
        assert_eq!(state, ImportState::Mapping);
        office.check_import(id, &mapping, "mara", NOW).unwrap();
        work(office, &WORKER, NOW);
        run(office, id);
        let (all, _) = office.residents(ResidentFilter::default(), 0, 1).unwrap();
        let values = crate::json::write_values(schema, &all[0].record.values);
        assert_eq!(values["valid_until"], "2030-01-02");
    });
}

#[test]
fn a_file_that_is_refused_leaves_nothing() {
    on_each(|office, schema| {
        let wide = format!("{}\n1\n", vec!["x"; 300].join(","));
        let large = format!("{HEADING}{}", "x".repeat(1 << 19));
        let mixed = [HEADING.as_bytes(), "Zoë\n".repeat(9).as_bytes(), b"\xeb\n"].concat();
        for (file, error) in [
            (b"".to_vec(), FileError::Empty),
            (HEADING.as_bytes().to_vec(), FileError::Empty),
            (wide.into_bytes(), FileError::Columns(1)),
            (large.into_bytes(), FileError::Field(2)),
            (mixed, FileError::Encoding),
            (rows(0..100_000).into_bytes(), FileError::TooLarge),
        ] {
            let refused = receive(office, schema, &file);
            assert!(
                matches!(&refused, Err(ImportError::File(e)) if *e == error),
                "{error:?}"
            );
        }
        let rng = &mut glimpse_terminal::rng();
        for name in ["a\nb", "\u{202e}fdp.csv", &"x".repeat(256)] {
            let file = &mut HEADING.as_bytes();
            let refused = office.receive_import(schema.id(), name, file, 99, "m", NOW, rng);
            assert!(matches!(refused, Err(ImportError::File(FileError::Name))));
        }
        let other = office.receive_import(
            SchemaId([0; 32]),
            "a.csv",
            &mut HEADING.as_bytes(),
            99,
            "mara",
            NOW,
            rng,
        );
        assert!(matches!(
            other,
            Err(ImportError::Office(OfficeError::UnknownSchema))
        ));
        assert_eq!(count(office, PIECES), 0);
        assert_eq!(count(office, "SELECT count(*) FROM imports"), 0);
    });
}

#[test]
fn what_stands_in_a_cell_is_text_and_never_more() {
    on_each(|office, schema| {
        let hostile = [
            "'; DROP TABLE residents; --",
            "<script>alert(1)</script>",
            "=HYPERLINK(\"\"http://x\"\")",
            "@SUM(1)",
            "+1",
        ];
        let mut file = HEADING.to_owned();
        for (n, text) in hostile.iter().enumerate() {
            file.push_str(&format!("A-{n};\"{text}\";1;31-01-2030\n"));
        }
        // Of what a screen could be forged with, nothing gets in.
        for text in ["\u{202e}abc", "a\u{7}b", "two\nlines", "a\u{2028}b"] {
            file.push_str(&format!("B-1;\"{text}\";1;31-01-2030\n"));
        }
        let id = receive(office, schema, file.as_bytes()).unwrap();
        assert_eq!(check(office, id).checked, Some((5, 4)));
        run(office, id);
        let (all, _) = office.residents(ResidentFilter::default(), 0, 10).unwrap();
        let mut names: Vec<_> = all.iter().map(|r| r.record.name()).collect();
        let mut expected = hostile.map(|text| text.replace("\"\"", "\"")).to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected);
    });
}

#[test]
fn rows_of_people_are_sealed_while_they_wait_and_forgotten_when_nobody_comes() {
    let folder = tempfile::tempdir().unwrap();
    let (office, schema) = offices(folder.path()).swap_remove(0);
    let file = format!("{HEADING}Reference-A;Featherstone;1;31-01-2030\n");
    let id = receive(&office, &schema, file.as_bytes()).unwrap();
    check(&office, id);
    let secrets = ["featherstone", "reference-a", "referentie", "residents.csv"];
    assert_sealed(folder.path(), &secrets);
    let week = UnixTime(NOW.0 + 7 * 86_400);
    assert_eq!(work(&office, &WORKER, week), 0);
    assert_eq!(work(&office, &WORKER, UnixTime(week.0 + 1)), 1);
    let state = office.import(id).unwrap().state;
    assert_eq!((state, count(&office, PIECES)), (ImportState::Cancelled, 0));
}

#[test]
fn a_line_that_breaks_leaves_nothing_behind() {
    struct Broken(u32);
    impl Read for Broken {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if self.0 > 20_000 {
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
            let row = rows(self.0..self.0 + 1);
            self.0 += 1;
            out[..row.len()].copy_from_slice(row.as_bytes());
            Ok(row.len())
        }
    }
    on_each(|office, schema| {
        let (name, rng) = ("a.csv", &mut glimpse_terminal::rng());
        let source = &mut Broken(0);
        let refused = office.receive_import(schema.id(), name, source, 1 << 30, "mara", NOW, rng);
        assert!(matches!(refused, Err(ImportError::File(FileError::Broken))));
        assert_eq!(count(office, PIECES), 0);
    });
}

/// Not a test: `cargo test --release -p glimpse-issuer -- --ignored a_million --nocapture`.
#[test]
#[ignore = "takes long; prints what a million rows take"]
fn a_million_rows() {
    on_each(|office, schema| {
        let number: u32 = std::env::var("GLIMPSE_ROWS").map_or(1_000_000, |n| n.parse().unwrap());
        let row = |n: u32| {
            let person = n.wrapping_mul(2_654_435_761) % 40_000;
            format!(
                "R-{n:07};Family{person} Given{};1;31-01-2030\n",
                person % 977
            )
        };
        let file: String = HEADING.to_owned() + &(0..number).map(row).collect::<String>();
        let memory = || {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
            line.to_owned()
        };
        println!("{} octets; before: {}", file.len(), memory());
        let start = std::time::Instant::now();
        let (name, rng) = ("a.csv", &mut glimpse_terminal::rng());
        let source = &mut file.as_bytes();
        let id = office
            .receive_import(schema.id(), name, source, 1 << 30, "mara", NOW, rng)
            .unwrap();
        println!("received {:?} {}", start.elapsed(), memory());
        let import = check(office, id);
        println!("checked {:?} {:?}", start.elapsed(), import.checked);
        office.run_import(id, "mara", NOW).unwrap();
        // The clock goes, since ids begin with the time.
        let now = || UnixTime(NOW.0 + start.elapsed().as_secs());
        while office.work_on_imports(&WORKER, now(), rng).unwrap() {}
        let import = office.import(id).unwrap();
        println!(
            "imported {:?} {} {}",
            start.elapsed(),
            import.created,
            memory()
        );
        let start = std::time::Instant::now();
        println!(
            "found {} in {:?}",
            residents(office, "family17"),
            start.elapsed()
        );
        let start = std::time::Instant::now();
        println!("listed {} in {:?}", residents(office, ""), start.elapsed());
    });
}
