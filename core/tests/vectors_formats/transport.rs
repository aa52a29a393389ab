//! Cases of QR text and frames.

use glimpse_core::cbor::Writer;
use glimpse_core::transport::DocumentKind;
use glimpse_core::transport::frames::Splitter;
use serde_json::{Value, json};

use super::Case;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, tests, decoder, input: Value, expected: Value| {
        cases.push(Case {
            folder: "encoding",
            name: name.to_owned(),
            tests,
            decoder,
            input,
            expected,
        });
    };
    let bad = |e: &str| json!({ "error": e });
    for (kind, name) in DocumentKind::ALL.into_iter().zip([
        "request",
        "answer",
        "offer",
        "issuance_request",
        "issuance_response",
        "trust_list",
        "manifest",
        "policy",
        "registration",
    ]) {
        let text = format!("{}1%69 VD92EX0", kind.letters());
        let expected = json!({ "kind": format!("{kind:?}"), "document": hex::encode("Hello!!") });
        add(
            &format!("good_qr_{name}"),
            "QR text of each kind, with RFC 9285's second example",
            "qr_text",
            json!({ "text": text }),
            expected,
        );
    }
    for (name, tests, text, e) in [
        ("empty", "no text", "", "Kind"),
        ("kind", "letters of no kind", "GX1BB8", "Kind"),
        ("lower_kind", "letters in lower case", "gq1BB8", "Kind"),
        ("version", "a later version", "GQ2BB8", "Version"),
        ("no_document", "nothing after the version", "GQ1", "Size"),
        ("lower_case", "Base45 in lower case", "GQ1bb8", "Base45"),
        (
            "pair_too_large",
            "three characters beyond 65535",
            "GQ1GGW",
            "Base45",
        ),
        (
            "single_too_large",
            "two last characters beyond 255",
            "GQ1BB8V5",
            "Base45",
        ),
        (
            "lone_character",
            "one character left over",
            "GQ1BB8B",
            "Base45",
        ),
        ("newline", "a newline at the end", "GQ1BB8\n", "Base45"),
    ] {
        add(
            &format!("bad_qr_{name}"),
            tests,
            "qr_text",
            json!({ "text": text }),
            bad(e),
        );
    }
    let document: Vec<u8> = (0..=255).cycle().take(600).collect();
    let mut splitter = Splitter::new(DocumentKind::Answer, &document, 100).unwrap();
    let frames: Vec<_> = (0..30).map(|_| splitter.next_frame().unwrap()).collect();
    let whole = json!({ "kind": "Answer", "document": hex::encode(&document) });
    let some = |range: core::ops::Range<usize>| json!({ "frames": frames[range] });
    add(
        "good_frames_in_order",
        "the fragments themselves",
        "frames",
        some(0..6),
        whole.clone(),
    );
    add(
        "good_frames_mixed_only",
        "only frames after the fragments themselves",
        "frames",
        some(6..30),
        whole.clone(),
    );
    let mut backwards = frames.clone();
    backwards.reverse();
    add(
        "good_frames_backwards",
        "frames in reverse order",
        "frames",
        json!({ "frames": backwards }),
        whole,
    );
    add(
        "good_frames_incomplete",
        "one fragment short: still waiting",
        "frames",
        some(0..5),
        json!({ "waiting": true }),
    );
    let mut other = Splitter::new(DocumentKind::Answer, &document[..599], 100).unwrap();
    let other = json!({ "frames": [&frames[0], other.next_frame().unwrap()] });
    add(
        "bad_frames_other_document",
        "a frame of another document",
        "frames",
        other,
        bad("OtherDocument"),
    );
    let one = |text: String| json!({ "frames": [text] });
    add(
        "bad_frame_lower_case",
        "a frame in lower case",
        "frames",
        one(frames[0].to_lowercase()),
        bad("Kind"),
    );
    add(
        "bad_frame_type",
        "a type of no kind",
        "frames",
        one(frames[0].replace("ANSWER", "BYTES")),
        bad("Kind"),
    );
    add(
        "bad_frame_number",
        "another number outside than inside",
        "frames",
        one(frames[0].replace("/1-6/", "/2-6/")),
        bad("Damaged"),
    );
    add(
        "bad_frame_leading_zero",
        "a number with a leading zero",
        "frames",
        one(frames[0].replace("/1-6/", "/01-6/")),
        bad("Damaged"),
    );
    add(
        "bad_frame_truncated",
        "the last word is missing",
        "frames",
        one(frames[0][..frames[0].len() - 2].to_owned()),
        bad("Damaged"),
    );
    let raw = |write: &dyn Fn(&mut Writer), numbers: &str| {
        let mut w = Writer::new();
        write(&mut w);
        let words = ur::bytewords::encode(&w.into_vec(), ur::bytewords::Style::Minimal);
        one(format!("ur:glimpse-answer/{numbers}/{words}").to_uppercase())
    };
    let bomb = raw(
        &|w| {
            w.array(5)
                .uint(1)
                .uint(u32::MAX.into())
                .uint(u32::MAX.into())
                .uint(0)
                .bytes(&[0]);
        },
        "1-4294967295",
    );
    add(
        "bad_frame_count_bomb",
        "2^32 - 1 fragments",
        "frames",
        bomb,
        bad("Size"),
    );
    let long = raw(
        &|w| {
            w.array(5)
                .raw(&[0x18, 1])
                .uint(1)
                .uint(1)
                .uint(0)
                .bytes(&[0]);
        },
        "1-1",
    );
    add(
        "bad_frame_long_integer",
        "a number in a longer form",
        "frames",
        long,
        bad("Damaged"),
    );
    let short = raw(
        &|w| {
            w.array(5)
                .uint(1)
                .uint(2)
                .uint(100)
                .uint(0)
                .bytes(&[0; 100]);
        },
        "1-2",
    );
    add(
        "bad_frame_needless_fragment",
        "more fragments than the length needs",
        "frames",
        short,
        bad("Damaged"),
    );
    cases
}
