//! Letters as others read them: poppler's text and pixels, and a QR reader.

use std::io::Write as _;
use std::process::{Command, Stdio};

use glimpse_core::transport::image::decode_luma;

use super::*;

fn input(language: Language) -> LetterInput<'static> {
    LetterInput {
        language,
        office: "Gemeente Rivermouth",
        card: "Ingezetenenpas",
        name: "Zoë van der Łukasiewicz-O’Brien",
        offer_uri: "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Foffice.example%2Foid4vci%2Foffer%2F0123456789abcdef0123456789abcdef",
        code: "471092",
        number: "0A1B2-3C4D5",
        expires: UnixTime(1_795_435_200),
        devices: 1,
        now: UnixTime(1_795_000_000),
        minutes_ahead: Some(60),
    }
}

/// What a program of poppler makes of a PDF, or nothing where it is not installed.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("SKIPPED: {program} is not installed (Debian: poppler-utils)");
        return None;
    };
    child.stdin.take().unwrap().write_all(pdf).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(output.stdout)
}

fn text(pdf: &[u8], page: &str) -> Option<String> {
    let text = poppler("pdftotext", &["-f", page, "-l", page, "-", "-"], pdf)?;
    let text = String::from_utf8(text).unwrap();
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn each_language_says_all_of_it_and_the_code_only_on_its_own_sheet() {
    for language in [Language::English, Language::Dutch, Language::French] {
        let input = input(language);
        let texts = language.texts();
        let pdf = letter(&input).unwrap();
        let (Some(first), Some(second)) = (text(&pdf, "1"), text(&pdf, "2")) else {
            return;
        };
        let opening = texts.opening.replace("{}", input.card);
        let title = texts.title.replace("{}", input.card);
        for said in [&title, &opening, texts.unasked, input.office, input.name] {
            assert!(first.contains(said), "{said}\n{first}");
        }
        for step in texts.steps {
            assert!(first.contains(step), "{step}\n{first}");
        }
        assert!(first.contains("2026, 13:00"), "{first}");
        assert!(!first.replace(' ', "").contains(input.code));
        for said in [texts.code_title, texts.apart, texts.nobody_asks, input.name] {
            assert!(second.contains(said), "{said}\n{second}");
        }
        assert!(second.replace(' ', "").contains(input.code), "{second}");
    }
}

#[test]
fn the_symbol_reads_as_the_offer_from_paper() {
    let input = input(Language::English);
    let pdf = letter(&input).unwrap();
    let arguments = ["-gray", "-r", "150", "-f", "1", "-l", "1", "-png", "-"];
    let Some(png) = poppler("pdftoppm", &arguments, &pdf) else {
        return;
    };
    let picture = image::load_from_memory(&png).unwrap().into_luma8();
    let (width, height) = picture.dimensions();
    let read = decode_luma(width, height, picture.as_raw());
    assert_eq!(read.as_deref(), Ok(input.offer_uri));
}

#[test]
fn the_document_says_its_title_and_language_and_nothing_of_the_person() {
    let input = input(Language::Dutch);
    let pdf = letter(&input).unwrap();
    let Some(info) = poppler("pdfinfo", &["-meta", "-"], &pdf) else {
        return;
    };
    let meta = String::from_utf8(info).unwrap();
    assert!(meta.contains("Uw Ingezetenenpas op uw telefoon"), "{meta}");
    assert!(meta.contains("pdfuaid"), "{meta}");
    let info = poppler("pdfinfo", &["-"], &pdf).unwrap();
    let info = String::from_utf8(info).unwrap();
    let pages = info.lines().find(|line| line.starts_with("Pages:"));
    assert!(pages.is_some_and(|line| line.ends_with(" 2")), "{info}");
    for secret in ["Zoë", "Brien", "471092", "office.example"] {
        assert!(!meta.contains(secret) && !info.contains(secret));
        assert!(!pdf.windows(secret.len()).any(|w| w == secret.as_bytes()));
    }
}

#[test]
fn any_name_makes_a_letter_and_an_offer_that_is_too_long_none() {
    let plain = input(Language::French);
    for name in [
        "",
        "山田太郎",
        "محمد",
        &"Wolfeschlegelsteinhausenberger".repeat(8),
    ] {
        letter(&LetterInput { name, ..plain }).unwrap();
    }
    let offer_uri = &"x".repeat(4000);
    let refused = letter(&LetterInput { offer_uri, ..plain });
    assert_eq!(refused, Err(LetterError::TooLong));
}

#[test]
fn letters_of_one_input_are_the_same() {
    let input = input(Language::English);
    assert_eq!(letter(&input), letter(&input));
}
