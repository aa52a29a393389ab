//! Answers in every form that they come in, good and bad, and what the exit codes say.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::process::Command;

use glimpse_core::transport::frames::{Joiner, Progress, Splitter};
use glimpse_core::transport::{DocumentKind, qr};
use glimpse_verifier::Ticket;
use support::{Shop, png, text};

/// The frames of an answer, as many as there are parts.
fn frames(answer: &[u8]) -> Vec<String> {
    let mut splitter = Splitter::new(DocumentKind::Answer, answer, 200).unwrap();
    let count = splitter.fragments();
    (0..count).map(|_| splitter.next_frame().unwrap()).collect()
}

/// As many frames as it takes where the first is missed.
fn frames_without_the_first(answer: &[u8]) -> Vec<String> {
    let mut splitter = Splitter::new(DocumentKind::Answer, answer, 200).unwrap();
    splitter.next_frame().unwrap();
    let (mut joiner, mut frames) = (Joiner::new(), Vec::new());
    loop {
        let frame = splitter.next_frame().unwrap();
        let progress = joiner.receive(&frame).unwrap();
        frames.push(frame);
        if let Progress::Complete(..) = progress {
            return frames;
        }
    }
}

#[test]
fn an_answer_is_taken_in_every_form_and_counts_once() {
    let shop = Shop::open();
    for form in [
        "text",
        "octets",
        "text file",
        "picture",
        "stdin",
        "stdin octets",
        "frames",
        "frame texts",
        "frame lines",
    ] {
        let answer = shop.answer(&shop.ask("over-18-and-city"));
        let words = text(DocumentKind::Answer, &answer);
        let arguments = match form {
            "text" => vec![words.clone()],
            "octets" => vec![shop.file("answer", &answer)],
            "text file" => vec![shop.file("answer.txt", format!("{words}\n").as_bytes())],
            "picture" => vec![shop.file("answer.png", &png(&words))],
            // In any order, with one missing that a mixed one replaces.
            "frames" => frames_without_the_first(&answer)
                .iter()
                .enumerate()
                .map(|(n, frame)| shop.file(&format!("{n}.png"), &png(frame)))
                .rev()
                .collect(),
            "frame texts" => frames(&answer),
            _ => vec!["-".to_owned()],
        };
        let arguments: Vec<_> = ["check"]
            .into_iter()
            .chain(arguments.iter().map(|a| &**a))
            .collect();
        let stdin = match form {
            "stdin" => words.into_bytes(),
            "frame lines" => frames(&answer).join("\n").into_bytes(),
            _ => answer,
        };
        let said = shop.run_with(&stdin, &arguments);
        assert_eq!(said.code, 0, "{form}: {} {}", said.out, said.err);
        assert!(
            said.out.contains("City: Rivermouth"),
            "{form}: {}",
            said.out
        );
        assert!(said.out.contains("18 or older"), "{form}: {}", said.out);
        let said = shop.run_with(&stdin, &arguments);
        assert_eq!(
            (said.code, said.out.contains("used already")),
            (2, true),
            "{form}: {}",
            said.out
        );
    }
}

#[test]
fn every_policy_of_the_collection_is_asked_and_answered() {
    let shop = Shop::open();
    for entry in std::fs::read_dir(support::POLICIES).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let answer = text(DocumentKind::Answer, &shop.answer(&shop.ask(name)));
        let said = shop.run(&["check", &answer]);
        assert_eq!(said.code, 0, "{name}: {}", said.out);
    }
}

