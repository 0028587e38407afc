//! `preflight.log`, or what a CI job kept of preflight's standard error: the lines that say why.
//!
//! Preflight logs with logrus's text formatter, `time="…" level=info msg="…" key=value`; what stops it is printed as
//! `Error: …` on standard error alone.
//!
//! Source: openshift-preflight 1.21.0, `cmd/preflight/cmd/root.go` and the logging calls of `internal/`.

use std::borrow::Cow;

use super::{explanation::shown, modified_files::Modification};
use crate::text::Span;

/// What a log tells of one platform's run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// The version of preflight: `1.21.0`.
    pub(crate) version: Option<String>,
    /// The image that was judged, and where it is named.
    pub(crate) image: Option<String>,
    /// The digest that it had.
    pub(crate) digest: Option<String>,
    /// What was said of each check.
    pub(crate) verdicts: Vec<Verdict>,
    /// Files of packages that layers change.
    pub(crate) changes: Vec<Change>,
    /// Why `/licenses` cannot be walked.
    pub(crate) no_license: Option<(Span, String)>,
    /// What stopped the run, or the submission after it.
    pub(crate) stopped: Option<(Span, String)>,
    /// Whether the result of the run is there.
    pub(crate) finished: bool,
    /// Whether the log is a detailed one, with what `PFLT_LOGLEVEL=trace` adds.
    pub(crate) detailed: bool,
    /// Whether it is a log of preflight, empty or with a line of its own.
    pub(crate) is_one: bool,
}

/// "check completed".
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) span: Span,
    pub(crate) check: String,
    /// `PASSED`, `FAILED`, `WARNING` or `ERROR`.
    pub(crate) result: String,
    /// Why the check could not run.
    pub(crate) reason: Option<String>,
}

/// A file of a package that a layer changes.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) span: Span,
    pub(crate) kind: Modification,
    pub(crate) path: String,
    /// The layer, as the log calls it.
    pub(crate) layer: String,
}

impl Log {
    /// Reads what a log says of a platform, `amd64`; without one, all that it says.
    pub(crate) fn read(text: &[u8], platform: Option<&str>) -> Self {
        // An empty log is preflight's too: it stopped before it had anything to say.
        let mut log = Self { is_one: text.trim_ascii().is_empty(), ..Self::default() };
        // What stands before the first platform is about all of them.
        let mut other_platform = false;
        let mut at = 0;
        for line in text.split(|b| *b == b'\n') {
            let span = Span::new(at, at + line.len());
            at += line.len() + 1;
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let Some(entry) = Entry::parse(line) else {
                if let Some(reason) = complaint(line).filter(|_| !other_platform) {
                    log.is_one = true;
                    log.stopped = Some((span, reason.to_owned()));
                }
                continue;
            };
            if let Some((_, running)) = entry.message.rsplit_once(" for platform ") {
                other_platform = platform.is_some_and(|platform| platform != running);
            }
            if !other_platform {
                log.take(&entry, &|key| {
                    field_place(line, key).map_or(span, |field| field.shifted(span.start as usize))
                });
            }
        }
        log
    }

