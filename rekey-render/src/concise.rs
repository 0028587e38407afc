//! One line for each finding, and one for each rule.

use std::fmt::Write as _;

use rekey_core::{Finding, Place, Report, Safety, Severity, text::printable};

use crate::{Options, paint, style, wrap};

/// Returns a report with one line for each finding, `file:line:column: severity[rule] message`, as editors and `grep` read it.
///
/// Notes are omitted unless `options` lists them.
///
/// ```
/// use rekey_core::{Target, check_tag};
///
/// let report = check_tag("1.0", &Target::default());
/// let text = rekey_render::concise(&report, &rekey_render::Options::default());
/// assert!(text.starts_with("tag:1:1: error[tag-missing-release] "));
/// ```
pub fn concise(report: &Report, options: &Options<'_>) -> String {
    let mut out = String::new();
    for finding in report.findings().filter(|finding| options.lists(finding)) {
        let source = printable(finding.source().name());
        let place = match finding.place() {
            Some(Place::Text(range)) => format!(":{}:{}", range.line, range.column),
            Some(Place::Pointer(pointer)) => format!(" {}", printable(pointer)),
            Some(Place::Layer { layer, path }) => format!(" layer {layer} /{}", printable(path)),
            _ => String::new(),
        };
        let severity = paint(options.color, style(finding.severity()), finding.severity().as_str());
        let id = finding.id();
        let _ =
            writeln!(out, "{source}{place}: {severity}[{}] {}", printable(&id), printable(finding.message()));
    }
    for step in report.steps() {
        let _ = writeln!(out, "rehearsal: {}: {}", step.name, step.state);
    }
    out
}

/// Returns the number of findings of each rule, the most frequent first, in lines
/// `count severity [*] rule summary`; `[*]` marks rules with at least one finding that has an applicable fix.
pub fn statistics(report: &Report, options: &Options<'_>) -> String {
    struct Row<'r> {
        finding: &'r Finding,
        count: usize,
        fixable: bool,
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for finding in report.findings() {
        let fixable = finding.fix().is_some_and(|fix| fix.safety != Safety::Display);
        match rows
            .iter_mut()
            .find(|row| row.finding.rule() == finding.rule() && row.finding.severity() == finding.severity())
        {
            Some(row) => (row.count, row.fixable) = (row.count + 1, row.fixable || fixable),
            None => rows.push(Row { finding, count: 1, fixable }),
        }
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.count), row.finding.rule().id));
    let widest = rows.iter().map(|row| row.count.to_string().len()).max().unwrap_or(0);
    let longest = rows.iter().map(|row| row.finding.rule().id.len()).max().unwrap_or(0);
    let severities = Severity::ALL.iter().map(|severity| severity.as_str().len()).max().unwrap_or(0);
    let mut out = String::new();
    for Row { finding, count, fixable } in rows {
        let (rule, severity) = (finding.rule(), finding.severity());
        let name = paint(options.color, style(severity), &format!("{:severities$}", severity.as_str()));
        let mark = if fixable { "[*]" } else { "   " };
        let margin = widest + severities + longest + 9;
        let summary = wrap(rule.summary, options.width, &" ".repeat(margin));
        let _ = writeln!(out, "{count:widest$}  {name}  {mark}  {:longest$}  {summary}", rule.id);
    }
    out
}
