//! Builds the office's page, which the program holds within it.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use glimpse_web_build::Page;

fn main() -> ExitCode {
    match page() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn page() -> Result<(), Box<dyn Error>> {
    let root = env::var("CARGO_MANIFEST_DIR")?;
    let page = Page {
        root: Path::new(&root).parent().ok_or("the crate has no parent")?,
        package: "issuer/web",
        given: "GLIMPSE_WEB",
        without: "<!doctype html><html lang=\"en\"><title>Glimpse</title>\
            <p>This program was built without the office's page.",
    };
    page.build(&Path::new(&env::var("OUT_DIR")?).join("web"))
}
