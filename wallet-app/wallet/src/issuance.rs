//! Receiving: from an office's offer to a credential in the vault, by documents that travel as QR codes.

use glimpse_core::credential::{IssuanceResponse, Offer, PendingIssuance};
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;

use crate::WalletError;
use crate::app::views::{Texts, texts};
use crate::vault::Facts;
use crate::wallet::{Held, Summary, Wallet};

impl Wallet {
    /// Begins an issuance: the answer to an offer. The same offer gets the same answer again.
    ///
    /// # Errors
    /// [`WalletError::UnknownIssuer`], [`WalletError::Credential`] for an offer that is expired,
    /// forged or for a key that is not published.
    pub fn begin(
        &self,
        offer_octets: &[u8],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, WalletError> {
        let list = self.trusted(now)?;
        let issuer = list.issuer(Offer::claimed_issuer(offer_octets)?);
        let issuer = issuer.ok_or(WalletError::UnknownIssuer)?;
        let offer = Offer::verify(offer_octets, &issuer.signing, now)?;
        if let Some(request) = self.vault.identity.pending_request(&offer.code)? {
            return Ok(request);
        }
        let context = list.context(offer.issuer, offer.key, offer.schema, now)?;
        let (pending, request) =
            PendingIssuance::begin(&context, &offer, offer_octets, self.vault.device(), rng)?;
        let request = request.to_octets();
        self.vault
            .identity
            .add_pending(&offer.code, &pending.to_octets(), &request)?;
        Ok(request)
    }

    /// An offer's issuer and card, by the trust list, for the holder to say whether she wants it.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub fn offered(&self, octets: &[u8], now: UnixTime) -> Result<(Texts, Texts), WalletError> {
        let list = self.trusted(now)?;
        let issuer = list.issuer(Offer::claimed_issuer(octets)?);
        let issuer = issuer.ok_or(WalletError::UnknownIssuer)?;
        let offer = Offer::verify(octets, &issuer.signing, now)?;
        let context = list.context(offer.issuer, offer.key, offer.schema, now)?;
        Ok((texts(&issuer.names), texts(&context.schema.names)))
    }

    /// Takes the issuer's response and keeps the credential.
    ///
    /// # Errors
    /// [`WalletError::NotPending`] when it fits nothing that was begun.
    pub fn receive(&mut self, response: &[u8], now: UnixTime) -> Result<Summary, WalletError> {
        self.receive_row(response, now)?;
        let held = self.held.last().ok_or(WalletError::NotPending)?;
        Ok(self.summary(held, "en"))
    }

    /// The same, and gives the credential's row.
    ///
    /// # Errors
    /// [`WalletError::NotPending`] when it fits nothing that was begun.
    pub(crate) fn receive_row(
        &mut self,
        response: &[u8],
        now: UnixTime,
    ) -> Result<i64, WalletError> {
        let list = self.trusted(now)?;
        let mut found = None;
        for (code, record) in self.vault.identity.pending()? {
            let pending = PendingIssuance::from_octets(&record)?;
            let issuer = list.issuer(Offer::claimed_issuer(pending.binding())?);
            let Some(issuer) = issuer else { continue };
            // The offer may have expired since; it was checked when the issuance began.
            let Ok(offer) = Offer::verify(pending.binding(), &issuer.signing, UnixTime(0)) else {
                continue;
            };
            let Ok(context) = list.context(offer.issuer, offer.key, offer.schema, now) else {
                continue;
            };
            let Ok(parsed) = IssuanceResponse::from_octets(response, &context.schema) else {
                continue;
            };
            let finished = pending.finish(&context, parsed, self.vault.device(), now);
            if let Ok(credential) = finished {
                found = Some((code, context, credential));
                break;
            }
        }
        let (code, context, credential) = found.ok_or(WalletError::NotPending)?;
        let facts = Facts::new(now);
        let (record, waiting) = (credential.to_octets(), self.waiting(&context));
        let identity = &self.vault.identity;
        let row = identity.finish(&code, (&record, &facts), waiting)?;
        self.hold(Held {
            row,
            credential,
            context,
            facts,
        });
        Ok(row)
    }
}
