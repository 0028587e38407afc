//! The order of versions: rpm's, with additions for tags.
//!
//! For the tags that Red Hat publishes, rpm's order is correct. Partners also publish `v1.0` beside `1.0` and
//! `1.0-rc1` before `1.0`, which rpm orders wrongly; [`compare_versions`] does not.
//!
//! No number is parsed to an integer: runs of digits are compared by length and then as text, so timestamps
//! and numbers of a hundred digits are fine.

use std::cmp::Ordering;

use super::Tag;

impl Tag {
    /// Compares by version and then by release; two different tags may be equally new.
    ///
    /// ```
    /// use rekey_core::Tag;
    ///
    /// let tag = |text| Tag::parse(text).unwrap();
    /// assert!(tag("1.0-9").compare_age(&tag("1.0-10")).is_lt());
    /// assert!(tag("v1.0-1").compare_age(&tag("1.0-01")).is_eq());
    /// ```
    pub fn compare_age(&self, other: &Self) -> Ordering {
        compare_versions(self.version(), other.version())
            .then_with(|| compare_releases(self.release(), other.release()))
    }

    /// Returns true if the two are different tags and neither is newer: `1.0-1` and `1.0-01`.
    pub fn is_as_new_as(&self, other: &Self) -> bool {
        self != other && self.compare_age(other).is_eq()
    }
}

impl Ord for Tag {
    /// Compares by age, and equally new tags by their bytes, so that every list has one order.
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare_age(other).then_with(|| self.as_str().cmp(other.as_str()))
    }
}

impl PartialOrd for Tag {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares like rpm's `rpmvercmp`, byte for byte.
///
/// Both texts are split into runs of digits and runs of letters; all other characters only separate. The
/// first run that differs decides: digits are compared as numbers, letters as text, digits are newer than
/// letters, and the longer text is newer. `~` is older than the end of a text, `^` newer than the end and
/// older than everything else.
///
/// Source: rpm `rpmio/rpmvercmp.cc`.
///
/// ```
/// use rekey_core::tag::order::rpmvercmp;
/// use std::cmp::Ordering;
///
/// assert_eq!(rpmvercmp(b"1.0-10", b"1.0-9"), Ordering::Greater);
/// assert_eq!(rpmvercmp(b"1.0rc1", b"1.0"), Ordering::Greater);
/// assert_eq!(rpmvercmp(b"1.0_1", b"1.0.01"), Ordering::Equal);
/// ```
pub fn rpmvercmp(a: &[u8], b: &[u8]) -> Ordering {
    compare(Pieces::new(a), Pieces::new(b))
}

/// Compares two versions, without their releases.
///
/// As [`rpmvercmp`], and moreover
/// - one `v` before a digit at the beginning does not count: `v1.0` is `1.0`;
/// - words for what is not released yet, after something else and in any case, come before what they stand behind:
///   `1.0-rc1` and `1.0.0.CR1` are older than `1.0` and `1.0.0`. rpm knows no such words: there a release that is to come
///   has a `~`, which no tag can hold. The words are `alpha` or `a`, `beta` or `b`, `milestone` or `m` before a digit, `rc`
///   or `cr`, `snapshot`, `pre`, `prerelease`, `preview`, `dev`, `ea`, `eap`, `tp`, `canary`, `nightly`, `next`, `test` and
///   `unstable`. One of these and another are compared as text, which gives Maven's order of its own:
///   alpha, beta, milestone, rc, snapshot.
///
/// Two texts that differ may be equal: `1.0_1` and `1.0.01`.
///
/// ```
/// use rekey_core::tag::order::compare_versions;
/// use std::cmp::Ordering;
///
/// assert_eq!(compare_versions("1.0-rc1", "1.0"), Ordering::Less);
/// assert_eq!(compare_versions("v1.10", "1.9"), Ordering::Greater);
/// assert_eq!(compare_versions("v1.0", "1.0"), Ordering::Equal);
/// ```
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    compare(Pieces::of_version(a.as_bytes()), Pieces::of_version(b.as_bytes()))
}

