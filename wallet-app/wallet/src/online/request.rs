//! A site's request over OpenID4VP: the link, the signed request object around a request of ours, and
//! the delivery of the answer. Reading a link fetches nothing. spec:GL-12

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, VerifyingKey};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Request, RequestError, VerifiedRequest};
use glimpse_core::trust::TrustList;
use rand_core::CryptoRng;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use url::Url;

use super::OnlineError;
use super::http::{Address, Client, base64, from_base64};
use super::offer::FORMAT;
use crate::WalletError;

/// The media type of a request object, without its first part.
const TYPE: &str = "oauth-authz-req+jwt";
/// Octets of a request object.
const MAX_OBJECT: u64 = 192 << 10;
/// Who a request object is for, where wallets have no address of their own.
const AUDIENCE: &str = "https://self-issued.me/v2";
/// Octets of a state and of a query's id.
const MAX_TEXT: usize = 1024;

const fn forged(why: &'static str) -> OnlineError {
    OnlineError::Forged(why)
}

/// A link that asks.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    client: String,
    at: Address,
    post: bool,
}

impl Link {
    /// Reads a text that is a request's link; nothing where it is something else.
    pub(crate) fn read(text: &str) -> Option<Result<Self, OnlineError>> {
        let url = Url::parse(text).ok()?;
        let own = url.scheme() == "openid4vp";
        if !own && !matches!(url.scheme(), "https" | "http") {
            return None;
        }
        let mut members = BTreeMap::new();
        for (name, value) in url.query_pairs() {
            if members
                .insert(name.into_owned(), value.into_owned())
                .is_some()
            {
                return own.then_some(Err(OnlineError::Unreadable));
            }
        }
        let asks = members.contains_key("client_id") && members.contains_key("request_uri");
        if !own && !asks {
            return None;
        }
        Some(Self::of(&members).ok_or(OnlineError::Unreadable))
    }

    fn of(members: &BTreeMap<String, String>) -> Option<Self> {
        let client = members.get("client_id")?;
        let post = match members.get("request_uri_method").map(String::as_str) {
            None | Some("get") => false,
            Some("post") => true,
            Some(_) => return None,
        };
        // A request that is not signed names nobody.
        (client.len() <= MAX_TEXT && !members.contains_key("request")).then_some(())?;
        Some(Self {
            client: client.clone(),
            at: Address::read(members.get("request_uri")?)?,
            post,
        })
    }

    /// Where the wallet would ask.
    pub(crate) fn host(&self) -> String {
        self.at.host()
    }

    /// Asks the site. Nothing of the wallet goes with it.
    pub(crate) fn fetch(
        &self,
        client: &Client,
        rng: &mut dyn CryptoRng,
    ) -> Result<Object, OnlineError> {
        let mut nonce = None;
        let reply = if self.post {
            let mut octets = [0; 16];
            rng.fill_bytes(&mut octets);
            let own = nonce.insert(base64(&octets));
            client.post_form(&self.at, &[("wallet_nonce", own)])?
        } else {
            client.file(&self.at, MAX_OBJECT)?
        };
        let text = String::from_utf8(reply.octets()?.to_vec());
        let text = text.map_err(|_| OnlineError::OtherSide("its request does not read"))?;
        Object::read(text.trim(), self, nonce.as_deref())
    }
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    typ: String,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    client_id: String,
    aud: String,
    response_type: String,
    response_mode: String,
    response_uri: String,
    nonce: String,
    state: Option<String>,
    wallet_nonce: Option<String>,
    exp: Option<u64>,
    dcql_query: Dcql,
    // Each of these would change what is asked, or where an answer goes.
    scope: Option<serde_json::Value>,
    redirect_uri: Option<serde_json::Value>,
    request_uri: Option<serde_json::Value>,
    transaction_data: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dcql {
    credentials: Vec<Query>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Query {
    id: String,
    format: String,
    meta: Meta,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta {
    request: String,
}

/// A request object that reads, and of which nothing is believed yet.
pub(crate) struct Object {
    /// What is signed.
    signed: String,
    signature: Signature,
    client: String,
    nonce: String,
    expires: Option<UnixTime>,
    /// Our request, signed by itself.
    pub(crate) request: Vec<u8>,
    delivery: Delivery,
}

/// Where an answer goes.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    to: Address,
    query: String,
    state: Option<String>,
}

fn part<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&from_base64(text)?).ok()
}

impl Object {
    fn read(text: &str, link: &Link, nonce: Option<&str>) -> Result<Self, OnlineError> {
        let parts: Vec<_> = text.split('.').collect();
        let [head, claims, signature] = *parts.as_slice() else {
            return Err(OnlineError::OtherSide("its request does not read"));
        };
        let octets: Option<[u8; 64]> = from_base64(signature).and_then(|s| s.try_into().ok());
        let parsed = part::<Head>(head).zip(part::<Claims>(claims)).zip(octets);
        let ((head_read, claims_read), octets) = parsed.ok_or(forged("it does not read"))?;
        // RFC 9864 names the algorithm by its curve; most still write the older name.
        let known = matches!(head_read.alg.as_str(), "EdDSA" | "Ed25519");
        if !known || head_read.typ != TYPE || head_read.crit.is_some() {
            return Err(forged("its head is none of a request"));
        }
        let client = claims_read.client_id.clone();
        let expires = claims_read.exp.map(UnixTime);
        let openid_nonce = claims_read.nonce.clone();
        let (request, delivery) = claims_read.check(link, nonce)?;
        Ok(Self {
            signed: format!("{head}.{claims}"),
            signature: Signature::from_bytes(&octets),
            client,
            nonce: openid_nonce,
            expires,
            request,
            delivery,
        })
    }

