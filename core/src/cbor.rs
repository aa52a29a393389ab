//! Strict deterministic CBOR (RFC 8949 section 4.2.1): the reader accepts exactly what the writer
//! would write. Integers are unsigned and shortest, lengths definite, map keys small ascending
//! integers, and nothing may follow. Every length is checked against a bound that the caller
//! names and against the octets that are there before anything is taken. spec:GL-2-CBOR

use thiserror::Error;

/// Why octets are not the document they should be. It never quotes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CborError {
    /// The input ends inside an item.
    #[error("the document is cut short")]
    Truncated,
    /// Octets follow the document.
    #[error("something follows the document")]
    Trailing,
    /// Another kind of item stands where one was expected.
    #[error("an item of another kind was expected")]
    Kind,
    /// A longer form of a number or length than necessary, or an indefinite length.
    #[error("the encoding is not the shortest")]
    NotShortest,
    /// Keys out of order, repeated, missing or unknown.
    #[error("the map keys are not those expected, in ascending order")]
    Keys,
    /// A length, count or number beyond its bound.
    #[error("a length, count or number is beyond its bound")]
    Bound,
    /// Text that is not UTF-8, or holds a character that could forge or hide what a screen shows.
    #[error("text is not UTF-8, or holds control characters")]
    Text,
}

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;

/// Writes deterministic CBOR. Map keys are the caller's to write in ascending order.
#[derive(Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty document.
    pub fn new() -> Self {
        Self::default()
    }

    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let major = major << 5;
        let octets = value.to_be_bytes();
        let [.., a, b, c, d, e, f, g, h] = octets;
        match value {
            0..24 => self.0.push(major | h),
            24..0x100 => self.0.extend([major | 24, h]),
            0x100..0x1_0000 => self.0.extend([major | 25, g, h]),
            0x1_0000..0x1_0000_0000 => self.0.extend([major | 26, e, f, g, h]),
            _ => self.0.extend([major | 27, a, b, c, d, e, f, g, h]),
        }
        self
    }

    /// An unsigned integer; also a map's key.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.head(UINT, value)
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(BYTES, value.len() as u64).raw(value)
    }

    /// A text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.head(TEXT, value.len() as u64).raw(value.as_bytes())
    }

    /// The head of an array.
    pub fn array(&mut self, items: usize) -> &mut Self {
        self.head(ARRAY, items as u64)
    }

    /// The head of a map.
    pub fn map(&mut self, entries: usize) -> &mut Self {
        self.head(MAP, entries as u64)
    }

    /// A boolean.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.raw(&[if value { TRUE } else { FALSE }])
    }

    /// Octets that are a well-formed item already.
    pub fn raw(&mut self, item: &[u8]) -> &mut Self {
        self.0.extend_from_slice(item);
        self
    }

    /// The document.
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

