//! The people whom the office knows: one record a person and schema. Who reads the database alone
//! learns how many there are and how often a word occurs. spec:GL-10-RESIDENT

mod record;
mod terms;

use glimpse_core::credential::{CredentialError, Schema};
use glimpse_core::ids::{SchemaId, UnixTime};
use rand_core::CryptoRng;

use crate::ids::ResidentId;
use crate::json::FieldError;
use crate::keys::Purpose;
use crate::records::holders::{self, HeldCredential};
use crate::records::residents::{self, Filter, Kept};
use crate::records::schemas;
use crate::store::{StoreError, Transaction};
use crate::words::words;
use crate::{Office, OfficeError};

pub use record::{MAX_REFERENCE, Record, read_reference};
pub(crate) use terms::{MAX_SEARCH, Term, words as words_of};

/// Why something cannot be done with a resident's record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResidentError {
    /// There is no such record.
    #[error("there is no such resident")]
    Unknown,
    /// The schema has a record with this reference.
    #[error("a resident with this reference is there already")]
    Exists,
    /// Somebody changed it since it was read.
    #[error("somebody changed this record meanwhile; look at it again")]
    Conflict,
    /// A credential is live, or an invitation open.
    #[error("the resident has a live credential or an open invitation")]
    InUse,
    /// Fields that are not right.
    #[error("some fields are not right")]
    Invalid(Vec<FieldError>),
    /// The office's keys or records.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for ResidentError {
    fn from(error: StoreError) -> Self {
        OfficeError::from(error).into()
    }
}

words! {
    /// Where a resident stands.
    ResidentState {
        /// No credential and no invitation.
        New = "new",
        /// An invitation is open.
        Invited = "invited",
        /// A credential is live.
        Holds = "holds",
        /// Every credential was revoked.
        Revoked = "revoked",
    }
}

/// A resident's record.
pub struct Resident {
    /// Its id.
    pub id: ResidentId,
    /// Reference and values.
    pub record: Record,
    /// Where she stands.
    pub state: ResidentState,
    /// Counts the changes of reference and values.
    pub version: u32,
    /// Who made it or changed it last.
    pub changed_by: String,
    /// When it was made.
    pub created: UnixTime,
    /// When reference and values were last changed.
    pub updated: UnixTime,
}

/// Which residents to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResidentFilter<'a> {
    /// Words that all must occur; empty for everybody.
    pub search: &'a str,
    /// Of this schema.
    pub schema: Option<SchemaId>,
    /// In this state.
    pub state: Option<ResidentState>,
}

impl Office {
    /// One of the office's schemas.
    ///
    /// # Errors
    /// [`OfficeError::UnknownSchema`].
    pub fn schema(&self, id: SchemaId) -> Result<Schema, OfficeError> {
        self.store.read(|tx| self.schema_in(tx, id))
    }

    pub(crate) fn schema_in(
        &self,
        tx: &mut dyn Transaction,
        id: SchemaId,
    ) -> Result<Schema, OfficeError> {
        let octets = schemas::one(tx, id)?.ok_or(OfficeError::UnknownSchema)?;
        Ok(Schema::from_octets(&octets).map_err(CredentialError::from)?)
    }

    /// Makes a resident's record.
    ///
    /// # Errors
    /// [`ResidentError::Exists`].
    pub fn create_resident(
        &self,
        record: &Record,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<ResidentId, ResidentError> {
        let id = ResidentId::at(now, rng);
        self.check_record(record)?;
        let sealed = record.seal(&self.keys, id, rng)?;
        self.store.write(|tx| {
            if !residents::add(tx, &sealed, actor, now)? {
                return Err(ResidentError::Exists);
            }
            let mut terms: Vec<_> = sealed.terms.iter().map(|term| (*term, id)).collect();
            residents::add_terms(tx, &mut terms)?;
            self.note(tx, now, actor, "resident.create", id, "")?;
            Ok(id)
        })
    }

    /// What is made elsewhere than in [`crate::json`] is checked here.
    fn check_record(&self, record: &Record) -> Result<(), ResidentError> {
        let schema = self.schema(record.schema)?;
        let fits = schema.check_values(&record.values);
        fits.map_err(|e| OfficeError::from(CredentialError::from(e)))?;
        read_reference(&record.reference).map_err(|e| ResidentError::Invalid(vec![e]))?;
        Ok(())
    }

    /// A resident's record.
    ///
    /// # Errors
    /// [`ResidentError::Unknown`].
    pub fn resident(&self, id: ResidentId) -> Result<Resident, ResidentError> {
        self.store.read(|tx| self.resident_in(tx, id))
    }

    pub(crate) fn resident_in(
        &self,
        tx: &mut dyn Transaction,
        id: ResidentId,
    ) -> Result<Resident, ResidentError> {
        self.find_resident(tx, id)?.ok_or(ResidentError::Unknown)
    }

    pub(crate) fn find_resident(
        &self,
        tx: &mut dyn Transaction,
        id: ResidentId,
    ) -> Result<Option<Resident>, OfficeError> {
        let Some(kept) = residents::one(tx, id)? else {
            return Ok(None);
        };
        let schema = self.schema_in(tx, kept.schema)?;
        self.open_resident(&kept, &schema).map(Some)
    }

    fn open_resident(&self, kept: &Kept, schema: &Schema) -> Result<Resident, OfficeError> {
        Ok(Resident {
            id: kept.id,
            record: Record::open(&self.keys, kept.id, schema, &kept.sealed)?,
            state: kept.state,
            version: kept.version,
            changed_by: kept.changed_by.clone(),
            created: kept.created,
            updated: kept.updated,
        })
    }

    /// A resident's credentials, newest first.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn credentials_of(&self, id: ResidentId) -> Result<Vec<HeldCredential>, OfficeError> {
        Ok(self.store.read(|tx| holders::of_resident(tx, id))?)
    }

