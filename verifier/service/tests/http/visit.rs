//! A visitor is asked, her wallet answers, and the site learns what came of it.

use serde_json::json;

use crate::browser::Browser;
use crate::stage::{BACK, SHOP, Stage, code, post};

#[test]
fn a_visitor_answers_with_a_wallet_on_the_same_device() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (link, _) = visit.open();
    assert_eq!(visit.look()["step"], "waiting");
    let asked = stage.fetch(&link);
    assert_eq!(visit.look()["step"], "asked");
    let reply = stage.answer(&asked);
    assert_eq!(
        (reply.status, &*reply.headers["content-type"]),
        (200, "application/json")
    );
    let on = reply.json()["redirect_uri"].as_str().unwrap().to_owned();
    assert!(on.starts_with(&stage.url), "{on}");
    // The page that waits learns nothing that would let anybody in.
    let looked = visit.look();
    assert_eq!(
        (&looked["step"], &looked["next"]),
        (&json!("answered"), &json!(null))
    );
    let back = visit.browser.get(&on);
    let reply = stage.redeem(SHOP, &visit.id, &code(back.location()));
    assert_eq!(reply.status, 200, "{}", reply.text);
    let said = reply.json();
    assert_eq!(
        (&said["policy"], &said["outcome"]),
        (&json!("over-18"), &json!("accepted"))
    );
    assert_eq!(said["state"], "a b&c");
    let card = &said["cards"][0];
    assert_eq!(card["values"][0]["value"], "Rivermouth");
    assert_eq!(card["statements"], json!(["18 or older"]));
    assert_eq!(card["issuer"], "City of Rivermouth");
    assert!(
        !reply.text.contains("1990") && !reply.text.contains("Ada"),
        "{}",
        reply.text
    );
}

#[test]
fn a_visitor_answers_with_a_wallet_on_another_device() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (here, across) = visit.open();
    let across = across.unwrap();
    assert_ne!(here, across);
    let asked = stage.fetch(&across);
    let reply = stage.answer(&asked);
    assert_eq!(
        (reply.status, reply.json()),
        (200, json!({})),
        "the wallet's browser goes nowhere"
    );
    let next = visit.look()["next"].as_str().unwrap().to_owned();
    // Without script, the page itself leads on.
    assert_eq!(visit.browser.get(&visit.ask_url).location(), next);
    let reply = stage.redeem(SHOP, &visit.id, &code(&next));
    assert_eq!(reply.json()["outcome"], "accepted");
}

#[test]
fn a_wallet_that_posts_for_the_request_gets_one_for_itself() {
    let stage = Stage::new();
    let (link, _) = stage.visit().open();
    let uri = stage
        .fetch(&link)
        .response_uri()
        .replace("/answer/", "/request/");
    let reply = post(
        &uri,
        &[
            ("wallet_nonce", "a nonce".into()),
            ("wallet_metadata", "{}".into()),
        ],
    );
    let asked = stage.read(&reply.text);
    assert_eq!(asked.claims["wallet_nonce"], "a nonce");
    let again = stage.read(&post(&uri, &[]).text);
    assert!(again.claims.get("wallet_nonce").is_none());
    assert_eq!(again.request, asked.request, "one request for each visitor");
    assert_eq!(
        post(&uri, &[("wallet_nonce", "x".repeat(1025))]).said().0,
        400
    );
    assert_eq!(
        post(&uri, &[("a", "1".into()), ("a", "2".into())]).said().0,
        400
    );
}

#[test]
fn a_request_object_says_what_the_specification_says() {
    let stage = Stage::new();
    let (link, _) = stage.visit().open();
    let mut claims = stage.fetch(&link).claims;
    let (request, state) = (
        claims["dcql_query"]["credentials"][0]["meta"]["request"].take(),
        claims["state"].take(),
    );
    assert!(request.is_string() && state.as_str().unwrap().len() == 32);
    let nonce = claims["nonce"].take();
    assert_eq!(nonce.as_str().unwrap().len(), 22);
    let uri = claims["response_uri"].take();
    assert!(
        uri.as_str()
            .unwrap()
            .starts_with(&format!("{}/answer/", stage.url))
    );
    assert_eq!(
        claims,
        json!({
            "client_id": stage.id, "aud": "https://self-issued.me/v2",
            "response_type": "vp_token", "response_mode": "direct_post",
            "response_uri": null, "nonce": null, "state": null, "exp": stage.now().0 + 120,
            "dcql_query": { "credentials": [
                { "id": "card", "format": "glimpse_bbs", "meta": { "request": null } }
            ]},
        })
    );
}

#[test]
fn a_wallet_that_did_not_hear_sends_the_same_answer_again() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (link, _) = visit.open();
    let asked = stage.fetch(&link);
    let (uri, form) = (asked.response_uri(), stage.form(&asked));
    let first = post(&uri, &form).json();
    assert_eq!(post(&uri, &form).json(), first);
    let on = first["redirect_uri"].as_str().unwrap();
    let code = code(visit.browser.get(on).location());
    assert_eq!(
        stage.redeem(SHOP, &visit.id, &code).json()["outcome"],
        "accepted"
    );
    assert_eq!(
        post(&uri, &form).said(),
        (404, "not-found".into()),
        "it is over"
    );
}

#[test]
fn a_request_lives_as_long_as_its_policy_says_and_a_visitor_may_ask_again() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let (link, _) = visit.open();
    let first = stage.fetch(&link);
    stage.wait(60);
    assert_eq!(stage.fetch(&link).request, first.request);
    stage.wait(61);
    assert_eq!(visit.look()["step"], "waiting");
    let second = stage.fetch(&link);
    assert_ne!(second.request, first.request);
    // The last question of a visit may still be answered when no new one is given.
    stage.wait(470);
    let last = stage.fetch(&link);
    stage.wait(100);
    let uri = link_of(&link);
    assert_eq!(Browser::default().get(&uri).status, 200, "the same one");
    assert_eq!(stage.answer(&last).status, 200);
    assert_eq!(visit.look()["step"], "answered");
    let late = stage.visit().open().0;
    stage.wait(601);
    assert_eq!(
        Browser::default().get(&link_of(&late)).said(),
        (404, "not-found".into())
    );
}

fn link_of(link: &str) -> String {
    let link = url::Url::parse(link).unwrap();
    let found = link.query_pairs().find(|(name, _)| name == "request_uri");
    found.unwrap().1.into_owned()
}

#[test]
fn whoever_does_not_answer_can_go_back() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let page = visit.browser.get(&visit.ask_url).text;
    let out = format!("{BACK}&error=no_answer&state=a+b%26c").replace('&', "&amp;");
    assert!(page.contains(&format!("href=\"{out}\"")), "{page}");
    // A wallet's error response is not waited for, and ends nothing.
    let asked = stage.fetch(&visit.open().0);
    let error = [
        ("error", "access_denied".into()),
        ("state", "another".into()),
    ];
    assert_eq!(post(&asked.response_uri(), &error).json(), json!({}));
    assert!(stage.answer(&asked).json()["redirect_uri"].is_string());
}
