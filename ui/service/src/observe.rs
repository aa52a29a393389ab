//! What is known of a request afterwards: a line in the log and numbers for Prometheus. Neither has
//! the path, the query, a header or a name: a route's template says what was asked.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use rand_core::Rng;
use tracing::Instrument;

const REQUESTS: &str = "glimpse_requests_total";
const SECONDS: &str = "glimpse_request_seconds";
const UNDER_WAY: &str = "glimpse_requests_under_way";
/// Upper bounds in seconds: a page's call, a proof, a hashed password, a slow database.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The one place where this process counts.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = HANDLE.get_or_init(|| {
        let built = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BOUNDS);
        let handle = built.ok()?.install_recorder().ok()?;
        metrics::describe_counter!(REQUESTS, "Requests by route, method and status");
        metrics::describe_histogram!(SECONDS, "How long requests took, by route");
        metrics::describe_gauge!(UNDER_WAY, "Requests that are being answered");
        Some(handle)
    });
    handle.as_ref()
}

/// Begins to count: what is described after it has its description.
pub fn start_counting() {
    let _ = recorder();
}

/// Everything that was counted, as Prometheus reads it.
pub fn render() -> String {
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// Keeps what was counted small, for as long as it is polled.
pub async fn keep() {
    loop {
        if let Some(handle) = recorder() {
            handle.run_upkeep();
        }
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    }
}

/// A client may name its method as it likes.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// Counts the request down even when its client has gone and nobody waits for the answer.
struct UnderWay;

impl UnderWay {
    fn begin() -> Self {
        metrics::gauge!(UNDER_WAY).increment(1.0);
        Self
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        metrics::gauge!(UNDER_WAY).decrement(1.0);
    }
}

/// Names the request, by a number of our own, in its answer and in all that is logged meanwhile.
pub async fn observe(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = format!("{:016x}", glimpse_terminal::rng().next_u64());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "page".to_owned(), |route| route.as_str().to_owned());
    let method = method_name(request.method());
    let span = tracing::info_span!("request", id);
    let under_way = UnderWay::begin();
    let mut response = next.run(request).instrument(span.clone()).await;
    drop(under_way);
    let (status, took) = (response.status().as_u16(), start.elapsed());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(method, route, status, milliseconds, "answered"));
    metrics::histogram!(SECONDS, "route" => route.clone()).record(took);
    let labels = [
        ("route", route),
        ("method", method.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!(REQUESTS, &labels).increment(1);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Logs as JSON, a line for each event, on standard error. A panic is logged by its place: its
/// words may hold a value.
pub fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("GLIMPSE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let built = tracing_subscriber::fmt()
        .json()
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if built.is_err() {
        // Somebody in this process logs already.
        return;
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(place, "panic");
    }));
}
