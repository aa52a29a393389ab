//! An office, a device and a counter, for the cases.

mod cases;
mod photos;
mod posters;
mod sites;
mod told;

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::*;
use crate::bbs::Interface;
use crate::bbs::device::SoftwareDevice;
use crate::cbor::Texts;
use crate::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, Offer, PendingIssuance,
    Schema, Value, issue,
};
use crate::curve::{PublicKey, SecretScalar};
use crate::ids::{EpochDay, Handle, IssuerId, Nonce, UnixTime, VerifierId};
use crate::predicate::{Profile, Statement, dates::AttributeDate, square_bases};
use crate::test_rng::TestRng;
use crate::trust::{Allowance, Provable, TrustList, VerifierEntry};
use std::sync::Arc;

/// 2026-11-23T12:00:00Z
const NOW: UnixTime = UnixTime(1_795_435_200);

fn texts(t: &str) -> Texts {
    Texts::new(&[("en", t)])
}

fn schema(code: &str) -> Schema {
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    };
    let names = |list: &[&str]| list.iter().zip(1..).map(|(t, i)| (i, texts(t))).collect();
    Schema {
        code: code.into(),
        names: texts("Resident"),
        attributes: vec![
            attribute("given_name", AttributeType::Text(64)),
            attribute("family_name", AttributeType::Text(64)),
            attribute("birth_date", AttributeType::Date),
            attribute(
                "city",
                AttributeType::Enumeration(names(&["Aville", "Bville"])),
            ),
            attribute(
                "district",
                AttributeType::Enumeration(names(&["North", "South", "East"])),
            ),
            attribute("since", AttributeType::Date),
            attribute("photo", AttributeType::Bytes(32)),
            attribute("number", AttributeType::Text(32)),
        ],
        epoch_days: 1,
    }
}

const BORN: usize = 2;
const CITY: usize = 3;
const DISTRICT: usize = 4;
const NUMBER: usize = 7;

fn values(born: &str, number: &str) -> Vec<Value> {
    vec![
        Value::text("Ada"),
        Value::text("Lovelace"),
        Value::date(AttributeDate::parse(born).unwrap()),
        Value::Integer(1),
        Value::Integer(2),
        Value::date(AttributeDate::parse("2015-05-01").unwrap()),
        Value::bytes(&[7; 32]),
        Value::text(number),
    ]
}

struct Office {
    sk: SecretScalar,
    context: Arc<CredentialContext>,
}

fn office(seed: u64, code: &str) -> Office {
    let sk = SecretScalar::random(&mut TestRng::new(seed));
    let id = IssuerId([u8::try_from(seed).unwrap(); 16]);
    let context = CredentialContext::new(schema(code), id, PublicKey::of(&sk)).unwrap();
    Office {
        sk,
        context: Arc::new(context),
    }
}

fn device(seed: u64) -> SoftwareDevice {
    SoftwareDevice::new(
        &Interface::glimpse(),
        SecretScalar::random(&mut TestRng::new(seed)),
    )
    .unwrap()
}

impl Office {
    fn issue(&self, device: &SoftwareDevice, values: Vec<Value>, epoch: EpochDay) -> Credential {
        let context = &self.context;
        let offer = Offer {
            issuer: context.issuer,
            schema: context.schema_id,
            key: context.key_id,
            code: [5; 16],
            expires: NOW,
        };
        let octets = offer.sign(&SigningKey::from_bytes(&[9; 32]));
        let mut rng = TestRng::new(44);
        let (pending, request) =
            PendingIssuance::begin(context, &offer, &octets, device, &mut rng).unwrap();
        let issued = issue(
            context,
            &self.sk,
            &offer,
            &octets,
            &request,
            Decided {
                values,
                epoch,
                handle: Handle([3; 8]),
                renewal_key: Zeroizing::new([4; 32]),
            },
            &mut rng,
        )
        .unwrap();
        let then = UnixTime(u64::from(epoch.0) * 86_400);
        pending
            .finish(context, issued.response, device, then)
            .unwrap()
    }

    fn query(&self) -> Query {
        Query {
            schema: self.context.schema_id,
            issuers: vec![(self.context.issuer, self.context.key_id)],
            disclose: vec![CITY],
            predicates: vec![over(18)],
            max_age_days: 14,
            pseudonym: None,
        }
    }
}

fn over(years: u8) -> Predicate {
    let cutoff = AttributeDate::at(NOW, 0)
        .unwrap()
        .age_cutoff(years)
        .unwrap();
    let statement = Statement::AtMost(cutoff.days(), Profile::ThreeSquares);
    Predicate {
        attribute: BORN,
        test: Test::Holds(statement),
    }
}

fn counter() -> SigningKey {
    SigningKey::from_bytes(&[21; 32])
}

fn root() -> SigningKey {
    SigningKey::from_bytes(&[22; 32])
}

fn trust() -> TrustList {
    TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(0),
        expires: UnixTime(NOW.0 * 2),
        threshold: 1,
        keys: vec![root().verifying_key()],
        issuers: Vec::new(),
        verifiers: Vec::new(),
    }
}

fn request(alternatives: Vec<Vec<Query>>, nonce: u8) -> (Request, Vec<u8>) {
    let registration = Registration {
        verifier: VerifierId([8; 16]),
        key: counter().verifying_key(),
        names: texts("Corner pharmacy"),
        allowances: vec![Allowance {
            purpose: "age".into(),
            schema: alternatives[0][0].schema,
            disclose: vec![CITY],
            prove: vec![Provable {
                kind: 0,
                attribute: BORN,
            }],
            pseudonym: false,
        }],
        expires: UnixTime(NOW.0 + 1000),
    };
    let request = Request {
        freshness: Freshness::Nonce(Nonce([nonce; 16])),
        verifier: VerifierId([8; 16]),
        purpose: "age".into(),
        purpose_texts: texts("Selling medicine"),
        issued: NOW,
        expires: UnixTime(NOW.0 + 120),
        alternatives,
        registration: registration.sign(&root()),
        answer_to: None,
    };
    let octets = request.sign(&counter());
    (request, octets)
}

fn review(octets: &[u8], holdings: &[Holding<'_>]) -> Review {
    let verified = VerifiedRequest::verify(octets, Some(&trust()), NOW).unwrap();
    Review::new(verified, holdings, NOW, "en")
}

fn holding<'a>(credential: &'a Credential, office: &'a Office) -> Holding<'a> {
    Holding {
        credential,
        context: &office.context,
        issuer: None,
    }
}

fn answer(octets: &[u8], holdings: &[Holding<'_>], device: &SoftwareDevice, seed: u64) -> Vec<u8> {
    let consent = review(octets, holdings).consent(0).unwrap();
    prove(
        &consent,
        holdings,
        device,
        &square_bases().unwrap(),
        NOW,
        &mut TestRng::new(seed),
    )
    .unwrap()
}

fn today() -> EpochDay {
    NOW.epoch_day()
}
