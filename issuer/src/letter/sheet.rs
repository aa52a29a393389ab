//! A sheet of paper: text that is broken into lines and tagged for who hears it, and QR symbols of
//! rectangles.

use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{ContentTag, ListNumbering, Node, SpanTag, Tag, TagGroup, TagKind};
use krilla::text::{Font, TextDirection};
use qrcode::{Color, EcLevel, QrCode};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

use super::LetterError;

/// A4, in points.
pub(super) const WIDTH: f32 = 595.276;
pub(super) const HEIGHT: f32 = 841.89;
pub(super) const MARGIN: f32 = 71.0;
/// Points in a centimetre.
pub(super) const CENTIMETRE: f32 = 28.346;

/// A font, and how wide its letters are.
pub(super) struct Face {
    font: Font,
    metrics: skrifa::FontRef<'static>,
}

impl Face {
    pub(super) fn new(file: &'static [u8]) -> Result<Self, LetterError> {
        Ok(Self {
            font: Font::new(file.to_vec().into(), 0).ok_or(LetterError::Made)?,
            metrics: skrifa::FontRef::new(file).map_err(|_| LetterError::Made)?,
        })
    }

    /// Whether it has a letter for each character.
    pub(super) fn can_write(&self, text: &str) -> bool {
        let letters = self.metrics.charmap();
        text.chars().all(|c| letters.map(c).is_some())
    }

    fn width(&self, text: &str, size: f32) -> f32 {
        let letters = self.metrics.charmap();
        let widths = self
            .metrics
            .glyph_metrics(Size::new(size), LocationRef::default());
        let width = |c| widths.advance_width(letters.map(c)?);
        text.chars().filter_map(width).sum()
    }

    /// Breaks text into lines. A word that is wider than a line is broken too.
    fn lines(&self, text: &str, size: f32, most: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split_whitespace() {
            let Some(line) = lines.last_mut() else { break };
            let joined = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&joined, size) <= most {
                *line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(String::new());
            }
            for c in word.chars() {
                let Some(line) = lines.last_mut() else { break };
                if !line.is_empty() && self.width(&format!("{line}{c}"), size) > most {
                    lines.push(c.to_string());
                } else {
                    line.push(c);
                }
            }
        }
        lines
    }
}

/// A sheet that is filled from its top.
pub(super) struct Sheet<'a, 'b> {
    surface: &'a mut Surface<'b>,
    /// How far down it is filled.
    pub(super) y: f32,
    /// What was put on it, in order.
    pub(super) said: Vec<Node>,
}

impl<'a, 'b> Sheet<'a, 'b> {
    pub(super) fn new(surface: &'a mut Surface<'b>) -> Self {
        surface.set_fill(Some(Fill {
            paint: krilla::color::luma::Color::black().into(),
            opacity: NormalizedF32::ONE,
            rule: FillRule::NonZero,
        }));
        Self {
            surface,
            y: MARGIN,
            said: Vec::new(),
        }
    }

    /// Writes from the left margin, or further in; each line is tagged as one.
    fn write(&mut self, face: &Face, size: f32, inset: f32, text: &str) -> Vec<Node> {
        let most = WIDTH - 2.0 * MARGIN - inset;
        let mut nodes = Vec::new();
        for line in face.lines(text, size, most) {
            self.y += 1.4 * size;
            let tag = self
                .surface
                .start_tagged(ContentTag::Span(SpanTag::empty()));
            let at = Point::from_xy(MARGIN + inset, self.y);
            let direction = TextDirection::LeftToRight;
            // The blank at the end parts this line's last word from the next one's first.
            let line = format!("{line} ");
            self.surface
                .draw_text(at, face.font.clone(), size, &line, false, direction);
            self.surface.end_tagged();
            nodes.push(tag.into());
        }
        nodes
    }

    /// Text as an element of this kind.
    pub(super) fn say(&mut self, kind: impl Into<TagKind>, face: &Face, size: f32, text: &str) {
        let nodes = self.write(face, size, 0.0, text);
        let group = TagGroup::with_children(kind, nodes);
        self.said.push(group.into());
    }

    /// A numbered list.
    pub(super) fn steps(&mut self, face: &Face, size: f32, steps: &[&str]) {
        let mut list = TagGroup::new(Tag::L(ListNumbering::Decimal));
        for (number, step) in (1..).zip(steps) {
            let top = self.y;
            let label = self.write(face, size, 0.0, &format!("{number}."));
            self.y = top;
            let body = self.write(face, size, 2.0 * size, step);
            self.y += 0.4 * size;
            let mut item = TagGroup::new(Tag::LI);
            item.push(TagGroup::with_children(Tag::Lbl, label));
            item.push(TagGroup::with_children(Tag::LBody, body));
            list.push(item);
        }
        self.said.push(list.into());
    }

    /// A line to write on by hand.
    pub(super) fn rule(&mut self, size: f32) -> Result<(), LetterError> {
        self.y += 1.4 * size;
        let line = Rect::from_xywh(MARGIN, self.y, 8.0 * CENTIMETRE, 0.5);
        let mut path = PathBuilder::new();
        path.push_rect(line.ok_or(LetterError::Made)?);
        let artifact = krilla::tagging::Artifact::default();
        self.surface.start_tagged(ContentTag::Artifact(artifact));
        self.surface
            .draw_path(&path.finish().ok_or(LetterError::Made)?);
        self.surface.end_tagged();
        Ok(())
    }

    /// A QR symbol of this width, with its quiet zone, in the middle; `words` stand for it.
    pub(super) fn symbol(
        &mut self,
        text: &str,
        width: f32,
        words: &str,
    ) -> Result<(), LetterError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M);
        let code = code.map_err(|_| LetterError::TooLong)?;
        let side = code.width();
        let modules = code.to_colors();
        let scale = |n: usize| u16::try_from(n).map(f32::from).unwrap_or_default();
        // Four light modules on each side.
        let module = width / scale(side + 8);
        let left = (WIDTH - width) / 2.0;
        let mut path = PathBuilder::new();
        for (y, row) in modules.chunks(side).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run.first() == Some(&Color::Dark) {
                    // A little higher than a module: no viewer shows a seam between two rows.
                    let rect = Rect::from_xywh(
                        left + module * scale(x + 4),
                        self.y + module * scale(y + 4),
                        module * scale(run.len()),
                        module * 1.01,
                    );
                    path.push_rect(rect.ok_or(LetterError::Made)?);
                }
                x += run.len();
            }
        }
        let tag = self.surface.start_tagged(ContentTag::Other);
        self.surface
            .draw_path(&path.finish().ok_or(LetterError::Made)?);
        self.surface.end_tagged();
        let figure = Tag::Figure(Some(words.to_owned()));
        let group = TagGroup::with_children(figure, vec![tag.into()]);
        self.said.push(group.into());
        self.y += width;
        Ok(())
    }
}
