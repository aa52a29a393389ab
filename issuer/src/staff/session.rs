//! Signing in, and the session that follows.

use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Role, StaffError, folded, password};
use crate::Office;
use crate::keys::Purpose;
use crate::records::staff::{self, Attempts, Record};

/// A session ends when nothing was asked for so long,
const IDLE: u64 = 30 * 60;
/// and in any case.
const ABSOLUTE: u64 = 12 * 3600;
/// A session's row is written no more often than this.
const TOUCH: u64 = 60;
/// So many wrong attempts lock a name,
const WRONG: u64 = 5;
/// at first for so long, then each time twice as long, at most an hour.
const LOCK: u64 = 60;
const LONGEST_LOCK: u64 = 3600;
/// After a day without attempts they are forgotten.
const MEMORY: u64 = 24 * 3600;

/// What a signed-in browser holds.
pub struct Token(Zeroizing<[u8; 32]>);

impl Token {
    fn fresh(rng: &mut dyn CryptoRng) -> Self {
        let mut octets = Zeroizing::new([0; 32]);
        rng.fill_bytes(octets.as_mut_slice());
        Self(octets)
    }

    /// Reads a cookie's value.
    pub fn from_text(text: &str) -> Option<Self> {
        glimpse_terminal::hex(text)
            .ok()
            .map(|t| Self(Zeroizing::new(t)))
    }

    /// The cookie's value.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(glimpse_terminal::to_hex(self.0.as_slice()))
    }

    /// What the page sends with every change, so that no other site's page can. Who has it does not
    /// have the token.
    pub fn csrf(&self) -> String {
        glimpse_terminal::to_hex(&self.digest("glimpse/csrf/1"))
    }

    fn digest(&self, domain: &str) -> [u8; 32] {
        let digest = Sha256::new()
            .chain_update(domain)
            .chain_update(self.0.as_slice());
        digest.finalize().into()
    }

    /// Under which the records know the session.
    pub(crate) fn id(&self) -> [u8; 32] {
        self.digest("glimpse/session/1")
    }
}

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Her id.
    pub id: [u8; 16],
    /// Her name.
    pub name: String,
    /// What she may do.
    pub role: Role,
    /// Whether she has a second factor.
    pub totp: bool,
}

fn locked_for(wrong: u64) -> u64 {
    let times = u32::try_from(wrong.saturating_sub(WRONG)).unwrap_or(u32::MAX);
    2u64.saturating_pow(times)
        .saturating_mul(LOCK)
        .min(LONGEST_LOCK)
}

impl From<Record> for Session {
    fn from(record: Record) -> Self {
        Self {
            id: record.id,
            name: record.name,
            role: record.role,
            totp: record.totp.is_some(),
        }
    }
}

impl Office {
    pub(super) fn attempt_tag(&self, name: &str) -> [u8; 32] {
        self.keys.tag(Purpose::Attempt, folded(name).as_bytes())
    }

    /// Counts an attempt before anything is checked, so that parallel ones are no way around the
    /// lock. The one that makes too many locks the name, and is itself still checked; whether this
    /// is the one is returned.
    pub(super) fn count(&self, tag: &[u8; 32], now: UnixTime) -> Result<bool, StaffError> {
        let open = |attempts: Attempts| match attempts.locked.0.checked_sub(now.0) {
            Some(seconds) if seconds > 0 => Err(StaffError::Locked { seconds }),
            _ => Ok(attempts),
        };
        self.store.write(|tx| {
            open(staff::attempts(tx, tag)?)?;
            // Another attempt may have been counted while this one waited.
            let mut counted = open(staff::count_attempt(tx, tag, now)?)?;
            let locks = counted.wrong >= WRONG;
            if locks {
                counted.locked = UnixTime(now.0 + locked_for(counted.wrong));
                staff::set_attempts(tx, tag, counted)?;
            }
            Ok(locks)
        })
    }

    /// An attempt was wrong: the audit trail says so if it is the one that locks the name.
    pub(super) fn note_lock(
        &self,
        locks: bool,
        id: &[u8; 16],
        name: &str,
        now: UnixTime,
    ) -> Result<(), StaffError> {
        if !locks {
            return Ok(());
        }
        self.store
            .write(|tx| self.record_of(tx, id, "session.lock", name, "", now))
    }

