//! A counter that asks, and the honest wallet that answers.

use ed25519_dalek::SigningKey;
use glimpse_core::credential::Credential;
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement, square_bases};
use glimpse_core::presentation::{
    Freshness, Holding, Predicate, Query, Registration, Request, Review, Test, VerifiedRequest,
    prove,
};
use glimpse_core::trust::{Allowance, Provable};
use serde_json::{Value, json};

use super::issuance::published;
use super::rng::Stream;
use super::world::{BORN, CITY, NOW, Office, device, texts, vouching};

pub(super) const VERIFIER: VerifierId = VerifierId([8; 16]);

pub(super) fn counter() -> SigningKey {
    SigningKey::from_bytes(&[21; 32])
}

/// A trust list's key.
pub(super) fn root() -> SigningKey {
    SigningKey::from_bytes(&[22; 32])
}

pub(super) fn registration() -> Registration {
    Registration {
        verifier: VERIFIER,
        key: counter().verifying_key(),
        names: texts("Corner pharmacy"),
        allowances: vec![Allowance {
            purpose: "age".into(),
            schema: super::world::REGISTRY.context.schema_id,
            disclose: vec![CITY],
            prove: vec![Provable {
                kind: 0,
                attribute: BORN,
            }],
            pseudonym: false,
        }],
        expires: UnixTime(NOW.0 + 1000),
    }
}

pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) octets: Vec<u8>,
}

pub(super) fn ask(alternatives: Vec<Vec<Query>>, nonce: u8) -> Asked {
    let request = Request {
        freshness: Freshness::Nonce(Nonce([nonce; 16])),
        verifier: VERIFIER,
        purpose: "age".into(),
        purpose_texts: texts("To sell you medicine"),
        issued: NOW,
        expires: UnixTime(NOW.0 + 120),
        alternatives,
        registration: registration().sign(&root()),
        answer_to: None,
    };
    let octets = request.sign(&counter());
    Asked { request, octets }
}

/// Nothing of a credential but that it is there.
pub(super) fn query(office: &Office) -> Query {
    Query {
        schema: office.context.schema_id,
        issuers: vec![(office.context.issuer, office.context.key_id)],
        disclose: vec![],
        predicates: vec![],
        max_age_days: 14,
        pseudonym: None,
    }
}

/// The latest birth date of whoever is over so many years.
pub(super) fn cutoff(years: u8) -> u32 {
    let today = AttributeDate::at(NOW, 0).unwrap();
    today.age_cutoff(years).unwrap().days()
}

pub(super) fn holds(attribute: usize, statement: Statement) -> Predicate {
    Predicate {
        attribute,
        test: Test::Holds(statement),
    }
}

pub(super) fn at_most(attribute: usize, cutoff: u32) -> Predicate {
    holds(attribute, Statement::AtMost(cutoff, Profile::ThreeSquares))
}

pub(super) fn at_least(attribute: usize, cutoff: u32) -> Predicate {
    holds(attribute, Statement::AtLeast(cutoff, Profile::ThreeSquares))
}

pub(super) fn over(years: u8) -> Predicate {
    at_most(BORN, cutoff(years))
}

pub(super) fn equal(attribute: usize, query: usize, other: usize) -> Predicate {
    Predicate {
        attribute,
        test: Test::EqualTo {
            query,
            attribute: other,
        },
    }
}

/// What the wallet answers with, from records and their offices.
pub(super) fn answer(
    asked: &Asked,
    alternative: usize,
    records: &[(&Office, &[u8])],
    device_seed: u64,
    seed: u64,
) -> Vec<u8> {
    let records: Vec<_> = records
        .iter()
        .map(|(office, record)| (*office, Credential::from_octets(record).unwrap()))
        .collect();
    let holdings: Vec<_> = records
        .iter()
        .map(|(office, credential)| Holding {
            credential,
            context: &office.context,
            issuer: None,
        })
        .collect();
    let verified = VerifiedRequest::verify(&asked.octets, Some(&vouching(&root())), NOW).unwrap();
    let consent = Review::new(verified, &holdings, NOW, "en").consent(alternative);
    let (device, squares) = (device(device_seed), square_bases().unwrap());
    let rng = &mut Stream::new(seed);
    prove(&consent.unwrap(), &holdings, &device, &squares, NOW, rng).unwrap()
}

/// The input of a case: everything that a verdict follows from.
pub(super) fn scene(asked: &Asked, contexts: &[&Office], answer: &[u8]) -> Value {
    json!({
        "verifier_key": hex::encode(counter().verifying_key().as_bytes()),
        "request": hex::encode(&asked.octets),
        "contexts": contexts.iter().map(|o| published(o)).collect::<Vec<_>>(),
        "now": NOW.0, "answer": hex::encode(answer),
    })
}
