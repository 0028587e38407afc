//! Path patterns: the wildcards of `COPY` and the lines of `.dockerignore`.
//!
//! `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` match one character, a backslash quotes the next
//! character. `.dockerignore` also has `**`: any number of folders or, at the end, anything. Such a line is
//! first checked by `filepath.Match` and then translated to a regular expression, which does not support
//! everything that the check accepts. Source: Go's `path/filepath.Match` and `regexp/syntax`;
//! moby/patternmatcher.

use std::cell::Cell;

/// The reason why a pattern is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    /// `!` without a pattern.
    #[error("expected a pattern after `!`, found none")]
    Exception,
    /// `[` without its end, or with an invalid range.
    #[error("expected characters or ranges and `]` after `[`, such as `[a-z]`")]
    Class,
    /// A backslash at the end.
    #[error("expected a character after `\\`, found the end of the line")]
    Escape,
    /// A backslash in front of a letter or digit that regular expressions do not support.
    #[error("`\\{0}` is not an escape; separate directories with `/`")]
    Letter(char),
    /// A range whose end is before its start.
    #[error("expected a range from the lower to the higher character, found `{0}-{1}`")]
    Range(char, char),
    /// More bytes than the line reader accepts.
    #[error("the line has more than {} bytes", super::limits::MAX_LINE)]
    Length,
}

impl PatternError {
    /// Returns true if the error occurs only when a path is compared with the pattern.
    pub(super) fn is_late(self) -> bool {
        matches!(self, Self::Letter(_) | Self::Range(..))
    }
}

/// A parsed pattern. All ways of matching are followed at once, so none is tried twice.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
enum Place {
    One(char),
    AnyOne,
    /// One character inside the ranges, or outside if the flag is true.
    Class(Vec<(char, char)>, bool),
    /// `*`
    Some,
    /// `**` at the end
    All,
    /// `**` followed by more: nothing, or anything up to a slash. Followed by [`Place::InFolders`].
    Folders,
    InFolders,
}

#[allow(clippy::indexing_slicing, reason = "there is one place more than the pattern has, for its end")]
impl Glob {
    /// Parses a wildcard of `COPY`; returns `None` if it is malformed.
    pub(super) fn of_copy(pattern: &str) -> Option<Self> {
        Self::compile(pattern, false).ok().flatten()
    }

    /// Parses a line of `.dockerignore`; returns `None` if its translation differs in meaning from the line.
    pub(super) fn of_ignore(pattern: &str) -> Result<Option<Self>, PatternError> {
        Self::compile(pattern, true)
    }

    fn compile(pattern: &str, folders: bool) -> Result<Option<Self>, PatternError> {
        let mut places = Vec::new();
        let (mut clear, mut late) = (true, None);
        let mut checked = Checked::default();
        // `**` in front of a plain suffix matches any path with that suffix.
        let end = pattern.strip_prefix("**").filter(|end| !end.starts_with('/') && !is_special(end));
        let mut chars = pattern.chars().peekable();
        while let Some(ch) = chars.next() {
            match ch {
                '*' => checked.star(),
                _ => checked.one(matches!(ch, '.' | '?')),
            }
            match ch {
                '*' if folders && chars.next_if_eq(&'*').is_some() => {
                    if chars.next_if_eq(&'/').is_some() {
                        checked.one(false);
                    }
                    if chars.peek().is_none() || end.is_some() {
                        places.push(Place::All);
                    } else {
                        places.extend([Place::Folders, Place::InFolders]);
                    }
                }
                '*' => places.push(Place::Some),
                '?' => places.push(Place::AnyOne),
                '[' => match class(&mut chars) {
                    Some((ranges, negated, plain)) => {
                        clear &= plain;
                        let reversed = ranges.iter().find(|(low, high)| low > high);
                        let reversed = reversed.filter(|_| folders && plain);
                        late = late.or(reversed.map(|(low, high)| PatternError::Range(*low, *high)));
                        checked.is_dot =
                            ranges.iter().any(|(low, high)| (low..=high).contains(&&'.')) != negated;
                        places.push(Place::Class(ranges, negated));
                    }
                    None if folders && checked.is_over => return late.map_or(Ok(None), Err),
                    None => return Err(PatternError::Class),
                },
                '\\' => match chars.next() {
                    Some(escaped) => {
                        if folders && (escaped.is_ascii_alphanumeric() || !escaped.is_ascii()) {
                            clear = false;
                            let known = is_escape(escaped, chars.clone());
                            late = late.or((!known).then_some(PatternError::Letter(escaped)));
                        }
                        checked.is_dot = escaped == '.';
                        places.push(Place::One(escaped));
                    }
                    None if folders && checked.is_over => return late.map_or(Ok(None), Err),
                    None => return Err(PatternError::Escape),
                },
                ch => {
                    // The translation keeps it as the start of a line.
                    clear &= ch != '^';
                    places.push(Place::One(ch));
                }
            }
        }
        match late {
            Some(error) => Err(error),
            None => Ok((clear || !folders).then_some(Self { places })),
        }
    }

