//! QR symbols for a page.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// A drawing of the text as an `svg` element, or nothing where it is too long for a symbol.
pub fn svg(text: &str) -> Option<String> {
    let symbol = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let drawn = symbol
        .render::<svg::Color<'_>>()
        .module_dimensions(4, 4)
        .build();
    // Without the XML declaration, which has no place inside a page.
    drawn
        .find("<svg")
        .and_then(|start| drawn.get(start..))
        .map(str::to_owned)
}
