//! Issuance and renewal, end to end, and what must not pass.

use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::*;
use crate::bbs::device::SoftwareDevice;
use crate::cbor::Texts;
use crate::curve::SecretScalar;
use crate::ids::{Handle, UnixTime};
use crate::test_rng::TestRng;

fn schema() -> Schema {
    let name = |t: &str| Texts::new(&[("en", t)]);
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: name(code),
    };
    Schema {
        code: "resident".into(),
        names: name("Resident"),
        attributes: vec![
            attribute("name", AttributeType::Text(64)),
            attribute("born", AttributeType::Date),
            attribute("photo", AttributeType::Bytes(32)),
            attribute(
                "district",
                AttributeType::Enumeration(vec![(1, name("North")), (2, name("South"))]),
            ),
        ],
        epoch_days: 7,
    }
}

fn values() -> Vec<Value> {
    vec![
        Value::text("Ada"),
        Value::Integer(36_000),
        Value::bytes(&[7; 32]),
        Value::Integer(2),
    ]
}

const NOW: UnixTime = UnixTime(1_800_000_000);
/// 2027-01-14, the first day of the epoch of `NOW`.
const EPOCH: EpochDay = EpochDay(20_832);
const LATER: UnixTime = UnixTime(NOW.0 + 14 * 86_400);

struct Office {
    sk: SecretScalar,
    signing: SigningKey,
    context: CredentialContext,
    offer: Offer,
    offer_octets: Vec<u8>,
}