    /// Returns whether the pattern matches the whole path; `None` if that takes more than the remaining
    /// steps.
    pub(super) fn matches(&self, path: &str, steps: &Cell<usize>) -> Option<bool> {
        let end = self.places.len();
        let (mut now, mut next) = (Active::new(end), Active::new(end));
        steps.set(steps.get().checked_sub(end)?);
        self.enter(&mut now, 0);
        for ch in path.chars() {
            if now.all.is_empty() {
                return Some(false);
            }
            steps.set(steps.get().checked_sub(now.all.len())?);
            for index in now.all.drain(..) {
                now.is_active[index] = false;
                let Some(place) = self.places.get(index) else { continue };
                let (stays, goes_on) = match place {
                    Place::One(one) => (false, *one == ch),
                    Place::AnyOne => (false, ch != '/'),
                    Place::Class(ranges, negated) => {
                        let within = ranges.iter().any(|(low, high)| (*low..=*high).contains(&ch));
                        (false, within != *negated)
                    }
                    Place::Some => (ch != '/', false),
                    Place::All => (true, false),
                    Place::Folders => {
                        self.enter(&mut next, index + 1);
                        if ch == '/' {
                            self.enter(&mut next, index + 2);
                        }
                        continue;
                    }
                    Place::InFolders => (true, ch == '/'),
                };
                if stays {
                    self.enter(&mut next, index);
                }
                if goes_on {
                    self.enter(&mut next, index + 1);
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        Some(now.is_active[end])
    }

    /// Marks a place, and those that can follow it without a character.
    fn enter(&self, active: &mut Active, mut index: usize) {
        loop {
            if !active.is_active[index] {
                active.is_active[index] = true;
                active.all.push(index);
            }
            index += match self.places.get(index) {
                Some(Place::Some | Place::All) => 1,
                Some(Place::Folders) => 2,
                _ => return,
            };
        }
    }
}

/// The places of a pattern that are reached.
struct Active {
    all: Vec<usize>,
    is_active: Vec<bool>,
}

impl Active {
    fn new(end: usize) -> Self {
        Self { all: Vec::new(), is_active: vec![false; end + 1] }
    }
}

/// The progress of `filepath.Match` with a pattern that is compared with `.` to find its errors: the part
/// between two stars is read to its end, and the rest after a part that does not match is not read.
#[derive(Default)]
struct Checked {
    /// The number of places in the part that is being read, and whether the last of them matches a dot.
    part: usize,
    is_dot: bool,
    /// True if a part has matched the dot.
    is_taken: bool,
    /// True if nothing more is read.
    is_over: bool,
}

impl Checked {
    fn one(&mut self, is_dot: bool) {
        self.part += 1;
        self.is_dot = is_dot;
    }

    fn star(&mut self) {
        let matches = self.part == 1 && self.is_dot && !self.is_taken;
        self.is_over |= self.part > 0 && !matches;
        self.is_taken |= matches;
        self.part = 0;
    }
}

fn is_special(pattern: &str) -> bool {
    pattern.contains(['*', '?', '[', ']', '\\'])
}

/// Returns true if Go's regular expressions support a backslash before that letter or digit, which `rest`
/// follows.
fn is_escape(ch: char, mut rest: impl Iterator<Item = char>) -> bool {
    match ch {
        'A' | 'B' | 'Q' | 'D' | 'S' | 'W' | 'a' | 'b' | 'd' | 'f' | 'n' | 'r' | 's' | 't' | 'v' | 'w'
        | 'z' | '0' => true,
        '1'..='7' => rest.next().is_some_and(|next| matches!(next, '0'..='7')),
        'x' => rest.by_ref().take(2).filter(char::is_ascii_hexdigit).count() == 2,
        'p' | 'P' => rest.next().is_some_and(|next| matches!(next, 'C' | 'L' | 'M' | 'N' | 'P' | 'S' | 'Z')),
        _ => false,
    }
}

/// Returns the ranges of a class after its `[`, whether it is negated, and whether the translation of a line
/// of `.dockerignore` keeps it unchanged.
#[allow(clippy::type_complexity, reason = "taken apart where it is asked for")]
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<(Vec<(char, char)>, bool, bool)> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    let mut plain = true;
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some((ranges, negated, plain));
        }
        let low = member(chars, &mut plain)?;
        let high = if chars.next_if_eq(&'-').is_some() { member(chars, &mut plain)? } else { low };
        ranges.push((low, high));
    }
}

/// A character of a class.
fn member(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, plain: &mut bool) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => {
            *plain = false;
            chars.next()
        }
        ch => {
            *plain &= !matches!(ch, '*' | '?' | '[');
            Some(ch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: Option<Glob>, path: &str) -> Option<bool> {
        glob.unwrap().matches(path, &Cell::new(4_000_000))
    }

    #[test]
    fn a_wildcard_matches_as_in_go() {
        for (pattern, path, expected) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a/b.txt", false),
            ("a/*/c", "a/b/c", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("[^a-c]x", "dx", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a*b*c", "aXbYc", true),
            ("*", "", true),
            ("é?", "éé", true),
            ("a**c", "a/c", false),
        ] {
            assert_eq!(matches(Glob::of_copy(pattern), path), Some(expected), "{pattern} {path}");
        }
        for malformed in ["[", "[a", "a\\", "[a-"] {
            assert!(Glob::of_copy(malformed).is_none(), "{malformed}");
        }
    }

    #[test]
    fn two_stars_are_any_number_of_folders() {
        for (pattern, path, expected) in [
            ("**", "a/b", true),
            ("**/a", "a", true),
            ("**/a", "x/y/a", true),
            ("**/a", "xa", false),
            ("a/**", "a/b/c", true),
            ("a/**/b", "a/b", true),
            ("a/**/b", "a/x/y/b", true),
            ("a/**/b", "a/xb", false),
            ("**/*.md", "docs/a.md", true),
        ] {
            assert_eq!(matches(Glob::of_ignore(pattern).unwrap(), path), Some(expected), "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_linear_time() {
        let pattern = "*a".repeat(1000);
        assert_eq!(matches(Glob::of_copy(&pattern), &"a".repeat(999)), Some(false));
        assert_eq!(matches(Glob::of_copy(&pattern), &"a".repeat(9_999)), None);
    }
}
