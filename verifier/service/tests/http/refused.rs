//! Answers that are refused. Each is refused before its proof or at it: anybody could have sent it, and it
//! says nothing of the visitor. spec:GL-12-SITE

use glimpse_core::presentation::Request;
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_counter::Counter;
use glimpse_rehearsal::{DAY, Values, rng};
use glimpse_verifier::Ticket;
use serde_json::json;

use crate::browser::Browser;
use crate::stage::{Asked, SHOP, Stage, Visit, code, form, post};

/// An answer by hand, to the request with this digest, without a proof.
fn forge(digest: [u8; 8], shown: &[u8]) -> Vec<u8> {
    [&[0x85, 1, 0x48][..], &digest, &[0], shown, &[0x40]].concat()
}

/// One card that shows a city, under a key, renewed on the first of all days.
fn card(key: [u8; 8]) -> Vec<u8> {
    [&[0x81, 0x83, 0x48][..], &key, &[0, 0x81, 1]].concat()
}

/// Ada's answer brings her in.
fn is_let_in(stage: &Stage, visit: &mut Visit, asked: &Asked) {
    let on = stage.answer(asked).json()["redirect_uri"].clone();
    let back = visit.browser.get(on.as_str().unwrap());
    let said = stage.redeem(SHOP, &visit.id, &code(back.location()));
    assert_eq!(said.json()["outcome"], "accepted");
}

#[test]
fn whoever_saw_the_request_ends_no_visit_and_plants_no_refusal() {
    let stage = Stage::new();
    let mut own = stage.visit();
    let used = stage.fetch(&own.open().0);
    is_let_in(&stage, &mut own, &used);
    let known = stage.town.city.context.key_id.0;
    let forged = |why: &str, asked: &Asked| {
        let digest = Request::digest(&asked.request);
        match why {
            "not_ours" => forge([7; 8], &[0x80]),
            "unknown_issuer" => forge(digest, &card([7; 8])),
            "too_old" => forge(digest, &card(known)),
            "used_already" => forge(Request::digest(&used.request), &[0x80]),
            _ => qr::encode(DocumentKind::Request, &asked.request)
                .unwrap()
                .into_bytes(),
        }
    };
    for why in [
        "not_ours",
        "unknown_issuer",
        "too_old",
        "used_already",
        "other_document",
    ] {
        let mut visit = stage.visit();
        let asked = stage.fetch(&visit.open().0);
        let answer = forged(why, &asked);
        let mut counter = Counter::open(&stage.counter()).unwrap();
        let ticket = Ticket::of(&asked.request);
        let verdict = counter.verifier().check_for(ticket, &answer, stage.now());
        assert_eq!(verdict.into_result().err().unwrap().code(), why);
        let reply = post(&asked.response_uri(), &form(&answer, &asked));
        assert_eq!((reply.status, reply.json()), (200, json!({})), "{why}");
        let looked = visit.look();
        assert_eq!(
            (&looked["step"], &looked["next"]),
            (&json!("retry"), &json!(null)),
            "{why}"
        );
        is_let_in(&stage, &mut visit, &asked);
    }
}

#[test]
fn an_answer_when_the_request_is_over_ends_no_visit() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let link = visit.open().0;
    let asked = stage.fetch(&link);
    let late = stage.form(&asked);
    stage.wait(121);
    assert_eq!(post(&asked.response_uri(), &late).json(), json!({}));
    assert_eq!(visit.look()["step"], "retry");
    let again = stage.fetch(&link);
    assert_ne!(again.request, asked.request);
    is_let_in(&stage, &mut visit, &again);
}

#[test]
fn a_changed_answer_ends_no_visit() {
    let stage = Stage::new();
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    let form = stage.form(&asked);
    for at in [1, 2, 3, 4] {
        let mut token = form[0].1.clone().into_bytes();
        let middle = token.len() * at / 5;
        token[middle] = if token[middle] == b'A' { b'B' } else { b'A' };
        let token = String::from_utf8(token).unwrap();
        let reply = post(
            &asked.response_uri(),
            &[("vp_token", token), form[1].clone()],
        );
        assert_eq!((reply.status, reply.json()), (200, json!({})));
        assert_eq!(visit.look()["step"], "retry");
    }
    let on = post(&asked.response_uri(), &form).json();
    let back = visit.browser.get(on["redirect_uri"].as_str().unwrap());
    let said = stage.redeem(SHOP, &visit.id, &code(back.location()));
    assert_eq!(said.json()["outcome"], "accepted");
}

