//! A registry's real service on a port of this machine, the trust list that names it, and residents'
//! wallets as their screens use them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use ed25519_dalek::SigningKey;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::sealed::Cost;
use glimpse_core::trust::{Roots, TrustList, VerifierEntry};
use glimpse_e2e::world::{DAY, PASSPHRASE, Person};
use glimpse_issuer::invitation::{Offered, Terms};
use glimpse_issuer::residents::Record;
use glimpse_issuer::service::Server;
use glimpse_issuer::service::config::Config;
use glimpse_issuer::{Office, json};
use glimpse_terminal::{now, rng};
use glimpse_wallet::app::views::Opened;
use glimpse_wallet::app::{App, Home};
use glimpse_wallet::vault::Devices;

use super::between::Between;

pub const PIN: &str = "lamps along the harbour";
pub const RESIDENT: &str = include_str!("../../../issuer/schemas/resident.json");

/// The registry.
pub struct Registry {
    folder: tempfile::TempDir,
    pub url: String,
    /// Everything comes this way.
    pub between: Between,
    time: Arc<AtomicU64>,
    stop: Option<(tokio::sync::oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Registry {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let office = folder.path().join("office");
        let office = Office::create(&office, PASSPHRASE, Cost::LEAST, &mut rng()).unwrap();
        let schema = json::schema(RESIDENT).unwrap();
        let now = now().unwrap();
        office.add_schema(&schema, "command", now).unwrap();
        drop(office);
        let mut registry = Self {
            folder,
            url: String::new(),
            between: Between::new(),
            time: Arc::new(AtomicU64::new(now.0)),
            stop: None,
        };
        registry.serve();
        registry
    }

    fn serve(&mut self) {
        self.url = format!("http://{}", self.between.address);
        let config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: Some(self.url.clone()),
            ..Config::default()
        };
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let clock = self.time.clone();
        let clock = Arc::new(move || UnixTime(clock.load(Ordering::Relaxed)));
        let server = Server::bind(self.office(), config, clock).unwrap();
        self.between.lead_to(server.address());
        let thread = std::thread::spawn(move || {
            let stop = async move {
                let _ = stopped.await;
            };
            server.run(stop).unwrap();
        });
        self.stop = Some((stop, thread));
    }

    /// Nobody answers any more.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.stop.take() {
            let _ = stop.send(());
            assert!(thread.join().is_ok() || std::thread::panicking());
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    pub fn office(&self) -> Office {
        Office::open(&self.folder(), PASSPHRASE).unwrap()
    }

    pub fn now(&self) -> UnixTime {
        UnixTime(self.time.load(Ordering::Relaxed))
    }

    pub fn wait(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A resident, and an invitation for her.
    pub fn invite(&self, number: &str, approval: bool) -> Offered {
        let office = self.office();
        let schema = json::schema(RESIDENT).unwrap();
        let person = Person {
            given_name: "Ada",
            family_name: "Vale",
            birth_date: "1990-05-31".into(),
            number,
        };
        let record = Record {
            schema: schema.id(),
            reference: number.to_owned().into(),
            values: json::values(&schema, &person.resident()).unwrap(),
        };
        let now = self.now();
        let id = office.create_resident(&record, "The clerk", now, &mut rng());
        let terms = Terms {
            devices: 1,
            minutes: 60,
            approval,
        };
        let invited = office.invite(id.unwrap(), terms, "The clerk", now, &mut rng());
        invited.unwrap().1
    }

    /// The trust list that names the registry, and a verifier where there is one.
    pub fn list(&self, verifier: Option<VerifierEntry>) -> (Vec<u8>, Roots) {
        let office = self.office();
        let (now, until) = (self.now(), UnixTime(self.now().0 + 730 * DAY));
        let name = Texts::new(&[("en", "City of Rivermouth")]);
        let list = TrustList {
            id: *b"glimpse-demolist",
            sequence: 1,
            issued: now,
            expires: UnixTime(now.0 + 90 * DAY),
            threshold: 1,
            keys: vec![office.signing_key()],
            issuers: vec![office.trust_entry(name, "RIV", now, until).unwrap()],
            verifiers: verifier.into_iter().collect(),
        };
        let roots = Roots {
            list: None,
            keys: vec![office.signing_key()],
            threshold: 1,
        };
        (office.sign_list(&list), roots)
    }

    /// A resident's wallet that trusts the list, open.
    pub fn wallet(&self, folder: &Path) -> App {
        self.wallet_with(folder, None)
    }

    pub fn wallet_with(&self, folder: &Path, verifier: Option<VerifierEntry>) -> App {
        let (list, roots) = self.list(verifier);
        let app = App::new(home(folder, list, roots));
        app.create(PIN).unwrap();
        app
    }

    /// The same wallet after its program ended and was started again.
    pub fn reopened(&self, app: App, folder: &Path) -> App {
        drop(app);
        let (list, roots) = self.list(None);
        let app = App::new(home(folder, list, roots));
        app.unlock(PIN).unwrap();
        app
    }

    /// A document of the service.
    pub fn get(&self, path: &str) -> String {
        let mut reply = ureq::get(format!("{}{path}", self.url)).call().unwrap();
        reply.body_mut().read_to_string().unwrap()
    }

    /// A wallet with a resident's card.
    pub fn wallet_with_card(&self, folder: &Path, number: &str) -> App {
        let app = self.wallet(folder);
        self.give_card(&app, number);
        app
    }

    pub fn give_card(&self, app: &App, number: &str) {
        let offered = self.invite(number, false);
        open_offer(app, &offered.by_reference(&self.url));
        app.fetch_offer(app.current()).unwrap();
        app.redeem(app.current(), Some(&offered.transaction_code))
            .unwrap();
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.stop();
    }
}

fn home(folder: &Path, list: Vec<u8>, roots: Roots) -> Home {
    Home {
        folder: folder.join("wallet"),
        backups: folder.join("backups"),
        roots: Some(roots),
        list: Some(list),
        devices: Devices::File,
        cost: Some(Cost::LEAST),
        loopback: true,
    }
}

/// Opens a link, which must be an offer; the host that the holder is shown.
pub fn open_offer(app: &App, link: &str) -> String {
    match app.open_text(link).unwrap() {
        Opened::Offer { host, .. } => host,
        other => panic!("{other:?}"),
    }
}

/// A key for tests.
pub fn signing_key() -> SigningKey {
    let mut seed = [0; 32];
    rand_core::Rng::fill_bytes(&mut rng(), &mut seed);
    SigningKey::from_bytes(&seed)
}
