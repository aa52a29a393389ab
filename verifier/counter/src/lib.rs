//! A verifier that lives in a folder, for whatever runs on a machine of its own: the command line,
//! a service, a turnstile. The folder is made once (`glimpse-verifier init`, `trust`, `registration`);
//! then a program opens it, asks and checks. What was asked is kept there, so that an answer counts
//! once even across restarts, and several programs may share the folder; those that ask different things
//! each take [`Counter::check_for`].
//!
//! | file | what |
//! |---|---|
//! | `verifier.key` | id and key, 48 octets, secret |
//! | `trust-list` | the trust list in use |
//! | `registration` | the signed registration; the counter's own until a publisher has signed one |
//! | `outstanding/` | requests, and the latest moment seen |
//! | `latest-request` | the ticket that [`Counter::check`] expects |
//! | `lock` | held while a trust list is loaded |

mod embedded;
mod record;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use embedded::moment;
use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::{Registration, RequestError};
use glimpse_core::trust::{Accepted, Roots, TrustError, accept};
use glimpse_terminal::{create_private_folder, rng, write_atomically};
use glimpse_verifier::{
    AskError, Asked, Identity, Policy, PolicyError, Question, Ticket, Verdict, Verifier,
};

const KEY: &str = "verifier.key";
const TRUST: &str = "trust-list";
const REGISTRATION: &str = "registration";
const LATEST: &str = "latest-request";
const OUTSTANDING: &str = "outstanding";
const LOCK: &str = "lock";
/// How long a counter's own registration is good, in seconds: long enough to try things out.
const OWN_REGISTRATION: u64 = 366 * 86_400;

