//! Why nothing came of a call, as a type that each language can match.

use glimpse_counter::CounterError;
use glimpse_verifier::AskError;

/// Why nothing came of a call. Its message is English, and says what to do.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
#[non_exhaustive]
pub enum VerifierError {
    /// There is no counter in the folder.
    #[error("{0}")]
    NoCounter(String),
    /// No trust list was loaded yet.
    #[error("{0}")]
    NoTrustList(String),
    /// A file of the counter is damaged, or cannot be read or written.
    #[error("{0}")]
    File(String),
    /// The policy cannot be read, or does not fit the trust list.
    #[error("{0}")]
    Policy(String),
    /// It makes a request that no wallet would take.
    #[error("{0}")]
    Request(String),
    /// The trust list or the clock does not let the counter ask now.
    #[error("{0}")]
    NotNow(String),
    /// An earlier call failed inside.
    #[error("an earlier call failed inside; open the counter again")]
    Poisoned,
}

impl From<CounterError> for VerifierError {
    fn from(error: CounterError) -> Self {
        let message = error.to_string();
        match error {
            CounterError::None(_) => Self::NoCounter(message),
            CounterError::NoTrustList => Self::NoTrustList(message),
            CounterError::Policy(_) | CounterError::Ask(AskError::Policy(_)) => {
                Self::Policy(message)
            }
            CounterError::Ask(AskError::NotNow(_)) | CounterError::Clock => Self::NotNow(message),
            CounterError::Ask(_) => Self::Request(message),
            _ => Self::File(message),
        }
    }
}
