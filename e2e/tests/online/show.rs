//! A resident shows one fact to a shop's site, over OpenID4VP.

use glimpse_core::ids::{Origin, UnixTime};
use glimpse_core::presentation::{Freshness, Request};
use glimpse_core::transport::frames::Splitter;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_wallet::app::App;
use glimpse_wallet::app::views::{AlternativeView, FaultCode, Opened, WarningView};
use serde_json::{Value, json};

use super::between::answer;
use super::shop::{Asking, Shop, base64, sign, sign_with};
use super::support::{Registry, signing_key};

struct Scene {
    registry: Registry,
    shop: Shop,
    app: App,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
        let (shop, entry) = Shop::open(&registry);
        let app = registry.wallet_with(folder.path(), Some(entry));
        registry.give_card(&app, "R-1");
        Self {
            registry,
            shop,
            app,
            _folder: folder,
        }
    }

    fn now(&self) -> UnixTime {
        self.registry.now()
    }

    fn open(&self, link: &str) {
        match self.app.open_text(link).unwrap() {
            Opened::OnlineRequest { host, .. } => assert_eq!(host, self.shop.address.to_string()),
            other => panic!("{other:?}"),
        }
    }

    /// Why the wallet refuses what the shop says.
    fn refused(&self) -> FaultCode {
        self.open(&self.shop.link(""));
        let fault = self.app.fetch_request(self.app.current()).unwrap_err();
        assert_eq!(
            self.app.agree(self.app.current(), 0).unwrap_err().code,
            FaultCode::Missing
        );
        assert!(self.shop.says.lock().unwrap().answers.is_empty());
        fault.code
    }
}

#[test]
fn a_resident_shows_one_fact_to_a_site() {
    let mut scene = Scene::new();
    let Asking { ticket, claims, .. } = scene.shop.ask(scene.now());
    let link = scene.shop.publish(&claims);
    let go_on = "https://shop.example/done#response_code=1";
    let done = json!({ "redirect_uri": go_on }).to_string();
    scene.shop.says.lock().unwrap().to_answers = answer(200, "application/json", done.as_bytes());
    scene.open(&link);
    assert!(
        scene.shop.says.lock().unwrap().heads.is_empty(),
        "nothing before she agrees"
    );
    let view = scene.app.fetch_request(scene.app.current()).unwrap();
    assert_eq!(view.verifier, "Corner Pharmacy");
    assert_eq!(view.online, Some(scene.shop.address.to_string()));
    assert!(view.warnings.is_empty(), "{:?}", view.warnings);
    assert!(matches!(
        view.alternatives[0],
        AlternativeView::Possible { .. }
    ));
    assert!(scene.shop.says.lock().unwrap().answers.is_empty());
    let answered = scene.app.agree(scene.app.current(), 0).unwrap();
    assert!(answered.delivered && answered.symbols.is_empty());
    assert_eq!(answered.go_on.as_deref(), Some(go_on));
    let brought = scene.shop.brought();
    assert_eq!(brought.len(), 2);
    assert_eq!(brought[1], ("state".to_owned(), "a b&c".to_owned()));
    assert!(scene.shop.check(ticket, scene.now()));
    assert!(!scene.shop.check(ticket, scene.now()), "once only");
    assert_eq!(
        scene.app.agree(scene.app.current(), 0).unwrap_err().code,
        FaultCode::Missing
    );
    let history = scene.app.history().unwrap();
    assert_eq!((history.len(), history[0].online), (1, true));
    // Nothing tells this wallet from another.
    let heads = scene
        .shop
        .says
        .lock()
        .unwrap()
        .heads
        .concat()
        .to_lowercase();
    for name in [
        "accept-language",
        "cookie",
        "referer",
        "origin",
        "glimpse-wallet/",
    ] {
        assert!(!heads.contains(name), "{name}");
    }
}

