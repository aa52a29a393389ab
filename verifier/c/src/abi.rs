//! The functions of the header. Pointers and lengths are turned into Rust's types here, and owned
//! strings into pointers; what is done with them is `glimpse_counter::Shared`'s.
//!
//! # Why this is sound
//!
//! Every pointer that comes in is compared with NULL first; beyond that, C can only promise, and the
//! promise is under "Safety" in each function's comment. A `GlimpseVerifier` is made by `Box::into_raw` and given
//! back to `Box::from_raw` once; a string by `CString::into_raw` and `CString::from_raw`, after which
//! its pointer is set to NULL. Nothing keeps a pointer of the caller's after it returns, and no panic
//! leaves a function.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr::{null_mut, write};

use glimpse_counter::{CounterError, Shared, SharedAsked};
use glimpse_verifier::Outcome;
use zeroize::Zeroize;

use crate::failure::{Failure, guarded, moment, to_json};

/// The version of this interface: it grows when a program must be compiled anew.
pub const GLIMPSE_VERIFIER_ABI: u32 = 1;

/// What came of a check. 0 is no verdict: the check did not take place.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum GlimpseOutcome {
    /// No verdict; the error says why.
    Failed = 0,
    /// Everything that was asked is shown.
    Accepted = 1,
    /// The answer does not do. Whoever answered may try again.
    Refused = 2,
    /// Something is wrong on this side, and says nothing about whoever answered.
    CannotTell = 3,
}

/// A counter that is open. Several threads may use one; they wait for each other.
pub struct GlimpseVerifier(Shared);

/// Why a function failed. Each call writes it anew, with NULLs where it succeeds; free it after each
/// failure.
#[repr(C)]
pub struct GlimpseError {
    /// A short name that stays the same, such as "no_counter", "policy", "argument".
    pub code: *mut c_char,
    /// English, with what to do.
    pub message: *mut c_char,
}

/// A request to be shown.
#[repr(C)]
pub struct GlimpseAsked {
    /// The text of its QR code, for alphanumeric mode.
    pub text: *mut c_char,
    /// Which request it is, for a check that waits for this one and no other.
    pub ticket: *mut c_char,
    /// When it ends, in seconds since 1970.
    pub expires: u64,
    /// Whether wallets will show this verifier as a registered one.
    pub registered: bool,
}

/// What a check came to. It holds what the holder agreed to show: free it when it is not needed.
#[repr(C)]
pub struct GlimpseVerdict {
    /// The same as the function returned.
    pub outcome: GlimpseOutcome,
    /// "accepted", or a short name of the reason that stays the same, such as "used_already".
    pub code: *mut c_char,
    /// English for a clerk.
    pub words: *mut c_char,
    /// All of it as JSON, with the cards: see `specs/13-verifier.md`, 13.4.
    pub report: *mut c_char,
}

/// The version of this interface that the library has, to compare with `GLIMPSE_VERIFIER_ABI`.
#[unsafe(no_mangle)]
pub extern "C" fn glimpse_verifier_abi() -> u32 {
    GLIMPSE_VERIFIER_ABI
}

/// Opens the counter of a folder, which `glimpse-verifier init` and `trust` have made. A trust list or
/// registration that another program loads later is taken up by itself. NULL when it fails; then
/// `error` says why.
///
/// # Safety
/// `folder`: a path in UTF-8 that ends with NUL. `error`: NULL, or where to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verifier_open(
    folder: *const c_char,
    error: *mut GlimpseError,
) -> *mut GlimpseVerifier {
    let opened = guarded(|| {
        // SAFETY: the caller gives NULL or a string that ends with NUL.
        let folder = unsafe { text("folder", folder) }?;
        Ok(Shared::open(Path::new(folder))?)
    });
    // SAFETY: the caller gives NULL or a place for an error.
    match unsafe { or_error(opened, error) } {
        Some(counter) => Box::into_raw(Box::new(GlimpseVerifier(counter))),
        None => null_mut(),
    }
}

/// Makes a fresh request from a policy's text; `glimpse_verifier_check` then expects an answer to it.
/// True when `asked` is filled; else `error` says why.
///
/// # Safety
/// `verifier`: open. `policy`: TOML in UTF-8 that ends with NUL. `now`: seconds since 1970, or 0 for
/// this machine's clock. `asked`: where to write; free it afterwards. `error`: NULL, or where to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verifier_request(
    verifier: *const GlimpseVerifier,
    policy: *const c_char,
    now: u64,
    asked: *mut GlimpseAsked,
    error: *mut GlimpseError,
) -> bool {
    let make = |v: &Shared, p: &str| v.request(p, moment(now));
    // SAFETY: by this function's contract.
    unsafe { ask(verifier, policy, asked, error, make) }
}

