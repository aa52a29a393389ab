//! What a verifier may ask, by purpose and schema. spec:GL-7-LIST

use crate::cbor::{CborError, Reader, Writer};
use crate::credential::MAX_ATTRIBUTES;
use crate::ids::SchemaId;
use crate::presentation::{Predicate, Query};

const MAX_PURPOSE: usize = 32;
const MAX_PROVABLE: usize = 64;
/// Predicate kinds 0 to 3: at most, at least, one of, equal.
const MAX_PREDICATE_KIND: u32 = 3;

/// A predicate that a verifier may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Provable {
    /// The predicate's kind: 0 at most, 1 at least, 2 one of, 3 equal.
    pub kind: u32,
    /// The attribute's position in the schema.
    pub attribute: usize,
}

/// What a verifier may ask for one purpose of credentials of one schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The purpose's code, 1 to 32 octets.
    pub purpose: String,
    /// The schema.
    pub schema: SchemaId,
    /// Attributes that it may see, ascending.
    pub disclose: Vec<usize>,
    /// Predicates that it may have proved, ascending.
    pub prove: Vec<Provable>,
    /// Whether it may ask for a pseudonym.
    pub pseudonym: bool,
}

impl Allowance {
    /// Whether a query for a purpose stays within this.
    pub fn covers(&self, purpose: &str, query: &Query) -> bool {
        let provable = |p: &Predicate| {
            self.prove.contains(&Provable {
                kind: p.kind(),
                attribute: p.attribute,
            })
        };
        self.purpose == purpose
            && self.schema == query.schema
            && query.disclose.iter().all(|i| self.disclose.contains(i))
            && query.predicates.iter().all(provable)
            && (self.pseudonym || query.pseudonym.is_none())
    }

    /// Writes the map. The lists are the caller's to keep ascending.
    pub fn write(&self, w: &mut Writer) {
        w.map(5)
            .uint(1)
            .text(&self.purpose)
            .uint(2)
            .bytes(&self.schema.0);
        w.uint(3).array(self.disclose.len());
        for attribute in &self.disclose {
            w.uint(*attribute as u64);
        }
        w.uint(4).array(self.prove.len());
        for provable in &self.prove {
            w.array(2)
                .uint(provable.kind.into())
                .uint(provable.attribute as u64);
        }
        w.uint(5).bool(self.pseudonym);
    }

    /// Reads the map.
    ///
    /// # Errors
    /// [`CborError`]; [`CborError::Keys`] for a list that does not ascend.
    pub fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        r.map(5)?;
        let allowance = Self {
            purpose: r.key(1)?.text(MAX_PURPOSE)?.to_owned(),
            schema: SchemaId(r.key(2)?.array_of()?),
            disclose: r.key(3)?.list(0, MAX_ATTRIBUTES, read_attribute)?,
            prove: r.key(4)?.list(0, MAX_PROVABLE, |r| {
                r.tuple(2)?;
                let kind = r.uint_up_to(MAX_PREDICATE_KIND)?;
                Ok::<_, CborError>(Provable {
                    kind,
                    attribute: read_attribute(r)?,
                })
            })?,
            pseudonym: r.key(5)?.bool()?,
        };
        if allowance.purpose.is_empty() {
            return Err(CborError::Bound);
        }
        let ascending = allowance.disclose.is_sorted_by(|a, b| a < b)
            && allowance.prove.is_sorted_by(|a, b| a < b);
        if ascending {
            Ok(allowance)
        } else {
            Err(CborError::Keys)
        }
    }
}

fn read_attribute(r: &mut Reader<'_>) -> Result<usize, CborError> {
    r.index(MAX_ATTRIBUTES)
}
