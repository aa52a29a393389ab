//! QR symbols as pictures: drawn as PNG or for a terminal, and read back from pixels. Behind the
//! feature `qr-image`, so that what only handles text carries no picture code. spec:GL-2-IMAGE

#[cfg(any(test, feature = "test-util"))]
pub mod camera;
mod read;

use ::image::codecs::png::PngEncoder;
use ::image::{ExtendedColorType, ImageEncoder};
use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, QrResult, Version};

pub use read::{MAX_PNG, MAX_SIDE, decode_luma, decode_png};

/// Light modules around the symbol, as ISO/IEC 18004 asks.
const QUIET: usize = 4;
/// Pixels per module, a good size for a camera and for a printer.
const SCALE: usize = 4;

/// Why a symbol cannot be drawn or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A character that neither documents nor links have.
    #[error("the text has a character that QR codes of documents and links do not carry")]
    Alphabet,
    /// More text than the largest symbol holds.
    #[error("the text is too long for one QR code; show it as frames")]
    TooLong,
    /// Not a PNG file, or a damaged one.
    #[error("this is not a readable PNG file")]
    Png,
    /// A file or picture beyond the limits.
    #[error("the picture is too large; use one of at most 4096 by 4096 pixels and 8 MiB")]
    TooLarge,
    /// No symbol is found, or none that can be read.
    #[error("no readable QR code is in the picture; take it closer and in better light")]
    NoSymbol,
    /// Several symbols with different texts.
    #[error("several QR codes are in the picture; show one at a time")]
    Several,
}

/// Whether a character is in the QR alphanumeric set.
fn alphanumeric(c: u8) -> bool {
    c.is_ascii_digit() || c.is_ascii_uppercase() || b" $%*+-./:".contains(&c)
}

/// Whether a character may stand in a link.
fn printable(c: u8) -> bool {
    (b' '..=b'~').contains(&c)
}

/// A drawn QR symbol: error correction level L, smallest version.
pub struct QrSymbol {
    version: u8,
    side: usize,
    dark: Vec<bool>,
}

impl QrSymbol {
    /// The symbol of a text, in alphanumeric mode.
    ///
    /// # Errors
    /// [`ImageError::Alphabet`], [`ImageError::TooLong`].
    pub fn new(text: &str) -> Result<Self, ImageError> {
        Self::draw(text, alphanumeric, Bits::push_alphanumeric_data)
    }

    /// The symbol of a link, which has small letters.
    ///
    /// # Errors
    /// [`ImageError::Alphabet`], [`ImageError::TooLong`].
    pub fn link(text: &str) -> Result<Self, ImageError> {
        Self::draw(text, printable, Bits::push_byte_data)
    }

