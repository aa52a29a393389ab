//! Receiving over OpenID4VCI: what is asked of the office, and what the wallet keeps between two
//! requests. What is sent is kept first, so that a wallet that stops at any moment sends the very same
//! again and gets the same answer. spec:GL-8-HOLDER

use glimpse_core::credential::{Binding, IssuanceResponse, NonceProof, PendingIssuance};
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::OnlineError;
use super::http::{Address, Client, Reply, base64, from_base64};
use super::offer::{Endpoints, Fetched, Ids, Offer, PRE_AUTHORIZED, PROOF};
use crate::WalletError;
use crate::vault::{Ask, Facts, NewAsk};
use crate::wallet::{Held, Wallet};

/// Longest nonce of a proof, in octets.
const MAX_NONCE: usize = 512;
/// What a token lives where the office does not say it.
const TOKEN_SECONDS: u64 = 3600;
/// No token is kept for longer.
const MAX_TOKEN_SECONDS: u64 = 60 * 86_400;

/// An access token.
pub(crate) struct Token {
    pub(crate) secret: Zeroizing<String>,
    pub(crate) expires: UnixTime,
}

/// By which an offer is known when it comes again.
pub(crate) fn name(offer: &Offer) -> [u8; 32] {
    let digest = Sha256::new().chain_update(&offer.issuer).chain_update([0]);
    digest.chain_update(offer.code.as_bytes()).finalize().into()
}

/// Exchanges the offer's code, with the transaction code where one is needed.
pub(crate) fn token(
    client: &Client,
    fetched: &Fetched,
    code: Option<&str>,
    now: UnixTime,
) -> Result<Token, OnlineError> {
    #[derive(Deserialize)]
    struct Given {
        access_token: String,
        token_type: String,
        expires_in: Option<u64>,
    }
    let offer = &fetched.offer;
    let mut members = vec![
        ("grant_type", PRE_AUTHORIZED),
        ("pre-authorized_code", offer.code.as_str()),
    ];
    match (&offer.transaction_code, code) {
        (Some(_), Some(code)) => members.push(("tx_code", code)),
        (Some(_), None) => return Err(OnlineError::WrongCode),
        (None, _) => {}
    }
    let reply = client.post_form(&fetched.endpoints.token()?, &members)?;
    if reply.status == 400 && reply.error() == "invalid_grant" {
        return Err(invalid_grant(client, offer));
    }
    let given: Given = reply.good()?;
    if !given.token_type.eq_ignore_ascii_case("bearer") || given.access_token.is_empty() {
        return Err(OnlineError::OtherSide("its token is of another kind"));
    }
    let seconds = given.expires_in.unwrap_or(TOKEN_SECONDS);
    Ok(Token {
        secret: Zeroizing::new(given.access_token),
        expires: UnixTime(now.0.saturating_add(seconds.min(MAX_TOKEN_SECONDS))),
    })
}

/// A wrong code and an offer that is over get one answer; the offer's reference tells them apart.
fn invalid_grant(client: &Client, offer: &Offer) -> OnlineError {
    let gone = |at: &Address| client.get(at).is_ok_and(|r| matches!(r.status, 404 | 410));
    if offer.transaction_code.is_none() || offer.reference.as_ref().is_some_and(gone) {
        OnlineError::OfferOver
    } else {
        OnlineError::WrongCode
    }
}

/// A fresh nonce for a proof.
pub(crate) fn nonce(client: &Client, ask: &Ask) -> Result<String, OnlineError> {
    #[derive(Deserialize)]
    struct Given {
        c_nonce: String,
    }
    let given: Given = client.post(&endpoints(ask)?.nonce()?)?.good()?;
    if given.c_nonce.is_empty() || given.c_nonce.len() > MAX_NONCE {
        return Err(OnlineError::OtherSide("its nonce is none"));
    }
    Ok(given.c_nonce)
}

/// What an office answers to a proof, or later.
pub(crate) enum Got {
    /// The credential.
    Credential {
        octets: Zeroizing<Vec<u8>>,
        notification: Option<String>,
    },
    /// Somebody must approve it first; ask again after so many seconds.
    Later { transaction: String, seconds: u64 },
    /// The proof came too late.
    NonceOver,
}

/// Brings a proof.
pub(crate) fn credential(client: &Client, ask: &Ask, proof: &str) -> Result<Got, OnlineError> {
    let body = json!({
        "credential_configuration_id": ask.configuration,
        "proofs": { PROOF: [proof] },
    });
    got(&client.post_json(&endpoints(ask)?.credential()?, &ask.token, &body)?)
}

/// Asks for what had to wait.
pub(crate) fn deferred(client: &Client, ask: &Ask, transaction: &str) -> Result<Got, OnlineError> {
    let body = json!({ "transaction_id": transaction });
    got(&client.post_json(&endpoints(ask)?.deferred()?, &ask.token, &body)?)
}