    /// Takes what a line says; `place` is where one of its fields stands, or the whole line where it has no such.
    fn take(&mut self, entry: &Entry<'_>, place: &dyn Fn(&str) -> Span) {
        self.is_one = true;
        self.detailed |= matches!(entry.level, "debug" | "trace");
        let text = |key: &str| entry.field(key).map(str::to_owned);
        match &*entry.message {
            "certification library version" => {
                self.version =
                    text("version").map(|version| version.split(' ').next().unwrap_or("").to_owned());
            }
            "target image" => self.image = text("image"),
            "check completed" => {
                let (Some(check), Some(result)) = (entry.field("check").map(shown), text("result")) else {
                    return;
                };
                let reason = text("err");
                let span = place(if reason.is_some() { "err" } else { "result" });
                self.verdicts.push(Verdict { span, check, result, reason });
            }
            "found disallowed modification in layer" => {
                self.change(Modification::Unmanaged, entry, place("file"));
            }
            "mismatch in OS release" => self.change(Modification::Distribution, entry, place("file")),
            "mismatch in package architecture" => {
                self.change(Modification::Architecture, entry, place("file"));
            }
            message if message.starts_with("WARN: an rpm-installed file was modified outside of rpm") => {
                self.change(Modification::ThirdParty, entry, place("file"));
            }
            message if message.starts_with("warning: licenses directory does not exist") => {
                self.no_license = Some((place("msg"), message.to_owned()));
            }
            message if message.starts_with("Preflight result: ") => self.finished = true,
            message if message.starts_with("This image's tag ") => {
                let after = message.split_once(" paired with digest ").map(|(_, rest)| rest);
                self.digest = after.and_then(|rest| rest.split(' ').next()).map(str::to_owned);
            }
            // A missing RPM database is told again by the check that needs it.
            message
                if matches!(entry.level, "error" | "fatal") && !message.contains("continuing without it") =>
            {
                let reason = text("error").unwrap_or_else(|| message.to_owned());
                self.stopped = Some((place("error"), reason));
            }
            _ => {}
        }
    }

    fn change(&mut self, kind: Modification, entry: &Entry<'_>, span: Span) {
        if let Some(path) = entry.field("file") {
            let layer = entry.field("layer").unwrap_or_default().to_owned();
            self.changes.push(Change { span, kind, path: path.to_owned(), layer });
        }
    }
}

/// Where a field stands in a line, its name included.
fn field_place(line: &str, key: &str) -> Option<Span> {
    let start = line.find(&format!(" {key}="))? + 1;
    let value_at = start + key.len() + 1;
    let (_, rest) = value(line.get(value_at..)?);
    Some(Span::new(start, line.len() - rest.len()))
}

/// What a line of standard error says that is not logged: `Error: …`, or with Go's own time in front.
fn complaint(line: &str) -> Option<&str> {
    let line = line.trim_end();
    let timed = || {
        let (day, rest) = line.split_once(' ')?;
        let (time, message) = rest.split_once(' ')?;
        let is_time = |text: &str, sign| {
            text.split(sign).count() == 3 && text.bytes().all(|b| b.is_ascii_digit() || b == sign as u8)
        };
        (is_time(day, '/') && is_time(time, ':')).then_some(message)
    };
    line.strip_prefix("Error: ").or_else(timed).filter(|message| !message.is_empty())
}

/// One line of logrus's text formatter.
struct Entry<'l> {
    level: &'l str,
    message: Cow<'l, str>,
    fields: Vec<(&'l str, Cow<'l, str>)>,
}

impl<'l> Entry<'l> {
    /// A CI job may write something in front.
    fn parse(line: &'l str) -> Option<Self> {
        let start = line.find("time=\"")?;
        let mut rest = line.get(start..)?;
        let mut entry = Self { level: "", message: Cow::Borrowed(""), fields: Vec::new() };
        while let Some((key, after)) = rest.trim_start().split_once('=') {
            let (value, after) = value(after);
            match key {
                "level" => {
                    if let Cow::Borrowed(level) = value {
                        entry.level = level;
                    }
                }
                "msg" => entry.message = value,
                key => entry.fields.push((key, value)),
            }
            rest = after;
        }
        (!entry.level.is_empty()).then_some(entry)
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| &**value)
    }
}

/// A value as Go's `%q` or bare, and what stands behind it.
fn value(text: &str) -> (Cow<'_, str>, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (bare, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        return (Cow::Borrowed(bare), rest);
    };
    let mut escaped = false;
    let closes = |c: char| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes
    };
    let (inner, rest) = quoted.split_once(closes).unwrap_or((quoted, ""));
    (unquoted(inner), rest)
}

