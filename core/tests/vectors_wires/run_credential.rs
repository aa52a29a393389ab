//! What the code makes of the inputs of credentials. Accepted octets must encode to themselves.

use ed25519_dalek::{SigningKey, VerifyingKey};
use glimpse_core::bbs::{Interface, device::SoftwareDevice};
use glimpse_core::credential::{
    Binding, Bucket, Credential, CredentialContext, CredentialError, Decided, IssuanceRequest,
    IssuanceResponse, Issued, Manifest, NonceProof, Offer, PendingIssuance, RenewalError,
    RevocationCode, Schema, Value as Attribute, issue, issue_bound, open_row, renew, seal_row,
};
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{EpochDay, Handle, IssuerId, UnixTime};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};

use super::item::Item;
use super::{error, octets, sized};

/// Randomness that a case gives: as much as it gives, and no more.
pub(super) struct Given(pub(super) Vec<u8>);

impl TryRng for Given {
    type Error = core::convert::Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        unreachable!("octets are drawn here")
    }
    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        unreachable!("octets are drawn here")
    }
    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
        out.copy_from_slice(&self.0.drain(..out.len()).collect::<Vec<_>>());
        Ok(())
    }
}

impl TryCryptoRng for Given {}

fn verifying_key(value: &Value) -> VerifyingKey {
    VerifyingKey::from_bytes(&sized(value)).unwrap()
}

fn epoch(value: &Value) -> EpochDay {
    EpochDay(value.as_u64().unwrap() as u32)
}

/// The context that a trust list would publish.
pub(super) fn context(input: &Value) -> CredentialContext {
    let schema = Schema::from_octets(&octets(&input["schema"])).unwrap();
    let key = PublicKey::from_octets(&sized(&input["key"])).unwrap();
    CredentialContext::new(schema, IssuerId(sized(&input["issuer"])), key).unwrap()
}

pub(super) fn run(operation: &str, input: &Value) -> Value {
    match operation {
        "schema" => schema(input),
        "offer" => offer(input),
        "issuance_request" => request(input),
        "issue" => issuance(input),
        "nonce_proof" => nonce_proof(input),
        "issue_online" => issuance_online(input),
        "issuance_response" => response(input),
        "finish" => finish(input),
        "credential" => credential(input),
        "renew" => row(input),
        "bucket" => bucket(input),
        "manifest" => manifest(input),
        "renewal" => renewal(input),
        "revocation_code" => revocation_code(input),
        other => panic!("{other} is no operation"),
    }
}

/// A code as it was typed, and whether it is that of a credential.
fn revocation_code(input: &Value) -> Value {
    let (key, handle) = (
        sized(&input["renewal_key"]),
        Handle(sized(&input["handle"])),
    );
    match RevocationCode::read(input["typed"].as_str().unwrap()) {
        Ok(code) => {
            let own = code.is_of(&key, handle);
            let text = code.to_text();
            assert_eq!(own, *text == *RevocationCode::of(&key, handle).to_text());
            json!({ "text": *text, "is_of": own })
        }
        Err(e) => error(e),
    }
}

fn schema(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match Schema::from_octets(&octets) {
        Ok(schema) => {
            assert_eq!(schema.to_octets(), octets);
            schema.check().unwrap();
            json!({
                "id": schema.id().to_string(), "code": schema.code,
                "attributes": schema.attributes.iter().map(|a| &a.code).collect::<Vec<_>>(),
                "epoch_days": schema.epoch_days,
            })
        }
        Err(e) => error(e),
    }
}

fn offer(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    let now = UnixTime(input["now"].as_u64().unwrap());
    match Offer::verify(&octets, &verifying_key(&input["signing_key"]), now) {
        Ok(offer) => {
            let seed = SigningKey::from_bytes(&sized(&input["signing_seed"]));
            assert_eq!(offer.sign(&seed), octets);
            assert_eq!(Offer::claimed_issuer(&octets).unwrap(), offer.issuer);
            json!({
                "issuer": offer.issuer.to_string(), "schema": offer.schema.to_string(),
                "key": offer.key.to_string(), "code": hex::encode(offer.code),
                "expires": offer.expires.0,
            })
        }
        Err(e) => error(e),
    }
}

