//! Whatever comes from outside: codes, texts, files and links. Opening only looks; what follows needs
//! the holder's word.

use std::sync::Arc;

use glimpse_core::transport::frames::{self, Progress};
use glimpse_core::transport::image::decode_luma;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_core::trust::Roots;

use super::views::{Fault, FaultCode, Opened};
use super::{Answer, App, Inner, Step, now, receiving, showing};
use crate::online::{offer, request};

/// A longer text is no document of ours.
const MAX_TEXT: usize = 1 << 20;

impl App {
    /// Opens a text: that of a QR code, pasted, or of a link.
    ///
    /// # Errors
    /// [`FaultCode::Unreadable`], and what the document itself may fail with.
    pub fn open_text(&self, text: &str) -> Answer<Opened> {
        self.inner().open_text(text, self.home.roots.as_ref())
    }

    /// Opens a file's octets: a document, a text, or a backup.
    ///
    /// # Errors
    /// As [`Self::open_text`].
    pub fn open_file(&self, octets: &[u8]) -> Answer<Opened> {
        if octets.starts_with(b"age-encryption.org/") {
            return Ok(Opened::Backup);
        }
        match std::str::from_utf8(octets) {
            Ok(text) => self.open_text(text),
            Err(_) => Err(FaultCode::Unreadable.into()),
        }
    }

    /// Opens a camera's or a picture's pixels, where there is a code in them: one octet a pixel.
    ///
    /// # Errors
    /// As [`Self::open_text`].
    pub fn scan(&self, width: u32, height: u32, pixels: &[u8]) -> Answer<Option<Opened>> {
        match decode_luma(width, height, pixels) {
            Ok(text) => self.open_text(&text).map(Some),
            Err(_) => Ok(None),
        }
    }

    /// Keeps a link that opened the app, until the wallet is open and the screens ask for it.
    pub fn link(&self, link: String) {
        if link.len() <= MAX_TEXT {
            self.inner().link = Some(link);
        }
    }

    /// Opens the link that opened the app.
    ///
    /// # Errors
    /// As [`Self::open_text`].
    pub fn opened_link(&self) -> Answer<Option<Opened>> {
        let mut inner = self.inner();
        inner.wallet()?;
        let link = inner.link.take();
        link.map(|link| inner.open_text(&link, self.home.roots.as_ref()))
            .transpose()
    }
}

impl Inner {
    fn open_text(&mut self, text: &str, roots: Option<&Roots>) -> Answer<Opened> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(FaultCode::Unreadable.into());
        }
        self.wallet()?;
        if frames::is_frame(text) {
            return self.frame(text, roots);
        }
        if let Some(link) = offer::Link::read(text) {
            let link = link?;
            let host = link.host();
            let step = self.put(Step::OfferLink(Arc::new(link)));
            return Ok(Opened::Offer { host, step });
        }
        if let Some(link) = request::Link::read(text) {
            let link = link?;
            let host = link.host();
            let step = self.put(Step::Request(Arc::new(link)));
            return Ok(Opened::OnlineRequest { host, step });
        }
        let (kind, octets) = qr::decode(text).map_err(|_| Fault::new(FaultCode::Unreadable))?;
        self.open_document(kind, &octets, roots)
    }

    /// One frame of a moving code. One of another document begins anew.
    fn frame(&mut self, text: &str, roots: Option<&Roots>) -> Answer<Opened> {
        let mut progress = self.joiner.receive(text);
        if progress.is_err() {
            self.joiner = frames::Joiner::new();
            progress = self.joiner.receive(text);
        }
        match progress.map_err(|_| Fault::new(FaultCode::Unreadable))? {
            Progress::Waiting { known, of } => Ok(Opened::Part {
                done: u32::try_from(known).unwrap_or(u32::MAX),
                of: u32::try_from(of).unwrap_or(u32::MAX),
            }),
            Progress::Complete(kind, octets) => {
                self.joiner = frames::Joiner::new();
                self.open_document(kind, &octets, roots)
            }
        }
    }

    fn open_document(
        &mut self,
        kind: DocumentKind,
        octets: &[u8],
        roots: Option<&Roots>,
    ) -> Answer<Opened> {
        let now = now()?;
        let language = self.language.clone();
        let wallet = self.wallet()?;
        match kind {
            DocumentKind::Request => {
                let review = wallet.review(octets, now, &language)?;
                let mut view = showing::review_view(wallet, &review);
                view.step = self.put(Step::Review(Box::new(review), None));
                Ok(Opened::Review { review: view })
            }
            DocumentKind::Offer => {
                let (issuer, card) = wallet.offered(octets, now)?;
                let step = self.put(Step::PaperOffer(octets.to_vec()));
                Ok(Opened::PaperOffer { issuer, card, step })
            }
            DocumentKind::IssuanceResponse => {
                let row = wallet.receive_row(octets, now)?;
                let card = receiving::card(wallet, row, now)?;
                Ok(Opened::Card { card })
            }
            DocumentKind::TrustList => {
                let mut trust = self.trust_preview(octets, roots, now)?;
                trust.step = Some(self.put(Step::Trust(octets.to_vec())));
                Ok(Opened::Trust { trust })
            }
            DocumentKind::Answer | DocumentKind::Policy | DocumentKind::Registration => {
                Err(FaultCode::ForCounter.into())
            }
            _ => Err(FaultCode::Unreadable.into()),
        }
    }
}
