//! The service against `@openid4vc/openid4vci` and `@openid4vc/oauth2`, an independent client: all
//! but our own format. `core/tests/support/node.rs` runs it, from `issuer/tests/openid4vc_peer`.

use std::path::{Path, PathBuf};

use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::node::Node;
use crate::service::on_each;
use crate::wallet::{Pending, Wallet, invite, look, same, terms, values};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openid4vc_peer")
}

struct Peer(Node);

impl Peer {
    fn start() -> Option<Self> {
        Node::start(&folder(), "@openid4vc", &[]).map(Self)
    }

    /// One job; the protocol's word for an error, or what the library says.
    fn ask(&mut self, operation: &str, job: Value) -> Result<Value, String> {
        self.0.ask(operation, job)
    }

    fn offer(&mut self, invitation: &Value, link: &str) -> Value {
        self.ask("offer", json!({ "uri": invitation[link] }))
            .unwrap()
    }

    fn nonce(&mut self) -> String {
        let nonce = self.ask("nonce", json!({})).unwrap();
        nonce.as_str().unwrap().to_owned()
    }

    fn credential(&mut self, proofs: &[&Pending]) -> Result<Value, String> {
        let proofs: Vec<_> = proofs.iter().map(|pending| &pending.proof).collect();
        self.ask("credential", json!({ "proofs": proofs }))
    }

    fn notify(&mut self, answer: &Value, event: &str) -> Result<Value, String> {
        let job = json!({ "notificationId": answer["notification_id"], "event": event });
        self.ask("notify", job)
    }
}

#[test]
fn an_independent_client_goes_every_way() {
    on_each(|service| {
        let Some(peer) = &mut Peer::start() else {
            return;
        };

        // By value, with the offer's code; a batch; a notification.
        let invitation = invite(service, "A-1", &terms(2, false));
        let known = peer.offer(&invitation, "offer_value_uri");
        let wallet = Wallet::new(service);
        assert_eq!(known["issuer"]["credential_issuer"], service.url.as_str());
        assert_eq!(known["version"], "V1");
        assert_eq!(
            known["server"]["require_pushed_authorization_requests"],
            true
        );
        let code = invitation["code"].as_str().unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = peer.ask("preAuthorized", json!({ "code": wrong }));
        assert_eq!(refused.unwrap_err(), "invalid_grant");
        let token = peer.ask("preAuthorized", json!({ "code": code })).unwrap();
        assert_eq!(token["token_type"], "Bearer");
        let again = peer.ask("preAuthorized", json!({ "code": code }));
        assert_eq!(again.unwrap_err(), "invalid_grant");
        let old = wallet.prove("made up");
        assert_eq!(peer.credential(&[&old]).unwrap_err(), "invalid_nonce");
        let nonce = peer.nonce();
        let elsewhere = wallet.prove_to(&wallet.context(), "https://other.example", &nonce);
        assert_eq!(peer.credential(&[&elsewhere]).unwrap_err(), "invalid_proof");
        let both = [wallet.prove(&nonce), wallet.prove(&nonce)];
        let answer = peer.credential(&[&both[0], &both[1]]).unwrap();
        for (place, pending) in both.into_iter().enumerate() {
            let credential = wallet.finish(pending, &answer, place, service.now());
            assert!(same(&credential.values, &values()));
        }
        let more = wallet.prove(&peer.nonce());
        let denied = peer.credential(&[&more]).unwrap_err();
        assert_eq!(denied, "credential_request_denied");
        peer.notify(&answer, "credential_accepted").unwrap();
        assert_eq!(look(service, &invitation)["state"], "accepted");
        let nobody = peer.notify(&json!({ "notification_id": "x" }), "credential_accepted");
        assert_eq!(nobody.unwrap_err(), "invalid_notification_id");

        // By reference, over the page; and a second person approves.
        let invitation = invite(service, "A-2", &terms(1, true));
        peer.offer(&invitation, "offer_uri");
        let refused = peer.ask("authorize", json!({ "code": wrong }));
        assert!(refused.is_err());
        let code = &invitation["code"];
        peer.ask("authorize", json!({ "code": code })).unwrap();
        let pending = wallet.prove(&peer.nonce());
        let later = peer.credential(&[&pending]).unwrap();
        let transaction = json!({ "transactionId": later["transaction_id"] });
        let later = peer.ask("deferred", transaction.clone()).unwrap();
        assert!(later["interval"].as_u64().unwrap() > 0, "{later}");
        let registrar = service.signed_in(Role::Registrar);
        let path = format!(
            "/api/invitations/{}/approve",
            invitation["id"].as_str().unwrap()
        );
        assert_eq!(registrar.post(&path, &json!({ "version": 1 })).status, 204);
        let answer = peer.ask("deferred", transaction.clone()).unwrap();
        let credential = wallet.finish(pending, &answer, 0, service.now());
        assert!(same(&credential.values, &values()));
        peer.notify(&answer, "credential_accepted").unwrap();
        let over = peer.ask("deferred", transaction).unwrap_err();
        assert_eq!(over, "invalid_transaction_id");
    });
}
