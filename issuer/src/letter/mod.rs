//! The letter by which a resident gets her credential: one sheet with steps and a QR symbol, one
//! with the transaction code, to be sent apart. A PDF that says its structure to who hears it.

mod sheet;
mod texts;

use std::num::NonZeroU16;

use glimpse_core::ids::UnixTime;
use glimpse_core::predicate::dates::AttributeDate;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::tagging::{Tag, TagTree};

use sheet::{CENTIMETRE, Face, HEIGHT, MARGIN, Sheet, WIDTH};
use texts::Texts;

pub use texts::Language;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Bold.ttf");

/// Why there is no letter. It says nothing of the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// The offer does not fit a QR symbol.
    #[error("the offer is too long for a QR code")]
    TooLong,
    /// The document cannot be made.
    #[error("the letter cannot be made")]
    Made,
}

/// What a letter is about. Personal, and so without `Debug`.
#[derive(Clone, Copy)]
pub struct LetterInput<'a> {
    /// The letter's language.
    pub language: Language,
    /// The office's name in this language.
    pub office: &'a str,
    /// The credential's name in this language.
    pub card: &'a str,
    /// The person's name. Where the font has not all its letters there is a line to write it on.
    pub name: &'a str,
    /// The credential offer that the QR symbol holds.
    pub offer_uri: &'a str,
    /// The transaction code.
    pub code: &'a str,
    /// The number by which a wallet finds the invitation that cannot take the offer.
    pub number: &'a str,
    /// Until when the offer stands.
    pub expires: UnixTime,
    /// On how many devices.
    pub devices: u8,
    /// Today.
    pub now: UnixTime,
    /// How far the office's clocks are ahead of UTC, where that is known.
    pub minutes_ahead: Option<i16>,
}

/// Makes the letter.
///
/// # Errors
/// [`LetterError`].
pub fn letter(input: &LetterInput<'_>) -> Result<Vec<u8>, LetterError> {
    let texts = input.language.texts();
    let faces = Faces {
        regular: Face::new(REGULAR)?,
        bold: Face::new(BOLD)?,
    };
    let standard = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1);
    let mut document = Document::new_with(SerializeSettings {
        configuration: standard.finish().map_err(|_| LetterError::Made)?,
        ..SerializeSettings::default()
    });
    let title = texts.title.replace("{}", input.card);
    let metadata = Metadata::new()
        .title(title.clone())
        .language(input.language.tag().to_owned());
    document.set_metadata(metadata);
    let mut tree = TagTree::new().with_lang(Some(input.language.tag().to_owned()));
    let mut outline = Outline::new();
    let sheets = [
        (title.as_str(), write_offer as Write),
        (texts.code_title, write_code),
    ];
    for (number, (title, write)) in sheets.into_iter().enumerate() {
        let settings = PageSettings::from_wh(WIDTH, HEIGHT).ok_or(LetterError::Made)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        let mut sheet = Sheet::new(&mut surface);
        head(&mut sheet, &faces, input, title)?;
        write(&mut sheet, &faces, input, texts)?;
        sheet.said.into_iter().for_each(|node| tree.push(node));
        surface.finish();
        page.finish();
        let at = XyzDestination::new(number, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(title.to_owned(), at));
    }
    document.set_outline(outline);
    document.set_tag_tree(tree);
    document.finish().map_err(|_| LetterError::Made)
}

struct Faces {
    regular: Face,
    bold: Face,
}

type Write =
    fn(&mut Sheet<'_, '_>, &Faces, &LetterInput<'_>, &'static Texts) -> Result<(), LetterError>;

