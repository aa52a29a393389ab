//! OpenID4VCI as a wallet sees it: what must work.

mod authorization;
mod bad;
mod killed;
mod once;
mod peer;

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::credential::{Credential, CredentialContext, Manifest, open_row};
use glimpse_core::ids::{Nonce, UnixTime, VerifierId};
use glimpse_core::predicate::dates::AttributeDate;
use glimpse_core::predicate::square_bases;
use glimpse_core::predicate::{Profile, Statement};
use glimpse_core::presentation::{
    Freshness, Holding, Predicate, Query, Registration, Request, Review, Test, VerifiedRequest,
    Verifier, prove,
};
use glimpse_core::transport::image::decode_luma;
use glimpse_issuer::staff::Role;
use serde_json::json;

use crate::service::{Service, on_each};
use crate::wallet::{Wallet, credentials, invite, look, record, rows, same, schema, terms, values};

/// Shows at a counter that the card is valid beyond today, and nothing else.
fn present(wallet: &Wallet, context: CredentialContext, credential: &Credential, now: UnixTime) {
    let texts = |text: &str| Texts::new(&[("en", text)]);
    let (counter, authority) = (
        SigningKey::from_bytes(&[6; 32]),
        SigningKey::from_bytes(&[7; 32]),
    );
    let today = AttributeDate::at(now, 0).unwrap().days();
    let query = Query {
        schema: context.schema_id,
        issuers: vec![(context.issuer, context.key_id)],
        disclose: vec![],
        predicates: vec![Predicate {
            attribute: 2,
            test: Test::Holds(Statement::AtLeast(today, Profile::ThreeSquares)),
        }],
        max_age_days: 14,
        pseudonym: None,
    };
    let expires = UnixTime(now.0 + 60);
    let registration = Registration {
        verifier: VerifierId([7; 16]),
        key: counter.verifying_key(),
        names: texts("Corner Pharmacy"),
        allowances: vec![],
        expires,
    };
    let question = Request {
        freshness: Freshness::Nonce(Nonce([8; 16])),
        verifier: VerifierId([7; 16]),
        purpose: "medicine".into(),
        purpose_texts: texts("To sell you medicine"),
        issued: now,
        expires,
        alternatives: vec![vec![query]],
        registration: registration.sign(&authority),
        answer_to: None,
    };
    let asked = question.sign(&counter);
    let holdings = [Holding {
        credential,
        context: &context,
        issuer: None,
    }];
    let verified = VerifiedRequest::verify(&asked, None, now).unwrap();
    let review = Review::new(verified, &holdings, now, "en");
    let consent = review.consent(0).unwrap();
    let rng = &mut glimpse_terminal::rng();
    let answer = prove(
        &consent,
        &holdings,
        &wallet.device,
        &square_bases().unwrap(),
        now,
        rng,
    )
    .unwrap();
    let verifier = Verifier::new(vec![Arc::new(context)]).unwrap();
    let verdict = verifier.verify(&question, &asked, &answer, now).unwrap();
    assert!(verdict.shown[0].disclosed.is_empty());
}

/// The office renews, and the wallet finds its row.
fn renew(service: &Service, context: &CredentialContext, credential: &mut Credential) -> UnixTime {
    let office = service.office();
    let later = UnixTime(service.now().0 + 7 * 86_400);
    let renewal = office.renew(schema().id(), later).unwrap().remove(0);
    let buckets = office.renewal_buckets(&renewal).unwrap();
    let manifest = Manifest::verify(&renewal.manifest, &office.signing_key()).unwrap();
    let bucket = manifest.open_bucket(0, &buckets[0]).unwrap();
    let row = bucket.row(credential.handle).unwrap();
    let epoch = manifest.epoch;
    let signature = open_row(context, &credential.renewal_key, epoch, row).unwrap();
    credential.renew(context, epoch, signature, later).unwrap();
    later
}

