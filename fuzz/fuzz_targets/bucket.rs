//! Buckets: one that is read is the one that is written, and every row in it is found.
#![no_main]

use glimpse_core::credential::Bucket;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(mut bucket) = Bucket::from_octets(octets) {
        for row in &bucket.rows {
            assert_eq!(bucket.row(row.handle), Ok(row));
        }
        assert_eq!(bucket.to_octets(), octets);
    }
});
