//! Receiving over a network. What the wallet holds is locked before and after a request, never during
//! one: it may be closed meanwhile, and what is under way goes on when it is open again.

use std::sync::{Arc, MutexGuard};

use glimpse_core::cbor::is_plain;
use glimpse_core::ids::UnixTime;
use glimpse_terminal::rng;

use super::receiving::card;
use super::views::{CodeView, Fault, FaultCode, OfferView, Redeemed, texts};
use super::{Answer, App, Inner, Step, now, own};
use crate::online::http::{Client, Times};
use crate::online::issuance::{self, Got};
use crate::online::offer::{CodeForm, Fetched};
use crate::vault::{Ask, Stage};
use crate::{OnlineError, WalletError};

/// Seconds until something that failed is tried again.
const PAUSE: u64 = 300;
/// Seconds until the wallet asks again whether an office has approved; longer each time.
const POLL: u64 = 60;
const MOST_POLLS: u32 = 30;
/// Seconds after the end of its token in which what is under way is still tried.
const GIVE_UP: u64 = 30 * 86_400;
/// Characters of what an office says of its code.
const MAX_DESCRIPTION: usize = 300;
/// Requests for one card: a nonce, a proof, once more when the nonce was too old, and the word to the
/// office.
const MAX_STEPS: usize = 8;

/// What became of a card that was asked for.
pub(super) enum Became {
    /// It is here.
    Card(i64),
    /// The office must approve.
    Waiting,
    /// There is nothing more to do.
    Done,
}

impl App {
    pub(super) fn asking(&self) -> MutexGuard<'_, ()> {
        own(&self.asking)
    }

    pub(super) fn client(&self) -> Client {
        Client::new(Times::default(), self.home.loopback)
    }

    /// Asks the office of the offer on the screen what it offers: the first time that anything is
    /// fetched.
    ///
    /// # Errors
    /// [`FaultCode::Offline`], [`FaultCode::OtherSide`], [`FaultCode::OfferOver`],
    /// [`FaultCode::UnknownIssuer`]; the offer stays on the screen.
    pub fn fetch_offer(&self, step: u32) -> Answer<OfferView> {
        let link = {
            let mut inner = self.inner();
            inner.wallet()?;
            inner.at(step)?;
            match &inner.step {
                Step::OfferLink(link) => link.clone(),
                _ => return Err(FaultCode::Missing.into()),
            }
        };
        let fetched = Fetched::fetch(&link, &self.client())?;
        let mut inner = self.inner();
        let mut view = inner.offer_view(&fetched, now()?)?;
        inner.at(step)?;
        view.step = inner.put(Step::Offer(Arc::new(fetched)));
        Ok(view)
    }

    /// Takes the offer on the screen, with the code that the office gave apart from it.
    ///
    /// # Errors
    /// [`FaultCode::WrongCode`], after which another can be tried; [`FaultCode::Offline`], after which
    /// the same call goes on where it stopped; [`FaultCode::OfferOver`], [`FaultCode::OtherSide`],
    /// [`FaultCode::Refused`].
    pub fn redeem(&self, step: u32, code: Option<&str>) -> Answer<Redeemed> {
        let _asking = self.asking();
        let (now, client) = (now()?, self.client());
        let (fetched, mut asks) = {
            let mut inner = self.inner();
            inner.at(step)?;
            let Step::Offer(fetched) = &inner.step else {
                return Err(FaultCode::Missing.into());
            };
            let fetched = fetched.clone();
            let asks = inner.wallet()?.asks_of(&fetched.offer)?;
            (fetched, asks)
        };
        if asks.is_empty() {
            let code = code.map(str::trim);
            let token = issuance::token(&client, &fetched, code, now)?;
            let mut inner = self.inner();
            let wallet = inner.wallet()?;
            wallet.begin_asks(&fetched, token)?;
            asks = wallet.asks_of(&fetched.offer)?;
        }
        let (mut rows, mut waiting) = (Vec::new(), false);
        for id in asks {
            match self.advance(id, &client, now)? {
                Became::Card(row) => rows.push(row),
                Became::Waiting => waiting = true,
                Became::Done => {}
            }
        }
        let mut inner = self.inner();
        inner.leave(step);
        let wallet = inner.wallet()?;
        let cards = rows.into_iter().map(|row| card(wallet, row, now));
        let cards = cards.collect::<Answer<Vec<_>>>()?;
        match (cards.is_empty(), waiting) {
            (true, true) => Ok(Redeemed::Waiting),
            (true, false) => Err(FaultCode::OfferOver.into()),
            (false, _) => Ok(Redeemed::Cards { cards }),
        }
    }

    /// Goes on with what is under way and due: cards that an office must approve, and whatever was
    /// interrupted. How many cards came. Each is asked for over its own connection: with its token the
    /// office knows whose it is, and must not learn what else she fetches.
    pub(super) fn go_on(&self, now: UnixTime) -> Answer<u32> {
        let asks = self.inner().wallet()?.vault.identity.asks()?;
        let mut arrived = 0;
        for ask in asks.into_iter().filter(|ask| ask.next <= now) {
            // What fails is tried again later; the others do not wait for it.
            match self.advance(ask.id, &self.client(), now) {
                Ok(Became::Card(_)) => arrived += 1,
                Err(fault) if fault.code == FaultCode::Locked => return Err(fault),
                _ => {}
            }
            // By this device's clock, which may be wrong: so it is tried first, and the office decides.
            if after(ask.expires, GIVE_UP) < now {
                self.inner().wallet()?.vault.identity.end_ask(ask.id)?;
            }
        }
        Ok(arrived)
    }

    /// Takes one card as far as it goes now.
    fn advance(&self, id: i64, client: &Client, now: UnixTime) -> Answer<Became> {
        let mut became = Became::Done;
        for _ in 0..MAX_STEPS {
            let ask = self.inner().wallet()?.vault.identity.ask(id)?;
            let Some(ask) = ask else { return Ok(became) };
            match self.step(&ask, client, now) {
                Ok(Some(Became::Done)) => return Ok(became),
                Ok(Some(Became::Waiting)) => return Ok(Became::Waiting),
                Ok(Some(card)) => became = card,
                Ok(None) => {}
                Err(error) => return Err(self.set_back(&ask, error, now)?),
            }
        }
        Err(FaultCode::OtherSide.into())
    }

    /// One request, and what follows from its answer; nothing where the next can follow at once.
    fn step(&self, ask: &Ask, client: &Client, now: UnixTime) -> Result<Option<Became>, Failed> {
        let (got, pending) = match &ask.stage {
            Stage::New => {
                let nonce = issuance::nonce(client, ask)?;
                let mut inner = self.inner();
                inner.wallet()?.prove_ask(ask, &nonce, now, &mut rng())?;
                return Ok(None);
            }
            Stage::Proved { proof, pending } => {
                (issuance::credential(client, ask, proof)?, pending)
            }
            Stage::Waiting {
                transaction,
                pending,
            } => (issuance::deferred(client, ask, transaction)?, pending),
            Stage::Tell {
                notification,
                event,
            } => {
                let told = issuance::tell(client, ask, notification, event);
                let mut inner = self.inner();
                let identity = &inner.wallet()?.vault.identity;
                if told {
                    identity.end_ask(ask.id)?;
                } else {
                    identity.ask_again(ask.id, after(now, PAUSE))?;
                }
                return Ok(Some(Became::Done));
            }
        };
        let mut inner = self.inner();
        let wallet = inner.wallet()?;
        match got {
            Got::NonceOver => {
                wallet.vault.identity.forget_proof(ask.id)?;
                Ok(None)
            }
            Got::Later {
                transaction,
                seconds,
            } => {
                let often = u64::from(ask.asked.min(MOST_POLLS) + 1);
                let pause = seconds.max(POLL).saturating_mul(often);
                wallet.vault.identity.wait_ask(ask.id, &transaction)?;
                wallet.vault.identity.ask_again(ask.id, after(now, pause))?;
                Ok(Some(Became::Waiting))
            }
            Got::Credential {
                octets,
                notification,
            } => {
                let notification = notification.as_deref();
                let row = wallet.keep_ask(ask, pending, &octets, notification, now)?;
                Ok(Some(Became::Card(row)))
            }
        }
    }

    /// What a failed request leaves: nothing, where the office will never give anything; a word to the
    /// office, where what it gave is refused; otherwise another try.
    fn set_back(&self, ask: &Ask, failed: Failed, now: UnixTime) -> Answer<Fault> {
        let error = match failed {
            Failed::Fault(fault) => return Ok(fault),
            Failed::Wallet(error) => error,
        };
        let mut inner = self.inner();
        let identity = &inner.wallet()?.vault.identity;
        match &error {
            WalletError::Online(OnlineError::OfferOver) => identity.end_ask(ask.id)?,
            WalletError::Online(OnlineError::Refused) => {
                let left = identity.ask(ask.id)?;
                drop(inner);
                if let Some(ask) = left {
                    // It is said again later where nobody listens now.
                    let _ = self.step(&ask, &self.client(), now);
                }
            }
            _ => identity.ask_again(ask.id, after(now, PAUSE))?,
        }
        Ok(error.into())
    }
}

