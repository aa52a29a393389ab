//! The list of those who may sign in, the audit trail, and who may do what.

use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::service::{Client, PASSWORD, Service, name, on_each};

fn path(registrar: &Client, name: &str) -> String {
    let all = registrar.get("/api/staff").json;
    let found = all.as_array().unwrap().iter().find(|m| m["name"] == name);
    format!("/api/staff/{}", found.unwrap()["id"].as_str().unwrap())
}

fn add(registrar: &Client, name: &str, role: &str) -> (u16, Value) {
    let body = json!({ "name": name, "role": role, "password": PASSWORD });
    let reply = registrar.post("/api/staff", &body);
    (reply.status, reply.json)
}

#[test]
fn a_registrar_adds_staff_with_plain_names_once() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        let (status, member) = add(&registrar, "Zoë O'Brien", "clerk");
        assert_eq!((status, &member["role"]), (201, &"clerk".into()));
        assert_eq!(add(&registrar, "ZOË O'BRIEN", "auditor").0, 409);
        for name in ["", " Ada", "A\nb", "wallet", "Command", &"x".repeat(65)] {
            let (status, problem) = add(&registrar, name, "clerk");
            assert_eq!(
                (status, &problem["errors"][0]["field"]),
                (422, &"name".into()),
                "{name}"
            );
        }
        assert_eq!(add(&registrar, "Ada", "mayor").0, 422);
        assert_eq!(add(&registrar, "Ada\0", "clerk").0, 400);
        let (_, problem) = add(&registrar, "a long enough", "clerk");
        assert_eq!(problem["errors"][0]["code"], "name");
        let mut client = service.client();
        assert_eq!(client.sign_in("zoë o'brien", PASSWORD).status, 200);
    });
}

#[test]
fn sessions_end_with_what_they_were_begun_with() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        let clerk = path(&registrar, &name(Role::Clerk));
        for change in [
            json!({ "role": "auditor" }),
            json!({ "role": "clerk" }),
            json!({ "reset_totp": true }),
            json!({ "disabled": true }),
        ] {
            let client = service.signed_in(Role::Clerk);
            assert_eq!(registrar.put(&clerk, &change).status, 200, "{change}");
            assert_eq!(client.get("/api/session").status, 401, "{change}");
        }
        let refused = service.client().sign_in(&name(Role::Clerk), PASSWORD);
        assert_eq!(refused.said(), (401, "sign-in"));
        let change = json!({ "disabled": false, "password": "correct horse battery" });
        assert_eq!(registrar.put(&clerk, &change).status, 200);
        let mut client = service.client();
        assert_eq!(client.sign_in(&name(Role::Clerk), PASSWORD).status, 401);
        assert_eq!(
            client
                .sign_in(&name(Role::Clerk), "correct horse battery")
                .status,
            200
        );
    });
}

#[test]
fn nobody_changes_herself_and_the_last_registrar_stays() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        let own = path(&registrar, &name(Role::Registrar));
        for change in [
            json!({ "role": "clerk" }),
            json!({ "disabled": true }),
            json!({ "password": "correct horse battery" }),
            json!({ "reset_totp": true }),
        ] {
            assert_eq!(
                registrar.put(&own, &change).said(),
                (409, "state"),
                "{change}"
            );
        }
        assert_eq!(registrar.put(&own, &json!({ "unlock": true })).status, 200);
        let unknown = format!("/api/staff/{}", "0".repeat(32));
        let change = json!({ "disabled": true });
        assert_eq!(registrar.put(&unknown, &change).said(), (404, "not-found"));
        assert_eq!(
            registrar.put("/api/staff/x", &change).said(),
            (404, "not-found")
        );
        // Two registrars take the other's role away at the same moment: one is too late.
        let mut pairs = Vec::new();
        for other in ["Second", "Third"] {
            assert_eq!(add(&registrar, other, "registrar").0, 201);
            let mut client = service.client();
            assert_eq!(client.sign_in(other, PASSWORD).status, 200);
            pairs.push((client, path(&registrar, other)));
        }
        assert_eq!(
            pairs[0].0.put(&own, &json!({ "disabled": true })).status,
            200
        );
        let change = json!({ "role": "clerk" });
        std::thread::scope(|scope| {
            scope.spawn(|| pairs[0].0.put(&pairs[1].1, &change));
            scope.spawn(|| pairs[1].0.put(&pairs[0].1, &change));
        });
        let staff = service.office().staff(service.now()).unwrap().into_iter();
        let left = staff.filter(|m| m.role == Role::Registrar && !m.disabled);
        assert_eq!(left.count(), 1);
    });
}

