//! A verifier for online services: a site sends a visitor here, the visitor's wallet answers over
//! OpenID4VP, and the site fetches what came of it. The requests and the checks are a counter's, as at
//! a desk; see `verifier/service/README.md` and spec:GL-12.
//!
//! TLS is a reverse proxy's job.

mod body;
mod checking;
mod config;
mod desk;
mod handles;
mod object;
mod page;
mod problem;
mod server;
mod sessions;
mod site;
mod wallet;

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use glimpse_core::ids::{Origin, UnixTime};
use glimpse_service::PublicUrl;
use tokio::sync::Semaphore;

pub use config::{Config, ConfigError, Limits, Site, digest};
pub use desk::DeskError;
pub use glimpse_service::Clock;
pub use server::{Command, ServeError, Server};

use desk::Desk;
use problem::Problem;
use sessions::Sessions;

/// What every handler has: it is an extractor of itself.
#[derive(Clone)]
pub(crate) struct State(Arc<Shared>);

/// One service's shared parts.
pub(crate) struct Shared {
    config: Config,
    public: PublicUrl,
    /// Where wallets send answers, as requests say it.
    origin: Origin,
    clock: Clock,
    /// So many of them compute or read files at once.
    requests: Arc<Semaphore>,
    desk: Mutex<Desk>,
    sessions: Mutex<Sessions>,
}

impl FromRequestParts<Self> for State {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, state: &Self) -> Result<Self, Infallible> {
        Ok(state.clone())
    }
}

impl State {
    /// The time, to be taken once for each request.
    fn now(&self) -> UnixTime {
        self.0.now()
    }

    fn limits(&self) -> &Limits {
        &self.0.config.limits
    }

    /// Does what computes or reads files in a thread that may block; where too many do, it says so rather
    /// than to let everybody wait. Whoever hangs up does not end it. It is done when the body is there:
    /// whoever sends one slowly takes nobody's place.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let shared = self.0.clone();
        let place = shared.requests.clone().try_acquire_owned();
        let place = place.map_err(|_| Problem::busy())?;
        // What is logged there is still about this request.
        let span = tracing::Span::current();
        let work = move || {
            let _place = place;
            span.in_scope(|| work(&shared))
        };
        let done = tokio::task::spawn_blocking(work).await;
        // Where it panicked, the hook has said where.
        done.unwrap_or_else(|_| Err(Problem::internal()))
    }
}

impl Shared {
    fn now(&self) -> UnixTime {
        (self.clock)()
    }

    /// An address of this service.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public.origin)
    }

    /// The counter, by its newest files: what a trust list withdraws is refused from now on. Never waited
    /// for while the sessions are locked: it checks answers.
    fn desk(&self) -> Result<MutexGuard<'_, Desk>, Problem> {
        let mut desk = desk::take(&self.desk).map_err(|error| {
            tracing::error!(%error, "the counter cannot be opened again after a panic");
            Problem::internal()
        })?;
        desk.refresh();
        Ok(desk)
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        sessions::lock(&self.sessions)
    }
}
