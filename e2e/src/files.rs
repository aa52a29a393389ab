//! Built pages as a browser gets them: from the folder where npm puts them.

use std::path::{Component, Path};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A file of a folder, by the path of its address.
pub fn file(folder: &Path, path: &str) -> Response {
    let path = Path::new(path.trim_start_matches('/'));
    let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
    match std::fs::read(folder.join(path)) {
        Ok(octets) if plain => ([(header::CONTENT_TYPE, kind(path))], octets).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
