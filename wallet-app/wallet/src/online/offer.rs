//! An office's offer, how it is written in links and codes, and what the office says of itself.
//! Reading an offer fetches nothing. spec:GL-8-HOLDER

use std::collections::BTreeMap;

use glimpse_core::credential::CredentialContext;
use glimpse_core::ids::{IssuerId, KeyId, SchemaId, UnixTime};
use glimpse_core::trust::TrustList;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use super::OnlineError;
use super::http::{Address, Client};

pub(crate) const FORMAT: &str = "glimpse_bbs";
pub(crate) const PROOF: &str = "glimpse_commitment";
pub(crate) const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// Cards in one offer.
const MAX_CARDS: usize = 8;

/// An offer as it came.
#[derive(Clone)]
pub(crate) enum Link {
    /// All of it.
    Whole(Box<Offer>),
    /// Where it is.
    Reference(Address),
}

/// A credential offer of OpenID4VCI.
#[derive(Clone)]
pub(crate) struct Offer {
    /// The credential issuer, as it is written: proofs are made for exactly this text.
    pub(crate) issuer: String,
    pub(crate) at: Address,
    pub(crate) configurations: Vec<String>,
    pub(crate) code: Zeroizing<String>,
    pub(crate) transaction_code: Option<CodeForm>,
    /// Where it was fetched, if it was.
    pub(crate) reference: Option<Address>,
}

/// What a transaction code looks like.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    pub(crate) input_mode: Option<String>,
    #[serde(default)]
    pub(crate) length: Option<u32>,
    #[serde(default)]
    pub(crate) description: Option<String>,
}

#[derive(Deserialize)]
struct Written {
    credential_issuer: String,
    credential_configuration_ids: Vec<String>,
    #[serde(default)]
    grants: Grants,
}

#[derive(Default, Deserialize)]
struct Grants {
    #[serde(rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code")]
    pre_authorized: Option<PreAuthorized>,
}

#[derive(Deserialize)]
struct PreAuthorized {
    #[serde(rename = "pre-authorized_code")]
    code: String,
    tx_code: Option<CodeForm>,
}

impl Written {
    fn offer(self) -> Result<Offer, OnlineError> {
        let at = Address::read(&self.credential_issuer).ok_or(OnlineError::Unreadable)?;
        // It is kept for renewals, and a path could be one holder's own.
        if !at.is_origin() {
            return Err(OnlineError::Unreadable);
        }
        let count = self.credential_configuration_ids.len();
        let code = self.grants.pre_authorized;
        // The other grant needs a browser, in which the holder signs in at the office.
        let grant = code.ok_or(OnlineError::OtherSide("its offer has no code"))?;
        if !(1..=MAX_CARDS).contains(&count) || grant.code.is_empty() {
            return Err(OnlineError::Unreadable);
        }
        Ok(Offer {
            issuer: self.credential_issuer,
            at,
            configurations: self.credential_configuration_ids,
            code: Zeroizing::new(grant.code),
            transaction_code: grant.tx_code,
            reference: None,
        })
    }
}

impl Link {
    /// Reads a text that is an offer; nothing where it is something else.
    pub(crate) fn read(text: &str) -> Option<Result<Self, OnlineError>> {
        let whole = |json: &str| {
            let written: Result<Written, _> = serde_json::from_str(json);
            let written = written.map_err(|_| OnlineError::Unreadable)?;
            Ok(Self::Whole(Box::new(written.offer()?)))
        };
        if text.starts_with('{') {
            return text.contains("credential_issuer").then(|| whole(text));
        }
        let url = Url::parse(text).ok()?;
        if !matches!(url.scheme(), "openid-credential-offer" | "https" | "http") {
            return None;
        }
        let mut found = None;
        for (name, value) in url.query_pairs() {
            let read = match &*name {
                "credential_offer" => whole(&value),
                "credential_offer_uri" => Address::read(&value)
                    .map(Self::Reference)
                    .ok_or(OnlineError::Unreadable),
                _ => continue,
            };
            // Two could be meant for two readers.
            found = Some(match found {
                None => read,
                Some(_) => Err(OnlineError::Unreadable),
            });
        }
        found.or_else(|| {
            (url.scheme() == "openid-credential-offer").then_some(Err(OnlineError::Unreadable))
        })
    }

    /// Where the wallet would ask.
    pub(crate) fn host(&self) -> String {
        match self {
            Self::Whole(offer) => offer.at.host(),
            Self::Reference(address) => address.host(),
        }
    }

    /// The offer. One that is fetched must be by the host that the holder was shown.
    pub(crate) fn fetch(&self, client: &Client) -> Result<Offer, OnlineError> {
        let address = match self {
            Self::Whole(offer) => return Ok((**offer).clone()),
            Self::Reference(address) => address,
        };
        let reply = client.get(address)?;
        if matches!(reply.status, 404 | 410) {
            return Err(OnlineError::OfferOver);
        }
        let offer = reply.good::<Written>()?.offer();
        let offer = offer.map_err(|error| match error {
            OnlineError::Unreadable => OnlineError::OtherSide("its offer does not read"),
            error => error,
        })?;
        if !offer.at.same_origin(address) {
            return Err(OnlineError::OtherSide("its offer is by somebody else"));
        }
        Ok(Offer {
            reference: Some(address.clone()),
            ..offer
        })
    }
}

/// Where an office is asked. All of it is at one origin, the one that the holder was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Endpoints {
    token: String,
    nonce: String,
    credential: String,
    deferred: Option<String>,
    notification: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    credential_issuer: String,
    #[serde(default)]
    authorization_servers: Vec<String>,
    credential_endpoint: String,
    nonce_endpoint: String,
    deferred_credential_endpoint: Option<String>,
    notification_endpoint: Option<String>,
    credential_configurations_supported: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Server {
    issuer: String,
    token_endpoint: String,
}

