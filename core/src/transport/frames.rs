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
/// Octets of a fragment on a screen that is held before a camera: a symbol that any camera reads.
pub const FRAGMENT: usize = 400;
/// Octets of a document up to which one symbol shows it so that a poor camera still reads it.
pub const ONE_SYMBOL: usize = 1200;
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
mod tests;
