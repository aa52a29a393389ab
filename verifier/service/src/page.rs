//! The visitor's page: what she is asked, a link and a QR code for her wallet, and the way back. It
//! works without script as well, more slowly.

mod html;
mod words;

use axum::extract::{OriginalUri, Path};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use glimpse_core::ids::UnixTime;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use crate::desk::Question;
use crate::handles::Handle;
use crate::object::link;
use crate::problem::Problem;
use crate::sessions::{Flow, Phase, Session};
use crate::{Shared, State};
use words::Words;

/// The page's own files, and the look that it shares.
const FILES: [(&str, &str, &str); 4] = [
    (
        "/assets/tokens.css",
        CSS,
        include_str!("../../../ui/web/src/tokens.css"),
    ),
    (
        "/assets/base.css",
        CSS,
        include_str!("../../../ui/web/src/base.css"),
    ),
    ("/assets/ask.css", CSS, include_str!("../assets/ask.css")),
    (
        "/assets/ask.js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/ask.js"),
    ),
];
/// As long as any request may live, where a visit ends in no browser; one that goes on drops its cookie.
const COOKIE_SECONDS: u64 = 86_400;
const CSS: &str = "text/css; charset=utf-8";

pub(crate) fn routes() -> Router<State> {
    let mut router = Router::new()
        .route("/ask/{handle}", get(ask))
        .route("/ask/{handle}/wait", get(wait))
        .route("/ask/{handle}/back/{back}", get(back));
    for (path, kind, text) in FILES {
        let cache = "public, max-age=3600";
        let file = move || async move {
            (
                [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)],
                text,
            )
        };
        router = router.route(path, get(file));
    }
    router
}

/// What the page needs of a session, taken out so that nothing is locked meanwhile.
struct Visitor {
    policy: String,
    language: Option<String>,
    host: String,
    way_out: Url,
    here: Handle,
    across: Option<Handle>,
    /// Where she goes on, where her wallet has answered from elsewhere.
    way_on: Option<Url>,
    /// A cookie for a browser that opened the page first, or none any more for one that goes on.
    cookie: Option<HeaderValue>,
    step: &'static str,
}

/// Why a browser gets no page.
enum NoPage {
    /// There is no such visit, or no more.
    Over,
    /// Another browser opened it.
    OtherBrowser {
        language: Option<String>,
        host: String,
    },
}

