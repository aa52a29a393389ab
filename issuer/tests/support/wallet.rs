//! A wallet of the tests' own, which knows OpenID4VCI and our format and nothing of the office's
//! insides; and a resident who is invited.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Writer;
use glimpse_core::credential::{
    Binding, Credential, CredentialContext, IssuanceResponse, NonceProof, PendingIssuance, Schema,
    Value as Attribute,
};
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{IssuerId, UnixTime};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_issuer::ids::ResidentId;
use glimpse_issuer::residents::Record;
use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use super::service::{Client, Reply, Service};

pub const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// The clinic's schema.
pub fn schema() -> Schema {
    glimpse_issuer::json::schema(include_str!("../../schemas/patient.json")).unwrap()
}

/// What the clinic knows of Ada.
pub fn values() -> Vec<Attribute> {
    vec![
        Attribute::text("Ada-4711"),
        Attribute::Integer(2),
        Attribute::date(AttributeDate::parse("2030-01-31").unwrap()),
    ]
}

/// Whether these are the same values, which do not say what they are.
pub fn same(some: &[Attribute], others: &[Attribute]) -> bool {
    let octets = |values: &[Attribute]| {
        let mut w = Writer::new();
        values.iter().for_each(|value| value.write(&mut w));
        w.into_vec()
    };
    octets(some) == octets(others)
}

pub fn record(reference: &str) -> Record {
    Record {
        schema: schema().id(),
        reference: reference.to_owned().into(),
        values: values(),
    }
}

/// Ada's record, under this reference.
pub fn resident(service: &Service, reference: &str) -> ResidentId {
    let office = service.office();
    let rng = &mut glimpse_terminal::rng();
    office
        .add_schema(&schema(), "command", service.now())
        .unwrap();
    office
        .create_resident(&record(reference), "command", service.now(), rng)
        .unwrap()
}

/// What a clerk asks for.
pub fn terms(devices: u32, approval: bool) -> Value {
    json!({ "devices": devices, "minutes": 60, "approval": approval })
}

/// A clerk invites Ada; the invitation as the page gets it.
pub fn invite(service: &Service, reference: &str, terms: &Value) -> Value {
    let id = resident(service, reference);
    invite_again(service, id, terms)
}

pub fn invite_again(service: &Service, id: ResidentId, terms: &Value) -> Value {
    let clerk = service.signed_in(Role::Clerk);
    let reply = clerk.post(&format!("/api/residents/{id}/invitations"), terms);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json
}

/// The invitation as the page sees it now.
pub fn look(service: &Service, invitation: &Value) -> Value {
    let clerk = service.signed_in(Role::Clerk);
    let id = invitation["id"].as_str().unwrap();
    clerk.get(&format!("/api/invitations/{id}")).json
}

/// A commitment of which the answer is awaited.
pub struct Pending {
    pub proof: String,
    pending: PendingIssuance,
}

/// A wallet on one device.
pub struct Wallet {
    pub client: Client,
    pub issuer: String,
    pub metadata: Value,
    pub device: SoftwareDevice,
}

impl Wallet {
    pub fn new(service: &Service) -> Self {
        Self::at(service.client())
    }

