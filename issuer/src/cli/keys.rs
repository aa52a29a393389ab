//! The office's keys on the command line: how they are opened, and how they rotate.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use glimpse_core::credential::bbs_key_id;
use glimpse_core::ids::{KeyId, UnixTime};
use glimpse_core::sealed::Cost;
use glimpse_core::sealed::locked::Way;
use glimpse_core::trust::{Accepted, IssuerEntry};
use glimpse_terminal::{PassphraseArgs, ask_new, now, read_file, rng, to_hex};
use rand_core::Rng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::commands::say;
use crate::service::config::Config;
use crate::{Office, Window};

const DAY: u64 = 86_400;

/// What opens the office.
#[derive(Args)]
pub(crate) struct Unlock {
    #[command(flatten)]
    pub(super) passphrase: PassphraseArgs,
    /// Open the office by this key file instead of its passphrase
    ///
    /// `key enroll-file` makes one. It lets a service start with nobody there to type.
    #[arg(long, value_name = "FILE", env = "GLIMPSE_KEY_FILE", global = true)]
    key_file: Option<PathBuf>,
}

impl Unlock {
    pub(super) fn open(&self, folder: &Path, config: &Config) -> Result<Office> {
        Ok(match self.key_file()? {
            Some(key_file) => config.open_by(folder, Way::KeyFile(&key_file))?,
            None => {
                let passphrase = self.passphrase.read()?;
                config.open_by(folder, Way::Passphrase(passphrase.as_bytes()))?
            }
        })
    }

    fn key_file(&self) -> Result<Option<Zeroizing<[u8; 32]>>> {
        let Some(path) = &self.key_file else {
            return Ok(None);
        };
        let octets = Zeroizing::new(read_file(path)?);
        let key_file = <[u8; 32]>::try_from(octets.as_slice());
        let key_file = key_file.with_context(|| format!("{} is no key file", path.display()))?;
        Ok(Some(Zeroizing::new(key_file)))
    }
}

/// For how long a new key is.
#[derive(Args)]
pub(crate) struct Days {
    /// For how many days the key may be used
    #[arg(long, default_value_t = 730)]
    pub(super) days: u32,
}

impl Days {
    /// From this moment on.
    pub(super) fn window(&self, from: UnixTime) -> Window {
        Window {
            not_before: from,
            not_after: UnixTime(from.0 + u64::from(self.days) * DAY),
        }
    }
}

/// Looking into the published trust list before a key begins to sign.
#[derive(Args)]
pub(crate) struct Listed {
    /// The published trust list: it must name the new key for this office
    #[arg(long, value_name = "FILE", required_unless_present = "unlisted")]
    list: Option<PathBuf>,
    /// Do not look into a list; wallets whose list does not name the key refuse what it signs
    #[arg(long, conflicts_with = "list")]
    unlisted: bool,
}

