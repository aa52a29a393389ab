//! What must not work, and what it leaves behind: nothing.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use glimpse_core::credential::CredentialContext;
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::IssuerId;
use glimpse_issuer::residents::ResidentState;
use serde_json::{Value, json};

use crate::service::on_each;
use crate::wallet::{Wallet, credentials, error, invite, look, rows, schema, terms};

#[test]
fn what_is_no_proof_is_refused_and_leaves_nothing() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(4, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let nonce = wallet.nonce();
        let good = wallet.prove(&nonce).proof;
        let mut flipped = BASE64_URL_SAFE_NO_PAD.decode(&good).unwrap();
        *flipped.last_mut().unwrap() ^= 1;
        let flipped = BASE64_URL_SAFE_NO_PAD.encode(flipped);
        let context = wallet.context();
        let other_key = PublicKey::of(&SecretScalar::random(&mut glimpse_terminal::rng()));
        let other = |issuer, key| CredentialContext::new(schema(), issuer, key).unwrap();
        let other_key = other(context.issuer, other_key);
        let other_issuer = other(IssuerId([9; 16]), *context.key.key());
        let proof = |context: &_, audience: &str| wallet.prove_to(context, audience, &nonce).proof;
        let before = rows(service);
        let commitment = |proof: &str| json!({ "glimpse_commitment": [proof] });
        for (name, proofs) in [
            (
                "another audience",
                commitment(&proof(&context, "https://other.example")),
            ),
            (
                "a slash more",
                commitment(&proof(&context, &format!("{}/", wallet.issuer))),
            ),
            (
                "another key",
                commitment(&proof(&other_key, &wallet.issuer)),
            ),
            (
                "another issuer",
                commitment(&proof(&other_issuer, &wallet.issuer)),
            ),
            ("a bit", commitment(&flipped)),
            ("padding", commitment(&format!("{good}="))),
            ("cut", commitment(&good[..good.len() - 4])),
            ("too long", commitment(&"A".repeat(20_000))),
            ("no text", json!({ "glimpse_commitment": [17] })),
            (
                "an object",
                json!({ "glimpse_commitment": [{ "proof": good }] }),
            ),
            ("no list", json!({ "glimpse_commitment": good })),
            ("no proof", json!({ "glimpse_commitment": [] })),
            (
                "the same twice",
                json!({ "glimpse_commitment": [good, good] }),
            ),
            (
                "five",
                json!({ "glimpse_commitment": ["a", "b", "c", "d", "e"] }),
            ),
            ("another type", json!({ "jwt": [good] })),
            (
                "two types",
                json!({ "glimpse_commitment": [good], "jwt": ["x"] }),
            ),
            ("nothing", json!({})),
            (
                "a good one and a bad one",
                json!({ "glimpse_commitment": [good, flipped] }),
            ),
        ] {
            let mut request = wallet.request(&[]);
            request["proofs"] = proofs;
            let reply = wallet.ask(&token, &request);
            assert_eq!(
                error(&reply),
                (400, "invalid_proof"),
                "{name}: {}",
                reply.text
            );
            assert_eq!(reply.headers["cache-control"], "no-store");
        }
        let mut request = wallet.request(&[]);
        request.as_object_mut().unwrap().remove("proofs");
        assert_eq!(error(&wallet.ask(&token, &request)), (400, "invalid_proof"));
        assert_eq!(rows(service), before);
        // None of it has used the nonce up.
        let pending = wallet.prove(&nonce);
        assert_eq!(wallet.ask(&token, &wallet.request(&[&pending])).status, 200);
    });
}