fn request(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match IssuanceRequest::from_octets(&octets) {
        Ok(request) => {
            assert_eq!(request.to_octets(), octets);
            json!({
                "code": hex::encode(request.code), "commitment": hex::encode(request.commitment),
            })
        }
        Err(e) => error(e),
    }
}

/// Each from its CBOR, whether it fits the schema or not.
fn values(list: &Value) -> Vec<Attribute> {
    let value = |value: &Value| match Item::parse(&octets(value)) {
        Item::Uint(n) => Attribute::Integer(n as u32),
        Item::Text(text) => Attribute::text(&text),
        Item::Bytes(bytes) => Attribute::bytes(&bytes),
        other => panic!("{other:?} is no value"),
    };
    list.as_array().unwrap().iter().map(value).collect()
}

fn issuance(input: &Value) -> Value {
    let context = context(input);
    let sk = SecretScalar::from_octets(&sized(&input["secret_key"])).unwrap();
    let signed = octets(&input["offer"]);
    let now = UnixTime(input["now"].as_u64().unwrap());
    let offer = Offer::verify(&signed, &verifying_key(&input["signing_key"]), now).unwrap();
    let request = IssuanceRequest::from_octets(&octets(&input["request"])).unwrap();
    let rng = &mut Given(octets(&input["entropy"]));
    let decided = decided(input);
    answered(issue(
        &context, &sk, &offer, &signed, &request, decided, rng,
    ))
}

fn decided(input: &Value) -> Decided {
    Decided {
        values: values(&input["values"]),
        epoch: epoch(&input["epoch"]),
        handle: Handle(sized(&input["handle"])),
        renewal_key: sized(&input["renewal_key"]).into(),
    }
}

fn nonce_proof(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match NonceProof::from_octets(&octets) {
        Ok(proof) => {
            assert_eq!(proof.to_octets(), octets);
            json!({ "nonce": proof.nonce, "commitment": hex::encode(proof.commitment) })
        }
        Err(e) => error(e),
    }
}

fn issuance_online(input: &Value) -> Value {
    let context = context(input);
    let sk = SecretScalar::from_octets(&sized(&input["secret_key"])).unwrap();
    let proof = match NonceProof::from_octets(&octets(&input["proof"])) {
        Ok(proof) => proof,
        Err(e) => return error(e),
    };
    let binding = Binding::nonce(&context, input["audience"].as_str().unwrap(), &proof.nonce);
    let rng = &mut Given(octets(&input["entropy"]));
    let (decided, commitment) = (decided(input), &proof.commitment);
    answered(issue_bound(
        &context, &sk, &binding, commitment, decided, rng,
    ))
}

fn answered(issued: Result<Issued, CredentialError>) -> Value {
    match issued {
        Ok(issued) => json!({
            "response": hex::encode(issued.response.to_octets()), "b0": hex::encode(issued.b0),
        }),
        Err(e) => error(e),
    }
}

fn response(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    let schema = Schema::from_octets(&self::octets(&input["schema"])).unwrap();
    match IssuanceResponse::from_octets(&octets, &schema) {
        Ok(response) => {
            assert_eq!(response.to_octets().to_vec(), octets);
            let words = response.values.iter().zip(&schema.attributes);
            json!({
                "epoch": response.epoch.0, "handle": response.handle.to_string(),
                "values": words.map(|(v, a)| v.display(&a.kind, "en")).collect::<Vec<_>>(),
            })
        }
        Err(e) => error(e),
    }
}

