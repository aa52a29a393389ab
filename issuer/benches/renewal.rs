//! How long an epoch's renewal takes, and in how much memory, on SQLite and on PostgreSQL where it
//! is installed. `cargo bench -p glimpse-issuer --bench renewal`; `GLIMPSE_RENEWAL_HOLDERS`
//! (200,000) sets for how many holders. Times are printed and none is asserted.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may take what it knows is there, and prints"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use glimpse_core::credential::Manifest;
use glimpse_core::ids::{Handle, UnixTime};
use glimpse_core::sealed::Cost;
use glimpse_core::test_rng::TestRng;
use glimpse_issuer::store::{Store, open_postgres, open_sqlite};
use glimpse_issuer::{Office, json};

#[allow(unreachable_pub, reason = "test programs include it as well")]
#[path = "../tests/support/holders.rs"]
mod holders;
#[allow(dead_code, unreachable_pub, reason = "tests use more of it")]
#[path = "../tests/support/postgres.rs"]
mod postgres;

const MILLION: f64 = 1e6;
const NOW: UnixTime = UnixTime(1_795_435_200);

/// The most memory that this process has held since the last reset, in MiB.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024)
}

fn reset_peak_memory() {
    // Where the system does not let one, the peak is that of making the holders, which is less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Time that the system gave to this process's threads, in seconds.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name: user and system time are the 12th and the 13th, in ticks of 10 ms.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<f64>().ok();
    Some((ticks()? + ticks()?) / 100.0)
}

fn measure<T>(what: &str, holders: usize, work: impl FnOnce() -> T) -> T {
    reset_peak_memory();
    let (begun, before) = (Instant::now(), processor_seconds());
    let done = work();
    let seconds = begun.elapsed().as_secs_f64();
    let spent = before.and_then(|before| Some(processor_seconds()? - before));
    #[allow(clippy::cast_precision_loss, reason = "counts of people")]
    let rate = holders as f64 / seconds;
    println!(
        "{what}: {seconds:.1} s, {rate:.0} holders a second, {} of processor time, peak {}",
        spent.map_or("unknown".to_owned(), |spent| format!("{spent:.1} s")),
        peak_memory().map_or("unknown".to_owned(), |mib| format!("{mib} MiB")),
    );
    if holders != 1_000_000 {
        println!(
            "    a million at this rate: {:.1} minutes",
            MILLION / rate / 60.0
        );
    }
    done
}

fn renew(folder: &Path, store: Arc<dyn Store>, holders: usize) {
    println!("\n{}, {holders} holders, {} cores", store.name(), cores());
    let folder = folder.join(store.name());
    let born = (NOW, None);
    let rng = &mut TestRng::new(1);
    let office =
        Office::create_with(&folder, b"bench", Cost::LEAST, born, Some(store), rng).unwrap();
    let schema = json::schema(include_str!("../schemas/resident.json")).unwrap();
    let id = office.add_schema(&schema, "command", NOW).unwrap();
    let begun = Instant::now();
    let handles = holders::populate(&office, id, holders, 1);
    println!("holders made in {:.1} s", begun.elapsed().as_secs_f64());

    let first = measure("first run", holders, || {
        office.renew(id, NOW).unwrap().remove(0)
    });
    assert_eq!(usize::try_from(first.renewed).unwrap(), holders);
    let manifest = Manifest::verify(&first.manifest, &office.signing_key()).unwrap();
    println!("    {} buckets", manifest.buckets.len());

    for handle in handles.iter().take(100) {
        office.revoke(Handle(*handle), "moved", NOW).unwrap();
    }
    let again = measure("again, after 100 revocations", holders, || {
        office.renew(id, NOW).unwrap().remove(0)
    });
    println!(
        "    {} of {} buckets signed",
        again.signed,
        again.buckets.len()
    );

    let to = folder.join("to");
    measure("export", holders, || {
        office.export_renewals(&to, &|_, _| ()).unwrap()
    });
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn main() {
    let holders = std::env::var("GLIMPSE_RENEWAL_HOLDERS").ok();
    let holders = holders
        .and_then(|text| text.parse().ok())
        .unwrap_or(200_000);
    let folder = tempfile::tempdir().unwrap();
    let sqlite = open_sqlite(&folder.path().join("office.db")).unwrap();
    renew(folder.path(), sqlite, holders);
    if let Some(url) = postgres::fresh_database() {
        renew(folder.path(), open_postgres(&url, None).unwrap(), holders);
    }
}
