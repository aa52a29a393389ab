//! The rows of a CSV file, one at a time, each bounded before anything is kept of it.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, ReaderBuilder};
use zeroize::Zeroizing;

use super::FileError;
use super::text::Decoded;

/// Most columns.
pub const MAX_COLUMNS: usize = 256;
/// Most octets of a field.
pub const MAX_FIELD: usize = 4096;
/// Most rows, without the heading.
pub const MAX_ROWS: u32 = 1_000_000;
/// Most octets of the heading, by which the delimiter is found.
const MAX_HEADING: usize = 64 << 10;

/// A row: its number in the file, with the heading as the first, and its fields.
pub(crate) struct Row {
    pub(crate) line: u32,
    pub(crate) fields: Vec<Zeroizing<String>>,
}

/// A CSV file that is being read.
pub(crate) struct Table<R> {
    text: Decoded<R>,
    parser: csv_core::Reader,
    pub(crate) delimiter: u8,
    /// What was read of the text and not yet taken apart.
    ahead: Zeroizing<Vec<u8>>,
    used: usize,
    ended: bool,
    record: Zeroizing<Vec<u8>>,
    line: u32,
}

fn failed(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::InvalidData => FileError::Encoding,
        io::ErrorKind::FileTooLarge => FileError::TooLarge,
        _ => FileError::Broken,
    }
}

impl<R: Read> Table<R> {
    pub(crate) fn open(source: R) -> Result<Self, FileError> {
        let mut table = Self {
            text: Decoded::new(source),
            parser: csv_core::Reader::new(),
            delimiter: b',',
            ahead: Zeroizing::new(Vec::new()),
            used: 0,
            ended: false,
            record: Zeroizing::new(vec![0; MAX_COLUMNS * MAX_FIELD]),
            line: 0,
        };
        while !table.ended && heading(&table.ahead).is_none() && table.ahead.len() < MAX_HEADING {
            table.read_on()?;
        }
        let heading = heading(&table.ahead).unwrap_or(&table.ahead);
        table.delimiter = delimiter(heading);
        table.parser = ReaderBuilder::new().delimiter(table.delimiter).build();
        Ok(table)
    }

    pub(crate) fn encoding(&self) -> &'static str {
        self.text.encoding()
    }

    fn read_on(&mut self) -> Result<(), FileError> {
        self.ahead.drain(..self.used);
        self.used = 0;
        let mut step = Zeroizing::new([0; 8192]);
        let count = self.text.read(&mut *step).map_err(|e| failed(&e))?;
        self.ahead.extend(step.iter().take(count));
        self.ended = count == 0;
        Ok(())
    }

    /// The next row, or nothing at the end. Rows of nothing but blanks are left out.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, FileError> {
        loop {
            let Some(row) = self.next_record()? else {
                return Ok(None);
            };
            // The heading is a row too.
            if row.line > MAX_ROWS + 1 {
                return Err(FileError::Rows);
            }
            if row.fields.iter().any(|field| !field.trim().is_empty()) {
                return Ok(Some(row));
            }
        }
    }

    fn next_record(&mut self) -> Result<Option<Row>, FileError> {
        let (mut written, mut ends, mut count) = (0, [0; MAX_COLUMNS], 0);
        let line = self.line + 1;
        loop {
            let input = self.ahead.get(self.used..).unwrap_or_default();
            if input.is_empty() && !self.ended {
                self.read_on()?;
                continue;
            }
            let (result, read, wrote, ended) = self.parser.read_record(
                input,
                self.record.get_mut(written..).unwrap_or_default(),
                ends.get_mut(count..).unwrap_or_default(),
            );
            self.used += read;
            written += wrote;
            count += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => return Err(FileError::Field(line)),
                ReadRecordResult::OutputEndsFull => return Err(FileError::Columns(line)),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        self.line = line;
        let (mut fields, mut start) = (Vec::with_capacity(count), 0);
        for end in ends.into_iter().take(count) {
            let field = self.record.get(start..end).unwrap_or_default();
            if field.len() > MAX_FIELD {
                return Err(FileError::Field(line));
            }
            let field = std::str::from_utf8(field).map_err(|_| FileError::Encoding)?;
            fields.push(Zeroizing::new(field.to_owned()));
            start = end;
        }
        Ok(Some(Row { line, fields }))
    }
}

