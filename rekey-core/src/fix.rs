//! Fixes applied to a text.

use crate::{
    finding::{Edit, Fix, Safety},
    text::Span,
};

/// Applies the fixes that are safe enough and do not conflict with an earlier one. Returns the new text and
/// the number of applied fixes.
///
/// `at_most` is the least safe kind of fix to apply: [`Safety::Safe`] keeps the meaning of the text,
/// [`Safety::Unsafe`] includes fixes that guess what was meant, and [`Safety::Display`] includes those that
/// only show what a person has to do.
///
/// A fix applies whole or not at all. Fixes are taken in the order given:
///
/// - An edit that two fixes share is made once.
/// - Of two fixes that change the same bytes, or insert different texts at one place, the first applies; the other is left
///   for the next run, if the finding is still there.
/// - Whole lines that multiple fixes insert at one place are all inserted, in the order of the fixes.
///
/// ```
/// use rekey_core::{Target, Safety, apply_fixes, check_tag};
///
/// let report = check_tag("1.0", &Target::default());
/// let fixes = || report.findings().filter_map(|finding| finding.fix());
/// assert_eq!(apply_fixes(b"1.0", fixes(), Safety::Safe), (b"1.0".to_vec(), 0));
/// assert_eq!(apply_fixes(b"1.0", fixes(), Safety::Unsafe), (b"1.0-1".to_vec(), 1));
/// ```
pub fn apply_fixes<'a>(
    text: &[u8],
    fixes: impl IntoIterator<Item = &'a Fix>,
    at_most: Safety,
) -> (Vec<u8>, usize) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes.into_iter().filter(|fix| fix.safety <= at_most) {
        let added: Vec<&Edit> = fix.edits.iter().filter(|edit| !edits.contains(edit)).collect();
        let fits = |edit: &&Edit| {
            edit.range.bytes.start <= edit.range.bytes.end && edit.range.bytes.end as usize <= text.len()
        };
        if !added.is_empty()
            && added.iter().all(|edit| fits(edit) && !edits.iter().any(|other| are_rivals(text, edit, other)))
        {
            edits.extend(added);
            applied += 1;
        }
    }
    edits.sort_by_key(|edit| (edit.range.bytes.start, edit.range.bytes.end));
    let edits = edits.iter().map(|edit| (edit.range.bytes, edit.text.as_str()));
    (edited(text, edits), applied)
}

/// Returns a text with edits, which are in the order of their places and do not overlap.
pub(crate) fn edited<'e>(text: &[u8], edits: impl Iterator<Item = (Span, &'e str)> + Clone) -> Vec<u8> {
    let added: usize = edits.clone().map(|(_, text)| text.len()).sum();
    let mut out = Vec::with_capacity(text.len() + added);
    let mut kept = 0;
    for (span, new) in edits {
        let span = span.range();
        out.extend_from_slice(text.get(kept..span.start).unwrap_or_default());
        out.extend_from_slice(new.as_bytes());
        kept = span.end;
    }
    out.extend_from_slice(text.get(kept..).unwrap_or_default());
    out
}

/// Returns true if two different edits conflict: they change the same bytes, one inserts inside the range of
/// the other, or both insert at one place and not as separate lines.
fn are_rivals(text: &[u8], a: &Edit, b: &Edit) -> bool {
    let (first, second) = (a.range.bytes, b.range.bytes);
    let insert_at_one_place = first == second && first.start == first.end;
    let overlap = first.start < second.end && second.start < first.end;
    overlap || insert_at_one_place && !(inserts_lines(text, a) && inserts_lines(text, b))
}

/// Returns true if an insertion adds whole lines and leaves the surrounding lines unchanged.
fn inserts_lines(text: &[u8], edit: &Edit) -> bool {
    let place = edit.range.bytes.start as usize;
    let (before, after) = (text.get(..place), text.get(place..));
    let starts_line = before.is_some_and(|before| before.last().is_none_or(|byte| *byte == b'\n'));
    let ends_line = after.is_some_and(|after| matches!(after, [] | [b'\n', ..] | [b'\r', b'\n', ..]));
    starts_line && edit.text.ends_with('\n') || ends_line && edit.text.starts_with(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Range, Span};

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            range: Range { bytes: Span::new(*start, *end), ..Range::default() },
            text: (*text).to_owned(),
        };
        Fix { safety: Safety::Safe, description: String::new(), edits: edits.iter().map(edit).collect() }
    }

    #[track_caller]
    fn apply(text: &str, fixes: &[Fix]) -> (String, usize) {
        let (out, count) = apply_fixes(text.as_bytes(), fixes, Safety::Safe);
        (String::from_utf8(out).unwrap(), count)
    }

    #[test]
    fn of_two_edits_at_one_place_conflicting_ones_wait_and_equal_ones_apply_once() {
        for (text, first, second, expected, applied) in [
            // The same edit.
            ("ab", (1, 1, "x"), (1, 1, "x"), "axb", 1),
            ("ab", (0, 1, "x"), (0, 1, "x"), "xb", 1),
            ("a\n", (2, 2, "x\n"), (2, 2, "x\n"), "a\nx\n", 1),
            // Two values for one place.
            ("ab", (1, 1, "x"), (1, 1, "y"), "axb", 1),
            ("ab", (0, 1, "x"), (0, 1, "y"), "xb", 1),
            ("a\n", (1, 1, "x"), (1, 1, "y"), "ax\n", 1),
            ("a\n", (2, 2, "x\n"), (2, 2, "y"), "a\nx\n", 1),
            // Separate lines.
            ("a\nb\n", (2, 2, "x\n"), (2, 2, "y\n"), "a\nx\ny\nb\n", 2),
            ("", (0, 0, "x\n"), (0, 0, "y\n"), "x\ny\n", 2),
            ("a", (1, 1, "\nx"), (1, 1, "\ny"), "a\nx\ny", 2),
            ("a\r\nb", (1, 1, "\r\nx"), (1, 1, "\r\ny"), "a\r\nx\r\ny\r\nb", 2),
            // Insertions that would split a line.
            ("ab", (1, 1, "x\n"), (1, 1, "y\n"), "ax\nb", 1),
            ("ab", (1, 1, "\nx"), (1, 1, "\ny"), "a\nxb", 1),
            // Adjacent edits.
            ("ab", (0, 1, "x"), (1, 1, "y"), "xyb", 2),
            ("ab", (1, 2, "x"), (1, 1, "y"), "ayx", 2),
        ] {
            let fixes = [fix(&[first]), fix(&[second])];
            assert_eq!(apply(text, &fixes), (expected.to_owned(), applied), "{text:?} {first:?} {second:?}");
        }
    }

    #[test]
    fn an_edit_that_two_fixes_share_is_made_once_and_the_rest_of_both() {
        let fixes = [fix(&[(0, 1, "X"), (2, 3, "Y")]), fix(&[(0, 1, "X"), (3, 4, "Z")])];
        assert_eq!(apply("abcd", &fixes), ("XbYZ".to_owned(), 2));
    }

    #[test]
    fn a_fix_that_overlaps_an_earlier_one_is_skipped_as_a_whole() {
        let fixes = [fix(&[(1, 3, "X")]), fix(&[(0, 1, "Y"), (2, 4, "Z")])];
        assert_eq!(apply("abcd", &fixes), ("aXd".to_owned(), 1));
    }

    #[test]
    fn an_edit_outside_of_the_text_is_skipped() {
        assert_eq!(apply("ab", &[fix(&[(1, 9, "X")])]), ("ab".to_owned(), 0));
    }
}
