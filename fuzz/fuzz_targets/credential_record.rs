//! What a holder keeps: a credential or a pending issuance that is read is the one that is written.
//! A record with its schema among it makes a context, or says why not.
#![no_main]

use std::sync::LazyLock;

use glimpse_core::credential::{Credential, PendingIssuance};
use glimpse_fuzz::{Input, edited};
use libfuzzer_sys::fuzz_target;

static KNOWN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let input = Input::new(include_str!(
        "../../test-vectors/credential/good_credential_kept.json"
    ));
    input.octets("octets")
});

fuzz_target!(|octets: &[u8]| {
    for octets in [octets.to_vec(), edited(&KNOWN, octets)] {
        if let Ok(mut credential) = Credential::from_octets(&octets) {
            assert_eq!(credential.to_octets().as_slice(), octets);
            let Ok(context) = credential.context() else {
                continue;
            };
            assert_eq!(context.schema_id, credential.schema_id());
            if credential.verify(&context).is_ok() {
                // Handle and renewal key are not signed; all the rest is.
                let known = Credential::from_octets(&KNOWN).expect("a credential");
                credential.handle = known.handle;
                credential.renewal_key = known.renewal_key;
                assert_eq!(credential.to_octets().as_slice(), *KNOWN);
            }
        }
    }
    if let Ok(pending) = PendingIssuance::from_octets(octets) {
        assert_eq!(pending.to_octets().as_slice(), octets);
    }
});
