//! What a verifier remembers, where the page can have its octets: the library's record in memory,
//! shared, and the request that the next answer is expected to.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use glimpse_core::cbor::CborError;
use glimpse_core::ids::UnixTime;
use glimpse_verifier::{Entry, InMemory, Outstanding, RecordError, Ticket};

/// In the place of a ticket.
const NONE: [u8; Ticket::LEN] = [0; Ticket::LEN];

/// The record, of which the verifier has another handle.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<InMemory>>);

impl Memory {
    fn record(&self) -> MutexGuard<'_, InMemory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The octets to keep: the latest request's ticket, zeros where there is none, then the record.
    pub(crate) fn save(&self, latest: Option<Ticket>) -> Vec<u8> {
        let mut octets = latest.map_or(NONE, |ticket| ticket.0).to_vec();
        octets.extend_from_slice(&self.record().to_octets());
        octets
    }

    /// Reads what [`Memory::save`] wrote.
    pub(crate) fn restore(octets: &[u8]) -> Result<(Self, Option<Ticket>), CborError> {
        let (latest, record) = octets.split_first_chunk().ok_or(CborError::Bound)?;
        let record = InMemory::from_octets(record)?;
        let latest = Some(*latest).filter(|ticket| *ticket != NONE);
        Ok((Self(Arc::new(Mutex::new(record))), latest.map(Ticket)))
    }
}

impl Outstanding for Memory {
    fn put(
        &mut self,
        ticket: Ticket,
        request: &[u8],
        expires: UnixTime,
        now: UnixTime,
    ) -> Result<(), RecordError> {
        self.record().put(ticket, request, expires, now)
    }

    fn get(&self, ticket: Ticket) -> Result<Entry, RecordError> {
        self.record().get(ticket)
    }

    fn use_up(&mut self, ticket: Ticket) -> Result<bool, RecordError> {
        self.record().use_up(ticket)
    }

    fn note_answer(
        &mut self,
        answer: [u8; 32],
        until: UnixTime,
        now: UnixTime,
    ) -> Result<bool, RecordError> {
        self.record().note_answer(answer, until, now)
    }

    fn see(&mut self, now: UnixTime) -> Result<UnixTime, RecordError> {
        self.record().see(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_restored_and_damage_is_noticed() {
        let mut memory = Memory::default();
        let (one, two) = (Ticket([1; 8]), Ticket([2; 8]));
        let at = UnixTime;
        memory.put(one, b"one", at(20), at(10)).unwrap();
        memory.put(two, b"two", at(20), at(10)).unwrap();
        assert!(memory.use_up(one).unwrap());
        for latest in [None, Some(two)] {
            let octets = memory.save(latest);
            let (restored, read) = Memory::restore(&octets).ok().unwrap();
            assert_eq!(read, latest);
            assert_eq!(restored.get(one).unwrap(), Entry::Used);
            assert_eq!(restored.get(two).unwrap(), Entry::Waiting(b"two".to_vec()));
            for cut in 0..octets.len() {
                assert!(Memory::restore(&octets[..cut]).is_err());
            }
        }
    }
}
