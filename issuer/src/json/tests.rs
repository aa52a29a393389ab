//! Schemas and values as JSON.

use glimpse_core::predicate::dates::AttributeDate;

use super::*;

const RESIDENT: &str = include_str!("../../schemas/resident.json");
const BADGE: &str = include_str!("../../schemas/badge.json");
const PATIENT: &str = include_str!("../../schemas/patient.json");

fn given(change: (&str, &str)) -> String {
    let json =
        r#"{"number": "A-1", "entitlement": "Ordinary medicine", "valid_until": "2030-01-31"}"#;
    assert!(json.contains(change.0));
    json.replace(change.0, change.1)
}

#[test]
fn the_schemas_that_come_with_the_program_are_read() {
    assert_eq!(schema(RESIDENT).unwrap().attributes.len(), 8);
    let patient = schema(PATIENT).unwrap();
    let read = values(&patient, &given(("A-1", "A-2"))).unwrap();
    assert_eq!(read[1].as_integer(), Some(1));
    assert_eq!(
        read[2].as_integer(),
        Some(AttributeDate::parse("2030-01-31").unwrap().days())
    );
    let by_code = values(&patient, &given(("\"Ordinary medicine\"", "3"))).unwrap();
    assert_eq!(by_code[1].as_integer(), Some(3));
}

#[test]
fn a_photo_is_a_small_jpeg_in_base64() {
    let badge = schema(BADGE).unwrap();
    assert_eq!(SchemaJson::from(&badge).read().unwrap(), badge);
    let given = |photo: &str| {
        let json = format!(r#"{{"name": "Ada", "birth_date": "1990-05-05", "photo": "{photo}"}}"#);
        values(&badge, &json)
    };
    let read = given("/9j/4AAQ").unwrap();
    let written = write_values(&badge, &read);
    assert_eq!(written["photo"], "/9j/4AAQ");
    assert_eq!(
        read[2].display(&badge.attributes[2].kind, "en"),
        "photo, 6 octets"
    );
    let large = format!("/9j/{}", "AAAA".repeat(1000));
    for wrong in ["", "ffd8ff", "iVBORw0KGgo=", "/9j/4AAQ=", large.as_str()] {
        let said = given(wrong).err().unwrap().to_string();
        assert!(
            said.contains("`photo` must be a JPEG of at most 3000 octets"),
            "{said}"
        );
        assert!(wrong.is_empty() || !said.contains(wrong), "{said}");
    }
    for (from, to) in [
        ("{ \"photo\": 3000 }", "{ \"photo\": 4097 }"),
        ("{ \"photo\": 3000 }", "{ \"photo\": 2 }"),
        ("{ \"text\": 64 }", "{ \"photo\": 64 }"),
    ] {
        assert!(BADGE.contains(from));
        assert!(schema(&BADGE.replace(from, to)).is_err(), "{to}");
    }
}

#[test]
fn wrong_schemas_are_refused() {
    for (from, to) in [
        ("\"epoch_days\": 7", "\"epoch_days\": 0"),
        ("\"code\": \"number\"", "\"code\": \"Number!\""),
        ("\"code\": \"number\"", "\"code\": \"entitlement\""),
        ("\"type\": \"date\"", "\"type\": \"day\""),
        ("\"type\": \"date\"", "\"type\": \"date\", \"more\": 1"),
        ("{ \"text\": 32 }", "{ \"text\": 70000 }"),
    ] {
        assert!(PATIENT.contains(from));
        assert!(schema(&PATIENT.replace(from, to)).is_err(), "{to}");
    }
    assert!(schema("").is_err());
}

#[test]
fn wrong_values_are_named_and_not_quoted() {
    let patient = schema(PATIENT).unwrap();
    for (from, to, said) in [
        ("2030-01-31", "2030-02-31", "`valid_until` must be a date"),
        ("\"A-1\"", "1", "`number` must be text"),
        (
            "Ordinary medicine",
            "Secret",
            "`entitlement` must be one of",
        ),
        ("\"number\"", "\"numero\"", "`number` is missing"),
        ("\"number\"", "\"x\": 1, \"number\"", "`x` is no attribute"),
        ("}", "", "must be one JSON object"),
    ] {
        let error = values(&patient, &given((from, to))).err().unwrap();
        let error = error.to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("Secret") && !error.contains("A-1"));
    }
}
