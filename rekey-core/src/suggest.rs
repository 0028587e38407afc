//! Suggestions for mistyped names.

/// Returns the one of `names` that is most similar to `word`, if any is similar.
///
/// ```
/// use rekey_core::suggest::nearest;
///
/// assert_eq!(nearest("tag-mising-release", ["tag-secret", "tag-missing-release"]), Some("tag-missing-release"));
/// assert_eq!(nearest("x", ["tag-secret"]), None);
/// ```
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    const ALIKE: f64 = 0.6;
    let scored = names.into_iter().map(|name| (strsim::normalized_damerau_levenshtein(word, name), name));
    scored.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// Returns the first of the options that are nearest to `text`, if it is fewer than three edits away.
pub(crate) fn closest<'o>(text: &str, options: impl Iterator<Item = &'o str>) -> Option<&'o str> {
    const LONGEST: usize = 40;
    if text.len() > LONGEST {
        return None;
    }
    options
        .map(|option| (distance(text, option), option))
        .filter(|(distance, _)| (1..3).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, option)| option)
}

/// Returns the number of insertions, deletions and replacements of characters that turn one text into the
/// other.
pub(crate) fn distance(left: &str, right: &str) -> usize {
    strsim::levenshtein(left, right)
}

/// Returns true if the texts are equal, or if one insertion, deletion, replacement or swap of adjacent bytes
/// turns one into the other.
pub(crate) fn is_one_slip(left: &[u8], right: &[u8]) -> bool {
    let distance =
        || strsim::generic_damerau_levenshtein(&left.to_ascii_lowercase(), &right.to_ascii_lowercase());
    left.len().abs_diff(right.len()) <= 1 && distance() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_is_one_edit_in_any_case() {
        for (left, right, expected) in [
            ("htps", "https", true),
            ("HTTPS", "https", true),
            ("httsp", "https", true),
            ("httpss", "https", true),
            ("hhtps", "https", true),
            ("htsp", "https", false),
            ("", "a", true),
            ("", "", true),
            ("ab", "", false),
        ] {
            assert_eq!(is_one_slip(left.as_bytes(), right.as_bytes()), expected, "{left} {right}");
        }
    }
}
