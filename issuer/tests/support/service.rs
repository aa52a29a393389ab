//! A service of the tests' own, on a free port of this machine, with a client that signs in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use glimpse_core::ids::UnixTime;
use glimpse_core::sealed::Cost;
use glimpse_core::test_rng::TestRng;
use glimpse_issuer::Office;
use glimpse_issuer::service::Server;
use glimpse_issuer::service::config::Config;
use glimpse_issuer::staff::Role;
use serde_json::Value;

use super::postgres;

pub const PASSWORD: &str = "a long enough passphrase";
const START: u64 = 1_795_435_200;

/// Runs a test on SQLite, and on PostgreSQL where it is installed.
pub fn on_each(test: impl Fn(&Service)) {
    on_each_with(|_| {}, test);
}

/// The same with other settings.
pub fn on_each_with(settings: impl Fn(&mut Config), test: impl Fn(&Service)) {
    let databases = [Some(None), postgres::fresh_database().map(Some)];
    for database in databases.into_iter().flatten() {
        eprintln!(
            "on {}",
            database.as_ref().map_or("SQLite", |_| "PostgreSQL")
        );
        let mut config = Config {
            database,
            ..Config::default()
        };
        settings(&mut config);
        test(&Service::start(config));
    }
}

/// One office with its services; it ends with this value.
pub struct Service {
    pub folder: Arc<tempfile::TempDir>,
    pub url: String,
    pub config: Config,
    time: Arc<AtomicU64>,
    stop: Option<(tokio::sync::oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Service {
    /// A fresh office with one member of staff of each role, each named by her role.
    pub fn start(mut config: Config) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        config.listen = ([127, 0, 0, 1], 0).into();
        let rng = &mut TestRng::new(7);
        drop(Office::create(&Self::office_in(&folder), b"correct", Cost::LEAST, rng).unwrap());
        let office = config.open(&Self::office_in(&folder), b"correct").unwrap();
        for role in Role::ALL {
            let rng = &mut glimpse_terminal::rng();
            office
                .add_staff(&name(role), role, PASSWORD, "command", UnixTime(START), rng)
                .unwrap();
        }
        drop(office);
        Self::over(folder, config, Arc::new(AtomicU64::new(START)))
    }

    /// Another service of the same office: a replica, or the same one after a restart.
    pub fn replica(&self) -> Self {
        Self::over(self.folder.clone(), self.config.clone(), self.time.clone())
    }

    fn office_in(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("office")
    }

    fn over(folder: Arc<tempfile::TempDir>, config: Config, time: Arc<AtomicU64>) -> Self {
        let office = config.open(&Self::office_in(&folder), b"correct").unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let clock = time.clone();
        let clock = Arc::new(move || UnixTime(clock.load(Ordering::Relaxed)));
        let server = Server::bind(office, config.clone(), clock).unwrap();
        let url = format!("http://{}", server.address());
        let thread = std::thread::spawn(move || {
            let stop = async move {
                let _ = stopped.await;
            };
            server.run(stop).unwrap();
        });
        Self {
            folder,
            url,
            config,
            time,
            stop: Some((stop, thread)),
        }
    }

    /// The office, for what no request does.
    pub fn office(&self) -> Office {
        let folder = Self::office_in(&self.folder);
        self.config.open(&folder, b"correct").unwrap()
    }

    /// The time by the service's clock, which stands still.
    pub fn now(&self) -> UnixTime {
        UnixTime(self.time.load(Ordering::Relaxed))
    }

    /// Moves the clock of all services of this office.
    pub fn wait(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Somebody who has not signed in.
    pub fn client(&self) -> Client {
        Client::new(&self.url)
    }

    /// Somebody of this role who has signed in.
    pub fn signed_in(&self, role: Role) -> Client {
        let mut client = self.client();
        let reply = client.sign_in(&name(role), PASSWORD);
        assert_eq!(reply.status, 200, "{}", reply.text);
        client
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.stop.take() {
            let _ = stop.send(());
            let ended = thread.join();
            assert!(
                ended.is_ok() || std::thread::panicking(),
                "the service panicked"
            );
        }
    }
}

/// The name of the one member of staff of this role.
pub fn name(role: Role) -> String {
    format!("The {}", role.code())
}

/// What a browser knows of the service.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    pub url: String,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
}

/// What the service answered.
pub struct Reply {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub octets: Vec<u8>,
    /// The same as text, where it is that.
    pub text: String,
    /// The same as JSON, or null.
    pub json: Value,
}

impl Reply {
    /// The last part of a problem's type, or nothing.
    pub fn problem(&self) -> &str {
        let kind = self.json["type"].as_str().unwrap_or_default();
        kind.strip_prefix("urn:glimpse:problem:")
            .unwrap_or_default()
    }

    /// The status and, where there is a problem, which.
    pub fn said(&self) -> (u16, &str) {
        (self.status, self.problem())
    }
}

impl Client {
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A service that refuses a body it has not read closes the connection.
            .max_idle_connections(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(std::time::Duration::from_secs(120)))
            .build();
        Self {
            agent: config.new_agent(),
            url: url.to_owned(),
            cookie: None,
            csrf: None,
        }
    }

    pub fn sign_in(&mut self, name: &str, password: &str) -> Reply {
        self.sign_in_with(serde_json::json!({ "name": name, "password": password }))
    }

    pub fn sign_in_with(&mut self, body: Value) -> Reply {
        let reply = self.post("/api/session", &body);
        if reply.status == 200 {
            let cookie = reply.headers["set-cookie"].split(';').next();
            self.cookie = cookie.map(str::to_owned);
            self.csrf = reply.json["csrf"].as_str().map(str::to_owned);
        }
        reply
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], &[])
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.json("POST", path, body)
    }

    pub fn put(&self, path: &str, body: &Value) -> Reply {
        self.json("PUT", path, body)
    }

    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], &[])
    }

    pub fn json(&self, method: &str, path: &str, body: &Value) -> Reply {
        let kind = [("content-type", "application/json")];
        self.send(method, path, &kind, body.to_string().as_bytes())
    }

    /// Any request, with the session's cookie and token and these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let uri = format!("{}{path}", self.url);
        let mut request = ureq::http::Request::builder().method(method).uri(uri);
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body).unwrap())
        };
        let mut response = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let headers = response.headers().iter();
        let headers = headers
            .map(|(name, value)| {
                let value = value.to_str().unwrap_or_default().to_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let body = response.body_mut().with_config().limit(1 << 30);
        let octets = body.read_to_vec().unwrap();
        let text = String::from_utf8(octets.clone()).unwrap_or_default();
        Reply {
            status: response.status().as_u16(),
            headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            octets,
            text,
        }
    }
}
