//! Who a verifier is: its id and the key that signs its requests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use glimpse_core::cbor::Texts;
use glimpse_core::ids::{UnixTime, VerifierId};
use glimpse_core::presentation::{Registration, RequestError};
use glimpse_core::trust::TrustList;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The head of every request object.
const OBJECT_HEAD: &str = r#"{"alg":"EdDSA","typ":"oauth-authz-req+jwt"}"#;

/// The octets are not an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the verifier's key must have {} octets", Identity::LEN)]
pub struct IdentityError;

/// Why a registration does not take the place of the one in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistrationError {
    /// Not one that a publisher of the trust list has signed.
    #[error(transparent)]
    Unsigned(#[from] RequestError),
    /// Another verifier's.
    #[error("this registration is another counter's")]
    Other,
    /// Its time is over.
    #[error("this registration has ended; ask the publisher of the trust list for a new one")]
    Over,
}

impl RegistrationError {
    /// A short name that stays the same, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned(_) => "registration",
            Self::Other => "other_registration",
            Self::Over => "registration_over",
        }
    }
}

/// A verifier's id and its Ed25519 key. Whoever has it can ask in the verifier's name; it opens
/// nothing that a resident holds.
pub struct Identity {
    id: VerifierId,
    key: SigningKey,
}

impl Identity {
    /// Length in octets: the id, then the key's seed.
    pub const LEN: usize = VerifierId::LEN + 32;

    /// A fresh one.
    pub fn generate(rng: &mut dyn CryptoRng) -> Self {
        let mut id = [0; VerifierId::LEN];
        rng.fill_bytes(&mut id);
        let mut seed = Zeroizing::new([0; 32]);
        rng.fill_bytes(seed.as_mut_slice());
        Self::new(VerifierId(id), SigningKey::from_bytes(&seed))
    }

    /// An id with its key.
    pub fn new(id: VerifierId, key: SigningKey) -> Self {
        Self { id, key }
    }

    /// Reads what [`Identity::to_octets`] wrote.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, IdentityError> {
        let (id, seed) = octets.split_first_chunk().ok_or(IdentityError)?;
        let seed = seed.try_into().map_err(|_| IdentityError)?;
        Ok(Self::new(VerifierId(*id), SigningKey::from_bytes(seed)))
    }

    /// The 48 octets to keep. They are secret.
    pub fn to_octets(&self) -> Zeroizing<Vec<u8>> {
        // Whole at once: a vector that grows leaves copies behind.
        let mut octets = Zeroizing::new(Vec::with_capacity(Self::LEN));
        octets.extend_from_slice(&self.id.0);
        octets.extend_from_slice(self.key.as_bytes());
        octets
    }

    /// The id.
    pub fn id(&self) -> VerifierId {
        self.id
    }

    /// The key under which requests are checked.
    pub fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// What a publisher of a trust list needs to register this verifier: id and key in hexadecimal.
    pub fn to_register(&self) -> String {
        let key = self.verifying_key();
        let octets = self.id.0.iter().chain(key.as_bytes());
        octets.map(|octet| format!("{octet:02x}")).collect()
    }

    /// A registration that nobody but this verifier has signed: wallets show the name as a stranger's
    /// and warn. For trying things out.
    pub fn self_registration(&self, names: Texts, expires: UnixTime) -> Vec<u8> {
        Registration {
            verifier: self.id,
            key: self.verifying_key(),
            names,
            allowances: Vec::new(),
            expires,
        }
        .sign(&self.key)
    }

    /// Reads a registration before it takes the place of another, also where the trust list itself names
    /// this verifier: every request carries it, and no wallet takes one that carries something else.
    ///
    /// # Errors
    /// [`RegistrationError`].
    pub fn accept_registration(
        &self,
        octets: &[u8],
        list: &TrustList,
        now: UnixTime,
    ) -> Result<Registration, RegistrationError> {
        let registration = Registration::verify(octets, list)?;
        if (registration.verifier, registration.key) != (self.id, self.verifying_key()) {
            return Err(RegistrationError::Other);
        }
        if now > registration.expires {
            return Err(RegistrationError::Over);
        }
        Ok(registration)
    }

    /// Signs a request object around a request of this verifier: a JWS in compact form with these
    /// claims, a JSON object. spec:GL-12-OBJECT
    pub fn sign_object(&self, claims: &str) -> String {
        // The head keeps this apart from all else that the key signs: see spec:GL-12-BINDING.
        let head = URL_SAFE_NO_PAD.encode(OBJECT_HEAD);
        let signed = format!("{head}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.key.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.key
    }
}
