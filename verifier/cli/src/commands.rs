//! What each command does: a few calls of the library, and what is said about them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use glimpse_core::ids::UnixTime;
use glimpse_core::transport::DocumentKind;
use glimpse_counter::{Counter, CounterError};
use glimpse_terminal::{TrustArgs, names, now, read_file};
use glimpse_verifier::{Asked, Finding, Outcome, Policy, Reason, Severity, Verdict};
use serde_json::json;

use super::{Arguments, CheckArgs, Command, PolicyCommand, RequestArgs};
use crate::gather::{self, Gathered};
use crate::{camera, inspect, say, show};

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let folder = &arguments.counter;
    match &arguments.command {
        Command::Init { name } => init(arguments, name)?,
        Command::Trust { show: Some(_), .. } => trust_show(arguments)?,
        Command::Trust { list, .. } => {
            let list = list.as_ref().context("name the list's file")?;
            trust_load(arguments, list)?;
        }
        Command::Registration { file } => {
            let registration = Counter::load_registration(folder, &read_file(file)?, now()?)?;
            let name = registration.names.get(&arguments.language);
            let expires = registration.expires;
            if arguments.json {
                say::json(&json!({ "name": name, "expires": expires.0 }))?;
            } else {
                let until = say::moment(expires);
                say::line(&format!("Registered as {name} until {until}."));
            }
        }
        Command::Policy {
            command: PolicyCommand::Lint { files, strict },
        } => return lint(arguments, files, *strict),
        Command::Request(request) => make(arguments, request)?,
        Command::Check(answer) => return check(arguments, answer),
        Command::Inspect { anything } => inspect::run(arguments, anything)?,
        Command::Serve(serve) => serve.run(folder, say::line)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn init(arguments: &Arguments, name: &[String]) -> Result<()> {
    let folder = &arguments.counter;
    let card = Counter::create(folder, names(name)?, now()?)?;
    if arguments.json {
        return say::json(&json!({ "folder": folder, "to_register": card }));
    }
    say::line(&format!("The counter stands in {}.", folder.display()));
    say::line("To be registered with a publisher of a trust list, it needs this:");
    say::line(&card);
    Ok(())
}

fn trust_load(arguments: &Arguments, list: &TrustArgs) -> Result<()> {
    let (now, folder) = (now()?, &arguments.counter);
    let first = matches!(Counter::open(folder), Err(CounterError::NoTrustList));
    let accepted = Counter::load_trust(folder, &list.read()?, &list.roots(), now);
    let accepted = list.hint(first, accepted)?;
    if arguments.json {
        return say::json(&show::Shown::new(&accepted.list, now, &arguments.language));
    }
    say::line("The trust list is in use.");
    Ok(())
}

fn trust_show(arguments: &Arguments) -> Result<()> {
    let now = now()?;
    let mut counter = Counter::open(&arguments.counter)?;
    let list = &counter.verifier().trust().list;
    let shown = show::Shown::new(list, now, &arguments.language);
    if arguments.json {
        return say::json(&shown);
    }
    shown.lines().iter().for_each(|line| say::line(line));
    Ok(())
}

fn lint(arguments: &Arguments, files: &[PathBuf], strict: bool) -> Result<ExitCode> {
    let now = now()?;
    let mut counter = Counter::open(&arguments.counter)?;
    let verifier = counter.verifier();
    let (registration, list) = (verifier.registration(now), &verifier.trust().list);
    let mut all = Vec::new();
    for file in files {
        let found = match Policy::from_toml(&policy_text(file)?) {
            Ok(policy) => policy.lint(list, registration.as_ref(), now),
            Err(error) => vec![Finding {
                severity: Severity::Error,
                code: "cannot_be_read",
                place: String::new(),
                card: None,
                given: Vec::new(),
                words: error.to_string(),
            }],
        };
        if !arguments.json {
            say::findings(&file.display().to_string(), &found);
        }
        all.push((file, found));
    }
    if arguments.json {
        let files = all.iter();
        let files = files.map(|(file, found)| json!({ "file": file, "findings": found }));
        say::json(&files.collect::<Vec<_>>())?;
    }
    let worst = all.iter().flat_map(|(_, found)| found).map(|f| f.severity);
    let bound = match strict {
        true => Severity::Warning,
        false => Severity::Error,
    };
    Ok(match worst.max() >= Some(bound) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

fn policy_text(file: &Path) -> Result<String> {
    let name = || format!("{} is not text", file.display());
    String::from_utf8(read_file(file)?).with_context(name)
}

fn make(arguments: &Arguments, request: &RequestArgs) -> Result<()> {
    let policy = policy_text(&request.policy)?;
    let (mut counter, now) = (Counter::open(&arguments.counter)?, now()?);
    let asked = match request.poster {
        Some(days) => {
            let until = UnixTime(now.0.saturating_add(days.saturating_mul(86_400)));
            counter.poster(&policy, request.window, until, now)?
        }
        None => counter.request(&policy, now)?,
    };
    if !asked.registered {
        eprintln!("this counter is not registered: every wallet warns before it answers");
    }
    show_request(arguments.json, request, &asked)
}

fn show_request(as_json: bool, request: &RequestArgs, asked: &Asked) -> Result<()> {
    let (output, animated) = (&request.output, &request.animated);
    let frames = match animated {
        Some(folder) => gather::write_frames(folder, DocumentKind::Request, &asked.octets)?,
        None => 0,
    };
    let named = output.png.is_some() || output.out.is_some();
    if named || (!as_json && (output.qr || animated.is_none())) {
        let written = output.write(DocumentKind::Request, &asked.octets);
        written.context("where one QR code is too small, use --animated FOLDER")?;
    }
    if as_json {
        return say::json(&json!({
            "text": asked.text(),
            "ticket": asked.ticket.to_string(),
            "registered": asked.registered,
            "expires": asked.expires.0,
            "frames": frames,
        }));
    }
    if let Some(folder) = animated {
        let folder = folder.display();
        say::line(&format!(
            "{frames} frames are in {folder}; show them in turn, over and over."
        ));
    }
    Ok(())
}

fn check(arguments: &Arguments, given: &CheckArgs) -> Result<ExitCode> {
    let mut counter = Counter::open(&arguments.counter)?;
    let gathered = match &given.camera {
        Some(device) => Gathered::Answer(camera::watch(device, given.seconds)?),
        None => gather::gather(&given.answer)?,
    };
    let now = now()?;
    let verdict = match (gathered, given.ticket) {
        (Gathered::Other, _) => Verdict::from(Err(Reason::OtherDocument)),
        (Gathered::Answer(answer), Some(ticket)) => counter.check_for(ticket, &answer, now),
        (Gathered::Answer(answer), None) => counter.check(&answer, now),
    };
    let report = verdict.report(&arguments.language, now);
    if arguments.json {
        say::json(&report)?;
    } else {
        say::report(&report);
    }
    Ok(match report.outcome {
        Outcome::Accepted => ExitCode::SUCCESS,
        Outcome::Refused => ExitCode::from(2),
        Outcome::CannotTell => ExitCode::from(3),
    })
}
