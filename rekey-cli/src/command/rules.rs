//! `rekey rules`, and `rekey explain` for a rule.

use std::fmt::Write as _;

use rekey_core::{
    Basis, Flow, Policy, Rule, check_selector, mask,
    preflight::Check,
    rule,
    rule::{Example, Verdict},
    rules,
    text::printable,
};
use rekey_render::{self as render, wrap};
use serde_json::json;

use super::{Session, USAGE};
use crate::args::Format;

impl Session<'_, '_> {
    pub(super) fn rules(&mut self) {
        let text = match self.global.format {
            Format::Json => json!(rules().map(metadata).collect::<Vec<_>>()).to_string() + "\n",
            _ => self.table(),
        };
        self.print(&text);
    }

    pub(super) fn explain_rule(&mut self, name: &str) {
        let named: Vec<_> = match rule(name) {
            Some(rule) => vec![rule],
            None => rules().filter(|rule| rule.checks().iter().any(|check| *check == name)).collect(),
        };
        if named.is_empty() && name.parse::<Check>().is_err() {
            let near = check_selector(name).err().and_then(|error| error.nearest);
            let near = near.map_or_else(
                || "`rekey rules` lists them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            return self.complain(&format!("no rule or check is named `{name}`; {near}"), USAGE);
        }
        let text = match self.global.format {
            Format::Json => {
                json!(named.iter().map(|rule| metadata(rule)).collect::<Vec<_>>()).to_string() + "\n"
            }
            _ if named.is_empty() => {
                format!(
                    "{name} is a check of openshift-preflight without a rule: only Red Hat's services know \
                     the result.\n"
                )
            }
            _ => {
                let all: Vec<_> = named.iter().map(|rule| self.explanation(rule)).collect();
                all.join("\n")
            }
        };
        self.print(&text);
    }

    /// One line for each rule.
    fn table(&self) -> String {
        let widest = rules().map(|rule| rule.id.len()).max().unwrap_or(0);
        let indent = " ".repeat(9 + widest + 2);
        let mut out = String::new();
        for rule in rules() {
            let severity = self.paint(render::style(rule.severity), &format!("{:7}", rule.severity));
            // Lines are not wrapped if a program reads them.
            let width = if self.streams.terminal { self.streams.width } else { usize::MAX };
            let summary = wrap(rule.summary, width, &indent);
            out.extend([&*severity, "  ", &format!("{:widest$}", rule.id), "  ", &summary, "\n"]);
        }
        out
    }

    fn explanation(&self, rule: &Rule) -> String {
        let width = self.streams.width;
        let severity = self.paint(render::style(rule.severity), rule.severity.as_str());
        let mut out = format!("{}  {severity}\n{}\n", self.paint(render::BOLD, rule.id), rule.summary);
        let mut field = |name: &str, text: &str| {
            let indent = " ".repeat(12);
            if !text.is_empty() {
                out.extend(["\n", &format!("{name:10}"), "  ", &wrap(text, width, &indent)]);
            }
        };
        field("why", rule.why);
        field("help", rule.help);
        field("basis", &basis(&rule.basis));
        field("applies to", &holds(rule));
        field("preflight", &rule.check_names().join(", "));
        field("since", &format!("rekey {}", rule.since()));
        field("page", &rule.docs());
        out.push('\n');
        for example in rule.examples {
            out.push('\n');
            out += &shown(example);
        }
        out
    }

    fn paint(&self, style: render::Style, text: &str) -> String {
        render::paint(self.streams.color && !self.global.no_color, style, text)
    }
}

/// An example: the verdict, the input, and its options.
fn shown(example: &Example) -> String {
    let (name, fixed) = match example.verdict {
        Verdict::Good => ("good", None),
        Verdict::Bad => ("bad", None),
        Verdict::Fixed(fixed) => ("bad", Some(fixed)),
    };
    let mut out = format!("{name:10}  {}", indented(example.input));
    for (option, value) in example.given {
        let _ = write!(out, "  {:10}{}", format!("{option}:"), indented(value));
    }
    if let Some(fixed) = fixed {
        let _ = write!(out, "{:10}  {}", "fixed", indented(fixed));
    }
    out
}

/// A text with indented lines; secrets and invisible characters are replaced.
fn indented(text: &str) -> String {
    let text = mask::masked(text);
    let lines: Vec<_> = text.trim_end_matches('\n').split('\n').map(printable).collect();
    let text = lines.join(&format!("\n{}", " ".repeat(12)));
    if text.is_empty() { "(empty)\n".to_owned() } else { text + "\n" }
}

/// A rule as JSON.
fn metadata(rule: &Rule) -> serde_json::Value {
    let version = |(major, minor, patch): (u16, u16, u16)| format!("{major}.{minor}.{patch}");
    json!({
        "id": rule.id,
        "subject": rule.subject.as_str(),
        "severity": rule.severity.as_str(),
        "summary": rule.summary,
        "why": rule.why,
        "help": rule.help,
        "basis": {
            "kind": rule.basis.kind(),
            "source": rule.basis.source(),
            "quote": rule.basis.quote(),
            "date": rule.basis.date(),
        },
        "checks": rule.checks(),
        "flows": rule.scope.flows().map(Flow::as_str).collect::<Vec<_>>(),
        "policies": rule.scope.policies().map(Policy::as_str).collect::<Vec<_>>(),
        "since_preflight": rule.scope.since().map(version),
        "before_preflight": rule.scope.before().map(version),
        "since": rule.since(),
        "docs": rule.docs(),
    })
}

fn basis(basis: &Basis) -> String {
    match basis.quote() {
        Some(quote) => {
            format!("documented: \"{quote}\"\n{}, as of {}", basis.source(), basis.date().unwrap_or_default())
        }
        None => format!("{}: {}", basis.kind(), basis.source()),
    }
}

/// Returns the flows, policies and versions of preflight that a rule applies to; empty if it always applies.
fn holds(rule: &Rule) -> String {
    let applies = &rule.scope;
    let mut parts = Vec::new();
    let flows: Vec<_> = applies.flows().map(Flow::as_str).collect();
    if flows.len() < Flow::ALL.len() {
        parts.push(format!("flow {}", flows.join(" or ")));
    }
    let policies: Vec<_> = applies.policies().map(Policy::as_str).collect();
    if policies.len() < Policy::ALL.len() {
        parts.push(format!("policy {}", policies.join(" or ")));
    }
    if let Some((major, minor, patch)) = applies.since() {
        parts.push(format!("preflight {major}.{minor}.{patch} and later"));
    }
    if let Some((major, minor, patch)) = applies.before() {
        parts.push(format!("preflight before {major}.{minor}.{patch}"));
    }
    parts.join("; ")
}
