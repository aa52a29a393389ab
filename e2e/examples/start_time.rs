//! How long the wallet's window takes: from the start of its process to the first painted content,
//! and until it takes a press. Build `glimpse-e2e` in the same profile first.
#![allow(missing_docs)]

use std::path::PathBuf;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use glimpse_e2e::window::driver::{Display, Window, missing};

const RUNS: usize = 7;
const PAINTED: &str = "const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
    return paint ? performance.timeOrigin + paint.startTime : null";

fn program() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let folder = here.ancestors().nth(2).context("a folder of programs")?;
    Ok(folder.join("glimpse-e2e"))
}

/// Milliseconds until something is painted, and until a button can be pressed.
fn once(display: &Display) -> Result<(f64, f64)> {
    let folder = tempfile::tempdir()?;
    let program = program()?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let begun = Instant::now();
    let window = Window::open(display, &program, &["run", "app"], folder.path())?;
    window.find("//button[normalize-space(.)='Begin']")?;
    let ready = begun.elapsed().as_secs_f64() * 1000.0;
    let painted = window.run(PAINTED)?;
    let painted = painted.as_f64().context("the web view tells no paint")?;
    Ok((painted - since.as_secs_f64() * 1000.0, ready))
}

#[expect(clippy::print_stdout, reason = "this is what it prints")]
fn main() -> Result<()> {
    if let Some(missing) = missing() {
        bail!("there is no {missing}");
    }
    let display = Display::start()?;
    let mut runs = (0..RUNS)
        .map(|_| once(&display))
        .collect::<Result<Vec<_>>>()?;
    runs.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (painted, ready) in &runs {
        println!("painted after {painted:.0} ms, ready after {ready:.0} ms");
    }
    if let Some((painted, ready)) = runs.get(RUNS / 2) {
        println!(
            "median: painted after {painted:.0} ms, ready after {ready:.0} ms (with the driver's start)"
        );
    }
    Ok(())
}
