//! The patterns of `${name#pattern}` and `${name/pattern/word}`: `*`, `?`, and `\` before either or itself.
//!
//! A pattern consists of pieces of fixed length with a `*` between each two. The shortest match takes each
//! piece at its first occurrence; the longest differs only in the last piece. So no match is tried twice.

/// One place of a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Any,
    One(char),
}

struct Pattern {
    /// At least one; stars are between pieces, which may be empty.
    pieces: Vec<Vec<Place>>,
}

/// The maximum number of steps for a trimming.
pub(super) fn cost(pattern: &str, value: &str) -> usize {
    (pattern.len() + 1) * (value.len() + 1)
}

/// The maximum number of steps for a replacement.
pub(super) fn replace_cost(pattern: &str, value: &str, replacement: &str) -> usize {
    let starts = if pattern.contains('*') { value.len() + 1 } else { 1 };
    cost(pattern, value).saturating_mul(starts).saturating_add(cost(replacement, value))
}

/// Returns `value` without the match at its start; `None` if the pattern is invalid.
pub(super) fn trim_start(pattern: &str, value: &str, greedy: bool) -> Option<String> {
    let pattern = Pattern::of(pattern.chars())?;
    let chars: Vec<char> = value.chars().collect();
    let end = pattern.end(&chars, 0, greedy).unwrap_or_default();
    Some(chars.get(end..).unwrap_or_default().iter().collect())
}

/// Returns `value` without the match at its end.
pub(super) fn trim_end(pattern: &str, value: &str, greedy: bool) -> Option<String> {
    let pattern = Pattern::of(reversed(pattern).into_iter())?;
    let chars: Vec<char> = value.chars().rev().collect();
    let end = pattern.end(&chars, 0, greedy).unwrap_or_default();
    Some(chars.get(end..).unwrap_or_default().iter().rev().collect())
}

/// Returns `value` with its first match, or all of them, replaced.
pub(super) fn replace(pattern: &str, value: &str, replacement: &str, all: bool) -> Option<String> {
    let pattern = Pattern::of(pattern.chars())?;
    let chars: Vec<char> = value.chars().collect();
    let mut result = String::new();
    // The end of the copied part, and the end of the last match.
    let mut copied = 0;
    let mut from = 0;
    while let Some((start, end)) = pattern.find(&chars, from) {
        let follows_match = end == start && start == copied && start > 0;
        if !follows_match || !all {
            result.extend(chars.get(copied..start).unwrap_or_default());
            if all {
                push_template(&mut result, replacement, chars.get(start..end).unwrap_or_default());
            } else {
                result.push_str(replacement);
            }
            copied = end;
        }
        if !all {
            break;
        }
        from = end.max(from + 1);
        if from > chars.len() {
            break;
        }
    }
    result.extend(chars.get(copied..).unwrap_or_default());
    Some(result)
}

/// Appends a replacement; `$0` in it is the match, other groups are empty, as in Go's regexp.
fn push_template(result: &mut String, template: &str, matched: &[char]) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        result.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            result.push('$');
            rest = after;
            continue;
        }
        let (braced, body) = match after.strip_prefix('{') {
            Some(body) => (true, body),
            None => (false, after),
        };
        let len = body.find(|ch: char| !(ch.is_alphanumeric() || ch == '_')).unwrap_or(body.len());
        let (name, tail) = body.split_at(len);
        let tail = if braced { tail.strip_prefix('}') } else { Some(tail) };
        match tail {
            Some(tail) if !name.is_empty() => {
                if name.bytes().all(|digit| digit == b'0') {
                    result.extend(matched);
                }
                rest = tail;
            }
            _ => {
                result.push('$');
                rest = after;
            }
        }
    }
    result.push_str(rest);
}

/// The pattern in reverse, with escapes still before the character that they escape.
fn reversed(pattern: &str) -> Vec<char> {
    let mut reversed = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(ch) = chars.next() {
        if ch == '\\'
            && let Some(escaped) = chars.next()
        {
            reversed.extend([escaped, '\\']);
        } else {
            reversed.push(ch);
        }
    }
    reversed.reverse();
    reversed
}

