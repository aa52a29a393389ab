//! Cases of answers that are accepted. Each is a family of its own, since each has a request of its
//! own; the families that change one thing in an answer begin with one of these.

use glimpse_core::ids::EpochDay;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::Query;
use serde_json::{Value, json};

use super::Family;
use super::asking::{Asked, answer, ask, at_least, at_most, cutoff, holds, over, query, scene};
use super::prover::{self, Orders, Show};
use super::world::{
    ADA, ADAS_BIRTHDAY, BORN, CHILDREN, CITY, LIBRARY, NAME, NOW, NUMBER, Office, PHOTO, REGISTRY,
    date, library_values, resident_values,
};

pub(super) fn resident_record() -> Vec<u8> {
    super::record::record()
}

pub(super) fn library_record(number: &str, epoch: EpochDay) -> Vec<u8> {
    let credential = LIBRARY.issue(ADA, library_values(number), epoch);
    credential.to_octets().to_vec()
}

/// Over 18, and the city.
pub(super) fn adult() -> Query {
    Query {
        disclose: vec![CITY],
        predicates: vec![over(18)],
        ..query(&REGISTRY)
    }
}

/// What is learnt of one credential.
pub(super) fn shown(office: &Office, epoch: u32, disclosed: Value, statements: Value) -> Value {
    json!({
        "issuer": office.context.issuer.to_string(), "key": office.context.key_id.to_string(),
        "epoch": epoch, "disclosed": disclosed, "statements": statements, "pseudonym": null,
    })
}

pub(super) fn resident(disclosed: Value, statements: Value) -> Value {
    shown(&REGISTRY, REGISTRY.today().0, disclosed, statements)
}

pub(super) fn member(disclosed: Value, statements: Value) -> Value {
    shown(&LIBRARY, LIBRARY.today().0, disclosed, statements)
}

pub(super) fn verdict(alternative: usize, shown: &[Value]) -> Value {
    json!({ "alternative": alternative, "shown": shown })
}

pub(super) fn adult_verdict() -> Value {
    let city = json!([["city", "Aville"]]);
    verdict(0, &[resident(city, json!(["18 or older"]))])
}

/// A case with its own request; the family can go on from there.
pub(super) fn case(
    (name, tests): (&str, &str),
    asked: &Asked,
    contexts: &[&Office],
    answer: &[u8],
    expected: Value,
) -> Family {
    let mut family = Family::new("answer", scene(asked, contexts, answer));
    family.add(name, tests, &[], expected);
    family
}

pub(super) fn families() -> Vec<Family> {
    let mut families = vec![times(), second_alternative(), other_issuer()];
    families.extend(one_credential());
    families
}

