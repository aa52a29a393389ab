//! What is made when: nothing while asking, everything while nobody waits, nothing more at the check.

use glimpse_rehearsal::{Resident, Town, Values, rng};

use super::*;
use crate::policy::Policy;
use crate::verdict::Verdict;

const NOW: UnixTime = UnixTime(1_795_435_200);
const POLICY: &str = include_str!("../../policies/over-18-and-city.toml");

#[test]
fn a_prepared_verifier_makes_nothing_more_at_the_check() {
    let town = Town::new(NOW, &mut rng());
    let ada = Values::of("Ada", "R-0042", "1990-05-05");
    let ada = Resident::enrol(&town, &ada, NOW, &mut rng());
    let identity = Identity::generate(&mut rng());
    let registration = town.register(identity.id(), identity.verifying_key());
    let mut verifier = Verifier::new(town.accepted(), identity, registration).unwrap();
    let policy = Policy::from_toml(POLICY).unwrap();
    let asked = verifier.request(&policy, NOW, &mut rng()).unwrap();
    let made = |verifier: &Verifier| {
        let checker = &verifier.checker;
        (checker.contexts().len(), checker.table_octets())
    };
    verifier.prepare(Ticket([7; 8]), NOW);
    assert_eq!(made(&verifier), (0, 0));
    verifier.prepare(asked.ticket, NOW);
    let prepared = made(&verifier);
    assert!(prepared.0 > 0 && prepared.1 > 0);
    let answer = ada.answer(&asked.octets, NOW, &mut rng()).unwrap();
    let verdict = verifier.check(&answer, NOW);
    assert!(matches!(verdict, Verdict::Accepted(_)));
    assert_eq!(made(&verifier), prepared);
}
