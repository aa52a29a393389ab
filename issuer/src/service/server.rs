//! Listening, answering, and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::{Router, middleware};
use glimpse_service::Bounds;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use super::config::{Config, ConfigError};
use super::jobs::Jobs;
use super::problem::Problem;
use super::scheduler::{self, Scheduler};
use super::{Clock, Shared, State, api, clock, limits, openid4vci, page, workers};
use crate::Office;

/// Why the service cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The address cannot be listened on.
    #[error("listening on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The system refuses what a service needs.
    #[error("starting the service: {0}")]
    System(#[from] std::io::Error),
}

/// A service that listens and does not answer yet.
///
/// It owns its runtime: the office may be dropped only outside of one, since PostgreSQL's client
/// waits for its connections to close.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    state: State,
    address: SocketAddr,
}

impl Server {
    /// Takes the address, and knows then which it is where the port was left open.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(office: Office, config: Config, clock: Clock) -> Result<Self, ServeError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(config.listen));
        let listener = listener.map_err(|source| ServeError::Listen {
            address: config.listen,
            source,
        })?;
        let address = listener.local_addr()?;
        let public = config.public(address)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let state = State(Arc::new(Shared {
            office,
            public,
            started: clock(),
            requests: Semaphore::new(config.limits.requests),
            jobs: Jobs::new(config.limits.requests, cores),
            scheduler: Scheduler::default(),
            config,
            clock,
        }));
        Ok(Self {
            runtime,
            listener,
            state,
            address,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that people use.
    pub fn public_url(&self) -> &str {
        &self.state.0.public.origin
    }

    /// Answers until `stop` is done; requests under way then get some time to end.
    ///
    /// # Errors
    /// [`ServeError::System`].
    pub fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let limits = self.state.config().limits;
        let drain = Duration::from_secs(limits.drain_seconds);
        let bounds = Bounds {
            connections: limits.connections,
            arrival: Duration::from_secs(limits.arrival_seconds),
            drain,
        };
        let router = router(&self.state);
        let Self {
            runtime,
            listener,
            state,
            ..
        } = self;
        runtime.block_on(async {
            glimpse_service::start_counting();
            describe();
            tokio::spawn(glimpse_service::keep());
            tokio::spawn(workers::import(state.clone()));
            tokio::spawn(openid4vci::tidy(state.clone()));
            tokio::spawn(scheduler::run(state.clone()));
            let stop = async {
                stop.await;
                state.0.scheduler.stop();
            };
            glimpse_service::serve(listener, router, bounds, stop).await;
        });
        runtime.shutdown_timeout(drain);
        drop(state);
        Ok(())
    }
}

/// What is counted here besides requests.
fn describe() {
    metrics::describe_counter!("glimpse_sign_ins_total", "Attempts to sign in, by outcome");
    metrics::describe_counter!(
        "glimpse_events_total",
        "What the audit trail tells of, by action"
    );
}

/// Every route with everything around it; the first layer here is the innermost.
fn router(state: &State) -> Router {
    let panicked = |_| Problem::internal().into_response();
    api::router()
        .0
        .fallback_service(page::routes().with_state(state.clone()))
        .layer(DefaultBodyLimit::max(state.config().limits.body_octets))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(state.clone(), limits::limit))
        .layer(middleware::from_fn_with_state(
            state.clone(),
            limits::secure,
        ))
        .layer(middleware::from_fn(glimpse_service::observe))
        .with_state(state.clone())
}

/// Serves until the system or somebody at the terminal says stop. `ready` is told where.
///
/// # Errors
/// [`ServeError`].
pub fn serve(office: Office, config: Config, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let server = Server::bind(office, config, clock())?;
    let stop = {
        let _within = server.runtime.enter();
        glimpse_service::stop_signal()?
    };
    ready(server.public_url());
    server.run(stop)
}
