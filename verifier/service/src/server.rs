//! Starting, answering, and stopping; and the command that does it.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use clap::Args;
use glimpse_service::{Bounds, clock};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::config::{Config, ConfigError, digest};
use crate::desk::{Desk, DeskError};
use crate::handles::Handle;
use crate::problem::Problem;
use crate::sessions::Sessions;
use crate::{Clock, Shared, State, page, site, wallet};

/// How often what is over is forgotten, in seconds.
const TIDY: u64 = 10;

/// Why the service cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The counter or its policies.
    #[error(transparent)]
    Desk(#[from] DeskError),
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

/// The command `serve`.
#[derive(Args)]
pub struct Command {
    /// The settings, a TOML file; `verifier/service/README.md` shows one
    #[arg(
        long,
        value_name = "FILE",
        env = "GLIMPSE_VERIFIER_CONFIG",
        default_value = "serve.toml"
    )]
    config: PathBuf,
    /// Where to listen, in place of what the file says
    #[arg(long, value_name = "ADDRESS:PORT", env = "GLIMPSE_VERIFIER_LISTEN")]
    listen: Option<SocketAddr>,
    /// The https address that people and wallets use, in place of what the file says
    #[arg(long, value_name = "URL", env = "GLIMPSE_VERIFIER_PUBLIC_URL")]
    public_url: Option<String>,
    /// Make a token for a site, show it with what the file needs of it, and end
    #[arg(long)]
    new_token: bool,
}

impl Command {
    /// Serves over the counter in this folder, until the system or somebody at the terminal says stop.
    /// `say` is told what there is to read.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn run(&self, counter: &Path, say: impl Fn(&str)) -> Result<(), ServeError> {
        if self.new_token {
            let token = format!("glimpse_{}", Handle::fresh());
            say(&format!("For the site's backend, as a secret: {token}"));
            say(&format!(
                "For the settings: tokens = [\"{}\"]",
                digest(&token)
            ));
            return Ok(());
        }
        let mut config = Config::read(&self.config)?;
        config.listen = self.listen.unwrap_or(config.listen);
        if self.public_url.is_some() {
            config.public_url.clone_from(&self.public_url);
        }
        glimpse_service::start_logging();
        let server = Server::bind(counter, config, clock())?;
        let stop = {
            let _within = server.runtime.enter();
            glimpse_service::stop_signal()?
        };
        say(&format!(
            "Sites and wallets find this verifier at {}",
            server.public_url()
        ));
        server.run(stop);
        Ok(())
    }
}

/// A service that listens and does not answer yet.
pub struct Server {
    runtime: Runtime,
    listener: TcpListener,
    state: State,
    address: SocketAddr,
}

impl Server {
    /// Opens the counter in this folder and takes the address, and knows then which it is where the
    /// port was left open.
    ///
    /// # Errors
    /// [`ServeError`].
    pub fn bind(counter: &Path, config: Config, clock: Clock) -> Result<Self, ServeError> {
        let desk = Desk::open(counter, &config.policies)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(config.listen));
        let listener = listener.map_err(|source| ServeError::Listen {
            address: config.listen,
            source,
        })?;
        let address = listener.local_addr()?;
        let (public, origin) = config.public(address)?;
        let state = State(Arc::new(Shared {
            public,
            origin,
            clock,
            requests: Arc::new(Semaphore::new(config.limits.requests)),
            desk: Mutex::new(desk),
            sessions: Mutex::new(Sessions::default()),
            config,
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

    /// The address that people and wallets use.
    pub fn public_url(&self) -> &str {
        &self.state.0.public.origin
    }

    /// Answers until `stop` is done; requests under way then get some time to end.
    pub fn run(self, stop: impl Future<Output = ()> + Send + 'static) {
        let limits = *self.state.limits();
        let bounds = Bounds {
            connections: limits.connections,
            arrival: Duration::from_secs(limits.arrival_seconds),
            drain: Duration::from_secs(limits.drain_seconds),
        };
        let router = router(&self.state);
        let (runtime, listener, state) = (self.runtime, self.listener, self.state);
        runtime.block_on(async {
            glimpse_service::start_counting();
            metrics::describe_counter!("glimpse_answers_total", "Answers checked, by verdict");
            metrics::describe_gauge!("glimpse_visitors", "Visitors who are being asked");
            tokio::spawn(glimpse_service::keep());
            tokio::spawn(tidy(state));
            glimpse_service::serve(listener, router, bounds, stop).await;
        });
        runtime.shutdown_timeout(bounds.drain);
    }
}

/// Forgets what is over, so that what was shown is not kept longer than it is wanted.
async fn tidy(state: State) {
    loop {
        tokio::time::sleep(Duration::from_secs(TIDY)).await;
        let now = state.now();
        let mut sessions = state.0.sessions();
        sessions.forget(now);
        let count = u32::try_from(sessions.count()).unwrap_or(u32::MAX);
        metrics::gauge!("glimpse_visitors").set(f64::from(count));
    }
}

/// Every route with everything around it; the first layer here is the innermost.
fn router(state: &State) -> Router {
    let panicked = |_| Problem::internal().into_response();
    Router::new()
        .merge(site::routes())
        .merge(wallet::routes())
        .merge(page::routes())
        .route("/health", get(health))
        .route("/metrics", get(numbers))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method() })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(state.clone(), limit))
        .layer(middleware::from_fn_with_state(state.clone(), secure))
        .layer(middleware::from_fn(glimpse_service::observe))
        .with_state(state.clone())
}

/// Whether answers can be checked now.
async fn health(state: State) -> Response {
    let now = state.now();
    let looked = state.work(move |shared| {
        let mut desk = shared.desk()?;
        Ok((desk.ready(now), desk.stale()))
    });
    match looked.await {
        Ok((Ok(()), stale)) if stale.is_empty() => Json(json!({ "ready": true })).into_response(),
        // It goes on with what it has, and somebody has to look.
        Ok((Ok(()), stale)) => Json(json!({ "ready": true, "stale": stale })).into_response(),
        Ok((Err(reason), stale)) => {
            let said = json!({ "ready": false, "code": reason.code(), "stale": stale });
            (StatusCode::SERVICE_UNAVAILABLE, Json(said)).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn numbers() -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4";
    ([(header::CONTENT_TYPE, kind)], glimpse_service::render())
}

/// Says what browsers must know of everything that comes from here.
async fn secure(state: State, request: Request, next: Next) -> Response {
    glimpse_service::secure(next.run(request).await, state.0.public.secure)
}

/// Answers that the service is busy, rather than to let anybody wait for ever.
async fn limit(state: State, request: Request, next: Next) -> Response {
    let time = Duration::from_secs(state.limits().request_seconds);
    let answered = tokio::time::timeout(time, next.run(request)).await;
    answered.unwrap_or_else(|_| Problem::busy().into_response())
}
