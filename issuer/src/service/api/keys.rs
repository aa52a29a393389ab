//! The office's keys, to look at: ceremonies are held on the command line.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::service::State;
use crate::service::extract::{Hex, Json};
use crate::service::problem::Problem;
use crate::service::session::Staff;
use crate::{KeyReport, KeyState};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The office's keys.
#[derive(Serialize, ToSchema)]
struct Keys {
    signing: SigningKeys,
    /// In the order in which they were made.
    credential: Vec<CredentialKey>,
}

/// The Ed25519 keys of offers and manifests.
#[derive(Serialize, ToSchema)]
struct SigningKeys {
    key: Hex<32>,
    /// Published, and signs nothing yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Hex<32>>,
}

/// A BBS key.
#[derive(Serialize, ToSchema)]
struct CredentialKey {
    id: Hex<8>,
    /// Absent where it is not known, as are the two after it where the trust-list entry says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<u64>,
    state: Stage,
    /// How many live credentials it has signed.
    live: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = KeyState)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Next,
    Current,
    Retiring,
    Retired,
}

impl From<KeyReport> for CredentialKey {
    fn from(key: KeyReport) -> Self {
        Self {
            id: Hex(key.id.0),
            created: Some(key.created.0).filter(|at| *at > 0),
            not_before: key.window.map(|window| window.not_before.0),
            not_after: key.window.map(|window| window.not_after.0),
            state: match key.state {
                KeyState::Next => Stage::Next,
                KeyState::Current => Stage::Current,
                KeyState::Retiring => Stage::Retiring,
                KeyState::Retired => Stage::Retired,
            },
            live: key.live,
        }
    }
}

/// The office's keys
#[utoipa::path(get, path = "/api/keys", tag = "office",
    security(("session" = ["clerk", "registrar", "auditor"])),
    responses((status = 200, description = "The keys", body = Keys)))]
async fn show(state: State, _: Staff) -> Result<Json<Keys>, Problem> {
    let keys = state
        .work(|office| {
            let signing = SigningKeys {
                key: Hex(office.signing_key().to_bytes()),
                next: office.next_signing_key().map(|key| Hex(key.to_bytes())),
            };
            let credential = office.keys()?.into_iter().map(CredentialKey::from);
            Ok::<_, crate::OfficeError>(Keys {
                signing,
                credential: credential.collect(),
            })
        })
        .await?;
    Ok(Json(keys))
}
