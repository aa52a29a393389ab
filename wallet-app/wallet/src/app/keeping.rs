//! Backups: made, and restored on a new device.

use glimpse_terminal::rng;

use super::views::{BackupView, Status};
use super::{Answer, App, moment, now};
use crate::Wallet;

impl App {
    /// Writes a backup under fresh words. They are shown this once and kept nowhere.
    ///
    /// # Errors
    /// [`FaultCode::Locked`](super::views::FaultCode::Locked),
    /// [`FaultCode::Full`](super::views::FaultCode::Full).
    pub fn back_up(&self) -> Answer<BackupView> {
        let now = now()?;
        let mut inner = self.inner();
        let made = inner
            .wallet()?
            .back_up(&self.home.backups, now, &mut rng())?;
        Ok(BackupView {
            words: made.words.into_iter().map(str::to_owned).collect(),
            file: made.file.display().to_string(),
        })
    }

    /// Makes a wallet of a backup where there is none, and opens it.
    ///
    /// # Errors
    /// [`FaultCode::Backup`](super::views::FaultCode::Backup),
    /// [`FaultCode::Exists`](super::views::FaultCode::Exists),
    /// [`FaultCode::WeakPin`](super::views::FaultCode::WeakPin).
    pub fn restore(&self, file: &[u8], words: &str, pin: &str) -> Answer<Status> {
        let (home, now) = (&self.home, moment()?);
        let mut inner = self.inner();
        let to = (&home.place(), pin.as_bytes(), home.cost());
        let by = (home.roots.as_ref(), now.wall);
        let wallet = Wallet::restore(to, (file, words), by, &mut rng())?;
        self.opened(&mut inner, wallet, now);
        drop(inner);
        Ok(self.status())
    }
}
