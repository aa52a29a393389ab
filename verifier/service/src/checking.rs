//! While an answer is checked.

use std::sync::Mutex;

use glimpse_core::ids::UnixTime;
use glimpse_verifier::Report;

use crate::handles::Handle;
use crate::sessions::{Sessions, lock};

/// An answer that is being checked. Where it is not settled, by an error or a panic, the visit waits
/// again.
pub(crate) struct Check<'a> {
    sessions: &'a Mutex<Sessions>,
    request: Handle,
    now: UnixTime,
    settled: bool,
}

impl<'a> Check<'a> {
    /// Of the answer that arrived at this request.
    pub(crate) fn of(sessions: &'a Mutex<Sessions>, request: Handle, now: UnixTime) -> Self {
        Self {
            sessions,
            request,
            now,
            settled: false,
        }
    }

    /// Tells the visit what it came to; where a wallet on the same device sends the browser on.
    pub(crate) fn settle(mut self, came: ([u8; 32], Report), seconds: u64) -> Option<Handle> {
        self.settled = true;
        lock(self.sessions).settle(self.request, came, self.now, seconds)
    }
}

impl Drop for Check<'_> {
    fn drop(&mut self) {
        // Once it is settled, another answer may be under way.
        if !self.settled {
            lock(self.sessions).unsettle(self.request, self.now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Asking;
    use crate::sessions::{Arrival, Visit};
    use glimpse_core::ids::Nonce;
    use glimpse_verifier::Ticket;

    #[test]
    fn a_visit_waits_again_after_a_panic_in_a_check() {
        let (sessions, now) = (Mutex::new(Sessions::default()), UnixTime(1_000));
        let visit = Visit {
            site: 0,
            policy: "over-18".into(),
            return_to: "https://shop.example/back".parse().unwrap(),
            state: None,
            language: None,
            same_device_only: false,
        };
        let (mut all, until) = (lock(&sessions), UnixTime(2_000));
        let here = all.open(visit, now, until, 1).ok().unwrap().here;
        drop(all);
        let arrive = || {
            let mut sessions = lock(&sessions);
            let (session, _) = sessions.by_request(here, now).unwrap();
            session.asking.get_or_insert(Asking {
                octets: Vec::new(),
                ticket: Ticket([1; Ticket::LEN]),
                nonce: Nonce([2; Nonce::LEN]),
                expires: now,
            });
            let state = session.wallet_state.to_string();
            session.arrive(&state, [3; 32])
        };
        let panicked = std::thread::scope(|scope| {
            let checks = || {
                assert!(matches!(arrive(), Arrival::Check(_)));
                let _check = Check::of(&sessions, here, now);
                assert!(matches!(arrive(), Arrival::Checking));
                panic!("halfway");
            };
            scope.spawn(checks).join()
        });
        assert!(panicked.is_err());
        assert!(
            matches!(arrive(), Arrival::Check(_)),
            "it may be sent again"
        );
    }
}
