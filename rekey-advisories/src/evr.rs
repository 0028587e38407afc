//! Epoch, version and release of an RPM, and their order.

use std::{cmp::Ordering, fmt};

use rekey_core::tag::order::rpmvercmp;

/// Epoch, version and release of an RPM: `1:3.0.7-27.el9`.
///
/// Two values that rpm holds for equal may have different texts, such as `1.0-1` and `1.00-1`; so the type has
/// [`compare`](Self::compare) and is not `Ord`.
///
/// ```
/// use rekey_advisories::Evr;
///
/// let installed = Evr::parse("1:3.0.1-23.el9_0").unwrap();
/// let fixed = Evr::parse("1:3.0.7-27.el9").unwrap();
/// assert!(installed.compare(&fixed).is_lt());
/// assert_eq!(fixed.to_string(), "1:3.0.7-27.el9");
/// assert_eq!(Evr::parse("0:5.1.8-9.el9").unwrap().to_string(), "5.1.8-9.el9");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Evr<'a> {
    epoch: u32,
    version: &'a str,
    release: &'a str,
}

impl<'a> Evr<'a> {
    /// Joins the parts; a missing epoch is 0, as in rpm.
    ///
    /// Some lists write the epoch into the version (`1:3.2.2`). If there is no other one, it is taken from
    /// there: read as part of the version, it would make every comparison wrong.
    pub fn new(epoch: Option<u32>, version: &'a str, release: &'a str) -> Self {
        match (epoch.filter(|epoch| *epoch != 0), split_epoch(version)) {
            (None, Some((epoch, version))) => Self { epoch, version, release },
            (epoch, _) => Self { epoch: epoch.unwrap_or_default(), version, release },
        }
    }

    /// Reads `[EPOCH:]VERSION-RELEASE`; the last `-` separates the release.
    ///
    /// Returns `None` if there is no `-`, or the version or the release is empty.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (version, release) = text.rsplit_once('-')?;
        let evr = Self::new(None, version, release);
        (!evr.version.is_empty() && !release.is_empty()).then_some(evr)
    }

    /// The epoch; 0 if there is none.
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The version.
    pub const fn version(&self) -> &'a str {
        self.version
    }

    /// The release.
    pub const fn release(&self) -> &'a str {
        self.release
    }

    /// Compares like rpm: the epoch, then the version, then the release, with `~` and `^`.
    ///
    /// Source: rpm `rpmio/rpmvercmp.cc` and `lib/rpmds.cc`.
    pub fn compare(&self, other: &Self) -> Ordering {
        let part = |a: &str, b: &str| rpmvercmp(a.as_bytes(), b.as_bytes());
        self.epoch
            .cmp(&other.epoch)
            .then_with(|| part(self.version, other.version))
            .then_with(|| part(self.release, other.release))
    }
}

impl fmt::Display for Evr<'_> {
    /// Writes `[EPOCH:]VERSION-RELEASE`, without an epoch of 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { epoch, version, release } = self;
        if *epoch != 0 {
            write!(f, "{epoch}:")?;
        }
        write!(f, "{version}-{release}")
    }
}

/// Splits `1:3.2.2` into the epoch and the version.
fn split_epoch(version: &str) -> Option<(u32, &str)> {
    let (epoch, version) = version.split_once(':')?;
    let is_number = !epoch.is_empty() && epoch.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| epoch.parse().ok()).flatten().map(|epoch| (epoch, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_epoch_version_and_release() {
        for (a, sign, b) in [
            ("1.0-1", "=", "0:1.0-1"),
            ("0:2.0-1", "<", "1:1.0-1"),
            ("10:1-1", ">", "9:1-1"),
            ("1.0-1", "<", "1.0-2"),
            ("1.0-9", "<", "1.0-10"),
            ("1.0-2", "<", "1.1-1"),
            ("1.0-1", "=", "1.00-01"),
            ("1.0~rc1-1", "<", "1.0-1"),
            ("1.0-1", "<", "1.0^git1-1"),
            ("1.0^git1-1", "<", "1.0.1-1"),
            ("1.0~rc1-1", "<", "1.0~rc1^git1-1"),
            ("7.76.1-26.el9", "<", "7.76.1-26.el9_3.2"),
            ("7.76.1-18.3.el8_8", "<", "7.76.1-23.el8_10"),
            ("1:3.0.1-23.el9_0", "<", "1:3.0.7-27.el9"),
            ("1.0-1~beta", "<", "1.0-1"),
            ("1.0-1^post", ">", "1.0-1"),
            ("0.78-11.module+el8.6.0+23193+83e23a7a.1", "<", "0.78-12.module+el8.10.0+23147+95b68fad"),
            ("2022a-1.el9_0", "<", "2023c-1.el9"),
        ] {
            let expected = match sign {
                "<" => Ordering::Less,
                "=" => Ordering::Equal,
                _ => Ordering::Greater,
            };
            let [left, right] = [a, b].map(|text| Evr::parse(text).unwrap());
            assert_eq!(left.compare(&right), expected, "{a} {sign} {b}");
            assert_eq!(right.compare(&left), expected.reverse(), "{b} and {a}");
        }
    }

    #[test]
    fn an_epoch_in_the_version_counts_once() {
        for (epoch, version, expected) in [
            (None, "3.2.2", "3.2.2-1"),
            (None, "1:3.2.2", "1:3.2.2-1"),
            (Some(0), "1:3.2.2", "1:3.2.2-1"),
            (Some(1), "3.2.2", "1:3.2.2-1"),
            (Some(2), "1:3.2.2", "2:1:3.2.2-1"),
            (None, "a:3.2.2", "a:3.2.2-1"),
            (None, ":3.2.2", ":3.2.2-1"),
            (None, "99999999999:1", "99999999999:1-1"),
        ] {
            assert_eq!(Evr::new(epoch, version, "1").to_string(), expected);
        }
    }

    #[test]
    fn texts_without_version_or_release_are_rejected() {
        for text in ["", "-", "1.0", "1.0-", "-1", "1:-1"] {
            assert_eq!(Evr::parse(text), None, "{text}");
        }
    }
}
