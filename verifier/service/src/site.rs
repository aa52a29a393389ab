//! Towards the sites that ask: a visitor is sent here, and what came of it is fetched once.
//! spec:GL-12-SITE

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use glimpse_core::ids::UnixTime;
use glimpse_verifier::Report;
use serde::{Deserialize, Serialize};

use crate::config::Site as Settings;
use crate::handles::Handle;
use crate::problem::Problem;
use crate::sessions::Visit;
use crate::{State, body};

/// Octets of what a site wants said back, and of a language.
const MAX_STATE: usize = 512;
const MAX_LANGUAGE: usize = 35;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/sessions", post(begin))
        .route("/sessions/redeem", post(redeem))
}

/// The site whose token came with the request. It is looked at before a body is.
struct Site(usize);

impl FromRequestParts<State> for Site {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let said = parts.headers.get(header::AUTHORIZATION);
        let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
        let token = said
            .split_once(' ')
            .filter(|(way, _)| way.eq_ignore_ascii_case("bearer"));
        let site = token.and_then(|(_, token)| state.0.config.site_of(token.trim()));
        site.map(Self).ok_or_else(Problem::unauthorized)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    policy: String,
    return_to: String,
    state: Option<String>,
    language: Option<String>,
    #[serde(default)]
    same_device_only: bool,
}

#[derive(Serialize)]
struct Begun {
    id: String,
    ask_url: String,
    expires: u64,
}

async fn begin(
    state: State,
    Site(site): Site,
    request: Request,
) -> Result<impl IntoResponse, Problem> {
    let begin: Begin = body::json(&state, request).await?;
    let settings = state
        .0
        .config
        .sites
        .get(site)
        .ok_or_else(Problem::internal)?;
    let visit = visit(site, settings, begin)?;
    let now = state.now();
    let begun = state
        .work(move |shared| {
            let mut desk = shared.desk()?;
            if !desk.has(&visit.policy) {
                return Err(Problem::invalid("policy", "there is no such policy here"));
            }
            // Better now than when the visitor stands there with her wallet.
            let language = visit.language();
            let ready = desk.ready(now).is_ok();
            if !ready || desk.question(&visit.policy, now, language).is_none() {
                tracing::error!(policy = visit.policy, "this cannot be asked now");
                return Err(Problem::not_now());
            }
            drop(desk);
            let until = UnixTime(now.0.saturating_add(shared.config.session_seconds));
            let mut sessions = shared.sessions();
            let opened = sessions.open(visit, now, until, shared.config.limits.sessions);
            let session = opened.map_err(|_| Problem::too_many())?;
            Ok(Begun {
                id: session.id.to_string(),
                ask_url: shared.address(&format!("/ask/{}", session.page)),
                expires: until.0,
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Json(begun)))
}

fn visit(site: usize, settings: &Settings, begin: Begin) -> Result<Visit, Problem> {
    if !settings.may_ask(&begin.policy) {
        return Err(Problem::invalid("policy", "there is no such policy here"));
    }
    let return_to = settings.may_return_to(&begin.return_to);
    let return_to = return_to.ok_or_else(|| {
        let title = "return_to is not one of the addresses that are configured for this site";
        Problem::invalid("return-to", title)
    })?;
    if begin.state.as_ref().is_some_and(|s| s.len() > MAX_STATE) {
        return Err(Problem::invalid("state", "state has at most 512 octets"));
    }
    if begin
        .language
        .as_ref()
        .is_some_and(|l| l.len() > MAX_LANGUAGE)
    {
        return Err(Problem::invalid("language", "that is no language"));
    }
    Ok(Visit {
        site,
        policy: begin.policy,
        return_to,
        state: begin.state,
        language: begin.language,
        same_device_only: begin.same_device_only || settings.same_device_only,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redeem {
    id: String,
    code: String,
}

#[derive(Serialize)]
struct Redeemed {
    policy: String,
    state: Option<String>,
    #[serde(flatten)]
    report: Report,
}

async fn redeem(
    state: State,
    Site(site): Site,
    request: Request,
) -> Result<Json<Redeemed>, Problem> {
    let redeem: Redeem = body::json(&state, request).await?;
    let now = state.now();
    let unknown = || {
        let title = "this code is not known with this id: it was used, its time is over, or it was made for another visitor";
        Problem::new(StatusCode::NOT_FOUND, "code", title)
    };
    let id: Handle = redeem.id.parse().map_err(|()| unknown())?;
    let code: Handle = redeem.code.parse().map_err(|()| unknown())?;
    let redeemed = state.0.sessions().redeem(site, id, code, now);
    let redeemed = redeemed.ok_or_else(unknown)?;
    Ok(Json(Redeemed {
        policy: redeemed.visit.policy,
        state: redeemed.visit.state,
        report: redeemed.report,
    }))
}
