//! Bodies: bounded in size and time.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header;
use http_body_util::LengthLimitError;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use crate::State;
use crate::problem::Problem;

async fn octets(
    state: &State,
    request: Request,
    kind: &str,
    most: usize,
) -> Result<Bytes, Problem> {
    let said = request.headers().get(header::CONTENT_TYPE);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(kind) {
        return Err(Problem::bad_request("the body is of another media type"));
    }
    let time = Duration::from_secs(state.limits().arrival_seconds);
    let body = tokio::time::timeout(time, to_bytes(request.into_body(), most)).await;
    body.map_err(|_| Problem::too_slow())?.map_err(|error| {
        let large = error
            .source()
            .is_some_and(|source| source.is::<LengthLimitError>());
        if large {
            Problem::too_large()
        } else {
            Problem::bad_request("the body did not arrive whole")
        }
    })
}

/// A JSON object.
pub(crate) async fn json<T: DeserializeOwned>(
    state: &State,
    request: Request,
) -> Result<T, Problem> {
    let most = state.limits().body_octets;
    let octets = octets(state, request, "application/json", most).await?;
    // What serde says quotes the sender.
    let read = serde_json::from_slice(&octets);
    read.map_err(|_| {
        Problem::invalid(
            "invalid",
            "the body does not have the members that it should have",
        )
    })
}

/// The members of a form; a name that stands twice makes it none.
pub(crate) async fn form(
    state: &State,
    request: Request,
    most: usize,
) -> Result<BTreeMap<String, String>, Problem> {
    let octets = octets(state, request, "application/x-www-form-urlencoded", most).await?;
    let mut members = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(&octets) {
        if members
            .insert(name.into_owned(), value.into_owned())
            .is_some()
        {
            return Err(Problem::bad_request("a name stands twice in the form"));
        }
    }
    Ok(members)
}
