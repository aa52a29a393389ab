//! Renewal over a network: which cards are due, when the wallet asks by itself, and the files. The
//! moment follows from no showing, and all of an epoch's files are fetched. spec:GL-4-MOMENT

use ed25519_dalek::VerifyingKey;
use glimpse_core::credential::Manifest;
use glimpse_core::ids::{EpochDay, UnixTime};
use glimpse_terminal::to_hex;
use rand_core::CryptoRng;

use super::OnlineError;
use super::http::{Address, Client};
use super::offer::Ids;
use crate::WalletError;
use crate::renewal::{Round, Wanted};
use crate::wallet::{Held, Wallet};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const MAX_MANIFEST: u64 = 64 << 10;
/// A bucket of the most rows, with room.
const MAX_BUCKET: u64 = 8 << 20;
/// What a moment is drawn from is no shorter.
const LEAST_WINDOW: u64 = 6 * HOUR;
/// No renewal begins sooner after a showing.
const AFTER_SHOWING: u64 = 30 * 60;
/// A moment that passed longer ago passed while the program was not running.
const MISSED: u64 = 15 * 60;
/// The first pause after a failure; each doubles the one before.
const FIRST_PAUSE: u64 = 20 * 60;
const MOST_DOUBLINGS: u32 = 5;

/// Cards of one office, schema and key that are due.
#[derive(Clone)]
pub(crate) struct Due {
    pub(crate) address: Address,
    pub(crate) ids: Ids,
    /// The office's key for manifests.
    signing: VerifyingKey,
    /// The period that today falls in.
    pub(crate) epoch: EpochDay,
    days: u32,
    wanted: Vec<Wanted>,
}

impl Due {
    fn same(&self, other: &Self) -> bool {
        self.ids == other.ids && self.epoch == other.epoch && self.address == other.address
    }
}

impl Wallet {
    /// What is due and can be fetched.
    pub(crate) fn due(&self, now: UnixTime) -> Result<Vec<Due>, WalletError> {
        let mut due: Vec<Due> = Vec::new();
        for held in self.held.iter().filter(|held| is_due(held, now)) {
            let list = self.trusted(now)?;
            let address = held.facts.issuer_url.as_deref().and_then(Address::read);
            let (Some(address), Some(issuer)) = (address, list.issuer(held.context.issuer)) else {
                continue;
            };
            let context = &held.context;
            let new = Due {
                address,
                ids: Ids {
                    issuer: context.issuer,
                    schema: context.schema_id,
                    key: context.key_id,
                },
                signing: issuer.signing,
                epoch: context.schema.epoch_of(now),
                days: context.schema.epoch_days,
                wanted: Vec::new(),
            };
            let place = due.iter().position(|known| known.same(&new));
            let place = place.unwrap_or_else(|| {
                due.push(new);
                due.len() - 1
            });
            if let Some(group) = due.get_mut(place) {
                group.wanted.push(Wanted::of(held));
            }
        }
        Ok(due)
    }
}

fn is_due(held: &Held, now: UnixTime) -> bool {
    !held.facts.rebind && held.credential.epoch < held.context.schema.epoch_of(now)
}

/// Something due, with the moment at which it is fetched.
#[derive(Clone)]
pub(crate) struct Errand {
    pub(crate) due: Due,
    pub(crate) at: UnixTime,
    /// How often it was tried in vain.
    pub(crate) tries: u32,
}

impl Errand {
    /// Draws the moment.
    pub(crate) fn draw(due: Due, now: UnixTime, rng: &mut dyn CryptoRng) -> Self {
        let at = moment(&due, now, rng);
        Self { due, at, tries: 0 }
    }

    /// One whose moment was drawn before; drawn again where it passed while nobody was there: the
    /// program is started to be used, and that must not be seen.
    pub(crate) fn drawn(
        due: Due,
        at: UnixTime,
        tries: u32,
        now: UnixTime,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let missed = now.0 > at.0.saturating_add(MISSED);
        let at = if missed { moment(&due, now, rng) } else { at };
        Self { due, at, tries }
    }

