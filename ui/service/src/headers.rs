//! What browsers are told of everything that comes from a service.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// A handler's own header goes before.
const HEADERS: [(HeaderName, &str); 8] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

fn set_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}

/// Adds them; `https` where the service's address is.
pub fn secure(mut response: Response, https: bool) -> Response {
    for (name, value) in HEADERS {
        set_absent(response.headers_mut(), name, value);
    }
    if https {
        let name = header::STRICT_TRANSPORT_SECURITY;
        set_absent(response.headers_mut(), name, "max-age=31536000");
    }
    response
}
