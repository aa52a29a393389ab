//! `glimpse-issuer`: the issuing office on the command line.

mod audit;
mod ceremony;
mod commands;
mod keys;
mod renewal;
mod service;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use glimpse_terminal::Output;

/// The issuing office: keys, credentials, renewal, trust lists.
///
/// An office lives in a folder: `office.keys` holds its keys, sealed under a passphrase, and
/// `office.db` its records, unless `--database` names a PostgreSQL server.
///
/// A first credential takes four steps: `init`, `schema`, then `offer`, which the resident's
/// wallet answers with a request, and `issue`, which answers that request.
#[derive(Parser)]
#[command(name = "glimpse-issuer", version, max_term_width = 100)]
struct Arguments {
    /// The office's folder
    #[arg(
        long,
        short,
        value_name = "FOLDER",
        default_value = "office",
        global = true
    )]
    office: PathBuf,
    #[command(flatten)]
    unlock: keys::Unlock,
    #[command(flatten)]
    settings: service::Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Create an office with fresh keys
    Init(keys::Days),
    /// Show the office's id, its signing key and its schemas
    Show,
    /// Add a schema from a JSON file
    Schema {
        /// The file; see `issuer/schemas/` for three examples
        file: PathBuf,
    },
    /// Make a one-time offer for a resident's wallet
    Offer {
        /// The schema's code
        #[arg(long)]
        schema: String,
        /// How long the offer stands
        #[arg(long, default_value_t = 60)]
        minutes: u32,
        #[command(flatten)]
        output: Output,
    },
    /// Answer a wallet's request with a credential
    Issue {
        /// The request: QR text, a file, a picture of the QR code, or - for standard input
        request: String,
        /// A JSON file with the person's values, one for each attribute of the schema
        #[arg(long, value_name = "FILE")]
        values: PathBuf,
        /// Your own reference for the holder, such as a file number, to find her again
        #[arg(long, default_value = "")]
        reference: String,
        #[command(flatten)]
        output: Output,
    },
    /// List the credentials: handle, schema, status, your reference
    List,
    /// Revoke a credential: it is absent from the next renewal
    Revoke {
        /// The handle, as `list` shows it
        #[arg(value_parser = glimpse_terminal::hex::<8>, required_unless_present = "code")]
        handle: Option<[u8; 8]>,
        /// The code that the holder kept, in place of the handle; - to read it from standard input
        #[arg(long, conflicts_with = "handle")]
        code: Option<String>,
        /// Why, for your records
        #[arg(long)]
        reason: String,
    },
    /// Renew every live credential of a schema
    ///
    /// A renewal that was cut off goes on where it was; one of an epoch that was renewed before
    /// signs what has changed since.
    Renew {
        /// The schema's code
        #[arg(long)]
        schema: String,
        /// Write what is published to this folder too, as `export` does
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// Write every published renewal to a folder, for a web server, a mirror or a memory stick
    Export {
        /// The folder; files that are there already stay as they are
        #[arg(long, value_name = "FOLDER")]
        to: PathBuf,
    },
    /// Write this office's entry for a trust list
    Entry(commands::Entry),
    /// Make and sign a trust list
    TrustList(commands::Publish),
    /// Add this office's signature to a trust list that another publisher has signed
    Countersign {
        /// The list's file
        list: PathBuf,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Register a verifier: say what it may ask, for which purpose
    Register(commands::Register),
    /// Serve the office's page, its interface, and OpenID4VCI for wallets
    Serve(service::Serve),
    /// Keep the list of those who may sign in
    #[command(subcommand)]
    Staff(service::Staff),
    /// Check or export the audit trail
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Keep the office's keys: rotate them, and let key files open the office
    #[command(subcommand)]
    Key(keys::Key),
    /// Hold a key ceremony: make a key before witnesses, with a protocol
    Ceremony(ceremony::Ceremony),
    /// Change the passphrase
    ///
    /// Key files open nothing any more then, but for the one given with `--key-file`.
    Passphrase(keys::NewPassphrase),
    /// Print the OpenAPI document of the service
    Openapi,
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments = Arguments::parse_from(arguments);
    glimpse_terminal::run(|| commands::run(&arguments).map(|()| ExitCode::SUCCESS))
}
