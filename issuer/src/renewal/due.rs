//! Which renewals there are, and which of them are due.

use glimpse_core::ids::SchemaId;

use super::{RenewalState, Renewer};
use crate::OfficeError;
use crate::keys::KeyState;
use crate::records::renewals::{self, Place, RenewalRow};
use crate::records::settings;
use crate::store::StoreError;

/// A run that failed is tried again after so long.
pub(super) const REST_SECONDS: u64 = 600;

impl Renewer<'_> {
    pub(super) fn is_due(&self, row: Option<&RenewalRow>) -> Result<bool, StoreError> {
        let Some(row) = row else {
            return Ok(true);
        };
        Ok(match row.state {
            RenewalState::Running => true,
            RenewalState::Done => row.wanted > row.run || self.has_other_signer(row)?,
            RenewalState::Failed => {
                let since = row.finished.unwrap_or(row.started).0;
                (self.clock)().0 >= since.saturating_add(REST_SECONDS)
            }
        })
    }

    /// Whether a manifest is to be signed again because the signing key has rotated. A replica that
    /// has not learnt of the rotation yet leaves it to the others.
    fn has_other_signer(&self, row: &RenewalRow) -> Result<bool, StoreError> {
        let mine = self.office.signing_key().to_bytes();
        if row.signer == Some(mine) {
            return Ok(false);
        }
        let store = &self.office.store;
        let known = store.read(|tx| settings::find(tx, settings::SIGNING_KEY))?;
        Ok(known.is_none_or(|known| known == mine))
    }

    /// The renewals of every schema for the epoch of now.
    pub(super) fn all_places(&self) -> Result<Vec<Place>, OfficeError> {
        let mut places = Vec::new();
        for schema in self.office.schemas()? {
            places.extend(self.places_of(schema.id(), false)?);
        }
        Ok(places)
    }

    /// The renewals of a schema: one for each key with live holders or files from before, whose
    /// holders must find that they are revoked; and one for the current key if it is asked for.
    pub(super) fn places_of(
        &self,
        schema: SchemaId,
        asked: bool,
    ) -> Result<Vec<Place>, OfficeError> {
        let office = self.office;
        let context = office.context(schema)?;
        let epoch = context.schema.epoch_of((self.clock)());
        let ring = office.keys.ring();
        let mut places = Vec::new();
        for key in ring.unretired() {
            let wanted = (asked && key.state == KeyState::Current)
                || office.store.read(|tx| {
                    Ok::<_, StoreError>(
                        renewals::any_live(tx, schema, key.id)?
                            || renewals::any(tx, schema, key.id)?,
                    )
                })?;
            if wanted {
                let key = key.id;
                places.push(Place { schema, key, epoch });
            }
        }
        Ok(places)
    }
}
