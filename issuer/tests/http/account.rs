//! Signing in and out, and what keeps others from it.

use glimpse_issuer::staff::Role;
use serde_json::{Value, json};

use crate::service::{Client, PASSWORD, Service, name, on_each, on_each_with};

const WRONG: &str = "another long passphrase";

fn code(secret: &Value, time: u64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.as_str().unwrap()).unwrap();
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("x")
        .build();
    totp.unwrap().generate(time).to_string()
}

/// Enrols a second factor, confirmed by the code of now; returns its secret.
fn enrol(service: &Service, client: &Client) -> Value {
    let begun = client.post("/api/session/totp", &json!({}));
    assert_eq!(begun.status, 200, "{}", begun.text);
    assert!(begun.json["qr"].as_str().unwrap().starts_with("<svg"));
    let uri = begun.json["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/"), "{uri}");
    let secret = begun.json["secret"].clone();
    let body = json!({ "code": code(&secret, service.now().0) });
    assert_eq!(client.put("/api/session/totp", &body).status, 204);
    secret
}

#[test]
fn who_signs_in_is_known_until_she_signs_out() {
    on_each(|service| {
        let mut client = service.client();
        assert_eq!(client.get("/api/session").said(), (401, "unauthenticated"));
        let reply = client.sign_in("the CLERK", PASSWORD);
        assert_eq!((reply.status, &reply.json["role"]), (200, &"clerk".into()));
        let again = client.get("/api/session");
        assert_eq!(again.json["name"], "The clerk");
        let copy = client.clone();
        assert_eq!(client.delete("/api/session").status, 204);
        assert_eq!(copy.get("/api/session").said(), (401, "unauthenticated"));
    });
}

#[test]
fn a_wrong_password_and_an_unknown_name_are_answered_alike() {
    on_each(|service| {
        let wrong = service.client().sign_in(&name(Role::Clerk), WRONG);
        let unknown = service.client().sign_in("Nobody", PASSWORD);
        assert_eq!(wrong.said(), (401, "sign-in"));
        assert_eq!((wrong.status, wrong.text), (unknown.status, unknown.text));
        for _ in 0..4 {
            service.client().sign_in(&name(Role::Clerk), WRONG);
            service.client().sign_in("Nobody", WRONG);
        }
        let wrong = service.client().sign_in(&name(Role::Clerk), WRONG);
        let unknown = service.client().sign_in("Nobody", WRONG);
        assert_eq!(wrong.said(), (429, "locked"));
        assert_eq!((wrong.status, wrong.text), (unknown.status, unknown.text));
    });
}

#[test]
fn five_wrong_attempts_lock_a_name_on_every_replica_and_longer_each_time() {
    on_each(|service| {
        let clerk = name(Role::Clerk);
        let replica = service.replica();
        for at in [service, &replica, service, &replica, service] {
            assert_eq!(at.client().sign_in(&clerk, WRONG).said(), (401, "sign-in"));
        }
        // The right password is no way around it, however the name is written.
        let locked = replica.client().sign_in("THE CLERK", PASSWORD);
        assert_eq!(locked.said(), (429, "locked"));
        assert_eq!(locked.headers["retry-after"], "60");
        drop(replica);
        let restarted = service.replica();
        service.wait(59);
        let still = restarted.client().sign_in(&clerk, PASSWORD);
        assert_eq!((still.status, &still.json["retry_after"]), (429, &1.into()));
        service.wait(1);
        assert_eq!(restarted.client().sign_in(&clerk, WRONG).status, 401);
        let longer = restarted.client().sign_in(&clerk, PASSWORD);
        assert_eq!(longer.headers["retry-after"], "120");
        // Others are not locked, and the registrar sees it and lets go.
        let registrar = service.signed_in(Role::Registrar);
        let staff = registrar.get("/api/staff").json;
        let member = staff.as_array().unwrap().iter();
        let member = member.clone().find(|m| m["name"] == *clerk).unwrap();
        assert_eq!(member["locked_until"], service.now().0 + 120);
        let path = format!("/api/staff/{}", member["id"].as_str().unwrap());
        let unlocked = registrar.put(&path, &json!({ "unlock": true }));
        assert_eq!(unlocked.json["locked_until"], Value::Null);
        service.signed_in(Role::Clerk);
        let trail = registrar.get("/api/audit?action=session.lock").json;
        assert_eq!(trail["total"], 2);
    });
}

#[test]
fn parallel_attempts_are_no_way_around_the_lock() {
    on_each(|service| {
        let tried = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..24)
                .map(|_| scope.spawn(|| service.client().sign_in(&name(Role::Clerk), WRONG).status))
                .collect();
            let statuses = threads.into_iter().map(|t| t.join().unwrap());
            statuses.filter(|status| *status == 401).count()
        });
        assert_eq!(tried, 5);
    });
}

