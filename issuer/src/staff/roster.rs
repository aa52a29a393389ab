//! The list of those who may sign in, and how it changes.

use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{Role, StaffError, check_name, folded, password};
use crate::Office;
use crate::records::staff::{self, Record};
use crate::store::Transaction;

/// A member of staff, as others see her.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Her id.
    pub id: [u8; 16],
    /// Her name.
    pub name: String,
    /// What she may do.
    pub role: Role,
    /// Whether she has a second factor.
    pub totp: bool,
    /// Whether she may not sign in.
    pub disabled: bool,
    /// Until when she is locked out, if she is.
    pub locked: Option<UnixTime>,
    /// When she was last here.
    pub seen: Option<UnixTime>,
}

/// What to change about a member of staff.
#[derive(Default)]
pub struct Change {
    /// Her role.
    pub role: Option<Role>,
    /// Whether she may not sign in.
    pub disabled: Option<bool>,
    /// Her password.
    pub password: Option<Zeroizing<String>>,
    /// Whether to forget her second factor.
    pub reset_totp: bool,
    /// Whether to forget wrong attempts.
    pub unlock: bool,
}

impl Change {
    /// In words for the audit trail.
    fn detail(&self) -> String {
        let words = [
            self.role.map(|role| format!("role {}", role.code())),
            self.disabled
                .map(|d| if d { "disabled" } else { "enabled" }.to_owned()),
            self.password.as_ref().map(|_| "password".to_owned()),
            self.reset_totp.then(|| "second factor".to_owned()),
            self.unlock.then(|| "unlocked".to_owned()),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// Whether what she could do before, or knew before, may not go on.
    fn ends_sessions(&self) -> bool {
        self.role.is_some() || self.disabled.is_some() || self.password.is_some() || self.reset_totp
    }
}

impl Office {
    /// Adds a member of staff.
    ///
    /// # Errors
    /// [`StaffError::Field`] and [`StaffError::Exists`].
    pub fn add_staff(
        &self,
        name: &str,
        role: Role,
        password: &str,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Member, StaffError> {
        check_name(name)?;
        password::check("password", password, name)?;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let record = Record {
            id,
            name: name.to_owned(),
            role,
            password: password::hash(password, rng)?,
            totp: None,
            enrolling: None,
            disabled: false,
            seen: None,
        };
        let folded = folded(name);
        self.store.write(|tx| {
            if staff::by_name(tx, &folded)?.is_some() {
                return Err(StaffError::Exists);
            }
            staff::add(tx, &record, &folded, now)?;
            let member = self.member(tx, record, now)?;
            self.record_of(tx, &id, "staff.add", actor, role.code(), now)?;
            Ok(member)
        })
    }

    /// Everybody.
    ///
    /// # Errors
    /// [`StaffError::Office`].
    pub fn staff(&self, now: UnixTime) -> Result<Vec<Member>, StaffError> {
        self.store.read(|tx| {
            let all = staff::all(tx)?.into_iter();
            all.map(|record| self.member(tx, record, now)).collect()
        })
    }

    /// Who has this name.
    ///
    /// # Errors
    /// [`StaffError::Unknown`].
    pub fn staff_by_name(&self, name: &str, now: UnixTime) -> Result<Member, StaffError> {
        self.store.read(|tx| {
            let found = staff::by_name(tx, &folded(name))?;
            self.member(tx, found.ok_or(StaffError::Unknown)?, now)
        })
    }

    /// Changes what somebody may do, or how she signs in. `by` is the member of staff who does, if
    /// one does: nobody changes her own role, disables herself, or goes round her own password.
    ///
    /// # Errors
    /// [`StaffError::Unknown`], [`StaffError::State`], [`StaffError::Field`].
    pub fn change_staff(
        &self,
        id: &[u8; 16],
        change: &Change,
        by: Option<&[u8; 16]>,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Member, StaffError> {
        if by == Some(id) && change.ends_sessions() {
            return Err(StaffError::State(
                "nobody changes her own role, disables herself, or resets her own password",
            ));
        }
        let found = self.store.read(|tx| staff::by_id(tx, id))?;
        let name = found.ok_or(StaffError::Unknown)?.name;
        let hash = match &change.password {
            Some(new) => {
                password::check("password", new, &name)?;
                Some(password::hash(new, rng)?)
            }
            None => None,
        };
        self.store.write(|tx| {
            staff::wait(tx)?;
            let mut record = staff::by_id(tx, id)?.ok_or(StaffError::Unknown)?;
            record.role = change.role.unwrap_or(record.role);
            record.disabled = change.disabled.unwrap_or(record.disabled);
            staff::set_role(tx, id, record.role, record.disabled)?;
            if (change.role.is_some() || change.disabled.is_some()) && staff::registrars(tx)? == 0 {
                return Err(StaffError::State("the last registrar stays"));
            }
            if let Some(hash) = &hash {
                staff::set_password(tx, id, hash)?;
            }
            if change.reset_totp {
                staff::forget_totp(tx, id)?;
                record.totp = None;
            }
            if change.unlock {
                staff::forget_attempts(tx, &self.attempt_tag(&record.name))?;
            }
            if change.ends_sessions() {
                staff::end_sessions(tx, id, None)?;
            }
            let member = self.member(tx, record, now)?;
            let detail = change.detail();
            if !detail.is_empty() {
                self.record_of(tx, id, "staff.change", actor, &detail, now)?;
            }
            Ok(member)
        })
    }

    fn member(
        &self,
        tx: &mut dyn Transaction,
        record: Record,
        now: UnixTime,
    ) -> Result<Member, StaffError> {
        let attempts = staff::attempts(tx, &self.attempt_tag(&record.name))?;
        Ok(Member {
            id: record.id,
            name: record.name,
            role: record.role,
            totp: record.totp.is_some(),
            disabled: record.disabled,
            locked: Some(attempts.locked).filter(|until| *until > now),
            seen: record.seen,
        })
    }

    /// Adds an entry about a member of staff to the audit trail.
    pub(super) fn record_of(
        &self,
        tx: &mut dyn Transaction,
        id: &[u8; 16],
        action: &str,
        actor: &str,
        detail: &str,
        now: UnixTime,
    ) -> Result<(), StaffError> {
        let subject = glimpse_terminal::to_hex(id);
        Ok(self.note(tx, now, actor, action, subject, detail)?)
    }
}
