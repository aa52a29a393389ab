//! The verifier for Python, Kotlin and Swift: a counter's folder (see `glimpse-counter`), a few
//! calls, and results in each language's own types. UniFFI writes the other side from what is exported here.

mod error;
mod verdict;

use std::path::Path;
use std::sync::Mutex;

use glimpse_core::ids::UnixTime;
use glimpse_core::transport::image::QrSymbol;
use glimpse_counter::{Counter, CounterError, moment};
use glimpse_verifier::Ticket;

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
    /// Which request it is, for a check that waits for this one and no other.
    pub ticket: String,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// Whether wallets will show this verifier as a registered one.
    pub registered: bool,
}

impl From<glimpse_verifier::Asked> for Asked {
    fn from(asked: glimpse_verifier::Asked) -> Self {
        Self {
            text: asked.text(),
            ticket: asked.ticket.to_string(),
            expires: asked.expires.0,
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
        Ok(asked.into())
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
        let until = UnixTime(until);
        let asked = self.with(|counter| counter.poster(policy, window, until, moment(now)?))?;
        Ok(asked.into())
    }

    /// Checks an answer, as the text of its QR code; a good one uses its request up. It must be to the
    /// request of `ticket`, or, without one, to the latest of the folder, which another program may
    /// have made. Names are in `language`.
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
        let ticket = ticket.as_deref().map(read_ticket).transpose()?;
        self.with(|counter| {
            let now = moment(now)?;
            let verdict = match ticket {
                Some(ticket) => counter.check_for(ticket, answer, now),
                None => counter.check(answer, now),
            };
            Ok(verdict.report(language, now).into())
        })
    }
}

impl Verifier {
    fn with<T>(
        &self,
        body: impl FnOnce(&mut Counter) -> Result<T, CounterError>,
    ) -> Result<T, VerifierError> {
        let mut counter = self.0.lock().map_err(|_| {
            let words = "an earlier call failed inside; open the counter again";
            VerifierError::other("internal", words)
        })?;
        Ok(body(&mut counter)?)
    }
}

fn read_ticket(text: &str) -> Result<Ticket, VerifierError> {
    let wrong = "the argument `ticket` is not one that a request came with";
    text.parse()
        .map_err(|_| VerifierError::other("argument", wrong))
}
