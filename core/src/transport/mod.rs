//! How documents travel between two screens: as the text of one QR symbol, or, where one symbol
//! is too small, as a sequence of frames. Nothing here looks inside a document.

pub mod frames;
#[cfg(feature = "qr-image")]
pub mod image;
pub mod qr;

/// What a document is, as it is announced on the way. The announcement is for routing only: every
/// document says inside its signature or proof what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A verifier's signed request.
    Request,
    /// A holder's answer: a presentation.
    Answer,
    /// An issuer's signed offer.
    Offer,
    /// A holder's issuance request.
    IssuanceRequest,
    /// An issuer's issuance response.
    IssuanceResponse,
    /// A signed trust list.
    TrustList,
    /// A signed renewal manifest.
    Manifest,
    /// A counter's policy: its text, unsigned. Whoever runs a counter loads it on purpose.
    Policy,
    /// A verifier's signed registration, on its way to the counter.
    Registration,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Request,
        Self::Answer,
        Self::Offer,
        Self::IssuanceRequest,
        Self::IssuanceResponse,
        Self::TrustList,
        Self::Manifest,
        Self::Policy,
        Self::Registration,
    ];

    /// The two letters that open QR text.
    pub fn letters(self) -> &'static str {
        match self {
            Self::Request => "GQ",
            Self::Answer => "GA",
            Self::Offer => "GO",
            Self::IssuanceRequest => "GI",
            Self::IssuanceResponse => "GR",
            Self::TrustList => "GT",
            Self::Manifest => "GM",
            Self::Policy => "GP",
            Self::Registration => "GN",
        }
    }

    /// The type in frames.
    pub fn ur_type(self) -> &'static str {
        match self {
            Self::Request => "glimpse-request",
            Self::Answer => "glimpse-answer",
            Self::Offer => "glimpse-offer",
            Self::IssuanceRequest => "glimpse-issuance-request",
            Self::IssuanceResponse => "glimpse-issuance-response",
            Self::TrustList => "glimpse-trust-list",
            Self::Manifest => "glimpse-manifest",
            Self::Policy => "glimpse-policy",
            Self::Registration => "glimpse-registration",
        }
    }
}
