//! How the service says no: RFC 9457 problem documents, made in one place. None holds a value that
//! somebody sent.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::OfficeError;
use crate::invitation::InvitationError;
pub use crate::json::FieldError;
use crate::staff::StaffError;
use crate::store::StoreError;

/// A problem document.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// `urn:glimpse:problem:` and a code.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Field by field, where fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// After how many seconds it may be tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Problem {
    /// A problem by its status, code and title.
    pub fn new(status: StatusCode, code: &str, title: &str) -> Self {
        Self {
            kind: format!("urn:glimpse:problem:{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// Which problem it is, in a word.
    pub fn code(&self) -> &str {
        self.kind.rsplit(':').next().unwrap_or_default()
    }

    /// Nothing is there, or nothing that the asker may see.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "there is no such thing here",
        )
    }

    /// A request that cannot be read.
    pub fn bad_request(title: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", title)
    }

    /// A body that is larger than what is accepted here.
    pub fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "this is larger than what is accepted here",
        )
    }

    /// Too much is under way.
    pub fn busy() -> Self {
        Self {
            retry_after: Some(1),
            ..Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "the service has too much to do; try again",
            )
        }
    }

    /// Somebody of another role may.
    pub fn forbidden() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "your role does not allow this",
        )
    }

    /// The same person may not do both.
    pub fn second_person() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "second-person",
            "somebody else must confirm this",
        )
    }

    /// Somebody changed the record meanwhile.
    pub fn conflict() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "somebody changed this meanwhile; load it again",
        )
    }

    /// Fields that do not fit.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "some fields are not right",
            )
        }
    }

    /// Not possible in the state that the record is in.
    pub fn state(title: &str) -> Self {
        Self::new(StatusCode::CONFLICT, "state", title)
    }

    /// A fault of the service itself; what it is stands in the log.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the service failed; nothing was changed",
        )
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Unavailable => Self {
                retry_after: Some(5),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "unavailable",
                    "the office's database does not answer; nothing was changed",
                )
            },
            StoreError::Taken => Self::new(StatusCode::CONFLICT, "exists", "this is there already"),
            StoreError::Newer | StoreError::Damaged | StoreError::Failed(_) => {
                tracing::error!(%error, "store");
                Self::internal()
            }
        }
    }
}

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Self {
        match error {
            OfficeError::Store(error) => error.into(),
            OfficeError::UnknownSchema | OfficeError::UnknownHandle | OfficeError::UnknownCode => {
                Self::not_found()
            }
            OfficeError::Credential(error) => {
                Self::new(StatusCode::BAD_REQUEST, "bad-request", &error.to_string())
            }
            error => {
                tracing::error!(%error, "office");
                Self::internal()
            }
        }
    }
}

impl From<StaffError> for Problem {
    fn from(error: StaffError) -> Self {
        let title = error.to_string();
        match error {
            StaffError::SignIn => Self::new(StatusCode::UNAUTHORIZED, "sign-in", &title),
            StaffError::CodeNeeded => Self::new(StatusCode::UNAUTHORIZED, "code-needed", &title),
            StaffError::Locked { seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "locked",
                    "too many wrong attempts; wait a little",
                )
            },
            StaffError::Field {
                field,
                code,
                message,
            } => Self::invalid(vec![FieldError::new(field, code, message)]),
            StaffError::State(title) => Self::state(title),
            StaffError::Unknown => Self::not_found(),
            StaffError::Exists => Self::new(StatusCode::CONFLICT, "exists", &title),
            StaffError::Office(error) => error.into(),
            StaffError::Hash => {
                tracing::error!(%title, "staff");
                Self::internal()
            }
        }
    }
}

impl From<InvitationError> for Problem {
    fn from(error: InvitationError) -> Self {
        match error {
            InvitationError::Office(error) => error.into(),
            InvitationError::Unknown => Self::not_found(),
            InvitationError::SecondPerson => Self::second_person(),
            InvitationError::Changed => {
                Self::new(StatusCode::CONFLICT, "conflict", &error.to_string())
            }
            InvitationError::Bounds => Self::bad_request(&error.to_string()),
            InvitationError::State | InvitationError::Refused(_) => Self::state(&error.to_string()),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
