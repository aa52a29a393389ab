//! The answer's octets. spec:GL-6-WIRE
//!
//! `[1, request-digest, alternative, ? moment, [+ shown], proof]`, `shown = [key, epoch, [* value], ? pseudonym]`

use crate::cbor::{CborError, Reader, Writer};
use crate::credential::{Schema, Value};
use crate::curve::G1;
use crate::ids::{EpochDay, KeyId, UnixTime};

use super::poster::Freshness;
use super::request::{Query, Request};

/// Larger than any proof the bounds on queries and predicates allow for one QR sequence.
const MAX_PROOF: usize = 64 * 1024;

/// What is shown of one credential besides the proof.
pub(super) struct WireShown {
    pub(super) key: KeyId,
    pub(super) epoch: EpochDay,
    pub(super) values: Vec<Value>,
    pub(super) pseudonym: Option<[u8; G1::LEN]>,
}

impl WireShown {
    /// The values' octets, as `ph` covers them.
    pub(super) fn value_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write_values(&mut w);
        w.into_vec()
    }

    fn write_values(&self, w: &mut Writer) {
        w.array(self.values.len());
        self.values.iter().for_each(|v| v.write(w));
    }
}

pub(super) fn write(
    digest: [u8; 8],
    alternative: usize,
    moment: Option<UnixTime>,
    shown: &[WireShown],
    proof: &[u8],
) -> Vec<u8> {
    let mut w = Writer::new();
    w.array(5 + usize::from(moment.is_some()));
    w.uint(1).bytes(&digest).uint(alternative as u64);
    if let Some(moment) = moment {
        w.uint(moment.0);
    }
    w.array(shown.len());
    for item in shown {
        w.array(3 + usize::from(item.pseudonym.is_some()));
        w.bytes(&item.key.0).uint(item.epoch.0.into());
        item.write_values(&mut w);
        if let Some(pseudonym) = &item.pseudonym {
            w.bytes(pseudonym);
        }
    }
    w.bytes(proof);
    w.into_vec()
}

/// An answer's head: which request and alternative it is for.
pub(super) struct Head<'a> {
    pub(super) digest: [u8; 8],
    pub(super) alternative: usize,
    items: usize,
    reader: Reader<'a>,
}

pub(super) fn read(octets: &[u8]) -> Result<Head<'_>, CborError> {
    let mut reader = Reader::new(octets);
    let items = reader.array(6)?;
    if items < 5 {
        return Err(CborError::Bound);
    }
    reader.version()?;
    let digest = reader.array_of()?;
    let alternative = reader.index(256)?;
    Ok(Head {
        digest,
        alternative,
        items,
        reader,
    })
}

impl<'a> Head<'a> {
    /// The moment, which is there exactly where the request is a poster.
    pub(super) fn moment(&mut self, freshness: &Freshness) -> Result<Option<UnixTime>, CborError> {
        let moment = matches!(freshness, Freshness::Poster { .. });
        if self.items != 5 + usize::from(moment) {
            return Err(CborError::Bound);
        }
        freshness.read_moment(&mut self.reader)
    }

    /// The rest, by the queries of the request and the schemas that the caller finds for them.
    pub(super) fn read<'s>(
        mut self,
        queries: &[Query],
        schema: impl Fn(&Query) -> Option<&'s Schema>,
    ) -> Result<(Vec<WireShown>, &'a [u8]), CborError> {
        let r = &mut self.reader;
        r.tuple(queries.len())?;
        let shown = queries
            .iter()
            .map(|query| {
                r.tuple(3 + usize::from(query.pseudonym.is_some()))?;
                let key = KeyId(r.array_of()?);
                let epoch = EpochDay(r.uint_up_to(u32::MAX)?);
                let schema = schema(query).ok_or(CborError::Keys)?;
                r.tuple(query.disclose.len())?;
                let value = |r: &mut Reader<'_>, i: &usize| {
                    let attribute = schema.attributes.get(*i).ok_or(CborError::Bound)?;
                    Value::read(r, &attribute.kind)
                };
                let values = query
                    .disclose
                    .iter()
                    .map(|i| value(r, i))
                    .collect::<Result<_, _>>()?;
                let pseudonym = query.pseudonym.as_ref().map(|_| r.array_of()).transpose()?;
                Ok(WireShown {
                    key,
                    epoch,
                    values,
                    pseudonym,
                })
            })
            .collect::<Result<_, CborError>>()?;
        let proof = r.bytes(MAX_PROOF)?;
        self.reader.finish()?;
        Ok((shown, proof))
    }
}

/// Which request an answer is for, to find it among those outstanding.
///
/// # Errors
/// [`CborError`] when it is no answer.
pub fn answered_request(octets: &[u8]) -> Result<[u8; 8], CborError> {
    Ok(read(octets)?.digest)
}

pub(super) fn is_for(digest: [u8; 8], request: &[u8]) -> bool {
    digest == Request::digest(request)
}
