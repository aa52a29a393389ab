//! Cases of answers that are accepted: several credentials, pseudonyms, and another wallet.

use glimpse_core::presentation::Query;
use serde_json::json;

use super::Family;
use super::answers::{
    adult, adult_verdict, case, library_record, member, resident, resident_record, verdict,
};
use super::asking::{answer, ask, at_least, at_most, equal, over, query};
use super::item::Item;
use super::prover::{self, Orders, Show};
use super::squares::Z;
use super::world::{
    ADA, ADAS_BIRTHDAY, BORN, CARD_CITY, CARD_NUMBER, CARD_UNTIL, CITY, LIBRARY, NUMBER, Office,
    REGISTRY, date,
};

pub(super) fn families() -> Vec<Family> {
    let mut families = vec![one_card_twice()];
    families.extend(two_credentials());
    families.extend(pseudonyms());
    families.extend(by_the_specification());
    families
}

/// A resident's card and a library's, with an attribute that is the same.
pub(super) fn linked() -> Vec<Query> {
    let card = Query {
        disclose: vec![CARD_UNTIL],
        predicates: vec![equal(CARD_NUMBER, 0, NUMBER), equal(CARD_CITY, 0, CITY)],
        ..query(&LIBRARY)
    };
    let adult = Query {
        predicates: vec![over(18)],
        ..query(&REGISTRY)
    };
    vec![adult, card]
}

fn two_credentials() -> Vec<Family> {
    let (record, card) = (resident_record(), library_record("A-1", LIBRARY.today()));
    let records = [
        (&*REGISTRY, record.as_slice()),
        (&*LIBRARY, card.as_slice()),
    ];
    let both: [&Office; 2] = [&REGISTRY, &LIBRARY];
    let same = ["number", "city"].map(|a| format!("{a} is the same as {a} of Resident card"));
    let until = json!([["until", "2030-01-01"]]);
    let shown = [
        resident(json!([]), json!(["18 or older"])),
        member(until, json!(same)),
    ];
    let asked = ask(vec![linked()], 1);
    let sent = answer(&asked, 0, &records, ADA, 20);
    let tests = "two credentials of one device, with two attributes that are equal";
    let equal_case = case(
        ("two_equal", tests),
        &asked,
        &both,
        &sent,
        verdict(0, &shown),
    );

    // A chain: the third's number is the second's, which is the first's.
    let chain = |i: usize| Query {
        predicates: vec![equal(
            CARD_NUMBER,
            i,
            if i == 0 { NUMBER } else { CARD_NUMBER },
        )],
        ..query(&LIBRARY)
    };
    let asked = ask(
        vec![vec![query(&REGISTRY), chain(0), chain(1), chain(2)]],
        1,
    );
    let sent = answer(&asked, 0, &records, ADA, 21);
    let same = |card| {
        let words = format!("number is the same as number of {card} card");
        member(json!([]), json!([words]))
    };
    let first = resident(json!([]), json!([]));
    let shown = [first, same("Resident"), same("Library"), same("Library")];
    let tests = "the most queries, and equalities that form one group";
    let chain_case = case(("chain", tests), &asked, &both, &sent, verdict(0, &shown));

    let four = |office| Query {
        predicates: (1..5)
            .map(|x| at_least(if x > 4 { CITY } else { BORN }, x))
            .collect(),
        ..query(office)
    };
    let asked = ask(vec![vec![four(&REGISTRY); 2]], 1);
    let sent = answer(&asked, 0, &records, ADA, 22);
    let on_or_after = (2..6).map(|day| format!("birth_date is on or after 1900-01-0{day}"));
    let one = resident(json!([]), on_or_after.collect());
    let tests = "as many three-squares proofs as there may be";
    let eight = case(
        ("eight_squares", tests),
        &asked,
        &both,
        &sent,
        verdict(0, &[one.clone(), one]),
    );
    vec![equal_case, chain_case, eight]
}

/// The pseudonym of Ada's card in a context, as the answer has it.
fn pseudonym(answer: &[u8]) -> String {
    hex::encode(Item::parse(answer).at(&[3, 0, 3]).bytes())
}

