//! Explains any code, picture or file of Glimpse in plain words: what it is, whose, until when. What
//! is secret or personal is named and not shown.

mod documents;
mod request;

use std::path::Path;

use anyhow::Result;
use glimpse_core::ids::UnixTime;
use glimpse_core::transport::frames::{FrameError, is_frame};
use glimpse_core::transport::qr::{self, QrTextError};
use glimpse_core::trust::TrustList;
use glimpse_counter::Counter;
use glimpse_terminal::{Piece, now, read_piece};
use glimpse_verifier::{Identity, Policy};
use serde::Serialize;

use super::Arguments;
use crate::gather::Frames;
use crate::say;

/// The file of a counter's key.
const KEY: &str = "verifier.key";
/// Links that wallets open.
const LINKS: [(&str, &str); 3] = [
    (
        "openid-credential-offer://",
        "a link by which an office offers a card; a wallet opens it",
    ),
    (
        "openid4vp://",
        "a link by which a site asks for an answer; a wallet opens it",
    ),
    (
        "haip-vp://",
        "a link by which a site asks for an answer; a wallet opens it",
    ),
];

/// What something is.
#[derive(Serialize)]
pub(crate) struct Explained {
    /// A short name that stays the same.
    what: &'static str,
    /// In words.
    words: String,
    facts: Vec<Fact>,
}

/// Something that is known of it.
#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

impl Explained {
    fn new(what: &'static str, words: impl Into<String>) -> Self {
        Self {
            what,
            words: words.into(),
            facts: Vec::new(),
        }
    }

    fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        self.facts.push(Fact { name, value });
        self
    }

    fn foreign() -> Self {
        Self::new("foreign", "not a code of Glimpse")
    }
}

/// By what it is explained: the counter's trust list, where there is one, and the time.
pub(crate) struct By<'a> {
    list: Option<&'a TrustList>,
    now: UnixTime,
    language: &'a str,
}

pub(crate) fn run(arguments: &Arguments, sources: &[String]) -> Result<()> {
    // Without a counter less is known, and all else is the same.
    let mut counter = Counter::open(&arguments.counter).ok();
    let list = counter
        .as_mut()
        .map(|counter| &counter.verifier().trust().list);
    let by = By {
        list,
        now: now()?,
        language: &arguments.language,
    };
    let (mut explained, mut frames, mut joined) = (Vec::new(), Frames::default(), false);
    for source in sources {
        match piece(source)? {
            Piece::Text(text) if is_frame(&text) => {
                for line in text.lines() {
                    match frames.take(line.trim()) {
                        Ok(Some((kind, document))) => {
                            joined = true;
                            explained.push(documents::of_kind(kind, &document, &by));
                        }
                        Ok(None) => {}
                        Err(error) => explained.push(frame_error(error)),
                    }
                }
            }
            Piece::Text(text) => explained.push(of_text(&text, &by)),
            Piece::Octets(octets) => explained.push(of_file(source, &octets, &by)),
        }
    }
    if let (Some((known, of)), false) = (frames.known, joined) {
        let words =
            "a part of a moving code of Glimpse; give all of its pictures to see what it is";
        let part = Explained::new("frames", words);
        explained.push(part.fact("parts", format!("{known} of {of}")));
    }
    if arguments.json {
        return say::json(&explained);
    }
    for one in &explained {
        say::line(&one.words);
        for fact in &one.facts {
            say::line(&format!("  {}: {}", fact.name, fact.value));
        }
    }
    Ok(())
}

/// A source that is no file is a text, whoever's it is.
fn piece(source: &str) -> Result<Piece> {
    match source == "-" || Path::new(source).exists() {
        true => read_piece(source),
        false => Ok(Piece::Text(source.trim().to_owned())),
    }
}

fn frame_error(error: FrameError) -> Explained {
    match error {
        FrameError::Kind => Explained::foreign(),
        error => Explained::new("damaged", error.to_string()),
    }
}

fn of_text(text: &str, by: &By<'_>) -> Explained {
    match qr::decode(text) {
        Ok((kind, document)) => documents::of_kind(kind, &document, by),
        Err(QrTextError::Kind) => {
            let link = LINKS.iter().find(|(scheme, _)| text.starts_with(scheme));
            link.map_or_else(Explained::foreign, |(_, words)| {
                Explained::new("link", *words)
            })
        }
        Err(error) => Explained::new("damaged", error.to_string()),
    }
}

fn of_file(source: &str, octets: &[u8], by: &By<'_>) -> Explained {
    let name = Path::new(source).file_name().and_then(|name| name.to_str());
    if name == Some(KEY) || octets.len() == Identity::LEN {
        // By its name and length alone: nothing is read of it.
        let words = match octets.len() == Identity::LEN {
            true => "a counter's key; it is secret and not shown: never send it to anybody",
            false => "a file by the name of a counter's key, of another length: it is damaged",
        };
        return Explained::new("key", words);
    }
    if octets.starts_with(b"age-encryption.org/") {
        return Explained::new("backup", "an encrypted file, such as a wallet's backup");
    }
    if let Some(document) = documents::of_unknown_kind(octets, by) {
        return document;
    }
    match core::str::from_utf8(octets) {
        Ok(text) => policy(text).unwrap_or_else(|| of_text(text.trim(), by)),
        Err(_) => Explained::new("foreign", "not a document of Glimpse, or a damaged one"),
    }
}

/// What is or might be a policy.
fn policy(text: &str) -> Option<Explained> {
    match Policy::from_toml(text) {
        Ok(policy) => {
            let explained = Explained::new("policy", "a policy: what a counter asks");
            let lint = "see `glimpse-verifier policy lint` for what is unwise in it";
            Some(
                explained
                    .fact("name", policy.name.get("en"))
                    .fact("purpose", policy.purpose)
                    .fact("reason", policy.reason.get("en"))
                    .fact("more", lint),
            )
        }
        Err(error) if text.contains("[[alternative") => {
            let words = format!("a policy that cannot be read: {error}");
            Some(Explained::new("policy", words))
        }
        Err(_) => None,
    }
}
