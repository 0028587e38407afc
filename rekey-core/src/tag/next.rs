//! The tag of the next build of a version, and the latest of a set of tags.

use crate::mask::Quoted;

use super::{
    MAX_TAG_BYTES, Tag,
    order::{compare_releases, without_zeros},
    unclear_release, without_loose_end,
};

/// The minimum number of digits in a timestamp: seconds since 1970 have ten since 2001.
const TIMESTAMP_DIGITS: usize = 10;

/// Words that are not a version: the image behind them changes with each build.
const FLOATING: &[&str] = &[
    "latest",
    "stable",
    "edge",
    "nightly",
    "rolling",
    "current",
    "main",
    "master",
    "head",
    "dev",
    "devel",
    "test",
    "testing",
    "staging",
    "prod",
    "production",
    "release",
    "canary",
    "unstable",
    "next",
    "preview",
    "snapshot",
    "develop",
    "trunk",
    "lts",
];

/// The reason why a tag has no next release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The tag is floating.
    #[error("`{0}` has no version: it moves from build to build")]
    Floating(Quoted),
    /// The tag has no release and no digit, so it has no version.
    #[error("`{0}` has no version: it contains no digit")]
    NoVersion(Quoted),
    /// The text after the last dash may be a release or a part of the version.
    #[error(
        "expected a number after the last dash, found `{0}`, which may be a release or a part of the version"
    )]
    UnclearRelease(Quoted),
    /// The release is a timestamp.
    #[error("the release `{0}` is a timestamp; the next one is not known before the build")]
    Timestamp(Quoted),
    /// The next tag would be too long.
    #[error("the next tag has {0} characters; at most 128 are allowed")]
    TooLong(usize),
}

impl Tag {
    /// Returns the tag of the next build of the same version.
    ///
    /// In the words of the partner guide, "Image Tagging": "if the initial image published is 1.0-1, the
    /// partner version is the 1.0 and the Red Hat build is -1", and after an update of Red Hat's packages
    /// "the Build Service will rebuild the image with a 1.0-2 tag".
    ///
    /// ```
    /// use rekey_core::Tag;
    ///
    /// let tag = Tag::parse("1.0-1")?;
    /// assert_eq!((tag.version(), tag.release()), ("1.0", Some("1")));
    /// assert_eq!(tag.next_release().unwrap(), Tag::parse("1.0-2")?);
    /// # Ok::<(), rekey_core::tag::Problem>(())
    /// ```
    ///
    /// ```
    /// use rekey_core::Tag;
    ///
    /// let next = |tag| Tag::parse(tag).unwrap().next_release().map(|next| next.to_string());
    /// assert_eq!(next("1.0-9").as_deref(), Ok("1.0-10"));
    /// assert_eq!(next("1.0").as_deref(), Ok("1.0-1"));
    /// assert_eq!(next("8.7-923.1669829893").as_deref(), Ok("8.7-924"));
    /// assert!(next("latest").is_err() && next("9.7-1763362218").is_err());
    /// ```
    ///
    /// # Errors
    /// Returns an error if the tag has no version, or if its release is only a timestamp or may be a part of
    /// the version.
    pub fn next_release(&self) -> Result<Self, Refusal> {
        self.next_release_after(std::iter::empty())
    }

    /// Like [`next_release`](Self::next_release), if other builds were already published: one more than the
    /// highest release of exactly this version, this tag included.
    ///
    /// Invalid tags are ignored, and so are other versions: `1.10-7` is not a release of `1.1`.
    ///
    /// ```
    /// use rekey_core::Tag;
    ///
    /// let next = Tag::parse("1.4.2-3")?.next_release_after(["1.4.2-9", "1.4.20-30", "1.4.2"]);
    /// assert_eq!(next.unwrap().as_str(), "1.4.2-10");
    /// # Ok::<(), rekey_core::tag::Problem>(())
    /// ```
    ///
    /// # Errors
    /// Like those of [`next_release`](Self::next_release).
    pub fn next_release_after<'a>(
        &self,
        published: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, Refusal> {
        let whole = without_loose_end(self.as_str());
        if let Ok(tag) = Self::parse(whole)
            && whole.len() < self.as_str().len()
        {
            return tag.next_release_after(published);
        }
        if self.is_floating() {
            return Err(Refusal::Floating(self.as_str().into()));
        }
        if !names_version(self.as_str(), self.release()) {
            return Err(Refusal::NoVersion(self.as_str().into()));
        }
        if let Some(unclear) = unclear_release(self.as_str()) {
            return Err(Refusal::UnclearRelease(unclear.into()));
        }
        let version = without_loose_end(self.version());
        let released = highest_release(version, published);
        let highest = max_release(self.release(), released);
        let release = match highest {
            Some(release) => next_number(release).ok_or_else(|| Refusal::Timestamp(release.into()))?,
            None => 1,
        };
        let text = format!("{version}-{release}");
        if text.len() > MAX_TAG_BYTES {
            return Err(Refusal::TooLong(text.len()));
        }
        Ok(Self::parse(&text).expect("a version, a dash and a number are a tag"))
    }

