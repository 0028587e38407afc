//! The checks: scan, judge by every rule that applies, and report.

mod credentials;
mod dockerfile;
mod git_url;
mod image;
mod preflight_run;
mod private_key;
mod reference;
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
pub use submission::{check_submission, check_submissions};
pub use tag::{TagInput, check_tag};

use std::{borrow::Cow, collections::HashMap};

use self::secrets::Secrets;
use crate::{
    finding::{Draft, DraftPlace, Edit, Finding, Findings, Fix, Place, Related, Safety, Source},
    input::Text,
    mask,
    report::{
        Facts, Section,
        groups::{Single, are_separate, grouped},
    },
    rule::{Entry, Rule, Subject, TargetBits},
    severity::Severity,
    target::Target,
    text::{Locator, Span, shell_quoted},
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

/// The most texts that are judged again to see what a fix does to other findings.
const MAX_TRIALS: usize = 16;

/// Notes for each draft which other one is its cause: the one whose fix, applied to the text, makes it disappear.
///
/// `rank` is the order in which the fixes of drafts are tried; it is none for those that are not. Of two findings that each make the
/// other disappear, the first one is the cause. Nothing is judged again unless there are two drafts.
pub(crate) fn find_causes(
    drafts: &mut [Draft],
    text: &[u8],
    rank: impl Fn(&Draft) -> Option<usize>,
    judge: impl Fn(&[u8]) -> Vec<Draft>,
) {
    if drafts.len() < 2 {
        return;
    }
    let mut order: Vec<_> =
        drafts.iter().enumerate().filter_map(|(number, draft)| Some((rank(draft)?, number))).collect();
    order.sort_unstable();
    let mut trials = 0;
    for (_, number) in order {
        let Some(candidate) = drafts.get(number).filter(|draft| draft.cause.is_none()) else { continue };
        let Some(fix) = candidate.fix.as_ref().filter(|fix| fix.safety != Safety::Display) else { continue };
        if trials == MAX_TRIALS {
            break;
        }
        trials += 1;
        let fixed = with_edits(text, &fix.edits);
        let moved = moves(&fix.edits);
        let mut left: HashMap<_, Left> = HashMap::new();
        for draft in judge(&fixed) {
            let left = left.entry(key(&draft)).or_default();
            *left.places.entry(start(&draft)).or_default() += 1;
            left.count += 1;
        }
        let others =
            |other: &usize| *other != number && drafts.get(*other).is_some_and(|draft| draft.cause.is_none());
        let mut gone: Vec<usize> = (0..drafts.len()).filter(others).collect();
        // First those that are found again at their place, then those of the same kind at another one.
        for anywhere in [false, true] {
            gone.retain(|other| {
                let again = drafts.get(*other).and_then(|draft| {
                    let left = left.get_mut(&key(draft))?;
                    left.take(start(draft).map(&moved), anywhere).then_some(())
                });
                again.is_none()
            });
        }
        for other in gone {
            if let Some(draft) = drafts.get_mut(other) {
                draft.cause = Some(number);
            }
        }
    }
}

/// The findings of one rule and case in a changed text that no earlier finding is.
#[derive(Default)]
struct Left {
    places: HashMap<Option<u32>, usize>,
    count: usize,
}

impl Left {
    /// Takes one finding at a place, or at any; returns false if there is none.
    fn take(&mut self, place: Option<u32>, anywhere: bool) -> bool {
        let here = self.places.get_mut(&place).filter(|count| **count > 0 && !anywhere);
        let found = here.map(|count| *count -= 1).is_some() || anywhere && self.count > 0;
        self.count -= usize::from(found);
        found
    }
}

/// The order for [`find_causes`] in which errors come first.
pub(crate) fn by_severity(draft: &Draft) -> Option<usize> {
    Severity::ALL.iter().rev().position(|severity| *severity == draft.rule.severity)
}

/// A finding's rule and case.
fn key(draft: &Draft) -> (&'static str, Option<String>) {
    (draft.rule.id, draft.parameter.as_deref().map(str::to_owned))
}

fn start(draft: &Draft) -> Option<u32> {
    match &draft.place {
        Some(DraftPlace::Text(span)) => Some(span.start),
        _ => None,
    }
}

/// Returns a function that moves a place by edits, which are in the order of their places.
fn moves(edits: &[(Span, String)]) -> impl Fn(u32) -> u32 + use<> {
    let edits: Vec<_> = edits.iter().map(|(span, text)| (*span, text.len() as u32)).collect();
    move |place| {
        let before = edits.iter().filter(|(span, _)| span.end <= place);
        before.fold(place, |place, (span, added)| place + added - (span.end - span.start))
    }
}

fn with_edits(text: &[u8], edits: &[(Span, String)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + edits.iter().map(|(_, text)| text.len()).sum::<usize>());
    let mut at = 0;
    for (span, new) in edits {
        out.extend_from_slice(text.get(at..span.start as usize).unwrap_or_default());
        out.extend_from_slice(new.as_bytes());
        at = span.end as usize;
    }
    out.extend_from_slice(text.get(at..).unwrap_or_default());
    out
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
        more: Vec::new(),
    })
}

/// Replaces `KEY` or `FILE` in the commands of a help text by the name of the file, and `NEW` by the name of
/// a new file, so that the commands can be pasted.
fn with_file_names(help: Cow<'static, str>, subject: Subject, source: &Source) -> Cow<'static, str> {
    let placeholder = match subject {
        Subject::PrivateKey => "KEY",
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
