//! Backups: what a wallet holds, in an `age` file that eight words open. Without the device key:
//! whoever restores one has cards to look at, which their offices then bind to the new device.
//! spec:GL-11-BACKUP

mod contents;
mod words;

use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use age::scrypt::{Identity, Recipient};
use age::secrecy::SecretString;
use age::{Decryptor, Encryptor};
use glimpse_core::ids::UnixTime;
use glimpse_core::sealed::Cost;
use glimpse_core::trust::{Accepted, Roots, accept};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

pub use contents::{BackedUp, Contents};

use crate::WalletError;
use crate::vault::{Facts, Place, Vault, VaultError, file_error};
use crate::wallet::Wallet;

/// scrypt with N = 2^16: 64 MiB. Words of 88 bits need no more.
const WORK: u8 = 16;
/// The most that a file may ask for: 256 MiB.
const MOST_WORK: u8 = 18;
/// No backup is larger.
const MOST_OCTETS: usize = 20 << 20;
/// As many backups on one day as anybody makes.
const MOST_A_DAY: u32 = 1000;

/// Why a backup is not made, or does not open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The words are wrong, or the file was changed: the two cannot be told apart.
    #[error("the words are wrong, or the file was changed")]
    Words,
    /// No backup, or cut short.
    #[error("this is no backup of this program, or it is cut short")]
    Damaged,
    /// More work than a backup of this program asks for.
    #[error("this file asks for more memory or time than is acceptable")]
    Work,
    /// It cannot be sealed.
    #[error("the backup cannot be written")]
    Seal,
}

/// A backup that was made.
pub struct Made {
    /// The words that open it.
    pub words: Vec<&'static str>,
    /// Where it is.
    pub file: PathBuf,
}

