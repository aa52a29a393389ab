//! The verifier for Python, Kotlin and Swift: a counter's folder (see `glimpse-counter`), a few
//! calls, and results in each language's own types. UniFFI writes the other side from what is exported here.

mod error;
mod verdict;

use std::path::Path;

use glimpse_core::transport::image::QrSymbol;
use glimpse_counter::{Shared, SharedAsked};

pub use error::VerifierError;
pub use verdict::{Card, Outcome, Shows, Verdict};

uniffi::setup_scaffolding!("glimpse_verifier");

/// A counter that is open. Several threads may use one; they wait for each other.
#[derive(uniffi::Object)]
pub struct Verifier(Shared);

/// A request to be shown.
#[derive(uniffi::Record)]
pub struct Asked {
    /// The text of its QR code, for alphanumeric mode.
    pub text: String,
    /// Which request it is, for a check that waits for this one and no other.
    pub ticket: String,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// Whether wallets will show this verifier as a registered one.
    pub registered: bool,
}

impl From<SharedAsked> for Asked {
    fn from(asked: SharedAsked) -> Self {
        Self {
            text: asked.text,
            ticket: asked.ticket,
            expires: asked.expires,
            registered: asked.registered,
        }
    }
}

#[uniffi::export]
impl Asked {
    /// Its QR code as a PNG picture.
    ///
    /// # Errors
    /// [`VerifierError::Other`] with `symbol` for a request that one symbol cannot hold.
    pub fn png(&self) -> Result<Vec<u8>, VerifierError> {
        let symbol = QrSymbol::new(&self.text).and_then(|symbol| symbol.to_png());
        symbol.map_err(|error| VerifierError::other("symbol", error))
    }
}

#[uniffi::export]
impl Verifier {
    /// Opens the counter of a folder, which `glimpse-verifier init` and `trust` have made. A trust list
    /// or registration that another program loads later is taken up by itself.
    ///
    /// # Errors
    /// [`VerifierError`].
    #[uniffi::constructor]
    pub fn new(folder: &str) -> Result<Self, VerifierError> {
        Ok(Self(Shared::open(Path::new(folder))?))
    }

    /// Makes a fresh request from a policy's text; a check then expects an answer to it. `now` is in
    /// seconds since 1970; without it, this machine's clock.
    ///
    /// # Errors
    /// [`VerifierError`].
    #[uniffi::method(default(now = None))]
    pub fn request(&self, policy: &str, now: Option<u64>) -> Result<Asked, VerifierError> {
        Ok(self.0.request(policy, now)?.into())
    }

    /// Makes a poster from a policy's text: a request to be printed, which many answer until a moment,
    /// at most 366 days away. A check then expects an answer to it, made at most `window` seconds ago,
    /// 30 to 600. It is weaker than a fresh request against somebody who carries answers from
    /// elsewhere, and an age that it asks for is that of the day on which it is made.
    ///
    /// # Errors
    /// [`VerifierError`].
    #[uniffi::method(default(now = None))]
    pub fn poster(
        &self,
        policy: &str,
        window: u32,
        until: u64,
        now: Option<u64>,
    ) -> Result<Asked, VerifierError> {
        Ok(self.0.poster(policy, window, until, now)?.into())
    }

    /// Checks an answer, as the text of its QR code; a good one uses its request up. It must be to the
    /// request of `ticket`, or, without one, to the latest of the folder, whichever program made it.
    /// Names are in `language`.
    ///
    /// # Errors
    /// [`VerifierError`] when the check did not take place. A refusal is no error.
    #[uniffi::method(default(ticket = None, language = "en", now = None))]
    pub fn check(
        &self,
        answer: &str,
        ticket: Option<String>,
        language: &str,
        now: Option<u64>,
    ) -> Result<Verdict, VerifierError> {
        self.check_octets(answer.as_bytes(), ticket, language, now)
    }

    /// [`Verifier::check`] of an answer's octets.
    ///
    /// # Errors
    /// [`VerifierError`] when the check did not take place. A refusal is no error.
    #[uniffi::method(default(ticket = None, language = "en", now = None))]
    pub fn check_octets(
        &self,
        answer: &[u8],
        ticket: Option<String>,
        language: &str,
        now: Option<u64>,
    ) -> Result<Verdict, VerifierError> {
        let report = self.0.check(ticket.as_deref(), answer, language, now)?;
        Ok(report.into())
    }
}
