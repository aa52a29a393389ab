//! What the service does of itself, beside answering.

use std::time::Duration;

use rand_core::Rng;

use super::State;
use super::problem::Problem;

/// How often a worker with nothing to do looks for work, and how long it leaves a database alone
/// that did not answer.
const IDLE: Duration = Duration::from_millis(500);
const TROUBLE: Duration = Duration::from_secs(5);
/// Works on imports for ever. A piece that has begun when the service stops is done or undone
/// whole.
pub(super) async fn import(state: State) {
    let mut worker = [0; 16];
    glimpse_terminal::rng().fill_bytes(&mut worker);
    loop {
        let now = state.now();
        let done: Result<bool, Problem> = state
            .work(move |office| office.work_on_imports(&worker, now, &mut glimpse_terminal::rng()))
            .await;
        match done {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(IDLE).await,
            Err(problem) => {
                tracing::warn!(status = problem.status, "import");
                tokio::time::sleep(TROUBLE).await;
            }
        }
    }
}
