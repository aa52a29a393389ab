//! Who asks: a verifier's registration, and a request whose signature by that verifier has been
//! checked. spec:GL-6-REGISTRATION

use ed25519_dalek::{SigningKey, VerifyingKey};

use crate::cbor::{CborError, Reader, Texts, Writer};
use crate::ids::{Origin, UnixTime, VerifierId};
use crate::signed::{self, Kind, SignedError};
use crate::trust::{Allowance, MAX_ALLOWANCES, TrustList, read_verifying_key};

use super::request::{Request, RequestError};

/// Who a verifier is and what it may ask, signed by a key of a trust list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The verifier.
    pub verifier: VerifierId,
    /// The key that signs its requests.
    pub key: VerifyingKey,
    /// Its names.
    pub names: Texts,
    /// What it may ask.
    pub allowances: Vec<Allowance>,
    /// When it ends.
    pub expires: UnixTime,
}

impl Registration {
    /// The signed document.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        let mut w = Writer::new();
        w.map(6)
            .uint(1)
            .uint(1)
            .uint(2)
            .bytes(&self.verifier.0)
            .uint(3)
            .bytes(self.key.as_bytes());
        w.uint(4);
        self.names.write(&mut w);
        w.uint(5).array(self.allowances.len());
        self.allowances.iter().for_each(|a| a.write(&mut w));
        w.uint(6).uint(self.expires.0);
        signed::sign(Kind::Registration, &w.into_vec(), key)
    }

    /// Reads a registration that one of a trust list's keys has signed.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn verify(octets: &[u8], list: &TrustList) -> Result<Self, RequestError> {
        let document = signed::read(octets)?;
        let by = |key| document.verify(Kind::Registration, key).ok();
        let payload = list.keys.iter().find_map(by);
        Ok(Self::from_payload(payload.ok_or(SignedError::Signature)?)?)
    }

    /// Reads what a registration says, whoever signed it: to explain it. [`Registration::verify`]
    /// checks.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn claimed(octets: &[u8]) -> Result<Self, RequestError> {
        Ok(Self::from_payload(signed::read(octets)?.payload)?)
    }

    fn from_payload(payload: &[u8]) -> Result<Self, CborError> {
        let mut r = Reader::new(payload);
        r.versioned_map(6)?;
        let registration = Self {
            verifier: VerifierId(r.key(2)?.array_of()?),
            key: read_verifying_key(r.key(3)?)?,
            names: r.key(4)?.texts()?,
            allowances: r.key(5)?.list(0, MAX_ALLOWANCES, Allowance::read)?,
            expires: UnixTime(r.key(6)?.uint()?),
        };
        r.finish()?;
        Ok(registration)
    }
}

/// A request whose signature by the verifier that it names has been checked.
pub struct VerifiedRequest {
    /// The request.
    pub request: Request,
    /// The registration it carries.
    pub registration: Registration,
    /// Whether a key of the trust list has signed the registration, and it is in time.
    pub registered: bool,
    octets: Vec<u8>,
}

impl VerifiedRequest {
    /// Reads a request that came as a code, a file or a text, and checks it. A verifier is registered
    /// where the trust list lists it with this key, or a key of the list has signed its
    /// registration. One that is not is no error here: the holder is warned.
    ///
    /// # Errors
    /// [`RequestError`]; [`RequestError::ForSite`] for a site's.
    pub fn verify(
        octets: &[u8],
        trust: Option<&TrustList>,
        now: UnixTime,
    ) -> Result<Self, RequestError> {
        Self::verify_for(octets, None, trust, now)
    }

    /// [`VerifiedRequest::verify`] of a request whose answer will be sent to this origin, if to one, and
    /// goes in no other way. That the verifier says so is the caller's to know: here the two are compared.
    ///
    /// # Errors
    /// [`RequestError`]; [`RequestError::ForSite`] for another site's.
    pub fn verify_for(
        octets: &[u8],
        answer_to: Option<&Origin>,
        trust: Option<&TrustList>,
        now: UnixTime,
    ) -> Result<Self, RequestError> {
        let document = signed::read(octets)?;
        let request = Request::from_payload(document.payload)?;
        let signed_registration = signed::read(&request.registration)?;
        let mut registration = Registration::from_payload(signed_registration.payload)?;
        if registration.verifier != request.verifier {
            return Err(RequestError::OtherVerifier);
        }
        document.verify(Kind::Request, &registration.key)?;
        // Five minutes' tolerance for clocks.
        if now > request.expires || now.0.saturating_add(300) < request.issued.0 {
            return Err(RequestError::Time);
        }
        let signed_by = |k| signed_registration.verify(Kind::Registration, k).is_ok();
        let listed = trust.and_then(|t| t.verifier(request.verifier));
        let registered = match (listed, trust) {
            // Under another key it is somebody who uses a listed verifier's id.
            (Some(entry), _) if entry.signing != registration.key => {
                return Err(RequestError::OtherVerifier);
            }
            // What the list says of a verifier it lists counts, and nothing else.
            (Some(entry), _) => {
                registration.names = entry.names.clone();
                registration.allowances = entry.allowances.clone();
                true
            }
            (None, Some(list)) => now <= registration.expires && list.keys.iter().any(signed_by),
            (None, None) => false,
        };
        // Last: who is told to go to the site should know that the question is that site's.
        if request.answer_to.is_some() && request.answer_to.as_ref() != answer_to {
            return Err(RequestError::ForSite);
        }
        Ok(Self {
            request,
            registration,
            registered,
            octets: octets.to_vec(),
        })
    }

    /// The signed request's octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}
