//! Counts for the page that staff begins with.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::OfficeError;
use crate::records::{holders, imports, invitations, residents, revocations};
use crate::service::State;
use crate::service::extract::Json;
use crate::service::problem::Problem;
use crate::service::session::Staff;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(show))
}

/// How much there is, and how much waits.
#[derive(Serialize, ToSchema)]
struct Overview {
    residents: u64,
    /// Credentials that are live.
    live: u64,
    /// Invitations that a credential can still come of.
    open_invitations: u64,
    /// Invitations that wait for approval.
    approvals: u64,
    /// Revocations that wait for a decision.
    revocations: u64,
    /// Imports that are being checked or run.
    imports_running: u64,
    /// Renewals that are due or under way.
    renewals_due: u64,
}

/// Counts
#[utoipa::path(get, path = "/api/overview", tag = "office",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "Counts", body = Overview)))]
async fn show(state: State, _: Staff) -> Result<Json<Overview>, Problem> {
    let now = state.now();
    let counts = state.work(move |office| {
        let renewals_due = office.renewals_due(now)?;
        office.store().read(|tx| {
            let (open_invitations, approvals) = invitations::counts(tx, now)?;
            let sum = |counts: Vec<(_, u64)>| counts.iter().map(|(_, count)| count).sum();
            Ok::<_, OfficeError>(Overview {
                residents: sum(residents::counts(tx)?),
                live: sum(holders::live_counts(tx)?),
                open_invitations,
                approvals,
                revocations: revocations::open(tx)?,
                imports_running: imports::at_work(tx)?,
                renewals_due,
            })
        })
    });
    Ok(Json(counts.await?))
}
