//! Frames, a line each, and a joiner that takes them: one text for each frame, and a document that
//! is whole is never larger than the bound.
#![no_main]

use glimpse_core::transport::frames::{Frame, Joiner, MAX_DOCUMENT, Progress};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut joiner = Joiner::new();
    for line in text.lines() {
        if let Ok(frame) = Frame::from_text(line) {
            assert_eq!(frame.to_text(), line);
        }
        if let Ok(Progress::Complete(_, document)) = joiner.receive(line) {
            assert!(document.len() <= MAX_DOCUMENT);
        }
    }
});
