//! Cases of revocation codes, as people type them.

use glimpse_core::credential::RevocationCode;
use serde_json::{Value, json};

use super::world::{HANDLE, RENEWAL_KEY};
use super::{Family, hex_value};

pub(super) fn families() -> Vec<Family> {
    let text = RevocationCode::of(&RENEWAL_KEY, HANDLE).to_text();
    let input = json!({
        "renewal_key": hex::encode(RENEWAL_KEY), "handle": HANDLE.to_string(), "typed": *text,
    });
    let mut family = Family::new("revocation_code", input);
    let typed = |text: &str| ("typed", Value::from(text));
    let expected = |own: bool| json!({ "text": *text, "is_of": own });
    family.add("printed", "a code as it is printed", &[], expected(true));
    let bare = text.replace('-', "");
    let spaced = format!(" {} ", text.replace('-', " "));
    for (name, tests, text) in [
        ("bare", "without hyphens", &bare),
        ("small", "in small letters", &text.to_lowercase()),
        ("blanks", "with blanks in place of hyphens", &spaced),
    ] {
        family.add(name, tests, &[typed(text)], expected(true));
    }
    let key = [("renewal_key", hex_value(&[7; 32]))];
    family.add(
        "other_key",
        "another credential's key",
        &key,
        expected(false),
    );
    let mut handle = HANDLE.0;
    handle[7] ^= 1;
    let handle = [("handle", hex_value(&handle))];
    let tests = "another handle that begins alike";
    family.add("other_handle", tests, &handle, expected(false));
    // Zeroes and ones, as people write them.
    let looks = "OIL0-0000-0000-0000-0000";
    let value = (0..37).find_map(|check| {
        let sign = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"[check];
        let typed = format!("{looks}-{}", char::from(sign));
        RevocationCode::read(&typed).ok().map(|code| (typed, code))
    });
    let (alike, code) = value.unwrap();
    let expected = json!({ "text": *code.to_text(), "is_of": false });
    let tests = "letters that look like digits";
    family.add("letters_as_digits", tests, &[typed(&alike)], expected);

    let (first, rest) = bare.split_at(1);
    let other = if first == "0" { "1" } else { "0" };
    let swapped: String = [&bare[1..2], first, &bare[2..]].concat();
    assert_ne!(swapped, bare);
    let check = bare.chars().last().unwrap();
    let other_check = if check == '*' { '~' } else { '*' };
    let body = &bare[..20];
    for (name, tests, text, error) in [
        (
            "letter",
            "another letter",
            format!("{other}{rest}"),
            "Check",
        ),
        ("exchanged", "two letters exchanged", swapped, "Check"),
        (
            "check",
            "another check sign",
            format!("{body}{other_check}"),
            "Check",
        ),
        ("nothing", "nothing", String::new(), "Form"),
        ("less", "no check sign", body.to_owned(), "Form"),
        ("more", "a letter more", format!("{bare}0"), "Form"),
        (
            "sign_inside",
            "a check sign inside",
            format!("*{rest}"),
            "Form",
        ),
        (
            "other_sign",
            "a sign that no code has",
            format!("_{rest}"),
            "Form",
        ),
        (
            "accent",
            "a letter with an accent",
            format!("É{rest}"),
            "Form",
        ),
        (
            "long",
            "a long text",
            format!("{bare}{}", " ".repeat(100)),
            "Form",
        ),
    ] {
        family.bad(name, tests, &[typed(&text)], error);
    }
    vec![family]
}
