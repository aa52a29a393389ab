//! Who asks: the extractors that handlers name to say who may call them. A handler with none of
//! them is open to everybody. They run before a body is read.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use glimpse_service::PublicUrl;
use subtle::ConstantTimeEq;

use super::State;
use super::problem::Problem;
use crate::staff::{Role, Session, Token};

/// Where the page says its token back.
const CSRF: &str = "x-csrf-token";

/// Somebody who has signed in, of any role.
pub(crate) struct Staff {
    /// Her id.
    pub(crate) id: [u8; 16],
    /// Her name, as the audit trail has it.
    pub(crate) name: String,
    /// Her role.
    pub(crate) role: Role,
}

/// Somebody who has signed in, but perhaps must still enrol a second factor: for the few calls by
/// which she does, or leaves.
pub(crate) struct Signed {
    pub(crate) session: Session,
    pub(crate) token: Token,
}

impl FromRequestParts<State> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let token = cookie(&parts.headers, &state.0.public).ok_or_else(unauthenticated)?;
        let now = state.now();
        let (session, token) = state
            .work(move |office| Ok::<_, Problem>((office.session(&token, now)?, token)))
            .await?;
        let session = session.ok_or_else(unauthenticated)?;
        if ![Method::GET, Method::HEAD, Method::OPTIONS].contains(&parts.method) {
            check_csrf(&parts.headers, &state.0.public, &token)?;
        }
        Ok(Self { session, token })
    }
}

impl FromRequestParts<State> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let signed = Signed::from_request_parts(parts, state).await?;
        let Session {
            id,
            name,
            role,
            totp,
        } = signed.session;
        if state.config().require_totp && !totp {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "enrol",
                "enrol a second factor first",
            ));
        }
        Ok(Self { id, name, role })
    }
}

macro_rules! only {
    ($(#[$about:meta])* $name:ident: $($role:ident),+) => {
        $(#[$about])*
        pub(crate) struct $name(
            #[allow(dead_code, reason = "not every handler asks who it is")] pub(crate) Staff,
        );

        impl FromRequestParts<State> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
                let staff = Staff::from_request_parts(parts, state).await?;
                if [$(Role::$role),+].contains(&staff.role) {
                    Ok(Self(staff))
                } else {
                    Err(Problem::forbidden())
                }
            }
        }
    };
}

only! {
    /// A clerk or a registrar.
    Clerk: Clerk, Registrar
}
only! {
    /// A registrar.
    Registrar: Registrar
}
only! {
    /// An auditor or a registrar.
    Auditor: Auditor, Registrar
}

fn unauthenticated() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthenticated", "sign in first")
}

/// Browsers accept a cookie with this prefix only from this very host, over https. Without https
/// there is none, and the service is reached from the same machine only.
fn cookie_name(public: &PublicUrl) -> &'static str {
    if public.secure {
        "__Host-glimpse"
    } else {
        "glimpse"
    }
}

fn cookie(headers: &HeaderMap, public: &PublicUrl) -> Option<Token> {
    let name = cookie_name(public);
    let all = headers.get_all(header::COOKIE).iter();
    let texts = all.filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| {
        text.split(';')
            .filter_map(|pair| pair.trim().split_once('='))
    });
    let mut found = pairs.filter(|(key, _)| *key == name);
    // Two of one name: somebody else set one of them.
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Token::from_text(value),
        _ => None,
    }
}

/// The header by which a browser keeps the token, or forgets it.
pub(crate) fn set_cookie(public: &PublicUrl, token: Option<&Token>) -> HeaderValue {
    let (name, secure) = (
        cookie_name(public),
        if public.secure { "; Secure" } else { "" },
    );
    let value = token.map(Token::to_text);
    let value = value.as_ref().map_or("", |text| text.as_str());
    let age = if token.is_some() { "" } else { "; Max-Age=0" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    // Hexadecimal and our own words.
    let mut header = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    header.set_sensitive(true);
    header
}

/// Whether a request comes from a page of ours, as far as its browser says.
pub(crate) fn check_origin(headers: &HeaderMap, public: &PublicUrl) -> Result<(), Problem> {
    match headers.get(header::ORIGIN) {
        Some(origin) if origin.as_bytes() != public.origin.as_bytes() => Err(csrf()),
        _ => Ok(()),
    }
}

fn check_csrf(headers: &HeaderMap, public: &PublicUrl, token: &Token) -> Result<(), Problem> {
    check_origin(headers, public)?;
    let sent = headers
        .get(CSRF)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let right = sent.ct_eq(token.csrf().as_bytes());
    if right.into() { Ok(()) } else { Err(csrf()) }
}

fn csrf() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "csrf",
        "this did not come from the office's own page; load it again",
    )
}
