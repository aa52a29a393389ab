//! Cases of CBOR and of signed documents.

use glimpse_core::signed::{self, Kind};
use serde_json::{Value, json};

use super::{Case, key};

pub(super) fn cbor_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, tests, decoder, octets: &str, expected: Value| {
        let input = json!({ "octets": octets });
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
    let uint = "cbor_uint";
    for (name, octets, value) in [
        ("zero", "00", "0"),
        ("23", "17", "23"),
        ("24", "1818", "24"),
        ("2_16", "1a00010000", "65536"),
        ("largest", "1bffffffffffffffff", "18446744073709551615"),
    ] {
        add(
            &format!("good_cbor_uint_{name}"),
            "an integer in its shortest form",
            uint,
            octets,
            json!({ "value": value }),
        );
    }
    add(
        "bad_cbor_uint_long_1",
        "23 in two octets",
        uint,
        "1817",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_uint_long_2",
        "255 in three octets",
        uint,
        "1900ff",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_uint_long_4",
        "65535 in five octets",
        uint,
        "1a0000ffff",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_uint_long_8",
        "2^32 - 1 in nine octets",
        uint,
        "1b00000000ffffffff",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_uint_reserved",
        "a reserved length",
        uint,
        "1c",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_uint_negative",
        "a negative integer",
        uint,
        "20",
        bad("Kind"),
    );
    add(
        "bad_cbor_uint_float",
        "a float that is an integer",
        uint,
        "f93c00",
        bad("Kind"),
    );
    add(
        "bad_cbor_uint_tagged",
        "a tag before the integer",
        uint,
        "c100",
        bad("Kind"),
    );
    add(
        "bad_cbor_uint_truncated",
        "an integer cut short",
        uint,
        "1900",
        bad("Truncated"),
    );
    add(
        "bad_cbor_uint_trailing",
        "two integers",
        uint,
        "0000",
        bad("Trailing"),
    );
    add("bad_cbor_uint_empty", "nothing", uint, "", bad("Truncated"));
    let bytes = "cbor_bytes_up_to_32";
    add(
        "good_cbor_bytes",
        "a byte string",
        bytes,
        "43010203",
        json!({ "value": "010203" }),
    );
    add(
        "bad_cbor_bytes_indefinite",
        "an indefinite length",
        bytes,
        "5f4100ff",
        bad("NotShortest"),
    );
    add(
        "bad_cbor_bytes_bomb",
        "a length of 2^64 - 1",
        bytes,
        "5bffffffffffffffff",
        bad("Bound"),
    );
    add(
        "bad_cbor_bytes_long",
        "33 octets where 32 may be",
        bytes,
        &format!("5821{}", "00".repeat(33)),
        bad("Bound"),
    );
    let texts = "cbor_texts";
    add(
        "good_cbor_texts",
        "a text in two languages",
        texts,
        "a262656e6141626e6c6142",
        json!({ "en": "A", "nl": "B" }),
    );
    add(
        "bad_cbor_texts_order",
        "languages out of order",
        texts,
        "a2626e6c614262656e6141",
        bad("Keys"),
    );
    add(
        "bad_cbor_texts_duplicate",
        "a language twice",
        texts,
        "a262656e614162656e6142",
        bad("Keys"),
    );
    add(
        "bad_cbor_texts_empty",
        "no language",
        texts,
        "a0",
        bad("Bound"),
    );
    add(
        "bad_cbor_texts_utf8",
        "octets that are not UTF-8",
        texts,
        "a162656e61ff",
        bad("Text"),
    );
    add(
        "bad_cbor_texts_line",
        "a line break, which could forge a line on a screen",
        texts,
        "a162656e63410a42",
        bad("Text"),
    );
    add(
        "bad_cbor_texts_direction",
        "a character that turns the direction of what follows",
        texts,
        "a162656e63e280ae",
        bad("Text"),
    );
    add(
        "bad_cbor_texts_count_bomb",
        "a map of 2^32 - 1 entries",
        texts,
        "baffffffff",
        bad("Bound"),
    );
    cases
}

pub(super) fn cose_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, tests, document: &[u8], seed: u8, expected: Value| {
        let input = json!({ "octets": hex::encode(document), "key_seed": seed });
        let (name, decoder) = (name.to_owned(), "sign1_request");
        cases.push(Case {
            folder: "encoding",
            name,
            tests,
            decoder,
            input,
            expected,
        });
    };
    let bad = |e: &str| json!({ "error": e });
    let good = signed::sign(Kind::Request, b"\xa1\x01\x01", &key(1));
    let change = |from: &[u8], to: &[u8]| {
        let at = good.windows(from.len()).position(|w| w == from).unwrap();
        [&good[..at], to, &good[at + from.len()..]].concat()
    };
    add(
        "good_sign1",
        "a signed document; the key is 32 octets of the seed",
        &good,
        1,
        json!({ "payload": "a10101" }),
    );
    add(
        "bad_sign1_untagged",
        "no COSE_Sign1 tag",
        &good[1..],
        1,
        bad("Layout(Kind)"),
    );
    add(
        "bad_sign1_other_key",
        "another key",
        &good,
        2,
        bad("Signature"),
    );
    add(
        "bad_sign1_other_kind",
        "signed as an offer",
        &signed::sign(Kind::Offer, b"\xa1\x01\x01", &key(1)),
        1,
        bad("Signature"),
    );
    add(
        "bad_sign1_payload",
        "another payload",
        &change(b"\xa1\x01\x01", b"\xa1\x01\x02"),
        1,
        bad("Signature"),
    );
    add(
        "bad_sign1_algorithm",
        "ES256 in the protected header",
        &change(b"\xa2\x01\x27", b"\xa2\x01\x26"),
        1,
        bad("Layout(Keys)"),
    );
    add(
        "bad_sign1_unprotected",
        "an entry in the unprotected header",
        &change(b"\xa0\x43", b"\xa1\x05\x00\x43"),
        1,
        bad("Layout(Keys)"),
    );
    add(
        "bad_sign1_long_length",
        "a payload length in two octets",
        &change(b"\xa0\x43", b"\xa0\x58\x03"),
        1,
        bad("Layout(NotShortest)"),
    );
    add(
        "bad_sign1_detached",
        "a null payload",
        &change(b"\x43\xa1\x01\x01", b"\xf6"),
        1,
        bad("Layout(Kind)"),
    );
    add(
        "bad_sign1_trailing",
        "an octet after the document",
        &[good.as_slice(), &[0]].concat(),
        1,
        bad("Layout(Trailing)"),
    );
    // s + L: the same signature in the lax rule of some libraries.
    let order =
        hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut malleable = good.clone();
    let start = malleable.len() - 32;
    let mut carry = 0u16;
    for (octet, add) in malleable[start..].iter_mut().zip(order) {
        let sum = u16::from(*octet) + u16::from(add) + carry;
        (*octet, carry) = (sum as u8, sum >> 8);
    }
    add(
        "bad_sign1_malleable",
        "the group order added to the signature's scalar",
        &malleable,
        1,
        bad("Signature"),
    );
    cases
}