#[test]
fn a_report_has_a_stable_shape() {
    let shop = Shop::open();
    let answer = text(DocumentKind::Answer, &shop.answer(&shop.ask("medicine")));
    let json = shop.run(&["check", &answer, "--json"]).json();
    assert_eq!(
        (&json["outcome"], &json["code"]),
        (&"accepted".into(), &"accepted".into())
    );
    assert_eq!(json["cards"][0]["schema"], "resident");
    assert_eq!(json["cards"][0]["statements"][0], "18 or older");
    assert_eq!(json["cards"][1]["values"][0]["attribute"], "entitlement");
    assert_eq!(json["cards"][1]["issuer"], "Harbour Clinic");
    let json = shop.run(&["check", &answer, "--json"]).json();
    assert_eq!(
        (&json["outcome"], &json["code"]),
        (&"refused".into(), &"used_already".into())
    );
    assert_eq!(json["cards"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_is_no_answer_is_refused_in_words() {
    let shop = Shop::open();
    let request = shop.ask("over-18");
    let answer = shop.answer(&request);
    let mut changed = answer.clone();
    *changed.last_mut().unwrap() ^= 1;
    let foreign = shop.file("foreign.png", &png("HTTPS://EXAMPLE.ORG/MENU"));
    let own = shop.file("own.png", &png(&text(DocumentKind::Request, &request)));
    let changed = text(DocumentKind::Answer, &changed);
    let garbage = shop.file("garbage", &[0xa5; 3000]);
    for (given, code) in [
        (&foreign, "not_an_answer"),
        (&garbage, "not_an_answer"),
        (&own, "other_document"),
        (&changed, "false_proof"),
    ] {
        let said = shop.run(&["check", given, "--json"]);
        assert_eq!(
            (said.code, said.json()["code"].as_str()),
            (2, Some(code)),
            "{}",
            said.err
        );
    }
    // A moving code that is not an answer.
    let mut splitter = Splitter::new(DocumentKind::Request, &request, 900).unwrap();
    let frame = splitter.next_frame().unwrap();
    if splitter.fragments() == 1 {
        let said = shop.run(&["check", &frame, "--json"]);
        assert_eq!(
            (said.code, said.json()["code"].as_str()),
            (2, Some("other_document"))
        );
    }
    // None of it used the request up.
    assert_eq!(
        shop.run(&["check", &text(DocumentKind::Answer, &answer)])
            .code,
        0
    );
}

#[test]
fn what_cannot_be_read_is_no_verdict() {
    let shop = Shop::open();
    let answer = shop.answer(&shop.ask("over-18"));
    let whole = png(&text(DocumentKind::Answer, &answer));
    let cut = shop.file("cut.png", &whole[..whole.len() / 2]);
    // A third of the picture is gone, which no error correction of level L mends.
    let blank = shop.file("blank.png", &blotted(&text(DocumentKind::Answer, &answer)));
    let huge = shop.path("huge");
    std::fs::File::create(&huge)
        .unwrap()
        .set_len(1 << 40)
        .unwrap();
    let (empty, jpeg) = (
        shop.file("empty", b""),
        shop.file("photo.jpg", b"\xff\xd8\xff\xe0"),
    );
    for (given, words) in [
        (&*cut, "PNG"),
        (&*blank, "no readable QR code"),
        (huge.to_str().unwrap(), "larger than any document"),
        (&*empty, "empty"),
        (&*jpeg, "JPEG"),
        ("/nowhere/answer.png", "opening"),
    ] {
        let said = shop.run(&["check", given]);
        assert_eq!(
            (said.code, said.err.contains(words)),
            (1, true),
            "{given}: {}",
            said.err
        );
        assert!(shop.run(&["check", given, "--json"]).json()["error"].is_string());
    }
    let parts = frames(&answer);
    let said = shop.run(&["check", &parts[0], &parts[2]]);
    let words = format!("2 of {} parts", parts.len());
    assert_eq!(
        (said.code, said.err.contains(&words)),
        (1, true),
        "{}",
        said.err
    );
    let said = shop.run(&["check", &parts[0], &cut]);
    assert_eq!(said.code, 1);
    let other = shop.answer(&shop.ask("resident"));
    let said = shop.run(&["check", &parts[0], &frames(&other)[1]]);
    assert_eq!(
        (said.code, said.err.contains("another document")),
        (1, true),
        "{}",
        said.err
    );
    let said = shop.run(&[
        "check",
        &text(DocumentKind::Answer, &answer),
        &text(DocumentKind::Answer, &other),
    ]);
    assert_eq!(
        (said.code, said.err.contains("one answer")),
        (1, true),
        "{}",
        said.err
    );
}

/// The picture of a text with its lower third whitened: the finder of one corner is gone.
fn blotted(text: &str) -> Vec<u8> {
    use glimpse_core::transport::image::QrSymbol;
    let rows: Vec<String> = QrSymbol::new(text).unwrap().rows().collect();
    let side = rows.len();
    let mut pgm = format!("P5\n{side} {side}\n255\n").into_bytes();
    for (y, row) in rows.iter().enumerate() {
        let dark = |c: char| c == '1' && y < side * 2 / 3;
        pgm.extend(row.chars().map(|c| if dark(c) { 0 } else { 255 }));
    }
    // A picture as PNG by the same encoder that draws ours: rows of a symbol that is not one.
    png_of(side, &pgm[pgm.len() - side * side..])
}

fn png_of(side: usize, pixels: &[u8]) -> Vec<u8> {
    let side = u32::try_from(side).unwrap();
    let mut file = Vec::new();
    let encoder = image::codecs::png::PngEncoder::new(&mut file);
    use image::ImageEncoder;
    encoder
        .write_image(pixels, side, side, image::ExtendedColorType::L8)
        .unwrap();
    file
}

#[test]
fn the_request_is_the_latest_or_the_one_named() {
    let shop = Shop::open();
    let first = shop.ask("over-18");
    shop.ask("resident");
    let answer = text(DocumentKind::Answer, &shop.answer(&first));
    let said = shop.run(&["check", &answer, "--json"]);
    assert_eq!(
        (said.code, said.json()["code"].as_str()),
        (2, Some("other_request"))
    );
    let first = Ticket::of(&first).to_string();
    assert_eq!(shop.run(&["check", &answer, "--ticket", &first]).code, 0);
    // At another counter of the same town.
    shop.furnish("second");
    let said = shop.at("second", &["check", &answer, "--json"]);
    assert_eq!(
        (said.code, said.json()["code"].as_str()),
        (3, Some("nothing_asked"))
    );
    shop.ask_at("second", "over-18");
    let said = shop.at("second", &["check", &answer, "--json"]);
    assert_eq!(
        (said.code, said.json()["code"].as_str()),
        (2, Some("not_ours"))
    );
}

#[test]
fn many_answer_a_poster_each_once() {
    let shop = Shop::open();
    let name = support::policy("over-18");
    let poster = ["request", &name, "--poster", "30"];
    let asked = shop.run(&poster);
    assert_eq!(asked.code, 0, "{}", asked.err);
    let request = qr::decode_as(DocumentKind::Request, asked.out.trim()).unwrap();
    let answers = [(); 2].map(|()| text(DocumentKind::Answer, &shop.answer(&request)));
    for answer in &answers {
        assert_eq!(shop.run(&["check", answer]).code, 0);
    }
    for answer in &answers {
        let said = shop.run(&["check", answer, "--json"]);
        assert_eq!(
            (said.code, said.json()["code"].as_str()),
            (2, Some("used_already"))
        );
    }
    let windows = [("30", 0), ("29", 1), ("601", 1)];
    for (window, code) in windows {
        let said = shop.run(&[&poster[..], &["--window", window]].concat());
        assert_eq!(said.code, code, "{window}");
    }
}

#[test]
fn a_camera_reads_a_code_and_a_moving_code_off_a_video() {
    if Command::new("ffmpeg").arg("-version").output().is_err() {
        eprintln!("SKIPPED: there is no ffmpeg");
        return;
    }
    let shop = Shop::open();
    let request = shop.ask("over-18");
    let answer = shop.answer(&request);
    // The counter's own code comes into view first, then the frames, one of them missing.
    let mut shown = vec![text(DocumentKind::Request, &request)];
    shown.extend(frames_without_the_first(&answer));
    let video = film(&shop, "moving", &shown);
    let said = shop.run(&["check", "--camera", &video]);
    assert_eq!(said.code, 0, "{} {}", said.out, said.err);
    let answer = shop.answer(&shop.ask("over-18"));
    let video = film(&shop, "still", &[text(DocumentKind::Answer, &answer)]);
    assert_eq!(shop.run(&["check", "--camera", &video]).code, 0);
    let video = film(&shop, "short", &frames(&answer)[..2]);
    let said = shop.run(&["check", "--camera", &video]);
    assert_eq!(
        (said.code, said.err.contains("2 of ")),
        (1, true),
        "{}",
        said.err
    );
    let said = shop.run(&["check", "--camera", "/dev/no-such-camera"]);
    assert_eq!(
        (said.code, said.err.contains("no-such-camera")),
        (1, true),
        "{}",
        said.err
    );
}

#[test]
fn a_camera_without_ffmpeg_is_named_plainly() {
    let shop = Shop::open();
    let mut command = shop.command("counter", &["check", "--camera", "/dev/video0"]);
    let said: support::Said = command
        .env("PATH", shop.path("nowhere"))
        .output()
        .unwrap()
        .into();
    assert_eq!(
        (said.code, said.err.contains("ffmpeg")),
        (1, true),
        "{}",
        said.err
    );
}

/// A film that shows each text for a fifth of a second, in pictures of one size.
fn film(shop: &Shop, name: &str, texts: &[String]) -> String {
    let folder = shop.path(name);
    std::fs::create_dir(&folder).unwrap();
    for (number, text) in texts.iter().enumerate() {
        std::fs::write(folder.join(format!("{number:03}.png")), png(text)).unwrap();
    }
    let video = shop.path(&format!("{name}.mkv"));
    let picture =
        "scale=600:600:flags=neighbor:force_original_aspect_ratio=decrease,pad=640:640:-1:-1:white";
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-framerate", "5", "-i"])
        .arg(folder.join("%03d.png"))
        .args(["-vf", picture, "-c:v", "ffv1"])
        .arg(&video)
        .status();
    assert!(made.unwrap().success());
    video.to_str().unwrap().to_owned()
}
