//! The resident's wallet, without screens: receive, list, review, answer, renew.

pub mod cli;
mod error;
pub mod vault;

use std::path::Path;

pub use error::WalletError;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{
    Bucket, Credential, CredentialContext, CredentialError, IssuanceResponse, Manifest, Offer,
    PendingIssuance, RenewalError, open_row,
};
use glimpse_core::curve::FixedBases;
use glimpse_core::ids::{EpochDay, UnixTime};
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::{Consent, Holding, Review, ReviewItem, VerifiedRequest, prove};
use glimpse_core::sealed::Cost;
use glimpse_core::trust::{Accepted, IssuerEntry, Roots, TrustList, accept};
use rand_core::CryptoRng;
use vault::{HistoryEntry, Vault};

/// How long a trust list is used beyond its end, in seconds: a holder may be without a network.
const TRUST_GRACE: u64 = 30 * 86_400;

/// A credential with its context, as it is held in memory.
struct Held {
    row: i64,
    credential: Credential,
    context: CredentialContext,
}

/// What a list of credentials shows of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The credential's name.
    pub name: String,
    /// The issuer's name.
    pub issuer: String,
    /// When it was last renewed.
    pub epoch: EpochDay,
    /// (attribute, value); for the holder's eyes.
    pub attributes: Vec<(String, String)>,
}

/// What a renewal did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// How many credentials were renewed.
    pub renewed: usize,
    /// How many are of this issuer and schema but were not renewed: those are revoked.
    pub absent: usize,
}

/// An open wallet.
pub struct Wallet {
    vault: Vault,
    trust: Option<Accepted>,
    held: Vec<Held>,
    squares: FixedBases,
}

impl Wallet {
    /// Creates a wallet in a folder: a device key and empty stores.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn create(
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, WalletError> {
        Self::with(Vault::create(folder, passphrase, cost, rng)?)
    }

    /// Whether there is a wallet in this folder.
    pub fn exists(folder: &Path) -> bool {
        Vault::exists(folder)
    }

