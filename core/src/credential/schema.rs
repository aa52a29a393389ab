//! Schemas: which attributes a credential has, of which type, under which names. A schema is
//! addressed by the hash of its octets, so it cannot change under a credential. spec:GL-3-SCHEMA

use zeroize::Zeroizing;

use crate::bbs::Interface;
use crate::cbor::{CborError, Reader, Texts, Writer, is_plain};
use crate::curve::Scalar;
use crate::ids::{EpochDay, SchemaId, UnixTime};
use crate::predicate::{VALUE_BITS, dates::AttributeDate};

/// Most attributes of a schema.
pub const MAX_ATTRIBUTES: usize = 32;
/// Most octets of a text or byte string.
pub const MAX_OCTETS: u32 = 256;
/// Most octets of a photo.
pub const MAX_PHOTO: u32 = 4096;
/// How every JPEG begins.
const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
/// Most codes of an enumeration.
pub const MAX_CODES: usize = 256;
/// The largest code of an enumeration.
pub const MAX_CODE: u32 = 0xffff;
/// Most days between renewals.
pub const MAX_EPOCH_DAYS: u32 = 3660;

/// The type of an attribute, which fixes how its value becomes a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// Text of at most this many octets.
    Text(u16),
    /// Exactly this many octets.
    Bytes(u16),
    /// Days since 1900-01-01.
    Date,
    /// A number below 2^20.
    Count,
    /// One of these codes, ascending, each with its names.
    Enumeration(Vec<(u32, Texts)>),
    /// A photo of the holder: a JPEG of at most this many octets, at most one in a schema.
    Photo(u16),
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// A short code: lower-case letters, digits, underscore.
    pub code: String,
    /// The type.
    pub kind: AttributeType,
    /// Display names.
    pub names: Texts,
}

impl Attribute {
    /// Whether this is the date of birth, of which a cutoff is an age: a date with this code.
    pub fn is_birth_date(&self) -> bool {
        matches!(self.kind, AttributeType::Date) && self.code == "birth_date"
    }
}

/// A schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// A short code.
    pub code: String,
    /// Display names.
    pub names: Texts,
    /// Attributes in signed order.
    pub attributes: Vec<Attribute>,
    /// Days between renewals.
    pub epoch_days: u32,
}

/// A schema or value that is not acceptable. It never quotes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The encoding is wrong.
    #[error("the document is not well-formed: {0}")]
    Encoding(#[from] CborError),
    /// A code that is empty, too long, repeated or of other characters.
    #[error("a code must be 1 to 32 lower-case letters, digits or underscores, and used once")]
    Code,
    /// The value at this position does not fit its attribute's type.
    #[error("the value of attribute {0} does not fit its type")]
    Value(usize),
    /// More or fewer values than attributes.
    #[error("the number of values is not the number of attributes")]
    Count,
}

/// Whether a schema or attribute may have this code.
pub fn is_code(code: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    (1..=32).contains(&code.len()) && code.bytes().all(fits)
}

fn check_code(code: &str) -> Result<(), SchemaError> {
    if is_code(code) {
        Ok(())
    } else {
        Err(SchemaError::Code)
    }
}