async fn ask(
    state: State,
    method: Method,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
    Path(handle): Path<String>,
) -> Response {
    let wanted = wanted_language(uri.query());
    let visitor = handle
        .parse()
        .map_err(|()| NoPage::Over)
        .and_then(|page| enter(&state.0, page, &headers, method == Method::GET));
    let mut visitor = match visitor {
        Ok(visitor) => visitor,
        Err(why) => return no_page(&headers, wanted.as_deref(), why),
    };
    if let Some(to) = &visitor.way_on {
        return go_on(to, visitor.cookie);
    }
    let said = wanted.as_deref().or(visitor.language.as_deref());
    let words = Words::choose(said, &headers);
    let cookie = visitor.cookie.take();
    let now = state.now();
    let page = state
        .work(move |shared| render(shared, &visitor, words, now))
        .await;
    match page {
        Ok(page) => {
            let mut response = Html(page).into_response();
            if let Some(cookie) = cookie {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(problem) => problem.into_response(),
    }
}

fn render(shared: &Shared, v: &Visitor, words: &Words, now: UnixTime) -> Result<String, Problem> {
    let (question, client) = {
        let mut desk = shared.desk()?;
        let question = desk.question(&v.policy, now, words.language);
        (question.ok_or_else(Problem::not_now)?, desk.id())
    };
    let link = |handle: Handle| link(&client, &shared.address(&format!("/request/{handle}")));
    let Question {
        reason,
        alternatives,
    } = question;
    Ok(html::ask(
        words,
        &html::Ask {
            host: &v.host,
            reason: &reason,
            alternatives: &alternatives,
            open: &link(v.here),
            scan: v.across.map(link).as_deref(),
            way_out: v.way_out.as_str(),
            step: v.step,
        },
    ))
}

/// Lets a browser in: the first, and then no other. A link that somebody is sent by another visitor
/// of the site so tells neither of them anything of the other.
fn enter(
    shared: &Shared,
    page: Handle,
    headers: &HeaderMap,
    bind: bool,
) -> Result<Visitor, NoPage> {
    let now = shared.now();
    let mut sessions = shared.sessions();
    let session = sessions.by_page(page, now).ok_or(NoPage::Over)?;
    let mut cookie = None;
    match session.browser {
        Some(known) if said(headers, shared, session) == Some(known) => {}
        Some(_) => return Err(other_browser(session)),
        // Whatever only looks whether there is a page is no browser yet.
        None if bind => {
            let secret = Handle::fresh();
            cookie = cookie_of(shared, session, Some(secret));
            session.browser = Some(secret);
        }
        None => {}
    }
    let answered = session.answered();
    let way_on = session.way_on().filter(|_| answered == Some(Flow::Across));
    if way_on.is_some() {
        cookie = cookie_of(shared, session, None);
    }
    Ok(Visitor {
        policy: session.visit.policy.clone(),
        language: session.visit.language.clone(),
        host: host(&session.visit.return_to),
        way_out: session.way_out(),
        here: session.here,
        across: (!session.visit.same_device_only).then_some(session.across),
        way_on,
        cookie,
        step: step(session, now),
    })
}

/// How far the visit is, in a word.
fn step(session: &Session, now: UnixTime) -> &'static str {
    let fetched = session.live_request(now).is_some();
    match &session.phase {
        Phase::Answered(_) => "answered",
        Phase::Checking => "asked",
        Phase::Waiting if !fetched && now > session.until => "over",
        Phase::Waiting if session.refused > 0 => "retry",
        Phase::Waiting if fetched => "asked",
        Phase::Waiting => "waiting",
    }
}

/// What the page asks every other second.
async fn wait(
    state: State,
    headers: HeaderMap,
    Path(handle): Path<String>,
) -> Result<Json<Value>, Problem> {
    let page = handle.parse().map_err(|()| Problem::not_found())?;
    let visitor = enter(&state.0, page, &headers, false);
    let visitor = visitor.map_err(|_| Problem::not_found())?;
    Ok(Json(
        json!({ "step": visitor.step, "next": visitor.way_on.as_ref().map(Url::as_str) }),
    ))
}

/// Where a wallet on the visitor's device sends her: on, where it is the browser that was asked.
async fn back(
    state: State,
    headers: HeaderMap,
    Path((page, back)): Path<(String, String)>,
) -> Response {
    let shared = &state.0;
    let to = back.parse().map_err(|()| NoPage::Over).and_then(|back| {
        let mut sessions = shared.sessions();
        let found = sessions.by_back(back, shared.now());
        let found = found.filter(|session| session.page.to_string() == page);
        let session = found.ok_or(NoPage::Over)?;
        let ours = said(&headers, shared, session).is_some_and(|s| Some(s) == session.browser);
        if !ours {
            let (why, id) = (other_browser(session), session.id);
            // Whoever was sent a stranger's link could be talked into sending him this address.
            sessions.remove(id);
            return Err(why);
        }
        let to = session.way_on().ok_or(NoPage::Over)?;
        Ok((to, cookie_of(shared, session, None)))
    });
    match to {
        Ok((to, cookie)) => go_on(&to, cookie),
        Err(why) => no_page(&headers, None, why),
    }
}

/// Back to the site, which ends the visit in this browser.
fn go_on(to: &Url, cookie: Option<HeaderValue>) -> Response {
    let mut response = Redirect::to(to.as_str()).into_response();
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    response.headers_mut().extend(cookie);
    response
}

fn other_browser(session: &Session) -> NoPage {
    NoPage::OtherBrowser {
        language: session.visit.language.clone(),
        host: host(&session.visit.return_to),
    }
}

fn no_page(headers: &HeaderMap, wanted: Option<&str>, why: NoPage) -> Response {
    let (status, page) = match why {
        NoPage::Over => {
            let words = Words::choose(wanted, headers);
            (
                StatusCode::NOT_FOUND,
                html::notice(words, words.gone, words.gone_text),
            )
        }
        NoPage::OtherBrowser { language, host } => {
            let words = Words::choose(wanted.or(language.as_deref()), headers);
            let text = words.other_browser_text.replace("{host}", &host);
            (
                StatusCode::FORBIDDEN,
                html::notice(words, words.other_browser, &text),
            )
        }
    };
    (status, Html(page)).into_response()
}

/// The name of a visit's cookie: of this visit alone, so that two in one browser do not mix.
fn cookie_name(shared: &Shared, session: &Session) -> String {
    let page = session.page.to_string();
    let own = page.get(..8).unwrap_or_default();
    // Browsers take such a name over https alone. `__Host-` would have the cookie on every path.
    let prefix = if shared.public.secure {
        "__Secure-"
    } else {
        ""
    };
    format!("{prefix}ask-{own}")
}

/// Keeps a secret in the browser, or drops it. It goes to this visit's own addresses and to no other
/// visit's, so that what one browser does at two sites is not joined.
fn cookie_of(shared: &Shared, session: &Session, secret: Option<Handle>) -> Option<HeaderValue> {
    let (name, page) = (cookie_name(shared, session), session.page);
    let secure = if shared.public.secure { "; Secure" } else { "" };
    let value = secret.map(|secret| secret.to_string()).unwrap_or_default();
    let seconds = secret.map_or(0, |_| COOKIE_SECONDS);
    let text = format!(
        "{name}={value}; Path=/ask/{page}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    );
    HeaderValue::from_str(&text).ok()
}

/// What the browser says of this visit.
fn said(headers: &HeaderMap, shared: &Shared, session: &Session) -> Option<Handle> {
    let name = cookie_name(shared, session);
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let mut cookies = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|c| c.trim().split_once('='));
    cookies.find(|(n, _)| *n == name)?.1.parse().ok()
}

/// The host that the visitor knows, in its ASCII form.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn wanted_language(query: Option<&str>) -> Option<String> {
    let mut members = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    members
        .find(|(name, _)| name == "lang")
        .map(|(_, value)| value.into_owned())
}
