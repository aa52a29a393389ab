//! The wallet's window, driven as a person would: a display of its own, and WebKit's own driver,
//! which speaks WebDriver over HTTP.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use glimpse_core::transport::image::decode_png;
use serde_json::{Value, json};

/// How long something that should come is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(50);
/// The member by which WebDriver names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A program that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What is missing to drive a window here; nothing where all is there.
pub fn missing() -> Option<&'static str> {
    let there = |program: &str| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&paths).any(|folder| folder.join(program).exists())
    };
    ["Xvfb", "WebKitWebDriver"]
        .into_iter()
        .find(|program| !there(program))
}

/// A display that nobody sees.
pub struct Display {
    name: String,
    _server: Running,
}

impl Display {
    /// Starts one.
    ///
    /// # Errors
    /// When Xvfb does not start.
    pub fn start() -> Result<Self> {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x1024x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting Xvfb")?;
        let said = server.stdout.take().context("what Xvfb says")?;
        let server = Running(server);
        let mut number = String::new();
        BufReader::new(said).read_line(&mut number)?;
        if number.trim().is_empty() {
            bail!("Xvfb has found no display");
        }
        Ok(Self {
            name: format!(":{}", number.trim()),
            _server: server,
        })
    }
}

/// A window under the driver's hands. It closes with this.
pub struct Window {
    agent: ureq::Agent,
    session: String,
    _driver: Running,
}

impl Window {
    /// Starts a program with these arguments, whose data is in a folder. It has no session bus: no
    /// keychain, and no other instance.
    ///
    /// # Errors
    /// When the driver or the program does not start.
    pub fn open(
        display: &Display,
        program: &Path,
        arguments: &[&str],
        data: &Path,
    ) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display.name)
            .env("LANG", "C.UTF-8")
            .env("XDG_DATA_HOME", data)
            .env("XDG_CONFIG_HOME", data.join("config"))
            .env("XDG_CACHE_HOME", data.join("cache"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting WebKitWebDriver")?;
        let driver = Running(driver);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let base = format!("http://127.0.0.1:{port}");
        until("the driver", || {
            Ok(agent.get(format!("{base}/status")).call().ok())
        })?;
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "webkitgtk:browserOptions": { "binary": program, "args": arguments }
        } } });
        let made = send(&agent, &format!("{base}/session"), &wanted)?;
        let id = made.get("sessionId").and_then(Value::as_str);
        let session = format!("{base}/session/{}", id.context("a session")?);
        Ok(Self {
            agent,
            session,
            _driver: driver,
        })
    }

    fn post(&self, what: &str, body: &Value) -> Result<Value> {
        send(&self.agent, &format!("{}/{what}", self.session), body)
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// What it throws.
    pub fn run(&self, script: &str) -> Result<Value> {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Waits until an XPath finds something, which is then given.
    ///
    /// # Errors
    /// When it does not come.
    pub fn find(&self, xpath: &str) -> Result<Element<'_>> {
        let query = json!({ "using": "xpath", "value": xpath });
        let id = until(xpath, || {
            let found = self.post("element", &query).ok();
            let id = found.as_ref().and_then(|f| f.get(ELEMENT)?.as_str());
            Ok(id.map(str::to_owned))
        });
        let id = id.with_context(|| self.text().unwrap_or_default())?;
        Ok(Element { window: self, id })
    }

    /// Waits for a button with this name, and presses it once it takes a press.
    ///
    /// # Errors
    /// When it does not come.
    pub fn press(&self, name: &str) -> Result<()> {
        let named = format!("//button[normalize-space(.)='{name}' and not(@disabled)]");
        self.find(&named)?.press()
    }

    /// Pastes a text into the window, as from another program's.
    ///
    /// # Errors
    /// When the page is gone.
    pub fn paste(&self, text: &str) -> Result<()> {
        let script = "const pasted = new DataTransfer(); \
            pasted.setData('text/plain', arguments[0]); \
            document.body.dispatchEvent(new ClipboardEvent('paste', \
                { clipboardData: pasted, bubbles: true, cancelable: true }))";
        let pasted = json!({ "script": script, "args": [text] });
        self.post("execute/sync", &pasted).map(|_| ())
    }

    /// Waits until the page says something, and gives all that it says.
    ///
    /// # Errors
    /// When it does not.
    pub fn says(&self, words: &str) -> Result<String> {
        let read = || Ok(Some(self.text()?).filter(|text| text.contains(words)));
        until(words, read).with_context(|| self.text().unwrap_or_default())
    }

    /// All text of the page, as it is seen.
    ///
    /// # Errors
    /// When the page is gone.
    pub fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Looks at the window until there is a code on it that can be read, as a camera would.
    ///
    /// # Errors
    /// When none comes.
    pub fn code(&self) -> Result<String> {
        until("a code on the screen", || {
            Ok(decode_png(&self.picture()?).ok())
        })
    }

    /// What the window shows, as PNG.
    ///
    /// # Errors
    /// When the window is gone.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let url = format!("{}/screenshot", self.session);
        let shown: Value = self
            .agent
            .get(url)
            .call()?
            .body_mut()
            .with_config()
            .limit(64 << 20)
            .read_json()?;
        let shown = shown.get("value").and_then(Value::as_str);
        Ok(BASE64_STANDARD.decode(shown.context("a picture")?)?)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
    }
}

/// Something on the page.
pub struct Element<'a> {
    window: &'a Window,
    id: String,
}

impl Element<'_> {
    /// Presses it, with the pointer.
    ///
    /// # Errors
    /// When it is gone or covered.
    pub fn press(&self) -> Result<()> {
        let press = || {
            self.window
                .post(&format!("element/{}/click", self.id), &json!({}))
        };
        press().map(|_| ())
    }

    /// Types into it, with the keyboard.
    ///
    /// # Errors
    /// When it is gone.
    pub fn write(&self, text: &str) -> Result<()> {
        let typed = json!({ "text": text });
        let write = || {
            self.window
                .post(&format!("element/{}/value", self.id), &typed)
        };
        write().map(|_| ())
    }
}

fn send(agent: &ureq::Agent, url: &str, body: &Value) -> Result<Value> {
    let mut answer = agent.post(url).send_json(body)?;
    let said: Value = answer.body_mut().read_json()?;
    let value = said.get("value").cloned().unwrap_or_default();
    if answer.status().is_success() {
        return Ok(value);
    }
    bail!("the driver says: {value}")
}

fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = look()? {
            return Ok(found);
        }
        std::thread::sleep(GLANCE);
    }
    bail!("this did not come: {what}")
}
