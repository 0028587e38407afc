//! Fixes applied to a text.

use crate::finding::{Edit, Fix};

/// The text with every fix applied that does not overlap an earlier one, and how many were.
///
/// A fix applies whole or not at all. Fixes are taken in the order given; texts that several fixes insert at one place
/// stand in that order.
///
/// ```
/// use rekey_core::{Policy, Safety, apply_fixes, check_tag};
///
/// let report = check_tag("1.0", &Policy::default());
/// let fixes = report.findings().filter_map(|finding| finding.fix());
/// assert_eq!(apply_fixes(b"1.0", fixes), (b"1.0-1".to_vec(), 1));
/// ```
pub fn apply_fixes<'a>(text: &[u8], fixes: impl IntoIterator<Item = &'a Fix>) -> (Vec<u8>, usize) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for fix in fixes {
        if fix
            .edits
            .iter()
            .all(|edit| fits(edit, text.len()) && edits.iter().all(|other| !overlap(edit, other)))
        {
            edits.extend(&fix.edits);
            applied += 1;
        }
    }
    edits.sort_by_key(|edit| (edit.range.bytes.start, edit.range.bytes.end));
    let mut out = Vec::with_capacity(text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>());
    let mut kept = 0;
    for edit in edits {
        let span = edit.range.bytes.range();
        out.extend_from_slice(text.get(kept..span.start).unwrap_or_default());
        out.extend_from_slice(edit.text.as_bytes());
        kept = span.end;
    }
    out.extend_from_slice(text.get(kept..).unwrap_or_default());
    (out, applied)
}

fn fits(edit: &Edit, len: usize) -> bool {
    edit.range.bytes.start <= edit.range.bytes.end && edit.range.bytes.end as usize <= len
}

/// Whether two edits change the same bytes, or one inserts inside of what the other replaces.
fn overlap(a: &Edit, b: &Edit) -> bool {
    let (a, b) = (a.range.bytes, b.range.bytes);
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        finding::Safety,
        text::{Range, Span},
    };

    fn fix(edits: &[(usize, usize, &str)]) -> Fix {
        let edit = |(start, end, text): &(usize, usize, &str)| Edit {
            range: Range { bytes: Span::new(*start, *end), ..Range::default() },
            text: (*text).to_owned(),
        };
        Fix { safety: Safety::Safe, description: String::new(), edits: edits.iter().map(edit).collect() }
    }

    #[track_caller]
    fn apply(text: &str, fixes: &[Fix]) -> (String, usize) {
        let (out, count) = apply_fixes(text.as_bytes(), fixes);
        (String::from_utf8(out).unwrap(), count)
    }

    #[test]
    fn insertions_at_one_place_keep_their_order() {
        let fixes = [fix(&[(1, 1, "x")]), fix(&[(1, 1, "y")])];
        assert_eq!(apply("ab", &fixes), ("axyb".to_owned(), 2));
    }

    #[test]
    fn a_fix_that_overlaps_an_earlier_one_is_left_out_whole() {
        let fixes = [fix(&[(1, 3, "X")]), fix(&[(0, 1, "Y"), (2, 4, "Z")])];
        assert_eq!(apply("abcd", &fixes), ("aXd".to_owned(), 1));
    }

    #[test]
    fn an_edit_outside_of_the_text_is_left_out() {
        assert_eq!(apply("ab", &[fix(&[(1, 9, "X")])]), ("ab".to_owned(), 0));
    }
}
