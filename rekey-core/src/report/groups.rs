//! Findings in groups: a cause with what follows from it, and one finding for labels that lack the same.

use std::collections::HashMap;

use crate::{
    finding::{Edit, Finding, Fix, List},
    severity::Severity,
};

/// A finding before it is grouped.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Single {
    pub(crate) finding: Finding,
    /// The number by which others name it as their cause.
    pub(crate) number: usize,
    /// The finding whose fix makes this one disappear.
    pub(crate) cause: Option<usize>,
}

/// Returns true if grouping would leave each finding on its own.
pub(crate) fn are_separate(singles: &[Single]) -> bool {
    let is_listed = |single: &&Single| single.finding.list.is_some();
    singles.iter().all(|single| single.cause.is_none()) && singles.iter().filter(is_listed).count() < 2
}

/// Returns findings with their consequences, in the order of the causes.
///
/// A finding whose cause is not there, since a rule is off, stands on its own. A cause is as severe as its most severe
/// consequence.
pub(crate) fn grouped(singles: &[Single]) -> Vec<Finding> {
    let causes: HashMap<usize, Option<usize>> =
        singles.iter().map(|single| (single.number, single.cause)).collect();
    let cause = |single: &Single| {
        let mut root = single.cause.filter(|cause| causes.contains_key(cause))?;
        // A cause may itself follow from another one.
        while let Some(Some(above)) =
            causes.get(&root).filter(|above| above.is_some_and(|above| causes.contains_key(&above)))
        {
            root = *above;
        }
        Some(root)
    };
    let mut groups: Vec<Finding> = Vec::new();
    let mut places = HashMap::new();
    for single in singles.iter().filter(|single| cause(single).is_none()) {
        places.insert(single.number, groups.len());
        groups.push(single.finding.clone());
    }
    for single in singles {
        let place = cause(single).and_then(|root| places.get(&root));
        if let Some(group) = place.and_then(|place| groups.get_mut(*place)) {
            group.severity = group.severity.max(single.finding.severity);
            group.consequences.push(single.finding.clone());
        }
    }
    let mut out: Vec<Vec<Finding>> = Vec::with_capacity(groups.len());
    for finding in groups {
        let known =
            out.iter_mut().find(|group| group.first().is_some_and(|first| belong_together(first, &finding)));
        match known {
            Some(group) => group.push(finding),
            None => out.push(vec![finding]),
        }
    }
    out.into_iter().filter_map(joined).collect()
}

/// Returns true if two findings differ in the item only that a list of them would name.
fn belong_together(one: &Finding, other: &Finding) -> bool {
    let (Some(list), Some(item)) = (&one.list, &other.list) else { return false };
    let edited = |finding: &Finding| {
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
        edits.map(|edit| edit.range.bytes).collect::<Vec<_>>()
    };
    let key = |finding: &Finding| (finding.rule, finding.severity, finding.place.clone(), edited(finding));
    list.kind == item.kind
        && one.consequences.is_empty()
        && other.consequences.is_empty()
        && key(one) == key(other)
}

/// Returns one finding for those that belong together, with one message and one fix.
fn joined(mut group: Vec<Finding>) -> Option<Finding> {
    let first = group.first()?;
    let Some(kind) = first.list.as_ref().map(|list| list.kind).filter(|_| group.len() > 1) else {
        return group.pop();
    };
    let parameters: Vec<_> = group.iter().filter_map(|one| one.parameter.clone()).collect();
    let names = enumeration(parameters.iter().map(|name| format!("`{name}`")).collect());
    let message = kind.message.replace("{}", &names);
    let edits: Option<Vec<&Edit>> = group
        .iter()
        .map(|one| match one.fix.as_ref().map(|fix| fix.edits.as_slice()) {
            Some([edit]) => Some(edit),
            _ => None,
        })
        .collect();
    let lists: Vec<&List> = group.iter().filter_map(|one| one.list.as_deref()).collect();
    let fix = edits.as_deref().and_then(|edits| {
        let (edit, list) = (edits.first()?, lists.first()?);
        let parts: Vec<_> = lists.iter().map(|list| list.part.as_str()).collect();
        let between = if parts.len() > 2 { list.lines.as_str() } else { " " };
        let text = format!("{}{}{}", list.before, parts.join(between), list.after);
        let safety = first.fix.as_ref()?.safety;
        let edits = vec![Edit { range: edit.range, text }];
        Some(Fix { safety, description: kind.fix.replace("{}", &names), edits })
    });
    Some(Finding { message, fix, parameter: None, parameters, ..group.swap_remove(0) })
}

/// `a`, `b` and `c`.
fn enumeration(mut names: Vec<String>) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// Gives a finding the severity that `severity` returns, and returns false if it returns none: the finding is dropped.
pub(crate) fn override_severity(
    finding: &mut Finding,
    severity: &mut impl FnMut(&Finding) -> Option<Severity>,
) -> bool {
    let judged = severity(finding);
    finding.severity = judged.unwrap_or(finding.severity);
    judged.is_some()
}
