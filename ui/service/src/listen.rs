//! Taking connections, and letting go of them.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;

/// How many connections, and how long each may take for what it does not do.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// So many are open at once; others wait.
    pub connections: usize,
    /// How long the head of a request may take to arrive, and an answer to be taken.
    pub arrival: Duration,
    /// How long requests get to end when the service stops.
    pub drain: Duration,
}

/// Answers until `stop` is done; requests under way then get some time to end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    tokio::select! {
        () = accept(&listener, router, bounds, &graceful) => {}
        () = stop => {}
    }
    drop(listener);
    tracing::info!("stopping");
    if tokio::time::timeout(bounds.drain, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("stopped before every request was answered");
    }
}

/// Takes connections as long as there are not too many.
async fn accept(
    listener: &TcpListener,
    router: Router,
    bounds: Bounds,
    graceful: &GracefulShutdown,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let service = TowerToHyperService::new(router);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(bounds.arrival)
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
        stream.set_write_timeout(Some(bounds.arrival));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Clients go away as they like.
            let _ = connection.await;
            drop(place);
        });
    }
}

/// Done when the system or somebody at the terminal says stop. To be called within a runtime.
///
/// # Errors
/// What the system says.
pub fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
