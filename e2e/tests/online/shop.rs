//! A shop that asks over OpenID4VP, as specs/12 says: a counter's request in a signed request object.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use ed25519_dalek::{Signer, SigningKey};
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{Origin, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Predicate, Query, Registration, Request, Test};
use glimpse_core::trust::{Accepted, Allowance, Provable, VerifierEntry};
use glimpse_e2e::refusals::question;
use glimpse_e2e::world::{DAY, position};
use glimpse_issuer::json;
use glimpse_terminal::rng;
use glimpse_verifier::{Asked, Identity, Question, Ticket, Verifier};
use serde_json::{Value, json};

use super::between::{answer, read_request};
use super::support::{RESIDENT, Registry, signing_key};

pub const AUDIENCE: &str = "https://self-issued.me/v2";
const JWT: &str = "application/oauth-authz-req+jwt";

pub fn base64(octets: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}

pub struct Shop {
    pub address: SocketAddr,
    pub id: VerifierId,
    pub key: SigningKey,
    counter: Verifier,
    /// What it asks, and that the answer is to come here.
    pub asking: Question,
    /// What is said to whoever asks for the request, and to whoever brings an answer.
    pub says: Arc<Mutex<Says>>,
}

pub struct Says {
    pub object: Vec<u8>,
    /// Claims to sign once a wallet's nonce is there.
    pub late: Option<(Value, SigningKey)>,
    pub to_answers: Vec<u8>,
    pub heads: Vec<String>,
    pub answers: Vec<String>,
}

/// A request's pieces, to be changed by tests.
pub struct Asking {
    pub ticket: Ticket,
    pub request: Vec<u8>,
    pub claims: Value,
}

impl Shop {
    /// A shop that the registry's trust list names.
    pub fn open(registry: &Registry) -> (Self, VerifierEntry) {
        let (id, key) = (VerifierId([7; 16]), signing_key());
        let schema = json::schema(RESIDENT).unwrap();
        let office = registry.office();
        let (city, born) = (position(&schema, "city"), position(&schema, "birth_date"));
        let (city, born) = (city.unwrap(), born.unwrap());
        let entry = VerifierEntry {
            id,
            names: Texts::new(&[("en", "Corner Pharmacy")]),
            signing: key.verifying_key(),
            allowances: vec![Allowance {
                purpose: "medicine".into(),
                schema: schema.id(),
                disclose: vec![city],
                prove: vec![Provable {
                    kind: 0,
                    attribute: born,
                }],
                pseudonym: false,
            }],
        };
        let registration = office.sign_registration(&Registration {
            verifier: id,
            key: entry.signing,
            names: entry.names.clone(),
            allowances: entry.allowances.clone(),
            expires: UnixTime(registry.now().0 + 365 * DAY),
        });
        let (list, roots) = registry.list(Some(entry.clone()));
        let accepted = Accepted::first(&list, &roots.keys, 1, registry.now()).unwrap();
        let identity = Identity::new(id, key.clone());
        let counter = Verifier::new(accepted, identity, registration);
        let context = office.context(schema.id()).unwrap();
        let cutoff = AttributeDate::at(registry.now(), 0)
            .unwrap()
            .age_cutoff(18)
            .unwrap();
        let mut asking = question(Query {
            schema: schema.id(),
            issuers: vec![(context.issuer, context.key_id)],
            disclose: vec![city],
            predicates: vec![Predicate {
                attribute: born,
                test: Test::Holds(Statement::AtMost(cutoff.days(), Profile::ThreeSquares)),
            }],
            max_age_days: 14,
            pseudonym: None,
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        asking.answer_to = Origin::parse(&format!("http://{address}"));
        let says = Arc::new(Mutex::new(Says {
            object: Vec::new(),
            late: None,
            to_answers: answer(200, "application/json", b"{}"),
            heads: Vec::new(),
            answers: Vec::new(),
        }));
        let said = says.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &said);
            }
        });
        let shop = Self {
            address,
            id,
            key,
            counter: counter.unwrap(),
            asking,
            says,
        };
        (shop, entry)
    }

    /// A fresh request, ready to be signed.
    pub fn ask(&mut self, now: UnixTime) -> Asking {
        let asked = self.counter.ask(&self.asking, now, &mut rng());
        let Asked { octets, ticket, .. } = asked.unwrap();
        let nonce = Request::read_own(&octets, &self.key.verifying_key())
            .unwrap()
            .freshness
            .nonce()
            .unwrap();
        let claims = json!({
            "client_id": self.id.to_string(), "aud": AUDIENCE,
            "response_type": "vp_token", "response_mode": "direct_post",
            "response_uri": format!("http://{}/answer", self.address),
            "nonce": base64(&nonce.0), "state": "a b&c", "exp": now.0 + 60,
            "dcql_query": { "credentials": [{
                "id": "card", "format": "glimpse_bbs", "meta": { "request": base64(&octets) },
            }]},
        });
        Asking {
            ticket,
            request: octets,
            claims,
        }
    }

    /// Says this to the next who comes, and gives the link.
    pub fn publish(&self, claims: &Value) -> String {
        self.say(sign(claims, &self.key).as_bytes());
        self.link("")
    }

    pub fn say(&self, object: &[u8]) {
        self.says.lock().unwrap().object = answer(200, JWT, object);
    }

    pub fn link(&self, more: &str) -> String {
        let (id, address) = (self.id, self.address);
        format!(
            "openid4vp://?client_id={id}&request_uri=http%3A%2F%2F{address}%2Frequest%2F1{more}"
        )
    }

    /// What was brought last: the members of its form.
    pub fn brought(&self) -> Vec<(String, String)> {
        let says = self.says.lock().unwrap();
        let body = says.answers.last().unwrap();
        url::form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect()
    }

    /// Whether the answer that was brought last is good, for this question.
    pub fn check(&mut self, ticket: Ticket, now: UnixTime) -> bool {
        let brought = self.brought();
        let token = &brought
            .iter()
            .find(|(name, _)| name == "vp_token")
            .unwrap()
            .1;
        let token: Value = serde_json::from_str(token).unwrap();
        let octets = BASE64_URL_SAFE_NO_PAD.decode(token["card"][0].as_str().unwrap());
        let verdict = self.counter.check_for(ticket, &octets.unwrap(), now);
        verdict.into_result().is_ok()
    }
}

pub fn sign(claims: &Value, key: &SigningKey) -> String {
    sign_with(
        &json!({ "alg": "EdDSA", "typ": "oauth-authz-req+jwt" }),
        claims,
        key,
    )
}

pub fn sign_with(head: &Value, claims: &Value, key: &SigningKey) -> String {
    let part = |value: &Value| base64(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(head), part(claims));
    let signature = key.sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", base64(&signature))
}

fn serve(mut stream: TcpStream, says: &Mutex<Says>) -> Option<()> {
    let (head, body) = read_request(&mut stream)?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let body = String::from_utf8(body).unwrap();
    let mut says = says.lock().unwrap();
    let answering = head.contains(" /answer ");
    says.heads.push(head);
    let said = if answering {
        says.answers.push(body);
        says.to_answers.clone()
    } else if let Some((claims, key)) = &says.late {
        let mut claims = claims.clone();
        let nonce = body.strip_prefix("wallet_nonce=").unwrap();
        claims["wallet_nonce"] = nonce.into();
        answer(200, JWT, sign(&claims, key).as_bytes())
    } else {
        says.object.clone()
    };
    let _ = stream.write_all(&said);
    Some(())
}