#[test]
fn requests_that_are_malformed_are_refused_in_the_protocol_s_words() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let good = wallet.request(&[&wallet.prove(&wallet.nonce())]);
        let before = rows(service);
        let with = |name: &str, value: Value| {
            let mut request = good.clone();
            request[name] = value;
            request
        };
        let id = wallet.configuration();
        let upper = id.to_uppercase();
        for (request, word) in [
            (
                with("credential_configuration_id", "other".into()),
                "unknown_credential_configuration",
            ),
            (
                with("credential_configuration_id", upper.into()),
                "unknown_credential_configuration",
            ),
            (
                with("credential_configuration_id", 1.into()),
                "invalid_credential_request",
            ),
            (
                with("credential_identifier", "x".into()),
                "invalid_credential_request",
            ),
            (with("proofs", "x".into()), "invalid_credential_request"),
            (
                with("credential_response_encryption", json!({})),
                "invalid_encryption_parameters",
            ),
            (json!({}), "invalid_credential_request"),
            (json!([]), "invalid_credential_request"),
        ] {
            let reply = wallet.ask(&token, &request);
            assert_eq!(error(&reply), (400, word), "{request}");
        }
        let bearer = format!("Bearer {token}");
        let json = [
            ("content-type", "application/json"),
            ("authorization", &*bearer),
        ];
        let post = |headers: &[(&str, &str)], body: &[u8]| {
            wallet
                .client
                .send("POST", "/oid4vci/credential", headers, body)
        };
        let twice = format!(
            "{{\"credential_configuration_id\":\"{id}\",\"credential_configuration_id\":\"{id}\"}}"
        );
        for body in ["", "{", "\u{0}", "null", &twice] {
            let reply = post(&json, body.as_bytes());
            assert_eq!(error(&reply), (400, "invalid_credential_request"), "{body}");
        }
        let text = [("content-type", "text/plain"), ("authorization", &*bearer)];
        let reply = post(&text, good.to_string().as_bytes());
        assert_eq!(error(&reply), (400, "invalid_credential_request"));
        let large = with(
            "proofs",
            json!({ "glimpse_commitment": ["A".repeat(70_000)] }),
        );
        assert_eq!(wallet.ask(&token, &large).said(), (413, "too-large"));
        for (body, word) in [
            (
                json!({ "notification_id": "x", "event": "credential_accepted" }),
                "invalid_notification_id",
            ),
            (
                json!({ "notification_id": "x", "event": "other" }),
                "invalid_notification_request",
            ),
            (
                json!({ "notification_id": "x" }),
                "invalid_notification_request",
            ),
            (json!({}), "invalid_notification_request"),
        ] {
            let reply = wallet.send("/oid4vci/notification", &token, &body);
            assert_eq!(error(&reply), (400, word), "{body}");
        }
        let transaction = json!({ "transaction_id": "0".repeat(32) });
        let reply = wallet.send("/oid4vci/deferred", &token, &transaction);
        assert_eq!(error(&reply), (400, "invalid_transaction_id"));
        assert_eq!(rows(service), before);
    });
}

#[test]
fn a_token_is_good_for_its_own_and_in_its_time() {
    on_each(|service| {
        let first = invite(service, "A-1", &terms(1, false));
        let second = invite(service, "A-2", &terms(1, true));
        let wallet = Wallet::new(service);
        let (one, other) = (wallet.token(&first), wallet.token(&second));
        let (_, answer) = wallet.fetch(&one, service.now());
        let pending = wallet.prove(&wallet.nonce());
        let request = wallet.request(&[&pending]);
        let waiting = wallet.ask(&other, &request).json;
        let before = rows(service);
        // What belongs to one token is not there for another.
        let transaction = json!({ "transaction_id": waiting["transaction_id"] });
        let reply = wallet.send("/oid4vci/deferred", &one, &transaction);
        assert_eq!(error(&reply), (400, "invalid_transaction_id"));
        let told = json!({
            "notification_id": answer["notification_id"], "event": "credential_failure",
        });
        let reply = wallet.send("/oid4vci/notification", &other, &told);
        assert_eq!(error(&reply), (400, "invalid_notification_id"));
        for token in ["", "x", &one[1..], &format!("{one}A"), &one.to_lowercase()] {
            for path in ["credential", "deferred", "notification"] {
                let reply = wallet.send(&format!("/oid4vci/{path}"), token, &json!({
                    "transaction_id": "x", "notification_id": "x", "event": "credential_accepted",
                    "credential_configuration_id": wallet.configuration(),
                    "proofs": request["proofs"],
                }));
                assert_eq!(error(&reply), (401, "invalid_token"), "{path} {token}");
                assert!(reply.headers["www-authenticate"].starts_with("Bearer"));
            }
        }
        let kind = [("content-type", "application/json")];
        let reply = wallet
            .client
            .send("POST", "/oid4vci/credential", &kind, b"{}");
        assert_eq!(error(&reply), (401, "invalid_token"));
        assert_eq!(rows(service), before);
        service.wait(3601);
        let reply = wallet.ask(&one, &request);
        assert_eq!(error(&reply), (401, "invalid_token"));
        // An approval may take days.
        assert_eq!(wallet.ask(&other, &request).status, 202);
    });
}

