//! Residents from a spreadsheet: received as a stream and kept in sealed pieces, mapped to a
//! schema, checked, and imported piece by piece. spec:GL-10-IMPORT

mod dates;
mod mapping;
mod receive;
mod table;
mod text;
mod work;

use glimpse_core::credential::CredentialError;
use glimpse_core::ids::{SchemaId, UnixTime};
use zeroize::Zeroizing;

use crate::ids::ImportId;
use crate::json::FieldError;
use crate::records::imports::{self, Kept};
use crate::store::StoreError;
use crate::words::words;
use crate::{Office, OfficeError};
use mapping::Plan;
use receive::{Head, read_piece};

pub use dates::DateOrder;
pub use mapping::{ColumnUse, REFERENCE};
pub use table::{MAX_COLUMNS, MAX_FIELD, MAX_ROWS};

/// Rows that are shown of a file.
const SAMPLE: usize = 10;

words! {
    /// How far an import is.
    ImportState {
        /// The file is here; which column is what is to be said.
        Mapping = "mapping",
        /// The rows are being checked.
        Checking = "checking",
        /// The rows were checked.
        Checked = "checked",
        /// The rows are being imported.
        Running = "running",
        /// All that was good is imported.
        Done = "done",
        /// Somebody ended it. What was imported before stays.
        Cancelled = "cancelled",
    }
}

/// Why a file is not taken. The number is a row's, with the heading as the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Neither UTF-8 nor UTF-16 nor Windows-1252, or several at once.
    #[error("is text of no encoding that is known here; save it as UTF-8")]
    Encoding,
    /// It did not arrive whole.
    #[error("did not arrive whole")]
    Broken,
    /// More octets than are accepted.
    #[error("is larger than what is accepted here")]
    TooLarge,
    /// Too long a field.
    #[error("has a field of more than 4,096 octets in row {0}; a quotation mark may be missing")]
    Field(u32),
    /// Too many columns.
    #[error("has more than 256 columns in row {0}")]
    Columns(u32),
    /// Too many rows.
    #[error("has more than 1,000,000 rows")]
    Rows,
    /// Nothing but a heading.
    #[error("has no row below its heading")]
    Empty,
    /// The file's name.
    #[error("has a name of more than 255 octets, or with control characters")]
    Name,
}

impl FileError {
    /// A word for it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Broken => "broken",
            Self::TooLarge => "too-large",
            Self::Field(_) => "field",
            Self::Columns(_) => "columns",
            Self::Rows => "rows",
            Self::Empty => "empty",
            Self::Name => "name",
        }
    }
}

/// Why an import does not go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is no such import.
    #[error("there is no such import")]
    Unknown,
    /// Not in the state that it is in.
    #[error("this is not possible at this point of the import")]
    State,
    /// The file is not taken.
    #[error("the file {0}")]
    File(FileError),
    /// The mapping does not fit.
    #[error("some fields are not right")]
    Mapping(Vec<FieldError>),
    /// The office's keys or records.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        OfficeError::from(error).into()
    }
}

impl From<glimpse_core::cbor::CborError> for ImportError {
    fn from(error: glimpse_core::cbor::CborError) -> Self {
        OfficeError::from(CredentialError::from(error)).into()
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The row's number in the file, with the heading as the first.
    pub row: u64,
    /// What is wrong with which attribute.
    pub error: FieldError,
}

/// An import. Its columns and sample are personal, and so it has no `Debug`.
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The schema that the rows are for.
    pub schema: SchemaId,
    /// The file's name.
    pub name: Zeroizing<String>,
    /// How far it is.
    pub state: ImportState,
    /// What the file is written as.
    pub encoding: String,
    /// What parts its fields.
    pub delimiter: String,
    /// The heading.
    pub columns: Vec<Zeroizing<String>>,
    /// The first rows, as long as they are here.
    pub sample: Vec<Vec<Zeroizing<String>>>,
    /// What each column is.
    pub mapping: Vec<ColumnUse>,
    /// How many rows there are.
    pub rows: u64,
    /// How many rows the check found good and bad.
    pub checked: Option<(u64, u64)>,
    /// How many rows are checked, or imported.
    pub done: u64,
    /// How many records were made.
    pub created: u64,
    /// How many rows have a reference that was there already.
    pub skipped: u64,
    /// How many rows are not right.
    pub bad: u64,
    /// When the file came.
    pub received: UnixTime,
    /// Who sent it.
    pub received_by: String,
    /// When the check, or the import, began.
    pub started: Option<UnixTime>,
    /// When it ended.
    pub finished: Option<UnixTime>,
}

impl Office {
    /// One import.
    ///
    /// # Errors
    /// [`ImportError::Unknown`].
    pub fn import(&self, id: ImportId) -> Result<Import, ImportError> {
        let (kept, piece) = self.store.read(|tx| {
            let kept = imports::one(tx, id)?.ok_or(ImportError::Unknown)?;
            let shows = matches!(kept.state, ImportState::Mapping | ImportState::Checked);
            let piece = if shows {
                imports::piece(tx, id, 0)?
            } else {
                None
            };
            Ok::<_, ImportError>((kept, piece))
        })?;
        let mut import = self.open_import(kept)?;
        if let Some((number, sealed)) = piece {
            let rows = read_piece(&self.keys, id, number, &sealed)?;
            let fields = rows.into_iter().take(SAMPLE).map(|row| row.fields);
            import.sample = fields.collect();
        }
        Ok(import)
    }

