//! How the service says no: RFC 9457 problem documents. None holds a value that somebody sent.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A problem document.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Problem {
    /// `urn:glimpse:problem:` and a code.
    #[serde(rename = "type")]
    kind: String,
    /// What it is, in English.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// After how many seconds it may be tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem by its status, code and title.
    pub(crate) fn new(status: StatusCode, code: &str, title: &'static str) -> Self {
        Self {
            kind: format!("urn:glimpse:problem:{code}"),
            title,
            status: status.as_u16(),
            retry_after: None,
        }
    }

    pub(crate) fn not_found() -> Self {
        let title = "there is no such thing here, or no more";
        Self::new(StatusCode::NOT_FOUND, "not-found", title)
    }

    pub(crate) fn bad_request(title: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", title)
    }

    pub(crate) fn invalid(code: &str, title: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
    }

    pub(crate) fn too_large() -> Self {
        let title = "this is larger than what is accepted here";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", title)
    }

    pub(crate) fn too_slow() -> Self {
        let title = "the body took too long to arrive";
        Self::new(StatusCode::REQUEST_TIMEOUT, "bad-request", title)
    }

    pub(crate) fn method() -> Self {
        let title = "this cannot be done here";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "bad-request", title)
    }

    pub(crate) fn unauthorized() -> Self {
        let title = "this needs the bearer token of a site that this service knows";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", title)
    }

    /// Too much is under way.
    pub(crate) fn busy() -> Self {
        let title = "the service has too much to do; try again";
        Self {
            retry_after: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title)
        }
    }

    /// A site has the most visitors under way.
    pub(crate) fn too_many() -> Self {
        let title = "too many visitors of this site are under way";
        Self {
            retry_after: Some(30),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", title)
        }
    }

    /// The counter cannot ask; why, its log says.
    pub(crate) fn not_now() -> Self {
        let title = "this cannot be asked now: the service's log says why";
        Self {
            retry_after: Some(60),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "not-now", title)
        }
    }

    /// A fault of the service itself; what it is stands in the log.
    pub(crate) fn internal() -> Self {
        let title = "something is wrong with the service";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, kind);
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}
