//! What each command does: a few calls of the wallet's logic, and what is said about them.
#![expect(clippy::print_stdout, reason = "what a command says is its output")]

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use glimpse_core::ids::{EpochDay, UnixTime};
use glimpse_core::presentation::{Disclosed, Proved, Review, ReviewItem, Warning};
use glimpse_core::transport::DocumentKind;
use glimpse_terminal::{Output, now, read_document, read_file, rng, to_hex};

use super::{Arguments, Command};
use crate::app::views::ItemView;
use crate::vault::{Moment, Place, calibrated};
use crate::{Renewed, Summary, Wallet, WalletError, Way};

pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let folder = &arguments.wallet;
    let place = Place::with_file(folder);
    if matches!(arguments.command, Command::Init) {
        let passphrase = arguments.passphrase.read_new()?;
        Wallet::create(&place, passphrase.as_bytes(), calibrated(), &mut rng())?;
        println!(
            "Your wallet stands in {}. Next: load a trust list with `trust`.",
            folder.display()
        );
        return Ok(());
    }
    // Before the passphrase is asked for: there may be nothing to open.
    if !Wallet::exists(folder) {
        bail!(
            "there is no wallet in {}; create one with `init`",
            folder.display()
        );
    }
    let passphrase = arguments.passphrase.read()?;
    let at = Moment::at(now()?);
    let mut wallet = Wallet::open(&place, passphrase.as_bytes(), &at)?;
    let language = &arguments.language;
    match &arguments.command {
        Command::Init => {}
        Command::Trust(list) => {
            let first = matches!(wallet.trusted(now()?), Err(WalletError::NoTrustList));
            let accepted = wallet.trust(&list.read()?, &list.roots(), now()?);
            list.hint(first, accepted)?;
            println!("The trust list is in use.");
        }
        Command::Begin { offer, output } => {
            let offer = read_document(DocumentKind::Offer, offer)?;
            let request = wallet.begin(&offer, now()?, &mut rng())?;
            output.write(DocumentKind::IssuanceRequest, &request)?;
        }
        Command::Receive { response } => {
            let response = read_document(DocumentKind::IssuanceResponse, response)?;
            let summary = wallet.receive(&response, now()?)?;
            println!("Received:");
            show(1, &summary);
        }
        Command::List => {
            let all = wallet.credentials(language);
            if all.is_empty() {
                println!(
                    "No credential yet. An office makes you an offer; answer it with `begin`."
                );
            }
            (1..)
                .zip(&all)
                .for_each(|(number, summary)| show(number, summary));
        }
        Command::Answer {
            request,
            agree,
            output,
        } => answer(&wallet, request, *agree, output, language)?,
        Command::Renew { folder } => renew(&mut wallet, folder)?,
        Command::History => {
            for entry in wallet.history()? {
                let day = day(UnixTime(entry.time).epoch_day());
                println!("{day}  {}  ({})", entry.verifier, entry.purpose);
                println!("    {}", in_short(&entry.items));
            }
        }
        Command::Delete { number } => {
            let place = number.checked_sub(1).context("numbers begin at 1")?;
            if place >= wallet.credentials(language).len() {
                bail!("there is no credential number {number}; `list` shows them");
            }
            wallet.delete(place)?;
            println!("Deleted.");
        }
        Command::Passphrase { new } => {
            let new = match new {
                Some(file) => glimpse_terminal::new_from_file(file)?,
                None => glimpse_terminal::ask_new()?,
            };
            let both = (passphrase.as_bytes(), new.as_bytes());
            wallet.change_pin(both, calibrated(), &at, &mut rng())?;
            println!("Changed.");
        }
    }
    Ok(())
}

/// What was shown: names of attributes, and statements.
fn in_short(items: &[ItemView]) -> String {
    let words = items.iter().flat_map(|item| {
        let names = item.disclosed.iter().map(|shown| shown.name.clone());
        names.chain(
            item.proves
                .iter()
                .map(|view| Proved::from(view).to_string()),
        )
    });
    words.collect::<Vec<_>>().join("; ")
}

fn day(day: EpochDay) -> String {
    let date = time::OffsetDateTime::from_unix_timestamp(i64::from(day.0) * 86_400);
    date.map(|d| d.date().to_string()).unwrap_or_default()
}

fn show(number: usize, summary: &Summary) {
    println!(
        "{number}. {} from {}, renewed {}",
        summary.name,
        summary.issuer,
        day(summary.epoch)
    );
    let width = summary.attributes.iter().map(|a| a.0.chars().count()).max();
    for (name, value) in &summary.attributes {
        println!("   {name:width$}  {value}", width = width.unwrap_or(0));
    }
}

