//! Colors for blocks of the book that its highlighter does not know: output of the command, and Dockerfiles.

use std::fmt::Write as _;

/// Returns a page in which the blocks `console` and `dockerfile` are HTML with spans, which `book.css` colors.
pub(crate) fn highlighted(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, language, body, after)) = next_block(rest) {
        out += before;
        // The class keeps the book's own highlighter away.
        let _ = write!(out, "<pre><code class=\"nohighlight {language}\">");
        for line in body.lines() {
            out += &if language == "console" { console(line) } else { dockerfile(line) };
            out.push('\n');
        }
        out += "</code></pre>\n";
        rest = after;
    }
    out + rest
}

/// The text before a block, its language, its lines, and the text after it.
fn next_block(page: &str) -> Option<(&str, &'static str, &str, &str)> {
    let find = |language: &'static str| {
        let open = format!("```{language}\n");
        let at = if page.starts_with(&open) { 0 } else { page.find(&format!("\n{open}"))? + 1 };
        Some((at, open.len(), language))
    };
    let (at, length, language) = [find("console"), find("dockerfile")].into_iter().flatten().min()?;
    let (body, after) = page.get(at + length..)?.split_once("```\n")?;
    Some((&page[..at], language, body, after))
}

/// A line of a terminal.
fn console(line: &str) -> String {
    if let Some(command) = line.strip_prefix("$ ") {
        return format!("{} {}", span("prompt", "$"), span("command", command));
    }
    for (word, class) in [("error", "error"), ("warning", "warning"), ("note", "note")] {
        if let Some((label, message)) = line.strip_prefix(word).and_then(|rest| labeled(line, rest)) {
            return format!("{}{}", span(class, label), span("command", message));
        }
    }
    for (word, class) in [("passed:", "pass"), ("failed:", "error")] {
        if let Some(rest) = line.strip_prefix(word) {
            return span(class, &word[..word.len() - 1]) + ":" + &escaped(rest);
        }
    }
    let text = line.trim_start();
    let indent = &line[..line.len() - text.len()];
    for (word, class) in [("fail ", "error"), ("pass ", "pass"), ("unknown ", "note")] {
        if let Some(rest) = text.strip_prefix(word).filter(|_| indent == "  ") {
            return format!("{indent}{} {}", span(class, word.trim_end()), escaped(rest));
        }
    }
    if let Some(rest) = text.strip_prefix("--> ") {
        return format!("{indent}{} {}", span("margin", "-->"), escaped(rest));
    }
    if let Some((name, rest)) = text.strip_prefix("= ").and_then(|rest| rest.split_once(": ")) {
        return format!("{indent}{} {}: {}", span("margin", "="), span("command", name), escaped(rest));
    }
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &text[..text.len() - digits.len()];
    for (mark, class) in [(" + ", "pass"), (" - ", "error")] {
        if let Some(rest) = digits.strip_prefix(mark).filter(|_| !number.is_empty()) {
            return format!("{indent}{}{}", span("margin", number), span(class, &format!("{mark}{rest}")));
        }
    }
    match digits.strip_prefix('|').or_else(|| digits.strip_prefix(" |")) {
        Some(rest) => {
            let margin = &text[..text.len() - rest.len()];
            let is_mark = !rest.trim().is_empty() && rest.trim().trim_matches('^').is_empty();
            let rest = if is_mark { span("error", rest) } else { escaped(rest) };
            format!("{indent}{}{rest}", span("margin", margin))
        }
        None => escaped(line),
    }
}

/// The label of a message, `error[rule]` or `note`, and the rest of its line.
fn labeled<'l>(line: &'l str, rest: &str) -> Option<(&'l str, &'l str)> {
    let end =
        if rest.starts_with('[') { rest.find("]: ")? + 1 } else { rest.starts_with(": ").then_some(0)? };
    Some(line.split_at(line.len() - rest.len() + end))
}

/// A line of a Dockerfile.
fn dockerfile(line: &str) -> String {
    let text = line.trim_start();
    if text.starts_with('#') {
        return span("comment", line);
    }
    let word = text.split(' ').next().unwrap_or_default();
    let is_instruction =
        word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase()) && text.len() == line.len();
    let (keyword, rest) = if is_instruction { line.split_at(word.len()) } else { ("", line) };
    let mut out = if keyword.is_empty() { String::new() } else { span("keyword", keyword) };
    for (number, part) in rest.split('"').enumerate() {
        let quoted = format!("\"{part}\"");
        out += &if number % 2 == 1 { span("string", &quoted) } else { escaped(part) };
    }
    out
}

fn span(class: &str, text: &str) -> String {
    format!("<span class=\"x-{class}\">{}</span>", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_terminal_have_their_colors() {
        for (line, expected) in [
            (
                "$ rekey tag 1.0",
                "<span class=\"x-prompt\">$</span> <span class=\"x-command\">rekey tag 1.0</span>",
            ),
            (
                "error[tag-latest]: a < b",
                "<span class=\"x-error\">error[tag-latest]</span><span class=\"x-command\">: a &lt; b</span>",
            ),
            (" --> tag", " <span class=\"x-margin\">--&gt;</span> tag"),
            ("1 | 1.0", "<span class=\"x-margin\">1 |</span> 1.0"),
            ("  | ^^^", "  <span class=\"x-margin\">|</span><span class=\"x-error\"> ^^^</span>"),
            (
                "12 + USER 1001",
                "<span class=\"x-margin\">12</span><span class=\"x-pass\"> + USER 1001</span>",
            ),
            ("  fail     RunAsNonRoot", "  <span class=\"x-error\">fail</span>     RunAsNonRoot"),
            ("plain", "plain"),
        ] {
            assert_eq!(console(line), expected, "{line}");
        }
        let expected = "<span class=\"x-keyword\">LABEL</span> a=<span class=\"x-string\">\"b\"</span>";
        assert_eq!(dockerfile("LABEL a=\"b\""), expected);
    }

    #[test]
    fn only_blocks_of_these_languages_change() {
        let page = "a\n```console\n$ x\n```\nb\n```yaml\n$ x\n```\n```dockerfile\n# y\n```\nc\n";
        assert_eq!(
            highlighted(page),
            "a\n<pre><code class=\"nohighlight console\"><span class=\"x-prompt\">$</span> <span class=\"x-command\">x</span>\n\
             </code></pre>\nb\n```yaml\n$ x\n```\n<pre><code class=\"nohighlight dockerfile\"><span class=\"x-comment\"># y</span>\n\
             </code></pre>\nc\n"
        );
    }
}
