//! What whoever runs the service sees and changes.

use serde_json::json;

use crate::browser::Browser;
use crate::stage::{BACK, SHOP, Stage, post, trust};

#[test]
fn a_newer_list_and_a_changed_policy_are_taken_up_while_it_runs() {
    let mut stage = Stage::new();
    let health = || Browser::default().get(&format!("{}/health", stage.url));
    assert_eq!(health().json(), json!({ "ready": true }));
    stage.wait(98 * 86_400);
    let reply = health();
    assert_eq!(
        (reply.status, reply.json()["code"].clone()),
        (503, json!("trust_expired"))
    );
    let body = json!({ "policy": "over-18", "return_to": BACK });
    assert_eq!(
        stage.site(SHOP, "/sessions", &body).said(),
        (503, "not-now".into())
    );
    let now = stage.now();
    let list = &mut stage.town.list;
    (list.sequence, list.issued, list.expires.0) = (2, now, now.0 + 30 * 86_400);
    trust(&stage.counter(), &stage.town, now);
    let policies = stage.folder.path().join("policies");
    let text = std::fs::read_to_string(policies.join("over-18.toml")).unwrap();
    let older = text.replace("= 18 }", "= 21 }");
    std::fs::write(policies.join("over-21.toml"), older).unwrap();
    let older = json!({ "policy": "over-21", "return_to": BACK });
    let mut visit = stage.visit_with(&older);
    assert!(
        visit
            .browser
            .get(&visit.ask_url)
            .text
            .contains("21 or older")
    );
    assert_eq!(health().status, 200);
    // One that does not read leaves those that did, and is told of.
    std::fs::write(policies.join("over-18.toml"), "name = 1").unwrap();
    assert_eq!(stage.site(SHOP, "/sessions", &body).status, 201);
    let stale = json!({ "ready": true, "stale": ["policies"] });
    assert_eq!((health().status, health().json()), (200, stale));
    // Nor does it keep a newer list out, which is in use though no visitor came.
    stage.wait(60 * 86_400);
    assert_eq!(health().status, 503);
    let now = stage.now();
    let list = &mut stage.town.list;
    (list.sequence, list.issued, list.expires.0) = (3, now, now.0 + 30 * 86_400);
    trust(&stage.counter(), &stage.town, now);
    assert_eq!(
        (health().status, health().json()["ready"].clone()),
        (200, json!(true))
    );
    std::fs::write(policies.join("over-18.toml"), text).unwrap();
    assert_eq!(health().json(), json!({ "ready": true }));
    // A list that does not read leaves the one in use.
    std::fs::write(stage.counter().join("trust-list"), "no list").unwrap();
    assert_eq!(
        health().json(),
        json!({ "ready": true, "stale": ["counter"] })
    );
}

#[test]
fn what_a_newer_list_withdraws_is_refused_in_a_visit_under_way() {
    let mut stage = Stage::new();
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    let form = stage.form(&asked);
    let (now, city) = (stage.now(), stage.town.city.context.issuer);
    stage.town.list.issuers.retain(|issuer| issuer.id != city);
    stage.town.list.sequence = 2;
    trust(&stage.counter(), &stage.town, now);
    assert_eq!(post(&asked.response_uri(), &form).json(), json!({}));
    assert_eq!(visit.look()["step"], "retry");
    // Nor is anybody asked for its cards.
    stage.wait(121);
    let uri = asked.response_uri().replace("/answer/", "/request/");
    assert_eq!(Browser::default().get(&uri).said(), (503, "not-now".into()));
}

#[test]
fn what_was_shown_stands_in_no_number() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    stage.answer(&asked);
    let numbers = Browser::default()
        .get(&format!("{}/metrics", stage.url))
        .text;
    assert!(
        numbers.contains("glimpse_answers_total{code=\"accepted\"}"),
        "{numbers}"
    );
    assert!(numbers.contains("route=\"/answer/{handle}\""), "{numbers}");
    let handle = asked.response_uri().rsplit_once('/').unwrap().1.to_owned();
    for secret in [
        "Rivermouth",
        "shop.example",
        &*handle,
        &*visit.id,
        &*asked.state(),
    ] {
        assert!(!numbers.contains(secret), "{secret}");
    }
}
