//! The office's schemas, and the check behind their designer.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::json::{AttributeJson, SchemaJson};
use crate::schemas::{KnownSchema, SchemaRefused};
use crate::service::State;
use crate::service::extract::{Hex, Json};
use crate::service::problem::Problem;
use crate::service::session::{Registrar, Staff};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(check))
}

impl From<SchemaRefused> for Problem {
    fn from(error: SchemaRefused) -> Self {
        let title = error.to_string();
        match error {
            SchemaRefused::Fields(errors) => Self::invalid(errors),
            SchemaRefused::Exists => Self::new(StatusCode::CONFLICT, "exists", &title),
            SchemaRefused::Office(error) => error.into(),
        }
    }
}

/// A schema of the office.
#[derive(Serialize, ToSchema)]
struct Schema {
    id: Hex<32>,
    code: String,
    /// Display names by language.
    names: BTreeMap<String, String>,
    epoch_days: u32,
    /// In signed order.
    attributes: Vec<AttributeJson>,
    /// How many credentials of it are live.
    live: u64,
    /// How many residents have a record of it.
    residents: u64,
    /// When it was added.
    added: u64,
}

impl From<KnownSchema> for Schema {
    fn from(known: KnownSchema) -> Self {
        let SchemaJson {
            code,
            names,
            epoch_days,
            attributes,
        } = SchemaJson::from(&known.schema);
        Self {
            id: Hex(known.schema.id().0),
            code,
            names,
            epoch_days,
            attributes,
            live: known.live,
            residents: known.residents,
            added: known.added.0,
        }
    }
}

/// The office's schemas
#[utoipa::path(get, path = "/api/schemas", tag = "schemas",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "Every schema", body = Vec<Schema>)))]
async fn list(state: State, _: Staff) -> Result<Json<Vec<Schema>>, Problem> {
    let known = state.work(|office| office.known_schemas()).await?;
    Ok(Json(known.into_iter().map(Schema::from).collect()))
}

/// Add a schema. It never changes after that, since its id is its digest
#[utoipa::path(post, path = "/api/schemas", tag = "schemas", request_body = SchemaJson,
    security(("session" = ["registrar"])),
    responses((status = 201, description = "The schema", body = Schema)))]
async fn add(
    state: State,
    Registrar(staff): Registrar,
    Json(given): Json<SchemaJson>,
) -> Result<(StatusCode, Json<Schema>), Problem> {
    let now = state.now();
    let added = state
        .work(move |office| {
            let schema = office.check_schema(&given)?;
            office.add_schema(&schema, &staff.name, now)?;
            Ok::<_, SchemaRefused>(KnownSchema::new(schema, now))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// What a schema would be.
#[derive(Serialize, ToSchema)]
struct Checked {
    id: Hex<32>,
    /// How large its document is.
    octets: usize,
}

/// Check a schema without adding it
#[utoipa::path(post, path = "/api/schemas/check", tag = "schemas", request_body = SchemaJson,
    security(("session" = ["registrar"])),
    responses((status = 200, description = "It can be added", body = Checked)))]
async fn check(
    state: State,
    _: Registrar,
    Json(given): Json<SchemaJson>,
) -> Result<Json<Checked>, Problem> {
    let schema = state
        .work(move |office| office.check_schema(&given))
        .await?;
    Ok(Json(Checked {
        id: Hex(schema.id().0),
        octets: schema.to_octets().len(),
    }))
}
