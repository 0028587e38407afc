//! The part of git's configuration syntax that is needed to find a remote's URL.

use std::collections::HashSet;

use rekey_core::Span;

/// A remote's URL as written in a git configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) name: String,
    pub(crate) url: String,
    /// The place of the URL in the configuration; the whole value if it is quoted or escaped.
    pub(crate) span: Span,
}

/// The first URL of each remote, in the order of the file.
///
/// ```text
/// [remote "origin"]                  section, subsection
///         url = https://…  ; why     key, value, comment
/// ```
///
/// # Deviation
/// `include` and `url.<base>.insteadOf` are not followed: the URL is shown as written.
pub(crate) fn remotes(text: &str) -> Vec<Remote> {
    let mut found: Vec<Remote> = Vec::new();
    let mut known = HashSet::new();
    let mut section = None;
    let mut at = 0;
    while at < text.len() {
        let end = logical_line_end(text, at);
        let line = &text[at..end];
        let body = line.trim_start_matches([' ', '\t', '\u{feff}']);
        if let Some(header) = body.strip_prefix('[') {
            section = remote_name(header);
        } else if let (Some(name), Some(value)) = (&section, url_value(body)) {
            let start = at + (line.len() - body.len()) + value;
            let (url, span) = read_value(text, start, end);
            if known.insert(name.clone()) {
                found.push(Remote { name: name.clone(), url, span });
            }
        }
        at = end + 1;
    }
    found
}

/// The folder in `core.worktree`, which git sets for a submodule.
pub(crate) fn work_tree(text: &str) -> Option<String> {
    let mut in_core = false;
    for line in text.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            in_core = header.trim_end_matches(']').trim().eq_ignore_ascii_case("core");
        } else if let Some((key, value)) = line.split_once('=').filter(|_| in_core)
            && key.trim().eq_ignore_ascii_case("worktree")
        {
            let value = value.trim();
            return Some(read_value(value, 0, value.len()).0);
        }
    }
    None
}

/// The end of the line that starts at `at`; a backslash before the newline continues it on the next line.
fn logical_line_end(text: &str, mut at: usize) -> usize {
    while let Some(end) = text[at..].find('\n').map(|length| at + length) {
        let line = text[at..end].trim_end_matches('\r');
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        if backslashes.is_multiple_of(2) {
            return end;
        }
        at = end + 1;
    }
    text.len()
}

/// The name of the remote in a section header: `remote "origin"]` or, in git's old syntax, `remote.origin]`.
fn remote_name(header: &str) -> Option<String> {
    let word = header.get(.."remote".len()).filter(|word| word.eq_ignore_ascii_case("remote"))?;
    let rest = header[word.len()..].trim_start();
    if let Some(old) = rest.strip_prefix('.') {
        return old.split_once(']').map(|(name, _)| name.to_ascii_lowercase());
    }
    let mut name = String::new();
    let mut chars = rest.strip_prefix('"')?.chars();
    loop {
        match chars.next()? {
            '"' => return Some(name),
            '\\' => name.push(chars.next()?),
            c => name.push(c),
        }
    }
}

/// The offset of the value in a line that sets `url`.
fn url_value(line: &str) -> Option<usize> {
    let (key, value) = line.split_once('=')?;
    let blanks = value.len() - value.trim_start_matches([' ', '\t']).len();
    key.trim().eq_ignore_ascii_case("url").then_some(key.len() + 1 + blanks)
}

/// The value between two offsets, unquoted, without a comment or trailing spaces.
fn read_value(text: &str, start: usize, end: usize) -> (String, Span) {
    let (mut value, mut quoted, mut kept, mut last) = (String::new(), false, 0, start);
    let mut chars = text[start..end].char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '#' | ';' if !quoted => break,
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, c @ ('"' | '\\'))) => value.push(c),
                _ => {}
            },
            c => value.push(c),
        }
        if quoted || !c.is_ascii_whitespace() {
            kept = value.len();
            last = start + at + c.len_utf8();
        }
    }
    value.truncate(kept);
    (value, Span::new(start, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn urls(text: &str) -> Vec<(String, String)> {
        remotes(text).into_iter().map(|remote| (remote.name, remote.url)).collect()
    }

    #[track_caller]
    fn url(line: &str) -> String {
        urls(&format!("[remote \"origin\"]\n{line}\n")).pop().unwrap().1
    }

    #[test]
    fn remotes_are_read_in_their_order() {
        let text = "[core]\n\turl = no\n[remote \"b\"]\n\turl = B\n\tfetch = x\n[Remote \"a\"]\n\tURL=A\n\turl = A2\n";
        assert_eq!(urls(text), [("b".into(), "B".into()), ("a".into(), "A".into())]);
    }

    #[test]
    fn values_are_unquoted_as_git_does() {
        let table = [
            ("url = https://x/y", "https://x/y"),
            ("url = https://x/y\t ; why", "https://x/y"),
            ("url=\"https://x/#y\" # why", "https://x/#y"),
            ("url = a\\\nb", "ab"),
            ("url = a\\\\", "a\\"),
            ("url =", ""),
        ];
        for (line, expected) in table {
            assert_eq!(url(line), expected, "{line}");
        }
    }

    #[test]
    fn the_span_marks_the_value() {
        let text = "[remote \"origin\"]\n\turl = https://x/y \n";
        assert_eq!(remotes(text)[0].span.str(text.as_bytes()), Some("https://x/y"));
    }

    #[test]
    fn an_unfinished_file_does_not_panic() {
        for text in
            ["[", "[remote", "[remote \"", "[remote \"x\\", "[remote \"x\"]\nurl", "[remote \"x\"]\nurl=\\"]
        {
            remotes(text);
        }
    }
}
