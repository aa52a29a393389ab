//! What the service does with too much, too slow, nothing, and nonsense.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use glimpse_issuer::service::config::Config;
use glimpse_issuer::staff::Role;
use serde_json::json;

use crate::postgres;
use crate::service::{PASSWORD, Service, name, on_each};

fn service(settings: impl Fn(&mut Config)) -> Service {
    let mut config = Config::default();
    settings(&mut config);
    Service::start(config)
}

fn connect(service: &Service) -> TcpStream {
    let address = service.url.strip_prefix("http://").unwrap();
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
    let service = service(|_| {});
    let client = service.client();
    for path in [
        "/",
        "/api/nothing",
        "/api/session",
        "/health",
        "/metrics",
        "/openapi.json",
    ] {
        let headers = client.get(path).headers;
        let policy = &headers["content-security-policy"];
        assert_eq!(
            policy,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
             connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(headers["x-request-id"].len(), 16);
        assert!(headers.contains_key("permissions-policy"), "{path}");
        if path.starts_with("/api") {
            assert_eq!(headers["cache-control"], "no-store");
        }
    }
}

#[test]
fn what_is_not_there_is_a_problem_document() {
    let service = service(|_| {});
    let client = service.signed_in(Role::Registrar);
    for path in [
        "/api",
        "/api/",
        "/api/nothing",
        "/api/../api/x",
        "/api/session/",
    ] {
        let reply = client.get(path);
        assert_eq!(reply.said(), (404, "not-found"), "{path}");
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
    let reply = client.json("PATCH", "/api/session", &json!({}));
    assert_eq!(reply.said(), (405, "bad-request"));
    let mut allowed: Vec<_> = reply.headers["allow"].split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "GET", "HEAD", "POST"]);
}

#[test]
fn a_body_must_be_json_of_the_right_form() {
    let service = service(|_| {});
    let client = service.client();
    let json = [("content-type", "application/json; charset=utf-8")];
    let send = |kind: &[(&str, &str)], body: &[u8]| client.send("POST", "/api/session", kind, body);
    for body in [
        "{",
        "[1",
        "\u{feff}{}",
        "{} {}",
        "nul",
        "{\"name\":\"\\ud800\"}",
    ] {
        let reply = send(&json, body.as_bytes());
        assert_eq!(reply.said(), (400, "bad-request"), "{body}");
    }
    assert_eq!(
        send(&json, b"{\"name\": \"\xff\"}").said(),
        (400, "bad-request")
    );
    let nul = b"{\"name\":\"\\u0000\",\"password\":\"x\"}";
    assert_eq!(send(&json, nul).said(), (400, "bad-request"));
    let kind = [("content-type", "text/plain")];
    assert_eq!(send(&kind, b"{}").said(), (415, "bad-request"));
    assert_eq!(send(&[], b"{}").status, 415);
    let reply = send(&json, b"{\"name\": \"x\"}");
    let error = &reply.json["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&"password".into(), &"missing".into())
    );
    let reply = send(&json, b"{\"name\": 5, \"password\": \"canary\"}");
    let error = &reply.json["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&"name".into(), &"type".into())
    );
    assert!(!reply.text.contains("canary"), "{}", reply.text);
    let reply = send(
        &json,
        b"{\"name\": \"x\", \"password\": \"x\", \"canary\": 1}",
    );
    assert_eq!(reply.status, 422);
    let deep = "[".repeat(20_000);
    assert_eq!(send(&json, deep.as_bytes()).status, 400);
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let service = service(|config| config.limits.body_octets = 1000);
    let body = json!({ "name": "x".repeat(2000), "password": "x" });
    let reply = service.client().post("/api/session", &body);
    assert_eq!(reply.said(), (413, "too-large"));
    // Without a length said beforehand.
    let mut stream = connect(&service);
    let head = "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    for _ in 0..4 {
        let chunk = format!("200\r\n{}\r\n", "x".repeat(0x200));
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let text = answer(stream);
    assert!(text.starts_with("HTTP/1.1 413"), "{text}");
}

#[test]
fn a_slow_head_or_body_is_cut_off() {
    let service = service(|config| config.limits.arrival_seconds = 1);
    let mut slow = connect(&service);
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ")
        .unwrap();
    let mut body = connect(&service);
    let head = "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 60\r\nconnection: close\r\n\r\n{";
    body.write_all(head.as_bytes()).unwrap();
    let mut form = connect(&service);
    let begun = "POST /oid4vci/par HTTP/1.1\r\nhost: x\r\ncontent-length: 60\r\n\
                 content-type: application/x-www-form-urlencoded\r\nconnection: close\r\n\r\na";
    form.write_all(begun.as_bytes()).unwrap();
    let (head, bodies) = (answer(slow), [answer(body), answer(form)]);
    assert!(!head.contains("200 OK"), "{head}");
    for body in bodies {
        assert!(body.starts_with("HTTP/1.1 408"), "{body}");
        assert!(body.contains("urn:glimpse:problem:bad-request"), "{body}");
    }
    assert_eq!(service.client().get("/health").status, 200);
}