/// Compares two releases of one version: no release is older than `0`, which is older than `1`.
///
/// ```
/// use rekey_core::tag::order::compare_releases;
///
/// assert!(compare_releases(None, Some("0")).is_lt());
/// assert!(compare_releases(Some("9"), Some("10")).is_lt());
/// assert!(compare_releases(Some("923.1669829893"), Some("923.1665590917")).is_gt());
/// ```
pub fn compare_releases(a: Option<&str>, b: Option<&str>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => rpmvercmp(a.as_bytes(), b.as_bytes()),
        _ => a.is_some().cmp(&b.is_some()),
    }
}

/// Compares two runs of digits as numbers.
///
/// ```
/// use rekey_core::tag::order::compare_digits;
///
/// assert!(compare_digits(b"010", b"9").is_gt());
/// assert!(compare_digits(b"01", b"1").is_eq());
/// ```
pub fn compare_digits(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (without_zeros(a), without_zeros(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Returns true if the text begins with a `v` before a digit: `v1.0`.
pub(crate) fn has_v(version: &[u8]) -> bool {
    matches!(version, [b'v', digit, ..] if digit.is_ascii_digit())
}

/// The digits without leading zeros.
pub(crate) fn without_zeros(digits: &[u8]) -> &[u8] {
    let first = digits.iter().position(|b| *b != b'0').unwrap_or(digits.len());
    digits.get(first..).unwrap_or_default()
}

/// The pieces of a version, in rpm's order; one kind is not in rpm.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Tilde,
    /// A word such as `rc` after a version, normalized.
    BeforeRelease(&'static str),
    End,
    Caret,
    Letters(&'a [u8]),
    Digits(&'a [u8]),
}

impl Piece<'_> {
    const fn rank(self) -> u8 {
        match self {
            Self::Tilde => 0,
            Self::BeforeRelease(_) => 1,
            Self::End => 2,
            Self::Caret => 3,
            Self::Letters(_) => 4,
            Self::Digits(_) => 5,
        }
    }
}

/// The first piece that differs decides.
fn compare(mut a: Pieces<'_>, mut b: Pieces<'_>) -> Ordering {
    loop {
        let ordering = match (a.next(), b.next()) {
            (Piece::End, Piece::End) => return Ordering::Equal,
            (Piece::Digits(a), Piece::Digits(b)) => compare_digits(a, b),
            (Piece::Letters(a), Piece::Letters(b)) => a.cmp(b),
            (Piece::BeforeRelease(a), Piece::BeforeRelease(b)) => a.cmp(b),
            (a, b) => a.rank().cmp(&b.rank()),
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

/// A text that is split into pieces from the left.
#[derive(Clone, Copy)]
struct Pieces<'a> {
    rest: &'a [u8],
    /// True if pre-release words are recognized, which is the case only after a first piece.
    words: bool,
    wants_words: bool,
}

impl<'a> Pieces<'a> {
    const fn new(text: &'a [u8]) -> Self {
        Self { rest: text, words: false, wants_words: false }
    }

    fn of_version(text: &'a [u8]) -> Self {
        Self {
            rest: text.get(usize::from(has_v(text))..).unwrap_or_default(),
            words: false,
            wants_words: true,
        }
    }

    fn next(&mut self) -> Piece<'a> {
        let words = std::mem::replace(&mut self.words, self.wants_words);
        let counts = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'~' | b'^');
        let start = self.rest.iter().position(counts).unwrap_or(self.rest.len());
        self.rest = self.rest.get(start..).unwrap_or_default();
        match self.rest.first() {
            None => Piece::End,
            Some(b'~') => self.cut(1, |_| Piece::Tilde),
            Some(b'^') => self.cut(1, |_| Piece::Caret),
            Some(b) if b.is_ascii_digit() => self.cut(self.run(u8::is_ascii_digit), Piece::Digits),
            Some(_) => {
                let len = self.run(u8::is_ascii_alphabetic);
                let before_digit = self.rest.get(len).is_some_and(u8::is_ascii_digit);
                self.cut(len, |letters| {
                    let word = if words { before_release(letters, before_digit) } else { None };
                    word.map_or(Piece::Letters(letters), Piece::BeforeRelease)
                })
            }
        }
    }

    fn run(&self, belongs: impl Fn(&u8) -> bool) -> usize {
        self.rest.iter().position(|b| !belongs(b)).unwrap_or(self.rest.len())
    }

    fn cut(&mut self, len: usize, piece: impl Fn(&'a [u8]) -> Piece<'a>) -> Piece<'a> {
        let (head, rest) = self.rest.split_at(len);
        self.rest = rest;
        piece(head)
    }
}

/// Pre-release words, each with the one that represents all with the same meaning.
///
/// Sources: semver.org and PEP 440 (`alpha`, `beta`, `rc`, `dev`, `pre`, `a`, `b`); maven.apache.org, "Version Order
/// Specification" (`milestone`, `m`, `cr`, `snapshot`); names that vendors give to early access, previews and channels.
const BEFORE_RELEASE: [(&[u8], &str); 20] = [
    (b"a", "alpha"),
    (b"alpha", "alpha"),
    (b"b", "beta"),
    (b"beta", "beta"),
    (b"milestone", "milestone"),
    (b"rc", "rc"),
    (b"cr", "rc"),
    (b"snapshot", "snapshot"),
    (b"pre", "pre"),
    (b"prerelease", "pre"),
    (b"preview", "preview"),
    (b"dev", "dev"),
    (b"ea", "ea"),
    (b"eap", "ea"),
    (b"tp", "tp"),
    (b"canary", "canary"),
    (b"nightly", "nightly"),
    (b"next", "next"),
    (b"test", "test"),
    (b"unstable", "unstable"),
];

/// The normalized pre-release word, if `word` is one.
///
/// `m` is one only before a digit, as in Maven: `1.1.1m` is a letter release of OpenSSL.
fn before_release(word: &[u8], before_digit: bool) -> Option<&'static str> {
    if before_digit && word.eq_ignore_ascii_case(b"m") {
        return Some("milestone");
    }
    BEFORE_RELEASE.iter().find(|(known, _)| word.eq_ignore_ascii_case(known)).map(|(_, word)| *word)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asserts both directions of a comparison, so that a table has each pair once.
    #[track_caller]
    fn holds(compare: impl Fn(&str, &str) -> Ordering, a: &str, sign: &str, b: &str) {
        let expected = match sign {
            "<" => Ordering::Less,
            "=" => Ordering::Equal,
            _ => Ordering::Greater,
        };
        assert_eq!(compare(a, b), expected, "{a} {sign} {b}");
        assert_eq!(compare(b, a), expected.reverse(), "{b} and {a}, the other way round");
    }

    #[test]
    fn rpm_order() {
        for (a, sign, b) in [
            // The values of numbers, and how many there are.
            ("", "=", ""),
            ("", "<", "0"),
            ("1.0", "=", "1.0"),
            ("1.0", "<", "2.0"),
            ("2.0", "=", "2.0"),
            ("1.9", "<", "1.10"),
            ("2.0", "<", "2.0.1"),
            ("2.0.1", "=", "2.0.1"),
            ("2", "<", "2.0"),
            ("10", ">", "9"),
            ("20231231", "<", "20240101"),
            ("99999999999999999999", "<", "100000000000000000000"),
            ("1.18446744073709551616", ">", "1.0"),
            // Leading zeros are ignored.
            ("1.01", "=", "1.1"),
            ("01.0", "=", "1.0"),
            ("1.000", "=", "1.0"),
            ("10.0001", "=", "10.1"),
            ("10.0001", "<", "10.0039"),
            ("000", "=", "0"),
            ("4.999.9", "<", "5.0"),
            // Letters as text, in byte order.
            ("abc", "=", "abc"),
            ("abc", "<", "abd"),
            ("ab", "<", "abc"),
            ("Z", "<", "a"),
            ("1.0a", "<", "1.0b"),
            ("2.0.1a", ">", "2.0.1"),
            ("1.0rc1", ">", "1.0"),
            ("5.5p1", "<", "5.5p2"),
            ("5.5p10", ">", "5.5p1"),
            ("10xyz", "<", "10.1xyz"),
            ("xyz10", "=", "xyz10"),
            ("xyz10", "<", "xyz10.1"),
            // Digits are newer than letters.
            ("xyz.4", "<", "xyz.5"),
            ("xyz.4", "<", "8"),
            ("xyz", "<", "2"),
            ("5.6p1", ">", "5.5p2"),
            ("5.6p1", "<", "6.5p1"),
            ("6.0.rc1", ">", "6.0"),
            ("1.a", "<", "1.1"),
            ("v1.0", "<", "1.0"),
            ("10b2", ">", "10a1"),
            ("1b.fc17", "<", "1.fc17"),
            ("1g.fc17", ">", "1.fc17"),
            // All separators are equal, and repetitions are ignored.
            ("2_0", "=", "2.0"),
            ("2..0", "=", "2.0"),
            ("2.0.", "=", "2.0"),
            (".2.0", "=", "2.0"),
            ("a+", "=", "a_"),
            ("+a", "=", "_a"),
            ("_", "=", "+"),
            ("_", "=", ""),
            ("20101121", ">", "2010_1121"),
            ("1.0-1", "=", "1.0.1"),
            ("1.0+x", ">", "1.0"),
            ("1a", "=", "1.a"),
            ("1\u{e9}2", "=", "1.2"),
            // A tilde is older than anything, even the end.
            ("1.0~rc1", "=", "1.0~rc1"),
            ("1.0~rc1", "<", "1.0"),
            ("1.0~rc1", "<", "1.0~rc2"),
            ("1.0~rc1~git123", "<", "1.0~rc1"),
            ("1.0~", "<", "1.0"),
            ("1.0~", "<", "1.0a"),
            ("1.0~~", "<", "1.0~"),
            ("~", "<", ""),
            ("1.0.~", "<", "1.0"),
            // A caret is newer than the end and older than anything else.
            ("1.0^", "=", "1.0^"),
            ("1.0^", ">", "1.0"),
            ("1.0^git1", "<", "1.0^git2"),
            ("1.0^git1", ">", "1.0"),
            ("1.0^git1", "<", "1.01"),
            ("1.0^20160101", "<", "1.0.1"),
            ("1.0^20160101^git1", ">", "1.0^20160101"),
            ("1.0^a", "<", "1.0a"),
            ("^", ">", ""),
            // Both.
            ("1.0~rc1^git1", ">", "1.0~rc1"),
            ("1.0^git1~pre", "<", "1.0^git1"),
            ("1.0^git1~pre", ">", "1.0"),
            ("1.0~", "<", "1.0^"),
            ("1.900", "<", "1.8000"),
            ("FC5", "<", "fc4"),
            ("2a", "<", "2.0"),
            ("1.0", ">", "1.fc4"),
            ("0:1.0", "<", "1:1.0"),
        ] {
            holds(|a, b| rpmvercmp(a.as_bytes(), b.as_bytes()), a, sign, b);
        }
    }

    #[test]
    fn version_order() {
        for (a, sign, b) in [
            // Red Hat's and partners' own tags.
            ("8.7", "<", "8.10"),
            ("11.12.0.7388", "<", "11.12.0.7389"),
            ("2024.06", "<", "2024.10"),
            ("1.8.4", "<", "1.8.4-ubi"),
            ("1.0", "<", "1.0.0"),
            // The `v` of a git tag.
            ("v1.0", "=", "1.0"),
            ("v1.9", "<", "1.10"),
            ("v1.0", "<", "v1.0.1"),
            ("vv1", "<", "v1"),
            ("v", "<", "1"),
            ("version1", "<", "1"),
            // Pre-releases.
            ("1.0-rc1", "<", "1.0"),
            ("1.0-rc1", "<", "1.0-rc2"),
            ("1.0-rc9", "<", "1.0-rc10"),
            ("1.0rc1", "=", "1.0-rc1"),
            ("1.8.0_rc2", "<", "1.8.0"),
            ("1.0-alpha", "<", "1.0-beta"),
            ("1.0-beta", "<", "1.0-rc"),
            ("1.0-rc", "<", "1.0-rc1"),
            ("1.0-RC1", "=", "1.0-rc1"),
            ("1.0-SNAPSHOT", "<", "1.0"),
            ("1.0a1", "<", "1.0b1"),
            ("1.0b1", "<", "1.0"),
            ("1.0-dev", "<", "1.0"),
            ("1.0-pre.3", "<", "1.0"),
            ("1.0-rc1", ">", "0.9"),
            ("1.0.0.CR1", "<", "1.0.0"),
            ("1.0-M1", "<", "1.0"),
            ("1.0-M2", "<", "1.0-M10"),
            ("1.0-beta1", "<", "1.0-M1"),
            ("1.0-M1", "<", "1.0-CR1"),
            ("1.0.CR1", "=", "1.0-rc1"),
            ("1.0-rc1", "<", "1.0-SNAPSHOT"),
            ("1.0-milestone-1", "<", "1.0"),
            ("1.0-preview", "<", "1.0"),
            ("17-ea", "<", "17"),
            ("1.0-tp", "<", "1.0"),
            ("1.0-canary.3", "<", "1.0"),
            ("1.0-nightly", "<", "1.0"),
            ("1.0-next", "<", "1.0"),
            ("1.0-test", "<", "1.0"),
            ("1.0-unstable", "<", "1.0"),
            ("1.1.1m", ">", "1.1.1"),
            ("7.6.0-MP1", ">", "7.6.0"),
            ("1.0-testing", ">", "1.0"),
            ("1.0-rc1", "<", "1.0-ubi"),
            ("1.0-rc1-ubi", "<", "1.0-ubi"),
            ("v1.0-rc1", "<", "1.0"),
            // Only whole words, and only after something.
            ("1.0-amd64", ">", "1.0"),
            ("1.0-devel", ">", "1.0"),
            ("dev", ">", "alpha"),
            ("rc", ">", ""),
        ] {
            holds(compare_versions, a, sign, b);
        }
    }

    /// An empty text means no release.
    fn release(text: &str) -> Option<&str> {
        Some(text).filter(|text| !text.is_empty())
    }

    #[test]
    fn release_order() {
        for (a, sign, b) in [
            ("", "=", ""),
            ("", "<", "0"),
            ("0", "<", "1"),
            ("9", "<", "10"),
            ("01", "=", "1"),
            ("1112", "<", "1669829893"),
            ("60.1665590917", "<", "60.1665590918"),
            ("60", "<", "60.1665590917"),
            ("60.1665590917", "<", "61"),
        ] {
            holds(|a, b| compare_releases(release(a), release(b)), a, sign, b);
        }
    }

    #[test]
    fn order_is_total() {
        let mut texts = vec![
            "",
            "1",
            "1.0",
            "01.0",
            "1.0.",
            "v1.0",
            "1.0-rc1",
            "1.0rc",
            "1.0-a",
            "1.0a1",
            "1.0-ubi",
            "1.0.1",
            "rc",
            "dev1",
            "latest",
            "1.0-rc1-2",
            "1.0-beta",
            "1.0-M1",
            "1.0-m",
            "1.0.CR1",
            "1.0-next",
            "1.0_1",
            "1.x",
            "v",
            "2",
            "1.0~",
            "1.0^",
            "1.0^a",
        ];
        texts.sort_by(|a, b| compare_versions(a, b));
        for (at, a) in texts.iter().enumerate() {
            for b in &texts[at..] {
                assert!(compare_versions(a, b).is_le(), "{a} {b}");
            }
        }
    }

    #[test]
    fn tag_order() {
        let tag = |text: &str| Tag::parse(text).expect("a tag");
        for (a, sign, b) in [
            ("1.0", "<", "1.0-0"),
            ("1.0-9", "<", "1.0-10"),
            ("1.0-99", "<", "1.1-1"),
            ("1.0-beta-3", "<", "1.0-1"),
            ("1-60.1665590917", "<", "1-66"),
            ("8.7-923.1669829893", "<", "8.10-1"),
            ("9.7-1763362218", "<", "9.7-1763362219"),
            ("6.2.10-9", "<", "6.2.10-41"),
            ("v1.0-1", "=", "1.0-1"),
            ("1.0_1-1", "=", "1.0.1-1"),
            ("latest", "<", "0.1"),
        ] {
            holds(|a, b| tag(a).compare_age(&tag(b)), a, sign, b);
            assert_eq!(tag(a).is_as_new_as(&tag(b)), sign == "=", "{a} {b}");
            assert!(tag(a).cmp(&tag(b)).is_ne(), "{a} and {b} are different tags");
        }
    }
}
