//! The verifier for Python, Kotlin and Swift: a counter's folder (see `glimpse-counter`), three calls,
//! and results in each language's own types. UniFFI writes the other side from what is exported here.

mod error;
mod verdict;

use std::path::Path;
use std::sync::Mutex;

use glimpse_core::transport::image::QrSymbol;
use glimpse_counter::{Counter, CounterError, moment};

pub use error::VerifierError;
pub use verdict::{Card, Outcome, Shows, Verdict};

uniffi::setup_scaffolding!("glimpse_verifier");

/// A counter that is open. Several threads may use one; they wait for each other.
#[derive(uniffi::Object)]
pub struct Verifier(Mutex<Counter>);

/// A request to be shown.
#[derive(uniffi::Record)]
pub struct Asked {
    /// The text of its QR code, for alphanumeric mode.
    pub text: String,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// Whether wallets will show this verifier as a registered one.
    pub registered: bool,
}

#[uniffi::export]
impl Asked {
    /// Its QR code as a PNG picture.
    ///
    /// # Errors
    /// [`VerifierError::Request`] for a request that one symbol cannot hold.
    pub fn png(&self) -> Result<Vec<u8>, VerifierError> {
        let symbol = QrSymbol::new(&self.text).and_then(|symbol| symbol.to_png());
        symbol.map_err(|error| VerifierError::Request(error.to_string()))
    }
}

#[uniffi::export]
impl Verifier {
    /// Opens the counter of a folder, which `glimpse-verifier init` and `trust` have made.
    ///
    /// # Errors
    /// [`VerifierError`].
    #[uniffi::constructor]
    pub fn new(folder: &str) -> Result<Self, VerifierError> {
        Ok(Self(Mutex::new(Counter::open(Path::new(folder))?)))
    }

    /// Makes a fresh request from a policy's text; a check then expects an answer to it. `now` is in
    /// seconds since 1970; without it, this machine's clock.
    ///
    /// # Errors
    /// [`VerifierError`].
    #[uniffi::method(default(now = None))]
    pub fn request(&self, policy: &str, now: Option<u64>) -> Result<Asked, VerifierError> {
        let asked = self.with(|counter| counter.request(policy, moment(now)?))?;
        Ok(Asked {
            text: asked.text(),
            expires: asked.expires.0,
            registered: asked.registered,
        })
    }

    /// Checks an answer, as the text of its QR code, to the latest request; a good one uses the
    /// request up. Names are in `language`.
    ///
    /// # Errors
    /// [`VerifierError`] when the check did not take place. A refusal is no error.
    #[uniffi::method(default(language = "en", now = None))]
    pub fn check(
        &self,
        answer: &str,
        language: &str,
        now: Option<u64>,
    ) -> Result<Verdict, VerifierError> {
        self.check_octets(answer.as_bytes(), language, now)
    }

    /// [`Verifier::check`] of an answer's octets.
    ///
    /// # Errors
    /// [`VerifierError`] when the check did not take place. A refusal is no error.
    #[uniffi::method(default(language = "en", now = None))]
    pub fn check_octets(
        &self,
        answer: &[u8],
        language: &str,
        now: Option<u64>,
    ) -> Result<Verdict, VerifierError> {
        self.with(|counter| {
            let now = moment(now)?;
            Ok(counter.check(answer, now).report(language, now).into())
        })
    }
}

impl Verifier {
    fn with<T>(
        &self,
        body: impl FnOnce(&mut Counter) -> Result<T, CounterError>,
    ) -> Result<T, VerifierError> {
        let mut counter = self.0.lock().map_err(|_| VerifierError::Poisoned)?;
        Ok(body(&mut counter)?)
    }
}
