//! The report as Markdown: for a ticket, a merge request or the summary of a CI job.

use std::fmt::Write as _;

use rekey_core::{Finding, Forecast, Outcome, Place, Report, Rule, text::printable};

/// The most findings that are listed: a summary of a CI job may have one MiB.
const MOST: usize = 500;
/// The most images that have their own table; more images are counted.
const IMAGES: usize = 5;

/// Returns the report as Markdown for GitHub and GitLab: the result, the findings, the reasons of their rules, the forecast.
///
/// Text from an input never becomes markup.
pub(super) fn to_markdown(report: &Report) -> String {
    let target = report.target();
    let verdict = if report.passed() { "passed" } else { "failed" };
    let today = target.today().map_or_else(|| "no date".to_owned(), |today| today.to_string());
    let mut out = format!("### rekey: {verdict}, {}\n\n", report.counts());
    let _ = writeln!(
        out,
        "Flow `{}`, policy `{}`, preflight {}, {today}, rekey {}.",
        target.flow(),
        target.policy(),
        target.preflight_version(),
        env!("CARGO_PKG_VERSION")
    );
    for notice in target.notices() {
        let _ = writeln!(out, "\nNote: {notice}.");
    }
    steps_table(report, &mut out);
    findings_table(report, &mut out);
    reasons(report, &mut out);
    forecasts(report, &mut out);
    let open = report.online_checks();
    if !open.is_empty() {
        let _ = write!(out, "\nNot checked offline: {}.\n", open.join(", "));
    }
    out
}

/// The steps of a rehearsal.
fn steps_table(report: &Report, out: &mut String) {
    if report.steps().is_empty() {
        return;
    }
    out.push_str("\n| step | result | ms | evidence |\n|---|---|---|---|\n");
    for step in report.steps() {
        let detail = step.evidence.as_deref().or(step.reason.as_deref()).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            step.name,
            step.state.as_str().replace('_', " "),
            step.milliseconds,
            prose(detail)
        );
    }
}

fn findings_table(report: &Report, out: &mut String) {
    let mut findings: Vec<_> = report.findings().collect();
    if findings.is_empty() {
        return;
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    out.push_str("\n| | where | what | what to do |\n|---|---|---|---|\n");
    for finding in findings.iter().take(MOST) {
        let _ = writeln!(
            out,
            "| **{}** | {} | {} ({}) | {} |",
            finding.severity(),
            code(&place(finding)),
            prose(finding.message()),
            code(&finding.id()),
            prose(finding.help())
        );
    }
    if findings.len() > MOST {
        let _ = write!(out, "\n{} more findings are not listed.\n", findings.len() - MOST);
    }
}

/// The reason and the source of each rule with findings, collapsed.
fn reasons(report: &Report, out: &mut String) {
    let mut rules: Vec<&'static Rule> = Vec::new();
    for finding in report.findings() {
        if !rules.contains(&finding.rule()) {
            rules.push(finding.rule());
        }
    }
    if rules.is_empty() {
        return;
    }
    out.push_str("\n<details><summary>Why, and who requires it</summary>\n\n");
    for rule in rules {
        let _ = writeln!(
            out,
            "- [{}]({}): {} Basis: {}",
            code(rule.id),
            rule.docs(),
            prose(rule.why),
            prose(&rule.basis.to_string())
        );
    }
    out.push_str("\n</details>\n");
}

fn forecasts(report: &Report, out: &mut String) {
    let images = report.sections().iter().map(|section| (section, section.forecast(report)));
    let images: Vec<_> = images.filter(|(_, rows)| !rows.is_empty()).collect();
    let version = report.target().preflight_version();
    if images.len() > IMAGES {
        let rows: Vec<_> = images.iter().flat_map(|(_, rows)| rows).collect();
        let _ =
            write!(out, "\n#### What openshift-preflight {version} will say about {} images\n", images.len());
        return tally(&rows, out);
    }
    for (section, rows) in images {
        let source = section.source();
        let image = if source.is_file() { code(source.name()) } else { "the image".to_owned() };
        let _ = write!(out, "\n#### What openshift-preflight {version} will say about {image}\n");
        out.push_str("\n| check | outcome | why |\n|---|---|---|\n");
        for row in rows {
            let outcome = if matches!(row.outcome, Outcome::Fail | Outcome::Error) {
                "**fail**"
            } else {
                row.outcome.as_str()
            };
            let _ = writeln!(out, "| {} | {outcome} | {} |", row.check, prose(&row.reason));
        }
    }
}

/// A table with the number of images for each outcome of each check.
fn tally(rows: &[&Forecast], out: &mut String) {
    out.push_str("\n| check | pass | fail | unknown |\n|---|---|---|---|\n");
    let mut checks: Vec<_> = Vec::new();
    for row in rows {
        if !checks.contains(&row.check) {
            checks.push(row.check);
        }
    }
    for check in checks {
        let count = |outcomes: &[Outcome]| {
            rows.iter().filter(|row| row.check == check && outcomes.contains(&row.outcome)).count()
        };
        let [pass, fail, unknown] =
            [&[Outcome::Pass][..], &[Outcome::Fail, Outcome::Error], &[Outcome::Unknown]].map(count);
        let _ = writeln!(out, "| {check} | {pass} | {fail} | {unknown} |");
    }
}

fn place(finding: &Finding) -> String {
    let source = finding.source().name();
    match finding.place() {
        Some(Place::Text(range)) if finding.source().is_file() || range.line > 1 => {
            format!("{source}:{}:{}", range.line, range.column)
        }
        Some(Place::Pointer(pointer)) => format!("{source} {pointer}"),
        Some(Place::Layer { layer, path }) => format!("{source} layer {layer} /{path}"),
        _ => source.to_owned(),
    }
}

/// A text as code in a table cell: the fence is longer than any in it, and bars are escaped.
fn code(text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

/// A sentence of rekey's that quotes words in backticks: the words stay code, and the rest is escaped.
fn prose(text: &str) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(&text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (number, part) in parts.iter().enumerate() {
        match number % 2 {
            1 if !part.trim().is_empty() => out.push_str(&code(part)),
            1 => out.extend(["\\`", part, "\\`"]),
            _ => out.push_str(&escaped(part)),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // Neither a mention nor a link.
            '@' => out.push_str("&#64;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_quoted_becomes_markup() {
        for (text, expected) in [
            ("expected `a|b`, found <b>", "expected `a\\|b`, found &lt;b&gt;"),
            ("a ` alone", "a \\` alone"),
            ("found ``, expected `x`", "found \\`\\`, expected `x`"),
            ("[x](http://h) @all *y*", "\\[x\\](http://h) &#64;all \\*y\\*"),
        ] {
            assert_eq!(prose(text), expected, "{text}");
        }
        assert_eq!(code("a``b"), "``` a``b ```");
    }

    #[test]
    fn a_row_has_message_place_and_help() {
        use rekey_core::{Target, check_tag};
        let page = to_markdown(&check_tag("1.0|<img>", &Target::default()));
        assert!(page.contains("| **error** | `tag` |"), "{page}");
        assert!(!page.contains("<img"), "{page}");
        let row = page.lines().find(|line| line.starts_with("| **error**")).unwrap();
        assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
    }

    #[test]
    fn a_forecast_is_a_table() {
        use rekey_core::{Target, check_dockerfile};
        let page = to_markdown(&check_dockerfile("FROM scratch\nUSER root\n", &Target::default()));
        assert!(page.contains("| RunAsNonRoot | **fail** | the user is `root` |"), "{page}");
        assert!(page.trim_end().ends_with("the vulnerability grade."), "{page}");
    }
}
