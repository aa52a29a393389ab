//! How many pictures of each kind the reader reads, and how long it takes: made-up views of codes in
//! a hand, the same in each run. `GLIMPSE_BENCH_ROUNDS` says how many of each kind, 24 else.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

use std::time::{Duration, Instant};

use glimpse_core::transport::DocumentKind;
use glimpse_core::transport::frames::Splitter;
use glimpse_core::transport::image::camera::{Dice, View};
use glimpse_core::transport::image::{QrSymbol, decode_luma};
use glimpse_core::transport::qr;

/// A kind of view: its name, and one of it.
type Kind = (&'static str, fn(&mut Dice) -> View);

const KINDS: [Kind; 16] = [
    ("straight", |d| View {
        turn: d.between(-1.0, 1.0),
        ..plain(d)
    }),
    ("turned", |d| View {
        turn: d.between(0.0, 360.0),
        side: 480.0,
        ..plain(d)
    }),
    ("tilted 15°", |d| View {
        tilt: 15.0,
        axis: d.between(0.0, 360.0),
        ..plain(d)
    }),
    ("tilted 30°", |d| View {
        tilt: 30.0,
        axis: d.between(0.0, 360.0),
        ..plain(d)
    }),
    ("blurred 1 px", |d| View {
        blur: 1.0,
        ..plain(d)
    }),
    ("blurred 1.5 px", |d| View {
        blur: 1.5,
        ..plain(d)
    }),
    ("noisy", |d| View {
        noise: 12.0,
        ..plain(d)
    }),
    ("shaded", |d| View {
        shade: 0.8,
        ..plain(d)
    }),
    ("glare", |d| View {
        glare: 0.5,
        ..plain(d)
    }),
    ("points", |d| View {
        points: 0.4,
        ..plain(d)
    }),
    ("dim", |d| View {
        light: (0.08, 0.3),
        noise: 4.0,
        ..plain(d)
    }),
    ("hand, 560-600 px", |d| hand(d, 560.0, 600.0)),
    ("hand, 480-560 px", |d| hand(d, 480.0, 560.0)),
    ("hand, 400-480 px", |d| hand(d, 400.0, 480.0)),
    ("hand, 320-400 px", |d| hand(d, 320.0, 400.0)),
    ("photograph", |d| View {
        frame: (3264, 2448),
        blur: 2.5,
        ..hand(d, 1200.0, 2000.0)
    }),
];

fn plain(dice: &mut Dice) -> View {
    View {
        turn: dice.between(-8.0, 8.0),
        seed: dice.number(),
        ..View::PLAIN
    }
}

/// All at once, as a hand and a shop do it.
fn hand(dice: &mut Dice, least: f64, most: f64) -> View {
    View {
        side: dice.between(least, most),
        turn: dice.between(-15.0, 15.0),
        tilt: dice.between(0.0, 30.0),
        axis: dice.between(0.0, 360.0),
        blur: dice.between(0.5, 1.5),
        noise: dice.between(1.0, 8.0),
        shade: dice.between(0.0, 0.5),
        glare: dice.between(0.0, 0.3),
        points: dice.between(0.0, 0.2),
        light: (dice.between(0.01, 0.06), dice.between(0.4, 0.9)),
        seed: dice.number(),
        ..View::PLAIN
    }
}

fn main() {
    let rounds = std::env::var("GLIMPSE_BENCH_ROUNDS").ok();
    let rounds: u32 = rounds.map_or(24, |rounds| rounds.parse().unwrap());
    let document = |n: usize| -> Vec<u8> { (0..n).map(|i| (i * 37 % 251) as u8).collect() };
    let answer = |n| qr::encode(DocumentKind::Answer, &document(n)).unwrap();
    let frame = |n| {
        Splitter::new(DocumentKind::Answer, &document(3700), n)
            .unwrap()
            .next_frame()
    };
    let texts = [
        ("an answer of 831 octets", answer(831)),
        ("a frame of 400 octets", frame(400).unwrap()),
        ("a frame of 250 octets", frame(250).unwrap()),
        ("six letters", "GQ1BB8".to_owned()),
    ];
    for (name, text) in &texts {
        let symbol = QrSymbol::new(text).unwrap();
        println!(
            "\n{name}: version {}, {} modules",
            symbol.version(),
            symbol.side()
        );
        let mut all = 0;
        for (kind, view) in &KINDS {
            let (read, mean, longest) = measure(&symbol, text, *view, rounds);
            println!(
                "{kind:20}{read:>4} of {rounds}   {mean:>6.1?} a picture, {longest:.1?} at most"
            );
            all += read;
        }
        println!("{:20}{all:>4} of {}", "all", rounds * KINDS.len() as u32);
    }
    println!("\nwhat is made to be slow:");
    slow("a wall of corners", 1280, 720, wall);
    slow("a wall of larger ones", 1280, 720, |x, y| {
        wall(x / 2, y / 2)
    });
    slow("a small picture of them", 640, 640, wall);
    slow("a large wall", 2048, 2048, |x, y| {
        wall(x * 2 / 5, y * 2 / 5)
    });
    slow("the largest", 4096, 4096, |x, y| wall(x / 5, y / 5));
    slow("noise", 4096, 4096, |x, y| noise(x / 2, y / 2));
}

/// Corners of symbols, as close as they can be.
fn wall(x: usize, y: usize) -> bool {
    let from_middle = |n: usize| (n % 8).abs_diff(3);
    !matches!(from_middle(x).max(from_middle(y)), 2 | 4)
}

fn noise(x: usize, y: usize) -> bool {
    Dice::new((y << 16 | x) as u64).number() & 1 == 0
}

fn slow(name: &str, width: usize, height: usize, dark: fn(usize, usize) -> bool) {
    let pixel = |i: usize| if dark(i % width, i / width) { 0 } else { 255 };
    let pixels: Vec<u8> = (0..width * height).map(pixel).collect();
    let start = Instant::now();
    let read = decode_luma(width as u32, height as u32, &pixels);
    println!(
        "{name}, {width} x {height}: {:.1?}, {read:?}",
        start.elapsed()
    );
}

fn measure(
    symbol: &QrSymbol,
    text: &str,
    view: fn(&mut Dice) -> View,
    rounds: u32,
) -> (u32, Duration, Duration) {
    let mut dice = Dice::new(7);
    let (mut read, mut all, mut longest) = (0, Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds {
        let view = view(&mut dice);
        let (pixels, (width, height)) = (view.of(symbol), view.frame);
        let start = Instant::now();
        let seen = decode_luma(width as u32, height as u32, &pixels);
        let took = start.elapsed();
        (all, longest) = (all + took, longest.max(took));
        if let Ok(seen) = seen {
            assert_eq!(seen, text, "a text that was not shown");
            read += 1;
        }
    }
    (read, all / rounds, longest)
}
