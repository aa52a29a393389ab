//! The keys that sign, and what ceremonies do with them: one current BBS key, perhaps a next one,
//! those that only renew, and those that are gone. spec:GL-9-KINDS

use ed25519_dalek::SigningKey;
use glimpse_core::bbs::Interface;
use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::credential::bbs_key_id;
use glimpse_core::curve::{PublicKey, SecretScalar};
use glimpse_core::ids::{IssuerId, KeyId, UnixTime};
use glimpse_core::sealed::SealedError;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::OfficeKeys;

/// The most keys that are not retired: as many as a trust list takes for an issuer.
const MAX_KEYS: usize = 8;
/// The most keys, retired ones with them.
const MAX_EVER: usize = 256;

/// Why a key ceremony does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// No key with this id.
    #[error("this office has no key with this id; `key list` shows them")]
    Unknown,
    /// There is a next key already.
    #[error("there is a next key already; activate it, or take it away first")]
    NextExists,
    /// There is no next key.
    #[error("there is no next key; make one first")]
    NoNext,
    /// The current key cannot be retired.
    #[error("this key signs new credentials; activate another one first")]
    Current,
    /// The key was retired before.
    #[error("this key is retired: its secret is gone")]
    Retired,
    /// Live holders are renewed under the key.
    #[error("{0} live credentials are renewed under this key; they would end with it")]
    Live(u64),
    /// Today is not within the key's time.
    #[error("today is not within the time for which this key was made")]
    Window,
    /// More keys than a trust list takes.
    #[error("a trust list takes eight keys of an office; retire one first")]
    TooMany,
    /// Another ceremony is at work.
    #[error("another key ceremony is at work on this office; wait until it has ended")]
    Busy,
}

/// When a key may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// First moment.
    pub not_before: UnixTime,
    /// Last moment.
    pub not_after: UnixTime,
}

/// What a key is for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, and signs nothing yet.
    Next,
    /// Signs new credentials, and renews.
    Current,
    /// Renews those that it signed.
    Retiring,
    /// Its secret is gone.
    Retired,
}

impl KeyState {
    /// A word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }

    const ALL: [Self; 4] = [Self::Next, Self::Current, Self::Retiring, Self::Retired];
}

/// A BBS key.
pub(crate) struct CredentialKey {
    pub(crate) id: KeyId,
    pub(crate) public: PublicKey,
    /// Gone once the key is retired.
    secret: Option<SecretScalar>,
    pub(crate) created: UnixTime,
    /// Where it is not fixed, the trust-list entry says it.
    pub(crate) window: Option<Window>,
    pub(crate) state: KeyState,
}

impl CredentialKey {
    fn generate(
        created: UnixTime,
        window: Option<Window>,
        state: KeyState,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let mut material = Zeroizing::new([0; 32]);
        rng.fill_bytes(material.as_mut_slice());
        // KeyGen refuses less than 32 octets only; this never takes the other branch.
        let secret = Interface::glimpse().key_gen(material.as_slice(), b"", None);
        let secret = secret.unwrap_or_else(|_| SecretScalar::random(rng));
        Self::new(secret, created, window, state)
    }

    pub(super) fn new(
        secret: SecretScalar,
        created: UnixTime,
        window: Option<Window>,
        state: KeyState,
    ) -> Self {
        let public = PublicKey::of(&secret);
        Self {
            id: bbs_key_id(&public),
            public,
            secret: Some(secret),
            created,
            window,
            state,
        }
    }

    /// The secret, where there is one.
    pub(crate) fn secret(&self) -> Option<&SecretScalar> {
        self.secret.as_ref()
    }

