//! Frames: a document too large for one QR symbol as a sequence of symbols, in the multi-part form
//! of Uniform Resources (BCR-2020-005), fountain-coded (BCR-2024-001) through the `ur` crate. Each
//! frame is read strictly and bounded here before that crate sees it. spec:GL-2-FRAMES

use super::DocumentKind;
use crate::cbor::{CborError, Reader, Writer};

/// Largest document in frames, in octets.
pub const MAX_DOCUMENT: usize = 64 * 1024;
/// Most fragments of one document.
pub const MAX_FRAGMENTS: u32 = 256;
/// Smallest and largest fragment, in octets: the largest frame fits a version-40 symbol.
pub const FRAGMENT_SIZE: core::ops::RangeInclusive<usize> = 16..=1024;
/// Most frames that a joiner takes for one document.
const MAX_FRAMES: u32 = 16 * MAX_FRAGMENTS;
/// Bytewords double every octet: fragment, CBOR head and checksum, then scheme, type and numbers.
const MAX_TEXT: usize = 2 * (1024 + 32) + 64;

/// Why a frame is refused, or a document cannot be cut into frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// Empty, too large, or too many fragments.
    #[error("the document is empty, too large, or cut into too many pieces")]
    Size,
    /// Not a frame of this project.
    #[error("this QR code is not a Glimpse frame")]
    Kind,
    /// Damaged, or not in its one form.
    #[error("this frame is damaged")]
    Damaged,
    /// A frame of another document than the frames before; it is ignored.
    #[error("this frame belongs to another document; start again if you switched codes")]
    OtherDocument,
    /// The frames do not make up the document they announce; the joiner has started again.
    #[error("the frames do not fit together; scan them again")]
    Checksum,
    /// Far more frames than a document needs.
    #[error("too many frames without a document; scan them again")]
    TooMany,
}

impl From<CborError> for FrameError {
    fn from(_: CborError) -> Self {
        Self::Damaged
    }
}

/// Cuts a document into an endless sequence of frames. The first [`Splitter::fragments`] are the
/// fragments themselves; those after mix several, so that a missed frame costs no full round.
pub struct Splitter(ur::Encoder<'static>);

impl Splitter {
    /// Starts with fragments of at most `fragment` octets, a number in [`FRAGMENT_SIZE`].
    ///
    /// # Errors
    /// [`FrameError::Size`].
    pub fn new(kind: DocumentKind, document: &[u8], fragment: usize) -> Result<Self, FrameError> {
        if document.is_empty()
            || document.len() > MAX_DOCUMENT
            || !FRAGMENT_SIZE.contains(&fragment)
        {
            return Err(FrameError::Size);
        }
        let encoder =
            ur::Encoder::new(document, fragment, kind.ur_type()).map_err(|_| FrameError::Size)?;
        if encoder.fragment_count() > MAX_FRAGMENTS as usize {
            return Err(FrameError::Size);
        }
        Ok(Self(encoder))
    }

    /// How many fragments there are: the fewest frames that can suffice.
    pub fn fragments(&self) -> usize {
        self.0.fragment_count()
    }

    /// The next frame's text, in upper case for the QR alphanumeric set.
    ///
    /// # Errors
    /// [`FrameError::TooMany`] past the number that a joiner takes: begin again from the start.
    pub fn next_frame(&mut self) -> Result<String, FrameError> {
        if self.0.current_index() >= MAX_FRAMES as usize {
            return Err(FrameError::TooMany);
        }
        let text = self.0.next_part().map_err(|_| FrameError::Size)?;
        Ok(text.to_ascii_uppercase())
    }
}

/// One frame, read and bounded.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// What the document is said to be.
    pub kind: DocumentKind,
    sequence: u32,
    count: u32,
    length: u32,
    checksum: u32,
    fragment: Vec<u8>,
}

