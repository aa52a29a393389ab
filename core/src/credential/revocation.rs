//! The revocation code: what a holder keeps on paper, to have her credential revoked when its device
//! is lost. Wallet and office compute it from the renewal key, and need not talk. spec:GL-3-REVOCATION

use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ids::Handle;

const INFO: &[u8] = b"glimpse/revocation-code/1";
/// Letters and digits that are not taken for one another: Crockford's, and after them his five signs
/// that a check sign may be besides.
const ALPHABET: &[u8; 37] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
/// How many of them carry five bits.
const LETTERS: u32 = 32;
/// Letters of a code, without the check sign.
const LEN: usize = 20;
/// Bits of the handle that a code begins with.
const PLACE_BITS: u32 = 20;
/// Octets that only holder and office know.
const SECRET_LEN: usize = 10;
/// Letters of a group.
const GROUP: usize = 4;
/// Characters of a typed code, with blanks.
const MAX_TYPED: usize = 100;

/// Why a text is no revocation code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationCodeError {
    /// Too few or too many signs, or one that no code has.
    #[error("a revocation code has 20 letters and digits and a check sign")]
    Form,
    /// The check sign does not fit.
    #[error("the revocation code is mistyped: its check sign does not fit")]
    Check,
}

/// A revocation code.
pub struct RevocationCode {
    place: u32,
    secret: Zeroizing<[u8; SECRET_LEN]>,
}

impl RevocationCode {
    /// That of a credential.
    pub fn of(renewal_key: &[u8; 32], handle: Handle) -> Self {
        let mut secret = Zeroizing::new([0; SECRET_LEN]);
        // HKDF refuses only outputs beyond 8,160 octets.
        let _ = Hkdf::<Sha256>::new(None, renewal_key)
            .expand_multi_info(&[INFO, &handle.0], secret.as_mut_slice());
        Self {
            place: place(handle),
            secret,
        }
    }

    /// The first and the last handle that it can be of.
    pub fn handles(&self) -> (Handle, Handle) {
        let bits = 64 - PLACE_BITS;
        let first = u64::from(self.place) << bits;
        let last = first | ((1 << bits) - 1);
        (Handle(first.to_be_bytes()), Handle(last.to_be_bytes()))
    }

    /// Whether it is that of this credential.
    pub fn is_of(&self, renewal_key: &[u8; 32], handle: Handle) -> bool {
        let own = Self::of(renewal_key, handle);
        bool::from(own.secret.as_slice().ct_eq(self.secret.as_slice())) && own.place == self.place
    }

    /// As it is printed: five groups of four, and the check sign.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Room for all of it, so that nothing is left where it grew.
        let mut text = Zeroizing::new(String::with_capacity(32));
        let mut value = self.value();
        let mut letters = Zeroizing::new([0; LEN]);
        for letter in letters.iter_mut().rev() {
            *letter = sign(u32::try_from(value % u128::from(LETTERS)).unwrap_or_default());
            value /= u128::from(LETTERS);
        }
        for (place, letter) in letters.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*letter));
        }
        text.push('-');
        text.push(char::from(sign(check(self.value()))));
        text
    }

    /// Reads a code as people type it: in any case, with blanks and hyphens anywhere, and letters that
    /// look like digits read as them.
    ///
    /// # Errors
    /// [`RevocationCodeError`].
    pub fn read(typed: &str) -> Result<Self, RevocationCodeError> {
        let wrong = RevocationCodeError::Form;
        if typed.len() > MAX_TYPED {
            return Err(wrong);
        }
        let (mut value, mut read, mut last) = (0u128, 0, None);
        for typed in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            if last.is_some() {
                return Err(wrong);
            }
            let typed = match typed.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let number = ALPHABET.iter().position(|sign| char::from(*sign) == typed);
            let number = number.and_then(|n| u32::try_from(n).ok()).ok_or(wrong)?;
            if read < LEN {
                (number < LETTERS).then_some(()).ok_or(wrong)?;
                value = value * u128::from(LETTERS) + u128::from(number);
                read += 1;
            } else {
                last = Some(number);
            }
        }
        match last {
            None => Err(wrong),
            Some(last) if last != check(value) => Err(RevocationCodeError::Check),
            Some(_) => Ok(Self::of_value(value)),
        }
    }

    /// The place, then the secret, as one number of 100 bits.
    fn value(&self) -> u128 {
        let secret = self.secret.iter();
        secret.fold(u128::from(self.place), |value, octet| {
            value << 8 | u128::from(*octet)
        })
    }

    fn of_value(value: u128) -> Self {
        let mut secret = Zeroizing::new([0; SECRET_LEN]);
        let octets = Zeroizing::new(value.to_be_bytes());
        if let Some(last) = octets.last_chunk() {
            *secret = *last;
        }
        let place = value >> (8 * SECRET_LEN);
        Self {
            place: u32::try_from(place).unwrap_or_default(),
            secret,
        }
    }
}

/// The first bits of a handle.
fn place(handle: Handle) -> u32 {
    let bits = u64::from_be_bytes(handle.0) >> (64 - PLACE_BITS);
    u32::try_from(bits).unwrap_or_default()
}

/// Finds every wrong letter and every two that changed places.
fn check(value: u128) -> u32 {
    u32::try_from(value % 37).unwrap_or_default()
}

fn sign(number: u32) -> u8 {
    let place = usize::try_from(number).unwrap_or_default();
    ALPHABET.get(place).copied().unwrap_or(b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];

    fn handle(number: u64) -> Handle {
        Handle(number.to_be_bytes())
    }

    #[test]
    fn a_code_is_of_its_credential_alone() {
        let own = handle(0x0123_4567_89ab_cdef);
        let code = RevocationCode::of(&KEY, own);
        let text = code.to_text();
        assert_eq!((text.len(), text.matches('-').count()), (26, 5));
        let read = RevocationCode::read(&text).unwrap();
        assert!(read.is_of(&KEY, own));
        let (first, last) = read.handles();
        assert!(first <= own && own <= last);
        assert_eq!(
            (first, last),
            (handle(0x0123_4000_0000_0000), handle(0x0123_4fff_ffff_ffff))
        );
        assert!(!read.is_of(&[8; 32], own));
        assert!(!read.is_of(&KEY, handle(0x0123_4567_89ab_cdee)));
        // The other end of both parts.
        for number in [0, u64::MAX] {
            let code = RevocationCode::of(&KEY, handle(number));
            let read = RevocationCode::read(&code.to_text()).unwrap();
            assert!(read.is_of(&KEY, handle(number)));
        }
    }

    #[test]
    fn every_wrong_letter_and_every_exchange_is_found() {
        let text = RevocationCode::of(&KEY, handle(5))
            .to_text()
            .replace('-', "");
        let letters: Vec<char> = text.chars().collect();
        let read = |letters: &[char]| RevocationCode::read(&letters.iter().collect::<String>());
        assert!(read(&letters).is_ok());
        for place in 0..letters.len() {
            for sign in ALPHABET.map(char::from) {
                let mut wrong = letters.clone();
                wrong[place] = sign;
                assert_eq!(read(&wrong).is_ok(), wrong == letters);
            }
            if place > 0 {
                let mut wrong = letters.clone();
                wrong.swap(place - 1, place);
                assert_eq!(read(&wrong).is_ok(), wrong == letters);
            }
        }
    }
}
