//! The two ciphersuites' hash functions: `expand_message`, `hash_to_scalar`, `hash_to_curve_g1`.
//! spec:BBS-6 (ciphersuites), RFC 9380.

use shake::{
    Shake256,
    digest::{ExtendableOutput, Update, XofReader},
};

use super::{G1, Scalar, ffi};

/// A BBS ciphersuite. Both are implemented; credentials use [`Suite::Sha256`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// BLS12-381-SHA-256
    Sha256,
    /// BLS12-381-SHAKE-256
    Shake256,
}

impl Suite {
    /// `ciphersuite_id`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sha256 => "BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_",
            Self::Shake256 => "BBS_BLS12381G1_XOF:SHAKE-256_SSWU_RO_",
        }
    }

    /// `expand_message` of RFC 9380 section 5.3.
    ///
    /// # Panics
    /// When `dst` exceeds 255 octets or `out` what the suite can give (8,160 octets); both are
    /// constants of the calling code.
    pub fn expand_message(self, message: &[u8], dst: &[u8], out: &mut [u8]) {
        assert!(
            dst.len() <= 255 && out.len() <= 255 * 32,
            "expand_message bounds"
        );
        match self {
            Self::Sha256 => ffi::expand_message_xmd(message, dst, out),
            Self::Shake256 => {
                let mut xof = Shake256::default();
                xof.update(message);
                xof.update(&u16::try_from(out.len()).unwrap_or(u16::MAX).to_be_bytes());
                xof.update(dst);
                xof.update(&[u8::try_from(dst.len()).unwrap_or(u8::MAX)]);
                xof.finalize_xof().read(out);
            }
        }
    }

    /// `hash_to_scalar(msg_octets, dst)`.
    pub fn hash_to_scalar(self, message: &[u8], dst: &[u8]) -> Scalar {
        let mut wide = [0; Scalar::WIDE_LEN];
        self.expand_message(message, dst, &mut wide);
        Scalar::from_wide_octets(&wide)
    }

    /// `hash_to_curve_g1`.
    pub fn hash_to_curve(self, message: &[u8], dst: &[u8]) -> G1 {
        match self {
            Self::Sha256 => G1(ffi::hash_to_g1(message, dst)),
            Self::Shake256 => {
                let mut uniform = [[0u8; 64]; 2];
                self.expand_message(message, dst, uniform.as_flattened_mut());
                let [u, v] = uniform.map(|octets| field_element(&octets));
                G1(ffi::map_to_g1(&u, &v))
            }
        }
    }
}

/// OS2IP(octets) mod p: the two halves are below p, and 2^256 joins them.
fn field_element(octets: &[u8; 64]) -> blst::blst_fp {
    let half = |octets: &[u8]| {
        let mut padded = [0; 48];
        let (_, low) = padded.split_at_mut(16);
        low.copy_from_slice(octets);
        ffi::fp_from_bendian(&padded)
    };
    let mut shift = [0; 48];
    if let Some(octet) = shift.get_mut(15) {
        *octet = 1;
    }
    let (high, low) = octets.split_at(32);
    ffi::fp_add(
        &ffi::fp_mul(&half(high), &ffi::fp_from_bendian(&shift)),
        &half(low),
    )
}
