//! An open wallet: its vault, its trust list, its credentials in memory.

use std::path::Path;

use glimpse_core::cbor::Texts;
use glimpse_core::credential::{Credential, CredentialContext, CredentialError};
use glimpse_core::curve::FixedBases;
use glimpse_core::ids::{EpochDay, UnixTime};
use glimpse_core::predicate::square_bases;
use glimpse_core::presentation::Holding;
use glimpse_core::sealed::Cost;
use glimpse_core::trust::{Accepted, Roots, TrustList, accept};
use rand_core::CryptoRng;

use crate::WalletError;
use crate::app::views::Settings;
use crate::vault::{Facts, Moment, Place, Standing, Vault};

/// How long a trust list is used beyond its end, in seconds: a holder may be without a network.
const TRUST_GRACE: u64 = 30 * 86_400;

/// A credential with its context, as it is held in memory.
pub(crate) struct Held {
    pub(crate) row: i64,
    pub(crate) credential: Credential,
    pub(crate) context: CredentialContext,
    pub(crate) facts: Facts,
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

/// An open wallet.
pub struct Wallet {
    pub(crate) vault: Vault,
    pub(crate) trust: Option<Accepted>,
    pub(crate) held: Vec<Held>,
    pub(crate) squares: FixedBases,
}

impl Wallet {
    /// Creates a wallet: a device key and empty stores.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn create(
        place: &Place,
        pin: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, WalletError> {
        Self::with(Vault::create(place, pin, cost, rng, |_| Ok(()))?)
    }

    /// Whether there is a wallet in this folder.
    pub fn exists(folder: &Path) -> bool {
        Vault::exists(folder)
    }

    /// How a closed wallet stands: open elsewhere, or waiting after wrong PINs.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn standing(place: &Place, now: &Moment) -> Result<Standing, WalletError> {
        Ok(Vault::standing(place, now)?)
    }

    /// Opens a wallet. A wrong PIN counts.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn open(place: &Place, pin: &[u8], now: &Moment) -> Result<Self, WalletError> {
        Self::with(Vault::open(place, pin, now)?)
    }

    pub(crate) fn with(vault: Vault) -> Result<Self, WalletError> {
        let held = vault
            .identity
            .credentials()?
            .into_iter()
            .map(|stored| {
                let credential = Credential::from_octets(&stored.record)?;
                Ok(Held {
                    row: stored.row,
                    facts: stored.facts,
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

    /// Changes the PIN. A wrong old one counts.
    ///
    /// # Errors
    /// [`WalletError::Vault`]; the old PIN then holds.
    pub fn change_pin(
        &self,
        (old, new): (&[u8], &[u8]),
        cost: Cost,
        now: &Moment,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), WalletError> {
        Ok(self.vault.change_pin((old, new), cost, now, rng)?)
    }

    /// Destroys the wallet: its device key, then its files. A wrong PIN counts, and gives the wallet
    /// back.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn erase(self, pin: &[u8], now: &Moment) -> Result<(), (WalletError, Option<Box<Self>>)> {
        match self.vault.check(pin, now) {
            Ok(()) => self.vault.erase().map_err(|error| (error.into(), None)),
            Err(error) => Err((error.into(), Some(Box::new(self)))),
        }
    }

    /// What the holder has set.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn settings(&self) -> Result<Settings, WalletError> {
        Ok(self.vault.identity.settings()?.unwrap_or_default())
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`WalletError::Vault`].
    pub fn set_settings(&self, settings: &Settings) -> Result<(), WalletError> {
        Ok(self.vault.identity.set_settings(settings)?)
    }

    /// The restored card of this issuer and schema that waits for its office, which a new one of
    /// theirs takes the place of.
    pub(crate) fn waiting(&self, context: &CredentialContext) -> Option<i64> {
        let same = |held: &&Held| {
            held.facts.rebind
                && (held.context.issuer, held.context.schema_id)
                    == (context.issuer, context.schema_id)
        };
        self.held.iter().find(same).map(|held| held.row)
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
    pub(crate) fn trusted(&self, now: UnixTime) -> Result<&TrustList, WalletError> {
        let trust = self.trust.as_ref().ok_or(WalletError::NoTrustList)?;
        trust.check_time(now, TRUST_GRACE)?;
        Ok(&trust.list)
    }

    pub(crate) fn issuer_names(&self, context: &CredentialContext) -> Option<&Texts> {
        self.trust
            .as_ref()?
            .list
            .issuer(context.issuer)
            .map(|i| &i.names)
    }

    pub(crate) fn summary(&self, held: &Held, language: &str) -> Summary {
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

    /// Holds a credential that has come, in the place of the restored one that it was stored over.
    pub(crate) fn hold(&mut self, new: Held) {
        self.held.retain(|held| held.row != new.row);
        self.held.push(new);
    }

    /// The cards that can be shown: one that waits for its office after a restore cannot, for it is
    /// bound to the device that is gone.
    fn bound(&self) -> impl Iterator<Item = &Held> {
        self.held.iter().filter(|held| !held.facts.rebind)
    }

    pub(crate) fn holdings(&self) -> Vec<Holding<'_>> {
        self.bound()
            .map(|held| Holding {
                credential: &held.credential,
                context: &held.context,
                issuer: self.issuer_names(&held.context),
            })
            .collect()
    }

    /// The row and the epoch of a holding.
    pub(crate) fn place(&self, place: usize) -> (i64, EpochDay) {
        let held = self.bound().nth(place);
        held.map_or((0, EpochDay(0)), |h| (h.row, h.credential.epoch))
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
