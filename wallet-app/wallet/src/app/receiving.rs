//! Cards: receiving by QR codes, listing, deleting; and trust lists.

use glimpse_core::ids::UnixTime;
use glimpse_core::transport::DocumentKind;
use glimpse_core::trust::{Accepted, Roots};
use glimpse_terminal::{rng, to_hex};

use super::showing::symbols;
use super::views::{
    Card, CardState, Fault, FaultCode, PaperRequest, SchemaView, TrustView, day, texts, values,
};
use super::{Answer, App, Inner, Step, now};
use crate::Wallet;
use crate::wallet::Held;

impl App {
    /// The cards, the oldest first.
    ///
    /// # Errors
    /// [`FaultCode::Locked`].
    pub fn cards(&self) -> Answer<Vec<Card>> {
        let now = now()?;
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        Ok(wallet.held.iter().map(|h| view(wallet, h, now)).collect())
    }

    /// Deletes a card, from every file.
    ///
    /// # Errors
    /// [`FaultCode::Missing`], [`FaultCode::Locked`].
    pub fn remove_card(&self, id: i64) -> Answer<()> {
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        let place = wallet.held.iter().position(|h| h.row == id);
        let place = place.ok_or(Fault::new(FaultCode::Missing))?;
        Ok(wallet.delete(place)?)
    }

    /// Agrees to the offer on the screen: the code to be shown to the office.
    ///
    /// # Errors
    /// [`FaultCode::Missing`] when there is no offer.
    pub fn paper_request(&self, step: u32) -> Answer<PaperRequest> {
        let mut inner = self.inner();
        let now = now()?;
        inner.wallet()?;
        inner.at(step)?;
        let Step::PaperOffer(offer) = std::mem::take(&mut inner.step) else {
            return Err(FaultCode::Missing.into());
        };
        let request = inner.wallet()?.begin(&offer, now, &mut rng())?;
        let symbols = symbols(DocumentKind::IssuanceRequest, &request)?;
        Ok(PaperRequest { symbols })
    }

    /// The trust list in use.
    ///
    /// # Errors
    /// [`FaultCode::Locked`].
    pub fn trust(&self) -> Answer<Option<TrustView>> {
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        Ok(wallet
            .trust
            .as_ref()
            .map(|accepted| trust_view(accepted, true)))
    }

    /// Takes the trust list on the screen. Where nothing vouches for it, the holder has compared its
    /// keys.
    ///
    /// # Errors
    /// [`FaultCode::TrustList`], [`FaultCode::Missing`] when there is none.
    pub fn accept_trust(&self, step: u32) -> Answer<TrustView> {
        let mut inner = self.inner();
        let now = now()?;
        inner.wallet()?;
        inner.at(step)?;
        let Step::Trust(octets) = std::mem::take(&mut inner.step) else {
            return Err(FaultCode::Missing.into());
        };
        let roots = match &self.home.roots {
            Some(roots) => roots.clone(),
            None => its_own(&Accepted::restore(&octets)?),
        };
        let wallet = inner.wallet()?;
        wallet.trust(&octets, &roots, now)?;
        let accepted = wallet
            .trust
            .as_ref()
            .ok_or(Fault::new(FaultCode::NoTrustList))?;
        Ok(trust_view(accepted, true))
    }

    /// Takes the list that the app came with, where there is none yet or it is newer. One that does
    /// not fit is as good as none: the screens say that nobody is known.
    pub(super) fn take_own_list(&self, wallet: &mut Wallet) {
        if let (Some(list), Some(roots), Ok(now)) = (&self.home.list, &self.home.roots, now()) {
            let _ = wallet.trust(list, roots, now);
        }
    }
}

impl Inner {
    /// What a trust list says, and whether anything but itself vouches for it.
    pub(super) fn trust_preview(
        &mut self,
        octets: &[u8],
        roots: Option<&Roots>,
        now: UnixTime,
    ) -> Answer<TrustView> {
        let read = Accepted::restore(octets)?;
        let wallet = self.wallet()?;
        let vouched = wallet.trust.is_some() || roots.is_some();
        let roots = roots.cloned().unwrap_or_else(|| its_own(&read));
        glimpse_core::trust::accept(wallet.trust.as_ref(), octets, now, &roots)?;
        Ok(trust_view(&read, vouched))
    }
}

/// The roots that a list is its own: the holder compares its keys.
fn its_own(accepted: &Accepted) -> Roots {
    Roots {
        list: Some(accepted.list.id),
        keys: accepted.list.keys.clone(),
        threshold: accepted.list.threshold,
    }
}

fn trust_view(accepted: &Accepted, vouched: bool) -> TrustView {
    let list = &accepted.list;
    TrustView {
        step: None,
        sequence: list.sequence,
        issued: list.issued.0,
        expires: list.expires.0,
        keys: list.keys.iter().map(|key| to_hex(key.as_bytes())).collect(),
        vouched,
        issuers: list.issuers.iter().map(|i| texts(&i.names)).collect(),
        verifiers: list.verifiers.iter().map(|v| texts(&v.names)).collect(),
    }
}

/// The card of a row.
pub(super) fn card(wallet: &Wallet, row: i64, now: UnixTime) -> Answer<Card> {
    let held = wallet.held.iter().find(|h| h.row == row);
    Ok(view(
        wallet,
        held.ok_or(Fault::new(FaultCode::Missing))?,
        now,
    ))
}

fn view(wallet: &Wallet, held: &Held, now: UnixTime) -> Card {
    let (schema, epoch) = (&held.context.schema, held.credential.epoch);
    let issuer = wallet.issuer_names(&held.context).map(texts);
    Card {
        id: held.row,
        schema: SchemaView::new(schema),
        values: values(schema, &held.credential.values),
        issuer: issuer.unwrap_or_default(),
        renewed: day(epoch),
        state: state(held, now),
        online: held.facts.issuer_url.is_some(),
    }
}

/// How a card stands: the period that today falls in, the one before, or older.
pub(super) fn state(held: &Held, now: UnixTime) -> CardState {
    let schema = &held.context.schema;
    let (this, epoch) = (schema.epoch_of(now).0, held.credential.epoch.0);
    if held.facts.rebind {
        CardState::Rebind
    } else if held.facts.revoked {
        CardState::Revoked
    } else if epoch >= this {
        CardState::Current
    } else if epoch.saturating_add(schema.epoch_days) >= this {
        CardState::Due
    } else {
        CardState::Stale
    }
}
