//! Signed documents: what verifies by a known key is what that key writes. The last part signs the
//! octets themselves, so that the fuzzer also gets past the signature.
#![no_main]

use ed25519_dalek::SigningKey;
use glimpse_core::signed::{self, Kind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let key = SigningKey::from_bytes(&[1; 32]);
    if let Ok(document) = signed::read(octets)
        && let Ok(payload) = document.verify(Kind::Request, &key.verifying_key())
    {
        assert_eq!(signed::sign(Kind::Request, payload, &key), octets);
    }
    if let Ok(document) = signed::read_many(octets)
        && document.all_by(Kind::TrustList, &[key.verifying_key()])
    {
        assert_eq!(
            signed::sign_many(Kind::TrustList, document.payload, &[&key]),
            octets
        );
    }
    if octets.len() < 60_000 {
        let document = signed::sign(Kind::Request, octets, &key);
        let read = signed::read(&document).expect("a document of our own");
        assert_eq!(read.verify(Kind::Request, &key.verifying_key()), Ok(octets));
        assert!(read.verify(Kind::Offer, &key.verifying_key()).is_err());
    }
});