impl Frame {
    /// Reads a frame's text: upper case, in the one form that [`Frame::to_text`] writes.
    ///
    /// # Errors
    /// [`FrameError::Kind`], [`FrameError::Damaged`], [`FrameError::Size`].
    pub fn from_text(text: &str) -> Result<Self, FrameError> {
        if text.len() > MAX_TEXT {
            return Err(FrameError::Size);
        }
        let (kind, body) = split_type(text).ok_or(FrameError::Kind)?;
        let (_, words) = body.split_once('/').ok_or(FrameError::Damaged)?;
        let words = words.to_ascii_lowercase();
        let octets = ur::bytewords::decode(&words, ur::bytewords::Style::Minimal)
            .map_err(|_| FrameError::Damaged)?;
        let frame = Self::from_octets(kind, &octets)?;
        // Also compares the sequence numbers outside and inside.
        if frame.to_text() != text {
            return Err(FrameError::Damaged);
        }
        Ok(frame)
    }

    fn from_octets(kind: DocumentKind, octets: &[u8]) -> Result<Self, FrameError> {
        let mut r = Reader::new(octets);
        r.tuple(5)?;
        let sequence = r.uint_up_to(u32::MAX)?;
        let count = r.uint_up_to(u32::MAX)?;
        let length = r.uint_up_to(u32::MAX)?;
        let checksum = r.uint_up_to(u32::MAX)?;
        let fragment = r.bytes(*FRAGMENT_SIZE.end())?.to_vec();
        r.finish()?;
        let size = u32::try_from(fragment.len()).unwrap_or(0);
        if sequence == 0 || length == 0 || size == 0 {
            return Err(FrameError::Damaged);
        }
        // The `ur` crate allocates by the count: nothing beyond these bounds may reach it.
        if count > MAX_FRAGMENTS || length as usize > MAX_DOCUMENT || sequence > MAX_FRAMES {
            return Err(FrameError::Size);
        }
        if count != length.div_ceil(size) {
            return Err(FrameError::Damaged);
        }
        Ok(Self {
            kind,
            sequence,
            count,
            length,
            checksum,
            fragment,
        })
    }

    /// The frame's text.
    pub fn to_text(&self) -> String {
        let mut w = Writer::new();
        w.array(5)
            .uint(self.sequence.into())
            .uint(self.count.into());
        w.uint(self.length.into())
            .uint(self.checksum.into())
            .bytes(&self.fragment);
        let words = ur::bytewords::encode(&w.into_vec(), ur::bytewords::Style::Minimal);
        let (kind, sequence, count) = (self.kind.ur_type(), self.sequence, self.count);
        format!("ur:{kind}/{sequence}-{count}/{words}").to_ascii_uppercase()
    }

    /// Whether both are frames of one document.
    fn same_document(&self, other: &Self) -> bool {
        let of = |f: &Self| (f.kind, f.count, f.length, f.checksum, f.fragment.len());
        of(self) == of(other)
    }
}

fn split_type(text: &str) -> Option<(DocumentKind, &str)> {
    let (kind, body) = text.strip_prefix("UR:")?.split_once('/')?;
    let found = DocumentKind::ALL
        .iter()
        .find(|k| k.ur_type().to_ascii_uppercase() == kind)?;
    Some((*found, body))
}

/// Whether a text claims to be a frame, so that a scanner knows whom to give it to.
pub fn is_frame(text: &str) -> bool {
    text.starts_with("UR:")
}

/// How far a joiner is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More frames are needed.
    Waiting {
        /// Fragments known so far.
        known: usize,
        /// Fragments in all.
        of: usize,
    },
    /// The document is there.
    Complete(DocumentKind, Vec<u8>),
}

/// Joins frames, in any order and with any missing or repeated, into the document.
#[derive(Default)]
pub struct Joiner {
    decoder: ur::Decoder,
    first: Option<Frame>,
    frames: u32,
}

