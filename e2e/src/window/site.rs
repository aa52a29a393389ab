//! A shop's site that asks over OpenID4VP, as specs/12 says. Its addresses are the bridge's.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use ed25519_dalek::SigningKey;
use glimpse_core::ids::{Origin, VerifierId};
use glimpse_core::presentation::Request;
use glimpse_terminal::{now, rng};
use glimpse_verifier::{Asked, Identity, Question, Ticket, Verifier};
use rand_core::CryptoRng;
use serde_json::{Value, json};

use crate::showing::learned;
use crate::world::World;

/// The media type of a request object.
pub(super) const OBJECT: &str = "application/oauth-authz-req+jwt";
/// Where the browser goes on.
const GO_ON: &str = "https://pharmacy.example/done#response_code=7Yw1";

/// The site.
pub struct Site {
    counter: Verifier,
    visits: Vec<Visit>,
}

struct Visit {
    ticket: Ticket,
    object: String,
    heard: Option<(bool, String)>,
}

impl Site {
    /// Opens a site that the city has registered.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn open(world: &World, rng: &mut dyn CryptoRng) -> Result<Self> {
        let mut seed = [0; 32];
        rng.fill_bytes(&mut seed);
        let (id, key) = (VerifierId([8; 16]), SigningKey::from_bytes(&seed));
        let registration = world.register(id, key.verifying_key())?;
        let identity = Identity::new(id, key);
        let counter = Verifier::new(world.accepted()?, identity, registration)?;
        Ok(Self {
            counter,
            visits: Vec::new(),
        })
    }

    /// Asks a new visitor, from the addresses under `base`: the link for her wallet.
    ///
    /// # Errors
    /// Whatever goes wrong.
    pub fn ask(&mut self, question: &Question, base: &str) -> Result<String> {
        let (number, id) = (self.visits.len(), self.counter.identity().id());
        let answer_to = Some(origin(base).context("no address")?);
        let question = Question {
            answer_to,
            ..question.clone()
        };
        let asked = self.counter.ask(&question, now()?, &mut rng())?;
        let Asked { octets, ticket, .. } = asked;
        let request = Request::read_own(&octets, &self.counter.identity().verifying_key())?;
        let nonce = request.freshness.nonce().context("a poster")?;
        let claims = json!({
            "client_id": id.to_string(), "aud": "https://self-issued.me/v2",
            "response_type": "vp_token", "response_mode": "direct_post",
            "response_uri": format!("{base}/{number}"),
            "nonce": base64(&nonce.0),
            "dcql_query": { "credentials": [{
                "id": "card", "format": "glimpse_bbs", "meta": { "request": base64(&octets) },
            }]},
        });
        self.visits.push(Visit {
            ticket,
            object: self.counter.identity().sign_object(&claims.to_string()),
            heard: None,
        });
        let request = format!("{base}/{number}");
        let request = request.replace(':', "%3A").replace('/', "%2F");
        Ok(format!("openid4vp://?client_id={id}&request_uri={request}"))
    }

    /// The request of one visit.
    pub fn object(&self, number: usize) -> Option<String> {
        Some(self.visits.get(number)?.object.clone())
    }

    /// Takes the answer of one visit, from the form in which it came, and says where to go on. What
    /// the site thinks of it, the wallet is not told.
    ///
    /// # Errors
    /// When it is no answer at all.
    pub fn answer(&mut self, number: usize, form: &BTreeMap<String, String>) -> Result<Value> {
        let visit = self.visits.get_mut(number).context("no such visit")?;
        let token: Value = serde_json::from_str(form.get("vp_token").context("no vp_token")?)?;
        let answer = token.pointer("/card/0").and_then(Value::as_str);
        let answer = BASE64_URL_SAFE_NO_PAD.decode(answer.context("no answer")?)?;
        let now = now()?;
        visit.heard = Some(
            match self
                .counter
                .check_for(visit.ticket, &answer, now)
                .into_result()
            {
                Ok(verdict) => (true, learned(&verdict, now).join("\n")),
                Err(error) => (false, error.to_string()),
            },
        );
        Ok(json!({ "redirect_uri": GO_ON }))
    }

    /// What the site makes of the last visit; nothing while there is no answer.
    pub fn heard(&self) -> Option<&(bool, String)> {
        self.visits.last()?.heard.as_ref()
    }
}

/// Where an address is: what stands before its path.
fn origin(address: &str) -> Option<Origin> {
    let (scheme, rest) = address.split_once("://")?;
    Origin::parse(&format!("{scheme}://{}", rest.split('/').next()?))
}

fn base64(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}
