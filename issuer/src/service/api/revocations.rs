//! Revocation: one asks, another decides.

use axum::http::StatusCode;
use glimpse_core::credential::RevocationCode;
use glimpse_core::ids::Handle;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ids::RevocationId;
use crate::json::FieldError;
use crate::revocation::{self, Reason, RevocationError, RevocationState};
use crate::service::State;
use crate::service::extract::{Hex, Id, Json, Path, Query};
use crate::service::paging::{Page, Paging};
use crate::service::problem::Problem;
use crate::service::session::{Clerk, Registrar};
use crate::staff::Role;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(request))
        .routes(routes!(list, request_by_code))
        .routes(routes!(confirm))
        .routes(routes!(refuse))
}

impl From<RevocationError> for Problem {
    fn from(error: RevocationError) -> Self {
        let title = error.to_string();
        match error {
            RevocationError::Unknown => Self::not_found(),
            RevocationError::Requested => Self::new(StatusCode::CONFLICT, "exists", &title),
            RevocationError::Revoked | RevocationError::Decided => Self::state(&title),
            RevocationError::SecondPerson => Self::second_person(),
            RevocationError::Invalid(error) => Self::invalid(vec![error]),
            RevocationError::Office(error) => error.into(),
        }
    }
}

/// A request to revoke a credential.
#[derive(Serialize, ToSchema)]
struct Revocation {
    id: Id,
    /// The credential.
    handle: Hex<8>,
    /// Whose it is, where her record is in the office's list.
    #[serde(skip_serializing_if = "Option::is_none")]
    resident: Option<Id>,
    /// Her first two texts.
    name: String,
    schema: Hex<32>,
    reason: Reason,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    requested: u64,
    requested_by: String,
    state: RevocationState,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
}

impl From<revocation::Revocation> for Revocation {
    fn from(revocation: revocation::Revocation) -> Self {
        let resident = revocation.resident;
        Self {
            id: Hex(revocation.id.0),
            handle: Hex(revocation.handle.0),
            name: resident
                .as_ref()
                .map_or_else(String::new, |r| r.record.name()),
            resident: resident.map(|r| Hex(r.id.0)),
            schema: Hex(revocation.schema.0),
            reason: revocation.reason,
            note: revocation.note.to_string(),
            requested: revocation.requested.0,
            requested_by: revocation.requested_by,
            state: revocation.state,
            decided: revocation.decided.map(|at| at.0),
            decided_by: revocation.decided_by,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRevocation {
    reason: Reason,
    /// At most 500 characters.
    #[serde(default)]
    note: String,
}

/// Ask that a credential be revoked
#[utoipa::path(post, path = "/api/credentials/{handle}/revocation", tag = "revocations",
    params(("handle" = Hex<8>, Path)), request_body = NewRevocation,
    security(("session" = ["clerk", "registrar"])),
    responses((status = 201, description = "The request", body = Revocation)))]
async fn request(
    state: State,
    Clerk(staff): Clerk,
    Path(handle): Path<Hex<8>>,
    Json(given): Json<NewRevocation>,
) -> Result<(StatusCode, Json<Revocation>), Problem> {
    let now = state.now();
    let made = state
        .work(move |office| {
            let (handle, rng) = (Handle(handle.0), &mut glimpse_terminal::rng());
            let NewRevocation { reason, note } = given;
            let id = office.request_revocation(handle, reason, &note, &staff.name, now, rng)?;
            office.revocation(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ByCode {
    /// The code that the holder kept, as it was typed.
    code: String,
    reason: Reason,
    /// At most 500 characters.
    #[serde(default)]
    note: String,
}

/// Ask that the credential of a revocation code be revoked
#[utoipa::path(post, path = "/api/revocations", tag = "revocations", request_body = ByCode,
    security(("session" = ["clerk", "registrar"])),
    responses((status = 201, description = "The request", body = Revocation)))]
async fn request_by_code(
    state: State,
    Clerk(staff): Clerk,
    Json(given): Json<ByCode>,
) -> Result<(StatusCode, Json<Revocation>), Problem> {
    let now = state.now();
    let code = RevocationCode::read(&given.code).map_err(|error| {
        let error = FieldError::new("code", "revocation-code", error.to_string());
        Problem::invalid(vec![error])
    })?;
    let made = state
        .work(move |office| {
            let (handle, rng) = (office.credential_of(&code)?, &mut glimpse_terminal::rng());
            let ByCode { reason, note, .. } = given;
            let id = office.request_revocation(handle, reason, &note, &staff.name, now, rng)?;
            office.revocation(id)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Chosen {
    /// In this state.
    state: Option<RevocationState>,
}

/// Requests to revoke, newest first
#[utoipa::path(get, path = "/api/revocations", tag = "revocations", params(Chosen, Paging),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "A page of requests", body = Page<Revocation>)))]
async fn list(
    state: State,
    _: Clerk,
    Query(chosen): Query<Chosen>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Revocation>>, Problem> {
    let (skip, most) = paging.skip_take()?;
    let found = state.work(move |office| office.revocations(chosen.state, skip, most));
    let (found, total) = found.await?;
    let items = found.into_iter().map(Revocation::from).collect();
    Ok(Json(paging.page(items, total)))
}

/// Confirm what somebody else asked for: the credential is absent from the next renewal
#[utoipa::path(post, path = "/api/revocations/{id}/confirm", tag = "revocations",
    params(("id" = Id, Path)), security(("session" = ["registrar"])),
    responses((status = 204, description = "The credential is revoked")))]
async fn confirm(
    state: State,
    Registrar(staff): Registrar,
    Path(id): Path<Id>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.decide_revocation(RevocationId(id.0), true, &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuse a request, or take one's own back
#[utoipa::path(post, path = "/api/revocations/{id}/refuse", tag = "revocations",
    params(("id" = Id, Path)), security(("session" = ["clerk", "registrar"])),
    responses((status = 204, description = "The credential stays")))]
async fn refuse(
    state: State,
    Clerk(staff): Clerk,
    Path(id): Path<Id>,
) -> Result<StatusCode, Problem> {
    let (id, now) = (RevocationId(id.0), state.now());
    state
        .work(move |office| {
            // Who asked never changes, so this holds until the decision.
            let own = office.revocation(id)?.requested_by == staff.name;
            if staff.role != Role::Registrar && !own {
                return Err(Problem::forbidden());
            }
            Ok(office.decide_revocation(id, false, &staff.name, now)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