#[test]
fn an_answer_that_does_not_arrive_is_sent_again_and_noted_once() {
    let mut scene = Scene::new();
    let Asking { ticket, claims, .. } = scene.shop.ask(scene.now());
    scene.open(&scene.shop.publish(&claims));
    scene.app.fetch_request(scene.app.current()).unwrap();
    for (status, code) in [
        (503, FaultCode::Offline),
        (400, FaultCode::OtherSide),
        (302, FaultCode::OtherSide),
    ] {
        scene.shop.says.lock().unwrap().to_answers = answer(status, "text/html", b"no");
        assert_eq!(
            scene.app.agree(scene.app.current(), 0).unwrap_err().code,
            code
        );
    }
    // Another alternative is another consent.
    assert_eq!(
        scene.app.agree(scene.app.current(), 1).unwrap_err().code,
        FaultCode::Missing
    );
    // A page in place of a document says nothing, and the answer is there.
    scene.shop.says.lock().unwrap().to_answers = answer(200, "text/html", b"thanks");
    let answered = scene.app.agree(scene.app.current(), 0).unwrap();
    assert!(answered.delivered && answered.go_on.is_none());
    let answers = scene.shop.says.lock().unwrap().answers.clone();
    assert_eq!(answers.len(), 4);
    assert!(
        answers.iter().all(|a| *a == answers[0]),
        "the same answer each time"
    );
    assert!(scene.shop.check(ticket, scene.now()));
    assert_eq!(scene.app.history().unwrap().len(), 1);
}

#[test]
fn a_site_is_told_nothing_by_whoever_declines() {
    let mut scene = Scene::new();
    let claims = scene.shop.ask(scene.now()).claims;
    scene.open(&scene.shop.publish(&claims));
    scene.app.fetch_request(scene.app.current()).unwrap();
    scene.app.decline();
    let says = scene.shop.says.lock().unwrap();
    assert_eq!((says.heads.len(), says.answers.len()), (1, 0));
    assert!(scene.app.history().unwrap().is_empty());
}

#[test]
fn a_sites_request_shown_as_a_code_is_refused() {
    let mut scene = Scene::new();
    let Asking {
        ticket,
        request,
        claims,
    } = scene.shop.ask(scene.now());
    // Taken out of its object and shown by somebody who would bring the answer himself: as a code, as a
    // moving one, or as a file.
    let text = qr::encode(DocumentKind::Request, &request).unwrap();
    let fault = scene.app.open_text(&text).unwrap_err();
    assert_eq!(fault.code, FaultCode::ForSite);
    let mut moving = Splitter::new(DocumentKind::Request, &request, 200).unwrap();
    let last = (0..moving.fragments()).find_map(|_| {
        let frame = moving.next_frame().unwrap();
        scene.app.open_text(&frame).err()
    });
    assert_eq!(last.map(|fault| fault.code), Some(FaultCode::ForSite));
    let agreed = scene.app.agree(scene.app.current(), 0);
    assert_eq!(agreed.unwrap_err().code, FaultCode::Missing);
    assert!(scene.app.history().unwrap().is_empty());
    // At its site it is answered, to the site and with no code.
    scene.open(&scene.shop.publish(&claims));
    scene.app.fetch_request(scene.app.current()).unwrap();
    let answered = scene.app.agree(scene.app.current(), 0).unwrap();
    assert!(answered.delivered && answered.symbols.is_empty());
    assert!(scene.shop.check(ticket, scene.now()));
}

#[test]
fn a_site_that_says_no_origin_is_answered_as_before() {
    let mut scene = Scene::new();
    scene.shop.asking.answer_to = None;
    let Asking { ticket, claims, .. } = scene.shop.ask(scene.now());
    scene.open(&scene.shop.publish(&claims));
    scene.app.fetch_request(scene.app.current()).unwrap();
    assert!(scene.app.agree(scene.app.current(), 0).unwrap().delivered);
    assert!(scene.shop.check(ticket, scene.now()));
}

