//! Offers: unsigned ones are refused; a payload that is read behind a signature is the one that is
//! written.
#![no_main]

use ed25519_dalek::SigningKey;
use glimpse_core::credential::Offer;
use glimpse_core::ids::UnixTime;
use glimpse_core::signed::{self, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let key = SigningKey::from_bytes(&[1; 32]);
    let verify = |octets: &[u8]| Offer::verify(octets, &key.verifying_key(), UnixTime(0));
    if let Ok(offer) = verify(octets) {
        assert_eq!(offer.sign(&key), octets);
    }
    let _ = Offer::claimed_issuer(octets);
    let signed = signed::sign(Kind::Offer, octets, &key);
    if let Ok(offer) = verify(&signed) {
        assert_eq!(offer.sign(&key), signed);
        assert_eq!(Offer::claimed_issuer(&signed), Ok(offer.issuer));
    }
});
