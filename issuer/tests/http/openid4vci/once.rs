//! Everything once: codes, nonces, credentials, and the same answer to the same request.

use std::collections::BTreeSet;

use glimpse_core::sealed::Cost;
use glimpse_core::test_rng::TestRng;
use glimpse_issuer::Office;
use serde_json::json;

use crate::service::{Client, Service, on_each};
use crate::wallet::{
    Pending, Wallet, credentials, error, invite, look, record, rows, same, terms, values,
};

/// Sends the same at once from so many clients, each with a connection of its own; how many got
/// which status.
fn at_once(
    clients: usize,
    send: impl Fn(&Client) -> (u16, String) + Sync,
    service: &Service,
) -> Vec<(u16, String)> {
    let start = std::sync::Barrier::new(clients);
    std::thread::scope(|scope| {
        let one = || {
            let client = service.client();
            start.wait();
            send(&client)
        };
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn one_code_used_by_many_at_once_gives_one_credential() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let offer = wallet.offer(invitation["offer_value_uri"].as_str().unwrap());
        let grant = &offer["grants"][crate::wallet::PRE_AUTHORIZED];
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", crate::wallet::PRE_AUTHORIZED),
                (
                    "pre-authorized_code",
                    grant["pre-authorized_code"].as_str().unwrap(),
                ),
                ("tx_code", invitation["code"].as_str().unwrap()),
            ])
            .finish();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let replies = at_once(
            100,
            |client| {
                let reply = client.send("POST", "/oid4vci/token", &kind, body.as_bytes());
                let token = reply.json["access_token"].as_str().unwrap_or_default();
                (reply.status, token.to_owned())
            },
            service,
        );
        let tokens: Vec<_> = replies
            .iter()
            .filter(|(status, _)| *status == 200)
            .collect();
        assert_eq!(
            tokens.len(),
            1,
            "{:?}",
            replies.iter().map(|(s, _)| s).collect::<BTreeSet<_>>()
        );
        assert!(
            replies
                .iter()
                .all(|(status, _)| [200, 400].contains(status))
        );
        let (credential, _) = wallet.fetch(&tokens[0].1, service.now());
        assert!(same(&credential.values, &values()));
        assert_eq!(credentials(service), 1);
        assert_eq!(look(service, &invitation)["issued"], 1);
        assert_eq!(service.office().check_audit().unwrap().broken_at, None);
    });
}

#[test]
fn one_token_used_by_many_at_once_gives_as_many_credentials_as_devices() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(2, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        // Each with a proof and a nonce of its own.
        let requests: Vec<_> = (0..16)
            .map(|_| {
                wallet
                    .request(&[&wallet.prove(&wallet.nonce())])
                    .to_string()
            })
            .collect();
        let next = std::sync::atomic::AtomicUsize::new(0);
        let bearer = format!("Bearer {token}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &*bearer),
        ];
        let replies = at_once(
            16,
            |client| {
                let mine = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let body = requests[mine].as_bytes();
                let reply = client.send("POST", "/oid4vci/credential", &headers, body);
                (reply.status, error(&reply).1.to_owned())
            },
            service,
        );
        let got = replies.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!((got, credentials(service)), (2, 2), "{replies:?}");
        for (status, word) in &replies {
            assert!(
                *status == 200 || word == "credential_request_denied",
                "{status} {word}"
            );
        }
    });
}

#[test]
fn the_same_request_gets_the_same_answer() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let pending = wallet.prove(&wallet.nonce());
        let request = wallet.request(&[&pending]).to_string();
        let bearer = format!("Bearer {token}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", &*bearer),
        ];
        let replies = at_once(
            12,
            |client| {
                let reply =
                    client.send("POST", "/oid4vci/credential", &headers, request.as_bytes());
                (reply.status, reply.text)
            },
            service,
        );
        let different: BTreeSet<_> = replies.iter().collect();
        assert_eq!(
            (different.len(), replies[0].0),
            (1, 200),
            "{:?}",
            replies[0]
        );
        // Later as well, with another record and an old nonce.
        let mut changed = record("A-1");
        changed.values[0] = glimpse_core::credential::Value::text("Eve");
        let resident = invitation["resident"].as_str().unwrap().parse().unwrap();
        let (office, rng) = (service.office(), &mut glimpse_terminal::rng());
        office
            .change_resident(resident, 1, &changed, "The clerk", service.now(), rng)
            .unwrap();
        service.wait(1800);
        let again = wallet.send(
            "/oid4vci/credential",
            &token,
            &serde_json::from_str(&request).unwrap(),
        );
        assert_eq!((again.status, again.text), replies[0].clone());
        assert_eq!(credentials(service), 1);
        let answer = serde_json::from_str(&replies[0].1).unwrap();
        let credential = wallet.finish(pending, &answer, 0, service.now());
        assert!(same(&credential.values, &values()));
    });
}

