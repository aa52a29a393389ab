//! Cases of an answer changed around its proof, and of a verifier that asks, trusts or checks
//! otherwise than the wallet thought.

use glimpse_core::presentation::{Query, Request};
use serde_json::{Value, json};

use super::answers::{adult, adult_verdict, case, resident_record};
use super::asking::{Asked, answer, ask, counter, over, query};
use super::issuance::{identity, published};
use super::item::{Item, changed, with};
use super::links::under;
use super::world::{ADA, LIBRARY, NOW, Office, REGISTRY, library, office, resident};
use super::{Family, defects, hex_value};

pub(super) fn families() -> Vec<Family> {
    vec![wire(), verifiers(), pseudonym()]
}

fn base(name: (&str, &str), seed: u64) -> (Family, Asked, Vec<u8>) {
    let asked = ask(vec![vec![adult()]], 1);
    let sent = answer(&asked, 0, &[(&REGISTRY, &resident_record())], ADA, seed);
    let family = case(name, &asked, &[&REGISTRY], &sent, adult_verdict());
    (family, asked, sent)
}

fn wire() -> Family {
    let name = ("unchanged", "the answer of which others are changed");
    let (mut family, _, good) = base(name, 60);
    family.documents("answer", &good, <[u8]>::to_vec, false);
    let mut bad = |name: &str, tests: &str, octets: Vec<u8>, error: &str| {
        family.bad(name, tests, &[("answer", hex_value(&octets))], error);
    };
    let set = |path: &[usize], item: Item| with(&good, path, item);
    let resize = |path: &[usize], length| changed(&good, |d| d.at(path).bytes().resize(length, 0));
    let (bound, kind, long) = ("Encoding(Bound)", "Encoding(Kind)", "Encoding(NotShortest)");

    let digest = changed(&good, |d| d.at(&[1]).bytes()[7] ^= 1);
    bad(
        "digest_other",
        "another request's digest",
        digest,
        "OtherRequest",
    );
    bad("digest_7", "a digest of 7 octets", resize(&[1], 7), bound);
    bad("digest_9", "a digest of 9 octets", resize(&[1], 9), bound);
    for (name, number, error) in [
        ("alternative_1", 1, "OtherRequest"),
        ("alternative_255", 255, "OtherRequest"),
        ("alternative_256", 256, bound),
    ] {
        let octets = set(&[2], Item::Uint(number));
        bad(name, "an alternative that is not asked", octets, error);
    }
    let zero = set(&[2], Item::Raw(vec![0x18, 0]));
    bad("alternative_long", "0 in two octets", zero, long);

    let shown = |change: &dyn Fn(&mut Vec<Item>)| changed(&good, |d| change(d.at(&[3]).items()));
    bad("shown_none", "nothing shown", shown(&Vec::clear), bound);
    let twice = shown(&|s| s.push(s[0].clone()));
    bad("shown_twice", "the same shown twice", twice, bound);
    let less = changed(&good, |d| drop(d.at(&[3, 0]).items().pop()));
    bad("shown_of_2", "no list of values", less, bound);
    let more = changed(&good, |d| {
        d.at(&[3, 0]).items().push(Item::Bytes(identity().to_vec()))
    });
    bad("shown_of_4", "a pseudonym that is not asked", more, bound);
    let map = set(&[3, 0], Item::Map(vec![]));
    bad("shown_map", "a map for what is shown", map, kind);
    let key = changed(&good, |d| d.at(&[3, 0, 0]).bytes()[0] ^= 1);
    bad("key_other", "a key that is not known", key, "UnknownIssuer");
    bad(
        "key_7",
        "a key's id of 7 octets",
        resize(&[3, 0, 0], 7),
        bound,
    );

    let (epoch, today) = (u64::from(REGISTRY.today().0), u64::from(NOW.epoch_day().0));
    for (name, tests, day, error) in [
        (
            "epoch_later",
            "a later period than was signed",
            epoch + 7,
            "TooOld",
        ),
        (
            "epoch_today",
            "today, which was not signed",
            today,
            "Invalid",
        ),
        ("epoch_before", "the period before", epoch - 7, "Invalid"),
        (
            "epoch_2_32_less_1",
            "the last day that can be written",
            (1 << 32) - 1,
            "TooOld",
        ),
        ("epoch_2_32", "a day too large", 1 << 32, bound),
        ("epoch_0", "the first day of all", 0, "TooOld"),
    ] {
        bad(name, tests, set(&[3, 0, 1], Item::Uint(day)), error);
    }
    let padded = [&[0x1a][..], &(epoch as u32).to_be_bytes()].concat();
    let padded = set(&[3, 0, 1], Item::Raw(padded));
    bad("epoch_long", "a day in too many octets", padded, long);

    let value = |item: Item| set(&[3, 0, 2, 0], item);
    bad(
        "city_2",
        "another city than was signed",
        value(Item::Uint(2)),
        "Invalid",
    );
    bad(
        "city_3",
        "a city that the schema does not have",
        value(Item::Uint(3)),
        bound,
    );
    bad(
        "city_long",
        "1 in two octets",
        value(Item::Raw(vec![0x18, 1])),
        long,
    );
    bad(
        "city_as_text",
        "a city's name",
        value(Item::Text("Aville".into())),
        kind,
    );
    let values = |items: Vec<Item>| set(&[3, 0, 2], Item::Array(items));
    bad("values_none", "no value", values(vec![]), bound);
    let two = values(vec![Item::Uint(1), Item::Uint(1)]);
    bad("values_two", "a value that is not asked", two, bound);

    let length = Item::parse(&good).at(&[4]).bytes().len();
    for (name, length, error) in [
        ("proof_empty", 0, "Invalid"),
        ("proof_of_c", 32, "Invalid"),
        ("proof_32_less", length - 32, "Invalid"),
        ("proof_1_less", length - 1, "Invalid"),
        ("proof_1_more", length + 1, "Invalid"),
        ("proof_32_more", length + 32, "Invalid"),
        ("proof_65537", 65_537, bound),
    ] {
        bad(
            name,
            "a proof of another length",
            resize(&[4], length),
            error,
        );
    }
    for (name, more) in [("proof_octet_before_c", 1), ("proof_scalar_before_c", 32)] {
        let octets = changed(&good, |d| {
            let proof = d.at(&[4]).bytes();
            let c = proof.split_off(length - 32);
            proof.extend([vec![1; more], c].concat());
        });
        bad(name, "octets that nothing else covers", octets, "Invalid");
    }
    let text = set(&[4], Item::Text("proof".into()));
    bad("proof_text", "text for a proof", text, kind);
    family
}

