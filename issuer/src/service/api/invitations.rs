//! Invitations to fetch a credential online, and a second person's approval of them.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ids::{InvitationId, ResidentId};
use crate::invitation::{self, InvitationError, MAX_DEVICES, MINUTES, Offered, Terms};
use crate::letter::{Language, LetterInput};
use crate::qr;
use crate::service::State;
use crate::service::extract::{Hex, Id, Json, Path, Query};
use crate::service::openid4vci::description;
use crate::service::paging::{Page, Paging};
use crate::service::problem::{FieldError, Problem};
use crate::service::session::{Clerk, Registrar};

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show, cancel))
        .routes(routes!(letter))
        .routes(routes!(approvals))
        .routes(routes!(approve))
        .routes(routes!(refuse))
}

/// An invitation.
#[derive(Serialize, ToSchema)]
pub(crate) struct Invitation {
    id: Id,
    resident: Id,
    created: u64,
    created_by: String,
    /// Until when its codes are taken.
    expires: u64,
    /// How many credentials may come of it.
    devices: u32,
    /// How many have.
    issued: u32,
    state: &'static str,
    /// Whether a second person is to approve.
    approval: bool,
}

impl Invitation {
    pub(crate) fn of(invitation: &invitation::Invitation, now: UnixTime) -> Self {
        Self {
            id: Hex(invitation.id.0),
            resident: Hex(invitation.resident.0),
            created: invitation.created.0,
            created_by: invitation.created_by.clone(),
            expires: invitation.expires.0,
            devices: invitation.devices,
            issued: invitation.issued,
            state: invitation.state(now).word(),
            approval: invitation.approval,
        }
    }
}

/// An invitation, with what its holder is given as long as it is open.
#[derive(Serialize, ToSchema)]
struct Shown {
    #[serde(flatten)]
    invitation: Invitation,
    #[serde(flatten)]
    given: Option<Given>,
}

/// What the holder is given.
#[derive(Serialize, ToSchema)]
struct Given {
    /// The offer by reference, as a link.
    offer_uri: String,
    /// The same as a QR symbol, SVG.
    offer_qr: String,
    /// The offer with all in it, as a link.
    offer_value_uri: String,
    /// The same as a QR symbol, SVG.
    offer_value_qr: String,
    /// The transaction code, to be said or sent apart from the rest.
    code: String,
    /// The number for a wallet that cannot take the offer.
    number: String,
}

impl Given {
    fn of(offered: &Offered, state: &State) -> Result<Self, Problem> {
        let issuer = &state.0.public.origin;
        let offer_uri = offered.by_reference(issuer);
        let offer_value_uri = offered.by_value(issuer, description("en"));
        let drawn = |text: &str| qr::svg(text).ok_or_else(Problem::internal);
        Ok(Self {
            offer_qr: drawn(&offer_uri)?,
            offer_value_qr: drawn(&offer_value_uri)?,
            offer_uri,
            offer_value_uri,
            code: offered.transaction_code.to_string(),
            number: offered.number.to_string(),
        })
    }
}

fn shown(
    state: &State,
    (invitation, offered): (invitation::Invitation, Option<Offered>),
) -> Result<Json<Shown>, Problem> {
    let open = invitation.state(state.now()) == invitation::State::Open;
    let given = offered.filter(|_| open);
    let given = given.map(|offered| Given::of(&offered, state));
    Ok(Json(Shown {
        invitation: Invitation::of(&invitation, state.now()),
        given: given.transpose()?,
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    /// How many credentials may come of it.
    #[schema(minimum = 1, maximum = 4)]
    devices: u32,
    /// How long its codes are taken.
    #[schema(minimum = 5, maximum = 43_200)]
    minutes: u32,
    /// Whether a second person is to approve.
    approval: bool,
}

/// Invite a resident
#[utoipa::path(post, path = "/api/residents/{id}/invitations", tag = "invitations",
    params(("id" = Id, Path)), request_body = NewInvitation,
    security(("session" = ["clerk", "registrar"])),
    responses((status = 201, description = "The invitation", body = Shown)))]
async fn create(
    state: State,
    Clerk(staff): Clerk,
    Path(id): Path<Id>,
    Json(new): Json<NewInvitation>,
) -> Result<(StatusCode, Json<Shown>), Problem> {
    let mut errors = Vec::new();
    if !(1..=MAX_DEVICES).contains(&new.devices) {
        let message = "must be from 1 to 4";
        errors.push(FieldError::new("devices", "range", message));
    }
    if !MINUTES.contains(&new.minutes) {
        let message = "must be from 5 minutes to 30 days";
        errors.push(FieldError::new("minutes", "range", message));
    }
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let now = state.now();
    let invited = state.work(move |office| {
        let terms = Terms {
            devices: new.devices,
            minutes: new.minutes,
            approval: new.approval,
        };
        let (resident, rng) = (ResidentId(id.0), &mut glimpse_terminal::rng());
        let (invitation, offered) = office.invite(resident, terms, &staff.name, now, rng)?;
        Ok::<_, InvitationError>((invitation, Some(offered)))
    });
    Ok((StatusCode::CREATED, shown(&state, invited.await?)?))
}

/// An invitation, for the page that waits for the wallet
#[utoipa::path(get, path = "/api/invitations/{id}", tag = "invitations",
    params(("id" = Id, Path)), security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "The invitation", body = Shown)))]
