//! Writes the JavaScript and the types around a WebAssembly module: `wasm-bindgen`'s own program as
//! a library, of the version that this workspace locks, so that nothing has to be installed.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let mut next = || {
        arguments
            .next()
            .context("call me with a module, and a folder to write to")
    };
    let (module, folder) = (next()?, next()?);
    Bindgen::new()
        .input_path(module)
        .out_name("glimpse_verifier")
        .web(true)?
        .omit_default_module_path(false)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
}
