//! What lets in: a site's token, a visitor's code, and handles, each at its own door. spec:GL-12-SITE

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::browser::{Browser, send};
use crate::stage::{BACK, BANK, SHOP, Stage, code, post};

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
