//! The people whom the office knows.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use glimpse_core::ids::{SchemaId, UnixTime};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Office;
use crate::ids::ResidentId;
use crate::json::{self, FieldError};
use crate::records::holders::HeldCredential;
use crate::residents::{self, Record, ResidentError, ResidentFilter, ResidentState};
use crate::service::State;
use crate::service::api::invitations::Invitation;
use crate::service::extract::{Hex, Id, Json, Path, Query};
use crate::service::paging::{Page, Paging};
use crate::service::problem::Problem;
use crate::service::session::{Clerk, Registrar};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, change, delete))
}

impl From<ResidentError> for Problem {
    fn from(error: ResidentError) -> Self {
        let title = error.to_string();
        match error {
            ResidentError::Unknown => Self::not_found(),
            ResidentError::Exists => Self::new(StatusCode::CONFLICT, "exists", &title),
            ResidentError::Conflict => Self::conflict(),
            ResidentError::InUse => Self::state(&title),
            ResidentError::Invalid(errors) => Self::invalid(errors),
            ResidentError::Office(error) => error.into(),
        }
    }
}

/// A resident in a list.
#[derive(Serialize, ToSchema)]
struct ResidentItem {
    id: Id,
    reference: String,
    /// Her first two texts.
    name: String,
    schema: Hex<32>,
    state: ResidentState,
    created: u64,
    updated: u64,
}

impl From<residents::Resident> for ResidentItem {
    fn from(resident: residents::Resident) -> Self {
        Self {
            id: Hex(resident.id.0),
            reference: resident.record.reference.to_string(),
            name: resident.record.name(),
            schema: Hex(resident.record.schema.0),
            state: resident.state,
            created: resident.created.0,
            updated: resident.updated.0,
        }
    }
}

