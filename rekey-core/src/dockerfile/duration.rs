//! Durations as Go writes them: `1h30m`, `1.5s`, `-2ms`.

/// Returns the duration in nanoseconds, or `None` if the text is not a duration or overflows.
pub(super) fn parse(text: &str) -> Option<i128> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let len = after.find(|ch: char| ch == '.' || ch.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(len);
        let unit = nanoseconds(unit)?;
        let whole: i128 =
            if whole.is_empty() { 0 } else { whole.get(..whole.len().min(30))?.parse().ok()? };
        let mut part = whole.checked_mul(unit)?;
        // Fractions of a nanosecond are ignored, so eighteen digits are enough.
        let mut scale = unit;
        for digit in fraction.bytes().take(18) {
            scale /= 10;
            part += i128::from(digit - b'0') * scale;
        }
        total += part;
        if total > i128::from(i64::MAX) + i128::from(negative) {
            return None;
        }
        rest = after;
    }
    Some(if negative { -total } else { total })
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}

fn nanoseconds(unit: &str) -> Option<i128> {
    Some(match unit {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_go() {
        for (text, expected) in [
            ("0", Some(0)),
            ("30s", Some(30_000_000_000)),
            ("1m30s", Some(90_000_000_000)),
            ("1.5ms", Some(1_500_000)),
            (".5s", Some(500_000_000)),
            ("-1s", Some(-1_000_000_000)),
            ("30", None),
            ("", None),
            ("s", None),
            (".s", None),
            ("1x", None),
            ("9999999999999h", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
