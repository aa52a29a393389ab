//! A resident's wallet answers the verifier's own service for sites, on one device and across devices.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use ed25519_dalek::VerifyingKey;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::trust::VerifierEntry;
use glimpse_counter::Counter;
use glimpse_terminal::hex;
use glimpse_verifier_service::{Config, Limits, Server, Site, digest};
use glimpse_wallet::app::App;
use glimpse_wallet::app::views::{FaultCode, Opened};
use serde_json::{Value, json};

use super::browser::{Browser, send};
use super::support::Registry;

const TOKEN: &str = "glimpse_token";
const BACK: &str = "https://shop.example/back";
const POLICY: &str = include_str!("../../../verifier/policies/over-18-and-city.toml");

/// A shop's backend, with the service that asks for it.
struct Shop {
    url: String,
    time: Arc<AtomicU64>,
    stop: Option<(tokio::sync::oneshot::Sender<()>, JoinHandle<()>)>,
    _folder: tempfile::TempDir,
}

impl Shop {
    fn open(registry: &Registry) -> (Self, VerifierEntry) {
        let folder = tempfile::tempdir().unwrap();
        let (counter, policies) = (
            folder.path().join("counter"),
            folder.path().join("policies"),
        );
        let names = Texts::new(&[("en", "Corner Pharmacy")]);
        let card = Counter::create(&counter, names.clone(), registry.now()).unwrap();
        let entry = VerifierEntry {
            id: VerifierId(hex(&card[..32]).unwrap()),
            names,
            signing: VerifyingKey::from_bytes(&hex(&card[32..]).unwrap()).unwrap(),
            allowances: Vec::new(),
        };
        let (list, roots) = registry.list(Some(entry.clone()));
        Counter::load_trust(&counter, &list, &roots, registry.now()).unwrap();
        std::fs::create_dir(&policies).unwrap();
        std::fs::write(policies.join("over-18.toml"), POLICY).unwrap();
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: None,
            policies,
            session_seconds: 600,
            code_seconds: 120,
            sites: vec![Site {
                name: "shop".into(),
                tokens: vec![digest(TOKEN)],
                return_to: vec![BACK.parse().unwrap()],
                policies: Vec::new(),
                same_device_only: false,
            }],
            limits: Limits::default(),
        };
        let time = Arc::new(AtomicU64::new(registry.now().0));
        let clock = time.clone();
        let clock = Arc::new(move || UnixTime(clock.load(Ordering::Relaxed)));
        let server = Server::bind(&counter, config, clock).unwrap();
        let url = server.public_url().to_owned();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let thread = std::thread::spawn(move || server.run(stopped));
        let stop = Some((stop, thread));
        let shop = Self {
            url,
            time,
            stop,
            _folder: folder,
        };
        (shop, entry)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let bearer = format!("Bearer {TOKEN}");
        let heads = [
            ("content-type", "application/json"),
            ("authorization", &*bearer),
        ];
        let to = format!("{}{path}", self.url);
        send("POST", &to, &heads, body.to_string().as_bytes()).json()
    }

    /// A visitor: her id, and the address of her page.
    fn visit(&self) -> (String, String) {
        let begun = self.post(
            "/sessions",
            &json!({ "policy": "over-18", "return_to": BACK }),
        );
        let text = |name: &str| begun[name].as_str().unwrap().to_owned();
        (text("id"), text("ask_url"))
    }

    fn redeem(&self, id: &str, address: &str) -> Value {
        let code = address.strip_prefix(&format!("{BACK}?code=")).unwrap();
        self.post("/sessions/redeem", &json!({ "id": id, "code": code }))
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.stop.take() {
            let _ = stop.send(());
            assert!(thread.join().is_ok() || std::thread::panicking());
        }
    }
}

fn scene() -> (Registry, Shop, App, tempfile::TempDir) {
    let (registry, folder) = (Registry::start(), tempfile::tempdir().unwrap());
    let (shop, entry) = Shop::open(&registry);
    let app = registry.wallet_with(folder.path(), Some(entry));
    registry.give_card(&app, "R-1");
    (registry, shop, app, folder)
}

/// Opens a link and agrees; where the wallet would have the browser go on.
fn answer(app: &App, shop: &Shop, link: &str) -> Option<String> {
    let host = shop.url.strip_prefix("http://").unwrap();
    match app.open_text(link).unwrap() {
        Opened::OnlineRequest { host: shown, .. } => assert_eq!(shown, host),
        other => panic!("{other:?}"),
    }
    let view = app.fetch_request(app.current()).unwrap();
    assert_eq!(
        (&*view.verifier, view.online.as_deref()),
        ("Corner Pharmacy", Some(host))
    );
    let answered = app.agree(app.current(), 0).unwrap();
    assert!(answered.delivered);
    answered.go_on
}

#[test]
fn a_resident_answers_the_service_on_one_device_and_across_devices() {
    let (_registry, shop, app, _folder) = scene();
    // On one device the wallet opens the browser again, which goes on to the shop.
    let mut browser = Browser::default();
    let (id, page) = shop.visit();
    let (here, across) = browser.get(&page).links();
    let on = answer(&app, &shop, &here).unwrap();
    let back = browser.get(&on).location().to_owned();
    let report = shop.redeem(&id, &back);
    assert_eq!(report["outcome"], "accepted", "{report}");
    assert_eq!(report["cards"][0]["statements"], json!(["18 or older"]));
    assert_ne!(Some(&here), across.as_ref());
    // Across devices the browser that waits goes on, and the wallet's nowhere.
    let (id, page) = shop.visit();
    let across = browser.get(&page).links().1.unwrap();
    assert_eq!(answer(&app, &shop, &across), None);
    let back = browser.get(&page).location().to_owned();
    assert_eq!(shop.redeem(&id, &back)["outcome"], "accepted");
    assert_eq!(app.history().unwrap().len(), 2);
}

#[test]
fn a_holder_who_answers_when_the_visit_is_over_is_told() {
    let (registry, shop, app, _folder) = scene();
    let mut browser = Browser::default();
    let (_, page) = shop.visit();
    let (here, _) = browser.get(&page).links();
    app.open_text(&here).unwrap();
    app.fetch_request(app.current()).unwrap();
    shop.time.store(registry.now().0 + 800, Ordering::Relaxed);
    let fault = app.agree(app.current(), 0).unwrap_err();
    assert_eq!(fault.code, FaultCode::OtherSide);
    assert_eq!(browser.get(&page).status, 404);
    assert_eq!(app.history().unwrap().len(), 1);
}
