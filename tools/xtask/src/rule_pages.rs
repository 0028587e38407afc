//! The rules as pages: an index, which is committed, and a page for each rule and subject, which only the
//! book contains.

use std::fmt::Write as _;

use rekey_core::{
    Rule, Severity, Subject,
    rule::{Example, Verdict},
    rules,
};

use crate::sources;

/// The rules of each subject that has any.
pub(crate) fn subjects() -> impl Iterator<Item = (Subject, Vec<&'static Rule>)> {
    Subject::ALL.iter().filter_map(|subject| {
        let of: Vec<_> = rules().filter(|rule| rule.subject == *subject).collect();
        (!of.is_empty()).then_some((*subject, of))
    })
}

/// The name of the page that lists a subject's rules.
pub(crate) fn file_name(subject: Subject) -> String {
    format!("{}.md", subject.to_string().replace('_', "-"))
}

/// The index: one line for each rule, by subject.
pub(crate) fn index() -> String {
    let mut out = format!(
        "# Rules\n\n{} rules. A rule is named by its id in `rekey.toml` and on the command line; `rekey explain ID` prints the \
         reason, the source, and examples.\n\n\
         - An error: the service rejects it, or the clone, build or scan fails.\n\
         - A warning: it works today and fails on a later rebuild, or it breaks a guideline that no tool enforces.\n\
         - A note: advice.\n\n\
         | subject | errors | warnings | notes |\n|---|---:|---:|---:|\n",
        rules().count()
    );
    for (subject, rules) in subjects() {
        let count = |severity| rules.iter().filter(|rule| rule.severity == severity).count();
        let [errors, warnings, notes] = [Severity::Error, Severity::Warning, Severity::Note].map(count);
        let _ = writeln!(out, "| [{subject}](#{subject}) | {errors} | {warnings} | {notes} |");
    }
    for (subject, rules) in subjects() {
        let _ = write!(out, "\n## {subject}\n\n| rule | severity | summary |\n|---|---|---|\n");
        for Rule { id, severity, summary, .. } in rules {
            let _ = writeln!(out, "| <a id=\"{id}\"></a>`{id}` | {severity} | {} |", cell(summary));
        }
    }
    out
}

/// The rules of one subject.
pub(crate) fn table(subject: &str, rules: &[&Rule]) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "# Rules: {subject}\n\n| rule | severity | basis | preflight | what is wrong |\n|---|---|---|---|---|\n"
    );
    for rule in rules {
        let _ = writeln!(
            out,
            "| [`{id}`]({id}.md) | {} | {} | {} | {} |",
            rule.severity,
            rule.basis.kind(),
            rule.check_names().join(", "),
            cell(rule.summary),
            id = rule.id,
        );
    }
    out
}

/// The page of one rule.
pub(crate) fn page(rule: &Rule) -> String {
    let mut out = String::new();
    let _ = write!(out, "# {}\n\n**{}**: {}.\n\n{}\n\n", rule.id, rule.severity, rule.summary, rule.why);
    let _ = write!(out, "## What to do\n\n{}\n\n", rule.help);
    let _ = write!(out, "## Source\n\n{}: {}", rule.basis.kind(), sources::linked(&rule.basis.source()));
    if let Some(date) = rule.basis.date() {
        let _ = write!(out, ", {date}");
    }
    out.push_str(".\n\n");
    if let Some(quote) = rule.basis.quote() {
        let _ = write!(out, "> {quote}\n\n");
    }
    let _ = write!(out, "## Applies to\n\n{}\n\n", applies(rule));
    if !rule.checks().is_empty() {
        let _ = write!(
            out,
            "Checks of openshift-preflight that fail for this: `{}`.\n\n",
            rule.check_names().join("`, `")
        );
    }
    out.push_str("## Examples\n");
    for example in rule.examples {
        out += &shown(rule, example);
    }
    let _ = write!(out, "\nSince rekey {}.\n", rule.since());
    out
}

/// An example: the input, the options that go with it, and the text after the fix.
fn shown(rule: &Rule, example: &Example) -> String {
    let language = if rule.subject == Subject::Dockerfile { "dockerfile" } else { "text" };
    let verdict = match example.verdict {
        Verdict::Good => "Good",
        Verdict::Bad | Verdict::Fixed(_) => "Bad",
    };
    let mut out = format!("\n{verdict}:\n\n{}", fenced(example.input, language));
    for (option, value) in example.given {
        let language = if value.starts_with(['{', '[']) { "json" } else { "text" };
        let _ = if value.contains('\n') || language == "json" {
            write!(out, "\nwith `{option}`:\n\n{}", fenced(value, language))
        } else {
            write!(out, "\nwith `{option}` = `{value}`\n")
        };
    }
    if let Verdict::Fixed(good) = example.verdict {
        let _ = write!(out, "\nFixed:\n\n{}", fenced(good, language));
    }
    out
}

fn applies(rule: &Rule) -> String {
    let flows: Vec<_> = rule.scope.flows().map(|flow| format!("`{flow}`")).collect();
    let policies: Vec<_> = rule.scope.policies().map(|kind| format!("`{kind}`")).collect();
    let version = |(major, minor, patch): (u16, u16, u16)| format!("{major}.{minor}.{patch}");
    let mut out = format!("Flows {}; policies {}", flows.join(", "), policies.join(", "));
    if let Some(since) = rule.scope.since() {
        let _ = write!(out, "; from preflight {}", version(since));
    }
    if let Some(before) = rule.scope.before() {
        let _ = write!(out, "; before preflight {}", version(before));
    }
    out + "."
}

/// A text as a code block; whitespace that would be invisible is escaped.
fn fenced(text: &str, language: &str) -> String {
    if text.is_empty() {
        return "(nothing)\n".to_owned();
    }
    let invisible = text.trim() != text.trim_end_matches('\n') || text.contains(['\r', '\t']);
    let shown = if invisible { text.escape_debug().to_string() } else { text.to_owned() };
    format!("```{language}\n{}\n```\n", shown.trim_end_matches('\n'))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_example_looks_good_and_bad() {
        for rule in rules() {
            let body = |example: &Example| {
                let text = shown(rule, example);
                let body = text.split_once(":\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
                body.split("\nFixed:").next().unwrap_or_default().to_owned()
            };
            let (good, bad): (Vec<_>, Vec<_>) =
                rule.examples.iter().partition(|one| one.verdict == Verdict::Good);
            for one in &good {
                assert!(bad.iter().all(|other| body(other) != body(one)), "{}: {}", rule.id, body(one));
            }
        }
    }
}
