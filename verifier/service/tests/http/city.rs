//! A city that issues "resident" cards, and a resident who has one.

use std::path::Path;

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, Offer, PendingIssuance,
    Schema, Value, issue,
};
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{Handle, IssuerId, UnixTime};
use glimpse_core::predicate::{dates::AttributeDate, square_bases};
use glimpse_core::presentation::{Holding, Review, VerifiedRequest, prove};
use glimpse_core::trust::{IssuerEntry, IssuerKey, Roots, TrustList};
use glimpse_counter::Counter;
use glimpse_terminal::rng;
use zeroize::Zeroizing;

pub const DAY: u64 = 86_400;

fn texts(text: &str) -> Texts {
    Texts::new(&[("en", text)])
}

fn schema() -> Schema {
    let attribute = |code: &str, name: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(name),
    };
    let cities = [(1, texts("Rivermouth")), (2, texts("Hillside"))];
    Schema {
        code: "resident".into(),
        names: Texts::new(&[("en", "Resident card"), ("nl", "inwonerskaart")]),
        attributes: vec![
            attribute("given_name", "Given name", AttributeType::Text(64)),
            attribute("birth_date", "Date of birth", AttributeType::Date),
            attribute("city", "City", AttributeType::Enumeration(cities.into())),
        ],
        epoch_days: 1,
    }
}

pub struct City {
    secret: SecretScalar,
    context: CredentialContext,
    publisher: SigningKey,
}

pub struct Resident {
    device: SoftwareDevice,
    credential: Credential,
}

impl City {
    pub fn new() -> Self {
        let secret = SecretScalar::random(&mut rng());
        let key = PublicKey::of(&secret);
        Self {
            context: CredentialContext::new(schema(), IssuerId([1; 16]), key).unwrap(),
            secret,
            publisher: SigningKey::from_bytes(&[22; 32]),
        }
    }

    /// The trust list that names the city, for some days.
    pub fn list(&self, now: UnixTime, sequence: u64, days: u64) -> TrustList {
        let until = UnixTime(now.0 + days * DAY);
        TrustList {
            id: [3; 16],
            sequence,
            issued: now,
            expires: until,
            threshold: 1,
            keys: vec![self.publisher.verifying_key()],
            issuers: vec![IssuerEntry {
                id: self.context.issuer,
                names: texts("City of Rivermouth"),
                signing: self.publisher.verifying_key(),
                keys: vec![IssuerKey {
                    key: *self.context.key.key(),
                    not_before: UnixTime(0),
                    not_after: UnixTime(now.0 + 900 * DAY),
                }],
                schemas: vec![schema().to_octets()],
                region: String::new(),
            }],
            verifiers: Vec::new(),
        }
    }

    /// Has a counter load the list.
    pub fn trusted_by(&self, counter: &Path, list: &TrustList, now: UnixTime) {
        let roots = Roots {
            list: None,
            keys: list.keys.clone(),
            threshold: 1,
        };
        Counter::load_trust(counter, &list.sign(&[&self.publisher]), &roots, now).unwrap();
    }

    /// Issues a card to somebody who was born then.
    pub fn resident(&self, born: &str, now: UnixTime) -> Resident {
        let context = &self.context;
        let (interface, rng) = (Interface::glimpse(), &mut rng());
        let device = SoftwareDevice::new(&interface, SecretScalar::random(rng)).unwrap();
        let offer = Offer {
            issuer: context.issuer,
            schema: context.schema_id,
            key: context.key_id,
            code: [5; 16],
            expires: UnixTime(now.0 + 60),
        };
        let octets = offer.sign(&self.publisher);
        let begun = PendingIssuance::begin(context, &offer, &octets, &device, rng);
        let (pending, request) = begun.unwrap();
        let decided = Decided {
            values: vec![
                Value::text("Ada"),
                Value::date(AttributeDate::parse(born).unwrap()),
                Value::Integer(1),
            ],
            epoch: now.epoch_day(),
            handle: Handle([3; 8]),
            renewal_key: Zeroizing::new([4; 32]),
        };
        let issued = issue(
            context,
            &self.secret,
            &offer,
            &octets,
            &request,
            decided,
            rng,
        );
        let response = issued.unwrap().response;
        let credential = pending.finish(context, response, &device, now).unwrap();
        Resident { device, credential }
    }

    /// What the resident's wallet answers to a request; nothing where it cannot.
    pub fn answer(&self, resident: &Resident, request: &[u8], now: UnixTime) -> Option<Vec<u8>> {
        let list = self.list(now, 1, 30);
        let verified = VerifiedRequest::verify(request, Some(&list), now).ok()?;
        let holdings = [Holding {
            credential: &resident.credential,
            context: &self.context,
            issuer: None,
        }];
        let consent = Review::new(verified, &holdings, now, "en")
            .consent(0)
            .ok()?;
        let squares = square_bases().unwrap();
        prove(
            &consent,
            &holdings,
            &resident.device,
            &squares,
            now,
            &mut rng(),
        )
        .ok()
    }
}
