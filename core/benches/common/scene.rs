//! The whole scene: one issuer, one holder and one counter.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, Offer, PendingIssuance,
    Schema, Value, issue,
};
use glimpse_core::curve::{FixedBases, G1, G1Affine, PublicKey, SecretScalar};
use glimpse_core::ids::{Handle, IssuerId, Nonce, UnixTime, VerifierId};
use glimpse_core::predicate::{Profile, Statement, dates::AttributeDate, square_bases};
use glimpse_core::presentation::{
    Consent, Freshness, Holding, Predicate, Query, Registration, Request, Review, Test,
    VerifiedRequest, Verifier, prove,
};
use glimpse_core::test_rng::TestRng;
use glimpse_core::trust::{Allowance, Provable, TrustList};
use zeroize::Zeroizing;

use super::Pool;

/// 2026-11-23T12:00:00Z
pub(crate) const NOW: UnixTime = UnixTime(1_795_435_200);
const BORN: usize = 2;
const CITY: usize = 3;

fn texts(t: &str) -> Texts {
    Texts::new(&[("en", t)])
}

fn schema() -> Schema {
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    };
    let names = |list: &[&str]| list.iter().zip(1..).map(|(t, i)| (i, texts(t))).collect();
    Schema {
        code: "resident".into(),
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
                AttributeType::Enumeration(names(&["North", "South"])),
            ),
            attribute("since", AttributeType::Date),
            attribute("photo", AttributeType::Bytes(32)),
            attribute("number", AttributeType::Text(32)),
        ],
        epoch_days: 1,
    }
}

fn values() -> Vec<Value> {
    let date = |text: &str| Value::date(AttributeDate::parse(text).unwrap());
    vec![
        Value::text("Ada"),
        Value::text("Lovelace"),
        date("1990-05-05"),
        Value::Integer(1),
        Value::Integer(2),
        date("2015-05-01"),
        Value::bytes(&[7; 32]),
        Value::text("A-1"),
    ]
}

/// An office that issues "resident", a holder with a device, and a counter that asks for the city
/// and a proof of being over 18.
pub(crate) struct Scene {
    pub(crate) context: Arc<CredentialContext>,
    pub(crate) device: SoftwareDevice,
    pub(crate) credential: Credential,
    /// The same credential with 2·A for A: a proof from it fails in the pairing alone.
    pub(crate) forged: Credential,
    pub(crate) squares: FixedBases,
    pub(crate) request: Request,
    pub(crate) octets: Vec<u8>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let sk = SecretScalar::random(&mut TestRng::new(1));
        let context = context(PublicKey::of(&sk));
        let interface = Interface::glimpse();
        let device =
            SoftwareDevice::new(&interface, SecretScalar::random(&mut TestRng::new(2))).unwrap();
        let credential = credential(&context, &sk, &device);
        let mut forged = Credential::from_octets(&credential.to_octets()).unwrap();
        let a = G1Affine::from_octets(forged.signature.first_chunk().unwrap()).unwrap();
        forged.signature[..G1::LEN].copy_from_slice(&G1::from(a).double().to_octets());
        let (request, octets) = request(&context);
        let squares = square_bases().unwrap();
        context.key.generators().prepare_secret();
        squares.prepare_secret();
        Self {
            context: Arc::new(context),
            device,
            credential,
            forged,
            squares,
            request,
            octets,
        }
    }
    pub(crate) fn holding(&self, forged: bool) -> Holding<'_> {
        let credential = if forged {
            &self.forged
        } else {
            &self.credential
        };
        Holding {
            credential,
            context: &self.context,
            issuer: None,
        }
    }

    /// The wallet's proof, from a consent that was given before.
    /// `forged` as in the consent.
    pub(crate) fn answer(&self, consent: &Consent, forged: bool, rng: &mut Pool) -> Vec<u8> {
        let holdings = [self.holding(forged)];
        prove(consent, &holdings, &self.device, &self.squares, NOW, rng).unwrap()
    }

    pub(crate) fn consent(&self, forged: bool) -> Consent {
        let verified = VerifiedRequest::verify(&self.octets, Some(&trust()), NOW).unwrap();
        let review = Review::new(verified, &[self.holding(forged)], NOW, "en");
        review.consent(0).unwrap()
    }

    /// A counter's own context and tables.
    pub(crate) fn verifier(&self) -> Verifier {
        let context = context(*self.context.key.key());
        let verifier = Verifier::new(vec![Arc::new(context)]).unwrap();
        verifier.prepare_tables();
        verifier
    }
}

/// A context of its own, with no table built yet.
pub(crate) fn context(key: PublicKey) -> CredentialContext {
    CredentialContext::new(schema(), IssuerId([1; 16]), key).unwrap()
}

fn credential(
    context: &CredentialContext,
    sk: &SecretScalar,
    device: &SoftwareDevice,
) -> Credential {
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
        sk,
        &offer,
        &octets,
        &request,
        Decided {
            values: values(),
            epoch: NOW.epoch_day(),
            handle: Handle([3; 8]),
            renewal_key: Zeroizing::new([4; 32]),
        },
        &mut rng,
    )
    .unwrap();
    pending
        .finish(context, issued.response, device, NOW)
        .unwrap()
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

fn request(context: &CredentialContext) -> (Request, Vec<u8>) {
    let counter = SigningKey::from_bytes(&[21; 32]);
    let cutoff = AttributeDate::at(NOW, 0).unwrap().age_cutoff(18).unwrap();
    let statement = Statement::AtMost(cutoff.days(), Profile::ThreeSquares);
    let query = Query {
        schema: context.schema_id,
        issuers: vec![(context.issuer, context.key_id)],
        disclose: vec![CITY],
        predicates: vec![Predicate {
            attribute: BORN,
            test: Test::Holds(statement),
        }],
        max_age_days: 14,
        pseudonym: None,
    };
    let registration = Registration {
        verifier: VerifierId([8; 16]),
        key: counter.verifying_key(),
        names: texts("Corner pharmacy"),
        allowances: vec![Allowance {
            purpose: "age".into(),
            schema: context.schema_id,
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
        freshness: Freshness::Nonce(Nonce([1; 16])),
        verifier: VerifierId([8; 16]),
        purpose: "age".into(),
        purpose_texts: texts("Selling medicine"),
        issued: NOW,
        expires: UnixTime(NOW.0 + 120),
        alternatives: vec![vec![query]],
        registration: registration.sign(&root()),
        answer_to: None,
    };
    let octets = request.sign(&counter);
    (request, octets)
}
