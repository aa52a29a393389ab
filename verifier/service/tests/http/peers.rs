//! Independent others, in node: a wallet by the libraries of the OpenWallet Foundation, and the shop of
//! the example. Where there is no node or
//! no browser, and only there, a test says `SKIPPED:` and passes.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::browser::{Browser, symbol};
use crate::stage::{BACK, SHOP, Stage};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Whether there is such a program to run. Anything but its absence is a failure.
fn is_there(program: &str, check: &str) -> bool {
    match Command::new(program).arg("--version").output() {
        Ok(said) => {
            assert!(said.status.success(), "`{program} --version` fails");
            true
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // Past the harness, which keeps back what passing tests print.
            let line = format!("SKIPPED: {check}: no `{program}` here\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            false
        }
        Err(error) => panic!("`{program}` cannot be run: {error}"),
    }
}

/// Ada's wallet as a service: a request in, its answer out, both in base64url; and its camera, which
/// reads the code on a page.
fn wallet(stage: &Arc<Stage>, runtime: &tokio::runtime::Runtime) -> String {
    let stage = stage.clone();
    let prove = move |request: String| {
        let request = URL_SAFE_NO_PAD.decode(request).unwrap_or_default();
        let said = stage
            .prove(&request)
            .map(|answer| URL_SAFE_NO_PAD.encode(answer));
        async move { said.ok_or(StatusCode::BAD_REQUEST) }
    };
    let read = |page: String| async move { symbol(&page).ok_or(StatusCode::BAD_REQUEST) };
    let router = Router::new()
        .route("/", post(prove))
        .route("/read", post(read));
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

/// Runs one file of `tests/peer` against a service.
fn run(file: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer");
    let vitest = repository().join("node_modules/vitest/vitest.mjs");
    assert!(
        vitest.exists(),
        "run `npm ci` in the repository's folder first"
    );
    let stage = Arc::new(Stage::new());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let done = Command::new("node")
        .arg(vitest)
        .args(["run", "--no-color", file])
        .current_dir(folder)
        .env("SERVICE", &stage.url)
        .env("TOKEN", SHOP)
        .env("RETURN_TO", BACK)
        .env("CLIENT", &stage.id)
        .env("KEY", glimpse_terminal::to_hex(stage.key.as_bytes()))
        .env("PROVE", wallet(&stage, &runtime))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let said = said + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    runtime.shutdown_background();
}

#[test]
fn an_independent_wallet_reads_verifies_and_answers() {
    if is_there("node", "the check against @openid4vc/openid4vp") {
        run("peer.test.mjs");
    }
}

#[test]
fn the_page_is_accessible_and_goes_on_by_itself() {
    let check = "the visitor's page in a browser";
    if is_there("node", check) && is_there("chromium", check) {
        run("browser.test.ts");
    }
}

/// The example's shop, which ends with this value.
struct Shop(Child);

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Shop {
    fn open(port: u16, service: &str) -> Self {
        let mut process = Command::new("node")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("example/shop/shop.mjs"))
            .env("GLIMPSE", service)
            .env("TOKEN", SHOP)
            .env("PORT", port.to_string())
            .env("MOST", "2")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        assert!(line.contains(&format!(":{port}")), "{line}");
        Self(process)
    }
}

#[test]
fn the_shop_of_the_example_sells_to_whoever_is_old_enough() {
    if !is_there("node", "the example's shop") {
        return;
    }
    // The service must know the shop's address before the shop knows the service's.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let home = format!("http://{free}");
    let back = format!("{home}/back").parse().unwrap();
    let stage = Stage::with(|config| config.sites[0].return_to = vec![url::Url::clone(&back)]);
    let _shop = Shop::open(free.port(), &stage.url);
    let mut ada = Browser::default();
    assert!(ada.get(&home).text.contains("over 18"));
    let buy = format!("{home}/buy");
    assert_eq!(ada.get(&buy).location(), "/", "a link begins nothing");
    let to = ada.post(&buy).location().to_owned();
    let link = ada.get(&to).links().0;
    let asked = stage.fetch(&link);
    let on = stage.answer(&asked).json()["redirect_uri"]
        .as_str()
        .unwrap()
        .to_owned();
    let back = ada.get(&on).location().to_owned();
    // The address that brings Ada in brings nobody else in, whatever that one has begun.
    let mut other = Browser::default();
    other.post(&buy).location();
    assert_eq!(other.get(&back).status, 403);
    let sold = ada.get(&back);
    assert_eq!(sold.status, 200);
    assert!(sold.text.contains("Sold"), "{}", sold.text);
    assert_eq!(ada.get(&back).status, 403, "once");
    // The shop remembers so many who began and no more.
    let to = ada.post(&buy).location().to_owned();
    let asked = stage.fetch(&ada.get(&to).links().0);
    let on = stage.answer(&asked).json()["redirect_uri"].clone();
    let back = ada.get(on.as_str().unwrap()).location().to_owned();
    for _ in 0..2 {
        Browser::default().post(&buy).location();
    }
    assert_eq!(ada.get(&back).status, 403, "forgotten");
    assert_eq!(ada.get(&format!("{home}/back?error=no_answer")).status, 403);
}
