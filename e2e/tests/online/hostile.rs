//! Lines that break, and servers that lie, answer too much, or send somewhere else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use glimpse_wallet::app::App;
use glimpse_wallet::app::views::{FaultCode, Redeemed};

use super::between::{Act, answer};
use super::support::{PIN, Registry, open_offer};

const JSON: &str = "application/json";

#[test]
fn a_line_that_breaks_anywhere_costs_no_card_and_gives_no_second() {
    // At a nonce, at a credential that the office has signed already, at the notification.
    for at in [
        "/oid4vci/nonce",
        "/oid4vci/credential",
        "/oid4vci/notification",
    ] {
        for restart in [false, true] {
            let registry = Registry::start();
            let folder = tempfile::tempdir().unwrap();
            let mut app = registry.wallet(folder.path());
            let offered = registry.invite("R-1", false);
            open_offer(&app, &offered.by_reference(&registry.url));
            app.fetch_offer(app.current()).unwrap();
            registry
                .between
                .rule(move |request| match request.ends_with(at) {
                    true => Act::Break,
                    false => Act::Pass,
                });
            let redeemed = app.redeem(app.current(), Some(&offered.transaction_code));
            if at.ends_with("notification") {
                assert!(matches!(redeemed, Ok(Redeemed::Cards { .. })));
            } else {
                assert_eq!(redeemed.unwrap_err().code, FaultCode::Offline, "{at}");
                assert!(app.cards().unwrap().is_empty());
            }
            registry.between.rule(|_| Act::Pass);
            if restart {
                app = registry.reopened(app, folder.path());
                registry.wait(600);
                let changed = app.tick(registry.now()).unwrap();
                assert_eq!(changed, !at.ends_with("notification"), "{at}");
            } else if !at.ends_with("notification") {
                // The same screen, without the code: the token is kept.
                assert!(matches!(
                    app.redeem(app.current(), None),
                    Ok(Redeemed::Cards { .. })
                ));
            }
            assert_eq!(app.cards().unwrap().len(), 1, "{at}");
            assert_eq!(registry.office().holders().unwrap().len(), 1, "{at}");
        }
    }
}

#[test]
fn a_token_that_is_lost_on_the_way_ends_the_offer() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let offered = registry.invite("R-1", false);
    open_offer(&app, &offered.by_reference(&registry.url));
    app.fetch_offer(app.current()).unwrap();
    registry
        .between
        .rule(|request| match request.ends_with("/token") {
            true => Act::Break,
            false => Act::Pass,
        });
    let fault = app
        .redeem(app.current(), Some(&offered.transaction_code))
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::Offline);
    registry.between.rule(|_| Act::Pass);
    // A code yields one token: the holder needs a new invitation, and is told so.
    let fault = app
        .redeem(app.current(), Some(&offered.transaction_code))
        .unwrap_err();
    assert!(matches!(
        fault.code,
        FaultCode::WrongCode | FaultCode::OfferOver
    ));
    assert!(registry.office().holders().unwrap().is_empty());
}

/// A registry with a wallet that is to be lied to.
struct Scene {
    registry: Registry,
    app: App,
    invited: AtomicUsize,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
        Self {
            app: registry.wallet(folder.path()),
            registry,
            invited: AtomicUsize::new(0),
            _folder: folder,
        }
    }

    /// What the wallet says when this request is answered so.
    fn fault(&self, at: &'static str, said: Vec<u8>) -> FaultCode {
        let (registry, app) = (&self.registry, &self.app);
        let number = format!("R-{}", self.invited.fetch_add(1, Ordering::Relaxed));
        let offered = registry.invite(&number, false);
        let rule = move |request: &str| match request.contains(at) {
            true => Act::Say(said.clone()),
            false => Act::Pass,
        };
        registry.between.rule(rule);
        open_offer(app, &offered.by_reference(&registry.url));
        let fault = match app.fetch_offer(app.current()) {
            Ok(_) => app
                .redeem(app.current(), Some(&offered.transaction_code))
                .unwrap_err(),
            Err(fault) => fault,
        };
        assert!(app.cards().unwrap().is_empty(), "{at}");
        // No word of the other side's, no code and no address is in what may be reported.
        let said = format!("{fault:?}");
        assert!(!said.contains("127.0.0.1") && !said.contains(&**offered.transaction_code));
        fault.code
    }
}

