//! `glimpse-wallet`: the resident's wallet on the command line.

mod commands;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use glimpse_terminal::{Output, PassphraseArgs, TrustArgs};

/// Your wallet: receive credentials, see who asks for what, and answer with one QR code.
///
/// A wallet lives in a folder and opens with your passphrase. Keep the folder to yourself:
/// `device.key` in it cannot be replaced.
///
/// A first credential takes four steps: `init`, `trust`, then `begin` with the office's offer,
/// and `receive` with the office's answer.
#[derive(Parser)]
#[command(name = "glimpse-wallet", version, max_term_width = 100)]
struct Arguments {
    /// The wallet's folder
    #[arg(
        long,
        short,
        value_name = "FOLDER",
        default_value = "wallet",
        global = true
    )]
    wallet: PathBuf,
    /// The language of names
    #[arg(long, default_value = "en", global = true)]
    language: String,
    #[command(flatten)]
    passphrase: PassphraseArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create a wallet
    Init,
    /// Load a trust list: which issuers and verifiers are known
    Trust(TrustArgs),
    /// Answer an office's offer with a request for the credential
    Begin {
        /// The offer: QR text, a file, a picture of the QR code, or - for standard input
        offer: String,
        #[command(flatten)]
        output: Output,
    },
    /// Take the credential from the office's answer
    Receive {
        /// The answer: QR text, a file, a picture of the QR code, or - for standard input
        response: String,
    },
    /// List the credentials and what they hold
    List,
    /// Review a verifier's request and, if you agree, answer it
    Answer {
        /// The request: QR text, a file, a picture of the QR code, or - for standard input
        request: String,
        /// Agree without being asked, to this alternative
        #[arg(long, value_name = "NUMBER")]
        agree: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Take an epoch's renewal files
    Renew {
        /// The folder with the issuer's files, as its `export` writes them
        folder: PathBuf,
    },
    /// Show what was shown to whom
    History,
    /// Delete a credential
    Delete {
        /// Its number, as `list` shows it
        number: usize,
    },
    /// Change the passphrase
    Passphrase {
        /// Read the new passphrase from the first line of this file instead of asking
        #[arg(long, value_name = "FILE")]
        new: Option<PathBuf>,
    },
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = Arguments::parse_from(arguments);
    glimpse_terminal::run(|| commands::run(&arguments).map(|()| ExitCode::SUCCESS))
}
