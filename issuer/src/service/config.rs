//! What the service is told: a TOML file, then the environment and the command line over it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use glimpse_core::sealed::locked::Way;
use glimpse_service::{PublicUrl, SyntaxError};
use serde::Deserialize;

use crate::store::{self, Store};
use crate::{Office, OfficeError};

/// Everything that can be set. `issuer/README.md` says what each is for. It has no `Debug`: the
/// database's URL may hold a password.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address that people and wallets use, when it is not the one it listens on.
    pub public_url: Option<String>,
    /// A PostgreSQL URL; without it the records are in the office's folder.
    pub database: Option<String>,
    /// A PEM file with the certificates that the database's may be signed by.
    pub database_ca: Option<PathBuf>,
    /// Whether everybody must have a second factor.
    pub require_totp: bool,
    /// Whether the page says that all of this is play.
    pub demo: bool,
    /// The office's name in each language.
    pub names: BTreeMap<String, String>,
    /// How much is too much.
    pub limits: Limits,
}

/// How much is too much, and how long is too long.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most octets of an ordinary request's body.
    pub body_octets: usize,
    /// The most octets of a file to import.
    pub import_octets: usize,
    /// How many seconds a request may take in all.
    pub request_seconds: u64,
    /// How many seconds a file to import may take to arrive.
    pub import_seconds: u64,
    /// How many seconds the head of a request may take to arrive, and then its body; as long an
    /// answer may wait to be taken.
    pub arrival_seconds: u64,
    /// How many requests are answered at once; others are told to come again.
    pub requests: usize,
    /// How many connections are open at once; others wait.
    pub connections: usize,
    /// How many seconds requests get to end when the service stops.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_octets: 64 << 10,
            import_octets: 64 << 20,
            request_seconds: 60,
            import_seconds: 600,
            arrival_seconds: 20,
            requests: 256,
            connections: 1024,
            drain_seconds: 20,
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8700)),
            public_url: None,
            database: None,
            database_ca: None,
            require_totp: false,
            demo: false,
            names: BTreeMap::from([("en".to_owned(), "Issuing office".to_owned())]),
            limits: Limits::default(),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("reading the configuration file: {0}")]
    File(#[from] std::io::Error),
    /// The file is not as it should be.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The public address cannot be used.
    #[error("public_url must be an https address without a path; http only on this machine itself")]
    PublicUrl,
    /// The service listens on an address that is not the one people use.
    #[error("listening beyond this machine needs public_url, the address that people use")]
    NoPublicUrl,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(&std::fs::read_to_string(path)?)
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        Ok(glimpse_service::settings(text)?)
    }

    /// Opens the office in this folder, with the database that is named here.
    ///
    /// # Errors
    /// Those of [`Office::open_with`].
    pub fn open(&self, folder: &Path, passphrase: &[u8]) -> Result<Office, OfficeError> {
        self.open_by(folder, Way::Passphrase(passphrase))
    }

    /// The same by a passphrase or by a key file.
    ///
    /// # Errors
    /// Those of [`Office::open_by`].
    pub fn open_by(&self, folder: &Path, way: Way<'_>) -> Result<Office, OfficeError> {
        Office::open_by(folder, way, self.store()?)
    }

    /// The database that is named here, where one is.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn store(&self) -> Result<Option<Arc<dyn Store>>, OfficeError> {
        let open = |url: &String| store::open_postgres(url, self.database_ca.as_deref());
        Ok(self.database.as_ref().map(open).transpose()?)
    }

    /// The address that people use, now that the service listens here.
    pub(crate) fn public(&self, bound: SocketAddr) -> Result<PublicUrl, ConfigError> {
        match &self.public_url {
            Some(url) => PublicUrl::parse(url).ok_or(ConfigError::PublicUrl),
            None if bound.ip().is_loopback() => Ok(PublicUrl::of(bound)),
            None => Err(ConfigError::NoPublicUrl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_sets_what_it_names_and_unknown_names_are_refused() {
        let config = Config::parse("require_totp = true\n[limits]\nrequests = 5\n").unwrap();
        assert!(config.require_totp);
        assert_eq!(
            (config.limits.requests, config.limits.body_octets),
            (5, 65_536)
        );
        let wrong = Config::parse("demo = true\nrequire_topt = true\n")
            .err()
            .unwrap();
        assert!(wrong.to_string().contains("line 2"), "{wrong}");
        assert!(Config::parse("[limits]\nboddy = 5\n").is_err());
    }

    #[test]
    fn listening_beyond_this_machine_needs_a_public_address() {
        let config = Config::default();
        let public = |at: &str| config.public(at.parse().unwrap());
        assert_eq!(
            public("127.0.0.1:80").unwrap().origin,
            "http://127.0.0.1:80"
        );
        assert!(matches!(
            public("0.0.0.0:80"),
            Err(ConfigError::NoPublicUrl)
        ));
    }
}
