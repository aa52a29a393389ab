//! Dates as people and spreadsheets write them. Day or month first is a matter of a whole column.

use glimpse_core::predicate::dates::AttributeDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What comes first in a date such as 05/06/1990.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

/// Reads YYYY-MM-DD; DD-MM-YYYY, DD.MM.YYYY and DD/MM/YYYY; with the month first only where slashes
/// part it.
pub(super) fn read(text: &str, order: DateOrder) -> Option<AttributeDate> {
    let text = text.trim();
    if let Ok(date) = AttributeDate::parse(text) {
        return Some(date);
    }
    let separator = text.chars().find(|c| ['-', '.', '/'].contains(c))?;
    let mut parts = text.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| {
        let fits = (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<i32>().ok().filter(|_| fits)
    };
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (first, second) = (digits(first, 2)?, digits(second, 2)?);
    let (day, month) = match (order, separator) {
        (DateOrder::MonthFirst, '/') => (second, first),
        _ => (first, second),
    };
    let small = |n: i32| u8::try_from(n).ok();
    AttributeDate::from_ymd(digits(year, 4)?, small(month)?, small(day)?).ok()
}

/// How many of a column's fields are dates with one order only, and how many with both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) day_first: u32,
    pub(super) month_first: u32,
    pub(super) either: u32,
}

impl Seen {
    pub(super) fn note(&mut self, text: &str) {
        let (day, month) = (
            read(text, DateOrder::DayFirst),
            read(text, DateOrder::MonthFirst),
        );
        match (day, month) {
            (Some(day), Some(month)) if day != month => self.either += 1,
            (Some(_), None) => self.day_first += 1,
            (None, Some(_)) => self.month_first += 1,
            _ => {}
        }
    }

    /// The order of the column, or nothing where both fit all of it and say something else.
    pub(super) fn order(self) -> Option<DateOrder> {
        match (self.day_first, self.month_first, self.either) {
            (0, 0, 0) => Some(DateOrder::DayFirst),
            (0, 0, _) => None,
            (0, _, _) => Some(DateOrder::MonthFirst),
            _ => Some(DateOrder::DayFirst),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (text, order, expected) in [
            ("1990-05-31", DateOrder::MonthFirst, Some("1990-05-31")),
            ("31-05-1990", DateOrder::MonthFirst, Some("1990-05-31")),
            ("31.5.1990", DateOrder::MonthFirst, Some("1990-05-31")),
            (" 1/5/1990 ", DateOrder::DayFirst, Some("1990-05-01")),
            ("1/5/1990", DateOrder::MonthFirst, Some("1990-01-05")),
            ("31/05/1990", DateOrder::MonthFirst, None),
            ("29-02-2023", DateOrder::DayFirst, None),
            ("31-05-90", DateOrder::DayFirst, None),
            ("31-05.1990", DateOrder::DayFirst, None),
            ("+1-05-1990", DateOrder::DayFirst, None),
            ("1990", DateOrder::DayFirst, None),
            ("", DateOrder::DayFirst, None),
        ] {
            let read = read(text, order).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_columns_order_is_that_which_all_of_it_fits_and_open_where_both_do() {
        let order = |fields: &[&str]| {
            let mut seen = Seen::default();
            fields.iter().for_each(|field| seen.note(field));
            seen.order()
        };
        assert_eq!(order(&["1/5/1990", "31/5/1990"]), Some(DateOrder::DayFirst));
        assert_eq!(
            order(&["1/5/1990", "5/31/1990"]),
            Some(DateOrder::MonthFirst)
        );
        assert_eq!(order(&["1/5/1990", "3/4/1990"]), None);
        assert_eq!(order(&["5/5/1990", ""]), Some(DateOrder::DayFirst));
        assert_eq!(
            order(&["01-05-1990", "1990-01-05"]),
            Some(DateOrder::DayFirst)
        );
    }
}