#[test]
fn a_wallet_that_posts_for_the_request_gets_one_for_itself() {
    let mut scene = Scene::new();
    let Asking { ticket, claims, .. } = scene.shop.ask(scene.now());
    let link = scene.shop.link("&request_uri_method=post");
    // One that was made before the wallet came.
    scene.shop.publish(&claims);
    scene.open(&link);
    assert_eq!(
        scene
            .app
            .fetch_request(scene.app.current())
            .unwrap_err()
            .code,
        FaultCode::Forged
    );
    scene.shop.says.lock().unwrap().late = Some((claims, scene.shop.key.clone()));
    scene.app.fetch_request(scene.app.current()).unwrap();
    assert!(scene.app.agree(scene.app.current(), 0).unwrap().delivered);
    assert!(scene.shop.check(ticket, scene.now()));
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}

#[test]
fn a_changed_or_misdirected_request_is_refused() {
    let mut scene = Scene::new();
    let now = scene.now();
    let Asking {
        claims, request, ..
    } = scene.shop.ask(now);
    let other = scene.shop.ask(now);
    let (forged, other_side) = (FaultCode::Forged, FaultCode::OtherSide);
    let stranger = signing_key();
    let (key, address) = (scene.shop.key.clone(), scene.shop.address);
    let query = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed["dcql_query"]["credentials"][0][name] = value;
        changed
    };
    let mut two = claims.clone();
    let again = claims["dcql_query"]["credentials"][0].clone();
    two["dcql_query"]["credentials"] = json!([again, again]);
    let mut cut = request.clone();
    cut.truncate(request.len() - 1);
    let own = Request::read_own(&request, &key.verifying_key()).unwrap();
    let poster = Request {
        freshness: Freshness::Poster { window: 600 },
        answer_to: None,
        ..own.clone()
    };
    let elsewhere = Request {
        answer_to: Origin::parse("https://elsewhere.example"),
        ..own
    };
    let elsewhere = query("meta", json!({"request": base64(&elsewhere.sign(&key))}));
    let poster = query("meta", json!({"request": base64(&poster.sign(&key))}));
    let signed = sign(&claims, &key);
    let (start, end) = signed.rsplit_once('.').unwrap();
    for (name, object, code) in [
        ("another key", sign(&claims, &stranger), forged),
        ("no signature", format!("{start}."), forged),
        (
            "changed after signing",
            format!("{}x.{end}", &start[..start.len() - 1]),
            forged,
        ),
        ("a bare name", "thanks".to_owned(), other_side),
        (
            "alg none",
            sign_with(
                &json!({"alg": "none", "typ": "oauth-authz-req+jwt"}),
                &claims,
                &key,
            ),
            forged,
        ),
        (
            "another typ",
            sign_with(&json!({"alg": "EdDSA", "typ": "JWT"}), &claims, &key),
            forged,
        ),
        (
            "critical",
            sign_with(
                &json!({"alg": "EdDSA", "typ": "oauth-authz-req+jwt", "crit": ["x"]}),
                &claims,
                &key,
            ),
            forged,
        ),
        (
            "another client",
            sign(&with(&claims, "client_id", "00".repeat(16).into()), &key),
            forged,
        ),
        (
            "another audience",
            sign(&with(&claims, "aud", "https://wallet.example".into()), &key),
            forged,
        ),
        (
            "another nonce",
            sign(&with(&claims, "nonce", base64(&[0; 16]).into()), &key),
            forged,
        ),
        (
            "another request's nonce",
            sign(&with(&claims, "nonce", other.claims["nonce"].clone()), &key),
            forged,
        ),
        ("another site's request", sign(&elsewhere, &key), forged),
        ("a poster", sign(&poster, &key), forged),
        (
            "a poster without a nonce",
            sign(&with(&poster, "nonce", "".into()), &key),
            forged,
        ),
        (
            "a wallet nonce unasked",
            sign(&with(&claims, "wallet_nonce", "x".into()), &key),
            forged,
        ),
        (
            "an answer elsewhere",
            sign(
                &with(
                    &claims,
                    "response_uri",
                    "https://elsewhere.example/answer".into(),
                ),
                &key,
            ),
            forged,
        ),
        (
            "an answer to another port",
            sign(
                &with(&claims, "response_uri", "http://127.0.0.1:1/answer".into()),
                &key,
            ),
            forged,
        ),
        (
            "an answer without TLS",
            sign(
                &with(&claims, "response_uri", "http://shop.example/answer".into()),
                &key,
            ),
            forged,
        ),
        (
            "another mode",
            sign(&with(&claims, "response_mode", "fragment".into()), &key),
            other_side,
        ),
        (
            "a redirect",
            sign(
                &with(&claims, "redirect_uri", format!("http://{address}/").into()),
                &key,
            ),
            other_side,
        ),
        (
            "transaction data",
            sign(&with(&claims, "transaction_data", json!(["x"])), &key),
            other_side,
        ),
        (
            "another format",
            sign(&query("format", "mso_mdoc".into()), &key),
            other_side,
        ),
        (
            "claims beside",
            sign(&query("claims", json!([{"path": ["city"]}])), &key),
            forged,
        ),
        (
            "an id that is none",
            sign(&query("id", "a b".into()), &key),
            other_side,
        ),
        ("two queries", sign(&two, &key), other_side),
        (
            "a request cut short",
            sign(&query("meta", json!({"request": base64(&cut)})), &key),
            forged,
        ),
        (
            "over",
            sign(&with(&claims, "exp", (now.0 - 1).into()), &key),
            FaultCode::Expired,
        ),
        ("too much", "x".repeat(300 << 10), other_side),
    ] {
        scene.shop.say(object.as_bytes());
        assert_eq!(scene.refused(), code, "{name}");
    }
    let redirect =
        format!("HTTP/1.1 302 X\r\nlocation: http://{address}/x\r\ncontent-length: 0\r\n\r\n");
    scene.shop.says.lock().unwrap().object = redirect.into_bytes();
    assert_eq!(scene.refused(), other_side);
    assert!(scene.app.history().unwrap().is_empty());
}

