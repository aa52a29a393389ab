//! Failures in safe Rust, and nothing that unwinds; the counter itself is `glimpse_counter::Shared`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use glimpse_counter::CounterError;
use glimpse_verifier::Report;

/// Why a function has no result.
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn argument(name: &str, wrong: &str) -> Self {
        Self {
            code: "argument",
            message: format!("the argument `{name}` {wrong}"),
        }
    }
}

impl From<CounterError> for Failure {
    fn from(error: CounterError) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

/// Runs a function's body; a panic becomes a failure, for it must not cross into C.
pub(crate) fn guarded<T>(body: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let inside = || Failure {
        code: "internal",
        message: "this program has an error inside; open the counter again".to_owned(),
    };
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| Err(inside()))
}

/// 0 stands for the machine's clock.
pub(crate) fn moment(now: u64) -> Option<u64> {
    Some(now).filter(|now| *now > 0)
}

/// The report as JSON.
pub(crate) fn to_json(report: &Report) -> Result<String, Failure> {
    serde_json::to_string(report).map_err(|error| Failure {
        code: "internal",
        message: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure() {
        let failed = guarded::<()>(|| panic!("on purpose"));
        assert_eq!(failed.err().unwrap().code, "internal");
    }
}
