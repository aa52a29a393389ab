//! Signing in, and the session that follows.

use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Role, StaffError, folded, password};
use crate::Office;
use crate::keys::Purpose;
use crate::records::audit::Event;
use crate::records::staff;

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

impl Office {
    pub(super) fn attempt_tag(&self, name: &str) -> [u8; 32] {
        self.keys.tag(Purpose::Attempt, folded(name).as_bytes())
    }

    /// Signs somebody in. The attempt is counted before anything is checked, so that parallel ones
    /// are no way around the lock.
    ///
    /// # Errors
    /// [`StaffError::SignIn`], [`StaffError::CodeNeeded`], [`StaffError::Locked`].
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(Session, Token), StaffError> {
        let (tag, folded) = (self.attempt_tag(name), folded(name));
        let found = self.store.write(|tx| {
            let before = staff::attempts(tx, &tag)?;
            if before.locked > now {
                let seconds = before.locked.0 - now.0;
                return Err(StaffError::Locked { seconds });
            }
            let mut counted = staff::count_attempt(tx, &tag, now)?;
            // Another attempt may have been counted while this one waited.
            if counted.locked > now {
                let seconds = counted.locked.0 - now.0;
                return Err(StaffError::Locked { seconds });
            }
            if counted.wrong >= WRONG {
                counted.locked = UnixTime(now.0 + locked_for(counted.wrong));
                staff::set_attempts(tx, &tag, counted)?;
            }
            Ok(staff::by_name(tx, &folded)?)
        })?;
        let found = found.filter(|record| !record.disabled);
        let right = password::verify(password, found.as_ref().map(|r| &*r.password))?;
        let Some(found) = found.filter(|_| right) else {
            return Err(StaffError::SignIn);
        };
        let token = Token::fresh(rng);
        self.store.write(|tx| {
            let long_ago = |seconds| UnixTime(now.0.saturating_sub(seconds));
            staff::forget_old(tx, long_ago(ABSOLUTE), long_ago(MEMORY))?;
            staff::forget_attempts(tx, &tag)?;
            staff::add_session(tx, &token.id(), &found.id, now)?;
            let event = Event {
                at: now,
                actor: &found.name,
                action: "session.begin",
                subject: &glimpse_terminal::to_hex(&found.id),
                detail: "",
            };
            self.record(tx, &event)
        })?;
        let session = Session {
            id: found.id,
            name: found.name,
            role: found.role,
            totp: found.totp.is_some(),
        };
        Ok((session, token))
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
        Ok(Some(Session {
            id: found.id,
            name: found.name,
            role: found.role,
            totp: found.totp.is_some(),
        }))
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
            let event = Event {
                at: now,
                actor: &session.name,
                action: "session.end",
                subject: &glimpse_terminal::to_hex(&session.id),
                detail: "",
            };
            Ok(self.record(tx, &event)?)
        })
    }
}
