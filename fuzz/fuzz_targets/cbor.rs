//! Reading items of any kind: what is accepted is what the writer writes.
#![no_main]

use glimpse_core::cbor::{CborError, Reader, Writer};
use libfuzzer_sys::fuzz_target;

/// Reads the item that the first octet announces and writes it again.
fn item(octets: &[u8]) -> Result<Vec<u8>, CborError> {
    let (mut r, mut w) = (Reader::new(octets), Writer::new());
    match octets.first().map_or(0, |first| first >> 5) {
        0 => w.uint(r.uint()?),
        2 => w.bytes(r.bytes(4096)?),
        3 => w.text(r.text(4096)?),
        4 => {
            let items: Vec<u64> = r.list(0, 4096, |r| r.uint())?;
            w.array(items.len());
            items.iter().fold(&mut w, |w, n| w.uint(*n))
        }
        5 => {
            r.texts()?.write(&mut w);
            &mut w
        }
        _ => w.bool(r.bool()?),
    };
    r.finish()?;
    Ok(w.into_vec())
}

fuzz_target!(|octets: &[u8]| {
    if let Ok(again) = item(octets) {
        assert_eq!(again, octets);
    }
});
