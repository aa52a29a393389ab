//! Policies: what they ask on a day, and what the linter finds in them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{Attribute, AttributeType, Schema};
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{IssuerId, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::Registration;
use glimpse_core::test_rng::TestRng;
use glimpse_core::trust::{Allowance, IssuerEntry, IssuerKey, Provable, TrustList};
use glimpse_verifier::{Policy, PolicyError, Severity, Test};

/// 2026-11-23T23:30:00Z
const NOW: UnixTime = UnixTime(1_795_476_600);
const MEDICINE: &str = include_str!("../policies/over-18-and-city.toml");

fn texts(t: &str) -> Texts {
    Texts::new(&[("en", t)])
}

fn schema(name: &str) -> Schema {
    let attribute = |code: &str, kind| Attribute {
        code: code.into(),
        kind,
        names: texts(code),
    };
    let cities = vec![(1, texts("Aville")), (2, texts("Bville"))];
    Schema {
        code: "resident".into(),
        names: texts(name),
        attributes: vec![
            attribute("given_name", AttributeType::Text(64)),
            attribute("birth_date", AttributeType::Date),
            attribute("city", AttributeType::Enumeration(cities)),
            attribute("household", AttributeType::Count),
            attribute("number", AttributeType::Text(32)),
        ],
        epoch_days: 7,
    }
}

fn issuer(id: u8, schema: &Schema) -> IssuerEntry {
    let secret = SecretScalar::random(&mut TestRng::new(id.into()));
    IssuerEntry {
        id: IssuerId([id; 16]),
        names: texts("City"),
        signing: SigningKey::from_bytes(&[id; 32]).verifying_key(),
        keys: vec![IssuerKey {
            key: PublicKey::of(&secret),
            not_before: UnixTime(0),
            not_after: UnixTime(NOW.0 + 1000),
        }],
        schemas: vec![schema.to_octets()],
        region: String::new(),
    }
}

fn list(issuers: Vec<IssuerEntry>) -> TrustList {
    TrustList {
        id: [1; 16],
        sequence: 1,
        issued: UnixTime(NOW.0 - 1000),
        expires: UnixTime(NOW.0 + 100_000),
        threshold: 1,
        keys: vec![SigningKey::from_bytes(&[9; 32]).verifying_key()],
        issuers,
        verifiers: Vec::new(),
    }
}

fn known() -> TrustList {
    list(vec![
        issuer(1, &schema("Resident")),
        issuer(2, &schema("Resident")),
    ])
}

fn registration(purpose: &str) -> Registration {
    let provable = |kind| Provable { kind, attribute: 1 };
    Registration {
        verifier: VerifierId([7; 16]),
        key: SigningKey::from_bytes(&[7; 32]).verifying_key(),
        names: texts("Pharmacy"),
        allowances: vec![Allowance {
            purpose: purpose.into(),
            schema: schema("Resident").id(),
            disclose: vec![2],
            prove: vec![provable(0)],
            pseudonym: false,
        }],
        expires: UnixTime(NOW.0 + 100_000),
    }
}

/// A policy that asks this of one card.
fn asking(card: &str) -> Policy {
    let text = format!(
        "name = {{ en = \"x\" }}\npurpose = \"medicine\"\nreason = {{ en = \"y\" }}\n[[alternative]]\n[[alternative.card]]\nschema = \"resident\"\n{card}"
    );
    Policy::from_toml(&text).unwrap()
}

fn refused(card: &str) -> PolicyError {
    asking(card).question(&known(), NOW).unwrap_err()
}

#[test]
fn what_no_wallet_would_take_is_an_error_of_the_linter() {
    let registration = registration("medicine");
    let codes = |policy: &Policy| {
        let findings = policy.lint(&known(), Some(&registration), NOW);
        let errors = findings.iter().filter(|f| f.severity == Severity::Error);
        errors.map(|f| f.code).collect::<Vec<_>>()
    };
    let of_cities = |codes: &str| {
        asking(&format!(
            "prove = [{{ attribute = \"city\", one_of = [{codes}] }}]"
        ))
    };
    assert_eq!(codes(&of_cities("1, 2")), [""; 0]);
    // One of one says what showing it says.
    assert_eq!(codes(&of_cities("1")), ["cannot_be_asked"]);
    let long = Policy::from_toml(&MEDICINE.replace("= 120", "= 90000")).unwrap();
    assert_eq!(codes(&long), ["cannot_be_asked"]);
}

#[test]
fn a_policy_asks_every_issuer_that_is_listed_and_an_age_on_this_day() {
    let question = Policy::from_toml(MEDICINE).unwrap();
    let question = question.question(&known(), NOW).unwrap();
    assert_eq!(
        (question.purpose.as_str(), question.seconds),
        ("medicine", 120)
    );
    let query = &question.alternatives[0][0];
    let ids: Vec<_> = query.issuers.iter().map(|(id, _)| id.0[0]).collect();
    assert_eq!(ids, [1, 2]);
    assert_eq!(query.disclose, [2]);
    let cutoff = AttributeDate::parse("2008-11-23").unwrap().days();
    let age = Test::Holds(Statement::AtMost(cutoff, Profile::ThreeSquares));
    assert_eq!(
        (query.predicates[0].attribute, &query.predicates[0].test),
        (1, &age)
    );
    // An hour further east it is the next day already.
    let east = MEDICINE.replace("valid_seconds", "zone_minutes = 60\nvalid_seconds");
    let east = Policy::from_toml(&east).unwrap().question(&known(), NOW);
    let age = Test::Holds(Statement::AtMost(cutoff + 1, Profile::ThreeSquares));
    assert_eq!(east.unwrap().alternatives[0][0].predicates[0].test, age);
}

#[test]
fn issuers_are_those_named_and_in_use() {
    let id = "02".repeat(16);
    let policy = asking(&format!("issuers = [\"{id}\"]\nshow = [\"city\"]"));
    let question = policy.question(&known(), NOW).unwrap();
    assert_eq!(question.alternatives[0][0].issuers[0].0, IssuerId([2; 16]));
    let none = PolicyError::NoIssuer("resident".into());
    assert_eq!(refused("issuers = [\"00\"]\nshow = [\"city\"]"), none);
    let later = UnixTime(NOW.0 + 2000);
    let over = asking("show = [\"city\"]").question(&known(), later);
    assert_eq!(over.unwrap_err(), none);
}

#[test]
fn two_schemas_of_one_code_are_told_apart_by_id() {
    let (one, two) = (schema("Resident"), schema("Another"));
    let list = list(vec![issuer(1, &one), issuer(2, &two)]);
    let policy = asking("show = [\"city\"]");
    let error = policy.question(&list, NOW).unwrap_err();
    assert!(matches!(error, PolicyError::SeveralSchemas { ids, .. } if ids.len() == 2));
    let text = MEDICINE.replace("\"resident\"", &format!("\"{}\"", two.id()));
    let question = Policy::from_toml(&text).unwrap().question(&list, NOW);
    assert_eq!(question.unwrap().alternatives[0][0].schema, two.id());
}

#[test]
fn what_does_not_fit_is_refused_in_words_that_name_it() {
    use PolicyError::{Day, Equality, Nothing, OneStatement, Type, UnknownAttribute};
    let prove = |what: &str| refused(&format!("prove = [{{ {what} }}]"));
    let unknown = UnknownAttribute {
        schema: "resident".into(),
        attribute: "shoe".into(),
    };
    assert_eq!(refused("show = [\"shoe\"]"), unknown);
    assert_eq!(refused(""), Nothing("resident".into()));
    let born = || "birth_date".to_owned();
    assert_eq!(prove("attribute = \"birth_date\""), OneStatement(born()));
    assert_eq!(
        prove("attribute = \"birth_date\", age_at_least = 18, at_most = 3"),
        Type(born())
    );
    assert_eq!(
        prove("attribute = \"birth_date\", age_at_least = 18, on_or_before = \"2000-01-01\""),
        OneStatement(born())
    );
    assert_eq!(
        prove("attribute = \"household\", age_at_least = 18"),
        Type("household".into())
    );
    assert_eq!(
        prove("attribute = \"birth_date\", on_or_after = \"2000-02-30\""),
        Day("2000-02-30".into())
    );
    assert_eq!(
        prove("attribute = \"number\", equal_to = { card = 1, attribute = \"number\" }"),
        Equality("number".into())
    );
}

#[test]
fn what_no_wallet_would_take_of_these_schemas_is_not_asked() {
    let prove = |what: &str| refused(&format!("prove = [{{ attribute = {what} }}]"));
    let kind = |named: &str| PolicyError::Type(named.into());
    assert_eq!(prove("\"given_name\", at_least = 1"), kind("given_name"));
    assert_eq!(prove("\"given_name\", one_of = [1, 2]"), kind("given_name"));
    assert_eq!(prove("\"city\", one_of = [1, 3]"), kind("city"));
    let both = "show = [\"city\"]\nprove = [{ attribute = \"city\", one_of = [1, 2] }]";
    assert_eq!(refused(both), PolicyError::Shown("city".into()));
    let two = |first: &str, attribute: &str, other: &str| {
        let second = format!(
            "{first}\n[[alternative.card]]\nschema = \"resident\"\nprove = [{{ attribute = \"{attribute}\", \
             equal_to = {{ card = 1, attribute = \"{other}\" }} }}]"
        );
        asking(&second).question(&known(), NOW)
    };
    let first = "prove = [{ attribute = \"birth_date\", age_at_least = 18 }]";
    assert!(two(first, "number", "number").is_ok());
    let other_type = two(first, "number", "given_name").unwrap_err();
    assert_eq!(other_type, kind("number"));
    let shown = two("show = [\"number\"]", "number", "number").unwrap_err();
    assert_eq!(shown, kind("number"));
}

#[test]
fn a_purpose_stands_on_a_screen_and_a_zone_is_on_earth() {
    let read = |from: &str, to: &str| Policy::from_toml(&MEDICINE.replace(from, to)).unwrap_err();
    let purpose = "purpose = \"medicine\"";
    assert!(MEDICINE.contains(purpose));
    for wrong in ["", "x\\u001b[2J", &"x".repeat(33)] {
        let error = read(purpose, &format!("purpose = \"{wrong}\""));
        assert_eq!(error, PolicyError::Purpose);
    }
    for minutes in ["-721", "841", "32767"] {
        let error = read(purpose, &format!("{purpose}\nzone_minutes = {minutes}"));
        assert_eq!(error, PolicyError::Zone);
    }
}

#[test]
fn a_file_is_read_strictly_and_says_the_line() {
    let wrong = MEDICINE.replace("show =", "shows =");
    let line = MEDICINE
        .lines()
        .position(|l| l.starts_with("show ="))
        .unwrap()
        + 1;
    let error = Policy::from_toml(&wrong).unwrap_err();
    assert!(
        matches!(error, PolicyError::Syntax { line: l, .. } if l == line),
        "{error}"
    );
    let long = format!("#{}", "x".repeat(20_000));
    assert_eq!(Policy::from_toml(&long).unwrap_err(), PolicyError::TooLarge);
    let empty = MEDICINE.replace("reason = {", "reason = {} #");
    assert_eq!(
        Policy::from_toml(&empty).unwrap_err(),
        PolicyError::Texts("reason")
    );
    let hidden = MEDICINE.replace("To sell you medicine", "To sell\\u202e you");
    assert_eq!(
        Policy::from_toml(&hidden).unwrap_err(),
        PolicyError::Texts("reason")
    );
}

#[test]
fn what_is_unwise_is_found() {
    let found = |policy: &Policy, registration: Option<&Registration>| {
        let findings = policy.lint(&known(), registration, NOW);
        let codes: Vec<_> = findings.into_iter().map(|f| f.code).collect();
        codes
    };
    let medicine = Policy::from_toml(MEDICINE).unwrap();
    let registered = registration("medicine");
    assert_eq!(found(&medicine, Some(&registered)), [""; 0]);
    assert_eq!(
        found(&medicine, Some(&registration("other"))),
        ["beyond_registration"]
    );
    assert_eq!(found(&medicine, None), ["not_registered"]);
    let with = |card: &str| found(&asking(card), Some(&registered));
    assert_eq!(
        with("show = [\"birth_date\"]"),
        ["date_shown", "beyond_registration"]
    );
    assert_eq!(
        with("show = [\"given_name\", \"household\"]"),
        ["identifies", "count_shown", "beyond_registration"]
    );
    assert!(
        with("show = [\"given_name\", \"number\", \"city\", \"household\"]")
            .contains(&"many_shown")
    );
    assert_eq!(with("show = [\"city\"]\nmax_age_days = 6"), ["too_fresh"]);
    assert_eq!(with("show = [\"city\"]\nmax_age_days = 29"), ["too_stale"]);
    assert_eq!(
        with("show = [\"city\"]\npseudonym = \"2026\""),
        ["recognises", "beyond_registration"]
    );
    let window = "prove = [{ attribute = \"birth_date\", on_or_before = \"1990-05-31\" }, \
                  { attribute = \"birth_date\", on_or_after = \"1990-05-31\" }]";
    assert_eq!(with(window), ["pins_value", "beyond_registration"]);
    assert_eq!(
        with(&window.replacen("05-31", "06-01", 1)),
        ["beyond_registration"]
    );
    assert_eq!(with("show = [\"shoe\"]"), ["cannot_be_asked"]);
    let time = |seconds: u32| {
        let text = MEDICINE.replace("valid_seconds = 120", &format!("valid_seconds = {seconds}"));
        found(&Policy::from_toml(&text).unwrap(), Some(&registered))
    };
    assert_eq!(
        (time(29), time(601)),
        (vec!["short_time"], vec!["long_time"])
    );
    let clerk = MEDICINE.replace("name = {", "name = { de = \"x\",");
    let clerk = Policy::from_toml(&clerk).unwrap();
    assert_eq!(found(&clerk, Some(&registered)), ["missing_language"]);
    let findings = asking("show = [\"birth_date\"]").lint(&known(), None, NOW);
    assert!(findings.iter().all(|f| f.severity == Severity::Warning));
    assert_eq!(findings[0].place, "");
    assert_eq!(findings[1].place, "alternative 1, card 1");
}

#[test]
fn a_finding_has_what_its_words_name_for_who_says_it_in_another_language() {
    let one = |policy: &Policy| {
        let found = policy.lint(&known(), Some(&registration("medicine")), NOW);
        let first = found.into_iter().next().unwrap();
        (first.code, first.card, first.given.join("|"))
    };
    let card = Some((1, 1));
    let cases = [
        ("show = [\"birth_date\"]", "date_shown", card, "birth_date"),
        (
            "show = [\"city\"]\nmax_age_days = 3",
            "too_fresh",
            card,
            "3|7",
        ),
        (
            "show = [\"shoe\"]",
            "cannot_be_asked",
            None,
            "unknown_attribute|resident|shoe",
        ),
        (
            "issuers = [\"00\"]\nshow = [\"city\"]",
            "cannot_be_asked",
            None,
            "no_issuer|resident",
        ),
        (
            "prove = [{ attribute = \"city\", one_of = [1] }]",
            "cannot_be_asked",
            None,
            "request",
        ),
    ];
    for (asked, code, card, given) in cases {
        assert_eq!(
            one(&asking(asked)),
            (code, card, given.to_owned()),
            "{asked}"
        );
    }
    let short = Policy::from_toml(&MEDICINE.replace("= 120", "= 10")).unwrap();
    assert_eq!(one(&short), ("short_time", None, "10".to_owned()));
}
