//! What a check comes to: accepted, refused, or "cannot tell", each with a reason that a clerk can
//! read and a program can match. spec:GL-13-VERDICT

use glimpse_core::cbor::Texts;
use glimpse_core::ids::UnixTime;
pub use glimpse_core::presentation::Shown;
use glimpse_core::presentation::VerifyError;
use glimpse_core::trust::TrustError;

use crate::outstanding::RecordError;

/// What came of a check.
#[must_use = "a verdict that nobody looks at lets everybody in"]
pub enum Verdict {
    /// Everything that was asked is shown.
    Accepted(Learned),
    /// The answer does not do. Whoever answered may try again.
    Refused(Reason),
    /// Something is wrong on this side, and says nothing about whoever answered.
    CannotTell(Reason),
}

impl Verdict {
    /// What was learned, or why nothing was.
    ///
    /// # Errors
    /// The [`Reason`] of a refusal, or for which nothing can be told.
    pub fn into_result(self) -> Result<Learned, Reason> {
        match self {
            Self::Accepted(learned) => Ok(learned),
            Self::Refused(reason) | Self::CannotTell(reason) => Err(reason),
        }
    }
}

impl From<Result<Learned, Reason>> for Verdict {
    fn from(result: Result<Learned, Reason>) -> Self {
        match result {
            Ok(learned) => Self::Accepted(learned),
            Err(reason) if reason.is_ours() => Self::CannotTell(reason),
            Err(reason) => Self::Refused(reason),
        }
    }
}

/// What an accepted answer shows.
pub struct Learned {
    /// Which alternative was answered.
    pub alternative: usize,
    /// What is learned of each card.
    pub cards: Vec<ShownCard>,
}

/// What is learned of one card.
pub struct ShownCard {
    /// What it shows and proves.
    pub shown: Shown,
    /// The names of its issuer, as the trust list has them.
    pub issuer: Texts,
}

/// Why an answer is not accepted. `Display` is English for a clerk, and says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// No request was made yet.
    #[error("nothing was asked yet; choose what to check first")]
    NothingAsked,
    /// Not one of our documents at all.
    #[error(
        "this is not an answer from a wallet, or it is damaged; ask for the code that the wallet shows"
    )]
    NotAnAnswer,
    /// One of our documents, of another kind.
    #[error(
        "this is another code of Glimpse, not an answer; ask for the answer that the wallet shows"
    )]
    OtherDocument,
    /// It answers an earlier request of this verifier, which may have asked for less.
    #[error(
        "this answers an earlier question; let the wallet scan the code that is on this screen now"
    )]
    OtherRequest,
    /// It answers a request that this verifier did not make, or has forgotten.
    #[error(
        "this answers another counter's question, or one that is long over; let the wallet scan this screen's code"
    )]
    NotOurs,
    /// The request had its answer.
    #[error("this answer was used already; make a new code for each visitor")]
    UsedAlready,
    /// The request's time is over.
    #[error("the time for an answer is over; make a new code")]
    Expired,
    /// The answer to a poster was not made lately, or one of the two clocks is off.
    #[error(
        "the wallet's code is too old, or the clock of one of the two devices is off; let the wallet make a new code"
    )]
    Moment,
    /// The issuer, its key or the schema is not accepted now.
    #[error("the card's issuer is not one that this counter accepts now")]
    UnknownIssuer,
    /// The card has not been renewed for too long; one that was withdrawn is not renewed.
    #[error("the card was not renewed lately; the wallet can renew it when it has a network")]
    TooOld,
    /// The proof does not hold.
    #[error(
        "the proof does not hold: the answer was changed or damaged, or the card does not say this"
    )]
    FalseProof,
    /// The trust list has ended, and the grace after it.
    #[error("cannot tell: this counter's trust list has ended; load a newer one")]
    TrustExpired,
    /// The trust list begins later than this clock says.
    #[error("cannot tell: this device's clock is behind its trust list; set the clock")]
    TrustFuture,
    /// The clock is behind what it was.
    #[error("cannot tell: this device's clock was set back; set it right")]
    ClockBehind,
    /// The record cannot be read or written, or another file that the counter is kept in.
    #[error("cannot tell: a file of this counter cannot be read or written ({0})")]
    Record(RecordError),
    /// The record holds something else.
    #[error("cannot tell: the record of what this counter asked is damaged; make a new code")]
    Damaged,
    /// The request does not fit the schema that the trust list has now.
    #[error("cannot tell: what is asked does not fit the card; have the policy checked")]
    Misfit,
}

impl Reason {
    /// A short name that stays the same, for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingAsked => "nothing_asked",
            Self::NotAnAnswer => "not_an_answer",
            Self::OtherDocument => "other_document",
            Self::OtherRequest => "other_request",
            Self::NotOurs => "not_ours",
            Self::UsedAlready => "used_already",
            Self::Expired => "expired",
            Self::Moment => "moment",
            Self::UnknownIssuer => "unknown_issuer",
            Self::TooOld => "too_old",
            Self::FalseProof => "false_proof",
            Self::TrustExpired => "trust_expired",
            Self::TrustFuture => "trust_future",
            Self::ClockBehind => "clock_behind",
            Self::Record(_) => "record",
            Self::Damaged => "damaged",
            Self::Misfit => "misfit",
        }
    }

    /// Whether the cause is on the verifier's side.
    fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::NothingAsked
                | Self::TrustExpired
                | Self::TrustFuture
                | Self::ClockBehind
                | Self::Record(_)
                | Self::Damaged
                | Self::Misfit
        )
    }
}

impl From<VerifyError> for Reason {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Encoding(_) => Self::NotAnAnswer,
            VerifyError::OtherRequest => Self::OtherRequest,
            VerifyError::Expired => Self::Expired,
            VerifyError::Moment => Self::Moment,
            VerifyError::UnknownIssuer => Self::UnknownIssuer,
            VerifyError::TooOld => Self::TooOld,
            VerifyError::Request => Self::Misfit,
            _ => Self::FalseProof,
        }
    }
}

impl From<TrustError> for Reason {
    fn from(error: TrustError) -> Self {
        match error {
            TrustError::Future => Self::TrustFuture,
            // The only other thing that is wrong with an accepted list is its time.
            _ => Self::TrustExpired,
        }
    }
}

impl From<RecordError> for Reason {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

/// How many days ago an epoch was.
pub(crate) fn days_ago(shown: &Shown, now: UnixTime) -> u32 {
    now.epoch_day().0.saturating_sub(shown.epoch.0)
}
