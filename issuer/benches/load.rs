//! The service under load, over loopback: wallets that fetch credentials while an epoch is renewed
//! and its files are fetched, on SQLite, on PostgreSQL, and on two replicas that share one.
//! `cargo bench -p glimpse-issuer --bench load`; `GLIMPSE_LOAD_CREDENTIALS` (1,000) and
//! `GLIMPSE_LOAD_WALLETS` (16) set how much. It prints times and asserts none; an error fails it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use glimpse_issuer::invitation::Terms;
use glimpse_issuer::service::config::Config;
use glimpse_issuer::staff::Role;
use serde_json::json;

#[allow(dead_code, unreachable_pub, reason = "tests use more of it")]
#[path = "../tests/support/postgres.rs"]
mod postgres;
#[allow(dead_code, unreachable_pub, reason = "tests use more of it")]
#[path = "../tests/support/service.rs"]
mod service;
#[allow(dead_code, unreachable_pub, reason = "tests use more of it")]
#[path = "../tests/support/wallet.rs"]
mod wallet;

use service::Service;
use wallet::Wallet;

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// How long each request of one kind took.
#[derive(Default)]
struct Times(Mutex<Vec<Duration>>);

impl Times {
    fn of<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = Instant::now();
        let done = work();
        self.0.lock().unwrap().push(begun.elapsed());
        done
    }

    fn print(&self, what: &str) {
        let mut all = std::mem::take(&mut *self.0.lock().unwrap());
        all.sort_unstable();
        if all.is_empty() {
            return;
        }
        let at = |percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)];
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!(
            "  {what:<22} {:>6} requests   p50 {:>7.1} ms   p99 {:>7.1} ms   worst {:>7.1} ms",
            all.len(),
            ms(at(50)),
            ms(at(99)),
            ms(at(100))
        );
    }
}

/// Invitations, each of a resident of her own: their links and transaction codes.
fn invitations(service: &Service, many: usize) -> Vec<(String, String)> {
    let (office, now) = (service.office(), service.now());
    let rng = &mut glimpse_terminal::rng();
    let terms = Terms {
        devices: 1,
        minutes: 600,
        approval: false,
    };
    (0..many)
        .map(|number| {
            let resident = wallet::resident(service, &format!("load {number}"));
            let (_, offered) = office.invite(resident, terms, "command", now, rng).unwrap();
            let link = offered.by_value(&service.url, "load");
            (link, offered.transaction_code.to_string())
        })
        .collect()
}

/// Credentials that wait to be fetched, and what came of it.
struct Load<'a> {
    services: &'a [&'a Service],
    invitations: Vec<(String, String)>,
    next: AtomicUsize,
    token: Times,
    nonce: Times,
    credential: Times,
    errors: AtomicUsize,
}

impl<'a> Load<'a> {
    fn new(services: &'a [&'a Service], many: usize) -> Self {
        Self {
            services,
            invitations: invitations(services[0], many),
            next: AtomicUsize::new(0),
            token: Times::default(),
            nonce: Times::default(),
            credential: Times::default(),
            errors: AtomicUsize::new(0),
        }
    }

    /// One wallet after another, until every credential is fetched.
    fn wallets(&self, first: usize) {
        let service = self.services[first % self.services.len()];
        let wallet = Wallet::new(service);
        let context = wallet.context();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some((link, code)) = self.invitations.get(number) else {
                return;
            };
            let invitation = json!({ "offer_value_uri": link });
            let reply = self.token.of(|| wallet.bring(&invitation, code));
            if reply.status != 200 {
                self.errors.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            let token = reply.json["access_token"].as_str().unwrap();
            let nonce = self.nonce.of(|| wallet.nonce());
            let pending = wallet.prove_to(&context, &wallet.issuer, &nonce);
            let request = wallet.request(&[&pending]);
            let reply = self.credential.of(|| wallet.ask(token, &request));
            if reply.status == 200 {
                wallet.finish_in(&context, pending, &reply.json, 0, service.now());
            } else {
                self.errors.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn print(&self, took: Duration) {
        let (many, errors) = (self.invitations.len(), self.errors.load(Ordering::Relaxed));
        self.token.print("token");
        self.nonce.print("nonce");
        self.credential.print("credential");
        println!(
            "  {many} credentials in {:.1} s: {:.0} a second; {errors} errors",
            took.as_secs_f64(),
            many as f64 / took.as_secs_f64()
        );
        assert_eq!(errors, 0);
    }
}

fn run(name: &str, services: &[&Service]) {
    let (many, wallets) = (
        setting("GLIMPSE_LOAD_CREDENTIALS", 1000),
        setting("GLIMPSE_LOAD_WALLETS", 16),
    );
    println!("\n{name}: {many} credentials, {wallets} wallets at once");
    let load = Load::new(services, many);
    let begun = Instant::now();
    std::thread::scope(|scope| {
        (0..wallets).for_each(|first| {
            drop(scope.spawn({
                let load = &load;
                move || load.wallets(first)
            }))
        });
    });
    load.print(begun.elapsed());

    // The next epoch: renewal runs while its files are asked for.
    let service = services[0];
    service.wait(7 * 86_400);
    let registrar = service.signed_in(Role::Registrar);
    let schema = wallet::schema().id().to_string();
    let (status, bucket) = (Times::default(), Times::default());
    let begun = Instant::now();
    let reply = registrar.post("/api/renewals", &json!({ "schema": schema }));
    assert_eq!(reply.status, 202, "{}", reply.text);
    let row = loop {
        let reply = status.of(|| registrar.get("/api/renewals"));
        let row = reply
            .json
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["schema"] == *schema);
        let row = row.cloned().unwrap();
        match row["state"].as_str().unwrap() {
            "done" => break row,
            "failed" => panic!("{row}"),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    println!(
        "  renewed {} in {:.2} s",
        row["renewed"],
        begun.elapsed().as_secs_f64()
    );
    let key = row["key"].as_str().unwrap();
    std::thread::scope(|scope| {
        for first in 0..wallets {
            let (bucket, service) = (&bucket, services[first % services.len()]);
            scope.spawn(move || {
                let client = service.client();
                for _ in 0..50 {
                    let path = format!(
                        "/renewal/{schema}/{key}/manifest",
                        schema = wallet::schema().id()
                    );
                    assert_eq!(bucket.of(|| client.get(&path)).status, 200);
                }
            });
        }
    });
    status.print("status during renewal");
    bucket.print("manifest");
}

fn main() {
    let start = |database| {
        Service::start(Config {
            database,
            ..Config::default()
        })
    };
    let sqlite = start(None);
    run("SQLite", &[&sqlite]);
    drop(sqlite);
    if let Some(url) = postgres::fresh_database() {
        let postgres = start(Some(url));
        run("PostgreSQL", &[&postgres]);
    }
    if let Some(url) = postgres::fresh_database() {
        // Replicas have one address between them, and wallets' proofs name it.
        let first = Service::start(Config {
            database: Some(url),
            public_url: Some("https://office.example".to_owned()),
            ..Config::default()
        });
        let second = first.replica();
        run("PostgreSQL, two replicas", &[&first, &second]);
    }
}
