//! OpenID4VCI 1.0 for wallets, one file a part. What these endpoints do is in
//! [`crate::invitation`]; here it is read and said. spec:GL-8-WAY

mod authorize;
mod credential;
mod error;
mod form;
mod language;
mod metadata;
mod page;
mod par;
mod token;

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;

use crate::Office;
use crate::invitation::InvitationError;
use crate::service::State;
use crate::service::problem::Problem;
use error::{Refused, Words};

pub(super) use metadata::description;

pub(super) fn routes() -> OpenApiRouter<State> {
    OpenApiRouter::new()
        .merge(metadata::routes())
        .merge(par::routes())
        .merge(authorize::routes())
        .merge(token::routes())
        .merge(credential::routes())
}

/// Nothing of this is kept by anybody on the way.
const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Does the office's work, and says a refusal in this endpoint's words.
async fn ask<T: Send + 'static>(
    state: &State,
    words: Words,
    work: impl FnOnce(&Office) -> Result<T, InvitationError> + Send + 'static,
) -> Result<T, Refused> {
    let done = state.work(|office| Ok::<_, Problem>(work(office))).await?;
    done.map_err(|error| words.say(error))
}

/// Tidies up every ten minutes, as long as the service runs.
pub(super) async fn tidy(state: State) {
    let mut often = tokio::time::interval(Duration::from_secs(600));
    loop {
        often.tick().await;
        let now = state.now();
        let done = state.work(move |office| office.tidy(now)).await;
        if done.is_err() {
            tracing::warn!("old invitations and tokens are not forgotten yet");
        }
        let done = state.work(move |office| office.forget_sessions(now)).await;
        if done.is_err() {
            tracing::warn!("old sessions and attempts are not forgotten yet");
        }
    }
}

/// The credential issuer's identifier, and an address under it.
fn issuer(state: &State) -> String {
    state.0.public.origin.clone()
}

fn under(state: &State, path: impl fmt::Display) -> String {
    format!("{}{path}", state.0.public.origin)
}