impl Schema {
    /// The schema document's octets.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(5).uint(1).uint(1).uint(2).text(&self.code).uint(3);
        self.names.write(&mut w);
        w.uint(4).array(self.attributes.len());
        for attribute in &self.attributes {
            w.map(3).uint(1).text(&attribute.code).uint(2);
            match &attribute.kind {
                AttributeType::Text(max) => w.array(2).uint(0).uint((*max).into()),
                AttributeType::Bytes(length) => w.array(2).uint(1).uint((*length).into()),
                AttributeType::Photo(max) => w.array(2).uint(5).uint((*max).into()),
                AttributeType::Date => w.array(1).uint(2),
                AttributeType::Count => w.array(1).uint(3),
                AttributeType::Enumeration(codes) => {
                    w.array(2).uint(4).array(codes.len());
                    for (code, names) in codes {
                        w.array(2).uint((*code).into());
                        names.write(&mut w);
                    }
                    &mut w
                }
            };
            w.uint(3);
            attribute.names.write(&mut w);
        }
        w.uint(5).uint(self.epoch_days.into());
        w.into_vec()
    }

    /// Reads and checks a schema document.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, SchemaError> {
        let mut r = Reader::new(octets);
        r.versioned_map(5)?;
        let code = r.key(2)?.text(32)?.to_owned();
        let names = r.key(3)?.texts()?;
        let attributes = r.key(4)?.list(1, MAX_ATTRIBUTES, read_attribute)?;
        let epoch_days = r.key(5)?.uint_up_to(MAX_EPOCH_DAYS)?;
        r.finish()?;
        let schema = Self {
            code,
            names,
            attributes,
            epoch_days,
        };
        schema.check_codes()?;
        Ok(schema)
    }

    /// Checks a schema that was made here: others must be able to read it.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn check(&self) -> Result<(), SchemaError> {
        Self::from_octets(&self.to_octets()).map(drop)
    }

    fn check_codes(&self) -> Result<(), SchemaError> {
        check_code(&self.code)?;
        for (i, attribute) in self.attributes.iter().enumerate() {
            check_code(&attribute.code)?;
            if self
                .attributes
                .iter()
                .take(i)
                .any(|a| a.code == attribute.code)
            {
                return Err(SchemaError::Code);
            }
        }
        let photo = |a: &&Attribute| matches!(a.kind, AttributeType::Photo(_));
        let photos = self.attributes.iter().filter(photo).count();
        if self.epoch_days == 0 || self.attributes.is_empty() || photos > 1 {
            return Err(CborError::Bound.into());
        }
        Ok(())
    }

    /// The schema's id.
    pub fn id(&self) -> SchemaId {
        SchemaId::of(&self.to_octets())
    }

    /// The epoch that a moment falls in: its first day. Every presentation shows its credential's
    /// epoch, so whoever was issued or renewed in the same epoch must show the same day.
    pub fn epoch_of(&self, now: UnixTime) -> EpochDay {
        let day = now.epoch_day().0;
        EpochDay(day - day.checked_rem(self.epoch_days).unwrap_or(0))
    }

    /// Whether a day is the first of an epoch.
    pub fn is_epoch(&self, day: EpochDay) -> bool {
        day.0.checked_rem(self.epoch_days) == Some(0)
    }

    /// Whether an epoch is that of a moment or the one before, give or take a day for clocks. An
    /// issuer with more to choose from could mark a holder by it; one from the future would keep
    /// her from every later renewal.
    pub fn is_recent(&self, epoch: EpochDay, now: UnixTime) -> bool {
        let oldest = self.epoch_of(now).0.saturating_sub(self.epoch_days);
        self.is_epoch(epoch) && epoch.0 >= oldest && !self.is_future(epoch, now)
    }

    /// Whether an epoch lies in the future, by more than a day for clocks.
    pub fn is_future(&self, epoch: EpochDay, now: UnixTime) -> bool {
        epoch > self.epoch_of(UnixTime(now.0.saturating_add(86_400)))
    }

    /// The position of an attribute.
    pub fn position(&self, code: &str) -> Option<usize> {
        self.attributes.iter().position(|a| a.code == code)
    }

    /// Checks a full set of values.
    ///
    /// # Errors
    /// [`SchemaError::Count`], [`SchemaError::Value`].
    pub fn check_values(&self, values: &[Value]) -> Result<(), SchemaError> {
        if values.len() != self.attributes.len() {
            return Err(SchemaError::Count);
        }
        let misfit = self
            .attributes
            .iter()
            .zip(values)
            .position(|(a, v)| !v.fits(&a.kind));
        misfit.map_or(Ok(()), |i| Err(SchemaError::Value(i)))
    }
}

fn read_attribute(r: &mut Reader<'_>) -> Result<Attribute, SchemaError> {
    r.map(3)?;
    let code = r.key(1)?.text(32)?.to_owned();
    let items = r.key(2)?.array(2)?;
    let kind = match (r.uint()?, items) {
        (0, 2) => AttributeType::Text(bounded(r.uint_up_to(MAX_OCTETS)?)),
        (1, 2) => AttributeType::Bytes(bounded(r.uint_up_to(MAX_OCTETS)?)),
        (2, 1) => AttributeType::Date,
        (3, 1) => AttributeType::Count,
        (4, 2) => {
            let codes = r.list(1, MAX_CODES, |r| {
                r.tuple(2)?;
                Ok::<_, CborError>((r.uint_up_to(MAX_CODE)?, r.texts()?))
            })?;
            if !codes.is_sorted_by(|a, b| a.0 < b.0) {
                return Err(CborError::Keys.into());
            }
            AttributeType::Enumeration(codes)
        }
        (5, 2) => {
            let max = bounded(r.uint_up_to(MAX_PHOTO)?);
            if usize::from(max) < JPEG.len() {
                return Err(CborError::Bound.into());
            }
            AttributeType::Photo(max)
        }
        _ => return Err(CborError::Kind.into()),
    };
    Ok(Attribute {
        code,
        kind,
        names: r.key(3)?.texts()?,
    })
}

