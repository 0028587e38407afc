//! Words broken into lines.

/// `text` in lines of at most `width` characters where words allow; lines after the first begin with `indent`, which
/// the first is taken to begin with, too.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    fold(text, width, indent.len()).replace('\n', &format!("\n{indent}"))
}

/// The same, where something else moves every line to the right by `margin`.
pub(crate) fn fold(text: &str, width: usize, margin: usize) -> String {
    const LEAST: usize = 24;
    let room = width.saturating_sub(margin).max(LEAST);
    let mut out = String::with_capacity(text.len() + 16);
    for (number, paragraph) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > room {
                out.push('\n');
                used = 0;
            } else if used > 0 {
                out.push(' ');
                used += 1;
            }
            out.push_str(word);
            used += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(wrap("aaa bbb ccc", 26, "  "), "aaa bbb ccc");
        assert_eq!(wrap("aaaaaaaaaaaa bbbbbbbbbbbb ccc", 26, "  "), "aaaaaaaaaaaa\n  bbbbbbbbbbbb ccc");
        assert_eq!(wrap(&"x".repeat(40), 26, ""), "x".repeat(40));
    }
}
