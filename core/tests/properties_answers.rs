//! Properties of answers and sealed files. What is asked at random of two credentials, and is true
//! of them, is answered, and the verifier learns that and nothing else; an edited answer is refused.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/arbitrary.rs"]
#[allow(dead_code)]
mod arbitrary;
#[path = "support/item.rs"]
#[allow(dead_code)]
mod item;
#[path = "support/rng.rs"]
mod rng;
#[path = "vectors_wires/world.rs"]
#[allow(dead_code)]
mod world;

use std::sync::LazyLock;

use arbitrary::edits;
use ed25519_dalek::SigningKey;
use glimpse_core::credential::{AttributeType, Credential};
use glimpse_core::curve::FixedBases;
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::predicate::{Profile, Statement, square_bases};
use glimpse_core::presentation::{
    Freshness, Holding, Predicate, Query, Registration, Request, Review, Test, VerifiedRequest,
    Verifier, prove,
};
use proptest::prelude::*;
use rng::Stream;
use world::{ADA, LIBRARY, NOW, NUMBER, Office, REGISTRY, device, texts, vouching};

struct World {
    cards: [Credential; 2],
    verifier: Verifier,
    squares: FixedBases,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let values = world::resident_values("1990-05-31", "A-1");
    let resident = REGISTRY.issue(ADA, values, REGISTRY.today());
    let library = LIBRARY.issue(ADA, world::library_values("A-1"), LIBRARY.today());
    let contexts = offices().map(|o| o.context.clone()).to_vec();
    World {
        cards: [resident, library],
        verifier: Verifier::new(contexts).unwrap(),
        squares: square_bases().unwrap(),
    }
});

fn offices() -> [&'static Office; 2] {
    [&REGISTRY, &LIBRARY]
}

fn is_number(kind: &AttributeType) -> bool {
    !matches!(
        kind,
        AttributeType::Text(_) | AttributeType::Bytes(_) | AttributeType::Photo(_)
    )
}

/// What is drawn for one query.
#[derive(Clone, Debug)]
struct Draw {
    card: usize,
    /// Which attributes are disclosed, of those that have no predicate.
    disclose: u32,
    /// Attribute, what kind of statement, how far off it is.
    tests: Vec<(usize, usize, u32)>,
    pseudonym: Option<Vec<u8>>,
    equal: bool,
}

fn draw() -> impl Strategy<Value = Draw> {
    let distance = prop_oneof![Just(0), 1..100u32, 0..1u32 << 20];
    let tests = proptest::collection::vec((any::<usize>(), 0..8usize, distance), 0..=2);
    let pseudonym = proptest::option::of(proptest::collection::vec(any::<u8>(), 1..=64));
    (0..2usize, any::<u32>(), tests, pseudonym, any::<bool>()).prop_map(
        |(card, disclose, tests, pseudonym, equal)| Draw {
            card,
            disclose,
            tests,
            pseudonym,
            equal,
        },
    )
}

/// A true statement of a value.
fn statement(value: u32, kind: usize, distance: u32) -> Statement {
    let most = (1 << 20) - 1;
    // Bits take long: one in eight of each.
    let profile = if kind < 2 {
        Profile::Bits
    } else {
        Profile::ThreeSquares
    };
    match kind % 4 {
        0 | 2 => Statement::AtMost(value.saturating_add(distance).min(most), profile),
        1 => Statement::AtLeast(value.saturating_sub(distance), profile),
        _ => {
            let mut values: Vec<_> = (0..=distance % 15)
                .map(|i| (value + i * 7) % most)
                .collect();
            values.push((value + 1) % most);
            values.sort_unstable();
            values.dedup();
            Statement::OneOf(values)
        }
    }
}

/// The query that a draw stands for. An equality is with the number in the first query.
fn query(draw: &Draw, position: usize, first: usize) -> Query {
    let (office, card) = (offices()[draw.card], &WORLD.cards[draw.card]);
    let attributes = &office.context.schema.attributes;
    let numbers: Vec<_> = (0..attributes.len())
        .filter(|i| is_number(&attributes[*i].kind))
        .collect();
    let mut predicates: Vec<_> = draw
        .tests
        .iter()
        .map(|(attribute, kind, distance)| {
            let attribute = numbers[attribute % numbers.len()];
            let value = card.values[attribute].as_integer().unwrap();
            let test = match (
                statement(value, *kind, *distance),
                &attributes[attribute].kind,
            ) {
                // Choices are of the schema's.
                (Statement::OneOf(_), AttributeType::Enumeration(codes)) => {
                    Statement::OneOf(codes.iter().map(|(code, _)| *code).collect())
                }
                (statement, _) => statement,
            };
            let test = Test::Holds(test);
            Predicate { attribute, test }
        })
        .collect();
    // Both schemas call it a number, of one type.
    let number = |card: usize| {
        if card == 0 {
            NUMBER
        } else {
            world::CARD_NUMBER
        }
    };
    if draw.equal && position > 0 {
        let test = Test::EqualTo {
            query: 0,
            attribute: number(first),
        };
        predicates.push(Predicate {
            attribute: number(draw.card),
            test,
        });
    }
    let free = |i: &usize| *i != number(draw.card) && predicates.iter().all(|p| p.attribute != *i);
    let chosen = (0..attributes.len()).filter(|i| draw.disclose >> i & 1 == 1);
    Query {
        schema: office.context.schema_id,
        issuers: vec![(office.context.issuer, office.context.key_id)],
        disclose: chosen.filter(free).collect(),
        predicates,
        max_age_days: 14,
        pseudonym: draw.pseudonym.clone(),
    }
}