/// Reads deterministic CBOR.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first octet.
    pub fn new(octets: &'a [u8]) -> Self {
        Self(octets)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], CborError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(CborError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    fn head(&mut self, major: u8) -> Result<u64, CborError> {
        let first = *self.take(1)?.first().ok_or(CborError::Truncated)?;
        if first >> 5 != major {
            return Err(CborError::Kind);
        }
        let (octets, least) = match first & 31 {
            small @ 0..24 => return Ok(small.into()),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(CborError::NotShortest),
        };
        let value = self
            .take(octets)?
            .iter()
            .fold(0u64, |n, o| n << 8 | u64::from(*o));
        if value < least {
            Err(CborError::NotShortest)
        } else {
            Ok(value)
        }
    }

    fn count(&mut self, major: u8, max: usize) -> Result<usize, CborError> {
        usize::try_from(self.head(major)?)
            .ok()
            .filter(|n| *n <= max)
            .ok_or(CborError::Bound)
    }

    /// An unsigned integer.
    ///
    /// # Errors
    /// As all reading functions: the [`CborError`] that fits.
    pub fn uint(&mut self) -> Result<u64, CborError> {
        self.head(UINT)
    }

    /// Whether what comes next is an unsigned integer, where a format allows something else there.
    pub fn at_uint(&self) -> bool {
        self.0.first().is_some_and(|octet| octet >> 5 == UINT)
    }

    /// An unsigned integer of at most `max`.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn uint_up_to(&mut self, max: u32) -> Result<u32, CborError> {
        u32::try_from(self.uint()?)
            .ok()
            .filter(|n| *n <= max)
            .ok_or(CborError::Bound)
    }

    /// A position below `end`.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn index(&mut self, end: usize) -> Result<usize, CborError> {
        usize::try_from(self.uint()?)
            .ok()
            .filter(|n| *n < end)
            .ok_or(CborError::Bound)
    }

    /// A byte string of at most `max` octets.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn bytes(&mut self, max: usize) -> Result<&'a [u8], CborError> {
        let length = self.count(BYTES, max)?;
        self.take(length)
    }

    /// A byte string of exactly `N` octets.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn array_of<const N: usize>(&mut self) -> Result<[u8; N], CborError> {
        self.bytes(N)?.try_into().map_err(|_| CborError::Bound)
    }

    /// A text string of at most `max` octets.
    ///
    /// # Errors
    /// [`CborError::Text`] and those of [`Reader::bytes`].
    pub fn text(&mut self, max: usize) -> Result<&'a str, CborError> {
        let length = self.count(TEXT, max)?;
        core::str::from_utf8(self.take(length)?)
            .ok()
            .filter(|text| is_plain(text))
            .ok_or(CborError::Text)
    }

    /// The head of an array of at most `max` items.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn array(&mut self, max: usize) -> Result<usize, CborError> {
        self.count(ARRAY, max)
    }

    /// The head of an array of exactly `items` items.
    ///
    /// # Errors
    /// As [`Reader::array`].
    pub fn tuple(&mut self, items: usize) -> Result<(), CborError> {
        if self.array(items)? == items {
            Ok(())
        } else {
            Err(CborError::Bound)
        }
    }

    /// An array of `min` to `max` items, each read by `item`.
    ///
    /// # Errors
    /// [`CborError::Bound`], and those of `item`.
    pub fn list<T, E: From<CborError>>(
        &mut self,
        min: usize,
        max: usize,
        mut item: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let count = self.array(max)?;
        if count < min {
            return Err(CborError::Bound.into());
        }
        (0..count).map(|_| item(self)).collect()
    }

    /// The head of a map of exactly `entries` entries, whose keys are then read with
    /// [`Reader::key`].
    ///
    /// # Errors
    /// [`CborError::Keys`] for another count.
    pub fn map(&mut self, entries: usize) -> Result<(), CborError> {
        if self.head(MAP)? == entries as u64 {
            Ok(())
        } else {
            Err(CborError::Keys)
        }
    }

    /// The head of a map of at most `max` entries.
    ///
    /// # Errors
    /// [`CborError::Bound`] and those of [`Reader::uint`].
    pub fn map_up_to(&mut self, max: usize) -> Result<usize, CborError> {
        self.count(MAP, max)
    }

    /// The head of a document that is a map of exactly this many entries, the first of which says
    /// under key 1 that it is of version 1.
    ///
    /// # Errors
    /// [`CborError::Bound`] for another version, and those of [`Reader::map`] and [`Reader::key`].
    pub fn versioned_map(&mut self, entries: usize) -> Result<(), CborError> {
        self.map(entries)?;
        self.key(1)?.version()
    }

    /// The head of such a document whose last entry may be missing: whether it is there.
    ///
    /// # Errors
    /// Those of [`Reader::versioned_map`].
    pub fn versioned_map_with_last(&mut self, entries: usize) -> Result<bool, CborError> {
        let (there, most) = (self.head(MAP)?, entries as u64);
        if there != most && there != most - 1 {
            return Err(CborError::Keys);
        }
        self.key(1)?.version()?;
        Ok(there == most)
    }

    /// The head of a document that is an array of exactly this many items, the first of which says
    /// that it is of version 1.
    ///
    /// # Errors
    /// [`CborError::Bound`] for another version, and those of [`Reader::tuple`].
    pub fn versioned_tuple(&mut self, items: usize) -> Result<(), CborError> {
        self.tuple(items)?;
        self.version()
    }

    /// The number of a document's version, which must be 1.
    ///
    /// # Errors
    /// [`CborError::Bound`] for another version, and those of [`Reader::uint`].
    pub fn version(&mut self) -> Result<(), CborError> {
        if self.uint()? == 1 {
            Ok(())
        } else {
            Err(CborError::Bound)
        }
    }

    /// A map's next key, which must be this one.
    ///
    /// # Errors
    /// [`CborError::Keys`] for any other.
    pub fn key(&mut self, key: u64) -> Result<&mut Self, CborError> {
        if self.head(UINT)? == key {
            Ok(self)
        } else {
            Err(CborError::Keys)
        }
    }

    /// A boolean.
    ///
    /// # Errors
    /// [`CborError::Kind`] for anything else.
    pub fn bool(&mut self) -> Result<bool, CborError> {
        match self.take(1)? {
            [FALSE] => Ok(false),
            [TRUE] => Ok(true),
            _ => Err(CborError::Kind),
        }
    }

    /// A map from language tag to text, ascending by the keys' encoding: `{ + lang => tstr }`.
    ///
    /// # Errors
    /// [`CborError::Keys`] out of order, [`CborError::Bound`] when empty or too large.
    pub fn texts(&mut self) -> Result<Texts, CborError> {
        let count = self.map_up_to(Texts::MAX)?;
        let mut entries: Vec<(String, String)> = Vec::new();
        for _ in 0..count {
            let language = self.text(Texts::MAX_TAG)?;
            let text = self.text(Texts::MAX_TEXT)?;
            let after = |last: &(String, String)| {
                (last.0.len(), last.0.as_str()) < (language.len(), language)
            };
            if language.is_empty() || !entries.last().is_none_or(after) {
                return Err(CborError::Keys);
            }
            entries.push((language.to_owned(), text.to_owned()));
        }
        if entries.is_empty() {
            Err(CborError::Bound)
        } else {
            Ok(Texts(entries))
        }
    }

    /// Ends the document.
    ///
    /// # Errors
    /// [`CborError::Trailing`] when octets are left.
    pub fn finish(self) -> Result<(), CborError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(CborError::Trailing)
        }
    }
}

