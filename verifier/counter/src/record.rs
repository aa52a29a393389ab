//! What was asked, as files, so that an answer is used once even across restarts and programs: a
//! request is used up by renaming its file, which succeeds once.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use glimpse_core::ids::UnixTime;
use glimpse_terminal::{create_private_folder, to_hex, write_atomically};
use glimpse_verifier::{Entry, Outstanding, RecordError, Ticket};

/// Requests that wait for their answer.
const WAITING: &str = "waiting";
/// Requests that had their answer.
const USED: &str = "used";
/// Answers to posters.
const ANSWER: &str = "answer";
/// The latest moment that was seen.
const CLOCK: &str = "clock";
/// How old the noted moment may get, in seconds: it is not written at every check.
const CLOCK_STEP: u64 = 60;
/// How long what has expired may stay, in seconds.
const FORGET_STEP: u64 = 60;
/// How long a file stays that has no end, in seconds.
const DAY: u64 = 86_400;

/// A folder with a file for each request, `TICKET.waiting` or `TICKET.used`, and each answer to a
/// poster. A file begins with the moment of its end, as eight octets.
pub(crate) struct Folder {
    folder: PathBuf,
    /// When this program last looked for what has expired.
    forgotten: Option<UnixTime>,
}

impl Folder {
    pub(crate) fn open(folder: &Path) -> std::io::Result<Self> {
        create_private_folder(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            forgotten: None,
        })
    }

    fn path(&self, name: &[u8], kind: &str) -> PathBuf {
        self.folder.join(format!("{}.{kind}", to_hex(name)))
    }

    /// Forgets what has expired by `now`. It opens every file, so it is done once in a while.
    fn forget(&mut self, now: UnixTime) -> std::io::Result<()> {
        let lately = |last: UnixTime| now.0.abs_diff(last.0) < FORGET_STEP;
        if self.forgotten.is_some_and(lately) {
            return Ok(());
        }
        self.forgotten = Some(now);
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let kind = path.extension().and_then(|e| e.to_str());
            // Other files may be another program's, half-way written.
            if !kind.is_some_and(|kind| [WAITING, USED, ANSWER].contains(&kind)) {
                continue;
            }
            let expired = match end_of(&path) {
                Ok(Some(end)) => Ok(end < now),
                Ok(None) => half_written(&path, now),
                Err(error) => Err(error),
            };
            // Another program may be faster.
            if expired.or_else(absent(false))? {
                fs::remove_file(&path).or_else(absent(()))?;
            }
        }
        Ok(())
    }

    /// What was done must outlive a power cut, or an answer would count again after it.
    fn sync(&self) -> std::io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    fn seen(&self) -> std::io::Result<Option<UnixTime>> {
        let text = match fs::read_to_string(self.folder.join(CLOCK)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let seconds = text.trim().parse();
        seconds
            .map(|s| Some(UnixTime(s)))
            .map_err(|_| std::io::Error::new(ErrorKind::InvalidData, "the noted time is damaged"))
    }
}

/// `value` where a file is not there.
fn absent<T>(value: T) -> impl FnOnce(std::io::Error) -> std::io::Result<T> {
    |error| match error.kind() {
        ErrorKind::NotFound => Ok(value),
        _ => Err(error),
    }
}

/// Whether a file without an end is old enough to be what a program left that died while it wrote.
fn half_written(path: &Path, now: UnixTime) -> std::io::Result<bool> {
    let written = fs::metadata(path)?.modified()?;
    let written = written.duration_since(SystemTime::UNIX_EPOCH);
    Ok(written.is_ok_and(|written| written.as_secs().saturating_add(DAY) < now.0))
}

