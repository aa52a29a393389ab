//! Between JavaScript's values and Rust's.

use getrandom::SysRng;
use glimpse_core::ids::UnixTime;
use js_sys::Uint8Array;
use rand_core::UnwrapErr;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};

use crate::fault::Fault;

/// Missing as null, maps as objects; octets stay `Uint8Array`.
const PLAIN: Serializer = Serializer::new()
    .serialize_missing_as_null(true)
    .serialize_maps_as_objects(true);

/// The year 5138: who gives more gives milliseconds.
const LATEST: f64 = 1e11;

/// The browser's randomness. It fails only where the browser itself is broken, and then the module
/// stops.
pub(crate) fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// A moment in seconds, with or without a fraction.
pub(crate) fn moment(seconds: f64) -> Result<UnixTime, Fault> {
    if !(0.0..LATEST).contains(&seconds) {
        let words = "give the time in seconds since 1970, such as Date.now() / 1000";
        return Err(Fault::new("time", words));
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the bounds above")]
    Ok(UnixTime(seconds as u64))
}

/// A view as a plain JavaScript object.
pub(crate) fn plain(view: &impl Serialize) -> Result<JsValue, Fault> {
    let value = view.serialize(&PLAIN);
    value.map_err(|error| Fault::new("internal", error))
}

/// An answer as it comes: the text of a QR code, or octets.
pub(crate) fn text_or_octets(value: &JsValue) -> Result<Vec<u8>, Fault> {
    if let Some(text) = value.as_string() {
        return Ok(text.into_bytes());
    }
    let octets = value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec);
    octets.ok_or_else(|| Fault::new("argument", "an answer is a string or a Uint8Array"))
}
