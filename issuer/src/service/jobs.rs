//! How much blocking work there is at once. A place goes with the work and not with the request: a
//! client that hangs up ends the request, but not what runs in a thread for it.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::Problem;

/// So many may wait for a password's hash; it is a fraction of a second for each.
const WAITING: usize = 32;
/// What the service does of itself: import, renewal, tidying up.
const OWN: usize = 3;

/// A place, given back when the work is done.
pub(super) type Place = OwnedSemaphorePermit;

/// The places there are.
pub(crate) struct Jobs {
    all: Arc<Semaphore>,
    /// Hashing a password takes 19 MiB: a few at once are enough.
    hashing: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Jobs {
    /// So many jobs for requests, of which so many may hash.
    pub(super) fn new(requests: usize, hashing: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(requests.saturating_add(OWN))),
            hashing: Arc::new(Semaphore::new(hashing)),
            waiting: Semaphore::new(WAITING),
        }
    }

    /// A place for any work.
    pub(super) async fn any(&self) -> Result<Place, Problem> {
        // Nobody closes it.
        let place = self.all.clone().acquire_owned().await;
        place.map_err(|_| Problem::busy())
    }

    /// A place for work that hashes, unless too many wait for one already.
    pub(super) async fn hash(&self) -> Result<Place, Problem> {
        let _waiting = self.waiting.try_acquire().map_err(|_| Problem::busy())?;
        let place = self.hashing.clone().acquire_owned().await;
        place.map_err(|_| Problem::busy())
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn poll<T>(future: impl Future<Output = T>) -> Poll<T> {
        pin!(future).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn whoever_hashes_when_too_many_wait_is_told_to_come_again() {
        let jobs = Jobs::new(1, 1);
        let Poll::Ready(Ok(held)) = poll(jobs.hash()) else {
            panic!("nobody hashes yet");
        };
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(jobs.hash())).collect();
        for one in &mut waiting {
            assert!(one.as_mut().poll(&mut context).is_pending());
        }
        let Poll::Ready(Err(busy)) = poll(jobs.hash()) else {
            panic!("one too many waits");
        };
        assert_eq!((busy.status, busy.retry_after), (503, Some(1)));
        // Who hangs up makes room to wait, but nobody hashes before the work is done.
        waiting.pop();
        assert!(poll(jobs.hash()).is_pending());
        drop((waiting, held));
        assert!(matches!(poll(jobs.hash()), Poll::Ready(Ok(_))));
    }
}
