//! Cryptography, formats and rules of Glimpse: no I/O, no clock, no threads, no ambient randomness.

pub mod bbs;
pub mod curve;
pub mod ids;
