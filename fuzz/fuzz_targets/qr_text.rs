//! QR text: what is accepted is the encoder's text.
#![no_main]

use glimpse_core::transport::qr;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok((kind, document)) = qr::decode(text) {
        assert_eq!(qr::encode(kind, &document).as_deref(), Ok(text));
    }
});
