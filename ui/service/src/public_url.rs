//! The address that people and wallets use.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

/// An address without a path: https, or http on this machine itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    /// Scheme, host and port, as browsers send it in `Origin`; nothing follows it.
    pub origin: String,
    /// Whether it is https.
    pub secure: bool,
}

impl PublicUrl {
    /// Of a service that listens here, on this machine alone.
    pub fn of(bound: SocketAddr) -> Self {
        Self {
            origin: format!("http://{bound}"),
            secure: false,
        }
    }

    /// Reads one.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        (bare && Self::may_be_used(&url)).then(|| Self {
            origin: url.origin().ascii_serialization(),
            secure: url.scheme() == "https",
        })
    }

    /// Whether an address is https, or http on this machine itself, and names no user.
    pub fn may_be_used(url: &Url) -> bool {
        let local = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
            None => return false,
        };
        let nobody = url.username().is_empty() && url.password().is_none();
        nobody && (url.scheme() == "https" || (url.scheme() == "http" && local))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_https_or_of_this_machine() {
        let parse = |text: &str| PublicUrl::parse(text).map(|url| (url.origin, url.secure));
        for (text, origin, secure) in [
            ("https://id.example.org/", "https://id.example.org", true),
            ("https://ID.example.org:443", "https://id.example.org", true),
            (
                "https://id.example.org:8443",
                "https://id.example.org:8443",
                true,
            ),
            ("http://localhost:8700", "http://localhost:8700", false),
            ("http://[::1]:8700", "http://[::1]:8700", false),
        ] {
            assert_eq!(parse(text), Some((origin.to_owned(), secure)), "{text}");
        }
        for text in [
            "http://id.example.org",
            "http://127.0.0.1.example.org",
            "https://id.example.org/office",
            "https://id.example.org/?a",
            "https://user@id.example.org",
            "ftp://localhost",
            "id.example.org",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
