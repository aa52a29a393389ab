//! Cases of answers by a wallet that is not honest: each is right but for one thing.

use glimpse_core::curve::SecretScalar;
use glimpse_core::ids::EpochDay;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::Query;

use super::Family;
use super::answers::{adult, library_record, resident_record};
use super::asking::{Asked, ask, at_least, at_most, cutoff, holds, over, query, scene};
use super::item::{Item, with};
use super::links::{linked, under};
use super::prover::{Orders, Show, prove};
use super::squares::Z;
use super::world::{
    ADA, ADAS_BIRTHDAY, BORN, EVE, LIBRARY, Office, REGISTRY, date, device, library_values, office,
    resident, resident_values,
};

pub(super) fn families() -> Vec<Family> {
    let mut families = long_responses();
    families.extend(links());
    families.extend(bound_elsewhere());
    families.extend(records());
    families.push(other_header());
    families
}

fn case((name, tests): (&str, &str), asked: &Asked, contexts: &[&Office], answer: &[u8]) -> Family {
    let mut family = Family::new("answer", scene(asked, contexts, answer));
    family.bad(name, tests, &[], "Invalid");
    family
}

fn show<'a>(office: &'a Office, record: &'a [u8]) -> Show<'a> {
    Show {
        office,
        record,
        device: ADA,
    }
}

/// Everything holds but the bound on z, with a statement that is even true. The good cases with
/// 2^126 - 1 are made in the same way.
fn long_responses() -> Vec<Family> {
    let record = resident_record();
    let queries = [Query {
        predicates: vec![at_most(BORN, date(ADAS_BIRTHDAY).days())],
        ..query(&REGISTRY)
    }];
    let asked = ask(vec![queries.to_vec()], 1);
    let cases = [
        ("z_at_bound", "a response of 2^126", Z::Exactly(1 << 126)),
        ("z_2_127", "a response of 2^127", Z::Exactly(1 << 127)),
        (
            "z_largest",
            "a response of 2^128 - 1",
            Z::Exactly(u128::MAX),
        ),
        ("z_long", "every response beyond 2^126", Z::Long),
    ];
    let make = |(name, tests, z)| {
        let orders = Orders {
            z,
            ..Orders::honest(&asked.octets, &queries)
        };
        let sent = prove(&orders, &[show(&REGISTRY, &record)], 80);
        case((name, tests), &asked, &[&REGISTRY], &sent)
    };
    cases.into_iter().map(make).collect()
}

fn links() -> Vec<Family> {
    let both: [&Office; 2] = [&REGISTRY, &LIBRARY];
    let queries = linked();
    let asked = ask(vec![queries.clone()], 1);
    let record = resident_record();
    let card = library_record("A-1", LIBRARY.today());
    let other_card = library_record("B-2", LIBRARY.today());
    let eves = LIBRARY.issue(EVE, library_values("A-1"), LIBRARY.today());
    let eves = eves.to_octets().to_vec();
    let honest = || Orders::honest(&asked.octets, &queries);
    let mut families = Vec::new();
    let mut add = |name: &str, tests: &str, orders: Orders<'_>, card: &[u8], device: u64| {
        let second = Show {
            device,
            ..show(&LIBRARY, card)
        };
        let sent = prove(&orders, &[show(&REGISTRY, &record), second], 81);
        families.push(case((name, tests), &asked, &both, &sent));
    };
    let tests = "two numbers under one mask that are not equal";
    add("equality_unequal", tests, honest(), &other_card, ADA);
    let two_masks = Orders {
        one_mask: false,
        ..honest()
    };
    let tests = "two equal numbers under two masks";
    add("equality_two_masks", tests, two_masks, &card, ADA);
    let tests = "two credentials of two people, each answered for by its own device";
    add("two_devices", tests, honest(), &eves, EVE);
    let two_sessions = Orders {
        one_session: false,
        ..honest()
    };
    let tests = "one device that answers twice, under two masks";
    add("device_twice", tests, two_sessions, &card, ADA);
    let tests = "somebody else's credential, answered for by the wrong device";
    add("stolen_card", tests, honest(), &eves, ADA);
    families
}

