//! The cases: what Ada answers as she should, and what the world around her does to it. What is
//! wrong with the answer itself is in `misused`, posters are in `posters`.

use glimpse_core::ids::UnixTime;
use serde_json::{Value, json};

use super::scene::{Answer, Case, NOW, PHARMACY, WORLD, asked};
use super::scene::{OVER_18, answered};
use super::{misused, posters};

const DAY: u64 = 86_400;
const REFUSED: &str = "refused";
const CANNOT_TELL: &str = "cannot_tell";

const BOTH_CARDS: &str = r#"name = { en = "One city" }
purpose = "lending"
reason = { en = "To lend you books" }

[[alternative]]
[[alternative.card]]
schema = "resident"
prove = [{ attribute = "birth_date", on_or_before = "2010-12-31" }]
[[alternative.card]]
schema = "library"
show = ["number"]
prove = [{ attribute = "city", equal_to = { card = 1, attribute = "city" } }]
max_age_days = 2
"#;

const EVERYTHING: &str = r#"name = { en = "Everything" }
purpose = "registration"
reason = { en = "To register you" }

[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["name", "birth_date", "city", "children", "stamp"]
pseudonym = "desk"
"#;

const EITHER: &str = r#"name = { en = "Either card" }
purpose = "lending"
reason = { en = "To lend you books" }
conservative = true

[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["name"]
[[alternative]]
[[alternative.card]]
schema = "resident"
prove = [
    { attribute = "children", at_least = 1 },
    { attribute = "children", at_most = 5 },
    { attribute = "city", one_of = [1, 2] },
]
"#;

pub(super) fn all() -> Vec<Case> {
    [
        good(),
        trust_and_clock(),
        once(),
        misused::cases(),
        posters::cases(),
    ]
    .concat()
}

fn value(attribute: &str, name: &str, value: &str) -> Value {
    json!({ "attribute": attribute, "name": name, "value": value, "octets": null })
}

/// Ada's resident card; the registry's period is a week, of which it is the fifth day.
fn resident(values: &[Value], statements: &[&str]) -> Value {
    json!({
        "schema": "resident", "name": "Resident card", "issuer": "Registry", "renewed_days_ago": 4,
        "values": values, "statements": statements, "pseudonym": null,
    })
}

pub(super) fn over_18() -> Value {
    let city = value("city", "City", "The Hague");
    json!([resident(&[city], &["18 or older"])])
}

fn good() -> Vec<Case> {
    let library = json!({
        "schema": "library", "name": "Library card", "issuer": "Public library",
        "renewed_days_ago": 0, "values": [value("number", "Number", "L-7")],
        "statements": ["City is the same as City of Resident card"], "pseudonym": null,
    });
    let stamp = json!({
        "attribute": "stamp", "name": "Stamp", "value": "0707070707070707",
        "octets": "BwcHBwcHBwc=",
    });
    let mut everything = resident(
        &[
            value("name", "Name", "Ada Lovelace"),
            value("birth_date", "Birth date", "1990-05-31"),
            value("city", "City", "The Hague"),
            value("children", "Children", "2"),
            stamp,
        ],
        &[],
    );
    everything["pseudonym"] = json!(
        "86ef10705b78fb6da1c89f0a0c6588f92b17d22dcc9242af1302c2e13250daae401733f71aa364c1c88fc7bb6fa48a45"
    );
    let either = resident(
        &[],
        &[
            "Children is at least 1",
            "Children is at most 5",
            "City is one of: The Hague, Flushing",
        ],
    );
    vec![
        Case::good(
            "good_over_18_and_city",
            "a city is shown and an age proved, as the answer's octets",
            OVER_18,
        )
        .shows(over_18()),
        Case::good("good_qr_text", "the same as the text of a QR code", OVER_18)
            .shows(over_18())
            .with(Case::scanned),
        Case::good(
            "good_qr_text_with_newline",
            "scanners that type end with a newline",
            OVER_18,
        )
        .shows(over_18())
        .with(|case| {
            case.scanned();
            if let Answer::Text(text) = &mut case.answer {
                text.push_str("\r\n");
            }
        }),
        Case::good(
            "good_two_cards_of_one_city",
            "two cards of two issuers in one answer, with a value that is equal and stays hidden",
            BOTH_CARDS,
        )
        .shows(json!([
            resident(&[], &["Birth date is on or before 2010-12-31"]),
            library
        ])),
        Case::good(
            "good_every_type_and_pseudonym",
            "values of every type, octets in Base64, and a pseudonym",
            EVERYTHING,
        )
        .shows(json!([everything])),
        Case::good(
            "good_second_alternative",
            "the second alternative is answered, by the conservative range proofs",
            EITHER,
        )
        .shows(json!([either]))
        .with(|case| case.answer = Answer::Octets(answered(&case.requests[0], 1))),
        Case::good(
            "good_last_second",
            "an answer in the last second of the request",
            OVER_18,
        )
        .shows(over_18())
        .with(|case| case.now = case.requests[0].expires),
        Case::good(
            "good_others_wait",
            "an earlier request still waits and another had its answer",
            OVER_18,
        )
        .shows(over_18())
        .with(|case| {
            let mut used = asked(PHARMACY, OVER_18, 33);
            used.used = true;
            case.requests
                .extend([asked(PHARMACY, BOTH_CARDS, 32), used]);
        }),
    ]
}

fn trust_and_clock() -> Vec<Case> {
    let (now, list) = (NOW.0, |change: fn(&mut _)| WORLD.trust_list(change));
    vec![
        Case::good(
            "good_trust_list_in_grace",
            "a trust list that ended six days ago is used on",
            OVER_18,
        )
        .shows(over_18())
        .with(|case| case.trust_list = earlier_list(6)),
        Case::bad(
            "bad_trust_list_expired",
            "a trust list that ended eight days ago",
            (CANNOT_TELL, "trust_expired"),
        )
        .with(|case| case.trust_list = earlier_list(8)),
        Case::bad(
            "bad_trust_list_of_the_future",
            "a trust list of the day after tomorrow",
            (CANNOT_TELL, "trust_future"),
        )
        .with(|case| case.trust_list = list(|list| list.issued = UnixTime(NOW.0 + 2 * DAY))),
        Case::bad(
            "bad_issuer_removed",
            "a newer trust list without the card's issuer",
            (REFUSED, "unknown_issuer"),
        )
        .with(|case| {
            case.trust_list = list(|list| {
                list.sequence = 2;
                list.issuers.retain(|issuer| issuer.id.0 != [1; 16]);
            });
        }),
        Case::bad(
            "bad_issuer_key_withdrawn",
            "a newer trust list, by which the issuer's key is no longer in use",
            (REFUSED, "unknown_issuer"),
        )
        .with(|case| {
            case.trust_list = list(|list| {
                list.sequence = 2;
                list.issuers[0].keys[0].not_after = UnixTime(NOW.0 - 1);
            });
        }),
        Case::bad(
            "bad_clock_behind",
            "a clock two hours behind the latest moment seen",
            (CANNOT_TELL, "clock_behind"),
        )
        .with(|case| case.seen = UnixTime(now + 7200)),
        Case::good(
            "good_clock_a_little_behind",
            "a clock half an hour behind the latest moment seen",
            OVER_18,
        )
        .shows(over_18())
        .with(|case| case.seen = UnixTime(now + 1800)),
        Case::bad(
            "bad_expired",
            "one second after the request's end",
            (REFUSED, "expired"),
        )
        .with(|case| case.now = UnixTime(case.requests[0].expires.0 + 1)),
    ]
}

/// A list that ended so many days ago.
fn earlier_list(days: u64) -> Vec<u8> {
    WORLD.trust_list(|list| {
        list.issued = UnixTime(NOW.0 - 60 * DAY);
        list.expires = UnixTime(NOW.0 - days * DAY);
    })
}

fn once() -> Vec<Case> {
    vec![
        Case::bad(
            "bad_used_already",
            "an answer that was accepted before",
            (REFUSED, "used_already"),
        )
        .with(|case| case.requests[0].used = true),
        Case::bad(
            "bad_other_request",
            "an answer to a request that still waits, while a later one is on the screen",
            (REFUSED, "other_request"),
        )
        .with(|case| {
            case.requests.push(asked(PHARMACY, BOTH_CARDS, 32));
            case.latest = Some(1);
        }),
        Case::bad(
            "bad_used_already_and_earlier",
            "an answer that was accepted before, while a later request is on the screen",
            (REFUSED, "used_already"),
        )
        .with(|case| {
            case.requests[0].used = true;
            case.requests.push(asked(PHARMACY, OVER_18, 32));
            case.latest = Some(1);
        }),
        Case::bad(
            "bad_not_ours",
            "an answer to another counter's request, relayed",
            (REFUSED, "not_ours"),
        )
        .with(|case| {
            case.answer = Answer::Octets(answered(&asked(22, OVER_18, 31), 0));
        }),
        Case::bad(
            "bad_forgotten",
            "an answer to a request that this verifier has forgotten",
            (REFUSED, "not_ours"),
        )
        .with(|case| {
            case.requests = vec![asked(PHARMACY, OVER_18, 32)];
        }),
        Case::bad(
            "bad_nothing_asked",
            "an answer before anything was asked",
            (CANNOT_TELL, "nothing_asked"),
        )
        .with(|case| {
            case.requests.clear();
            case.latest = None;
        }),
    ]
}
