//! The token endpoint: codes become access tokens.

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::error::{ProtocolError, Refused, Words};
use super::form::Form;
use super::{NO_STORE, ask, par};
use crate::invitation::{CredentialFormat, FORMATS, TokenRequest, identifier};
use crate::service::State;

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(token))
}

/// An access token.
#[derive(Serialize, ToSchema)]
struct Answer<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// Seconds that it lives.
    expires_in: u64,
    /// By which identifiers credentials are asked for, where details were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<Object>>)]
    authorization_details: Option<Vec<Value>>,
}

/// Exchange a code for an access token
#[utoipa::path(post, path = "/oid4vci/token", tag = "wallets",
    request_body(content_type = "application/x-www-form-urlencoded", content = Object),
    responses(
        (status = 200, description = "An access token", body = Answer),
        (status = 400, description = "What is wrong", body = ProtocolError),
    ))]
async fn token(state: State, form: Form) -> Result<Response, Refused> {
    let own = |name| form.need(name).map(|text| Zeroizing::new(text.to_owned()));
    let kind = form.need("grant_type")?;
    let members: Vec<Zeroizing<String>> = match kind {
        PRE_AUTHORIZED => vec![own("pre-authorized_code")?, own("tx_code")?],
        "authorization_code" => vec![
            own("code")?,
            own("code_verifier")?,
            own("client_id")?,
            own("redirect_uri")?,
        ],
        _ => {
            let description = "this grant is not one of ours";
            return Err(Refused::new("unsupported_grant_type", description));
        }
    };
    let (schema, now) = (par::detailed(&state, &form).await?, state.now());
    let granted = ask(&state, Words::OAuth, move |office| {
        let members: Vec<_> = members.iter().map(|member| member.as_str()).collect();
        let request = match *members.as_slice() {
            [code, verifier, client, redirect] => TokenRequest::Authorized {
                code,
                verifier,
                client,
                redirect,
            },
            [code, transaction_code] => TokenRequest::PreAuthorized {
                code,
                transaction_code,
            },
            _ => return Err(crate::invitation::Refusal::Request.into()),
        };
        office.grant(&request, schema, now, &mut glimpse_terminal::rng())
    })
    .await?;
    let details = || -> Vec<Value> {
        let detail = |format: &&dyn CredentialFormat| {
            json!({
                "type": "openid_credential",
                "credential_configuration_id": format.configuration_id(granted.schema),
                "credential_identifiers": [identifier(granted.invitation)],
            })
        };
        FORMATS.iter().map(detail).collect()
    };
    let answer = Answer {
        access_token: &granted.token,
        token_type: "Bearer",
        expires_in: granted.expires_in,
        authorization_details: granted.detailed.then(details),
    };
    Ok(([NO_STORE], axum::Json(answer)).into_response())
}