/// What is proved is not what is asked, and the wire says that it is.
fn bound_elsewhere() -> Vec<Family> {
    let record = resident_record();
    let mut families = Vec::new();
    let mut add = |name: &str, tests: &str, asked: &Asked, orders: Orders<'_>| {
        let sent = prove(&orders, &[show(&REGISTRY, &record)], 82);
        families.push(case((name, tests), asked, &[&REGISTRY], &sent));
    };
    let adult = [adult()];
    let twice = ask(vec![adult.to_vec(), adult.to_vec()], 1);
    for (name, alternative, bound) in [
        ("other_alternative", 1, 0),
        ("other_alternative_back", 0, 1),
    ] {
        let orders = Orders {
            alternative,
            bound: (&twice.octets, bound),
            ..Orders::honest(&twice.octets, &adult)
        };
        let tests = "bound to another alternative, which asks for the same";
        add(name, tests, &twice, orders);
    }
    let (asked, other) = (ask(vec![adult.to_vec()], 1), ask(vec![adult.to_vec()], 2));
    let orders = Orders {
        bound: (&other.octets, 0),
        ..Orders::honest(&asked.octets, &adult)
    };
    let tests = "bound to another request, with this one's digest";
    add("other_request_bound", tests, &asked, orders);

    let cutoff = cutoff(18);
    let predicates = |predicates: Vec<_>| Query {
        predicates,
        ..query(&REGISTRY)
    };
    let bits = |x| holds(BORN, Statement::AtMost(x, Profile::Bits));
    let (up, down) = (at_most(BORN, cutoff), at_least(BORN, 1));
    for (name, tests, asked, proved) in [
        (
            "predicate_order",
            "two predicates proved in the other order",
            vec![up.clone(), down.clone()],
            vec![down.clone(), up.clone()],
        ),
        (
            "other_cutoff",
            "over 18 proved where over 40 is asked",
            vec![over(40)],
            vec![over(18)],
        ),
        (
            "other_attribute",
            "another attribute is small enough",
            vec![at_most(BORN, 5)],
            vec![at_most(super::world::CHILDREN, 5)],
        ),
        (
            "other_predicate",
            "at least where at most is asked",
            vec![at_most(BORN, 1)],
            vec![down],
        ),
        (
            "other_profile",
            "three squares where bits are asked",
            vec![bits(cutoff)],
            vec![up],
        ),
        (
            "other_values",
            "one of two numbers where two others are asked",
            vec![holds(super::world::CHILDREN, Statement::OneOf(vec![2, 3]))],
            vec![holds(super::world::CHILDREN, Statement::OneOf(vec![1, 2]))],
        ),
    ] {
        let asked = ask(vec![vec![predicates(asked)]], 1);
        let proved = [predicates(proved)];
        add(name, tests, &asked, Orders::honest(&asked.octets, &proved));
    }
    let asked = ask(vec![vec![under(b"pharmacy")]], 1);
    let proved = [under(b"library")];
    let tests = "a pseudonym for another context";
    add(
        "pseudonym_elsewhere",
        tests,
        &asked,
        Orders::honest(&asked.octets, &proved),
    );
    families
}

/// The proof is as it should be, about a credential that nobody signed.
fn records() -> Vec<Family> {
    let record = resident_record();
    let young = REGISTRY.issue(ADA, resident_values("2010-05-31", "A-1"), REGISTRY.today());
    let young = young.to_octets().to_vec();
    let old = EpochDay(REGISTRY.today().0 - 21);
    let old = REGISTRY.issue(ADA, resident_values(ADAS_BIRTHDAY, "A-1"), old);
    let old = old.to_octets().to_vec();
    let impostor: SecretScalar = office(7, resident()).sk;
    let (values, today) = (resident_values(ADAS_BIRTHDAY, "A-1"), REGISTRY.today());
    let forged = REGISTRY.issuance(&impostor, &device(ADA), values, today);
    let forged = Item::Bytes(forged.response.signature.to_vec());
    let other_nym = Item::Bytes(vec![1; 32]);
    let older = Item::Uint(date(ADAS_BIRTHDAY).days().into());
    let cases = [
        (
            "made_older",
            "a birth date that was not signed",
            with(&young, &[5, 1], older),
        ),
        (
            "renewed_herself",
            "a period that was not signed",
            with(&old, &[4], Item::Uint(today.0.into())),
        ),
        (
            "other_signer",
            "a signature by another key",
            with(&record, &[6], forged),
        ),
        (
            "other_nym",
            "a nym secret that was not signed",
            with(&record, &[7], other_nym),
        ),
    ];
    let queries = [Query {
        pseudonym: Some(b"pharmacy".to_vec()),
        ..adult()
    }];
    let asked = ask(vec![queries.to_vec()], 1);
    let make = |(name, tests, record): (_, _, Vec<u8>)| {
        let orders = Orders::honest(&asked.octets, &queries);
        let sent = prove(&orders, &[show(&REGISTRY, &record)], 83);
        case((name, tests), &asked, &[&REGISTRY], &sent)
    };
    cases.into_iter().map(make).collect()
}

/// The same key and schema under another issuer's id: only the header differs.
fn other_header() -> Family {
    let record = resident_record();
    let mut elsewhere = office(1, resident());
    let context = glimpse_core::credential::CredentialContext::new(
        resident(),
        glimpse_core::ids::IssuerId([9; 16]),
        glimpse_core::curve::PublicKey::of(&elsewhere.sk),
    );
    elsewhere.context = context.unwrap().into();
    let queries = [Query {
        issuers: vec![(elsewhere.context.issuer, elsewhere.context.key_id)],
        ..adult()
    }];
    let asked = ask(vec![queries.to_vec()], 1);
    let orders = Orders::honest(&asked.octets, &queries);
    let sent = prove(&orders, &[show(&REGISTRY, &record)], 84);
    let tests = "a credential of another issuer with the same key and schema";
    case(("other_header", tests), &asked, &[&elsewhere], &sent)
}