/// The same answer, before another verifier or another request.
fn verifiers() -> Family {
    let name = (
        "before_its_verifier",
        "the answer that is then shown elsewhere",
    );
    let (mut family, asked, good) = base(name, 61);
    let contexts = |offices: &[&Office]| {
        let list: Vec<_> = offices.iter().map(|o| published(o)).collect();
        [("contexts", Value::from(list))]
    };
    let unknown = "UnknownIssuer";
    let other_key = office(7, resident());
    let other_schema = office(1, library());
    for (name, tests, offices) in [
        ("no_context", "nothing is trusted", vec![]),
        (
            "context_other_key",
            "another key is trusted",
            vec![&other_key],
        ),
        (
            "context_other_schema",
            "another schema is trusted",
            vec![&other_schema, &*LIBRARY],
        ),
    ] {
        family.bad(name, tests, &contexts(&offices), unknown);
    }
    let mut elsewhere = published(&REGISTRY);
    elsewhere["issuer"] = hex_value(&[9; 16]);
    let elsewhere = [("contexts", json!([elsewhere]))];
    let tests = "the key is trusted as another issuer's";
    family.bad("context_other_issuer", tests, &elsewhere, unknown);

    let other = ask(vec![vec![adult()]], 2);
    let request = [("request", hex_value(&other.octets))];
    let tests = "another request for the same";
    family.bad("other_request", tests, &request, "OtherRequest");
    let late = [
        ("request", hex_value(&other.octets)),
        ("now", (NOW.0 + 121).into()),
    ];
    let tests = "another request, and too late: the first is what is said";
    family.bad("other_request_late", tests, &late, "OtherRequest");

    // From here on the answer names the request that it is shown for.
    let mut readdressed = |name: &str, tests: &str, request: Asked, error: &str| {
        let digest = Item::Bytes(Request::digest(&request.octets).to_vec());
        let changes = [
            ("request", hex_value(&request.octets)),
            ("answer", hex_value(&with(&good, &[1], digest))),
        ];
        family.bad(name, tests, &changes, error);
    };
    let tests = "an answer made out to another request for the same";
    readdressed("readdressed", tests, other, "Invalid");
    let asks = |change: &dyn Fn(&mut Query)| {
        let mut query = adult();
        change(&mut query);
        ask(vec![vec![query]], 1)
    };
    let older = asks(&|q| q.predicates = vec![over(21)]);
    readdressed("over_21_asked", "a higher age is asked", older, "Invalid");
    let fresher = asks(&|q| q.max_age_days = 3);
    readdressed(
        "fresher_asked",
        "a later renewal is asked",
        fresher,
        "TooOld",
    );
    let more = asks(&|q| q.disclose = vec![]);
    readdressed(
        "less_asked",
        "nothing is to be disclosed",
        more,
        "Encoding(Bound)",
    );
    let nym = asks(&|q| q.pseudonym = Some(b"pharmacy".to_vec()));
    readdressed(
        "pseudonym_asked",
        "a pseudonym is asked",
        nym,
        "Encoding(Bound)",
    );
    let not_age = asks(&|q| q.predicates = vec![]);
    readdressed(
        "age_not_asked",
        "nothing is to be proved",
        not_age,
        "Invalid",
    );
    let issuer = asks(&|q| q.issuers = vec![(LIBRARY.context.issuer, LIBRARY.context.key_id)]);
    readdressed(
        "issuer_not_asked",
        "another issuer is asked for",
        issuer,
        unknown,
    );
    let key = asks(&|q| q.issuers[0].1 = LIBRARY.context.key_id);
    readdressed(
        "key_not_asked",
        "another key of the issuer is asked for",
        key,
        unknown,
    );
    let card = ask(vec![vec![query(&LIBRARY)]], 1);
    readdressed(
        "schema_not_known",
        "a schema is asked that is not trusted",
        card,
        unknown,
    );
    let two = ask(vec![vec![adult(), adult()]], 1);
    readdressed(
        "two_asked",
        "two credentials are asked",
        two,
        "Encoding(Bound)",
    );
    let second = ask(vec![vec![query(&REGISTRY)], vec![adult()]], 1);
    let digest = Item::Bytes(Request::digest(&second.octets).to_vec());
    let moved = with(&with(&good, &[1], digest), &[2], Item::Uint(1));
    let changes = [
        ("request", hex_value(&second.octets)),
        ("answer", hex_value(&moved)),
    ];
    let tests = "an answer made out to another alternative of another request";
    family.bad("readdressed_alternative", tests, &changes, "Invalid");

    // The octets are what is bound, not their meaning.
    let mut again = asked.request.clone();
    again.purpose_texts = super::world::texts("To sell you something else");
    let octets = again.sign(&counter());
    let purpose = Asked {
        request: again,
        octets,
    };
    let mut readdressed = |name: &str, tests: &str, request: Asked, error: &str| {
        let digest = Item::Bytes(Request::digest(&request.octets).to_vec());
        let changes = [
            ("request", hex_value(&request.octets)),
            ("answer", hex_value(&with(&good, &[1], digest))),
        ];
        family.bad(name, tests, &changes, error);
    };
    readdressed(
        "other_purpose",
        "another purpose in words",
        purpose,
        "Invalid",
    );
    family
}

