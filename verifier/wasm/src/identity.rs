//! Who a verifier is: its key, and the registration that says so.

use std::collections::BTreeMap;

use glimpse_core::cbor::Texts;
use glimpse_core::trust::Accepted;
use glimpse_verifier::Identity;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::{moment, plain, rng};
use crate::fault::Fault;
use crate::views::{NewIdentity, Registered};

/// A fresh identity: keep its secret, and have it registered.
///
/// # Errors
/// None in practice.
#[wasm_bindgen(js_name = newIdentity, unchecked_return_type = "NewIdentity")]
pub fn new_identity() -> Result<JsValue, Fault> {
    let identity = Identity::generate(&mut rng());
    plain(&NewIdentity {
        secret: identity.to_octets().to_vec(),
        to_register: identity.to_register(),
    })
}

/// A registration that nobody but the verifier has signed, for trying things out: wallets warn of it.
/// Names are by language: `{ en: "Corner shop" }`.
///
/// # Errors
/// Codes `identity`, `argument`, `time`.
#[wasm_bindgen(js_name = selfRegistration)]
pub fn self_registration(
    secret: &[u8],
    #[wasm_bindgen(unchecked_param_type = "Record<string, string>")] names: JsValue,
    expires: f64,
) -> Result<Vec<u8>, Fault> {
    let wrong = || Fault::new("argument", "names are texts by language");
    let names: BTreeMap<String, String> =
        serde_wasm_bindgen::from_value(names).map_err(|_| wrong())?;
    let names: Vec<_> = names.iter().map(|(l, t)| (&**l, &**t)).collect();
    let identity = Identity::from_octets(secret)?;
    Ok(identity.self_registration(Texts::new(&names), moment(expires)?))
}

/// Checks a registration that a publisher of the trust list has signed, before it takes the place of
/// another: as whom it lets wallets know this verifier. Keep its octets when it does not throw.
///
/// # Errors
/// Codes `registration`, `identity`, `trust_…`, `time`.
#[wasm_bindgen(js_name = acceptRegistration, unchecked_return_type = "Registered")]
pub fn accept_registration(
    secret: &[u8],
    registration: &[u8],
    trust_list: &[u8],
    now: f64,
    language: &str,
) -> Result<JsValue, Fault> {
    let identity = Identity::from_octets(secret)?;
    let list = Accepted::restore(trust_list)?.list;
    let registration = identity.accept_registration(registration, &list, moment(now)?)?;
    plain(&Registered::new(&registration, language))
}