/// What one resident's card can show.
fn one_credential() -> Vec<Family> {
    let record = resident_record();
    let values = resident_values(ADAS_BIRTHDAY, "A-1");
    let born = date(ADAS_BIRTHDAY).days();
    let bits = |attribute, make: fn(u32, Profile) -> Statement, x| {
        holds(attribute, make(x, Profile::Bits))
    };
    let one_of = |list: &[u32]| holds(CITY, Statement::OneOf(list.to_vec()));
    let sixteen: Vec<_> = (2..=17).collect();
    let every = json!([
        ["name", "Ada"],
        ["birth_date", ADAS_BIRTHDAY],
        ["city", "Aville"],
        ["children", "2"],
        ["number", "A-1"],
        ["photo", crate::world::PHOTO_IN_WORDS],
    ]);
    let between = json!([
        "birth_date is on or before 1990-05-31",
        "birth_date is on or after 1990-05-31"
    ]);
    assert_eq!(values.len(), 6);
    let cases = [
        (
            "over_18_and_city",
            "a city disclosed, an age proved",
            vec![CITY],
            vec![over(18)],
            json!([["city", "Aville"]]),
            json!(["18 or older"]),
        ),
        (
            "nothing",
            "no more than the epoch",
            vec![],
            vec![],
            json!([]),
            json!([]),
        ),
        (
            "everything",
            "every attribute disclosed",
            vec![NAME, BORN, CITY, CHILDREN, NUMBER, PHOTO],
            vec![],
            every,
            json!([]),
        ),
        (
            "bits",
            "both ranges by the conservative profile",
            vec![],
            vec![
                bits(BORN, Statement::AtMost, cutoff(18)),
                bits(CHILDREN, Statement::AtLeast, 1),
            ],
            json!([]),
            json!(["18 or older", "children is at least 1"]),
        ),
        (
            "between_on_the_day",
            "two ranges on one attribute, at a distance of 0",
            vec![],
            vec![at_most(BORN, born), at_least(BORN, born)],
            json!([]),
            between,
        ),
        (
            "farthest",
            "the largest cutoff, and the smallest",
            vec![],
            vec![at_most(CHILDREN, (1 << 20) - 1), at_least(CHILDREN, 0)],
            json!([]),
            json!(["children is at most 1048575", "children is at least 0"]),
        ),
        (
            "bits_farthest",
            "the same by the conservative profile",
            vec![],
            vec![
                bits(CHILDREN, Statement::AtMost, (1 << 20) - 1),
                bits(CHILDREN, Statement::AtLeast, 0),
            ],
            json!([]),
            json!(["children is at most 1048575", "children is at least 0"]),
        ),
        (
            "one_of_two",
            "one of two cities",
            vec![],
            vec![one_of(&[1, 2])],
            json!([]),
            json!(["city is one of: Aville, Bville"]),
        ),
        (
            "one_of_sixteen",
            "one of the most values, the first of them",
            vec![],
            vec![holds(CHILDREN, Statement::OneOf(sixteen.clone()))],
            json!([]),
            json!([format!(
                "children is one of: {}",
                sixteen
                    .iter()
                    .map(u32::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            )]),
        ),
        (
            "four_predicates",
            "every kind that a single credential can have",
            vec![NAME],
            vec![
                over(18),
                at_least(CHILDREN, 1),
                one_of(&[1, 2]),
                bits(BORN, Statement::AtMost, cutoff(21)),
            ],
            json!([["name", "Ada"]]),
            json!([
                "18 or older",
                "children is at least 1",
                "city is one of: Aville, Bville",
                "21 or older"
            ]),
        ),
    ];
    let case = |(i, (name, tests, disclose, predicates, values, statements)): (
        usize,
        (_, _, _, _, Value, Value),
    )| {
        let query = Query {
            disclose,
            predicates,
            ..query(&REGISTRY)
        };
        let asked = ask(vec![vec![query]], 1);
        let sent = answer(&asked, 0, &[(&REGISTRY, &record)], ADA, i as u64);
        case(
            (name, tests),
            &asked,
            &[&REGISTRY],
            &sent,
            verdict(0, &[resident(values, statements)]),
        )
    };
    cases.into_iter().enumerate().map(case).collect()
}

/// At the edges of time.
fn times() -> Family {
    let record = resident_record();
    let asked = ask(vec![vec![adult()]], 1);
    let sent = answer(&asked, 0, &[(&REGISTRY, &record)], ADA, 40);
    let name = ("first_second", "checked at once");
    let mut family = case(name, &asked, &[&REGISTRY], &sent, adult_verdict());
    let end = asked.request.expires.0;
    let tests = "checked in the request's last second";
    let verdict = adult_verdict();
    family.add("last_second", tests, &[("now", end.into())], verdict);
    let late = [("now", (end + 1).into())];
    family.bad("late", "a second too late", &late, "Expired");

    let day = LIBRARY.today().0;
    for (name, tests, epoch, accepted) in [
        ("tomorrow", "an epoch of tomorrow", day + 1, true),
        (
            "day_after_tomorrow",
            "an epoch beyond tomorrow",
            day + 2,
            false,
        ),
        ("oldest", "an epoch as old as may be", day - 14, true),
        ("too_old", "an epoch a day too old", day - 15, false),
    ] {
        let card = library_record("A-1", EpochDay(epoch));
        let queries = [query(&LIBRARY)];
        let asked = ask(vec![queries.to_vec()], 1);
        let show = Show {
            office: &LIBRARY,
            record: &card,
            device: ADA,
        };
        let sent = prover::prove(&Orders::honest(&asked.octets, &queries), &[show], 41);
        let input = scene(&asked, &[&LIBRARY], &sent);
        let fields = ["request", "contexts", "answer"].map(|f| (f, input[f].clone()));
        let expected = if accepted {
            self::verdict(0, &[shown(&LIBRARY, epoch, json!([]), json!([]))])
        } else {
            json!({ "error": "TooOld" })
        };
        family.add(name, tests, &fields, expected);
    }
    assert_eq!(NOW.epoch_day().0, day);
    family
}

fn second_alternative() -> Family {
    let card = library_record("A-1", LIBRARY.today());
    let asked = ask(vec![vec![adult()], vec![query(&LIBRARY)]], 1);
    let sent = answer(&asked, 1, &[(&LIBRARY, &card)], ADA, 42);
    let name = ("second_alternative", "the second of two alternatives");
    let shown = member(json!([]), json!([]));
    let both: [&Office; 2] = [&REGISTRY, &LIBRARY];
    case(name, &asked, &both, &sent, verdict(1, &[shown]))
}

fn other_issuer() -> Family {
    let record = resident_record();
    let other = super::world::office(9, super::world::resident());
    let mut adult = adult();
    adult
        .issuers
        .insert(0, (other.context.issuer, other.context.key_id));
    let asked = ask(vec![vec![adult]], 1);
    let sent = answer(&asked, 0, &[(&REGISTRY, &record)], ADA, 43);
    let name = (
        "second_issuer",
        "an issuer that is not the first one accepted",
    );
    case(name, &asked, &[&other, &REGISTRY], &sent, adult_verdict())
}
