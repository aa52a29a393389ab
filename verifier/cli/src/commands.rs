//! What each command does: a few calls of the library, and what is said about them.
#![expect(clippy::print_stdout, reason = "what a command says is its output")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use ed25519_dalek::SigningKey;
use glimpse_core::credential::Schema;
use glimpse_core::ids::{EpochDay, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::Registration;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::{Accepted, accept};
use glimpse_terminal::{
    Output, create_private_folder, names, now, read_document, read_file, rng, to_hex, write_file,
};
use glimpse_verifier::{Counter, CounterError, Policy, Predicate, Query, Test, Ticket};
use rand_core::Rng;
use zeroize::Zeroizing;

use super::outstanding::Folder;
use super::{Arguments, Command};

/// How long an expired trust list is used on, in seconds: a counter without a network for a week.
const GRACE: u64 = 7 * 86_400;

#[derive(clap::Args)]
pub(crate) struct Ask {
    /// The schema's code, or its id, as the trust list has it
    #[arg(long, default_value = "resident")]
    schema: String,
    /// Ask for proof of this age in years; the birth date is not shown
    #[arg(long, value_name = "YEARS")]
    over: Option<u8>,
    /// The attribute that holds the birth date
    #[arg(long, default_value = "birth_date", value_name = "ATTRIBUTE")]
    birth_date: String,
    /// Ask to see this attribute; once for each
    #[arg(long = "disclose", value_name = "ATTRIBUTE")]
    disclose: Vec<String>,
    /// The purpose's code, as registered
    #[arg(long)]
    purpose: String,
    /// The purpose in words, as LANGUAGE=TEXT; once for each language
    #[arg(long = "reason", required = true, value_name = "LANGUAGE=TEXT")]
    reasons: Vec<String>,
    /// How many days ago the credential may have been renewed last
    #[arg(long, default_value_t = 14)]
    max_age_days: u32,
    /// How long the request may be answered
    #[arg(long, default_value_t = 120)]
    seconds: u64,
    /// This place's time zone, as minutes ahead of UTC: it decides on which day a birthday falls
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    zone_minutes: i16,
    #[command(flatten)]
    output: Output,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let folder = &arguments.counter;
    match &arguments.command {
        Command::Init => init(folder)?,
        Command::Trust(list) => {
            let path = folder.join("trust-list");
            // A list that no longer reads is as good as none: the publisher's keys decide again.
            let current = trust(folder).ok();
            let accepted = accept(current.as_ref(), &list.read()?, now()?, &list.roots());
            let accepted = list.hint(accepted)?;
            write_file(&path, accepted.octets())?;
            println!("The trust list is in use.");
        }
        Command::Registration { file } => {
            let octets = read_file(file)?;
            let registration = Registration::verify(&octets, &trust(folder)?.list)?;
            let (id, key) = read_key(folder)?;
            if (registration.verifier, registration.key) != (id, key.verifying_key()) {
                bail!("this registration is another counter's");
            }
            write_file(&folder.join("registration"), &octets)?;
            println!(
                "Registered as {}.",
                registration.names.get(&arguments.language)
            );
        }
        Command::Request(ask) => request(folder, ask)?,
        Command::Check { answer, request } => {
            return check(folder, answer, request.as_deref(), &arguments.language);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The key file: the counter's id, then its signing key. It is not sealed: a counter starts with
/// nobody there to type, and the key names the counter and opens nothing.
fn init(folder: &Path) -> Result<()> {
    let path = folder.join("verifier.key");
    if path.exists() {
        bail!("there is a counter in {} already", folder.display());
    }
    create_private_folder(folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut octets = Zeroizing::new([0; 48]);
    rng().fill_bytes(octets.as_mut_slice());
    write_file(&path, octets.as_slice())?;
    let (id, key) = read_key(folder)?;
    let key = to_hex(key.verifying_key().as_bytes());
    println!(
        "The counter stands in {}. To be registered, it needs this:",
        folder.display()
    );
    println!("{id}{key}");
    Ok(())
}

fn read_key(folder: &Path) -> Result<(VerifierId, SigningKey)> {
    let path = folder.join("verifier.key");
    if !path.exists() {
        bail!(
            "there is no counter in {}; create one with `init`",
            folder.display()
        );
    }
    let octets = Zeroizing::new(read_file(&path)?);
    let (id, key) = octets
        .split_at_checked(VerifierId::LEN)
        .context("verifier.key is damaged")?;
    let key: &[u8; 32] = key.try_into().context("verifier.key is damaged")?;
    Ok((VerifierId::try_from(id)?, SigningKey::from_bytes(key)))
}

fn trust(folder: &Path) -> Result<Accepted> {
    let path = folder.join("trust-list");
    if !path.exists() {
        bail!("this counter has no trust list yet; load one with `trust`");
    }
    Accepted::restore(&read_file(&path)?)
        .context("the counter's trust list is damaged; load it again")
}

fn counter(folder: &Path) -> Result<Counter<Folder>> {
    let (id, key) = read_key(folder)?;
    let registration = folder.join("registration");
    if !registration.exists() {
        bail!("this counter is not registered yet; use `registration`");
    }
    let waiting = folder.join("outstanding");
    let outstanding =
        Folder::open(&waiting).with_context(|| format!("opening {}", waiting.display()))?;
    Ok(Counter::new(
        id,
        key,
        read_file(&registration)?,
        trust(folder)?,
        GRACE,
        outstanding,
    )?)
}

fn request(folder: &Path, ask: &Ask) -> Result<()> {
    let now = now()?;
    let mut counter = counter(folder)?;
    let policy = policy(&counter, ask, now)?;
    let asked = counter.request(&policy, now, &mut rng())?;
    // The one that `check` expects an answer to, unless it is told another.
    write_file(&folder.join("latest-request"), &asked.octets)?;
    ask.output.write(DocumentKind::Request, &asked.octets)
}

/// The schema with this code or id. Two issuers may list schemas of one code: then the id decides,
/// and nobody takes over another's code.
fn listed_schema(counter: &Counter<Folder>, wanted: &str) -> Result<Schema> {
    let listed = counter.trust().list.issuers.iter().flat_map(|i| &i.schemas);
    let read = listed.filter_map(|octets| Schema::from_octets(octets).ok());
    let mut found: Vec<_> = read
        .filter(|s| s.code == wanted || s.id().to_string() == wanted)
        .collect();
    found.sort_by_key(Schema::id);
    found.dedup();
    if found.len() > 1 {
        let ids: Vec<_> = found.iter().map(|s| s.id().to_string()).collect();
        bail!(
            "the trust list has several schemas `{wanted}`; name one by its id: {}",
            ids.join(", ")
        );
    }
    found
        .pop()
        .with_context(|| format!("the trust list has no schema `{wanted}`"))
}

fn policy(counter: &Counter<Folder>, ask: &Ask, now: UnixTime) -> Result<Policy> {
    let schema = listed_schema(counter, &ask.schema)?;
    let position = |code: &str| {
        let found = schema.position(code);
        found.with_context(|| format!("the schema has no attribute `{code}`"))
    };
    let mut disclose = ask
        .disclose
        .iter()
        .map(|code| position(code))
        .collect::<Result<Vec<_>>>()?;
    disclose.sort_unstable();
    disclose.dedup();
    let mut predicates = Vec::new();
    if let Some(years) = ask.over {
        let cutoff = AttributeDate::at(now, ask.zone_minutes)?.age_cutoff(years)?;
        predicates.push(Predicate {
            attribute: position(&ask.birth_date)?,
            test: Test::Holds(Statement::AtMost(cutoff.days(), Profile::ThreeSquares)),
        });
    }
    if disclose.is_empty() && predicates.is_empty() {
        bail!("ask for something: --over, --disclose, or both");
    }
    let query = Query {
        schema: schema.id(),
        issuers: counter.issuers_of(schema.id(), now),
        disclose,
        predicates,
        max_age_days: ask.max_age_days,
        pseudonym: None,
    };
    Ok(Policy {
        purpose: ask.purpose.clone(),
        purpose_texts: names(&ask.reasons)?,
        alternatives: vec![vec![query]],
        seconds: ask.seconds,
    })
}

fn days_ago(epoch: EpochDay, now: UnixTime) -> String {
    match now.epoch_day().0.saturating_sub(epoch.0) {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

fn check(folder: &Path, answer: &str, asked: Option<&str>, language: &str) -> Result<ExitCode> {
    let now = now()?;
    let mut counter = counter(folder)?;
    let latest = folder.join("latest-request");
    let request = match asked {
        Some(source) => read_document(DocumentKind::Request, source)?,
        None if latest.exists() => read_file(&latest)?,
        None => bail!("this counter has asked nothing yet; make a request with `request`"),
    };
    let ticket = Ticket::of(&request);
    let answer = read_document(DocumentKind::Answer, answer)?;
    let verdict = match counter.check(ticket, &answer, now) {
        Ok(verdict) => verdict,
        Err(error @ (CounterError::Answer(_) | CounterError::NotOutstanding)) => {
            println!("REFUSED: {error}");
            return Ok(ExitCode::from(2));
        }
        Err(error) => return Err(error.into()),
    };
    println!("ACCEPTED");
    for shown in &verdict.shown {
        let issuer = counter.trust().list.issuer(shown.context.issuer);
        let issuer = issuer.map_or("", |i| i.names.get(language));
        println!("{} from {issuer}", shown.context.schema.names.get(language));
        println!("  last renewed: {}", days_ago(shown.epoch, now));
        for (name, value) in shown.values_in_words(language) {
            println!("  {name}: {value}");
        }
        for statement in shown.statements(now, language) {
            println!("  {statement}");
        }
    }
    Ok(ExitCode::SUCCESS)
}