#[test]
fn a_resident_gets_a_credential_that_verifies_renews_and_presents() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        assert_eq!(invitation["state"], "open");
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let seen = look(service, &invitation);
        assert_eq!(
            (&seen["state"], &seen["code"]),
            (&"scanned".into(), &json!(null))
        );
        let (mut credential, answer) = wallet.fetch(&token, service.now());
        assert!(same(&credential.values, &values()));
        let context = wallet.context();
        credential.verify(&context).unwrap();
        let later = renew(service, &context, &mut credential);
        present(&wallet, context, &credential, later);
        let seen = look(service, &invitation);
        assert_eq!(
            (&seen["state"], &seen["issued"]),
            (&"issued".into(), &1.into())
        );

        for (event, state) in [
            ("credential_accepted", "accepted"),
            ("credential_accepted", "accepted"),
            ("credential_failure", "failed"),
            ("credential_deleted", "failed"),
        ] {
            let told = json!({ "notification_id": answer["notification_id"], "event": event });
            assert_eq!(
                wallet.send("/oid4vci/notification", &token, &told).status,
                204
            );
            assert_eq!(look(service, &invitation)["state"], state, "{event}");
        }
        let check = service.office().check_audit().unwrap();
        assert_eq!(check.broken_at, None);
    });
}

#[test]
fn an_offer_goes_by_value_and_by_reference_and_as_a_symbol() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let offer = |name: &str| wallet.offer(invitation[name].as_str().unwrap());
        let by_value = offer("offer_value_uri");
        assert_eq!(offer("offer_uri"), by_value);
        assert_eq!(by_value["credential_issuer"], wallet.issuer.as_str());
        let id = wallet.configuration();
        assert_eq!(by_value["credential_configuration_ids"], json!([id]));
        let tx_code = &by_value["grants"][crate::wallet::PRE_AUTHORIZED]["tx_code"];
        assert_eq!(
            (&tx_code["input_mode"], &tx_code["length"]),
            (&"numeric".into(), &6.into())
        );
        for (link, symbol) in [
            ("offer_uri", "offer_qr"),
            ("offer_value_uri", "offer_value_qr"),
        ] {
            let svg = invitation[symbol].as_str().unwrap();
            assert_eq!(read_svg(svg), invitation[link].as_str().unwrap());
        }
        let address = invitation["offer_uri"].as_str().unwrap();
        let reference = address.rsplit("%2F").next().unwrap();
        let path = format!("/oid4vci/offers/{reference}");
        let dutch = wallet
            .client
            .send("GET", &path, &[("accept-language", "nl")], &[]);
        assert!(dutch.text.contains("zes cijfers"), "{}", dutch.text);
        wallet.token(&invitation);
        assert_eq!(wallet.client.get(&path).said(), (404, "not-found"));
        assert_eq!(
            wallet.client.get("/oid4vci/offers/x").said(),
            (404, "not-found")
        );
    });
}