pub(super) fn under(context: &[u8]) -> Query {
    Query {
        pseudonym: Some(context.to_vec()),
        ..query(&REGISTRY)
    }
}

fn pseudonyms() -> Vec<Family> {
    let record = resident_record();
    let mut first = None;
    let mut family = |name, tests, context: &[u8], nonce: u8, same: bool| {
        let asked = ask(vec![vec![under(context)]], nonce);
        let sent = answer(
            &asked,
            0,
            &[(&REGISTRY, &record)],
            ADA,
            30 + u64::from(nonce),
        );
        let found = pseudonym(&sent);
        let expected = first.get_or_insert(found.clone());
        assert_eq!(*expected == found, same);
        let mut shown = resident(json!([]), json!([]));
        shown["pseudonym"] = found.into();
        case(
            (name, tests),
            &asked,
            &[&REGISTRY],
            &sent,
            verdict(0, &[shown]),
        )
    };
    vec![
        family("pseudonym", "a pseudonym", b"pharmacy", 1, true),
        family(
            "pseudonym_again",
            "the same, shown once more",
            b"pharmacy",
            2,
            true,
        ),
        family(
            "pseudonym_elsewhere",
            "another in another context",
            b"Pharmacy",
            3,
            false,
        ),
        family(
            "pseudonym_longest",
            "a context of 64 octets",
            &[b'x'; 64],
            4,
            false,
        ),
    ]
}

/// Nothing says that two queries are about two credentials.
fn one_card_twice() -> Family {
    let record = resident_record();
    let asked = ask(vec![vec![adult(), adult()]], 1);
    let sent = answer(&asked, 0, &[(&REGISTRY, &record)], ADA, 44);
    let name = ("one_card_twice", "one credential answers both queries");
    let shown = adult_verdict()["shown"][0].clone();
    case(
        name,
        &asked,
        &[&REGISTRY],
        &sent,
        verdict(0, &[shown.clone(), shown]),
    )
}

/// Answers by the wallet that is written from the specifications.
fn by_the_specification() -> Vec<Family> {
    let (record, card) = (resident_record(), library_record("A-1", LIBRARY.today()));
    let show = |office, record, device| Show {
        office,
        record,
        device,
    };
    let both: [&Office; 2] = [&REGISTRY, &LIBRARY];
    let mut queries = linked();
    queries[0].pseudonym = Some(b"pharmacy".to_vec());
    let asked = ask(vec![queries.clone()], 1);
    let shows = [show(&REGISTRY, &record, ADA), show(&LIBRARY, &card, ADA)];
    let sent = prover::prove(&Orders::honest(&asked.octets, &queries), &shows, 50);
    let same = ["number", "city"].map(|a| format!("{a} is the same as {a} of Resident card"));
    let mut first = resident(json!([]), json!(["18 or older"]));
    first["pseudonym"] = pseudonym(&sent).into();
    let expected = [first, member(json!([["until", "2030-01-01"]]), json!(same))];
    let tests = "by a wallet written from the specifications";
    let name = ("by_the_specification", tests);
    let mut families = vec![case(name, &asked, &both, &sent, verdict(0, &expected))];

    // Born on the last day that counts, so that M = 1 and two of the y are 0.
    let born = date(ADAS_BIRTHDAY).days();
    let queries = [Query {
        predicates: vec![at_most(BORN, born)],
        ..query(&REGISTRY)
    }];
    let asked = ask(vec![queries.to_vec()], 1);
    for (name, tests, z) in [
        ("z_below_bound", "a response of 2^126 - 1", (1 << 126) - 1),
        (
            "z_0",
            "a response of 0, which an honest prover never sends",
            0,
        ),
    ] {
        let orders = Orders {
            z: Z::Exactly(z),
            ..Orders::honest(&asked.octets, &queries)
        };
        let sent = prover::prove(&orders, &[show(&REGISTRY, &record, ADA)], 51);
        let words = json!(["birth_date is on or before 1990-05-31"]);
        let shown = [resident(json!([]), words)];
        let shown = verdict(0, &shown);
        families.push(case((name, tests), &asked, &[&REGISTRY], &sent, shown));
    }
    families
}