impl Wallet {
    /// Writes a backup into a folder, under fresh words and a name that is not taken.
    ///
    /// # Errors
    /// [`WalletError::Vault`] where it cannot be written; nothing is then left of it.
    pub fn back_up(
        &mut self,
        folder: &Path,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Made, WalletError> {
        let words = words::fresh(rng);
        let passphrase = Zeroizing::new(words.join("-"));
        let sealed = seal(&self.contents(now)?.to_octets(), &passphrase)?;
        let file = write_new(folder, now, &sealed)?;
        self.vault.identity.set_backed_up()?;
        // Whoever makes a backup of what is there goes on with it.
        self.vault.acknowledge()?;
        for held in &mut self.held {
            held.facts.backed_up = true;
        }
        Ok(Made { words, file })
    }

    fn contents(&self, now: UnixTime) -> Result<Contents, WalletError> {
        let cards = self.vault.identity.credentials()?.into_iter();
        let cards = cards.map(|card| BackedUp {
            record: card.record,
            issuer_url: card.facts.issuer_url,
            issued: card.facts.issued,
            revoked: card.facts.revoked,
        });
        Ok(Contents {
            made: now,
            settings: self.settings()?,
            trust: self.vault.identity.trust()?,
            cards: cards.collect(),
        })
    }

    /// Makes a new wallet of a backup, where there is none or none that can ever be opened again. Its
    /// device key is new; its cards wait for their offices.
    ///
    /// # Errors
    /// [`WalletError::Backup`], and those of [`Wallet::create`].
    pub fn restore(
        (place, pin, cost): (&Place, &[u8], Cost),
        (file, words): (&[u8], &str),
        (roots, now): (Option<&Roots>, UnixTime),
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, WalletError> {
        if Vault::exists(&place.folder) && !Vault::is_lost(place)? {
            return Err(VaultError::Exists.into());
        }
        let contents = open(file, words)?;
        let facts = |card: &BackedUp| Facts {
            issuer_url: card.issuer_url.clone(),
            issued: card.issued,
            revoked: card.revoked,
            rebind: true,
            backed_up: true,
        };
        let vault = Vault::create(place, pin, cost, rng, |identity| {
            let facts: Vec<_> = contents.cards.iter().map(facts).collect();
            let records = contents.cards.iter().map(|card| card.record.as_slice());
            identity.add(&records.zip(&facts).collect::<Vec<_>>())?;
            identity.set_settings(&contents.settings)?;
            // Whoever made the file did not make the list; where this app knows whose lists to
            // accept, it goes by that.
            let accepted = |list: &&Vec<u8>| match roots {
                Some(roots) => accept(None, list, now, roots).is_ok(),
                None => Accepted::restore(list).is_ok(),
            };
            let list = contents.trust.as_ref().filter(accepted);
            list.map_or(Ok(()), |list| identity.set_trust(list))
        })?;
        Self::with(vault)
    }
}

fn seal(contents: &[u8], passphrase: &str) -> Result<Vec<u8>, BackupError> {
    let mut recipient = Recipient::new(SecretString::from(passphrase));
    recipient.set_work_factor(WORK);
    let recipient: &dyn age::Recipient = &recipient;
    let encryptor = Encryptor::with_recipients(std::iter::once(recipient));
    let encryptor = encryptor.map_err(|_| BackupError::Seal)?;
    let mut sealed = Vec::new();
    encryptor
        .wrap_output(&mut sealed)
        .and_then(|mut writer| {
            writer.write_all(contents)?;
            writer.finish()
        })
        .map_err(|_| BackupError::Seal)?;
    Ok(sealed)
}

/// Opens a backup. What it costs is bounded before it is paid.
///
/// # Errors
/// [`BackupError`].
pub fn open(file: &[u8], words: &str) -> Result<Contents, BackupError> {
    if file.len() > MOST_OCTETS {
        return Err(BackupError::Damaged);
    }
    let decryptor = Decryptor::new(file).map_err(|_| BackupError::Damaged)?;
    if !decryptor.is_scrypt() {
        return Err(BackupError::Damaged);
    }
    let passphrase = words::passphrase(words).ok_or(BackupError::Words)?;
    let mut identity = Identity::new(SecretString::from(passphrase.as_str()));
    identity.set_max_work_factor(MOST_WORK);
    let identity: &dyn age::Identity = &identity;
    let opened = decryptor.decrypt(std::iter::once(identity));
    let opened = opened.map_err(|error| match error {
        age::DecryptError::ExcessiveWork { .. } => BackupError::Work,
        age::DecryptError::DecryptionFailed
        | age::DecryptError::KeyDecryptionFailed
        | age::DecryptError::NoMatchingKeys => BackupError::Words,
        _ => BackupError::Damaged,
    })?;
    let mut octets = Zeroizing::new(Vec::with_capacity(file.len()));
    let read = opened.take(MOST_OCTETS as u64).read_to_end(&mut octets);
    read.map_err(|_| BackupError::Damaged)?;
    Contents::from_octets(&octets).map_err(|_| BackupError::Damaged)
}

/// Writes a file whole, under the first name of this day that is free.
fn write_new(folder: &Path, now: UnixTime, octets: &[u8]) -> Result<PathBuf, VaultError> {
    let failed = || file_error("writing the backup");
    glimpse_terminal::create_private_folder(folder).map_err(failed())?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed())?;
    let written = file
        .write_all(octets)
        .and_then(|()| file.as_file().sync_all());
    written.map_err(failed())?;
    let date = time::OffsetDateTime::from_unix_timestamp(i64::from(now.epoch_day().0) * 86_400);
    let date = date.map(|d| d.date().to_string()).unwrap_or_default();
    for number in 1..MOST_A_DAY {
        let name = match number {
            1 => format!("glimpse-backup-{date}.age"),
            _ => format!("glimpse-backup-{date}-{number}.age"),
        };
        let path = folder.join(name);
        match file.persist_noclobber(&path) {
            Ok(_) => {
                flush(folder).map_err(failed())?;
                return Ok(path);
            }
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => file = error.file,
            Err(error) => return Err(failed()(error.error)),
        }
    }
    Err(failed()(ErrorKind::AlreadyExists.into()))
}

/// Flushes a folder's list of names, where the system can.
fn flush(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
