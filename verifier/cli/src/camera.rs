//! An answer from a camera: `ffmpeg` turns a device, or a video file, into grey pictures on a pipe,
//! and each is looked at until an answer is whole.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use glimpse_core::transport::frames::{FrameError, is_frame};
use glimpse_core::transport::image::{MAX_SIDE, decode_luma};
use glimpse_core::transport::{DocumentKind, qr};

use crate::gather::Frames;

/// Pictures a second: more than a moving code shows.
const RATE: u32 = 15;

/// A grey picture.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

/// Ends the program that was started, however this one ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Looks through a camera, or at a video, until an answer is whole.
///
/// # Errors
/// In words: no `ffmpeg`, no such device, no answer in time.
pub(crate) fn watch(device: &str, seconds: u64) -> Result<Vec<u8>> {
    let mut running = Running(start(device)?);
    let pictures = running.0.stdout.take().context("the camera's pictures")?;
    // One at a time: what the camera shows now counts, not what it showed while this one was slow.
    let (sender, receiver) = sync_channel(1);
    std::thread::spawn(move || read_pictures(BufReader::new(pictures), &sender));
    let complaints = running.0.stderr.take().context("ffmpeg's complaints")?;
    let complaints = std::thread::spawn(move || first_words(complaints));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut seen = Seen::default();
    loop {
        match receiver.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(picture) => {
                if let Some(answer) = seen.look_at(&picture) {
                    return Ok(answer);
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                bail!("no answer was seen in {seconds} seconds{}", seen.in_words())
            }
            Err(RecvTimeoutError::Disconnected) => {
                if seen.pictures == 0 {
                    let said = complaints.join().unwrap_or_default();
                    bail!("ffmpeg shows nothing of {device}: {}", said.trim());
                }
                bail!("{device} ended without an answer{}", seen.in_words());
            }
        }
    }
}

fn start(device: &str) -> Result<Child> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-loglevel", "error"]);
    if device.starts_with("/dev/") {
        command.args(["-fflags", "nobuffer", "-f", "v4l2"]);
    }
    // Grey pictures, each with its size: the portable graymap.
    command.args([
        "-i",
        device,
        "-an",
        "-vf",
        &format!("fps={RATE},format=gray"),
    ]);
    command.args(["-f", "image2pipe", "-c:v", "pgm", "-"]);
    command.stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => anyhow::anyhow!(
            "the camera is read by ffmpeg, which is not installed (Debian: apt-get install ffmpeg)"
        ),
        _ => anyhow::Error::new(error).context("starting ffmpeg"),
    })
}

/// The first of what a program complains of; the rest is read too, or it would wait for a reader.
fn first_words(mut complaints: impl Read) -> String {
    let mut said = Vec::new();
    // They are a help only.
    let _ = complaints.by_ref().take(1000).read_to_end(&mut said);
    let _ = std::io::copy(&mut complaints, &mut std::io::sink());
    String::from_utf8_lossy(&said).into_owned()
}

/// Hands pictures on until the pipe ends or nobody listens.
fn read_pictures(mut pipe: impl BufRead, sender: &SyncSender<Picture>) {
    while let Some(picture) = read_picture(&mut pipe) {
        if sender.send(picture).is_err() {
            return;
        }
    }
}

/// A picture: `P5`, width, height and 255, each followed by one white space, then the pixels.
fn read_picture(pipe: &mut impl BufRead) -> Option<Picture> {
    let mut word = || {
        let mut word = Vec::new();
        for octet in pipe.by_ref().bytes().take(8) {
            match octet.ok()? {
                octet if octet.is_ascii_whitespace() => break,
                octet => word.push(octet),
            }
        }
        String::from_utf8(word).ok()
    };
    let magic = word()?;
    let (width, height) = (word()?.parse().ok()?, word()?.parse().ok()?);
    let fits = magic == "P5" && word()? == "255" && width <= MAX_SIDE && height <= MAX_SIDE;
    let mut pixels = vec![0; fits.then(|| width as usize * height as usize)?];
    pipe.read_exact(&mut pixels).ok()?;
    Some(Picture {
        width,
        height,
        pixels,
    })
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    pictures: usize,
    frames: Frames,
    other: bool,
}

impl Seen {
    /// The answer, where this picture makes it whole. What else a camera sees is passed over, such
    /// as this counter's own code.
    fn look_at(&mut self, picture: &Picture) -> Option<Vec<u8>> {
        self.pictures += 1;
        let text = decode_luma(picture.width, picture.height, &picture.pixels).ok()?;
        let found = if is_frame(&text) {
            self.frame(&text)?
        } else {
            qr::decode(&text).ok()?
        };
        match found {
            (DocumentKind::Answer, answer) => Some(answer),
            _ => {
                self.other = true;
                None
            }
        }
    }

    fn frame(&mut self, text: &str) -> Option<(DocumentKind, Vec<u8>)> {
        match self.frames.take(text) {
            Ok(document) => document,
            Err(FrameError::OtherDocument) => {
                // The telephone shows another code now.
                self.frames = Frames::default();
                self.frames.take(text).ok()?
            }
            Err(_) => None,
        }
    }

    fn in_words(&self) -> String {
        let frames = self.frames.in_words();
        if !frames.is_empty() {
            return format!(": {frames}; hold the telephone still a while longer");
        }
        match self.other {
            true => ": only another code of Glimpse; ask for the answer that the wallet shows"
                .to_owned(),
            false => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_read_one_after_another_and_bad_ones_end_it() {
        let mut pipe: &[u8] = b"P5\n2 1\n255\nabP5\n1 1\n255\ncP5\n9999 9999\n255\n";
        let first = read_picture(&mut pipe).unwrap();
        assert_eq!(
            (first.width, first.height, first.pixels),
            (2, 1, b"ab".to_vec())
        );
        assert_eq!(read_picture(&mut pipe).unwrap().pixels, b"c");
        assert!(read_picture(&mut pipe).is_none());
        for bad in [
            &b"P6\n1 1\n255\nabc"[..],
            b"P5\n2 2\n255\nabc",
            b"P5\n1 1\n65535\nab",
            b"",
        ] {
            assert!(read_picture(&mut &*bad).is_none());
        }
    }
}
