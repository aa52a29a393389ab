//! The wallet's screens: in their window for the demo, in Chromium for tests, with the other sides
//! played for real.

pub mod bridge;
pub mod demo;
pub mod driver;
mod eye;
mod pages;
mod people;
mod site;
pub mod stage;
