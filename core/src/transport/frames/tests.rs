//! Frames in any order, lost, doubled and damaged.

#![allow(clippy::cast_possible_truncation)]

use super::*;
use proptest::prelude::*;

fn document(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 31 % 251) as u8).collect()
}

fn frames(document: &[u8], fragment: usize, count: usize) -> Vec<String> {
    let mut splitter = Splitter::new(DocumentKind::Answer, document, fragment).unwrap();
    (0..count).map(|_| splitter.next_frame().unwrap()).collect()
}

fn join<'a>(frames: impl IntoIterator<Item = &'a String>) -> Option<Vec<u8>> {
    let mut joiner = Joiner::new();
    frames
        .into_iter()
        .find_map(|f| match joiner.receive(f).unwrap() {
            Progress::Complete(DocumentKind::Answer, document) => Some(document),
            _ => None,
        })
}

fn frame(sequence: u32, count: u32, length: u32, fragment: usize) -> Frame {
    let fragment = vec![7; fragment];
    Frame {
        kind: DocumentKind::Answer,
        sequence,
        count,
        length,
        checksum: 9,
        fragment,
    }
}

#[test]
fn any_order_and_missing_frames() {
    let document = document(1000);
    let all = frames(&document, 100, 60);
    assert_eq!(
        join(&all[..10]),
        Some(document.clone()),
        "the fragments themselves"
    );
    assert_eq!(join(&all[..9]), None);
    assert_eq!(join(all.iter().rev()), Some(document.clone()));
    assert_eq!(join(all.iter().step_by(2)), Some(document.clone()));
    assert_eq!(join(all.iter().skip(20)), Some(document));
}

#[test]
fn only_one_form_is_read() {
    let text = frames(&document(300), 100, 1).remove(0);
    assert!(Frame::from_text(&text).is_ok_and(|f| f.to_text() == text));
    let bad = |text: &str| Frame::from_text(text).err();
    assert_eq!(bad(&text.to_ascii_lowercase()), Some(FrameError::Kind));
    assert_eq!(
        bad(&text.replace("ANSWER", "ANSWERS")),
        Some(FrameError::Kind)
    );
    for (from, to) in [
        ("/1-3/", "/2-3/"),
        ("/1-3/", "/01-3/"),
        ("/1-3/", "/1-4/"),
        ("/1-3/", "/"),
    ] {
        assert_eq!(
            bad(&text.replace(from, to)),
            Some(FrameError::Damaged),
            "{to}"
        );
    }
    for cut in 3..text.len() {
        assert!(bad(&text[..cut]).is_some());
    }
    assert!(bad(&format!("{text}AE")).is_some());
}

#[test]
fn count_and_size_bombs_stop_before_the_decoder() {
    let bad = |f: Frame| Frame::from_text(&f.to_text()).err();
    assert_eq!(bad(frame(1, u32::MAX, u32::MAX, 1)), Some(FrameError::Size));
    assert_eq!(bad(frame(1, 257, 257 * 16, 16)), Some(FrameError::Size));
    assert_eq!(bad(frame(1, 64, 65_537, 1024)), Some(FrameError::Size));
    assert_eq!(bad(frame(u32::MAX, 2, 32, 16)), Some(FrameError::Size));
    assert_eq!(bad(frame(1, 1, 32, 1025)), Some(FrameError::Damaged));
    assert_eq!(bad(frame(0, 2, 32, 16)), Some(FrameError::Damaged));
    assert_eq!(bad(frame(1, 0, 32, 16)), Some(FrameError::Damaged));
    assert_eq!(bad(frame(1, 3, 32, 16)), Some(FrameError::Damaged));
    assert_eq!(bad(frame(1, 2, 32, 0)), Some(FrameError::Damaged));
    assert_eq!(bad(frame(1, 2, 32, 16)), None);
    assert_eq!(
        Frame::from_text(&"A".repeat(MAX_TEXT + 1)).err(),
        Some(FrameError::Size)
    );
    let split = |d: &[u8], n| Splitter::new(DocumentKind::Offer, d, n).map(|s| s.fragments());
    assert_eq!(split(&[], 100), Err(FrameError::Size));
    assert_eq!(split(&[0; MAX_DOCUMENT + 1], 1024), Err(FrameError::Size));
    assert_eq!(split(&[0; MAX_DOCUMENT], 255), Err(FrameError::Size));
    assert_eq!(split(&[0; MAX_DOCUMENT], 256), Ok(256));
    assert_eq!(split(&[0; 9], 15), Err(FrameError::Size));
    assert_eq!(split(&[0; 9], 1025), Err(FrameError::Size));
}

#[test]
fn other_documents_and_forged_frames() {
    let (one, other) = (
        frames(&document(300), 100, 3),
        frames(&document(301), 100, 3),
    );
    let mut joiner = Joiner::new();
    joiner.receive(&one[0]).unwrap();
    assert_eq!(joiner.receive(&other[1]), Err(FrameError::OtherDocument));
    assert_eq!(joiner.receive("GQ1BB8"), Err(FrameError::Kind));
    joiner.receive(&one[1]).unwrap();
    assert_eq!(
        joiner.receive(&one[2]),
        Ok(Progress::Complete(DocumentKind::Answer, document(300)))
    );
    // A fragment that fits in every number but not in content: found, and the joiner recovers.
    let mut forged = Frame::from_text(&one[1]).unwrap();
    forged.fragment[0] ^= 1;
    let mut joiner = Joiner::new();
    joiner.receive(&one[0]).unwrap();
    joiner.receive(&forged.to_text()).unwrap();
    assert_eq!(joiner.receive(&one[2]), Err(FrameError::Checksum));
    let again: Vec<_> = one.iter().map(|f| joiner.receive(f).unwrap()).collect();
    assert_eq!(
        again[2],
        Progress::Complete(DocumentKind::Answer, document(300))
    );
}

#[test]
fn frames_without_end_are_refused() {
    let text = &frames(&document(300), 100, 1)[0];
    let mut joiner = Joiner::new();
    (0..MAX_FRAMES).for_each(|_| assert!(joiner.receive(text).is_ok()));
    assert_eq!(joiner.receive(text), Err(FrameError::TooMany));
    assert_eq!(
        joiner.receive(text),
        Ok(Progress::Waiting { known: 1, of: 3 })
    );
    let mut splitter = Splitter::new(DocumentKind::Answer, &[1], 16).unwrap();
    (0..MAX_FRAMES).for_each(|_| assert!(splitter.next_frame().is_ok()));
    assert_eq!(splitter.next_frame(), Err(FrameError::TooMany));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_document_comes_back_in_any_order(
        length in 1usize..3000, fragment in 16usize..400, order in any::<u64>(),
    ) {
        let document = document(length);
        let mut all = frames(&document, fragment, 8 * length.div_ceil(fragment) + 20);
        all.sort_by_key(|f| f.bytes().fold(order, |h, b| h.rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(b)));
        prop_assert_eq!(join(&all), Some(document));
    }

    #[test]
    fn accepted_frames_have_one_text(numbers in any::<[u16; 3]>(), fragment in proptest::collection::vec(any::<u8>(), 1..40)) {
        let [sequence, length, checksum] = numbers.map(u32::from);
        let count = length.div_ceil(fragment.len() as u32);
        let text = Frame { kind: DocumentKind::Offer, sequence, count, length, checksum, fragment }.to_text();
        if let Ok(frame) = Frame::from_text(&text) {
            prop_assert_eq!(frame.to_text(), text);
        }
    }
}
