//! What tells a service the time, so that tests may.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use glimpse_core::ids::UnixTime;

/// What tells the time.
pub type Clock = Arc<dyn Fn() -> UnixTime + Send + Sync>;

/// The machine's clock. One before 1970 stands at 1970, which is before any key or list is good.
pub fn clock() -> Clock {
    let since = || SystemTime::now().duration_since(UNIX_EPOCH);
    Arc::new(move || UnixTime(since().map_or(0, |d| d.as_secs())))
}
