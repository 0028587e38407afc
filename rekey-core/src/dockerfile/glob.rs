//! Patterns of paths: the wildcards of `COPY` and the lines of `.dockerignore`.
//!
//! `*` and `?` stop at slashes, `[a-z]` and `[^a-z]` are one character, a backslash takes the next one as it is. In
//! `.dockerignore` there is `**` as well: any number of folders, or at the end anything. Source: Go's `path/filepath.Match`,
//! moby/patternmatcher.

use std::cell::Cell;

/// A pattern made ready. All ways of matching are followed at once, so that none is tried twice.
#[derive(Debug)]
pub(super) struct Glob {
    places: Vec<Place>,
}

#[derive(Debug)]
enum Place {
    One(char),
    AnyOne,
    /// Between, and whether it is one outside of the ranges.
    Class(Vec<(char, char)>, bool),
    /// `*`
    Some,
    /// `**` at the end
    All,
    /// `**` in front of more: nothing, or anything up to a slash. Followed by [`Place::InFolders`].
    Folders,
    InFolders,
}

#[allow(clippy::indexing_slicing, reason = "there is one place more than the pattern has, for its end")]
impl Glob {
    /// A wildcard of `COPY`; none where it is malformed.
    pub(super) fn of_copy(pattern: &str) -> Option<Self> {
        Self::compile(pattern, false)
    }

    /// A line of `.dockerignore`.
    pub(super) fn of_ignore(pattern: &str) -> Option<Self> {
        Self::compile(pattern, true)
    }

    fn compile(pattern: &str, folders: bool) -> Option<Self> {
        let mut places = Vec::new();
        let mut chars = pattern.chars().peekable();
        while let Some(ch) = chars.next() {
            match ch {
                '*' if folders && chars.next_if_eq(&'*').is_some() => {
                    chars.next_if_eq(&'/');
                    if chars.peek().is_none() {
                        places.push(Place::All);
                    } else {
                        places.extend([Place::Folders, Place::InFolders]);
                    }
                }
                '*' => places.push(Place::Some),
                '?' => places.push(Place::AnyOne),
                '[' => places.push(class(&mut chars)?),
                '\\' => places.push(Place::One(chars.next()?)),
                ch => places.push(Place::One(ch)),
            }
        }
        Some(Self { places })
    }

    /// Whether the pattern fits all of a path; nothing where that takes more than the steps that are left.
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
                        (false, within != *negated && ch != '/')
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

    /// Marks a place, and those that may follow it without a character.
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

/// The rest of a class after its `[`.
fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Place> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        let one = |chars: &mut std::iter::Peekable<std::str::Chars<'_>>| match chars.next()? {
            '\\' => chars.next(),
            ch => Some(ch),
        };
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some(Place::Class(ranges, negated));
        }
        let low = one(chars)?;
        let high = if chars.next_if_eq(&'-').is_some() { one(chars)? } else { low };
        ranges.push((low, high));
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
            assert_eq!(matches(Glob::of_ignore(pattern), path), Some(expected), "{pattern} {path}");
        }
    }

    #[test]
    fn many_stars_take_no_longer() {
        let pattern = "*a".repeat(1000);
        assert_eq!(matches(Glob::of_copy(&pattern), &"a".repeat(999)), Some(false));
        assert_eq!(matches(Glob::of_copy(&pattern), &"a".repeat(9_999)), None);
    }
}
