//! The audit trail.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::records::audit::{self, Filter};
use crate::service::State;
use crate::service::extract::{Hex, Json, Query};
use crate::service::paging::{Page, Paging};
use crate::service::problem::Problem;
use crate::service::session::Auditor;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(check))
}

/// An entry of the trail.
#[derive(Serialize, ToSchema)]
struct Entry {
    /// From 1, without gaps.
    number: u64,
    at: u64,
    /// A member of staff, `wallet`, `command` or `office`.
    actor: String,
    /// What was done, such as `credential.issue`.
    action: String,
    /// To which record, by its id.
    subject: String,
    /// A word more.
    detail: String,
    /// Of this entry and all before it.
    digest: Hex<32>,
}

impl From<audit::Entry> for Entry {
    fn from(entry: audit::Entry) -> Self {
        Self {
            number: entry.number,
            at: entry.at.0,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            detail: entry.detail,
            digest: Hex(entry.digest),
        }
    }
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Chosen {
    /// Exactly this actor.
    actor: String,
    /// Exactly this action.
    action: String,
}

/// What a check of the trail found.
#[derive(Serialize, ToSchema)]
struct Checked {
    entries: u64,
    whole: bool,
    /// The first entry that is not what was written, or is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_at: Option<u64>,
    /// The last digest: kept elsewhere, it shows later that nothing was cut off.
    head: Hex<32>,
}

/// Entries of the audit trail, newest first
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(Chosen, Paging),
    security(("session" = ["auditor", "registrar"])),
    responses((status = 200, description = "A page of entries", body = Page<Entry>)))]
async fn list(
    state: State,
    _: Auditor,
    Query(chosen): Query<Chosen>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Entry>>, Problem> {
    let (skip, most) = paging.skip_take()?;
    let (entries, total) = state
        .work(move |office| {
            let filter = Filter {
                actor: &chosen.actor,
                action: &chosen.action,
            };
            office
                .store()
                .read(|tx| audit::list(tx, filter, skip, most))
        })
        .await?;
    let entries = entries.into_iter().map(Entry::from).collect();
    Ok(Json(paging.page(entries, total)))
}

/// Check the whole audit trail
#[utoipa::path(get, path = "/api/audit/check", tag = "audit",
    security(("session" = ["auditor", "registrar"])),
    responses((status = 200, description = "What the check found", body = Checked)))]
async fn check(state: State, _: Auditor) -> Result<Json<Checked>, Problem> {
    let found = state.work(|office| office.check_audit()).await?;
    Ok(Json(Checked {
        entries: found.entries,
        whole: found.broken_at.is_none(),
        broken_at: found.broken_at,
        head: Hex(found.head),
    }))
}
