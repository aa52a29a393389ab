//! Manifests: unsigned ones are refused; a payload that is read behind a signature is the one that
//! is written, and names no bucket but by its digest.
#![no_main]

use ed25519_dalek::SigningKey;
use glimpse_core::credential::Manifest;
use glimpse_core::signed::{self, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let key = SigningKey::from_bytes(&[1; 32]);
    let verify = |octets: &[u8]| Manifest::verify(octets, &key.verifying_key());
    if let Ok(manifest) = verify(octets) {
        assert_eq!(manifest.sign(&key), octets);
    }
    let signed = signed::sign(Kind::Manifest, octets, &key);
    if let Ok(manifest) = verify(&signed) {
        assert_eq!(manifest.sign(&key), signed);
        for number in 0..manifest.buckets.len() {
            assert!(manifest.open_bucket(number, octets).is_err());
        }
    }
});
