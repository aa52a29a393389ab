//! How requests are read: axum's extractors, with problem documents for what does not fit.

use std::borrow::Cow;
use std::future::Future;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use utoipa::{PartialSchema, ToSchema};
use zeroize::Zeroizing;

use super::State;
use super::problem::{FieldError, Problem};

/// A JSON body, in and out. Text with U+0000 is refused: PostgreSQL does not keep it.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned> FromRequest<State> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &State) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "bad-request",
                "the body must be application/json",
            ));
        }
        let arrival = Bytes::from_request(request, state);
        let octets = in_time(state.config().limits.arrival_seconds, arrival).await??;
        parse(&octets).map(Self)
    }
}

fn parse<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Problem> {
    let value: Value =
        serde_json::from_slice(octets).map_err(|_| Problem::bad_request("the body is not JSON"))?;
    if has_nul(&value) {
        return Err(Problem::bad_request("the body holds the character U+0000"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let field = error.path().to_string();
        let field = if field == "." { String::new() } else { field };
        // A missing field's name is ours; everything else that serde says quotes the sender.
        let said = error.into_inner().to_string();
        let missing = said.strip_prefix("missing field `");
        let missing = missing
            .and_then(|rest| rest.split_once('`'))
            .map(|(name, _)| name);
        Problem::invalid(vec![match missing {
            Some(name) if field.is_empty() => FieldError::new(name, "missing", "is missing"),
            Some(name) => FieldError::new(&format!("{field}.{name}"), "missing", "is missing"),
            None => FieldError::new(
                &field,
                "type",
                "is not of the right type, or not known here",
            ),
        }])
    })
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(k, v)| k.contains('\0') || has_nul(v)),
        _ => false,
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::too_large()
        } else {
            Self::bad_request("the body did not arrive whole")
        }
    }
}

/// What a slow client sends does not keep a place for ever.
pub(super) async fn in_time<T>(
    seconds: u64,
    arrival: impl Future<Output = T>,
) -> Result<T, Problem> {
    let done = tokio::time::timeout(Duration::from_secs(seconds), arrival).await;
    done.map_err(|_| {
        let title = "the body took too long to arrive";
        Problem::new(StatusCode::REQUEST_TIMEOUT, "bad-request", title)
    })
}

/// The query's parameters.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<State> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(Problem::bad_request("the query holds the character U+0000"));
        }
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        let query = query.map_err(|_| Problem::bad_request("the query is not right"))?;
        Ok(Self(query.0))
    }
}

/// What stands in the path. What does not fit there is not there.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<State> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| Problem::not_found())
    }
}

/// A password or a code on its way in. It has no `Debug`.
pub(crate) struct Secret(pub(crate) Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl PartialSchema for Secret {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        String::schema()
    }
}

impl ToSchema for Secret {
    fn name() -> Cow<'static, str> {
        "Secret".into()
    }
}

/// `N` octets as lower-case hexadecimal: the ids of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hex<const N: usize>(pub(crate) [u8; N]);

/// The id of a record.
pub(crate) type Id = Hex<16>;

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&glimpse_terminal::to_hex(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        // One id has one name.
        if text.bytes().any(|octet| octet.is_ascii_uppercase()) {
            return Err(D::Error::custom("must be lower-case"));
        }
        glimpse_terminal::hex(&text)
            .map(Self)
            .map_err(D::Error::custom)
    }
}

impl<const N: usize> PartialSchema for Hex<N> {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^[0-9a-f]{{{}}}$", 2 * N)))
            .into()
    }
}

impl<const N: usize> ToSchema for Hex<N> {
    fn name() -> Cow<'static, str> {
        format!("Hex{N}").into()
    }
}