/// What both sheets begin with: who writes, to whom, when, about what. The name stands where an
/// envelope's window is.
fn head(
    sheet: &mut Sheet<'_, '_>,
    faces: &Faces,
    input: &LetterInput<'_>,
    title: &str,
) -> Result<(), LetterError> {
    sheet.y = 1.2 * CENTIMETRE;
    sheet.say(Tag::P, &faces.bold, 13.0, input.office);
    sheet.y = 5.0 * CENTIMETRE;
    if !input.name.trim().is_empty() && faces.regular.can_write(input.name) {
        sheet.say(Tag::P, &faces.regular, 12.0, input.name);
    } else {
        sheet.rule(12.0)?;
    }
    sheet.y = sheet.y.max(8.2 * CENTIMETRE);
    let texts = input.language.texts();
    sheet.say(Tag::P, &faces.regular, 11.0, &day(input, texts, input.now)?);
    sheet.y += 14.0;
    let heading = Tag::Hn(NonZeroU16::MIN, Some(title.to_owned()));
    sheet.say(heading, &faces.bold, 18.0, title);
    sheet.y += 8.0;
    Ok(())
}

fn write_offer(
    sheet: &mut Sheet<'_, '_>,
    faces: &Faces,
    input: &LetterInput<'_>,
    texts: &'static Texts,
) -> Result<(), LetterError> {
    let opening = texts.opening.replace("{}", input.card);
    sheet.say(Tag::P, &faces.regular, 11.5, &opening);
    sheet.y += 8.0;
    sheet.steps(&faces.regular, 11.5, &texts.steps);
    sheet.symbol(input.offer_uri, 7.0 * CENTIMETRE, texts.symbol)?;
    let devices = match input.devices {
        0 | 1 => texts.one_device.to_owned(),
        more => texts.devices.replace("{}", &more.to_string()),
    };
    let until = texts
        .until
        .replace("{}", &moment(input, texts, input.expires)?);
    sheet.say(Tag::P, &faces.bold, 11.5, &format!("{until} {devices}"));
    sheet.y += 8.0;
    let number = texts.number.replace("{}", input.number);
    sheet.say(Tag::P, &faces.regular, 11.0, &number);
    sheet.y += 8.0;
    sheet.say(Tag::P, &faces.regular, 11.0, texts.unasked);
    Ok(())
}

fn write_code(
    sheet: &mut Sheet<'_, '_>,
    faces: &Faces,
    input: &LetterInput<'_>,
    texts: &'static Texts,
) -> Result<(), LetterError> {
    let opening = texts.code_opening.replace("{}", input.card);
    sheet.say(Tag::P, &faces.regular, 11.5, &opening);
    sheet.y += MARGIN / 2.0;
    // Digit by digit, so that nobody reads it as a number.
    let digits: Vec<_> = input.code.chars().map(String::from).collect();
    sheet.say(Tag::P, &faces.bold, 40.0, &digits.join(" "));
    sheet.y += MARGIN / 2.0;
    sheet.say(Tag::P, &faces.bold, 11.5, texts.apart);
    sheet.y += 8.0;
    sheet.say(Tag::P, &faces.regular, 11.5, texts.nobody_asks);
    Ok(())
}

/// A day in words.
fn day(input: &LetterInput<'_>, texts: &Texts, at: UnixTime) -> Result<String, LetterError> {
    let date = AttributeDate::at(at, input.minutes_ahead.unwrap_or(0));
    let date = date.map_err(|_| LetterError::Made)?.to_string();
    let mut parts = date.split('-');
    let mut number = || parts.next().and_then(|part| part.parse::<usize>().ok());
    let (year, month, day) = (number(), number(), number());
    let month = month.and_then(|month| texts.months.get(month.checked_sub(1)?));
    match (year, month, day) {
        (Some(year), Some(month), Some(day)) => Ok(format!("{day} {month} {year}")),
        _ => Err(LetterError::Made),
    }
}

/// A moment in words, by the office's clocks.
fn moment(input: &LetterInput<'_>, texts: &Texts, at: UnixTime) -> Result<String, LetterError> {
    let ahead = 60 * i64::from(input.minutes_ahead.unwrap_or(0));
    let local = i64::try_from(at.0).map_err(|_| LetterError::Made)? + ahead;
    let minute = local.rem_euclid(86_400) / 60;
    let zone = if input.minutes_ahead.is_none() {
        " UTC"
    } else {
        ""
    };
    let day = day(input, texts, at)?;
    Ok(format!(
        "{day}, {:02}:{:02}{zone}",
        minute / 60,
        minute % 60
    ))
}

#[cfg(test)]
mod tests;