    /// Checks who signed: the request in it, and around it this object, by the same key. Gives where
    /// the answer goes. spec:GL-12-BINDING
    pub(crate) fn verify(
        &self,
        list: Option<&TrustList>,
        now: UnixTime,
    ) -> Result<(VerifiedRequest, Delivery), WalletError> {
        let elsewhere = forged("its answer would go somewhere else");
        let site = self.delivery.to.origin().ok_or(elsewhere)?;
        let verified = VerifiedRequest::verify_for(&self.request, Some(&site), list, now);
        let verified = verified.map_err(|error| match error {
            // Here it is a site that asks, and gives a request of another.
            RequestError::ForSite => elsewhere.into(),
            error => WalletError::from(error),
        })?;
        self.signed_by(&verified.registration.key)?;
        self.is_around(&verified.request)?;
        if self.expires.is_some_and(|end| now > end) {
            return Err(RequestError::Time.into());
        }
        Ok((verified, self.delivery.clone()))
    }

    fn signed_by(&self, key: &VerifyingKey) -> Result<(), OnlineError> {
        key.verify_strict(self.signed.as_bytes(), &self.signature)
            .map_err(|_| forged("it is signed by somebody else than it names"))
    }

    fn is_around(&self, request: &Request) -> Result<(), OnlineError> {
        if self.client != request.verifier.to_string() {
            return Err(forged("it names another verifier"));
        }
        // A poster is for whoever passes; a site asks each visitor by herself.
        let nonce = request.freshness.nonce();
        if nonce.is_none_or(|nonce| self.nonce != base64(&nonce.0)) {
            return Err(forged("its nonce is another"));
        }
        Ok(())
    }
}

impl Claims {
    fn check(self, link: &Link, nonce: Option<&str>) -> Result<(Vec<u8>, Delivery), OnlineError> {
        if self.client_id != link.client {
            return Err(forged("the link names another verifier"));
        }
        if self.aud != AUDIENCE {
            return Err(forged("it is for somebody else"));
        }
        if self.wallet_nonce.as_deref() != nonce {
            return Err(forged("it is not the answer to this wallet"));
        }
        let plain = self.scope.is_none()
            && self.redirect_uri.is_none()
            && self.request_uri.is_none()
            && self.transaction_data.is_none();
        let kind = self.response_type == "vp_token" && self.response_mode == "direct_post";
        if !plain || !kind {
            return Err(OnlineError::OtherSide(
                "it asks in a way that is not known here",
            ));
        }
        let to = Address::read(&self.response_uri);
        let to = to.filter(|to| to.same_origin(&link.at));
        let to = to.ok_or(forged("its answer would go somewhere else"))?;
        let [query] = <[Query; 1]>::try_from(self.dcql_query.credentials)
            .map_err(|_| OnlineError::OtherSide("it asks for several cards apart"))?;
        let id = query.id.len() <= MAX_TEXT && query.id.bytes().all(is_id) && !query.id.is_empty();
        if !id || query.format != FORMAT {
            return Err(OnlineError::OtherSide(
                "it asks in a way that is not known here",
            ));
        }
        if self.state.as_ref().is_some_and(|s| s.len() > MAX_TEXT) {
            return Err(forged("its state is too long"));
        }
        let request = from_base64(&query.meta.request).ok_or(forged("it does not read"))?;
        let delivery = Delivery {
            to,
            query: query.id,
            state: self.state,
        };
        Ok((request, delivery))
    }
}

fn is_id(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-')
}

impl Delivery {
    /// Where the answer goes, for the holder.
    pub(crate) fn host(&self) -> String {
        self.to.host()
    }

    /// Delivers an answer; where the site wants the browser to go on, if anywhere.
    pub(crate) fn deliver(
        &self,
        client: &Client,
        answer: &[u8],
    ) -> Result<Option<String>, OnlineError> {
        #[derive(Default, Deserialize)]
        struct Said {
            redirect_uri: Option<String>,
        }
        let token = json!({ self.query.as_str(): [base64(answer)] }).to_string();
        let mut members = vec![("vp_token", token.as_str())];
        if let Some(state) = &self.state {
            members.push(("state", state));
        }
        let reply = client.post_form(&self.to, &members)?;
        if reply.status != 200 {
            return Err(super::http::refused(reply.status));
        }
        // It is delivered, whatever else is said.
        let said: Said = reply.json().unwrap_or_default();
        Ok(said.redirect_uri.filter(|to| may_go_on(to, client)))
    }
}

/// Whether a browser may be sent there: as for the wallet's own addresses, but with a fragment.
fn may_go_on(text: &str, client: &Client) -> bool {
    let address = text.split('#').next().unwrap_or_default();
    Address::read(address).is_some_and(|at| client.may(&at)) && !text.bytes().any(|b| b <= b' ')
}

#[cfg(test)]
mod tests;
