//! A file's text as UTF-8, whatever it was written as. Spreadsheets say nothing of their encoding:
//! a mark at the start tells, else the first octets that are not ASCII do.

use std::io::{self, Read};

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Reads a file as UTF-8. Where it cannot be, reading fails with [`io::ErrorKind::InvalidData`].
pub(crate) struct Decoded<R> {
    source: R,
    raw: Vec<u8>,
    ended: bool,
    started: bool,
    /// What was just decoded is all that can be.
    malformed: bool,
    encoding: Option<&'static Encoding>,
    decoder: Option<encoding_rs::Decoder>,
}

/// More than any character takes, and than the marks at the start.
const LEAST: usize = 8;
const STEP: usize = 16 << 10;

impl<R: Read> Decoded<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            raw: Vec::new(),
            ended: false,
            started: false,
            malformed: false,
            encoding: None,
            decoder: None,
        }
    }

    /// What it is written as, as far as it was read: UTF-8 where all was ASCII.
    pub(crate) fn encoding(&self) -> &'static str {
        self.encoding.unwrap_or(UTF_8).name()
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut step = [0; STEP];
        while !self.ended && self.raw.len() < LEAST {
            let count = self.source.read(&mut step)?;
            self.ended = count == 0;
            self.raw.extend(step.iter().take(count));
        }
        Ok(())
    }

    fn choose(&mut self, encoding: &'static Encoding) {
        self.encoding = Some(encoding);
        self.decoder = Some(encoding.new_decoder_without_bom_handling());
    }

    fn start(&mut self) {
        self.started = true;
        if let Some((encoding, mark)) = Encoding::for_bom(&self.raw) {
            self.raw.drain(..mark);
            self.choose(encoding);
            return;
        }
        // The first characters of a table are ASCII, such as a quotation mark.
        match self.raw.as_slice() {
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => self.choose(UTF_16LE),
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => self.choose(UTF_16BE),
            _ => {}
        }
    }

    /// While all is ASCII the encoding is open; the first character that is not decides.
    fn pass_ascii(&mut self, out: &mut [u8]) -> usize {
        let ascii = Encoding::ascii_valid_up_to(&self.raw);
        if ascii == 0 && !self.raw.is_empty() {
            let utf8 = match std::str::from_utf8(&self.raw) {
                Ok(_) => true,
                // Cut off where the octets at hand end; there are enough for one character.
                Err(error) => {
                    error.valid_up_to() > 0 || (error.error_len().is_none() && !self.ended)
                }
            };
            self.choose(if utf8 { UTF_8 } else { WINDOWS_1252 });
            return 0;
        }
        let count = ascii.min(out.len());
        let passed = self.raw.drain(..count);
        out.iter_mut().zip(passed).for_each(|(to, from)| *to = from);
        count
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if self.malformed {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.fill()?;
            if !self.started {
                self.start();
            }
            if self.raw.is_empty() && self.ended {
                return Ok(0);
            }
            let Some(decoder) = &mut self.decoder else {
                match self.pass_ascii(out) {
                    0 => continue,
                    count => return Ok(count),
                }
            };
            let last = self.ended;
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(&self.raw, out, last);
            self.raw.drain(..read);
            self.malformed = matches!(result, DecoderResult::Malformed(..));
            if written > 0 {
                return Ok(written);
            }
            match result {
                DecoderResult::InputEmpty if last => return Ok(0),
                // What is left is the beginning of a character: read on.
                DecoderResult::InputEmpty | DecoderResult::Malformed(..) => {}
                DecoderResult::OutputFull => {
                    return Err(io::Error::other("a buffer of less than one character"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives one octet at a time: every character is cut somewhere.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(out.len()).min(1);
            let (now, later) = self.0.split_at(count);
            out[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    fn decode(octets: &[u8]) -> io::Result<(String, &'static str)> {
        let read = |source: &mut dyn Read| -> io::Result<(String, &'static str)> {
            let (mut text, mut piece) = (Vec::new(), [0; 7]);
            let mut decoded = Decoded::new(source);
            loop {
                match decoded.read(&mut piece)? {
                    0 => break,
                    count => text.extend(&piece[..count]),
                }
            }
            Ok((String::from_utf8(text).unwrap(), decoded.encoding()))
        };
        let whole = read(&mut &*octets);
        let slow = read(&mut Slow(octets));
        assert_eq!(whole.as_ref().ok(), slow.as_ref().ok());
        whole
    }

    #[test]
    fn every_encoding_of_spreadsheets_is_read_with_and_without_a_mark() {
        let text = "naam;geboren\r\nZoë Łukasz €;1990-05-31\r\n";
        let utf16 = |swap: bool| -> Vec<u8> {
            let pair = |unit: u16| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            };
            text.encode_utf16().flat_map(pair).collect()
        };
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for (octets, encoding) in [
            (text.as_bytes().to_vec(), "UTF-8"),
            (marked(b"\xef\xbb\xbf", text.as_bytes()), "UTF-8"),
            (utf16(false), "UTF-16LE"),
            (marked(b"\xff\xfe", &utf16(false)), "UTF-16LE"),
            (utf16(true), "UTF-16BE"),
            (marked(b"\xfe\xff", &utf16(true)), "UTF-16BE"),
        ] {
            assert_eq!(decode(&octets).unwrap(), (text.to_owned(), encoding));
        }
        let latin = b"naam\nZo\xeb \x80\n";
        assert_eq!(
            decode(latin).unwrap(),
            ("naam\nZoë €\n".to_owned(), "windows-1252")
        );
        // However late the first letter that is not ASCII comes.
        let late = [&b"x".repeat(100_000), latin.as_slice()].concat();
        assert!(decode(&late).unwrap().0.ends_with("Zoë €\n"));
        assert_eq!(decode(b"").unwrap(), (String::new(), "UTF-8"));
    }

    #[test]
    fn what_is_two_encodings_at_once_is_refused() {
        for octets in [
            "Zoë ".as_bytes().iter().chain(b"\xeb\n").copied().collect(),
            b"\xef\xbb\xbfZo\xeb\n".to_vec(),
            // Half a surrogate pair, and half a unit.
            b"\xff\xfea\0\x00\xd8b\0".to_vec(),
            b"\xff\xfea\0b".to_vec(),
        ] as [Vec<u8>; 4]
        {
            let error = decode(&octets).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        }
    }
}
