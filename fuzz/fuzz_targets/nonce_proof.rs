//! Proofs of online issuance: one that is read is the one that is written, and only the known one
//! is signed for.
#![no_main]

use std::sync::{Arc, LazyLock};

use glimpse_core::credential::{
    Binding, CredentialContext, Decided, NonceProof, Value, issue_bound,
};
use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::{EpochDay, Handle};
use glimpse_core::test_rng::TestRng;
use glimpse_fuzz::{Input, edited};
use libfuzzer_sys::fuzz_target;

struct Office {
    context: Arc<CredentialContext>,
    key: SecretScalar,
    audience: String,
    proof: Vec<u8>,
    epoch: EpochDay,
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let input = Input::new(include_str!(
        "../../test-vectors/credential/good_issue_online_signed.json"
    ));
    let secret = input.octets("secret_key").try_into().expect("32 octets");
    Office {
        context: input.context(),
        key: SecretScalar::from_octets(&secret).expect("a scalar"),
        audience: input.text("audience"),
        proof: input.octets("proof"),
        epoch: EpochDay(input.number("epoch").try_into().expect("a day")),
    }
});

fuzz_target!(|octets: &[u8]| {
    let office = &*OFFICE;
    for octets in [octets.to_vec(), edited(&office.proof, octets)] {
        let Ok(proof) = NonceProof::from_octets(&octets) else {
            continue;
        };
        assert_eq!(proof.to_octets(), octets);
        let decided = Decided {
            values: vec![
                Value::text("Ada"),
                Value::Integer(1),
                Value::Integer(1),
                Value::Integer(2),
                Value::text("A-1"),
                Value::bytes(&[7; 32]),
            ],
            epoch: office.epoch,
            handle: Handle([3; 8]),
            renewal_key: [4; 32].into(),
        };
        let binding = Binding::nonce(&office.context, &office.audience, &proof.nonce);
        let rng = &mut TestRng::new(1);
        let (context, key) = (&office.context, &office.key);
        let issued = issue_bound(context, key, &binding, &proof.commitment, decided, rng);
        assert_eq!(issued.is_ok(), octets == office.proof);
    }
});
