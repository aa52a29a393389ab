//! What is an offer, and what is none.

use super::*;

const OFFER: &str = r#"{"credential_issuer":"https://city.example","credential_configuration_ids":["a"],
    "grants":{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"c",
    "tx_code":{"length":6,"input_mode":"numeric"}}}}"#;

fn encoded(name: &str, value: &str) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.append_pair(name, value).finish()
}

#[test]
fn an_offer_is_read_from_every_form() {
    let value = encoded("credential_offer", OFFER);
    let reference = encoded("credential_offer_uri", "https://city.example/o/1");
    for text in [
        OFFER.to_owned(),
        format!("openid-credential-offer://?{value}"),
        format!("https://wallet.example/open?{value}"),
        format!("openid-credential-offer://?{reference}"),
        format!("https://wallet.example/open?x=1&{reference}"),
    ] {
        let link = Link::read(&text).unwrap().ok().unwrap();
        assert_eq!(link.host(), "city.example");
    }
    for text in [
        "GL1:ABC",
        "https://wallet.example/",
        "{}",
        "",
        "openid4vp://?client_id=a",
    ] {
        assert!(Link::read(text).is_none(), "{text}");
    }
}

#[test]
fn what_is_no_whole_offer_is_refused() {
    let value = |json: &str| {
        format!(
            "openid-credential-offer://?{}",
            encoded("credential_offer", json)
        )
    };
    let twice = encoded("credential_offer", OFFER);
    for text in [
        value(&OFFER.replace("https://city.example", "http://city.example")),
        // An address of one holder's own, which each of her renewals would name.
        value(&OFFER.replace("https://city.example", "https://city.example/u/42")),
        value(&OFFER.replace("https://city.example", "https://city.example/?u=42")),
        value(&OFFER.replace("[\"a\"]", "[]")),
        value(&OFFER.replace("[\"a\"]", &format!("{:?}", ["a"; 9]))),
        value(&OFFER.replace(":\"c\"", ":\"\"")),
        value(&OFFER.replace(
            "{\"credential_issuer\"",
            "{\"credential_issuer\":\"x\",\"credential_issuer\"",
        )),
        value(&OFFER.replace("pre-authorized_code\":{", "other\":{")),
        value("{"),
        format!("openid-credential-offer://?{twice}&{twice}"),
        format!(
            "openid-credential-offer://?{}",
            encoded("credential_offer_uri", "http://city.example/o")
        ),
        "openid-credential-offer://?x=1".to_owned(),
    ] {
        assert!(Link::read(&text).unwrap().is_err(), "{text}");
    }
}