impl Joiner {
    /// A joiner that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next frame. After an error the frames before still count, except after
    /// [`FrameError::Checksum`] and [`FrameError::TooMany`], when the joiner is as new.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn receive(&mut self, text: &str) -> Result<Progress, FrameError> {
        let frame = Frame::from_text(text)?;
        if self
            .first
            .as_ref()
            .is_some_and(|first| !first.same_document(&frame))
        {
            return Err(FrameError::OtherDocument);
        }
        self.frames += 1;
        if self.frames > MAX_FRAMES {
            *self = Self::new();
            return Err(FrameError::TooMany);
        }
        let kind = frame.kind;
        self.first.get_or_insert(frame);
        self.decoder
            .receive(text)
            .map_err(|_| FrameError::Damaged)?;
        if !self.decoder.complete() {
            let known = self.decoder.resolved_fragment_count().unwrap_or(0);
            return Ok(Progress::Waiting {
                known,
                of: self.decoder.fragment_count(),
            });
        }
        match self.decoder.message() {
            Ok(Some(document)) => Ok(Progress::Complete(kind, document)),
            _ => {
                *self = Self::new();
                Err(FrameError::Checksum)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::*;
    use proptest::prelude::*;

    fn document(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * 31 % 251) as u8).collect()
    }

    fn frames(document: &[u8], fragment: usize, count: usize) -> Vec<String> {
        let mut splitter = Splitter::new(DocumentKind::Answer, document, fragment).unwrap();
        (0..count).map(|_| splitter.next_frame().unwrap()).collect()
    }

