//! What an invitation's holder is given: an offer as a link and a QR symbol, by value or by
//! reference, the transaction code, and the number for a wallet that has neither. spec:GL-8-WAY

use glimpse_core::cbor::{CborError, Reader, Writer};
use glimpse_core::credential::CredentialError;
use glimpse_core::ids::SchemaId;
use rand_core::CryptoRng;
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::{FORMATS, draw, encode};
use crate::OfficeError;
use crate::ids::InvitationId;
use crate::keys::{OfficeKeys, Purpose};

/// Letters and digits that are not taken for one another; Crockford's.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const NUMBER_LEN: usize = 10;
/// Digits of a transaction code.
pub(super) const DIGITS: usize = 6;

/// What is secret of an invitation.
pub(super) struct Secrets {
    pub(super) code: Zeroizing<[u8; 32]>,
    pub(super) link: Zeroizing<[u8; 32]>,
    pub(super) issuer_state: Zeroizing<[u8; 32]>,
    pub(super) number: Zeroizing<String>,
    pub(super) transaction_code: Zeroizing<String>,
}

impl Secrets {
    pub(super) fn draw(rng: &mut dyn CryptoRng) -> Self {
        let (code, link, issuer_state) = (draw(rng), draw(rng), draw(rng));
        let mut number = Zeroizing::new(String::with_capacity(NUMBER_LEN));
        let mut octets = Zeroizing::new([0; NUMBER_LEN]);
        rng.fill_bytes(octets.as_mut_slice());
        for octet in octets.iter() {
            let letter = ALPHABET.get(usize::from(octet % 32));
            number.push(letter.copied().map_or('0', char::from));
        }
        let mut octets = Zeroizing::new([0; 8]);
        rng.fill_bytes(octets.as_mut_slice());
        // Of 2^64 values a million cannot be told from even.
        let digits = u64::from_be_bytes(*octets) % 1_000_000;
        Self {
            code,
            link,
            issuer_state,
            number,
            transaction_code: Zeroizing::new(format!("{digits:0DIGITS$}")),
        }
    }

    pub(super) fn seal(
        &self,
        keys: &OfficeKeys,
        id: InvitationId,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<u8>, OfficeError> {
        let mut w = Writer::new();
        w.array(6).uint(1).bytes(self.code.as_slice());
        w.bytes(self.link.as_slice())
            .bytes(self.issuer_state.as_slice());
        w.text(&self.number).text(&self.transaction_code);
        let octets = Zeroizing::new(w.into_vec());
        keys.seal_record(Purpose::Invitation, &id.0, &octets, rng)
    }

    pub(super) fn open(
        keys: &OfficeKeys,
        id: InvitationId,
        sealed: &[u8],
    ) -> Result<Self, OfficeError> {
        let octets = keys.open_record(Purpose::Invitation, &id.0, sealed)?;
        let read = || -> Result<Self, CborError> {
            let mut r = Reader::new(&octets);
            r.versioned_tuple(6)?;
            let secrets = Self {
                code: Zeroizing::new(r.array_of()?),
                link: Zeroizing::new(r.array_of()?),
                issuer_state: Zeroizing::new(r.array_of()?),
                number: Zeroizing::new(r.text(NUMBER_LEN)?.to_owned()),
                transaction_code: Zeroizing::new(r.text(DIGITS)?.to_owned()),
            };
            r.finish()?;
            Ok(secrets)
        };
        Ok(read().map_err(CredentialError::from)?)
    }
}

/// A letter's number as it was typed, the way it was drawn: without blanks and hyphens, in
/// capitals, and with the letters that look like digits read as them.
pub(super) fn read_number(typed: &str) -> Option<Zeroizing<String>> {
    let mut number = Zeroizing::new(String::with_capacity(NUMBER_LEN));
    for c in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        };
        let known = c.is_ascii() && ALPHABET.iter().any(|letter| char::from(*letter) == c);
        if !known || number.len() == NUMBER_LEN {
            return None;
        }
        number.push(c);
    }
    (number.len() == NUMBER_LEN).then_some(number)
}

/// What the resident is given. It is secret: whoever has it gets the credential.
pub struct Offered {
    code: Zeroizing<String>,
    link: Zeroizing<String>,
    issuer_state: Zeroizing<String>,
    schema: SchemaId,
    /// The transaction code, to be handed over apart from the rest.
    pub transaction_code: Zeroizing<String>,
    /// The number for a wallet that cannot take the offer, in two groups.
    pub number: Zeroizing<String>,
}

impl Offered {
    pub(super) fn of(secrets: &Secrets, schema: SchemaId) -> Self {
        let (first, second) = secrets.number.split_at(secrets.number.len().min(5));
        Self {
            code: Zeroizing::new(encode(secrets.code.as_slice())),
            link: Zeroizing::new(encode(secrets.link.as_slice())),
            issuer_state: Zeroizing::new(encode(secrets.issuer_state.as_slice())),
            schema,
            transaction_code: secrets.transaction_code.clone(),
            number: Zeroizing::new(format!("{first}-{second}")),
        }
    }

    /// The credential offer. `issuer` is the credential issuer's identifier, and `description` says
    /// where the transaction code is to be found.
    pub fn offer(&self, issuer: &str, description: &str) -> Value {
        let ids: Vec<_> = FORMATS
            .iter()
            .map(|format| format.configuration_id(self.schema))
            .collect();
        json!({
            "credential_issuer": issuer,
            "credential_configuration_ids": ids,
            "grants": {
                "urn:ietf:params:oauth:grant-type:pre-authorized_code": {
                    "pre-authorized_code": self.code.as_str(),
                    "tx_code": {
                        "input_mode": "numeric", "length": DIGITS, "description": description,
                    },
                },
                "authorization_code": { "issuer_state": self.issuer_state.as_str() },
            },
        })
    }

    /// The offer as a link that a wallet opens, with all in it.
    pub fn by_value(&self, issuer: &str, description: &str) -> String {
        let offer = self.offer(issuer, description).to_string();
        let offer: String = byte_serialize(offer.as_bytes()).collect();
        // A blank is %20 in an address, and + only in forms.
        let offer = offer.replace('+', "%20");
        format!("openid-credential-offer://?credential_offer={offer}")
    }

    /// The same with a reference, which makes a QR symbol small.
    pub fn by_reference(&self, issuer: &str) -> String {
        let address = format!("{issuer}/oid4vci/offers/{}", self.link.as_str());
        let address: String = byte_serialize(address.as_bytes()).collect();
        format!("openid-credential-offer://?credential_offer_uri={address}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for typed in [
            "0123456789",
            "01234-56789",
            " o1234 5678 9",
            "OI234-56789",
            "oL234-56789",
        ] {
            assert_eq!(
                read_number(typed).unwrap().as_str(),
                "0123456789",
                "{typed}"
            );
        }
        for typed in [
            "",
            "012345678",
            "01234567890",
            "01234_6789",
            "01234U6789",
            "é123456789",
        ] {
            assert!(read_number(typed).is_none(), "{typed}");
        }
    }
}
