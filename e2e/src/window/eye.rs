//! The counter's camera: the code on the wallet's screen, read from the pixels that the window shows.

use std::sync::mpsc;
use std::time::Duration;

use cairo::{Format, ImageSurface, Surface};
use glimpse_core::transport::image::decode_luma;
use tauri::WebviewWindow;
use webkit2gtk::gio::Cancellable;
use webkit2gtk::{SnapshotOptions, SnapshotRegion, WebViewExt};

/// A picture that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// The text of the code that is in sight, where there is one.
pub(super) fn look(window: &WebviewWindow) -> Option<String> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let asked = window.with_webview(move |view| {
        let (region, options) = (SnapshotRegion::Visible, SnapshotOptions::NONE);
        view.inner()
            .snapshot(region, options, None::<&Cancellable>, move |picture| {
                // Whoever asked may have stopped waiting.
                let _ = sender.send(picture.ok().and_then(grey));
            });
    });
    asked.ok()?;
    let (width, height, pixels) = receiver.recv_timeout(PATIENCE).ok()??;
    decode_luma(width, height, &pixels).ok()
}

/// A picture's width, height and pixels, one octet each.
fn grey(picture: Surface) -> Option<(u32, u32, Vec<u8>)> {
    let picture = ImageSurface::try_from(picture).ok()?;
    if !matches!(picture.format(), Format::ARgb32 | Format::Rgb24) {
        return None;
    }
    let size = |side: i32| usize::try_from(side).ok();
    let (width, row) = (size(picture.width())?, size(picture.stride())?);
    let mut pixels = Vec::new();
    // Four octets a pixel; the darkest colour of black on white is as good as any.
    let read = picture.with_data(|octets| {
        let rows = octets.chunks_exact(row).filter_map(|r| r.get(..4 * width));
        let colours = rows.flat_map(|row| row.chunks_exact(4));
        pixels.extend(colours.map(|colour| colour.iter().take(3).min().copied().unwrap_or(255)));
    });
    read.ok()?;
    let (width, height) = (picture.width(), picture.height());
    Some((width.try_into().ok()?, height.try_into().ok()?, pixels))
}
