//! The wallet's window.

// On Windows a window needs no console beside it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    glimpse_app::main()
}
