//! A file as it comes in: taken apart row by row, and kept in sealed pieces.

use std::io::{self, Read};

use glimpse_core::cbor::{CborError, Reader, Writer, is_plain};
use glimpse_core::ids::{SchemaId, UnixTime};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::dates::Seen;
use super::mapping::guess;
use super::table::{MAX_COLUMNS, MAX_FIELD, MAX_ROWS, Row, Table};
use super::{FileError, ImportError};
use crate::Office;
use crate::ids::ImportId;
use crate::keys::{OfficeKeys, Purpose};
use crate::records::imports::{self, Received};

/// Rows of a piece: what one transaction imports.
pub(super) const PIECE_ROWS: usize = 500;
/// Octets after which a piece is full, however few its rows.
const PIECE_OCTETS: usize = 1 << 20;
const MAX_NAME: usize = 255;

/// What is kept of a file beside its rows.
pub(super) struct Head {
    pub(super) name: Zeroizing<String>,
    pub(super) columns: Vec<Zeroizing<String>>,
    pub(super) seen: Vec<Seen>,
}

impl Head {
    fn seal(
        &self,
        keys: &OfficeKeys,
        id: ImportId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, ImportError> {
        let mut w = Writer::new();
        w.array(3)
            .uint(1)
            .bytes(self.name.as_bytes())
            .array(self.columns.len());
        for (column, seen) in self.columns.iter().zip(&self.seen) {
            w.array(4).bytes(column.as_bytes());
            w.uint(seen.day_first.into())
                .uint(seen.month_first.into())
                .uint(seen.either.into());
        }
        let octets = Zeroizing::new(w.into_vec());
        Ok(keys.seal_record(Purpose::ImportRows, &id.0, &octets, rng)?)
    }

    pub(super) fn open(
        keys: &OfficeKeys,
        id: ImportId,
        sealed: &[u8],
    ) -> Result<Self, ImportError> {
        let octets = keys.open_record(Purpose::ImportRows, &id.0, sealed)?;
        let mut r = Reader::new(&octets);
        r.versioned_tuple(3)?;
        let name = text(&mut r, MAX_NAME)?;
        let columns = r.list(1, MAX_COLUMNS, |r| {
            r.tuple(4)?;
            let column = text(r, MAX_FIELD)?;
            let seen = Seen {
                day_first: r.uint_up_to(MAX_ROWS)?,
                month_first: r.uint_up_to(MAX_ROWS)?,
                either: r.uint_up_to(MAX_ROWS)?,
            };
            Ok::<_, CborError>((column, seen))
        })?;
        r.finish()?;
        let (columns, seen) = columns.into_iter().unzip();
        Ok(Self {
            name,
            columns,
            seen,
        })
    }
}

/// What people wrote may hold control characters, and so it is no text string.
fn text(r: &mut Reader<'_>, most: usize) -> Result<Zeroizing<String>, CborError> {
    let text = std::str::from_utf8(r.bytes(most)?).map_err(|_| CborError::Text)?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn piece_id(id: ImportId, number: u32) -> Vec<u8> {
    [id.0.as_slice(), &number.to_be_bytes()].concat()
}

fn seal_piece(
    keys: &OfficeKeys,
    id: ImportId,
    number: u32,
    rows: &[Row],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, ImportError> {
    let mut w = Writer::new();
    w.array(2).uint(1).array(rows.len());
    for row in rows {
        w.array(2).uint(row.line.into()).array(row.fields.len());
        for field in &row.fields {
            w.bytes(field.as_bytes());
        }
    }
    let octets = Zeroizing::new(w.into_vec());
    Ok(keys.seal_record(Purpose::ImportRows, &piece_id(id, number), &octets, rng)?)
}

pub(super) fn read_piece(
    keys: &OfficeKeys,
    id: ImportId,
    number: u32,
    sealed: &[u8],
) -> Result<Vec<Row>, ImportError> {
    let octets = keys.open_record(Purpose::ImportRows, &piece_id(id, number), sealed)?;
    let mut r = Reader::new(&octets);
    r.versioned_tuple(2)?;
    let rows = r.list(1, PIECE_ROWS, |r| {
        r.tuple(2)?;
        let line = r.uint_up_to(MAX_ROWS + 1)?;
        let fields = r.list(0, MAX_COLUMNS, |r| text(r, MAX_FIELD))?;
        Ok::<_, CborError>(Row { line, fields })
    })?;
    r.finish()?;
    Ok(rows)
}

/// Reads at most so many octets, and fails beyond them.
struct Bounded<R> {
    source: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(out)?;
        let left = self.left.checked_sub(count);
        self.left = left.ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

impl Office {
    /// Takes a file in: nothing of it is kept but sealed, and nothing where it is refused.
    ///
    /// # Errors
    /// [`ImportError::File`].
    #[expect(clippy::too_many_arguments, reason = "each is another thing")]
    pub fn receive_import(
        &self,
        schema: SchemaId,
        name: &str,
        source: &mut dyn Read,
        most: usize,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<ImportId, ImportError> {
        if name.len() > MAX_NAME || !is_plain(name) {
            return Err(ImportError::File(FileError::Name));
        }
        self.schema(schema)?;
        let id = ImportId::random(rng);
        let source = Bounded { source, left: most };
        // Before the file is looked at: whoever is slow holds no transaction.
        self.store
            .write(|tx| imports::begin(tx, id, schema, actor, now))?;
        let received = self.receive(id, schema, name, source, actor, now, rng);
        if received.is_err() {
            // Where this fails too, the worker forgets it later.
            let _ = self.store.write(|tx| imports::remove(tx, id));
        }
        received.map(|()| id)
    }

    #[expect(clippy::too_many_arguments, reason = "each is another thing")]
    fn receive(
        &self,
        id: ImportId,
        schema: SchemaId,
        name: &str,
        source: impl Read,
        actor: &str,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), ImportError> {
        let mut table = Table::open(source).map_err(ImportError::File)?;
        let heading = table.next().map_err(ImportError::File)?;
        let columns = heading.ok_or(ImportError::File(FileError::Empty))?.fields;
        let mut head = Head {
            name: Zeroizing::new(name.to_owned()),
            seen: vec![Seen::default(); columns.len()],
            columns,
        };
        let (mut count, mut number, mut more) = (0, 0, true);
        while more {
            let (mut rows, mut octets) = (Vec::with_capacity(PIECE_ROWS), 0);
            while rows.len() < PIECE_ROWS && octets < PIECE_OCTETS {
                let Some(row) = table.next().map_err(ImportError::File)? else {
                    more = false;
                    break;
                };
                octets += row.fields.iter().map(|field| field.len()).sum::<usize>();
                let fields = head.seen.iter_mut().zip(&row.fields);
                fields.for_each(|(seen, field)| seen.note(field));
                rows.push(row);
                count += 1;
            }
            if !rows.is_empty() {
                let sealed = seal_piece(&self.keys, id, number, &rows, rng)?;
                self.store
                    .write(|tx| imports::add_piece(tx, id, number, &sealed))?;
                number += 1;
            }
        }
        if count == 0 {
            return Err(ImportError::File(FileError::Empty));
        }
        let mapping = guess(&self.schema(schema)?, &head.columns);
        let mapping =
            serde_json::to_string(&mapping).map_err(|_| crate::store::StoreError::Damaged)?;
        let file = Received {
            head: &head.seal(&self.keys, id, rng)?,
            encoding: table.encoding(),
            delimiter: &char::from(table.delimiter).to_string(),
            mapping: &mapping,
            rows: count,
        };
        self.store.write(|tx| {
            if !imports::received(tx, id, &file)? {
                return Err(ImportError::Unknown);
            }
            let detail = count.to_string();
            Ok(self.note(tx, now, actor, "import.receive", id, &detail)?)
        })
    }
}