fn pseudonym() -> Family {
    let record = resident_record();
    let answer_to = |asked: &Asked, seed| answer(asked, 0, &[(&REGISTRY, &record)], ADA, seed);
    let asked = ask(vec![vec![under(b"pharmacy")]], 1);
    let good = answer_to(&asked, 62);
    let nym = |answer: &[u8]| Item::parse(answer).at(&[3, 0, 3]).bytes().clone();
    let mut family = Family::new("answer", super::asking::scene(&asked, &[&REGISTRY], &good));
    let mut bad = |name: &str, tests: &str, item: Item, error: &str| {
        let octets = with(&good, &[3, 0, 3], item);
        family.bad(name, tests, &[("answer", hex_value(&octets))], error);
    };
    let elsewhere = ask(vec![vec![under(b"library")]], 1);
    let other = Item::Bytes(nym(&answer_to(&elsewhere, 63)));
    bad(
        "pseudonym_of_other_context",
        "her pseudonym elsewhere",
        other,
        "Invalid",
    );
    let mut negative = nym(&good);
    negative[0] ^= 0x20;
    bad(
        "pseudonym_negative",
        "the negative",
        Item::Bytes(negative),
        "Invalid",
    );
    for length in [47, 49] {
        let mut octets = nym(&good);
        octets.resize(length, 0);
        let name = format!("pseudonym_{length}");
        bad(
            &name,
            "another length",
            Item::Bytes(octets),
            "Encoding(Bound)",
        );
    }
    for defect in defects::g1_few(&nym(&good)) {
        let name = format!("pseudonym_{}", defect.name);
        let tests = format!("the pseudonym: {}", defect.tests);
        bad(&name, &tests, Item::Bytes(defect.octets), "Invalid");
    }
    let none = changed(&good, |d| drop(d.at(&[3, 0]).items().pop()));
    let none = [("answer", hex_value(&none))];
    family.bad(
        "pseudonym_missing",
        "no pseudonym",
        &none,
        "Encoding(Bound)",
    );
    family
}
