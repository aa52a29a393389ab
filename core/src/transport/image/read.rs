//! Symbols found in pixels, as a camera, a scanner or a screenshot gives them. The detector and the
//! decoder are rxing's port of ZXing-C++: it follows the edges of all alignment patterns, so that a
//! symbol may be turned, tilted, bent and blurred. Its own front door is passed by, because that one
//! asks the clock and knows alphabets that no document has.
//!
//! Whoever shows a picture chooses it, so each step has an end: the pixels, the tries.

use std::panic::catch_unwind;

use ::image::{ImageFormat, ImageReader, Limits};
use rxing::common::{BitMatrix, DetectorRXingResult, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use rxing::{Binarizer, Luma8LuminanceSource};

use super::{ImageError, printable};

/// Largest PNG file that is read, in octets.
pub const MAX_PNG: usize = 8 << 20;
/// Largest width and height that are read, in pixels.
pub const MAX_SIDE: u32 = 4096;
/// Most octets that reading a PNG may allocate.
const MAX_ALLOCATION: u64 = 96 << 20;
/// Smallest symbol, in modules: a picture with fewer pixels holds none.
const SMALLEST: u32 = 21;
/// A longer side is halved first: no symbol needs so many pixels, and time grows with them.
const ENOUGH: usize = 2048;
/// In a picture with a longer side than this,
const LARGE: usize = 640;
/// modules of fewer pixels are passed over: they are not read from a camera, and a picture could hold
/// so many corners of symbols that comparing them would take seconds.
const MODULE: u32 = 2;
/// Nothing is looked for at half the size in what is smaller. Half the size calms noise, and brings
/// large modules to a size at which the threshold between dark and light is right.
const COARSEST: usize = 240;
/// Most sets of three corners that are tried. A symbol makes one, two symbols twenty.
const MAX_TRIES: usize = 64;

/// The text of the one QR symbol in a PNG file, read from its pixels.
///
/// # Errors
/// [`ImageError`].
pub fn decode_png(file: &[u8]) -> Result<String, ImageError> {
    if file.len() > MAX_PNG {
        return Err(ImageError::TooLarge);
    }
    let reader = || ImageReader::with_format(std::io::Cursor::new(file), ImageFormat::Png);
    // Read from the file's head, so that nothing is allocated for a picture that is too large.
    let (width, height) = reader().into_dimensions().map_err(|_| ImageError::Png)?;
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(ImageError::TooLarge);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let mut reader = reader();
    reader.limits(limits);
    let picture = reader.decode().map_err(|_| ImageError::Png)?.into_luma8();
    decode_luma(width, height, picture.as_raw())
}

/// The text of the one QR symbol in a greyscale picture, such as a camera's frame: one octet a pixel,
/// rows from the top.
///
/// # Errors
/// [`ImageError`].
pub fn decode_luma(width: u32, height: u32, pixels: &[u8]) -> Result<String, ImageError> {
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(ImageError::TooLarge);
    }
    if width < SMALLEST || height < SMALLEST {
        return Err(ImageError::NoSymbol);
    }
    let (width, height) = (width as usize, height as usize);
    let pixels = pixels.get(..width * height).ok_or(ImageError::TooLarge)?;
    let mut picture = Picture {
        width,
        height,
        pixels: pixels.to_vec(),
    };
    if width.max(height) > ENOUGH {
        picture = picture.halved();
    }
    loop {
        // A picture chosen to make the library panic is one that shows no symbol. None is known.
        let texts = catch_unwind(|| picture.texts());
        let texts = texts.map_err(|_| ImageError::NoSymbol)??;
        if !texts.is_empty() || picture.width.min(picture.height) < COARSEST {
            return one(texts);
        }
        picture = picture.halved();
    }
}

/// The one text of a picture.
fn one(mut texts: Vec<Vec<u8>>) -> Result<String, ImageError> {
    texts.sort_unstable();
    texts.dedup();
    match (texts.pop(), texts.is_empty()) {
        (Some(text), true) if text.iter().copied().all(printable) => {
            String::from_utf8(text).map_err(|_| ImageError::Alphabet)
        }
        (Some(_), true) => Err(ImageError::Alphabet),
        (Some(_), false) => Err(ImageError::Several),
        (None, _) => Err(ImageError::NoSymbol),
    }
}

