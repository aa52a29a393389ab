//! How wallets' requests are read: forms as OAuth has them and JSON, each member once, with the
//! protocol's errors for what does not fit; and the bearer token.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use zeroize::{Zeroize, Zeroizing};

use super::error::{Refused, Words};
use crate::invitation::Refusal;
use crate::service::State;
use crate::service::extract::in_time;
use crate::service::problem::Problem;

/// Whether a request's body says that it is of this kind.
fn is(request: &Request, kind: &str) -> bool {
    let said = request.headers().get(header::CONTENT_TYPE);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(kind)
}

async fn octets(request: Request, state: &State) -> Result<Bytes, Refused> {
    let arrival = Bytes::from_request(request, state);
    let octets: Result<_, BytesRejection> =
        in_time(state.config().limits.arrival_seconds, arrival).await?;
    octets.map_err(|rejection| Problem::from(rejection).into())
}

/// A form's members. What is sent without a value counts as not sent, as OAuth has it.
pub(super) struct Form(BTreeMap<String, String>);

impl Drop for Form {
    fn drop(&mut self) {
        self.0.values_mut().for_each(Zeroize::zeroize);
    }
}

impl Form {
    /// Reads members; none may stand twice.
    pub(super) fn read(octets: &[u8]) -> Option<Self> {
        let mut form = Self(BTreeMap::new());
        for (name, value) in url::form_urlencoded::parse(octets) {
            // PostgreSQL does not keep U+0000.
            if value.contains('\0') {
                return None;
            }
            let twice = form.0.insert(name.into_owned(), value.into_owned());
            if twice.is_some() {
                return None;
            }
        }
        form.0.retain(|_, value| !value.is_empty());
        Some(form)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, Refused> {
        let missing = || Words::OAuth.malformed(&format!("{name} is missing"));
        self.get(name).ok_or_else(missing)
    }
}

impl FromRequest<State> for Form {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &State) -> Result<Self, Refused> {
        if !is(&request, "application/x-www-form-urlencoded") {
            let must = "the body must be application/x-www-form-urlencoded";
            return Err(Words::OAuth.malformed(must));
        }
        let octets = octets(request, state).await?;
        let twice = || Words::OAuth.malformed("a parameter stands twice or cannot be read");
        Self::read(&octets).ok_or_else(twice)
    }
}

/// Reads a JSON body. Members that are not known are ignored; none that is known stands twice.
pub(super) async fn json<T: DeserializeOwned>(
    request: Request,
    state: &State,
    words: Words,
) -> Result<T, Refused> {
    if !is(&request, "application/json") {
        return Err(words.malformed("the body must be application/json"));
    }
    let octets = octets(request, state).await?;
    serde_json::from_slice(&octets)
        .map_err(|_| words.malformed("a member is missing, stands twice, or is not as it must be"))
}

/// The access token of a request.
pub(super) struct Bearer(pub(super) Zeroizing<String>);

impl FromRequestParts<State> for Bearer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &State) -> Result<Self, Refused> {
        let mut all = parts.headers.get_all(header::AUTHORIZATION).iter();
        let token = match (all.next(), all.next()) {
            (Some(one), None) => one.to_str().ok().and_then(|text| {
                let (scheme, token) = text.split_once(' ')?;
                scheme.eq_ignore_ascii_case("bearer").then_some(token)
            }),
            _ => None,
        };
        let token = token.ok_or_else(|| Words::OAuth.say(Refusal::Token.into()))?;
        Ok(Self(Zeroizing::new(token.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_each_member_once() {
        let form = Form::read(b"a=1&b=&c=%C3%A9+x").unwrap();
        assert_eq!(
            (form.get("a"), form.get("b"), form.get("c")),
            (Some("1"), None, Some("é x"))
        );
        for bad in ["a=1&a=1", "a=&a=1", "a=%00"] {
            assert!(Form::read(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
