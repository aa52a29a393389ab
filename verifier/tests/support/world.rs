//! Who is in the cases: a registry and a library that issue, a publisher that lists them, a counter,
//! and Ada with her telephone. All of it follows from constants, and none of it is secret.
#![allow(dead_code, reason = "not every test needs everybody")]

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::{Interface, device::SoftwareDevice};
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, Offer, PendingIssuance,
    Schema, Value, issue,
};
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{EpochDay, Handle, IssuerId, UnixTime};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::{Holding, Registration, Review, VerifiedRequest, prove};
use glimpse_core::trust::{Accepted, IssuerEntry, IssuerKey, TrustList};
use glimpse_verifier::{Identity, Verifier};

use super::rng::Stream;

const DAY: u64 = 86_400;

pub(crate) fn texts(en: &str, nl: &str) -> Texts {
    Texts::new(&[("en", en), ("nl", nl)])
}

fn attribute(code: &str, en: &str, nl: &str, kind: AttributeType) -> Attribute {
    Attribute {
        code: code.into(),
        kind,
        names: texts(en, nl),
    }
}

fn cities() -> AttributeType {
    let city = |en, nl| texts(en, nl);
    AttributeType::Enumeration(vec![
        (1, city("The Hague", "Den Haag")),
        (2, city("Flushing", "Vlissingen")),
    ])
}

/// A registry's card: every type of attribute.
fn resident() -> Schema {
    Schema {
        code: "resident".into(),
        names: texts("Resident card", "Inwonerspas"),
        attributes: vec![
            attribute("name", "Name", "Naam", AttributeType::Text(64)),
            attribute(
                "birth_date",
                "Birth date",
                "Geboortedatum",
                AttributeType::Date,
            ),
            attribute("city", "City", "Stad", cities()),
            attribute("children", "Children", "Kinderen", AttributeType::Count),
            attribute("stamp", "Stamp", "Stempel", AttributeType::Bytes(8)),
        ],
        epoch_days: 7,
    }
}

/// A library's card.
fn library() -> Schema {
    Schema {
        code: "library".into(),
        names: texts("Library card", "Bibliotheekpas"),
        attributes: vec![
            attribute("number", "Number", "Nummer", AttributeType::Text(32)),
            attribute("city", "City", "Stad", cities()),
        ],
        epoch_days: 1,
    }
}

fn day(text: &str) -> Value {
    Value::date(AttributeDate::parse(text).unwrap())
}

/// An office with its key.
pub(crate) struct Office {
    sk: SecretScalar,
    signing: SigningKey,
    names: Texts,
    pub(crate) context: CredentialContext,
}

impl Office {
    fn new(seed: u8, schema: Schema, names: Texts) -> Self {
        let sk = SecretScalar::random(&mut Stream::new(seed.into()));
        let context = CredentialContext::new(schema, IssuerId([seed; 16]), PublicKey::of(&sk));
        Self {
            signing: SigningKey::from_bytes(&[seed; 32]),
            names,
            context: context.unwrap(),
            sk,
        }
    }

    fn entry(&self) -> IssuerEntry {
        IssuerEntry {
            id: self.context.issuer,
            names: self.names.clone(),
            signing: self.signing.verifying_key(),
            keys: vec![IssuerKey {
                key: *self.context.key.key(),
                not_before: UnixTime(0),
                not_after: UnixTime(u64::MAX),
            }],
            schemas: vec![self.context.schema.to_octets()],
            region: String::new(),
        }
    }

    /// A card in Ada's telephone, renewed last in the period of this moment.
    pub(crate) fn issue(&self, values: Vec<Value>, renewed: UnixTime) -> Credential {
        let (context, device) = (&self.context, device());
        let offer = Offer {
            issuer: context.issuer,
            schema: context.schema_id,
            key: context.key_id,
            code: [5; 16],
            expires: UnixTime(renewed.0 + DAY),
        };
        let signed = offer.sign(&self.signing);
        let rng = &mut Stream::new(44);
        let (pending, request) =
            PendingIssuance::begin(context, &offer, &signed, &device, rng).unwrap();
        let epoch: EpochDay = context.schema.epoch_of(renewed);
        let decided = Decided {
            values,
            epoch,
            handle: Handle([3; 8]),
            renewal_key: [4; 32].into(),
        };
        let issued = issue(context, &self.sk, &offer, &signed, &request, decided, rng).unwrap();
        pending
            .finish(context, issued.response, &device, renewed)
            .unwrap()
    }
}

