//! The one window. It shows the app's own pages and nothing else: no page of another origin, no
//! second window, no download, and of a device's senses the camera alone.

use tauri::webview::{NewWindowResponse, PermissionKind, PermissionResponse};
use tauri::{AppHandle, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder};

pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    let config = app.config().app.windows.first().cloned();
    let builder = WebviewWindowBuilder::from_config(app, &config.unwrap_or_default())?;
    builder
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, kind| match kind {
            PermissionKind::Camera => PermissionResponse::Allow,
            _ => PermissionResponse::Deny,
        })
        .build()
}

/// Brings the window to the front, as far as the system lets a program do that.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    // A telephone does this by itself.
    #[cfg(desktop)]
    if let Some(window) = app.get_webview_window("main") {
        // A window that cannot be raised is still there.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    #[cfg(mobile)]
    let _ = app;
}

/// Whether this is a page of the app: `tauri://localhost`, where a system has no schemes of an app's
/// own `http://tauri.localhost`.
fn is_own(url: &Url) -> bool {
    let host = url.host_str();
    match url.scheme() {
        "tauri" => host == Some("localhost"),
        "http" | "https" => host == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_pages_open() {
        let own = |url: &str| is_own(&url.parse().unwrap());
        assert!(own("tauri://localhost/") && own("http://tauri.localhost/index.html"));
        for url in [
            "https://example.org/",
            "tauri://example.org/",
            "https://tauri.localhost.example.org/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:1",
            "about:blank",
        ] {
            assert!(!own(url), "{url}");
        }
    }
}
