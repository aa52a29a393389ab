//! Trust lists: a first one on the word of keys that came another way, later ones by the one before.

use ed25519_dalek::VerifyingKey;
use glimpse_core::trust::{Accepted, Roots, accept};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{moment, plain};
use crate::fault::Fault;
use crate::views::TrustListView;

/// Accepts a trust list: a later one by `current`, a first one by `roots`, at least `threshold` of
/// which must have signed it. Gives the octets to keep.
///
/// # Errors
/// Codes `trust_…`, `argument`, `time`.
#[wasm_bindgen(js_name = acceptTrustList)]
pub fn accept_trust_list(
    current: Option<Vec<u8>>,
    octets: &[u8],
    roots: Vec<String>,
    threshold: usize,
    now: f64,
) -> Result<Vec<u8>, Fault> {
    let current = current.as_deref().map(Accepted::restore).transpose()?;
    let keys = roots.iter().map(|root| key(root));
    let roots = Roots {
        list: None,
        keys: keys.collect::<Result<_, _>>()?,
        threshold,
    };
    let accepted = accept(current.as_ref(), octets, moment(now)?, &roots)?;
    Ok(accepted.octets().to_vec())
}

/// What a trust list says, before it is accepted: nothing of it is to be believed until somebody has
/// compared its keys.
///
/// # Errors
/// Codes `trust_…`, `time`.
#[wasm_bindgen(js_name = readTrustList, unchecked_return_type = "TrustListView")]
pub fn read_trust_list(octets: &[u8], now: f64, language: &str) -> Result<JsValue, Fault> {
    let list = Accepted::restore(octets)?.list;
    plain(&TrustListView::new(&list, moment(now)?, language))
}

/// A publisher's key, in hexadecimal.
fn key(text: &str) -> Result<VerifyingKey, Fault> {
    let mut octets = [0; 32];
    let read = hex::decode_to_slice(text, &mut octets).ok();
    let key = read.and_then(|()| VerifyingKey::from_bytes(&octets).ok());
    let wrong = || {
        Fault::new(
            "argument",
            "a root is an Ed25519 key of 64 hexadecimal digits",
        )
    };
    key.ok_or_else(wrong)
}
