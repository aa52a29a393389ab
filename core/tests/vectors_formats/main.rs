//! The vectors of encodings and trust lists: one JSON file a case, good and bad. The cases are
//! written down here with what must come of them, and the files are checked against both the
//! decoders and these cases. To write them anew:
//! `cargo test -p glimpse-core --test vectors_formats -- --ignored regenerate`
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod encoding;
mod transport;
mod trust;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ed25519_dalek::{SigningKey, VerifyingKey};
use glimpse_core::cbor::{Reader, Writer};
use glimpse_core::ids::UnixTime;
use glimpse_core::signed::{self, Kind};
use glimpse_core::transport::frames::{Frame, Joiner, Progress};
use glimpse_core::transport::qr;
use glimpse_core::trust::{Accepted, Roots, TrustList, accept};
use serde_json::{Value, json};

const REGENERATE: &str =
    "cargo test -p glimpse-core --test vectors_formats -- --ignored regenerate";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

struct Case {
    folder: &'static str,
    name: String,
    tests: &'static str,
    decoder: &'static str,
    input: Value,
    expected: Value,
}

impl Case {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name, "tests": self.tests, "regenerate": REGENERATE,
            "decoder": self.decoder, "input": self.input, "expected": self.expected,
        })
    }
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../test-vectors")
        .join(name)
}

fn octets(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn error(e: impl core::fmt::Debug) -> Value {
    json!({ "error": format!("{e:?}") })
}

/// What a decoder makes of an input; on success it also checks that encoding gives it back.
fn run(decoder: &str, input: &Value) -> Value {
    match decoder {
        "cbor_uint" => {
            let octets = octets(&input["octets"]);
            let mut r = Reader::new(&octets);
            match r.uint().and_then(|n| r.finish().map(|()| n)) {
                Ok(n) => {
                    let mut w = Writer::new();
                    w.uint(n);
                    assert_eq!(w.into_vec(), octets);
                    json!({ "value": n.to_string() })
                }
                Err(e) => error(e),
            }
        }
        "cbor_texts" => {
            let octets = octets(&input["octets"]);
            let mut r = Reader::new(&octets);
            match r.texts().and_then(|t| r.finish().map(|()| t)) {
                Ok(texts) => {
                    let mut w = Writer::new();
                    texts.write(&mut w);
                    assert_eq!(w.into_vec(), octets);
                    json!({ "en": texts.get("en"), "nl": texts.get("nl") })
                }
                Err(e) => error(e),
            }
        }
        "cbor_bytes_up_to_32" => {
            let octets = octets(&input["octets"]);
            let mut r = Reader::new(&octets);
            match r
                .bytes(32)
                .map(<[u8]>::to_vec)
                .and_then(|b| r.finish().map(|()| b))
            {
                Ok(b) => json!({ "value": hex::encode(b) }),
                Err(e) => error(e),
            }
        }
        "sign1_request" => {
            let octets = octets(&input["octets"]);
            let signer = key(input["key_seed"].as_u64().unwrap() as u8);
            let read = signed::read(&octets)
                .and_then(|d| d.verify(Kind::Request, &signer.verifying_key()));
            match read {
                Ok(payload) => {
                    assert_eq!(signed::sign(Kind::Request, payload, &signer), octets);
                    json!({ "payload": hex::encode(payload) })
                }
                Err(e) => error(e),
            }
        }
        "qr_text" => match qr::decode(input["text"].as_str().unwrap()) {
            Ok((kind, document)) => {
                assert_eq!(qr::encode(kind, &document).unwrap(), input["text"]);
                json!({ "kind": format!("{kind:?}"), "document": hex::encode(document) })
            }
            Err(e) => error(e),
        },
        "frames" => {
            let mut joiner = Joiner::new();
            for text in input["frames"].as_array().unwrap() {
                let text = text.as_str().unwrap();
                match joiner.receive(text) {
                    Ok(Progress::Complete(kind, document)) => {
                        return json!({ "kind": format!("{kind:?}"), "document": hex::encode(document) });
                    }
                    Ok(_) => assert_eq!(Frame::from_text(text).ok().unwrap().to_text(), text),
                    Err(e) => return error(e),
                }
            }
            json!({ "waiting": true })
        }
        "trust_list" => run_trust(input),
        other => panic!("{other} is no decoder"),
    }
}

fn run_trust(input: &Value) -> Value {
    let keys = input["roots"].as_array().unwrap().iter();
    let roots = Roots {
        list: Some([1; 16]),
        keys: keys
            .map(|k| VerifyingKey::from_bytes(&octets(k).try_into().unwrap()).unwrap())
            .collect(),
        threshold: input["root_threshold"].as_u64().unwrap() as usize,
    };
    let now = UnixTime(input["now"].as_u64().unwrap());
    let mut current: Option<Accepted> = None;
    for document in input["documents"].as_array().unwrap() {
        match accept(current.as_ref(), &octets(document), now, &roots) {
            Ok(accepted) => current = Some(accepted),
            Err(e) => return error(e),
        }
    }
    let current = current.unwrap();
    if let Err(e) = current.check_time(now, input["grace"].as_u64().unwrap()) {
        return error(e);
    }
    let list = &current.list;
    assert!(TrustList::from_payload(&list.to_payload()).unwrap() == *list);
    json!({
        "sequence": list.sequence, "threshold": list.threshold,
        "issuers": list.issuers.iter().map(|i| i.id.to_string()).collect::<Vec<_>>(),
        "verifiers": list.verifiers.iter().map(|v| v.id.to_string()).collect::<Vec<_>>(),
    })
}

fn cases() -> BTreeMap<(String, String), Case> {
    let all = [
        trust::cases(),
        encoding::cbor_cases(),
        encoding::cose_cases(),
        transport::cases(),
    ];
    let all = all.into_iter().flatten();
    all.map(|c| ((c.folder.to_owned(), c.name.clone()), c))
        .collect()
}

#[test]
fn vectors_hold() {
    let mut found = 0;
    let mut cases = cases();
    for name in ["encoding", "trust"] {
        for entry in std::fs::read_dir(folder(name)).unwrap() {
            let path = entry.unwrap().path();
            let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_bad = file["expected"]["error"].is_string();
            assert!(
                stem.starts_with(if is_bad { "bad_" } else { "good_" }),
                "{stem}"
            );
            let came = run(file["decoder"].as_str().unwrap(), &file["input"]);
            assert_eq!(came, file["expected"], "{stem}");
            let case = cases.remove(&(name.to_owned(), stem.clone()));
            let case = case.unwrap_or_else(|| panic!("{stem} is not one of the cases here"));
            assert_eq!(case.to_json(), file, "{stem} differs: {REGENERATE}");
            found += 1;
        }
    }
    assert!(cases.is_empty(), "missing files: {:?}", cases.keys());
    assert!(found > 60);
}

#[test]
#[ignore = "writes test-vectors"]
fn regenerate() {
    for name in ["encoding", "trust"] {
        std::fs::create_dir_all(folder(name)).unwrap();
    }
    for case in cases().values() {
        assert_eq!(
            run(case.decoder, &case.input),
            case.expected,
            "{}",
            case.name
        );
        let text = serde_json::to_string_pretty(&case.to_json()).unwrap() + "\n";
        std::fs::write(
            folder(case.folder).join(format!("{}.json", case.name)),
            text,
        )
        .unwrap();
    }
}