/// Why a counter cannot be made, opened or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CounterError {
    /// There is one already.
    #[error("there is a counter in {} already", .0.display())]
    Exists(PathBuf),
    /// There is none.
    #[error("there is no counter in {}; create one with `glimpse-verifier init`", .0.display())]
    None(PathBuf),
    /// No trust list was loaded yet.
    #[error("this counter has no trust list yet; load one with `glimpse-verifier trust`")]
    NoTrustList,
    /// A file of the counter holds something else.
    #[error(
        "the counter's file `{0}` is damaged; bring it back from a copy, or remove it to begin anew with it"
    )]
    Damaged(&'static str),
    /// A file cannot be read or written.
    #[error("the counter's file `{file}`: {error}")]
    File {
        /// The file's name.
        file: &'static str,
        /// What the system says.
        error: std::io::Error,
    },
    /// The machine's clock stands before 1970.
    #[error("this machine's clock is wrong; set it first")]
    Clock,
    /// The trust list is not accepted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The registration is not accepted.
    #[error(transparent)]
    Registration(#[from] RequestError),
    /// The registration is another's.
    #[error("this registration is another counter's")]
    OtherRegistration,
    /// The registration has ended.
    #[error("this registration has ended; ask the publisher of the trust list for a new one")]
    Over,
    /// The policy cannot be read.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Nothing can be asked.
    #[error(transparent)]
    Ask(#[from] AskError),
}

/// The programs in the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// A counter in its folder.
pub struct Counter {
    folder: PathBuf,
    verifier: Verifier,
}

impl Counter {
    /// Makes a counter with a fresh key; what its registration needs. Until it is registered it goes
    /// by these names, and wallets warn.
    ///
    /// # Errors
    /// [`CounterError::Exists`], [`CounterError::File`].
    pub fn create(folder: &Path, names: Texts, now: UnixTime) -> Result<String, CounterError> {
        if folder.join(KEY).exists() {
            return Err(CounterError::Exists(folder.to_owned()));
        }
        create_private_folder(folder).map_err(|error| CounterError::File { file: ".", error })?;
        let identity = Identity::generate(&mut rng());
        let expires = UnixTime(now.0.saturating_add(OWN_REGISTRATION));
        write(
            folder,
            REGISTRATION,
            &identity.self_registration(names, expires),
        )?;
        // Last: without it there is no counter, and `create` may be tried again.
        write(folder, KEY, &identity.to_octets())?;
        Ok(identity.to_register())
    }

    /// The files that other programs replace while one has the counter open; opening it again takes
    /// them up.
    pub const FILES: [&'static str; 2] = [TRUST, REGISTRATION];

    /// Opens the counter of a folder.
    ///
    /// # Errors
    /// [`CounterError::None`], [`CounterError::NoTrustList`], [`CounterError::Damaged`],
    /// [`CounterError::File`].
    pub fn open(folder: &Path) -> Result<Self, CounterError> {
        let identity = identity(folder)?;
        let trust = trust_list(folder)?.ok_or(CounterError::NoTrustList)?;
        let registration = read(folder, REGISTRATION)?;
        let registration = registration.ok_or(CounterError::Damaged(REGISTRATION))?;
        let record = record::Folder::open(&folder.join(OUTSTANDING));
        let record = record.map_err(|error| CounterError::File {
            file: OUTSTANDING,
            error,
        })?;
        let verifier = Verifier::new(trust, identity, registration)
            .map_err(|_| CounterError::Damaged(TRUST))?;
        let mut verifier = verifier.remembering(record);
        if let Some(ticket) = read(folder, LATEST)? {
            let ticket = ticket
                .try_into()
                .map_err(|_| CounterError::Damaged(LATEST))?;
            verifier.expect(Ticket(ticket));
        }
        Ok(Self {
            folder: folder.to_owned(),
            verifier,
        })
    }

    /// Loads a trust list: the first on the publisher's root keys, a later one on the list in use.
    ///
    /// # Errors
    /// [`CounterError::Trust`], [`CounterError::None`], [`CounterError::File`].
    pub fn load_trust(
        folder: &Path,
        octets: &[u8],
        roots: &Roots,
        now: UnixTime,
    ) -> Result<Accepted, CounterError> {
        identity(folder)?;
        // Two programs at once could otherwise leave the older of two lists.
        let _alone = alone(folder)?;
        // A damaged list is no reason to begin anew: the publisher's first keys may be replaced by now.
        let current = trust_list(folder)?;
        let accepted = accept(current.as_ref(), octets, now, roots)?;
        write(folder, TRUST, accepted.octets())?;
        Ok(accepted)
    }

    /// Keeps the registration that a publisher of the trust list has signed.
    ///
    /// # Errors
    /// [`CounterError::Registration`], [`CounterError::OtherRegistration`], [`CounterError::Over`],
    /// [`CounterError::NoTrustList`], [`CounterError::None`], [`CounterError::File`].
    pub fn load_registration(
        folder: &Path,
        octets: &[u8],
        now: UnixTime,
    ) -> Result<Registration, CounterError> {
        let identity = identity(folder)?;
        let trust = trust_list(folder)?.ok_or(CounterError::NoTrustList)?;
        let registration = Registration::verify(octets, &trust.list)?;
        let own = (identity.id(), identity.verifying_key());
        if (registration.verifier, registration.key) != own {
            return Err(CounterError::OtherRegistration);
        }
        if now > registration.expires {
            return Err(CounterError::Over);
        }
        write(folder, REGISTRATION, octets)?;
        Ok(registration)
    }

    /// The verifier.
    pub fn verifier(&mut self) -> &mut Verifier {
        &mut self.verifier
    }

    /// Makes a fresh request from a policy's file; [`Counter::check`] then expects an answer to it.
    ///
    /// # Errors
    /// [`CounterError::Policy`], [`CounterError::Ask`], [`CounterError::File`].
    pub fn request(&mut self, policy: &str, now: UnixTime) -> Result<Asked, CounterError> {
        let policy = Policy::from_toml(policy)?;
        let asked = self.verifier.request(&policy, now, &mut rng())?;
        self.expect(asked)
    }

    /// [`Counter::request`] of a question in the core's terms.
    ///
    /// # Errors
    /// [`CounterError::Ask`], [`CounterError::File`].
    pub fn ask(&mut self, question: &Question, now: UnixTime) -> Result<Asked, CounterError> {
        let asked = self.verifier.ask(question, now, &mut rng())?;
        self.expect(asked)
    }

    /// Makes a poster from a policy's file; [`Counter::check`] then expects answers to it, made at most
    /// `window` seconds ago.
    ///
    /// # Errors
    /// [`CounterError::Policy`], [`CounterError::Ask`], [`CounterError::File`].
    pub fn poster(
        &mut self,
        policy: &str,
        window: u32,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Asked, CounterError> {
        let policy = Policy::from_toml(policy)?;
        let asked = self.verifier.poster(&policy, window, until, now)?;
        self.expect(asked)
    }

    fn expect(&mut self, asked: Asked) -> Result<Asked, CounterError> {
        write(&self.folder, LATEST, &asked.ticket.0)?;
        Ok(asked)
    }

    /// Checks an answer, as octets or QR text, to the latest request that any program made in this
    /// folder before it was opened, or this one since; a good one counts once.
    pub fn check(&mut self, answer: &[u8], now: UnixTime) -> Verdict {
        self.verifier.check(answer, now)
    }

    /// [`Counter::check`] for the request of a ticket: for programs that share a folder and ask
    /// different things.
    pub fn check_for(&mut self, ticket: Ticket, answer: &[u8], now: UnixTime) -> Verdict {
        self.verifier.check_for(ticket, answer, now)
    }
}

/// Holds the folder for one program, until the result is dropped.
fn alone(folder: &Path) -> Result<fs::File, CounterError> {
    let file = fs::File::create(folder.join(LOCK));
    let locked = file.and_then(|file| file.lock().map(|()| file));
    locked.map_err(|error| CounterError::File { file: LOCK, error })
}

fn identity(folder: &Path) -> Result<Identity, CounterError> {
    let octets = read(folder, KEY)?.map(zeroize::Zeroizing::new);
    let octets = octets.ok_or_else(|| CounterError::None(folder.to_owned()))?;
    Identity::from_octets(&octets).map_err(|_| CounterError::Damaged(KEY))
}

fn trust_list(folder: &Path) -> Result<Option<Accepted>, CounterError> {
    let octets = read(folder, TRUST)?;
    let restored = octets.map(|octets| Accepted::restore(&octets)).transpose();
    restored.map_err(|_| CounterError::Damaged(TRUST))
}

fn read(folder: &Path, file: &'static str) -> Result<Option<Vec<u8>>, CounterError> {
    match fs::read(folder.join(file)) {
        Ok(octets) => Ok(Some(octets)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CounterError::File { file, error }),
    }
}

fn write(folder: &Path, file: &'static str, octets: &[u8]) -> Result<(), CounterError> {
    let written = write_atomically(&folder.join(file), octets);
    written.map_err(|error| CounterError::File { file, error })
}