    /// Imports, newest first, and how many there are in all.
    ///
    /// # Errors
    /// [`ImportError::Office`].
    pub fn imports(&self, skip: u32, most: u32) -> Result<(Vec<Import>, u64), ImportError> {
        let (kept, total) = self.store.read(|tx| imports::list(tx, skip, most))?;
        let opened = kept.into_iter().map(|kept| self.open_import(kept));
        Ok((opened.collect::<Result<_, _>>()?, total))
    }

    fn open_import(&self, kept: Kept) -> Result<Import, ImportError> {
        let head = Head::open(&self.keys, kept.id, &kept.head)?;
        let was_checked = !matches!(kept.state, ImportState::Mapping | ImportState::Checking);
        let checked = (was_checked && kept.started.is_some())
            .then(|| (kept.good, kept.rows.saturating_sub(kept.good)));
        Ok(Import {
            id: kept.id,
            schema: kept.schema,
            name: head.name,
            state: kept.state,
            encoding: kept.encoding,
            delimiter: kept.delimiter,
            columns: head.columns,
            sample: Vec::new(),
            mapping: read_mapping(&kept.mapping)?,
            rows: kept.rows,
            checked,
            done: kept.done,
            created: kept.made,
            skipped: kept.skipped,
            bad: kept.bad,
            received: kept.created,
            received_by: kept.created_by,
            started: kept.started,
            finished: kept.finished,
        })
    }

    /// Says which column is what, and has every row checked.
    ///
    /// # Errors
    /// [`ImportError::Mapping`], [`ImportError::State`].
    pub fn check_import(
        &self,
        id: ImportId,
        mapping: &[ColumnUse],
        actor: &str,
        now: UnixTime,
    ) -> Result<(), ImportError> {
        let kept = self.store.read(|tx| imports::one(tx, id))?;
        let kept = kept.ok_or(ImportError::Unknown)?;
        let head = Head::open(&self.keys, id, &kept.head)?;
        let schema = self.schema(kept.schema)?;
        Plan::new(&schema, &head.seen, mapping).map_err(ImportError::Mapping)?;
        let mapping = serde_json::to_string(mapping).map_err(|_| StoreError::Damaged)?;
        self.store.write(|tx| {
            if !imports::check(tx, id, &mapping, now)? {
                return Err(ImportError::State);
            }
            Ok(self.note(tx, now, actor, "import.check", id, "")?)
        })
    }

    /// Has what was checked imported.
    ///
    /// # Errors
    /// [`ImportError::Unknown`], [`ImportError::State`].
    pub fn run_import(&self, id: ImportId, actor: &str, now: UnixTime) -> Result<(), ImportError> {
        self.store.write(|tx| {
            if !imports::run(tx, id, now)? {
                return Err(match imports::one(tx, id)? {
                    Some(_) => ImportError::State,
                    None => ImportError::Unknown,
                });
            }
            Ok(self.note(tx, now, actor, "import.run", id, "")?)
        })
    }

    /// Ends an import; what was imported before stays. One that has ended is forgotten.
    ///
    /// # Errors
    /// [`ImportError::Unknown`].
    pub fn end_import(&self, id: ImportId, actor: &str, now: UnixTime) -> Result<(), ImportError> {
        self.store.write(|tx| {
            let action = if imports::cancel(tx, id, now)? {
                "import.cancel"
            } else if imports::remove(tx, id)? {
                "import.delete"
            } else {
                return Err(ImportError::Unknown);
            };
            Ok(self.note(tx, now, actor, action, id, "")?)
        })
    }

    /// What is wrong with an import's rows, and how many errors are kept in all: the first some
    /// thousand.
    ///
    /// # Errors
    /// [`ImportError::Unknown`].
    pub fn import_errors(
        &self,
        id: ImportId,
        skip: u32,
        most: u32,
    ) -> Result<(Vec<RowError>, u64), ImportError> {
        self.store.read(|tx| {
            imports::one(tx, id)?.ok_or(ImportError::Unknown)?;
            Ok(imports::errors(tx, id, skip, most)?)
        })
    }

    /// The same as a CSV file.
    ///
    /// # Errors
    /// [`ImportError::Unknown`].
    pub fn import_errors_csv(&self, id: ImportId) -> Result<String, ImportError> {
        let (errors, _) = self.import_errors(id, 0, u32::MAX)?;
        let mut file = "row,field,code,message\r\n".to_owned();
        for RowError { row, error } in errors {
            let texts = [&error.field, &error.code, &error.message].map(|t| table::written(t));
            file.push_str(&format!("{row},{}\r\n", texts.join(",")));
        }
        Ok(file)
    }
}

fn read_mapping(json: &str) -> Result<Vec<ColumnUse>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Damaged)
}

#[cfg(test)]
mod tests;
