//! Whoever wants in with another's answer, out to another address, or in the way. spec:GL-12-SITE

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use glimpse_core::ids::Origin;
use glimpse_core::presentation::{Request, RequestError, VerifiedRequest};
use serde_json::json;

use crate::browser::{Browser, send};
use crate::stage::{BACK, BANK, SHOP, Stage, code, post};
use glimpse_rehearsal::rng;

#[test]
fn an_answer_to_another_visitor_counts_for_nobody() {
    let stage = Stage::new();
    let (mut ada, mut mallory) = (stage.visit(), stage.visit());
    let asked = stage.fetch(&ada.open().1.unwrap());
    let others = stage.fetch(&mallory.open().1.unwrap());
    assert_ne!(
        (asked.request.clone(), asked.state()),
        (others.request.clone(), others.state())
    );
    let form = stage.form(&asked);
    // With Ada's state it is not even looked at, with his own it is refused.
    assert_eq!(post(&others.response_uri(), &form).json(), json!({}));
    assert_eq!(mallory.look()["step"], "asked");
    let forged = [form[0].clone(), ("state", others.state())];
    for _ in 0..5 {
        assert_eq!(mallory.look()["next"], json!(null));
        assert_eq!(post(&others.response_uri(), &forged).json(), json!({}));
    }
    let next = mallory.look()["next"].as_str().unwrap().to_owned();
    let said = stage.redeem(SHOP, &mallory.id, &code(&next)).json();
    assert_eq!(
        (&said["outcome"], &said["code"]),
        (&json!("refused"), &json!("other_request"))
    );
    // Ada's own is none the worse for it.
    assert_eq!(post(&asked.response_uri(), &form).status, 200);
    let next = ada.look()["next"].as_str().unwrap().to_owned();
    assert_eq!(
        stage.redeem(SHOP, &ada.id, &code(&next)).json()["outcome"],
        "accepted"
    );
}

#[test]
fn an_answer_counts_once() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (here, across) = visit.open();
    // The same request, by both ways: whoever reads the answer on one cannot use it on the other.
    let (asked, elsewhere) = (stage.fetch(&here), stage.fetch(&across.unwrap()));
    assert_eq!(asked.request, elsewhere.request);
    let form = stage.form(&asked);
    let on = post(&asked.response_uri(), &form).json();
    assert!(on["redirect_uri"].is_string());
    let second = stage.form(&asked);
    assert_ne!(second, form, "a second answer");
    assert_eq!(post(&asked.response_uri(), &second).json(), json!({}));
    assert_eq!(visit.look()["next"], json!(null));
    let gone = Browser::default().get(&asked.response_uri().replace("answer", "request"));
    assert_eq!(
        gone.said(),
        (404, "not-found".into()),
        "no second wallet is asked"
    );
}

#[test]
fn a_used_answer_stays_used_when_the_service_restarts() {
    let mut stage = Stage::new();
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    assert!(stage.answer(&asked).json()["redirect_uri"].is_string());
    let answer = stage.prove(&asked.request).unwrap();
    stage.stop();
    stage.start();
    let mut counter = glimpse_counter::Counter::open(&stage.counter()).unwrap();
    let ticket = glimpse_verifier::Ticket::of(&asked.request);
    let verdict = counter.verifier().check_for(ticket, &answer, stage.now());
    assert_eq!(
        verdict.into_result().err(),
        Some(glimpse_verifier::Reason::UsedAlready)
    );
    // Visitors are forgotten, and told so.
    let page = visit.ask_url.rsplit_once('/').unwrap().1;
    let page = Browser::default().get(&format!("{}/ask/{page}", stage.url));
    assert_eq!(page.status, 404);
    assert!(page.text.contains("begin again"), "{}", page.text);
}

