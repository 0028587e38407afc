//! `preflight.log`, or the standard error of preflight as a CI job saved it: the lines that contain reasons.
//!
//! Preflight logs with logrus's text formatter, `time="…" level=info msg="…" key=value`; a fatal error is
//! printed as `Error: …` only on standard error. Up to 1.4 the values were in the message, and on a terminal
//! the lines had the format `INFO[0001] message key=value`.
//!
//! Sources: openshift-preflight 1.21.0, `cmd/preflight/cmd/root.go` and the logging calls of `internal/`; 1.1.0 and 1.4.0,
//! `certification/internal/engine/engine.go` and `certification/internal/policy/container/has_modified_files.go`; logrus 1.8
//! `text_formatter.go`.

use std::borrow::Cow;

use super::artifacts::{CheckResult, CheckStatus};
use crate::{
    preflight::{check_name, modified_files::Modification},
    preflight_run::{explanation::shown, remedy::remedy},
    text::Span,
};

/// Errors that are logged and do not stop the run.
const HARMLESS: &[&str] = &[
    "could not create memory profile",
    "could not determine test cluster version",
    "could not generate bundle hash",
    // The check that needs the RPM database also reports this.
    "could not get rpm list, continuing without it",
    "unable to clean up tmpdir",
];

/// The content of a log about the run for one platform.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    /// The version of preflight: `1.21.0`.
    pub(crate) version: Option<String>,
    /// The image that was checked, and the place of its name.
    pub(crate) image: Option<String>,
    /// The digest of the image.
    pub(crate) digest: Option<String>,
    /// The result of each check.
    pub(crate) verdicts: Vec<Verdict>,
    /// Package files that layers change.
    pub(crate) changes: Vec<Change>,
    /// The reason why `/licenses` cannot be walked.
    pub(crate) no_license: Option<(Span, String)>,
    /// The error that stopped the run, or the submission after it.
    pub(crate) stopped: Option<(Span, String)>,
    /// True if the log contains the result of the run.
    pub(crate) finished: bool,
    /// True if the log is detailed, with the lines that `PFLT_LOGLEVEL=trace` adds.
    pub(crate) detailed: bool,
    /// True for a log of preflight: one that is empty or has a line from preflight.
    pub(crate) is_one: bool,
}

/// "check completed".
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub(crate) span: Span,
    pub(crate) check: String,
    /// `PASSED`, `FAILED`, `WARNING` or `ERROR`.
    pub(crate) result: String,
    /// The reason why the check could not run.
    pub(crate) reason: Option<String>,
}

/// A package file that a layer changes.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) span: Span,
    pub(crate) kind: Modification,
    pub(crate) path: String,
    /// The name of the layer in the log.
    pub(crate) layer: String,
}

