//! Why nothing came of a call, as a type that each language can match.

use glimpse_counter::CounterError;
use glimpse_verifier::AskError;

/// Why nothing came of a call: a kind to match, a code that stays the same in every language, and words
/// in English that say what to do.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[non_exhaustive]
pub enum VerifierError {
    /// There is no counter in the folder.
    #[error("{words}")]
    NoCounter {
        /// The code.
        code: String,
        /// The words.
        words: String,
    },
    /// No trust list was loaded yet.
    #[error("{words}")]
    NoTrustList {
        /// The code.
        code: String,
        /// The words.
        words: String,
    },
    /// The policy cannot be read, or does not fit the trust list.
    #[error("{words}")]
    Policy {
        /// The code.
        code: String,
        /// The words.
        words: String,
    },
    /// The trust list or the clock does not let the counter ask now, or the record fails.
    #[error("{words}")]
    NotNow {
        /// The code of the reason.
        code: String,
        /// The words.
        words: String,
    },
    /// Anything else, such as a file that is damaged or a ticket that is none.
    #[error("{words}")]
    Other {
        /// The code.
        code: String,
        /// The words.
        words: String,
    },
}

impl VerifierError {
    pub(crate) fn other(code: &str, words: impl ToString) -> Self {
        let (code, words) = (code.to_owned(), words.to_string());
        Self::Other { code, words }
    }
}

impl From<CounterError> for VerifierError {
    fn from(error: CounterError) -> Self {
        let (code, words) = (error.code().to_owned(), error.to_string());
        match error {
            CounterError::None(_) => Self::NoCounter { code, words },
            CounterError::NoTrustList => Self::NoTrustList { code, words },
            CounterError::Policy(_) | CounterError::Ask(AskError::Policy(_)) => {
                Self::Policy { code, words }
            }
            CounterError::Ask(AskError::NotNow(_)) | CounterError::Clock => {
                Self::NotNow { code, words }
            }
            _ => Self::Other { code, words },
        }
    }
}
