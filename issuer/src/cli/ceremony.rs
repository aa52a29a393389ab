//! A key ceremony: two people at one machine make a key, read its fingerprint to one another, and
//! leave a protocol of it and the entry for the trust list.

use std::fmt::Write as _;
use std::io::{BufRead, Write as _};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use glimpse_core::ids::UnixTime;
use glimpse_terminal::{now, publish_file, rng, to_hex, write_file};
use rand_core::Rng;

use super::commands::{About, say};
use super::keys::{Days, date, fingerprint};
use crate::{KeyState, Office};

/// Which key is made.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Sort {
    /// The next BBS key, of credentials.
    Credential,
    /// The next Ed25519 key, of offers, manifests and lists.
    Signing,
    /// None: the keys in use are looked at and listed.
    None,
}

#[derive(Args)]
pub(crate) struct Ceremony {
    /// Who is there, two at least; once for each
    #[arg(long = "witness", required = true, value_name = "NAME")]
    witnesses: Vec<String>,
    /// Which key to make
    #[arg(long, value_enum, default_value_t = Sort::Credential)]
    make: Sort,
    #[command(flatten)]
    days: Days,
    /// The protocol to write: plain text, nothing secret
    #[arg(long, value_name = "FILE")]
    protocol: PathBuf,
    /// Ask nobody to confirm; the protocol says so
    #[arg(long)]
    unattended: bool,
    #[command(flatten)]
    about: About,
    /// The entry for the trust list to write
    #[arg(long, value_name = "FILE")]
    entry: PathBuf,
}

/// A key that is looked at.
struct Shown {
    what: String,
    groups: Vec<String>,
}

impl Ceremony {
    pub(super) fn run(&self, office: &Office) -> Result<()> {
        if self.witnesses.len() < 2 {
            bail!("a ceremony needs two witnesses at least");
        }
        let begun = now()?;
        say(&format!(
            "Key ceremony of office {}, {}.\nEach of you confirms every fingerprint: read the group \
             that is asked for from the screen, say it aloud, and type it.\n",
            office.id(),
            date(begun)
        ));
        let made = self.make(office, begun)?;
        let keys = keys(office)?;
        for key in &keys {
            say(&format!("{}\n    {}\n", key.what, key.groups.join(" ")));
            if !self.unattended {
                for witness in &self.witnesses {
                    confirm(witness, key)?;
                }
            }
        }
        let next_signing = self.make == Sort::Signing;
        let entry = self
            .about
            .entry(office, self.days.days, next_signing)?
            .to_octets();
        let text = self.protocol(office, begun, &keys, &entry)?;
        let how = if self.unattended {
            "unattended"
        } else {
            "confirmed"
        };
        office.record_ceremony(&made, how, begun)?;
        write_file(&self.entry, &entry)?;
        publish_file(&self.protocol, text.as_bytes())
            .with_context(|| format!("writing {}", self.protocol.display()))?;
        say(&format!(
            "Done. The entry is in {}; print and sign {}.",
            self.entry.display(),
            self.protocol.display()
        ));
        Ok(())
    }

    /// Makes the key; how the audit trail names it.
    fn make(&self, office: &Office, at: UnixTime) -> Result<String> {
        Ok(match self.make {
            Sort::Credential => {
                let id = office.add_key(self.days.window(at), "command", at, &mut rng())?;
                say(&format!("A new BBS key was made: {id}\n"));
                id.to_string()
            }
            Sort::Signing => {
                let key = office.add_signing_key(false, "command", at, &mut rng())?;
                say("A new Ed25519 key was made.\n");
                to_hex(key.as_bytes())
            }
            Sort::None => String::new(),
        })
    }

    fn protocol(
        &self,
        office: &Office,
        begun: UnixTime,
        keys: &[Shown],
        entry: &[u8],
    ) -> Result<String> {
        let mut text = String::new();
        writeln!(text, "KEY CEREMONY\n")?;
        writeln!(text, "Office:   {}", office.id())?;
        writeln!(text, "Date:     {} (UTC), seconds {}", date(begun), begun.0)?;
        writeln!(
            text,
            "Program:  glimpse-issuer {}",
            env!("CARGO_PKG_VERSION")
        )?;
        writeln!(
            text,
            "Made:     {}",
            match self.make {
                Sort::Credential => "the next BBS key",
                Sort::Signing => "the next Ed25519 key",
                Sort::None => "no key",
            }
        )?;
        for key in keys {
            writeln!(text, "\n{}\n    {}", key.what, key.groups.join(" "))?;
        }
        let groups = fingerprint(entry).join(" ");
        writeln!(
            text,
            "\nEntry for the trust list, SHA-256 (first half)\n    {groups}"
        )?;
        let head = office.check_audit()?;
        writeln!(
            text,
            "\nAudit trail before this ceremony's record: {} entries, head\n    {}",
            head.entries,
            to_hex(&head.head)
        )?;
        writeln!(
            text,
            "\n{}\n",
            if self.unattended {
                "NOBODY was asked to confirm the fingerprints."
            } else {
                "Each witness has typed a part of every fingerprint from the screen."
            }
        )?;
        for witness in &self.witnesses {
            writeln!(text, "{witness}: ______________________________\n")?;
        }
        Ok(text)
    }
}

/// Every key that signs or will, with the new one last.
fn keys(office: &Office) -> Result<Vec<Shown>> {
    let mut shown = Vec::new();
    let signing = office.signing_key();
    shown.push(Shown {
        what: "Ed25519 key in use, SHA-256 (first half)".to_owned(),
        groups: fingerprint(signing.as_bytes()),
    });
    for key in office.keys()? {
        if key.state != KeyState::Retired {
            shown.push(Shown {
                what: format!("BBS key, {}, SHA-256 (first half)", key.state.word()),
                groups: fingerprint(&key.public.to_octets()),
            });
        }
    }
    if let Some(next) = office.next_signing_key() {
        shown.push(Shown {
            what: "Ed25519 key, next, SHA-256 (first half)".to_owned(),
            groups: fingerprint(next.as_bytes()),
        });
    }
    Ok(shown)
}

#[expect(clippy::print_stdout, reason = "a prompt stays on its line")]
fn confirm(witness: &str, key: &Shown) -> Result<()> {
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        // Each is asked for another part, so that nobody types what she has heard.
        let count = u32::try_from(key.groups.len())?;
        let number = usize::try_from(rng().next_u32() % count)?;
        print!("{witness}, type group {}: ", number + 1);
        std::io::stdout().flush()?;
        let mut line = String::new();
        if std::io::stdin().lock().read_line(&mut line)? == 0 {
            break;
        }
        let expected = key.groups.get(number);
        if expected.is_some_and(|group| line.trim().eq_ignore_ascii_case(group)) {
            return Ok(());
        }
        println!("That is not the group.");
    }
    bail!(
        "the fingerprint was not confirmed, and no entry was written; a key that was made signs \
         nothing: take it away with `key retire` or `key next-signing --replace`"
    );
}
