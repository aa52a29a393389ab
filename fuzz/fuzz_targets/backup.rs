//! What a backup holds: whatever is read is written as it was.
#![no_main]

use glimpse_wallet::backup::Contents;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    if let Ok(contents) = Contents::from_octets(octets) {
        assert_eq!(contents.to_octets().as_slice(), octets);
    }
});
