//! `glimpse-verifier`: a counter on the command line. A library as well, so that the demo runs the
//! very same program without a network.

mod commands;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use glimpse_terminal::{Output, TrustArgs};

/// A counter: ask for one fact, check the answer, offline.
///
/// A counter lives in a folder: its key, the trust list, its registration, and the requests that
/// wait for an answer. It keeps nothing of the people who answer.
///
/// A first check takes five steps: `init`, `trust`, `registration`, then `request`, which the
/// resident's wallet answers, and `check`.
///
/// Exit codes: 0 accepted, 1 something is wrong here, 2 the answer is refused, 3 the answer cannot be
/// judged here (the trust list has ended, the clock is wrong).
#[derive(Parser)]
#[command(name = "glimpse-verifier", version, max_term_width = 100)]
struct Arguments {
    /// The counter's folder
    #[arg(
        long,
        short,
        value_name = "FOLDER",
        default_value = "counter",
        global = true
    )]
    counter: PathBuf,
    /// The language of names
    #[arg(long, default_value = "en", global = true)]
    language: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create a counter with a fresh key, and show what its registration needs
    Init {
        /// The counter's name, as LANGUAGE=TEXT; once for each language. Wallets show it as a
        /// stranger's until the counter is registered
        #[arg(long, required = true, value_name = "LANGUAGE=TEXT")]
        name: Vec<String>,
    },
    /// Load a trust list: which issuers are known
    Trust(TrustArgs),
    /// Keep the registration that a publisher of the trust list has signed
    Registration {
        /// Its file
        file: PathBuf,
    },
    /// Make a request from a policy and show it as a QR code
    Request {
        /// The policy's file; there are some to start from in `verifier/policies`
        policy: PathBuf,
        #[command(flatten)]
        output: Output,
    },
    /// Check an answer to the latest request; a good one counts once
    Check {
        /// The answer: QR text, a file, a picture of the QR code, or - for standard input
        answer: String,
        /// The request that it must answer, where it is not the latest
        #[arg(long)]
        request: Option<String>,
    },
    /// Ask for sites on the network, over OpenID4VP: see `verifier/service/README.md`
    Serve(glimpse_verifier_service::Command),
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = Arguments::parse_from(arguments);
    glimpse_terminal::run(|| commands::run(&arguments))
}
