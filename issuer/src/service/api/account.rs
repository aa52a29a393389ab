//! Signing in and out.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use glimpse_terminal::rng;
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
    OpenApiRouter::new()
        .routes(routes!(sign_in, show, sign_out))
        .routes(routes!(password))
        .routes(routes!(begin_totp, confirm_totp, remove_totp))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    name: String,
    password: Secret,
    /// Of the second factor, where there is one.
    code: Option<Secret>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    old: Secret,
    /// At least 12 characters.
    new: Secret,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Code {
    /// Six digits.
    code: Secret,
}

/// What an authenticator needs.
#[derive(Serialize, ToSchema)]
struct Enrolment {
    /// In base32, for people who type it.
    secret: String,
    uri: String,
    /// The address as an `svg` element.
    qr: String,
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

fn count(outcome: &str) {
    metrics::counter!("glimpse_sign_ins_total", "outcome" => outcome.to_owned()).increment(1);
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
            let code = given.code.as_ref().map(|code| code.0.as_str());
            office.sign_in(&given.name, &given.password.0, code, now, &mut rng())
        })
        .await
        .inspect_err(|problem| count(problem.code()))?;
    count("signed-in");
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

/// Change one's own password
///
/// Every other session of the person ends.
#[utoipa::path(post, path = "/api/session/password", tag = "account", request_body = NewPassword,
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 204, description = "The new password holds")))]
async fn password(
    state: State,
    signed: Signed,
    Json(given): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .hash(move |office| {
            let passwords = (given.old.0.as_str(), given.new.0.as_str());
            office.change_password(&signed.session, &signed.token, passwords, now, &mut rng())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begin to enrol a second factor
#[utoipa::path(post, path = "/api/session/totp", tag = "account",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "What the authenticator needs", body = Enrolment)))]
async fn begin_totp(state: State, signed: Signed) -> Result<Json<Enrolment>, Problem> {
    let names = &state.config().names;
    let name = names.get("en").or_else(|| names.values().next());
    let name = name.map_or("Glimpse", String::as_str).to_owned();
    let made = state
        .work(move |office| office.begin_totp(&signed.session, &name, &mut rng()))
        .await?;
    Ok(Json(Enrolment {
        qr: crate::qr::svg(&made.uri).ok_or_else(Problem::internal)?,
        secret: made.secret.to_string(),
        uri: made.uri.to_string(),
    }))
}

/// Confirm the second factor by a code
#[utoipa::path(put, path = "/api/session/totp", tag = "account", request_body = Code,
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 204, description = "It is needed from now on")))]
async fn confirm_totp(
    state: State,
    signed: Signed,
    Json(given): Json<Code>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.confirm_totp(&signed.session, &signed.token, &given.code.0, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take the second factor out of use
#[utoipa::path(delete, path = "/api/session/totp", tag = "account", request_body = Code,
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 204, description = "It is not needed any more")))]
async fn remove_totp(
    state: State,
    signed: Signed,
    Json(given): Json<Code>,
) -> Result<StatusCode, Problem> {
    if state.config().require_totp {
        return Err(Problem::state("this office requires a second factor"));
    }
    let now = state.now();
    state
        .work(move |office| office.remove_totp(&signed.session, &given.code.0, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
