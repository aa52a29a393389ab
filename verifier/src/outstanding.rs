//! What a verifier remembers: the requests that wait for an answer, those that had one, and the
//! latest moment that it has seen. Nothing of it is about those who answer.
//! spec:GL-13-RECORD

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::ids::UnixTime;
use glimpse_core::presentation::Request;

/// Which request an answer must be for: the first octets of the request's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub [u8; Ticket::LEN]);

impl Ticket {
    /// Length in octets.
    pub const LEN: usize = 8;

    /// The ticket of a signed request.
    pub fn of(request: &[u8]) -> Self {
        Self(Request::digest(request))
    }
}

/// The text is no ticket's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ticket has {} hexadecimal digits", 2 * Ticket::LEN)]
pub struct TicketError;

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, TicketError> {
        // A number may have a sign.
        let digits = text.len() == 2 * Self::LEN && text.bytes().all(|b| b.is_ascii_hexdigit());
        let number = digits.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(|n| Self(n.to_be_bytes())).ok_or(TicketError)
    }
}

/// The record cannot be read or written; in words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordError(pub String);

/// A request in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It waits for its answer.
    Waiting(Vec<u8>),
    /// It had its answer.
    Used,
    /// It was never made here, or is forgotten.
    Unknown,
}

/// Remembers outstanding requests, so that each is answered once. An implementation that survives
/// restarts keeps replays out across them.
pub trait Outstanding {
    /// Remembers a signed request, and may forget all that expired before `now`.
    ///
    /// # Errors
    /// [`RecordError`].
    fn put(
        &mut self,
        ticket: Ticket,
        request: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), RecordError>;

    /// Looks a request up without using it.
    ///
    /// # Errors
    /// [`RecordError`].
    fn get(&self, ticket: Ticket) -> Result<Entry, RecordError>;

    /// Uses a request up; true the first time only, whoever else uses the same record.
    ///
    /// # Errors
    /// [`RecordError`]; the answer is then not accepted.
    fn use_up(&mut self, ticket: Ticket) -> Result<bool, RecordError>;

    /// Notes an answer to a poster, which many answer, until a moment; true the first time only.
    ///
    /// # Errors
    /// [`RecordError`]; the answer is then not accepted.
    fn note_answer(
        &mut self,
        answer: [u8; 32],
        until: UnixTime,
        now: UnixTime,
    ) -> Result<bool, RecordError>;

    /// Notes a moment, and gives the latest that was noted.
    ///
    /// # Errors
    /// [`RecordError`].
    fn see(&mut self, now: UnixTime) -> Result<UnixTime, RecordError>;
}

/// A record in memory. It can be saved as octets and restored.
#[derive(Default)]
pub struct InMemory {
    /// An empty request was used.
    requests: BTreeMap<Ticket, (UnixTime, Vec<u8>)>,
    answers: BTreeMap<[u8; 32], UnixTime>,
    latest: Option<UnixTime>,
}

/// More than a counter has at once by far; a bound on what is read back.
const MAX_ENTRIES: usize = 100_000;

impl InMemory {
    /// The record's octets. Store them before acting on a verdict, or a replay is accepted after a
    /// restart.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        let latest = self.latest.map_or(0, |t| t.0);
        w.array(4).uint(1).uint(latest).array(self.requests.len());
        for (ticket, (expires, request)) in &self.requests {
            w.array(3).bytes(&ticket.0).uint(expires.0).bytes(request);
        }
        w.array(self.answers.len());
        for (answer, until) in &self.answers {
            w.array(2).bytes(answer).uint(until.0);
        }
        w.into_vec()
    }

    /// Reads what [`InMemory::to_octets`] wrote.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(4)?;
        let latest = Some(r.uint()?).filter(|t| *t > 0).map(UnixTime);
        let requests = r.list(0, MAX_ENTRIES, |r| {
            r.tuple(3)?;
            let ticket = Ticket(r.array_of()?);
            let expires = UnixTime(r.uint()?);
            Ok::<_, CborError>((ticket, (expires, r.bytes(1 << 16)?.to_vec())))
        })?;
        let answers = r.list(0, MAX_ENTRIES, |r| {
            r.tuple(2)?;
            Ok::<_, CborError>((r.array_of()?, UnixTime(r.uint()?)))
        })?;
        r.finish()?;
        Ok(Self {
            requests: requests.into_iter().collect(),
            answers: answers.into_iter().collect(),
            latest,
        })
    }
}

impl Outstanding for InMemory {
    fn put(
        &mut self,
        ticket: Ticket,
        request: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), RecordError> {
        self.requests.retain(|_, (expires, _)| *expires >= now);
        self.requests.insert(ticket, (expires, request.to_vec()));
        Ok(())
    }

    fn get(&self, ticket: Ticket) -> Result<Entry, RecordError> {
        Ok(match self.requests.get(&ticket) {
            Some((_, request)) if request.is_empty() => Entry::Used,
            Some((_, request)) => Entry::Waiting(request.clone()),
            None => Entry::Unknown,
        })
    }

    fn use_up(&mut self, ticket: Ticket) -> Result<bool, RecordError> {
        let request = self.requests.get_mut(&ticket).map(|(_, request)| request);
        let waiting = request.map(core::mem::take).filter(|r| !r.is_empty());
        Ok(waiting.is_some())
    }

    fn note_answer(
        &mut self,
        answer: [u8; 32],
        until: UnixTime,
        now: UnixTime,
    ) -> Result<bool, RecordError> {
        self.answers.retain(|_, until| *until >= now);
        Ok(self.answers.insert(answer, until).is_none())
    }

    fn see(&mut self, now: UnixTime) -> Result<UnixTime, RecordError> {
        let latest = self.latest.map_or(now, |latest| latest.max(now));
        self.latest = Some(latest);
        Ok(latest)
    }
}