async fn show(state: State, _: Clerk, Path(id): Path<Id>) -> Result<Json<Shown>, Problem> {
    let found = state.work(move |office| office.invitation(InvitationId(id.0)));
    shown(&state, found.await?)
}

/// In which language a letter is.
#[derive(Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Tongue {
    #[param(value_type = String, pattern = "^(en|nl|fr)$")]
    language: String,
}

impl Default for Tongue {
    fn default() -> Self {
        Self {
            language: "en".to_owned(),
        }
    }
}

/// The letter with the offer, and the transaction code on a sheet of its own
#[utoipa::path(get, path = "/api/invitations/{id}/letter.pdf", tag = "invitations",
    params(("id" = Id, Path), Tongue), security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "Two sheets", content_type = "application/pdf", body = Vec<u8>)))]
async fn letter(
    state: State,
    _: Clerk,
    Path(id): Path<Id>,
    Query(tongue): Query<Tongue>,
) -> Result<impl IntoResponse, Problem> {
    let language = Language::of(&tongue.language);
    if language.tag() != tongue.language {
        return Err(Problem::bad_request("the language is en, nl or fr"));
    }
    let (now, issuer) = (state.now(), state.0.public.origin.clone());
    let names: Vec<_> = state.config().names.clone().into_iter().collect();
    let made = state.work(move |office| {
        let (invitation, offered) = office.invitation(InvitationId(id.0))?;
        let open = invitation.state(now) == invitation::State::Open;
        let offered = offered.filter(|_| open).ok_or(InvitationError::State)?;
        let record = office.resident(invitation.resident);
        let record = record.map_err(InvitationError::from)?.record;
        let schema = office.schema(invitation.schema)?;
        let names: Vec<_> = names
            .iter()
            .map(|(l, n)| (l.as_str(), n.as_str()))
            .collect();
        let names = Texts::new(&names);
        let name = record.name();
        let input = LetterInput {
            language,
            office: names.get(language.tag()),
            card: schema.names.get(language.tag()),
            name: &name,
            offer_uri: &offered.by_reference(&issuer),
            code: &offered.transaction_code,
            number: &offered.number,
            expires: invitation.expires,
            devices: u8::try_from(invitation.devices).unwrap_or(u8::MAX),
            now,
            minutes_ahead: None,
        };
        crate::letter::letter(&input).map_err(|error| {
            tracing::error!(%error, "letter");
            Problem::internal()
        })
    });
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"letter.pdf\"",
        ),
    ];
    Ok((headers, made.await?))
}

/// Take an invitation back
#[utoipa::path(delete, path = "/api/invitations/{id}", tag = "invitations",
    params(("id" = Id, Path)), security(("session" = ["clerk", "registrar"])),
    responses((status = 204, description = "Its codes and tokens are not taken any more")))]
async fn cancel(
    state: State,
    Clerk(staff): Clerk,
    Path(id): Path<Id>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.cancel(InvitationId(id.0), &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A wallet's request that waits for a second person.
#[derive(Serialize, ToSchema)]
struct Approval {
    invitation: Id,
    resident: Id,
    name: String,
    schema: Hex<32>,
    /// When the wallet asked.
    requested: u64,
    /// Who made the invitation.
    requested_by: String,
    /// Which version of the record it is: approving names it.
    version: u32,
}

/// What is approved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Approving {
    /// The version of the record that was looked at.
    version: u32,
}

/// What waits for a second person, oldest first
#[utoipa::path(get, path = "/api/approvals", tag = "invitations", params(Paging),
    security(("session" = ["clerk", "registrar"])),
    responses((status = 200, description = "A page of them", body = Page<Approval>)))]
async fn approvals(
    state: State,
    _: Clerk,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Approval>>, Problem> {
    let ((skip, take), now) = (paging.skip_take()?, state.now());
    let found = state.work(move |office| office.approvals(now, skip, take));
    let (found, total) = found.await?;
    let item = |approval: &invitation::Approval| Approval {
        invitation: Hex(approval.invitation.id.0),
        resident: Hex(approval.resident.id.0),
        name: approval.resident.record.name(),
        schema: Hex(approval.invitation.schema.0),
        requested: approval.requested.0,
        requested_by: approval.invitation.created_by.clone(),
        version: approval.resident.version,
    };
    let items = found.iter().map(item).collect();
    Ok(Json(paging.page(items, total)))
}

/// Approve, as somebody else than the maker, the record that was looked at
#[utoipa::path(post, path = "/api/invitations/{id}/approve", tag = "invitations",
    params(("id" = Id, Path)), request_body = Approving, security(("session" = ["registrar"])),
    responses((status = 204, description = "The wallet may fetch the credential")))]
async fn approve(
    state: State,
    Registrar(staff): Registrar,
    Path(id): Path<Id>,
    Json(approving): Json<Approving>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    let (id, version) = (InvitationId(id.0), approving.version);
    state
        .work(move |office| office.approve(id, version, &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuse, as somebody else than the maker
#[utoipa::path(post, path = "/api/invitations/{id}/refuse", tag = "invitations",
    params(("id" = Id, Path)), security(("session" = ["registrar"])),
    responses((status = 204, description = "The invitation is taken back")))]
async fn refuse(
    state: State,
    Registrar(staff): Registrar,
    Path(id): Path<Id>,
) -> Result<StatusCode, Problem> {
    let now = state.now();
    state
        .work(move |office| office.refuse(InvitationId(id.0), &staff.name, now))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
