//! The verifier that others embed: make a request, check an answer, offline.
//!
//! ```
//! use glimpse_core::trust::Accepted;
//! use glimpse_verifier::{Identity, Policy, Verdict, Verifier};
//! # use glimpse_verifier::Ticket;
//! # use base64::{Engine, prelude::BASE64_STANDARD};
//! # let vector = include_str!("../../test-vectors/verifier/good_qr_text.json");
//! # let vector: serde_json::Value = serde_json::from_str(vector)?;
//! # let text = |name: &str| vector.pointer(name).unwrap().as_str().unwrap();
//! # let file = |name: &str| BASE64_STANDARD.decode(text(name)).unwrap();
//! # let now = glimpse_core::ids::UnixTime(vector["now"].as_u64().unwrap());
//! # let scan = |_: &str| text("/answer/text");
//! // Once. The identity is what `Identity::generate` made; the registration, and the trust list as
//! // `Accepted::first` took it, come from whoever publishes the list.
//! let identity = Identity::from_octets(&file("/identity"))?;
//! let trust = Accepted::restore(&file("/trust_list"))?;
//! let mut verifier = Verifier::new(trust, identity, file("/registration"))?;
//! # verifier = verifier.remembering(glimpse_verifier::InMemory::from_octets(&file("/record"))?);
//!
//! // For each visitor: a code to show. Time and randomness are yours to give.
//! let policy = Policy::from_toml(include_str!("../policies/over-18-and-city.toml"))?;
//! let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
//! let asked = verifier.request(&policy, now, &mut rng)?;
//! let shown = asked.text().expect("far below what a code holds");
//! assert!(shown.starts_with("GQ1"));
//!
//! // What her wallet shows, as a camera or a hardware scanner reads it.
//! let answer = scan(&shown);
//! # verifier.expect(Ticket(u64::from_str_radix(text("/ticket"), 16)?.to_be_bytes()));
//! match verifier.check(answer.as_bytes(), now) {
//!     Verdict::Accepted(learned) => {
//!         let card = &learned.cards[0];
//!         assert_eq!(card.shown.statements(now, "en"), ["18 or older"]);
//!         println!("open: a card of {}", card.issuer.get("en"));
//!     }
//!     Verdict::Refused(reason) => println!("no: {reason}"),
//!     Verdict::CannotTell(reason) => println!("call somebody: {reason}"),
//! }
//! # let again = verifier.check(answer.as_bytes(), now);
//! # assert!(matches!(again, Verdict::Refused(reason) if reason.code() == "used_already"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Verdict::report`] gives the same as plain data. A program that has a folder of its own takes
//! `glimpse_counter::Counter`, which keeps all of this there; [`Verifier::remembering`] is for whoever
//! keeps it elsewhere. Several visitors at once: [`Verifier::check_for`], [`Verifier::check_many`].
//!
//! No network, file or clock in this crate.
//!
//! | room | what |
//! |---|---|
//! | `verifier`, `asking` | [`Verifier`]: asks and checks; [`Asked`] |
//! | `policy` | [`Policy`]: what is asked, as a file; [`Policy::lint`] |
//! | `verdict`, `report` | [`Verdict`], [`Reason`]; [`Report`], the same as plain data |
//! | `outstanding` | [`Outstanding`]: what was asked, and that each answer counts once |
//! | `identity` | [`Identity`]: id and key |
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::disallowed_types
    )
)]

mod asking;
mod identity;
mod outstanding;
mod policy;
mod report;
mod verdict;
mod verifier;

pub use asking::{AskError, Asked, Question};
pub use glimpse_core::presentation::{
    Predicate, Query, Registration, Request, RequestError, Test, VerifyError,
};
pub use identity::{Identity, IdentityError, RegistrationError};
pub use outstanding::{Entry, InMemory, Outstanding, RecordError, Ticket, TicketError};
pub use policy::{Asks, Finding, Policy, PolicyError, Severity};
pub use report::{Card, Outcome, Report, Shows};
pub use verdict::{Learned, Reason, Shown, ShownCard, Verdict};
pub use verifier::Verifier;
