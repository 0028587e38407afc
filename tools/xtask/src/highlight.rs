//! Colors for languages that the book's highlighter does not know: the command's output, and Dockerfiles.

use std::fmt::Write as _;

use rekey_core::{dockerfile::Syntax, text::Span};

/// A block's language, and the function that turns its text into HTML.
type Painter = (&'static str, fn(&str) -> String);

const PAINTERS: &[Painter] = &[("console", console), ("dockerfile", dockerfile)];

/// Returns a page of Markdown in which blocks of these languages are HTML with a class for each part.
pub(crate) fn highlighted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let language = line.strip_prefix("```").map_or("", str::trim_end);
        let Some((name, paint)) = PAINTERS.iter().find(|(name, _)| *name == language) else {
            out += line;
            // A block of another language may show what looks like one of these.
            if line.starts_with("```") {
                copy_block(&mut lines, &mut out);
            }
            continue;
        };
        let block: String = lines.by_ref().take_while(|line| line.trim_end() != "```").collect();
        let html = paint(block.trim_end_matches('\n'));
        // The highlighter takes the first class that it knows, and `nohighlight` makes it skip the block.
        let _ = writeln!(out, "<pre><code class=\"nohighlight {name}\">{html}\n</code></pre>");
    }
    out
}

fn copy_block<'a>(lines: &mut impl Iterator<Item = &'a str>, out: &mut String) {
    for line in lines {
        out.push_str(line);
        if line.trim_end() == "```" {
            return;
        }
    }
}

/// A session in a terminal: commands, reports, forecasts, diffs.
fn console(text: &str) -> String {
    let mut session = Session::default();
    text.lines().map(|line| session.line(line)).collect::<Vec<_>>().join("\n")
}

/// The state that the lines above leave for the next one.
#[derive(Default)]
struct Session {
    /// The class of the severity of the finding that is printed.
    severity: Option<&'static str>,
    /// True in a unified diff.
    in_diff: bool,
    /// True if the command continues on the next line.
    in_command: bool,
}

impl Session {
    fn line(&mut self, line: &str) -> String {
        if self.in_command || line.starts_with("$ ") {
            let prompt = if self.in_command { "" } else { "$ " };
            self.in_command = line.ends_with('\\');
            (self.severity, self.in_diff) = (None, false);
            return spans(&[("x-prompt", prompt), ("x-command", &line[prompt.len()..])]);
        }
        self.in_diff = line.starts_with("--- ") || self.in_diff && line.starts_with(['+', '-', ' ', '@']);
        if self.in_diff {
            return spans(&[(diff_class(line), line)]);
        }
        if let Some((class, length)) = severity(line) {
            self.severity = Some(class);
            let (head, message) = line.split_at(length);
            return spans(&[(class, head), ("x-strong", message)]);
        }
        if let Some(parts) = summary(line).or_else(|| forecast(line)).or_else(|| place(line)) {
            return spans(&parts);
        }
        excerpt(line, self.severity).map_or_else(|| escaped(line), |parts| spans(&parts))
    }
}

type Parts<'a> = Vec<(&'static str, &'a str)>;

fn diff_class(line: &str) -> &'static str {
    match line.as_bytes().first() {
        _ if line.starts_with("--- ") || line.starts_with("+++ ") => "x-strong",
        Some(b'@') => "x-margin",
        Some(b'+') => "x-pass",
        Some(b'-') => "x-error",
        _ => "",
    }
}

/// Returns the class of `error[id]:` or `note:`, and the length of the word with its id.
fn severity(line: &str) -> Option<(&'static str, usize)> {
    let class = [("error", "x-error"), ("warning", "x-warning"), ("note", "x-note"), ("help", "x-note")];
    let (word, class) = class.into_iter().find(|(word, _)| line.starts_with(word))?;
    let rest = &line[word.len()..];
    let id = if rest.starts_with('[') { rest.find(']')? + 1 } else { 0 };
    rest[id..].starts_with(':').then_some((class, word.len() + id))
}

/// The first and the last line of a report.
fn summary(line: &str) -> Option<Parts<'_>> {
    for (word, class) in [("failed", "x-error"), ("passed", "x-pass"), ("ok", "x-pass")] {
        if let Some(rest) = line.strip_prefix(word)
            && rest.starts_with([':', ' '])
        {
            return Some(vec![(class, &line[..word.len()]), ("", rest)]);
        }
    }
    let is_count = line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" in ");
    let is_head =
        is_count && line.contains(" input") || line.starts_with("preflight ") && line.contains(" on ");
    is_head.then(|| vec![("x-strong", line)])
}