/// Makes a poster from a policy's text: a request to be printed, which many answer until a moment.
/// `glimpse_verifier_check` then expects an answer to it, made at most `window` seconds ago. It is
/// weaker than a fresh request against somebody who carries answers from elsewhere, and an age that
/// it asks for is that of the day on which it is made. True when `asked` is filled; else `error` says why.
///
/// # Safety
/// `window`: 30 to 600 seconds. `until`: seconds since 1970, at most 366 days away. The rest as of
/// `glimpse_verifier_request`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verifier_poster(
    verifier: *const GlimpseVerifier,
    policy: *const c_char,
    window: u32,
    until: u64,
    now: u64,
    asked: *mut GlimpseAsked,
    error: *mut GlimpseError,
) -> bool {
    let make = |v: &Shared, p: &str| v.poster(p, window, until, moment(now));
    // SAFETY: by this function's contract.
    unsafe { ask(verifier, policy, asked, error, make) }
}

/// Checks an answer to the request of a ticket; a good one uses the request up. Returns the outcome,
/// and `GLIMPSE_OUTCOME_FAILED` when the check did not take place; then `error` says why.
///
/// # Safety
/// `verifier`: open. `ticket`: as the request came with, or NULL for the latest request of the folder,
/// whichever program made it. `answer`: the text of its QR code or its octets, of this length. `now`: seconds
/// since 1970, or 0 for this machine's clock. `language`: of names, such as "nl", or NULL for "en".
/// `verdict`: where to write; free it afterwards. `error`: NULL, or where to write.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verifier_check(
    verifier: *const GlimpseVerifier,
    ticket: *const c_char,
    answer: *const u8,
    length: usize,
    now: u64,
    language: *const c_char,
    verdict: *mut GlimpseVerdict,
    error: *mut GlimpseError,
) -> GlimpseOutcome {
    let nothing = GlimpseVerdict {
        outcome: GlimpseOutcome::Failed,
        code: null_mut(),
        words: null_mut(),
        report: null_mut(),
    };
    // SAFETY: the caller gives NULL or a place for a verdict.
    unsafe { put(verdict, nothing) };
    let checked = guarded(|| {
        // SAFETY: the caller gives NULL or a verifier that is open.
        let verifier = unsafe { verifier.as_ref() };
        let verifier = verifier.ok_or_else(|| null("verifier"))?;
        if verdict.is_null() {
            return Err(null("verdict"));
        }
        // SAFETY: the caller gives NULL or so many octets.
        let answer = unsafe { octets("answer", answer, length) }?;
        // SAFETY: the caller gives NULL or strings that end with NUL.
        let language = unsafe { optional("language", language) }?.unwrap_or("en");
        // SAFETY: as above.
        let ticket = unsafe { optional("ticket", ticket) }?;
        let at = moment(now);
        let report = verifier.0.check(ticket, answer, language, at)?;
        let json = to_json(&report)?;
        Ok(GlimpseVerdict {
            outcome: match report.outcome {
                Outcome::Accepted => GlimpseOutcome::Accepted,
                Outcome::Refused => GlimpseOutcome::Refused,
                Outcome::CannotTell => GlimpseOutcome::CannotTell,
            },
            code: owned(report.code),
            words: owned(report.words),
            report: owned(json),
        })
    });
    // SAFETY: the caller gives NULL or a place for an error.
    let Some(checked) = (unsafe { or_error(checked, error) }) else {
        return GlimpseOutcome::Failed;
    };
    let outcome = checked.outcome;
    // SAFETY: the caller gives NULL or a place for a verdict.
    unsafe { put(verdict, checked) };
    outcome
}

/// Closes a counter. NULL is fine.
///
/// # Safety
/// `verifier`: open, and not used by any thread any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verifier_free(verifier: *mut GlimpseVerifier) {
    if !verifier.is_null() {
        // SAFETY: it came from `Box::into_raw` in `glimpse_verifier_open`, and comes back once.
        drop(unsafe { Box::from_raw(verifier) });
    }
}

/// Frees what a request holds. NULL is fine, and so is twice.
///
/// # Safety
/// `asked`: NULL, zeros, or what `glimpse_verifier_request` or `glimpse_verifier_poster` filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_asked_free(asked: *mut GlimpseAsked) {
    // SAFETY: the caller gives NULL or what `ask` filled.
    if let Some(asked) = unsafe { asked.as_mut() } {
        for string in [&mut asked.text, &mut asked.ticket] {
            // SAFETY: its strings came from `owned`.
            unsafe { forget(string) };
        }
    }
}

/// Overwrites and frees what a verdict holds. NULL is fine, and so is twice.
///
/// # Safety
/// `verdict`: NULL, zeros, or what `glimpse_verifier_check` filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_verdict_free(verdict: *mut GlimpseVerdict) {
    // SAFETY: the caller gives NULL or what `glimpse_verifier_check` filled.
    if let Some(verdict) = unsafe { verdict.as_mut() } {
        verdict.outcome = GlimpseOutcome::Failed;
        for string in [&mut verdict.code, &mut verdict.words, &mut verdict.report] {
            // SAFETY: its strings came from `owned`.
            unsafe { forget(string) };
        }
    }
}

