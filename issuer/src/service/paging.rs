//! Lists come a page at a time.
#![allow(
    unused_qualifications,
    reason = "the derived code of a generic type has one"
)]

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;

/// Which page of a list. A handler that also filters takes two `Query`s: serde's `flatten` makes
/// text of every value.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// From 1.
    #[param(minimum = 1, maximum = 1_000_000)]
    pub(crate) page: u32,
    /// At most 100.
    #[param(minimum = 1, maximum = 100)]
    pub(crate) per_page: u32,
}

impl Default for Paging {
    fn default() -> Self {
        Self {
            page: 1,
            per_page: 25,
        }
    }
}

impl Paging {
    /// How many rows to skip, and how many to take.
    pub(crate) fn skip_take(self) -> Result<(u32, u32), Problem> {
        if !(1..=100).contains(&self.per_page) || !(1..=1_000_000).contains(&self.page) {
            return Err(Problem::bad_request("page or per_page is out of bounds"));
        }
        Ok(((self.page - 1) * self.per_page, self.per_page))
    }

    /// The page with what was found.
    pub(crate) fn page<T>(self, items: Vec<T>, total: u64) -> Page<T> {
        Page {
            items,
            total,
            page: self.page,
            per_page: self.per_page,
        }
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// What is on it.
    pub(crate) items: Vec<T>,
    /// How many there are on all pages.
    pub(crate) total: u64,
    /// Which page this is, from 1.
    pub(crate) page: u32,
    /// How many there are on a page at most.
    pub(crate) per_page: u32,
}
