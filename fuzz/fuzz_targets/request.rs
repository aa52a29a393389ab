//! Requests and registrations: unsigned ones are refused; a payload that is read behind a signature
//! is the one that is written.
#![no_main]

use ed25519_dalek::SigningKey;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Registration, Request, Review, VerifiedRequest};
use glimpse_core::signed::{self, Kind};
use glimpse_core::trust::TrustList;
use libfuzzer_sys::fuzz_target;

/// Far enough from both ends of time.
const NOW: UnixTime = UnixTime(1_795_435_200);

fuzz_target!(|octets: &[u8]| {
    let root = SigningKey::from_bytes(&[22; 32]);
    let key = SigningKey::from_bytes(&[21; 32]);
    let trust = TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(0),
        expires: UnixTime(u64::MAX),
        threshold: 1,
        keys: vec![root.verifying_key()],
        issuers: Vec::new(),
        verifiers: Vec::new(),
    };
    let signed = signed::sign(Kind::Registration, octets, &root);
    for octets in [octets, &signed] {
        if let Ok(registration) = Registration::verify(octets, &trust) {
            assert_eq!(registration.sign(&root), octets);
        }
    }
    let signed = signed::sign(Kind::Request, octets, &key);
    for octets in [octets, &signed] {
        let own = Request::read_own(octets, &key.verifying_key());
        if let Ok(request) = &own {
            assert_eq!(request.sign(&key), octets);
        }
        let site = own.as_ref().ok().and_then(|request| request.answer_to.as_ref());
        assert!(site.is_none() || VerifiedRequest::verify(octets, Some(&trust), NOW).is_err());
        if let Ok(verified) = VerifiedRequest::verify_for(octets, site, Some(&trust), NOW) {
            // The fuzzer knows this verifier's key and no other.
            assert_eq!(own.as_ref(), Ok(&verified.request));
            let review = Review::new(verified, &[], NOW, "en");
            let _ = (review.verifier(), review.purpose(), review.warnings());
            (0..review.alternatives()).for_each(|i| assert!(review.items(i).is_err()));
        }
    }
});
