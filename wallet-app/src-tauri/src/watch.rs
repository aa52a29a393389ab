//! What happens by itself, looked at twice a minute: the wallet locks where nobody has touched it,
//! and asks offices for what is due. It ends with the app.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use glimpse_wallet::app::App;
use glimpse_wallet::vault::Moment;
use tauri::{AppHandle, Emitter, Manager, Runtime};

/// A lock comes so much later than the settings say, at most.
const PAUSE: Duration = Duration::from_secs(30);

pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    let (handle, wallet) = (app.clone(), app.state::<Arc<App>>().inner().clone());
    thread::spawn(move || {
        loop {
            thread::sleep(PAUSE);
            look(&handle, &wallet);
        }
    });
}

/// One look. A clock that tells no time and a network that gives nothing are looked at again; what
/// the screens hear of is only what has happened.
fn look<R: Runtime>(app: &AppHandle<R>, wallet: &App) {
    let Ok(now) = glimpse_terminal::now() else {
        return;
    };
    if wallet.idle(Moment::at(now)) {
        let _ = app.emit("locked", ());
    }
    if wallet.tick(now).unwrap_or(false) {
        let _ = app.emit("changed", ());
    }
}