#[test]
fn a_wrong_state_ends_nothing() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    let form = stage.form(&asked);
    for state in [
        None,
        Some(String::new()),
        Some(asked.state() + "A"),
        Some(visit.id.clone()),
    ] {
        let mut wrong = vec![form[0].clone()];
        wrong.extend(state.map(|state| ("state", state)));
        let reply = post(&asked.response_uri(), &wrong);
        assert_eq!((reply.status, reply.json()), (200, json!({})));
    }
    assert_eq!(visit.look()["step"], "asked");
    assert!(post(&asked.response_uri(), &form).json()["redirect_uri"].is_string());
}

#[test]
fn a_code_is_used_once_by_its_own_site_for_its_own_visitor() {
    let stage = Stage::new();
    let (mut visit, mut other) = (stage.visit(), stage.visit());
    for visitor in [&mut visit, &mut other] {
        let asked = stage.fetch(&visitor.open().1.unwrap());
        stage.answer(&asked);
    }
    let next = visit.look()["next"].as_str().unwrap().to_owned();
    let (id, code) = (visit.id.clone(), code(&next));
    let refused = (404, "code".to_owned());
    // Somebody's code in another visitor's browser: the site redeems it with that visitor's id.
    assert_eq!(stage.redeem(SHOP, &other.id, &code).said(), refused);
    assert_eq!(stage.redeem(BANK, &id, &code).said(), refused);
    assert_eq!(stage.redeem(SHOP, &id, &id).said(), refused);
    assert_eq!(stage.redeem(SHOP, &code, &code).said(), refused);
    assert_eq!(stage.redeem(SHOP, &id, "").said(), refused);
    assert_eq!(stage.redeem("glimpse_guessed", &id, &code).said().0, 401);
    assert_eq!(stage.redeem(SHOP, &id, &code).status, 200);
    assert_eq!(stage.redeem(SHOP, &id, &code).said(), refused);
    assert_eq!(visit.browser.get(&visit.ask_url).status, 404);
    // The other's waits no longer than it may.
    let next = other.look()["next"].as_str().unwrap().to_owned();
    stage.wait(121);
    assert_eq!(
        stage
            .redeem(SHOP, &other.id, &crate::stage::code(&next))
            .said(),
        refused
    );
}

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

#[test]
fn nobody_is_sent_where_the_site_did_not_say() {
    let stage = Stage::new();
    for to in [
        "https://evil.example/back",
        "https://shop.example/back",
        "https://shop.example/back?from=glimpse&to=evil",
        "https://shop.example/back?from=glimpse#x",
        "https://shop.example.evil.example/back?from=glimpse",
        "https://shop.example@evil.example/back?from=glimpse",
        "//evil.example/back",
        "javascript:alert(1)",
        "",
    ] {
        let body = json!({ "policy": "over-18", "return_to": to });
        let reply = stage.site(SHOP, "/sessions", &body);
        assert_eq!(reply.said(), (422, "return-to".into()), "{to}");
        assert!(to.is_empty() || !reply.text.contains(to), "{}", reply.text);
    }
    // A site's own addresses are its own.
    let body = json!({ "policy": "city", "return_to": BACK });
    assert_eq!(
        stage.site(BANK, "/sessions", &body).said(),
        (422, "return-to".into())
    );
    let body = json!({ "policy": "over-18", "return_to": "https://bank.example/back" });
    assert_eq!(
        stage.site(BANK, "/sessions", &body).said(),
        (422, "policy".into())
    );
}

#[test]
fn what_a_site_says_breaks_no_header_and_no_page() {
    let stage = Stage::new();
    let state = "x\r\nset-cookie: a=b\r\n\r\n<script>alert(1)</script>&code=forged\u{2028}é";
    let body = json!({ "policy": "over-18", "return_to": BACK, "state": state });
    let mut visit = stage.visit_with(&body);
    let page = visit.browser.get(&visit.ask_url);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    assert!(
        page.text.contains("To sell you &lt;wine&gt; &amp; beer"),
        "{}",
        page.text
    );
    let asked = stage.fetch(&page.links().1.unwrap());
    stage.answer(&asked);
    let back = visit.browser.get(&visit.ask_url);
    let to = back.location().to_owned();
    assert!(to.is_ascii() && !to.contains(['\r', '\n', '<']), "{to}");
    assert!(
        !back
            .headers
            .get("set-cookie")
            .is_some_and(|set| set.contains("a=b"))
    );
    let url = url::Url::parse(&to).unwrap();
    let members: Vec<_> = url
        .query_pairs()
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    assert_eq!(members.len(), 3);
    assert_eq!(members[2], ("state".to_owned(), state.to_owned()));
    let long = json!({ "policy": "over-18", "return_to": BACK, "state": "x".repeat(513) });
    assert_eq!(
        stage.site(SHOP, "/sessions", &long).said(),
        (422, "state".into())
    );
}

