//! Addresses, and requests with bounds: https, and http on this machine itself for demonstrations and
//! tests alone; no redirect, no cookie, nothing that tells one wallet from another; what answers too much or too slowly is left.

use std::net::Ipv4Addr;
use std::time::Duration;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::ids::Origin;
use serde::de::DeserializeOwned;
use ureq::http::{Request, header};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, AsSendBody};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::OnlineError;

const MAX_ADDRESS: usize = 2048;
/// A JSON answer with at most this many octets.
const MAX_JSON: u64 = 512 << 10;
const JSON: &str = "application/json";

/// An address that the wallet may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(Url);

impl Address {
    /// Reads an absolute address: https, or http on this machine; without user and fragment. Whether it
    /// is asked is the client's to say.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > MAX_ADDRESS || text.bytes().any(|b| b <= b' ' || b == b'\\') {
            return None;
        }
        let url = Url::parse(text).ok()?;
        let secure = url.scheme() == "https"
            || (url.scheme() == "http" && reach(&url.host()?) == Reach::Here);
        let plain =
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (secure && plain).then_some(Self(url))
    }

    /// The host, with a port that is not the usual one; names of other scripts in their ASCII form,
    /// in which they look like no other.
    pub(crate) fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether a wallet may ask there: https and not this machine or its network, which a stranger's
    /// link must not reach; and this machine where a demonstration or test says so.
    pub(crate) fn is_open(&self, loopback: bool) -> bool {
        match self.0.host().map(|host| reach(&host)) {
            Some(Reach::Anywhere) => self.0.scheme() == "https",
            Some(Reach::Here) => loopback,
            Some(Reach::Near) | None => false,
        }
    }

    /// Whether it is a host and no more.
    pub(crate) fn is_origin(&self) -> bool {
        self.0.path() == "/" && self.0.query().is_none()
    }

    /// Where it is, in the form in which a request names a site.
    pub(crate) fn origin(&self) -> Option<Origin> {
        Origin::parse(&self.0.origin().ascii_serialization())
    }

    pub(crate) fn same_origin(&self, other: &Self) -> bool {
        self.0.origin() == other.0.origin()
    }

    /// The document of this kind under `/.well-known/`, which stands before the path.
    pub(crate) fn well_known(&self, name: &str) -> Self {
        let mut url = self.0.clone();
        let path = match self.0.path() {
            "/" => format!("/.well-known/{name}"),
            path => format!("/.well-known/{name}{path}"),
        };
        url.set_path(&path);
        url.set_query(None);
        Self(url)
    }

    /// An address under this one.
    pub(crate) fn under(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url.set_query(None);
        Self(url)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// How far a host is, as it is written. What a name leads to is not known here.
#[derive(PartialEq, Eq)]
enum Reach {
    /// This machine.
    Here,
    /// Its network, or no single machine.
    Near,
    Anywhere,
}

fn reach<S: AsRef<str>>(host: &Host<S>) -> Reach {
    match host {
        Host::Domain(name) => {
            let name = name.as_ref().trim_end_matches('.');
            if name == "localhost" || name.ends_with(".localhost") {
                Reach::Here
            } else {
                Reach::Anywhere
            }
        }
        Host::Ipv4(address) => reach_v4(*address),
        Host::Ipv6(address) => {
            if address.is_loopback() {
                return Reach::Here;
            }
            if let Some(inner) = address.to_ipv4() {
                return reach_v4(inner);
            }
            let near = address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local();
            if near { Reach::Near } else { Reach::Anywhere }
        }
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [first, second, ..] = address.octets();
    // 100.64.0.0/10 is a provider's own network.
    let shared = first == 100 && (64..128).contains(&second);
    if address.is_loopback() {
        Reach::Here
    } else if first == 0
        || shared
        || address.is_private()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
    {
        Reach::Near
    } else {
        Reach::Anywhere
    }
}

/// Octets in base64url without padding.
pub(crate) fn base64(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

/// The same, read.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// A form's body.
pub(crate) fn form(members: &[(&str, &str)]) -> Zeroizing<String> {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    Zeroizing::new(body.extend_pairs(members).finish())
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// To connect.
    pub(crate) connect: Duration,
    /// A short question with its answer.
    pub(crate) answer: Duration,
    /// A file.
    pub(crate) file: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            file: Duration::from_secs(180),
        }
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    json: bool,
    body: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// A JSON document, as it is called and read like one.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, OnlineError> {
        let read = self.json.then(|| serde_json::from_slice(&self.body).ok());
        read.flatten()
            .ok_or(OnlineError::OtherSide("no such document"))
    }

    /// The same of an answer that says yes.
    pub(crate) fn good<T: DeserializeOwned>(&self) -> Result<T, OnlineError> {
        match self.status {
            200 => self.json(),
            status => Err(refused(status)),
        }
    }

    pub(crate) fn octets(self) -> Result<Zeroizing<Vec<u8>>, OnlineError> {
        match self.status {
            200 => Ok(self.body),
            status => Err(refused(status)),
        }
    }

    /// The word by which a protocol's error is known.
    pub(crate) fn error(&self) -> String {
        #[derive(serde::Deserialize)]
        struct Said {
            error: String,
        }
        self.json::<Said>().map(|s| s.error).unwrap_or_default()
    }
}

/// A status that is not the one expected. What is overloaded or down is as good as not there.
pub(crate) fn refused(status: u16) -> OnlineError {
    match status {
        408 | 429 | 500.. => OnlineError::Offline,
        300..=399 => OnlineError::OtherSide("it sends somewhere else"),
        _ => OnlineError::OtherSide("it refuses"),
    }
}

/// Asks. Connections live as long as this value, and no longer: two things that a holder does are
/// not joined by one connection.
pub(crate) struct Client {
    agent: Agent,
    times: Times,
    loopback: bool,
}

impl Client {
    /// `loopback` is for demonstrations and tests, whose services are on this machine.
    pub(crate) fn new(times: Times, loopback: bool) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent("glimpse-wallet")
            .accept("*/*")
            .max_response_header_size(16 << 10)
            .timeout_connect(Some(times.connect));
        Self {
            agent: config.build().new_agent(),
            times,
            loopback,
        }
    }

    /// Whether it asks there.
    pub(crate) fn may(&self, at: &Address) -> bool {
        at.is_open(self.loopback)
    }

    /// A document.
    pub(crate) fn get(&self, at: &Address) -> Result<Reply, OnlineError> {
        let request = Request::get(at.as_str()).header(header::ACCEPT, JSON);
        self.send(at, request.body(()), MAX_JSON, self.times.answer)
    }

    /// A file of at most this many octets.
    pub(crate) fn file(&self, at: &Address, most: u64) -> Result<Reply, OnlineError> {
        self.send(
            at,
            Request::get(at.as_str()).body(()),
            most,
            self.times.file,
        )
    }

    pub(crate) fn post_form(
        &self,
        at: &Address,
        members: &[(&str, &str)],
    ) -> Result<Reply, OnlineError> {
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post(at.as_str()).header(header::CONTENT_TYPE, kind);
        let body = form(members);
        self.send(
            at,
            request.body(body.as_bytes()),
            MAX_JSON,
            self.times.answer,
        )
    }

    /// Asks for something by an address alone.
    pub(crate) fn post(&self, at: &Address) -> Result<Reply, OnlineError> {
        let request = Request::post(at.as_str()).header(header::ACCEPT, JSON);
        let nothing: &[u8] = &[];
        self.send(at, request.body(nothing), MAX_JSON, self.times.answer)
    }

    pub(crate) fn post_json(
        &self,
        at: &Address,
        token: &str,
        body: &serde_json::Value,
    ) -> Result<Reply, OnlineError> {
        let bearer = Zeroizing::new(format!("Bearer {token}"));
        let request = Request::post(at.as_str())
            .header(header::CONTENT_TYPE, JSON)
            .header(header::AUTHORIZATION, bearer.as_str());
        let body = body.to_string();
        self.send(
            at,
            request.body(body.as_bytes()),
            MAX_JSON,
            self.times.answer,
        )
    }

    fn send(
        &self,
        at: &Address,
        request: ureq::http::Result<Request<impl AsSendBody>>,
        most: u64,
        within: Duration,
    ) -> Result<Reply, OnlineError> {
        if !self.may(at) {
            return Err(OnlineError::OtherSide(
                "its address is this machine's or its network's",
            ));
        }
        let request = request.map_err(|_| OnlineError::OtherSide("its address is none"))?;
        let timed = self.agent.configure_request(request);
        let request = timed.timeout_global(Some(within)).build();
        let mut response = self.agent.run(request).map_err(failure)?;
        let kind = response.body().mime_type().unwrap_or_default().to_owned();
        let read = response.body_mut().with_config().limit(most).read_to_vec();
        Ok(Reply {
            status: response.status().as_u16(),
            json: kind.eq_ignore_ascii_case(JSON),
            body: Zeroizing::new(read.map_err(failure)?),
        })
    }
}

/// Why nothing came. What the system or the library says of it may hold the address, and is not kept.
fn failure(error: ureq::Error) -> OnlineError {
    use ureq::Error;
    match error {
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => {
            OnlineError::OtherSide("its answer is too large")
        }
        Error::Io(_) | Error::Timeout(_) | Error::HostNotFound | Error::ConnectionFailed => {
            OnlineError::Offline
        }
        Error::NativeTls(_) | Error::Tls(_) => {
            OnlineError::OtherSide("its certificate is not good")
        }
        _ => OnlineError::OtherSide("its answer does not read"),
    }
}

#[cfg(test)]
mod tests;
