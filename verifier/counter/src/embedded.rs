//! What other languages need of a counter: a stable name for each error, and the time of the machine.

use glimpse_core::ids::UnixTime;

use crate::CounterError;

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
            Self::Clock => "clock",
            Self::Trust(error) => error.code(),
            Self::Registration(_) => "registration",
            Self::OtherRegistration => "other_registration",
            Self::Over => "registration_over",
            Self::Policy(_) => "policy",
            Self::Ask(error) => error.code(),
        }
    }
}

/// A moment in seconds since 1970, or this machine's clock.
///
/// # Errors
/// [`CounterError::Clock`] when the clock stands before 1970.
pub fn moment(given: Option<u64>) -> Result<UnixTime, CounterError> {
    match given {
        Some(seconds) => Ok(UnixTime(seconds)),
        None => glimpse_terminal::now().map_err(|_| CounterError::Clock),
    }
}
