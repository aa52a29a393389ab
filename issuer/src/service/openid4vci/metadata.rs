//! What the office says of itself, and the offers that it made. spec:GL-8-CONFIGURATION

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use glimpse_core::cbor::Texts;
use glimpse_core::credential::CredentialContext;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{Refused, Words};
use super::{ask, issuer, language, under};
use crate::invitation::{FORMATS, InvitationError, MAX_PROOFS};
use crate::service::State;
use crate::service::extract::Path;
use crate::service::problem::Problem;

/// The languages of our own texts.
pub(super) const LANGUAGES: [&str; 3] = ["en", "nl", "fr"];

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(credential_issuer))
        .routes(routes!(authorization_server))
        .routes(routes!(offer))
}

/// Where the transaction code is to be found, in words.
pub(in crate::service) fn description(language: &str) -> &'static str {
    match language {
        "nl" => "De code van zes cijfers die u van het kantoor kreeg, of in de tweede brief",
        "fr" => "Le code \u{e0} six chiffres re\u{e7}u du guichet ou sur la seconde feuille",
        _ => "The six-digit code that the office gave you, or on the second sheet of its letter",
    }
}

/// Entries of `display`: in one language, or in all that there are.
fn display<'a>(names: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    names
        .map(|(locale, name)| json!({ "name": name, "locale": locale }))
        .collect()
}

fn in_language(texts: &Texts, language: Option<&str>) -> Vec<Value> {
    match language {
        Some(language) => display(std::iter::once((language, texts.get(language)))),
        None => display(texts.iter()),
    }
}

fn configuration(
    context: &CredentialContext,
    language: Option<&str>,
) -> impl Iterator<Item = (String, Value)> {
    let schema = &context.schema;
    let claims: Vec<_> = schema
        .attributes
        .iter()
        .map(|attribute| {
            json!({
                "path": [attribute.code],
                "mandatory": true,
                "display": in_language(&attribute.names, language),
            })
        })
        .collect();
    let about = json!({ "display": in_language(&schema.names, language), "claims": claims });
    FORMATS.iter().map(move |format| {
        let id = format.configuration_id(context.schema_id);
        let mut members = format.metadata(context);
        members.insert("format".to_owned(), format.identifier().into());
        members.insert("scope".to_owned(), id.clone().into());
        members.insert("credential_metadata".to_owned(), about.clone());
        (id, Value::Object(members))
    })
}

async fn contexts(state: &State) -> Result<Vec<Arc<CredentialContext>>, Refused> {
    ask(state, Words::Credential, |office| {
        let schemas = office.schemas()?;
        let context = |schema: &glimpse_core::credential::Schema| office.context(schema.id());
        let contexts = schemas.iter().map(context).collect::<Result<_, _>>();
        contexts.map_err(InvitationError::from)
    })
    .await
}

/// What the credential issuer can do
#[utoipa::path(get, path = "/.well-known/openid-credential-issuer", tag = "wallets",
    params(("Accept-Language" = Option<String>, Header, description = "For names in one language")),
    responses((status = 200, description = "Credential issuer metadata", content_type = "application/json", body = serde_json::Value)))]
async fn credential_issuer(state: State, headers: HeaderMap) -> Result<Response, Refused> {
    let contexts = contexts(&state).await?;
    let names = &state.config().names;
    let mut known: Vec<_> = names.keys().map(String::as_str).collect();
    for context in &contexts {
        known.extend(context.schema.names.iter().map(|(language, _)| language));
    }
    let language = language::choose(&headers, &known);
    let own = names.iter().map(|(l, name)| (l.as_str(), name.as_str()));
    let own: Vec<_> = match language {
        Some(language) => {
            let own: Vec<_> = own.collect();
            let name = Texts::new(&own).get(language).to_owned();
            display(std::iter::once((language, name.as_str())))
        }
        None => display(own),
    };
    let mut configurations = Map::new();
    for context in &contexts {
        configurations.extend(configuration(context, language));
    }
    let metadata = json!({
        "credential_issuer": issuer(&state),
        "credential_endpoint": under(&state, "/oid4vci/credential"),
        "nonce_endpoint": under(&state, "/oid4vci/nonce"),
        "deferred_credential_endpoint": under(&state, "/oid4vci/deferred"),
        "notification_endpoint": under(&state, "/oid4vci/notification"),
        "batch_credential_issuance": { "batch_size": MAX_PROOFS },
        "display": own,
        "credential_configurations_supported": configurations,
    });
    let vary = HeaderValue::from_static("Accept-Language");
    let mut response = ([(header::VARY, vary)], axum::Json(metadata)).into_response();
    if let Some(language) = language.and_then(|language| HeaderValue::from_str(language).ok()) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    Ok(response)
}

/// What the authorization server can do
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "wallets",
    responses((status = 200, description = "Authorization server metadata", content_type = "application/json", body = serde_json::Value)))]
async fn authorization_server(state: State) -> Result<axum::Json<Value>, Refused> {
    let contexts = contexts(&state).await?;
    let scopes: Vec<_> = contexts
        .iter()
        .flat_map(|context| FORMATS.map(|format| format.configuration_id(context.schema_id)))
        .collect();
    Ok(axum::Json(json!({
        "issuer": issuer(&state),
        "token_endpoint": under(&state, "/oid4vci/token"),
        "authorization_endpoint": under(&state, "/oid4vci/authorize"),
        "pushed_authorization_request_endpoint": under(&state, "/oid4vci/par"),
        "require_pushed_authorization_requests": true,
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": [
            "authorization_code", "urn:ietf:params:oauth:grant-type:pre-authorized_code",
        ],
        "pre-authorized_grant_anonymous_access_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "authorization_details_types_supported": ["openid_credential"],
        "scopes_supported": scopes,
        "ui_locales_supported": LANGUAGES,
    })))
}

/// An offer by its reference, as long as its codes are taken
#[utoipa::path(get, path = "/oid4vci/offers/{reference}", tag = "wallets",
    params(("reference" = String, Path, description = "As in the offer's link")),
    responses((status = 200, description = "A credential offer", content_type = "application/json", body = serde_json::Value)))]
async fn offer(
    state: State,
    headers: HeaderMap,
    Path(reference): Path<String>,
) -> Result<Response, Refused> {
    let now = state.now();
    let found = ask(&state, Words::OAuth, move |office| {
        office.offered(&reference, now)
    })
    .await?;
    let offered = found.ok_or_else(Problem::not_found)?;
    let language = language::choose(&headers, &LANGUAGES).unwrap_or("en");
    let offer = offered.offer(&issuer(&state), description(language));
    Ok(([super::NO_STORE], axum::Json(offer)).into_response())
}
