//! The authorization code grant: a pushed request, the page on which the resident types the code of
//! her letter, and the code that goes back to the wallet. spec:GL-8-ONCE spec:GL-8-REDIRECT

use glimpse_core::ids::{SchemaId, UnixTime};
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::offer::{Secrets, read_number};
use super::token::Attempt;
use super::{InvitationError, Refusal, after, digest, draw, encode};
use crate::Office;
use crate::keys::Purpose;
use crate::records::invitations::{self, By};
use crate::records::online::{self, Pushed};
use crate::store::Transaction;

/// Seconds that a pushed request waits for the resident.
pub(crate) const PUSHED_LIFE: u64 = 600;
/// Seconds that an authorization code lives.
const CODE_LIFE: u64 = 60;
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// Most octets of what a client calls itself, and of what it wants back.
const MAX_TEXT: usize = 512;

/// A pushed authorization request, read.
pub struct Push<'a> {
    /// Who asks.
    pub client: &'a str,
    /// Where the code goes.
    pub redirect: &'a str,
    /// What the client wants back with it.
    pub state: Option<&'a str>,
    /// The challenge of PKCE, method S256.
    pub challenge: &'a str,
    /// The schema of the credential that is asked for, where the request names one.
    pub schema: Option<SchemaId>,
    /// What ties the request to an invitation, where it came from an offer.
    pub issuer_state: Option<&'a str>,
    /// Whether the schema was named by authorization details.
    pub detailed: bool,
}

/// A request that waits for the resident: what the page says.
pub struct Waiting {
    /// Where the answer will go.
    pub redirect: String,
    /// Whether the page must ask for the letter's number, since no offer says which it is.
    pub asks_number: bool,
}

/// What came of the page.
pub enum Authorized {
    /// The address to go to, with the code.
    Redirect(Zeroizing<String>),
    /// The code or number is wrong; it may be tried again.
    Wrong,
    /// No more may be tried: the address to go to, with an error.
    Refused(String),
}

/// Whether a code may be sent there. spec:GL-8-REDIRECT
pub(crate) fn is_redirect(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let plain = text.len() <= MAX_TEXT
        && text.bytes().all(|octet| octet.is_ascii_graphic())
        && !text.contains('#')
        && url.username().is_empty()
        && url.password().is_none();
    let fits = match url.scheme() {
        "https" => url.host().is_some(),
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip == std::net::Ipv4Addr::LOCALHOST,
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        },
        own => own.contains('.'),
    };
    plain && fits
}

/// The address of a client, with parameters added to those it has. What stands before them is left
/// as the client wrote it.
fn address(redirect: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    let joint = if redirect.contains('?') { '&' } else { '?' };
    format!("{redirect}{joint}{}", query.finish())
}

fn request_digest(request_uri: &str) -> Option<[u8; 32]> {
    digest(request_uri.strip_prefix(PREFIX)?)
}

