//! The second factor: RFC 6238 with what every authenticator knows, six digits of SHA-1 in steps of
//! thirty seconds. A step is used once.

use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;
use totp_rs::{Builder, Totp};
use zeroize::Zeroizing;

use super::{Session, StaffError, Token};
use crate::Office;
use crate::keys::Purpose;
use crate::records::staff;

/// RFC 4226 recommends 160 bits.
const SECRET: usize = 20;

/// A secret that waits to be confirmed by a code. It has no `Debug`.
pub struct Enrolment {
    /// For people who type it.
    pub secret: Zeroizing<String>,
    /// For authenticators: an `otpauth` address.
    pub uri: Zeroizing<String>,
}

fn totp(secret: &[u8], account: &str, office: &str) -> Result<Totp, StaffError> {
    // A colon parts the two names in the address.
    let plain = |name: &str| name.replace(':', " ");
    let built = Builder::new()
        .with_secret(secret)
        .with_account_name(plain(account))
        .with_issuer(Some(plain(office)))
        .build();
    built.map_err(|_| StaffError::Hash)
}

/// The step whose code this is, now or one step to either side.
fn step_of(secret: &[u8], code: &str, now: UnixTime) -> Result<Option<u64>, StaffError> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(None);
    }
    Ok(totp(secret, "", "")?.check(&code, now.0))
}

fn wrong_code() -> StaffError {
    StaffError::Field {
        field: "code",
        code: "wrong",
        message: "is not the code that is shown now, or was used already; wait for the next one",
    }
}

impl Office {
    /// The step whose code this is, by a secret that the records keep.
    pub(super) fn totp_step(
        &self,
        id: &[u8; 16],
        sealed: &[u8],
        code: &str,
        now: UnixTime,
    ) -> Result<Option<u64>, StaffError> {
        let secret = self.keys.open_record(Purpose::Totp, id, sealed)?;
        step_of(&secret, code, now)
    }

    /// Makes a secret for somebody who has none in use.
    ///
    /// # Errors
    /// [`StaffError::State`].
    pub fn begin_totp(
        &self,
        session: &Session,
        office: &str,
        rng: &mut dyn CryptoRng,
    ) -> Result<Enrolment, StaffError> {
        let mut secret = Zeroizing::new([0; SECRET]);
        rng.fill_bytes(secret.as_mut_slice());
        let totp = totp(secret.as_slice(), &session.name, office)?;
        let sealed = self
            .keys
            .seal_record(Purpose::Totp, &session.id, secret.as_slice(), rng)?;
        self.store.write(|tx| {
            if staff::begin_enrolment(tx, &session.id, &sealed)? {
                Ok(())
            } else {
                Err(StaffError::State("there is a second factor already"))
            }
        })?;
        Ok(Enrolment {
            secret: Zeroizing::new(totp.secret().to_base32()),
            uri: Zeroizing::new(totp.to_url().map_err(|_| StaffError::Hash)?),
        })
    }

    /// Puts the secret into use once a code shows that the authenticator has it.
    ///
    /// # Errors
    /// [`StaffError::Field`], [`StaffError::State`].
    pub fn confirm_totp(
        &self,
        session: &Session,
        token: &Token,
        code: &str,
        now: UnixTime,
    ) -> Result<(), StaffError> {
        let none = StaffError::State("there is no second factor to confirm; begin again");
        let id = &session.id;
        let found = self.store.read(|tx| staff::by_id(tx, id))?;
        let sealed = found.ok_or(StaffError::Unknown)?.enrolling.ok_or(none)?;
        let step = self.totp_step(id, &sealed, code, now)?;
        let step = step.ok_or_else(wrong_code)?;
        self.store.write(|tx| {
            if !staff::finish_enrolment(tx, id, &sealed)? {
                return Err(StaffError::State("begin again"));
            }
            if !staff::use_step(tx, id, step)? {
                return Err(wrong_code());
            }
            staff::end_sessions(tx, id, Some(&token.id()))?;
            self.record_of(tx, id, "session.totp", &session.name, "enrolled", now)
        })
    }

    /// Takes the second factor out of use, by one of its codes.
    ///
    /// # Errors
    /// [`StaffError::Field`], [`StaffError::State`], [`StaffError::Locked`].
    pub fn remove_totp(
        &self,
        session: &Session,
        code: &str,
        now: UnixTime,
    ) -> Result<(), StaffError> {
        let none = StaffError::State("there is no second factor");
        let (id, tag) = (&session.id, self.attempt_tag(&session.name));
        let found = self.store.read(|tx| staff::by_id(tx, id))?;
        let sealed = found.ok_or(StaffError::Unknown)?.totp.ok_or(none)?;
        let locks = self.count(&tag, now)?;
        let removed = match self.totp_step(id, &sealed, code, now)? {
            Some(step) => self.store.write(|tx| {
                if !staff::use_step(tx, id, step)? {
                    return Ok(false);
                }
                staff::forget_attempts(tx, &tag)?;
                staff::forget_totp(tx, id)?;
                self.record_of(tx, id, "session.totp", &session.name, "removed", now)?;
                Ok::<_, StaffError>(true)
            })?,
            None => false,
        };
        if removed {
            return Ok(());
        }
        self.note_lock(locks, id, &session.name, now)?;
        Err(wrong_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_for_its_step_and_one_to_either_side() {
        // RFC 6238, appendix B, the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let at = |time: u64| step_of(secret, code, UnixTime(time)).unwrap();
            let step = time / 30;
            assert_eq!(at(time), Some(step));
            assert_eq!(at(time + 30), Some(step));
            assert_eq!(at(time - 30), Some(step));
            assert_eq!(at(time + 60), None);
        }
        for code in [
            "",
            "28708",
            "2870822",
            "28708a",
            "２８７０８２",
            "-87082",
            "287082\0",
        ] {
            assert_eq!(step_of(secret, code, UnixTime(59)).unwrap(), None, "{code}");
        }
        assert_eq!(step_of(secret, "287 082", UnixTime(59)).unwrap(), Some(1));
    }
}
