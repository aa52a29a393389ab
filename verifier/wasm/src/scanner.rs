//! From a camera's pictures to documents, and from documents to QR codes.

use glimpse_core::transport::frames::{self, FRAGMENT, Joiner, Splitter};
use glimpse_core::transport::image::{QrSymbol, decode_luma};
use glimpse_core::transport::{DocumentKind, qr};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::plain;
use crate::fault::Fault;
use crate::views::{Kind, Progress};

/// Reads QR codes, also moving ones.
#[wasm_bindgen]
#[derive(Default)]
pub struct Scanner {
    joiner: Joiner,
}

#[wasm_bindgen]
impl Scanner {
    /// A scanner that has seen nothing.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text of the one QR code in a picture, such as a canvas' `getImageData` gives: four octets
    /// a pixel. Nothing where there is none that can be read.
    pub fn scan(&self, width: u32, height: u32, rgba: &[u8]) -> Option<String> {
        let (pixels, rest) = rgba.as_chunks();
        if !rest.is_empty() {
            return None;
        }
        let luma: Vec<u8> = pixels.iter().map(luma).collect();
        decode_luma(width, height, &luma).ok()
    }

    /// Takes the text of a code: a document, or a part of a moving code. A part of another document
    /// begins anew.
    ///
    /// # Errors
    /// None in practice.
    #[wasm_bindgen(unchecked_return_type = "Progress")]
    pub fn receive(&mut self, text: &str) -> Result<JsValue, Fault> {
        plain(&self.received(text.trim()))
    }

    /// Forgets the parts that it has.
    pub fn reset(&mut self) {
        self.joiner = Joiner::new();
    }
}

impl Scanner {
    fn received(&mut self, text: &str) -> Progress {
        if !frames::is_frame(text) {
            return match qr::decode(text) {
                Ok((kind, octets)) => document(kind, octets),
                Err(error) => foreign(&error),
            };
        }
        let mut progress = self.joiner.receive(text);
        if progress.is_err() {
            self.reset();
            progress = self.joiner.receive(text);
        }
        match progress {
            Ok(frames::Progress::Waiting { known, of }) => Progress::Part { done: known, of },
            Ok(frames::Progress::Complete(kind, octets)) => {
                self.reset();
                document(kind, octets)
            }
            Err(error) => foreign(&error),
        }
    }
}

/// How light a pixel is: ITU-R BT.601 in whole numbers.
fn luma(&[red, green, blue, _]: &[u8; 4]) -> u8 {
    let sum = 77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue);
    u8::try_from(sum >> 8).unwrap_or(u8::MAX)
}

fn document(kind: DocumentKind, octets: Vec<u8>) -> Progress {
    let kind = match kind {
        DocumentKind::Request => Kind::Request,
        DocumentKind::Answer => Kind::Answer,
        DocumentKind::TrustList => Kind::TrustList,
        DocumentKind::Policy => Kind::Policy,
        DocumentKind::Registration => Kind::Registration,
        _ => Kind::Other,
    };
    Progress::Document { kind, octets }
}

fn foreign(error: &impl ToString) -> Progress {
    Progress::Foreign {
        words: error.to_string(),
    }
}

/// A QR code's rows from the top, without the white border of four modules: '1' is dark.
///
/// # Errors
/// Code `symbol`: the text is too long, or not such a text.
#[wasm_bindgen(js_name = symbolRows)]
pub fn symbol_rows(text: &str) -> Result<Vec<String>, Fault> {
    Ok(QrSymbol::new(text)?.rows().collect())
}

/// A document as a sequence of QR codes, where one is too small.
#[wasm_bindgen]
pub struct Frames {
    splitter: Splitter,
}

#[wasm_bindgen]
impl Frames {
    /// Cuts a document.
    ///
    /// # Errors
    /// Code `frames`: it is empty or too large.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Kind")] kind: &str,
        octets: &[u8],
    ) -> Result<Self, Fault> {
        let kind = match kind {
            "request" => DocumentKind::Request,
            "answer" => DocumentKind::Answer,
            "trustList" => DocumentKind::TrustList,
            "policy" => DocumentKind::Policy,
            "registration" => DocumentKind::Registration,
            _ => return Err(Fault::new("argument", "no such kind of document")),
        };
        let splitter = Splitter::new(kind, octets, FRAGMENT)?;
        Ok(Self { splitter })
    }

    /// How many codes there are at least; show more, for some will be missed.
    #[wasm_bindgen(getter)]
    pub fn count(&self) -> usize {
        self.splitter.fragments()
    }

    /// The next code's text.
    ///
    /// # Errors
    /// Code `frames` after thousands: begin again.
    #[wasm_bindgen(js_name = next)]
    pub fn next_text(&mut self) -> Result<String, Fault> {
        Ok(self.splitter.next_frame()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_between_black_and_white() {
        assert_eq!(luma(&[0, 0, 0, 255]), 0);
        assert_eq!(luma(&[255, 255, 255, 0]), 255);
        assert_eq!(luma(&[9, 9, 9, 0]), 9);
    }

    #[test]
    fn parts_of_another_document_begin_anew() {
        let mut scanner = Scanner::new();
        let frames = |octet| Frames::new("policy", &[octet; 900]).unwrap();
        let (mut one, mut two) = (frames(1), frames(2));
        let part = |done| Progress::Part { done, of: 3 };
        assert_eq!(scanner.received(&one.next_text().unwrap()), part(1));
        assert_eq!(scanner.received(&two.next_text().unwrap()), part(1));
        assert_eq!(scanner.received(&two.next_text().unwrap()), part(2));
        let octets = vec![2; 900];
        let document = Progress::Document {
            kind: Kind::Policy,
            octets,
        };
        assert_eq!(scanner.received(&two.next_text().unwrap()), document);
        assert_eq!(scanner.received(&two.next_text().unwrap()), part(1));
    }

    #[test]
    fn what_is_not_ours_is_said_so() {
        for text in ["", "https://example.org", "UR:GLIMPSE-ANSWER/1-1/XX", "GA1"] {
            let received = Scanner::new().received(text);
            assert!(matches!(received, Progress::Foreign { .. }), "{text}");
        }
    }
}