/// The seed of who asks, and of who vouches for it.
const COUNTER: [u8; 32] = [21; 32];

/// The request for these queries, which is valid for so many seconds, and its octets.
fn ask(queries: Vec<Query>, freshness: Freshness, seconds: u64) -> (Request, Vec<u8>) {
    let key = SigningKey::from_bytes(&COUNTER);
    let registration = Registration {
        verifier: VerifierId([8; 16]),
        key: key.verifying_key(),
        names: texts("Corner pharmacy"),
        allowances: vec![],
        expires: UnixTime(u64::MAX),
    };
    let request = Request {
        freshness,
        verifier: VerifierId([8; 16]),
        purpose: "any".into(),
        purpose_texts: texts("Anything"),
        issued: NOW,
        expires: UnixTime(NOW.0 + seconds),
        alternatives: vec![queries],
        registration: registration.sign(&key),
        answer_to: None,
    };
    let octets = request.sign(&key);
    (request, octets)
}

fn answer(octets: &[u8], seed: u64) -> Vec<u8> {
    let holdings = [0, 1].map(|i| Holding {
        credential: &WORLD.cards[i],
        context: &offices()[i].context,
        issuer: None,
    });
    let list = vouching(&SigningKey::from_bytes(&COUNTER));
    let verified = VerifiedRequest::verify(octets, Some(&list), NOW).unwrap();
    let review = Review::new(verified, &holdings, NOW, "en");
    let consent = review.consent(0).unwrap();
    let rng = &mut Stream::new(seed);
    prove(&consent, &holdings, &device(ADA), &WORLD.squares, NOW, rng).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_true_is_shown_and_nothing_else(
        draws in proptest::collection::vec(draw(), 1..=3),
        (freshness, _) in arbitrary::freshness(),
        seed: u64,
        edits in edits(),
    ) {
        let first = draws[0].card;
        let queries: Vec<_> =
            draws.iter().enumerate().map(|(i, draw)| query(draw, i, first)).collect();
        let (request, octets) = ask(queries.clone(), freshness, 60);
        let sent = answer(&octets, seed);
        let verifier = &WORLD.verifier;
        let verdict = verifier.verify(&request, &octets, &sent, NOW).unwrap();
        prop_assert_eq!(verdict.shown.len(), queries.len());
        prop_assert_eq!(verdict.moment, freshness.moment(NOW));
        for ((shown, query), draw) in verdict.shown.iter().zip(&queries).zip(&draws) {
            let card = &WORLD.cards[draw.card];
            prop_assert_eq!(shown.context.schema_id, query.schema);
            prop_assert_eq!(shown.epoch, card.epoch);
            prop_assert_eq!(&shown.predicates, &query.predicates);
            prop_assert_eq!(shown.pseudonym.is_some(), query.pseudonym.is_some());
            let disclosed: Vec<_> = shown.disclosed.iter().map(|d| d.0).collect();
            prop_assert_eq!(&disclosed, &query.disclose);
            for (i, value) in &shown.disclosed {
                let kind = &shown.context.schema.attributes[*i].kind;
                prop_assert_eq!(value.display(kind, "en"), card.values[*i].display(kind, "en"));
            }
        }
        for edit in edits {
            let edited = edit.apply(&sent);
            let verdict = verifier.verify(&request, &octets, &edited, NOW);
            prop_assert!(edited == sent || verdict.is_err());
        }
        let (other, other_octets) = ask(queries, freshness, 61);
        prop_assert!(verifier.verify(&other, &other_octets, &sent, NOW).is_err());
    }

    #[test]
    fn what_is_no_answer_is_refused(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let query = query(&Draw {
            card: 0, disclose: 4, tests: vec![(0, 2, 5)], pseudonym: None, equal: false,
        }, 0, 0);
        for (freshness, head, moment) in [
            (Freshness::Nonce(Nonce([1; 16])), 0x85, vec![]),
            (Freshness::Poster { window: 30 }, 0x86, [&[0x1a][..], &(NOW.0 as u32).to_be_bytes()].concat()),
        ] {
            let (request, asked) = ask(vec![query.clone()], freshness, 60);
            let digest = Request::digest(&asked);
            let after = [&[head, 1, 0x48][..], &digest, &[0], &moment, &octets].concat();
            for octets in [&octets, &after] {
                prop_assert!(WORLD.verifier.verify(&request, &asked, octets, NOW).is_err());
            }
        }
    }
}

#[cfg(feature = "sealed")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sealed_files_open_unchanged_and_only_so(
        kind in "[a-z/0-9]{0,32}",
        passphrase in proptest::collection::vec(any::<u8>(), 0..40),
        plaintext in proptest::collection::vec(any::<u8>(), 0..400),
        seed: u64,
        edits in edits(),
    ) {
        use glimpse_core::sealed::{Cost, open, seal};
        let seal = || seal(&kind, &passphrase, &plaintext, Cost::LEAST, &mut Stream::new(seed));
        let sealed = seal().unwrap();
        prop_assert_eq!(&seal().unwrap(), &sealed);
        let opened = open(&kind, &passphrase, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), &plaintext);
        for edit in edits {
            let edited = edit.apply(&sealed);
            prop_assert!(edited == sealed || open(&kind, &passphrase, &edited).is_err());
        }
    }
}
