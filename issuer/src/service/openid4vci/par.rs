//! Pushed authorization requests, RFC 9126.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use glimpse_core::ids::SchemaId;
use serde::Deserialize;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ProtocolError, Refused, Words};
use super::form::Form;
use super::{NO_STORE, ask};
use crate::invitation::{Configuration, PUSHED_LIFE, Push};
use crate::service::State;
use crate::service::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(push))
}

/// Which credential authorization details name.
#[derive(Deserialize)]
struct Detail {
    r#type: String,
    credential_configuration_id: String,
}

/// The schema that a form's authorization details name, where it has some.
pub(super) async fn detailed(state: &State, form: &Form) -> Result<Option<SchemaId>, Refused> {
    let Some(text) = form.get("authorization_details") else {
        return Ok(None);
    };
    let wrong = |description| Refused::new("invalid_authorization_details", description);
    let details: Vec<Detail> = serde_json::from_str(text)
        .map_err(|_| wrong("authorization_details is not as it must be"))?;
    let [detail] = details.as_slice() else {
        return Err(wrong("one credential is asked for at a time"));
    };
    if detail.r#type != "openid_credential" {
        return Err(wrong("the type must be openid_credential"));
    }
    match known(state, &detail.credential_configuration_id).await? {
        Some(schema) => Ok(Some(schema)),
        None => Err(wrong("this office has no such credential configuration")),
    }
}

/// The schema of one of the office's credential configurations.
async fn known(state: &State, id: &str) -> Result<Option<SchemaId>, Refused> {
    let Some(configuration) = Configuration::read(id) else {
        return Ok(None);
    };
    let schemas = ask(state, Words::OAuth, |office| Ok(office.schemas()?)).await?;
    let mut ids = schemas.iter().map(glimpse_core::credential::Schema::id);
    Ok(ids.find(|id| *id == configuration.schema))
}

/// The schema that a form's scope names, where it has one.
async fn scope(state: &State, form: &Form) -> Result<Option<SchemaId>, Refused> {
    let Some(scope) = form.get("scope") else {
        return Ok(None);
    };
    let schema = known(state, scope).await?;
    let wrong = || Refused::new("invalid_scope", "this office has no such scope");
    schema.map(Some).ok_or_else(wrong)
}

/// Push an authorization request
#[utoipa::path(post, path = "/oid4vci/par", tag = "wallets",
    request_body(content_type = "application/x-www-form-urlencoded", content = Object),
    responses(
        (status = 201, description = "A request_uri", content_type = "application/json", body = serde_json::Value),
        (status = 400, description = "What is wrong", body = ProtocolError),
        (status = 503, description = "Too many requests wait already", body = Problem),
    ))]
async fn push(state: State, form: Form) -> Result<impl IntoResponse, Refused> {
    let client = form.need("client_id")?;
    if form.need("response_type")? != "code" {
        let description = "response_type must be code";
        return Err(Refused::new("unsupported_response_type", description));
    }
    if form.get("request_uri").is_some() || form.get("request").is_some() {
        return Err(Words::OAuth.malformed("the request's parameters are pushed as they are"));
    }
    if form
        .get("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(Words::OAuth.malformed("response_mode must be query"));
    }
    if form.need("code_challenge_method")? != "S256" {
        return Err(Words::OAuth.malformed("code_challenge_method must be S256"));
    }
    let (redirect, challenge) = (form.need("redirect_uri")?, form.need("code_challenge")?);
    let (detail, scope) = (detailed(&state, &form).await?, scope(&state, &form).await?);
    if detail.is_some() && scope.is_some() && detail != scope {
        return Err(Words::OAuth.malformed("scope and authorization_details differ"));
    }
    let issuer_state = form.get("issuer_state");
    if detail.or(scope).is_none() && issuer_state.is_none() {
        return Err(Words::OAuth.malformed("nothing says which credential is asked for"));
    }
    let (client, redirect) = (client.to_owned(), redirect.to_owned());
    let (given, challenge) = (form.get("state").map(str::to_owned), challenge.to_owned());
    let issuer_state = issuer_state.map(str::to_owned);
    let now = state.now();
    let request_uri = ask(&state, Words::OAuth, move |office| {
        let push = Push {
            client: &client,
            redirect: &redirect,
            state: given.as_deref(),
            challenge: &challenge,
            schema: detail.or(scope),
            issuer_state: issuer_state.as_deref(),
            detailed: detail.is_some(),
        };
        office.push(&push, now, &mut glimpse_terminal::rng())
    })
    .await?
    .ok_or_else(Problem::busy)?;
    let answer = json!({ "request_uri": request_uri.as_str(), "expires_in": PUSHED_LIFE });
    Ok((StatusCode::CREATED, [NO_STORE], axum::Json(answer)))
}