    fn join<'a>(frames: impl IntoIterator<Item = &'a String>) -> Option<Vec<u8>> {
        let mut joiner = Joiner::new();
        frames
            .into_iter()
            .find_map(|f| match joiner.receive(f).unwrap() {
                Progress::Complete(DocumentKind::Answer, document) => Some(document),
                _ => None,
            })
    }

    fn frame(sequence: u32, count: u32, length: u32, fragment: usize) -> Frame {
        let fragment = vec![7; fragment];
        Frame {
            kind: DocumentKind::Answer,
            sequence,
            count,
            length,
            checksum: 9,
            fragment,
        }
    }

    #[test]
    fn any_order_and_missing_frames() {
        let document = document(1000);
        let all = frames(&document, 100, 60);
        assert_eq!(
            join(&all[..10]),
            Some(document.clone()),
            "the fragments themselves"
        );
        assert_eq!(join(&all[..9]), None);
        assert_eq!(join(all.iter().rev()), Some(document.clone()));
        assert_eq!(join(all.iter().step_by(2)), Some(document.clone()));
        assert_eq!(join(all.iter().skip(20)), Some(document));
    }

    #[test]
    fn only_one_form_is_read() {
        let text = frames(&document(300), 100, 1).remove(0);
        assert!(Frame::from_text(&text).is_ok_and(|f| f.to_text() == text));
        let bad = |text: &str| Frame::from_text(text).err();
        assert_eq!(bad(&text.to_ascii_lowercase()), Some(FrameError::Kind));
        assert_eq!(
            bad(&text.replace("ANSWER", "ANSWERS")),
            Some(FrameError::Kind)
        );
        for (from, to) in [
            ("/1-3/", "/2-3/"),
            ("/1-3/", "/01-3/"),
            ("/1-3/", "/1-4/"),
            ("/1-3/", "/"),
        ] {
            assert_eq!(
                bad(&text.replace(from, to)),
                Some(FrameError::Damaged),
                "{to}"
            );
        }
        for cut in 3..text.len() {
            assert!(bad(&text[..cut]).is_some());
        }
        assert!(bad(&format!("{text}AE")).is_some());
    }

    #[test]
    fn count_and_size_bombs_stop_before_the_decoder() {
        let bad = |f: Frame| Frame::from_text(&f.to_text()).err();
        assert_eq!(bad(frame(1, u32::MAX, u32::MAX, 1)), Some(FrameError::Size));
        assert_eq!(bad(frame(1, 257, 257 * 16, 16)), Some(FrameError::Size));
        assert_eq!(bad(frame(1, 64, 65_537, 1024)), Some(FrameError::Size));
        assert_eq!(bad(frame(u32::MAX, 2, 32, 16)), Some(FrameError::Size));
        assert_eq!(bad(frame(1, 1, 32, 1025)), Some(FrameError::Damaged));
        assert_eq!(bad(frame(0, 2, 32, 16)), Some(FrameError::Damaged));
        assert_eq!(bad(frame(1, 0, 32, 16)), Some(FrameError::Damaged));
        assert_eq!(bad(frame(1, 3, 32, 16)), Some(FrameError::Damaged));
        assert_eq!(bad(frame(1, 2, 32, 0)), Some(FrameError::Damaged));
        assert_eq!(bad(frame(1, 2, 32, 16)), None);
        assert_eq!(
            Frame::from_text(&"A".repeat(MAX_TEXT + 1)).err(),
            Some(FrameError::Size)
        );
        let split = |d: &[u8], n| Splitter::new(DocumentKind::Offer, d, n).map(|s| s.fragments());
        assert_eq!(split(&[], 100), Err(FrameError::Size));
        assert_eq!(split(&[0; MAX_DOCUMENT + 1], 1024), Err(FrameError::Size));
        assert_eq!(split(&[0; MAX_DOCUMENT], 255), Err(FrameError::Size));
        assert_eq!(split(&[0; MAX_DOCUMENT], 256), Ok(256));
        assert_eq!(split(&[0; 9], 15), Err(FrameError::Size));
        assert_eq!(split(&[0; 9], 1025), Err(FrameError::Size));
    }

    #[test]
    fn other_documents_and_forged_frames() {
        let (one, other) = (
            frames(&document(300), 100, 3),
            frames(&document(301), 100, 3),
        );
        let mut joiner = Joiner::new();
        joiner.receive(&one[0]).unwrap();
        assert_eq!(joiner.receive(&other[1]), Err(FrameError::OtherDocument));
        assert_eq!(joiner.receive("GQ1BB8"), Err(FrameError::Kind));
        joiner.receive(&one[1]).unwrap();
        assert_eq!(
            joiner.receive(&one[2]),
            Ok(Progress::Complete(DocumentKind::Answer, document(300)))
        );
        // A fragment that fits in every number but not in content: found, and the joiner recovers.
        let mut forged = Frame::from_text(&one[1]).unwrap();
        forged.fragment[0] ^= 1;
        let mut joiner = Joiner::new();
        joiner.receive(&one[0]).unwrap();
        joiner.receive(&forged.to_text()).unwrap();
        assert_eq!(joiner.receive(&one[2]), Err(FrameError::Checksum));
        let again: Vec<_> = one.iter().map(|f| joiner.receive(f).unwrap()).collect();
        assert_eq!(
            again[2],
            Progress::Complete(DocumentKind::Answer, document(300))
        );
    }

    #[test]
    fn frames_without_end_are_refused() {
        let text = &frames(&document(300), 100, 1)[0];
        let mut joiner = Joiner::new();
        (0..MAX_FRAMES).for_each(|_| assert!(joiner.receive(text).is_ok()));
        assert_eq!(joiner.receive(text), Err(FrameError::TooMany));
        assert_eq!(
            joiner.receive(text),
            Ok(Progress::Waiting { known: 1, of: 3 })
        );
        let mut splitter = Splitter::new(DocumentKind::Answer, &[1], 16).unwrap();
        (0..MAX_FRAMES).for_each(|_| assert!(splitter.next_frame().is_ok()));
        assert_eq!(splitter.next_frame(), Err(FrameError::TooMany));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_document_comes_back_in_any_order(
            length in 1usize..3000, fragment in 16usize..400, order in any::<u64>(),
        ) {
            let document = document(length);
            let mut all = frames(&document, fragment, 8 * length.div_ceil(fragment) + 20);
            all.sort_by_key(|f| f.bytes().fold(order, |h, b| h.rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(b)));
            prop_assert_eq!(join(&all), Some(document));
        }

        #[test]
        fn accepted_frames_have_one_text(numbers in any::<[u16; 3]>(), fragment in proptest::collection::vec(any::<u8>(), 1..40)) {
            let [sequence, length, checksum] = numbers.map(u32::from);
            let count = length.div_ceil(fragment.len() as u32);
            let text = Frame { kind: DocumentKind::Offer, sequence, count, length, checksum, fragment }.to_text();
            if let Ok(frame) = Frame::from_text(&text) {
                prop_assert_eq!(frame.to_text(), text);
            }
        }
    }
}
