//! Cryptography, formats and rules of Glimpse: no I/O, no clock, no threads, no ambient randomness.
//! Randomness and time are arguments.
//!
//! An office signs a credential, a counter asks, the holder's wallet answers, the counter learns
//! what it asked and nothing else:
//!
//! ```
//! # use std::sync::Arc;
//! # use ed25519_dalek::SigningKey;
//! # use glimpse_core::{bbs::{Interface, device::SoftwareDevice}, cbor::Texts, credential::*};
//! # use glimpse_core::curve::{PublicKey, SecretScalar};
//! # use glimpse_core::{ids::*, predicate::{*, dates::AttributeDate}, presentation::*, signed};
//! # use rand_core::{CryptoRng, Rng, UnwrapErr};
//! # let mut rng = UnwrapErr(getrandom::SysRng);
//! # let now = UnixTime(1_795_435_200); // 2026-11-23
//! # let texts = |text: &str| Texts::new(&[("en", text)]);
//! // A registry's schema and keys.
//! let attribute = |code: &str, kind| Attribute { code: code.into(), kind, names: texts(code) };
//! let schema = Schema {
//!     code: "resident".into(),
//!     names: texts("Resident card"),
//!     attributes: vec![
//!         attribute("name", AttributeType::Text(64)),
//!         attribute("birth_date", AttributeType::Date),
//!     ],
//!     epoch_days: 7,
//! };
//! let secret_key = SecretScalar::random(&mut rng);
//! let office = IssuerId([1; 16]);
//! let context = CredentialContext::new(schema, office, PublicKey::of(&secret_key))?;
//!
//! // The office offers, the wallet asks without showing its secrets, the office signs.
//! let office_key = SigningKey::from_bytes(&[2; 32]);
//! let device = SoftwareDevice::new(&Interface::glimpse(), SecretScalar::random(&mut rng))?;
//! let (schema_id, key) = (context.schema_id, context.key_id);
//! let expires = UnixTime(now.0 + 3600);
//! let offer = Offer { issuer: office, schema: schema_id, key, code: [3; 16], expires };
//! let signed_offer = offer.sign(&office_key);
//! let (pending, request) =
//!     PendingIssuance::begin(&context, &offer, &signed_offer, &device, &mut rng)?;
//! let born = AttributeDate::parse("1990-05-31")?;
//! let values = vec![Value::text("Ada"), Value::date(born)];
//! let issued = issue(
//!     &context, &secret_key, &offer, &signed_offer, &request,
//!     Decided {
//!         values,
//!         epoch: context.schema.epoch_of(now),
//!         handle: Handle([4; 8]),
//!         renewal_key: [5; 32].into(),
//!     },
//!     &mut rng,
//! )?;
//! let credential = pending.finish(&context, issued.response, &device, now)?;
//!
//! // A counter asks: over 18?
//! let counter = SigningKey::from_bytes(&[6; 32]);
//! let cutoff = AttributeDate::at(now, 0)?.age_cutoff(18)?;
//! let over_18 = Test::Holds(Statement::AtMost(cutoff.days(), Profile::ThreeSquares));
//! let query = Query {
//!     schema: schema_id,
//!     issuers: vec![(office, key)],
//!     disclose: vec![],
//!     predicates: vec![Predicate { attribute: 1, test: over_18 }],
//!     max_age_days: 14,
//!     pseudonym: None,
//! };
//! let registration = Registration {
//!     verifier: VerifierId([7; 16]),
//!     key: counter.verifying_key(),
//!     names: texts("Corner Pharmacy"),
//!     allowances: vec![],
//!     expires,
//! };
//! let question = Request {
//!     freshness: Freshness::Nonce(Nonce([8; 16])),
//!     verifier: VerifierId([7; 16]),
//!     purpose: "age".into(),
//!     purpose_texts: texts("To sell you medicine"),
//!     issued: now,
//!     expires,
//!     alternatives: vec![vec![query]],
//!     registration: registration.sign(&office_key),
//!     answer_to: None,
//! };
//! let asked = question.sign(&counter);
//!
//! // The wallet shows who asks for what; `prove` takes only what the holder agreed to.
//! let holdings = [Holding { credential: &credential, context: &context, issuer: None }];
//! let review = Review::new(VerifiedRequest::verify(&asked, None, now)?, &holdings, now, "en");
//! assert_eq!(review.verifier(), "Corner Pharmacy");
//! let item = &review.items(0)?[0];
//! assert_eq!(item.proves[0].to_string(), "Proves that you are 18 or older. birth_date itself is not shared.");
//! let consent = review.consent(0)?;
//! let answer = prove(&consent, &holdings, &device, &square_bases()?, now, &mut rng)?;
//!
//! // The counter checks, offline.
//! let verifier = Verifier::new(vec![Arc::new(context)])?;
//! let verdict = verifier.verify(&question, &asked, &answer, now)?;
//! assert_eq!(verdict.shown[0].statements(now, "en"), ["18 or older"]);
//! assert!(verdict.shown[0].disclosed.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what |
//! |---|---|
//! | [`bbs`] | BBS, blind BBS and pseudonyms, one function per procedure of the drafts |
//! | [`predicate`] | proofs about a hidden attribute: ranges, sets, dates and ages |
//! | [`credential`] | schemas, values, blind issuance, renewal |
//! | [`presentation`] | request, review, consent, proof, verdict |
//! | [`trust`] | trust lists: who may issue what, who may ask what |
//! | [`transport`] | QR text, frames, pictures |
//! | [`cbor`], [`signed`] | strict CBOR, and documents signed with Ed25519 |
//! | [`curve`] | BLS12-381 over `blst`; the one `unsafe` room is `curve/ffi.rs` |
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::disallowed_types
    )
)]

pub mod bbs;
pub mod cbor;
pub mod credential;
pub mod curve;
pub mod ids;
pub mod predicate;
pub mod presentation;
#[cfg(feature = "sealed")]
pub mod sealed;
pub mod signed;
#[cfg(any(test, feature = "test-util"))]
pub mod test_rng;
mod transcript;
pub mod transport;
pub mod trust;
