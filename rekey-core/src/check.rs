//! The checks: scan, judge by every rule that applies, and report.

mod causes;
mod credentials;
mod dockerfile;
mod git_url;
mod image;
mod preflight_run;
mod private_key;
mod reference;
mod rehearsal;
mod secrets;
mod submission;
mod tag;

pub use credentials::{CredentialsInput, check_credentials};
pub use dockerfile::{DockerfileInput, check_dockerfile};
pub use git_url::{GitUrlInput, check_git_url};
pub use image::{ImageInput, check_image};
pub use preflight_run::{PreflightRunInput, explain_preflight_run};
pub use private_key::{PrivateKeyInput, check_private_key};
pub use reference::{ReferenceInput, check_reference};
pub use rehearsal::{RehearsalInput, check_rehearsal};
pub use submission::{check_submission, check_submissions};
pub use tag::{TagInput, check_tag};

use std::borrow::Cow;

use self::secrets::Secrets;
use crate::{
    finding::{Draft, DraftPlace, Edit, Finding, Findings, Fix, Place, Related, Source},
    input::Text,
    mask,
    report::{
        Facts, Section,
        groups::{Single, are_separate, grouped},
    },
    rule::{Entry, Rule, Subject, TargetBits},
    severity::Severity,
    target::Target,
    text::{Locator, shell_quoted},
};

/// Runs the rules of a table that apply.
pub(crate) fn run<F>(
    table: &'static [&'static Entry<F>],
    target: &Target,
    mut check: impl FnMut(&'static Entry<F>, &mut Findings),
) -> Vec<Draft> {
    let Some(first) = table.first() else { return Vec::new() };
    let mut findings = Findings::new(&first.rule);
    let judged = TargetBits::by(target);
    for entry in table.iter().filter(|entry| judged.has(&entry.rule.scope)) {
        findings.turn(&entry.rule);
        check(entry, &mut findings);
    }
    findings.into_drafts()
}

/// One input's part of a report.
pub(crate) fn section(
    subject: Subject,
    text: &Text<'_>,
    field: &'static str,
    drafts: Vec<Draft>,
    target: &Target,
    facts: Facts,
    mut secrets: Secrets<'_>,
) -> Section {
    let source = text.source(field);
    let mut singles = finish(drafts, text, &source, target);
    if !singles.is_empty() {
        secrets.hide_in(&mut singles);
    }
    let (findings, singles) = if are_separate(&singles) {
        (singles.into_iter().map(|single| single.finding).collect(), Vec::new())
    } else {
        (grouped(&singles), singles)
    };
    let places: Vec<_> = secrets.spans.iter().map(|span| text.place(*span)).collect();
    Section {
        subject,
        source,
        findings,
        singles,
        secrets: if places.is_empty() { places } else { mask::merged(places) },
        facts,
        policy: target.policy(),
        image: None,
    }
}

/// Drafts as findings: placed in their document, overrides applied, in order.
fn finish(drafts: Vec<Draft>, text: &Text<'_>, source: &Source, target: &Target) -> Vec<Single> {
    if drafts.is_empty() {
        return Vec::new();
    }
    let locator = Locator::new(text.document());
    let single = |(number, draft): (usize, Draft)| {
        let cause = draft.cause;
        Some(Single { finding: finding(draft, text, source, target, &locator)?, number, cause })
    };
    let mut singles: Vec<_> = drafts.into_iter().enumerate().filter_map(single).collect();
    singles.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    singles
}

/// The sort key of a finding: its place, then its rule; findings without a place come first.
fn order(finding: &Finding) -> (Option<(u32, u32)>, &'static str, Option<&str>) {
    let place = finding.range().map(|range| (range.bytes.start, range.bytes.end));
    (place, finding.rule.id, finding.parameter())
}

fn finding(
    draft: Draft,
    text: &Text<'_>,
    source: &Source,
    target: &Target,
    locator: &Locator<'_>,
) -> Option<Finding> {
    let rule = draft.rule;
    let severity = severity(rule, draft.parameter.as_deref(), target)?;
    let locate = |span| locator.locate(text.place(span));
    let fix = draft.fix.filter(|_| text.is_verbatim()).map(|fix| Fix {
        safety: fix.safety,
        description: fix.description,
        edits: fix.edits.into_iter().map(|(span, text)| Edit { range: locate(span), text }).collect(),
    });
    let related = draft.related.into_iter();
    let related = related.map(|(message, span)| Related { message, source: None, range: Some(locate(span)) });
    let elsewhere = draft.elsewhere.into_iter();
    let elsewhere = elsewhere.map(|(message, source)| Related { message, source: Some(source), range: None });
    Some(Finding {
        rule,
        parameter: draft.parameter,
        severity,
        message: draft.message,
        help: with_file_names(draft.help.unwrap_or(rule.help.into()), rule.subject, source),
        basis: rule.basis,
        source: source.clone(),
        place: draft.place.map(|place| match place {
            DraftPlace::Text(span) => Place::Text(locate(span)),
            DraftPlace::Pointer(pointer) => Place::Pointer(pointer),
            DraftPlace::Layer(layer, path) => Place::Layer { layer, path },
        }),
        related: related.chain(elsewhere).collect(),
        fix,
        incomplete: draft.incomplete,
        parameters: Vec::new(),
        consequences: Vec::new(),
        list: draft.list,
    })
}

/// Replaces `KEY` or `FILE` in the commands of a help text by the name of the file, and `NEW` by the name of
/// a new file, so that the commands can be pasted.
fn with_file_names(help: Cow<'static, str>, subject: Subject, source: &Source) -> Cow<'static, str> {
    let placeholder = match subject {
        Subject::PrivateKey | Subject::Rehearsal => "KEY",
        Subject::Credentials => "FILE",
        _ => return help,
    };
    if !source.is_file() {
        return help;
    }
    let parts = help.split('`').enumerate().map(|(number, part)| {
        if number % 2 == 0 {
            return part.to_owned();
        }
        let named = |word: &str| match word {
            "NEW" => shell_quoted(&format!("{}.new", source.name())).into_owned(),
            word if word == placeholder => shell_quoted(source.name()).into_owned(),
            word => word.to_owned(),
        };
        part.split(' ').map(named).collect::<Vec<_>>().join(" ")
    });
    parts.collect::<Vec<_>>().join("`").into()
}

/// Returns the severity of a rule under the target's overrides; `None` if they turn the rule off.
fn severity(rule: &Rule, parameter: Option<&str>, target: &Target) -> Option<Severity> {
    let mut changes = target.overrides().iter().rev();
    let last = changes.find(|change| rule.is_selected_by(&change.selector, parameter));
    last.map_or(Some(rule.severity), |change| change.severity)
}
