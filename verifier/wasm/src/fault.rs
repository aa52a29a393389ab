//! Errors as JavaScript has them: an `Error` whose message says what to do, with a `code` that stays
//! the same.

use glimpse_core::cbor::CborError;
use glimpse_core::curve::DecodeError;
use glimpse_core::transport::frames::FrameError;
use glimpse_core::transport::image::ImageError;
use glimpse_core::trust::TrustError;
use glimpse_verifier::{AskError, IdentityError, PolicyError, RegistrationError, TicketError};
use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// What a call fails with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    words: String,
}

impl Fault {
    pub(crate) fn new(code: &'static str, words: impl ToString) -> Self {
        Self {
            code,
            words: words.to_string(),
        }
    }
}

impl From<Fault> for JsValue {
    fn from(fault: Fault) -> Self {
        let error = Error::new(&fault.words);
        // A fresh error takes any property.
        let _ = Reflect::set(&error, &"code".into(), &fault.code.into());
        error.into()
    }
}

impl From<TrustError> for Fault {
    fn from(error: TrustError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<AskError> for Fault {
    fn from(error: AskError) -> Self {
        Self::new(error.code(), error)
    }
}

impl From<PolicyError> for Fault {
    fn from(error: PolicyError) -> Self {
        Self::new("policy", error)
    }
}

impl From<IdentityError> for Fault {
    fn from(error: IdentityError) -> Self {
        Self::new("identity", error)
    }
}

impl From<RegistrationError> for Fault {
    fn from(error: RegistrationError) -> Self {
        Self::new("registration", error)
    }
}

impl From<TicketError> for Fault {
    fn from(error: TicketError) -> Self {
        Self::new("argument", error)
    }
}

impl From<ImageError> for Fault {
    fn from(error: ImageError) -> Self {
        Self::new("symbol", error)
    }
}

impl From<FrameError> for Fault {
    fn from(error: FrameError) -> Self {
        Self::new("frames", error)
    }
}

impl From<DecodeError> for Fault {
    fn from(error: DecodeError) -> Self {
        Self::new("internal", error)
    }
}

/// The only CBOR that is read here directly.
impl From<CborError> for Fault {
    fn from(error: CborError) -> Self {
        Self::new(
            "memory",
            format!("what this verifier had saved is damaged: {error}; start without it"),
        )
    }
}
