//! Cases of posters: requests with a window in place of a nonce, and what is dated in answer to them.

use glimpse_core::ids::{Origin, UnixTime};
use glimpse_core::presentation::{Freshness, Query};
use serde_json::Value;

use super::answers::{adult, adult_verdict, resident_record};
use super::asking::{Asked, answer, ask, counter, scene};
use super::item::{Item, changed, with};
use super::links::under;
use super::prover::{Orders, Show, prove};
use super::request::{expected, input, payload, resign};
use super::world::{ADA, NOW, REGISTRY};
use super::{Family, hex_value};

const WINDOW: u32 = 30;
/// 366 days.
const LONGEST: u64 = 31_622_400;

fn poster(window: u32, seconds: u64, queries: &[Query]) -> Asked {
    let mut asked = ask(vec![queries.to_vec()], 1);
    asked.request.freshness = Freshness::Poster { window };
    asked.request.expires = UnixTime(NOW.0 + seconds);
    asked.octets = asked.request.sign(&counter());
    asked
}

pub(super) fn families() -> Vec<Family> {
    let mut families = vec![requests()];
    families.extend(answers());
    families.push(undated());
    families
}

fn requests() -> Family {
    let asked = poster(WINDOW, LONGEST, &[adult()]);
    let mut family = Family::new("request", input(&asked));
    let good = |asked: &Asked, window: u32| {
        let mut words = expected(&asked.octets, true, &[1]);
        words["window"] = window.into();
        words
    };
    let tests = "a poster of the least window, for 366 days";
    family.add("poster", tests, &[], good(&asked, WINDOW));
    let widest = poster(600, 1, &[adult()]);
    let octets = [("octets", hex_value(&widest.octets))];
    let tests = "a poster of the widest window, for a second";
    family.add("poster_widest", tests, &octets, good(&widest, 600));
    let last = [("now", Value::from(NOW.0 + LONGEST))];
    let mut at_end = good(&asked, WINDOW);
    // Its registration has ended before it.
    at_end["registered"] = false.into();
    family.add("poster_last_second", "its last second", &last, at_end);
    let late = [("now", Value::from(NOW.0 + LONGEST + 1))];
    family.bad("poster_late", "a second after its end", &late, "Time");

    let payload = payload(&asked.octets);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        let octets = [("octets", hex_value(&octets))];
        family.bad(name, tests, &octets, &format!("Encoding({error})"));
    };
    let window = |item: Item| resign(&with(&payload, &[2], item));
    for (name, number) in [("29", 29), ("601", 601), ("0", 0), ("2_32", 1 << 32)] {
        let tests = "a window out of bounds";
        let name = format!("poster_window_{name}");
        bad(&name, tests, window(Item::Uint(number)), "Bound");
    }
    let long = window(Item::Raw(vec![0x19, 0, 30]));
    bad(
        "poster_window_long",
        "30 in three octets",
        long,
        "NotShortest",
    );
    let negative = window(Item::Raw(vec![0x38, 30]));
    bad(
        "poster_window_negative",
        "a window below 0",
        negative,
        "Kind",
    );
    let text = window(Item::Text("30".into()));
    bad("poster_window_text", "a window in words", text, "Kind");
    let longer = poster(WINDOW, LONGEST + 1, &[adult()]).octets;
    let tests = "a poster for a second more than 366 days";
    bad("poster_too_long", tests, longer, "Bound");
    let nonce = window(Item::Bytes(vec![1; 16]));
    let tests = "a request with a nonce for as long as a poster";
    bad("poster_with_nonce", tests, nonce, "Bound");
    let both = changed(&payload, |item| {
        if let Item::Map(entries) = item {
            entries.push((Item::Uint(10), Item::Uint(30)));
        }
    });
    bad("poster_key_10", "a window beside it", resign(&both), "Kind");
    let mut site = asked.request.clone();
    site.answer_to = Origin::parse("https://shop.example");
    let tests = "a poster whose answers go to a site";
    bad("poster_of_site", tests, site.sign(&counter()), "Bound");
    family
}

fn verdict() -> Value {
    let mut verdict = adult_verdict();
    verdict["moment"] = NOW.0.into();
    verdict
}

