//! Listening, answering, and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use super::config::{Config, ConfigError};
use super::{Clock, Shared, State, api, clock};
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
            hashing: Semaphore::new(cores),
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
        let (router, _) = api::router();
        let router = router
            .layer(DefaultBodyLimit::max(limits.body_octets))
            .with_state(self.state.clone());
        let done = self.runtime.block_on(async {
            let (begun, mut stopping) = tokio::sync::watch::channel(false);
            let stop = async move {
                stop.await;
                let _ = begun.send(true);
            };
            let late = async move {
                let _ = stopping.changed().await;
                tokio::time::sleep(drain).await;
            };
            tokio::select! {
                done = axum::serve(self.listener, router).with_graceful_shutdown(stop) => done,
                () = late => Ok(()),
            }
        });
        self.runtime.shutdown_timeout(drain);
        Ok(done?)
    }
}

/// Serves until the system or somebody at the terminal says stop. `ready` is told where.
///
/// # Errors
/// [`ServeError`].
pub fn serve(office: Office, config: Config, ready: impl FnOnce(&str)) -> Result<(), ServeError> {
    let server = Server::bind(office, config, clock())?;
    let (mut terminate, mut interrupt) = {
        let _within = server.runtime.enter();
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    ready(server.public_url());
    server.run(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