#[test]
fn a_visitor_who_is_refused_by_right_hears_of_it_and_answers_again() {
    let mut stage = Stage::new();
    // Ada's card is as old as it may be, and the day ends before her answer arrives.
    let epoch = u64::from(stage.ada.cards[0].0.credential.epoch.0);
    stage.wait((epoch + 15) * DAY - 30 - stage.now().0);
    let mut visit = stage.visit();
    let asked = stage.fetch(&visit.open().0);
    let form = stage.form(&asked);
    stage.wait(60);
    let reply = post(&asked.response_uri(), &form);
    assert_eq!((reply.status, reply.json()), (200, json!({})));
    let page = visit.browser.get(&visit.ask_url);
    assert!(
        page.text.contains("data-step=\"retry\"")
            && page.text.contains("If it was yours, open your wallet"),
        "{}",
        page.text
    );
    // Asked again, her wallet says itself that the card is too old; renewed, it does.
    let asked = stage.fetch(&page.links().0);
    assert_eq!(stage.prove(&asked.request), None);
    let (now, values) = (stage.now(), Values::of("Ada", "R-1", "1990-05-31"));
    stage.ada.register(&stage.town, &values, now, &mut rng());
    is_let_in(&stage, &mut visit, &asked);
}

#[test]
fn the_fifth_refused_answer_ends_the_visit_and_no_site_hears_why() {
    let stage = Stage::new();
    for token in [
        "{\"card\":[\"AAAA\"]}",
        "{\"card\":[]}",
        "{\"other\":[\"AAAA\"]}",
        "{\"card\":[\"AAAA\"],\"other\":[\"AAAA\"]}",
        "{\"card\":\"AAAA\"}",
        "nonsense",
    ] {
        let mut visit = stage.visit();
        let asked = stage.fetch(&visit.open().1.unwrap());
        let form = [("vp_token", token.to_owned()), ("state", asked.state())];
        for _ in 0..5 {
            assert_eq!(visit.look()["next"], json!(null));
            let reply = post(&asked.response_uri(), &form);
            assert_eq!((reply.status, reply.json()), (200, json!({})), "{token}");
        }
        let page = visit.browser.get(&visit.ask_url);
        assert_eq!(page.status, 404);
        assert!(page.text.contains("begin again"), "{}", page.text);
        let waits = format!("{}/wait", visit.ask_url);
        assert_eq!(visit.browser.get(&waits).said().0, 404);
        // A wallet that answers now hears that it was not heard.
        assert_eq!(stage.answer(&asked).said(), (404, "not-found".into()));
        let uri = asked.response_uri().replace("/answer/", "/request/");
        assert_eq!(Browser::default().get(&uri).status, 404);
    }
}

#[test]
fn an_answer_to_another_visitor_counts_for_nobody() {
    let stage = Stage::new();
    let (mut ada, mut mallory) = (stage.visit(), stage.visit());
    let asked = stage.fetch(&ada.open().0);
    let others = stage.fetch(&mallory.open().0);
    assert_ne!(
        (asked.request.clone(), asked.state()),
        (others.request.clone(), others.state())
    );
    let form = stage.form(&asked);
    // With Ada's state it is not even looked at, with his own it is refused.
    assert_eq!(post(&others.response_uri(), &form).json(), json!({}));
    assert_eq!(mallory.look()["step"], "asked");
    let forged = [form[0].clone(), ("state", others.state())];
    assert_eq!(post(&others.response_uri(), &forged).json(), json!({}));
    let looked = mallory.look();
    assert_eq!(
        (&looked["step"], &looked["next"]),
        (&json!("retry"), &json!(null))
    );
    // Ada's own is none the worse for it.
    is_let_in(&stage, &mut ada, &asked);
}