#[test]
fn what_the_staff_did_is_in_the_trail_and_the_trail_is_whole() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        let clerk = path(&registrar, &name(Role::Clerk));
        let change = json!({ "role": "auditor", "unlock": true });
        assert_eq!(registrar.put(&clerk, &change).status, 200);
        let trail = registrar.get("/api/audit?per_page=2").json;
        let entry = &trail["items"][0];
        assert_eq!(entry["action"], "staff.change");
        assert_eq!(entry["actor"], "The registrar");
        assert_eq!(entry["detail"], "role auditor, unlocked");
        assert_eq!(trail["total"], 5);
        let earlier = registrar.get("/api/audit?per_page=2&page=2").json;
        assert_eq!(earlier["items"][0]["number"], 3);
        let chosen = registrar.get("/api/audit?actor=The%20registrar&action=session.begin");
        assert_eq!(chosen.json["total"], 1);
        let checked = registrar.get("/api/audit/check").json;
        assert_eq!(
            (&checked["whole"], &checked["entries"]),
            (&true.into(), &5.into())
        );
        for wrong in [
            "per_page=0",
            "per_page=101",
            "page=0",
            "page=x",
            "actor=%00",
            "page=1000001",
        ] {
            let reply = registrar.get(&format!("/api/audit?{wrong}"));
            assert_eq!(reply.said(), (400, "bad-request"), "{wrong}");
        }
    });
}

/// Every call of the document with the roles that may make it; an id where one is in the path.
fn calls(service: &Service) -> Vec<(String, String, Option<Vec<Role>>)> {
    let document = service.client().get("/openapi.json").json;
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let path: Vec<_> = path
            .split('/')
            .map(|part| match part {
                "{handle}" => "0".repeat(16),
                part if part.starts_with('{') => "0".repeat(32),
                part => part.to_owned(),
            })
            .collect();
        for (method, operation) in item.as_object().unwrap() {
            // Wallets have tokens in place of sessions.
            let roles = operation["security"][0]["session"].as_array().map(|all| {
                all.iter()
                    .map(|r| Role::from_code(r.as_str().unwrap()).unwrap())
                    .collect()
            });
            calls.push((method.to_uppercase(), path.join("/"), roles));
        }
    }
    calls
}

/// What is open to everybody, named here so that a forgotten role is seen.
fn is_open(method: &str, path: &str) -> bool {
    matches!(
        (method, path),
        ("POST", "/api/session") | ("GET", "/health" | "/metrics" | "/openapi.json")
    ) || ["/.well-known/", "/oid4vci/", "/renewal/"]
        .iter()
        .any(|start| path.starts_with(start))
}

#[test]
fn every_call_is_open_to_the_roles_that_the_document_names_and_to_nobody_else() {
    on_each(|service| {
        let nobody = service.client();
        let clients: Vec<_> = Role::ALL
            .into_iter()
            .map(|role| (role, service.signed_in(role)))
            .collect();
        let calls = calls(service);
        assert!(calls.len() > 10, "{}", calls.len());
        for (method, path, roles) in calls {
            let Some(roles) = roles else {
                assert!(is_open(&method, &path), "{method} {path} names no role");
                continue;
            };
            if path == "/api/session" {
                continue;
            }
            let body = json!({});
            let reply = nobody.json(&method, &path, &body);
            assert_eq!(reply.said(), (401, "unauthenticated"), "{method} {path}");
            for (role, client) in &clients {
                let mut other = client.clone();
                other.csrf = None;
                let forged = other.json(&method, &path, &body);
                if method != "GET" {
                    assert_eq!(forged.said(), (403, "csrf"), "{method} {path}");
                }
                let reply = client.json(&method, &path, &body);
                let refused = reply.said() == (403, "forbidden");
                let expected = !roles.contains(role);
                assert_eq!(
                    refused, expected,
                    "{method} {path} {role:?}: {}",
                    reply.text
                );
                assert_ne!(reply.status, 401, "{method} {path} {role:?}");
                assert_ne!(reply.status, 500, "{method} {path} {role:?}");
            }
        }
    });
}
