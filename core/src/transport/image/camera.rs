//! Symbols as a camera sees them: turned by quarters, unevenly lit, not quite sharp pixels. What the
//! reader does beyond this is a matter of luck, and of the next picture: with a blur of a pixel, or
//! turned by a few degrees, it reads about every third one.

use super::*;
use crate::transport::frames::Splitter;
use crate::transport::{DocumentKind, qr};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;

/// A grey picture in which the symbol, quiet zone included, has `side` pixels a side, is turned by so
/// many quarters, and is darker by `shade` levels at one side than at the other.
fn picture(symbol: &QrSymbol, side: usize, quarters: usize, shade: usize) -> Vec<u8> {
    let modules = symbol.side() + 2 * QUIET;
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    let level = |i: usize| {
        let (x, y) = (i % WIDTH, i / WIDTH);
        let inside = |n: usize, from: usize| n.checked_sub(from).filter(|n| *n < side);
        let level = match (inside(x, left), inside(y, top)) {
            (Some(x), Some(y)) => {
                let (u, v) = (x * modules / side, y * modules / side);
                let last = modules - 1;
                let turned = [(u, v), (v, last - u), (last - u, last - v), (last - v, u)];
                let (u, v) = turned[quarters % 4];
                if symbol.is_dark(u, v) { 40 } else { 210 }
            }
            _ => 120,
        };
        u8::try_from(level - shade.min(40) * x / WIDTH).unwrap()
    };
    (0..WIDTH * HEIGHT).map(level).collect()
}

#[test]
fn an_answer_is_read_in_whatever_quarter_and_light_it_is_held() {
    let document = |n: usize| -> Vec<u8> { (0..n).map(|i| (i * 37 % 251) as u8).collect() };
    let answer = qr::encode(DocumentKind::Answer, &document(831)).unwrap();
    let mut moving = Splitter::new(DocumentKind::Answer, &document(3700), 400).unwrap();
    for text in [answer, moving.next_frame().unwrap()] {
        let symbol = QrSymbol::new(&text).unwrap();
        for (quarters, shade) in [(0, 0), (1, 0), (2, 40), (3, 40)] {
            let pixels = picture(&symbol, 680, quarters, shade);
            let read = decode_luma(WIDTH as u32, HEIGHT as u32, &pixels);
            assert_eq!(read.as_deref(), Ok(text.as_str()), "{quarters} {shade}");
        }
    }
}
