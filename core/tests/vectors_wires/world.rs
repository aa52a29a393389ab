//! Who is in the cases: two offices, a holder with her device, another holder. All of it follows
//! from constants, and none of it is secret.

use std::sync::{Arc, LazyLock};

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::{Interface, device::SoftwareDevice};
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Attribute, AttributeType, Credential, CredentialContext, Decided, IssuanceRequest,
    IssuanceResponse, Offer, PendingIssuance, Schema, Value, issue,
};
use glimpse_core::curve::{G1, G1Affine, PublicKey, Scalar, SecretScalar};
use glimpse_core::ids::{EpochDay, Handle, IssuerId, UnixTime};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::trust::TrustList;

use super::rng::Stream;

/// 2026-11-23T12:00:00Z
pub(super) const NOW: UnixTime = UnixTime(1_795_435_200);

/// A trust list with this key and nobody in it: whoever the key has registered is known.
pub(super) fn vouching(key: &SigningKey) -> TrustList {
    TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(0),
        expires: UnixTime(u64::MAX),
        threshold: 1,
        keys: vec![key.verifying_key()],
        issuers: vec![],
        verifiers: vec![],
    }
}

pub(super) fn texts(text: &str) -> Texts {
    Texts::new(&[("en", text)])
}

fn attribute(code: &str, kind: AttributeType) -> Attribute {
    Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    }
}

fn cities() -> AttributeType {
    AttributeType::Enumeration(vec![(1, texts("Aville")), (2, texts("Bville"))])
}

pub(super) const NAME: usize = 0;
pub(super) const BORN: usize = 1;
pub(super) const CITY: usize = 2;
pub(super) const CHILDREN: usize = 3;
pub(super) const NUMBER: usize = 4;
pub(super) const PHOTO: usize = 5;
pub(super) const PHOTO_IN_WORDS: &str =
    "0707070707070707070707070707070707070707070707070707070707070707";

/// A registry's: every type of attribute, and periods of a week.
pub(super) fn resident() -> Schema {
    Schema {
        code: "resident".into(),
        names: Texts::new(&[("en", "Resident card"), ("nl", "Inwonerspas")]),
        attributes: vec![
            attribute("name", AttributeType::Text(64)),
            attribute("birth_date", AttributeType::Date),
            attribute("city", cities()),
            attribute("children", AttributeType::Count),
            attribute("number", AttributeType::Text(32)),
            attribute("photo", AttributeType::Bytes(32)),
        ],
        epoch_days: 7,
    }
}

pub(super) const CARD_NUMBER: usize = 0;
pub(super) const CARD_CITY: usize = 1;
pub(super) const CARD_UNTIL: usize = 2;

/// A library's: periods of a day.
pub(super) fn library() -> Schema {
    Schema {
        code: "library".into(),
        names: texts("Library card"),
        attributes: vec![
            attribute("number", AttributeType::Text(32)),
            attribute("city", cities()),
            attribute("until", AttributeType::Date),
        ],
        epoch_days: 1,
    }
}

pub(super) fn date(text: &str) -> AttributeDate {
    AttributeDate::parse(text).unwrap()
}

pub(super) fn resident_values(born: &str, number: &str) -> Vec<Value> {
    vec![
        Value::text("Ada"),
        Value::date(date(born)),
        Value::Integer(1),
        Value::Integer(2),
        Value::text(number),
        Value::bytes(&[7; 32]),
    ]
}

pub(super) fn library_values(number: &str) -> Vec<Value> {
    vec![
        Value::text(number),
        Value::Integer(1),
        Value::date(date("2030-01-01")),
    ]
}

pub(super) struct Office {
    pub(super) sk: SecretScalar,
    pub(super) signing: SigningKey,
    pub(super) context: Arc<CredentialContext>,
}

pub(super) fn office(seed: u8, schema: Schema) -> Office {
    let sk = SecretScalar::random(&mut Stream::new(seed.into()));
    let context = CredentialContext::new(schema, IssuerId([seed; 16]), PublicKey::of(&sk));
    Office {
        sk,
        signing: SigningKey::from_bytes(&[seed; 32]),
        context: Arc::new(context.unwrap()),
    }
}

pub(super) fn device_scalar(seed: u64) -> SecretScalar {
    SecretScalar::random(&mut Stream::new(seed))
}

pub(super) fn device(seed: u64) -> SoftwareDevice {
    SoftwareDevice::new(&Interface::glimpse(), device_scalar(seed)).unwrap()
}

/// Every document of one issuance, and what the signer keeps of it.
pub(super) struct Issuance {
    pub(super) offer: Vec<u8>,
    pub(super) request: IssuanceRequest,
    pub(super) pending: Vec<u8>,
    pub(super) response: IssuanceResponse,
    pub(super) b0: [u8; 48],
}

pub(super) const HANDLE: Handle = Handle([3; 8]);
pub(super) const RENEWAL_KEY: [u8; 32] = [4; 32];

impl Office {
    pub(super) fn offer(&self) -> Offer {
        Offer {
            issuer: self.context.issuer,
            schema: self.context.schema_id,
            key: self.context.key_id,
            code: [5; 16],
            expires: UnixTime(NOW.0 + 3600),
        }
    }

    /// An issuance for this office's context under any key.
    pub(super) fn issuance(
        &self,
        sk: &SecretScalar,
        device: &SoftwareDevice,
        values: Vec<Value>,
        epoch: EpochDay,
    ) -> Issuance {
        let (offer, context) = (self.offer(), &self.context);
        let signed = offer.sign(&self.signing);
        let rng = &mut Stream::new(44);
        let (pending, request) =
            PendingIssuance::begin(context, &offer, &signed, device, rng).unwrap();
        let rng = &mut Stream::new(45);
        let decided = Decided {
            values,
            epoch,
            handle: HANDLE,
            renewal_key: RENEWAL_KEY.into(),
        };
        let issued = issue(context, sk, &offer, &signed, &request, decided, rng).unwrap();
        Issuance {
            offer: signed,
            request,
            pending: pending.to_octets().to_vec(),
            response: issued.response,
            b0: issued.b0,
        }
    }

    pub(super) fn issue(&self, device: u64, values: Vec<Value>, epoch: EpochDay) -> Credential {
        let device = self::device(device);
        let issuance = self.issuance(&self.sk, &device, values, epoch);
        let pending = PendingIssuance::from_octets(&issuance.pending).unwrap();
        let then = UnixTime(u64::from(epoch.0) * 86_400);
        pending
            .finish(&self.context, issuance.response, &device, then)
            .unwrap()
    }

    pub(super) fn today(&self) -> EpochDay {
        self.context.schema.epoch_of(NOW)
    }
}

pub(super) static REGISTRY: LazyLock<Office> = LazyLock::new(|| office(1, resident()));
pub(super) static LIBRARY: LazyLock<Office> = LazyLock::new(|| office(2, library()));

/// Ada's device, and somebody else's.
pub(super) const ADA: u64 = 100;
pub(super) const EVE: u64 = 101;

pub(super) const ADAS_BIRTHDAY: &str = "1990-05-31";

/// What an issuer signs for a day of her own choice, whether the first of a period or not. 4.2
pub(super) fn marked(office: &Office, b0: &[u8; 48], day: EpochDay) -> [u8; 80] {
    let h_1 = Interface::glimpse().create_generators(2, "").unwrap()[1];
    let b0 = G1::from(G1Affine::from_octets(b0).unwrap());
    let b = b0 + G1::from(h_1).mul(&Scalar::from(day.0));
    let signature = office.context.key.finalize_blind_sign(&office.sk, &b);
    signature.unwrap().to_octets()
}