/// A resident.
#[derive(Serialize, ToSchema)]
struct Resident {
    id: Id,
    reference: String,
    schema: Hex<32>,
    state: ResidentState,
    /// By attribute code: text, a date such as "1990-05-31", a number, an enumeration's code or one
    /// of its names, octets in hexadecimal.
    values: BTreeMap<String, serde_json::Value>,
    /// To be sent with a change.
    version: u32,
    created: u64,
    updated: u64,
    credentials: Vec<Credential>,
    /// Newest first.
    invitations: Vec<Invitation>,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum CredentialState {
    Live,
    Revoking,
    Revoked,
}

/// A credential of a resident.
#[derive(Serialize, ToSchema)]
struct Credential {
    handle: Hex<8>,
    /// The key that signed it.
    key: Hex<8>,
    issued: u64,
    state: CredentialState,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl From<HeldCredential> for Credential {
    fn from(held: HeldCredential) -> Self {
        let state = match (held.revoked, held.revoking) {
            (Some(_), _) => CredentialState::Revoked,
            (None, true) => CredentialState::Revoking,
            (None, false) => CredentialState::Live,
        };
        Self {
            handle: Hex(held.handle.0),
            key: Hex(held.key.0),
            issued: held.issued.0,
            state,
            revoked: held.revoked.map(|at| at.0),
            reason: held.reason,
        }
    }
}

fn read(office: &Office, id: ResidentId, now: UnixTime) -> Result<Resident, Problem> {
    let resident = office.resident(id)?;
    let schema = office.schema(resident.record.schema)?;
    let held = office.credentials_of(id)?;
    let invitations = office.invitations(id)?;
    Ok(Resident {
        id: Hex(id.0),
        reference: resident.record.reference.to_string(),
        schema: Hex(resident.record.schema.0),
        state: resident.state,
        values: json::write_values(&schema, &resident.record.values),
        version: resident.version,
        created: resident.created.0,
        updated: resident.updated.0,
        credentials: held.into_iter().map(Credential::from).collect(),
        invitations: invitations.iter().map(|i| Invitation::of(i, now)).collect(),
    })
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Chosen {
    /// Words that all must occur: whole, or their first letters from three on.
    #[param(max_length = 200)]
    search: String,
    /// Of this schema.
    schema: Option<Hex<32>>,
    /// In this state.
    state: Option<ResidentState>,
}

/// Residents, newest first
#[utoipa::path(get, path = "/api/residents", tag = "residents", params(Chosen, Paging),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "A page of residents", body = Page<ResidentItem>)))]
async fn list(
    state: State,
    _: Clerk,
    Query(chosen): Query<Chosen>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<ResidentItem>>, Problem> {
    let (skip, most) = paging.skip_take()?;
    if chosen.search.chars().count() > 200 {
        return Err(Problem::bad_request("search is too long"));
    }
    let (found, total) = state
        .work(move |office| {
            let filter = ResidentFilter {
                search: &chosen.search,
                schema: chosen.schema.map(|id| SchemaId(id.0)),
                state: chosen.state,
            };
            office.residents(filter, skip, most)
        })
        .await?;
    let items = found.into_iter().map(ResidentItem::from).collect();
    Ok(Json(paging.page(items, total)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewResident {
    schema: Hex<32>,
    /// The office's own reference, 1 to 64 characters, once in a schema.
    reference: String,
    /// By attribute code: text, a date such as "1990-05-31", a number, an enumeration's code or one
    /// of its names, octets in hexadecimal.
    values: BTreeMap<String, serde_json::Value>,
}

/// Make a resident's record
#[utoipa::path(post, path = "/api/residents", tag = "residents", request_body = NewResident,
    security(("session" = ["clerk", "registrar"])),
    responses((status = 201, description = "The resident", body = Resident)))]
async fn create(
    state: State,
    Clerk(staff): Clerk,
    Json(given): Json<NewResident>,
) -> Result<(StatusCode, Json<Resident>), Problem> {
    let now = state.now();
    let made = state
        .work(move |office| {
            let schema = office.schema(SchemaId(given.schema.0)).map_err(unknown)?;
            let record = Record::read(&schema, &given.reference, given.values)?;
            let rng = &mut glimpse_terminal::rng();
            let id = office.create_resident(&record, &staff.name, now, rng)?;
            read(office, id, now)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// A schema that is named in a body is a field like others.
pub(super) fn unknown(error: crate::OfficeError) -> ResidentError {
    match error {
        crate::OfficeError::UnknownSchema => {
            let error = FieldError::new("schema", "unknown", "is no schema of this office");
            ResidentError::Invalid(vec![error])
        }
        error => error.into(),
    }
}

/// A resident
#[utoipa::path(get, path = "/api/residents/{id}", tag = "residents", params(("id" = Id, Path)),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "The resident", body = Resident)))]
async fn show(state: State, _: Clerk, Path(id): Path<Id>) -> Result<Json<Resident>, Problem> {
    let now = state.now();
    let found = state.work(move |office| read(office, ResidentId(id.0), now));
    Ok(Json(found.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangedResident {
    reference: String,
    /// By attribute code: text, a date such as "1990-05-31", a number, an enumeration's code or one
    /// of its names, octets in hexadecimal.
    values: BTreeMap<String, serde_json::Value>,
    /// The version that was changed.
    version: u32,
}

/// Change a resident's reference and values
#[utoipa::path(put, path = "/api/residents/{id}", tag = "residents", params(("id" = Id, Path)),
    request_body = ChangedResident, security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "The resident", body = Resident)))]
async fn change(
    state: State,
    Clerk(staff): Clerk,
    Path(id): Path<Id>,
    Json(given): Json<ChangedResident>,
) -> Result<Json<Resident>, Problem> {
    let (id, now) = (ResidentId(id.0), state.now());
    let changed = state
        .work(move |office| {
            let schema = office.schema(office.resident(id)?.record.schema)?;
            let record = Record::read(&schema, &given.reference, given.values)?;
            let rng = &mut glimpse_terminal::rng();
            office.change_resident(id, given.version, &record, &staff.name, now, rng)?;
            read(office, id, now)
        })
        .await?;
    Ok(Json(changed))
}

/// Delete a resident's record
#[utoipa::path(delete, path = "/api/residents/{id}", tag = "residents", params(("id" = Id, Path)),
    security(("session" = ["registrar"])),
    responses((status = 204, description = "It is gone")))]
async fn delete(
    state: State,
    Registrar(staff): Registrar,
    Path(id): Path<Id>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.delete_resident(ResidentId(id.0), &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