fn finish(input: &Value) -> Value {
    let context = context(input);
    let scalar = SecretScalar::from_octets(&sized(&input["device"])).unwrap();
    let device = SoftwareDevice::new(&Interface::glimpse(), scalar).unwrap();
    let pending = octets(&input["pending"]);
    let result = PendingIssuance::from_octets(&pending).and_then(|read| {
        assert_eq!(read.to_octets().to_vec(), pending);
        let response = IssuanceResponse::from_octets(&octets(&input["response"]), &context.schema)?;
        read.finish(&context, response, &device, crate::world::NOW)
    });
    match result {
        Ok(credential) => json!({ "credential": hex::encode(credential.to_octets()) }),
        Err(e) => error(e),
    }
}

fn credential(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    let result = Credential::from_octets(&octets).and_then(|credential| {
        assert_eq!(credential.to_octets().to_vec(), octets);
        credential.context()?;
        credential.verify(&context(input))?;
        Ok(credential)
    });
    match result {
        Ok(credential) => json!({
            "schema": credential.schema_id().to_string(),
            "issuer": credential.issuer.to_string(), "epoch": credential.epoch.0,
        }),
        Err(e) => error(e),
    }
}

fn row(input: &Value) -> Value {
    let context = context(input);
    let sk = SecretScalar::from_octets(&sized(&input["secret_key"])).unwrap();
    let (day, handle) = (epoch(&input["epoch"]), Handle(sized(&input["handle"])));
    match renew(&context, &sk, &sized(&input["b0"]), day) {
        Ok(signature) => {
            let key = sized(&input["renewal_key"]);
            let row = seal_row(&context, &key, handle, day, &signature);
            assert_eq!(open_row(&context, &key, day, &row), Ok(signature));
            let rows = vec![row];
            let bucket = Bucket { epoch: day, rows }.to_octets();
            json!({ "signature": hex::encode(signature), "bucket": hex::encode(bucket) })
        }
        Err(e) => error(e),
    }
}

fn bucket(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match Bucket::from_octets(&octets) {
        Ok(mut bucket) => {
            assert_eq!(bucket.to_octets(), octets);
            let handles = bucket.rows.iter().map(|r| r.handle.to_string());
            json!({ "epoch": bucket.epoch.0, "handles": handles.collect::<Vec<_>>() })
        }
        Err(e) => error(e),
    }
}

fn manifest(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match Manifest::verify(&octets, &verifying_key(&input["signing_key"])) {
        Ok(manifest) => {
            let seed = SigningKey::from_bytes(&sized(&input["signing_seed"]));
            assert_eq!(manifest.sign(&seed), octets);
            json!({
                "issuer": manifest.issuer.to_string(), "schema": manifest.schema.to_string(),
                "key": manifest.key.to_string(), "epoch": manifest.epoch.0,
                "buckets": manifest.buckets.iter().map(hex::encode).collect::<Vec<_>>(),
            })
        }
        Err(e) => error(e),
    }
}

fn renewal(input: &Value) -> Value {
    let published = context(input);
    let mut credential = Credential::from_octets(&octets(&input["credential"])).unwrap();
    let before = credential.to_octets().to_vec();
    let key = verifying_key(&input["signing_key"]);
    let manifest = Manifest::verify(&octets(&input["manifest"]), &key).unwrap();
    let buckets = input["buckets"].as_array().unwrap().iter().map(octets);
    let buckets = buckets
        .enumerate()
        .map(|(i, octets)| manifest.open_bucket(i, &octets))
        .collect::<Result<Vec<_>, _>>();
    let find = |buckets: &[Bucket]| {
        let found = buckets.iter().find_map(|b| b.row(credential.handle).ok());
        open_row(
            &published,
            &credential.renewal_key,
            manifest.epoch,
            found.ok_or(RenewalError::NotRenewed)?,
        )
    };
    let signature = match buckets.and_then(|b| find(&b)) {
        Ok(signature) => signature,
        Err(e) => return error(e),
    };
    let then = UnixTime(u64::from(manifest.epoch.0) * 86_400);
    match credential.renew(&published, manifest.epoch, signature, then) {
        Ok(()) => json!({ "credential": hex::encode(credential.to_octets()) }),
        Err(e) => {
            assert_eq!(
                credential.to_octets().to_vec(),
                before,
                "all stays as it was"
            );
            error(e)
        }
    }
}