    /// A wallet that has read the metadata of a service.
    pub fn at(client: Client) -> Self {
        let reply = client.get("/.well-known/openid-credential-issuer");
        assert_eq!(reply.status, 200, "{}", reply.text);
        let rng = &mut glimpse_terminal::rng();
        Self {
            issuer: reply.json["credential_issuer"].as_str().unwrap().to_owned(),
            metadata: reply.json,
            device: SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(rng)).unwrap(),
            client,
        }
    }

    pub fn configuration(&self) -> String {
        format!("glimpse_bbs.{}", schema().id())
    }

    /// The context that the metadata speaks of.
    pub fn context(&self) -> CredentialContext {
        let id = self.configuration();
        let members = &self.metadata["credential_configurations_supported"][id.as_str()];
        let text = |name: &str| members[name].as_str().unwrap_or_else(|| panic!("{name}"));
        let octets = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(text(name)).unwrap();
        let schema = Schema::from_octets(&octets("schema")).unwrap();
        let key = PublicKey::from_octets(&octets("bbs_public_key").try_into().unwrap()).unwrap();
        let issuer = IssuerId(glimpse_terminal::hex(text("issuer_id")).unwrap());
        CredentialContext::new(schema, issuer, key).unwrap()
    }

    /// What a link or QR symbol offers.
    pub fn offer(&self, link: &str) -> Value {
        let link = url::Url::parse(link).unwrap();
        assert_eq!(link.scheme(), "openid-credential-offer");
        let parameters: Vec<(String, String)> = link.query_pairs().into_owned().collect();
        let [(name, value)] = parameters.as_slice() else {
            panic!("{link}");
        };
        if name == "credential_offer" {
            return serde_json::from_str(value).unwrap();
        }
        assert_eq!(name, "credential_offer_uri");
        let path = value.strip_prefix(&self.issuer).unwrap();
        let reply = self.client.get(path);
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json
    }

    pub fn form(&self, path: &str, members: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(members)
            .finish();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.client.send("POST", path, &kind, body.as_bytes())
    }

    /// Brings the code of an invitation as the page shows it, with this transaction code.
    pub fn bring(&self, invitation: &Value, code: &str) -> Reply {
        let offer = self.offer(invitation["offer_value_uri"].as_str().unwrap());
        let grant = &offer["grants"][PRE_AUTHORIZED];
        let members = [
            ("grant_type", PRE_AUTHORIZED),
            (
                "pre-authorized_code",
                grant["pre-authorized_code"].as_str().unwrap(),
            ),
            ("tx_code", code),
        ];
        self.form("/oid4vci/token", &members)
    }

    /// A token for an invitation.
    pub fn token(&self, invitation: &Value) -> String {
        let reply = self.bring(invitation, invitation["code"].as_str().unwrap());
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.json["token_type"], "Bearer");
        reply.json["access_token"].as_str().unwrap().to_owned()
    }

    pub fn nonce(&self) -> String {
        let reply = self.client.send("POST", "/oid4vci/nonce", &[], &[]);
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.headers["cache-control"], "no-store");
        reply.json["c_nonce"].as_str().unwrap().to_owned()
    }

    /// A proof for a nonce, made for this context and audience.
    pub fn prove_to(&self, context: &CredentialContext, audience: &str, nonce: &str) -> Pending {
        let binding = Binding::nonce(context, audience, nonce);
        let rng = &mut glimpse_terminal::rng();
        let (pending, commitment) =
            PendingIssuance::begin_bound(context, binding, &self.device, rng).unwrap();
        let proof = NonceProof {
            nonce: nonce.to_owned(),
            commitment,
        };
        Pending {
            proof: BASE64_URL_SAFE_NO_PAD.encode(proof.to_octets()),
            pending,
        }
    }

    pub fn prove(&self, nonce: &str) -> Pending {
        self.prove_to(&self.context(), &self.issuer, nonce)
    }

    /// A credential request with these proofs.
    pub fn request(&self, proofs: &[&Pending]) -> Value {
        let proofs: Vec<_> = proofs.iter().map(|pending| &pending.proof).collect();
        json!({
            "credential_configuration_id": self.configuration(),
            "proofs": { "glimpse_commitment": proofs },
        })
    }

    /// A JSON request with a token.
    pub fn send(&self, path: &str, token: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
        ];
        let body = body.to_string();
        self.client.send("POST", path, &headers, body.as_bytes())
    }

    pub fn ask(&self, token: &str, request: &Value) -> Reply {
        self.send("/oid4vci/credential", token, request)
    }

    /// The credential at a place of an answer.
    pub fn finish(
        &self,
        pending: Pending,
        answer: &Value,
        place: usize,
        now: UnixTime,
    ) -> Credential {
        self.finish_in(&self.context(), pending, answer, place, now)
    }

    /// The same in a context that is known.
    pub fn finish_in(
        &self,
        context: &CredentialContext,
        pending: Pending,
        answer: &Value,
        place: usize,
        now: UnixTime,
    ) -> Credential {
        let text = answer["credentials"][place]["credential"].as_str().unwrap();
        let octets = BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let response = IssuanceResponse::from_octets(&octets, &context.schema).unwrap();
        let credential = pending.pending.finish(context, response, &self.device, now);
        credential.unwrap()
    }

    /// The whole way of one credential.
    pub fn fetch(&self, token: &str, now: UnixTime) -> (Credential, Value) {
        let pending = self.prove(&self.nonce());
        let reply = self.ask(token, &self.request(&[&pending]));
        assert_eq!(reply.status, 200, "{}", reply.text);
        (self.finish(pending, &reply.json, 0, now), reply.json)
    }
}

/// What an error of the protocol says.
pub fn error(reply: &Reply) -> (u16, &str) {
    (
        reply.status,
        reply.json["error"].as_str().unwrap_or_default(),
    )
}

const TABLES: [&str; 7] = [
    "SELECT count(*) FROM holders",
    "SELECT count(*) FROM invitations",
    "SELECT count(*) FROM authorizations",
    "SELECT count(*) FROM access_tokens",
    "SELECT count(*) FROM nonces",
    "SELECT count(*) FROM issuances",
    "SELECT number FROM audit_head",
];

/// How many rows every table has that issuing writes to: what is refused changes none of it.
pub fn rows(service: &Service) -> [i64; 7] {
    let office = service.office();
    let count = |sql| office.store().read(|tx| tx.number(sql, &[])).unwrap();
    TABLES.map(count)
}

/// How many credentials there are.
pub fn credentials(service: &Service) -> usize {
    service.office().holders().unwrap().len()
}
