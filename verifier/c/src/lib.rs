//! The verifier for whatever speaks C: a turnstile, a till, another language's run-time. It opens a
//! counter's folder (see `glimpse-counter`), asks and checks, in a few functions. The header is
//! `include/glimpse_verifier.h`, an example `example/turnstile.c`.
//!
//! `abi` turns pointers into Rust's types and back, and is the only place with `unsafe`; the work is
//! `glimpse_counter::Shared`'s, and `failure` keeps panics from C.

pub mod abi;
mod failure;
