//! Passwords of the staff: what is accepted, and how they are kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use rand_core::CryptoRng;

use super::{StaffError, folded};

const LEAST_CHARACTERS: usize = 12;
const MOST_CHARACTERS: usize = 256;
/// OWASP's first choice of 2023 for Argon2id with one lane, in KiB and rounds.
const MEMORY: u32 = 19_456;
const ROUNDS: u32 = 2;
/// A record that somebody else wrote may not ask for more than this.
const MOST_MEMORY: u32 = 1 << 18;
const MOST_ROUNDS: u32 = 16;

/// What people choose when twelve characters are asked for.
const NOTORIOUS: [&str; 16] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopas",
    "password1234",
    "password12345",
    "passwordpassword",
    "letmeinletmein",
    "welcomewelcome",
    "administrator",
    "adminadminadmin",
    "changemechangeme",
    "iloveyouiloveyou",
];

fn hasher() -> Result<Argon2<'static>, StaffError> {
    let params = Params::new(MEMORY, ROUNDS, 1, None).map_err(|_| StaffError::Hash)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a new password is good enough for this person.
pub(super) fn check(field: &'static str, password: &str, name: &str) -> Result<(), StaffError> {
    let wrong = |code, message| {
        Err(StaffError::Field {
            field,
            code,
            message,
        })
    };
    let characters = password.chars().count();
    if characters < LEAST_CHARACTERS {
        return wrong("short", "must have at least 12 characters");
    }
    if characters > MOST_CHARACTERS {
        return wrong("long", "must have at most 256 characters");
    }
    let folded_password = folded(password);
    let mut letters: Vec<_> = folded_password.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    if folded_password.contains(&folded(name)) && name.chars().count() >= 4 {
        return wrong("name", "must not hold the name");
    }
    if NOTORIOUS.contains(&&*folded_password) || letters.len() < 4 {
        return wrong("weak", "is among the first that somebody would try");
    }
    Ok(())
}

/// A PHC string.
pub(super) fn hash(password: &str, rng: &mut dyn CryptoRng) -> Result<String, StaffError> {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|_| StaffError::Hash)?.to_string())
}

/// Whether the password is right. Without a hash, for a name that nobody has, it takes as long and
/// says no.
pub(super) fn verify(password: &str, kept: Option<&str>) -> Result<bool, StaffError> {
    let hasher = hasher()?;
    let Some(kept) = kept else {
        // Nobody's password: only the time it takes matters.
        let hash = hasher.hash_password_with_salt(password.as_bytes(), &[0; 16]);
        return hash.map(|_| false).map_err(|_| StaffError::Hash);
    };
    let kept = PasswordHash::new(kept).map_err(|_| StaffError::Hash)?;
    let params = Params::try_from(&kept).map_err(|_| StaffError::Hash)?;
    if params.m_cost() > MOST_MEMORY || params.t_cost() > MOST_ROUNDS || params.p_cost() > 4 {
        return Err(StaffError::Hash);
    }
    match hasher.verify_password(password.as_bytes(), &kept) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(_) => Err(StaffError::Hash),
    }
}
