//! Renewal: by itself once a minute's tick finds that its moment is there, or now because the holder
//! says so. The files are public, and are fetched while the wallet is closed too: so the moment need
//! not be one at which she uses it. What they hold is taken when it is open. spec:GL-4-MOMENT

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use glimpse_core::credential::RevocationCode;
use glimpse_core::ids::{EpochDay, UnixTime};
use glimpse_terminal::rng;

use super::receiving::state;
use super::views::{Fault, FaultCode, RenewalOf, RenewalView, RenewedView, day, texts};
use super::{Answer, App, now, own};
use crate::OnlineError;
use crate::online::http::Address;
use crate::online::offer::Ids;
use crate::online::renewal::{Errand, fetch};
use crate::renewal::Round;
use crate::wallet::{Held, Wallet};

/// What is to be fetched, and what was. It outlives the open wallet, and holds no secret.
#[derive(Default)]
pub(super) struct Errands {
    ahead: Vec<Errand>,
    /// Fetched, for when the wallet is open.
    done: Vec<Round>,
    /// When the last was fetched.
    asked: Option<UnixTime>,
    /// Whether the holder lets it be fetched without her word.
    by_itself: bool,
}

impl App {
    fn errands(&self) -> MutexGuard<'_, Errands> {
        own(&self.errands)
    }

    /// What the wallet does by itself, once a minute. Whether the cards have changed.
    ///
    /// # Errors
    /// [`FaultCode::Full`], [`FaultCode::Damaged`]. What a network does not give is tried again.
    pub fn tick(&self, now: UnixTime) -> Answer<bool> {
        let (mut sum, _) = self.settle(now)?;
        // Whoever asks now does what is due, or the next minute does; and so with renewals.
        if let Ok(_asking) = self.asking.try_lock() {
            match self.go_on(now) {
                Ok(arrived) => sum.arrived += arrived,
                Err(fault) if fault.code == FaultCode::Locked => {}
                Err(fault) => return Err(fault),
            }
        }
        let Ok(_renewing) = self.renewing.try_lock() else {
            return Ok(sum.arrived > 0);
        };
        let shown = UnixTime(self.shown.load(Ordering::Relaxed));
        let by_itself = {
            let mut errands = self.errands();
            for errand in &mut errands.ahead {
                errand.avoid(shown, now, &mut rng());
            }
            errands.by_itself
        };
        if by_itself {
            self.run(now, |errand| errand.is_now(now));
        }
        // Files that do not fit are not told of here: nobody waits for them.
        let (after, _) = self.settle(now)?;
        sum.renewed += after.renewed;
        sum.revoked += after.revoked;
        Ok(sum.renewed + sum.revoked + sum.arrived > 0)
    }

    /// Asks for every renewal that is due, now.
    ///
    /// # Errors
    /// [`FaultCode::Locked`], [`FaultCode::NoTrustList`], [`FaultCode::Refused`] for files that do not
    /// fit. Offices that do not answer are counted.
    pub fn renew_now(&self) -> Answer<RenewedView> {
        let _renewing = own(&self.renewing);
        let now = now()?;
        let (before, _) = self.settle(now)?;
        // Not only by itself: the holder is told what is in the way.
        self.inner().wallet()?.due(now)?;
        let arrived = {
            let _asking = self.asking();
            self.go_on(now)?
        };
        let unreachable = self.run(now, |_| true);
        let (after, fault) = self.settle(now)?;
        if let Some(fault) = fault {
            return Err(fault);
        }
        Ok(RenewedView {
            renewed: before.renewed + after.renewed,
            revoked: before.revoked + after.revoked,
            arrived,
            unreachable,
        })
    }

    /// How the cards stand with their renewal.
    ///
    /// # Errors
    /// [`FaultCode::Locked`].
    pub fn renewal(&self) -> Answer<RenewalView> {
        let now = now()?;
        self.settle(now)?;
        let next = {
            let errands = self.errands();
            let ahead = errands.ahead.iter().filter(|_| errands.by_itself);
            ahead.map(|errand| errand.at.0.max(now.0)).min()
        };
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        let asks = wallet.vault.identity.asks()?;
        let waiting = asks.iter().filter(|ask| !ask.is_over()).count();
        Ok(RenewalView {
            cards: wallet.held.iter().map(|held| of(held, now)).collect(),
            next,
            last: wallet.vault.identity.last_asked()?.map(|at| at.0),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        })
    }

    /// What the holder keeps on paper, by which her office revokes a card when the telephone is lost.
    ///
    /// # Errors
    /// [`FaultCode::Missing`], [`FaultCode::Locked`].
    pub fn revocation_code(&self, id: i64) -> Answer<String> {
        let mut inner = self.inner();
        let held = inner.wallet()?.held.iter().find(|held| held.row == id);
        let credential = &held.ok_or(FaultCode::Missing)?.credential;
        let code = RevocationCode::of(&credential.renewal_key, credential.handle);
        Ok(code.to_text().to_string())
    }

    /// Fetches what is chosen, with nothing locked meanwhile; how many offices did not answer. Each has
    /// its own connections: one of them may not tell that two kinds of cards are one holder's.
    fn run(&self, now: UnixTime, chosen: impl Fn(&Errand) -> bool) -> u32 {
        let ahead: Vec<_> = self
            .errands()
            .ahead
            .iter()
            .filter(|e| chosen(e))
            .cloned()
            .collect();
        let mut unreachable = 0;
        for errand in ahead {
            let fetched = fetch(&self.client(), &errand.due);
            let mut errands = self.errands();
            errands.asked = Some(now);
            let place = errands.ahead.iter().position(|e| e.is_for(&errand.due));
            match fetched {
                Ok(Some(round)) => {
                    if let Some(place) = place {
                        errands.ahead.remove(place);
                    }
                    errands.done.push(round);
                    continue;
                }
                Ok(None) => {}
                Err(OnlineError::Offline | OnlineError::OtherSide(_)) => unreachable += 1,
                Err(_) => {}
            }
            if let Some(errand) = place.and_then(|place| errands.ahead.get_mut(place)) {
                errand.put_off(now, &mut rng());
            }
        }
        unreachable
    }

    /// There is no wallet any more.
    pub(super) fn forget_errands(&self) {
        *self.errands() = Errands::default();
    }

    /// Where the wallet is open: takes what was fetched, and sees what is due. The first fault is
    /// given, with what went well.
    fn settle(&self, now: UnixTime) -> Answer<(RenewedView, Option<Fault>)> {
        let (mut sum, mut fault) = (RenewedView::default(), None);
        let mut inner = self.inner();
        let Ok(wallet) = inner.wallet() else {
            return Ok((sum, fault));
        };
        if let Some(latest) = wallet.vault.transactions.latest()? {
            self.shown.fetch_max(latest.0, Ordering::Relaxed);
        }
        let mut errands = self.errands();
        let mut over = Vec::new();
        for round in std::mem::take(&mut errands.done) {
            over.push((round.ids(), round.epoch()));
            match wallet.finish_round(round, now) {
                Ok(renewed) => {
                    sum.renewed += u32::try_from(renewed.renewed).unwrap_or(u32::MAX);
                    sum.revoked += u32::try_from(renewed.absent).unwrap_or(u32::MAX);
                }
                Err(error) => {
                    fault.get_or_insert(error.into());
                }
            }
        }
        if let Some(asked) = errands.asked.take() {
            wallet.vault.identity.set_last_asked(asked)?;
        }
        errands.by_itself = wallet.settings()?.renew_by_itself;
        errands.ahead = ahead(wallet, &errands.ahead, &over, now)?;
        Ok((sum, fault))
    }
}

