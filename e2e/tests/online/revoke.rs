//! A telephone is lost: the code that its owner kept on paper revokes her card.

use std::process::{Command, Stdio};

use glimpse_core::credential::RevocationCode;
use glimpse_core::ids::UnixTime;
use glimpse_e2e::world::{DAY, PASSPHRASE};
use glimpse_issuer::OfficeError;
use glimpse_wallet::app::views::{CardState, FaultCode};

use super::renew::{next_period, renew};
use super::support::Registry;

#[test]
fn the_code_on_paper_revokes_a_lost_card() {
    let registry = Registry::start();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let lost = registry.wallet_with_card(one.path(), "R-1");
    let other = registry.wallet_with_card(two.path(), "R-2");
    let id = lost.cards().unwrap()[0].id;
    let code = lost.revocation_code(id).unwrap();
    assert_eq!(code, lost.revocation_code(id).unwrap());
    assert_ne!(
        code,
        other.revocation_code(other.cards().unwrap()[0].id).unwrap()
    );
    assert_eq!(
        lost.revocation_code(id + 1).unwrap_err().code,
        FaultCode::Missing
    );
    lost.lock();
    assert_eq!(
        lost.revocation_code(id).unwrap_err().code,
        FaultCode::Locked
    );

    // At the office, by the program: mistyped, of another office, and right, in small letters.
    let revoke = |code: &str| {
        let passphrase = one.path().join("passphrase");
        std::fs::write(&passphrase, PASSPHRASE).unwrap();
        let done = Command::new(env!("CARGO_BIN_EXE_glimpse-e2e"))
            .args(["run", "issuer", "--office"])
            .arg(registry.folder())
            .arg("--passphrase-file")
            .arg(passphrase)
            .args(["revoke", "--reason", "lost", "--code", code])
            .stdin(Stdio::null())
            .output();
        let done = done.unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!said.contains(code), "{said}");
        (done.status.success(), said)
    };
    let wrong = if code.starts_with('0') { "1" } else { "0" };
    let (good, said) = revoke(&code.replacen(|_| true, wrong, 1));
    assert!(!good && said.contains("mistyped"), "{said}");
    let elsewhere = Registry::start();
    let read = RevocationCode::read(&code).unwrap();
    let found = elsewhere.office().credential_of(&read);
    assert!(matches!(found, Err(OfficeError::UnknownCode)));
    let (good, said) = revoke(&code.to_lowercase());
    assert!(good, "{said}");
    let revoked: Vec<_> = registry.office().holders().unwrap();
    assert_eq!(
        revoked
            .iter()
            .filter(|holder| holder.revoked.is_some())
            .count(),
        1
    );

    let (until, end) = next_period(&registry);
    registry.wait(until);
    renew(&registry);
    lost.unlock(super::support::PIN).unwrap();
    for (app, state) in [(&lost, CardState::Revoked), (&other, CardState::Current)] {
        app.tick(registry.now()).unwrap();
        assert!(app.tick(end).unwrap());
        assert_eq!(app.cards().unwrap()[0].state, state);
    }
    assert!(!lost.tick(UnixTime(end.0 + 7 * DAY)).unwrap());
}
