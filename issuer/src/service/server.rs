//! Listening, answering, and stopping.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::{Router, middleware};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower_http::catch_panic::CatchPanicLayer;

use super::config::{Config, ConfigError, Limits};
use super::jobs::Jobs;
use super::problem::Problem;
use super::scheduler::{self, Scheduler};
use super::{Clock, Shared, State, api, clock, limits, observe, openid4vci, page, workers};
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
        let router = router(&self.state);
        let Self {
            runtime,
            listener,
            state,
            ..
        } = self;
        runtime.block_on(async {
            tokio::spawn(observe::keep());
            tokio::spawn(workers::import(state.clone()));
            tokio::spawn(openid4vci::tidy(state.clone()));
            tokio::spawn(scheduler::run(state.clone()));
            let graceful = GracefulShutdown::new();
            tokio::select! {
                () = accept(&listener, router, &limits, &graceful) => {}
                () = stop => {}
            }
            drop(listener);
            state.0.scheduler.stop();
            tracing::info!("stopping");
            if tokio::time::timeout(drain, graceful.shutdown())
                .await
                .is_err()
            {
                tracing::warn!("stopped before every request was answered");
            }
        });
        runtime.shutdown_timeout(drain);
        drop(state);
        Ok(())
    }
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
        .layer(middleware::from_fn(observe::observe))
        .with_state(state.clone())
}

/// Takes connections as long as there are not too many.
async fn accept(
    listener: &TcpListener,
    router: Router,
    limits: &Limits,
    graceful: &GracefulShutdown,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let arrival = Duration::from_secs(limits.arrival_seconds);
    let service = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(arrival)
        .max_buf_size(64 << 10);
    loop {
        // Nobody closes it.
        let place = places.clone().acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely: some are free again soon.
                tracing::warn!(kind = %error.kind(), "accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(arrival));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Clients go away as they like.
            let _ = connection.await;
            drop(place);
        });
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
