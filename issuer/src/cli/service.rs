//! The commands around the service: it is served, and its staff is kept.

use std::io::{IsTerminal, Read};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use glimpse_terminal::{ask_new, names, now, rng};
use zeroize::Zeroizing;

use super::commands::say;
use crate::Office;
use crate::service::config::Config;
use crate::staff::{Change, Member, Role};

/// Where the settings and the records are, for every command.
#[derive(Args)]
pub(crate) struct Settings {
    /// Read settings from this TOML file; what is said here or in the environment goes before it
    #[arg(long, value_name = "FILE", env = "GLIMPSE_CONFIG", global = true)]
    config: Option<PathBuf>,
    /// Keep the records in this PostgreSQL database instead of the office's folder
    ///
    /// Other users of this machine see command lines: a URL with a password belongs into the
    /// environment or the file.
    #[arg(
        long,
        value_name = "URL",
        env = "GLIMPSE_DATABASE",
        hide_env_values = true,
        global = true
    )]
    database: Option<String>,
    /// Trust the database's certificate if it is signed by one in this PEM file
    #[arg(long, value_name = "FILE", env = "GLIMPSE_DATABASE_CA", global = true)]
    database_ca: Option<PathBuf>,
}

impl Settings {
    pub(super) fn config(&self) -> Result<Config> {
        let mut config = match &self.config {
            Some(path) => Config::read(path).with_context(|| path.display().to_string())?,
            None => Config::default(),
        };
        if self.database.is_some() {
            config.database.clone_from(&self.database);
        }
        if self.database_ca.is_some() {
            config.database_ca.clone_from(&self.database_ca);
        }
        Ok(config)
    }
}

/// What can be said without a file; the rest of the settings is in `issuer/README.md`.
#[derive(Args)]
pub(crate) struct Serve {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", env = "GLIMPSE_LISTEN")]
    listen: Option<SocketAddr>,
    /// The https address that people and wallets use
    #[arg(long, value_name = "URL", env = "GLIMPSE_PUBLIC_URL")]
    public_url: Option<String>,
    /// The office's name, as LANGUAGE=TEXT; once for each language
    #[arg(
        long = "name",
        value_name = "LANGUAGE=TEXT",
        env = "GLIMPSE_NAMES",
        value_delimiter = ';'
    )]
    names: Vec<String>,
    /// Let nobody work without a second factor
    #[arg(long, env = "GLIMPSE_REQUIRE_TOTP", num_args = 0..=1, default_missing_value = "true")]
    require_totp: Option<bool>,
    /// Say on every page that all of this is play
    #[arg(long, env = "GLIMPSE_DEMO", num_args = 0..=1, default_missing_value = "true")]
    demo: Option<bool>,
}

impl Serve {
    pub(super) fn run(&self, office: Office, mut config: Config) -> Result<()> {
        now()?;
        crate::service::start_logging();
        config.listen = self.listen.unwrap_or(config.listen);
        config.require_totp = self.require_totp.unwrap_or(config.require_totp);
        config.demo = self.demo.unwrap_or(config.demo);
        if self.public_url.is_some() {
            config.public_url.clone_from(&self.public_url);
        }
        if !self.names.is_empty() {
            names(&self.names)?;
            let split = self.names.iter().filter_map(|name| name.split_once('='));
            config.names = split.map(|(l, t)| (l.to_owned(), t.to_owned())).collect();
        }
        crate::service::serve(office, config, |url| {
            say(&format!("The office's page: {url}"))
        })?;
        Ok(())
    }
}

#[derive(Subcommand)]
pub(crate) enum Staff {
    /// Add somebody who may sign in
    ///
    /// The password is asked for, or read from the file, or is the first line of standard input.
    Add {
        /// Her name
        name: String,
        /// What she may do
        #[arg(long, value_enum)]
        role: Role,
        /// Read the password from the first line of this file
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// List those who may sign in
    List,
    /// Change what somebody may do, or how she signs in; her sessions end
    Change {
        /// Her name
        name: String,
        /// What she may do from now on
        #[arg(long, value_enum)]
        role: Option<Role>,
        /// Whether she may not sign in
        #[arg(long)]
        disabled: Option<bool>,
        /// Set a new password, which is asked for or is the first line of standard input
        #[arg(long)]
        password: bool,
        /// Set a new password, the first line of this file
        #[arg(long, value_name = "FILE", conflicts_with = "password")]
        password_file: Option<PathBuf>,
        /// Forget her second factor
        #[arg(long)]
        reset_totp: bool,
        /// Forget wrong attempts to sign in
        #[arg(long)]
        unlock: bool,
    },
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.code()))
    }
}

fn new_password(file: Option<&PathBuf>) -> Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    if let Some(path) = file {
        text = Zeroizing::new(std::fs::read_to_string(path).context("reading the password")?);
    } else if std::io::stdin().is_terminal() {
        return ask_new();
    } else {
        let mut input = std::io::stdin().lock().take(4096);
        input
            .read_to_string(&mut text)
            .context("reading the password")?;
    }
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Zeroizing::new(line.to_owned())),
        _ => bail!("there is no password; nothing was changed"),
    }
}

impl Staff {
    pub(super) fn run(&self, office: &Office) -> Result<()> {
        let now = now()?;
        match self {
            Self::Add {
                name,
                role,
                password_file,
            } => {
                let password = new_password(password_file.as_ref())?;
                let added = office.add_staff(name, *role, &password, "command", now, &mut rng())?;
                say(&in_words(&added));
                Ok(())
            }
            Self::List => {
                for member in office.staff(now)? {
                    say(&in_words(&member));
                }
                Ok(())
            }
            Self::Change {
                name,
                role,
                disabled,
                password,
                password_file,
                reset_totp,
                unlock,
            } => {
                let id = office.staff_by_name(name, now)?.id;
                let wanted = *password || password_file.is_some();
                let password = wanted.then(|| new_password(password_file.as_ref()));
                let change = Change {
                    role: *role,
                    disabled: *disabled,
                    password: password.transpose()?,
                    reset_totp: *reset_totp,
                    unlock: *unlock,
                };
                let changed =
                    office.change_staff(&id, &change, None, "command", now, &mut rng())?;
                say(&in_words(&changed));
                Ok(())
            }
        }
    }
}

fn in_words(member: &Member) -> String {
    let words = [
        (member.totp, "second factor"),
        (member.disabled, "disabled"),
        (member.locked.is_some(), "locked"),
    ];
    let mut text = format!("{}  {}", member.name, member.role.code());
    for (_, word) in words.into_iter().filter(|(holds, _)| *holds) {
        text = format!("{text}, {word}");
    }
    text
}
