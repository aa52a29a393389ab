//! This project's BBS against `@digitalbazaar/bbs-signatures`, an implementation in pure JavaScript
//! over other arithmetic. `support/node.rs` runs it, from the folder of
//! this name.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

#[path = "support/node.rs"]
mod node;
#[path = "support/oracle.rs"]
mod oracle;
#[path = "support/rng.rs"]
mod rng;

use std::path::{Path, PathBuf};

use glimpse_core::bbs::Interface;
use glimpse_core::curve::Suite;
use node::Node;
use oracle::{Bbs, Shown, agree};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle_digitalbazaar")
}

struct Peer {
    suite: Suite,
    node: Node,
}

impl Peer {
    fn start(suite: Suite) -> Option<Self> {
        let check = "@digitalbazaar/bbs-signatures";
        let node = Node::start(&folder(), check, &["--omit=optional"])?;
        Some(Self { suite, node })
    }

    /// One job; an exception over there is an error here.
    fn ask(&mut self, operation: &str, mut job: Value) -> Result<Value, String> {
        job["ciphersuite"] = match self.suite {
            Suite::Sha256 => "BLS12-381-SHA-256",
            Suite::Shake256 => "BLS12-381-SHAKE-256",
        }
        .into();
        self.node.ask(operation, job)
    }

    fn octets(&mut self, operation: &str, job: Value) -> Vec<u8> {
        let value = self.ask(operation, job).unwrap();
        hex::decode(value.as_str().unwrap()).unwrap()
    }
}

fn hexes(list: &[Vec<u8>]) -> Vec<String> {
    list.iter().map(hex::encode).collect()
}

impl Bbs for Peer {
    fn name(&self) -> &'static str {
        "digitalbazaar"
    }

    fn key_gen(&mut self, material: &[u8], info: &[u8], dst: Option<&[u8]>) -> [Vec<u8>; 2] {
        // Its own default is the ciphersuite's id, that of the published fixtures the api id.
        let default = format!("{}KEYGEN_DST_", Interface::plain(self.suite).api_id());
        let dst = dst.unwrap_or(default.as_bytes());
        let job = json!({
            "material": hex::encode(material), "info": hex::encode(info), "dst": hex::encode(dst),
        });
        let keys = self.ask("keyGen", job).unwrap();
        [0, 1].map(|i| hex::decode(keys[i].as_str().unwrap()).unwrap())
    }

    fn sign(&mut self, keys: &[Vec<u8>; 2], header: &[u8], messages: &[Vec<u8>]) -> Vec<u8> {
        let job = json!({
            "secretKey": hex::encode(&keys[0]), "publicKey": hex::encode(&keys[1]),
            "header": hex::encode(header), "messages": hexes(messages),
        });
        self.octets("sign", job)
    }

    fn verify(&mut self, pk: &[u8], signature: &[u8], header: &[u8], messages: &[Vec<u8>]) -> bool {
        let job = json!({
            "publicKey": hex::encode(pk), "signature": hex::encode(signature),
            "header": hex::encode(header), "messages": hexes(messages),
        });
        self.ask("verify", job).unwrap().as_bool().unwrap()
    }

    fn prove(&mut self, pk: &[u8], signature: &[u8], shown: &Shown, all: &[Vec<u8>]) -> Vec<u8> {
        let job = json!({
            "publicKey": hex::encode(pk), "signature": hex::encode(signature),
            "header": hex::encode(&shown.header), "ph": hex::encode(&shown.ph),
            "messages": hexes(all), "indexes": shown.indexes,
        });
        self.octets("prove", job)
    }

    fn verify_proof(&mut self, pk: &[u8], proof: &[u8], shown: &Shown) -> bool {
        let job = json!({
            "publicKey": hex::encode(pk), "proof": hex::encode(proof),
            "header": hex::encode(&shown.header), "ph": hex::encode(&shown.ph),
            "messages": hexes(&shown.messages), "indexes": shown.indexes,
        });
        self.ask("verifyProof", job).unwrap().as_bool().unwrap()
    }
}

fn agree_on(suite: Suite) {
    if let Some(mut peer) = Peer::start(suite) {
        agree(suite, &mut peer);
    }
}

#[test]
fn digitalbazaar_and_this_project_agree_on_sha_256() {
    agree_on(Suite::Sha256);
}

#[test]
fn digitalbazaar_and_this_project_agree_on_shake_256() {
    agree_on(Suite::Shake256);
}
