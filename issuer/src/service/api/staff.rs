//! Those who may sign in.

use axum::http::StatusCode;
use glimpse_terminal::rng;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::State;
use crate::service::extract::{Id, Json, Path, Secret};
use crate::service::problem::Problem;
use crate::service::session::Registrar;
use crate::staff::{Change, Role};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change))
}

/// A member of staff.
#[derive(Serialize, ToSchema)]
struct Member {
    id: Id,
    name: String,
    role: Role,
    /// Whether there is a second factor.
    totp: bool,
    disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    locked_until: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<u64>,
}

impl From<crate::staff::Member> for Member {
    fn from(member: crate::staff::Member) -> Self {
        Self {
            id: crate::service::extract::Hex(member.id),
            name: member.name,
            role: member.role,
            totp: member.totp,
            disabled: member.disabled,
            locked_until: member.locked.map(|time| time.0),
            last_seen: member.seen.map(|time| time.0),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMember {
    /// 1 to 64 characters on one line.
    name: String,
    role: Role,
    /// At least 12 characters.
    password: Secret,
}

/// What is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Changes {
    role: Option<Role>,
    disabled: Option<bool>,
    password: Option<Secret>,
    #[serde(default)]
    reset_totp: bool,
    #[serde(default)]
    unlock: bool,
}

/// Who may sign in
#[utoipa::path(get, path = "/api/staff", tag = "staff", security(("session" = ["registrar"])),
    responses((status = 200, description = "Everybody, by name", body = Vec<Member>)))]
async fn list(state: State, _: Registrar) -> Result<Json<Vec<Member>>, Problem> {
    let now = state.now();
    let all = state.work(move |office| office.staff(now)).await?;
    Ok(Json(all.into_iter().map(Member::from).collect()))
}

/// Add somebody who may sign in
#[utoipa::path(post, path = "/api/staff", tag = "staff", request_body = NewMember,
    security(("session" = ["registrar"])),
    responses((status = 201, description = "She may sign in now", body = Member)))]
async fn add(
    state: State,
    Registrar(staff): Registrar,
    Json(new): Json<NewMember>,
) -> Result<(StatusCode, Json<Member>), Problem> {
    let now = state.now();
    let added = state
        .hash(move |office| {
            office.add_staff(
                &new.name,
                new.role,
                &new.password.0,
                &staff.name,
                now,
                &mut rng(),
            )
        })
        .await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// Change what somebody may do, or how she signs in
///
/// Her sessions end, unless she is only unlocked.
#[utoipa::path(put, path = "/api/staff/{id}", tag = "staff", request_body = Changes,
    params(("id" = Id, Path)), security(("session" = ["registrar"])),
    responses((status = 200, description = "As she is now", body = Member)))]
async fn change(
    state: State,
    Registrar(staff): Registrar,
    Path(id): Path<Id>,
    Json(changes): Json<Changes>,
) -> Result<Json<Member>, Problem> {
    let now = state.now();
    let change = Change {
        role: changes.role,
        disabled: changes.disabled,
        password: changes.password.map(|password| password.0),
        reset_totp: changes.reset_totp,
        unlock: changes.unlock,
    };
    let changed = state
        .hash(move |office| {
            office.change_staff(
                &id.0,
                &change,
                Some(&staff.id),
                &staff.name,
                now,
                &mut rng(),
            )
        })
        .await?;
    Ok(Json(changed.into()))
}
