//! What the code makes of the inputs of presentations.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use ed25519_dalek::{SigningKey, VerifyingKey};
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{Origin, UnixTime, VerifierId};
use glimpse_core::presentation::{
    Freshness, Registration, Request, Shown, Verdict, VerifiedRequest, Verifier, answered_request,
};
use glimpse_core::trust::{TrustList, VerifierEntry};
use serde_json::{Value, json};

use super::rng::Stream;
use super::{error, octets, run_credential, sized};

pub(super) fn run(operation: &str, input: &Value) -> Value {
    match operation {
        "registration" => registration(input),
        "request" => request(input),
        "answer" => answer(input),
        other => panic!("{other} is no operation"),
    }
}

fn key(value: &Value) -> VerifyingKey {
    VerifyingKey::from_bytes(&sized(value)).unwrap()
}

fn now(input: &Value) -> UnixTime {
    UnixTime(input["now"].as_u64().unwrap())
}

/// A trust list with these keys, which may list the verifier.
fn list(keys: &Value, listed: Option<VerifierEntry>) -> TrustList {
    TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(0),
        expires: UnixTime(u64::MAX),
        threshold: 1,
        keys: keys.as_array().unwrap().iter().map(key).collect(),
        issuers: Vec::new(),
        verifiers: listed.into_iter().collect(),
    }
}

fn registration(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    match Registration::verify(&octets, &list(&input["list_keys"], None)) {
        Ok(registration) => {
            let signer = SigningKey::from_bytes(&sized(&input["signing_seed"]));
            assert_eq!(registration.sign(&signer), octets);
            json!({
                "verifier": registration.verifier.to_string(),
                "key": hex::encode(registration.key.as_bytes()),
                "name": registration.names.get("en"), "expires": registration.expires.0,
                "purposes": registration.allowances.iter().map(|a| &a.purpose).collect::<Vec<_>>(),
            })
        }
        Err(e) => error(e),
    }
}

fn request(input: &Value) -> Value {
    let octets = octets(&input["octets"]);
    let listed = (!input["listed"].is_null()).then(|| VerifierEntry {
        id: VerifierId(sized(&input["listed"]["verifier"])),
        names: Texts::new(&[("en", "As listed")]),
        signing: key(&input["listed"]["key"]),
        allowances: Vec::new(),
    });
    let trust = (!input["list_keys"].is_null()).then(|| list(&input["list_keys"], listed));
    let sent_to = input["sent_to"].as_str();
    let (list, now) = (trust.as_ref(), now(input));
    let site = sent_to.map(|site| Origin::parse(site).unwrap());
    match VerifiedRequest::verify_for(&octets, site.as_ref(), list, now) {
        Ok(verified) => {
            let request = &verified.request;
            let signer = SigningKey::from_bytes(&sized(&input["signing_seed"]));
            assert_eq!(request.sign(&signer), octets);
            let own = Request::read_own(&octets, &signer.verifying_key()).unwrap();
            assert_eq!(own, *request);
            let mut words = json!({
                "digest": hex::encode(Request::digest(&octets)),
                "verifier": verified.registration.names.get("en"), "purpose": request.purpose,
                "registered": verified.registered,
                "queries": request.alternatives.iter().map(Vec::len).collect::<Vec<_>>(),
            });
            if let Freshness::Poster { window } = request.freshness {
                words["window"] = window.into();
            }
            if let Some(site) = &request.answer_to {
                words["answer_to"] = site.as_str().into();
            }
            words
        }
        Err(e) => error(e),
    }
}

/// Verifiers by the contexts they accept: their tables are worth keeping.
static VERIFIERS: LazyLock<Mutex<BTreeMap<String, Arc<Verifier>>>> =
    LazyLock::new(|| Mutex::new(BTreeMap::new()));

fn verifier(contexts: &Value) -> Arc<Verifier> {
    let mut verifiers = VERIFIERS.lock().unwrap();
    let make = || {
        let contexts = contexts.as_array().unwrap().iter();
        let contexts = contexts.map(|c| Arc::new(run_credential::context(c)));
        Arc::new(Verifier::new(contexts.collect()).unwrap())
    };
    let entry = verifiers.entry(contexts.to_string());
    entry.or_insert_with(make).clone()
}

fn answer(input: &Value) -> Value {
    let (request, answer) = (octets(&input["request"]), octets(&input["answer"]));
    let read = Request::read_own(&request, &key(&input["verifier_key"])).unwrap();
    let verifier = verifier(&input["contexts"]);
    let one = verifier.verify(&read, &request, &answer, now(input));
    let unpaired = verifier.verify_unpaired(&read, &request, &answer, now(input));
    let batch = verifier.verify_batch(vec![unpaired], &mut Stream::new(1));
    let again = batch.into_iter().next().unwrap();
    assert_eq!(
        again.as_ref().err(),
        one.as_ref().err(),
        "alone and in a batch"
    );
    match one {
        Ok(verdict) => {
            assert_eq!(answered_request(&answer), Ok(Request::digest(&request)));
            let words = in_words(&verdict, now(input));
            assert_eq!(in_words(&again.ok().unwrap(), now(input)), words);
            words
        }
        Err(e) => error(e),
    }
}

fn in_words(verdict: &Verdict, now: UnixTime) -> Value {
    let shown = |shown: &Shown| {
        let attributes = &shown.context.schema.attributes;
        let value = |(i, value): &(usize, glimpse_core::credential::Value)| {
            let attribute = &attributes[*i];
            assert!(shown.value(&attribute.code).is_some());
            json!([attribute.code, value.display(&attribute.kind, "en")])
        };
        json!({
            "issuer": shown.context.issuer.to_string(), "key": shown.context.key_id.to_string(),
            "epoch": shown.epoch.0,
            "disclosed": shown.disclosed.iter().map(value).collect::<Vec<_>>(),
            "statements": shown.statements(now, "en"),
            "pseudonym": shown.pseudonym.map(hex::encode),
        })
    };
    let mut words = json!({
        "alternative": verdict.alternative,
        "shown": verdict.shown.iter().map(shown).collect::<Vec<_>>(),
    });
    if let Some(moment) = verdict.moment {
        words["moment"] = moment.0.into();
    }
    words
}