/// A row of the forecast: `  fail     RunAsNonRoot  …`.
fn forecast(line: &str) -> Option<Parts<'_>> {
    let row = line.strip_prefix("  ")?;
    let (word, class) =
        [("fail", "x-error"), ("pass", "x-pass"), ("unknown", "x-note"), ("excused", "x-note")]
            .into_iter()
            .find(|(word, _)| row.strip_prefix(word).is_some_and(|rest| rest.starts_with("  ")))?;
    let at = 2 + word.len();
    Some(vec![("", "  "), (class, &line[2..at]), ("", &line[at..])])
}

/// A finding's place: ` --> Dockerfile:1:1`.
fn place(line: &str) -> Option<Parts<'_>> {
    let arrow = line.trim_start().strip_prefix("--> ")?;
    let (arrow, place) = line.split_at(line.len() - arrow.len());
    Some(vec![("x-margin", arrow), ("", place)])
}

/// A line with a gutter: a line of the input, its mark, a changed line, a label such as `= help:`.
fn excerpt<'a>(line: &'a str, severity: Option<&'static str>) -> Option<Parts<'a>> {
    let gutter = line.find(|c: char| c != ' ' && !c.is_ascii_digit())?;
    let numbered = !line[..gutter].trim().is_empty();
    let (head, rest) = line.split_at(gutter + 1);
    let class = match head.as_bytes()[gutter] {
        b'|' if rest.is_empty() || rest.starts_with(' ') => {
            let is_mark =
                |mark: &[char]| !rest.trim().is_empty() && rest.trim().trim_matches(mark).is_empty();
            match () {
                () if numbered => "",
                () if is_mark(&['^', ' ']) => severity.unwrap_or("x-error"),
                () if is_mark(&['+', ' ']) => "x-pass",
                () if is_mark(&['-', ' ', '~']) => "x-error",
                () => "",
            }
        }
        sign @ (b'+' | b'-') if numbered && rest.starts_with(' ') => {
            let class = if sign == b'+' { "x-pass" } else { "x-error" };
            return Some(vec![("x-margin", &line[..gutter]), (class, &line[gutter..])]);
        }
        b'=' if !numbered && rest.starts_with(' ') => {
            let label = rest.find(':').filter(|end| rest[1..*end].bytes().all(|b| b.is_ascii_lowercase()))?;
            return Some(vec![("x-margin", head), ("x-strong", &rest[..label]), ("", &rest[label..])]);
        }
        _ => return None,
    };
    Some(vec![("x-margin", head), (class, rest)])
}

/// A Dockerfile, of which the parser says where instructions and comments are.
fn dockerfile(text: &str) -> String {
    let syntax = Syntax::scan(text.as_bytes());
    let mut marks: Vec<(Span, &str)> = Vec::new();
    marks.extend(syntax.directives.iter().map(|directive| (directive.span, "x-comment")));
    marks.extend(syntax.comments.iter().map(|comment| (comment.span, "x-comment")));
    for instruction in &syntax.instructions {
        marks.push((instruction.name.span, "x-keyword"));
        marks.extend(instruction.flags.iter().map(|flag| (flag.span, "x-flag")));
        marks.extend(strings(text, instruction.extent).map(|span| (span, "x-string")));
    }
    marks.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = String::new();
    let mut at = 0;
    for (span, class) in marks {
        let (start, end) = (span.start as usize, span.end as usize);
        // A string may hold what looks like a comment; the first mark counts.
        if start < at {
            continue;
        }
        out += &escaped(&text[at..start]);
        out += &spans(&[(class, &text[start..end])]);
        at = end;
    }
    out + &escaped(&text[at..])
}

/// The quoted strings of an instruction that end on their line.
fn strings(text: &str, within: Span) -> impl Iterator<Item = Span> {
    let (mut at, end) = (within.start as usize, within.end as usize);
    std::iter::from_fn(move || {
        while at < end {
            let start = at + text[at..end].find(['"', '\''])?;
            let quote = char::from(text.as_bytes()[start]);
            let rest = &text[start + 1..end];
            at = start + 1;
            if let Some(length) = rest.find([quote, '\n']).filter(|length| rest[*length..].starts_with(quote))
            {
                at += length + 1;
                let place = |offset| u32::try_from(offset).expect("a page is short");
                return Some(Span { start: place(start), end: place(at) });
            }
        }
        None
    })
}