#[test]
fn a_change_needs_the_session_s_token_and_the_office_s_own_origin() {
    on_each(|service| {
        let mut client = service.signed_in(Role::Clerk);
        let csrf = client.csrf.replace("0".repeat(64)).unwrap();
        assert_eq!(client.delete("/api/session").said(), (403, "csrf"));
        client.csrf = Some(service.signed_in(Role::Clerk).csrf.unwrap());
        assert_eq!(client.delete("/api/session").said(), (403, "csrf"));
        client.csrf = None;
        assert_eq!(client.delete("/api/session").said(), (403, "csrf"));
        client.csrf = Some(csrf);
        for origin in ["null", "https://elsewhere.example.org"] {
            let foreign = [("origin", origin), ("content-type", "application/json")];
            let reply = client.send("DELETE", "/api/session", &foreign, &[]);
            assert_eq!(reply.said(), (403, "csrf"));
            let body = json!({ "name": name(Role::Clerk), "password": PASSWORD }).to_string();
            let reply = client.send("POST", "/api/session", &foreign, body.as_bytes());
            assert_eq!(reply.said(), (403, "csrf"));
        }
        let own = [("origin", &*client.url)];
        let reply = client.send("DELETE", "/api/session", &own, &[]);
        assert_eq!(reply.status, 204);
    });
}

#[test]
fn the_cookie_is_for_this_host_and_no_script() {
    let cookie = |public_url: Option<&str>| {
        let service = Service::start(glimpse_issuer::service::config::Config {
            public_url: public_url.map(str::to_owned),
            ..Default::default()
        });
        let reply = service.client().sign_in(&name(Role::Clerk), PASSWORD);
        let cookie = reply.headers["set-cookie"].clone();
        let (name, rest) = cookie.split_once('=').unwrap();
        let (value, flags) = rest.split_once(';').unwrap();
        assert_eq!(value.len(), 64);
        (name.to_owned(), flags.to_owned())
    };
    let expected = ("glimpse", " Path=/; HttpOnly; SameSite=Strict");
    let (name, flags) = cookie(None);
    assert_eq!((&*name, &*flags), expected);
    let expected = (
        "__Host-glimpse",
        " Path=/; HttpOnly; SameSite=Strict; Secure",
    );
    let (name, flags) = cookie(Some("https://id.example.org"));
    assert_eq!((&*name, &*flags), expected);
}

#[test]
fn a_session_ends_when_it_is_idle_or_old() {
    on_each(|service| {
        let client = service.signed_in(Role::Clerk);
        service.wait(29 * 60);
        assert_eq!(client.get("/api/session").status, 200);
        service.wait(29 * 60);
        assert_eq!(client.get("/api/session").status, 200);
        service.wait(30 * 60);
        assert_eq!(client.get("/api/session").status, 401);
        let client = service.signed_in(Role::Clerk);
        for _ in 0..28 {
            service.wait(25 * 60);
            assert_eq!(client.get("/api/session").status, 200);
        }
        service.wait(20 * 60);
        assert_eq!(client.get("/api/session").status, 401);
    });
}

#[test]
fn a_stranger_s_or_a_doubled_cookie_is_no_session() {
    on_each(|service| {
        let client = service.signed_in(Role::Clerk);
        let cookie = client.cookie.clone().unwrap();
        let mut stranger = service.client();
        let zeros = format!("glimpse={}", "0".repeat(64));
        for wrong in [
            "glimpse=",
            "glimpse=../../x",
            &zeros,
            &cookie.to_uppercase(),
            &format!("{cookie}00"),
            &format!("{zeros}; {cookie}"),
        ] {
            stranger.cookie = Some(wrong.to_owned());
            assert_eq!(stranger.get("/api/session").status, 401, "{wrong}");
        }
        stranger.cookie = Some(format!("theme=dark; {cookie}"));
        assert_eq!(stranger.get("/api/session").status, 200);
    });
}

#[test]
fn a_new_password_is_checked_and_ends_the_other_sessions() {
    on_each(|service| {
        let (client, other) = (
            service.signed_in(Role::Clerk),
            service.signed_in(Role::Clerk),
        );
        let change = |old: &str, new: &str| {
            client.post("/api/session/password", &json!({ "old": old, "new": new }))
        };
        for (new, code) in [
            ("short", "short"),
            ("the clerk of the office", "name"),
            ("passwordpassword", "weak"),
            ("aaaaaaaaaaaaaaaa", "weak"),
            (&"x1y2".repeat(65), "long"),
        ] {
            let reply = change(PASSWORD, new);
            assert_eq!(reply.said(), (422, "invalid"), "{new}");
            let error = &reply.json["errors"][0];
            assert_eq!(
                (&error["field"], &error["code"]),
                (&"new".into(), &code.into())
            );
        }
        let reply = change(WRONG, "correct horse battery");
        assert_eq!(reply.json["errors"][0]["field"], "old");
        assert_eq!(change(PASSWORD, "correct horse battery").status, 204);
        assert_eq!(client.get("/api/session").status, 200);
        assert_eq!(other.get("/api/session").status, 401);
        let mut again = service.client();
        assert_eq!(again.sign_in(&name(Role::Clerk), PASSWORD).status, 401);
        let reply = again.sign_in(&name(Role::Clerk), "correct horse battery");
        assert_eq!(reply.status, 200);
    });
}

