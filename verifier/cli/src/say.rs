//! How results are said: to a person line by line, to a program as JSON.
#![expect(clippy::print_stdout, reason = "what a command says is its output")]

use anyhow::Result;
use glimpse_core::ids::UnixTime;
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_terminal::plain;
use glimpse_verifier::{Finding, Outcome, Report, Severity};
use serde::Serialize;

/// One JSON value.
pub(crate) fn json(value: &impl Serialize) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// A line, whoever's words are in it.
pub(crate) fn line(text: &str) {
    println!("{}", plain(text));
}

/// A moment, such as 2026-01-31 09:05 UTC.
pub(crate) fn moment(time: UnixTime) -> String {
    let minutes = time.0 % 86_400 / 60;
    match AttributeDate::at(time, 0) {
        Ok(day) => format!("{day} {:02}:{:02} UTC", minutes / 60, minutes % 60),
        Err(_) => format!("{} seconds after 1970", time.0),
    }
}

/// What came of a check.
pub(crate) fn report(report: &Report) {
    match report.outcome {
        Outcome::Accepted => line("ACCEPTED"),
        Outcome::Refused => line(&format!("REFUSED: {}", report.words)),
        Outcome::CannotTell => line(&format!("CANNOT TELL: {}", report.words)),
    }
    for card in &report.cards {
        line(&format!("{} from {}", card.name, card.issuer));
        line(&format!(
            "  last renewed: {}",
            days_ago(card.renewed_days_ago)
        ));
        for shows in &card.values {
            line(&format!("  {}: {}", shows.name, shows.value));
        }
        for statement in &card.statements {
            line(&format!("  {statement}"));
        }
        if let Some(pseudonym) = &card.pseudonym {
            line(&format!("  pseudonym here: {pseudonym}"));
        }
    }
}

/// How long ago a day was.
pub(crate) fn days_ago(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

/// What the linter found in a file.
pub(crate) fn findings(file: &str, findings: &[Finding]) {
    if findings.is_empty() {
        line(&format!("{file}: nothing to remark"));
    }
    for finding in findings {
        let severity = match finding.severity {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let place = match finding.place.is_empty() {
            true => String::new(),
            false => format!(" {}:", finding.place),
        };
        line(&format!(
            "{file}:{place} {severity}: {} [{}]",
            finding.words, finding.code
        ));
    }
}
