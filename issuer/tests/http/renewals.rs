//! Renewals by themselves, on demand, and their files as anybody fetches them.

use std::time::{Duration, Instant};

use glimpse_core::credential::Manifest;
use glimpse_core::ids::{Handle, SchemaId};
use glimpse_issuer::json;
use glimpse_issuer::staff::Role;
use glimpse_terminal::to_hex;
use serde_json::{Value, json};

use super::holders::populate;
use super::service::{Client, Service, on_each};

const WEEK: u64 = 7 * 86_400;

/// A schema with so many live holders, before any service has looked.
fn with_holders(service: &Service, count: usize) -> (SchemaId, Vec<[u8; 8]>) {
    let office = service.office();
    let schema = json::schema(include_str!("../../schemas/resident.json")).unwrap();
    let id = office
        .add_schema(&schema, "command", service.now())
        .unwrap();
    (id, populate(&office, id, count, 1))
}

/// Waits until the one renewal stands as it should; gives up after a while.
fn wait_for(client: &Client, so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let reply = client.get("/api/renewals");
        assert_eq!(reply.status, 200, "{}", reply.text);
        if so(&reply.json[0]) {
            return reply.json[0].clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{}", reply.text);
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_epoch_is_renewed_by_itself_and_once_more_when_a_registrar_says_so() {
    on_each(|first| {
        let (schema, handles) = with_holders(first, 2500);
        let service = first.replica();
        let registrar = service.signed_in(Role::Registrar);
        let done = wait_for(&registrar, |r| r["state"] == "done");
        assert_eq!(
            (&done["renewed"], &done["buckets"]),
            (&json!(2500), &json!(2))
        );
        assert_eq!(done["schema"], to_hex(&schema.0));
        // 1,795,435,200 is a Monday's noon; the grid of weeks begins on a Thursday.
        assert_eq!(
            (&done["epoch"], &done["next"]),
            (&json!("2026-11-19"), &json!("2026-11-26"))
        );
        let body = json!({ "schema": to_hex(&schema.0) });
        for role in [Role::Clerk, Role::Auditor] {
            let reply = service.signed_in(role).post("/api/renewals", &body);
            assert_eq!(reply.said(), (403, "forbidden"));
        }
        let unknown = registrar.post("/api/renewals", &json!({ "schema": "00".repeat(32) }));
        assert_eq!(unknown.said(), (404, "not-found"));
        let office = service.office();
        office
            .revoke(Handle(handles[0]), "moved", service.now())
            .unwrap();
        assert_eq!(registrar.post("/api/renewals", &body).status, 202);
        wait_for(&registrar, |r| r["state"] == "done" && r["renewed"] == 2499);
    });
}

#[test]
fn files_are_served_as_a_file_server_would() {
    on_each(|first| {
        let (schema, _) = with_holders(first, 2500);
        let service = first.replica();
        wait_for(&service.signed_in(Role::Auditor), |r| r["state"] == "done");
        let office = service.office();
        let at = format!("/renewal/{schema}/{}", office.current_key());
        let everybody = service.client();
        let manifest = everybody.get(&format!("{at}/manifest"));
        assert_eq!(manifest.status, 200);
        assert_eq!(manifest.headers["content-type"], "application/cbor");
        assert_eq!(manifest.headers["cache-control"], "public, max-age=300");
        assert_eq!(manifest.headers["access-control-allow-origin"], "*");
        let read = Manifest::verify(&manifest.octets, &office.signing_key()).unwrap();
        for (number, digest) in read.buckets.iter().enumerate() {
            let path = format!("{at}/{}/{}", read.epoch.0, to_hex(digest));
            let bucket = everybody.get(&path);
            read.open_bucket(number, &bucket.octets).unwrap();
            assert!(bucket.headers["cache-control"].contains("immutable"));
            let tag = format!("\"{}\"", to_hex(digest));
            assert_eq!(bucket.headers["etag"], tag);
            for given in [tag.clone(), format!("\"x\", W/{tag}"), "*".to_owned()] {
                let kept = everybody.send("GET", &path, &[("if-none-match", &given)], &[]);
                assert_eq!((kept.status, kept.octets.len()), (304, 0), "{given}");
                assert_eq!(kept.headers["etag"], tag);
            }
            let other = [("if-none-match", "\"00\"")];
            assert_eq!(everybody.send("GET", &path, &other, &[]).status, 200);
            let head = everybody.send("HEAD", &path, &[], &[]);
            assert_eq!((head.status, head.octets.len()), (200, 0));
            let length = bucket.octets.len().to_string();
            assert_eq!(head.headers["content-length"], length);
        }
        let tag = manifest.headers["etag"].as_str();
        let path = format!("{at}/manifest");
        let kept = everybody.send("GET", &path, &[("if-none-match", tag)], &[]);
        assert_eq!(kept.status, 304);
        let first = to_hex(&read.buckets[0]);
        for path in [
            format!("{at}/0{}/{first}", read.epoch.0),
            format!("{at}/+{}/{first}", read.epoch.0),
            format!("{at}/{}/{}", read.epoch.0, first.to_uppercase()),
            format!("{at}/{}/{first}", read.epoch.0 + 7),
            format!("{at}/{}/..%2f..%2fmanifest", read.epoch.0),
            format!("{at}/%2e%2e/manifest"),
            format!("/renewal/{schema}/{}/manifest", "0".repeat(16)),
        ] {
            assert_eq!(everybody.get(&path).status, 404, "{path}");
        }
        assert_eq!(everybody.post(&path, &json!({})).status, 405);
    });
}

#[test]
fn the_next_epoch_begins_by_itself_on_one_of_two_replicas() {
    on_each(|first| {
        with_holders(first, 2500);
        let (one, other) = (first.replica(), first.replica());
        let auditor = one.signed_in(Role::Auditor);
        wait_for(&auditor, |r| r["state"] == "done");
        one.wait(WEEK);
        // A session does not live so long, and a service looks when it starts.
        let third = other.replica();
        let auditor = third.signed_in(Role::Auditor);
        let done = wait_for(&auditor, |r| {
            r["state"] == "done" && r["epoch"] == "2026-11-26"
        });
        assert_eq!(done["renewed"], 2500);
        let trail = auditor.get("/api/audit?action=renewal.publish");
        assert_eq!(trail.json["total"], 2);
    });
}

#[test]
fn keys_are_shown_to_staff_and_to_nobody_else() {
    on_each(|service| {
        with_holders(service, 3);
        assert_eq!(service.client().get("/api/keys").status, 401);
        let office = service.office();
        let keys = service.signed_in(Role::Clerk).get("/api/keys").json;
        let key = &keys["credential"][0];
        assert_eq!(key["id"], office.current_key().to_string());
        assert_eq!(
            (&key["state"], &key["live"]),
            (&json!("current"), &json!(3))
        );
        let signing = to_hex(office.signing_key().as_bytes());
        assert_eq!(keys["signing"], json!({ "key": signing }));
    });
}