    fn write(&self, w: &mut Writer) {
        w.array(5).bytes(&self.public.to_octets());
        w.array(self.secret.iter().count());
        if let Some(secret) = &self.secret {
            w.bytes(&*Zeroizing::new(secret.expose().to_octets()));
        }
        w.uint(self.created.0);
        match &self.window {
            None => w.array(0),
            Some(window) => w
                .array(2)
                .uint(window.not_before.0)
                .uint(window.not_after.0),
        };
        let state = KeyState::ALL.iter().position(|s| *s == self.state);
        w.uint(state.unwrap_or_default() as u64);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, CborError> {
        r.tuple(5)?;
        let public = PublicKey::from_octets(&r.array_of()?).map_err(|_| CborError::Bound)?;
        let secret = r.list(0, 1, |r| {
            let octets = Zeroizing::new(r.array_of::<32>()?);
            SecretScalar::from_octets(&octets).map_err(|_| CborError::Bound)
        })?;
        let secret = secret.into_iter().next();
        let created = UnixTime(r.uint()?);
        let window = r.list(0, 2, Reader::uint)?;
        let window = match window.as_slice() {
            [] => None,
            [from, to] if from <= to => Some(Window {
                not_before: UnixTime(*from),
                not_after: UnixTime(*to),
            }),
            _ => return Err(CborError::Bound),
        };
        let state = KeyState::ALL.get(r.index(KeyState::ALL.len())?);
        let state = *state.ok_or(CborError::Bound)?;
        let fits = match &secret {
            Some(secret) => state != KeyState::Retired && PublicKey::of(secret) == public,
            None => state == KeyState::Retired,
        };
        if !fits {
            return Err(CborError::Bound);
        }
        let id = bbs_key_id(&public);
        Ok(Self {
            id,
            public,
            secret,
            created,
            window,
            state,
        })
    }
}

/// The office's keys that sign. Exactly one BBS key is current, and at most one is next.
pub(crate) struct Ring {
    keys: Vec<CredentialKey>,
    current: usize,
    pub(crate) signing: SigningKey,
    pub(crate) next_signing: Option<SigningKey>,
}

impl Ring {
    fn new(
        keys: Vec<CredentialKey>,
        signing: SigningKey,
        next_signing: Option<SigningKey>,
    ) -> Option<Self> {
        let in_state = |state| keys.iter().filter(move |key| key.state == state).count();
        let current = keys.iter().position(|k| k.state == KeyState::Current)?;
        let fits = in_state(KeyState::Current) == 1 && in_state(KeyState::Next) <= 1;
        fits.then_some(Self {
            keys,
            current,
            signing,
            next_signing,
        })
    }

    /// One key, which is current.
    pub(super) fn of(key: CredentialKey, signing: SigningKey) -> Self {
        Self {
            keys: vec![CredentialKey {
                state: KeyState::Current,
                ..key
            }],
            current: 0,
            signing,
            next_signing: None,
        }
    }

    pub(super) fn generate(
        created: UnixTime,
        window: Option<Window>,
        rng: &mut dyn CryptoRng,
    ) -> Self {
        let key = CredentialKey::generate(created, window, KeyState::Current, rng);
        Self::of(key, signing_key(rng))
    }

    /// Every key, in the order in which they were made.
    pub(crate) fn keys(&self) -> &[CredentialKey] {
        &self.keys
    }

