//! Requests for issuance: one that is read is the one that is written, and only the known one is
//! signed for.
#![no_main]

use std::sync::{Arc, LazyLock};

use glimpse_core::credential::{
    CredentialContext, Decided, IssuanceRequest, Offer, SchemaError, Value, issue,
};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::{EpochDay, Handle, UnixTime};
use glimpse_core::test_rng::TestRng;
use glimpse_fuzz::{Input, edited};
use libfuzzer_sys::fuzz_target;

struct Office {
    context: Arc<CredentialContext>,
    key: SecretScalar,
    offer: Offer,
    signed: Vec<u8>,
    request: Vec<u8>,
    epoch: EpochDay,
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let input = Input::new(include_str!(
        "../../test-vectors/credential/good_issue_signed.json"
    ));
    let signed = input.octets("offer");
    let key = input.octets("signing_key").try_into().expect("32 octets");
    let key = ed25519_dalek::VerifyingKey::from_bytes(&key).expect("a key");
    let secret = input.octets("secret_key").try_into().expect("32 octets");
    Office {
        context: input.context(),
        key: SecretScalar::from_octets(&secret).expect("a scalar"),
        offer: Offer::verify(&signed, &key, UnixTime(0)).expect("an offer"),
        signed,
        request: input.octets("request"),
        epoch: EpochDay(input.number("epoch").try_into().expect("a day")),
    }
});

fn values() -> Vec<Value> {
    vec![
        Value::text("Ada"),
        Value::Integer(1),
        Value::Integer(1),
        Value::Integer(2),
        Value::text("A-1"),
        Value::bytes(&[7; 32]),
    ]
}

fuzz_target!(|octets: &[u8]| {
    let office = &*OFFICE;
    assert_eq!(
        office.context.schema.check_values(&values()),
        Ok::<_, SchemaError>(())
    );
    for octets in [octets.to_vec(), edited(&office.request, octets)] {
        let Ok(request) = IssuanceRequest::from_octets(&octets) else {
            continue;
        };
        assert_eq!(request.to_octets(), octets);
        let decided = Decided {
            values: values(),
            epoch: office.epoch,
            handle: Handle([3; 8]),
            renewal_key: [4; 32].into(),
        };
        let rng = &mut TestRng::new(1);
        let issued = issue(
            &office.context,
            &office.key,
            &office.offer,
            &office.signed,
            &request,
            decided,
            rng,
        );
        assert_eq!(issued.is_ok(), octets == office.request);
    }
});
