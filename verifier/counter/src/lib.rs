//! A verifier that lives in a folder, for whatever runs on a machine of its own: the command line,
//! a service, a turnstile. The folder is made once (`glimpse-verifier init`, `trust`, `registration`);
//! then a program opens it, asks and checks. What was asked is kept there, so that an answer counts
//! once even across restarts, and several programs may share the folder; those that ask different things
//! each take [`Counter::check_for`]. A trust list or registration that another program loads is taken up at
//! the next call.
//!
//! | file | what |
//! |---|---|
//! | `verifier.key` | id and key, 48 octets, secret |
//! | `trust-list` | the trust list in use |
//! | `registration` | the signed registration; the counter's own until a publisher has signed one |
//! | `outstanding/` | requests, and the latest moment seen |
//! | `latest-request` | the ticket of the latest request, which [`Counter::check`] expects |
//! | `lock` | held while a trust list is loaded |

mod embedded;
mod record;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub use embedded::{Shared, SharedAsked};
use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Registration;
use glimpse_core::trust::{Accepted, Roots, TrustError, accept};
use glimpse_terminal::{create_private_folder, rng, write_atomically};
use glimpse_verifier::{
    AskError, Asked, Identity, Policy, PolicyError, Reason, RecordError, RegistrationError, Ticket,
    Verdict, Verifier,
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
    /// A request that one QR code's text cannot hold.
    #[error(
        "this request is too much for one code; let the policy name fewer issuers, or ask for fewer cards"
    )]
    TooLarge,
    /// A text that is no ticket of a request.
    #[error("the argument `ticket` is not one that a request came with")]
    Ticket,
    /// An earlier call failed inside, and may have left things half done.
    #[error("an earlier call failed inside; open the counter again")]
    Internal,
    /// The machine's clock stands before 1970.
    #[error("this machine's clock is wrong; set it first")]
    Clock,
    /// The trust list is not accepted.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The registration is not accepted.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
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

/// This machine's clock.
///
/// # Errors
/// [`CounterError::Clock`] when it stands before 1970.
pub fn now() -> Result<UnixTime, CounterError> {
    glimpse_terminal::now().map_err(|_| CounterError::Clock)
}

/// A counter in its folder.
pub struct Counter {
    folder: PathBuf,
    verifier: Verifier,
    /// The registration's file, as it was read; the trust list has its own octets.
    registration: Vec<u8>,
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
        let verifier = Verifier::new(trust, identity, registration.clone());
        let verifier = verifier.map_err(|_| CounterError::Internal)?;
        Ok(Self {
            folder: folder.to_owned(),
            verifier: verifier.remembering(record),
            registration,
        })
    }

    /// Takes up a trust list or a registration that another program has loaded; whether there was one.
    /// Asking and checking do so by themselves. What does not read changes nothing.
    ///
    /// # Errors
    /// Those of [`Counter::open`].
    pub fn refresh(&mut self) -> Result<bool, CounterError> {
        let files = (
            read(&self.folder, TRUST)?,
            read(&self.folder, REGISTRATION)?,
        );
        let in_use = (self.verifier.trust().octets(), &*self.registration);
        if (files.0.as_deref(), files.1.as_deref()) == (Some(in_use.0), Some(in_use.1)) {
            return Ok(false);
        }
        *self = Self::open(&self.folder)?;
        Ok(true)
    }

    /// Loads a trust list: the first on the publisher's root keys, a later one on the list in use.
    ///
    /// # Errors
    /// [`CounterError::Trust`], [`CounterError::None`], [`CounterError::Damaged`], [`CounterError::File`].
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
    /// [`CounterError::Registration`], [`CounterError::NoTrustList`], [`CounterError::None`], [`CounterError::Damaged`],
    /// [`CounterError::File`].
    pub fn load_registration(
        folder: &Path,
        octets: &[u8],
        now: UnixTime,
    ) -> Result<Registration, CounterError> {
        let identity = identity(folder)?;
        let trust = trust_list(folder)?.ok_or(CounterError::NoTrustList)?;
        let registration = identity.accept_registration(octets, &trust.list, now)?;
        write(folder, REGISTRATION, octets)?;
        Ok(registration)
    }

    /// The verifier, by the files that were read last.
    pub fn verifier(&mut self) -> &mut Verifier {
        &mut self.verifier
    }

    /// Makes a fresh request from a policy's file; [`Counter::check`] then expects an answer to it.
    ///
    /// # Errors
    /// [`CounterError::Policy`], [`CounterError::Ask`], and those of [`Counter::open`].
    pub fn request(&mut self, policy: &str, now: UnixTime) -> Result<Asked, CounterError> {
        let policy = Policy::from_toml(policy)?;
        self.refresh()?;
        let asked = self.verifier.request(&policy, now, &mut rng())?;
        self.expect(asked)
    }

    /// Makes a poster from a policy's file; [`Counter::check`] then expects answers to it, made at most
    /// `window` seconds ago.
    ///
    /// # Errors
    /// [`CounterError::Policy`], [`CounterError::Ask`], and those of [`Counter::open`].
    pub fn poster(
        &mut self,
        policy: &str,
        window: u32,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Asked, CounterError> {
        let policy = Policy::from_toml(policy)?;
        self.refresh()?;
        let asked = self.verifier.poster(&policy, window, until, now)?;
        self.expect(asked)
    }

    fn expect(&mut self, asked: Asked) -> Result<Asked, CounterError> {
        write(&self.folder, LATEST, &asked.ticket.0)?;
        Ok(asked)
    }

    /// Checks an answer, as octets or QR text, to the latest request of the folder, whichever program
    /// made it; a good one counts once. Where a file does not read, nothing can be told.
    pub fn check(&mut self, answer: &[u8], now: UnixTime) -> Verdict {
        let ticket = match latest(&self.folder) {
            Ok(Some(ticket)) => ticket,
            Ok(None) => return Verdict::from(Err(Reason::NothingAsked)),
            Err(error) => return cannot_tell(&error),
        };
        self.check_for(ticket, answer, now)
    }

    /// [`Counter::check`] for the request of a ticket: for programs that share a folder and ask
    /// different things.
    pub fn check_for(&mut self, ticket: Ticket, answer: &[u8], now: UnixTime) -> Verdict {
        match self.refresh() {
            Ok(_) => self.verifier.check_for(ticket, answer, now),
            Err(error) => cannot_tell(&error),
        }
    }
}

fn cannot_tell(error: &CounterError) -> Verdict {
    Verdict::from(Err(RecordError(error.to_string()).into()))
}

fn latest(folder: &Path) -> Result<Option<Ticket>, CounterError> {
    let octets = read(folder, LATEST)?;
    let ticket = octets.map(|octets| octets.try_into().map(Ticket));
    ticket
        .transpose()
        .map_err(|_| CounterError::Damaged(LATEST))
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
