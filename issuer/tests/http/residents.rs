//! Residents' records.

use glimpse_issuer::service::config::Config;
use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::schemas::{PATIENT, RESIDENT, add};
use crate::service::{Reply, Service, on_each};

pub(crate) fn patient(schema: &str, reference: &str, number: &str) -> Value {
    json!({ "schema": schema, "reference": reference, "values": {
        "number": number, "entitlement": "Ordinary medicine", "valid_until": "2030-01-31" } })
}

fn errors(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.said(), (422, "invalid"), "{}", reply.text);
    let errors = reply.json["errors"].as_array().unwrap().iter();
    errors
        .map(|e| {
            format!(
                "{} {}",
                e["field"].as_str().unwrap(),
                e["code"].as_str().unwrap()
            )
        })
        .collect()
}

#[test]
fn a_record_is_made_found_changed_and_deleted() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let made = clerk.post("/api/residents", &patient(&schema, "A-1", "Zoë 17"));
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.json["id"].as_str().unwrap();
        let path = format!("/api/residents/{id}");
        let shown = clerk.get(&path);
        assert_eq!(shown.json, made.json);
        assert_eq!(
            shown.json["values"],
            json!({ "number": "Zoë 17", "entitlement": 1, "valid_until": "2030-01-31" })
        );
        assert_eq!(shown.json["state"], "new");
        let found = clerk.get("/api/residents?search=ZOE&state=new");
        assert_eq!(found.json["total"], 1);
        assert_eq!(found.json["items"][0]["name"], "Zoë 17");
        let found = clerk.get(&format!("/api/residents?schema={schema}&state=holds"));
        assert_eq!(found.json["total"], 0);

        // What was read can be written back as it is.
        let mut change = json!({ "reference": "A-2", "version": 1 });
        change["values"] = shown.json["values"].clone();
        let changed = clerk.put(&path, &change);
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(
            (&changed.json["version"], &changed.json["reference"]),
            (&json!(2), &json!("A-2"))
        );
        assert_eq!(clerk.put(&path, &change).said(), (409, "conflict"));
        clerk.post("/api/residents", &patient(&schema, "A-3", "x"));
        change["version"] = 2.into();
        change["reference"] = "A-3".into();
        assert_eq!(clerk.put(&path, &change).said(), (409, "exists"));

        assert_eq!(clerk.delete(&path).said(), (403, "forbidden"));
        let registrar = service.signed_in(Role::Registrar);
        assert_eq!(registrar.delete(&path).status, 204);
        for method in ["GET", "DELETE"] {
            let gone = registrar.send(method, &path, &[], &[]);
            assert_eq!(gone.said(), (404, "not-found"));
        }
        let overview = clerk.get("/api/overview");
        assert_eq!(overview.json["residents"], 1, "{}", overview.text);
    });
}

#[test]
fn every_wrong_field_is_named_and_nothing_is_kept() {
    on_each(|service| {
        let schema = add(service, RESIDENT);
        let clerk = service.signed_in(Role::Clerk);
        let good = json!({
            "given_name": "Ada", "family_name": "Byron", "birth_date": "1990-05-31",
            "city": 1, "district": "Mills", "resident_since": "2001-01-01",
            "number": "7", "photo": "ab".repeat(32) });
        let send = |field: &str, value: Value| {
            let mut body = json!({ "schema": schema, "reference": "A-1", "values": good });
            match field {
                "schema" | "reference" | "values" => body[field] = value,
                field => body["values"][field] = value,
            }
            clerk.post("/api/residents", &body)
        };
        for (field, value, code) in [
            ("given_name", json!("x".repeat(65)), "too-long"),
            ("given_name", json!("é".repeat(33)), "too-long"),
            ("given_name", json!("a\u{202e}b"), "plain"),
            ("given_name", json!("a\nb"), "plain"),
            ("given_name", json!("a\u{7}b"), "plain"),
            ("given_name", json!(7), "text"),
            ("given_name", Value::Null, "text"),
            ("given_name", json!({ "a": 1 }), "text"),
            ("birth_date", json!("1990-02-30"), "date"),
            ("birth_date", json!("31-05-1990"), "date"),
            ("birth_date", json!("1899-12-31"), "date"),
            ("birth_date", json!(33_000), "date"),
            ("city", json!(3), "enumeration"),
            ("city", json!("Atlantis"), "enumeration"),
            ("city", json!(1.5), "enumeration"),
            ("city", json!([1]), "enumeration"),
            ("photo", json!("ab"), "bytes"),
            ("photo", json!("zz".repeat(32)), "bytes"),
            ("x", json!("'; DROP TABLE residents; --"), "unknown"),
            ("reference", json!("  "), "missing"),
            ("reference", json!("x".repeat(65)), "too-long"),
            ("reference", json!("a\tb"), "plain"),
            ("reference", json!(1), "type"),
            ("values", json!([]), "type"),
            ("schema", json!("00".repeat(32)), "unknown"),
            ("schema", json!("'; --"), "type"),
        ] {
            let reply = send(field, value.clone());
            assert_eq!(errors(&reply), [format!("{field} {code}")], "{value}");
            assert!(!reply.text.contains("Atlantis") && !reply.text.contains("DROP"));
        }
        let missing = clerk.post(
            "/api/residents",
            &json!({ "schema": schema, "reference": "", "values": { "city": 1 } }),
        );
        assert_eq!(errors(&missing).len(), 8);
        let nul = send("given_name", json!("a\0b"));
        assert_eq!(nul.said(), (400, "bad-request"));
        let kind = [("content-type", "application/json")];
        for body in ["", "[]", "{", "\u{feff}{}", "null"] {
            let reply = clerk.send("POST", "/api/residents", &kind, body.as_bytes());
            assert!([400, 422].contains(&reply.status), "{body}: {}", reply.text);
        }
        let large = send("given_name", json!("x".repeat(70_000)));
        assert_eq!(large.said(), (413, "too-large"));
        assert_eq!(clerk.get("/api/residents").json["total"], 0);
    });
}

