//! Labels that are all of one build argument, for two rules and the fixes of others.

use super::{Context, variable_undeclared};
use crate::{
    dockerfile::{Arguments, Cause, Fact, Keyword, Label, shell},
    finding::{Findings, Safety},
    preflight::REQUIRED_LABELS,
    text::Span,
};

/// The required labels whose value is a build argument without default that is not given, with its name.
pub(super) fn unset<'c>(context: &'c Context<'_>) -> impl Iterator<Item = (&'static str, &'c str)> {
    let keys = REQUIRED_LABELS.iter().copied().filter(|_| context.is_judged());
    keys.filter_map(|key| {
        let label = context.file.labels.get(key)?;
        let open = context.facts.label(key).value().is_none();
        match &label.value {
            Fact::Unresolved(Cause::NoValue(name), _) if open && variable(context, label) == Some(name) => {
                Some((key, name.as_str()))
            }
            _ => None,
        }
    })
}

/// Reports such a label, with a default for its argument as the fix.
pub(super) fn report(
    context: &Context<'_>,
    findings: &mut Findings,
    key: &'static str,
    argument: &str,
    message: String,
) {
    let span = context.file.labels.get(key).map_or(Span::at(0), |label| label.value_span);
    let draft = findings.report(message).at(span).parameter(key);
    if let Some((place, text)) = default_of(context, key, argument) {
        draft.fix(Safety::Unsafe, format!("give `{argument}` a default"), place, text);
    }
}

/// The change that gives a label a value: in the file's own words, or through the default of its build argument.
pub(super) fn value_edit(context: &Context<'_>, key: &'static str, label: &Label) -> Option<(Span, String)> {
    if label.legacy || label.step.is_none() || variable_undeclared::is_cause(context, label.value_span) {
        return None;
    }
    match variable(context, label) {
        Some(argument) => default_of(context, key, argument),
        None => Some((label.value_span, context.label_value(key))),
    }
}

/// The variable that is all of a label's value, in quotes or not.
fn variable<'a>(context: &Context<'a>, label: &Label) -> Option<&'a str> {
    let raw = label.value_span.str(context.file.input)?;
    let raw = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
    shell::variable(raw)
}

/// Where the declaration of a build argument that the target sees takes a default; none where it has one already.
fn default_of(context: &Context<'_>, key: &'static str, argument: &str) -> Option<(Span, String)> {
    // What is declared below the label comes too late for it.
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