#[derive(Deserialize)]
struct Configuration {
    issuer_id: String,
    schema_id: String,
    key_id: String,
    proof_types_supported: BTreeMap<String, serde_json::Value>,
}

/// What a card is issued under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    pub(crate) issuer: IssuerId,
    pub(crate) schema: SchemaId,
    pub(crate) key: KeyId,
}

impl Ids {
    pub(crate) const LEN: usize = IssuerId::LEN + SchemaId::LEN + KeyId::LEN;

    pub(crate) fn to_octets(self) -> Vec<u8> {
        [
            self.issuer.0.as_slice(),
            self.schema.0.as_slice(),
            self.key.0.as_slice(),
        ]
        .concat()
    }

    pub(crate) fn read(octets: &[u8; Self::LEN]) -> Option<Self> {
        let (issuer, rest) = octets.split_first_chunk()?;
        let (schema, rest) = rest.split_first_chunk()?;
        Some(Self {
            issuer: IssuerId(*issuer),
            schema: SchemaId(*schema),
            key: KeyId(rest.try_into().ok()?),
        })
    }

    /// The context, if the trust list has it: what the office says of itself is no ground.
    /// spec:GL-8-CONFIGURATION
    pub(crate) fn context(self, list: &TrustList, now: UnixTime) -> Option<CredentialContext> {
        list.context(self.issuer, self.key, self.schema, now).ok()
    }
}

/// An offer with what its office says.
pub(crate) struct Fetched {
    pub(crate) offer: Offer,
    pub(crate) endpoints: Endpoints,
    /// The cards of our format.
    pub(crate) cards: Vec<(String, Ids)>,
}

impl Fetched {
    /// Asks the office.
    pub(crate) fn fetch(link: &Link, client: &Client) -> Result<Self, OnlineError> {
        let offer = link.fetch(client)?;
        let other = OnlineError::OtherSide;
        let metadata: Metadata = client
            .get(&offer.at.well_known("openid-credential-issuer"))?
            .good()?;
        if metadata.credential_issuer != offer.issuer {
            return Err(other("it says that it is somebody else"));
        }
        if metadata
            .authorization_servers
            .iter()
            .any(|s| *s != offer.issuer)
        {
            return Err(other("its codes are taken elsewhere"));
        }
        let server: Server = client
            .get(&offer.at.well_known("oauth-authorization-server"))?
            .good()?;
        if server.issuer != offer.issuer {
            return Err(other("it says that it is somebody else"));
        }
        let mut cards = Vec::new();
        for id in &offer.configurations {
            let configuration = metadata.credential_configurations_supported.get(id);
            let configuration = configuration.ok_or(other("it does not know what it offers"))?;
            // Other formats are for other wallets.
            if configuration.get("format").and_then(|f| f.as_str()) == Some(FORMAT) {
                let ids = ids(configuration).ok_or(other("its offer does not read"))?;
                cards.push((id.clone(), ids));
            }
        }
        if cards.is_empty() {
            return Err(other("it offers nothing of the kind that is kept here"));
        }
        let endpoints = Endpoints {
            token: server.token_endpoint,
            nonce: metadata.nonce_endpoint,
            credential: metadata.credential_endpoint,
            deferred: metadata.deferred_credential_endpoint,
            notification: metadata.notification_endpoint,
        };
        endpoints.check(&offer.at)?;
        Ok(Self {
            offer,
            endpoints,
            cards,
        })
    }
}

fn ids(configuration: &serde_json::Value) -> Option<Ids> {
    let read = Configuration::deserialize(configuration).ok()?;
    read.proof_types_supported
        .contains_key(PROOF)
        .then_some(())?;
    Some(Ids {
        issuer: IssuerId(glimpse_terminal::hex(&read.issuer_id).ok()?),
        schema: SchemaId(glimpse_terminal::hex(&read.schema_id).ok()?),
        key: KeyId(glimpse_terminal::hex(&read.key_id).ok()?),
    })
}

impl Endpoints {
    fn all(&self) -> impl Iterator<Item = &String> {
        let needed = [&self.token, &self.nonce, &self.credential];
        needed
            .into_iter()
            .chain(&self.deferred)
            .chain(&self.notification)
    }

    fn check(&self, issuer: &Address) -> Result<(), OnlineError> {
        let there = |text: &String| Address::read(text).is_some_and(|a| a.same_origin(issuer));
        if self.all().all(there) {
            Ok(())
        } else {
            Err(OnlineError::OtherSide("it sends somewhere else"))
        }
    }

    pub(crate) fn token(&self) -> Result<Address, OnlineError> {
        address(Some(&self.token))
    }

    pub(crate) fn nonce(&self) -> Result<Address, OnlineError> {
        address(Some(&self.nonce))
    }

    pub(crate) fn credential(&self) -> Result<Address, OnlineError> {
        address(Some(&self.credential))
    }

    pub(crate) fn deferred(&self) -> Result<Address, OnlineError> {
        address(self.deferred.as_ref())
    }

    /// Nothing where the office does not want to know.
    pub(crate) fn notification(&self) -> Option<Address> {
        address(self.notification.as_ref()).ok()
    }
}

/// An address that was checked before.
fn address(text: Option<&String>) -> Result<Address, OnlineError> {
    let read = text.and_then(|text| Address::read(text));
    read.ok_or(OnlineError::OtherSide("it names no such address"))
}

#[cfg(test)]
mod tests;