impl Log {
    /// Reads the lines of a log about a platform such as `amd64`; without a platform, all lines.
    pub(crate) fn read(text: &[u8], platform: Option<&str>) -> Self {
        // An empty log is preflight's too: it stopped before it could log anything.
        let mut log = Self { is_one: text.trim_ascii().is_empty(), ..Self::default() };
        // Lines before the first platform are about all of them.
        let mut other_platform = false;
        let mut at = 0;
        for line in text.split(|b| *b == b'\n') {
            let span = Span::new(at, at + line.len());
            at += line.len() + 1;
            let Ok(line) = std::str::from_utf8(line) else { continue };
            let Some(entry) = Entry::parse(line) else {
                if let Some(reason) = complaint(line).filter(|_| !other_platform) {
                    log.is_one = true;
                    log.stop(span, reason);
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

    /// Processes a line; `place` returns the place of one of its fields, or of the whole line if there is no
    /// such field.
    fn take(&mut self, entry: &Entry<'_>, place: &dyn Fn(&str) -> Span) {
        self.is_one = true;
        self.detailed |= matches!(entry.level, "debug" | "trace");
        let text = |key: &str| entry.field(key).map(str::to_owned);
        let (message, value) = entry.named();
        match message {
            "certification library version" => {
                let version = value.or(entry.field("version"));
                self.version = version.and_then(|version| version.split(' ').next()).map(str::to_owned);
                // This is the first line of a run: a CI job may have made an earlier attempt.
                self.stopped = None;
            }
            "target image" => self.image = value.or(entry.field("image")).map(str::to_owned),
            "check completed" => {
                let check = value.or(entry.field("check")).map(|check| shown(check_name(check)));
                // Up to 1.3 an error was in the place of the result.
                let error = entry.field("ERROR");
                let result = error.map_or_else(|| text("result"), |_| Some("ERROR".to_owned()));
                let (Some(check), Some(result)) = (check, result) else { return };
                let field = ["ERROR", "err"].into_iter().find(|key| entry.field(key).is_some());
                let reason = field.and_then(text);
                self.verdicts.push(Verdict { span: place(field.unwrap_or("result")), check, result, reason });
            }
            "modified file detected" => {
                if let Some(path) = value {
                    let (span, path, kind) = (place("msg"), path.to_owned(), Modification::Unmanaged);
                    self.changes.push(Change { span, kind, path, layer: String::new() });
                }
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
            "Preflight result" => {
                self.finished = true;
                // This is the last line of a run: earlier errors did not stop it.
                self.stopped = None;
            }
            message if message.starts_with("This image's tag ") => {
                let after = message.split_once(" paired with digest ").map(|(_, rest)| rest);
                self.digest = after.and_then(|rest| rest.split(' ').next()).map(str::to_owned);
            }
            _ if matches!(entry.level, "error" | "fatal") && !HARMLESS.contains(&&*entry.message) => {
                self.stop(place("error"), entry.field("error").unwrap_or(&entry.message));
            }
            _ => {}
        }
    }

    /// Records the error that stopped the run: the last one, unless a remedy is known only for an earlier
    /// one. A fatal error only repeats that there was one.
    fn stop(&mut self, span: Span, reason: &str) {
        let is_known = self.stopped.as_ref().is_some_and(|(_, reason)| remedy(reason).is_some());
        if !is_known || remedy(reason).is_some() {
            self.stopped = Some((span, reason.to_owned()));
        }
    }

    fn change(&mut self, kind: Modification, entry: &Entry<'_>, span: Span) {
        if let Some(path) = entry.field("file") {
            let layer = entry.field("layer").unwrap_or_default().to_owned();
            self.changes.push(Change { span, kind, path: path.to_owned(), layer });
        }
    }
}

/// The place of a field in a line, including its name.
fn field_place(line: &str, key: &str) -> Option<Span> {
    let start = line.find(&format!(" {key}="))? + 1;
    let value_at = start + key.len() + 1;
    let (_, rest) = value(line.get(value_at..)?);
    Some(Span::new(start, line.len() - rest.len()))
}

/// The error in a line of standard error that is not from the log: `Error: …`, possibly with a timestamp from
/// Go.
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
    /// The message and the value in it, in the format of versions up to 1.4:
    /// `target image: quay.io/acme/app:1.0-1`.
    fn named(&self) -> (&str, Option<&str>) {
        const NAMED: &[&str] =
            &["check completed", "target image", "modified file detected", "Preflight result"];
        const VERSION: &str = "certification library version";
        if let Some(version) = self.message.strip_prefix(VERSION) {
            return (VERSION, Some(version.trim()).filter(|version| !version.is_empty()));
        }
        match self.message.split_once(": ") {
            Some((name, value)) if NAMED.contains(&name) => (name, Some(value)),
            _ => (&self.message, None),
        }
    }

    /// Parses a line in logrus's terminal format: `INFO[0001] message      key=value`.
    fn on_terminal(line: &'l str) -> Option<Self> {
        const LEVELS: &[(&str, &str)] = &[
            ("TRAC", "trace"),
            ("DEBU", "debug"),
            ("INFO", "info"),
            ("WARN", "warning"),
            ("ERRO", "error"),
            ("FATA", "fatal"),
        ];
        let (level, rest) = line.split_once('[')?;
        let (_, level) = LEVELS.iter().find(|(short, _)| *short == level)?;
        let (seconds, rest) = rest.split_once("] ")?;
        if !seconds.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (message, fields) = rest.split_once("  ").unwrap_or((rest, ""));
        let mut entry = Self { level, message: Cow::Borrowed(message.trim_end()), fields: Vec::new() };
        entry.take_fields(fields);
        Some(entry)
    }

    /// Parses a line. A CI job may have added a prefix.
    fn parse(line: &'l str) -> Option<Self> {
        let Some(start) = line.find("time=\"") else { return Self::on_terminal(line) };
        let mut entry = Self { level: "", message: Cow::Borrowed(""), fields: Vec::new() };
        entry.take_fields(line.get(start..)?);
        (!entry.level.is_empty()).then_some(entry)
    }

    fn take_fields(&mut self, mut rest: &'l str) {
        while let Some((key, after)) = rest.trim_start().split_once('=') {
            let (value, after) = value(after);
            match key {
                "level" => {
                    if let Cow::Borrowed(level) = value {
                        self.level = level;
                    }
                }
                "msg" => self.message = value,
                key => self.fields.push((key, value)),
            }
            rest = after;
        }
    }

    fn field(&self, key: &str) -> Option<&str> {
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| &**value)
    }
}

/// Splits off a value, which is bare or quoted with Go's `%q`; returns it and the rest.
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

/// The text without the escapes of Go's `strconv.Quote`.
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

impl Log {
    /// The result of each check, as in `results.json`.
    pub(crate) fn checks(&self) -> Vec<CheckResult> {
        let status = |result: &str| match result {
            "PASSED" => Some(CheckStatus::Passed),
            "FAILED" => Some(CheckStatus::Failed),
            "ERROR" => Some(CheckStatus::Errors),
            "WARNING" => Some(CheckStatus::Warning),
            _ => None,
        };
        let check = |verdict: &Verdict| {
            let status = status(&verdict.result)?;
            Some(CheckResult { check: verdict.check.clone(), status, pointer: String::new() })
        };
        self.verdicts.iter().filter_map(check).collect()
    }
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
    fn every_line_with_a_reason_is_used() {
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
    fn a_fatal_error_is_found_outside_of_the_log_too() {
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
    fn an_error_that_a_result_follows_stopped_nothing() {
        let error = |message: &str| {
            format!(r#"time="t" level=error msg="{message}" error="unlinkat /tmp/a: permission denied""#)
        };
        let end = format!(r#"{FIRST}"Preflight result: PASSED""#);
        let stopped = |lines: &[&str]| log(lines, None).stopped.map(|(_, reason)| reason);
        for message in HARMLESS {
            assert_eq!(stopped(&[&error(message)]), None, "{message}");
            assert_eq!(stopped(&[&end, &error(message)]), None, "{message}");
        }
        for message in ["could not create CPU profile", "anything"] {
            assert_eq!(stopped(&[&error(message), &end]), None, "{message}");
            assert!(stopped(&[&error(message)]).is_some(), "{message}");
        }
        assert_eq!(stopped(&["Error: first attempt", &end]), None);
        let begin = format!(r#"{FIRST}"certification library version" version="1.21.0 <commit: 0>""#);
        assert_eq!(stopped(&["Error: first attempt", &begin]), None);
        assert_eq!(stopped(&["Error: no such host", &begin, "Error: second"]).as_deref(), Some("second"));
        assert_eq!(stopped(&[&end, "Error: unable to tar files"]).as_deref(), Some("unable to tar files"));
        assert_eq!(
            stopped(&["Error: the cause", &error("unable to clean up tmpdir")]).as_deref(),
            Some("the cause")
        );
    }

    #[test]
    fn lines_of_older_versions_are_read() {
        // 1.0, 1.1 and 1.4 write values into the message; on a terminal, logrus pads it.
        let lines = [
            r#"time="t" level=info msg="certification library version 1.1.0-beta5 <commit: 18d6>""#,
            r#"time="t" level=debug msg="target image: quay.io/a/b:1""#,
            r#"time="t" level=info msg="check completed: HasNoProhibitedPackagesMounted" result=PASSED"#,
            r#"time="t" level=info msg="check completed: HasUniqueTag" ERROR="exit status 125" result="exit status 125""#,
            r#"time="t" level=info msg="check completed: BasedOnUbi" err="no such host" result=ERROR"#,
            r#"time="t" level=error msg="modified file detected: usr/bin/bash""#,
            "INFO[0003] check completed: HasLicense                   result=FAILED",
            "INFO[0004] Preflight result: FAILED",
        ];
        let found = log(&lines, None);
        assert_eq!(
            (found.version.as_deref(), found.image.as_deref()),
            (Some("1.1.0-beta5"), Some("quay.io/a/b:1"))
        );
        let verdicts: Vec<_> =
            found.verdicts.iter().map(|one| (&*one.check, &*one.result, one.reason.as_deref())).collect();
        let expected = [
            ("HasNoProhibitedPackages", "PASSED", None),
            ("HasUniqueTag", "ERROR", Some("exit status 125")),
            ("BasedOnUbi", "ERROR", Some("no such host")),
            ("HasLicense", "FAILED", None),
        ];
        assert_eq!(verdicts, expected);
        let [change] = &*found.changes else { panic!("{found:?}") };
        assert_eq!((&*change.path, &*change.layer, found.finished), ("usr/bin/bash", "", true));
        assert!(found.stopped.is_none());
        let lines =
            ["ERRO[0001] unable to create artifactsDir: mkdir /artifacts: permission denied ", "INFO[x] y"];
        let reason = log(&lines, None).stopped.map(|(_, reason)| reason);
        assert_eq!(
            reason.as_deref(),
            Some("unable to create artifactsDir: mkdir /artifacts: permission denied")
        );
        let lines = [lines[0], "FATA[0001] could not retrieve artifact path"];
        let reason = log(&lines, None).stopped.map(|(_, reason)| reason);
        assert!(reason.unwrap().contains("permission denied"));
        // 1.6 does not log the layer.
        let line = r#"time="t" level=debug msg="found disallowed modification in layer" file=usr/bin/bash"#;
        assert_eq!(log(&[line], None).changes.len(), 1);
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