    /// The key that signs new credentials.
    #[expect(
        clippy::indexing_slicing,
        reason = "the place is looked up when the ring is made"
    )]
    pub(crate) fn current(&self) -> &CredentialKey {
        &self.keys[self.current]
    }

    /// The key with this id.
    pub(crate) fn key(&self, id: KeyId) -> Result<&CredentialKey, KeyError> {
        let found = self.keys.iter().find(|key| key.id == id);
        found.ok_or(KeyError::Unknown)
    }

    /// The secret of a key that is not retired.
    pub(crate) fn secret(&self, id: KeyId) -> Result<&SecretScalar, KeyError> {
        self.key(id)?.secret().ok_or(KeyError::Retired)
    }

    /// Keys that are not retired.
    pub(crate) fn unretired(&self) -> impl Iterator<Item = &CredentialKey> {
        self.keys.iter().filter(|key| key.secret.is_some())
    }

    fn next(&self) -> Option<usize> {
        self.keys.iter().position(|k| k.state == KeyState::Next)
    }

    /// Makes the next key.
    pub(crate) fn add(
        &mut self,
        created: UnixTime,
        window: Window,
        rng: &mut dyn CryptoRng,
    ) -> Result<KeyId, KeyError> {
        if self.next().is_some() {
            return Err(KeyError::NextExists);
        }
        if self.unretired().count() >= MAX_KEYS || self.keys.len() >= MAX_EVER {
            return Err(KeyError::TooMany);
        }
        let key = CredentialKey::generate(created, Some(window), KeyState::Next, rng);
        let id = key.id;
        self.keys.push(key);
        Ok(id)
    }

    /// Lets the next key sign new credentials; the one that did only renews from here on.
    pub(crate) fn activate(&mut self, now: UnixTime) -> Result<KeyId, KeyError> {
        let next = self.next().ok_or(KeyError::NoNext)?;
        let old = self.current;
        let in_time = |key: &CredentialKey| {
            let window = key.window;
            window.is_none_or(|w| w.not_before <= now && now <= w.not_after)
        };
        if !self.keys.get(next).is_some_and(in_time) {
            return Err(KeyError::Window);
        }
        for (place, state) in [(old, KeyState::Retiring), (next, KeyState::Current)] {
            if let Some(key) = self.keys.get_mut(place) {
                key.state = state;
            }
        }
        self.current = next;
        Ok(self.current().id)
    }

    /// Wipes a key's secret.
    pub(crate) fn retire(&mut self, id: KeyId) -> Result<(), KeyError> {
        let found = self.keys.iter_mut().find(|key| key.id == id);
        let key = found.ok_or(KeyError::Unknown)?;
        match key.state {
            KeyState::Current => Err(KeyError::Current),
            KeyState::Retired => Err(KeyError::Retired),
            KeyState::Next | KeyState::Retiring => {
                (key.secret, key.state) = (None, KeyState::Retired);
                Ok(())
            }
        }
    }

    /// Makes the next Ed25519 key; in the place of one that has signed nothing, where that is said.
    pub(crate) fn add_signing(
        &mut self,
        replace: bool,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), KeyError> {
        if self.next_signing.is_some() && !replace {
            return Err(KeyError::NextExists);
        }
        self.next_signing = Some(signing_key(rng));
        Ok(())
    }

    /// Lets the next Ed25519 key sign; the old one is gone.
    pub(crate) fn activate_signing(&mut self) -> Result<(), KeyError> {
        self.signing = self.next_signing.take().ok_or(KeyError::NoNext)?;
        Ok(())
    }
}

fn signing_key(rng: &mut dyn CryptoRng) -> SigningKey {
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(seed.as_mut_slice());
    SigningKey::from_bytes(&seed)
}

/// The plaintext of the key file.
pub(super) fn to_octets(id: IssuerId, master: &[u8; 32], ring: &Ring) -> Zeroizing<Vec<u8>> {
    let mut w = Writer::new();
    w.array(5).bytes(&id.0).bytes(master).array(ring.keys.len());
    ring.keys.iter().for_each(|key| key.write(&mut w));
    w.bytes(&*Zeroizing::new(ring.signing.to_bytes()));
    w.array(ring.next_signing.iter().count());
    if let Some(next) = &ring.next_signing {
        w.bytes(&*Zeroizing::new(next.to_bytes()));
    }
    Zeroizing::new(w.into_vec())
}

pub(super) fn from_octets(octets: &[u8]) -> Result<OfficeKeys, SealedError> {
    let seed = |r: &mut Reader<'_>| -> Result<SigningKey, CborError> {
        Ok(SigningKey::from_bytes(&Zeroizing::new(r.array_of()?)))
    };
    let mut r = Reader::new(octets);
    r.tuple(5)?;
    let id = IssuerId(r.array_of()?);
    let master = Zeroizing::new(r.array_of()?);
    let keys = r.list(1, MAX_EVER, CredentialKey::read)?;
    let signing = seed(&mut r)?;
    let next = r.list(0, 1, seed)?.into_iter().next();
    r.finish()?;
    let ring = Ring::new(keys, signing, next).ok_or(SealedError::Damaged)?;
    Ok(OfficeKeys::new(id, master, ring))
}

