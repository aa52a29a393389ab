//! Responses: one that is read for a schema of every type is the one that is written.
#![no_main]

use std::sync::LazyLock;

use glimpse_core::credential::{IssuanceResponse, Schema};
use glimpse_fuzz::{Input, edited};
use libfuzzer_sys::fuzz_target;

/// The schema, and a response that fits it.
static KNOWN: LazyLock<(Schema, Vec<u8>)> = LazyLock::new(|| {
    let input = Input::new(include_str!(
        "../../test-vectors/credential/good_issuance_response_read.json"
    ));
    let schema = Schema::from_octets(&input.octets("schema")).expect("a schema");
    (schema, input.octets("octets"))
});

fuzz_target!(|octets: &[u8]| {
    let (schema, known) = &*KNOWN;
    for octets in [octets.to_vec(), edited(known, octets)] {
        if let Ok(response) = IssuanceResponse::from_octets(&octets, schema) {
            assert_eq!(response.to_octets().as_slice(), octets);
            assert_eq!(schema.check_values(&response.values), Ok(()));
        }
    }
});
