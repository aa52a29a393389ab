//! The small form of the measurement of `privacy`, with its controls; figures come from the program.
#![allow(missing_docs)]

use glimpse_rehearsal::privacy::{Findings, Leak, draw, measure};

const COUNT: usize = 800;

/// Five standard deviations of chance: the test fails by chance once in a million runs.
fn leaks(found: &Findings) -> Vec<&'static str> {
    found.leaks(5.0 * found.auc_deviation)
}

#[test]
fn one_card_cannot_be_told_from_others() {
    let found = measure(&draw(COUNT, 2, Leak::None));
    assert_eq!(found.presentations, COUNT);
    assert_eq!(leaks(&found), [""; 0], "{found:?}");
}

#[test]
fn what_is_made_to_leak_is_found() {
    for (leak, count, caught_by) in [
        (Leak::Reuse, 40, &["runs"][..]),
        (Leak::Length, 40, &["lengths"]),
        (Leak::Octet, COUNT, &["classifier", "places"]),
    ] {
        let found = measure(&draw(count, 2, leak));
        let leaks = leaks(&found);
        let caught = caught_by.iter().all(|way| leaks.contains(way));
        assert!(caught, "{leak:?}: {leaks:?} {found:?}");
    }
}
