//! Line wrapping.

/// Returns a text in lines of at most `width` characters; lines after the first begin with `indent`, and the
/// first is as short.
///
/// Lines break between words. Text in backquotes stays on one line, however long it is, so that commands can
/// be copied.
pub fn wrap(text: &str, width: usize, indent: &str) -> String {
    fold(text, width, indent.len()).replace('\n', &format!("\n{indent}"))
}

/// Like [`wrap`], for text that will be moved to the right by `margin`.
pub(crate) fn fold(text: &str, width: usize, margin: usize) -> String {
    const LEAST: usize = 24;
    let room = width.saturating_sub(margin).max(LEAST);
    let mut out = String::with_capacity(text.len() + 16);
    for (number, paragraph) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let mut used = 0;
        for word in words(paragraph) {
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

/// The words of a text, each including the backquoted text that begins in it.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let ends_word = move |c: char| {
        quoted ^= c == '`';
        c == ' ' && !quoted
    };
    text.split(ends_word).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_only() {
        assert_eq!(wrap("aaa bbb ccc", 26, "  "), "aaa bbb ccc");
        assert_eq!(wrap("aaaaaaaaaaaa bbbbbbbbbbbb ccc", 26, "  "), "aaaaaaaaaaaa\n  bbbbbbbbbbbb ccc");
        assert_eq!(wrap(&"x".repeat(40), 26, ""), "x".repeat(40));
        assert_eq!(
            wrap("aaaaaaaaaaaa bbbb `c dd eeeeeeeeeeeeeeeeeeeeee` f", 26, ""),
            "aaaaaaaaaaaa bbbb\n`c dd eeeeeeeeeeeeeeeeeeeeee`\nf"
        );
    }
}