    /// Returns true if the tag has no version but a word that moves: `latest`, `stable`, `8.1-latest`, in any
    /// case and with any release: `latest-1`.
    pub fn is_floating(&self) -> bool {
        is_floating(self.version())
    }

    /// Returns true if the release is a timestamp, as in `9.7-1763362218`, or ends with one, as in
    /// `8.7-923.1669829893`.
    pub fn has_timestamp(&self) -> bool {
        self.release().is_some_and(|release| release.contains('.') || is_timestamp(release))
    }

    /// Returns true if the tag has the format of Red Hat's own images: numbers and dots, and a release that
    /// is a number, a number and a timestamp, or a timestamp.
    ///
    /// ```
    /// use rekey_core::Tag;
    ///
    /// let is = |tag| Tag::parse(tag).is_ok_and(|tag| tag.is_red_hat_style());
    /// assert!(is("8.7-1112") && is("1-60.1665590917") && is("9.7-1763362218"));
    /// assert!(!is("8.7") && !is("v8.7-1") && !is("8.7-ubi-1"));
    /// ```
    pub fn is_red_hat_style(&self) -> bool {
        let numbers = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        self.release().is_some() && self.version().split('.').all(numbers)
    }
}

/// Returns the latest of the tags that have a version; `None` if there is none.
///
/// If two different tags are equally new (see [`Tag::is_as_new_as`]), the last in byte order is returned.
///
/// ```
/// use rekey_core::tag::{Tag, latest};
///
/// let tags: Vec<_> = ["1.0-9", "1.0-10", "latest", "1.1-rc1"].iter().flat_map(|tag| Tag::parse(tag)).collect();
/// assert_eq!(latest(&tags).map(Tag::as_str), Some("1.1-rc1"));
/// assert_eq!(latest(&tags[2..3]), None);
/// ```
pub fn latest<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> Option<&'a Tag> {
    tags.into_iter().filter(|tag| !tag.is_floating() && names_version(tag.as_str(), tag.release())).max()
}

/// Returns true if a tag has a version: a release after it, or a digit in it.
pub(crate) fn names_version(tag: &str, release: Option<&str>) -> bool {
    release.is_some() || tag.bytes().any(|b| b.is_ascii_digit())
}

/// See [`Tag::is_floating`]; for a tag without its release.
pub(crate) fn is_floating(tag: &str) -> bool {
    if !tag.as_bytes().last().is_some_and(u8::is_ascii_alphabetic) {
        return false;
    }
    let last = tag.rsplit(['-', '_', '.']).next().unwrap_or_default();
    last.eq_ignore_ascii_case("latest") || FLOATING.iter().any(|word| tag.eq_ignore_ascii_case(word))
}

/// The highest release of exactly this version.
pub(crate) fn highest_release<'a>(version: &str, tags: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    tags.into_iter().filter_map(|tag| release_of(version, tag)).fold(None, |a, b| max_release(a, Some(b)))
}

/// The release of a tag of exactly this version.
fn release_of<'a>(version: &str, tag: &'a str) -> Option<&'a str> {
    let release = tag.strip_prefix(version)?.strip_prefix('-')?;
    let scan = super::scan(tag.as_bytes());
    let whole = scan.release.is_some_and(|span| span.len() == release.len());
    (whole && scan.problem.is_none()).then_some(release)
}

fn max_release<'a>(a: Option<&'a str>, b: Option<&'a str>) -> Option<&'a str> {
    if compare_releases(a, b).is_lt() { b } else { a }
}

/// Returns true if a release is a timestamp and not a count.
pub(crate) fn is_timestamp(release: &str) -> bool {
    without_zeros(number(release).as_bytes()).len() >= TIMESTAMP_DIGITS
}

/// The count of a release, without the timestamp after its dot.
pub(crate) fn number(release: &str) -> &str {
    let dot = release.bytes().position(|b| b == b'.');
    dot.and_then(|dot| release.get(..dot)).unwrap_or(release)
}

