//! What the wallet tells the holder before she agrees, from its own history.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use ed25519_dalek::SigningKey;
use glimpse_core::ids::VerifierId;
use glimpse_core::predicate::Statement;
use glimpse_core::sealed::Cost;
use glimpse_e2e::refusals::{adult, counter, question};
use glimpse_e2e::world::{At, World, position};
use glimpse_terminal::{now, rng};
use glimpse_verifier::{Identity, Predicate, Query, Test, Verifier};
use glimpse_wallet::app::views::{StatedView, WarningView};
use glimpse_wallet::{Wallet, Way};

struct Scene {
    world: World,
    wallet: Wallet,
    counter: Verifier,
}

impl Scene {
    fn new(folder: &tempfile::TempDir) -> Self {
        let mut world =
            World::build(folder.path(), Cost::LEAST, now().unwrap(), &mut rng()).unwrap();
        let mut wallet = world.wallet("wallet", &mut rng()).unwrap();
        let person = adult(world.now);
        world
            .enrol(At::City, &mut wallet, &person, &mut rng())
            .unwrap();
        let counter = counter(&world, &mut rng()).unwrap();
        Self {
            world,
            wallet,
            counter,
        }
    }

    /// Asks, agrees, and says what the holder was told of the alternative.
    fn ask(&mut self, query: Query) -> Vec<WarningView> {
        let now = self.world.now;
        let question = question(query);
        let asked = self.counter.ask(&question, now, &mut rng()).unwrap();
        let review = self.wallet.review(&asked.octets, now, "en").unwrap();
        let warnings = self.wallet.warnings(&review, 0).unwrap();
        self.wallet
            .answer(review, 0, Way::Symbol, now, &mut rng())
            .unwrap();
        warnings
    }

    fn over(&self, years: u8) -> Query {
        self.world.of_age_and_resident(years).unwrap()
    }
}

fn narrowing(questions: u32) -> WarningView {
    WarningView::Narrowing {
        attribute: "Date of birth".to_owned(),
        questions,
    }
}

#[test]
fn other_questions_about_one_value_are_told_and_the_same_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder);
    assert_eq!(scene.ask(scene.over(18)), []);
    assert_eq!(scene.ask(scene.over(18)), []);
    assert_eq!(scene.ask(scene.over(21)), [narrowing(2)]);
    assert_eq!(scene.ask(scene.over(25)), [narrowing(3)]);
    // Forgetting the showings forgets the questions.
    scene.wallet.forget(None).unwrap();
    assert_eq!(scene.wallet.history().unwrap(), []);
    assert_eq!(scene.ask(scene.over(18)), []);
}

/// Two questions in one are two questions.
#[test]
fn a_window_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder);
    let mut query = scene.over(18);
    let Test::Holds(Statement::AtMost(cutoff, profile)) = query.predicates[0].test else {
        panic!("an age")
    };
    query.predicates.push(Predicate {
        attribute: query.predicates[0].attribute,
        test: Test::Holds(Statement::AtLeast(cutoff - 20_000, profile)),
    });
    assert_eq!(scene.ask(query), [narrowing(2)]);
}

/// An id costs a stranger nothing.
#[test]
fn strangers_count_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder);
    // A world whose wallet trusts another list knows neither of the two.
    let elsewhere = tempfile::tempdir().unwrap();
    let other = World::build(elsewhere.path(), Cost::LEAST, now().unwrap(), &mut rng()).unwrap();
    let mut stranger = |years: u8, id: u8| {
        let key = SigningKey::from_bytes(&[id; 32]);
        let (identity, accepted) = (Identity::new(VerifierId([id; 16]), key), other.accepted());
        let registration = other.register(identity.id(), identity.verifying_key());
        let counter = Verifier::new(accepted.unwrap(), identity, registration.unwrap());
        scene.counter = counter.unwrap();
        scene.ask(scene.over(years))
    };
    assert_eq!(stranger(18, 40), []);
    assert_eq!(stranger(21, 41), [narrowing(2)]);
}

#[test]
fn a_value_that_few_people_have_is_told_and_its_kind_alone_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::new(&folder);
    let mut query = scene.over(18);
    let name = position(&scene.world.resident, "family_name").unwrap();
    query.disclose = vec![name];
    let rare = WarningView::RareValue {
        attribute: "Family name".to_owned(),
    };
    assert_eq!(scene.ask(query), [rare]);
    let history = scene.wallet.history().unwrap();
    let item = &history[0].items[0];
    assert_eq!(item.disclosed[0].name, "Family name");
    assert_eq!(item.disclosed[0].value, "");
    assert_eq!(item.renewed.len(), "2026-11-19".len());
    assert_eq!(item.proves[0].stated, StatedView::Age { years: 18 });
    assert!(!format!("{history:?}").contains("Vale"));
}