fn office(seed: u64) -> Office {
    let sk = SecretScalar::random(&mut TestRng::new(seed));
    let signing = SigningKey::from_bytes(&[9; 32]);
    let context = CredentialContext::new(schema(), IssuerId([1; 16]), PublicKey::of(&sk)).unwrap();
    let offer = Offer {
        issuer: context.issuer,
        schema: context.schema_id,
        key: context.key_id,
        code: [5; 16],
        expires: NOW,
    };
    let offer_octets = offer.sign(&signing);
    Office {
        sk,
        signing,
        context,
        offer,
        offer_octets,
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
    fn issue(&self, request: &IssuanceRequest) -> Result<Issued, CredentialError> {
        issue(
            &self.context,
            &self.sk,
            &self.offer,
            &self.offer_octets,
            request,
            Decided {
                values: values(),
                epoch: EPOCH,
                handle: Handle([3; 8]),
                renewal_key: Zeroizing::new([4; 32]),
            },
            &mut TestRng::new(77),
        )
    }
}

#[test]
fn a_credential_is_issued_kept_and_renewed() {
    let office = office(1);
    let device = device(2);
    let mut rng = TestRng::new(3);
    let offer = Offer::verify(&office.offer_octets, &office.signing.verifying_key(), NOW).unwrap();
    assert_eq!(offer, office.offer);
    let (pending, request) = PendingIssuance::begin(
        &office.context,
        &offer,
        &office.offer_octets,
        &device,
        &mut rng,
    )
    .unwrap();
    let request = IssuanceRequest::from_octets(&request.to_octets()).unwrap();
    let issued = office.issue(&request).unwrap();
    let octets = issued.response.to_octets();
    let response = IssuanceResponse::from_octets(&octets, &schema()).unwrap();
    let pending = PendingIssuance::from_octets(&pending.to_octets()).unwrap();
    let mut credential = pending
        .finish(&office.context, response, &device, NOW)
        .unwrap();

    let record = credential.to_octets();
    let again = Credential::from_octets(&record).unwrap();
    assert_eq!(*again.to_octets(), *record);
    again.verify(&again.context().unwrap()).unwrap();

    let next = EpochDay(EPOCH.0 + 7);
    let signature = renew(&office.context, &office.sk, &issued.b0, next).unwrap();
    assert_ne!(
        signature[48..],
        credential.signature[48..],
        "e differs whenever B does"
    );
    let row = seal_row(
        &office.context,
        &credential.renewal_key,
        credential.handle,
        next,
        &signature,
    );
    let mut bucket = Bucket {
        epoch: next,
        rows: vec![row],
    };
    let octets = bucket.to_octets();
    let manifest = Manifest {
        issuer: office.context.issuer,
        schema: office.context.schema_id,
        key: office.context.key_id,
        epoch: next,
        buckets: vec![Sha256::digest(&octets).into()],
    };
    let manifest = Manifest::verify(
        &manifest.sign(&office.signing),
        &office.signing.verifying_key(),
    )
    .unwrap();
    let bucket = manifest.open_bucket(0, &octets).unwrap();
    let row = bucket.row(credential.handle).unwrap();
    let opened = open_row(&office.context, &credential.renewal_key, next, row).unwrap();
    assert!(
        credential
            .renew(&office.context, EpochDay(next.0 + 7), opened, LATER)
            .is_err()
    );
    assert_eq!(credential.epoch, EPOCH);
    credential
        .renew(&office.context, next, opened, LATER)
        .unwrap();
    assert_eq!(
        bucket.row(Handle([9; 8])).err(),
        Some(RenewalError::NotRenewed)
    );
    assert_eq!(
        open_row(&office.context, &[0; 32], next, row).err(),
        Some(RenewalError::Sealed)
    );
    let mut damaged = octets.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(
        manifest.open_bucket(0, &damaged).err(),
        Some(RenewalError::Digest)
    );
}

#[test]
fn a_commitment_is_bound_to_its_offer_and_every_bit_counts() {
    let office = office(1);
    let device = device(2);
    let begin = |octets: &[u8]| {
        PendingIssuance::begin(
            &office.context,
            &office.offer,
            octets,
            &device,
            &mut TestRng::new(3),
        )
        .unwrap()
    };
    let (_, request) = begin(&office.offer_octets);
    assert!(office.issue(&request).is_ok());
    let (_, elsewhere) = begin(b"another offer");
    assert!(matches!(
        office.issue(&elsewhere),
        Err(CredentialError::Bbs(_))
    ));
    for bit in (0..request.commitment.len() * 8).step_by(7) {
        let mut flipped = request.clone();
        flipped.commitment[bit / 8] ^= 1 << (bit % 8);
        assert!(office.issue(&flipped).is_err(), "bit {bit}");
    }
    let wrong = IssuanceRequest {
        code: [6; 16],
        ..request
    };
    assert_eq!(office.issue(&wrong).err(), Some(CredentialError::Mismatch));
}

/// What an office makes of a commitment for a nonce.
fn issue_for(
    office: &Office,
    binding: &Binding,
    commitment: &[u8; COMMITMENT_LEN],
) -> Result<Issued, CredentialError> {
    let decided = Decided {
        values: values(),
        epoch: EPOCH,
        handle: Handle([3; 8]),
        renewal_key: Zeroizing::new([4; 32]),
    };
    let rng = &mut TestRng::new(77);
    issue_bound(
        &office.context,
        &office.sk,
        binding,
        commitment,
        decided,
        rng,
    )
}

#[test]
fn a_commitment_for_a_nonce_answers_no_other() {
    const HERE: &str = "https://office.example";
    let (here, device) = (office(1), device(2));
    let binding = Binding::nonce(&here.context, HERE, "nonce");
    let rng = &mut TestRng::new(3);
    let (pending, commitment) =
        PendingIssuance::begin_bound(&here.context, binding.clone(), &device, rng).unwrap();
    let proof = NonceProof {
        nonce: "nonce".into(),
        commitment,
    };
    assert_eq!(NonceProof::from_octets(&proof.to_octets()), Ok(proof));

    check_commitment(&here.context, &binding, &commitment).unwrap();
    let issued = issue_for(&here, &binding, &commitment).unwrap();
    pending
        .finish(&here.context, issued.response, &device, NOW)
        .unwrap();

    let mut other_schema = schema();
    other_schema.epoch_days = 14;
    let of = |schema, issuer, key: &SecretScalar| {
        CredentialContext::new(schema, issuer, PublicKey::of(key)).unwrap()
    };
    let id = here.context.issuer;
    let other_key = office(9).sk;
    for (context, audience, nonce) in [
        (&here.context, HERE, "other"),
        (&here.context, HERE, ""),
        (&here.context, "https://other.example", "nonce"),
        // The border between audience and nonce counts.
        (&here.context, "https://office.examplenonce", ""),
        (&of(schema(), IssuerId([2; 16]), &here.sk), HERE, "nonce"),
        (&of(other_schema, id, &here.sk), HERE, "nonce"),
        (&of(schema(), id, &other_key), HERE, "nonce"),
    ] {
        let binding = Binding::nonce(context, audience, nonce);
        for refused in [
            issue_for(&here, &binding, &commitment).map(drop),
            check_commitment(&here.context, &binding, &commitment),
        ] {
            let refused = matches!(refused, Err(CredentialError::Bbs(_)));
            assert!(refused, "{audience} {nonce}");
        }
    }
}

#[test]
fn an_offers_commitment_is_no_nonce_proof() {
    let (office, device) = (office(1), device(2));
    let rng = &mut TestRng::new(3);
    let (octets, offer) = (&office.offer_octets, &office.offer);
    let (_, request) =
        PendingIssuance::begin(&office.context, offer, octets, &device, rng).unwrap();
    let online = Binding::nonce(&office.context, "https://office.example", "nonce");
    let refused = issue_for(&office, &online, &request.commitment);
    assert!(matches!(refused, Err(CredentialError::Bbs(_))));

    let (_, commitment) =
        PendingIssuance::begin_bound(&office.context, online, &device, rng).unwrap();
    let request = IssuanceRequest {
        code: offer.code,
        commitment,
    };
    assert!(matches!(
        office.issue(&request),
        Err(CredentialError::Bbs(_))
    ));
}

#[test]
fn an_answer_that_is_not_what_was_published_is_refused() {
    let office = office(1);
    let device = device(2);
    let begin = || {
        let mut rng = TestRng::new(3);
        PendingIssuance::begin(
            &office.context,
            &office.offer,
            &office.offer_octets,
            &device,
            &mut rng,
        )
        .unwrap()
    };
    let (pending, request) = begin();
    let mut response = office.issue(&request).unwrap().response;
    response.values[1] = Value::Integer(1);
    assert!(
        pending
            .finish(&office.context, response, &device, NOW)
            .is_err()
    );
    // Another key than the published one signs.
    let (pending, _) = begin();
    let response = self::office(8);
    let forged = issue(
        &office.context,
        &response.sk,
        &office.offer,
        &office.offer_octets,
        &request,
        Decided {
            values: values(),
            epoch: EPOCH,
            handle: Handle([3; 8]),
            renewal_key: Zeroizing::new([4; 32]),
        },
        &mut TestRng::new(77),
    )
    .unwrap();
    assert!(
        pending
            .finish(&office.context, forged.response, &device, NOW)
            .is_err()
    );
    // Another device than the one committed to.
    let (pending, request) = begin();
    let response = office.issue(&request).unwrap().response;
    assert!(
        pending
            .finish(&office.context, response, &self::device(5), NOW)
            .is_err()
    );
}

#[test]
fn schemas_are_strict() {
    let octets = schema().to_octets();
    assert_eq!(Schema::from_octets(&octets).unwrap(), schema());
    (0..octets.len()).for_each(|cut| assert!(Schema::from_octets(&octets[..cut]).is_err()));
    for bit in 0..octets.len() * 8 {
        let mut flipped = octets.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(schema) = Schema::from_octets(&flipped) {
            assert_eq!(schema.to_octets(), flipped, "what is accepted re-encodes");
        }
    }
    let mut bad = values();
    bad[3] = Value::Integer(3);
    assert_eq!(schema().check_values(&bad), Err(SchemaError::Value(3)));
    assert_eq!(schema().check_values(&bad[..3]), Err(SchemaError::Count));
}

#[test]
fn expired_and_foreign_offers_are_refused() {
    let office = office(1);
    let key = office.signing.verifying_key();
    let late = Offer::verify(&office.offer_octets, &key, UnixTime(NOW.0 + 1));
    assert_eq!(late.err(), Some(CredentialError::Expired));
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert!(Offer::verify(&office.offer_octets, &other, NOW).is_err());
    for bit in 0..office.offer_octets.len() * 8 {
        let mut flipped = office.offer_octets.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(Offer::verify(&flipped, &key, NOW).is_err());
    }
}

/// A day of her own, shown at every showing, would single a holder out.
#[test]
fn only_the_first_day_of_an_epoch_is_signed_or_kept() {
    let schema = schema();
    let at = |day: u64| schema.epoch_of(UnixTime(day * 86_400 + 5));
    assert_eq!(
        (at(20_832), at(20_838), at(20_839)),
        (EPOCH, EPOCH, EpochDay(20_839))
    );
    // This epoch and the one before; at the end of a period, with a fast clock, also the next.
    let recent = |weeks: i64, now| {
        let day = i64::from(EPOCH.0) + 7 * weeks;
        schema.is_recent(EpochDay(u32::try_from(day).unwrap()), now)
    };
    assert_eq!(
        [-2, -1, 0, 1].map(|w| recent(w, NOW)),
        [false, true, true, false]
    );
    let end = UnixTime(20_838 * 86_400 + 5);
    assert_eq!(
        [-1, 0, 1, 2].map(|w| recent(w, end)),
        [true, true, true, false]
    );
    let (office, device) = (office(1), device(2));
    let (pending, request) = PendingIssuance::begin(
        &office.context,
        &office.offer,
        &office.offer_octets,
        &device,
        &mut TestRng::new(3),
    )
    .unwrap();
    let issued = office.issue(&request).unwrap();
    let b0 = issued.b0;
    let mut credential = pending
        .finish(&office.context, issued.response, &device, NOW)
        .unwrap();
    for day in [EPOCH.0 - 1, EPOCH.0 + 1].map(EpochDay) {
        let signed = renew(&office.context, &office.sk, &b0, day);
        assert_eq!(signed.err(), Some(CredentialError::Epoch));
        let kept = credential.renew(&office.context, day, credential.signature, LATER);
        assert_eq!(kept.err(), Some(CredentialError::Epoch));
    }
    let ahead = EpochDay(EPOCH.0 + 21);
    let signature = renew(&office.context, &office.sk, &b0, ahead).unwrap();
    let kept = credential.renew(&office.context, ahead, signature, NOW);
    assert_eq!(kept.err(), Some(CredentialError::Epoch));
}
