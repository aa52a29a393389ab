//! The split prover: a device holds one scalar and proves it with a Schnorr commitment and
//! response, which the host joins to its own as in direct anonymous attestation.
//!
//! The host learns the point J_1·d and, for each proof, one commitment and one response; neither
//! tells anything of d. A session answers one challenge: `respond` consumes it.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::curve::{FixedBases, G1, Scalar, SecretScalar, Suite};
use crate::transcript;

use super::{Error, Interface};

/// Something that holds the device scalar: a keychain, a sealed file, one day a secure element.
pub trait DeviceSigner {
    /// J_1·d.
    fn public_point(&self) -> G1;

    /// Starts one proof.
    ///
    /// # Errors
    /// [`Error::Device`] when the device cannot take part.
    fn begin(&self, rng: &mut dyn CryptoRng) -> Result<Box<dyn DeviceSession + '_>, Error>;
}

/// One proof under way on a device.
pub trait DeviceSession {
    /// J_1·d~.
    fn commitment(&self) -> G1;

    /// d~ + challenge·d. Consumes the session: a second response would give d away.
    ///
    /// # Errors
    /// [`Error::Device`] when the device cannot take part.
    fn respond(self: Box<Self>, challenge: &Scalar) -> Result<Scalar, Error>;
}

/// A device whose scalar is in this process's memory: what the sealed-file and keychain back ends
/// build once they have unsealed it.
pub struct SoftwareDevice {
    scalar: SecretScalar,
    base: FixedBases,
    point: G1,
}

impl SoftwareDevice {
    /// A device for the interface, whose J_1 it uses in every credential.
    ///
    /// # Errors
    /// None in practice; the interface's generators are constants.
    pub fn new(interface: &Interface, scalar: SecretScalar) -> Result<Self, Error> {
        let j1 = interface
            .create_generators(2, "BLIND_")?
            .pop()
            .ok_or(Error::Indexes)?;
        let point = G1::from(j1).mul(&scalar.expose());
        Ok(Self {
            scalar,
            base: FixedBases::new(vec![j1]),
            point,
        })
    }
}

impl DeviceSigner for SoftwareDevice {
    fn public_point(&self) -> G1 {
        self.point
    }

    fn begin(&self, rng: &mut dyn CryptoRng) -> Result<Box<dyn DeviceSession + '_>, Error> {
        // Hedged by the scalar itself: the host's randomness alone must not decide the mask, or a
        // repeated state would give the scalar away.
        let mut seed = Zeroizing::new([0; 64]);
        let (own, fresh) = seed.split_at_mut(Scalar::LEN);
        own.copy_from_slice(&*Zeroizing::new(self.scalar.expose().to_octets()));
        rng.fill_bytes(fresh);
        let mask = Suite::Sha256.hash_to_scalar(seed.as_slice(), transcript::DEVICE_MASK);
        let mask = Zeroizing::new(mask);
        let commitment = self.base.msm_secret(&[(0, *mask)], 255);
        Ok(Box::new(SoftwareSession {
            device: self,
            mask,
            commitment,
        }))
    }
}

struct SoftwareSession<'a> {
    device: &'a SoftwareDevice,
    mask: Zeroizing<Scalar>,
    commitment: G1,
}

impl DeviceSession for SoftwareSession<'_> {
    fn commitment(&self) -> G1 {
        self.commitment
    }

    fn respond(self: Box<Self>, challenge: &Scalar) -> Result<Scalar, Error> {
        Ok(*self.mask + *challenge * self.device.scalar.expose())
    }
}
