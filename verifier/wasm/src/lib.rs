//! The verifier for browsers and Node: what [`glimpse_verifier`] does, with JavaScript's types. No
//! network, file or clock: a page gives the time, and keeps what must outlive it. `README.md` shows
//! how a page uses it.

mod convert;
mod fault;
mod identity;
mod memory;
mod scanner;
mod trust;
mod verifier;
mod views;

pub use identity::{accept_registration, new_identity, self_registration};
pub use scanner::{Frames, Scanner, symbol_rows};
pub use trust::{accept_trust_list, read_trust_list};
pub use verifier::{Verifier, read_policy};

use wasm_bindgen::prelude::wasm_bindgen;

/// The types of what goes in and out; `views` keeps them.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.ts");
