//! Review, consent, answer, history.

use glimpse_core::presentation::{Review, ReviewItem, Warning};
use glimpse_core::transport::frames::{FRAGMENT, ONE_SYMBOL, Splitter};
use glimpse_core::transport::image::QrSymbol;
use glimpse_core::transport::{DocumentKind, qr};

use super::views::{
    AlternativeView, AnswerView, Fault, FaultCode, HistoryView, ItemView, ReviewView, Symbol,
    WarningView, day,
};
use super::{Answer, App, Step};
use crate::Wallet;

/// Frames for each fragment, so that a missed one costs no full round.
const ROUNDS: usize = 2;

impl App {
    /// Agrees to one alternative of the review that the screen shows and makes the answer. Where it goes by
    /// network it is delivered; when that fails, the same call tries again with the same answer.
    ///
    /// # Errors
    /// [`FaultCode::Missing`] when there is no review, [`FaultCode::Expired`] when its time is over;
    /// [`FaultCode::Offline`] and [`FaultCode::OtherSide`] where it was not delivered.
    pub fn agree(&self, step: u32, alternative: usize) -> Answer<AnswerView> {
        let answered = self.answer(step, alternative)?;
        let (symbols, go_on) = match &answered.delivery {
            None => (symbols(DocumentKind::Answer, &answered.answer)?, None),
            Some(delivery) => (Vec::new(), self.deliver(step, &answered, delivery)?),
        };
        Ok(AnswerView {
            symbols,
            expires: answered.expires.0,
            verifier: answered.verifier.clone(),
            delivered: answered.delivery.is_some(),
            go_on,
        })
    }

    /// Leaves whatever was opened. Nothing is sent, and nothing noted.
    pub fn decline(&self) {
        self.inner().step = Step::None;
    }

    /// The showings so far, the latest first.
    ///
    /// # Errors
    /// [`FaultCode::Locked`], [`FaultCode::Damaged`].
    pub fn history(&self) -> Answer<Vec<HistoryView>> {
        Ok(self.inner().wallet()?.history()?)
    }

    /// Forgets one showing, or all.
    ///
    /// # Errors
    /// [`FaultCode::Locked`], [`FaultCode::Full`].
    pub fn forget(&self, showing: Option<i64>) -> Answer<()> {
        Ok(self.inner().wallet()?.forget(showing)?)
    }
}

/// The symbols of a document: one where it fits, else those of a moving code.
pub(super) fn symbols(kind: DocumentKind, document: &[u8]) -> Answer<Vec<Symbol>> {
    let unreadable = || Fault::new(FaultCode::Other);
    let drawn = |text: &str| {
        let symbol = QrSymbol::new(text).map_err(|_| unreadable())?;
        Ok(Symbol {
            side: u32::try_from(symbol.side()).map_err(|_| unreadable())?,
            rows: symbol.rows().collect(),
        })
    };
    if document.len() <= ONE_SYMBOL {
        let text = qr::encode(kind, document).map_err(|_| unreadable())?;
        return Ok(vec![drawn(&text)?]);
    }
    let mut splitter = Splitter::new(kind, document, FRAGMENT).map_err(|_| unreadable())?;
    (0..splitter.fragments() * ROUNDS)
        .map(|_| drawn(&splitter.next_frame().map_err(|_| unreadable())?))
        .collect()
}

pub(super) fn review_view(wallet: &Wallet, review: &Review) -> ReviewView {
    let item = |item: &ReviewItem| {
        let (card, renewed) = wallet.place(item.place);
        ItemView::new(item, card, day(renewed))
    };
    let alternatives = (0..review.alternatives()).map(|number| match review.items(number) {
        Ok(items) => AlternativeView::Possible {
            items: items.iter().map(item).collect(),
            // A history that cannot be read must not hide the review.
            warnings: wallet.warnings(review, number).unwrap_or_default(),
        },
        Err(reason) => AlternativeView::Impossible {
            reason: reason.into(),
        },
    });
    let warnings = review.warnings().into_iter().filter_map(|w| match w {
        Warning::UnknownVerifier => Some(WarningView::UnknownVerifier),
        Warning::UnregisteredPurpose => Some(WarningView::UnregisteredPurpose),
        Warning::MoreThanRegistered => Some(WarningView::MoreThanRegistered),
        Warning::Poster => Some(WarningView::Poster),
        _ => None,
    });
    ReviewView {
        step: 0,
        verifier: review.verifier().to_owned(),
        purpose: review.purpose().to_owned(),
        purpose_code: review.purpose_code().to_owned(),
        expires: review.expires().0,
        online: None,
        warnings: warnings.collect(),
        alternatives: alternatives.collect(),
    }
}
