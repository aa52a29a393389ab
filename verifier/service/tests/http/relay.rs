//! Whoever would be let in by another's answer: other browsers, and requests that are passed on.
//! spec:GL-12-SITE

use ed25519_dalek::SigningKey;
use glimpse_core::ids::Origin;
use glimpse_core::presentation::{Request, RequestError, VerifiedRequest};
use glimpse_rehearsal::rng;
use serde_json::json;

use crate::browser::{Browser, send};
use crate::stage::{BACK, BANK, Stage, code};

#[test]
fn another_browser_than_the_first_is_let_in_nowhere() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (here, _) = visit.open();
    // A link to the page that somebody is sent: she sees no question, and asks no wallet.
    let mut victim = Browser::default();
    let page = victim.get(&visit.ask_url);
    assert_eq!(page.status, 403);
    assert!(page.text.contains("other browser") || page.text.contains("another browser"));
    assert!(!page.text.contains("openid4vp"), "{}", page.text);
    assert_eq!(victim.get(&format!("{}/wait", visit.ask_url)).said().0, 404);
    // A link to the request that she is sent: the browser that goes on is hers, and stays outside.
    let asked = stage.fetch(&here);
    let on = stage.answer(&asked).json()["redirect_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    let back = victim.get(&on);
    assert_eq!((back.status, back.headers.get("location")), (403, None));
    // Nor does he get in with that address, if she can be talked into sending it to him.
    for address in [&on, &visit.ask_url] {
        assert_eq!(visit.browser.get(address).status, 404);
    }
    // In the first browser it leads on, before it came in another.
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    let on = stage.answer(&asked).json()["redirect_uri"].clone();
    let on = on.as_str().unwrap();
    let looked = visit.look();
    assert_eq!(
        (&looked["step"], &looked["next"]),
        (&json!("answered"), &json!(null))
    );
    let other = on.replacen("/ask/", "/ask/A", 1);
    assert_eq!(visit.browser.get(&other).status, 404);
    assert!(code(visit.browser.get(on).location()).len() >= 22);
}

#[test]
fn what_a_browser_keeps_joins_no_two_visits() {
    let stage = Stage::new();
    let (mut shop, bank) = (stage.visit(), stage.visit());
    let other = bank.ask_url.clone();
    let mut browser = Browser::default();
    for ask in [&shop.ask_url, &other] {
        assert_eq!(browser.get(ask).status, 200);
        // A longer address that begins the same is another's.
        assert_eq!(browser.cookies(&format!("{ask}A")), "");
    }
    let (one, two) = (browser.cookies(&shop.ask_url), browser.cookies(&other));
    assert!(
        !one.contains(';') && !two.contains(';') && one != two,
        "{one} {two}"
    );
    for path in [
        "/",
        "/request/x",
        "/answer/x",
        "/assets/ask.js",
        "/sessions",
    ] {
        assert_eq!(
            browser.cookies(&format!("{}{path}", stage.url)),
            "",
            "{path}"
        );
    }
    // It is dropped where the visit ends: by the wallet's way here, by the page's elsewhere.
    shop.browser = browser.clone();
    let asked = stage.fetch(&shop.open().0);
    let on = stage.answer(&asked).json()["redirect_uri"].clone();
    browser.get(on.as_str().unwrap()).location();
    assert_eq!(browser.cookies(&shop.ask_url), "");
    let asked = stage.fetch(&browser.get(&other).links().1.unwrap());
    stage.answer(&asked);
    browser.get(&other).location();
    assert_eq!(browser.cookies(&other), "");
}

#[test]
fn whatever_only_looks_is_not_the_first_browser() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let looked = send("HEAD", &visit.ask_url, &[], b"");
    assert_eq!(
        (looked.status, looked.headers.get("set-cookie")),
        (200, None)
    );
    let waited = Browser::default().get(&format!("{}/wait", visit.ask_url));
    assert_eq!(
        (waited.status, waited.headers.get("set-cookie")),
        (200, None)
    );
    visit.open();
    assert_eq!(Browser::default().get(&visit.ask_url).status, 403);
}

#[test]
fn a_site_may_insist_on_one_device() {
    let stage = Stage::with(|config| config.sites[1].same_device_only = true);
    let body = json!({ "policy": "over-18", "return_to": BACK, "same_device_only": true });
    let mut visit = stage.visit_with(&body);
    assert!(visit.open().1.is_none(), "no QR code");
    let to_bank = json!({ "policy": "city", "return_to": "https://bank.example/back" });
    let begun = stage.site(BANK, "/sessions", &to_bank).json();
    let page = Browser::default().get(begun["ask_url"].as_str().unwrap());
    assert!(
        page.links().1.is_none() && !page.text.contains("<svg"),
        "{}",
        page.text
    );
}

#[test]
fn a_request_lifted_out_of_its_object_is_answered_by_nobody() {
    let stage = Stage::new();
    let body = json!({ "policy": "over-18", "return_to": BACK, "state": "a b&c", "same_device_only": true });
    let mut mallory = stage.visit_with(&body);
    let (link, _) = mallory.open();
    let asked = stage.fetch(&link);
    // As a counter's code, as a file, or from an address of his own: Ada's wallet answers none of them.
    let (now, rng) = (stage.now(), &mut rng());
    assert_eq!(stage.ada.answer(&asked.request, now, rng), None);
    let shown = VerifiedRequest::verify(&asked.request, None, now);
    assert_eq!(shown.err(), Some(RequestError::ForSite));
    let own = Origin::parse("https://mallory.example").unwrap();
    assert_eq!(stage.ada.answer_to(&own, &asked.request, now, rng), None);
    // Without the origin it is no longer what the verifier has signed.
    let mut cut = Request::read_own(&asked.request, &stage.key).unwrap();
    cut.answer_to = None;
    let cut = cut.sign(&SigningKey::from_bytes(&[9; 32]));
    assert_eq!(stage.ada.answer(&cut, now, rng), None);
    // The link as it is brings her answer to the service, and her browser on: he stays outside.
    let on = stage.answer(&asked).json()["redirect_uri"].clone();
    let on = on.as_str().unwrap();
    assert_eq!(Browser::default().get(on).status, 403);
    assert_eq!(mallory.browser.get(on).status, 404);
}

#[test]
fn every_request_says_where_its_answer_goes() {
    let stage = Stage::new();
    let (here, across) = stage.visit().open();
    for link in [here, across.unwrap()] {
        let asked = stage.fetch(&link);
        let request = Request::read_own(&asked.request, &stage.key).unwrap();
        let origin = request.answer_to.unwrap();
        assert_eq!(origin.as_str(), stage.url);
        assert!(asked.response_uri().starts_with(&format!("{origin}/")));
    }
}