    /// Opens the wallet in a folder.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn open(folder: &Path, passphrase: &[u8]) -> Result<Self, WalletError> {
        Self::with(Vault::open(folder, passphrase)?)
    }

    fn with(vault: Vault) -> Result<Self, WalletError> {
        let held = vault
            .identity
            .credentials()?
            .into_iter()
            .map(|(row, record)| {
                let credential = Credential::from_octets(&record)?;
                Ok(Held {
                    row,
                    context: credential.context()?,
                    credential,
                })
            })
            .collect::<Result<_, CredentialError>>()?;
        // What is in the encrypted store was accepted before. One that this version cannot read is
        // as good as none: a new one can be loaded.
        let stored = vault.identity.trust()?;
        let trust = stored.and_then(|octets| Accepted::restore(&octets).ok());
        Ok(Self {
            vault,
            trust,
            held,
            squares: square_bases()?,
        })
    }

    /// Changes the passphrase.
    ///
    /// # Errors
    /// [`WalletError::Vault`]; the old passphrase then holds.
    pub fn change_passphrase(
        &self,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), WalletError> {
        Ok(self.vault.change_passphrase(passphrase, cost, rng)?)
    }

    /// Accepts a trust list: the first on the word of `roots`, later ones by the list in use.
    ///
    /// # Errors
    /// [`WalletError::Trust`].
    pub fn trust(
        &mut self,
        octets: &[u8],
        roots: &Roots,
        now: UnixTime,
    ) -> Result<(), WalletError> {
        let accepted = accept(self.trust.as_ref(), octets, now, roots)?;
        self.vault.identity.set_trust(octets)?;
        self.trust = Some(accepted);
        Ok(())
    }

    /// The trust list, while it may be used.
    fn trusted(&self, now: UnixTime) -> Result<&TrustList, WalletError> {
        let trust = self.trust.as_ref().ok_or(WalletError::NoTrustList)?;
        trust.check_time(now, TRUST_GRACE)?;
        Ok(&trust.list)
    }

    fn issuer_names(&self, context: &CredentialContext) -> Option<&Texts> {
        self.trust
            .as_ref()?
            .list
            .issuer(context.issuer)
            .map(|i| &i.names)
    }

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

    /// Takes the issuer's response and keeps the credential.
    ///
    /// # Errors
    /// [`WalletError::NotPending`] when it fits nothing that was begun.
    pub fn receive(&mut self, response: &[u8], now: UnixTime) -> Result<Summary, WalletError> {
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
        let row = self.vault.identity.finish(&code, &credential.to_octets())?;
        let held = Held {
            row,
            credential,
            context,
        };
        let summary = self.summary(&held, "en");
        self.held.push(held);
        Ok(summary)
    }

    fn summary(&self, held: &Held, language: &str) -> Summary {
        let schema = &held.context.schema;
        let issuer = self.issuer_names(&held.context);
        let values = schema.attributes.iter().zip(&held.credential.values);
        Summary {
            name: schema.names.get(language).to_owned(),
            issuer: issuer.map_or_else(
                || held.context.issuer.to_string(),
                |n| n.get(language).to_owned(),
            ),
            epoch: held.credential.epoch,
            attributes: values
                .map(|(a, v)| {
                    (
                        a.names.get(language).to_owned(),
                        v.display(&a.kind, language),
                    )
                })
                .collect(),
        }
    }

    /// The credentials.
    pub fn credentials(&self, language: &str) -> Vec<Summary> {
        self.held
            .iter()
            .map(|held| self.summary(held, language))
            .collect()
    }

    /// Deletes a credential by its place in the list.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn delete(&mut self, place: usize) -> Result<(), WalletError> {
        if let Some(held) = self.held.get(place) {
            self.vault.identity.remove(held.row)?;
            self.held.remove(place);
        }
        Ok(())
    }

    /// Reads a manifest that an issuer on the trust list has signed: it says which buckets there are.
    ///
    /// # Errors
    /// [`WalletError::UnknownManifest`].
    pub fn manifest(&self, octets: &[u8], now: UnixTime) -> Result<Manifest, WalletError> {
        let by = |issuer: &IssuerEntry| {
            let manifest = Manifest::verify(octets, &issuer.signing).ok();
            manifest.filter(|m| m.issuer == issuer.id)
        };
        let found = self.trusted(now)?.issuers.iter().find_map(by);
        found.ok_or(WalletError::UnknownManifest)
    }

    /// Takes an epoch's manifest and its buckets, all of them.
    ///
    /// # Errors
    /// [`WalletError::UnknownManifest`], [`WalletError::Renewal`] for a bucket that is missing or
    /// not the manifest's.
    pub fn renew(
        &mut self,
        manifest: &[u8],
        buckets: &[Vec<u8>],
        now: UnixTime,
    ) -> Result<Renewed, WalletError> {
        let manifest = self.manifest(manifest, now)?;
        // Where one is missing, "absent" would not mean "revoked".
        if buckets.len() != manifest.buckets.len() {
            return Err(RenewalError::Digest.into());
        }
        let numbered = buckets.iter().enumerate();
        let buckets = numbered
            .map(|(number, octets)| manifest.open_bucket(number, octets))
            .collect::<Result<Vec<_>, _>>()?;
        let mut outcome = Renewed::default();
        for held in &mut self.held {
            let context = &held.context;
            let same = (manifest.issuer, manifest.schema, manifest.key)
                == (context.issuer, context.schema_id, context.key_id);
            if !same || manifest.epoch <= held.credential.epoch {
                continue;
            }
            let row = |bucket: &Bucket| bucket.row(held.credential.handle).ok().cloned();
            let row = buckets.iter().find_map(row);
            let open = |row| open_row(context, &held.credential.renewal_key, manifest.epoch, &row);
            let found = row.map(open).transpose()?;
            let Some(signature) = found else {
                outcome.absent += 1;
                continue;
            };
            held.credential
                .renew(context, manifest.epoch, signature, now)?;
            self.vault
                .identity
                .update(held.row, &held.credential.to_octets())?;
            outcome.renewed += 1;
        }
        Ok(outcome)
    }

    fn holdings(&self) -> Vec<Holding<'_>> {
        self.held
            .iter()
            .map(|held| Holding {
                credential: &held.credential,
                context: &held.context,
                issuer: self.issuer_names(&held.context),
            })
            .collect()
    }

    /// What a request asks and what each alternative would show.
    ///
    /// # Errors
    /// [`WalletError::Request`] for one that is forged or expired.
    pub fn review(
        &self,
        request: &[u8],
        now: UnixTime,
        language: &str,
    ) -> Result<Review, WalletError> {
        // Under a list whose time is over, nobody is known: the holder is warned.
        let list = self.trusted(now).ok();
        let request = VerifiedRequest::verify(request, list, now)?;
        Ok(Review::new(request, &self.holdings(), now, language))
    }

    /// Agrees to one alternative of a review and answers. No answer leaves without being noted in the
    /// history.
    ///
    /// # Errors
    /// [`WalletError::Review`], [`WalletError::Prove`], [`WalletError::Vault`].
    pub fn answer(
        &self,
        review: Review,
        alternative: usize,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, WalletError> {
        let entry = HistoryEntry {
            time: now,
            verifier: review.verifier().to_owned(),
            purpose: review.purpose().to_owned(),
            shown: in_short(review.items(alternative)?),
        };
        let consent: Consent = review.consent(alternative)?;
        let answer = prove(
            &consent,
            &self.holdings(),
            self.vault.device(),
            &self.squares,
            rng,
        )?;
        self.vault.transactions.add(&entry)?;
        Ok(answer)
    }

    /// The showings so far.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn history(&self) -> Result<Vec<HistoryEntry>, WalletError> {
        Ok(self.vault.transactions.all()?)
    }

    /// Octets held by the cryptographic tables now.
    pub fn table_octets(&self) -> usize {
        let contexts = self
            .held
            .iter()
            .map(|h| h.context.key.generators().table_octets());
        self.squares.table_octets() + contexts.sum::<usize>()
    }
}

/// What was shown: attribute names and statements, no values.
fn in_short(items: &[ReviewItem]) -> String {
    let words = items.iter().flat_map(|item| {
        let names = item.disclosed.iter().map(|(name, _)| name.clone());
        names.chain(item.proves.iter().cloned())
    });
    words.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests;
