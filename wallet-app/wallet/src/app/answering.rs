//! Answering: from a review or a site's link to an answer that is noted, and its delivery.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Review;
use glimpse_terminal::rng;

use super::showing::review_view;
use super::views::{FaultCode, ReviewView};
use super::{Answer, App, Step, now};
use crate::WalletError;
use crate::online::request::Delivery;
use crate::showing::Way;

/// An answer that the holder agreed to and that the history has.
pub(super) struct Answered {
    alternative: usize,
    pub(super) answer: Vec<u8>,
    pub(super) expires: UnixTime,
    pub(super) verifier: String,
    /// Where it goes by network.
    pub(super) delivery: Option<Delivery>,
}

impl App {
    /// Asks the site of the link on the screen what it asks: the first time that anything is fetched.
    ///
    /// # Errors
    /// [`FaultCode::Offline`], [`FaultCode::OtherSide`], [`FaultCode::Forged`], [`FaultCode::Expired`];
    /// the link stays on the screen.
    pub fn fetch_request(&self, step: u32) -> Answer<ReviewView> {
        let link = {
            let mut inner = self.inner();
            inner.wallet()?;
            inner.at(step)?;
            match &inner.step {
                Step::Request(link) => link.clone(),
                _ => return Err(FaultCode::Missing.into()),
            }
        };
        let object = link.fetch(&self.client(), &mut rng())?;
        let mut inner = self.inner();
        let (now, language) = (now()?, inner.language.clone());
        let wallet = inner.wallet()?;
        // Under a list whose time is over, nobody is known: the holder is warned.
        let (request, delivery) = object.verify(wallet.trusted(now).ok(), now)?;
        let review = Review::new(request, &wallet.holdings(), now, &language);
        let mut view = ReviewView {
            online: Some(delivery.host()),
            ..review_view(wallet, &review)
        };
        inner.at(step)?;
        view.step = inner.put(Step::Review(Box::new(review), Some(delivery)));
        Ok(view)
    }

    /// The answer to the review on the screen, noted once. The same again where it is not delivered yet.
    pub(super) fn answer(&self, step: u32, alternative: usize) -> Answer<Arc<Answered>> {
        let mut inner = self.inner();
        let now = now()?;
        inner.wallet()?;
        inner.at(step)?;
        let answered = match std::mem::take(&mut inner.step) {
            Step::Answered(answered) if answered.alternative == alternative => answered,
            Step::Review(review, delivery) => {
                let (expires, verifier) =
                    (review.accepted_until(now), review.verifier().to_owned());
                if now > review.expires() {
                    return Err(FaultCode::Expired.into());
                }
                let way = match delivery {
                    Some(_) => Way::Network,
                    None => Way::Symbol,
                };
                let wallet = inner.wallet()?;
                let answer = wallet.answer(*review, alternative, way, now, &mut rng())?;
                self.shown.fetch_max(now.0, Ordering::Relaxed);
                Arc::new(Answered {
                    alternative,
                    answer,
                    expires,
                    verifier,
                    delivery,
                })
            }
            other => {
                inner.step = other;
                return Err(FaultCode::Missing.into());
            }
        };
        if now > answered.expires {
            return Err(FaultCode::Expired.into());
        }
        if answered.delivery.is_some() {
            inner.step = Step::Answered(answered.clone());
        }
        Ok(answered)
    }

    /// Delivers an answer, and leaves the step when it is delivered; where the browser goes on.
    pub(super) fn deliver(
        &self,
        step: u32,
        answered: &Arc<Answered>,
        delivery: &Delivery,
    ) -> Answer<Option<String>> {
        let delivered = delivery.deliver(&self.client(), &answered.answer);
        let go_on = delivered.map_err(WalletError::from)?;
        self.inner().leave(step);
        Ok(go_on)
    }
}
