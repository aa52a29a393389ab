//! The wallet's window.

use std::process::ExitCode;
use std::sync::Arc;

use glimpse_app::{App, Home};

fn main() -> ExitCode {
    let Some(folder) = Home::standard() else {
        eprintln!("this system names no folder for a user's data");
        return ExitCode::FAILURE;
    };
    match glimpse_app::run(Arc::new(App::new(folder))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
