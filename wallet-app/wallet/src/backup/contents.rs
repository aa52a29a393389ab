//! What a backup holds, and its encoding. spec:GL-11-BACKUP

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::credential::Credential;
use glimpse_core::ids::UnixTime;
use zeroize::Zeroizing;

use crate::app::views::Settings;

const MOST_CARDS: usize = 256;
const MOST_RECORD: usize = 64 << 10;
const MOST_TRUST: usize = 1 << 20;
const MOST_ADDRESS: usize = 2048;
const MOST_MINUTES: u32 = 30;

/// What a backup holds: no device key, no device secret, and no history.
pub struct Contents {
    /// When it was made.
    pub made: UnixTime,
    /// What the holder had set.
    pub settings: Settings,
    /// Her trust list.
    pub trust: Option<Vec<u8>>,
    /// Her cards.
    pub cards: Vec<BackedUp>,
}

/// A card in a backup.
pub struct BackedUp {
    /// The credential's record.
    pub record: Zeroizing<Vec<u8>>,
    /// The address of the office's service, where it came from there.
    pub issuer_url: Option<String>,
    /// When it came.
    pub issued: UnixTime,
    /// Whether its issuer renews it no more.
    pub revoked: bool,
}

impl Contents {
    /// Writes them.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.array(5).uint(1).uint(self.made.0);
        w.array(2).uint(self.settings.lock_after.into());
        w.bool(self.settings.renew_by_itself);
        match &self.trust {
            Some(list) => w.array(1).bytes(list),
            None => w.array(0),
        };
        w.array(self.cards.len());
        for card in &self.cards {
            w.array(4).bytes(&card.record);
            w.text(card.issuer_url.as_deref().unwrap_or_default());
            w.uint(card.issued.0).bool(card.revoked);
        }
        Zeroizing::new(w.into_vec())
    }

    /// Reads them; each card must be one that a wallet can hold.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(octets);
        r.versioned_tuple(5)?;
        let made = UnixTime(r.uint()?);
        r.tuple(2)?;
        let settings = Settings {
            lock_after: r.uint_up_to(MOST_MINUTES)?,
            renew_by_itself: r.bool()?,
        };
        if settings.lock_after == 0 {
            return Err(CborError::Bound);
        }
        let lists = r.list(0, 1, |r| r.bytes(MOST_TRUST).map(<[u8]>::to_vec))?;
        let cards = r.list(0, MOST_CARDS, BackedUp::read)?;
        r.finish()?;
        Ok(Self {
            made,
            settings,
            trust: lists.into_iter().next(),
            cards,
        })
    }
}

impl BackedUp {
    fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        r.tuple(4)?;
        let record = r.bytes(MOST_RECORD)?;
        let read = Credential::from_octets(record).and_then(|card| card.context());
        read.map_err(|_| CborError::Bound)?;
        let address = r.text(MOST_ADDRESS)?;
        Ok(Self {
            record: Zeroizing::new(record.to_vec()),
            issuer_url: (!address.is_empty()).then(|| address.to_owned()),
            issued: UnixTime(r.uint()?),
            revoked: r.bool()?,
        })
    }
}
