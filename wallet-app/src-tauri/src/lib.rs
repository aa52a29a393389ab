//! The resident's wallet as an app: a window around [`glimpse_wallet::app`]. Each command is one
//! line; what it does is the wallet's business.

mod commands;

use std::sync::Arc;

pub use glimpse_wallet::app::{App, Home};
use tauri::{Builder, Runtime};

/// An app's builder with the wallet's commands, for a window or for tests.
pub fn with_commands<R: Runtime>(builder: Builder<R>, app: Arc<App>) -> Builder<R> {
    builder.manage(app).invoke_handler(commands::handler())
}

/// Runs the window until it is closed.
///
/// # Errors
/// When the system has no web view.
pub fn run(app: Arc<App>) -> tauri::Result<()> {
    with_commands(Builder::default(), app).run(tauri::generate_context!())
}