#[test]
fn five_wrong_transaction_codes_kill_the_invitation() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let code = invitation["code"].as_str().unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for attempt in 1..=4 {
            let reply = wallet.bring(&invitation, wrong);
            assert_eq!(error(&reply), (400, "invalid_grant"), "{attempt}");
        }
        assert_eq!(look(service, &invitation)["state"], "open");
        // Shorter and longer ones count as well, and say the same.
        let fifth = wallet.bring(&invitation, &format!("{code}0"));
        let right = wallet.bring(&invitation, code);
        assert_eq!(error(&fifth), (400, "invalid_grant"));
        assert_eq!((right.status, &right.text), (400, &fifth.text));
        let seen = look(service, &invitation);
        assert_eq!(
            (&seen["state"], &seen["code"]),
            (&"dead".into(), &json!(null))
        );

        // Four wrong ones, and the right one is still good.
        let invitation = invite(service, "A-2", &terms(1, false));
        let code = invitation["code"].as_str().unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        (0..4).for_each(|_| drop(wallet.bring(&invitation, wrong)));
        wallet.token(&invitation);
    });
}

#[test]
fn wrong_codes_at_once_are_counted_one_by_one() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let code = invitation["code"].as_str().unwrap();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let replies = at_once(
            40,
            |_| (wallet.bring(&invitation, wrong).status, String::new()),
            service,
        );
        assert!(replies.iter().all(|(status, _)| *status == 400));
        assert_eq!(look(service, &invitation)["state"], "dead");
        let wrong = "SELECT count(*) FROM audit WHERE action = 'invitation.wrong-code'";
        let died = "SELECT count(*) FROM audit WHERE action = 'invitation.die'";
        let office = service.office();
        let count = |sql| office.store().read(|tx| tx.number(sql, &[])).unwrap();
        assert_eq!((count(wrong), count(died)), (4, 1));
    });
}

#[test]
fn a_nonce_is_good_once_in_its_time_and_at_its_office() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(4, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let used = wallet.nonce();
        let reply = wallet.ask(&token, &wallet.request(&[&wallet.prove(&used)]));
        assert_eq!(reply.status, 200, "{}", reply.text);
        let old = wallet.nonce();
        service.wait(301);

        let folder = tempfile::tempdir().unwrap();
        let rng = &mut TestRng::new(8);
        let other = Office::create(folder.path(), b"correct", Cost::LEAST, rng).unwrap();
        let foreign = other.nonce(service.now(), rng);
        let mut longer = base64_decode(&wallet.nonce());
        longer[20] = 0xff;
        let longer = base64_encode(&longer);
        let fresh = wallet.nonce();
        let before = rows(service);
        for (name, nonce) in [
            ("used", used.as_str()),
            ("old", &old),
            ("foreign", &foreign),
            ("made to live longer", &longer),
            ("cut", &fresh[..fresh.len() - 1]),
            ("empty", ""),
            ("other", "wKI4LT17ac15ES9bw8ac4"),
        ] {
            let pending = wallet.prove(nonce);
            let reply = wallet.ask(&token, &wallet.request(&[&pending]));
            assert_eq!(error(&reply), (400, "invalid_nonce"), "{name}");
            // One bad nonce among good ones spoils the whole request.
            let both = [&wallet.prove(&fresh), &pending];
            let reply = wallet.ask(&token, &wallet.request(&both));
            assert_eq!(error(&reply), (400, "invalid_nonce"), "{name}");
        }
        assert_eq!(rows(service), before);
        let pending: Pending = wallet.prove(&fresh);
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(reply.status, 200, "{}", reply.text);
    });
}

fn base64_decode(text: &str) -> Vec<u8> {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn base64_encode(octets: &[u8]) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
    BASE64_URL_SAFE_NO_PAD.encode(octets)
}
