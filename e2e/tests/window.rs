//! The wallet's real window, as the system's web view shows it, driven by pointer and keyboard: made,
//! filled from an office's offer, asked, answered. The code is read off the screen and checked by the
//! counter.
#![cfg(feature = "window")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use glimpse_e2e::window::driver::{Display, Window, missing};
use glimpse_e2e::window::stage::{Ask, Stage};
use glimpse_e2e::world::At;

/// There is no keychain where the window runs.
const PASSPHRASE: &str = "lamps along the harbour";

fn type_passphrase(window: &Window, field: &str) {
    let field = window.find(&format!("//input[@id='{field}']")).unwrap();
    field.write(PASSPHRASE).unwrap();
}

fn first_run(window: &Window) {
    window.press("Begin").unwrap();
    type_passphrase(window, "fresh");
    window.press("Go on").unwrap();
    type_passphrase(window, "again");
    window.press("Make the wallet").unwrap();
    window.press("Look around first").unwrap();
}

fn scan(window: &Window, text: &str) {
    let scan = window.find("//nav//button[contains(., 'Scan')]").unwrap();
    scan.press().unwrap();
    window.says("Paste a link or text").unwrap();
    window.paste(text).unwrap();
}

fn take_trust_list(window: &Window, stage: &Stage) {
    scan(window, &stage.trust_list().unwrap().text);
    for key in 0..2 {
        let compared = window.find(&format!("//input[@id='key-{key}']")).unwrap();
        compared.press().unwrap();
    }
    window.press("Use this list").unwrap();
    window.press("Done").unwrap();
}

fn take_card(window: &Window, stage: &Stage) {
    let (link, code) = stage.offer(At::City, false).unwrap();
    scan(window, &link);
    window.press("Ask").unwrap();
    let field = window.find("//input[@id='code']").unwrap();
    field.write(&code).unwrap();
    window.press("Get the card").unwrap();
    let arrived = window.says("Your card is here").unwrap();
    assert!(arrived.contains("Vale"));
    window.press("To my cards").unwrap();
}

/// Answers the counter, and gives the code on the screen.
fn answer(window: &Window, stage: &mut Stage) -> String {
    scan(window, &stage.ask(Ask::Over18).unwrap().text);
    let review = window.says("Only the following will be shared").unwrap();
    for said in [
        "Corner Pharmacy",
        "18 or older",
        "Rivermouth",
        "Stays with you",
    ] {
        assert!(review.contains(said), "{said}: {review}");
    }
    assert!(!review.contains("Vale"), "what is not shared: {review}");
    // The screen takes no answer before it could have been read.
    std::thread::sleep(Duration::from_millis(600));
    window.press("Share").unwrap();
    window.says("Show this code").unwrap();
    window.code().unwrap()
}

#[test]
fn a_resident_makes_a_wallet_takes_a_card_and_answers_a_counter() {
    if let Some(missing) = missing() {
        println!("SKIPPED: there is no {missing}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut stage = Stage::build(folder.path()).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_glimpse-e2e"));
    let display = Display::start().unwrap();
    let window = Window::open(&display, program, &["run", "app"], &data).unwrap();

    first_run(&window);
    take_trust_list(&window, &stage);
    take_card(&window, &stage);
    let code = answer(&window, &mut stage);
    let (accepted, learned) = stage.check([code.as_str()]).unwrap();
    assert!(accepted, "{learned}");
    assert!(learned.contains("18 or older") && learned.contains("Rivermouth"));
    assert!(!learned.contains("Vale"));
    assert!(
        !stage.check([code.as_str()]).unwrap().0,
        "an answer counts once"
    );
}
