//! Where a passphrase comes from: a file, the environment, or the person.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use zeroize::Zeroizing;

const VARIABLE: &str = "GLIMPSE_PASSPHRASE";
/// Argon2id slows guessing down; it does not save a passphrase of four digits.
const LEAST_CHARACTERS: usize = 8;

/// How the passphrase is given.
#[derive(clap::Args)]
pub struct PassphraseArgs {
    /// Read the passphrase from the first line of this file instead of asking
    ///
    /// Without it, the environment variable GLIMPSE_PASSPHRASE is used where it is set.
    #[arg(long, value_name = "FILE", global = true)]
    passphrase_file: Option<PathBuf>,
}

impl PassphraseArgs {
    /// The passphrase that opens something.
    ///
    /// # Errors
    /// When there is none to be had.
    pub fn read(&self) -> Result<Zeroizing<String>> {
        match self.given()? {
            Some(passphrase) => Ok(passphrase),
            None => ask("Passphrase: "),
        }
    }

    /// A new passphrase: asked for twice where a person types it.
    ///
    /// # Errors
    /// When there is none, it is too short, or the two differ.
    pub fn read_new(&self) -> Result<Zeroizing<String>> {
        match self.given()? {
            Some(passphrase) => long_enough(passphrase),
            None => ask_new(),
        }
    }

    fn given(&self) -> Result<Option<Zeroizing<String>>> {
        if let Some(path) = &self.passphrase_file {
            return first_line(path).map(Some);
        }
        Ok(std::env::var(VARIABLE).ok().map(Zeroizing::new))
    }
}

fn first_line(path: &Path) -> Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path).map(Zeroizing::new);
    let text = text.with_context(|| format!("reading {}", path.display()))?;
    let line = text.lines().next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_owned()))
}

/// A new passphrase from the first line of a file.
///
/// # Errors
/// When it cannot be read or is too short.
pub fn new_from_file(path: &Path) -> Result<Zeroizing<String>> {
    long_enough(first_line(path)?)
}

/// Asks a person for a new passphrase, twice.
///
/// # Errors
/// When it is too short or the two differ.
pub fn ask_new() -> Result<Zeroizing<String>> {
    let first = long_enough(ask("New passphrase: ")?)?;
    if *first != *ask("The same again: ")? {
        bail!("the two passphrases differ; nothing was changed");
    }
    Ok(first)
}

fn long_enough(passphrase: Zeroizing<String>) -> Result<Zeroizing<String>> {
    if passphrase.chars().count() < LEAST_CHARACTERS {
        bail!("the passphrase must have at least {LEAST_CHARACTERS} characters");
    }
    Ok(passphrase)
}

fn ask(prompt: &str) -> Result<Zeroizing<String>> {
    if !std::io::stdin().is_terminal() {
        bail!("no passphrase: use --passphrase-file or set {VARIABLE}");
    }
    let text = rpassword::prompt_password(prompt).context("reading the passphrase")?;
    Ok(Zeroizing::new(text))
}