/// What a drawn QR symbol says: its dark squares are read as pixels.
fn read_svg(svg: &str) -> String {
    let number = |text: &str| text.parse::<u32>().unwrap();
    let size = number(
        svg.split("width=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap(),
    );
    let mut image = image::GrayImage::from_pixel(size, size, image::Luma([255]));
    let path = svg
        .split(" d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    for square in path.split('M').skip(1) {
        let (place, rest) = square.split_once('h').unwrap();
        let (left, top) = place.split_once(' ').unwrap();
        let (width, rest) = rest.split_once('v').unwrap();
        let (height, _) = rest.split_once('H').unwrap();
        for x in 0..number(width) {
            for y in 0..number(height) {
                image.put_pixel(number(left) + x, number(top) + y, image::Luma([0]));
            }
        }
    }
    decode_luma(image.width(), image.height(), image.as_raw()).unwrap()
}

#[test]
fn the_metadata_says_where_and_what_in_the_reader_s_language() {
    on_each(|service| {
        invite(service, "A-1", &terms(1, false));
        let wallet = Wallet::new(service);
        let metadata = &wallet.metadata;
        assert_eq!(metadata["credential_issuer"], service.url.as_str());
        for endpoint in ["credential", "nonce", "deferred_credential", "notification"] {
            let address = metadata[format!("{endpoint}_endpoint")].as_str().unwrap();
            assert!(
                address.starts_with(&format!("{}/oid4vci/", service.url)),
                "{address}"
            );
        }
        assert_eq!(metadata["batch_credential_issuance"]["batch_size"], 4);
        let id = wallet.configuration();
        let configuration = &metadata["credential_configurations_supported"][id.as_str()];
        assert_eq!(configuration["format"], "glimpse_bbs");
        assert_eq!(configuration["schema_id"], schema().id().to_string());
        assert_eq!(wallet.context().key_id.to_string(), configuration["key_id"]);
        let about = &configuration["credential_metadata"];
        assert_eq!(about["display"].as_array().unwrap().len(), 4);
        assert_eq!(about["claims"][0]["path"], json!(["number"]));

        let path = "/.well-known/openid-credential-issuer";
        let dutch = [("accept-language", "nl-BE, en;q=0.5")];
        let reply = wallet.client.send("GET", path, &dutch, &[]);
        assert_eq!(reply.headers["content-language"], "nl");
        let configuration = &reply.json["credential_configurations_supported"][id.as_str()];
        let display = json!([{ "name": "Kliniekpas", "locale": "nl" }]);
        assert_eq!(configuration["credential_metadata"]["display"], display);

        let server = wallet
            .client
            .get("/.well-known/oauth-authorization-server")
            .json;
        assert_eq!(server["issuer"], metadata["credential_issuer"]);
        assert_eq!(server["require_pushed_authorization_requests"], true);
        assert_eq!(server["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(server["scopes_supported"], json!([id]));
    });
}

#[test]
fn several_proofs_give_as_many_credentials_as_there_are_devices() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(3, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let first = wallet.fetch(&token, service.now()).0;
        let nonce = wallet.nonce();
        let pending: Vec<_> = (0..3).map(|_| wallet.prove(&nonce)).collect();
        let proofs: Vec<_> = pending.iter().collect();
        let reply = wallet.ask(&token, &wallet.request(&proofs));
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.json["credentials"].as_array().unwrap().len(), 2);
        let got = pending.into_iter().take(2).enumerate();
        let mut all: Vec<_> = got
            .map(|(place, pending)| wallet.finish(pending, &reply.json, place, service.now()))
            .collect();
        all.push(first);
        let mut handles: Vec<_> = all.iter().map(|credential| credential.handle).collect();
        handles.sort_unstable();
        handles.dedup();
        assert_eq!((handles.len(), credentials(service)), (3, 3));
        let pending = wallet.prove(&wallet.nonce());
        let before = rows(service);
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(
            crate::wallet::error(&reply),
            (400, "credential_request_denied")
        );
        assert_eq!(rows(service), before);
    });
}

#[test]
fn a_second_person_approves_the_values_that_she_saw() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, true));
        let id = invitation["id"].as_str().unwrap().to_owned();
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let pending = wallet.prove(&wallet.nonce());
        let request = wallet.request(&[&pending]);
        let reply = wallet.ask(&token, &request);
        assert_eq!(reply.status, 202, "{}", reply.text);
        assert!(reply.json["interval"].as_u64().unwrap() > 0);
        let transaction = json!({ "transaction_id": reply.json["transaction_id"] });
        assert_eq!(wallet.ask(&token, &request).text, reply.text);
        let later = || wallet.send("/oid4vci/deferred", &token, &transaction);
        assert_eq!((later().status, later().text), (202, reply.text.clone()));
        assert_eq!(look(service, &invitation)["state"], "waiting");

        let (clerk, registrar) = (
            service.signed_in(Role::Clerk),
            service.signed_in(Role::Registrar),
        );
        let approve = format!("/api/invitations/{id}/approve");
        assert_eq!(
            clerk.post(&approve, &json!({ "version": 1 })).said(),
            (403, "forbidden")
        );
        let listed = clerk.get("/api/approvals").json;
        assert_eq!(
            (&listed["total"], &listed["items"][0]["invitation"]),
            (&1.into(), &id.into())
        );
        assert_eq!(listed["items"][0]["name"], "Ada-4711");
        assert_eq!(listed["items"][0]["version"], 1);
        let saw = |version: u32| registrar.post(&approve, &json!({ "version": version }));
        assert_eq!(saw(2).said(), (409, "conflict"));
        assert_eq!(saw(1).status, 204);
        assert_eq!(saw(1).said(), (409, "state"));
        assert_eq!(registrar.get("/api/approvals").json["total"], 0);

        // The record changes before the wallet comes again: what was approved is not what is there.
        let resident = invitation["resident"].as_str().unwrap().parse().unwrap();
        let mut changed = record("A-1");
        changed.values[1] = glimpse_core::credential::Value::Integer(3);
        let rng = &mut glimpse_terminal::rng();
        let office = service.office();
        office
            .change_resident(resident, 1, &changed, "The clerk", service.now(), rng)
            .unwrap();
        assert_eq!((later().status, credentials(service)), (202, 0));
        assert_eq!(saw(1).said(), (409, "conflict"));
        assert_eq!(saw(2).status, 204);
        let reply = later();
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(
            (later().text, credentials(service)),
            (reply.text.clone(), 1)
        );
        assert_eq!(wallet.ask(&token, &request).text, reply.text);
        let credential = wallet.finish(pending, &reply.json, 0, service.now());
        assert!(same(&credential.values, &changed.values));
        let told = json!({
            "notification_id": reply.json["notification_id"], "event": "credential_accepted",
        });
        assert_eq!(
            wallet.send("/oid4vci/notification", &token, &told).status,
            204
        );
        let over = later();
        assert_eq!(crate::wallet::error(&over), (400, "invalid_transaction_id"));
    });
}

