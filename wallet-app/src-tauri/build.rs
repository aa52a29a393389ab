//! Builds the wallet's screens, then what Tauri makes of its configuration.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use glimpse_web_build::Page;

fn main() -> ExitCode {
    match screens() {
        Ok(()) => {
            tauri_build::build();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn screens() -> Result<(), Box<dyn Error>> {
    let here = env::var("CARGO_MANIFEST_DIR")?;
    let here = Path::new(&here);
    let page = Page {
        root: here.ancestors().nth(2).ok_or("the crate has no parent")?,
        package: "wallet-app/ui",
        given: "GLIMPSE_WALLET_WEB",
        without: "<!doctype html><html lang=\"en\"><title>Glimpse</title>\
            <p>This program was built without its screens.",
    };
    // Tauri's configuration names the folder, so it is not cargo's own.
    page.build(&here.join("../ui/dist"))
}