impl Pattern {
    fn of(chars: impl Iterator<Item = char>) -> Option<Self> {
        let mut chars = chars.peekable();
        let mut pieces = vec![Vec::new()];
        while let Some(ch) = chars.next() {
            let place = match ch {
                '*' => {
                    pieces.push(Vec::new());
                    continue;
                }
                '?' => Place::Any,
                '\\' => match chars.peek()? {
                    '}' | '/' => continue,
                    &escaped @ ('*' | '?' | '\\') => {
                        chars.next();
                        Place::One(escaped)
                    }
                    _ => return None,
                },
                ch => Place::One(ch),
            };
            pieces.last_mut()?.push(place);
        }
        Some(Self { pieces })
    }

    /// The leftmost longest match at or after `from`.
    fn find(&self, chars: &[char], from: usize) -> Option<(usize, usize)> {
        (from..=chars.len()).find_map(|start| self.end(chars, start, true).map(|end| (start, end)))
    }

    /// The end of the match that begins at `start`.
    fn end(&self, chars: &[char], start: usize, greedy: bool) -> Option<usize> {
        let (first, rest) = self.pieces.split_first()?;
        if !fits(first, chars, start) {
            return None;
        }
        let mut at = start + first.len();
        let Some((last, middle)) = rest.split_last() else { return Some(at) };
        for piece in middle {
            at = reach(chars, at).find(|&at| fits(piece, chars, at))? + piece.len();
        }
        let mut places = reach(chars, at);
        let found = if greedy {
            places.rfind(|&at| fits(last, chars, at))
        } else {
            places.find(|&at| fits(last, chars, at))
        };
        found.map(|at| at + last.len())
    }
}

/// The range of ends for a star that begins at `at`: it does not cross a newline.
fn reach(chars: &[char], at: usize) -> std::ops::RangeInclusive<usize> {
    let rest = chars.get(at..).unwrap_or_default();
    at..=at + rest.iter().position(|&ch| ch == '\n').unwrap_or(rest.len())
}

fn fits(piece: &[Place], chars: &[char], at: usize) -> bool {
    let Some(found) = chars.get(at..at + piece.len()) else { return false };
    piece.iter().zip(found).all(|(place, &ch)| match place {
        Place::Any => ch != '\n',
        Place::One(expected) => *expected == ch,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims() {
        for (pattern, value, shortest, longest) in [
            ("*.", "a.b.c", "b.c", "c"),
            ("?", "abc", "bc", "bc"),
            ("x", "abc", "abc", "abc"),
            ("*", "abc", "abc", ""),
            (r"\*", "*a", "a", "a"),
            ("*a*b", "xaxbab", "ab", ""),
        ] {
            assert_eq!(trim_start(pattern, value, false).as_deref(), Some(shortest), "{pattern}");
            assert_eq!(trim_start(pattern, value, true).as_deref(), Some(longest), "{pattern}");
        }
    }

    #[test]
    fn trims_the_end() {
        for (pattern, value, shortest, longest) in [
            (".*", "a.b.c", "a.b", "a"),
            ("/", "a/", "a", "a"),
            (r"\?", "a?", "a", "a"),
            ("b*", "abcbd", "abc", "a"),
        ] {
            assert_eq!(trim_end(pattern, value, false).as_deref(), Some(shortest), "{pattern}");
            assert_eq!(trim_end(pattern, value, true).as_deref(), Some(longest), "{pattern}");
        }
    }

    #[test]
    fn replaces() {
        for (pattern, value, replacement, one, all) in [
            (".", "a.b.c", "-", "a-b.c", "a-b-c"),
            ("", "ab", "-", "-ab", "-a-b-"),
            ("a*", "xay", "-", "x-", "x-"),
            ("*", "ab", "-", "-", "-"),
            (".", "a.b", "$$", "a$$b", "a$b"),
            (".", "a.b", "[$0]", "a[$0]b", "a[.]b"),
        ] {
            assert_eq!(
                replace(pattern, value, replacement, false).as_deref(),
                Some(one),
                "{pattern} in {value}"
            );
            assert_eq!(
                replace(pattern, value, replacement, true).as_deref(),
                Some(all),
                "all {pattern} in {value}"
            );
        }
    }
}
