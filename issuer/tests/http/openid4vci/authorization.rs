//! The authorization code grant: pushed request, page, code, token.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::service::{Reply, on_each};
use crate::wallet::{Wallet, error, invite, look, rows, schema, terms};

const CLIENT: &str = "org.example.wallet";
const BACK: &str = "org.example.wallet:/back";
const VERIFIER: &str = "a verifier of at least forty-three characters, as PKCE has it";

fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

/// A pushed request, with members changed, added or (empty) taken away.
fn push(wallet: &Wallet, changes: &[(&str, &str)]) -> Reply {
    let (challenge, scope) = (challenge(), wallet.configuration());
    let mut members = vec![
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", BACK),
        ("state", "x&y"),
        ("code_challenge", &*challenge),
        ("code_challenge_method", "S256"),
        ("scope", &*scope),
    ];
    for (name, value) in changes {
        members.retain(|(known, _)| known != name);
        members.push((name, value));
    }
    wallet.form("/oid4vci/par", &members)
}

fn pushed(wallet: &Wallet, changes: &[(&str, &str)]) -> String {
    let reply = push(wallet, changes);
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.json["request_uri"].as_str().unwrap().to_owned()
}

fn page(wallet: &Wallet, request_uri: &str) -> Reply {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", CLIENT), ("request_uri", request_uri)])
        .finish();
    wallet.client.get(&format!("/oid4vci/authorize?{query}"))
}

fn type_in(wallet: &Wallet, request_uri: &str, typed: &[(&str, &str)]) -> Reply {
    let mut members = vec![("client_id", CLIENT), ("request_uri", request_uri)];
    members.extend(typed);
    wallet.form("/oid4vci/authorize", &members)
}

/// A parameter of the address that the page leads to.
fn led(reply: &Reply, name: &str) -> Option<String> {
    assert_eq!(reply.status, 303, "{}", reply.text);
    let address = url::Url::parse(&reply.headers["location"]).unwrap();
    assert!(address.as_str().starts_with(BACK));
    let mut all = address.query_pairs();
    all.find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

fn exchange(wallet: &Wallet, code: &str, changes: &[(&str, &str)]) -> Reply {
    let mut members = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT),
        ("redirect_uri", BACK),
    ];
    for (name, value) in changes {
        members.retain(|(known, _)| known != name);
        members.push((name, value));
    }
    wallet.form("/oid4vci/token", &members)
}

#[test]
fn a_resident_types_her_code_and_her_wallet_gets_the_credential() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(2, false));
        let wallet = Wallet::new(service);
        let offer = wallet.offer(invitation["offer_uri"].as_str().unwrap());
        let issuer_state = offer["grants"]["authorization_code"]["issuer_state"]
            .as_str()
            .unwrap();
        let code = invitation["code"].as_str().unwrap();

        let request_uri = pushed(&wallet, &[("issuer_state", issuer_state)]);
        let form = page(&wallet, &request_uri);
        assert_eq!(form.status, 200);
        assert!(form.text.contains("org.example.wallet") && !form.text.contains("name=\"number\""));
        let policy = &form.headers["content-security-policy"];
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(
            policy.contains("form-action 'self' org.example.wallet:"),
            "{policy}"
        );
        let reply = type_in(&wallet, &request_uri, &[("code", code)]);
        assert_eq!(led(&reply, "state").as_deref(), Some("x&y"));
        assert_eq!(led(&reply, "iss").as_deref(), Some(service.url.as_str()));
        let first = led(&reply, "code").unwrap();
        let granted = exchange(&wallet, &first, &[]);
        assert_eq!(granted.status, 200, "{}", granted.text);
        assert_eq!(granted.headers["cache-control"], "no-store");
        wallet.fetch(
            granted.json["access_token"].as_str().unwrap(),
            service.now(),
        );

        // A second device has no offer, and goes by the letter's number.
        let request_uri = pushed(&wallet, &[]);
        let form = page(&wallet, &request_uri);
        assert!(form.text.contains("name=\"number\""));
        let number = invitation["number"].as_str().unwrap().to_lowercase();
        let reply = type_in(
            &wallet,
            &request_uri,
            &[("number", &number), ("code", code)],
        );
        let second = led(&reply, "code").unwrap();
        let granted = exchange(&wallet, &second, &[]);
        wallet.fetch(
            granted.json["access_token"].as_str().unwrap(),
            service.now(),
        );
        let seen = look(service, &invitation);
        assert_eq!(seen["issued"], 2);

        // All has been fetched: the codes lead nowhere.
        let request_uri = pushed(&wallet, &[("issuer_state", issuer_state)]);
        assert_eq!(
            type_in(&wallet, &request_uri, &[("code", code)]).status,
            403
        );
    });
}

