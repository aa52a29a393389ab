//! Sealed files: what is sealed opens as it was, an edit of it does not open, and what is no such
//! file is refused before any key is derived, or costs what its head says.
#![no_main]

use std::sync::LazyLock;

use glimpse_core::cbor::{CborError, Reader};
use glimpse_core::sealed::{Cost, open, seal};
use glimpse_core::test_rng::TestRng;
use glimpse_fuzz::edited;
use libfuzzer_sys::fuzz_target;

const KIND: &str = "fuzz";

/// The costs that a file's head asks for.
fn costs(octets: &[u8]) -> Result<(u64, u64), CborError> {
    let mut r = Reader::new(octets);
    r.tuple(7)?;
    r.uint()?;
    r.text(32)?;
    Ok((r.uint()?, r.uint()?))
}

/// Opening may take long, but for the least costs and those beyond the bounds.
fn is_quick(octets: &[u8]) -> bool {
    let Ok((memory, passes)) = costs(octets) else {
        return true;
    };
    let in_bounds = (8192..=524_288).contains(&memory) && (1..=16).contains(&passes);
    !in_bounds || (memory, passes) == (8192, 1)
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    let rng = &mut TestRng::new(1);
    seal(KIND, b"passphrase", plaintext, Cost::LEAST, rng).expect("less than 1 MiB")
}

static KNOWN: LazyLock<Vec<u8>> = LazyLock::new(|| sealed(b"known"));

fuzz_target!(|octets: &[u8]| {
    for octets in [octets.to_vec(), edited(&KNOWN, octets)] {
        if is_quick(&octets) {
            let opened = open(KIND, b"passphrase", &octets);
            assert_eq!(opened.is_ok(), octets == *KNOWN);
        }
    }
    // One in many, for it derives two keys more.
    if octets.len() % 16 == 1 {
        let file = sealed(octets);
        let opened = open(KIND, b"passphrase", &file).expect("what was sealed");
        assert_eq!(opened.as_slice(), octets);
    }
});