#[test]
fn what_looks_like_sql_or_script_is_text() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        for (n, text) in [
            "'; DROP TABLE residents; --",
            "<script>alert(1)</script>",
            "=1+2",
            "$1 %s {} \\ \"",
            "Ναταλία-山田",
        ]
        .iter()
        .enumerate()
        {
            let reference = format!("{n}{text}");
            let made = clerk.post("/api/residents", &patient(&schema, &reference, text));
            assert_eq!(made.status, 201, "{}", made.text);
            assert_eq!(made.json["values"]["number"], *text);
            assert_eq!(made.json["reference"], reference);
        }
        for search in [
            "%27%3B+DROP",
            "%25",
            "_",
            "%3Cscript%3E",
            "x+".repeat(99).as_str(),
        ] {
            let found = clerk.get(&format!("/api/residents?search={search}"));
            assert_eq!(found.status, 200, "{search}");
        }
        assert_eq!(clerk.get("/api/residents?search=山田").json["total"], 1);
        assert_eq!(clerk.get("/api/residents").json["total"], 5);
    });
}

#[test]
fn a_hundred_clients_at_once_make_one_record_of_a_reference() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let clerk = service.signed_in(Role::Clerk);
        let said = std::thread::scope(|scope| {
            let send = || {
                clerk
                    .post("/api/residents", &patient(&schema, "A-1", "x"))
                    .status
            };
            let threads: Vec<_> = (0..100).map(|_| scope.spawn(send)).collect();
            let said = threads.into_iter().map(|t| t.join().unwrap());
            said.collect::<Vec<_>>()
        });
        assert_eq!(said.iter().filter(|status| **status == 201).count(), 1);
        // Nobody is told anything else than that it is there, or to come again.
        assert!(said.iter().all(|status| [201, 409, 503].contains(status)));
        assert_eq!(clerk.get("/api/residents").json["total"], 1);
    });
}

#[test]
fn ids_of_others_and_of_no_form_are_not_there() {
    on_each(|service| {
        let schema = add(service, PATIENT);
        let other = Service::start(Config::default());
        let elsewhere = add(&other, RESIDENT);
        let clerk = service.signed_in(Role::Clerk);
        let made = clerk.post("/api/residents", &patient(&schema, "A-1", "x"));
        let id = made.json["id"].as_str().unwrap();
        let theirs = other.signed_in(Role::Clerk);
        for id in [
            id,
            &id.to_uppercase(),
            &"0".repeat(32),
            "0",
            "..%2F..%2Foffice.keys",
            "%27%20OR%201=1",
            "%00",
        ] {
            let reply = theirs.get(&format!("/api/residents/{id}"));
            assert_eq!(reply.said(), (404, "not-found"), "{id}");
        }
        let foreign = clerk.post("/api/residents", &patient(&elsewhere, "A-2", "x"));
        assert_eq!(errors(&foreign), ["schema unknown"]);
    });
}

#[test]
fn pages_and_filters_out_of_bounds_are_refused() {
    let service = Service::start(Config::default());
    let clerk = service.signed_in(Role::Clerk);
    for query in [
        "page=0",
        "per_page=0",
        "per_page=101",
        "page=-1",
        "page=99999999999",
        "state=gone",
        "schema=1",
        "search=%00",
        &format!("search={}", "x".repeat(201)),
    ] {
        let reply = clerk.get(&format!("/api/residents?{query}"));
        assert_eq!(reply.said(), (400, "bad-request"), "{query}");
    }
    let last = clerk.get("/api/residents?page=1000000&per_page=100");
    assert_eq!(last.json["items"], json!([]), "{}", last.text);
    let auditor = service.signed_in(Role::Auditor);
    assert_eq!(auditor.get("/api/residents").said(), (403, "forbidden"));
}
