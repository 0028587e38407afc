//! The changes between two texts, as `patch` reads them.

use std::{borrow::Cow, fmt::Write as _, ops::Range};

use rekey_core::{Span, mask::MASK, text::is_unprintable};
use similar::{DiffOp, TextDiff};

/// A text and the places in it that must not be shown.
pub(crate) struct Side<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) secrets: Vec<Span>,
}

/// A unified diff.
#[derive(Default)]
pub(crate) struct Diff {
    pub(crate) text: Vec<u8>,
    /// True if something in it is masked or escaped, so that it cannot be applied.
    pub(crate) is_masked: bool,
}

impl Diff {
    /// Adds the changes of another file.
    pub(crate) fn append(&mut self, other: Self) {
        self.text.extend(other.text);
        self.is_masked |= other.is_masked;
    }

    /// Returns a diff that shows no secret: secrets are masked and invisible characters are escaped.
    pub(crate) fn masked(old: &Side<'_>, new: &Side<'_>, name: &str) -> Self {
        Self::of(old, new, name, |side, lines| {
            let mut at = 0;
            let line = |line: &&[u8]| {
                let place = at..at + line.len();
                at = place.end;
                side.line(place)
            };
            lines.iter().map(line).collect()
        })
    }

    /// Returns the unmasked diff.
    pub(crate) fn exact(old: &Side<'_>, new: &Side<'_>, name: &str) -> Self {
        Self::of(old, new, name, |_, lines| lines.iter().map(|line| Cow::Borrowed(*line)).collect())
    }

    fn of(
        old: &Side<'_>,
        new: &Side<'_>,
        name: &str,
        shown: impl for<'t> Fn(&'t Side<'t>, &[&'t [u8]]) -> Vec<Cow<'t, [u8]>>,
    ) -> Self {
        let mut out = Self::default();
        if old.text == new.text {
            return out;
        }
        let diff = TextDiff::from_lines(old.text, new.text);
        let lines = [shown(old, diff.old_slices()), shown(new, diff.new_slices())];
        out.text.extend(format!("--- a/{name}\n+++ b/{name}\n").into_bytes());
        for hunk in diff.grouped_ops(3) {
            out.hunk(&hunk, &lines);
        }
        out
    }

    fn hunk(&mut self, ops: &[DiffOp], [old, new]: &[Vec<Cow<'_, [u8]>>; 2]) {
        let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return };
        let whole = |first: Range<usize>, last: Range<usize>| header(first.start..last.end);
        let old_range = whole(first.old_range(), last.old_range());
        let new_range = whole(first.new_range(), last.new_range());
        self.text.extend(format!("@@ -{old_range} +{new_range} @@\n").into_bytes());
        for op in ops {
            if let DiffOp::Equal { .. } = op {
                self.lines(' ', &new[op.new_range()]);
            } else {
                self.lines('-', &old[op.old_range()]);
                self.lines('+', &new[op.new_range()]);
            }
        }
    }

    fn lines(&mut self, sign: char, lines: &[Cow<'_, [u8]>]) {
        for line in lines {
            self.is_masked |= matches!(line, Cow::Owned(_));
            self.text.push(sign as u8);
            self.text.extend_from_slice(line);
            if !line.ends_with(b"\n") && !line.ends_with(b"\r") {
                self.text.extend_from_slice(b"\n\\ No newline at end of file\n");
            }
        }
    }
}

/// The range of a hunk: the first line, from 1, and the number of lines unless it is 1.
fn header(lines: Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        length => format!("{},{length}", lines.start + 1),
    }
}