#[test]
fn who_changed_the_record_since_does_not_approve_it() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, true));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let pending = wallet.prove(&wallet.nonce());
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(reply.status, 202, "{}", reply.text);
        let resident = invitation["resident"].as_str().unwrap().parse().unwrap();
        let (office, rng) = (service.office(), &mut glimpse_terminal::rng());
        let name = crate::service::name(Role::Registrar);
        office
            .change_resident(resident, 1, &record("A-1"), &name, service.now(), rng)
            .unwrap();
        let approve = format!(
            "/api/invitations/{}/approve",
            invitation["id"].as_str().unwrap()
        );
        let registrar = service.signed_in(Role::Registrar);
        let said = registrar.post(&approve, &json!({ "version": 2 }));
        assert_eq!(said.said(), (403, "second-person"));
    });
}

#[test]
fn a_revocation_ends_what_is_left_of_the_invitation() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(3, false));
        let wallet = Wallet::new(service);
        let token = wallet.token(&invitation);
        let (credential, _) = wallet.fetch(&token, service.now());
        service
            .office()
            .revoke(credential.handle, "lost", service.now())
            .unwrap();
        let pending = wallet.prove(&wallet.nonce());
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(reply.status, 401, "{}", reply.text);
        let code = invitation["code"].as_str().unwrap();
        assert_eq!(
            crate::wallet::error(&wallet.bring(&invitation, code)),
            (400, "invalid_grant")
        );
        assert_eq!(credentials(service), 1);

        // Nobody has to be revoked for the rest to be taken back.
        let invitation = invite(service, "A-2", &terms(2, false));
        let token = wallet.token(&invitation);
        wallet.fetch(&token, service.now());
        let clerk = service.signed_in(Role::Clerk);
        let path = format!("/api/invitations/{}", invitation["id"].as_str().unwrap());
        assert_eq!(clerk.delete(&path).status, 204);
        assert_eq!(clerk.delete(&path).said(), (409, "state"));
        let pending = wallet.prove(&wallet.nonce());
        assert_eq!(wallet.ask(&token, &wallet.request(&[&pending])).status, 401);
    });
}

#[test]
fn who_made_an_invitation_does_not_decide_on_it_and_a_refusal_ends_it() {
    on_each(|service| {
        let id = crate::wallet::resident(service, "A-1");
        let registrar = service.signed_in(Role::Registrar);
        let path = format!("/api/residents/{id}/invitations");
        let made = registrar.post(&path, &terms(1, true)).json;
        let wallet = Wallet::new(service);
        let token = wallet.token(&made);
        let own = format!("/api/invitations/{}", made["id"].as_str().unwrap());
        let version = json!({ "version": 1 });
        for decision in ["approve", "refuse"] {
            let path = format!("{own}/{decision}");
            assert_eq!(registrar.post(&path, &version).said(), (409, "state"));
        }
        let pending = wallet.prove(&wallet.nonce());
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(reply.status, 202, "{}", reply.text);
        let version = json!({ "version": 1 });
        for decision in ["approve", "refuse"] {
            let path = format!("{own}/{decision}");
            assert_eq!(
                registrar.post(&path, &version).said(),
                (403, "second-person")
            );
        }
        let office = service.office();
        let invitation = made["id"].as_str().unwrap().parse().unwrap();
        office
            .refuse(invitation, "Somebody else", service.now())
            .unwrap();
        assert_eq!(look(service, &made)["state"], "cancelled");
        let transaction = json!({ "transaction_id": reply.json["transaction_id"] });
        let over = wallet.send("/oid4vci/deferred", &token, &transaction);
        assert_eq!(crate::wallet::error(&over), (401, "invalid_token"));
        assert_eq!(credentials(service), 0);
    });
}

