//! Pictures: nothing that is not a symbol panics, and what is read can be drawn again.
#![no_main]

use glimpse_core::transport::image::{QrSymbol, decode_png};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    if let Ok(text) = decode_png(file)
        && let Ok(symbol) = QrSymbol::new(&text)
    {
        let file = symbol.to_png().expect("a symbol can be drawn");
        assert_eq!(decode_png(&file), Ok(text));
    }
});
