//! A moment by both of a machine's clocks: the one on the wall, which anybody may set, and the one
//! that counts since it started, which nobody can.

use std::sync::OnceLock;
#[cfg(not(target_os = "linux"))]
use std::time::Instant;

use glimpse_core::ids::UnixTime;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// By the clock that can be set.
    pub wall: UnixTime,
    /// Seconds since this start of the machine.
    pub boot: u64,
    /// Which start of the machine.
    pub boot_id: [u8; 16],
}

impl Moment {
    /// Now; `wall` says what the clock that can be set says.
    pub fn at(wall: UnixTime) -> Self {
        let (boot, boot_id) = since_boot();
        Self {
            wall,
            boot,
            boot_id,
        }
    }

    /// Seconds that have certainly passed since an earlier moment: within one start of the machine
    /// by both clocks. Nothing where the wall clock was set back behind it.
    pub(crate) fn since(&self, earlier: &Self) -> Option<u64> {
        let wall = self.wall.0.checked_sub(earlier.wall.0)?;
        if self.boot_id == earlier.boot_id {
            Some(wall.min(self.boot.saturating_sub(earlier.boot)))
        } else {
            Some(wall)
        }
    }

    /// Seconds without a touch: within one start of the machine, setting the clock changes nothing.
    pub(crate) fn idle_since(&self, earlier: &Self) -> u64 {
        if self.boot_id == earlier.boot_id {
            self.boot.saturating_sub(earlier.boot)
        } else {
            self.wall.0.saturating_sub(earlier.wall.0)
        }
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> (u64, [u8; 16]) {
    static BOOT: OnceLock<[u8; 16]> = OnceLock::new();
    let id = BOOT.get_or_init(|| {
        let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let text: String = text.trim().chars().filter(|c| *c != '-').collect();
        glimpse_terminal::hex(&text).unwrap_or_else(|_| this_process())
    });
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    (time.tv_sec.unsigned_abs(), *id)
}

#[cfg(not(target_os = "linux"))]
fn since_boot() -> (u64, [u8; 16]) {
    static BEGUN: OnceLock<([u8; 16], Instant)> = OnceLock::new();
    let (id, begun) = BEGUN.get_or_init(|| (this_process(), Instant::now()));
    (begun.elapsed().as_secs(), *id)
}

/// Where the system does not say which start it is, a process is one.
fn this_process() -> [u8; 16] {
    let mut id = [0; 16];
    rand_core::Rng::fill_bytes(&mut glimpse_terminal::rng(), &mut id);
    id
}
