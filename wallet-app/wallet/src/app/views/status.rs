//! Whether the wallet is open, what it has to say of itself, and what went wrong.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where the wallet stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// There is none yet.
    New,
    /// Closed; the PIN opens it.
    Locked,
    /// Open.
    Open,
    /// Open in another window.
    Elsewhere,
    /// The device key is gone, so that no PIN opens it. A new or restored wallet may take its place;
    /// its files are then kept beside.
    Lost,
}

/// The wallet's state.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Status {
    /// Where it stands.
    pub stage: Stage,
    /// Seconds until the PIN may be tried again, after wrong ones; 0 when now.
    pub wait: u32,
    /// Wrong PINs in a row.
    pub wrong: u32,
    /// Whether the system's keychain holds the device key. Where there is none, a passphrase of at
    /// least eight characters stands in for the PIN.
    pub keychain: bool,
    /// What the holder should know, once the wallet is open.
    pub notices: Vec<Notice>,
    /// Minutes without a touch after which it locks.
    pub lock_after: u32,
    /// Whether a link waits that opened the app; `opened` gives it, once the wallet is open.
    pub link_waits: bool,
}

/// Something the holder should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The files are older than what this device remembers: somebody put an older copy back.
    RolledBack,
    /// There is no trust list: nobody is known.
    NoTrustList,
    /// The trust list is over.
    TrustListOver,
    /// There has been no backup since the last card came.
    NoBackup,
    /// Cards wait for their office after a restore.
    Rebind,
}

/// What can go wrong. Screens say it in words; no value stands in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The wallet is closed.
    Locked,
    /// The PIN is wrong; `wait` says how long until the next try.
    WrongPin,
    /// Too many wrong PINs: `wait` seconds are left.
    Wait,
    /// The PIN is too short or too easy.
    WeakPin,
    /// There is a wallet already.
    Exists,
    /// The wallet is open in another window.
    Elsewhere,
    /// The disk is full; nothing was changed.
    Full,
    /// A file of the wallet is damaged.
    Damaged,
    /// The wallet's keys are of before the PIN was changed: somebody put an older copy back.
    OldKeys,
    /// The device's key is gone: restore from the backup.
    DeviceKeyLost,
    /// The system's keychain does not answer.
    Keychain,
    /// The backup's words are wrong, or the file is damaged.
    Backup,
    /// No code was found, or it is none of ours.
    Unreadable,
    /// It is one of ours, for a counter and not for a wallet.
    ForCounter,
    /// It is a site's request, which is answered at that site alone.
    ForSite,
    /// The request is forged or does not read.
    Forged,
    /// Its time is over.
    Expired,
    /// It is dated in the future: a clock is wrong.
    Clock,
    /// The office is not on the trust list.
    UnknownIssuer,
    /// There is no trust list yet.
    NoTrustList,
    /// The trust list is refused; `detail` says why.
    TrustList,
    /// This answers nothing that was begun here.
    NotPending,
    /// The other side does not answer.
    Offline,
    /// The other side answers, but not as it should.
    OtherSide,
    /// The transaction code is wrong.
    WrongCode,
    /// The offer is used up or over.
    OfferOver,
    /// What the office sent is not what it announced; nothing was kept.
    Refused,
    /// The request cannot be answered with these cards.
    CannotAnswer,
    /// There is no such card, entry or step.
    Missing,
    /// Something else; `detail` says it for whoever helps.
    Other,
}

/// What went wrong.
#[derive(Clone, Debug, Serialize, TS)]
pub struct Fault {
    /// What.
    pub code: FaultCode,
    /// Seconds to wait, where that is the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub wait: Option<u32>,
    /// For whoever helps, in English; no value, key or code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detail: Option<String>,
}

impl Fault {
    /// A fault without more to say.
    pub fn new(code: FaultCode) -> Self {
        Self {
            code,
            wait: None,
            detail: None,
        }
    }
}

impl From<FaultCode> for Fault {
    fn from(code: FaultCode) -> Self {
        Self::new(code)
    }
}

/// A new backup.
#[derive(Clone, Debug, Serialize, TS)]
pub struct BackupView {
    /// The words that open it, shown once.
    pub words: Vec<String>,
    /// Where the file is.
    pub file: String,
}

/// What the holder may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// Minutes without a touch after which the wallet locks: 1 to 30.
    pub lock_after: u32,
    /// Whether renewals are fetched by themselves.
    pub renew_by_itself: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lock_after: 5,
            renew_by_itself: true,
        }
    }
}