#[test]
fn more_requests_than_are_answered_at_once_are_told_to_come_again() {
    let service = service(|config| {
        config.limits.requests = 1;
        config.limits.arrival_seconds = 30;
    });
    let mut waiting = connect(&service);
    let head = "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                content-length: 2\r\nconnection: close\r\n\r\n{";
    waiting.write_all(head.as_bytes()).unwrap();
    let busy = (0..200).map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        service.client().get("/api/session")
    });
    let busy = busy.into_iter().find(|reply| reply.status != 401).unwrap();
    assert_eq!(busy.said(), (503, "unavailable"));
    assert_eq!(busy.headers["retry-after"], "1");
    waiting.write_all(b"}").unwrap();
    assert!(answer(waiting).starts_with("HTTP/1.1 422"));
    assert_eq!(service.client().get("/api/session").status, 401);
}

#[test]
fn a_request_under_way_is_answered_though_the_service_stops() {
    let service = service(|config| config.limits.drain_seconds = 30);
    let body = json!({ "name": name(Role::Clerk), "password": PASSWORD }).to_string();
    let (start, end) = body.split_at(10);
    let mut stream = connect(&service);
    let head = format!(
        "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{start}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let stopping = std::thread::spawn(move || drop(service));
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(end.as_bytes()).unwrap();
    let text = answer(stream);
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    stopping.join().unwrap();
}

#[test]
fn a_database_that_does_not_answer_is_said_and_comes_back() {
    let Some(url) = postgres::fresh_database() else {
        return;
    };
    let service = service(|config| {
        config.database = Some(url.clone());
        config.limits.request_seconds = 3;
    });
    let client = service.signed_in(Role::Registrar);
    let before = client.get("/api/audit/check").json["entries"].as_u64();
    postgres::signal(&url, "-STOP");
    let body = json!({ "name": "Ada", "role": "clerk", "password": PASSWORD });
    let reply = client.post("/api/staff", &body);
    postgres::signal(&url, "-CONT");
    assert_eq!(reply.said(), (503, "unavailable"));
    assert!(reply.headers.contains_key("retry-after"));
    let healthy = || client.get("/health").status == 200;
    let back = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        healthy()
    });
    assert!(back);
    // Whole either way: she is there with her entry in the trail, or neither is.
    let staff = client.get("/api/staff").json;
    let added = staff.as_array().unwrap().iter().any(|m| m["name"] == "Ada");
    let checked = client.get("/api/audit/check").json;
    assert_eq!(checked["whole"], true);
    let expected = before.map(|n| n + u64::from(added));
    assert_eq!(checked["entries"].as_u64(), expected);
}

#[test]
fn a_database_that_ends_its_connections_is_no_failure_that_stays() {
    let Some(url) = postgres::fresh_database() else {
        return;
    };
    let service = service(|config| config.database = Some(url.clone()));
    let client = service.signed_in(Role::Registrar);
    postgres::signal(&url, "-TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(client.get("/api/staff").status, 200);
}

#[test]
fn what_is_sent_is_text_and_neither_sql_nor_script() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        for text in [
            "'; DROP TABLE staff; --",
            "<script>alert(1)</script>",
            "\" OR \"\"=\"",
            "$1 {{7*7}} %s %n",
            "\u{202e}evil",
        ] {
            let body = json!({ "name": text, "role": "clerk", "password": format!("{text}{text}{PASSWORD}") });
            let reply = registrar.post("/api/staff", &body);
            assert!([201, 422].contains(&reply.status), "{text}: {}", reply.text);
            let again = service.client().sign_in(text, text);
            assert_eq!(again.status, 401);
            let query: String = text.bytes().map(|octet| format!("%{octet:02x}")).collect();
            let trail = registrar.get(&format!("/api/audit?actor={query}&action={query}"));
            assert_eq!(trail.json["total"], 0);
        }
        let all = registrar.get("/api/staff");
        assert_eq!(all.headers["content-type"], "application/json");
        assert!(all.json.as_array().unwrap().len() >= 3);
        for line in ["Ada\r\nset-cookie: x=1", "Ada\u{2028}"] {
            let body = json!({ "name": line, "role": "clerk", "password": PASSWORD });
            let reply = registrar.post("/api/staff", &body);
            assert!(!reply.headers.contains_key("set-cookie"));
            assert_eq!(reply.status, 422, "{line:?}");
        }
    });
}

#[test]
fn what_was_done_is_counted_without_names() {
    let service = service(|_| {});
    let client = service.signed_in(Role::Clerk);
    client.get("/api/office?canary=canary-7f3a");
    client.get("/api/canary-7f3a");
    service.client().sign_in("canary-7f3a", "canary-7f3a");
    let text = client.get("/metrics").text;
    for line in [
        "glimpse_requests_total{route=\"/api/office\",method=\"GET\",status=\"200\"}",
        "glimpse_request_seconds_bucket{route=\"/api/session\",le=\"0.5\"}",
        "glimpse_sign_ins_total{outcome=\"sign-in\"}",
        "glimpse_sign_ins_total{outcome=\"signed-in\"}",
        "glimpse_events_total{action=\"session.begin\"}",
        "glimpse_requests_under_way",
    ] {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("canary"), "{text}");
}
