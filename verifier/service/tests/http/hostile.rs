//! Whoever answers twice, leads out to another address, or writes into a page. spec:GL-12-SITE

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::browser::Browser;
use crate::stage::{BACK, BANK, SHOP, Stage, post};

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
