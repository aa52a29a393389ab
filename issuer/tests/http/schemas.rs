//! The office's schemas.

use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::service::{Client, Service, on_each};

pub(crate) const PATIENT: &str = include_str!("../../schemas/patient.json");
pub(crate) const RESIDENT: &str = include_str!("../../schemas/resident.json");

/// Adds a schema as a registrar; returns its id.
pub(crate) fn add(service: &Service, schema: &str) -> String {
    let registrar = service.signed_in(Role::Registrar);
    let schema: Value = serde_json::from_str(schema).unwrap();
    let reply = registrar.post("/api/schemas", &schema);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json["id"].as_str().unwrap().to_owned()
}

fn errors(client: &Client, schema: &Value) -> Vec<String> {
    let reply = client.post("/api/schemas/check", schema);
    assert_eq!(reply.said(), (422, "invalid"), "{}", reply.text);
    let errors = reply.json["errors"].as_array().unwrap();
    let said = |e: &Value| {
        format!(
            "{} {}",
            e["field"].as_str().unwrap(),
            e["code"].as_str().unwrap()
        )
    };
    errors.iter().map(said).collect()
}

#[test]
fn a_schema_comes_back_as_it_was_sent_and_only_once() {
    on_each(|service| {
        let registrar = service.signed_in(Role::Registrar);
        let sent: Value = serde_json::from_str(RESIDENT).unwrap();
        let checked = registrar.post("/api/schemas/check", &sent);
        assert_eq!(checked.status, 200, "{}", checked.text);
        assert!(checked.json["octets"].as_u64().unwrap() > 500);
        let added = registrar.post("/api/schemas", &sent);
        assert_eq!(added.status, 201, "{}", added.text);
        assert_eq!(added.json["id"], checked.json["id"]);
        for path in ["/api/schemas", "/api/schemas/check"] {
            assert_eq!(registrar.post(path, &sent).said(), (409, "exists"));
        }
        let listed = service.signed_in(Role::Auditor).get("/api/schemas");
        let listed = listed.json[0].as_object().unwrap();
        for (field, value) in sent.as_object().unwrap() {
            assert_eq!(&listed[field], value);
        }
        assert_eq!(
            (&listed["live"], &listed["residents"]),
            (&json!(0), &json!(0))
        );
        // Another one of this code would let one credential answer for the other.
        let mut other = sent;
        other["epoch_days"] = 14.into();
        assert_eq!(errors(&registrar, &other), ["code exists"]);
    });
}

#[test]
fn everything_wrong_with_a_schema_is_said_at_its_place() {
    let service = Service::start(Default::default());
    let registrar = service.signed_in(Role::Registrar);
    let long = "x".repeat(201);
    let schema = json!({
        "code": "Wrong Code",
        "names": {},
        "epoch_days": 0,
        "attributes": [
            { "code": "a", "names": { "en": "A" }, "type": { "text": 257 } },
            { "code": "a", "names": { "en": "" }, "type": { "bytes": 0 } },
            { "code": "'; DROP TABLE schemas", "names": { "e n": "A" }, "type": "date" },
            { "code": "d", "names": { "en": "a\u{202e}b", "nl": long }, "type": "count" },
            { "code": "e", "names": { "en": "E" }, "type": { "enumeration": {} } },
            { "code": "f", "names": { "en": "F" }, "type": { "enumeration": {
                "1": { "en": "One", "nl": "Een" }, "2": { "nl": "One" }, "65536": { "en": "x" } } } },
        ],
    });
    assert_eq!(
        errors(&registrar, &schema),
        [
            "code code",
            "names names",
            "epoch_days bound",
            "attributes[0].type.text bound",
            "attributes[1].code repeated",
            "attributes[1].names.en missing",
            "attributes[1].type.bytes bound",
            "attributes[2].code code",
            "attributes[2].names language",
            "attributes[3].names.en plain",
            "attributes[3].names.nl too-long",
            "attributes[4].type.enumeration count",
            "attributes[5].type.enumeration.2 repeated",
            "attributes[5].type.enumeration.65536 bound",
        ]
    );
    let many: Vec<_> = (0..33)
        .map(|n| json!({ "code": format!("a{n}"), "names": { "en": "A" }, "type": "date" }))
        .collect();
    let schema =
        json!({ "code": "many", "names": { "en": "Many" }, "epoch_days": 7, "attributes": many });
    assert_eq!(errors(&registrar, &schema), ["attributes count"]);
    // What is of another type is said too.
    let mut wrong: Value = serde_json::from_str(PATIENT).unwrap();
    wrong["attributes"][2]["type"] = "day".into();
    assert_eq!(errors(&registrar, &wrong), ["attributes[2].type type"]);
    wrong["attributes"][2]["type"] = json!({ "text": -1 });
    assert_eq!(errors(&registrar, &wrong), ["attributes[2].type.text type"]);
    wrong["attributes"] = json!({});
    assert_eq!(errors(&registrar, &wrong), ["attributes type"]);
    assert_eq!(registrar.get("/api/schemas").json, json!([]));
}

#[test]
fn only_registrars_add_schemas() {
    let service = Service::start(Default::default());
    let patient: Value = serde_json::from_str(PATIENT).unwrap();
    for role in [Role::Clerk, Role::Auditor] {
        let client = service.signed_in(role);
        for path in ["/api/schemas", "/api/schemas/check"] {
            assert_eq!(client.post(path, &patient).said(), (403, "forbidden"));
        }
    }
}
