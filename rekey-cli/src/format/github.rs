//! Workflow commands, which GitHub's runner converts to annotations.

use std::fmt::Write as _;

use rekey_core::{Finding, Report, Severity, text::printable};

/// The findings as workflow commands, one per line, the most severe first: a job shows only ten annotations
/// of each kind.
///
/// Source: GitHub, "Workflow commands for GitHub Actions"; for escaping, actions/toolkit
/// `packages/core/src/command.ts`.
pub(super) fn to_github(report: &Report) -> String {
    let mut findings: Vec<_> = report.findings().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    let mut out = findings.into_iter().fold(String::new(), |mut out, finding| {
        command(finding, &mut out);
        out
    });
    if !report.steps().is_empty() {
        let steps = report.steps().iter().map(|step| format!("{}: {}", step.name, step.state));
        let steps = steps.collect::<Vec<_>>().join("\n");
        let _ = writeln!(out, "::notice title=rekey rehearse::{}", data(&steps));
    }
    out
}

fn command(finding: &Finding, out: &mut String) {
    let name = match finding.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let source = finding.source();
    let _ = write!(out, "::{name} ");
    if source.is_file() {
        let _ = write!(out, "file={},", property(source.name()));
        if let Some(range) = finding.range() {
            let _ = write!(out, "line={},endLine={},", range.line, range.end_line);
            // Columns are allowed only for places within a line.
            if range.line == range.end_line {
                let _ = write!(out, "col={},endColumn={},", range.column, range.end_column);
            }
        }
    }
    let place = if source.is_file() { String::new() } else { format!("{source}: ") };
    let message = format!("{place}{}\n{}\n{}", finding.message(), finding.help(), finding.basis());
    let _ = writeln!(out, "title={}::{}", property(&finding.id()), data(&message));
}

/// A message with its newlines.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    printable(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekey_core::{DockerfileInput, Source, Target, Text, check_dockerfile};

    #[test]
    fn special_characters_of_the_runner_are_escaped() {
        let text = Text::from("FROM scratch\nUSER root\n").called(Source::file("a,b:c%/Dockerfile"));
        let lines = to_github(&check_dockerfile(DockerfileInput::new(text), &Target::default()));
        let place =
            "file=a%2Cb%3Ac%25/Dockerfile,line=2,endLine=2,col=6,endColumn=10,title=dockerfile-user-root::";
        assert!(lines.contains(place), "{lines}");
        assert!(lines.lines().all(|line| line.starts_with("::")), "{lines}");
    }

    #[test]
    fn a_newline_in_a_message_does_not_end_a_command() {
        assert_eq!(data("a\r::error::b\n100%"), "a\\r::error::b%0A100%25");
        assert_eq!(property("a\nb"), "a\\nb");
    }
}