#[test]
fn an_invitation_is_taken_back_while_nothing_has_come_of_it() {
    on_each(|service| {
        let clerk = service.signed_in(Role::Clerk);
        let wallet = Wallet::new(service);
        let first = invite(service, "A-1", &terms(1, false));
        let path =
            |of: &serde_json::Value| format!("/api/invitations/{}", of["id"].as_str().unwrap());
        assert_eq!(clerk.delete(&path(&first)).status, 204);
        assert_eq!(clerk.delete(&path(&first)).said(), (409, "state"));
        let seen = look(service, &first);
        assert_eq!(
            (&seen["state"], &seen["offer_uri"]),
            (&"cancelled".into(), &json!(null))
        );
        let code = first["code"].as_str().unwrap();
        assert_eq!(
            crate::wallet::error(&wallet.bring(&first, code)),
            (400, "invalid_grant")
        );

        let wallet = Wallet::new(service);
        let second = invite(service, "A-2", &terms(1, false));
        let token = wallet.token(&second);
        assert_eq!(clerk.delete(&path(&second)).status, 204);
        let pending = wallet.prove(&wallet.nonce());
        let reply = wallet.ask(&token, &wallet.request(&[&pending]));
        assert_eq!(crate::wallet::error(&reply), (401, "invalid_token"));

        let third = invite(service, "A-3", &terms(1, false));
        wallet.fetch(&wallet.token(&third), service.now());
        assert_eq!(clerk.delete(&path(&third)).said(), (409, "state"));
        assert_eq!(
            clerk
                .delete(&format!("/api/invitations/{}", "0".repeat(32)))
                .said(),
            (404, "not-found")
        );
    });
}

#[test]
fn a_letter_is_printed_while_the_invitation_is_open() {
    on_each(|service| {
        let invitation = invite(service, "A-1", &terms(1, false));
        let path = format!(
            "/api/invitations/{}/letter.pdf",
            invitation["id"].as_str().unwrap()
        );
        let clerk = service.signed_in(Role::Clerk);
        for language in ["", "?language=en", "?language=nl", "?language=fr"] {
            let reply = clerk.get(&format!("{path}{language}"));
            assert_eq!(reply.status, 200, "{language}: {}", reply.text);
            assert!(reply.octets.starts_with(b"%PDF-"));
            assert_eq!(reply.headers["cache-control"], "no-store");
        }
        let unknown = clerk.get(&format!("{path}?language=xx"));
        assert_eq!(unknown.said(), (400, "bad-request"));
        let auditor = service.signed_in(Role::Auditor);
        assert_eq!(auditor.get(&path).said(), (403, "forbidden"));
        Wallet::new(service).token(&invitation);
        assert_eq!(clerk.get(&path).said(), (409, "state"));
    });
}

#[test]
fn only_clerks_and_registrars_invite_and_within_bounds() {
    on_each(|service| {
        let id = crate::wallet::resident(service, "A-1");
        let path = format!("/api/residents/{id}/invitations");
        let before = rows(service);
        let auditor = service.signed_in(Role::Auditor);
        assert_eq!(
            auditor.post(&path, &terms(1, false)).said(),
            (403, "forbidden")
        );
        let clerk = service.signed_in(Role::Clerk);
        for (field, body) in [
            (
                "devices",
                json!({ "devices": 0, "minutes": 60, "approval": false }),
            ),
            (
                "devices",
                json!({ "devices": 5, "minutes": 60, "approval": false }),
            ),
            (
                "minutes",
                json!({ "devices": 1, "minutes": 4, "approval": false }),
            ),
            (
                "minutes",
                json!({ "devices": 1, "minutes": 43_201, "approval": false }),
            ),
            ("minutes", json!({ "devices": 1, "approval": false })),
        ] {
            let reply = clerk.post(&path, &body);
            assert_eq!(reply.said(), (422, "invalid"), "{body}");
            assert_eq!(reply.json["errors"][0]["field"], field, "{body}");
        }
        let nobody = format!("/api/residents/{}/invitations", "0".repeat(32));
        assert_eq!(
            clerk.post(&nobody, &terms(1, false)).said(),
            (404, "not-found")
        );
        let after = rows(service);
        // Signing in is an entry of the trail.
        assert_eq!(before[..6], after[..6]);
    });
}
