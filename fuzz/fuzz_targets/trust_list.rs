//! Trust lists: a payload that is read is the one that is written, and a document is accepted only
//! with its signatures.
#![no_main]

use ed25519_dalek::SigningKey;
use glimpse_core::ids::UnixTime;
use glimpse_core::trust::{Roots, TrustList, accept};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let key = SigningKey::from_bytes(&[1; 32]);
    if let Ok(list) = TrustList::from_payload(octets) {
        assert_eq!(list.to_payload(), octets);
        // Nobody has signed it: not even a list that needs no key of ours.
        let roots = Roots {
            list: None,
            keys: vec![key.verifying_key()],
            threshold: 1,
        };
        assert!(accept(None, &list.sign(&[]), list.issued, &roots).is_err());
    }
    let roots = Roots {
        list: None,
        keys: vec![key.verifying_key()],
        threshold: 1,
    };
    if let Ok(accepted) = accept(None, octets, UnixTime(1_800_000_000), &roots) {
        assert_eq!(accepted.octets(), octets);
    }
});
