//! An answer counts once: where programs race for it, and where one is killed before it says so.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use glimpse_core::transport::DocumentKind;
use support::{Shop, contents, text};

const RACERS: usize = 6;

#[test]
fn of_programs_that_race_with_one_answer_one_accepts() {
    let shop = Shop::open();
    for _ in 0..3 {
        let answer = text(DocumentKind::Answer, &shop.answer(&shop.ask("over-18")));
        let start = |_| -> Child {
            let mut command = shop.command("counter", &["check", &answer]);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let racers: Vec<_> = (0..RACERS).map(start).collect();
        let codes = racers
            .into_iter()
            .map(|racer| racer.wait_with_output().unwrap().status.code());
        let mut codes: Vec<_> = codes.map(Option::unwrap).collect();
        codes.sort_unstable();
        let mut expected = [2; RACERS];
        expected[0] = 0;
        assert_eq!(codes, expected);
    }
}

/// The program's output goes into a pipe that is full, so it waits between accepting and saying so; there
/// it is killed, as a power cut would.
#[test]
fn a_program_killed_before_it_said_so_has_used_the_answer_up() {
    let shop = Shop::open();
    let answer = text(DocumentKind::Answer, &shop.answer(&shop.ask("over-18")));
    let (reader, writer) = std::io::pipe().unwrap();
    fill(writer.try_clone().unwrap());
    let mut command = shop.command("counter", &["check", &answer]);
    let mut child = command
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let used = || {
        let files = contents(&shop.path("counter").join("outstanding"));
        files
            .iter()
            .any(|(path, _)| path.extension().is_some_and(|e| e == "used"))
    };
    let end = Instant::now() + Duration::from_secs(60);
    while !used() {
        assert!(Instant::now() < end, "the answer is not used up");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(
        child.try_wait().unwrap().is_none(),
        "it has said so already"
    );
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
    drop(reader);
    let said = shop.run(&["check", &answer, "--json"]);
    assert_eq!(
        (said.code, said.json()["code"].as_str()),
        (2, Some("used_already"))
    );
}

/// Writes into a pipe that nobody reads until no more goes in.
fn fill(mut pipe: std::io::PipeWriter) {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    // It ends when the pipe's reader is dropped.
    std::thread::spawn(move || {
        while pipe.write_all(b"\n").is_ok() {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let mut before = 0;
    loop {
        std::thread::sleep(Duration::from_millis(50));
        let now = written.load(Ordering::Relaxed);
        if now == before && now > 0 {
            return;
        }
        before = now;
    }
}
