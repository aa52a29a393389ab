//! `inspect`: everything of ours is named, nothing secret or personal is shown, nothing is changed.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use glimpse_core::ids::Origin;
use glimpse_core::transport::DocumentKind;
use glimpse_core::transport::frames::Splitter;
use glimpse_terminal::to_hex;
use serde_json::Value;
use support::{Shop, contents, png, policy, text};

/// The first thing explained, and all that is said.
fn inspect(shop: &Shop, counter: &str, given: &[&str]) -> (Value, String) {
    let before = contents(shop.folder.path());
    let arguments: Vec<_> = ["inspect"].iter().chain(given).copied().collect();
    let said = shop.at(counter, &arguments);
    assert_eq!(said.code, 0, "{}", said.err);
    let arguments: Vec<_> = arguments.iter().chain(&["--json"]).copied().collect();
    let json = shop.at(counter, &arguments).json();
    assert!(
        contents(shop.folder.path()) == before,
        "something was changed"
    );
    (json[0].clone(), said.out)
}

fn fact<'a>(explained: &'a Value, name: &str) -> &'a str {
    let mut facts = explained["facts"].as_array().unwrap().iter();
    let fact = facts.find(|fact| fact["name"] == name);
    fact.unwrap_or_else(|| panic!("{name} in {explained}"))["value"]
        .as_str()
        .unwrap()
}

#[test]
fn a_request_says_who_asks_what_until_when() {
    let shop = Shop::open();
    let request = shop.ask("medicine");
    let picture = shop.file("request.png", &png(&text(DocumentKind::Request, &request)));
    let (explained, said) = inspect(&shop, "counter", &[&picture]);
    assert_eq!(explained["what"], "request");
    assert_eq!(fact(&explained, "who asks"), "Corner Pharmacy");
    assert!(fact(&explained, "registered").starts_with("yes"));
    assert_eq!(fact(&explained, "purpose"), "medicine");
    for word in [
        "Resident card",
        "18 or older",
        "to see Entitled to",
        "is the same as",
        "UTC",
    ] {
        assert!(said.contains(word), "{word} in {said}");
    }
    // Without a counter the same, but for what a trust list tells.
    let (explained, _) = inspect(&shop, "nowhere", &[&picture]);
    assert!(fact(&explained, "registered").contains("cannot be told"));
    let mut changed = request;
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let changed = shop.file("changed", &changed);
    let (_, said) = inspect(&shop, "counter", &[&changed]);
    assert!(said.contains("no wallet would answer"), "{said}");
}

#[test]
fn a_sites_request_says_where_its_answer_goes() {
    let shop = Shop::open();
    let mut counter = glimpse_counter::Counter::open(&shop.path("counter")).unwrap();
    let policy = std::fs::read_to_string(policy("over-18")).unwrap();
    let policy = glimpse_verifier::Policy::from_toml(&policy).unwrap();
    let site = Origin::parse("https://shop.example").unwrap();
    let (moment, rng) = (
        glimpse_terminal::now().unwrap(),
        &mut glimpse_terminal::rng(),
    );
    let asked = counter
        .verifier()
        .request_online(&policy, &site, moment, rng)
        .unwrap();
    drop(counter);
    let (explained, said) = inspect(&shop, "counter", &[&asked.text().unwrap()]);
    assert_eq!(
        fact(&explained, "its answer goes to"),
        "https://shop.example"
    );
    assert!(said.contains("a website's request"), "{said}");
    assert_eq!(fact(&explained, "who asks"), "Corner Pharmacy");
}

#[test]
fn an_answer_says_for_which_request_and_shows_nothing_of_the_holder() {
    let shop = Shop::open();
    let request = shop.ask("over-18-and-city");
    let answer = shop.answer(&request);
    let ticket = to_hex(&glimpse_verifier::Ticket::of(&request).0);
    for given in [
        text(DocumentKind::Answer, &answer),
        shop.file("answer", &answer),
    ] {
        let (explained, said) = inspect(&shop, "counter", &[&given]);
        assert_eq!(explained["what"], "answer");
        assert_eq!(fact(&explained, "answers request"), ticket);
        assert_eq!(fact(&explained, "octets"), answer.len().to_string());
        assert!(!said.contains("Rivermouth"), "{said}");
    }
    let mut splitter = Splitter::new(DocumentKind::Answer, &answer, 300).unwrap();
    let parts: Vec<_> = (0..splitter.fragments())
        .map(|_| splitter.next_frame().unwrap())
        .collect();
    let all: Vec<_> = parts.iter().map(String::as_str).collect();
    assert_eq!(inspect(&shop, "counter", &all).0["what"], "answer");
    let (explained, _) = inspect(&shop, "counter", &all[1..]);
    assert_eq!(explained["what"], "frames");
    assert_eq!(
        fact(&explained, "parts"),
        format!("{} of {}", all.len() - 1, all.len())
    );
}