/// One more than the count of a release; `None` for a timestamp.
pub(crate) fn next_number(release: &str) -> Option<u64> {
    if is_timestamp(release) {
        return None;
    }
    number(release).parse::<u64>().ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn next(tag: &str, published: &[&str]) -> String {
        let tag = Tag::parse(tag).expect("a tag");
        tag.next_release_after(published.iter().copied())
            .map_or_else(|refusal| refusal.to_string(), |tag| tag.to_string())
    }

    #[test]
    fn the_next_release_is_one_more_than_the_highest_of_the_version() {
        for (tag, published, expected) in [
            ("1.0-1", &[][..], "1.0-2"),
            ("1.0-9", &[], "1.0-10"),
            ("1.0", &[], "1.0-1"),
            ("1.0-beta", &[], "1.0-beta-1"),
            ("1.0-1", &["1.0-10", "1.0-9"], "1.0-11"),
            ("1.0-3", &["1.0-1"], "1.0-4"),
            ("1.0", &["1.0-2", "1.0"], "1.0-3"),
            ("7.2.1-1", &["7.2.10-3"], "7.2.1-2"),
            ("7.6.0-MP1-1", &["7.6.0-MP1-4", "7.6.0-9"], "7.6.0-MP1-5"),
            ("7.6.0-9", &["7.6.0-MP1-40", "7.6.0-1-40"], "7.6.0-10"),
            ("8.7-923.1669829893", &[], "8.7-924"),
            ("8.7-923", &["8.7-924.1669829893"], "8.7-925"),
            ("1.0-09", &[], "1.0-10"),
            ("1.0-0", &[], "1.0-1"),
            ("1.0-0000000000001", &[], "1.0-2"),
            ("1.0-999999999", &[], "1.0-1000000000"),
            ("1.0-1", &["1.0-2+3", "", "1.0-"], "1.0-2"),
            ("v1.0-1", &["1.0-5"], "v1.0-2"),
            ("1.0-", &[], "1.0-1"),
            ("1.0-", &["1.0-4"], "1.0-5"),
            ("1.0-1-", &[], "1.0-2"),
            ("1.0.", &[], "1.0-1"),
            ("1.0--1", &[], "1.0-2"),
            ("2024-01-31", &[], "2024-01-31-1"),
            ("focal-1", &[], "focal-2"),
        ] {
            assert_eq!(next(tag, published), expected, "{tag} {published:?}");
        }
    }

    #[test]
    fn an_error_has_the_reason() {
        let long = "1".repeat(127);
        for (tag, published, expected) in [
            ("latest", &[][..], "`latest` has no version: it moves from build to build"),
            (
                "9.7-1763362218",
                &[],
                "the release `1763362218` is a timestamp; the next one is not known \
                 before the build",
            ),
            (
                "9.7-1",
                &["9.7-1763362218"],
                "the release `1763362218` is a timestamp; the next one is not known \
                 before the build",
            ),
            ("latest-1", &[], "`latest-1` has no version: it moves from build to build"),
            ("foo", &[], "`foo` has no version: it contains no digit"),
            (
                "1.0-1.1695",
                &[],
                "expected a number after the last dash, found `1.1695`, which may be a release or a part of the version",
            ),
            (&long, &[], "the next tag has 129 characters; at most 128 are allowed"),
        ] {
            assert_eq!(next(tag, published), expected);
        }
    }

    #[test]
    fn a_tag_is_floating_only_with_a_whole_word() {
        let floats = |tag: &str| Tag::parse(tag).expect("a tag").is_floating();
        for tag in [
            "latest",
            "LATEST",
            "8.1-latest",
            "stable",
            "Main",
            "latest-1",
            "main-1",
            "stable-2",
            "dev-3",
            "8.1-latest-2",
        ] {
            assert!(floats(tag), "{tag}");
        }
        for tag in ["1.0-dev", "1.0", "mainframe", "mainframe-1", "1.0-stable", "1.0-stable-1", "latest1"] {
            assert!(!floats(tag), "{tag}");
        }
    }

    #[test]
    fn the_newest_tag_counts_releases_as_numbers() {
        let tags: Vec<_> = ["1.0", "1.0-9", "1.0-10", "0.9-99", "latest"]
            .iter()
            .map(|tag| Tag::parse(tag).expect("a tag"))
            .collect();
        assert_eq!(latest(&tags).map(Tag::as_str), Some("1.0-10"));
        assert_eq!(latest(&[]), None);
        let words: Vec<_> = ["foo", "bar"].iter().map(|tag| Tag::parse(tag).expect("a tag")).collect();
        assert_eq!(latest(&words), None);
    }
}
