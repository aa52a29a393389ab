//! Nonces, credentials, deferred credentials, and what wallets say of them.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ProtocolError, Refused, Words};
use super::form::{Bearer, json};
use super::{NO_STORE, ask, issuer};
use crate::invitation::{Answer, Asked, CredentialRequest, Told};
use crate::service::State;
use crate::service::extract::Json;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(nonce))
        .routes(routes!(credential))
        .routes(routes!(deferred))
        .routes(routes!(notification))
}

#[derive(Serialize, ToSchema)]
struct Nonce {
    c_nonce: String,
}

/// A fresh nonce for proofs
#[utoipa::path(post, path = "/oid4vci/nonce", tag = "wallets",
    responses((status = 200, description = "A nonce", body = Nonce)))]
async fn nonce(state: State) -> impl IntoResponse {
    let c_nonce = state
        .0
        .office
        .nonce(state.now(), &mut glimpse_terminal::rng());
    ([NO_STORE], Json(Nonce { c_nonce }))
}

/// The proofs by their type, each type as often as it stands.
#[derive(Default)]
struct Proofs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Proofs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Proofs;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("proofs by their type")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Proofs, A::Error> {
                let mut proofs = Proofs::default();
                while let Some(entry) = map.next_entry()? {
                    proofs.0.push(entry);
                }
                Ok(proofs)
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A credential request of OpenID4VCI.
#[derive(Deserialize, ToSchema)]
struct Wanted {
    credential_configuration_id: Option<String>,
    credential_identifier: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    proofs: Proofs,
    /// Responses are not encrypted here: whoever asks for it is told so.
    #[schema(value_type = Option<Object>)]
    credential_response_encryption: Option<Value>,
}

/// Answers as the office's records have them.
fn answered(answer: Answer) -> Response {
    let json = HeaderValue::from_static("application/json");
    let headers = [NO_STORE, (header::CONTENT_TYPE, json)];
    match answer {
        Answer::Issued(octets) => (StatusCode::OK, headers, octets.to_vec()).into_response(),
        Answer::Later(octets) => (StatusCode::ACCEPTED, headers, octets).into_response(),
    }
}

fn unencrypted(wanted: Option<&Value>) -> Result<(), Refused> {
    match wanted {
        None => Ok(()),
        Some(_) => Err(Refused::new(
            "invalid_encryption_parameters",
            "responses are not encrypted beyond TLS",
        )),
    }
}

/// Issue credentials for proofs
#[utoipa::path(post, path = "/oid4vci/credential", tag = "wallets",
    request_body = Wanted, security(("wallet" = [])),
    responses(
        (status = 200, description = "The credentials", content_type = "application/json", body = serde_json::Value),
        (status = 202, description = "A transaction to ask for later", content_type = "application/json", body = serde_json::Value),
        (status = 400, description = "What is wrong", body = ProtocolError),
        (status = 401, description = "The token is not good", body = ProtocolError),
    ))]
async fn credential(state: State, bearer: Bearer, request: Request) -> Result<Response, Refused> {
    let wanted: Wanted = json(request, &state, Words::Credential).await?;
    unencrypted(wanted.credential_response_encryption.as_ref())?;
    let asked = match (
        wanted.credential_configuration_id,
        wanted.credential_identifier,
    ) {
        (Some(id), None) => Asked::Configuration(id),
        (None, Some(id)) => Asked::Identifier(id),
        _ => {
            let description = "exactly one of configuration and identifier must be there";
            return Err(Words::Credential.malformed(description));
        }
    };
    let request = CredentialRequest {
        asked,
        proofs: wanted.proofs.0,
    };
    let (issuer, now) = (issuer(&state), state.now());
    let answer = ask(&state, Words::Credential, move |office| {
        let rng = &mut glimpse_terminal::rng();
        office.answer(&bearer.0, &request, &issuer, now, rng)
    });
    Ok(answered(answer.await?))
}

/// A deferred credential request of OpenID4VCI.
#[derive(Deserialize, ToSchema)]
struct Transaction {
    transaction_id: String,
    #[schema(value_type = Option<Object>)]
    credential_response_encryption: Option<Value>,
}

/// Fetch credentials that had to wait
#[utoipa::path(post, path = "/oid4vci/deferred", tag = "wallets",
    request_body = Transaction, security(("wallet" = [])),
    responses(
        (status = 200, description = "The credentials", content_type = "application/json", body = serde_json::Value),
        (status = 202, description = "Not yet", content_type = "application/json", body = serde_json::Value),
        (status = 400, description = "What is wrong", body = ProtocolError),
        (status = 401, description = "The token is not good", body = ProtocolError),
    ))]
async fn deferred(state: State, bearer: Bearer, request: Request) -> Result<Response, Refused> {
    let wanted: Transaction = json(request, &state, Words::Credential).await?;
    unencrypted(wanted.credential_response_encryption.as_ref())?;
    let (issuer, now) = (issuer(&state), state.now());
    let answer = ask(&state, Words::Credential, move |office| {
        let rng = &mut glimpse_terminal::rng();
        office.answer_deferred(&bearer.0, &wanted.transaction_id, &issuer, now, rng)
    });
    Ok(answered(answer.await?))
}

/// A notification of OpenID4VCI. Its description is for developers, and not kept.
#[derive(Deserialize, ToSchema)]
struct Notification {
    notification_id: String,
    event: String,
}

/// Say what became of credentials
#[utoipa::path(post, path = "/oid4vci/notification", tag = "wallets",
    request_body = Notification, security(("wallet" = [])),
    responses(
        (status = 204, description = "It is kept"),
        (status = 400, description = "What is wrong", body = ProtocolError),
        (status = 401, description = "The token is not good", body = ProtocolError),
    ))]
async fn notification(
    state: State,
    bearer: Bearer,
    request: Request,
) -> Result<StatusCode, Refused> {
    let said: Notification = json(request, &state, Words::Notification).await?;
    let now = state.now();
    ask(&state, Words::Notification, move |office| {
        let told = Told {
            notification: &said.notification_id,
            event: &said.event,
        };
        office.notified(&bearer.0, &told, now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
