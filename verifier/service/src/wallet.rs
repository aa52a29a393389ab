//! Towards wallets: the request, and the place for its answer. spec:GL-12-VERIFIER

use std::collections::BTreeMap;

use axum::extract::{Path, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use glimpse_core::ids::UnixTime;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::checking::Check;
use crate::desk::Asking;
use crate::handles::{Handle, from_base64};
use crate::object::{OBJECT, QUERY, object};
use crate::problem::Problem;
use crate::sessions::{Arrival, Phase, Session, Sessions};
use crate::{Shared, State, body};

/// Octets of a wallet's nonce.
const MAX_NONCE: usize = 1024;

pub(crate) fn routes() -> Router<State> {
    Router::new()
        .route("/request/{handle}", get(fetch).post(fetch_for))
        .route("/answer/{handle}", post(answer))
}

async fn fetch(state: State, Path(handle): Path<String>) -> Result<Response, Problem> {
    let handle = handle.parse().map_err(|()| Problem::not_found())?;
    give(&state, handle, None).await
}

async fn fetch_for(
    state: State,
    Path(handle): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let handle = handle.parse().map_err(|()| Problem::not_found())?;
    // Before the body is read: a stranger's is not.
    waiting(&mut state.0.sessions(), handle, state.now())?;
    let most = state.limits().body_octets;
    let mut form = body::form(&state, request, most).await?;
    // What else a wallet says of itself is not looked at.
    let nonce = form.remove("wallet_nonce");
    if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE) {
        return Err(Problem::bad_request("wallet_nonce is too long"));
    }
    give(&state, handle, nonce).await
}

/// Gives the request: the same one for as long as it lives, then a fresh one while the visitor waits.
async fn give(state: &State, handle: Handle, nonce: Option<String>) -> Result<Response, Problem> {
    let now = state.now();
    let object = state
        .work(move |shared| {
            let (asking, wallet_state) = asking(shared, handle, now)?;
            let response_uri = shared.address(&format!("/answer/{handle}"));
            let mut desk = shared.desk()?;
            let state = wallet_state.to_string();
            Ok(object(
                &mut desk,
                &asking,
                &response_uri,
                &state,
                nonce.as_deref(),
            ))
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, OBJECT)], object).into_response())
}

/// The visitor's request, and what the wallet is to say back.
fn asking(shared: &Shared, handle: Handle, now: UnixTime) -> Result<(Asking, Handle), Problem> {
    let (policy, over) = {
        let mut sessions = shared.sessions();
        let session = waiting(&mut sessions, handle, now)?;
        if let Some(asking) = session.live_request(now) {
            return Ok((asking.clone(), session.wallet_state));
        }
        (session.visit.policy.clone(), now > session.until)
    };
    if over {
        return Err(Problem::not_found());
    }
    let fresh = shared
        .desk()?
        .ask(&policy, &shared.origin, now)
        .ok_or_else(Problem::not_now)?;
    let mut sessions = shared.sessions();
    let session = waiting(&mut sessions, handle, now)?;
    // Whoever fetched at the same moment may have been faster: there is one request.
    if session.live_request(now).is_none() {
        session.ask(fresh);
    }
    let asking = session.live_request(now).ok_or_else(Problem::internal)?;
    Ok((asking.clone(), session.wallet_state))
}

fn waiting(
    sessions: &mut Sessions,
    handle: Handle,
    now: UnixTime,
) -> Result<&mut Session, Problem> {
    let found = sessions.by_request(handle, now).map(|(session, _)| session);
    let waiting = found.filter(|session| matches!(session.phase, Phase::Waiting));
    waiting.ok_or_else(Problem::not_found)
}

/// Takes an answer. What it is worth, the visitor's session is told, and the wallet is not.
async fn answer(
    state: State,
    Path(handle): Path<String>,
    request: Request,
) -> Result<Json<Value>, Problem> {
    let handle: Handle = handle.parse().map_err(|()| Problem::not_found())?;
    let now = state.now();
    // Before the body is read: a stranger's is not.
    state
        .0
        .sessions()
        .by_request(handle, now)
        .ok_or_else(Problem::not_found)?;
    let most = state.limits().answer_octets;
    let form = body::form(&state, request, most).await?;
    state.work(move |shared| take(shared, handle, &form)).await
}

type Form = BTreeMap<String, String>;

fn take(shared: &Shared, handle: Handle, form: &Form) -> Result<Json<Value>, Problem> {
    let now = shared.now();
    let member = |name: &str| form.get(name).map_or("", String::as_str);
    let answer = answer_in(member("vp_token"));
    let digest = Sha256::digest(&answer).into();
    let (arrival, language, page) = {
        let mut sessions = shared.sessions();
        let (session, _) = sessions
            .by_request(handle, now)
            .ok_or_else(Problem::not_found)?;
        let language = session.visit.language().to_owned();
        let arrival = session.arrive(member("state"), digest);
        (arrival, language, session.page)
    };
    let back = match arrival {
        Arrival::Check(ticket) => {
            let check = Check::of(&shared.sessions, handle, now);
            let report = shared.desk()?.check(ticket, &answer, now, &language);
            tracing::info!(code = report.code, "checked an answer");
            metrics::counter!("glimpse_answers_total", "code" => report.code.clone()).increment(1);
            check.settle((digest, report), shared.config.code_seconds)
        }
        Arrival::Checking => return Err(Problem::busy()),
        Arrival::Known(back) => back,
        Arrival::Ignore => None,
    };
    Ok(Json(match back {
        Some(back) => {
            json!({ "redirect_uri": shared.address(&format!("/ask/{page}/back/{back}")) })
        }
        None => json!({}),
    }))
}

/// The one answer under the query's id; nothing where the token is another.
fn answer_in(vp_token: &str) -> Vec<u8> {
    let token: Option<Value> = serde_json::from_str(vp_token).ok();
    let one = |token: &Value| match token.as_object()?.get(QUERY)?.as_array()?.as_slice() {
        [Value::String(answer)] if token.as_object()?.len() == 1 => from_base64(answer),
        _ => None,
    };
    token.as_ref().and_then(one).unwrap_or_default()
}