/// A text without the escapes that Go's `strconv.Quote` writes.
fn unquoted(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let digits = |length: usize| {
            let number = after.get(1..1 + length).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            (number.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER), 1 + length)
        };
        let (c, length) = match chars.next() {
            Some('n') => ('\n', 1),
            Some('t') => ('\t', 1),
            Some('r') => ('\r', 1),
            Some('x') => digits(2),
            Some('u') => digits(4),
            Some('U') => digits(8),
            Some(c) => (c, c.len_utf8()),
            None => break,
        };
        out.push(c);
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = r#"time="2026-11-25T23:48:28Z" level=info msg="#;

    fn log(lines: &[&str], platform: Option<&str>) -> Log {
        Log::read(lines.join("\n").as_bytes(), platform)
    }

    #[test]
    fn lines_are_read_as_logrus_writes_them() {
        let line = format!(r#"{FIRST}"a \"b\"\n\x00\u00e9" check=X err="c d" empty= file=usr/bin/bash"#);
        let entry = Entry::parse(&line).unwrap();
        assert_eq!((entry.level, &*entry.message), ("info", "a \"b\"\n\0é"));
        let fields = ["check", "err", "empty", "file", "none"].map(|key| entry.field(key));
        assert_eq!(fields, [Some("X"), Some("c d"), Some(""), Some("usr/bin/bash"), None]);
    }

    #[test]
    fn every_line_that_says_why_is_taken() {
        let file = format!(
            r#"{FIRST}"found disallowed modification in layer" file=usr/bin/bash layer="02-sha256:4f""#
        );
        let check = format!(r#"{FIRST}"check completed" check=HasModifiedFiles err="a\nb" result=ERROR"#);
        let digest = format!(r#"{FIRST}"This image's tag 1 will be paired with digest sha256:f6 once this""#);
        let end = format!(r#"{FIRST}"Preflight result: FAILED""#);
        let found = log(&[&file, &check, &digest, &end], None);
        let [change] = &*found.changes else { panic!("{found:?}") };
        assert_eq!(
            (change.kind, &*change.path, &*change.layer),
            (Modification::Unmanaged, "usr/bin/bash", "02-sha256:4f")
        );
        assert_eq!(found.verdicts[0].reason.as_deref(), Some("a\nb"));
        assert_eq!(
            (found.digest.as_deref(), found.finished, found.detailed),
            (Some("sha256:f6"), true, false)
        );
    }

    #[test]
    fn each_platform_has_its_lines() {
        let run = |platform| format!(r#"{FIRST}"running checks for r/a:1 for platform {platform}""#);
        let target = |image| format!(r#"{FIRST}"target image" image="{image}""#);
        let lines = [run("amd64"), target("first"), run("arm64"), target("second"), "Error: late".to_owned()];
        let lines = lines.each_ref().map(String::as_str);
        let image = |platform| log(&lines, platform).image;
        assert_eq!(
            [image(Some("amd64")), image(Some("arm64"))],
            [Some("first".into()), Some("second".into())]
        );
        let stopped = |platform| log(&lines, Some(platform)).stopped.map(|(_, reason)| reason);
        assert_eq!((stopped("amd64"), stopped("arm64")), (None, Some("late".into())));
    }

    #[test]
    fn what_stops_a_run_is_found_outside_of_the_log_too() {
        for (line, expected) in [
            ("Error: platform mismatch", Some("platform mismatch")),
            ("2026/11/25 23:48:52 platform mismatch", Some("platform mismatch")),
            (
                r#"time="x" level=error msg=release-url error="invalid preflight version""#,
                Some("invalid preflight version"),
            ),
            (r#"time="x" level=error msg="could not get rpm list, continuing without it" error=x"#, None),
            ("2026-11-25 23:48:52 platform mismatch", None),
            ("Error: ", None),
            ("Usage: Error: x", None),
        ] {
            assert_eq!(log(&[line], None).stopped.map(|(_, reason)| reason).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn no_bytes_panic() {
        for text in [
            &b""[..],
            b"\xff",
            b"time=\"",
            b"time=\"\\",
            b"time=\"x\" level=",
            b"time=\"\" level=\"\\x\" msg=\"\\u12",
            b"time=\"x\" level=\"in\\\"fo\" msg=\"\\U00110000\\xzz\"",
        ] {
            Log::read(text, Some("amd64"));
        }
    }
}
