//! A camera's pictures: a symbol seen from anywhere and painted over never panics the reader, and what
//! is read has no character that a document or a link lacks.
#![no_main]

use glimpse_core::transport::image::camera::View;
use glimpse_core::transport::image::{QrSymbol, decode_luma};
use libfuzzer_sys::fuzz_target;

const SIDE: usize = 240;

/// How the symbol is held, its text, and rectangles that are painted over it.
type Given = ([u8; 8], String, Vec<[u8; 5]>);

fuzz_target!(|given: Given| {
    let ([side, turn, tilt, axis, blur, noise, shade, seed], text, over) = given;
    let Ok(symbol) = QrSymbol::link(&text) else {
        return;
    };
    let view = View {
        frame: (SIDE, SIDE),
        side: 40.0 + 1.5 * f64::from(side),
        turn: 1.5 * f64::from(turn),
        tilt: 0.3 * f64::from(tilt),
        axis: 1.5 * f64::from(axis),
        blur: f64::from(blur) / 128.0,
        noise: f64::from(noise) / 8.0,
        shade: f64::from(shade) / 255.0,
        seed: u64::from(seed),
        ..View::PLAIN
    };
    let mut pixels = view.of(&symbol);
    for [x, y, width, height, level] in over {
        for row in pixels
            .chunks_exact_mut(SIDE)
            .skip(y.into())
            .take(height.into())
        {
            for pixel in row.iter_mut().skip(x.into()).take(width.into()) {
                // Odd levels turn dark into light: edges stay where they are.
                *pixel = if level & 1 == 1 { !*pixel } else { level };
            }
        }
    }
    let side = u32::try_from(SIDE).expect("a small side");
    if let Ok(read) = decode_luma(side, side, &pixels) {
        assert!(read.bytes().all(|c| (b' '..=b'~').contains(&c)));
    }
});