#[test]
fn an_authorization_code_needs_its_verifier_client_and_redirect() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let typed = [
            ("number", invitation["number"].as_str().unwrap()),
            ("code", invitation["code"].as_str().unwrap()),
        ];
        let late = led(&type_in(&wallet, &pushed(&wallet, &[]), &typed), "code").unwrap();
        service.wait(61);
        assert_eq!(
            error(&exchange(&wallet, &late, &[])),
            (400, "invalid_grant")
        );
        let request_uri = pushed(&wallet, &[]);
        let code = led(&type_in(&wallet, &request_uri, &typed), "code").unwrap();
        // A request leads to one code.
        assert_eq!(type_in(&wallet, &request_uri, &typed).status, 400);
        assert_eq!(page(&wallet, &request_uri).status, 400);
        let before = rows(service);
        for (name, value) in [
            (
                "code_verifier",
                "another verifier of at least forty-three characters, at least",
            ),
            ("client_id", "org.example.other"),
            ("redirect_uri", "org.example.wallet:/other"),
            ("code", &late),
            ("code", "x"),
        ] {
            let reply = exchange(&wallet, &code, &[(name, value)]);
            assert_eq!(error(&reply), (400, "invalid_grant"), "{name}");
        }
        for name in [
            "code_verifier",
            "client_id",
            "redirect_uri",
            "code",
            "grant_type",
        ] {
            let reply = exchange(&wallet, &code, &[(name, "")]);
            assert_eq!(error(&reply), (400, "invalid_request"), "{name}");
        }
        let other = exchange(&wallet, &code, &[("grant_type", "password")]);
        assert_eq!(error(&other), (400, "unsupported_grant_type"));
        assert_eq!(rows(service), before);
        assert_eq!(exchange(&wallet, &code, &[]).status, 200);
        assert_eq!(
            error(&exchange(&wallet, &code, &[])),
            (400, "invalid_grant")
        );
    });
}

#[test]
fn what_is_pushed_is_checked_and_leaves_nothing_where_it_is_wrong() {
    on_each(|service| {
        invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let before = rows(service);
        for (name, value, word) in [
            ("client_id", "", "invalid_request"),
            ("response_type", "token", "unsupported_response_type"),
            ("redirect_uri", "http://wallet.example/", "invalid_request"),
            ("redirect_uri", "javascript:alert(1)", "invalid_request"),
            ("redirect_uri", "", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"),
            ("code_challenge_method", "", "invalid_request"),
            ("code_challenge", "short", "invalid_request"),
            ("code_challenge", "", "invalid_request"),
            ("scope", "glimpse_bbs.00", "invalid_scope"),
            ("scope", "", "invalid_request"),
            ("issuer_state", "x", "invalid_request"),
            ("request_uri", "urn:x", "invalid_request"),
            ("response_mode", "fragment", "invalid_request"),
            ("client_id", &"a".repeat(600), "invalid_request"),
            ("state", "\0", "invalid_request"),
            (
                "authorization_details",
                "[]",
                "invalid_authorization_details",
            ),
            (
                "authorization_details",
                "{",
                "invalid_authorization_details",
            ),
        ] {
            let reply = push(&wallet, &[(name, value)]);
            assert_eq!(error(&reply), (400, word), "{name}={value}: {}", reply.text);
        }
        assert_eq!(rows(service), before);
        let other = [("content-type", "text/plain")];
        let reply = wallet
            .client
            .send("POST", "/oid4vci/par", &other, b"client_id=a");
        assert_eq!(error(&reply), (400, "invalid_request"));
        let large = push(&wallet, &[("state", &"a".repeat(70_000))]);
        assert_eq!(large.said(), (413, "too-large"));
    });
}

#[test]
fn a_request_waits_ten_minutes_and_bears_five_guesses() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let old = pushed(&wallet, &[]);
        service.wait(601);
        assert_eq!(page(&wallet, &old).status, 400);
        let request_uri = pushed(&wallet, &[]);
        let code = invitation["code"].as_str().unwrap();
        for guess in 1..=4 {
            let typed = [("number", "00000-00000"), ("code", code)];
            let reply = type_in(&wallet, &request_uri, &typed);
            assert_eq!(reply.status, 403, "{guess}");
            assert!(reply.text.contains("role=\"alert\""));
        }
        let reply = type_in(&wallet, &request_uri, &[("number", "x"), ("code", code)]);
        assert_eq!(led(&reply, "error").as_deref(), Some("access_denied"));
        // The invitation itself was not guessed at.
        wallet.token(&invitation);
    });
}

