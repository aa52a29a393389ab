//! How renewals stand, and asking for one.

use axum::http::StatusCode;
use glimpse_core::ids::{EpochDay, SchemaId, UnixTime};
use glimpse_core::predicate::dates::AttributeDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::renewal::{RenewalState, RenewalStatus};
use crate::service::State;
use crate::service::extract::{Hex, Json};
use crate::service::problem::Problem;
use crate::service::session::{Registrar, Staff};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(list, start))
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Due,
    Running,
    Done,
    Failed,
}

/// The renewal of a schema's credentials that one key has signed.
#[derive(Serialize, ToSchema)]
struct Renewal {
    schema: Hex<32>,
    key: Hex<8>,
    /// The day that answers show.
    epoch: String,
    /// When the next one begins.
    next: String,
    state: Stage,
    buckets: u64,
    done: u64,
    /// How many credentials the published files renew.
    renewed: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    finished: Option<u64>,
    /// How many octets the published files have.
    octets: u64,
    /// Why it failed, in English, naming a credential by its handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

fn date(day: EpochDay) -> String {
    let date = AttributeDate::at(UnixTime(u64::from(day.0) * 86_400), 0);
    date.map_or_else(|_| day.0.to_string(), |date| date.to_string())
}

impl From<RenewalStatus> for Renewal {
    fn from(status: RenewalStatus) -> Self {
        Self {
            schema: Hex(status.schema.0),
            key: Hex(status.key.0),
            epoch: date(status.epoch),
            next: date(status.next),
            state: match status.state {
                None => Stage::Due,
                Some(RenewalState::Running) => Stage::Running,
                Some(RenewalState::Done) => Stage::Done,
                Some(RenewalState::Failed) => Stage::Failed,
            },
            buckets: status.buckets,
            done: status.done,
            renewed: status.renewed,
            started: status.started.map(|at| at.0),
            finished: status.finished.map(|at| at.0),
            octets: status.size,
            failure: status.failure,
        }
    }
}

/// How each renewal stands
#[utoipa::path(get, path = "/api/renewals", tag = "renewal",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "One for each schema and key", body = [Renewal])))]
async fn list(state: State, _: Staff) -> Result<Json<Vec<Renewal>>, Problem> {
    let now = state.now();
    let all = state.work(move |office| office.renewal_status(now)).await?;
    Ok(Json(all.into_iter().map(Renewal::from).collect()))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Start {
    schema: Hex<32>,
}

/// Renew now what has changed since the last run
#[utoipa::path(post, path = "/api/renewals", tag = "renewal", request_body = Start,
    security(("session" = ["registrar"])),
    responses((status = 202, description = "It begins")))]
async fn start(
    state: State,
    Registrar(staff): Registrar,
    Json(start): Json<Start>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.ask_renewal(SchemaId(start.schema.0), &staff.name, now))
        .await?;
    state.0.scheduler.wake();
    Ok(StatusCode::ACCEPTED)
}