impl<'t> Side<'t> {
    /// One line for display; borrowed if nothing in it has to be hidden.
    fn line(&self, place: Range<usize>) -> Cow<'t, [u8]> {
        let line = self.text.get(place.clone()).unwrap_or_default();
        let end = line.iter().rev().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let content = place.start..place.end - end;
        let first = self.secrets.partition_point(|secret| secret.end as usize <= content.start);
        let within = |secret: &&Span| (secret.start as usize) < content.end;
        let secrets = self.secrets.get(first..).unwrap_or_default().iter().take_while(within);
        let part = |from: usize, to: usize| self.text.get(from..to).unwrap_or_default();
        let (mut shown, mut hides, mut at) = (String::new(), false, content.start);
        for secret in secrets {
            escape(part(at, (secret.start as usize).max(at)), &mut shown);
            shown.push_str(MASK);
            hides = true;
            at = (secret.end as usize).min(content.end);
        }
        hides |= escape(part(at, content.end), &mut shown);
        if !hides {
            return Cow::Borrowed(line);
        }
        shown.push_str(std::str::from_utf8(&line[line.len() - end..]).unwrap_or("\n"));
        Cow::Owned(shown.into_bytes())
    }
}

/// Appends bytes for display. Returns true if any were escaped.
fn escape(bytes: &[u8], out: &mut String) -> bool {
    let mut changed = false;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_unprintable(c) && c != '\t' {
                let _ = write!(out, "{}", c.escape_default());
                changed = true;
            } else {
                out.push(c);
            }
        }
        if !chunk.invalid().is_empty() {
            out.push(char::REPLACEMENT_CHARACTER);
            changed = true;
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use rekey_core::mask::secrets;

    use super::*;

    fn side(text: &str) -> Side<'_> {
        Side { text: text.as_bytes(), secrets: secrets(text.as_bytes()) }
    }

    #[track_caller]
    fn masked(old: &str, new: &str) -> (String, bool) {
        let diff = Diff::masked(&side(old), &side(new), "Dockerfile");
        (String::from_utf8(diff.text).unwrap(), diff.is_masked)
    }

    #[test]
    fn patch_reads_a_diff() {
        let (diff, is_masked) = masked("a\nb\n", "a\nc\n");
        assert_eq!(diff, "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert!(!is_masked);
    }

    #[test]
    fn the_diff_equals_that_of_the_library() {
        let lines = |wanted: &dyn Fn(usize) -> Option<&'static str>| {
            (0..40)
                .map(|n| wanted(n).map_or_else(|| format!("line {n}\n"), str::to_owned))
                .collect::<String>()
        };
        let old = lines(&|_| None);
        for new in [
            lines(&|n| (n == 3 || n == 30).then_some("new\r\n")),
            lines(&|n| (n == 0).then_some("")),
            lines(&|n| (n == 39).then_some("no newline")),
            lines(&|n| (n == 20).then_some("one\ntwo\nthree\n")),
            String::new(),
        ] {
            for (old, new) in [(&old, &new), (&new, &old)] {
                let diff = TextDiff::from_lines(old.as_bytes(), new.as_bytes());
                let expected = diff.unified_diff().header("a/f", "b/f").to_string();
                let ours = Diff::exact(&side(old), &side(new), "f").text;
                assert_eq!(String::from_utf8(ours).unwrap(), expected);
            }
        }
    }

    #[test]
    fn secrets_are_masked_in_lines_that_change_and_in_those_around_them() {
        let (diff, is_masked) =
            masked("ENV DB_PASSWORD=hunter2\nb\n\u{1b}[0m", "ENV DB_PASSWORD=hunter2\nc\n\u{1b}[0m");
        let hunk =
            "@@ -1,3 +1,3 @@\n ENV DB_PASSWORD=***\n-b\n+c\n \\u{1b}[0m\n\\ No newline at end of file\n";
        assert_eq!(diff, format!("--- a/Dockerfile\n+++ b/Dockerfile\n{hunk}"));
        assert!(is_masked);
    }

    #[test]
    fn each_line_of_a_key_is_masked() {
        let key = "# -----BEGIN PRIVATE KEY-----\n# AAAA\n# BBBB\n# -----END PRIVATE KEY-----\n";
        let (diff, _) = masked(&format!("a\n{key}"), &format!("b\n{key}"));
        assert!(!diff.contains("AAAA") && !diff.contains("BBBB"), "{diff}");
        assert_eq!(diff.lines().count(), 3 + 2 + 4 - 1);
    }
}