#[test]
fn an_invitation_s_codes_end_with_it() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let before = rows(service);
        service.wait(3601);
        let code = invitation["code"].as_str().unwrap();
        let link = invitation["offer_value_uri"].as_str().unwrap();
        assert!(wallet.offer(link).is_object());
        assert_eq!(
            error(&wallet.bring(&invitation, code)),
            (400, "invalid_grant")
        );
        assert_eq!(rows(service), before);
        let seen = look(service, &invitation);
        assert_eq!(
            (&seen["state"], &seen["code"]),
            (&"expired".into(), &json!(null))
        );
        assert_eq!(credentials(service), 0);
        // The state of whose it was follows when the service tidies up.
        let resident = invitation["resident"].as_str().unwrap().parse().unwrap();
        let office = service.office();
        let state = || office.resident(resident).unwrap().state;
        assert_eq!(state(), ResidentState::Invited);
        office.tidy(service.now()).unwrap();
        assert_eq!(state(), ResidentState::New);
        assert_eq!(look(service, &invitation)["state"], "expired");
        let link = "SELECT count(*) FROM invitations WHERE secrets IS NOT NULL";
        assert_eq!(office.store().read(|tx| tx.number(link, &[])), Ok(0));
    });
}

#[test]
fn what_is_over_is_forgotten() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        wallet.fetch(&wallet.token(&invitation), service.now());
        let office = service.office();
        office.tidy(service.now()).unwrap();
        let [holders, invitations, _, tokens, nonces, issuances, _] = rows(service);
        let all = (holders, invitations, tokens, nonces, issuances);
        assert_eq!(all, (1, 1, 1, 1, 1));
        service.wait(3601);
        office.tidy(service.now()).unwrap();
        let [holders, invitations, _, tokens, nonces, issuances, _] = rows(service);
        let all = (holders, invitations, tokens, nonces, issuances);
        assert_eq!(all, (1, 1, 0, 0, 0));
        assert_eq!(look(service, &invitation)["state"], "issued");
    });
}

#[test]
fn token_requests_that_are_malformed_are_refused_and_count_no_attempt() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let offer = wallet.offer(invitation["offer_uri"].as_str().unwrap());
        let grant = &offer["grants"][crate::wallet::PRE_AUTHORIZED];
        let code = grant["pre-authorized_code"].as_str().unwrap();
        let tx_code = invitation["code"].as_str().unwrap();
        let kind = ("grant_type", crate::wallet::PRE_AUTHORIZED);
        let (code, tx) = (("pre-authorized_code", code), ("tx_code", tx_code));
        let details = (
            "authorization_details",
            "[{\"type\":\"openid_credential\",\"credential_configuration_id\":\"x\"}]",
        );
        let before = rows(service);
        for (members, word) in [
            (vec![kind, code], "invalid_request"),
            (vec![kind, tx], "invalid_request"),
            (vec![code, tx], "invalid_request"),
            (vec![kind, code, tx, tx], "invalid_request"),
            (
                vec![kind, ("pre-authorized_code", "x"), tx],
                "invalid_grant",
            ),
            (
                vec![("grant_type", "refresh_token"), code, tx],
                "unsupported_grant_type",
            ),
            (
                vec![kind, code, tx, details],
                "invalid_authorization_details",
            ),
        ] {
            let reply = wallet.form("/oid4vci/token", &members);
            assert_eq!(error(&reply), (400, word), "{members:?}");
            assert_eq!(reply.headers["cache-control"], "no-store");
        }
        assert_eq!(rows(service), before);
        wallet.token(&invitation);
    });
}

#[test]
fn nothing_secret_is_in_the_database() {
    let service =
        crate::service::Service::start(glimpse_issuer::service::config::Config::default());
    let invitation = invite(&service, "A-1", &terms(1, false));
    let second = invite(&service, "A-2", &terms(1, false));
    let wallet = Wallet::new(&service);
    let token = wallet.token(&second);
    let (credential, answer) = wallet.fetch(&token, service.now());
    let offer = wallet.offer(invitation["offer_value_uri"].as_str().unwrap());
    let code = offer["grants"][crate::wallet::PRE_AUTHORIZED]["pre-authorized_code"]
        .as_str()
        .unwrap();
    let number = invitation["number"].as_str().unwrap().replace('-', "");
    let text = |text: &str| text.as_bytes().to_vec();
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let secrets = [
        text(code),
        decoded(code),
        text(&number),
        text(&token),
        decoded(&token),
        text("Ada-4711"),
        text(answer["credentials"][0]["credential"].as_str().unwrap()),
        credential.renewal_key.to_vec(),
    ];
    let mut seen = 0;
    for file in std::fs::read_dir(service.folder.path().join("office")).unwrap() {
        let octets = std::fs::read(file.unwrap().path()).unwrap();
        seen += octets.len();
        for (place, secret) in secrets.iter().enumerate() {
            let found = octets.windows(secret.len()).any(|w| w == secret);
            assert!(!found, "secret {place}");
        }
    }
    assert!(seen > 50_000);
}
