//! The Code Climate format of a report, which GitLab shows in a merge request.

use std::fmt::Write as _;

use rekey_core::{Finding, Report, Severity, Subject, text::printable};
use serde_json::{Value, json};

use super::fingerprint::{Excerpt, fingerprints};

/// The findings in the format of GitLab's Code Quality report: a list of issues, each with a fingerprint.
///
/// The fingerprints are those of [`fingerprints`]. A field such as `tag` is used as a path.
///
/// Source: GitLab, "Code Quality report format"; Code Climate, "Engine specification", issues.
pub(super) fn to_code_climate(report: &Report, excerpt: &Excerpt<'_>) -> String {
    let names = fingerprints(report.findings(), excerpt);
    let mut out = String::from("[");
    for (number, (finding, name)) in report.findings().zip(&names).enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{}", issue(finding, name));
    }
    out + "]"
}

fn issue(finding: &Finding, fingerprint: &str) -> Value {
    let rule = finding.rule();
    let range = finding.range();
    let (begin, end) = range.map_or((1, 1), |range| (range.line, range.end_line));
    let severity = match finding.severity() {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Note => "info",
    };
    let category = if rule.subject == Subject::PrivateKey { "Security" } else { "Compatibility" };
    let body = format!("{}\n\n{}\n\nBasis: {}", rule.why, finding.help(), finding.basis());
    json!({
        "type": "issue",
        "check_name": finding.id(),
        "description": printable(finding.message()),
        "content": {"body": printable_lines(&body)},
        "categories": [category],
        "severity": severity,
        "fingerprint": fingerprint,
        "location": {
            "path": path(finding.source().name()),
            "lines": {"begin": begin, "end": end},
        },
    })
}

/// A path in GitLab's form: relative ones without a leading `./`.
fn path(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rekey_core::{Target, check_tag};

    #[test]
    fn an_issue_has_every_field_that_gitlab_asks_for() {
        let report = check_tag("1.0", &Target::default());
        let issues: Value = serde_json::from_str(&to_code_climate(&report, &|_| None)).unwrap();
        let issue = &issues[0];
        assert_eq!(issue["check_name"], "tag-missing-release");
        assert_eq!(issue["severity"], "critical");
        assert_eq!(issue["location"]["lines"]["begin"], 1);
        assert_eq!(issue["location"]["path"], "tag");
        assert_eq!(issue["fingerprint"], fingerprints(report.findings(), &|_| None)[0]);
    }

    #[test]
    fn nothing_found_is_an_empty_list() {
        assert_eq!(to_code_climate(&check_tag("1.0-1", &Target::default()), &|_| None), "[]");
    }
}
