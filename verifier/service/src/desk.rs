//! The counter behind the service, and its policies: asks, checks, and takes up a newer trust list,
//! registration or policy when their files change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::time::SystemTime;

use glimpse_core::ids::{Nonce, Origin, UnixTime};
use glimpse_core::presentation::Request;
use glimpse_counter::{Counter, CounterError};
use glimpse_terminal::rng;
use glimpse_verifier::{AskError, Asks, Policy, PolicyError, Reason, Report, Ticket};

/// Why a desk cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The counter.
    #[error(transparent)]
    Counter(#[from] CounterError),
    /// The folder of the policies, or one of its files.
    #[error("the policies in {}: {error}", folder.display())]
    Policies {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A policy that does not read.
    #[error("the policy {name}: {error}")]
    Policy {
        /// Its name.
        name: String,
        /// Why not.
        error: PolicyError,
    },
    /// A file whose name is no policy's.
    #[error("{}: a policy's name has letters, digits, - and _ alone", .0.display())]
    Name(PathBuf),
    /// A folder without a policy.
    #[error("there is no policy in {}: put files such as over-18.toml there", .0.display())]
    NoPolicy(PathBuf),
}

/// A request that waits for its answer.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) octets: Vec<u8>,
    pub(crate) ticket: Ticket,
    pub(crate) nonce: Nonce,
    pub(crate) expires: UnixTime,
}

/// What a visitor is asked, for her page.
pub(crate) struct Question {
    /// Why, in the verifier's words.
    pub(crate) reason: String,
    pub(crate) alternatives: Vec<Vec<Asks>>,
}

/// The counter, for one at a time. Whoever panicked with it may have left it half changed: it is
/// opened again from its folder, and until that is possible nobody has it.
pub(crate) fn take(desk: &Mutex<Desk>) -> Result<MutexGuard<'_, Desk>, DeskError> {
    desk.lock().or_else(|poisoned| {
        let mut left = poisoned.into_inner();
        *left = Desk::open(&left.folder, &left.policies_folder)?;
        desk.clear_poison();
        tracing::warn!("opened the counter again after a panic");
        Ok(left)
    })
}

/// Files with the moments at which they were written.
type Seen = Vec<(PathBuf, Option<SystemTime>)>;

/// A counter and its policies.
pub(crate) struct Desk {
    folder: PathBuf,
    policies_folder: PathBuf,
    counter: Counter,
    policies: BTreeMap<String, Policy>,
    /// The policies' files.
    seen: Seen,
    stale: Vec<&'static str>,
}

impl Desk {
    pub(crate) fn open(folder: &Path, policies_folder: &Path) -> Result<Self, DeskError> {
        // Before anything is read: what changes meanwhile is read again.
        let seen = of_policies(policies_folder);
        Ok(Self {
            counter: Counter::open(folder)?,
            policies: read_policies(policies_folder)?,
            folder: folder.to_owned(),
            policies_folder: policies_folder.to_owned(),
            seen,
            stale: Vec::new(),
        })
    }

    /// Reads again what has changed, the counter's files and the policies each by themselves: a policy
    /// that does not read keeps no trust list out. What does not read changes nothing.
    pub(crate) fn refresh(&mut self) {
        let read = self.counter.refresh();
        self.note("counter", read.map_err(DeskError::from));
        let now = of_policies(&self.policies_folder);
        if now != self.seen {
            let read = read_policies(&self.policies_folder).map(|fresh| {
                self.policies = fresh;
                true
            });
            self.note("policies", read);
        }
        self.seen = now;
    }

    /// What came of reading again, and whether there was anything new; what does not read is complained
    /// of once.
    fn note(&mut self, what: &'static str, read: Result<bool, DeskError>) {
        match read {
            Ok(fresh) => {
                self.stale.retain(|known| *known != what);
                if fresh {
                    tracing::info!(what, "read changed files again");
                }
            }
            Err(_) if self.stale.contains(&what) => {}
            Err(error) => {
                self.stale.push(what);
                tracing::error!(%error, what, "files changed and do not read");
            }
        }
    }

