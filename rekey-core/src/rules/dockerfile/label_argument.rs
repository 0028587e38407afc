//! Labels whose whole value is one build argument, for two rules and the fixes of others.

use super::{Context, variables};
use crate::{
    dockerfile::{Arguments, Cause, Fact, Keyword, Label, shell},
    finding::{Findings, Safety},
    preflight::REQUIRED_LABELS,
    text::Span,
};

/// Required labels whose whole value is the same build argument.
pub(super) struct Unset<'c> {
    /// The argument, which has no default and is not given.
    pub(super) argument: &'c str,
    /// The labels, in the order of [`REQUIRED_LABELS`]; at least one.
    labels: Vec<&'static str>,
}

/// Returns the build arguments without a default that required labels need.
pub(super) fn unset<'c>(context: &'c Context<'_>) -> Vec<Unset<'c>> {
    let mut all: Vec<Unset<'c>> = Vec::new();
    for &key in REQUIRED_LABELS.iter().filter(|_| context.is_judged()) {
        let Some(label) = context.file.labels.get(key) else { continue };
        let Fact::Unresolved(Cause::NoValue(name), _) = &label.value else { continue };
        if context.facts.label(key).value().is_some() || variable(context, label) != Some(name) {
            continue;
        }
        match all.iter_mut().find(|one| one.argument == name) {
            Some(one) => one.labels.push(key),
            None => all.push(Unset { argument: name, labels: vec![key] }),
        }
    }
    all
}

impl Unset<'_> {
    /// Keeps the labels that pass a filter; `None` if no label does.
    pub(super) fn only(mut self, is_wanted: fn(&str) -> bool) -> Option<Self> {
        self.labels.retain(|key| is_wanted(key));
        (!self.labels.is_empty()).then_some(self)
    }

    /// The labels as the subject of a sentence: "label `a`", "labels `a` and `b`".
    pub(super) fn subject(&self) -> String {
        let quoted: Vec<_> = self.labels.iter().map(|key| format!("`{key}`")).collect();
        match quoted.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("labels {} and {last}", others.join(", "))
            }
            _ => format!("label {}", quoted.concat()),
        }
    }

    /// The form of a verb: `one` for one label, `many` for more.
    pub(super) fn verb(&self, one: &'static str, many: &'static str) -> &'static str {
        if self.labels.len() == 1 { one } else { many }
    }

    /// Reports the labels once, at the first of them, with a default for the argument as the fix.
    pub(super) fn report(&self, context: &Context<'_>, findings: &mut Findings, message: String) {
        let Some(key) = self.labels.first() else { return };
        let span = context.file.labels.get(key).map_or(Span::at(0), |label| label.value_span);
        let draft = findings.report(message).at(span).parameter(*key);
        if let Some((place, text)) = default_of(context, key, self.argument) {
            draft.fix(Safety::Unsafe, format!("give `{}` a default", self.argument), place, text);
        }
    }
}

/// The edit that gives a label a value: in its own instruction, or through the default of its build argument.
pub(super) fn value_edit(context: &Context<'_>, key: &'static str, label: &Label) -> Option<(Span, String)> {
    if label.legacy || label.step.is_none() || variables::is_cause(context, label.value_span) {
        return None;
    }
    match variable(context, label) {
        Some(argument) => default_of(context, key, argument),
        None => Some((label.value_span, context.label_value(key))),
    }
}

/// The variable that is a label's whole value, with or without quotes.
fn variable<'a>(context: &Context<'a>, label: &Label) -> Option<&'a str> {
    let raw = label.value_span.str(context.file.input)?;
    let raw = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
    shell::variable(raw)
}

/// The place of a default in the declaration of a build argument that the target sees; `None` if it already
/// has one.
fn default_of(context: &Context<'_>, key: &'static str, argument: &str) -> Option<(Span, String)> {
    // A declaration below the label is too late.
    let label = context.file.labels.get(key)?.step?;
    let above = context.steps().take_while(|(step, ..)| *step < label);
    let arguments = above.filter(|(_, _, instruction)| instruction.keyword == Keyword::Arg);
    let variables = arguments.filter_map(|(_, _, instruction)| match &instruction.arguments {
        Arguments::Variables(all) => Some(all),
        _ => None,
    });
    let last = variables.flatten().filter(|variable| variable.name.text() == argument).last()?;
    let value = context.label_value(key);
    match &last.value {
        None => Some((Span::at(last.name.span.end as usize), format!("={value}"))),
        Some(word) if word.cooked().is_some_and(|text| text.is_empty()) => Some((word.span, value)),
        Some(_) => None,
    }
}
