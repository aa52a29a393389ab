//! What a camera sees of a symbol on a screen that is held in a hand: made up, and the same for the
//! same seed. For tests, and for the bench that compares readers. Light is added up as light, and
//! turned into levels at the end as cameras do, which lets light modules grow over dark ones.
#![allow(
    clippy::cast_possible_truncation,
    reason = "pixels and levels are clamped where they are made"
)]

use std::f64::consts::TAU;

use super::{QUIET, QrSymbol};

/// How far away the camera is, in widths of the symbol: how strongly a tilt narrows the far side.
const AWAY: f64 = 2.5;
/// Looks at each pixel, by side: what lies between modules is neither dark nor light.
const LOOKS: usize = 2;
/// How light it is around the screen.
const ROOM: f64 = 0.15;
/// Points of the screen for each module.
const POINTS: f64 = 3.0;

/// How a symbol is seen.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// The picture's width and height, in pixels.
    pub frame: (usize, usize),
    /// The symbol's side with its quiet zone, in pixels, before it is tilted.
    pub side: f64,
    /// Turned in the picture's plane, in degrees.
    pub turn: f64,
    /// Tilted out of it, in degrees.
    pub tilt: f64,
    /// The direction of the axis about which it is tilted, in degrees.
    pub axis: f64,
    /// How blurred: the standard deviation in pixels.
    pub blur: f64,
    /// How noisy: the standard deviation in levels.
    pub noise: f64,
    /// How much of the light is lost from the left side to the right one, from 0 to 1.
    pub shade: f64,
    /// A lamp that the screen mirrors: how much light it adds at its middle.
    pub glare: f64,
    /// How dark it is between the screen's points, from 0 to 1; with the camera's they make a moiré.
    pub points: f64,
    /// How much light dark and light modules give.
    pub light: (f64, f64),
    /// What noise and the lamp's place are drawn from.
    pub seed: u64,
}

impl View {
    /// Straight ahead, at arm's length, in a good camera and light.
    pub const PLAIN: Self = Self {
        frame: (1280, 720),
        side: 550.0,
        turn: 0.0,
        tilt: 0.0,
        axis: 0.0,
        blur: 0.5,
        noise: 2.0,
        shade: 0.1,
        glare: 0.0,
        points: 0.0,
        light: (0.02, 0.75),
        seed: 1,
    };

    /// The picture: one octet a pixel, rows from the top.
    pub fn of(&self, symbol: &QrSymbol) -> Vec<u8> {
        let (width, height) = self.frame;
        let mut dice = Dice::new(self.seed);
        let middle = (width as f64 / 2.0, height as f64 / 2.0);
        let mut lamp = || dice.between(-0.3, 0.3) * self.side;
        let lamp = (middle.0 + lamp(), middle.1 + lamp());
        let plane = self.plane();
        let pixel = |i: usize| {
            let (x, y) = ((i % width) as f64, (i / width) as f64);
            let look = |n: usize| {
                let at = |n: usize| (n as f64 + 0.5) / LOOKS as f64;
                let (x, y) = (x + at(n % LOOKS), y + at(n / LOOKS));
                self.screen(symbol, seen(&plane, x - middle.0, y - middle.1))
            };
            let light = (0..LOOKS * LOOKS).map(look).sum::<f64>() / (LOOKS * LOOKS) as f64;
            let far = (x - lamp.0).hypot(y - lamp.1) / (0.15 * self.side);
            let lit = 1.0 - self.shade * x / width as f64;
            light * lit + self.glare * (-far * far / 2.0).exp()
        };
        let light: Vec<f64> = (0..width * height).map(pixel).collect();
        let light = blurred(&blurred(&light, width, self.blur), height, self.blur);
        let level = |light: &f64| {
            let level = 255.0 * light.clamp(0.0, 1.0).powf(1.0 / 2.2) + self.noise * dice.normal();
            level.round().clamp(0.0, 255.0) as u8
        };
        light.iter().map(level).collect()
    }

