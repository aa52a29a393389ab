//! What the programs share: how a document comes in and goes out, how a file is written, how a
//! passphrase is asked for, the clock, randomness, and how an error is said.
//!
//! Without the feature `command-line` there is no reading of arguments and pictures: for what others
//! embed, which then compiles neither.

#[cfg(feature = "command-line")]
mod document;
mod files;
#[cfg(feature = "command-line")]
mod passphrase;
#[cfg(feature = "command-line")]
mod trust;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use ed25519_dalek::VerifyingKey;
use getrandom::SysRng;
use glimpse_core::cbor::{Texts, is_plain};
use glimpse_core::ids::UnixTime;
use rand_core::UnwrapErr;

#[cfg(feature = "command-line")]
pub use document::{Output, Piece, PngText, read_document, read_file, read_piece, write_file};
pub use files::{create_private_folder, publish_file, write_atomically};
#[cfg(feature = "command-line")]
pub use passphrase::{PassphraseArgs, ask_new, new_from_file};
#[cfg(feature = "command-line")]
pub use trust::TrustArgs;

/// The operating system's randomness. It fails only where the system itself is broken, and then
/// the program stops.
pub fn rng() -> UnwrapErr<SysRng> {
    UnwrapErr(SysRng)
}

/// The time by this machine's clock.
///
/// # Errors
/// When the clock stands before 1970.
pub fn now() -> Result<UnixTime> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let since = since.context("this machine's clock is wrong; set it first")?;
    Ok(UnixTime(since.as_secs()))
}

/// Runs a command line's body; an error goes to standard error with its causes, and the exit code
/// is then 1.
pub fn run(body: impl FnOnce() -> Result<ExitCode>) -> ExitCode {
    body().unwrap_or_else(|error| {
        eprintln!("error: {}", in_words(&error));
        ExitCode::FAILURE
    })
}

/// A text that may hold a stranger's words, without what would move the cursor, change colours or turn
/// the direction of what stands beside it: each such character becomes U+FFFD.
pub fn plain(text: &str) -> String {
    let is_plain = |c: char| is_plain(c.encode_utf8(&mut [0; 4]));
    let each = |c| {
        if is_plain(c) {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    text.chars().map(each).collect()
}

/// An error and its causes, each once: many errors say their cause themselves. Lines stay, all else
/// is [`plain`].
pub fn in_words(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        let lines: Vec<_> = cause.lines().map(plain).collect();
        let cause = lines.join("\n");
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Reads an Ed25519 key in hexadecimal.
///
/// # Errors
/// In words.
pub fn verifying_key(text: &str) -> Result<VerifyingKey, String> {
    VerifyingKey::from_bytes(&hex(text)?).map_err(|_| "that is no Ed25519 key".to_owned())
}

/// Reads names in several languages, each as `en=Name`.
///
/// # Errors
/// In words.
pub fn names(given: &[String]) -> Result<Texts> {
    let split = |name: &'_ String| -> Result<(String, String)> {
        let found = name.split_once('=').filter(|(l, t)| {
            (1..=16).contains(&l.len()) && (1..=200).contains(&t.len()) && is_plain(t)
        });
        let (language, text) =
            found.context("a name is given as LANGUAGE=TEXT, such as en=Rivermouth")?;
        Ok((language.to_owned(), text.to_owned()))
    };
    let entries = given.iter().map(split).collect::<Result<Vec<_>>>()?;
    let entries: Vec<_> = entries
        .iter()
        .map(|(l, t)| (l.as_str(), t.as_str()))
        .collect();
    Ok(Texts::new(&entries))
}

/// Octets in hexadecimal, as [`hex`] reads them.
pub fn to_hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Reads hexadecimal of exactly `N` octets.
///
/// # Errors
/// In words, without the text.
pub fn hex<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let wrong = || format!("must be {} hexadecimal digits", 2 * N);
    let mut octets = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return Err(wrong());
    }
    for (octet, place) in octets.iter_mut().zip(0..N) {
        let digits = text.get(2 * place..2 * place + 2).ok_or_else(wrong)?;
        // The parser takes a sign as well.
        if !digits.bytes().all(|d| d.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        *octet = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let error = anyhow::anyhow!("no such file").context("opening x: no such file");
        assert_eq!(in_words(&error), "opening x: no such file");
        let error = anyhow::anyhow!("no such file").context("opening x");
        assert_eq!(in_words(&error), "opening x: no such file");
    }

    #[test]
    fn a_strangers_words_do_not_move_the_cursor() {
        assert_eq!(
            plain("caf\u{e9} \u{1b}[2J\r\n\u{202e}x"),
            "caf\u{e9} \u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}x"
        );
        let error = anyhow::anyhow!("unknown field `\u{1b}[A`\nin line 2");
        assert_eq!(in_words(&error), "unknown field `\u{fffd}[A`\nin line 2");
    }

    #[test]
    fn hexadecimal_of_the_right_length_only() {
        assert_eq!(hex::<2>("00fF"), Ok([0, 255]));
        assert_eq!(hex::<2>(&to_hex(&[0, 255])), Ok([0, 255]));
        for text in ["", "00f", "00ff0", "00fg", "+0ff", "0é0"] {
            assert!(hex::<2>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn names_have_a_language() {
        let given = |text: &str| names(&[text.to_owned()]);
        assert_eq!(given("en=A=B").unwrap().get("nl"), "A=B");
        for text in ["A", "=A", "en=", &format!("en={}", "x".repeat(201))] {
            assert!(given(text).is_err(), "{text}");
        }
    }
}