impl Listed {
    fn check(&self, office: &Office, named: impl Fn(&IssuerEntry) -> bool) -> Result<()> {
        let Some(path) = &self.list else {
            return Ok(());
        };
        let list = Accepted::restore(&read_file(path)?);
        let list = list.with_context(|| format!("{} is no trust list", path.display()))?;
        list.check_time(now()?, 0)?;
        if list.list.issuer(office.id()).is_some_and(named) {
            Ok(())
        } else {
            bail!("this trust list does not name the new key for this office; publish one first");
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Key {
    /// List the keys, what they are for, and how many live credentials they have signed
    List,
    /// Make the next BBS key: publish it before it signs
    Add(Days),
    /// Let the next BBS key sign new credentials; the one that did goes on renewing its own
    Activate(Listed),
    /// Wipe a BBS key that signs nothing new; what it has signed is not renewed any more
    Retire {
        /// The key's id, as `key list` shows it
        #[arg(value_parser = glimpse_terminal::hex::<8>)]
        id: [u8; 8],
        /// Even though live credentials end with it
        #[arg(long)]
        force: bool,
    },
    /// Make the next Ed25519 key: publish an entry and a list that name it before it signs
    NextSigning {
        /// In the place of a next key that was made before
        #[arg(long)]
        replace: bool,
    },
    /// Let the next Ed25519 key sign; the one that did is gone
    ActivateSigning(Listed),
    /// Make a key file that opens the office beside the passphrase
    ///
    /// Who has the key file and `office.keys` needs no passphrase. Keep them on different media.
    EnrollFile {
        /// The file to make
        file: PathBuf,
    },
}

#[derive(Args)]
pub(crate) struct NewPassphrase {
    /// Read the new passphrase from the first line of this file instead of asking
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
}

/// The first half of a SHA-256, in groups that two people can read to one another. Of a BBS key it
/// begins with the key's id.
pub(super) fn fingerprint(public: &[u8]) -> Vec<String> {
    let digest = Sha256::digest(public);
    digest.chunks(2).take(8).map(to_hex).collect()
}

impl Key {
    pub(super) fn run(&self, office: &Office) -> Result<()> {
        let at = now()?;
        match self {
            Self::List => list(office),
            Self::Add(days) => {
                let id = office.add_key(days.window(at), "command", at, &mut rng())?;
                say(&format!("{id} is the next key."));
                say("Write an `entry`, publish a trust list with it, then `key activate`.");
                Ok(())
            }
            Self::Activate(listed) => {
                let next = office
                    .keys()?
                    .into_iter()
                    .find(|key| key.state == crate::KeyState::Next);
                let id = next
                    .context("there is no next key; make one with `key add`")?
                    .id;
                listed.check(office, |entry| names(entry, id))?;
                office.activate_key("command", at, &mut rng())?;
                say(&format!("{id} signs new credentials."));
                Ok(())
            }
            Self::Retire { id, force } => {
                office.retire_key(KeyId(*id), *force, "command", at, &mut rng())?;
                say("Retired. Write an `entry` without it for the next trust list.");
                Ok(())
            }
            Self::NextSigning { replace } => {
                let key = office.add_signing_key(*replace, "command", at, &mut rng())?;
                say(&format!(
                    "{} is the next signing key.",
                    to_hex(key.as_bytes())
                ));
                say(
                    "Write an `entry --next-signing`, publish a trust list with it, wait until \
                     wallets have it, then `key activate-signing`.",
                );
                Ok(())
            }
            Self::ActivateSigning(listed) => {
                let next = office.next_signing_key();
                let next =
                    next.context("there is no next key; make one with `key next-signing`")?;
                listed.check(office, |entry| entry.signing == next)?;
                office.activate_signing_key("command", at, &mut rng())?;
                say("It signs from now on. Renew, so that manifests are signed by it.");
                Ok(())
            }
            Self::EnrollFile { file } => enroll(office, file, at),
        }
    }
}

fn names(entry: &IssuerEntry, id: KeyId) -> bool {
    entry.keys.iter().any(|key| bbs_key_id(&key.key) == id)
}

fn list(office: &Office) -> Result<()> {
    for key in office.keys()? {
        let state = key.state.word();
        let until = key.window.map_or_else(
            || "time as in the trust list".to_owned(),
            |window| format!("until {}", date(window.not_after)),
        );
        say(&format!(
            "{}  {state:8}  {until}  {} live",
            key.id, key.live
        ));
    }
    say(&format!(
        "signing key: {}",
        to_hex(office.signing_key().as_bytes())
    ));
    if let Some(next) = office.next_signing_key() {
        say(&format!("next:        {}", to_hex(next.as_bytes())));
    }
    for name in office.key_files() {
        say(&format!("key file:    {}", to_hex(&name.0)));
    }
    Ok(())
}

pub(super) fn date(at: UnixTime) -> String {
    let date = glimpse_core::predicate::dates::AttributeDate::at(at, 0);
    date.map_or_else(|_| "the end of the calendar".to_owned(), |d| d.to_string())
}

fn enroll(office: &Office, path: &Path, at: UnixTime) -> Result<()> {
    let mut key_file = Zeroizing::new([0; 32]);
    rng().fill_bytes(key_file.as_mut_slice());
    // Never over a file that is there: it may be the one that opens another office.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options
        .open(path)
        .with_context(|| format!("making {}", path.display()))?;
    let written = made
        .write_all(key_file.as_slice())
        .and_then(|()| made.sync_all());
    let enrolled = written
        .with_context(|| format!("writing {}", path.display()))
        .and_then(|()| Ok(office.enrol_key_file(&key_file, "command", at, &mut rng())?));
    if enrolled.is_err() {
        // It opens nothing.
        let _ = std::fs::remove_file(path);
    }
    say(&format!(
        "Key file {} opens the office. Who has it and `office.keys` needs no passphrase.",
        to_hex(&enrolled?.0)
    ));
    Ok(())
}

impl NewPassphrase {
    pub(super) fn run(&self, office: &Office, unlock: &Unlock) -> Result<()> {
        let passphrase = match &self.new_passphrase_file {
            Some(path) => glimpse_terminal::new_from_file(path)?,
            None => ask_new()?,
        };
        let kept = unlock.key_file()?;
        let before = office.key_files().len();
        office.set_passphrase(
            passphrase.as_bytes(),
            kept.as_deref(),
            Cost::STANDARD,
            ("command", now()?),
            &mut rng(),
        )?;
        say("The passphrase is changed.");
        let gone = before - office.key_files().len();
        if gone > 0 {
            say(&format!(
                "{gone} key files open nothing any more; make new ones with `key enroll-file`."
            ));
        }
        say("A service that runs must be started again to follow later changes of the keys.");
        Ok(())
    }
}