    /// From the symbol's plane to the picture, the other way round: three rows of a matrix.
    fn plane(&self) -> [[f64; 3]; 3] {
        let (turn, tilt) = (self.turn.to_radians(), self.tilt.to_radians());
        let (axis_y, axis_x) = self.axis.to_radians().sin_cos();
        let tilted = |x: f64, y: f64| {
            let along = (axis_x * x + axis_y * y) * (1.0 - tilt.cos());
            let up = (axis_x * y - axis_y * x) * tilt.sin();
            let flat = |n: f64, axis: f64| n * tilt.cos() + axis * along;
            [flat(x, axis_x), flat(y, axis_y), up]
        };
        let (right, down) = (
            tilted(turn.cos(), turn.sin()),
            tilted(-turn.sin(), turn.cos()),
        );
        let zoom = self.side * AWAY;
        inverted([
            [zoom * right[0], zoom * down[0], 0.0],
            [zoom * right[1], zoom * down[1], 0.0],
            [right[2], down[2], AWAY],
        ])
    }

    /// How light the screen is at a point; the symbol with its quiet zone reaches from 0 to 1.
    fn screen(&self, symbol: &QrSymbol, (x, y): (f64, f64)) -> f64 {
        let (dark, light) = self.light;
        let modules = (symbol.side() + 2 * QUIET) as f64;
        if (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y) {
            let (x, y) = (x * modules, y * modules);
            let module = symbol.is_dark(x as usize, y as usize);
            let wave = |n: f64| (n * POINTS * TAU).cos();
            let between = self.points * (wave(x) + wave(y)).max(0.0) / 2.0;
            if module {
                dark
            } else {
                light * (1.0 - between)
            }
        } else if (-0.1..1.1).contains(&x) && (-0.4..1.3).contains(&y) {
            0.9 * light
        } else {
            ROOM
        }
    }
}

fn seen(plane: &[[f64; 3]; 3], x: f64, y: f64) -> (f64, f64) {
    let [u, v, w] = plane.map(|[a, b, c]| a * x + b * y + c);
    (u / w + 0.5, v / w + 0.5)
}

fn inverted([a, b, c]: [[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let cross =
        |[a, b, c]: [f64; 3], [x, y, z]: [f64; 3]| [b * z - c * y, c * x - a * z, a * y - b * x];
    let [x, y, z] = [cross(b, c), cross(c, a), cross(a, b)];
    let size: f64 = a.iter().zip(x).map(|(a, x)| a * x).sum();
    let row = |n: usize| [x, y, z].map(|column| column.get(n).map_or(0.0, |part| part / size));
    [row(0), row(1), row(2)]
}

/// Blurred along its rows, and turned on its side: twice is a picture again.
fn blurred(light: &[f64], width: usize, blur: f64) -> Vec<f64> {
    let reach = (3.0 * blur).ceil() as usize;
    let weight = |n: usize| (-((n as f64 - reach as f64) / blur.max(0.01)).powi(2) / 2.0).exp();
    let weights: Vec<f64> = (0..=2 * reach).map(weight).collect();
    let sum: f64 = weights.iter().sum();
    let rows: Vec<&[f64]> = light.chunks_exact(width).collect();
    let pixel = |x: usize, row: &[f64]| {
        let near = |n: usize| row.get((x + n).saturating_sub(reach).min(width - 1));
        let parts = weights.iter().enumerate();
        parts
            .map(|(n, weight)| weight * near(n).copied().unwrap_or(0.0))
            .sum::<f64>()
            / sum
    };
    (0..width)
        .flat_map(|x| rows.iter().map(move |row| pixel(x, row)))
        .collect()
}

/// Numbers that a seed determines. Not a secret's.
pub struct Dice(u64);

impl Dice {
    /// Those of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number (SplitMix64).
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One between two.
    pub fn between(&mut self, least: f64, most: f64) -> f64 {
        let unit = f64::from((self.number() >> 32) as u32) / f64::from(u32::MAX);
        least + (most - least) * unit
    }

    /// One about zero, with a standard deviation of one.
    fn normal(&mut self) -> f64 {
        (0..4).map(|_| self.between(-0.5, 0.5)).sum::<f64>() * 3f64.sqrt()
    }
}