/// Whether text can stand on a screen beside other text: no control characters, no line or
/// paragraph separators, none that change the direction of what follows, none that nobody sees.
/// spec:GL-2-CBOR
pub fn is_plain(text: &str) -> bool {
    let active = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            || matches!(
                c,
                '\u{200b}'
                    | '\u{2060}'
                    | '\u{feff}'
                    | '\u{115f}'
                    | '\u{1160}'
                    | '\u{3164}'
                    | '\u{ffa0}'
            )
    };
    !text.contains(active)
}

/// One text in several languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts(Vec<(String, String)>);

impl Texts {
    /// Most languages.
    pub const MAX: usize = 16;
    /// Most octets of a language's tag.
    pub const MAX_TAG: usize = 16;
    /// Most octets of a text.
    pub const MAX_TEXT: usize = 200;

    /// Sorts the entries as the encoding wants them; the first mention of a language counts.
    pub fn new(entries: &[(&str, &str)]) -> Self {
        let mut entries: Vec<_> = entries
            .iter()
            .map(|(l, t)| ((*l).to_owned(), (*t).to_owned()))
            .collect();
        entries.sort_by(|a, b| (a.0.len(), &a.0).cmp(&(b.0.len(), &b.0)));
        entries.dedup_by(|a, b| a.0 == b.0);
        Self(entries)
    }

    /// The text in `language`, else in English, else in the first there is.
    pub fn get(&self, language: &str) -> &str {
        let find = |tag: &str| self.0.iter().find(|e| e.0 == tag);
        find(language)
            .or_else(|| find("en"))
            .or(self.0.first())
            .map_or("", |e| &e.1)
    }

    /// Every language with its text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, text)| (&**language, &**text))
    }

    /// Whether this is the text in one of the languages.
    pub fn any(&self, text: &str) -> bool {
        self.0.iter().any(|e| e.1 == text)
    }

    /// Writes the map.
    pub fn write(&self, writer: &mut Writer) {
        writer.map(self.0.len());
        for (language, text) in &self.0 {
            writer.text(language).text(text);
        }
    }
}

#[cfg(test)]
mod tests;
