//! The screens' files as Chromium gets them: from the folder where they are built, under the policy
//! that they have in the window, and with the script that stands for Tauri's before their own.

use std::path::Path;

use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

const WEB: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wallet-app/ui/dist");
const CONFIG: &str = include_str!("../../../wallet-app/src-tauri/tauri.conf.json");
pub(super) const SCRIPT: &str = include_str!("bridge.js");
const SCRIPT_TAG: &str = r#"<head><script src="/bridge.js"></script>"#;

/// The window's policy, where the commands go to this server.
pub(super) fn policy() -> String {
    let config: serde_json::Value = serde_json::from_str(CONFIG).unwrap_or_default();
    let policy = config.pointer("/app/security/csp").and_then(|p| p.as_str());
    let policy = policy.unwrap_or_default();
    policy.replace("ipc: http://ipc.localhost", "'self'")
}

/// A file of the screens.
pub(super) async fn file(uri: Uri) -> Response {
    match uri.path() {
        "/" | "/index.html" => index(),
        path => crate::files::file(Path::new(WEB), path),
    }
}

fn index() -> Response {
    let Ok(page) = std::fs::read_to_string(Path::new(WEB).join("index.html")) else {
        let words = "the screens are not built: npm run build -w wallet-app/ui";
        return (StatusCode::NOT_FOUND, words).into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, policy()),
    ];
    (headers, page.replacen("<head>", SCRIPT_TAG, 1)).into_response()
}