    fn draw(
        text: &str,
        allowed: fn(u8) -> bool,
        push: fn(&mut Bits, &[u8]) -> QrResult<()>,
    ) -> Result<Self, ImageError> {
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(ImageError::Alphabet);
        }
        let fits = |version: u8| {
            let mut bits = Bits::new(Version::Normal(version.into()));
            push(&mut bits, text.as_bytes()).ok()?;
            bits.push_terminator(EcLevel::L).ok()?;
            Some((version, QrCode::with_bits(bits, EcLevel::L).ok()?))
        };
        let (version, code) = (1..=40).find_map(fits).ok_or(ImageError::TooLong)?;
        let dark = code
            .to_colors()
            .into_iter()
            .map(|c| c == Color::Dark)
            .collect();
        Ok(Self {
            version,
            side: code.width(),
            dark,
        })
    }

    /// The version, 1 to 40.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Modules on a side, without the quiet zone: 17 + 4 × version.
    pub fn side(&self) -> usize {
        self.side
    }

    /// Whether the module is dark; those of the quiet zone, and beyond, are light. Coordinates
    /// count from the quiet zone's corner.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let module = |n: usize| n.checked_sub(QUIET).filter(|n| *n < self.side);
        match (module(x), module(y)) {
            (Some(x), Some(y)) => self.dark.get(y * self.side + x).copied().unwrap_or(false),
            _ => false,
        }
    }

    /// Each row from the top, without the quiet zone: '1' is dark.
    pub fn rows(&self) -> impl Iterator<Item = String> {
        let character = |dark: &bool| if *dark { '1' } else { '0' };
        self.dark
            .chunks(self.side)
            .map(move |row| row.iter().map(character).collect())
    }

    /// A greyscale PNG file, four pixels a module, with the quiet zone.
    ///
    /// # Errors
    /// [`ImageError::Png`] when the encoder fails, which it does not for a picture of this size.
    pub fn to_png(&self) -> Result<Vec<u8>, ImageError> {
        let side = (self.side + 2 * QUIET) * SCALE;
        let pixel = |i: usize| {
            if self.is_dark(i % side / SCALE, i / side / SCALE) {
                0
            } else {
                255
            }
        };
        let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
        let width = u32::try_from(side).map_err(|_| ImageError::TooLarge)?;
        let mut file = Vec::new();
        PngEncoder::new(&mut file)
            .write_image(&pixels, width, width, ExtendedColorType::L8)
            .map_err(|_| ImageError::Png)?;
        Ok(file)
    }

    /// Lines of half blocks, two rows of modules a line, with the quiet zone. The blocks are the
    /// light modules, so it reads right where text is lighter than its background.
    pub fn to_terminal(&self) -> String {
        let side = self.side + 2 * QUIET;
        let mut text = String::new();
        for y in (0..side).step_by(2) {
            for x in 0..side {
                // Below the last row of an odd number there is terminal, not quiet zone.
                let light = (!self.is_dark(x, y), y + 1 < side && !self.is_dark(x, y + 1));
                text.push(match light {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    (false, false) => ' ',
                });
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::*;
    use crate::transport::{DocumentKind, qr};
    use ::image::{ImageFormat, ImageReader};
    use proptest::prelude::*;

    fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        PngEncoder::new(&mut file)
            .write_image(pixels, width, height, ExtendedColorType::L8)
            .unwrap();
        file
    }

    fn text(length: usize) -> String {
        let document: Vec<u8> = (0..length).map(|i| (i * 97 % 256) as u8).collect();
        qr::encode(DocumentKind::Answer, &document).unwrap()
    }

    #[test]
    fn pixels_give_the_text_back() {
        for length in [1, 40, 200, 999, 1500] {
            let text = text(length);
            let symbol = QrSymbol::new(&text).unwrap();
            assert_eq!(symbol.side(), 17 + 4 * usize::from(symbol.version()));
            assert_eq!(
                decode_png(&symbol.to_png().unwrap()).unwrap(),
                text,
                "{length} octets"
            );
        }
    }

    #[test]
    fn a_link_is_read_and_what_no_link_has_is_refused() {
        let link = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fid.example.org";
        let symbol = QrSymbol::link(link).unwrap();
        assert_eq!(decode_png(&symbol.to_png().unwrap()).unwrap(), link);
        for text in ["a\u{202e}b", "a\nb", "é", ""] {
            assert_eq!(QrSymbol::link(text).err(), Some(ImageError::Alphabet));
        }
        let foreign = QrSymbol::draw("a\u{202e}b", |_| true, Bits::push_byte_data).unwrap();
        let read = decode_png(&foreign.to_png().unwrap());
        assert_eq!(read, Err(ImageError::Alphabet));
    }

    #[test]
    fn versions_are_the_smallest_of_the_standard() {
        // ISO/IEC 18004, table 7, level L, alphanumeric.
        for (version, capacity) in [(1, 25), (10, 395), (22, 1460), (40, 4296)] {
            let symbol = |n: usize| QrSymbol::new(&"A".repeat(n)).map(|s| s.version());
            assert_eq!(symbol(capacity), Ok(version));
            let next = if version == 40 {
                Err(ImageError::TooLong)
            } else {
                Ok(version + 1)
            };
            assert_eq!(symbol(capacity + 1), next);
        }
        // A presentation of 971 octets and no more fits version 22.
        assert_eq!(QrSymbol::new(&text(971)).unwrap().version(), 22);
        assert_eq!(QrSymbol::new(&text(972)).unwrap().version(), 23);
        assert!(QrSymbol::new("lower").is_err() && QrSymbol::new("").is_err());
    }

    #[test]
    fn the_terminal_drawing_is_the_symbol() {
        let symbol = QrSymbol::new("GQ1BB8").unwrap();
        let drawing = symbol.to_terminal();
        let lines: Vec<Vec<char>> = drawing.lines().map(|l| l.chars().collect()).collect();
        assert_eq!(lines.len(), 15);
        assert!(lines.iter().all(|l| l.len() == 29));
        // Draw the terminal's cells as pixels, and read them back.
        let side = 29 * 4;
        let pixels: Vec<u8> = (0..side * side)
            .map(|i| {
                let (x, y) = (i % side / 4, i / side / 4);
                let lit = match lines[y / 2][x] {
                    '█' => true,
                    '▀' => y % 2 == 0,
                    '▄' => y % 2 == 1,
                    _ => false,
                };
                if lit { 255 } else { 0 }
            })
            .collect();
        let side = u32::try_from(side).unwrap();
        assert_eq!(decode_png(&png(side, side, &pixels)).unwrap(), "GQ1BB8");
    }

    #[test]
    fn pictures_that_hold_no_single_symbol() {
        assert_eq!(decode_png(b""), Err(ImageError::Png));
        assert_eq!(decode_png(&[0; 64]), Err(ImageError::Png));
        assert_eq!(decode_png(&vec![0; MAX_PNG + 1]), Err(ImageError::TooLarge));
        assert_eq!(decode_png(&png(1, 1, &[0])), Err(ImageError::NoSymbol));
        assert_eq!(
            decode_png(&png(100, 100, &[255; 10_000])),
            Err(ImageError::NoSymbol)
        );
        assert_eq!(
            decode_png(&png(4097, 1, &[255; 4097])),
            Err(ImageError::TooLarge)
        );
        // The pixels may be whole though the file's end is missing; never is it another text.
        let (text, symbol) = (
            text(50),
            QrSymbol::new(&text(50)).unwrap().to_png().unwrap(),
        );
        for cut in 0..symbol.len() {
            let read = decode_png(&symbol[..cut]);
            let pixels_missing = cut < symbol.len() / 2;
            assert!(
                read.is_err() || (!pixels_missing && read == Ok(text.clone())),
                "cut at {cut}"
            );
        }
        // Two symbols side by side.
        let read = |t: &str| {
            let file = QrSymbol::new(t).unwrap().to_png().unwrap();
            ImageReader::with_format(std::io::Cursor::new(file), ImageFormat::Png)
                .decode()
                .unwrap()
                .into_luma8()
        };
        let (one, two) = (read("GQ1BB8"), read("GA1BB8"));
        let rows = one.rows().zip(two.rows());
        let both: Vec<u8> = rows
            .flat_map(|(a, b)| a.chain(b).map(|p| p.0[0]).collect::<Vec<_>>())
            .collect();
        assert_eq!(
            decode_png(&png(2 * one.width(), one.height(), &both)),
            Err(ImageError::Several)
        );
    }

    #[test]
    fn a_head_that_claims_a_huge_picture_is_refused() {
        let mut file = png(1, 1, &[0]);
        file[16..24].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
        assert!(decode_png(&file).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn noise_and_damage_never_panic(
            width in 1u32..80, height in 1u32..80, seed in any::<u64>(),
            hits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..200),
        ) {
            let noise: Vec<u8> = (0..u64::from(width * height))
                .map(|i| if (seed ^ i).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 63 == 0 { 0 } else { 255 })
                .collect();
            let _ = decode_png(&png(width, height, &noise));
            let symbol = QrSymbol::new("GQ1BB8").unwrap();
            let side = 29 * 4;
            let mut pixels: Vec<u8> = (0..side * side)
                .map(|i| if symbol.is_dark(i % side / 4, i / side / 4) { 0 } else { 255 })
                .collect();
            for (at, value) in hits {
                let at = at.index(pixels.len());
                pixels[at] = value;
            }
            let _ = decode_png(&png(116, 116, &pixels));
        }
    }
}
