//! How much is too much: time, requests at once, and what is not there at all. Bodies are limited
//! where they are read, in `extract`.

use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::State;
use super::problem::Problem;

/// Says what browsers must know of everything that comes from here.
pub(super) async fn secure(state: State, request: Request, next: Next) -> Response {
    glimpse_service::secure(next.run(request).await, state.0.public.secure)
}

/// The one route whose bodies take their time.
const IMPORT: &str = "/api/imports";

/// Answers that the service is busy, rather than to let everybody wait, and that it gave up where
/// it takes too long. What it had begun may then still happen: a database's commit cannot be called
/// back.
pub(super) async fn limit(state: State, request: Request, next: Next) -> Response {
    let Ok(_permit) = state.0.requests.try_acquire() else {
        return Problem::busy().into_response();
    };
    let limits = state.config().limits;
    let route = request.extensions().get::<MatchedPath>();
    let upload = route.is_some_and(|route| route.as_str() == IMPORT);
    let arrival = if upload { limits.import_seconds } else { 0 };
    let time = Duration::from_secs(limits.request_seconds + arrival);
    match tokio::time::timeout(time, next.run(request)).await {
        // axum says only which methods there are.
        Ok(response) if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let problem = Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "bad-request",
                "this cannot be done here",
            );
            let mut answer = problem.into_response();
            if let Some(allow) = response.headers().get(header::ALLOW) {
                answer.headers_mut().insert(header::ALLOW, allow.clone());
            }
            answer
        }
        Ok(response) => response,
        Err(_) => Problem {
            retry_after: Some(5),
            ..Problem::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "this was not done in time; look whether it happened before you try again",
            )
        }
        .into_response(),
    }
}