/// Frees what an error holds. NULL is fine, and so is twice.
///
/// # Safety
/// `error`: NULL, zeros, or what a function here filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn glimpse_error_free(error: *mut GlimpseError) {
    // SAFETY: the caller gives NULL or what a function filled, or zeros.
    if let Some(error) = unsafe { error.as_mut() } {
        for string in [&mut error.code, &mut error.message] {
            // SAFETY: its strings came from `owned`.
            unsafe { forget(string) };
        }
    }
}

/// Makes a request by a policy's text, and fills what it comes with.
///
/// # Safety
/// As of `glimpse_verifier_request`.
unsafe fn ask(
    verifier: *const GlimpseVerifier,
    policy: *const c_char,
    asked: *mut GlimpseAsked,
    error: *mut GlimpseError,
    make: impl FnOnce(&Shared, &str) -> Result<SharedAsked, CounterError>,
) -> bool {
    let nothing = GlimpseAsked {
        text: null_mut(),
        ticket: null_mut(),
        expires: 0,
        registered: false,
    };
    // SAFETY: the caller gives NULL or a place for a request.
    unsafe { put(asked, nothing) };
    let made = guarded(|| {
        // SAFETY: the caller gives NULL or a verifier that is open.
        let verifier = unsafe { verifier.as_ref() };
        let verifier = verifier.ok_or_else(|| null("verifier"))?;
        // SAFETY: the caller gives NULL or a string that ends with NUL.
        let policy = unsafe { text("policy", policy) }?;
        if asked.is_null() {
            return Err(null("asked"));
        }
        let made = make(&verifier.0, policy)?;
        Ok(GlimpseAsked {
            text: owned(made.text),
            ticket: owned(made.ticket),
            expires: made.expires,
            registered: made.registered,
        })
    });
    // SAFETY: the caller gives NULL or places for an error and a request.
    unsafe { or_error(made, error).map(|made| put(asked, made)) }.is_some()
}

fn null(name: &str) -> Failure {
    Failure::argument(name, "is NULL")
}

/// A string of the caller's.
///
/// # Safety
/// It is NULL, or ends with NUL and stays as it is while the result is used.
unsafe fn text<'a>(name: &str, string: *const c_char) -> Result<&'a str, Failure> {
    if string.is_null() {
        return Err(null(name));
    }
    // SAFETY: it is not NULL, and ends with NUL by this function's contract.
    let string = unsafe { CStr::from_ptr(string) };
    string
        .to_str()
        .map_err(|_| Failure::argument(name, "is not UTF-8"))
}

/// A string of the caller's, or NULL for none.
///
/// # Safety
/// As of `text`.
unsafe fn optional<'a>(name: &str, string: *const c_char) -> Result<Option<&'a str>, Failure> {
    if string.is_null() {
        return Ok(None);
    }
    // SAFETY: by this function's contract.
    unsafe { text(name, string) }.map(Some)
}

/// Octets of the caller's. NULL is fine for none.
///
/// # Safety
/// It is NULL, or points to so many octets, which stay as they are while the result is used.
unsafe fn octets<'a>(name: &str, octets: *const u8, length: usize) -> Result<&'a [u8], Failure> {
    match (octets.is_null(), length) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(null(name)),
        (false, length) if isize::try_from(length).is_err() => {
            Err(Failure::argument(name, "is longer than memory"))
        }
        // SAFETY: not NULL, of a length that memory has, and readable by this function's contract.
        (false, length) => Ok(unsafe { std::slice::from_raw_parts(octets, length) }),
    }
}

/// A string that the caller will own, until `forget`.
fn owned(mut string: String) -> *mut c_char {
    // Texts and JSON have no NUL; a message of the system's could.
    string.retain(|c| c != '\0');
    CString::new(string).unwrap_or_default().into_raw()
}

/// Overwrites and frees a string, and leaves NULL.
///
/// # Safety
/// It is NULL or came from `owned`, once.
unsafe fn forget(string: &mut *mut c_char) {
    if !string.is_null() {
        // SAFETY: it came from `CString::into_raw`, and is NULL from here on.
        let taken = unsafe { CString::from_raw(*string) };
        *string = null_mut();
        taken.into_bytes().zeroize();
    }
}

/// The result, or nothing and the failure written where the caller wants it.
///
/// # Safety
/// `error` is NULL or may be written.
unsafe fn or_error<T>(result: Result<T, Failure>, error: *mut GlimpseError) -> Option<T> {
    let (result, told) = match result {
        Ok(result) => (Some(result), [null_mut(), null_mut()]),
        Err(_) if error.is_null() => return None,
        Err(f) => (None, [owned(f.code.to_owned()), owned(f.message)]),
    };
    let [code, message] = told;
    // SAFETY: it is NULL or may be written, by this function's contract.
    unsafe { put(error, GlimpseError { code, message }) };
    result
}

/// Writes where the caller wants it, over what may never have been set.
///
/// # Safety
/// `place` is NULL or may be written.
unsafe fn put<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: it is not NULL, and may be written by this function's contract.
        unsafe { write(place, value) };
    }
}
