//! The current date, from the system's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use rekey_core::Date;

/// Returns today's date in UTC; `None` if the clock is outside the range of [`Date`].
pub fn today() -> Option<Date> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    date(seconds / 86_400)
}

/// The date that many days after 1970-01-01.
///
/// Counts in years that begin in March, so that a leap day is the last one: Howard Hinnant,
/// "chrono-compatible low-level date algorithms", `civil_from_days`.
fn date(days: u64) -> Option<Date> {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    Date::new(u16::try_from(year).ok()?, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        let table = [
            (0, "1970-01-01"),
            (58, "1970-02-28"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (19_722, "2023-12-31"),
            (19_723, "2024-01-01"),
            (20_780, "2026-11-23"),
        ];
        for (days, expected) in table {
            assert_eq!(date(days).unwrap().to_string(), expected, "{days}");
        }
    }

    #[test]
    fn a_clock_beyond_every_calendar_has_no_date() {
        assert_eq!(date(u64::from(u32::MAX)), None);
    }
}
