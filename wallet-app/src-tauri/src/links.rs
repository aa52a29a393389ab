//! Links of other programs that open the wallet. A link is only kept: the screens open it once the
//! wallet is open, and what comes of it is a review.

use std::sync::Arc;

use glimpse_wallet::app::App;
use tauri::{AppHandle, Builder, Emitter, Manager, Runtime};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::window;

/// One wallet on a machine, which the system's links come to.
pub(crate) fn plugins<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    // The first of all, so that a second start ends before it does anything. It hands its link to
    // the first one's plugin for links.
    #[cfg(desktop)]
    let builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
        window::show(app);
    }));
    builder.plugin(tauri_plugin_deep_link::init())
}

/// Takes the link that started the app, and those that come later.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>) {
    let Some(links) = app.try_state::<tauri_plugin_deep_link::DeepLink<R>>() else {
        return;
    };
    // An AppImage is installed by nobody who could have told the system which links it opens.
    #[cfg(target_os = "linux")]
    if std::env::var_os("APPIMAGE").is_some() {
        let _ = links.register_all();
    }
    for link in links.get_current().ok().flatten().into_iter().flatten() {
        take(app, link.into());
    }
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for link in event.urls() {
            take(&handle, link.into());
        }
    });
}

fn take<R: Runtime>(app: &AppHandle<R>, link: String) {
    app.state::<Arc<App>>().link(link);
    window::show(app);
    // Without a window yet the screens ask by themselves.
    let _ = app.emit("link", ());
}
