//! Renewing and exporting, with a bar on a terminal and plain lines elsewhere.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use glimpse_core::ids::SchemaId;
use glimpse_terminal::now;
use indicatif::{ProgressBar, ProgressStyle};

use super::commands::say;
use crate::Office;
use crate::renewal::{Progress, Renewer};

/// How often a line is written where there is no terminal.
const LINE: Duration = Duration::from_secs(10);

/// Shows how far something is.
struct Shown {
    what: &'static str,
    bar: Option<ProgressBar>,
    last: Mutex<Instant>,
}

impl Shown {
    fn new(what: &'static str) -> Result<Self> {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = "{prefix} {bar:32} {pos} of {len} {msg}, {elapsed} gone, {eta} left";
            let style = ProgressStyle::with_template(template)?;
            let bar = ProgressBar::new(0).with_style(style).with_message(what);
            Ok::<_, indicatif::style::TemplateError>(bar)
        });
        Ok(Self {
            what,
            bar: bar.transpose().context("drawing the progress bar")?,
            last: Mutex::new(Instant::now()),
        })
    }

    fn at(&self, prefix: &str, done: u64, all: u64) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(prefix.to_owned());
            bar.set_length(all);
            bar.set_position(done);
            return;
        }
        // One line at a time, and the last one always.
        let Ok(mut last) = self.last.try_lock() else {
            return;
        };
        if done == all || last.elapsed() >= LINE {
            *last = Instant::now();
            eprintln!("{prefix} {done} of {all} {}", self.what);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

pub(super) fn renew(office: &Office, schema: SchemaId, to: Option<&Path>) -> Result<()> {
    // A clock that is wrong is said before anything is signed for a day that it names.
    let begun = now()?;
    let clock = || now().unwrap_or(begun);
    let shown = Shown::new("buckets")?;
    let tell = |p: &Progress| shown.at(&format!("key {}", p.key), p.done, p.buckets);
    let published = Renewer::new(office, &clock)
        .telling(&tell)
        .run_schema(schema)?;
    drop(shown);
    for renewal in published {
        say(&format!(
            "key {}: {} renewed for day {}, in {} buckets, of which {} were signed now",
            renewal.key,
            renewal.renewed,
            renewal.epoch.0,
            renewal.buckets.len(),
            renewal.signed
        ));
    }
    to.map_or(Ok(()), |to| export(office, to))
}

pub(super) fn export(office: &Office, to: &Path) -> Result<()> {
    let shown = Shown::new("files")?;
    let exported = office.export_renewals(to, &|done, all| shown.at("", done, all))?;
    drop(shown);
    say(&format!(
        "{} files written to {}, {} were there already, {} old ones removed",
        exported.written,
        to.display(),
        exported.kept,
        exported.removed
    ));
    Ok(())
}
