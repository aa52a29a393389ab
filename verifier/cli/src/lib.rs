//! `glimpse-verifier`: a counter on the command line. A library as well, so that the demo runs the
//! very same program without a network.

mod camera;
mod commands;
mod gather;
mod inspect;
mod say;
mod show;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use glimpse_terminal::{Output, TrustArgs};
use glimpse_verifier::Ticket;

/// A counter: ask for one fact, check the answer, offline.
///
/// A counter lives in a folder: its key, the trust list, its registration, and the requests that
/// wait for an answer. It keeps nothing of the people who answer.
///
/// A first check takes five steps: `init`, `trust`, `registration`, then `request`, which the
/// resident's wallet answers, and `check`.
///
/// Exit codes: 0 accepted, or done; 1 something is wrong here, such as a file that is not there, a
/// picture without a code, a policy with errors; 2 the answer is refused; 3 the answer cannot be
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
    /// Say everything as one JSON value on standard output; an error is {"error": "..."}
    #[arg(long, global = true)]
    json: bool,
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
    /// Load a trust list: which issuers are known; or show the one in use
    #[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
    Trust {
        #[command(flatten)]
        list: Option<TrustArgs>,
        #[command(subcommand)]
        show: Option<TrustCommand>,
    },
    /// Keep the registration that a publisher of the trust list has signed
    Registration {
        /// Its file
        file: PathBuf,
    },
    /// What is asked, as files
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Make a request from a policy and show it as a QR code
    Request(RequestArgs),
    /// Check an answer to the latest request or poster; a good one counts once
    Check(CheckArgs),
    /// Explain any code, picture or file of Glimpse in plain words; nothing is changed, no secret shown
    Inspect {
        /// QR text, files, PNG pictures, or - for standard input; frames of one code are joined
        #[arg(required = true)]
        anything: Vec<String>,
    },
    /// Ask for sites on the network, over OpenID4VP: see `verifier/service/README.md`
    Serve(glimpse_verifier_service::Command),
}

#[derive(clap::Args)]
struct RequestArgs {
    /// The policy's file; there are some to start from in `verifier/policies`
    policy: PathBuf,
    #[command(flatten)]
    output: Output,
    /// Write the frames of a moving code, as PNG pictures to be shown in turn, into this folder:
    /// where one QR code would be too large
    #[arg(long, value_name = "FOLDER")]
    animated: Option<PathBuf>,
    /// Make a poster, to be printed, which many answer for so many days; weaker than a fresh request
    #[arg(long, value_name = "DAYS")]
    poster: Option<u64>,
    /// How old an answer to the poster may be, 30 to 600
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        requires = "poster"
    )]
    window: u32,
}

#[derive(clap::Args)]
struct CheckArgs {
    /// The answer: QR text, a file, a PNG picture of the QR code, or - for standard input. Several
    /// are frames of a moving code
    #[arg(required_unless_present = "camera")]
    answer: Vec<String>,
    /// Read the answer from a camera, such as /dev/video0, or from a video file; needs ffmpeg
    #[arg(long, value_name = "DEVICE", conflicts_with = "answer")]
    camera: Option<String>,
    /// How long the camera looks
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        requires = "camera"
    )]
    seconds: u64,
    /// The ticket of the request that it must answer, as `request --json` gives it, where it is not the latest
    #[arg(long)]
    ticket: Option<Ticket>,
}

#[derive(Subcommand)]
enum TrustCommand {
    /// Show the list in use: its number, age and end, its issuers and their keys
    Show,
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Say what is wrong or unwise in policies, by this counter's trust list and registration
    ///
    /// Exit codes: 0 nothing, or only advice and warnings; 1 an error, or with --strict a warning.
    Lint {
        /// The policies' files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Fail on warnings too
        #[arg(long)]
        strict: bool,
    },
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Where it cannot be printed nobody reads it. The parser's own code is 2, which here is
            // a refusal's.
            let _ = error.print();
            return match error.use_stderr() {
                true => ExitCode::FAILURE,
                false => ExitCode::SUCCESS,
            };
        }
    };
    glimpse_terminal::run(|| {
        let done = commands::run(&arguments);
        if let (Err(error), true) = (&done, arguments.json) {
            say::json(&serde_json::json!({ "error": glimpse_terminal::in_words(error) }))?;
        }
        done
    })
}
