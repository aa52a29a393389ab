//! The service as a program: its settings, its start and its end.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use support::Shop;

fn settings(shop: &Shop, digest: &str) -> String {
    shop.file(
        "serve.toml",
        format!(
            "listen = \"127.0.0.1:0\"\npolicies = \"{}\"\n[[site]]\nname = \"shop\"\n\
             tokens = [\"{digest}\"]\nreturn_to = [\"https://shop.example/back\"]\n",
            support::POLICIES
        )
        .as_bytes(),
    )
}

#[test]
fn a_service_starts_over_a_counter_and_ends_when_it_is_told_to() {
    let shop = Shop::open();
    let made = shop.run(&["serve", "--new-token"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let digest = made.out.split('"').nth(1).unwrap();
    assert!(
        made.out.contains("glimpse_") && digest.len() == 64,
        "{}",
        made.out
    );
    let settings = settings(&shop, digest);
    let mut command = shop.command("counter", &["serve", "--config", &settings]);
    let command = command.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut service = command.spawn().unwrap();
    let mut line = String::new();
    let mut said = BufReader::new(service.stdout.take().unwrap());
    said.read_line(&mut line).unwrap();
    assert!(line.contains("http://127.0.0.1:"), "{line}");
    let id = service.id().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
    assert!(told.success() && service.wait().unwrap().success());
}

#[test]
fn settings_that_cannot_be_used_say_what_to_do() {
    let shop = Shop::open();
    let wrong = settings(&shop, "a token in the clear");
    for (arguments, says) in [
        (vec!["serve", "--config", "nowhere.toml"], "nowhere.toml"),
        (vec!["serve", "--config", &wrong], "--new-token"),
    ] {
        let said = shop.run(&arguments);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains(says), "{}", said.err);
    }
}
