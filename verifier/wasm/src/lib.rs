//! scratch
use wasm_bindgen::prelude::*;
use glimpse_core::{curve::*};

/// Scratch.
#[wasm_bindgen]
pub fn scan(width: u32, height: u32, luma: &[u8]) -> Option<String> {
    glimpse_core::transport::image::decode_luma(width, height, luma).ok()
}
/// Scratch
#[wasm_bindgen]
pub fn key() -> Vec<u8> {
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    PublicKey::of(&SecretScalar::random(&mut rng)).to_octets().to_vec()
}