    pub(crate) fn is_for(&self, due: &Due) -> bool {
        self.due.same(due)
    }

    /// Draws the moment again where it would come just after a showing, or has passed without effect
    /// before one. Waiting until the quiet time is over would tell when it began.
    pub(crate) fn avoid(&mut self, shown: UnixTime, now: UnixTime, rng: &mut dyn CryptoRng) {
        let quiet = UnixTime(shown.0.saturating_add(AFTER_SHOWING));
        // A showing that is yet to come was noted by a clock that was wrong.
        if shown <= now && self.at < quiet {
            self.at = moment(&self.due, quiet, rng);
        }
    }

    pub(crate) fn is_now(&self, now: UnixTime) -> bool {
        self.at <= now
    }

    /// Nothing more is to be had in this period. Whoever fetches its files again would be known by it,
    /// for nobody else does: so it waits for the next one's.
    pub(crate) fn rest(&mut self, rng: &mut dyn CryptoRng) {
        let begins = (u64::from(self.due.epoch.0) + u64::from(self.due.days)) * DAY;
        self.at = moment(&self.due, UnixTime(begins), rng);
        self.tries = 0;
    }

    /// It failed, or nothing is published yet.
    pub(crate) fn put_off(&mut self, now: UnixTime, rng: &mut dyn CryptoRng) {
        let pause = FIRST_PAUSE << self.tries.min(MOST_DOUBLINGS);
        self.at = UnixTime(even(now.0 + pause / 2, now.0 + pause * 3 / 2, rng));
        self.tries = self.tries.saturating_add(1);
    }
}

/// Evenly from what is left of the window at the beginning of the period, or from the next hours.
fn moment(due: &Due, from: UnixTime, rng: &mut dyn CryptoRng) -> UnixTime {
    let (begins, period) = (u64::from(due.epoch.0) * DAY, u64::from(due.days) * DAY);
    let from = from.0.max(begins);
    let later = (from - begins).checked_div(period).unwrap_or(0) * period;
    let window = begins + later + period / 3;
    UnixTime(even(from, window.max(from + LEAST_WINDOW), rng))
}

/// Evenly from the first to the last: of 2^64 values some days of seconds cannot be told from even.
fn even(from: u64, to: u64, rng: &mut dyn CryptoRng) -> u64 {
    let mut octets = [0; 8];
    rng.fill_bytes(&mut octets);
    from + u64::from_be_bytes(octets) % (to.saturating_sub(from) + 1)
}

/// Fetches a manifest and all of its buckets, one after the other; nothing where the period's are not
/// published yet.
pub(crate) fn fetch(client: &Client, due: &Due) -> Result<Option<Round>, OnlineError> {
    let other = OnlineError::OtherSide;
    let (schema, key) = (due.ids.schema, due.ids.key);
    let folder = due.address.under(&format!("renewal/{schema}/{key}"));
    let reply = client.file(&folder.under("manifest"), MAX_MANIFEST)?;
    if reply.status == 404 {
        return Ok(None);
    }
    let manifest = Manifest::verify(&reply.octets()?, &due.signing);
    let manifest = manifest.map_err(|_| other("its manifest is not signed by it"))?;
    if manifest.epoch < due.epoch {
        return Ok(None);
    }
    let folder = folder.under(&manifest.epoch.0.to_string());
    let mut round = Round::new(manifest, &due.wanted);
    if round.ids() != due.ids {
        return Err(other("its manifest is for other cards"));
    }
    while let Some(digest) = round.next() {
        let file = client.file(&folder.under(&to_hex(digest)), MAX_BUCKET)?;
        let taken = round.take(&file.octets()?);
        taken.map_err(|_| other("its file is not the one that its manifest names"))?;
    }
    Ok(Some(round))
}

#[cfg(test)]
mod tests;
