//! Who works at the office: names, roles, passwords, and how somebody signs in.

mod password;
mod roster;
mod second_factor;
mod session;

use glimpse_core::cbor::is_plain;
use unicode_normalization::UnicodeNormalization;

use crate::OfficeError;
use crate::store::StoreError;

pub use roster::{Change, Member};
pub use second_factor::Enrolment;
pub use session::{Session, Token};

/// What somebody may do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Enters residents and issues.
    Clerk,
    /// Also confirms what needs a second person, and keeps the staff and the schemas.
    Registrar,
    /// Reads the audit trail, and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Clerk, Self::Registrar, Self::Auditor];

    /// The word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clerk => "clerk",
            Self::Registrar => "registrar",
            Self::Auditor => "auditor",
        }
    }

    /// The role by its word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// Why something about the staff cannot be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StaffError {
    /// The name, the password or the code is wrong; which is not said.
    #[error("the name, the password or the code is not right")]
    SignIn,
    /// The password is right, and a second factor's code is needed.
    #[error("the code of the second factor is needed")]
    CodeNeeded,
    /// Too many wrong attempts.
    #[error("too many wrong attempts; wait {seconds} seconds")]
    Locked {
        /// How long to wait.
        seconds: u64,
    },
    /// A field that does not fit.
    #[error("{message}")]
    Field {
        /// Which.
        field: &'static str,
        /// A word by which the page finds its own text.
        code: &'static str,
        /// In English.
        message: &'static str,
    },
    /// Not possible as things stand.
    #[error("{0}")]
    State(&'static str),
    /// There is no such person.
    #[error("there is nobody of this name or id")]
    Unknown,
    /// Somebody has this name already.
    #[error("somebody has this name already")]
    Exists,
    /// Hashing failed: memory is short.
    #[error("the password could not be hashed")]
    Hash,
    /// The office's records or keys.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for StaffError {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

/// Names that the audit trail gives to others than members of staff.
const RESERVED: [&str; 3] = ["wallet", "command", "office"];

/// The name as it is compared.
fn folded(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).collect()
}

fn check_name(name: &str) -> Result<(), StaffError> {
    let wrong = |code, message| StaffError::Field {
        field: "name",
        code,
        message,
    };
    if !(1..=64).contains(&name.chars().count()) || !is_plain(name) || name.trim() != name {
        return Err(wrong("name", "must be 1 to 64 characters on one line"));
    }
    if RESERVED.contains(&&*folded(name)) {
        return Err(wrong(
            "reserved",
            "is a name that the audit trail uses itself",
        ));
    }
    Ok(())
}
