//! The office as a service: the JSON interface of its page, OpenID4VCI for wallets, renewal files
//! for everybody. What it does is done by [`Office`] in blocking threads, since it is cryptography
//! and a database's work; handlers only translate.

pub mod problem;

use std::sync::Arc;

use crate::Office;
use problem::Problem;

/// What every handler has.
#[derive(Clone)]
pub struct State(pub(crate) Arc<Shared>);

/// One service's shared parts.
pub(crate) struct Shared {
    pub(crate) office: Office,
}

impl State {
    /// Does the office's work in a thread that may block.
    pub(crate) async fn work<T, E>(
        &self,
        work: impl FnOnce(&Office) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
    {
        let shared = self.0.clone();
        let done = tokio::task::spawn_blocking(move || work(&shared.office)).await;
        match done {
            Ok(done) => done.map_err(Into::into),
            // It panicked; the hook has said where, and nothing was committed.
            Err(_) => Err(Problem::internal()),
        }
    }
}
