//! A counter with a service over it on a free port, two sites, and a wallet's side of the protocol.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, VerifyingKey};
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{Origin, UnixTime, VerifierId};
use glimpse_core::trust::Roots;
use glimpse_counter::Counter;
use glimpse_rehearsal::{Resident, Town, Values, rng};
use glimpse_terminal::{hex, verifying_key};
use glimpse_verifier_service::{Config, Limits, Server, Site, digest};
use serde_json::{Value, json};

use crate::browser::{Browser, Reply, send};

pub const SHOP: &str = "glimpse_a-token-of-the-shop";
pub const BANK: &str = "glimpse_a-token-of-the-bank";
pub const BACK: &str = "https://shop.example/back?from=glimpse";

const OVER_18: &str = r#"
name = { en = "Over 18 and city" }
purpose = "age-check"
reason = { en = "To sell you <wine> & beer", nl = "Om u wijn te verkopen" }
[[alternative]]
[[alternative.card]]
schema = "resident"
show = ["city"]
prove = [{ attribute = "birth_date", age_at_least = 18 }]
"#;

pub struct Stage {
    pub folder: tempfile::TempDir,
    pub town: Town,
    pub ada: Resident,
    pub url: String,
    pub key: VerifyingKey,
    pub id: String,
    time: Arc<AtomicU64>,
    config: Config,
    stop: Option<(tokio::sync::oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Stage {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(settings: impl Fn(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = glimpse_terminal::now().unwrap();
        let (town, counter) = (Town::new(now, &mut rng()), folder.path().join("counter"));
        let names = Texts::new(&[("en", "Corner Shop")]);
        let card = Counter::create(&counter, names, now).unwrap();
        trust(&counter, &town, now);
        let (id, key) = card.split_at(2 * VerifierId::LEN);
        let key = verifying_key(key).unwrap();
        let registration = town.register(VerifierId(hex(id).unwrap()), key);
        Counter::load_registration(&counter, &registration, now).unwrap();
        let policies = folder.path().join("policies");
        std::fs::create_dir(&policies).unwrap();
        std::fs::write(policies.join("over-18.toml"), OVER_18).unwrap();
        let only_city = OVER_18.replace("\nprove", "\n# prove");
        std::fs::write(policies.join("city.toml"), only_city).unwrap();
        let site = |name: &str, token: &str, to: &str| Site {
            name: name.into(),
            tokens: vec![digest(token)],
            return_to: vec![to.parse().unwrap()],
            policies: Vec::new(),
            same_device_only: false,
        };
        let mut bank = site("bank", BANK, "https://bank.example/back");
        bank.policies = vec!["city".into()];
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: None,
            policies,
            session_seconds: 600,
            code_seconds: 120,
            sites: vec![site("shop", SHOP, BACK), bank],
            limits: Limits::default(),
        };
        settings(&mut config);
        let mut stage = Self {
            ada: Resident::enrol(
                &town,
                &Values::of("Ada", "R-1", "1990-05-31"),
                now,
                &mut rng(),
            ),
            id: id.to_owned(),
            key,
            url: String::new(),
            time: Arc::new(AtomicU64::new(now.0)),
            stop: None,
            folder,
            town,
            config,
        };
        stage.start();
        stage
    }

    pub fn counter(&self) -> PathBuf {
        self.folder.path().join("counter")
    }

    pub fn start(&mut self) {
        let clock = self.time.clone();
        let clock = Arc::new(move || UnixTime(clock.load(Ordering::Relaxed)));
        let server = Server::bind(&self.counter(), self.config.clone(), clock).unwrap();
        self.url = server.public_url().to_owned();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let thread = std::thread::spawn(move || server.run(stopped));
        self.stop = Some((stop, thread));
    }

    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.stop.take() {
            let _ = stop.send(());
            assert!(thread.join().is_ok() || std::thread::panicking());
        }
    }

    pub fn now(&self) -> UnixTime {
        UnixTime(self.time.load(Ordering::Relaxed))
    }

    pub fn wait(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// What a site's backend says.
    pub fn site(&self, token: &str, path: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let heads = [
            ("content-type", "application/json"),
            ("authorization", &bearer),
        ];
        send(
            "POST",
            &format!("{}{path}", self.url),
            &heads,
            body.to_string().as_bytes(),
        )
    }

    /// A visitor of the shop, whom it sends to the service.
    pub fn visit(&self) -> Visit {
        self.visit_with(&json!({ "policy": "over-18", "return_to": BACK, "state": "a b&c" }))
    }

    pub fn visit_with(&self, body: &Value) -> Visit {
        let reply = self.site(SHOP, "/sessions", body);
        assert_eq!(reply.status, 201, "{}", reply.text);
        let text = |name: &str| reply.json()[name].as_str().unwrap().to_owned();
        Visit {
            id: text("id"),
            ask_url: text("ask_url"),
            browser: Browser::default(),
        }
    }

    pub fn redeem(&self, token: &str, id: &str, code: &str) -> Reply {
        self.site(
            token,
            "/sessions/redeem",
            &json!({ "id": id, "code": code }),
        )
    }

    /// What a wallet does with a link: fetches the request, and checks what it can of it.
    pub fn fetch(&self, link: &str) -> Asked {
        let link = url::Url::parse(link).unwrap();
        let member = |name: &str| {
            let found = link.query_pairs().find(|(n, _)| n == name);
            found.unwrap().1.into_owned()
        };
        assert_eq!(
            (link.scheme(), member("client_id")),
            ("openid4vp", self.id.clone())
        );
        assert_eq!(member("request_uri_method"), "post");
        let reply = send("GET", &member("request_uri"), &[], b"");
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(
            reply.headers["content-type"],
            "application/oauth-authz-req+jwt"
        );
        self.read(&reply.text)
    }

    pub fn read(&self, object: &str) -> Asked {
        let (signed, signature) = object.rsplit_once('.').unwrap();
        let octets = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let signature = Signature::from_slice(&octets(signature)).unwrap();
        self.key
            .verify_strict(signed.as_bytes(), &signature)
            .unwrap();
        let claims = octets(signed.split_once('.').unwrap().1);
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        let request = &claims["dcql_query"]["credentials"][0]["meta"]["request"];
        Asked {
            request: octets(request.as_str().unwrap()),
            claims,
        }
    }

    /// What Ada's wallet answers to a request that it fetched here.
    pub fn prove(&self, request: &[u8]) -> Option<Vec<u8>> {
        let here = Origin::parse(&self.url).unwrap();
        self.ada.answer_to(&here, request, self.now(), &mut rng())
    }

    /// The form with which Ada's wallet answers.
    pub fn form(&self, asked: &Asked) -> Vec<(&'static str, String)> {
        form(&self.prove(&asked.request).unwrap(), asked)
    }

    /// Answers as Ada's wallet does.
    pub fn answer(&self, asked: &Asked) -> Reply {
        post(&asked.response_uri(), &self.form(asked))
    }
}

/// Has a counter load the town's list.
pub fn trust(counter: &Path, town: &Town, now: UnixTime) {
    let roots = Roots {
        list: None,
        keys: vec![town.root()],
        threshold: 1,
    };
    Counter::load_trust(counter, &town.signed(), &roots, now).unwrap();
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The form with this answer.
pub fn form(answer: &[u8], asked: &Asked) -> Vec<(&'static str, String)> {
    let token = json!({ "card": [URL_SAFE_NO_PAD.encode(answer)] });
    vec![("vp_token", token.to_string()), ("state", asked.state())]
}

/// Posts a form.
pub fn post(to: &str, members: &[(&'static str, String)]) -> Reply {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    let body = body.extend_pairs(members).finish();
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    send("POST", to, &kind, body.as_bytes())
}

/// What a wallet has fetched.
pub struct Asked {
    pub claims: Value,
    pub request: Vec<u8>,
}

impl Asked {
    pub fn response_uri(&self) -> String {
        self.claims["response_uri"].as_str().unwrap().to_owned()
    }

    pub fn state(&self) -> String {
        self.claims["state"].as_str().unwrap().to_owned()
    }
}

/// A visitor.
pub struct Visit {
    pub id: String,
    pub ask_url: String,
    pub browser: Browser,
}

impl Visit {
    /// Opens the page: the link for a wallet on the device, and the one in the QR code.
    pub fn open(&mut self) -> (String, Option<String>) {
        let page = self.browser.get(&self.ask_url);
        assert_eq!(page.status, 200, "{}", page.text);
        page.links()
    }

    /// What the page hears when it asks how far the visit is.
    pub fn look(&mut self) -> Value {
        let reply = self.browser.get(&format!("{}/wait", self.ask_url));
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()
    }
}

/// The code in the address to which a browser is sent back.
pub fn code(address: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    let member = |name: &str| {
        let found = url.query_pairs().find(|(n, _)| n == name);
        found.map(|(_, value)| value.into_owned())
    };
    assert!(address.starts_with(BACK), "{address}");
    assert_eq!(member("state").as_deref(), Some("a b&c"));
    member("code").unwrap()
}
