//! How these endpoints say no: the JSON objects of OAuth and OpenID4VCI, which wallets' libraries
//! read. What is wrong outside of the protocol stays a problem document. spec:GL-8-WAY

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::NO_STORE;
use crate::invitation::{InvitationError, Refusal};
use crate::service::problem::Problem;

/// An error of OAuth or OpenID4VCI.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProtocolError {
    /// A word of the protocol.
    error: &'static str,
    /// The same in English.
    error_description: String,
}

/// Whose words an endpoint uses for a request that is malformed.
#[derive(Clone, Copy)]
pub(super) enum Words {
    /// Those of OAuth.
    OAuth,
    /// Those of the credential endpoints.
    Credential,
    /// Those of the notification endpoint.
    Notification,
}

/// Why a wallet's request is not answered.
pub(super) enum Refused {
    Protocol(StatusCode, ProtocolError),
    /// No access token came, or none that is good.
    Token(ProtocolError),
    Problem(Problem),
}

impl Refused {
    pub(super) fn new(error: &'static str, description: &str) -> Self {
        let error = ProtocolError {
            error,
            error_description: description.to_owned(),
        };
        Self::Protocol(StatusCode::BAD_REQUEST, error)
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Words {
    /// A request that is malformed.
    pub(super) fn malformed(self, description: &str) -> Refused {
        let word = match self {
            Self::OAuth => "invalid_request",
            Self::Credential => "invalid_credential_request",
            Self::Notification => "invalid_notification_request",
        };
        Refused::new(word, description)
    }

    pub(super) fn say(self, error: InvitationError) -> Refused {
        let refusal = match error {
            InvitationError::Refused(refusal) => refusal,
            InvitationError::Office(error) => return Problem::from(error).into(),
            // The resident's record is gone.
            _ => Refusal::Denied,
        };
        let description = refusal.to_string();
        let word = match refusal {
            Refusal::Grant => "invalid_grant",
            Refusal::Token => {
                return Refused::Token(ProtocolError {
                    error: "invalid_token",
                    error_description: description,
                });
            }
            Refusal::Configuration => "unknown_credential_configuration",
            Refusal::Identifier => "unknown_credential_identifier",
            Refusal::Proof => "invalid_proof",
            Refusal::Nonce => "invalid_nonce",
            Refusal::Denied => "credential_request_denied",
            Refusal::Transaction => "invalid_transaction_id",
            Refusal::Notification => "invalid_notification_id",
            Refusal::Request => return self.malformed(&description),
        };
        Refused::new(word, &description)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Protocol(status, error) => {
                (status, [NO_STORE], axum::Json(error)).into_response()
            }
            Self::Token(error) => {
                let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                let headers = [NO_STORE, (header::WWW_AUTHENTICATE, challenge)];
                (StatusCode::UNAUTHORIZED, headers, axum::Json(error)).into_response()
            }
        }
    }
}
