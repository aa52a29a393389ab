//! Signing in and out.

use glimpse_issuer::staff::Role;

use crate::service::{PASSWORD, on_each};

#[test]
fn who_signs_in_is_known_until_she_signs_out() {
    on_each(|service| {
        let mut client = service.client();
        assert_eq!(client.get("/api/session").said(), (401, "unauthenticated"));
        let reply = client.sign_in("the CLERK", PASSWORD);
        assert_eq!((reply.status, &reply.json["role"]), (200, &"clerk".into()));
        let again = client.get("/api/session");
        assert_eq!(again.json["name"], "The clerk");
        assert_eq!(client.delete("/api/session").status, 204);
        assert_eq!(client.get("/api/session").said(), (401, "unauthenticated"));
    });
}

#[test]
fn a_change_needs_the_session_s_token_and_the_office_s_own_origin() {
    on_each(|service| {
        let mut client = service.signed_in(Role::Clerk);
        let csrf = client.csrf.replace("0".repeat(64)).unwrap();
        assert_eq!(client.delete("/api/session").said(), (403, "csrf"));
        client.csrf = None;
        assert_eq!(client.delete("/api/session").said(), (403, "csrf"));
        client.csrf = Some(csrf);
        for origin in ["null", "https://elsewhere.example.org"] {
            let reply = client.send("DELETE", "/api/session", &[("origin", origin)], &[]);
            assert_eq!(reply.said(), (403, "csrf"));
        }
        let own = [("origin", &*client.url)];
        let reply = client.send("DELETE", "/api/session", &own, &[]);
        assert_eq!(reply.status, 204);
    });
}