fn got(reply: &Reply) -> Result<Got, OnlineError> {
    #[derive(Deserialize)]
    struct Given {
        credentials: Vec<One>,
        notification_id: Option<String>,
    }
    #[derive(Deserialize)]
    struct One {
        credential: String,
    }
    #[derive(Deserialize)]
    struct Later {
        transaction_id: String,
        interval: Option<u64>,
    }
    match reply.status {
        200 => {
            let given: Given = reply.json()?;
            let [one] = given.credentials.as_slice() else {
                return Err(OnlineError::OtherSide("it gives another number of cards"));
            };
            Ok(Got::Credential {
                octets: Zeroizing::new(from_base64(&one.credential).unwrap_or_default()),
                notification: given.notification_id,
            })
        }
        202 => {
            let later: Later = reply.json()?;
            Ok(Got::Later {
                transaction: later.transaction_id,
                seconds: later.interval.unwrap_or(0),
            })
        }
        401 => Err(OnlineError::OfferOver),
        400 => match reply.error().as_str() {
            "invalid_nonce" => Ok(Got::NonceOver),
            "credential_request_denied" | "invalid_transaction_id" => Err(OnlineError::OfferOver),
            _ => Err(OnlineError::OtherSide("it refuses")),
        },
        status => Err(super::http::refused(status)),
    }
}

/// Says what became of a credential. Whether it need not be said again.
pub(crate) fn tell(client: &Client, ask: &Ask, notification: &str, event: &str) -> bool {
    let Some(at) = endpoints(ask).ok().and_then(|e| e.notification()) else {
        return true;
    };
    let body = json!({ "notification_id": notification, "event": event });
    match client.post_json(&at, &ask.token, &body) {
        Ok(reply) => reply.status < 500,
        Err(error) => error != OnlineError::Offline,
    }
}

fn endpoints(ask: &Ask) -> Result<Endpoints, OnlineError> {
    // Written here, after they were checked.
    serde_json::from_str(&ask.endpoints).map_err(|_| OnlineError::Unreadable)
}

impl Wallet {
    /// Whether this offer was agreed to before and is under way.
    pub(crate) fn asks_of(&self, offer: &Offer) -> Result<Vec<i64>, WalletError> {
        let asks = self.vault.identity.asks()?;
        let own = asks.into_iter().filter(|ask| ask.name == name(offer));
        Ok(own.map(|ask| ask.id).collect())
    }

    /// Keeps a token that came for an offer.
    pub(crate) fn begin_asks(&self, fetched: &Fetched, token: Token) -> Result<(), WalletError> {
        let endpoints = serde_json::to_string(&fetched.endpoints).unwrap_or_default();
        let cards = fetched.cards.iter();
        let new = cards.map(|(configuration, ids)| NewAsk {
            configuration: configuration.clone(),
            ids: ids.to_octets(),
        });
        Ok(self.vault.identity.begin_asks(
            &name(&fetched.offer),
            &fetched.offer.issuer,
            &endpoints,
            &token.secret,
            token.expires,
            &new.collect::<Vec<_>>(),
        )?)
    }

    /// Makes the proof for a nonce, and keeps both before anything is sent. spec:GL-8-PROOF
    pub(crate) fn prove_ask(
        &self,
        ask: &Ask,
        nonce: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), WalletError> {
        let ids = Ids::read(&ask.ids).ok_or(WalletError::UnknownIssuer)?;
        let context = ids.context(self.trusted(now)?, now);
        let context = context.ok_or(WalletError::UnknownIssuer)?;
        let binding = Binding::nonce(&context, &ask.issuer, nonce);
        let (pending, commitment) =
            PendingIssuance::begin_bound(&context, binding, self.vault.device(), rng)?;
        let nonce = nonce.to_owned();
        let proof = base64(&NonceProof { nonce, commitment }.to_octets());
        Ok(self
            .vault
            .identity
            .prove_ask(ask.id, &proof, &pending.to_octets())?)
    }

    /// Checks what came and keeps the card.
    ///
    /// # Errors
    /// [`OnlineError::Refused`] for what is not what was announced: nothing is kept, and the office
    /// will be told.
    pub(crate) fn keep_ask(
        &mut self,
        ask: &Ask,
        pending: &[u8],
        octets: &[u8],
        notification: Option<&str>,
        now: UnixTime,
    ) -> Result<i64, WalletError> {
        let ids = Ids::read(&ask.ids).ok_or(WalletError::UnknownIssuer)?;
        let context = ids.context(self.trusted(now)?, now);
        let context = context.ok_or(WalletError::UnknownIssuer)?;
        let pending = PendingIssuance::from_octets(pending)?;
        let finished = IssuanceResponse::from_octets(octets, &context.schema)
            .and_then(|response| pending.finish(&context, response, self.vault.device(), now));
        let Ok(credential) = finished else {
            self.vault.identity.fail_ask(ask.id, notification)?;
            return Err(OnlineError::Refused.into());
        };
        let facts = Facts {
            issuer_url: Some(ask.issuer.clone()),
            ..Facts::new(now)
        };
        let (record, waiting) = (credential.to_octets(), self.waiting(&context));
        let identity = &self.vault.identity;
        let row = identity.keep_ask(ask.id, (&record, &facts), waiting, notification)?;
        self.hold(Held {
            row,
            credential,
            context,
            facts,
        });
        Ok(row)
    }
}
