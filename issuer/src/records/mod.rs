//! The queries, by what they are about. Each function takes a transaction, so that what must stand
//! or fall together can.

pub mod audit;
pub(crate) mod holders;
pub(crate) mod imports;
pub(crate) mod invitations;
pub(crate) mod offers;
pub(crate) mod online;
pub(crate) mod published;
pub(crate) mod renewals;
pub(crate) mod residents;
pub(crate) mod revocations;
pub(crate) mod schemas;
pub(crate) mod settings;
pub(crate) mod staff;
