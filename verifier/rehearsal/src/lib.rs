//! A town in memory, for the tests and measurements of verifiers: a registry and a clinic that issue,
//! residents whose cards answer anything, and the trust list that names the two. Everything is what
//! offices and wallets make; only files, screens and the wallet's own refusals are missing.
#![allow(
    clippy::missing_panics_doc,
    reason = "a rehearsal whose set-up fails has nothing to show"
)]

mod office;
pub mod privacy;
mod resident;

use std::sync::Arc;

use ed25519_dalek::{SigningKey, VerifyingKey};
use getrandom::SysRng;
use glimpse_core::cbor::Texts;
use glimpse_core::curve::FixedBases;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::Registration;
use glimpse_core::trust::{Accepted, Allowance, Provable, TrustList};
use rand_core::{CryptoRng, UnwrapErr};

pub use office::{Issued, Office};
use office::{patient_schema, resident_schema};
pub use resident::{Resident, Values};

/// A day in seconds.
pub const DAY: u64 = 86_400;

/// The system's randomness.
pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// Two offices, and the trust list that their town publishes.
pub struct Town {
    /// When it was set up.
    pub now: UnixTime,
    /// The registry.
    pub city: Office,
    /// The clinic.
    pub clinic: Office,
    /// The list, to be changed at will and signed by [`Town::signed`].
    pub list: TrustList,
    squares: Arc<FixedBases>,
    publisher: SigningKey,
}

impl Town {
    /// A town with fresh keys.
    pub fn new(now: UnixTime, rng: &mut dyn CryptoRng) -> Self {
        let publisher = signing_key(rng);
        let until = UnixTime(now.0 + 730 * DAY);
        let city = Office::new(resident_schema(), rng);
        let clinic = Office::new(patient_schema(), rng);
        let mut issuers = vec![
            city.entry("City of Rivermouth", now, until),
            clinic.entry("Harbour Clinic", now, until),
        ];
        issuers.sort_by_key(|issuer| issuer.id);
        let list = TrustList {
            id: *b"rehearsal-list-1",
            sequence: 1,
            issued: now,
            expires: UnixTime(now.0 + 90 * DAY),
            threshold: 1,
            keys: vec![publisher.verifying_key()],
            issuers,
            verifiers: Vec::new(),
        };
        Self {
            now,
            city,
            clinic,
            list,
            // One table for all residents: each wallet has its own.
            squares: Arc::new(square_bases().expect("constants")),
            publisher,
        }
    }

    /// The publisher's key, on which a first list is accepted.
    pub fn root(&self) -> VerifyingKey {
        self.publisher.verifying_key()
    }

    /// The list as it is now, signed.
    pub fn signed(&self) -> Vec<u8> {
        self.list.sign(&[&self.publisher])
    }

    /// The list but for some changes, signed.
    pub fn changed(&self, change: impl FnOnce(&mut TrustList)) -> Vec<u8> {
        let mut list = self.list.clone();
        change(&mut list);
        list.sign(&[&self.publisher])
    }

    /// The list as it is now, accepted as a first one.
    pub fn accepted(&self) -> Accepted {
        let roots = [self.root()];
        Accepted::first(&self.signed(), &roots, 1, self.list.issued).expect("a list of our own")
    }

    /// A registration for ages and cities, for entitlements, and for both cards of one person.
    pub fn register(&self, verifier: VerifierId, key: VerifyingKey) -> Vec<u8> {
        let place = |office: &Office, code: &str| office.position(code);
        let allowance =
            |office: &Office, purpose: &str, show: &str, prove: (u32, &str)| Allowance {
                purpose: purpose.to_owned(),
                schema: office.context.schema_id,
                disclose: vec![place(office, show)],
                prove: vec![Provable {
                    kind: prove.0,
                    attribute: place(office, prove.1),
                }],
                pseudonym: false,
            };
        let at_most = (0, "birth_date");
        Registration {
            verifier,
            key,
            names: Texts::new(&[("en", "Corner Pharmacy"), ("nl", "Apotheek op de Hoek")]),
            allowances: vec![
                allowance(&self.city, "age-check", "city", at_most),
                allowance(&self.city, "medicine", "city", at_most),
                allowance(&self.clinic, "medicine", "entitlement", (3, "number")),
            ],
            expires: UnixTime(self.now.0 + 365 * DAY),
        }
        .sign(&self.publisher)
    }
}

fn signing_key(rng: &mut dyn CryptoRng) -> SigningKey {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    rng.fill_bytes(seed.as_mut_slice());
    SigningKey::from_bytes(&seed)
}
