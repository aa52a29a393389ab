//! Revocation with a second person.

use glimpse_core::credential::RevocationCode;
use glimpse_issuer::staff::Role;
use glimpse_issuer::store::Cell;
use serde_json::{Value, json};

use crate::residents::patient;
use crate::schemas::{PATIENT, add};
use crate::service::{Client, PASSWORD, Service, on_each};
use crate::wallet::{Wallet, invite, terms};

const HANDLE: &str = "0707070707070707";

/// A resident with a credential, as a wallet's request would leave it.
fn hold(service: &Service) -> String {
    let schema = add(service, PATIENT);
    let clerk = service.signed_in(Role::Clerk);
    let made = clerk.post("/api/residents", &patient(&schema, "A-1", "Mills"));
    let id = made.json["id"].as_str().unwrap().to_owned();
    let octets = |hex: &str| -> Cell {
        let octets = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]);
        let octets = octets.map(|pair| u8::from_str_radix(pair, 16).unwrap());
        Cell::Octets(octets.collect())
    };
    let office = service.office();
    let cells = [
        octets(HANDLE),
        octets(&schema),
        Cell::Octets(office.current_key().0.to_vec()),
        Cell::Octets(vec![0; 48]),
        Cell::from(service.now()),
        octets(&id),
    ];
    let sql = "INSERT INTO holders (handle, schema, key, b0, issued, reference, resident)
               VALUES ($1, $2, $3, $4, $5, '', $6)";
    let kept = office.store().write(|tx| tx.execute(sql, &cells));
    assert_eq!(kept, Ok(1));
    id
}

fn ask(client: &Client, body: Value) -> crate::service::Reply {
    client.post(&format!("/api/credentials/{HANDLE}/revocation"), &body)
}

#[test]
fn one_asks_and_another_with_the_right_role_confirms() {
    on_each(|service| {
        let resident = hold(service);
        let registrar = service.signed_in(Role::Registrar);
        let asked = ask(
            &registrar,
            json!({ "reason": "lost", "note": "On the ferry" }),
        );
        assert_eq!(asked.status, 201, "{}", asked.text);
        assert_eq!(
            (&asked.json["name"], &asked.json["resident"]),
            (&json!("Mills"), &json!(resident))
        );
        let again = ask(&registrar, json!({ "reason": "lost" }));
        assert_eq!(again.said(), (409, "exists"));
        let id = asked.json["id"].as_str().unwrap();
        let (confirm, refuse) = (
            format!("/api/revocations/{id}/confirm"),
            format!("/api/revocations/{id}/refuse"),
        );
        let clerk = service.signed_in(Role::Clerk);
        let open = clerk.get("/api/revocations?state=requested");
        assert_eq!(open.json["items"][0]["note"], "On the ferry");
        let path = format!("/api/residents/{resident}");
        assert_eq!(clerk.get(&path).json["credentials"][0]["state"], "revoking");
        assert_eq!(clerk.get("/api/overview").json["revocations"], 1);

        assert_eq!(
            registrar.post(&confirm, &json!({})).said(),
            (403, "second-person")
        );
        for path in [&confirm, &refuse] {
            assert_eq!(clerk.post(path, &json!({})).said(), (403, "forbidden"));
        }
        let new = json!({ "name": "Second", "role": "registrar", "password": PASSWORD });
        assert_eq!(registrar.post("/api/staff", &new).status, 201);
        let mut second = service.client();
        assert_eq!(second.sign_in("Second", PASSWORD).status, 200);
        assert_eq!(second.post(&confirm, &json!({})).status, 204);
        assert_eq!(second.post(&confirm, &json!({})).said(), (409, "state"));

        let shown = clerk.get(&path).json;
        assert_eq!(shown["state"], "revoked");
        let credential = &shown["credentials"][0];
        assert_eq!(
            (&credential["state"], &credential["reason"]),
            (&json!("revoked"), &json!("lost"))
        );
        let again = ask(&clerk, json!({ "reason": "lost" }));
        assert_eq!(again.said(), (409, "state"));
    });
}

#[test]
fn a_clerk_takes_her_own_request_back_and_no_other() {
    on_each(|service| {
        let resident = hold(service);
        let clerk = service.signed_in(Role::Clerk);
        let asked = ask(&clerk, json!({ "reason": "error" }));
        let refuse = format!(
            "/api/revocations/{}/refuse",
            asked.json["id"].as_str().unwrap()
        );
        assert_eq!(clerk.post(&refuse, &json!({})).status, 204);
        let path = format!("/api/residents/{resident}");
        assert_eq!(clerk.get(&path).json["credentials"][0]["state"], "live");
        let registrar = service.signed_in(Role::Registrar);
        let gone = registrar.delete(&path);
        assert_eq!(gone.said(), (409, "state"));
    });
}

#[test]
fn wrong_requests_change_nothing() {
    on_each(|service| {
        hold(service);
        let clerk = service.signed_in(Role::Clerk);
        for body in [
            json!({}),
            json!({ "reason": "'; DROP TABLE holders; --" }),
            json!({ "reason": "lost", "note": "x".repeat(501) }),
            json!({ "reason": "lost", "note": "a\u{202e}b" }),
            json!({ "reason": "lost", "note": 7 }),
            json!({ "reason": "lost", "more": 1 }),
        ] {
            assert_eq!(ask(&clerk, body.clone()).said(), (422, "invalid"), "{body}");
        }
        let body = json!({ "reason": "lost" });
        for handle in ["00", "0000000000000000", "..", "%27"] {
            let path = format!("/api/credentials/{handle}/revocation");
            assert_eq!(
                clerk.post(&path, &body).said(),
                (404, "not-found"),
                "{handle}"
            );
        }
        assert_eq!(clerk.get("/api/revocations").json["total"], 0);
        let auditor = service.signed_in(Role::Auditor);
        assert_eq!(ask(&auditor, body).said(), (403, "forbidden"));
    });
}

#[test]
fn a_holder_is_found_by_the_code_that_she_kept() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let (credential, _) = wallet.fetch(&wallet.token(&invitation), service.now());
        let code = RevocationCode::of(&credential.renewal_key, credential.handle).to_text();
        let clerk = service.signed_in(Role::Clerk);
        // Letters that begin as hers do, with each check sign: one reads, and is not hers.
        let mut known = 0;
        for sign in "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U".chars() {
            let typed = format!("{}0000-0000-0000-0000-{sign}", &code[..5]);
            let body = json!({ "code": typed, "reason": "lost" });
            match clerk.post("/api/revocations", &body).said() {
                (422, "invalid") => {}
                (404, "not-found") => known += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(known, 1);
        let typed = code.to_lowercase().replace('-', " ");
        let body = json!({ "code": typed, "reason": "lost", "note": "By telephone" });
        let auditor = service.signed_in(Role::Auditor);
        let said = auditor.post("/api/revocations", &body);
        assert_eq!(said.said(), (403, "forbidden"));
        let asked = clerk.post("/api/revocations", &body);
        assert_eq!(asked.status, 201, "{}", asked.text);
        assert_eq!(asked.json["handle"], credential.handle.to_string());
        assert_eq!(asked.json["state"], "requested");
        let again = clerk.post("/api/revocations", &body);
        assert_eq!(again.said(), (409, "exists"));
        // The code is in no answer, and in no entry of the audit trail.
        let trail = auditor.get("/api/audit").text;
        for text in [asked.text, trail] {
            assert!(!text.contains(&**code) && !text.contains(&code.replace('-', "")));
        }
    });
}
