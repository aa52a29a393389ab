//! An issuing office: its keys, one schema, and what it signs.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, Offer, PendingIssuance,
    Schema, Value, issue, renew,
};
use glimpse_core::curve::{G1, PublicKey, SecretScalar};
use glimpse_core::ids::{EpochDay, Handle, IssuerId, UnixTime};
use glimpse_core::trust::{IssuerEntry, IssuerKey};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::signing_key;

/// An office with one key and one schema.
pub struct Office {
    /// Its key and schema.
    pub context: Arc<CredentialContext>,
    secret: SecretScalar,
    signing: SigningKey,
}

/// A credential, and what its office keeps to renew it.
pub struct Issued {
    /// The credential.
    pub credential: Credential,
    b0: [u8; G1::LEN],
}

impl Office {
    /// An office with fresh keys.
    pub fn new(schema: Schema, rng: &mut dyn CryptoRng) -> Self {
        let mut id = [0; IssuerId::LEN];
        rng.fill_bytes(&mut id);
        let secret = SecretScalar::random(rng);
        let context = CredentialContext::new(schema, IssuerId(id), PublicKey::of(&secret));
        Self {
            context: Arc::new(context.expect("a schema of our own")),
            secret,
            signing: signing_key(rng),
        }
    }

    /// What a trust list says of this office.
    pub fn entry(&self, name: &str, from: UnixTime, until: UnixTime) -> IssuerEntry {
        IssuerEntry {
            id: self.context.issuer,
            names: Texts::new(&[("en", name)]),
            signing: self.signing.verifying_key(),
            keys: vec![IssuerKey {
                key: *self.context.key.key(),
                not_before: from,
                not_after: until,
            }],
            schemas: vec![self.context.schema.to_octets()],
            region: "RIV".to_owned(),
        }
    }

    /// Where an attribute stands.
    pub fn position(&self, code: &str) -> usize {
        let position = self.context.schema.position(code);
        position.expect("an attribute of the schema")
    }

    /// Issues to a device, as of a moment.
    pub fn issue(
        &self,
        device: &SoftwareDevice,
        values: Vec<Value>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Issued {
        let context = &self.context;
        let (mut code, mut handle, mut renewal) = ([0; 16], [0; Handle::LEN], [0; 32]);
        rng.fill_bytes(&mut code);
        rng.fill_bytes(&mut handle);
        rng.fill_bytes(&mut renewal);
        let offer = Offer {
            issuer: context.issuer,
            schema: context.schema_id,
            key: context.key_id,
            code,
            expires: now,
        };
        let octets = offer.sign(&self.signing);
        let decided = Decided {
            values,
            epoch: context.schema.epoch_of(now),
            handle: Handle(handle),
            renewal_key: Zeroizing::new(renewal),
        };
        let begun = PendingIssuance::begin(context, &offer, &octets, device, rng);
        let (pending, request) = begun.expect("an offer of our own");
        let issued = issue(
            context,
            &self.secret,
            &offer,
            &octets,
            &request,
            decided,
            rng,
        );
        let issued = issued.expect("a request of our own");
        let credential = pending.finish(context, issued.response, device, now);
        Issued {
            credential: credential.expect("a signature of our own"),
            b0: issued.b0,
        }
    }

    /// Renews a credential as of a moment.
    pub fn renew(&self, issued: &mut Issued, now: UnixTime) {
        let epoch: EpochDay = self.context.schema.epoch_of(now);
        let signature = renew(&self.context, &self.secret, &issued.b0, epoch);
        issued.credential.signature = signature.expect("a credential of our own");
        issued.credential.epoch = epoch;
    }
}

fn attribute(code: &str, name: &str, kind: AttributeType) -> Attribute {
    Attribute {
        code: code.into(),
        kind,
        names: Texts::new(&[("en", name)]),
    }
}

fn choices(names: &[&str]) -> AttributeType {
    let names = names.iter().zip(1..);
    AttributeType::Enumeration(names.map(|(t, i)| (i, Texts::new(&[("en", t)]))).collect())
}

/// The registry's schema, in the shape of the demo's.
pub(crate) fn resident_schema() -> Schema {
    Schema {
        code: "resident".into(),
        names: Texts::new(&[("en", "Resident card")]),
        attributes: vec![
            attribute("given_name", "Given name", AttributeType::Text(64)),
            attribute("family_name", "Family name", AttributeType::Text(64)),
            attribute("birth_date", "Date of birth", AttributeType::Date),
            attribute("city", "City", choices(&["Rivermouth", "Hillford"])),
            attribute("district", "District", choices(&["Harbour", "Old Town"])),
            attribute("resident_since", "Resident since", AttributeType::Date),
            attribute("number", "Resident number", AttributeType::Text(32)),
            attribute("photo", "Photo (digest)", AttributeType::Bytes(32)),
        ],
        epoch_days: 7,
    }
}

/// The clinic's schema, in the shape of the demo's.
pub(crate) fn patient_schema() -> Schema {
    Schema {
        code: "patient".into(),
        names: Texts::new(&[("en", "Clinic card")]),
        attributes: vec![
            attribute("number", "Resident number", AttributeType::Text(32)),
            attribute(
                "entitlement",
                "Entitled to",
                choices(&["Ordinary medicine", "Medicine at no charge"]),
            ),
            attribute("valid_until", "Valid until", AttributeType::Date),
        ],
        epoch_days: 7,
    }
}
