//! A vector as a counter's folder, as `glimpse-counter` keeps it.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;

fn octets(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}

/// The answer's octets, or those of its text.
pub(crate) fn answer(case: &Value) -> Vec<u8> {
    match case["answer"]["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => octets(&case["answer"]["octets"]),
    }
}

pub(crate) fn of(case: &Value) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, octets: &[u8]| fs::write(folder.path().join(name), octets).unwrap();
    write("verifier.key", &octets(&case["identity"]));
    write("trust-list", &octets(&case["trust_list"]));
    write("registration", &octets(&case["registration"]));
    if let Some(ticket) = case["ticket"].as_str() {
        write("latest-request", &hex::decode(ticket).unwrap());
    }
    fs::create_dir(folder.path().join("outstanding")).unwrap();
    for made in case["requests"].as_array().unwrap() {
        let state = if made["used"] == true {
            "used"
        } else {
            "waiting"
        };
        let name = format!("outstanding/{}.{state}", made["ticket"].as_str().unwrap());
        let expires = made["expires"].as_u64().unwrap().to_be_bytes();
        write(&name, &[&expires, &*octets(&made["request"])].concat());
    }
    for noted in case["answers"].as_array().unwrap() {
        let name = format!("outstanding/{}.answer", noted["digest"].as_str().unwrap());
        write(&name, &noted["until"].as_u64().unwrap().to_be_bytes());
    }
    write("outstanding/clock", case["seen"].to_string().as_bytes());
    folder
}
