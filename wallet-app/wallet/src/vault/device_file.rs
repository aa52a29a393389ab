//! `device.key`: the device scalar and the vault secret, sealed under the passphrase.

use std::path::{Path, PathBuf};

use glimpse_core::bbs::Interface;
use glimpse_core::bbs::device::SoftwareDevice;
use glimpse_core::curve::SecretScalar;
use glimpse_core::sealed::{self, Cost, SealedError};
use hkdf::Hkdf;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::VaultError;

const KIND: &str = "glimpse/device/1";

pub(super) struct DeviceFile {
    pub(super) device: SoftwareDevice,
    scalar: Zeroizing<[u8; 32]>,
    secret: Zeroizing<[u8; 32]>,
}

impl DeviceFile {
    pub(super) fn path(folder: &Path) -> PathBuf {
        folder.join("device.key")
    }

    pub(super) fn generate(rng: &mut dyn CryptoRng) -> Self {
        loop {
            let scalar = Zeroizing::new(SecretScalar::random(rng).expose().to_octets());
            let mut secret = Zeroizing::new([0; 32]);
            rng.fill_bytes(secret.as_mut_slice());
            // Fails for the scalar 0 alone.
            if let Ok(file) = Self::from_parts(scalar, secret) {
                return file;
            }
        }
    }

    fn from_parts(
        scalar: Zeroizing<[u8; 32]>,
        secret: Zeroizing<[u8; 32]>,
    ) -> Result<Self, SealedError> {
        let unsealed = SecretScalar::from_octets(&scalar).map_err(|_| SealedError::Damaged)?;
        let device = SoftwareDevice::new(&Interface::glimpse(), unsealed);
        Ok(Self {
            device: device.map_err(|_| SealedError::Damaged)?,
            scalar,
            secret,
        })
    }

    pub(super) fn read(folder: &Path, passphrase: &[u8]) -> Result<Self, VaultError> {
        let sealed = std::fs::read(Self::path(folder)).map_err(|source| VaultError::File {
            what: "reading the wallet's device key",
            source,
        })?;
        let octets = sealed::open(KIND, passphrase, &sealed)?;
        let (scalar, secret) = octets.split_at_checked(32).ok_or(SealedError::Damaged)?;
        let part = |octets: &[u8]| octets.try_into().map(Zeroizing::new);
        let (scalar, secret) = part(scalar)
            .and_then(|scalar| Ok((scalar, part(secret)?)))
            .map_err(|_| SealedError::Damaged)?;
        Ok(Self::from_parts(scalar, secret)?)
    }

    /// Writes the file so that a crash leaves the old one or the new one.
    pub(super) fn write(
        &self,
        folder: &Path,
        passphrase: &[u8],
        cost: Cost,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), VaultError> {
        let octets = Zeroizing::new([self.scalar.as_slice(), self.secret.as_slice()].concat());
        let sealed = sealed::seal(KIND, passphrase, &octets, cost, rng)?;
        let path = Self::path(folder);
        let written = glimpse_terminal::write_atomically(&path, &sealed);
        written.map_err(|source| match source.kind() {
            std::io::ErrorKind::StorageFull => VaultError::Full,
            _ => VaultError::File {
                what: "writing the wallet's device key",
                source,
            },
        })
    }

    /// The key of a database.
    pub(super) fn key(&self, database: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF refuses only outputs beyond 8,160 octets.
        let _ = Hkdf::<Sha256>::new(None, self.secret.as_slice())
            .expand_multi_info(&[b"glimpse/database/1/", database], key.as_mut_slice());
        key
    }
}