#[test]
fn nothing_is_there_for_whoever_guesses() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (here, _) = visit.open();
    let asked = stage.fetch(&here);
    let request = asked.response_uri().rsplit_once('/').unwrap().1.to_owned();
    let page = visit.ask_url.rsplit_once('/').unwrap().1.to_owned();
    let other = URL_SAFE_NO_PAD.encode([7; 24]);
    // A handle opens its own door alone.
    for handle in [
        &other,
        &page,
        &visit.id,
        &format!("{request}A"),
        &request[1..].to_owned(),
    ] {
        let to = |path: &str| format!("{}/{path}/{handle}", stage.url);
        assert_eq!(
            Browser::default().get(&to("request")).said().0,
            404,
            "{handle}"
        );
        assert_eq!(post(&to("request"), &[]).said().0, 404, "{handle}");
        assert_eq!(
            post(&to("answer"), &stage.form(&asked)).said().0,
            404,
            "{handle}"
        );
    }
    for handle in [&other, &request, &visit.id, &String::new()] {
        for path in ["ask".to_owned(), format!("ask/{page}/back")] {
            let reply = visit.browser.get(&format!("{}/{path}/{handle}", stage.url));
            assert_eq!(reply.status, 404, "{path} {handle}");
        }
    }
    assert_eq!(visit.look()["step"], "asked");
}

#[test]
fn a_changed_request_object_is_no_verifiers() {
    let stage = Stage::new();
    let (link, _) = stage.visit().open();
    let asked = stage.fetch(&link);
    let uri = asked.response_uri().replace("/answer/", "/request/");
    let object = Browser::default().get(&uri).text;
    let (head, rest) = object.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    let changed = String::from_utf8(URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let changed = changed.replace(&stage.url, "https://evil.example");
    let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(changed));
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let signature = ed25519_dalek::Signature::from_slice(&signature).unwrap();
    assert!(
        stage
            .key
            .verify_strict(signed.as_bytes(), &signature)
            .is_err()
    );
}

#[test]
fn a_site_needs_its_token_before_it_is_listened_to() {
    let stage = Stage::new();
    let body = json!({ "policy": "over-18", "return_to": BACK }).to_string();
    let json_kind = ("content-type", "application/json");
    let to = format!("{}/sessions", stage.url);
    for bearer in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer glimpse_x",
        "Basic Z2xpbXBzZQ==",
    ] {
        let reply = send(
            "POST",
            &to,
            &[json_kind, ("authorization", bearer)],
            body.as_bytes(),
        );
        assert_eq!(reply.said(), (401, "unauthorized".into()), "{bearer}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
    }
    // What the configuration keeps is no token.
    let digest = glimpse_verifier_service::digest(SHOP);
    assert_eq!(stage.site(&digest, "/sessions", &json!({})).said().0, 401);
    for (body, said) in [
        (json!({}), "invalid"),
        (
            json!({ "policy": "over-18", "return_to": BACK, "more": 1 }),
            "invalid",
        ),
        (
            json!({ "policy": "../over-18", "return_to": BACK }),
            "policy",
        ),
        (
            json!({ "policy": "over-18", "return_to": BACK, "language": "x".repeat(36) }),
            "language",
        ),
    ] {
        assert_eq!(
            stage.site(SHOP, "/sessions", &body).said(),
            (422, said.into()),
            "{body}"
        );
    }
}
