//! One document from what was given: one text, file or picture, or the frames of a moving code; and
//! a document as such frames.

use std::path::Path;

use anyhow::{Context, Result, bail};
use glimpse_core::transport::DocumentKind;
use glimpse_core::transport::frames::{FRAGMENT, FrameError, Joiner, Progress, Splitter, is_frame};
use glimpse_core::transport::image::QrSymbol;
use glimpse_terminal::{Piece, create_private_folder, read_piece, write_file};

/// What was given to `check`.
pub(crate) enum Gathered {
    /// The octets of an answer, or what is said to be one; or a text of which the counter says what
    /// it is.
    Answer(Vec<u8>),
    /// A moving code that is whole, and another kind of document.
    Other,
}

/// Frames on their way to a document.
#[derive(Default)]
pub(crate) struct Frames {
    joiner: Joiner,
    /// Parts that are known, and parts in all.
    pub(crate) known: Option<(usize, usize)>,
}

impl Frames {
    /// Takes a frame's text; the document where it is whole.
    ///
    /// # Errors
    /// [`FrameError`].
    pub(crate) fn take(
        &mut self,
        text: &str,
    ) -> Result<Option<(DocumentKind, Vec<u8>)>, FrameError> {
        match self.joiner.receive(text)? {
            Progress::Complete(kind, document) => Ok(Some((kind, document))),
            Progress::Waiting { known, of } => {
                self.known = Some((known, of));
                Ok(None)
            }
        }
    }

    /// What is there, in words; empty before the first frame.
    pub(crate) fn in_words(&self) -> String {
        self.known.map_or_else(String::new, |(known, of)| {
            format!(
                "{known} of {of} parts of a moving code are here, {} are missing",
                of - known
            )
        })
    }
}

/// Reads sources, of which one is a whole document or all are frames of one.
///
/// # Errors
/// In words; with how many frames are missing.
pub(crate) fn gather(sources: &[String]) -> Result<Gathered> {
    let mut frames = Frames::default();
    let mut whole = None;
    for source in sources {
        match read_piece(source)? {
            Piece::Text(text) if is_frame(&text) => {
                for line in text.lines() {
                    if let Some((kind, document)) = frames.take(line.trim())? {
                        return Ok(match kind {
                            DocumentKind::Answer => Gathered::Answer(document),
                            _ => Gathered::Other,
                        });
                    }
                }
            }
            Piece::Text(text) => whole = Some(text.into_bytes()),
            Piece::Octets(octets) => whole = Some(octets),
        }
    }
    match (whole, frames.known) {
        (Some(whole), None) if sources.len() == 1 => Ok(Gathered::Answer(whole)),
        (None, Some(_)) => bail!(
            "{}; give more of its pictures, as they appear on the telephone",
            frames.in_words()
        ),
        _ => bail!("give one answer, or several pictures of one moving code"),
    }
}

/// Writes a document's frames as pictures, twice as many as there are parts, so that missing some
/// costs no full round. How many they are.
///
/// # Errors
/// In words.
pub(crate) fn write_frames(folder: &Path, kind: DocumentKind, document: &[u8]) -> Result<usize> {
    create_private_folder(folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut splitter = Splitter::new(kind, document, FRAGMENT)?;
    let count = splitter.fragments() * 2;
    for number in 1..=count {
        let symbol = QrSymbol::new(&splitter.next_frame()?)?;
        write_file(&folder.join(format!("{number:03}.png")), &symbol.to_png()?)?;
    }
    Ok(count)
}
