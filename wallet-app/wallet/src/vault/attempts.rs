//! `attempts`: how often the PIN was wrong, and when. It is counted and flushed before a PIN is
//! checked, so that pulling the plug gives no free try. spec:GL-11-ATTEMPTS

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::ids::UnixTime;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::seal::{Secret, derive};
use super::{Moment, VaultError, file_error};

/// Wrong ones without a wait.
const FREE: u32 = 5;
/// Seconds to wait after each one more.
const WAITS: [u64; 5] = [30, 60, 5 * 60, 15 * 60, 3600];
/// The file's length, whatever the numbers in it.
const OCTETS: usize = 128;

/// The count of attempts, open under the wallet's lock.
pub(super) struct Attempts {
    path: PathBuf,
    key: Secret,
    pub(super) serial: u64,
    pub(super) wrong: u32,
    last: Moment,
    /// Whether the file does not say so yet.
    is_unwritten: bool,
}

impl Attempts {
    pub(super) const NAME: &str = "attempts";

    /// Reads the count. `secret` is the keychain's, with what it remembers of this file: where the
    /// file is gone, older, or forged, the count is what the keychain remembers and the wait begins
    /// anew. Without a keychain the file is all there is.
    pub(super) fn read(folder: &Path, secret: Option<(&Secret, (u64, u32))>, now: &Moment) -> Self {
        let path = folder.join(Self::NAME);
        let key = key(secret.map(|s| s.0));
        let (serial, wrong) = secret.map_or((0, 0), |s| s.1);
        // A crash while it was made leaves it empty.
        let octets = std::fs::read(&path).ok().filter(|o| !o.is_empty());
        let is_there = octets.is_some();
        let read = octets.and_then(|octets| decode(&octets, &key).ok());
        if let Some((found, wrong, last)) = read.filter(|read| read.0 >= serial) {
            return Self {
                path,
                key,
                serial: found,
                wrong,
                last,
                is_unwritten: false,
            };
        }
        // Without a keychain a file that is not there is one that was never written.
        let wrong = if secret.is_none() && is_there {
            FREE
        } else {
            wrong
        };
        Self {
            path,
            key,
            serial,
            wrong,
            last: *now,
            is_unwritten: true,
        }
    }

    /// Seconds until the next try.
    pub(super) fn wait(&self, now: &Moment) -> u32 {
        let Some(beyond) = self.wrong.checked_sub(FREE) else {
            return 0;
        };
        let [.., longest] = WAITS;
        let wait = usize::try_from(beyond).ok().and_then(|b| WAITS.get(b));
        let wait = wait.copied().unwrap_or(longest);
        let left = wait.saturating_sub(now.since(&self.last).unwrap_or(0));
        u32::try_from(left).unwrap_or(u32::MAX)
    }

    /// Begins the wait anew where the clock was set back or the file is not what it was.
    pub(super) fn settle(&mut self, now: &Moment) -> Result<(), VaultError> {
        if self.is_unwritten || now.since(&self.last).is_none() {
            self.last = *now;
            self.write()?;
        }
        Ok(())
    }

    /// Counts a try as wrong before it is made.
    pub(super) fn begin(&mut self, now: &Moment) -> Result<(), VaultError> {
        self.settle(now)?;
        match self.wait(now) {
            0 => {
                self.wrong = self.wrong.saturating_add(1);
                self.last = *now;
                self.write()
            }
            left => Err(VaultError::Wait(left)),
        }
    }

    /// The try was right.
    pub(super) fn clear(&mut self) -> Result<(), VaultError> {
        self.wrong = 0;
        self.write()
    }

    /// Writes over the file in place, in one write of one length: a full disk must not keep anybody
    /// from her wallet. What a power cut leaves half-written reads as forged, which costs one wait.
    fn write(&mut self) -> Result<(), VaultError> {
        self.serial += 1;
        let octets = encode(self.serial, self.wrong, &self.last, &self.key);
        let written = open(&self.path).and_then(|mut file| {
            file.write_all(&octets)?;
            file.sync_all()
        });
        written.map_err(file_error("counting the attempts"))?;
        self.is_unwritten = false;
        Ok(())
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn key(secret: Option<&Secret>) -> Secret {
    let secret = secret.map_or([].as_slice(), |s| s.as_slice());
    derive(None, secret, &[b"glimpse/attempts/1"])
}

fn tag(head: &[u8], key: &Secret) -> [u8; 32] {
    // HMAC takes keys of any length.
    let mac = Hmac::<Sha256>::new_from_slice(key.as_slice());
    mac.map_or([0; 32], |mac| {
        mac.chain_update(head).finalize().into_bytes().into()
    })
}

fn head(serial: u64, wrong: u32, last: &Moment) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(7).uint(1).uint(serial).uint(wrong.into());
    w.uint(last.wall.0).uint(last.boot).bytes(&last.boot_id);
    w.into_vec()
}

fn encode(serial: u64, wrong: u32, last: &Moment, key: &Secret) -> Vec<u8> {
    let head = head(serial, wrong, last);
    let tag = tag(&head, key);
    let mut w = Writer::new();
    w.raw(&head).bytes(&tag);
    let mut octets = w.into_vec();
    octets.resize(OCTETS, 0);
    octets
}

fn decode(octets: &[u8], key: &Secret) -> Result<(u64, u32, Moment), CborError> {
    let mut r = Reader::new(octets);
    r.versioned_tuple(7)?;
    let (serial, wrong) = (r.uint()?, r.uint_up_to(u32::MAX)?);
    let last = Moment {
        wall: UnixTime(r.uint()?),
        boot: r.uint()?,
        boot_id: r.array_of()?,
    };
    // The tag, and the zeros behind it. How long the comparison takes tells nothing to whoever can
    // write the file and try anyway.
    if octets == encode(serial, wrong, &last, key) {
        Ok((serial, wrong, last))
    } else {
        Err(CborError::Bound)
    }
}

/// The encoding, for the vectors.
#[cfg(test)]
pub(super) mod vectors {
    use super::{Moment, Secret, key};

    pub(in crate::vault) fn encode(
        secret: Option<&Secret>,
        serial: u64,
        wrong: u32,
        last: &Moment,
    ) -> Vec<u8> {
        super::encode(serial, wrong, last, &key(secret))
    }

    pub(in crate::vault) fn decode(octets: &[u8], secret: Option<&Secret>) -> Option<(u64, u32)> {
        let read = super::decode(octets, &key(secret)).ok()?;
        Some((read.0, read.1))
    }
}
