//! The signals of `STOPSIGNAL`.

const NAMES: [&str; 36] = [
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
];

/// Returns true if the text is a Linux signal: a number other than zero, or a name in any case, with or
/// without `SIG`.
pub(super) fn is_signal(text: &str) -> bool {
    if let Ok(number) = text.parse::<i64>() {
        return number != 0;
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    let real_time = |prefix: &str, most: u8| {
        let number = name.strip_prefix(prefix).filter(|number| !number.starts_with('0'));
        number.and_then(|number| number.parse::<u8>().ok()).is_some_and(|number| (1..=most).contains(&number))
    };
    NAMES.contains(&name) || real_time("RTMIN+", 15) || real_time("RTMAX-", 14)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals() {
        for (text, expected) in [
            ("SIGTERM", true),
            ("quit", true),
            ("9", true),
            ("RTMIN+15", true),
            ("SIGRTMAX-1", true),
            ("0", false),
            ("FOO", false),
            ("", false),
            ("RTMIN+16", false),
        ] {
            assert_eq!(is_signal(text), expected, "{text}");
        }
    }
}
