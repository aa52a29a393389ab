//! Renewal files for everybody, as a file server would give them. spec:GL-4-FILES

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use glimpse_core::ids::{EpochDay, KeyId, SchemaId};
use glimpse_terminal::to_hex;
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::State;
use super::extract::{Hex, Path};
use super::problem::Problem;

/// A new manifest is seen by everybody after so long.
const FRESH: &str = "public, max-age=300";
/// A bucket's name is its digest.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(manifest))
        .routes(routes!(bucket))
}

/// Whether the client has what it asks for.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let all = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = all
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim);
    tags.any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
}

fn answer(
    headers: &HeaderMap,
    digest: &[u8; 32],
    caching: &'static str,
    file: Vec<u8>,
) -> Response {
    let tag = format!("\"{}\"", to_hex(digest));
    let mut response = if has(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static("application/cbor");
        ([(header::CONTENT_TYPE, kind)], Bytes::from(file)).into_response()
    };
    let set = response.headers_mut();
    // Hexadecimal in quotes.
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(header::ETAG, tag);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, caching),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag"),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ] {
        set.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The latest manifest of a schema and key
#[utoipa::path(get, path = "/renewal/{schema}/{key}/manifest", tag = "renewal",
    params(("schema" = Hex<32>, Path), ("key" = Hex<8>, Path)),
    responses((status = 200, description = "The signed manifest", content_type = "application/cbor", body = Vec<u8>),
        (status = 304, description = "It is the one that the client has")))]
async fn manifest(
    state: State,
    Path((schema, key)): Path<(Hex<32>, Hex<8>)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = state
        .work(move |office| office.renewal_manifest(SchemaId(schema.0), KeyId(key.0)))
        .await?;
    let file = found.ok_or_else(Problem::not_found)?;
    let digest = Sha256::digest(&file).into();
    Ok(answer(&headers, &digest, FRESH, file))
}

/// A bucket by its digest
#[utoipa::path(get, path = "/renewal/{schema}/{key}/{epoch}/{digest}", tag = "renewal",
    params(("schema" = Hex<32>, Path), ("key" = Hex<8>, Path),
        ("epoch" = u32, Path), ("digest" = Hex<32>, Path)),
    responses((status = 200, description = "The bucket", content_type = "application/cbor", body = Vec<u8>),
        (status = 304, description = "It is the one that the client has")))]
async fn bucket(
    state: State,
    Path((schema, key, epoch, digest)): Path<(Hex<32>, Hex<8>, String, Hex<32>)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // One file has one name.
    let number: Option<u32> = epoch.parse().ok();
    let number = number.filter(|number| number.to_string() == epoch);
    let epoch = EpochDay(number.ok_or_else(Problem::not_found)?);
    let found = state
        .work(move |office| {
            office.renewal_bucket(SchemaId(schema.0), KeyId(key.0), epoch, &digest.0)
        })
        .await?;
    let file = found.ok_or_else(Problem::not_found)?;
    Ok(answer(&headers, &digest.0, IMMUTABLE, file))
}