fn answers() -> Vec<Family> {
    let record = resident_record();
    let queries = [adult()];
    let asked = poster(WINDOW, LONGEST, &queries);
    let sent = answer(&asked, 0, &[(&REGISTRY, &record)], ADA, 70);
    let mut family = Family::new("answer", scene(&asked, &[&REGISTRY], &sent));
    family.add("poster", "an answer to a poster, at once", &[], verdict());
    let window = u64::from(WINDOW);
    for (name, tests, now, good) in [
        (
            "poster_last_second",
            "in the last second of its window",
            NOW.0 + window,
            true,
        ),
        (
            "poster_old",
            "a second after its window",
            NOW.0 + window + 1,
            false,
        ),
        (
            "poster_ahead",
            "ahead of the clock by its window",
            NOW.0 - window,
            true,
        ),
        (
            "poster_too_far_ahead",
            "ahead by a second more",
            NOW.0 - window - 1,
            false,
        ),
        ("poster_next_day", "on the next day", NOW.0 + 86_400, false),
    ] {
        let now = [("now", Value::from(now))];
        if good {
            family.add(name, tests, &now, verdict());
        } else {
            family.bad(name, tests, &now, "Moment");
        }
    }
    let over = [("now", Value::from(NOW.0 + LONGEST + 1))];
    family.bad("poster_over", "after the poster's end", &over, "Expired");

    let mut bad = |name: &str, tests: &str, answer: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("answer", hex_value(&answer))], error);
    };
    let moment = |item: Item| with(&sent, &[3], item);
    let (bound, later) = ("Encoding(Bound)", Item::Uint(NOW.0 + 10));
    bad(
        "poster_dated_anew",
        "another moment than was proved",
        moment(later),
        "Invalid",
    );
    let odd = moment(Item::Uint(NOW.0 + 1));
    bad(
        "poster_moment_odd",
        "a moment between two steps",
        odd,
        bound,
    );
    let never = moment(Item::Uint(u64::MAX / 10 * 10));
    bad(
        "poster_moment_never",
        "the last moment that can be written",
        never,
        "Moment",
    );
    let octets = [&[0x1b, 0, 0, 0, 0][..], &(NOW.0 as u32).to_be_bytes()].concat();
    let long = moment(Item::Raw(octets));
    bad(
        "poster_moment_long",
        "a moment in too many octets",
        long,
        "Encoding(NotShortest)",
    );
    let text = moment(Item::Text("now".into()));
    bad(
        "poster_moment_text",
        "a moment in words",
        text,
        "Encoding(Kind)",
    );
    let undated = changed(&sent, |item| drop(item.items().remove(3)));
    bad("poster_undated", "no moment", undated, bound);
    let twice = changed(&sent, |item| item.items().insert(3, Item::Uint(NOW.0)));
    bad("poster_dated_twice", "two moments", twice, bound);

    let show = || Show {
        office: &REGISTRY,
        record: &record,
        device: ADA,
    };
    let ordered = |moments: [Option<u64>; 2]| {
        let orders = Orders {
            moments,
            ..Orders::honest(&asked.octets, &queries)
        };
        prove(&orders, &[show()], 71)
    };
    let own = ordered([Some(NOW.0); 2]);
    let by_hand = [("answer", hex_value(&own))];
    let tests = "an answer made by the specification";
    family.add("poster_by_the_specification", tests, &by_hand, verdict());
    for (name, tests, bound) in [
        (
            "poster_bound_to_none",
            "a moment that `ph` does not have",
            None,
        ),
        (
            "poster_bound_earlier",
            "another moment in `ph`",
            Some(NOW.0 - 10),
        ),
    ] {
        let sent = ordered([Some(NOW.0), bound]);
        family.bad(name, tests, &[("answer", hex_value(&sent))], "Invalid");
    }
    vec![family, pseudonym(&record)]
}

fn pseudonym(record: &[u8]) -> Family {
    let asked = poster(600, LONGEST, &[under(b"gym")]);
    let sent = answer(&asked, 0, &[(&REGISTRY, record)], ADA, 72);
    let known = Item::parse(&sent).at(&[4, 0, 3]).bytes().clone();
    let mut family = Family::new("answer", scene(&asked, &[&REGISTRY], &sent));
    let mut words = super::answers::verdict(
        0,
        &[super::answers::resident(
            Value::Array(vec![]),
            Value::Array(vec![]),
        )],
    );
    words["moment"] = NOW.0.into();
    words["shown"][0]["pseudonym"] = hex_value(&known);
    family.add(
        "poster_pseudonym",
        "a poster that asks for a pseudonym",
        &[],
        words,
    );
    family
}

/// A request with a nonce that is answered as if it were a poster.
fn undated() -> Family {
    let record = resident_record();
    let queries = [adult()];
    let asked = ask(vec![queries.to_vec()], 1);
    let show = Show {
        office: &REGISTRY,
        record: &record,
        device: ADA,
    };
    let orders = Orders {
        moments: [Some(NOW.0); 2],
        ..Orders::honest(&asked.octets, &queries)
    };
    let sent = prove(&orders, &[show], 73);
    let mut family = Family::new("answer", scene(&asked, &[&REGISTRY], &sent));
    let tests = "a moment in answer to a nonce";
    family.bad("dated", tests, &[], "Encoding(Bound)");
    family
}