    /// Signs somebody in.
    ///
    /// # Errors
    /// [`StaffError::SignIn`], [`StaffError::CodeNeeded`], [`StaffError::Locked`].
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        code: Option<&str>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Session, Token), StaffError> {
        let (tag, folded) = (self.attempt_tag(name), folded(name));
        let locks = self.count(&tag, now)?;
        let found = self.store.read(|tx| staff::by_name(tx, &folded))?;
        let enabled = found.filter(|record| !record.disabled);
        let right = password::verify(password, enabled.as_ref().map(|r| &*r.password))?;
        let Some(found) = enabled else {
            return Err(StaffError::SignIn);
        };
        let step = match (right, &found.totp, code) {
            (false, ..) => None,
            (true, None, _) => Some(None),
            (true, Some(_), None) => {
                self.store
                    .write(|tx| staff::uncount_attempt(tx, &tag, locks))?;
                return Err(StaffError::CodeNeeded);
            }
            (true, Some(sealed), Some(code)) => {
                self.totp_step(&found.id, sealed, code, now)?.map(Some)
            }
        };
        let begun = match step {
            Some(step) => self.begin_session(&tag, &found, step, now, rng)?,
            None => None,
        };
        if begun.is_none() {
            self.note_lock(locks, &found.id, &found.name, now)?;
        }
        let token = begun.ok_or(StaffError::SignIn)?;
        Ok((found.into(), token))
    }

    /// Begins a session for somebody who is who she says; not if her record has changed since it
    /// was read, or the code's step was used before.
    fn begin_session(
        &self,
        tag: &[u8; 32],
        found: &Record,
        step: Option<u64>,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Option<Token>, StaffError> {
        let token = Token::fresh(rng);
        self.store.write(|tx| {
            if !staff::see(tx, &found.id, &found.password, now)? {
                return Ok(None);
            }
            // Nobody else changes her record until this is done.
            let still = staff::by_id(tx, &found.id)?;
            if still.is_none_or(|record| record.totp != found.totp) {
                return Ok(None);
            }
            if let Some(step) = step
                && !staff::use_step(tx, &found.id, step)?
            {
                return Ok(None);
            }
            staff::forget_attempts(tx, tag)?;
            staff::add_session(tx, &token.id(), &found.id, now)?;
            self.record_of(tx, &found.id, "session.begin", &found.name, "", now)?;
            Ok(Some(token))
        })
    }

    /// Forgets sessions that are over, and attempts that are too old to matter. The service does it
    /// now and then: attempts are counted for whatever name is tried, of which none need be right.
    ///
    /// # Errors
    /// [`StaffError::Office`].
    pub fn forget_sessions(&self, now: UnixTime) -> Result<(), StaffError> {
        let long_ago = |seconds| UnixTime(now.0.saturating_sub(seconds));
        self.store
            .write(|tx| Ok(staff::forget_old(tx, long_ago(ABSOLUTE), long_ago(MEMORY))?))
    }

    /// Whose session this is, if it stands.
    ///
    /// # Errors
    /// [`StaffError::Office`].
    pub fn session(&self, token: &Token, now: UnixTime) -> Result<Option<Session>, StaffError> {
        let digest = token.id();
        let long_ago = |seconds| UnixTime(now.0.saturating_sub(seconds));
        let found = self.store.read(|tx| {
            let session = staff::session(tx, &digest, long_ago(ABSOLUTE), long_ago(IDLE))?;
            let Some((id, seen)) = session else {
                return Ok(None);
            };
            Ok::<_, StaffError>(staff::by_id(tx, &id)?.map(|record| (record, seen)))
        })?;
        let Some((found, seen)) = found.filter(|(record, _)| !record.disabled) else {
            return Ok(None);
        };
        if seen.0 + TOUCH <= now.0 {
            self.store
                .write(|tx| staff::touch(tx, &digest, &found.id, now))?;
        }
        Ok(Some(found.into()))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StaffError::Office`].
    pub fn sign_out(
        &self,
        session: &Session,
        token: &Token,
        now: UnixTime,
    ) -> Result<(), StaffError> {
        self.store.write(|tx| {
            if !staff::end_session(tx, &token.id())? {
                return Ok(());
            }
            self.record_of(tx, &session.id, "session.end", &session.name, "", now)
        })
    }

    /// Changes one's own password, and ends every other session of hers.
    ///
    /// # Errors
    /// [`StaffError::Field`], [`StaffError::Locked`].
    pub fn change_password(
        &self,
        session: &Session,
        token: &Token,
        (old, new): (&str, &str),
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), StaffError> {
        password::check("new", new, &session.name)?;
        let (id, tag) = (&session.id, self.attempt_tag(&session.name));
        let wrong = StaffError::Field {
            field: "old",
            code: "wrong",
            message: "is not the password of now",
        };
        let locks = self.count(&tag, now)?;
        let found = self.store.read(|tx| staff::by_id(tx, id))?;
        let found = found.ok_or(StaffError::Unknown)?;
        if !password::verify(old, Some(&found.password))? {
            self.note_lock(locks, id, &session.name, now)?;
            return Err(wrong);
        }
        let hash = password::hash(new, rng)?;
        let changed = self.store.write(|tx| {
            if !staff::change_password(tx, id, &found.password, &hash)? {
                return Ok(false);
            }
            staff::forget_attempts(tx, &tag)?;
            staff::end_sessions(tx, id, Some(&token.id()))?;
            self.record_of(tx, id, "session.password", &session.name, "", now)?;
            Ok::<_, StaffError>(true)
        })?;
        if changed {
            return Ok(());
        }
        self.note_lock(locks, id, &session.name, now)?;
        Err(wrong)
    }
}
