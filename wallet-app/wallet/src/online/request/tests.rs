//! Which links ask, and where a browser may be sent.

use super::*;

#[test]
fn a_link_that_asks_is_read_and_others_are_not() {
    let uri = "request_uri=https%3A%2F%2Fshop.example%2Fr";
    for (text, post) in [
        (format!("openid4vp://?client_id=a&{uri}"), false),
        (
            format!("openid4vp://authorize?client_id=a&{uri}&request_uri_method=post"),
            true,
        ),
        (
            format!("https://wallet.example/open?client_id=a&{uri}&request_uri_method=get"),
            false,
        ),
    ] {
        let link = Link::read(&text).unwrap().unwrap();
        assert_eq!((link.host().as_str(), link.post), ("shop.example", post));
    }
    for text in [
        "openid4vp://?client_id=a".to_owned(),
        format!("openid4vp://?{uri}"),
        format!("openid4vp://?client_id=a&{uri}&{uri}"),
        format!("openid4vp://?client_id=a&{uri}&request_uri_method=put"),
        format!("openid4vp://?client_id=a&{uri}&request=eyJ"),
        "openid4vp://?client_id=a&request_uri=http%3A%2F%2Fshop.example".to_owned(),
    ] {
        assert!(Link::read(&text).unwrap().is_err(), "{text}");
    }
    for text in [
        "",
        "GL1:ABC",
        "https://shop.example/?client_id=a",
        "mailto:a@b",
    ] {
        assert!(Link::read(text).is_none(), "{text}");
    }
}

#[test]
fn a_browser_goes_on_by_https_only() {
    let client = |loopback| Client::new(Default::default(), loopback);
    let goes_on = |text: &str| may_go_on(text, &client(false));
    assert!(may_go_on("http://localhost:1/#x", &client(true)));
    for text in ["https://shop.example/a#b=c", "https://shop.example"] {
        assert!(goes_on(text), "{text}");
    }
    for text in [
        "",
        "javascript:alert(1)",
        "http://shop.example/",
        "file:///x",
        "https://a b/",
        "shop://x",
        "http://localhost:1/#x",
        "https://192.168.1.1/",
    ] {
        assert!(!goes_on(text), "{text}");
    }
}
