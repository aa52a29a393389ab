//! The audit trail on the command line.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use glimpse_terminal::to_hex;
use serde_json::json;

use super::commands::say;
use crate::Office;
use crate::records::audit;

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// Check that no entry was changed, taken out or cut off
    Check {
        /// A digest that an earlier check printed: it must still be in the trail
        #[arg(long, value_name = "HEX", value_parser = glimpse_terminal::hex::<32>)]
        kept: Option<[u8; 32]>,
    },
    /// Write every entry as a line of JSON, oldest first
    Export {
        /// The file to write instead of standard output
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

impl Audit {
    pub(super) fn run(&self, office: &Office) -> Result<()> {
        match self {
            Self::Check { kept } => check(office, kept.as_ref()),
            Self::Export { out: None } => export(office, std::io::stdout().lock()),
            Self::Export { out: Some(path) } => {
                let file = std::fs::File::create_new(path);
                let file = file.with_context(|| format!("creating {}", path.display()))?;
                export(office, file)
            }
        }
    }
}

fn check(office: &Office, kept: Option<&[u8; 32]>) -> Result<()> {
    let checked = office.check_audit()?;
    if let Some(number) = checked.broken_at {
        bail!("the audit trail is broken at entry {number}");
    }
    if let Some(kept) = kept
        && !office.store().read(|tx| audit::holds(tx, kept))?
    {
        bail!("the audit trail is whole, but the entry with this digest was cut off");
    }
    say(&format!(
        "{} entries, none changed or missing.",
        checked.entries
    ));
    say(&format!("last digest: {}", to_hex(&checked.head)));
    Ok(())
}

fn export(office: &Office, to: impl Write) -> Result<()> {
    const PAGE: u32 = 1000;
    let mut to = BufWriter::new(to);
    let mut last = 0;
    loop {
        let entries = office.store().read(|tx| audit::after(tx, last, PAGE))?;
        for entry in &entries {
            let line = json!({
                "number": entry.number,
                "at": entry.at.0,
                "actor": entry.actor,
                "action": entry.action,
                "subject": entry.subject,
                "detail": entry.detail,
                "digest": to_hex(&entry.digest),
            });
            writeln!(to, "{line}").context("writing the audit trail")?;
            last = entry.number;
        }
        if entries.is_empty() {
            break;
        }
    }
    to.flush().context("writing the audit trail")
}