/// A greyscale picture.
struct Picture {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// Half as wide and high: each pixel is the mean of four.
    fn halved(&self) -> Self {
        let rows = self.pixels.chunks_exact(2 * self.width);
        let pixels = rows.flat_map(|two| {
            let (upper, lower) = two.split_at(self.width);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            pairs.map(|(a, b)| mean(a.iter().chain(b)))
        });
        Self {
            width: self.width / 2,
            height: self.height / 2,
            pixels: pixels.collect(),
        }
    }

    /// What each symbol says.
    fn texts(&self) -> Result<Vec<Vec<u8>>, ImageError> {
        let size = |side: usize| u32::try_from(side).map_err(|_| ImageError::TooLarge);
        let (width, height) = (size(self.width)?, size(self.height)?);
        let pixels = Luma8LuminanceSource::new(self.pixels.clone(), width, height);
        let binarizer = HybridBinarizer::new(pixels.map_err(|_| ImageError::NoSymbol)?);
        let Ok(dark) = binarizer.get_black_matrix() else {
            // Of one level: nothing is dark beside anything.
            return Ok(Vec::new());
        };
        let large = self.width.max(self.height) > LARGE;
        let mut corners = FindFinderPatterns(dark, true, if large { MODULE } else { 0 });
        let sets = GenerateFinderPatternSets(&mut corners);
        let (mut used, mut texts) = (Vec::new(), Vec::new());
        for set in sets.iter().take(MAX_TRIES) {
            let corners = [set.bl, set.tl, set.tr];
            // A corner belongs to one symbol.
            if corners.iter().any(|corner| used.contains(corner)) {
                continue;
            }
            if let Some(text) = text(dark, set) {
                used.extend(corners);
                texts.push(text);
            }
        }
        Ok(texts)
    }
}

/// The mean of four levels.
fn mean<'a>(four: impl Iterator<Item = &'a u8>) -> u8 {
    let sum: u16 = four.copied().map(u16::from).sum();
    u8::try_from(sum / 4).unwrap_or(u8::MAX)
}

