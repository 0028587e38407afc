//! Placeholders for a value that a person has to enter: one list for labels, tags, references and URLs.
//!
//! Linters search for `TODO`, `FIXME` and `XXX` (pylint's `notes`, Sonar's S1134 and S1135), fixes write
//! `TODO`; templates and GitHub's documentation use `CHANGEME` and `YOUR-NAME`.

use std::ops::Range;

use crate::mask::Quoted;

/// Words that are a placeholder only in uppercase: there are applications named `todo`.
const UPPERCASE: [&str; 4] = ["TODO", "TBD", "XXX", "PLACEHOLDER"];

/// Words that are a placeholder in any case.
const ANY_CASE: [&str; 6] = ["fixme", "changeme", "change_me", "change-me", "replaceme", "replace-me"];

/// The first placeholder in a text: a part between separators that is one of the words, `YOUR-…`, `YOUR_…`,
/// or `<…>`.
pub(super) fn find(text: &str, separators: &[u8]) -> Option<Range<usize>> {
    /// The number of letters in `TBD`.
    const FEWEST_LETTERS: usize = 3;
    if text.bytes().filter(u8::is_ascii_alphabetic).take(FEWEST_LETTERS).count() < FEWEST_LETTERS
        && !text.contains('<')
    {
        return None;
    }
    if is_word(text) {
        return Some(0..text.len());
    }
    let mut start = 0;
    for part in text.as_bytes().split(|byte| separators.contains(byte)) {
        let place = start..start + part.len();
        if text.get(place.clone()).is_some_and(is_word) {
            return Some(place);
        }
        start = place.end + 1;
    }
    find_brackets(text)
}

/// A placeholder for display in a message: text between angle brackets could be markup.
pub(super) fn name(placeholder: &str) -> String {
    if placeholder.starts_with('<') {
        return "a placeholder between `<` and `>`".to_owned();
    }
    format!("the placeholder `{}`", Quoted::from(placeholder))
}

/// The placeholder in the value of a label. Prose may contain such a word, but does not begin with one and a
/// colon.
pub(super) fn find_in_label(value: &str) -> Option<Range<usize>> {
    let is_prose = value.contains(char::is_whitespace);
    let before = value.split_once(':').map(|(before, _)| before).filter(|before| is_word(before));
    match before {
        Some(before) => Some(0..before.len()),
        None => find(value, if is_prose { b"" } else { b"/-." }),
    }
}

/// Returns true if the whole text is such a word.
fn is_word(text: &str) -> bool {
    let is_yours = |rest: &str| !rest.is_empty() && rest.bytes().all(|b| !b.is_ascii_lowercase());
    match text.as_bytes().first() {
        Some(b'T' | b'X' | b'P') => UPPERCASE.contains(&text),
        Some(b'F' | b'f' | b'C' | b'c' | b'R' | b'r') => {
            ANY_CASE.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Some(b'Y') => ["YOUR-", "YOUR_"].iter().any(|start| text.strip_prefix(start).is_some_and(is_yours)),
        _ => false,
    }
}

/// `<name of the app>`: letters and characters that join words, so neither an address nor a pair of tags.
fn find_brackets(text: &str) -> Option<Range<usize>> {
    let start = text.find('<')?;
    let len = text.get(start..)?.find('>')? + 1;
    let name = text.get(start + 1..start + len - 1)?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'_'));
    (is_name && name.len() > 1 && !text.contains("</")).then_some(start..start + len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_placeholder_is_a_part_of_its_own() {
        for (text, separators, found) in [
            ("TODO", "", Some("TODO")),
            ("acme/TODO", "/", Some("TODO")),
            ("1.0-FIXME", "-.", Some("FIXME")),
            ("change-me", "-", Some("change-me")),
            ("ChangeMe", "", Some("ChangeMe")),
            ("YOUR-ORG/app", "/", Some("YOUR-ORG")),
            ("<your company>", "", Some("<your company>")),
            ("acme/<app>", "/", Some("<app>")),
            ("todo", "", None),
            ("TODO list", "", None),
            ("TODOS", "", None),
            ("acme/TODO", "", None),
            ("Acme <jo@acme.example>", "", None),
            ("a < b and c > d", "", None),
            ("an <em>app</em>", "", None),
            ("Your-App", "", None),
            ("YOUR-", "", None),
            ("", "", None),
        ] {
            assert_eq!(find(text, separators.as_bytes()).map(|place| &text[place]), found, "{text}");
        }
    }

    #[test]
    fn the_prose_of_a_label_may_contain_placeholder_words() {
        for (value, found) in [
            ("TODO: describe it", Some("TODO")),
            ("FIXME:", Some("FIXME")),
            ("TODO-1", Some("TODO")),
            ("registry.acme.example/TODO", Some("TODO")),
            ("Acme <product name>", Some("<product name>")),
            ("Finds every TODO", None),
            ("TODO lists: for teams", None),
            ("Acme <info@acme.example>", None),
        ] {
            assert_eq!(find_in_label(value).map(|place| &value[place]), found, "{value}");
        }
    }
}