/// The moment that a file begins with; `None` for one that is too short.
fn end_of(path: &Path) -> std::io::Result<Option<UnixTime>> {
    let mut octets = [0; 8];
    match File::open(path)?.read_exact(&mut octets) {
        Ok(()) => Ok(Some(UnixTime(u64::from_be_bytes(octets)))),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

fn failed(error: std::io::Error) -> RecordError {
    RecordError(error.to_string())
}

impl Outstanding for Folder {
    fn put(
        &mut self,
        ticket: Ticket,
        request: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), RecordError> {
        self.forget(now).map_err(failed)?;
        let octets = [&expires.0.to_be_bytes(), request].concat();
        write_atomically(&self.path(&ticket.0, WAITING), &octets).map_err(failed)
    }

    fn get(&self, ticket: Ticket) -> Result<Entry, RecordError> {
        match fs::read(self.path(&ticket.0, WAITING)) {
            Ok(octets) => {
                let request = octets.get(8..).unwrap_or_default();
                return Ok(Entry::Waiting(request.to_vec()));
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let used = self.path(&ticket.0, USED).try_exists().map_err(failed)?;
        Ok(if used { Entry::Used } else { Entry::Unknown })
    }

    fn use_up(&mut self, ticket: Ticket) -> Result<bool, RecordError> {
        let (waiting, used) = (self.path(&ticket.0, WAITING), self.path(&ticket.0, USED));
        match fs::rename(waiting, used) {
            Ok(()) => self.sync().map(|()| true).map_err(failed),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    fn note_answer(
        &mut self,
        answer: [u8; 32],
        until: UnixTime,
        now: UnixTime,
    ) -> Result<bool, RecordError> {
        self.forget(now).map_err(failed)?;
        let path = self.path(&answer, ANSWER);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                // The noted moment may be older than the clock, and lets it fall back further.
                let until = until.0.saturating_add(CLOCK_STEP);
                let written = file.write_all(&until.to_be_bytes());
                let synced = written.and_then(|()| file.sync_all());
                let synced = synced.and_then(|()| self.sync());
                synced.map(|()| true).map_err(|error| {
                    // It was not accepted, so it is not used either. Where this fails as well, the
                    // first error says more.
                    let _ = fs::remove_file(&path);
                    failed(error)
                })
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    fn see(&mut self, now: UnixTime) -> Result<UnixTime, RecordError> {
        let seen = self.seen().map_err(failed)?;
        if seen.is_none_or(|seen| now.0 > seen.0.saturating_add(CLOCK_STEP)) {
            let path = self.folder.join(CLOCK);
            write_atomically(&path, now.0.to_string().as_bytes()).map_err(failed)?;
        }
        Ok(seen.map_or(now, |seen| seen.max(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> UnixTime {
        UnixTime(seconds)
    }

    #[test]
    fn a_request_is_used_once_across_restarts_and_forgotten_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Folder::open(folder.path()).unwrap();
        let [one, two, three, four] = [1, 2, 3, 4].map(|n| Ticket([n; 8]));
        open().put(one, b"one", at(10), at(5)).unwrap();
        open().put(two, b"two", at(20), at(10)).unwrap();
        assert_eq!(open().get(one).unwrap(), Entry::Waiting(b"one".to_vec()));
        let (mut first, mut second) = (open(), open());
        assert!(first.use_up(one).unwrap());
        assert!(!second.use_up(one).unwrap());
        assert_eq!(open().get(one).unwrap(), Entry::Used);
        open().put(three, b"three", at(40), at(21)).unwrap();
        assert_eq!(open().get(one).unwrap(), Entry::Unknown);
        assert_eq!(open().get(two).unwrap(), Entry::Unknown);
        assert!(!open().use_up(four).unwrap());
    }

    #[test]
    fn an_answer_to_a_poster_counts_once_until_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Folder::open(folder.path()).unwrap();
        assert!(open().note_answer([1; 32], at(10), at(5)).unwrap());
        assert!(!open().note_answer([1; 32], at(10), at(10)).unwrap());
        assert!(open().note_answer([2; 32], at(10), at(10)).unwrap());
        assert!(!open().note_answer([1; 32], at(10), at(70)).unwrap());
        assert!(open().note_answer([1; 32], at(20), at(71)).unwrap());
    }

    #[test]
    fn an_answer_that_was_not_written_whole_is_forgotten_after_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = Folder::open(folder.path()).unwrap();
        let left = record.path(&[3; 32], ANSWER);
        File::create(&left).unwrap();
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap().as_secs();
        // A program that is slow may still be writing it.
        assert!(!record.note_answer([3; 32], at(now + 9), at(now)).unwrap());
        record
            .put(Ticket([1; 8]), b"one", at(now + 2 * DAY), at(now + DAY))
            .unwrap();
        assert!(left.exists());
        record
            .put(
                Ticket([2; 8]),
                b"two",
                at(now + 2 * DAY),
                at(now + DAY + 99),
            )
            .unwrap();
        assert!(!left.exists());
    }

    #[test]
    fn the_latest_moment_outlives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Folder::open(folder.path()).unwrap();
        assert_eq!(open().see(at(1000)).unwrap(), at(1000));
        assert_eq!(open().see(at(500)).unwrap(), at(1000));
        assert_eq!(open().see(at(2000)).unwrap(), at(2000));
        assert_eq!(open().see(at(1)).unwrap(), at(2000));
    }
}
