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
    let mut out: Vec<Finding> = Vec::with_capacity(groups.len());
    for finding in groups {
        match out.iter_mut().find(|known| belong_together(known, &finding)) {
            Some(known) => known.more.push(finding),
            None => out.push(finding),
        }
    }
    for finding in out.iter_mut().filter(|finding| !finding.more.is_empty()) {
        join(finding);
    }
    out
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

/// Makes one message and one fix of a finding and those that belong to it.
fn join(finding: &mut Finding) {
    let more = std::mem::take(&mut finding.more);
    let all = || std::iter::once(&*finding).chain(&more);
    let parameters: Vec<_> = all().filter_map(|one| one.parameter.clone()).collect();
    let Some(kind) = finding.list.as_ref().map(|list| list.kind) else { return };
    let names = enumeration(parameters.iter().map(|name| format!("`{name}`")).collect());
    let message = kind.message.replace("{}", &names);
    let edits: Option<Vec<&Edit>> = all()
        .map(|one| match one.fix.as_ref().map(|fix| fix.edits.as_slice()) {
            Some([edit]) => Some(edit),
            _ => None,
        })
        .collect();
    let lists: Vec<&List> = all().filter_map(|one| one.list.as_deref()).collect();
    let fix = edits.as_deref().and_then(|edits| {
        let (first, list) = (edits.first()?, lists.first()?);
        let parts: Vec<_> = lists.iter().map(|list| list.part.as_str()).collect();
        let between = if parts.len() > 2 { list.lines.as_str() } else { " " };
        let text = format!("{}{}{}", list.before, parts.join(between), list.after);
        let safety = finding.fix.as_ref()?.safety;
        let edits = vec![Edit { range: first.range, text }];
        Some(Fix { safety, description: kind.fix.replace("{}", &names), edits })
    });
    finding.message = message;
    finding.fix = fix;
    finding.parameter = None;
    finding.parameters = parameters;
}

/// `a`, `b` and `c`.
fn enumeration(mut names: Vec<String>) -> String {
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} and {last}", names.join(", ")) }
}

/// Gives every single finding the severity that `severity` returns, and drops those for which it returns none.
pub(crate) fn override_severities(
    singles: &mut Vec<Single>,
    mut severity: impl FnMut(&Finding) -> Option<Severity>,
) {
    singles.retain_mut(|single| {
        let judged = severity(&single.finding);
        single.finding.severity = judged.unwrap_or(single.finding.severity);
        judged.is_some()
    });
}
