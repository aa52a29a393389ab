//! How long the wallet's window takes from the start of its process to a screen whose button can be
//! pressed; the web driver's own start is in it. Build `glimpse-e2e` in the same profile first.
#![allow(missing_docs)]

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use glimpse_e2e::window::driver::{Display, Window, missing};

const RUNS: usize = 7;

fn program() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.ancestors().nth(2).context("a folder of programs")?;
    Ok(folder.join("glimpse-e2e"))
}

/// Milliseconds until the first screen is there.
fn once(display: &Display) -> Result<u128> {
    let (folder, program) = (tempfile::tempdir()?, program()?);
    let begun = Instant::now();
    let window = Window::open(display, &program, &["run", "app"], folder.path())?;
    window.find("//button[normalize-space(.)='Begin']")?;
    Ok(begun.elapsed().as_millis())
}

#[expect(clippy::print_stdout, reason = "this is what it prints")]
fn main() -> Result<()> {
    if let Some(missing) = missing() {
        bail!("there is no {missing}");
    }
    let display = Display::start()?;
    let runs = (0..RUNS).map(|_| once(&display));
    let mut runs = runs.collect::<Result<Vec<_>>>()?;
    runs.sort_unstable();
    println!("milliseconds to the first screen: {runs:?}");
    Ok(())
}
