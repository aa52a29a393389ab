//! The verifier for whatever speaks C: a turnstile, a till, another language's run-time. It opens a
//! counter's folder (see `glimpse-counter`), asks and checks, in a few functions. The header is
//! `include/glimpse_verifier.h`, an example `example/turnstile.c`.
//!
//! `abi` turns pointers into Rust's types and back, and is the only place with `unsafe`; `handle`
//! does the work and knows nothing of C.

pub mod abi;
mod handle;