#[cfg(test)]
mod tests {
    use super::*;
    use glimpse_core::test_rng::TestRng;

    const NOW: UnixTime = UnixTime(1_000_000);

    fn window(from: u64, to: u64) -> Window {
        Window {
            not_before: UnixTime(from),
            not_after: UnixTime(to),
        }
    }

    fn ring() -> Ring {
        Ring::generate(NOW, None, &mut TestRng::new(1))
    }

    #[test]
    fn a_key_is_made_signs_renews_and_ends() {
        let rng = &mut TestRng::new(2);
        let mut ring = ring();
        let first = ring.current().id;
        assert_eq!(ring.activate(NOW), Err(KeyError::NoNext));
        let second = ring.add(NOW, window(0, u64::MAX), rng).unwrap();
        assert_eq!(ring.add(NOW, window(0, 1), rng), Err(KeyError::NextExists));
        assert_eq!(ring.current().id, first);
        assert_eq!(ring.retire(first), Err(KeyError::Current));
        assert_eq!(ring.activate(NOW), Ok(second));
        assert_eq!(ring.current().id, second);
        assert_eq!(ring.key(first).unwrap().state, KeyState::Retiring);
        assert!(ring.secret(first).is_ok());
        assert_eq!(ring.retire(first), Ok(()));
        assert_eq!(ring.secret(first).err(), Some(KeyError::Retired));
        assert_eq!(ring.retire(first), Err(KeyError::Retired));
        assert_eq!(ring.retire(KeyId([0; 8])), Err(KeyError::Unknown));
    }

    #[test]
    fn a_key_out_of_its_time_is_not_activated() {
        let rng = &mut TestRng::new(2);
        for times in [window(0, NOW.0 - 1), window(NOW.0 + 1, u64::MAX)] {
            let mut ring = ring();
            let first = ring.current().id;
            ring.add(NOW, times, rng).unwrap();
            assert_eq!(ring.activate(NOW), Err(KeyError::Window));
            assert_eq!(ring.current().id, first);
        }
    }

    #[test]
    fn no_more_keys_than_a_trust_list_takes() {
        let rng = &mut TestRng::new(2);
        let mut ring = ring();
        let first = ring.current().id;
        for _ in 1..MAX_KEYS {
            ring.add(NOW, window(0, u64::MAX), rng).unwrap();
            ring.activate(NOW).unwrap();
        }
        let more = ring.add(NOW, window(0, u64::MAX), rng);
        assert_eq!(more, Err(KeyError::TooMany));
        ring.retire(first).unwrap();
        assert!(ring.add(NOW, window(0, u64::MAX), rng).is_ok());
    }

    #[test]
    fn what_is_written_is_read_and_nothing_else_is() {
        let rng = &mut TestRng::new(2);
        let mut ring = ring();
        let first = ring.current().id;
        ring.add(NOW, window(0, u64::MAX), rng).unwrap();
        ring.activate(NOW).unwrap();
        ring.add(NOW, window(3, 4), rng).unwrap();
        ring.add_signing(false, rng).unwrap();
        let twice = ring.add_signing(false, rng);
        assert_eq!(twice, Err(KeyError::NextExists));
        ring.add_signing(true, rng).unwrap();
        ring.retire(first).unwrap();
        let octets = to_octets(IssuerId([7; 16]), &[9; 32], &ring);
        let read = from_octets(&octets).unwrap();
        let again = to_octets(read.id, &read.master, &read.ring());
        assert_eq!(*octets, *again);
        assert!(read.ring().secret(first).is_err());
        for cut in 0..octets.len() {
            assert!(from_octets(&octets[..cut]).is_err());
        }
        // The last octet of a state: no two are current, and a secret goes with its public key.
        for place in 0..octets.len() {
            let mut flipped = octets.to_vec();
            flipped[place] ^= 1;
            if let Ok(read) = from_octets(&flipped) {
                let again = to_octets(read.id, &read.master, &read.ring());
                assert_eq!(flipped, *again);
            }
        }
    }
}
