//! Documents in and out. In: QR text on the command line, a file with QR text, a picture of a QR
//! code, the octets themselves, or any of these on standard input. Out: QR text, a picture, octets.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use glimpse_core::transport::image::{QrSymbol, decode_png};
use glimpse_core::transport::{DocumentKind, qr};

use crate::files::write_atomically;

const PNG: &[u8] = b"\x89PNG";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
/// What a frame of a moving code begins with.
const FRAME: &[u8] = b"UR:";
/// Longer ones are not repeated in errors.
const LONGEST_NAME: usize = 100;
/// Pictures are the largest input there is.
const MAX_INPUT: u64 = 32 << 20;

/// What a source holds, before anybody asks what it is.
pub enum Piece {
    /// The text of a QR code, typed or read from a picture; it may be anybody's.
    Text(String),
    /// Anything else.
    Octets(Vec<u8>),
}

/// Reads a source: QR text, the name of a file or of a PNG picture, or `-` for standard input.
///
/// # Errors
/// In words: no such file, no QR code in the picture.
pub fn read_piece(source: &str) -> Result<Piece> {
    if source != "-" && !Path::new(source).exists() {
        let text = source.trim();
        if is_qr_text(text.as_bytes()) {
            return Ok(Piece::Text(text.to_owned()));
        }
        // It may be a document that was mistyped: an error must not repeat it.
        if source.len() > LONGEST_NAME {
            bail!("there is no file of this long name, and it is no QR text of this program");
        }
    }
    let octets = if source == "-" {
        read_all(std::io::stdin(), "standard input")?
    } else {
        read_file(Path::new(source))?
    };
    if octets.starts_with(PNG) {
        let text = decode_png(&octets).with_context(|| format!("reading {source}"))?;
        return Ok(Piece::Text(text));
    }
    if octets.starts_with(JPEG) {
        bail!("{source} is a JPEG picture; only PNG pictures are read");
    }
    Ok(match std::str::from_utf8(&octets) {
        Ok(text) if is_qr_text(&octets) => Piece::Text(text.trim().to_owned()),
        _ => Piece::Octets(octets),
    })
}

/// Reads a document of this kind from a source, as [`read_piece`] takes it.
///
/// # Errors
/// In words: no such file, no QR code in the picture, another kind of document.
pub fn read_document(kind: DocumentKind, source: &str) -> Result<Vec<u8>> {
    match read_piece(source)? {
        Piece::Octets(octets) => Ok(octets),
        Piece::Text(text) => {
            let document = qr::decode_as(kind, &text);
            // The source may be the text itself, and an error must not repeat it.
            match source == "-" || Path::new(source).exists() {
                true => document.with_context(|| format!("reading {source}")),
                false => Ok(document?),
            }
        }
    }
}

fn is_qr_text(octets: &[u8]) -> bool {
    let letters = |kind: &DocumentKind| octets.starts_with(kind.letters().as_bytes());
    octets.starts_with(FRAME) || DocumentKind::ALL.iter().any(letters)
}

/// Reads a whole file of bounded size.
///
/// # Errors
/// In words, with the file's name.
pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path).with_context(|| format!("opening {name}"))?;
    read_all(file, &name)
}

fn read_all(from: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut octets = Vec::new();
    from.take(MAX_INPUT + 1)
        .read_to_end(&mut octets)
        .with_context(|| format!("reading {name}"))?;
    if octets.len() as u64 > MAX_INPUT {
        bail!("{name} is larger than any document");
    }
    if octets.is_empty() {
        bail!("{name} is empty");
    }
    Ok(octets)
}

/// [`write_atomically`], with an error that names the file.
///
/// # Errors
/// In words, with the file's name.
pub fn write_file(path: &Path, octets: &[u8]) -> Result<()> {
    write_atomically(path, octets).with_context(|| format!("writing {}", path.display()))
}

/// Where a document goes.
#[derive(clap::Args)]
pub struct Output {
    /// Write the QR code as a PNG picture to this file
    #[arg(long, value_name = "FILE")]
    pub png: Option<PathBuf>,
    /// Write the document itself to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Draw the QR code in the terminal
    #[arg(long)]
    pub qr: bool,
}

/// A QR symbol with the text it shows and the octets of the document within.
pub struct PngText {
    /// The text.
    pub text: String,
    /// The symbol.
    pub symbol: QrSymbol,
}

impl PngText {
    /// The symbol of a document.
    ///
    /// # Errors
    /// When it is too large for one symbol.
    pub fn new(kind: DocumentKind, document: &[u8]) -> Result<Self> {
        let text = qr::encode(kind, document)?;
        let symbol = QrSymbol::new(&text)?;
        Ok(Self { text, symbol })
    }
}

impl Output {
    /// Writes the document in every way that was asked for; as QR text on standard output where
    /// none was.
    ///
    /// # Errors
    /// When it cannot be written, or is too large for one QR code.
    pub fn write(&self, kind: DocumentKind, document: &[u8]) -> Result<()> {
        if let Some(path) = &self.out {
            write_file(path, document)?;
        }
        if self.out.is_some() && self.png.is_none() && !self.qr {
            return Ok(());
        }
        let shown = PngText::new(kind, document)
            .context("use --out FILE and carry the file another way")?;
        if let Some(path) = &self.png {
            write_file(path, &shown.symbol.to_png()?)?;
        }
        let mut stdout = std::io::stdout();
        if self.qr {
            writeln!(stdout, "{}", shown.symbol.to_terminal())?;
        } else if self.png.is_none() {
            writeln!(stdout, "{}", shown.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_in_every_form_that_it_is_written_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let document = b"some document".as_slice();
        let kind = DocumentKind::Offer;
        let output = Output {
            png: Some(path("a.png")),
            out: Some(path("a")),
            qr: false,
        };
        output.write(kind, document).unwrap();
        let text = PngText::new(kind, document).unwrap().text;
        std::fs::write(path("a.txt"), format!("{text}\n")).unwrap();
        for name in ["a", "a.png", "a.txt"] {
            let read = read_document(kind, path(name).to_str().unwrap());
            assert_eq!(read.unwrap(), document, "{name}");
        }
        for typed in [text.clone(), format!(" {text}\n")] {
            assert_eq!(read_document(kind, &typed).unwrap(), document);
        }
        let mistyped = format!("x{}", text.repeat(9));
        let said = format!("{:#}", read_document(kind, &mistyped).unwrap_err());
        assert!(!said.contains(&text[3..]), "{said}");
        for name in ["a.png", "a.txt"] {
            let other = read_document(DocumentKind::Answer, path(name).to_str().unwrap());
            let said = format!("{:#}", other.unwrap_err());
            assert!(said.contains("another kind"), "{said}");
        }
        std::fs::write(path("empty"), []).unwrap();
        for name in ["empty", "absent"] {
            assert!(read_document(kind, path(name).to_str().unwrap()).is_err());
        }
    }
}
