//! Signing in and out.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::State;
use crate::service::extract::{Hex, Json, Secret};
use crate::service::problem::Problem;
use crate::service::session::{Signed, check_origin, set_cookie};
use crate::staff::{Role, Session, Token};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(sign_in, show, sign_out))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    name: String,
    #[schema(value_type = String)]
    password: Secret,
}

/// Whose session this is, and what the page needs to begin with.
#[derive(Serialize, ToSchema)]
struct Account {
    name: String,
    role: Role,
    /// What to send as X-CSRF-Token with every change.
    csrf: String,
    /// Whether there is a second factor.
    totp: bool,
    /// Whether one must be enrolled before anything else.
    must_enrol: bool,
    office: Names,
}

#[derive(Serialize, ToSchema)]
struct Names {
    id: Hex<16>,
    /// The office's name in each language.
    names: BTreeMap<String, String>,
}

impl Account {
    fn new(state: &State, session: Session, token: &Token) -> Self {
        Self {
            csrf: token.csrf(),
            must_enrol: state.config().require_totp && !session.totp,
            name: session.name,
            role: session.role,
            totp: session.totp,
            office: Names {
                id: Hex(state.0.office.id().0),
                names: state.config().names.clone(),
            },
        }
    }
}

/// Sign in
#[utoipa::path(post, path = "/api/session", tag = "account", request_body = SignIn,
    responses((status = 200, description = "A session, with its cookie", body = Account)))]
async fn sign_in(
    state: State,
    headers: HeaderMap,
    Json(given): Json<SignIn>,
) -> Result<impl IntoResponse, Problem> {
    check_origin(&headers, &state.0.public)?;
    let now = state.now();
    let (session, token) = state
        .hash(move |office| {
            office.sign_in(
                &given.name,
                &given.password.0,
                now,
                &mut glimpse_terminal::rng(),
            )
        })
        .await?;
    let cookie = set_cookie(&state.0.public, Some(&token));
    Ok((
        [(header::SET_COOKIE, cookie)],
        Json(Account::new(&state, session, &token)),
    ))
}

/// Whose session this is
#[utoipa::path(get, path = "/api/session", tag = "account",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "The session", body = Account)))]
async fn show(state: State, signed: Signed) -> Json<Account> {
    Json(Account::new(&state, signed.session, &signed.token))
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "account",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 204, description = "The session has ended")))]
async fn sign_out(state: State, signed: Signed) -> Result<impl IntoResponse, Problem> {
    let now = state.now();
    state
        .work(move |office| office.sign_out(&signed.session, &signed.token, now))
        .await?;
    let cookie = set_cookie(&state.0.public, None);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}