fn text(dark: &BitMatrix, set: &FinderPatternSet) -> Option<Vec<u8>> {
    let modules = SampleQR(dark, set).ok()?;
    let decoded = Decode(modules.getBits()).ok()?;
    decoded
        .isValid()
        .then(|| decoded.content().bytes().to_vec())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_possible_truncation)]

    use super::super::QrSymbol;
    use super::super::camera::{Dice, View};
    use super::*;
    use crate::transport::frames::Splitter;
    use crate::transport::{DocumentKind, qr};
    use proptest::prelude::*;

    const PLAIN: View = View {
        frame: (760, 660),
        side: 520.0,
        ..View::PLAIN
    };

    fn read(symbol: &QrSymbol, view: &View) -> Result<String, ImageError> {
        let (width, height) = view.frame;
        decode_luma(width as u32, height as u32, &view.of(symbol))
    }

    #[test]
    fn an_answer_is_read_however_it_is_held() {
        let document = |n: usize| -> Vec<u8> { (0..n).map(|i| (i * 37 % 251) as u8).collect() };
        let answer = qr::encode(DocumentKind::Answer, &document(831)).unwrap();
        let mut moving = Splitter::new(DocumentKind::Answer, &document(3700), 400).unwrap();
        let hand = View {
            turn: -12.0,
            tilt: 20.0,
            axis: 130.0,
            blur: 1.2,
            noise: 6.0,
            shade: 0.4,
            glare: 0.2,
            points: 0.2,
            ..PLAIN
        };
        let views = [
            (
                "turned a little",
                View {
                    turn: 10.0,
                    ..PLAIN
                },
            ),
            (
                "turned round",
                View {
                    turn: 187.0,
                    ..PLAIN
                },
            ),
            (
                "tilted",
                View {
                    tilt: 30.0,
                    axis: 40.0,
                    ..PLAIN
                },
            ),
            (
                "blurred",
                View {
                    turn: 4.0,
                    blur: 1.5,
                    ..PLAIN
                },
            ),
            (
                "noisy",
                View {
                    turn: 4.0,
                    noise: 12.0,
                    ..PLAIN
                },
            ),
            (
                "in uneven light",
                View {
                    turn: 4.0,
                    shade: 0.8,
                    ..PLAIN
                },
            ),
            (
                "under a lamp",
                View {
                    turn: 4.0,
                    glare: 0.5,
                    ..PLAIN
                },
            ),
            ("all at once", hand),
        ];
        for text in [answer, moving.next_frame().unwrap()] {
            let symbol = QrSymbol::new(&text).unwrap();
            for (how, view) in &views {
                assert_eq!(read(&symbol, view).as_deref(), Ok(text.as_str()), "{how}");
            }
        }
    }

    #[test]
    fn large_modules_are_read_and_noise_on_them() {
        let symbol = QrSymbol::new("GQ1BB8").unwrap();
        let noisy = View {
            noise: 12.0,
            ..PLAIN
        };
        assert_eq!(read(&symbol, &noisy).as_deref(), Ok("GQ1BB8"));
        // Modules of 100 pixels, in a picture of odd sides that is larger than enough.
        let (side, module) = (2901, 100);
        let pixel = |i: usize| {
            let dark = symbol.is_dark(i % side / module, i / side / module);
            if dark { 0 } else { 255 }
        };
        let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
        let read = decode_luma(side as u32, side as u32, &pixels);
        assert_eq!(read.as_deref(), Ok("GQ1BB8"));
    }

    #[test]
    fn fewer_pixels_than_said_are_no_picture() {
        assert_eq!(decode_luma(30, 30, &[0; 899]), Err(ImageError::TooLarge));
        assert_eq!(decode_luma(30, 30, &[0; 900]), Err(ImageError::NoSymbol));
    }

    #[test]
    fn a_small_picture_of_one_level_says_nothing() {
        let flat = Picture {
            width: 30,
            height: 30,
            pixels: vec![0; 900],
        };
        assert_eq!(flat.texts(), Ok(Vec::new()));
    }

    /// A picture of corners and modules where no symbol has them, which the library searches longest.
    fn muddle(seed: u64) -> Picture {
        let mut dice = Dice::new(seed);
        let mut below = |most: usize| (dice.number() % most as u64) as usize;
        let (width, height) = (21 + below(160), 21 + below(160));
        let text: String = (0..1 + below(300))
            .map(|_| char::from(b'A' + below(26) as u8))
            .collect();
        let symbol = QrSymbol::new(&text).unwrap();
        let module = 1 + below(4);
        let mut pixels: Vec<u8> = (0..width * height)
            .map(|i| symbol.is_dark(i % width / module, i / width / module))
            .map(|dark| if dark { 0 } else { 255 })
            .collect();
        let mut stamp = |from: (usize, usize), to: (usize, usize), size: usize, corner: bool| {
            for (x, y) in (0..size * size).map(|i| (i % size, i / size)) {
                let source = pixels.get((from.1 + y) * width + from.0 + x).copied();
                let ring = |n: usize| (n * 7 / size).abs_diff(3);
                let light = ring(x).max(ring(y)) == 2;
                let level = if corner {
                    u8::from(light) * 255
                } else {
                    source.unwrap_or(0)
                };
                if let Some(pixel) = pixels.get_mut((to.1 + y) * width + to.0 + x) {
                    *pixel = level;
                }
            }
        };
        for _ in 0..below(12) {
            let mut place = || (below(width), below(height));
            let (from, to) = (place(), place());
            stamp(from, to, 5 + below(40), below(2) == 0);
        }
        Picture {
            width,
            height,
            pixels,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn a_muddle_never_panics(seed in any::<u64>()) {
            // Not through `decode_luma`, which would hide it.
            let picture = muddle(seed);
            for text in picture.texts().unwrap() {
                prop_assert!(text.len() <= 7089);
            }
            let _ = picture.halved().texts();
        }
    }
}
