//! Presentations for one request: half of one card, half each of another person's card with the same
//! values shown, freshly issued, renewed, or the second card of its holder.

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::{Texts, Writer};
use glimpse_core::credential::Value;
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{Freshness, Predicate, Query, Registration, Request, Test};

use super::leak::Leak;
use crate::{DAY, Resident, Town, Values, rng};

/// An answer, and whose it is.
pub struct Presentation {
    /// The answer's octets.
    pub octets: Vec<u8>,
    /// How many of them, from the front, the request and the values shown determine.
    pub determined: usize,
    /// Whether it is of the one card.
    pub of_one: bool,
}

impl Presentation {
    /// What a holder's secrets and randomness have a part in.
    pub(super) fn free(&self) -> &[u8] {
        self.octets.get(self.determined..).unwrap_or_default()
    }
}

/// Draws so many presentations, on so many threads, in the order in which each thread draws them: one of
/// the card, one of another.
pub fn draw(count: usize, threads: usize, leak: Leak) -> Vec<Presentation> {
    let now = UnixTime(1_795_435_200); // 2026-11-23T12:00:00Z
    let town = Town::new(now, &mut rng());
    let ada = person(&town, 0);
    let request = request(&town);
    let (town, ada, request) = (&town, &ada, &request);
    let share = |thread: usize| {
        let numbers = (1..=count / 2).filter(move |number| number % threads == thread);
        let pair = move |number| {
            let other = person(town, number);
            [
                present(town, ada, true, request, leak),
                present(town, &other, false, request, leak),
            ]
        };
        numbers.flat_map(pair).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|t| scope.spawn(move || share(t)))
            .collect();
        let drawn = started
            .into_iter()
            .map(|thread| thread.join().expect("a thread of our own"));
        drawn.flatten().collect()
    })
}

/// Somebody who lives in Rivermouth and is of age, and who got her card in one of four ways: issued now,
/// renewed once or three times since, or issued as a second card.
fn person(town: &Town, number: usize) -> Resident {
    let rng = &mut rng();
    let born = format!(
        "19{:02}-0{}-1{}",
        30 + number % 70,
        1 + number % 9,
        number % 10
    );
    let values = Values::of(
        &format!("Person {number}"),
        &format!("R-{number:05}"),
        &born,
    );
    let mut resident = Resident::new(town, rng);
    let week = |weeks: u64| UnixTime(town.now.0 - weeks * 7 * DAY);
    match number % 4 {
        0 => resident.register(town, &values, week(3), rng),
        1 => resident.register(town, &values, week(1), rng),
        2 => {
            resident.register(town, &values, week(0), rng);
            // The first card is lost, with its handle.
            resident.cards.clear();
            resident.register(town, &values, week(0), rng);
        }
        _ => resident.register(town, &values, week(0), rng),
    }
    for (issued, _) in &mut resident.cards {
        for weeks in (0..3).rev() {
            if issued.credential.epoch < town.city.context.schema.epoch_of(week(weeks)) {
                town.city.renew(issued, week(weeks));
            }
        }
    }
    resident
}

fn present(town: &Town, who: &Resident, of_one: bool, request: &[u8], leak: Leak) -> Presentation {
    let octets = leak.answer(who, request, town.now);
    let determined = determined(town, request);
    // By what the request says, not by what the answers have in common.
    assert!(
        octets.starts_with(&determined),
        "the answer begins with what the request determines"
    );
    Presentation {
        octets,
        // And the head of the proof, a string of octets: its kind and two octets of length.
        determined: determined.len() + 3,
        of_one,
    }
}

/// The answer's head by chapter 6 of the specification: version, digest, alternative; key, epoch and
/// the values shown. The proof follows.
fn determined(town: &Town, request: &[u8]) -> Vec<u8> {
    let context = &town.city.context;
    let mut w = Writer::new();
    w.array(5)
        .uint(1)
        .bytes(&Request::digest(request))
        .uint(0)
        .array(1)
        .array(3);
    w.bytes(&context.key_id.0);
    w.uint(context.schema.epoch_of(town.now).0.into()).array(1);
    Value::Integer(1).write(&mut w);
    w.into_vec()
}

/// Over 18, and the city.
fn request(town: &Town) -> Vec<u8> {
    let counter = SigningKey::from_bytes(&[21; 32]);
    let context = &town.city.context;
    let today = AttributeDate::at(town.now, 0).expect("a day");
    let cutoff = today.age_cutoff(18).expect("a day").days();
    let query = Query {
        schema: context.schema_id,
        issuers: vec![(context.issuer, context.key_id)],
        disclose: vec![town.city.position("city")],
        predicates: vec![Predicate {
            attribute: town.city.position("birth_date"),
            test: Test::Holds(Statement::AtMost(cutoff, Profile::ThreeSquares)),
        }],
        max_age_days: 14,
        pseudonym: None,
    };
    let registration = Registration {
        verifier: VerifierId([8; 16]),
        key: counter.verifying_key(),
        names: Texts::new(&[("en", "Counter")]),
        allowances: Vec::new(),
        expires: UnixTime(town.now.0 + DAY),
    };
    let request = Request {
        freshness: Freshness::Nonce(Nonce([1; 16])),
        verifier: VerifierId([8; 16]),
        purpose: "age-check".into(),
        purpose_texts: Texts::new(&[("en", "A measurement")]),
        issued: town.now,
        expires: UnixTime(town.now.0 + 120),
        alternatives: vec![vec![query]],
        registration: registration.sign(&counter),
        answer_to: None,
    };
    request.sign(&counter)
}
