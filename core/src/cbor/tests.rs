//! The reader takes exactly what the writer writes.

use super::*;
use proptest::prelude::*;

#[test]
fn numbers_have_one_form() {
    for value in [
        0,
        23,
        24,
        255,
        256,
        65_535,
        65_536,
        u64::from(u32::MAX),
        1 << 32,
        u64::MAX,
    ] {
        let mut writer = Writer::new();
        writer.uint(value);
        let octets = writer.into_vec();
        let mut reader = Reader::new(&octets);
        assert_eq!(reader.uint(), Ok(value));
        assert_eq!(reader.finish(), Ok(()));
    }
    for long in [
        &[0x18, 23][..],
        &[0x19, 0, 255],
        &[0x1a, 0, 0, 255, 255],
        &[0x1f],
    ] {
        assert_eq!(Reader::new(long).uint(), Err(CborError::NotShortest));
    }
}

#[test]
fn lengths_are_bounded_before_anything_is_taken() {
    let bomb = [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(Reader::new(&bomb).bytes(1 << 20), Err(CborError::Bound));
    assert_eq!(
        Reader::new(&[0x9a, 0xff, 0xff, 0xff, 0xff]).array(16),
        Err(CborError::Bound)
    );
    assert_eq!(
        Reader::new(&[0x43, 1, 2]).bytes(8),
        Err(CborError::Truncated)
    );
    assert_eq!(
        Reader::new(&[0x5f, 0x41, 0, 0xff]).bytes(8),
        Err(CborError::NotShortest)
    );
}

#[test]
fn keys_are_exact() {
    let mut reader = Reader::new(&[0xa1, 2, 0]);
    reader.map(1).unwrap();
    assert_eq!(reader.key(1).err(), Some(CborError::Keys));
    assert_eq!(Reader::new(&[0xa2, 1, 0]).map(1), Err(CborError::Keys));
    let unordered = [0xa2, 0x62, b'e', b'n', 0x60, 0x62, b'd', b'e', 0x60];
    assert_eq!(Reader::new(&unordered).texts(), Err(CborError::Keys));
}

proptest! {
    #[test]
    fn accepted_octets_are_what_the_writer_writes(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(value) = Reader::new(&octets).uint() {
            let mut writer = Writer::new();
            writer.uint(value);
            prop_assert!(octets.starts_with(&writer.into_vec()));
        }
        if let Ok(texts) = Reader::new(&octets).texts() {
            let mut writer = Writer::new();
            texts.write(&mut writer);
            prop_assert!(octets.starts_with(&writer.into_vec()));
        }
    }
}

#[test]
fn text_that_could_forge_a_screen_is_refused() {
    for text in [
        "a\nb",
        "\u{1b}[8m",
        "\u{7f}",
        "\u{85}",
        "a\u{202e}b",
        "\u{2066}",
        "\u{200f}",
    ] {
        let mut w = Writer::new();
        w.text(text);
        assert_eq!(Reader::new(&w.into_vec()).text(99), Err(CborError::Text));
    }
    for text in ["Zoë van der Meer", "محمد", "می\u{200c}خواهم", "名前", "🙂"] {
        let mut w = Writer::new();
        w.text(text);
        assert_eq!(Reader::new(&w.into_vec()).text(99), Ok(text));
    }
}
