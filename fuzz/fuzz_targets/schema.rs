//! Schemas: one that is read is the one that is written.
#![no_main]

use glimpse_core::credential::Schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(schema) = Schema::from_octets(octets) {
        assert_eq!(schema.to_octets(), octets);
        assert_eq!(schema.check(), Ok(()));
    }
});
