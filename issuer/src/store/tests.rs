//! The same tests on both databases.

use std::path::Path;

use super::*;

#[allow(unreachable_pub, reason = "other test programs include it as well")]
#[path = "../../tests/support/postgres.rs"]
mod server;

/// Every kind of store that there is here, fresh and empty. The folder holds SQLite's file.
pub(crate) fn stores(folder: &Path) -> Vec<Arc<dyn Store>> {
    let mut stores = vec![open_sqlite(&folder.join("office.db")).unwrap()];
    stores.extend(server::fresh_database().map(|url| open_postgres(&url, None).unwrap()));
    stores
}

fn on_each(test: impl Fn(&dyn Store)) {
    let folder = tempfile::tempdir().unwrap();
    for store in stores(folder.path()) {
        eprintln!("{}", store.name());
        test(&*store);
    }
}

const KEEP: &str = "INSERT INTO settings (name, value) VALUES ($1, $2)";
const COUNT: &str = "SELECT count(*) FROM settings";

#[test]
fn what_is_written_is_read_and_an_error_undoes_it() {
    on_each(|store| {
        let octets: Vec<u8> = (0..=255).collect();
        store
            .write(|tx| tx.execute(KEEP, cells!["a", &octets]))
            .unwrap();
        let undone = store.write(|tx| {
            tx.execute(KEEP, cells!["b", &octets])?;
            tx.execute(KEEP, cells!["a", &octets])
        });
        assert_eq!(undone, Err(StoreError::Taken));
        let row = store
            .read(|tx| tx.first("SELECT name, value, NULL FROM settings", &[]))
            .unwrap()
            .unwrap();
        assert_eq!(
            (row.text(0), row.octets(1)),
            (Ok("a"), Ok(octets.as_slice()))
        );
        assert_eq!(row.maybe(2, Row::text), Ok(None));
        assert_eq!(row.integer(0), Err(StoreError::Damaged));
        assert_eq!(row.array::<4>(1), Err(StoreError::Damaged));
        assert_eq!(store.read(|tx| tx.number(COUNT, &[])), Ok(1));
    });
}

#[test]
fn parameters_go_by_number_and_are_no_sql() {
    on_each(|store| {
        let name = "'); DROP TABLE settings; --\u{0007}\u{00e9}";
        let sql = "INSERT INTO settings (value, name) VALUES ($2, $1)";
        store
            .write(|tx| tx.execute(sql, cells![name, &[1u8]]))
            .unwrap();
        let sql = "SELECT name FROM settings WHERE name = $1 AND $1 <> $2";
        let rows = store.read(|tx| tx.query(sql, cells![name, "x"])).unwrap();
        assert_eq!(rows[0].text(0), Ok(name));
    });
}

#[test]
fn a_transaction_that_is_dropped_leaves_nothing_and_its_connection_is_used_again() {
    on_each(|store| {
        for _ in 0..40 {
            let mut tx = store.begin(Mode::Write).unwrap();
            tx.execute(KEEP, cells!["a", &[1u8]]).unwrap();
        }
        assert_eq!(store.read(|tx| tx.number(COUNT, &[])), Ok(0));
    });
}

#[test]
fn one_of_many_who_take_the_same_thing_gets_it() {
    on_each(|store| {
        let won = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..32)
                .map(|_| scope.spawn(|| store.write(|tx| tx.execute(KEEP, cells!["one", &[1u8]]))))
                .collect();
            let results = threads.into_iter().map(|t| t.join().unwrap());
            results.filter(Result::is_ok).count()
        });
        assert_eq!(won, 1);
    });
}

#[test]
fn a_database_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("office.db");
    drop(open_sqlite(&path).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(open_sqlite(&path).err(), Some(StoreError::Newer));
    drop(raw);
    let path = folder.path().join("other.db");
    std::fs::write(&path, b"this is no database, however long it may be").unwrap();
    assert_eq!(open_sqlite(&path).err(), Some(StoreError::Damaged));
    if let Some(url) = server::fresh_database() {
        drop(open_postgres(&url, None).unwrap());
        let mut raw = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
        raw.batch_execute("UPDATE migrations SET done = 99")
            .unwrap();
        assert_eq!(open_postgres(&url, None).err(), Some(StoreError::Newer));
    }
}

#[test]
fn tables_are_brought_up_to_date_once_by_programs_that_start_together() {
    let Some(url) = server::fresh_database() else {
        return;
    };
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| open_postgres(&url, None).unwrap());
        }
    });
}

#[test]
fn connections_from_before_a_restart_are_replaced() {
    let Some(url) = server::fresh_database() else {
        return;
    };
    let store = open_postgres(&url, None).unwrap();
    let held: Vec<_> = (0..8).map(|_| store.begin(Mode::Read).unwrap()).collect();
    drop(held);
    let mut raw = ::postgres::Client::connect(&url, ::postgres::NoTls).unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    raw.query(sql, &[]).unwrap();
    assert_eq!(store.read(|tx| tx.number(COUNT, &[])), Ok(0));
}
