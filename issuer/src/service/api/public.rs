//! What is open to everybody who watches over the service.

use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::State;
use crate::service::extract::Json;
use crate::service::problem::Problem;
use crate::store::StoreError;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(metrics))
        .routes(routes!(document))
}

#[derive(Serialize, ToSchema)]
struct Health {
    status: &'static str,
    database: &'static str,
}

/// Whether the service and its database answer
#[utoipa::path(get, path = "/health", tag = "service",
    responses((status = 200, description = "Both answer", body = Health)))]
async fn health(state: State) -> Result<Json<Health>, Problem> {
    state
        .work(|office| {
            office
                .store()
                .read(|tx| tx.number("SELECT 1 + 0", &[]))
                .map_err(|_| StoreError::Unavailable)
        })
        .await?;
    Ok(Json(Health {
        status: "ok",
        database: "ok",
    }))
}

/// What was counted, for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "service",
    responses((status = 200, description = "The text format of Prometheus", content_type = "text/plain", body = String)))]
async fn metrics() -> impl IntoResponse {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], glimpse_service::render())
}

/// This document
#[utoipa::path(get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = serde_json::Value)))]
async fn document() -> impl IntoResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| super::openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], text.as_str())
}
