//! The office as a whole.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::State;
use crate::service::extract::{Hex, Json};
use crate::service::session::Staff;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The office.
#[derive(Serialize, ToSchema)]
struct Office {
    id: Hex<16>,
    /// Its name in each language.
    names: BTreeMap<String, String>,
    /// The key that signs offers and manifests.
    signing_key: Hex<32>,
    public_url: String,
    version: &'static str,
    /// What the records are in.
    database: &'static str,
    /// When this service started.
    started: u64,
    /// Whether all of this is play.
    demo: bool,
    /// Whether everybody must have a second factor.
    require_totp: bool,
    limits: Limits,
}

/// What the page must know before it sends.
#[derive(Serialize, ToSchema)]
struct Limits {
    /// The most octets of a file to import.
    import_octets: usize,
}

/// The office
#[utoipa::path(get, path = "/api/office", tag = "office",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "The office", body = Office)))]
async fn show(state: State, _: Staff) -> Json<Office> {
    let (office, config) = (&state.0.office, state.config());
    Json(Office {
        id: Hex(office.id().0),
        names: config.names.clone(),
        signing_key: Hex(office.signing_key().to_bytes()),
        public_url: state.0.public.origin.clone(),
        version: env!("CARGO_PKG_VERSION"),
        database: office.store().name(),
        started: state.0.started.0,
        demo: config.demo,
        require_totp: config.require_totp,
        limits: Limits {
            import_octets: config.limits.import_octets,
        },
    })
}