fn device() -> SoftwareDevice {
    let scalar = SecretScalar::random(&mut Stream::new(100));
    SoftwareDevice::new(&Interface::glimpse(), scalar).unwrap()
}

/// Everybody, at a moment.
pub(crate) struct World {
    pub(crate) now: UnixTime,
    pub(crate) registry: Office,
    pub(crate) library: Office,
    pub(crate) resident: Credential,
    pub(crate) library_card: Credential,
    publisher: SigningKey,
}

impl World {
    pub(crate) fn new(now: UnixTime) -> Self {
        let registry = Office::new(1, resident(), texts("Registry", "Burgerzaken"));
        let library = Office::new(2, library(), texts("Public library", "Bibliotheek"));
        Self {
            resident: registry.issue(Self::resident_values(), now),
            library_card: library.issue(vec![Value::text("L-7"), Value::Integer(1)], now),
            publisher: SigningKey::from_bytes(&[9; 32]),
            registry,
            library,
            now,
        }
    }

    pub(crate) fn resident_values() -> Vec<Value> {
        vec![
            Value::text("Ada Lovelace"),
            day("1990-05-31"),
            Value::Integer(1),
            Value::Integer(2),
            Value::bytes(&[7; 8]),
        ]
    }

    /// A list of both offices, made an hour ago, good for a month, but for some changes.
    pub(crate) fn trust_list(&self, change: impl FnOnce(&mut TrustList)) -> Vec<u8> {
        let mut list = TrustList {
            id: [1; 16],
            sequence: 1,
            issued: UnixTime(self.now.0 - 3600),
            expires: UnixTime(self.now.0 + 30 * DAY),
            threshold: 1,
            keys: vec![self.publisher.verifying_key()],
            issuers: vec![self.registry.entry(), self.library.entry()],
            verifiers: vec![],
        };
        change(&mut list);
        list.sign(&[&self.publisher])
    }

    /// A counter's identity, and its registration by the publisher: it may ask nothing, so wallets
    /// name it and warn.
    pub(crate) fn counter(&self, seed: u64) -> (Identity, Vec<u8>) {
        let identity = Identity::generate(&mut Stream::new(seed));
        let registration = Registration {
            verifier: identity.id(),
            key: identity.verifying_key(),
            names: texts("Corner pharmacy", "Apotheek op de hoek"),
            allowances: vec![],
            expires: UnixTime(self.now.0 + 365 * DAY),
        };
        (identity, registration.sign(&self.publisher))
    }

    /// A verifier of this world, with the list of today.
    pub(crate) fn verifier(&self, seed: u64) -> Verifier {
        let (identity, registration) = self.counter(seed);
        let trust = Accepted::restore(&self.trust_list(|_| {})).unwrap();
        Verifier::new(trust, identity, registration).unwrap()
    }

    /// Ada's cards.
    pub(crate) fn cards(&self) -> Vec<Holding<'_>> {
        vec![
            holding(&self.resident, &self.registry),
            holding(&self.library_card, &self.library),
        ]
    }

    /// What Ada's wallet answers to an alternative, once she agrees; by her telephone's own clock.
    pub(crate) fn answer(
        &self,
        request: &[u8],
        alternative: usize,
        cards: &[Holding<'_>],
        clock: UnixTime,
    ) -> Vec<u8> {
        let list = Accepted::restore(&self.trust_list(|_| {})).unwrap().list;
        let request = VerifiedRequest::verify(request, Some(&list), self.now).unwrap();
        let consent = Review::new(request, cards, clock, "en").consent(alternative);
        let squares = square_bases().unwrap();
        let rng = &mut Stream::new(7);
        prove(&consent.unwrap(), cards, &device(), &squares, clock, rng).unwrap()
    }
}

pub(crate) fn holding<'a>(credential: &'a Credential, office: &'a Office) -> Holding<'a> {
    Holding {
        credential,
        context: &office.context,
        issuer: Some(&office.names),
    }
}