/// Parts of a line as HTML.
fn spans(parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (class, text) in parts.iter().filter(|(_, text)| !text.is_empty()) {
        let _ = match *class {
            "" => write!(out, "{}", escaped(text)),
            class => write!(out, "<span class=\"{class}\">{}</span>", escaped(text)),
        };
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns HTML with its spans as `{class|text}`, without the prefix of classes.
    fn short(html: &str) -> String {
        html.replace("<span class=\"x-", "{").replace("\">", "|").replace("</span>", "}")
    }

    #[test]
    fn a_session_has_the_colors_of_a_terminal() {
        // Marks have the color of the finding above, and lines of a diff follow its head.
        let mut session = Session::default();
        for (line, expected) in [
            ("$ rekey tag 1.0", "{prompt|$ }{command|rekey tag 1.0}"),
            ("1 error in 1 input (flow quay)", "{strong|1 error in 1 input (flow quay)}"),
            ("error[tag-latest]: it moves", "{error|error[tag-latest]}{strong|: it moves}"),
            ("note: a <b>", "{note|note}{strong|: a &lt;b&gt;}"),
            (" --> tag", "{margin| --&gt; }tag"),
            ("1 | 1.0", "{margin|1 |} 1.0"),
            ("  |   ^^", "{margin|  |}{note|   ^^}"),
            ("  = help: Append `-1`.", "{margin|  =}{strong| help}: Append `-1`."),
            ("1 + 1.0-1", "{margin|1 }{pass|+ 1.0-1}"),
            ("2 - USER root", "{margin|2 }{error|- USER root}"),
            ("  fail     RunAsNonRoot  why", "  {error|fail}     RunAsNonRoot  why"),
            ("  unknown  HasLicense  why", "  {note|unknown}  HasLicense  why"),
            ("failed: 1 error", "{error|failed}: 1 error"),
            ("passed: no findings", "{pass|passed}: no findings"),
            ("errors are listed", "errors are listed"),
            ("    1.0-1 is next", "    1.0-1 is next"),
            ("--- a/Dockerfile", "{strong|--- a/Dockerfile}"),
            ("@@ -1 +1 @@", "{margin|@@ -1 +1 @@}"),
            ("+USER 1", "{pass|+USER 1}"),
            (" FROM a", " FROM a"),
            ("done", "done"),
            ("+USER 1", "+USER 1"),
        ] {
            assert_eq!(short(&session.line(line)), expected, "{line}");
        }
    }

    #[test]
    fn the_parser_decides_what_a_comment_of_a_dockerfile_is() {
        let text = "# a\nFROM --platform=x a<b\nONBUILD USER 1 # no comment\nCOPY <<END /a\n# no comment\nUSER x\nEND\n\
                    LABEL a=\"# b\" \\\n  # c\n  d=\"e\nUSER 1";
        assert_eq!(
            short(&dockerfile(text)),
            "{comment|# a}\n{keyword|FROM} {flag|--platform=x} a&lt;b\n{keyword|ONBUILD} USER 1 # no comment\n\
             {keyword|COPY} &lt;&lt;END /a\n# no comment\nUSER x\nEND\n\
             {keyword|LABEL} a={string|\"# b\"} \\\n  {comment|# c}\n  d=\"e\n{keyword|USER} 1"
        );
    }

    #[test]
    fn other_blocks_stay() {
        let markdown = "a\n```text\n```console\n$ b\n```\n```console\n$ c\n```\nd\n";
        assert_eq!(
            short(&highlighted(markdown)),
            "a\n```text\n```console\n$ b\n```\n<pre><code class=\"nohighlight console|\
             {prompt|$ }{command|c}\n</code></pre>\nd\n"
        );
    }

    /// Colors never change the text.
    #[test]
    fn the_text_of_every_block_of_the_docs_stays() {
        let mut blocks = 0;
        for path in crate::links::pages(&crate::run::root().join("docs")) {
            let text = std::fs::read_to_string(&path).unwrap();
            for (language, paint) in PAINTERS {
                for block in text.split(&format!("\n```{language}\n")).skip(1) {
                    let block = block.split("\n```").next().unwrap();
                    let html = paint(block);
                    let mut plain = String::new();
                    for (number, part) in html.split('<').enumerate() {
                        plain += if number == 0 { part } else { part.split_once('>').unwrap().1 };
                    }
                    let plain = plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
                    assert_eq!(plain, block, "{}", path.display());
                    blocks += 1;
                }
            }
        }
        assert!(blocks > 25, "{blocks} blocks");
    }
}
