//! What the service is told: a TOML file, and the command line over it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use glimpse_core::ids::Origin;
use glimpse_service::{PublicUrl, SyntaxError};
use glimpse_terminal::to_hex;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::Url;

/// Everything that can be set. `verifier/service/README.md` says what each is for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// The address that people and wallets use, when it is not the one it listens on.
    pub public_url: Option<String>,
    /// The folder with the policies; the name of each is its file's without `.toml`.
    #[serde(default = "policies")]
    pub policies: PathBuf,
    /// How long a visitor may take, in seconds.
    #[serde(default = "session_seconds")]
    pub session_seconds: u64,
    /// How long a site may take to fetch what came of it, in seconds.
    #[serde(default = "code_seconds")]
    pub code_seconds: u64,
    /// The sites that ask by this service.
    #[serde(rename = "site")]
    pub sites: Vec<Site>,
    /// How much is too much.
    #[serde(default)]
    pub limits: Limits,
}

/// A site that asks by this service.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name in the service's log.
    pub name: String,
    /// The SHA-256 digests of its tokens, in hexadecimal; several while one replaces another.
    pub tokens: Vec<String>,
    /// Where its visitors may go back to, each in full.
    #[serde(deserialize_with = "addresses")]
    pub return_to: Vec<Url>,
    /// The policies that it may use; all where none is named.
    #[serde(default)]
    pub policies: Vec<String>,
    /// Whether its visitors must have their wallet on the device that they visit it with.
    #[serde(default)]
    pub same_device_only: bool,
}

/// How much is too much, and how long is too long.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The most octets of a body.
    pub body_octets: usize,
    /// The most octets of an answer's body.
    pub answer_octets: usize,
    /// How many seconds a request may take in all.
    pub request_seconds: u64,
    /// How many seconds the head of a request may take to arrive, and then its body; as long an
    /// answer may wait to be taken.
    pub arrival_seconds: u64,
    /// How many requests compute or read files at once; others are told to come again.
    pub requests: usize,
    /// How many connections are open at once; others wait.
    pub connections: usize,
    /// How many visitors of one site may be under way at once.
    pub sessions: usize,
    /// How many seconds requests get to end when the service stops.
    pub drain_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_octets: 16 << 10,
            answer_octets: 256 << 10,
            request_seconds: 30,
            arrival_seconds: 20,
            requests: 256,
            connections: 1024,
            sessions: 5000,
            drain_seconds: 20,
        }
    }
}

fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Url>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let read = texts.iter().map(|text| Url::parse(text));
    read.collect::<Result<_, _>>().map_err(D::Error::custom)
}

fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8710))
}

fn policies() -> PathBuf {
    PathBuf::from("policies")
}

fn session_seconds() -> u64 {
    600
}

fn code_seconds() -> u64 {
    120
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {}: {error}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is not as it should be.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The public address cannot be used.
    #[error("public_url must be an https address without a path; http only on this machine itself")]
    PublicUrl,
    /// The service listens on an address that is not the one people use.
    #[error("listening beyond this machine needs public_url, the https address that people use")]
    NoPublicUrl,
    /// Nobody may ask.
    #[error("there is no [[site]]: name the sites that ask by this service")]
    NoSite,
    /// A token that is none.
    #[error(
        "the site `{0}`: tokens are SHA-256 digests; `serve --new-token` makes a token with its digest"
    )]
    Token(String),
    /// A return address that visitors cannot be sent to.
    #[error(
        "the site `{0}`: return_to must be https addresses without a fragment; http only on this machine itself"
    )]
    ReturnTo(String),
}

impl Config {
    /// Reads a file; the folder of policies is beside it.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| ConfigError::File {
            file: path.to_owned(),
            error,
        })?;
        let mut config = Self::parse(&text)?;
        if let Some(folder) = path.parent() {
            config.policies = folder.join(&config.policies);
        }
        Ok(config)
    }

    fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = glimpse_service::settings(text)?;
        if config.sites.is_empty() {
            return Err(ConfigError::NoSite);
        }
        config.sites.iter().try_for_each(Site::check)?;
        Ok(config)
    }

    /// The address that people use, now that the service listens here, and the origin to which wallets
    /// send answers, in the form in which wallets compare it.
    pub(crate) fn public(&self, bound: SocketAddr) -> Result<(PublicUrl, Origin), ConfigError> {
        let public = match &self.public_url {
            Some(url) => PublicUrl::parse(url).ok_or(ConfigError::PublicUrl)?,
            None if bound.ip().is_loopback() => PublicUrl::of(bound),
            None => return Err(ConfigError::NoPublicUrl),
        };
        let url = Url::parse(&public.origin).ok();
        let origin = url.and_then(|url| Origin::parse(&url.origin().ascii_serialization()));
        Ok((public, origin.ok_or(ConfigError::PublicUrl)?))
    }

    /// The site with this token. A token has 256 random bits, so one plain hash is enough.
    pub(crate) fn site_of(&self, token: &str) -> Option<usize> {
        let digest = digest(token);
        let known = |site: &Site| {
            let same = |t: &String| bool::from(t.as_bytes().ct_eq(digest.as_bytes()));
            site.tokens.iter().any(same)
        };
        self.sites.iter().position(known)
    }
}