fn bounded(value: u32) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}

/// An attribute's value. Personal: wiped on drop, and without `Debug`.
#[derive(Clone)]
pub enum Value {
    /// A date, count or code.
    Integer(u32),
    /// Text.
    Text(Zeroizing<String>),
    /// Octets.
    Bytes(Zeroizing<Vec<u8>>),
}

impl Value {
    /// A text value.
    pub fn text(text: &str) -> Self {
        Self::Text(Zeroizing::new(text.to_owned()))
    }

    /// A byte string.
    pub fn bytes(octets: &[u8]) -> Self {
        Self::Bytes(Zeroizing::new(octets.to_vec()))
    }

    /// A date.
    pub fn date(date: AttributeDate) -> Self {
        Self::Integer(date.days())
    }

    /// Whether it is of this type and in its range.
    pub fn fits(&self, kind: &AttributeType) -> bool {
        match (self, kind) {
            (Self::Integer(n), AttributeType::Date) => *n < AttributeDate::END,
            (Self::Integer(n), AttributeType::Count) => *n < 1 << VALUE_BITS,
            (Self::Integer(n), AttributeType::Enumeration(codes)) => {
                codes.binary_search_by_key(n, |c| c.0).is_ok()
            }
            (Self::Text(t), AttributeType::Text(max)) => {
                t.len() <= usize::from(*max) && is_plain(t)
            }
            (Self::Bytes(b), AttributeType::Bytes(length)) => b.len() == usize::from(*length),
            (Self::Bytes(b), AttributeType::Photo(max)) => {
                b.len() <= usize::from(*max) && b.starts_with(JPEG)
            }
            _ => false,
        }
    }

    /// The integer, where it is one.
    pub fn as_integer(&self) -> Option<u32> {
        if let Self::Integer(n) = self {
            Some(*n)
        } else {
            None
        }
    }

    /// The JPEG, where it is of a type that is a photo.
    pub fn photo(&self, kind: &AttributeType) -> Option<&[u8]> {
        match (self, kind) {
            (Self::Bytes(jpeg), AttributeType::Photo(_)) => Some(jpeg),
            _ => None,
        }
    }

    /// Writes the value.
    pub fn write(&self, w: &mut Writer) {
        match self {
            Self::Integer(n) => w.uint((*n).into()),
            Self::Text(t) => w.text(t),
            Self::Bytes(b) => w.bytes(b),
        };
    }

    /// Reads a value of this type.
    ///
    /// # Errors
    /// [`CborError`]; [`CborError::Bound`] outside the type's range.
    pub fn read(r: &mut Reader<'_>, kind: &AttributeType) -> Result<Self, CborError> {
        let value = match kind {
            AttributeType::Text(max) => Self::text(r.text((*max).into())?),
            AttributeType::Bytes(most) | AttributeType::Photo(most) => {
                Self::bytes(r.bytes((*most).into())?)
            }
            _ => Self::Integer(r.uint_up_to((1 << VALUE_BITS) - 1)?),
        };
        if value.fits(kind) {
            Ok(value)
        } else {
            Err(CborError::Bound)
        }
    }

    /// The scalar that is signed: an integer is itself, everything else is hashed. spec:GL-3-INTERFACE
    pub fn to_scalar(&self, interface: &Interface) -> Scalar {
        if let Self::Integer(n) = self {
            return Scalar::from(*n);
        }
        let mut w = Writer::new();
        self.write(&mut w);
        interface.message_to_scalar(&Zeroizing::new(w.into_vec()))
    }

    /// The value in words, for the person it belongs to or was shown to. Of a photo, how large it is.
    pub fn display(&self, kind: &AttributeType, language: &str) -> String {
        match (self, kind) {
            (Self::Integer(n), AttributeType::Date) => AttributeDate::from_days(*n)
                .map(|d| d.to_string())
                .unwrap_or_default(),
            (Self::Integer(n), AttributeType::Enumeration(codes)) => codes
                .iter()
                .find(|c| c.0 == *n)
                .map_or_else(|| n.to_string(), |c| c.1.get(language).to_owned()),
            (Self::Integer(n), _) => n.to_string(),
            (Self::Text(t), _) => t.to_string(),
            (Self::Bytes(b), AttributeType::Photo(_)) => match (b.len() / 1000, b.len() % 1000) {
                (0, octets) => format!("photo, {octets} octets"),
                (thousands, rest) => format!("photo, {thousands},{rest:03} octets"),
            },
            (Self::Bytes(b), _) => b.iter().map(|octet| format!("{octet:02x}")).collect(),
        }
    }
}
