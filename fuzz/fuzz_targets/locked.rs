//! Locked files: what is locked opens by its key file as it was, an edit of it does not, and what is
//! no such file is refused. By passphrase they are sealed files, which have a target of their own.
#![no_main]

use std::sync::LazyLock;

use glimpse_core::sealed::Cost;
use glimpse_core::sealed::locked::{Lock, Way};
use glimpse_core::test_rng::TestRng;
use glimpse_fuzz::edited;
use libfuzzer_sys::fuzz_target;

const KIND: &str = "fuzz";
const KEY_FILE: [u8; 32] = [1; 32];

static KNOWN: LazyLock<(Lock, Vec<u8>)> = LazyLock::new(|| {
    let rng = &mut TestRng::new(1);
    let mut lock = Lock::new(KIND, b"passphrase", Cost::LEAST, rng).expect("costs in bounds");
    lock.enrol(&KEY_FILE, rng).expect("the first key file");
    let file = lock.seal(b"known", rng).expect("less than 1 MiB");
    (lock, file)
});

fuzz_target!(|octets: &[u8]| {
    let (lock, known) = &*KNOWN;
    for octets in [octets.to_vec(), edited(known, octets)] {
        let opened = Lock::open(KIND, Way::KeyFile(&KEY_FILE), &octets);
        assert_eq!(opened.is_ok(), octets == *known);
        assert_eq!(lock.reopen(&octets).is_ok(), octets == *known);
    }
    let file = lock
        .seal(octets, &mut TestRng::new(2))
        .expect("less than 1 MiB");
    let (_, opened) = Lock::open(KIND, Way::KeyFile(&KEY_FILE), &file).expect("what was locked");
    assert_eq!(opened.as_slice(), octets);
});
