//! Cases of photos: shown, hidden, exchanged, and octets that are none.

use std::sync::LazyLock;

use glimpse_core::credential::{Attribute, AttributeType, Schema, Value};
use glimpse_core::presentation::Query;
use serde_json::{Value as Json, json};

use super::answers::{case, shown, verdict};
use super::asking::{answer, ask, at_most, cutoff, query};
use super::item::{Item, with};
use super::world::{ADA, ADAS_BIRTHDAY, Office, date, office, texts};
use super::{Family, hex_value};

const BORN: usize = 0;
const PHOTO: usize = 1;
const MOST: u16 = 3000;

fn badge() -> Schema {
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    };
    Schema {
        code: "badge".into(),
        names: texts("Badge"),
        attributes: vec![
            attribute("birth_date", AttributeType::Date),
            attribute("photo", AttributeType::Photo(MOST)),
        ],
        epoch_days: 7,
    }
}

static GYM: LazyLock<Office> = LazyLock::new(|| office(12, badge()));

/// A JPEG as far as anybody looks: its beginning, and so many octets in all.
fn jpeg(length: usize) -> Vec<u8> {
    let rest = (0..length - 3).map(|i| (i % 251) as u8);
    [0xff, 0xd8, 0xff].into_iter().chain(rest).collect()
}

fn record(photo: &[u8]) -> Vec<u8> {
    let values = vec![Value::date(date(ADAS_BIRTHDAY)), Value::bytes(photo)];
    let credential = GYM.issue(ADA, values, GYM.today());
    credential.to_octets().to_vec()
}

/// What is learnt of the badge.
fn badge_shown(disclosed: Json, statements: Json) -> Json {
    verdict(0, &[shown(&GYM, GYM.today().0, disclosed, statements)])
}

pub(super) fn families() -> Vec<Family> {
    let record = record(&jpeg(MOST.into()));
    let showing = |disclose: Vec<usize>| Query {
        disclose,
        predicates: vec![at_most(BORN, cutoff(18))],
        ..query(&GYM)
    };
    let asked = ask(vec![vec![showing(vec![PHOTO])]], 1);
    let sent = answer(&asked, 0, &[(&GYM, &record)], ADA, 90);
    let name = ("photo", "a photo of the most octets, and an age");
    let adult = json!(["18 or older"]);
    let words = badge_shown(json!([["photo", "photo, 3,000 octets"]]), adult.clone());
    let mut family = case(name, &asked, &[&GYM], &sent, words);
    let photo = |octets: Vec<u8>| with(&sent, &[3, 0, 2, 0], Item::Bytes(octets));
    let mut other = jpeg(MOST.into());
    other[1500] ^= 1;
    let mut png = jpeg(MOST.into());
    png[0] = 0x89;
    for (name, tests, octets, error) in [
        ("photo_other", "a photo with another bit", other, "Invalid"),
        (
            "photo_shorter",
            "a photo without its end",
            jpeg(2999),
            "Invalid",
        ),
        (
            "photo_longer",
            "a photo too large",
            jpeg(3001),
            "Encoding(Bound)",
        ),
        (
            "photo_png",
            "a picture of another kind",
            png,
            "Encoding(Bound)",
        ),
        ("photo_none", "no octets", vec![], "Encoding(Bound)"),
        (
            "photo_start",
            "half of a beginning",
            vec![0xff, 0xd8],
            "Encoding(Bound)",
        ),
    ] {
        let octets = [("answer", hex_value(&photo(octets)))];
        family.bad(name, tests, &octets, error);
    }
    let text = with(&sent, &[3, 0, 2, 0], Item::Text("me".into()));
    let text = [("answer", hex_value(&text))];
    family.bad("photo_text", "words for a photo", &text, "Encoding(Kind)");

    let asked = ask(vec![vec![showing(vec![])]], 1);
    let hidden = answer(&asked, 0, &[(&GYM, &record)], ADA, 91);
    let name = ("photo_hidden", "a card with a photo that stays hidden");
    let words = badge_shown(json!([]), adult);
    let hidden = case(name, &asked, &[&GYM], &hidden, words);
    vec![family, hidden]
}