impl Site {
    fn check(&self) -> Result<(), ConfigError> {
        let good = |t: &String| glimpse_terminal::hex::<32>(t).is_ok_and(|o| to_hex(&o) == *t);
        if self.tokens.is_empty() || !self.tokens.iter().all(good) {
            return Err(ConfigError::Token(self.name.clone()));
        }
        let good = |url: &Url| PublicUrl::may_be_used(url) && url.fragment().is_none();
        if self.return_to.is_empty() || !self.return_to.iter().all(good) {
            return Err(ConfigError::ReturnTo(self.name.clone()));
        }
        Ok(())
    }

    /// Where a visitor goes back to: an address of the list, as it stands there. Nothing that merely
    /// begins like one.
    pub(crate) fn may_return_to(&self, wanted: &str) -> Option<Url> {
        let wanted = Url::parse(wanted).ok()?;
        self.return_to.contains(&wanted).then_some(wanted)
    }

    /// Whether it may ask by this policy.
    pub(crate) fn may_ask(&self, policy: &str) -> bool {
        self.policies.is_empty() || self.policies.iter().any(|p| p == policy)
    }
}

/// What the configuration keeps of a token.
pub fn digest(token: &str) -> String {
    to_hex(&Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(tokens: &str, return_to: &str) -> Result<Config, ConfigError> {
        Config::parse(&format!(
            "[[site]]\nname = \"shop\"\ntokens = [{tokens}]\nreturn_to = [{return_to}]\n"
        ))
    }

    #[test]
    fn a_file_names_sites_by_digests_and_whole_addresses() {
        let token = format!("\"{}\"", digest("secret"));
        let config = site(&token, "\"https://shop.example/back?x=1\"").unwrap();
        assert_eq!(config.site_of("secret"), Some(0));
        assert_eq!(
            (config.site_of("secre"), config.site_of(&digest("secret"))),
            (None, None)
        );
        for (tokens, to) in [
            ("", "\"https://shop.example/\""),
            ("\"secret\"", "\"https://shop.example/\""),
            (&*token.to_uppercase(), "\"https://shop.example/\""),
            (&*token, ""),
            (&*token, "\"http://shop.example/\""),
            (&*token, "\"https://shop.example/#a\""),
            (&*token, "\"https://a@shop.example/\""),
            (&*token, "\"javascript:alert(1)\""),
        ] {
            let refused = site(tokens, to).err().unwrap();
            let named = matches!(refused, ConfigError::Token(_) | ConfigError::ReturnTo(_));
            assert!(named, "{tokens} {to}: {refused}");
        }
        assert!(matches!(
            Config::parse("site = []"),
            Err(ConfigError::NoSite)
        ));
        let wrong = Config::parse("listen = \"127.0.0.1:1\"\nfolder = 1\nsite = []")
            .err()
            .unwrap();
        assert!(wrong.to_string().contains("line 2"), "{wrong}");
    }

    #[test]
    fn visitors_go_back_to_listed_addresses_only() {
        let token = format!("\"{}\"", digest("secret"));
        let config = site(&token, "\"https://shop.example/back\"").unwrap();
        let to = |text: &str| config.sites[0].may_return_to(text).is_some();
        assert!(to("https://shop.example/back") && to("https://SHOP.example:443/back"));
        for text in [
            "https://shop.example/back/",
            "https://shop.example/back?x=1",
            "https://shop.example/back#x",
            "https://shop.example/back/../evil",
            "https://shop.example/",
            "https://shop.example.evil.example/back",
            "https://shop.example@evil.example/back",
            "https://evil.example/back",
            "//shop.example/back",
            "http://shop.example/back",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!to(text), "{text}");
        }
    }
}
