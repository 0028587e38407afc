//! The JUnit format of a report, which every CI system supports.

use std::fmt::{self, Write as _};

use rekey_core::{
    Finding, Forecast, Outcome, Report, Section, Severity, Target,
    rehearsal::{StepResult, StepState},
    text::printable,
};

/// The report as JUnit XML: a suite for each input and one for the forecast of each image.
///
/// A finding is a test case: an error fails, a warning or a note is skipped with its message, so that it is
/// visible and does not fail the job. An input without findings is one test case that passes. A check of
/// openshift-preflight passes, fails or, if its outcome is unknown, is skipped.
///
/// Source: testmoapp/junitxml, "JUnit XML format", which describes the common subset of the readers.
pub(super) fn to_junit(report: &Report) -> String {
    let of_sections = report.sections().iter().flat_map(|section| suites(section, report));
    let suites: Vec<_> = steps(report).into_iter().chain(of_sections).collect();
    let total = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"rekey\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
        total(|suite| suite.cases.len()),
        total(Suite::failures),
        total(Suite::skipped)
    );
    for suite in &suites {
        suite.write(report.target(), &mut out);
    }
    out + "</testsuites>\n"
}

fn suites(section: &Section, report: &Report) -> impl Iterator<Item = Suite> {
    let name = section.source().name();
    let mut cases: Vec<_> = section.findings().iter().map(Case::of_finding).collect();
    if cases.is_empty() {
        cases.push(Case::passed(name, section.subject().as_str().to_owned()));
    }
    let rows = section.forecast(report);
    let preflight = format!("{name}: openshift-preflight {}", report.target().preflight_version());
    let checks: Vec<_> = rows.into_iter().map(|row| Case::of_check(&preflight, row)).collect();
    let checks = (!checks.is_empty()).then_some(Suite { name: preflight, cases: checks });
    [Suite { name: format!("{} {name}", section.subject()), cases }].into_iter().chain(checks)
}

/// The steps of a rehearsal as a suite. A step with findings is skipped: the findings fail.
fn steps(report: &Report) -> Option<Suite> {
    let case = |step: &StepResult| {
        let detail = step.evidence.as_deref().or(step.reason.as_deref()).unwrap_or_default();
        let message = format!("{}: {detail}", step.state.as_str().replace('_', " "));
        let outcome = match step.state {
            StepState::Ok => CaseOutcome::Passed,
            StepState::Blocked | StepState::Cancelled => {
                CaseOutcome::Failed { body: message.clone(), message }
            }
            _ => CaseOutcome::Skipped { message },
        };
        Case { outcome, ..Case::passed("rehearsal", step.name.as_str().to_owned()) }
    };
    let cases: Vec<_> = report.steps().iter().map(case).collect();
    (!cases.is_empty()).then(|| Suite { name: "rehearsal steps".to_owned(), cases })
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

impl Suite {
    fn write(&self, target: &Target, out: &mut String) {
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">",
            Xml(&self.name),
            self.cases.len(),
            self.failures(),
            self.skipped()
        );
        let version = target.preflight_version().to_string();
        let target = [
            ("flow", target.flow().as_str()),
            ("policy", target.policy().as_str()),
            ("preflight-version", &version),
        ];
        out.push_str("    <properties>\n");
        for (name, value) in target {
            let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", Xml(value));
        }
        out.push_str("    </properties>\n");
        for case in &self.cases {
            case.write(out);
        }
        out.push_str("  </testsuite>\n");
    }

    fn failures(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.outcome, CaseOutcome::Failed { .. })).count()
    }

    fn skipped(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.outcome, CaseOutcome::Skipped { .. })).count()
    }
}

struct Case {
    class: String,
    name: String,
    /// The file and, if the place is known, the line.
    place: Option<(String, Option<u32>)>,
    outcome: CaseOutcome,
}

enum CaseOutcome {
    Passed,
    Failed { message: String, body: String },
    Skipped { message: String },
}

