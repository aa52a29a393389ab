//! The office's schemas as its staff sees them.

use glimpse_core::credential::{CredentialError, Schema};
use glimpse_core::ids::{SchemaId, UnixTime};

use crate::json::{FieldError, SchemaJson};
use crate::records::{holders, residents, schemas};
use crate::store::StoreError;
use crate::{Office, OfficeError};

/// Why a schema is not added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaRefused {
    /// Fields that are not right.
    #[error("some fields are not right")]
    Fields(Vec<FieldError>),
    /// The very same one is there.
    #[error("the office has this schema already")]
    Exists,
    /// The office's records.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

/// A schema, and how much hangs on it.
pub struct KnownSchema {
    /// The schema.
    pub schema: Schema,
    /// When it was added.
    pub added: UnixTime,
    /// How many credentials of it are live.
    pub live: u64,
    /// How many residents have a record of it.
    pub residents: u64,
}

impl KnownSchema {
    /// One that was just added.
    pub fn new(schema: Schema, added: UnixTime) -> Self {
        Self {
            schema,
            added,
            live: 0,
            residents: 0,
        }
    }
}

impl Office {
    /// Every schema, in the order in which they were added.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn known_schemas(&self) -> Result<Vec<KnownSchema>, OfficeError> {
        let (all, live, residents) = self.store.read(|tx| {
            let (live, residents) = (holders::live_counts(tx)?, residents::counts(tx)?);
            Ok::<_, StoreError>((schemas::all(tx)?, live, residents))
        })?;
        let count = |counts: &[(SchemaId, u64)], id| {
            let found = counts.iter().find(|(of, _)| *of == id);
            found.map_or(0, |(_, count)| *count)
        };
        let known = |(octets, added): &(Vec<u8>, UnixTime)| {
            let schema = Schema::from_octets(octets).map_err(CredentialError::from)?;
            let id = schema.id();
            Ok(KnownSchema {
                schema,
                added: *added,
                live: count(&live, id),
                residents: count(&residents, id),
            })
        };
        all.iter().map(known).collect()
    }

    /// Checks a schema that is to be added. Two of one code would let credentials answer for each
    /// other, and trust lists refuse them.
    ///
    /// # Errors
    /// [`SchemaRefused`].
    pub fn check_schema(&self, given: &SchemaJson) -> Result<Schema, SchemaRefused> {
        let schema = given.read().map_err(SchemaRefused::Fields)?;
        for known in self.schemas()? {
            if known.id() == schema.id() {
                return Err(SchemaRefused::Exists);
            }
            if known.code == schema.code {
                let message = "is the code of another schema of this office";
                let error = FieldError::new("code", "exists", message);
                return Err(SchemaRefused::Fields(vec![error]));
            }
        }
        Ok(schema)
    }
}
