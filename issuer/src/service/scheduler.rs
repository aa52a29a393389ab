//! What the service does of itself: renewals when they are due, and following key ceremonies that
//! another process holds.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::State;
use crate::renewal::{Renewer, RunError};
use crate::{Office, OfficeError};

/// How often it looks.
const PERIOD: Duration = Duration::from_secs(30);
const RENEWED: &str = "glimpse_renewed_total";
const SIGNED: &str = "glimpse_renewal_buckets_signed_total";
const FAILED: &str = "glimpse_renewal_failures_total";

/// By which a handler wakes the scheduler, and the end of the service stops it.
#[derive(Default)]
pub(crate) struct Scheduler {
    wake: Notify,
    stop: AtomicBool,
}

impl Scheduler {
    /// There may be something to do now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// The bucket under way is finished, and then no other begins.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }
}

/// Looks for work until the service stops.
pub(super) async fn run(state: State) {
    metrics::describe_counter!(
        RENEWED,
        "Credentials in renewals that this service published"
    );
    metrics::describe_counter!(SIGNED, "Buckets that this service signed");
    metrics::describe_counter!(FAILED, "Times that renewing failed");
    let scheduler = &state.0.scheduler;
    while !scheduler.stop.load(Ordering::Relaxed) {
        let shared = state.0.clone();
        // What goes wrong is in the log; the next look tries again.
        let _ = state
            .work(move |office| {
                look(office, &shared.clock, &shared.scheduler.stop);
                Ok::<_, OfficeError>(())
            })
            .await;
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = scheduler.wake.notified() => {}
        }
    }
}

fn look(office: &Office, clock: &super::Clock, stop: &AtomicBool) {
    match office.refresh_keys() {
        Ok(false) => {}
        Ok(true) => tracing::info!("the office's keys have changed"),
        Err(error) => {
            // What old keys sign must not be published: somebody else may have ended their time.
            metrics::counter!(FAILED).increment(1);
            tracing::error!(%error, "start the service again to follow the keys");
            return;
        }
    }
    let clock = || clock();
    match Renewer::new(office, &clock).until(stop).run_due() {
        Ok(published) => {
            for renewal in published {
                metrics::counter!(RENEWED).increment(renewal.renewed);
                metrics::counter!(SIGNED).increment(renewal.signed);
                tracing::info!(
                    key = %renewal.key,
                    epoch = renewal.epoch.0,
                    renewed = renewal.renewed,
                    signed = renewal.signed,
                    "renewed"
                );
            }
        }
        Err(OfficeError::Renewal(RunError::Stopped)) => tracing::info!("a renewal waits"),
        Err(error) => {
            metrics::counter!(FAILED).increment(1);
            tracing::error!(%error, "renewing");
        }
    }
}
