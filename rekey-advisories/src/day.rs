//! Days as numbers, to compute ages.

use rekey_core::Date;

/// The number of days from 1970-01-01, by the Gregorian calendar.
pub(crate) fn number(date: Date) -> i64 {
    let [year, month, day] =
        [date.year().into(), date.month().into(), date.day().into()].map(|part: i64| part);
    // Years begin in March here, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The day with a number; `None` outside of the years 0 to 9999.
pub(crate) fn date(number: i64) -> Option<Date> {
    let days = number.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let year = u16::try_from(year).ok().filter(|year| *year <= 9999)?;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Reads the day of a time: `2023-10-17T09:04:53+00:00`, `2023-10-17 09:04:53`, `2023-10-17`.
///
/// A time with an offset is converted to UTC, because ages count in UTC.
pub(crate) fn parse(time: &str) -> Option<Date> {
    let day: Date = time.get(..10)?.parse().ok()?;
    Some(offset_days(time, day).unwrap_or(day))
}

/// Returns the day in UTC of a time with an offset other than zero.
fn offset_days(time: &str, day: Date) -> Option<Date> {
    let number_at = |from: usize, to: usize| time.get(from..to)?.parse::<i64>().ok();
    let minutes = number_at(11, 13)? * 60 + number_at(14, 16)?;
    let offset = time.get(16..)?;
    let at = offset.find(['+', '-'])? + 16;
    let offset = number_at(at + 1, at + 3)? * 60 + number_at(at + 4, at + 6)?;
    let offset = if time.get(at..=at)? == "-" { -offset } else { offset };
    date(number(day) + (minutes - offset).div_euclid(24 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_belong_together() {
        let of = |text: &str| text.parse::<Date>().unwrap();
        for (text, expected) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2024-12-31", 20_088),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(number(of(text)), expected, "{text}");
            assert_eq!(date(expected), Some(of(text)), "{text}");
        }
        let (first, last) = (number(of("0001-01-01")), number(of("9999-12-31")));
        for day in (first..=last).step_by(13) {
            assert_eq!(date(day).map(number), Some(day));
        }
        for outside in [last + 1, i64::MIN, i64::MAX, -719_529] {
            assert_eq!(date(outside), None, "{outside}");
        }
    }

    #[test]
    fn days_of_times_are_in_utc() {
        for (time, expected) in [
            ("2023-10-17T09:04:53+00:00", Some("2023-10-17")),
            ("2023-10-17T23:04:53Z", Some("2023-10-17")),
            ("2025-10-31T00:00:21.219000+00:00", Some("2025-10-31")),
            ("2023-10-17 09:04:53", Some("2023-10-17")),
            ("2023-10-17", Some("2023-10-17")),
            ("2023-10-17T00:30:00+02:00", Some("2023-10-16")),
            ("2023-12-31T23:30:00-01:00", Some("2024-01-01")),
            ("2023-13-17", None),
            ("", None),
            ("17.10.2023 yes", None),
        ] {
            assert_eq!(parse(time).map(|day| day.to_string()).as_deref(), expected, "{time}");
        }
    }
}
