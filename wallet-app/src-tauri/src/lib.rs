//! The resident's wallet as an app: a window around [`glimpse_wallet::app`]. Each command is one
//! line; what it does is the wallet's business.
//!
//! | module | what |
//! |---|---|
//! | `commands` | what the screens may ask for |
//! | `window` | the one window, and what it may not do |
//! | `links` | links of other programs that open the wallet |
//! | `watch` | what happens by itself: the idle lock, renewal |

mod commands;
mod links;
mod watch;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

pub use glimpse_wallet::app::{App, Home};
#[cfg(mobile)]
use tauri::Manager;
use tauri::{AppHandle, Builder, Context, Runtime, WebviewWindow, Wry};

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// There is nothing to show a window on.
    #[error(
        "there is no display to show a window on: neither WAYLAND_DISPLAY nor DISPLAY is set. \
         Start this from a desktop session"
    )]
    NoDisplay,
    /// The system refuses what a window needs.
    #[error("opening the window: {0}")]
    Window(#[from] tauri::Error),
}

/// An app's builder with the wallet's commands, for a window or for tests.
pub fn with_commands<R: Runtime>(builder: Builder<R>, app: Arc<App>) -> Builder<R> {
    builder.manage(app).invoke_handler(commands::handler())
}

/// The program: the wallet of whoever uses this account.
#[must_use]
pub fn main() -> ExitCode {
    main_with(|home| home)
}

/// The same with something of its home changed, for demonstrations and tests.
#[must_use]
pub fn main_with(change: impl FnOnce(Home) -> Home) -> ExitCode {
    let Some(home) = Home::standard().map(change) else {
        eprintln!("this system names no folder for a user's data");
        return ExitCode::FAILURE;
    };
    match run(Arc::new(App::new(home))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the wallet until its window is closed. A second one shows the first and ends.
///
/// # Errors
/// [`StartError`].
pub fn run(app: Arc<App>) -> Result<(), StartError> {
    run_with(links::plugins(Builder::default()), app, |_| {})
}

/// Runs a wallet beside the one that is installed here, which no link opens; `ready` gets its window.
///
/// # Errors
/// [`StartError`].
pub fn run_apart(
    app: Arc<App>,
    ready: impl FnOnce(WebviewWindow) + Send + 'static,
) -> Result<(), StartError> {
    run_with(Builder::default(), app, ready)
}

fn run_with(
    builder: Builder<Wry>,
    app: Arc<App>,
    ready: impl FnOnce(WebviewWindow) + Send + 'static,
) -> Result<(), StartError> {
    if cfg!(target_os = "linux") && !has_display() {
        return Err(StartError::NoDisplay);
    }
    let builder = with_commands(builder, app).setup(|app| {
        ready(begin(app.handle())?);
        Ok(())
    });
    let app = builder.build(context())?;
    // Returns where the system lets it, so that whoever called can tidy up.
    #[cfg(desktop)]
    app.run_return(|_, _| {});
    #[cfg(mobile)]
    app.run(|_, _| {});
    Ok(())
}

/// What every start does, once the wallet is there.
fn begin(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    watch::start(app);
    links::listen(app);
    window::open(app)
}

/// The program on a telephone, whose system alone knows the app's folders, and only once it runs.
#[cfg(mobile)]
#[tauri::mobile_entry_point]
fn enter() {
    let builder = links::plugins(Builder::default())
        .plugin(tauri_plugin_barcode_scanner::init())
        .plugin(tauri_plugin_biometric::init())
        .invoke_handler(commands::handler())
        .setup(|app| {
            let home = Home {
                folder: app.path().app_data_dir()?.join("glimpse"),
                backups: app.path().document_dir()?.join("Glimpse"),
                roots: None,
                list: None,
                devices: glimpse_wallet::vault::Devices::KeychainOrFile,
                cost: None,
                loopback: false,
            };
            app.manage(Arc::new(App::new(home)));
            begin(app.handle())?;
            Ok(())
        });
    if let Err(error) = builder.run(context()) {
        eprintln!("{error}");
    }
}

fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn context() -> Context<Wry> {
    tauri::generate_context!()
}