impl Office {
    /// Keeps a pushed authorization request; returns its `request_uri`, or none when too many wait
    /// already.
    ///
    /// # Errors
    /// [`Refusal::Request`], [`InvitationError::Office`].
    pub fn push(
        &self,
        push: &Push<'_>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Zeroizing<String>>, InvitationError> {
        let challenge =
            base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, push.challenge);
        let challenge = challenge.ok().and_then(|octets| octets.try_into().ok());
        let fits = (1..=MAX_TEXT).contains(&push.client.len())
            && is_redirect(push.redirect)
            && push.state.is_none_or(|state| state.len() <= MAX_TEXT);
        let (Some(challenge), true) = (challenge, fits) else {
            return Err(Refusal::Request.into());
        };
        let issuer_state = push
            .issuer_state
            .map(|state| digest(state).ok_or(Refusal::Request));
        let pushed = Pushed {
            client: push.client.to_owned(),
            redirect: push.redirect.to_owned(),
            state: push.state.map(str::to_owned),
            challenge,
            schema: push.schema,
            issuer_state: issuer_state.transpose()?,
            detailed: push.detailed,
        };
        let secret = draw(rng);
        let name = Sha256::digest(secret.as_slice()).into();
        let end = after(now, PUSHED_LIFE);
        let kept = self.store.write(|tx| {
            online::forget(tx, now)?;
            let room = online::has_room(tx, now)?;
            if room {
                online::push(tx, &name, &pushed, end)?;
            }
            Ok::<_, InvitationError>(room)
        })?;
        let uri = || Zeroizing::new(format!("{PREFIX}{}", encode(secret.as_slice())));
        Ok(kept.then(uri))
    }

    /// A pushed request of this client that waits for the resident.
    ///
    /// # Errors
    /// [`Refusal::Request`].
    pub fn pushed(
        &self,
        request_uri: &str,
        client: &str,
        now: UnixTime,
    ) -> Result<Waiting, InvitationError> {
        let name = request_digest(request_uri).ok_or(Refusal::Request)?;
        let found = self.store.read(|tx| online::find_pushed(tx, &name, now))?;
        let pushed = found.filter(|pushed| pushed.client == client);
        let pushed = pushed.ok_or(Refusal::Request)?;
        Ok(Waiting {
            asks_number: pushed.issuer_state.is_none(),
            redirect: pushed.redirect,
        })
    }

    /// The resident has typed her codes. `issuer` is the credential issuer's identifier.
    ///
    /// # Errors
    /// [`Refusal::Request`] for a request that does not wait.
    pub fn authorize(
        &self,
        request_uri: &str,
        client: &str,
        typed: (&str, &str),
        issuer: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Authorized, InvitationError> {
        let (number, transaction_code) = typed;
        let name = request_digest(request_uri).ok_or(Refusal::Request)?;
        let found = self.store.read(|tx| online::find_pushed(tx, &name, now))?;
        let pushed = found.filter(|pushed| pushed.client == client);
        let pushed = pushed.ok_or(Refusal::Request)?;
        let found = self.store.read(|tx| self.meant(tx, &pushed, number))?;
        let opened = found.map(|(invitation, sealed)| {
            let secrets = Secrets::open(&self.keys, invitation.id, &sealed)?;
            Ok::<_, InvitationError>((invitation, secrets))
        });
        let opened = opened.transpose()?;
        let secret = draw(rng);
        let code = Sha256::digest(secret.as_slice()).into();
        let (right, over) = self.store.write(|tx| {
            if !online::guess(tx, &name, now)? {
                return Ok::<_, InvitationError>((false, true));
            }
            let Some((invitation, secrets)) = &opened else {
                return Ok((false, false));
            };
            let attempt = self.attempt(tx, invitation, secrets, transaction_code, true, now)?;
            if matches!(attempt, Attempt::Right) {
                let end = after(now, CODE_LIFE);
                online::authorize(tx, &name, invitation.id, &code, end)?;
            }
            Ok((matches!(attempt, Attempt::Right), false))
        })?;
        let state = pushed.state.as_deref();
        let go = |word: &str, value: &str| {
            let mut parameters = vec![(word, value)];
            parameters.extend(state.map(|state| ("state", state)));
            parameters.push(("iss", issuer));
            address(&pushed.redirect, &parameters)
        };
        if right {
            let code = Zeroizing::new(encode(secret.as_slice()));
            return Ok(Authorized::Redirect(Zeroizing::new(go("code", &code))));
        }
        let waits = self.store.read(|tx| online::find_pushed(tx, &name, now))?;
        if over || waits.is_none() {
            return Ok(Authorized::Refused(go("error", "access_denied")));
        }
        Ok(Authorized::Wrong)
    }

    /// The invitation that a request means, if its codes may still be taken.
    fn meant(
        &self,
        tx: &mut dyn Transaction,
        pushed: &Pushed,
        number: &str,
    ) -> Result<Option<(invitations::Invitation, Vec<u8>)>, InvitationError> {
        let found = match &pushed.issuer_state {
            Some(digest) => invitations::find(tx, By::IssuerState, digest)?,
            None => match read_number(number) {
                Some(number) => {
                    let tag = self.keys.tag(Purpose::LetterNumber, number.as_bytes());
                    invitations::find(tx, By::Number, &tag)?
                }
                None => None,
            },
        };
        Ok(found.and_then(|(invitation, sealed)| {
            let asked = pushed
                .schema
                .is_none_or(|schema| schema == invitation.schema);
            Some((invitation, sealed.filter(|_| asked)?))
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_go_to_apps_and_https_only() {
        for good in [
            "https://wallet.example/back",
            "https://wallet.example/back?a=b",
            "http://127.0.0.1:8123/back",
            "http://localhost/back",
            "http://[::1]:80/",
            "org.example.wallet:/back",
            "org.example.wallet://back",
        ] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "/back",
            "wallet.example/back",
            "http://wallet.example/back",
            "http://127.0.0.1.example/back",
            "http://10.0.0.1/back",
            "http://localhost.example/back",
            "https://wallet.example/back#here",
            "https://user@wallet.example/back",
            "https://user:secret@wallet.example/back",
            "https://wallet.example/back\r\nx: y",
            "https://wallet.example/b ack",
            "https://w\u{e4}llet.example/",
            "https://",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "blob:https://wallet.example/x",
            "wallet:/back",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
        assert!(!is_redirect(&format!(
            "https://wallet.example/{}",
            "a".repeat(MAX_TEXT)
        )));
    }

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let parameters = [("code", "a&b"), ("iss", "https://x")];
        let there = address("https://w.example/back?a=b", &parameters);
        assert_eq!(
            there,
            "https://w.example/back?a=b&code=a%26b&iss=https%3A%2F%2Fx"
        );
        let none = address("org.example.w:/back", &parameters);
        assert_eq!(none, "org.example.w:/back?code=a%26b&iss=https%3A%2F%2Fx");
    }
}
