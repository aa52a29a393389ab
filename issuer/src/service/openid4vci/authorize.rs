//! The authorization endpoint: a page without script, on which the resident types the code of her
//! letter. spec:GL-8-REDIRECT

use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::error::{ProtocolError, Refused, Words};
use super::form::Form;
use super::metadata::LANGUAGES;
use super::{NO_STORE, ask, issuer, language, page};
use crate::invitation::{Authorized, InvitationError, Refusal, Waiting};
use crate::service::State;
use crate::service::session::check_origin;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(show, typed))
        .routes(routes!(style))
}

/// A page, and where its form may lead.
fn html(status: StatusCode, text: String, language: &'static str, leads: &str) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self'{leads}; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    let policy = HeaderValue::from_str(&policy);
    let headers = [
        NO_STORE,
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CONTENT_LANGUAGE, HeaderValue::from_static(language)),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
        // Of two policies that a browser knows, this one still names the page's origin in forms.
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
        ),
    ];
    (status, headers, text).into_response()
}

/// Where a browser must let the form's answer go, as a source of its policy.
fn source(redirect: &str) -> String {
    match url::Url::parse(redirect) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            format!(" {}", url.origin().ascii_serialization())
        }
        Ok(url) => format!(" {}:", url.scheme()),
        Err(_) => String::new(),
    }
}

fn reader(headers: &HeaderMap) -> &'static str {
    language::choose(headers, &LANGUAGES).unwrap_or("en")
}

async fn waiting(
    state: &State,
    client: &str,
    request_uri: &str,
) -> Result<Option<Waiting>, Refused> {
    let (client, request_uri, now) = (client.to_owned(), request_uri.to_owned(), state.now());
    ask(state, Words::OAuth, move |office| {
        match office.pushed(&request_uri, &client, now) {
            Ok(waiting) => Ok(Some(waiting)),
            Err(InvitationError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await
}

fn page(
    state: &State,
    headers: &HeaderMap,
    form: &Form,
    waiting: &Waiting,
    wrong: bool,
) -> Response {
    let language = reader(headers);
    let text = page::form(&page::Form {
        language,
        office: page::name(&state.config().names, language),
        client: form.get("client_id").unwrap_or_default(),
        request_uri: form.get("request_uri").unwrap_or_default(),
        redirect: &waiting.redirect,
        asks_number: waiting.asks_number,
        wrong,
    });
    let status = if wrong {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::OK
    };
    html(status, text, language, &source(&waiting.redirect))
}

/// Nothing says where to send an error: it is said here.
fn gone(state: &State, headers: &HeaderMap) -> Response {
    let language = reader(headers);
    let office = page::name(&state.config().names, language);
    let text = page::gone(language, office);
    html(StatusCode::BAD_REQUEST, text, language, "")
}

/// The page for a pushed request
#[utoipa::path(get, path = "/oid4vci/authorize", tag = "wallets",
    params(
        ("client_id" = String, Query, description = "As it was pushed"),
        ("request_uri" = String, Query, description = "As it was answered"),
    ),
    responses(
        (status = 200, description = "A form", content_type = "text/html", body = String),
        (status = 400, description = "No such request waits", content_type = "text/html", body = String),
    ))]
async fn show(state: State, headers: HeaderMap, uri: Uri) -> Result<Response, Refused> {
    let form = Form::read(uri.query().unwrap_or_default().as_bytes());
    let named = form
        .as_ref()
        .and_then(|form| Some((form, form.get("client_id")?, form.get("request_uri")?)));
    let Some((form, client, request_uri)) = named else {
        return Ok(gone(&state, &headers));
    };
    Ok(match waiting(&state, client, request_uri).await? {
        Some(waiting) => page(&state, &headers, form, &waiting, false),
        None => gone(&state, &headers),
    })
}

/// What the resident typed
#[utoipa::path(post, path = "/oid4vci/authorize", tag = "wallets",
    request_body(content_type = "application/x-www-form-urlencoded", content = Object),
    responses(
        (status = 303, description = "Back to the wallet, with a code or an error"),
        (status = 403, description = "The code was wrong", content_type = "text/html", body = String),
        (status = 400, description = "No such request waits, or no form came",
            content((String = "text/html"), (ProtocolError = "application/json"))),
    ))]
async fn typed(
    state: State,
    headers: HeaderMap,
    form: Result<Form, Refused>,
) -> Result<Response, Refused> {
    check_origin(&headers, &state.0.public)?;
    let form = match form {
        Ok(form) => form,
        // A person reads it, whatever her browser sent.
        Err(Refused::Protocol(..)) => return Ok(gone(&state, &headers)),
        Err(refused) => return Err(refused),
    };
    let named = form.get("client_id").zip(form.get("request_uri"));
    let Some((client, request_uri)) = named else {
        return Ok(gone(&state, &headers));
    };
    let Some(waiting) = waiting(&state, client, request_uri).await? else {
        return Ok(gone(&state, &headers));
    };
    let (client, request_uri) = (client.to_owned(), request_uri.to_owned());
    let own = |name| Zeroizing::new(form.get(name).unwrap_or_default().to_owned());
    let (number, code) = (own("number"), own("code"));
    let (issuer, now) = (issuer(&state), state.now());
    let done = ask(&state, Words::OAuth, move |office| {
        let code: Zeroizing<String> =
            Zeroizing::new(code.chars().filter(|c| !c.is_whitespace()).collect());
        let (typed, rng) = (
            (number.as_str(), code.as_str()),
            &mut glimpse_terminal::rng(),
        );
        match office.authorize(&request_uri, &client, typed, &issuer, now, rng) {
            Ok(done) => Ok(Some(done)),
            // Somebody else was faster with this request.
            Err(InvitationError::Refused(Refusal::Request)) => Ok(None),
            Err(error) => Err(error),
        }
    })
    .await?;
    let go = |address: &str| {
        let mut address = HeaderValue::from_str(address)
            .map_err(|_| Words::OAuth.malformed("redirect_uri is not as it must be"))?;
        address.set_sensitive(true);
        let headers = [NO_STORE, (header::LOCATION, address)];
        Ok((StatusCode::SEE_OTHER, headers).into_response())
    };
    match done {
        Some(Authorized::Redirect(address)) => go(&address),
        Some(Authorized::Refused(address)) => go(&address),
        Some(Authorized::Wrong) => Ok(page(&state, &headers, &form, &waiting, true)),
        None => Ok(gone(&state, &headers)),
    }
}

/// How the page looks
#[utoipa::path(get, path = "/oid4vci/authorize.css", tag = "wallets",
    responses((status = 200, description = "A style sheet", content_type = "text/css", body = String)))]
async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "max-age=3600"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, page::STYLE)
}