#[test]
fn a_server_that_lies_gets_nothing() {
    const PLACES: [&str; 6] = [
        "/oid4vci/offers/",
        "/.well-known/openid-credential-issuer",
        "/.well-known/oauth-authorization-server",
        "/oid4vci/token",
        "/oid4vci/nonce",
        "/oid4vci/credential",
    ];
    let scene = Scene::new();
    let huge = answer(200, JSON, &vec![b' '; 2 << 20]);
    for (name, said) in [
        ("garbage", answer(200, JSON, b"{\"credential_issuer\": 1")),
        (
            "a page",
            answer(200, "text/html", b"<html>Sign in to the network</html>"),
        ),
        ("too much", huge),
        ("nothing", answer(200, JSON, b"{}")),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()),
    ] {
        for at in PLACES {
            assert_eq!(
                scene.fault(at, said.clone()),
                FaultCode::OtherSide,
                "{name} at {at}"
            );
        }
    }
    let busy = answer(503, JSON, b"{}");
    assert_eq!(scene.fault("/oid4vci/token", busy), FaultCode::Offline);
}

#[test]
fn a_redirect_is_not_followed() {
    let (elsewhere, hits) = (
        super::between::Between::new(),
        Arc::new(AtomicUsize::new(0)),
    );
    let counted = hits.clone();
    elsewhere.rule(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Act::Say(answer(200, JSON, b"{}"))
    });
    let scene = Scene::new();
    for status in [301, 302, 303, 307, 308] {
        for at in [
            "/oid4vci/offers/",
            "/.well-known/openid-credential-issuer",
            "/oid4vci/token",
        ] {
            let to = format!(
                "HTTP/1.1 {status} X\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
                elsewhere.address
            );
            assert_eq!(scene.fault(at, to.into_bytes()), FaultCode::OtherSide);
        }
    }
    assert_eq!(hits.load(Ordering::Relaxed), 0);
}

impl Scene {
    /// What the wallet says to the metadata of an honest office with one thing changed.
    fn changed(&self, from: &str, to: &str) -> FaultCode {
        self.registry.between.rule(|_| Act::Pass);
        let honest = self.registry.get("/.well-known/openid-credential-issuer");
        let lie = honest.replace(from, to);
        assert_ne!(honest, lie, "{from}");
        let at = "/.well-known/openid-credential-issuer";
        self.fault(at, answer(200, JSON, lie.as_bytes()))
    }
}

#[test]
fn what_an_office_says_of_itself_is_checked_against_the_trust_list() {
    let scene = Scene::new();
    let changed = |from: &str, to: &str| scene.changed(from, to);
    // Another issuer, key or schema than the list has.
    for member in ["issuer_id", "key_id", "schema_id"] {
        let (from, to) = (format!("\"{member}\":\""), format!("\"{member}\":\"00"));
        assert_eq!(
            changed(&from, &to),
            FaultCode::OtherSide,
            "{member} of another length"
        );
    }
    let code = changed("\"key_id\":", "\"key_id\":\"0011223344556677\",\"was\":");
    assert_eq!(code, FaultCode::UnknownIssuer);
    // Another office's address, and addresses elsewhere.
    let code = changed(
        "\"credential_issuer\":\"",
        "\"credential_issuer\":\"https://city.example\",\"was\":\"",
    );
    assert_eq!(code, FaultCode::OtherSide);
    for member in [
        "nonce_endpoint",
        "credential_endpoint",
        "notification_endpoint",
    ] {
        let to = format!("\"{member}\":\"https://elsewhere.example/x\",\"was_{member}\":\"");
        assert_eq!(
            changed(&format!("\"{member}\":\""), &to),
            FaultCode::OtherSide
        );
    }
    let servers = "\"authorization_servers\":[\"https://elsewhere.example\"],\"nonce_endpoint\":";
    assert_eq!(
        changed("\"nonce_endpoint\":", servers),
        FaultCode::OtherSide
    );
}

/// A credential of another wallet, whole and signed, is not kept, and the office is told.
#[test]
fn a_card_that_is_not_what_was_announced_is_refused() {
    let registry = Registry::start();
    let folder = tempfile::tempdir().unwrap();
    let app = registry.wallet(folder.path());
    let offered = registry.invite("R-1", false);
    open_offer(&app, &offered.by_reference(&registry.url));
    app.fetch_offer(app.current()).unwrap();
    let body = b"{\"credentials\":[{\"credential\":\"hQEB\"}],\"notification_id\":\"abc\"}";
    let said = answer(200, JSON, body);
    registry
        .between
        .rule(move |request| match request.ends_with("/credential") {
            true => Act::Say(said.clone()),
            false => Act::Pass,
        });
    let fault = app
        .redeem(app.current(), Some(&offered.transaction_code))
        .unwrap_err();
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(app.cards().unwrap().is_empty());
    let seen = registry.between.seen.lock().unwrap().concat();
    assert!(seen.contains("/oid4vci/notification"));
    // Nothing tells this wallet from another.
    for name in ["accept-language", "cookie", "referer", "glimpse-wallet/"] {
        assert!(!seen.to_lowercase().contains(name), "{name}");
    }
    drop(seen);
    app.lock();
    app.unlock(PIN).unwrap();
    assert!(app.cards().unwrap().is_empty());
}
