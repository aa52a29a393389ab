//! Cases of requests whose answers go to one site and nowhere else.

use glimpse_core::ids::Origin;
use serde_json::{Value, json};

use super::answers::adult;
use super::asking::{Asked, ask, counter};
use super::item::{Item, changed, with};
use super::request::{expected, input, payload, resign};
use super::world::NOW;
use super::{Family, hex_value};

const SITE: &str = "https://shop.example";

fn site(origin: &str) -> Asked {
    let mut asked = ask(vec![vec![adult()]], 1);
    asked.request.answer_to = Some(Origin::parse(origin).unwrap());
    asked.octets = asked.request.sign(&counter());
    asked
}

fn good(asked: &Asked) -> Value {
    let mut words = expected(&asked.octets, true, &[1]);
    words["answer_to"] = asked.request.answer_to.as_ref().unwrap().as_str().into();
    words
}

/// What the wallet knows: the request, and where its answer would be sent.
pub(super) fn families() -> Vec<Family> {
    let asked = site(SITE);
    let mut scene = input(&asked);
    scene["sent_to"] = SITE.into();
    let mut family = Family::new("request", scene);
    let tests = "a site's request, answered to that site";
    family.add("site", tests, &[], good(&asked));
    let longest = format!("https://{}.example:65535", "a.".repeat(122) + "b");
    for (name, tests, origin) in [
        ("site_shortest", "an origin of one letter", "http://a"),
        ("site_longest", "an origin of 267 octets", longest.as_str()),
        (
            "site_ipv6",
            "a number and a port",
            "https://[2001:db8::1]:8443",
        ),
    ] {
        let asked = site(origin);
        let changes = [
            ("octets", hex_value(&asked.octets)),
            ("sent_to", origin.into()),
        ];
        family.add(name, tests, &changes, good(&asked));
    }
    let plain = ask(vec![vec![adult()]], 1).octets;
    let tests = "a request without an origin, by network";
    let changes = [("octets", hex_value(&plain))];
    family.add("site_unsaid", tests, &changes, expected(&plain, true, &[1]));
    elsewhere(&mut family);
    malformed(&mut family, &payload(&asked.octets));
    vec![family]
}

fn elsewhere(family: &mut Family) {
    for (name, tests, sent_to) in [
        (
            "site_as_code",
            "a site's request shown as a code",
            Value::Null,
        ),
        (
            "site_other_host",
            "its answer to another host",
            "https://evil.example".into(),
        ),
        (
            "site_below",
            "to a host below it",
            "https://a.shop.example".into(),
        ),
        ("site_above", "to a host above it", "https://example".into()),
        (
            "site_other_port",
            "to another port",
            "https://shop.example:8443".into(),
        ),
        (
            "site_other_scheme",
            "without TLS",
            "http://shop.example".into(),
        ),
    ] {
        family.bad(name, tests, &[("sent_to", sent_to)], "ForSite");
    }
    // Whoever is told to go to the site hears so of a good request only.
    let late = [("sent_to", Value::Null), ("now", json!(NOW.0 + 121))];
    family.bad(
        "site_as_code_late",
        "the same, when it is over",
        &late,
        "Time",
    );
}

fn malformed(family: &mut Family, payload: &[u8]) {
    let mut bad = |name: &str, tests: &str, payload: Vec<u8>, error: &str| {
        let octets = hex_value(&resign(&payload));
        let error = format!("Encoding({error})");
        family.bad(
            &format!("site_{name}"),
            tests,
            &[("octets", octets)],
            &error,
        );
    };
    let text = |text: &str| with(payload, &[10], Item::Text(text.to_owned()));
    for (name, tests, origin) in [
        ("empty", "no text", ""),
        ("no_host", "a scheme and no host", "https://"),
        ("no_scheme", "a host and no scheme", "shop.example"),
        ("scheme", "another scheme", "ftp://shop.example"),
        ("path", "a whole address", "https://shop.example/answer"),
        ("slash", "an empty path", "https://shop.example/"),
        (
            "user",
            "a user before the host",
            "https://shop.example@evil.example",
        ),
        ("capital", "a capital letter", "https://Shop.example"),
        (
            "unicode",
            "a name that is not in ASCII",
            "https://sh\u{f6}p.example",
        ),
        ("space", "a blank after it", "https://shop.example "),
    ] {
        bad(name, tests, text(origin), "Bound");
    }
    let long = format!("https://{}", "a".repeat(260));
    bad("268", "an octet too many", text(&long), "Bound");
    let control = text("https://shop.example\n");
    bad("control", "a control character", control, "Text");
    let octets = with(
        payload,
        &[10],
        Item::Bytes(b"https://shop.example".to_vec()),
    );
    bad("octets", "octets in place of text", octets, "Kind");
    let null = with(payload, &[10], Item::Raw(vec![0xf6]));
    bad("null", "null", null, "Kind");
    let twice = changed(payload, |d| {
        let last = (Item::Uint(10), Item::Text(SITE.to_owned()));
        d.entries()[8] = last;
    });
    bad(
        "twice",
        "the origin in place of the registration as well",
        twice,
        "Keys",
    );
    let more = changed(payload, |d| {
        d.entries().push((Item::Uint(11), Item::Uint(0)))
    });
    bad("more", "an entry after it", more, "Keys");
}