/// Why one request did not go through.
enum Failed {
    Wallet(WalletError),
    /// The wallet was closed meanwhile.
    Fault(Fault),
}

impl<E: Into<WalletError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Wallet(error.into())
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn after(now: UnixTime, seconds: u64) -> UnixTime {
    UnixTime(now.0.saturating_add(seconds))
}

impl Inner {
    /// What the office offers, by the trust list's words.
    fn offer_view(&mut self, fetched: &Fetched, now: UnixTime) -> Answer<OfferView> {
        let wallet = self.wallet()?;
        let list = wallet.trusted(now)?;
        let unknown = || Fault::from(WalletError::UnknownIssuer);
        let (mut cards, mut issuer) = (Vec::new(), None);
        for (_, ids) in &fetched.cards {
            let context = ids.context(list, now).ok_or_else(unknown)?;
            cards.push(texts(&context.schema.names));
            // An office speaks for itself alone.
            if *issuer.get_or_insert(ids.issuer) != ids.issuer {
                return Err(OnlineError::OtherSide("its offer is by two offices").into());
            }
        }
        let issuer = issuer.and_then(|id| list.issuer(id)).ok_or_else(unknown)?;
        Ok(OfferView {
            step: 0,
            host: fetched.offer.at.host(),
            issuer: texts(&issuer.names),
            cards,
            code: fetched.offer.transaction_code.as_ref().map(code_view),
        })
    }
}

fn code_view(form: &CodeForm) -> CodeView {
    let description = form.description.as_deref();
    CodeView {
        length: form.length,
        digits: form.input_mode.as_deref() != Some("text"),
        description: description
            .filter(|text| text.chars().count() <= MAX_DESCRIPTION && is_plain(text))
            .map(str::to_owned),
    }
}
