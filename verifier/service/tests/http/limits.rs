//! Too much, too slow, and what browsers are told.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::browser::{Browser, send};
use crate::stage::{BACK, SHOP, Stage, post};

fn connect(stage: &Stage) -> TcpStream {
    let address = stage.url.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
}

fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    text
}

#[test]
fn every_answer_says_how_browsers_must_treat_it() {
    let stage = Stage::new();
    let visit = stage.visit();
    let path = visit.ask_url.strip_prefix(&stage.url).unwrap();
    for path in [
        path,
        "/nothing",
        "/health",
        "/metrics",
        "/assets/ask.js",
        "/back/x",
    ] {
        let headers = Browser::default()
            .get(&format!("{}{path}", stage.url))
            .headers;
        let policy = &headers["content-security-policy"];
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
        ] {
            assert!(
                policy.contains(part) && !policy.contains("unsafe"),
                "{path}: {policy}"
            );
        }
        assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
        let cached = path.starts_with("/assets");
        assert_eq!(headers["cache-control"] != "no-store", cached, "{path}");
    }
    let preflight = [
        ("origin", "https://evil.example"),
        ("access-control-request-method", "POST"),
    ];
    let reply = send(
        "OPTIONS",
        &format!("{}/sessions", stage.url),
        &preflight,
        b"",
    );
    assert_eq!(reply.said(), (405, "bad-request".into()));
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
}

#[test]
fn a_body_that_is_too_large_or_of_another_kind_is_refused() {
    let stage = Stage::with(|config| config.limits.answer_octets = 100_000);
    let asked = stage.fetch(&stage.visit().open().0);
    let huge = [("vp_token", "x".repeat(100_000)), ("state", asked.state())];
    assert_eq!(
        post(&asked.response_uri(), &huge).said(),
        (413, "too-large".into())
    );
    let body = json!({ "policy": "x".repeat(20_000), "return_to": BACK });
    assert_eq!(
        stage.site(SHOP, "/sessions", &body).said(),
        (413, "too-large".into())
    );
    let kind = [("content-type", "application/json")];
    let reply = send("POST", &asked.response_uri(), &kind, b"{}");
    assert_eq!(reply.said(), (400, "bad-request".into()));
    // Without a length said beforehand.
    let mut stream = connect(&stage);
    let path = asked.response_uri().replace(&stage.url, "");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..4 {
        let chunk = format!("8000\r\n{}\r\n", "x".repeat(0x8000));
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    assert!(answer(stream).starts_with("HTTP/1.1 413"));
    assert!(
        stage.answer(&asked).json()["redirect_uri"].is_string(),
        "it ended nothing"
    );
}

#[test]
fn a_slow_head_or_body_is_cut_off() {
    let stage = Stage::with(|config| config.limits.arrival_seconds = 1);
    let asked = stage.fetch(&stage.visit().open().0);
    let mut slow = connect(&stage);
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .unwrap();
    let mut body = connect(&stage);
    let path = asked.response_uri().replace(&stage.url, "");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 60\r\nconnection: close\r\n\r\nv"
    );
    body.write_all(head.as_bytes()).unwrap();
    let (head, body) = (answer(slow), answer(body));
    assert!(!head.contains("200 OK"), "{head}");
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert_eq!(
        Browser::default()
            .get(&format!("{}/health", stage.url))
            .status,
        200
    );
}

#[test]
fn the_body_of_whoever_guesses_is_not_waited_for() {
    let stage = Stage::new();
    for path in ["request", "answer"] {
        let mut stream = connect(&stage);
        let head = format!(
            "POST /{path}/{} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: 60\r\nconnection: close\r\n\r\n",
            "A".repeat(32)
        );
        stream.write_all(head.as_bytes()).unwrap();
        let said = answer(stream);
        assert!(said.starts_with("HTTP/1.1 404"), "{path}: {said}");
    }
}

#[test]
fn a_site_has_so_many_visitors_and_no_more() {
    let stage = Stage::with(|config| config.limits.sessions = 2);
    let body = json!({ "policy": "over-18", "return_to": BACK });
    let (mut first, mut second) = (stage.visit(), stage.visit());
    second.open();
    stage.wait(1);
    // One that nobody opened makes room, and the oldest of those.
    let mut third = stage.visit();
    assert_eq!(first.browser.get(&first.ask_url).status, 404);
    third.open();
    second.look();
    let reply = stage.site(SHOP, "/sessions", &body);
    assert_eq!(reply.said(), (429, "too-many".into()));
    assert_eq!(reply.headers["retry-after"], "30");
    // Another site has its own.
    let bank = json!({ "policy": "city", "return_to": "https://bank.example/back" });
    assert_eq!(
        stage.site(crate::stage::BANK, "/sessions", &bank).status,
        201
    );
    stage.wait(601);
    assert_eq!(
        stage.site(SHOP, "/sessions", &body).status,
        201,
        "those are over"
    );
}

#[test]
fn a_body_that_is_waited_for_takes_nobodys_place() {
    let stage = Stage::with(|config| config.limits.requests = 1);
    let asked = stage.fetch(&stage.visit().open().0);
    let path = asked.response_uri().replace(&stage.url, "");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 1\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
    );
    let waiting: Vec<_> = (0..3)
        .map(|_| {
            let mut stream = connect(&stage);
            stream.write_all(head.as_bytes()).unwrap();
            // It says so when it waits for the body.
            let mut said = [0; 25];
            stream.read_exact(&mut said).unwrap();
            assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
            stream
        })
        .collect();
    let health = Browser::default().get(&format!("{}/health", stage.url));
    assert_eq!(health.status, 200, "{}", health.text);
    for mut stream in waiting {
        stream.write_all(b"x").unwrap();
        assert!(answer(stream).starts_with("HTTP/1.1 200"));
    }
}

#[test]
fn more_requests_than_are_answered_at_once_are_told_to_come_again() {
    let stage = Stage::with(|config| config.limits.requests = 0);
    let body = json!({ "policy": "over-18", "return_to": BACK });
    let begun = stage.site(SHOP, "/sessions", &body);
    assert_eq!(begun.said(), (503, "unavailable".into()));
    assert_eq!(begun.headers["retry-after"], "1");
}
