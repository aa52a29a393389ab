//! The work on imports, a piece at a time. Replicas share it: each piece is marked in the
//! transaction that does it, so that none is done twice, whoever stops or starts when.

use glimpse_core::credential::Schema;
use glimpse_core::ids::UnixTime;
use rand_core::CryptoRng;

use super::mapping::Plan;
use super::receive::{Head, read_piece};
use super::table::Row;
use super::{ImportError, ImportState, read_mapping};
use crate::Office;
use crate::ids::{ImportId, ResidentId};
use crate::json::FieldError;
use crate::records::imports::{self, Claimed, Kept, Outcome};
use crate::records::residents::{self, Sealed};
use crate::store::{StoreError, Transaction};

/// How long a worker may take for a piece before another takes it over.
const LEASE: u64 = 60;
/// Errors that are kept of an import: whoever has more looks at these first.
const MAX_ERRORS: u64 = 10_000;
/// How long a file may be on its way, and how long one waits to be run, before it is forgotten.
const RECEIVING: u64 = 7_200;
const WAITING: u64 = 7 * 86_400;

/// Who acts where nobody does.
const ACTOR: &str = "office";

/// A piece whose rows were looked at.
#[derive(Default)]
struct Looked {
    good: Vec<(u32, Sealed)>,
    bad: Vec<(u32, Vec<FieldError>)>,
    rows: u32,
}

impl Office {
    /// Does a piece of the work that there is; false where there is none. `worker` tells this
    /// worker from others.
    ///
    /// # Errors
    /// [`ImportError::Office`]: the piece is left for later, or for others.
    pub fn work_on_imports(
        &self,
        worker: &[u8; 16],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<bool, ImportError> {
        let until = UnixTime(now.0 + LEASE);
        // Most of the time there is nothing, and a look locks nothing.
        if self.store.read(imports::at_work)? == 0 {
            return self.forget_imports(now);
        }
        let claimed = self
            .store
            .write(|tx| imports::claim(tx, worker, now, until))?;
        let Some(Claimed { import, piece }) = claimed else {
            return Ok(false);
        };
        let Some((number, sealed)) = piece else {
            self.finish_import(&import, now)?;
            return Ok(true);
        };
        let rows = read_piece(&self.keys, import.id, number, &sealed)?;
        let schema = self.schema(import.schema)?;
        let looked = self.look(&import, &schema, &rows, now, rng)?;
        self.store.write(|tx| {
            let Some(errors) = imports::mark(tx, import.id, import.state, number)? else {
                // Cancelled, or done by another after all.
                return Ok(());
            };
            let left = MAX_ERRORS.saturating_sub(errors);
            let (outcome, errors) = settle(tx, &import, looked, left, now)?;
            imports::count(tx, import.id, &outcome, errors, until)?;
            if outcome.made == 0 {
                return Ok(());
            }
            let Outcome { made, skipped, .. } = outcome;
            let detail = format!("made {made}, skipped {skipped}");
            self.note(tx, now, ACTOR, "import.piece", import.id, &detail)
        })?;
        Ok(true)
    }

    /// Reads a piece's rows as records, and seals them where they are to be kept.
    fn look(
        &self,
        import: &Kept,
        schema: &Schema,
        rows: &[Row],
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<Looked, ImportError> {
        let head = Head::open(&self.keys, import.id, &import.head)?;
        let mapping = read_mapping(&import.mapping)?;
        let plan = Plan::new(schema, &head.seen, &mapping).map_err(ImportError::Mapping)?;
        let mut looked = Looked {
            rows: u32::try_from(rows.len()).map_err(|_| StoreError::Damaged)?,
            ..Looked::default()
        };
        for row in rows {
            match plan.record(row) {
                Ok(record) if import.state == ImportState::Running => {
                    let sealed = record.seal(&self.keys, ResidentId::at(now, rng), rng)?;
                    looked.good.push((row.line, sealed));
                }
                Ok(_) => {}
                Err(errors) => looked.bad.push((row.line, errors)),
            }
        }
        // Two imports that meet wait for each other's references in one order.
        looked
            .good
            .sort_by_key(|(line, sealed)| (sealed.reference_tag, *line));
        Ok(looked)
    }

    fn finish_import(&self, import: &Kept, now: UnixTime) -> Result<(), ImportError> {
        let (to, action) = match import.state {
            ImportState::Running => (ImportState::Done, "import.done"),
            _ => (ImportState::Checked, "import.checked"),
        };
        self.store.write(|tx| {
            if !imports::finish(tx, import.id, import.state, to, now)? {
                return Ok(());
            }
            let detail = match to {
                ImportState::Done => format!("made {}, bad {}", import.made, import.bad),
                _ => format!("good {}, bad {}", import.good, import.bad),
            };
            Ok(self.note(tx, now, ACTOR, action, import.id, &detail)?)
        })
    }

    /// Forgets a file that nobody wants any more: rows of people do not lie about.
    fn forget_imports(&self, now: UnixTime) -> Result<bool, ImportError> {
        let since = |seconds| UnixTime(now.0.saturating_sub(seconds));
        let found =
            |tx: &mut dyn Transaction| imports::forgotten(tx, since(RECEIVING), since(WAITING));
        let Some((id, receiving)) = self.store.read(found)? else {
            return Ok(false);
        };
        self.store.write(|tx| {
            if receiving {
                imports::remove(tx, id)?;
            } else if imports::cancel(tx, id, now)? {
                self.note(tx, now, ACTOR, "import.cancel", id, "never run")?;
            }
            Ok(true)
        })
    }
}

/// Keeps what came of a piece: records that are new, and what is wrong with the other rows.
fn settle(
    tx: &mut dyn Transaction,
    import: &Kept,
    looked: Looked,
    mut left: u64,
    now: UnixTime,
) -> Result<(Outcome, u32), StoreError> {
    let bad = u32::try_from(looked.bad.len()).map_err(|_| StoreError::Damaged)?;
    let mut outcome = Outcome {
        rows: looked.rows,
        bad,
        ..Outcome::default()
    };
    let mut kept = 0;
    let mut keep = |tx: &mut dyn Transaction, id: ImportId, line: u32, error: &FieldError| {
        if left == 0 {
            return Ok(());
        }
        left -= 1;
        kept += 1;
        imports::add_error(tx, id, line, error)
    };
    if import.state == ImportState::Checking {
        outcome.good = looked.rows - bad;
        for (line, errors) in &looked.bad {
            for error in errors {
                keep(tx, import.id, *line, error)?;
            }
        }
    }
    let exists = FieldError::new(
        "reference",
        "exists",
        "is there already; the row is skipped",
    );
    let mut terms = Vec::new();
    for (line, sealed) in looked.good {
        if residents::add(tx, &sealed, &import.created_by, now)? {
            outcome.made += 1;
            terms.extend(sealed.terms.iter().map(|term| (*term, sealed.id)));
        } else {
            outcome.skipped += 1;
            keep(tx, import.id, line, &exists)?;
        }
    }
    residents::add_terms(tx, &mut terms)?;
    Ok((outcome, kept))
}