impl Case {
    fn passed(class: &str, name: String) -> Self {
        Self { class: class.to_owned(), name, place: None, outcome: CaseOutcome::Passed }
    }

    fn of_finding(finding: &Finding) -> Self {
        let source = finding.source();
        let range = finding.range();
        // Readers merge two cases with the same name.
        let at = range.map_or_else(String::new, |range| format!(" ({}:{})", range.line, range.column));
        let message = finding.message().to_owned();
        let outcome = if finding.severity() == Severity::Error {
            let body = format!(
                "{source}{at}\n{message}\nwhy: {}\nbasis: {}\nhelp: {}",
                finding.rule().why,
                finding.basis(),
                finding.help()
            );
            CaseOutcome::Failed { message, body }
        } else {
            CaseOutcome::Skipped { message: format!("{}: {message}", finding.severity()) }
        };
        Self {
            class: source.name().to_owned(),
            name: format!("{}{at}", finding.id()),
            place: source.is_file().then(|| (source.name().to_owned(), range.map(|range| range.line))),
            outcome,
        }
    }

    fn of_check(class: &str, row: Forecast) -> Self {
        let outcome = match row.outcome {
            Outcome::Pass => CaseOutcome::Passed,
            Outcome::Unknown => CaseOutcome::Skipped { message: format!("unknown: {}", row.reason) },
            Outcome::Fail | Outcome::Error => {
                CaseOutcome::Failed { message: row.reason.to_string(), body: row.reason.into_owned() }
            }
        };
        Self { outcome, ..Self::passed(class, row.check.to_string()) }
    }

    fn write(&self, out: &mut String) {
        let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\"", Xml(&self.class), Xml(&self.name));
        if let Some((file, line)) = &self.place {
            let _ = write!(out, " file=\"{}\"", Xml(file));
            if let Some(line) = line {
                let _ = write!(out, " line=\"{line}\"");
            }
        }
        let _ = match &self.outcome {
            CaseOutcome::Passed => writeln!(out, "/>"),
            CaseOutcome::Failed { message, body } => writeln!(
                out,
                ">\n      <failure type=\"error\" message=\"{}\">{}</failure>\n    </testcase>",
                Xml(message),
                Xml(body)
            ),
            CaseOutcome::Skipped { message } => {
                writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", Xml(message))
            }
        };
    }
}

/// A text for an XML attribute or element. Newlines are kept; characters that XML cannot contain are escaped.
struct Xml<'a>(&'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.split('\n').enumerate() {
            if number > 0 {
                f.write_char('\n')?;
            }
            for c in printable(line).chars() {
                match c {
                    '&' => f.write_str("&amp;")?,
                    '<' => f.write_str("&lt;")?,
                    '>' => f.write_str("&gt;")?,
                    '"' => f.write_str("&quot;")?,
                    '\u{fffe}' | '\u{ffff}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                    c => f.write_char(c)?,
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_xml_forbids_are_escaped() {
        assert_eq!(
            Xml("<a b=\"c\">&\u{1b}\u{ffff}\n").to_string(),
            "&lt;a b=&quot;c&quot;&gt;&amp;\\u{1b}\u{fffd}\n"
        );
    }

    #[test]
    fn errors_fail_and_the_rest_is_skipped() {
        use rekey_core::{TagInput, Text, check_tag};
        let target = Target::default();
        let tag = |text| check_tag(TagInput::new(Text::from(text)), &target);
        let report = Report::join(&target, ["1.0", "1.0-01", "1.0-1"].map(tag));
        let xml = to_junit(&report);
        assert!(xml.contains("failures=\"1\" errors=\"0\" skipped=\"1\""), "{xml}");
        assert!(xml.contains("<failure type=\"error\" message=\"expected a dash"), "{xml}");
        assert!(xml.contains("<skipped message=\"warning: "), "{xml}");
        assert!(xml.contains("<testcase classname=\"tag\" name=\"tag\"/>"), "{xml}");
    }
}
