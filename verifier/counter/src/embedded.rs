//! A counter for other languages: plain arguments and results, behind a lock, and a stable name for
//! each error.

use std::path::Path;
use std::sync::Mutex;

use glimpse_core::ids::UnixTime;
use glimpse_verifier::{Asked, Report, Ticket};

use crate::{Counter, CounterError, now};

/// A counter that several threads may use; they wait for each other. Moments are in seconds since
/// 1970; without one, this machine's clock.
pub struct Shared(Mutex<Counter>);

/// A request to be shown, in plain data.
pub struct SharedAsked {
    /// The text of its QR code, in alphanumeric mode.
    pub text: String,
    /// Which request it is.
    pub ticket: String,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// Whether wallets will show this verifier as a registered one.
    pub registered: bool,
}

impl Shared {
    /// [`Counter::open`].
    ///
    /// # Errors
    /// [`CounterError`].
    pub fn open(folder: &Path) -> Result<Self, CounterError> {
        Ok(Self(Mutex::new(Counter::open(folder)?)))
    }

    /// [`Counter::request`].
    ///
    /// # Errors
    /// [`CounterError`]; [`CounterError::TooLarge`] for what one code cannot hold.
    pub fn request(&self, policy: &str, at: Option<u64>) -> Result<SharedAsked, CounterError> {
        self.with(|counter| in_plain(&counter.request(policy, moment(at)?)?))
    }

    /// [`Counter::poster`].
    ///
    /// # Errors
    /// [`CounterError`]; [`CounterError::TooLarge`] for what one code cannot hold.
    pub fn poster(
        &self,
        policy: &str,
        window: u32,
        until: u64,
        at: Option<u64>,
    ) -> Result<SharedAsked, CounterError> {
        let until = UnixTime(until);
        self.with(|counter| in_plain(&counter.poster(policy, window, until, moment(at)?)?))
    }

    /// [`Counter::check_for`] the request of a ticket; without one, [`Counter::check`].
    ///
    /// # Errors
    /// [`CounterError::Ticket`], [`CounterError::Clock`], [`CounterError::Internal`]. A refusal is no
    /// error, nor is what cannot be told.
    pub fn check(
        &self,
        ticket: Option<&str>,
        answer: &[u8],
        language: &str,
        at: Option<u64>,
    ) -> Result<Report, CounterError> {
        let ticket = ticket.map(str::parse::<Ticket>).transpose();
        let ticket = ticket.map_err(|_| CounterError::Ticket)?;
        self.with(|counter| {
            let now = moment(at)?;
            let verdict = match ticket {
                Some(ticket) => counter.check_for(ticket, answer, now),
                None => counter.check(answer, now),
            };
            Ok(verdict.report(language, now))
        })
    }

    fn with<T>(
        &self,
        body: impl FnOnce(&mut Counter) -> Result<T, CounterError>,
    ) -> Result<T, CounterError> {
        match self.0.lock() {
            Ok(mut counter) => body(&mut counter),
            // A thread panicked half-way: what it left is not to be trusted.
            Err(_) => Err(CounterError::Internal),
        }
    }
}

fn in_plain(asked: &Asked) -> Result<SharedAsked, CounterError> {
    Ok(SharedAsked {
        text: asked.text().ok_or(CounterError::TooLarge)?,
        ticket: asked.ticket.to_string(),
        expires: asked.expires.0,
        registered: asked.registered,
    })
}

fn moment(at: Option<u64>) -> Result<UnixTime, CounterError> {
    at.map_or_else(now, |seconds| Ok(UnixTime(seconds)))
}

impl CounterError {
    /// A short name that stays the same, for programs. What a check cannot tell has the code of its
    /// reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "exists",
            Self::None(_) => "no_counter",
            Self::NoTrustList => "no_trust_list",
            Self::Damaged(_) => "damaged",
            Self::File { .. } => "file",
            Self::TooLarge => "too_large",
            Self::Ticket => "argument",
            Self::Internal => "internal",
            Self::Clock => "clock",
            Self::Trust(error) => error.code(),
            Self::Registration(error) => error.code(),
            Self::Policy(_) => "policy",
            Self::Ask(error) => error.code(),
        }
    }
}