/// What is due, each with its moment: known, kept, or drawn now. What is due still after its files came is
/// revoked, or they do not fit: it waits for the next period's.
fn ahead(
    wallet: &Wallet,
    known: &[Errand],
    over: &[(Ids, EpochDay)],
    now: UnixTime,
) -> Answer<Vec<Errand>> {
    // Without a trust list nothing can be renewed, which the screens say.
    let due = wallet.due(now).unwrap_or_default();
    let mut ahead = Vec::with_capacity(due.len());
    for due in due {
        let (ids, epoch) = (due.ids.to_octets(), due.epoch);
        let kept = wallet.vault.identity.moment(&ids, epoch)?;
        let mut errand = match (known.iter().find(|e| e.is_for(&due)), kept) {
            (Some(known), _) => Errand {
                due,
                ..known.clone()
            },
            (None, Some((at, tries))) => Errand::drawn(due, at, tries, now, &mut rng()),
            (None, None) => Errand::draw(due, now, &mut rng()),
        };
        let due = &errand.due;
        if over
            .iter()
            .any(|(ids, epoch)| *ids == due.ids && *epoch >= due.epoch)
        {
            errand.rest(&mut rng());
        }
        if kept != Some((errand.at, errand.tries)) {
            let identity = &wallet.vault.identity;
            identity.set_moment(&ids, epoch, errand.at, errand.tries)?;
        }
        ahead.push(errand);
    }
    Ok(ahead)
}

fn of(held: &Held, now: UnixTime) -> RenewalOf {
    let schema = &held.context.schema;
    let due = held.credential.epoch.0.saturating_add(schema.epoch_days);
    let address = held.facts.issuer_url.as_deref().and_then(Address::read);
    RenewalOf {
        id: held.row,
        name: texts(&schema.names),
        state: state(held, now),
        renewed: day(held.credential.epoch),
        due: day(EpochDay(due)),
        host: address.map(|address| address.host()),
    }
}