#[test]
fn a_page_for_no_request_sends_nobody_anywhere() {
    on_each(|service| {
        let wallet = Wallet::new(service);
        for query in [
            "",
            "?client_id=a&request_uri=b",
            "?client_id=a&client_id=a&request_uri=b",
            "?redirect_uri=https%3A%2F%2Fevil.example&client_id=%3Cscript%3E&request_uri=x",
        ] {
            let reply = wallet.client.get(&format!("/oid4vci/authorize{query}"));
            assert_eq!(reply.status, 400, "{query}");
            assert!(reply.headers["content-type"].starts_with("text/html"));
            assert!(!reply.text.contains("evil") && !reply.text.contains("<script"));
            assert!(!reply.headers.contains_key("location"));
        }
        let nothing = wallet.client.send("POST", "/oid4vci/authorize", &[], b"");
        assert_eq!(nothing.status, 400);
        assert!(nothing.headers["content-type"].starts_with("text/html"));
        let french = [("accept-language", "fr")];
        let reply = wallet
            .client
            .send("GET", "/oid4vci/authorize", &french, &[]);
        assert!(reply.text.contains("lang=\"fr\""));
        let elsewhere = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "https://evil.example"),
        ];
        let body = b"client_id=a&request_uri=b&code=123456";
        let reply = wallet
            .client
            .send("POST", "/oid4vci/authorize", &elsewhere, body);
        assert_eq!(reply.said(), (403, "csrf"));
    });
}

#[test]
fn authorization_details_lead_to_an_identifier_by_which_it_is_asked() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let details = json!([{
            "type": "openid_credential", "credential_configuration_id": wallet.configuration(),
        }]);
        let details = details.to_string();
        let changes = [("scope", ""), ("authorization_details", &*details)];
        let typed = [
            ("number", invitation["number"].as_str().unwrap()),
            ("code", invitation["code"].as_str().unwrap()),
        ];
        let reply = type_in(&wallet, &pushed(&wallet, &changes), &typed);
        let granted = exchange(&wallet, &led(&reply, "code").unwrap(), &[]);
        let token = granted.json["access_token"].as_str().unwrap();
        let given = &granted.json["authorization_details"][0];
        assert_eq!(given["credential_configuration_id"], wallet.configuration());
        let pending = wallet.prove(&wallet.nonce());
        let mut request = wallet.request(&[&pending]);
        let reply = wallet.ask(token, &request);
        assert_eq!(error(&reply), (400, "invalid_credential_request"));
        let members = request.as_object_mut().unwrap();
        members.remove("credential_configuration_id");
        members.insert("credential_identifier".to_owned(), "another".into());
        let reply = wallet.ask(token, &request);
        assert_eq!(error(&reply), (400, "unknown_credential_identifier"));
        request["credential_identifier"] = given["credential_identifiers"][0].clone();
        let reply = wallet.ask(token, &request);
        assert_eq!(reply.status, 200, "{}", reply.text);
        let credential = wallet.finish(pending, &reply.json, 0, service.now());
        assert_eq!(credential.schema_id(), schema().id());
    });
}
