//! Dates as attributes, and the legal rule behind "over N". spec:GL-5-AGE
//!
//! A person is over N on day D when she was born on or before the cutoff: the same month and day,
//! N years before D. Born on 29 February she comes of age on 1 March in common years, for on
//! 28 February the cutoff is a 28 February, which lies before her birthday. Where D is
//! 29 February and the cutoff's year is common, the cutoff is 28 February.

use time::{Date, Month};

use crate::ids::UnixTime;

/// A civil date as days since 1900-01-01; below 2^17, which reaches 2258.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttributeDate(u32);

/// A date that does not exist or is out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date between 1900-01-01 and 2258")]
pub struct DateError;

const ORIGIN: Date = match Date::from_calendar_date(1900, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

impl AttributeDate {
    /// The first day number beyond the range.
    pub const END: u32 = 1 << 17;

    /// A day number.
    ///
    /// # Errors
    /// [`DateError`] beyond the range.
    pub fn from_days(days: u32) -> Result<Self, DateError> {
        if days < Self::END {
            Ok(Self(days))
        } else {
            Err(DateError)
        }
    }

    /// A date of the Gregorian calendar.
    ///
    /// # Errors
    /// [`DateError`] when there is no such day.
    pub fn from_ymd(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        let month = Month::try_from(month).map_err(|_| DateError)?;
        Self::from_date(Date::from_calendar_date(year, month, day).map_err(|_| DateError)?)
    }

    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// [`DateError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let part = parts
                .next()
                .filter(|p| p.len() == length)
                .ok_or(DateError)?;
            if part.bytes().all(|b| b.is_ascii_digit()) {
                Ok(part)
            } else {
                Err(DateError)
            }
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return Err(DateError);
        }
        let number = |part: &str| part.parse().map_err(|_| DateError);
        Self::from_ymd(
            year.parse().map_err(|_| DateError)?,
            number(month)?,
            number(day)?,
        )
    }

    /// The civil day at this moment where clocks are `offset_minutes` ahead of UTC.
    ///
    /// # Errors
    /// [`DateError`] outside the range.
    pub fn at(now: UnixTime, offset_minutes: i16) -> Result<Self, DateError> {
        let seconds = i64::try_from(now.0).map_err(|_| DateError)? + 60 * i64::from(offset_minutes);
        let days = i32::try_from(seconds.div_euclid(86_400)).map_err(|_| DateError)?;
        let julian = Date::from_calendar_date(1970, Month::January, 1)
            .map_err(|_| DateError)?
            .to_julian_day()
            .checked_add(days)
            .ok_or(DateError)?;
        Self::from_date(Date::from_julian_day(julian).map_err(|_| DateError)?)
    }

    /// Days since 1900-01-01.
    pub fn days(self) -> u32 {
        self.0
    }

    /// The latest birth date of a person who is over `years` on this day.
    ///
    /// # Errors
    /// [`DateError`] when that is before 1900.
    pub fn age_cutoff(self, years: u8) -> Result<Self, DateError> {
        let date = self.date();
        let year = date.year() - i32::from(years);
        let cutoff = date.replace_year(year).or_else(|_| {
            // Only 29 February is missing from another year.
            Date::from_calendar_date(year, Month::February, 28)
        });
        Self::from_date(cutoff.map_err(|_| DateError)?)
    }

    /// The years N for which this day is the cutoff of "over N" on `today`, if any.
    pub fn as_age_on(self, today: Self) -> Option<u8> {
        let years = u8::try_from(today.date().year() - self.date().year()).ok()?;
        (today.age_cutoff(years) == Ok(self)).then_some(years)
    }

    fn date(self) -> Date {
        let days = i32::try_from(self.0).unwrap_or(0);
        Date::from_julian_day(ORIGIN.to_julian_day() + days).unwrap_or(ORIGIN)
    }

    fn from_date(date: Date) -> Result<Self, DateError> {
        let days = date.to_julian_day() - ORIGIN.to_julian_day();
        Self::from_days(u32::try_from(days).map_err(|_| DateError)?)
    }
}

impl core::fmt::Display for AttributeDate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let date = self.date();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            u8::from(date.month()),
            date.day()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leap(year: i32) -> bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    /// The calendar, walked day by day without the library.
    fn calendar() -> impl Iterator<Item = (u32, i32, u8, u8)> {
        (1900..2080)
            .flat_map(|year| {
                let february = if leap(year) { 29 } else { 28 };
                [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                    .into_iter()
                    .zip(1u8..)
                    .flat_map(move |(days, month)| (1..=days).map(move |day| (year, month, day)))
            })
            .zip(0u32..)
            .map(|((y, m, d), n)| (n, y, m, d))
    }

    #[test]
    fn every_day_of_1900_to_2079() {
        for (n, y, m, d) in calendar() {
            let date = AttributeDate::from_ymd(y, m, d).unwrap();
            assert_eq!(date.days(), n);
            let text = format!("{y:04}-{m:02}-{d:02}");
            assert_eq!(date.to_string(), text);
            assert_eq!(AttributeDate::parse(&text), Ok(date));
        }
        for bad in [
            "1999-02-29",
            "1900-02-29",
            "2000-13-01",
            "99-01-01",
            "2000-1-01",
            "2000-01-01-",
            "+200-01-01",
        ] {
            assert!(AttributeDate::parse(bad).is_err(), "{bad}");
        }
    }

    /// The rule in words, without the cutoff: the N-th birthday is on or before the day, where a
    /// birthday of 29 February falls on 1 March in common years.
    fn over(years: i32, birth: (i32, u8, u8), on: (i32, u8, u8)) -> bool {
        let year = birth.0 + years;
        let birthday = if (birth.1, birth.2) == (2, 29) && !leap(year) {
            (3, 1)
        } else {
            (birth.1, birth.2)
        };
        (year, birthday.0, birthday.1) <= on
    }

    #[test]
    fn over_n_day_by_day() {
        let births = [
            (1984, 2, 28),
            (1984, 2, 29),
            (1984, 3, 1),
            (1985, 12, 31),
            (1986, 1, 1),
            (1900, 1, 1),
            (2000, 2, 29),
        ];
        for years in [16u8, 18, 21, 65] {
            for birth in births {
                let born = AttributeDate::from_ymd(birth.0, birth.1, birth.2).unwrap();
                for (n, y, m, d) in calendar() {
                    let today = AttributeDate::from_days(n).unwrap();
                    let Ok(cutoff) = today.age_cutoff(years) else {
                        continue;
                    };
                    let expected = over(years.into(), birth, (y, m, d));
                    assert_eq!(
                        born <= cutoff,
                        expected,
                        "born {born}, over {years} on {today}"
                    );
                    assert_eq!(cutoff.as_age_on(today), Some(years));
                }
            }
        }
    }

    #[test]
    fn the_day_follows_the_zone() {
        let midnight = UnixTime(1_700_006_400);
        assert_eq!(
            AttributeDate::at(midnight, 0).unwrap().to_string(),
            "2023-11-15"
        );
        assert_eq!(
            AttributeDate::at(midnight, -1).unwrap().to_string(),
            "2023-11-14"
        );
        assert_eq!(
            AttributeDate::at(UnixTime(midnight.0 - 1), 60)
                .unwrap()
                .to_string(),
            "2023-11-15"
        );
    }
}