    /// Residents, newest first, and how many there are in all.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn residents(
        &self,
        filter: ResidentFilter<'_>,
        skip: u32,
        most: u32,
    ) -> Result<(Vec<Resident>, u64), OfficeError> {
        let wanted = terms::wanted(&self.keys.tagger(Purpose::Term), filter.search);
        if wanted.is_empty() && !filter.search.trim().is_empty() {
            return Ok((Vec::new(), 0));
        }
        let (kept, schemas, total) = self.store.read(|tx| {
            let mut terms = Vec::with_capacity(wanted.len());
            for word in &wanted {
                // Who has the whole word goes before those who have its first letters.
                let whole = residents::has_term(tx, &word.whole)?;
                terms.push(if whole { word.whole } else { word.start });
            }
            let filter = Filter {
                schema: filter.schema,
                state: filter.state,
                terms,
            };
            let (kept, total) = residents::list(tx, &filter, skip, most)?;
            Ok::<_, StoreError>((kept, schemas::all(tx)?, total))
        })?;
        let read = |(octets, _): &(Vec<u8>, _)| Schema::from_octets(octets);
        let schemas: Result<Vec<_>, _> = schemas.iter().map(read).collect();
        let schemas = schemas.map_err(CredentialError::from)?;
        let open = |kept: &Kept| {
            let schema = schemas.iter().find(|s| s.id() == kept.schema);
            self.open_resident(kept, schema.ok_or(OfficeError::UnknownSchema)?)
        };
        Ok((kept.iter().map(open).collect::<Result<_, _>>()?, total))
    }

    /// Changes reference and values of the record that the caller has read: nobody overwrites what
    /// she has not seen.
    ///
    /// # Errors
    /// [`ResidentError::Unknown`], [`ResidentError::Conflict`], [`ResidentError::Exists`].
    pub fn change_resident(
        &self,
        id: ResidentId,
        version: u32,
        record: &Record,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), ResidentError> {
        let old = self.resident(id)?;
        if old.version != version || old.record.schema != record.schema {
            return Err(ResidentError::Conflict);
        }
        self.check_record(record)?;
        let new = record.seal(&self.keys, id, rng)?;
        let old = old.record.terms(&self.keys);
        let missing = |from: &[Term], all: &[Term]| -> Vec<Term> {
            let gone = |term: &&Term| all.binary_search(term).is_err();
            from.iter().filter(gone).copied().collect()
        };
        let (gone, come) = (missing(&old, &new.terms), missing(&new.terms, &old));
        self.store.write(|tx| {
            match residents::change(tx, &new, version, actor, now) {
                Ok(true) => {}
                Ok(false) => return Err(ResidentError::Conflict),
                Err(StoreError::Taken) => return Err(ResidentError::Exists),
                Err(error) => return Err(error.into()),
            }
            residents::remove_terms(tx, id, &gone)?;
            let mut come: Vec<_> = come.iter().map(|term| (*term, id)).collect();
            residents::add_terms(tx, &mut come)?;
            Ok(self.note(tx, now, actor, "resident.change", id, "")?)
        })
    }

    /// Deletes a record on which nothing depends.
    ///
    /// # Errors
    /// [`ResidentError::Unknown`], [`ResidentError::InUse`].
    pub fn delete_resident(
        &self,
        id: ResidentId,
        actor: &str,
        now: UnixTime,
    ) -> Result<(), ResidentError> {
        let old = self.resident(id)?;
        let terms = old.record.terms(&self.keys);
        self.store.write(|tx| {
            if !residents::remove(tx, id, old.version, now)? {
                return Err(match residents::one(tx, id)? {
                    None => ResidentError::Unknown,
                    Some(kept) if kept.version != old.version => ResidentError::Conflict,
                    Some(_) => ResidentError::InUse,
                });
            }
            residents::remove_terms(tx, id, &terms)?;
            Ok(self.note(tx, now, actor, "resident.delete", id, "")?)
        })
    }
}

/// Sets a resident's state by her credentials and invitations. Whoever issues, revokes, invites or
/// ends an invitation calls it in the same transaction, after that.
///
/// # Errors
/// [`ResidentError::Unknown`].
pub(crate) fn settle(
    tx: &mut dyn Transaction,
    id: ResidentId,
    now: UnixTime,
) -> Result<(), ResidentError> {
    if residents::settle(tx, id, now)? {
        Ok(())
    } else {
        Err(ResidentError::Unknown)
    }
}

#[cfg(test)]
pub(crate) mod tests;
