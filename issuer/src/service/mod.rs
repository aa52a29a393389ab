//! The office as a service: the JSON interface of its page, OpenID4VCI for wallets, renewal files
//! for everybody. What it does is done by [`Office`] in blocking threads, since it is cryptography
//! and a database's work; handlers only translate.

mod api;
pub mod config;
pub(crate) mod extract;
mod jobs;
mod limits;
mod openid4vci;
mod page;
pub(crate) mod paging;
pub mod problem;
mod renewal_files;
pub(crate) mod scheduler;
mod server;
pub(crate) mod session;
mod upload;
mod workers;

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use glimpse_core::ids::UnixTime;
use glimpse_service::PublicUrl;

use crate::Office;
use config::Config;
use jobs::Place;
use problem::Problem;

pub use api::openapi;
pub use glimpse_service::{Clock, clock, start_logging};
pub use server::{ServeError, Server, serve};

/// What every handler has: it is an extractor of itself.
#[derive(Clone)]
pub struct State(pub(crate) Arc<Shared>);

/// One service's shared parts.
pub(crate) struct Shared {
    pub(crate) office: Office,
    pub(crate) config: Config,
    pub(crate) public: PublicUrl,
    pub(crate) started: UnixTime,
    pub(crate) clock: Clock,
    /// So many requests may be under way.
    pub(crate) requests: tokio::sync::Semaphore,
    pub(crate) jobs: jobs::Jobs,
    pub(crate) scheduler: scheduler::Scheduler,
}

impl FromRequestParts<Self> for State {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, state: &Self) -> Result<Self, Infallible> {
        Ok(state.clone())
    }
}

impl State {
    /// The time, to be taken once for each request.
    pub(crate) fn now(&self) -> UnixTime {
        (self.0.clock)()
    }

    /// What the service was told.
    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// Does the office's work in a thread that may block.
    pub(crate) async fn work<T, E>(
        &self,
        work: impl FnOnce(&Office) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        self.run(work, None).await
    }

    /// The same for work that hashes a password.
    pub(crate) async fn hash<T, E>(
        &self,
        work: impl FnOnce(&Office) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let place = self.0.jobs.hash().await?;
        self.run(work, Some(place)).await
    }

    async fn run<T, E>(
        &self,
        work: impl FnOnce(&Office) -> Result<T, E> + Send + 'static,
        hashing: Option<Place>,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let place = self.0.jobs.any().await?;
        let shared = self.0.clone();
        // What is logged there is still about this request.
        let span = tracing::Span::current();
        let work = move || {
            // Whoever hangs up does not end the work, and so gives no place back.
            let _places = (place, hashing);
            span.in_scope(|| work(&shared.office))
        };
        let done = tokio::task::spawn_blocking(work).await;
        match done {
            Ok(done) => done.map_err(Into::into),
            // It panicked; the hook has said where, and nothing was committed.
            Err(_) => Err(Problem::internal()),
        }
    }
}