    /// Which files changed and do not read, so that older ones are in use.
    pub(crate) fn stale(&self) -> Vec<&'static str> {
        self.stale.clone()
    }

    /// Whether there is such a policy.
    pub(crate) fn has(&self, policy: &str) -> bool {
        self.policies.contains_key(policy)
    }

    /// Whether an answer could be checked now.
    pub(crate) fn ready(&mut self, now: UnixTime) -> Result<(), Reason> {
        self.counter.verifier().ready(now)
    }

    /// What a policy asks, in a language.
    pub(crate) fn question(
        &mut self,
        policy: &str,
        now: UnixTime,
        language: &str,
    ) -> Option<Question> {
        let policy = self.policies.get(policy)?;
        let list = &self.counter.verifier().trust().list;
        let asked = policy.asks(list, now, language);
        Some(Question {
            reason: policy.reason.get(language).to_owned(),
            alternatives: asked.map_err(complain).ok()?,
        })
    }

    /// A fresh request, whose answer wallets send to this service's own origin alone.
    pub(crate) fn ask(&mut self, policy: &str, own: &Origin, now: UnixTime) -> Option<Asking> {
        let policy = self.policies.get(policy)?;
        let verifier = self.counter.verifier();
        let asked = verifier.request_online(policy, own, now, &mut rng());
        let asked = asked.map_err(|error: AskError| complain(error)).ok()?;
        let key = verifier.identity().verifying_key();
        let request = Request::read_own(&asked.octets, &key)
            .map_err(complain)
            .ok()?;
        Some(Asking {
            octets: asked.octets,
            ticket: asked.ticket,
            nonce: request.freshness.nonce()?,
            expires: asked.expires,
        })
    }

    /// A request object with these claims.
    pub(crate) fn sign(&mut self, claims: &str) -> String {
        self.counter.verifier().identity().sign_object(claims)
    }

    /// This verifier's id, by which wallets know it.
    pub(crate) fn id(&mut self) -> String {
        self.counter.verifier().identity().id().to_string()
    }

    /// What an answer comes to.
    pub(crate) fn check(
        &mut self,
        ticket: Ticket,
        answer: &[u8],
        now: UnixTime,
        language: &str,
    ) -> Report {
        let verdict = self.counter.verifier().check_for(ticket, answer, now);
        verdict.report(language, now)
    }
}

/// Errors of these hold the policy's words and the clock's, and nothing of a visitor.
fn complain(error: impl std::fmt::Display) {
    tracing::error!(%error, "nothing can be asked");
}

fn read_policies(folder: &Path) -> Result<BTreeMap<String, Policy>, DeskError> {
    let failed = |error| DeskError::Policies {
        folder: folder.to_owned(),
        error,
    };
    let mut policies = BTreeMap::new();
    for path in toml_files(folder).map_err(failed)? {
        let stem = path.file_stem().and_then(|s| s.to_str());
        let name = stem.filter(|stem| stem.bytes().all(is_of_name));
        let name = name
            .ok_or_else(|| DeskError::Name(path.clone()))?
            .to_owned();
        let text = fs::read_to_string(&path).map_err(failed)?;
        match Policy::from_toml(&text) {
            Ok(policy) => policies.insert(name, policy),
            Err(error) => return Err(DeskError::Policy { name, error }),
        };
    }
    if policies.is_empty() {
        return Err(DeskError::NoPolicy(folder.to_owned()));
    }
    Ok(policies)
}

fn is_of_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')
}

fn toml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn of_policies(folder: &Path) -> Seen {
    let written = |file: &PathBuf| fs::metadata(file).and_then(|m| m.modified()).ok();
    let files = toml_files(folder).unwrap_or_default().into_iter();
    let with_moment = files.map(|file| {
        let written = written(&file);
        (file, written)
    });
    with_moment.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use glimpse_core::cbor::Texts;
    use glimpse_core::trust::Roots;
    use glimpse_rehearsal::Town;

    #[test]
    fn after_a_panic_the_counter_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let now = glimpse_terminal::now().unwrap();
        let (town, counter) = (Town::new(now, &mut rng()), folder.path().join("counter"));
        Counter::create(&counter, Texts::new(&[("en", "Shop")]), now).unwrap();
        let roots = Roots {
            list: None,
            keys: vec![town.root()],
            threshold: 1,
        };
        Counter::load_trust(&counter, &town.signed(), &roots, now).unwrap();
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
        let desk = Mutex::new(Desk::open(&counter, &policies).unwrap());
        let panicked = std::thread::scope(|scope| {
            let halfway = || {
                take(&desk).unwrap().policies.clear();
                let _held = take(&desk).unwrap();
                panic!("halfway");
            };
            scope.spawn(halfway).join()
        });
        assert!(panicked.is_err() && desk.is_poisoned());
        let list = counter.join("trust-list");
        fs::rename(&list, counter.join("away")).unwrap();
        assert!(
            take(&desk).is_err() && take(&desk).is_err(),
            "nobody has it"
        );
        fs::rename(counter.join("away"), &list).unwrap();
        assert!(take(&desk).unwrap().has("over-18-and-city"));
        assert!(!desk.is_poisoned());
    }
}
