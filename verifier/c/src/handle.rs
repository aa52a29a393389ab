//! What the functions do, in safe Rust: a counter behind a lock, and nothing that unwinds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;

use glimpse_core::ids::UnixTime;
use glimpse_counter::{Counter, CounterError, moment};
use glimpse_verifier::{Asked, Outcome, Report, Ticket};

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

/// A counter that several threads may use.
pub(crate) struct Handle(Mutex<Counter>);

impl Handle {
    pub(crate) fn open(folder: &str) -> Result<Self, Failure> {
        Ok(Self(Mutex::new(Counter::open(Path::new(folder))?)))
    }

    pub(crate) fn request(&self, policy: &str, now: u64) -> Result<Asked, Failure> {
        self.with(|counter| Ok(counter.request(policy, time(now)?)?))
    }

    pub(crate) fn poster(
        &self,
        policy: &str,
        window: u32,
        until: u64,
        now: u64,
    ) -> Result<Asked, Failure> {
        self.with(|counter| Ok(counter.poster(policy, window, UnixTime(until), time(now)?)?))
    }

    /// To the request of a ticket, or to the latest.
    pub(crate) fn check(
        &self,
        ticket: Option<&str>,
        answer: &[u8],
        now: u64,
        language: &str,
    ) -> Result<Report, Failure> {
        let ticket = ticket.map(read_ticket).transpose()?;
        self.with(|counter| {
            let now = time(now)?;
            let verdict = match ticket {
                Some(ticket) => counter.check_for(ticket, answer, now),
                None => counter.check(answer, now),
            };
            Ok(verdict.report(language, now))
        })
    }

    fn with<T>(&self, body: impl FnOnce(&mut Counter) -> Result<T, Failure>) -> Result<T, Failure> {
        match self.0.lock() {
            Ok(mut counter) => body(&mut counter),
            // A thread panicked half-way: what it left is not to be trusted.
            Err(_) => Err(Failure {
                code: "internal",
                message: "an earlier call failed inside; open the counter again".to_owned(),
            }),
        }
    }
}

fn read_ticket(text: &str) -> Result<Ticket, Failure> {
    let wrong = |_| Failure::argument("ticket", "is not one that a request came with");
    text.parse().map_err(wrong)
}

/// 0 stands for the machine's clock.
fn time(now: u64) -> Result<UnixTime, CounterError> {
    moment(Some(now).filter(|now| *now > 0))
}

/// The report as JSON, and its outcome.
pub(crate) fn to_json(report: &Report) -> Result<(Outcome, String), Failure> {
    let json = serde_json::to_string(report).map_err(|error| Failure {
        code: "internal",
        message: error.to_string(),
    })?;
    Ok((report.outcome, json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_comes_back() {
        let ticket = Ticket([0, 1, 2, 0xab, 4, 5, 6, 0xff]);
        let text = ticket.to_string();
        assert_eq!(text, "000102ab040506ff");
        assert_eq!(read_ticket(&text).ok(), Some(ticket));
        for wrong in [
            "",
            "000102ab040506f",
            "+00102ab040506ff",
            "000102ab040506fg",
        ] {
            assert_eq!(read_ticket(wrong).err().unwrap().code, "argument");
        }
    }

    #[test]
    fn a_panic_is_a_failure() {
        let failed = guarded::<()>(|| panic!("on purpose"));
        assert_eq!(failed.err().unwrap().code, "internal");
    }
}
