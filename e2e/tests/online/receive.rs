//! A resident receives her card over OpenID4VCI from the registry's real service.

use glimpse_core::ids::UnixTime;
use glimpse_e2e::world::DAY;
use glimpse_issuer::invitation::State;
use glimpse_wallet::app::views::{CardState, FaultCode, Opened, Redeemed};

use super::support::{PIN, Registry, open_offer};

fn state(registry: &Registry) -> State {
    let office = registry.office();
    let residents = office.residents(Default::default(), 0, 10).unwrap().0;
    let invitations = office.invitations(residents[0].id).unwrap();
    invitations[0].state(registry.now())
}

#[test]
fn a_card_is_received_by_link_with_its_code() {
    let registry = Registry::start();
    for by_value in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let app = registry.wallet(folder.path());
        let offered = registry.invite(if by_value { "R-1" } else { "R-2" }, false);
        let link = if by_value {
            offered.by_value(&registry.url, "on the second sheet")
        } else {
            offered.by_reference(&registry.url)
        };
        let host = open_offer(&app, &link);
        assert_eq!(format!("http://{host}"), registry.url);
        let view = app.fetch_offer(app.current()).unwrap();
        assert_eq!(
            (view.host, &*view.issuer["en"]),
            (host, "City of Rivermouth")
        );
        assert_eq!(view.cards[0]["en"], "Resident card");
        let form = view.code.unwrap();
        assert_eq!((form.length, form.digits), (Some(6), true));
        assert!(form.description.is_some());

        let wrong = if &**offered.transaction_code == "000000" {
            "111111"
        } else {
            "000000"
        };
        let fault = app.redeem(app.current(), Some(wrong)).unwrap_err();
        assert_eq!(fault.code, FaultCode::WrongCode);
        assert_eq!(
            app.redeem(app.current(), None).unwrap_err().code,
            FaultCode::WrongCode
        );
        assert!(app.cards().unwrap().is_empty());
        let code = format!(" {} ", *offered.transaction_code);
        let Redeemed::Cards { cards } = app.redeem(app.current(), Some(&code)).unwrap() else {
            panic!("no card");
        };
        assert_eq!(
            (cards.len(), cards[0].state, cards[0].online),
            (1, CardState::Current, true)
        );
        assert_eq!(cards[0].values["given_name"], "Ada");
        // It is there after a restart, and the offer is over.
        app.lock();
        app.unlock(PIN).unwrap();
        assert_eq!(app.cards().unwrap().len(), 1);
        open_offer(&app, &link);
        let again = match app.fetch_offer(app.current()) {
            Ok(_) => app.redeem(app.current(), Some(&code)).unwrap_err(),
            Err(fault) => fault,
        };
        let over = [FaultCode::OfferOver, FaultCode::WrongCode];
        assert!(over.contains(&again.code), "{again:?}");
    }
    assert_eq!(state(&registry), State::Accepted);
}

#[test]
fn nothing_is_fetched_before_the_holder_agrees() {
    let mut registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let link = registry.invite("R-1", false).by_reference(&registry.url);
    registry.stop();
    open_offer(&app, &link);
    assert_eq!(
        app.fetch_offer(app.current()).unwrap_err().code,
        FaultCode::Offline
    );
    assert_eq!(
        app.redeem(app.current(), None).unwrap_err().code,
        FaultCode::Missing
    );
    // The offer is still there for another try, until something else is opened.
    assert_eq!(
        app.fetch_offer(app.current()).unwrap_err().code,
        FaultCode::Offline
    );
    app.decline();
    assert_eq!(
        app.fetch_offer(app.current()).unwrap_err().code,
        FaultCode::Missing
    );
}

#[test]
fn a_card_that_a_second_person_approves_comes_by_itself() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let offered = registry.invite("R-1", true);
    open_offer(&app, &offered.by_reference(&registry.url));
    app.fetch_offer(app.current()).unwrap();
    let redeemed = app
        .redeem(app.current(), Some(&offered.transaction_code))
        .unwrap();
    assert!(matches!(redeemed, Redeemed::Waiting), "{redeemed:?}");
    // Asked too early, then not yet approved.
    assert!(!app.tick(registry.now()).unwrap());
    registry.wait(120);
    assert!(!app.tick(registry.now()).unwrap());
    let office = registry.office();
    let waiting = office.approvals(registry.now(), 0, 10).unwrap().0;
    let (id, version) = (waiting[0].invitation.id, waiting[0].resident.version);
    office
        .approve(id, version, "The registrar", registry.now())
        .unwrap();
    app.lock();
    registry.wait(3600);
    assert!(app.tick(registry.now()).is_ok_and(|changed| !changed));
    app.unlock(PIN).unwrap();
    assert!(app.tick(registry.now()).unwrap());
    assert_eq!(app.cards().unwrap().len(), 1);
    assert_eq!(state(&registry), State::Accepted);
    assert!(!app.tick(registry.now()).unwrap());
}

#[test]
fn the_office_says_when_a_token_is_over_and_not_the_wallets_clock() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let offered = registry.invite("R-1", true);
    open_offer(&app, &offered.by_reference(&registry.url));
    app.fetch_offer(app.current()).unwrap();
    app.redeem(app.current(), Some(&offered.transaction_code))
        .unwrap();
    // This device's clock is far ahead: for the office no time has passed.
    let ahead = UnixTime(registry.now().0 + 45 * DAY);
    assert!(!app.tick(ahead).unwrap());
    assert_eq!(app.renewal().unwrap().waiting, 1);
    // For the office it is over too.
    registry.wait(80 * DAY);
    assert!(!app.tick(registry.now()).unwrap());
    assert_eq!(app.renewal().unwrap().waiting, 0);
}

#[test]
fn an_office_that_is_not_on_the_list_is_refused() {
    let (registry, other) = (Registry::start(), Registry::start());
    let folder = tempfile::tempdir().unwrap();
    let app = other.wallet(folder.path());
    open_offer(
        &app,
        &registry.invite("R-1", false).by_reference(&registry.url),
    );
    assert_eq!(
        app.fetch_offer(app.current()).unwrap_err().code,
        FaultCode::UnknownIssuer
    );
    assert_eq!(
        app.redeem(app.current(), Some("123456")).unwrap_err().code,
        FaultCode::Missing
    );
}

#[test]
fn an_offer_that_was_taken_back_is_over() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let offered = registry.invite("R-1", false);
    let link = offered.by_reference(&registry.url);
    open_offer(&app, &link);
    app.fetch_offer(app.current()).unwrap();
    let office = registry.office();
    let resident = office
        .residents(Default::default(), 0, 1)
        .unwrap()
        .0
        .remove(0)
        .id;
    let id = office.invitations(resident).unwrap()[0].id;
    office.cancel(id, "The clerk", registry.now()).unwrap();
    let fault = app
        .redeem(app.current(), Some(&offered.transaction_code))
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::OfferOver);
    open_offer(&app, &link);
    assert_eq!(
        app.fetch_offer(app.current()).unwrap_err().code,
        FaultCode::OfferOver
    );
    assert!(matches!(app.open_text(&link), Ok(Opened::Offer { .. })));
}
