//! What each command does: a few calls of the library, and what is said about them.
#![expect(clippy::print_stdout, reason = "what a command says is its output")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use glimpse_core::transport::DocumentKind;
use glimpse_counter::Counter;
use glimpse_terminal::{names, now, read_document, read_file};
use glimpse_verifier::{Outcome, Report, Ticket};

use super::{Arguments, Command};

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let folder = &arguments.counter;
    match &arguments.command {
        Command::Init { name } => {
            let card = Counter::create(folder, names(name)?, now()?)?;
            println!("The counter stands in {}.", folder.display());
            println!("To be registered with a publisher of a trust list, it needs this:");
            println!("{card}");
        }
        Command::Trust(list) => {
            let accepted = Counter::load_trust(folder, &list.read()?, &list.roots(), now()?);
            list.hint(accepted)?;
            println!("The trust list is in use.");
        }
        Command::Registration { file } => {
            let registration = Counter::load_registration(folder, &read_file(file)?)?;
            let name = registration.names.get(&arguments.language);
            println!("Registered as {name}.");
        }
        Command::Request { policy, output } => {
            let text = read_file(policy)?;
            let text = String::from_utf8(text).context("the policy is not text")?;
            let asked = Counter::open(folder)?.request(&text, now()?)?;
            output.write(DocumentKind::Request, &asked.octets)?;
        }
        Command::Check { answer, request } => {
            return check(folder, answer, request.as_deref(), &arguments.language);
        }
        Command::Serve(serve) => serve.run(folder, |text| println!("{text}"))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn check(folder: &Path, answer: &str, asked: Option<&str>, language: &str) -> Result<ExitCode> {
    let now = now()?;
    let mut counter = Counter::open(folder)?;
    if let Some(source) = asked {
        let request = read_document(DocumentKind::Request, source)?;
        counter.verifier().expect(Ticket::of(&request));
    }
    let answer = read_document(DocumentKind::Answer, answer)?;
    let report = counter.check(&answer, now).report(language, now);
    print(&report);
    Ok(match report.outcome {
        Outcome::Accepted => ExitCode::SUCCESS,
        Outcome::Refused => ExitCode::from(2),
        Outcome::CannotTell => ExitCode::from(3),
    })
}

fn print(report: &Report) {
    match report.outcome {
        Outcome::Accepted => println!("ACCEPTED"),
        Outcome::Refused => println!("REFUSED: {}", report.words),
        Outcome::CannotTell => println!("CANNOT TELL: {}", report.words),
    }
    for card in &report.cards {
        println!("{} from {}", card.name, card.issuer);
        println!("  last renewed: {}", days_ago(card.renewed_days_ago));
        for shows in &card.values {
            println!("  {}: {}", shows.name, shows.value);
        }
        for statement in &card.statements {
            println!("  {statement}");
        }
    }
}

fn days_ago(days: u32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}
