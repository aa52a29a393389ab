//! Revocation on both databases.

use super::*;
use crate::residents::ResidentState;
use crate::residents::tests::{NOW, create, hold, offices, record};
use glimpse_core::credential::Schema;
use glimpse_core::test_rng::TestRng;

const HANDLE: Handle = Handle([7; 8]);

fn on_each(test: impl Fn(&Office, &Schema, ResidentId)) {
    let folder = tempfile::tempdir().unwrap();
    for (office, schema) in offices(folder.path()) {
        let id = create(&office, &record(&schema, "A-1", "Mills"), 10).unwrap();
        hold(&office, &schema, id, 7);
        test(&office, &schema, id);
        assert_eq!(office.check_audit().unwrap().broken_at, None);
    }
}

fn ask(office: &Office, note: &str, seed: u64) -> Result<RevocationId, RevocationError> {
    let rng = &mut TestRng::new(seed);
    office.request_revocation(HANDLE, Reason::Lost, note, "mara", NOW, rng)
}

#[test]
fn it_takes_somebody_else_to_confirm() {
    on_each(|office, _, resident| {
        let id = ask(office, "Left on the ferry\non Monday", 20).unwrap();
        assert!(matches!(
            ask(office, "", 21),
            Err(RevocationError::Requested)
        ));
        let own = office.decide_revocation(id, true, "mara", NOW);
        assert!(matches!(own, Err(RevocationError::SecondPerson)));
        let state = || office.resident(resident).unwrap().state;
        assert_eq!(state(), ResidentState::Holds);
        let (open, total) = office
            .revocations(Some(RevocationState::Requested), 0, 10)
            .unwrap();
        assert_eq!((open.len(), total), (1, 1));
        assert_eq!(open[0].note.as_str(), "Left on the ferry\non Monday");
        let name = open[0].resident.as_ref().unwrap().record.name();
        assert_eq!((open[0].reason, name.as_str()), (Reason::Lost, "Mills"));

        office.decide_revocation(id, true, "jan", NOW).unwrap();
        assert_eq!(state(), ResidentState::Revoked);
        let held = &office.credentials_of(resident).unwrap()[0];
        assert_eq!(
            (held.revoked, held.reason.as_deref(), held.revoking),
            (Some(NOW), Some("lost"), false)
        );
        for confirm in [true, false] {
            let again = office.decide_revocation(id, confirm, "eva", NOW);
            assert!(matches!(again, Err(RevocationError::Decided)));
        }
        assert!(matches!(ask(office, "", 22), Err(RevocationError::Revoked)));
        let decided = office.revocation(id).unwrap();
        assert_eq!(decided.decided_by.as_deref(), Some("jan"));
    });
}

#[test]
fn one_of_many_who_decide_at_once_does() {
    on_each(|office, _, _| {
        let id = ask(office, "", 30).unwrap();
        let done = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|n| {
                    let name = format!("staff {n}");
                    scope.spawn(move || office.decide_revocation(id, n % 2 == 0, &name, NOW))
                })
                .collect();
            let results = threads.into_iter().map(|t| t.join().unwrap());
            results.filter(Result::is_ok).count()
        });
        assert_eq!(done, 1);
    });
}

#[test]
fn a_refused_request_leaves_the_credential_and_may_be_made_again() {
    on_each(|office, _, resident| {
        let id = ask(office, "", 40).unwrap();
        assert!(office.credentials_of(resident).unwrap()[0].revoking);
        office.decide_revocation(id, false, "mara", NOW).unwrap();
        let held = &office.credentials_of(resident).unwrap()[0];
        assert_eq!((held.revoked, held.revoking), (None, false));
        ask(office, "", 41).unwrap();
    });
}

#[test]
fn the_machines_owner_needs_nobody_and_the_trail_says_so() {
    on_each(|office, _, resident| {
        let id = ask(office, "", 50).unwrap();
        office.revoke(HANDLE, "moved", NOW).unwrap();
        assert_eq!(
            office.revocation(id).unwrap().state,
            RevocationState::Confirmed
        );
        let state = office.resident(resident).unwrap().state;
        assert_eq!(state, ResidentState::Revoked);
        let last = office.store.read(|tx| {
            let (entries, _) = crate::records::audit::list(tx, Default::default(), 0, 1)?;
            Ok::<_, StoreError>(entries[0].clone())
        });
        let last = last.unwrap();
        assert_eq!(
            (last.actor.as_str(), last.detail.as_str()),
            ("command", "without a second person")
        );
    });
}

#[test]
fn unknown_credentials_and_wrong_notes_change_nothing() {
    on_each(|office, _, _| {
        let rng = &mut TestRng::new(60);
        let none = office.request_revocation(Handle([0; 8]), Reason::Lost, "", "m", NOW, rng);
        assert!(matches!(none, Err(RevocationError::Unknown)));
        let none = office.decide_revocation(RevocationId([0; 16]), true, "m", NOW);
        assert!(matches!(none, Err(RevocationError::Unknown)));
        for (note, code) in [
            ("x".repeat(501), "too-long"),
            ("a\u{202e}b".to_owned(), "plain"),
            ("a\u{7}".to_owned(), "plain"),
        ] {
            let refused = ask(office, &note, 61);
            assert!(matches!(refused, Err(RevocationError::Invalid(e)) if e.code == code));
        }
        assert_eq!(office.revocations(None, 0, 10).unwrap().1, 0);
    });
}
