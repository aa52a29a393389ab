//! The page's files, as browsers and others ask for them.

use crate::service::Service;

fn service() -> Service {
    Service::start(glimpse_issuer::service::config::Config::default())
}

#[test]
fn the_page_is_asked_for_each_time_and_its_parts_once() {
    let service = service();
    let client = service.client();
    let page = client.get("/");
    assert_eq!(
        (page.status, &*page.headers["content-type"]),
        (200, "text/html; charset=utf-8")
    );
    assert_eq!(page.headers["cache-control"], "no-cache");
    for address in ["/residents", "/residents/0123", "/?page=2"] {
        assert_eq!(client.get(address).text, page.text, "{address}");
    }
    let tag = page.headers["etag"].clone();
    for known in [tag.clone(), format!("\"x\", W/{tag}")] {
        let again = client.send("GET", "/", &[("if-none-match", &known)], &[]);
        assert_eq!((again.status, again.octets.len()), (304, 0), "{known}");
        assert_eq!(again.headers["etag"], tag);
    }
    let other = client.send("GET", "/", &[("if-none-match", "\"x\"")], &[]);
    assert_eq!(other.status, 200);
    let zipped = client.send("GET", "/", &[("accept-encoding", "gzip")], &[]);
    assert_eq!(zipped.headers["content-encoding"], "gzip");
    let head = client.send("HEAD", "/", &[], &[]);
    assert_eq!((head.status, head.octets.len()), (200, 0));
    // Every file that the page names is there and comes with its kind.
    let named = page.text.split('"').filter(|text| text.starts_with('/'));
    for path in named.filter(|path| path.contains('.')) {
        let part = client.get(path);
        let (kind, hashed) = (&part.headers["content-type"], path.starts_with("/assets/"));
        assert_eq!(part.status, 200, "{path}");
        assert!(!kind.starts_with("text/html"), "{path}: {kind}");
        assert_eq!(part.headers["cache-control"].contains("immutable"), hashed);
    }
}

#[test]
fn no_path_leads_out_of_the_page() {
    let service = service();
    let client = service.client();
    let page = client.get("/").text;
    for path in [
        "/../../etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../../etc/passwd",
        "/assets/..%5c..%5cetc%5cpasswd",
        "//etc/passwd",
        "/etc/passwd%00.html",
        "/office.keys",
        "/office/office.db",
        "/./index.html",
        "/assets/nothing.js",
        "/renewal/../../office.keys",
    ] {
        let reply = client.get(path);
        let is_page = reply.status == 200 && reply.text == page;
        assert!(is_page || reply.status == 404, "{path}: {}", reply.text);
        assert!(!reply.text.contains("root:"), "{path}");
    }
    let reply = client.send("POST", "/residents", &[], b"x");
    assert_eq!((reply.status, &*reply.headers["allow"]), (405, "GET,HEAD"));
}