#[test]
fn a_second_factor_s_code_is_needed_and_good_once() {
    on_each(|service| {
        let client = service.signed_in(Role::Clerk);
        let secret = enrol(service, &client);
        let sign_in = |code: Option<String>| {
            let mut body = json!({ "name": name(Role::Clerk), "password": PASSWORD });
            if let Some(code) = code {
                body["code"] = code.into();
            }
            service.client().sign_in_with(body)
        };
        let now = || code(&secret, service.now().0);
        // To ask for the code is no wrong attempt, or the page could not ask.
        for _ in 0..6 {
            assert_eq!(sign_in(None).said(), (401, "code-needed"));
        }
        // The code that confirmed the enrolment was used up by it.
        assert_eq!(sign_in(Some(now())).said(), (401, "sign-in"));
        service.wait(30);
        assert_eq!(sign_in(Some(now())).status, 200);
        assert_eq!(sign_in(Some(now())).said(), (401, "sign-in"));
        assert_eq!(sign_in(Some("000000".to_owned())).said(), (401, "sign-in"));
        service.wait(30);
        let parallel = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| sign_in(Some(now()))))
                .collect();
            let all = threads.into_iter().map(|t| t.join().unwrap().status);
            all.filter(|status| *status == 200).count()
        });
        assert_eq!(parallel, 1);
        // The right one among them wipes what was counted before it.
        service.wait(30);
        assert_eq!(sign_in(Some(now())).status, 200);
        service.wait(30);
        // Who knows the password alone is locked out all the same.
        for _ in 0..5 {
            assert_eq!(sign_in(Some("12".to_owned())).status, 401);
            assert_ne!(sign_in(None).status, 200);
        }
        assert_eq!(sign_in(Some(now())).said(), (429, "locked"));
    });
}

#[test]
fn a_second_factor_goes_by_its_own_code() {
    on_each(|service| {
        let client = service.signed_in(Role::Clerk);
        let secret = enrol(service, &client);
        assert_eq!(
            client.post("/api/session/totp", &json!({})).said(),
            (409, "state")
        );
        let remove =
            |code: &str| client.json("DELETE", "/api/session/totp", &json!({ "code": code }));
        assert_eq!(remove("000000").said(), (422, "invalid"));
        service.wait(30);
        assert_eq!(remove(&code(&secret, service.now().0)).status, 204);
        service.signed_in(Role::Clerk);
    });
}

#[test]
fn a_name_that_its_own_session_locks_is_in_the_audit_trail() {
    on_each(|service| {
        let locks = |count: u64| {
            let registrar = service.signed_in(Role::Registrar);
            let trail = registrar.get("/api/audit?action=session.lock").json;
            assert_eq!(trail["total"], count);
        };
        let client = service.signed_in(Role::Clerk);
        let secret = enrol(service, &client);
        let body = json!({ "old": WRONG, "new": "correct horse battery" });
        for _ in 0..5 {
            let reply = client.post("/api/session/password", &body);
            assert_eq!(reply.said(), (422, "invalid"));
        }
        let reply = client.post("/api/session/password", &body);
        assert_eq!(reply.said(), (429, "locked"));
        locks(1);
        service.wait(60);
        let remove =
            |code: &str| client.json("DELETE", "/api/session/totp", &json!({ "code": code }));
        assert_eq!(remove("000000").said(), (422, "invalid"));
        assert_eq!(
            remove(&code(&secret, service.now().0)).said(),
            (429, "locked")
        );
        locks(2);
    });
}

#[test]
fn where_a_second_factor_is_required_nothing_goes_before_it() {
    on_each_with(
        |config| config.require_totp = true,
        |service| {
            let client = service.signed_in(Role::Registrar);
            assert_eq!(client.get("/api/session").json["must_enrol"], true);
            assert_eq!(client.get("/api/staff").said(), (403, "enrol"));
            let secret = enrol(service, &client);
            assert_eq!(client.get("/api/session").json["must_enrol"], false);
            assert_eq!(client.get("/api/staff").status, 200);
            service.wait(30);
            let body = json!({ "code": code(&secret, service.now().0) });
            let reply = client.json("DELETE", "/api/session/totp", &body);
            assert_eq!(reply.said(), (409, "state"));
        },
    );
}
