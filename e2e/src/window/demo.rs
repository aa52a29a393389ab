//! `glimpse-e2e wallet`: the wallet's window with demo cards, a counter that asks and looks at the
//! window for the answer, and an office that offers another card.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use glimpse_core::transport::frames::is_frame;
use glimpse_core::transport::image::QrSymbol;
use glimpse_terminal::write_file;
use tauri::{Manager, WebviewWindow};

use super::stage::{Ask, Begin, PIN, Stage};
use crate::world::At;

/// How often the counter looks.
const GLANCE: Duration = Duration::from_millis(400);

/// Everybody but the holder, and where their pictures go.
struct Demo {
    stage: Mutex<Stage>,
    pictures: PathBuf,
}

/// Runs the demo until its window is closed.
///
/// # Errors
/// Whatever goes wrong, a missing display above all.
pub fn run(folder: &Path, pictures: &Path) -> Result<()> {
    say(
        "A city registry, a clinic and a pharmacy's counter come to be; a resident gets two cards.",
    );
    let stage = Stage::build(folder)?;
    let wallet = Arc::new(stage.wallet(folder, Begin::Cards)?);
    std::fs::create_dir_all(pictures)
        .with_context(|| format!("creating {}", pictures.display()))?;
    let demo = Arc::new(Demo {
        stage: Mutex::new(stage),
        pictures: pictures.canonicalize()?,
    });
    say(&format!(
        "\nTHE WALLET opens in its window. What opens it:  {PIN}"
    ));
    demo.ask()?;
    demo.offer()?;
    say(
        "\nHERE: Enter, and the counter asks again. `offer` and Enter: another offer. \
         Close the window, or Ctrl-C, to end.",
    );
    glimpse_app::run_apart(wallet, move |window| {
        let (listening, interrupted) = (demo.clone(), window.clone());
        thread::spawn(move || demo.watch(&window));
        thread::spawn(move || listening.listen());
        thread::spawn(move || end(&interrupted));
    })?;
    Ok(())
}

impl Demo {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, name: &str, octets: &[u8]) -> Result<String> {
        let path = self.pictures.join(name);
        write_file(&path, octets)?;
        Ok(path.display().to_string())
    }

    fn ask(&self) -> Result<()> {
        let asked = self.stage().ask(Ask::Over18)?;
        let picture = self.write("request.png", &asked.symbol.to_png()?)?;
        let text = self.write("request.txt", asked.text.as_bytes())?;
        say("\nTHE COUNTER of the corner pharmacy asks: are you over 18, and what is your city?");
        say(&format!(
            "   Give the wallet this picture:    {picture}\n   \
             or copy the text and paste it:   {text}\n   \
             It is good for ten minutes. When you agree, the wallet shows its answer, and the\n   \
             counter looks at the window by itself and says here what it learned."
        ));
        Ok(())
    }

    fn offer(&self) -> Result<()> {
        let (link, code) = self.stage().offer(At::City, false)?;
        let picture = self.write("offer.png", &QrSymbol::link(&link)?.to_png()?)?;
        say("\nTHE REGISTRY offers another card. Give the wallet this picture, or paste the link:");
        say(&format!(
            "   {picture}\n   {link}\n   The code that the wallet asks for:   {code}"
        ));
        Ok(())
    }

    /// Looks at the window and checks each answer that comes into sight.
    fn watch(&self, window: &WebviewWindow) {
        let mut seen: Vec<String> = Vec::new();
        loop {
            thread::sleep(GLANCE);
            let Some(text) = super::eye::look(window) else {
                continue;
            };
            if seen.contains(&text) {
                continue;
            }
            if !is_frame(&text) {
                seen.clear();
            }
            seen.push(text);
            // Of a moving code a part is in sight; and whatever else is there is no answer.
            let Ok((accepted, said)) = self.stage().check(seen.iter().map(String::as_str)) else {
                continue;
            };
            let verdict = if accepted { "ACCEPTED" } else { "REFUSED" };
            say(&format!("\nTHE COUNTER sees an answer: {verdict}"));
            said.lines().for_each(|line| say(&format!("   {line}")));
            if accepted {
                say("   That is all it learned. Enter, and it asks again.");
            }
        }
    }

    /// Does what is typed.
    fn listen(&self) {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            let done = match line.trim() {
                "" => self.ask(),
                "offer" => self.offer(),
                _ => {
                    say("Enter: the counter asks again. `offer`: another offer.");
                    continue;
                }
            };
            if let Err(error) = done {
                say(&format!("{error:#}"));
            }
        }
    }
}

/// Ends the window when somebody at the terminal says stop, so that the wallet's folder goes too.
fn end(window: &WebviewWindow) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    if runtime.is_ok_and(|r| r.block_on(tokio::signal::ctrl_c()).is_ok()) {
        window.app_handle().exit(0);
    }
}

#[expect(clippy::print_stdout, reason = "the demo is what it prints")]
fn say(text: &str) {
    println!("{text}");
}