/// The first line, without what follows the line's end.
fn heading(text: &[u8]) -> Option<&[u8]> {
    let mut quoted = false;
    let end = text.iter().position(|octet| {
        quoted ^= *octet == b'"';
        !quoted && matches!(octet, b'\n' | b'\r')
    });
    text.get(..end?).filter(|line| !line.is_empty())
}

/// Which of the usual delimiters occurs most often outside quotation marks.
fn delimiter(heading: &[u8]) -> u8 {
    let outside = heading.split(|octet| *octet == b'"').step_by(2).flatten();
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for octet in outside {
        for (delimiter, count) in &mut counts {
            *count += u32::from(octet == delimiter);
        }
    }
    let [first, ..] = counts;
    let most = |a: (u8, u32), b: (u8, u32)| if b.1 > a.1 { b } else { a };
    counts.into_iter().fold(first, most).0
}

/// A field of a CSV file that people open in a spreadsheet: quoted, and never a formula.
pub(crate) fn written(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
        let mut table = Table::open(text)?;
        let mut rows = Vec::new();
        while let Some(row) = table.next()? {
            let fields = row.fields.iter().map(|field| field.to_string()).collect();
            rows.push((row.line, fields));
        }
        Ok(rows)
    }

    #[test]
    fn delimiters_quotes_and_line_ends_of_spreadsheets_are_read() {
        let expected = [
            (1, vec!["a".to_owned(), "b;c".to_owned(), String::new()]),
            (
                2,
                vec!["1".to_owned(), "x\"y\nz".to_owned(), "=2".to_owned()],
            ),
        ];
        for (delimiter, end) in [(",", "\n"), (";", "\r\n"), ("\t", "\r")] {
            let text = format!("a,\"b;c\",{end}1,\"x\"\"y\nz\",=2{end}").replace(',', delimiter);
            assert_eq!(read(text.as_bytes()).unwrap(), expected, "{delimiter:?}");
        }
        // Without an end of the last line, and with lines of nothing.
        assert_eq!(
            read(b"a;b\n;;\n\n1;2").unwrap().last().unwrap(),
            &(3, vec!["1".to_owned(), "2".to_owned()])
        );
        assert_eq!(read(b"").unwrap(), []);
        assert_eq!(read(b"\n\n").unwrap(), []);
    }

    #[test]
    fn what_is_too_large_is_refused_where_it_stands() {
        let field = |length: usize| format!("a,b\n1,\"{}\"\n", "x".repeat(length));
        assert!(read(field(MAX_FIELD).as_bytes()).is_ok());
        let too_long = read(field(MAX_FIELD + 1).as_bytes());
        assert_eq!(too_long.err(), Some(FileError::Field(2)));
        // A quotation mark that nothing closes, with much after it.
        let open = format!("a,b\n1,\"{}", "x\n".repeat(2 << 20));
        assert_eq!(read(open.as_bytes()).err(), Some(FileError::Field(2)));
        let columns = |count: usize| format!("{}\n", vec!["x"; count].join(","));
        assert!(read(columns(MAX_COLUMNS).as_bytes()).is_ok());
        let wide = read(columns(MAX_COLUMNS + 1).as_bytes());
        assert_eq!(wide.err(), Some(FileError::Columns(1)));
        let most = usize::try_from(MAX_ROWS).unwrap();
        assert!(read("1\n".repeat(most + 1).as_bytes()).is_ok());
        let long = read("1\n".repeat(most + 2).as_bytes());
        assert_eq!(long.err(), Some(FileError::Rows));
    }

    #[test]
    fn what_is_written_is_no_formula() {
        for (text, expected) in [
            ("=1+2", "\"'=1+2\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@a", "\"'@a\""),
            ("\t=1", "\"'\t=1\""),
            ("a\"b", "\"a\"\"b\""),
        ] {
            assert_eq!(written(text), expected);
        }
    }
}