fn renew(wallet: &mut Wallet, folder: &Path) -> Result<()> {
    let mut manifests = Vec::new();
    find_manifests(folder, MANIFEST_DEPTH, &mut manifests)?;
    if manifests.is_empty() {
        bail!("there are no renewal files in {}", folder.display());
    }
    let (now, mut outcome, mut unknown) = (now()?, Renewed::default(), None);
    for path in &manifests {
        let octets = read_file(path)?;
        let manifest = match wallet.manifest(&octets, now) {
            Ok(manifest) => manifest,
            // A mirror carries others' files too.
            Err(error @ WalletError::UnknownManifest) => {
                unknown = Some(error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let buckets = path.with_file_name(manifest.epoch.0.to_string());
        // Every bucket: fetching one would say which.
        let read = |digest: &[u8; 32]| read_file(&buckets.join(to_hex(digest)));
        let buckets = manifest
            .buckets
            .iter()
            .map(read)
            .collect::<Result<Vec<_>>>()?;
        let done = wallet.renew(&octets, &buckets, now)?;
        outcome.renewed += done.renewed;
        outcome.absent += done.absent;
    }
    if let Some(error) = unknown.filter(|_| outcome == Renewed::default()) {
        return Err(error.into());
    }
    if outcome == Renewed::default() {
        println!("Nothing to renew: these files are for no credential of yours, or not newer.");
        return Ok(());
    }
    println!("{} renewed.", outcome.renewed);
    if outcome.absent > 0 {
        println!(
            "{} no longer renewed by the issuer: it was revoked. Ask the office.",
            outcome.absent
        );
    }
    Ok(())
}

/// A folder, `renewal` in it, a schema, a key.
const MANIFEST_DEPTH: usize = 4;

fn find_manifests(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.with_context(|| format!("opening {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        if entry.file_name() == "manifest" {
            found.push(entry.path());
        } else if depth > 1 && entry.file_type()?.is_dir() {
            find_manifests(&entry.path(), depth - 1, found)?;
        }
    }
    Ok(())
}

fn answer(
    wallet: &Wallet,
    request: &str,
    agree: Option<usize>,
    output: &Output,
    language: &str,
) -> Result<()> {
    let request = read_document(DocumentKind::Request, request)?;
    let now = now()?;
    let review = wallet.review(&request, now, language)?;
    // The answer may go to standard output; what is said to the person goes to the terminal.
    let mut screen = std::io::stderr();
    write!(screen, "{}", in_words(&review))?;
    let chosen = match agree {
        Some(number) => number.checked_sub(1).context("numbers begin at 1")?,
        None => choose(&review)?,
    };
    let answer = wallet.answer(review, chosen, Way::Symbol, now, &mut rng())?;
    output.write(DocumentKind::Answer, &answer)
}

/// Asks which alternative the holder agrees to.
fn choose(review: &Review) -> Result<usize> {
    let answerable: Vec<_> = (0..review.alternatives())
        .filter(|i| review.items(*i).is_ok())
        .collect();
    let Some(first) = answerable.first() else {
        bail!("you cannot answer this request");
    };
    if !std::io::stdin().is_terminal() {
        bail!("nobody to ask: agree with --agree NUMBER");
    }
    let question = match answerable.len() {
        1 => "Share this? Type yes to agree: ",
        _ => "Share which? Type its number to agree: ",
    };
    let mut screen = std::io::stderr();
    write!(screen, "{question}")?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let line = line.trim();
    let chosen = match line.parse::<usize>() {
        Ok(number) => number.checked_sub(1).filter(|i| answerable.contains(i)),
        Err(_) if answerable.len() == 1 && line.eq_ignore_ascii_case("yes") => Some(*first),
        Err(_) => None,
    };
    chosen.context("nothing was shared")
}

fn in_words(review: &Review) -> String {
    let (who, why) = (review.verifier(), review.purpose());
    let mut text = format!("{who} asks, in its words: \"{why}\"\n");
    let warnings = review.warnings();
    let label = if warnings.is_empty() {
        "Registered purpose"
    } else {
        "Purpose it states"
    };
    text += &format!("{label}: {}\n", review.purpose_code());
    for warning in warnings {
        text += match warning {
            Warning::UnknownVerifier => {
                "WARNING: your trust list does not know who asks. The name may be false.\n"
            }
            Warning::UnregisteredPurpose => {
                "WARNING: who asks has registered nothing for this purpose.\n"
            }
            Warning::MoreThanRegistered => {
                "WARNING: this asks for more than was registered for this purpose.\n"
            }
            Warning::Poster => {
                "WARNING: this is a printed code. Anybody could have put it there, and it is checked less strictly.\n"
            }
            _ => "WARNING: this program is too old to explain a warning.\n",
        };
    }
    for alternative in 0..review.alternatives() {
        if review.alternatives() > 1 {
            text += &format!("{}.\n", alternative + 1);
        }
        match review.items(alternative) {
            Ok(items) => items.iter().for_each(|item| text += &in_words_item(item)),
            Err(reason) => text += &format!("  Cannot be answered: {reason}.\n"),
        }
    }
    text
}

fn in_words_item(item: &ReviewItem) -> String {
    let mut text = format!(
        "From your {} ({}), only this is shared:\n",
        item.credential, item.issuer
    );
    for Disclosed { name, value, .. } in &item.disclosed {
        text += &format!("  + {name}: {value}\n");
    }
    for statement in &item.proves {
        text += &format!("  + {statement}\n");
    }
    text += "  + When it was last renewed.\n";
    if item.pseudonym {
        text += "  + A pseudonym: they know you again when you come back.\n";
    }
    text + &format!("  - Stays hidden: {}\n", item.hidden.join(", "))
}
