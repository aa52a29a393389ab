//! `vault.key`: the vault secret, wrapped under what the PIN and the device secret give together.
//! spec:GL-11-KEYS

use std::path::Path;

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::sealed::{Cost, SealedError, derive_key};
use rand_core::CryptoRng;

use super::device::WalletId;
use super::seal::{ADDED, Secret, derive, seal, unseal};
use super::{VaultError, file_error, write};

/// What the PIN costs, and its salt.
#[derive(Clone, Copy)]
struct Pin {
    cost: Cost,
    salt: [u8; 16],
}

/// `vault.key`.
pub(super) struct KeyFile {
    pub(super) wallet: WalletId,
    /// Counts each writing.
    pub(super) generation: u64,
    /// None where the PIN guards the device entry itself, in `device.key`.
    pin: Option<Pin>,
    wrapped: Vec<u8>,
}

impl KeyFile {
    pub(super) const NAME: &str = "vault.key";
    const MOST_OCTETS: usize = 256;

    /// Wraps a vault secret. `pin` is the PIN and its cost where a keychain holds the device entry.
    pub(super) fn wrap(
        (wallet, generation): (WalletId, u64),
        secret: &Secret,
        device: &Secret,
        pin: Option<(&[u8], Cost)>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, VaultError> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let mut file = Self {
            wallet,
            generation,
            pin: pin.map(|(_, cost)| Pin { cost, salt }),
            wrapped: Vec::new(),
        };
        let key = file.key(device, pin.map_or(&[], |(pin, _)| pin))?;
        file.wrapped = seal(&key, &file.head(), secret, rng);
        Ok(file)
    }

    /// The vault secret; nothing under a wrong PIN or another device secret.
    pub(super) fn unwrap(&self, device: &Secret, pin: &[u8]) -> Result<Option<Secret>, VaultError> {
        let key = self.key(device, pin)?;
        Ok(unseal(&key, &self.head(), &self.wrapped))
    }

    fn key(&self, device: &Secret, pin: &[u8]) -> Result<Secret, SealedError> {
        let hashed = match self.pin {
            Some(Pin { cost, salt }) => Some(derive_key(pin, &salt, cost)?),
            None => None,
        };
        let hashed = hashed.as_ref().map_or([].as_slice(), |h| h.as_slice());
        Ok(derive(Some(device), hashed, &[b"glimpse/vault-key/1"]))
    }

    /// Whether a keychain holds the device entry.
    pub(super) fn in_keychain(&self) -> bool {
        self.pin.is_some()
    }

    /// What stands before the wrapped secret and is authenticated with it.
    fn head(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.array(5)
            .uint(1)
            .bytes(&self.wallet.0)
            .uint(self.generation);
        match &self.pin {
            Some(Pin { cost, salt }) => {
                w.array(3).uint(cost.memory().into());
                w.uint(cost.passes().into()).bytes(salt)
            }
            None => w.array(0),
        };
        w.into_vec()
    }

    pub(super) fn to_octets(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.raw(&self.head()).bytes(&self.wrapped);
        w.into_vec()
    }

    pub(super) fn from_octets(octets: &[u8]) -> Result<Self, SealedError> {
        if octets.len() > Self::MOST_OCTETS {
            return Err(SealedError::Damaged);
        }
        let mut r = Reader::new(octets);
        r.versioned_tuple(5)?;
        let (wallet, generation) = (WalletId(r.array_of()?), r.uint()?);
        let pin = match r.array(3)? {
            0 => None,
            3 => Some(Pin {
                cost: Cost::new(r.uint_up_to(u32::MAX)?, r.uint_up_to(u32::MAX)?)?,
                salt: r.array_of()?,
            }),
            _ => return Err(CborError::Bound.into()),
        };
        let wrapped = r.array_of::<{ 32 + ADDED }>()?.to_vec();
        r.finish()?;
        Ok(Self {
            wallet,
            generation,
            pin,
            wrapped,
        })
    }

    pub(super) fn read(folder: &Path) -> Result<Self, VaultError> {
        let octets = std::fs::read(folder.join(Self::NAME));
        let octets = octets.map_err(file_error("reading the wallet's keys"))?;
        Ok(Self::from_octets(&octets)?)
    }

    /// Writes the file so that a crash leaves the old one or the new one.
    pub(super) fn write(&self, folder: &Path) -> Result<(), VaultError> {
        let path = folder.join(Self::NAME);
        write(&path, &self.to_octets(), "writing the wallet's keys")
    }
}