/// Somebody who shows a listed verifier's request as her own, to get the answer herself.
#[test]
fn nobody_else_can_have_a_verifiers_answer_sent_to_himself() {
    let mut scene = Scene::new();
    let Asking { claims, .. } = scene.shop.ask(scene.now());
    let (thief, _) = Shop::open(&scene.registry);
    // With the verifier's own object, whose answer goes to the verifier.
    let object = sign(&claims, &scene.shop.key);
    thief.say(object.as_bytes());
    scene.app.open_text(&thief.link("")).unwrap();
    assert_eq!(
        scene
            .app
            .fetch_request(scene.app.current())
            .unwrap_err()
            .code,
        FaultCode::Forged
    );
    // With an object of his own around the verifier's request.
    let to = format!("http://{}/answer", thief.address);
    let object = sign(&with(&claims, "response_uri", to.into()), &thief.key);
    thief.say(object.as_bytes());
    scene.app.open_text(&thief.link("")).unwrap();
    assert_eq!(
        scene
            .app
            .fetch_request(scene.app.current())
            .unwrap_err()
            .code,
        FaultCode::Forged
    );
    assert!(thief.says.lock().unwrap().answers.is_empty());
}

#[test]
fn a_stranger_is_a_stranger() {
    let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
    let (mut shop, _) = Shop::open(&registry);
    // The list does not name the shop, though the office has registered it; and one that nobody knows.
    let app = registry.wallet(folder.path());
    registry.give_card(&app, "R-1");
    let claims = shop.ask(registry.now()).claims;
    app.open_text(&shop.publish(&claims)).unwrap();
    assert!(
        app.fetch_request(app.current())
            .unwrap()
            .warnings
            .is_empty()
    );
    let elsewhere = Registry::start();
    let (mut stranger, _) = Shop::open(&elsewhere);
    let claims = stranger.ask(registry.now()).claims;
    app.open_text(&stranger.publish(&claims)).unwrap();
    let view = app.fetch_request(app.current()).unwrap();
    assert!(view.warnings.contains(&WarningView::UnknownVerifier));
}