#[test]
fn the_counters_files_are_named_and_the_key_stays_secret() {
    let shop = Shop::open();
    let file = |name: &str| shop.path("counter").join(name).to_str().unwrap().to_owned();
    let (explained, said) = inspect(&shop, "counter", &[&file("trust-list")]);
    assert_eq!(explained["what"], "trust_list");
    assert_eq!(fact(&explained, "here"), "it is the one in use here");
    assert!(said.contains("City of Rivermouth"));
    let (explained, said) = inspect(&shop, "counter", &[&file("registration")]);
    assert_eq!(explained["what"], "registration");
    assert!(fact(&explained, "signature").starts_with("signed by a publisher"));
    assert!(
        said.contains("for `medicine`: of Clinic card to see Entitled to"),
        "{said}"
    );
    let key = std::fs::read(file("verifier.key")).unwrap();
    for copy in [file("verifier.key"), shop.file("copied", &key)] {
        let (explained, said) = inspect(&shop, "counter", &[&copy]);
        assert_eq!(explained["what"], "key");
        // Not even the public half: no four octets of the file.
        for part in key.windows(4) {
            assert!(!said.contains(&to_hex(part)), "{said}");
        }
    }
    let (explained, _) = inspect(&shop, "counter", &[&policy("over-18")]);
    assert_eq!(explained["what"], "policy");
    assert_eq!(fact(&explained, "purpose"), "age-check");
}

#[test]
fn a_card_on_its_way_is_named_and_not_shown() {
    let shop = Shop::open();
    let octets = shop.file(
        "card.txt",
        text(DocumentKind::IssuanceResponse, b"Ada").as_bytes(),
    );
    let (explained, said) = inspect(&shop, "counter", &[&octets]);
    assert_eq!(
        (explained["what"].as_str(), said.contains("Ada")),
        (Some("issuance_response"), false)
    );
}

#[test]
fn what_is_foreign_or_damaged_is_called_so() {
    let shop = Shop::open();
    let menu = shop.file("menu.png", &png("HTTPS://EXAMPLE.ORG/MENU"));
    let noise = shop.file("noise", &[0xa5; 3000]);
    let prose = shop.file("prose.txt", b"Dear sir or madam");
    for (given, what) in [
        (&*menu, "foreign"),
        (&*noise, "foreign"),
        (&*prose, "foreign"),
        ("WIFI:S:CAFE;;", "foreign"),
        ("", "foreign"),
        ("UR:BYTES/1-2/LPAD", "foreign"),
        ("GQ1###", "damaged"),
        ("GQ2BB8", "damaged"),
        ("GA1BB8", "damaged"),
        ("GT1BB8", "damaged"),
        ("UR:GLIMPSE-ANSWER/1-2/LPAD", "damaged"),
        ("openid-credential-offer://?x", "link"),
    ] {
        let (explained, said) = inspect(&shop, "counter", &[given]);
        assert_eq!(explained["what"], what, "{given}: {said}");
    }
    assert_eq!(
        shop.run(&["inspect", "", "GA1BB8", "--json"])
            .json()
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn a_strangers_words_stay_on_their_line() {
    let shop = Shop::open();
    let policy = "\"\\u001b[2J\\nsigned by a publisher\" = 1\n[[alternative]]\n";
    let policy = shop.file("policy.toml", policy.as_bytes());
    let (explained, said) = inspect(&shop, "counter", &[&policy]);
    assert_eq!(explained["what"], "policy");
    assert!(said.contains("signed by a publisher"), "{said:?}");
    assert!(
        !said.contains('\u{1b}') && said.lines().count() == 1,
        "{said:?}"
    );
    let linted = shop.run(&["policy", "lint", &policy]);
    assert!(!linted.out.contains('\u{1b}'), "{:?}", linted.out);
}
