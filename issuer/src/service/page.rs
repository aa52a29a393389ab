//! The office's page: the files that the build script made, from the program itself. Whatever is
//! neither a file nor of the service is an address within the page.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tower_http::compression::CompressionLayer;

use super::State;
use super::problem::Problem;

#[derive(rust_embed::Embed)]
#[folder = "$OUT_DIR/web/"]
struct Files;

const INDEX: &str = "index.html";
/// What begins so is the service's own, and a problem document where there is nothing.
const SERVICE: [&str; 6] = [
    "api/",
    "oid4vci/",
    "renewal/",
    ".well-known/",
    "health",
    "metrics",
];

/// Answers whatever no route does. Only these files are compressed: nothing secret is in them.
pub(super) fn routes() -> Router<State> {
    Router::new()
        .fallback(answer)
        .layer(CompressionLayer::new())
}

async fn answer(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let of_service = SERVICE.iter().any(|start| path.starts_with(start)) || path == "api";
    let named = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'));
    let found = Files::get(path).map(|file| (path, file));
    let found = found.or_else(|| {
        (!of_service && !named)
            .then(|| Some((INDEX, Files::get(INDEX)?)))
            .flatten()
    });
    let Some((name, file)) = found else {
        return Problem::not_found().into_response();
    };
    if ![Method::GET, Method::HEAD].contains(&method) {
        let allow = [(header::ALLOW, "GET,HEAD")];
        return (StatusCode::METHOD_NOT_ALLOWED, allow).into_response();
    }
    let tag = format!(
        "\"{}\"",
        glimpse_terminal::to_hex(&file.metadata.sha256_hash())
    );
    // Names under assets/ hold a digest of what is in them.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|sent| {
        let sent = sent.to_str().unwrap_or_default();
        sent.split(',')
            .any(|one| one.trim().trim_start_matches("W/") == tag)
    });
    let mut kind = file.metadata.mimetype().to_owned();
    if kind.starts_with("text/") {
        kind.push_str("; charset=utf-8");
    }
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let value = |text: &str| HeaderValue::from_str(text).ok();
    for (name, text) in [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, cache),
        (header::CONTENT_TYPE, kind.as_str()),
    ] {
        if let Some(value) = value(text) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
