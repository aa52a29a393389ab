//! The wallet as its screens use it: one method a command, JSON in and out. A screen decides nothing:
//! what may be done next is decided here.

mod answering;
mod keeping;
mod online;
mod opening;
mod receiving;
mod renewing;
mod safety;
mod showing;
pub mod views;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Review;
use glimpse_core::sealed::Cost;
use glimpse_core::transport::frames::Joiner;
use glimpse_core::trust::Roots;

use crate::Wallet;
use crate::online::offer::{Fetched, Link};
use crate::online::request::{Delivery, Link as RequestLink};
use crate::vault::{Devices, Moment, Place, calibrated};
use answering::Answered;
use views::{Fault, FaultCode};

/// Where the app keeps the wallet, and what it came with.
#[derive(Clone)]
pub struct Home {
    /// The wallet's folder.
    pub folder: PathBuf,
    /// Where backups go.
    pub backups: PathBuf,
    /// The keys that this app came with, by which a first trust list is accepted unseen.
    pub roots: Option<Roots>,
    /// The trust list that this app came with.
    pub list: Option<Vec<u8>>,
    /// What keeps the device entry.
    pub devices: Devices,
    /// What a try of the PIN costs; measured on this device where it does not say.
    pub cost: Option<Cost>,
    /// Whether offices and sites may be on this machine, also without TLS: for demonstrations and tests.
    pub loopback: bool,
}

impl Home {
    /// Where the system keeps a user's data and documents; nothing where it says neither.
    pub fn standard() -> Option<Self> {
        Some(Self {
            folder: dirs::data_dir()?.join("glimpse"),
            backups: dirs::document_dir()
                .or_else(dirs::home_dir)?
                .join("Glimpse"),
            roots: None,
            list: None,
            devices: Devices::KeychainOrFile,
            cost: None,
            loopback: false,
        })
    }

    fn place(&self) -> Place {
        Place {
            folder: self.folder.clone(),
            devices: self.devices.clone(),
        }
    }

    fn cost(&self) -> Cost {
        self.cost.unwrap_or_else(calibrated)
    }
}

/// The app.
pub struct App {
    home: Home,
    inner: Mutex<Inner>,
    /// Held by whoever asks for cards: one at a time. `inner` is free while a network is used.
    asking: Mutex<()>,
    /// Held by whoever fetches renewals.
    renewing: Mutex<()>,
    errands: Mutex<renewing::Errands>,
    /// When something was last shown.
    shown: AtomicU64,
}

#[derive(Default)]
struct Inner {
    wallet: Option<Wallet>,
    language: String,
    step: Step,
    /// Counts what was opened. A command names the one that the screen shows.
    number: u32,
    joiner: Joiner,
    link: Option<String>,
    touched: Option<Moment>,
}

/// What was opened and awaits the holder's word. One at a time: whatever is opened next replaces it.
#[derive(Default)]
enum Step {
    #[default]
    None,
    Review(Box<Review>, Option<Delivery>),
    Request(Arc<RequestLink>),
    /// Agreed to and noted, and not delivered yet.
    Answered(Arc<Answered>),
    PaperOffer(Vec<u8>),
    OfferLink(Arc<Link>),
    Offer(Arc<Fetched>),
    Trust(Vec<u8>),
}

/// What an answered command gives.
pub type Answer<T> = Result<T, Fault>;

impl App {
    /// The app with its wallet closed.
    pub fn new(home: Home) -> Self {
        let inner = Inner {
            language: "en".to_owned(),
            ..Inner::default()
        };
        Self {
            home,
            inner: Mutex::new(inner),
            asking: Mutex::default(),
            renewing: Mutex::default(),
            errands: Mutex::default(),
            shown: AtomicU64::default(),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        own(&self.inner)
    }

    /// The number of what was opened last, for whoever has no screen that holds it.
    pub fn current(&self) -> u32 {
        self.inner().number
    }

    /// The language of names, from now on.
    pub fn set_language(&self, language: &str) {
        language.clone_into(&mut self.inner().language);
    }
}

impl Inner {
    /// Opens the next step, and gives its number.
    fn put(&mut self, step: Step) -> u32 {
        self.number = self.number.wrapping_add(1);
        self.step = step;
        self.number
    }

    /// Refuses what is meant for another step than this: what the holder sees and what she agrees to
    /// are the same, though a link or a code arrive meanwhile.
    fn at(&self, number: u32) -> Answer<()> {
        if self.number == number {
            Ok(())
        } else {
            Err(FaultCode::Missing.into())
        }
    }

    /// Leaves a step, unless another has been opened since.
    fn leave(&mut self, number: u32) {
        if self.number == number {
            self.step = Step::None;
        }
    }

    fn wallet(&mut self) -> Answer<&mut Wallet> {
        self.wallet.as_mut().ok_or(FaultCode::Locked.into())
    }
}

/// A panic in one command must not make every later one fail: what is behind these locks is changed
/// whole.
fn own<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Now, by both clocks.
fn moment() -> Answer<Moment> {
    now().map(Moment::at)
}

fn now() -> Answer<UnixTime> {
    glimpse_terminal::now().map_err(|_| FaultCode::Clock.into())
}
