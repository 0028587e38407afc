//! Comments that ignore findings: rekey's own, hadolint's, and BuildKit's directive `check`.
//!
//! ```text
//! # rekey ignore=dockerfile-user-root the entry point drops its rights
//! # rekey ignore-file=dockerfile-base-mirror,HasLicense a sample
//! # hadolint ignore=DL4000
//! # hadolint global ignore=DL3002
//! # check=skip=MaintainerDeprecated
//! ```
//! The first and the third apply to the next instruction, or to the one that contains them; the others to the
//! whole file.

use std::{borrow::Cow, cell::Cell};

use crate::{
    dockerfile::Dockerfile,
    finding::{Draft, DraftPlace},
    rule::Rule,
    rules::rules,
    text::Span,
};

/// Rules of hadolint and BuildKit, with the equivalent rules of rekey.
///
/// Source: hadolint/hadolint README.md, "Rules"; moby/buildkit frontend/dockerfile/linter/ruleset.go.
static SAME: &[(&str, &[&str])] = &[
    ("DL3002", &["dockerfile-user-root", "dockerfile-missing-user", "dockerfile-user-root-undetected"]),
    ("DL3024", &["dockerfile-duplicate-stage"]),
    ("DL3026", &["dockerfile-base-not-red-hat", "dockerfile-base-unknown", "dockerfile-base-mirror"]),
    ("DL3049", &["dockerfile-missing-label"]),
    ("DL3051", &["dockerfile-missing-label"]),
    ("DL4000", &["dockerfile-maintainer-instruction"]),
    ("DuplicateStageName", &["dockerfile-duplicate-stage"]),
    ("LegacyKeyValueFormat", &["dockerfile-label-legacy"]),
    ("MaintainerDeprecated", &["dockerfile-maintainer-instruction"]),
    ("NoEmptyContinuation", &["dockerfile-empty-continuation"]),
    ("SecretsUsedInArgOrEnv", &["dockerfile-secret"]),
    ("UndefinedArgInFrom", &["dockerfile-undeclared-variable"]),
    ("UndefinedVar", &["dockerfile-undeclared-variable"]),
];

/// The maximum number of rules that the comments of a file may ignore.
const MAX_IGNORES: usize = 1000;

/// The comments of a file that ignore findings.
#[derive(Debug, Default)]
pub(crate) struct Ignores<'a> {
    pub(super) all: Vec<Ignore<'a>>,
    applied: Cell<bool>,
}

/// One rule that a comment ignores.
#[derive(Debug)]
pub(super) struct Ignore<'a> {
    /// The rule, `rule:parameter`, or check, as the comment names it.
    pub(super) selector: Cow<'a, str>,
    /// The place of the name.
    pub(super) span: Span,
    /// The lines to which it applies; `None` means all.
    lines: Option<Span>,
    /// True if the comment is addressed to rekey.
    pub(super) ours: bool,
    used: Cell<bool>,
}

impl<'a> Ignores<'a> {
    pub(crate) fn of(file: &Dockerfile<'a>) -> Self {
        let mut ignores = Self::default();
        for comment in &file.comments {
            let Ok(text) = std::str::from_utf8(comment.raw) else { continue };
            let Some((list, ours, whole)) = pragma(text) else { continue };
            let next = file.instructions.partition_point(|one| one.extent.end <= comment.span.start);
            let next = file.instructions.get(next).map_or(comment.span, |one| one.extent);
            let after_sign =
                file.input.get(comment.span.range()).and_then(|line| line.get(1..)).unwrap_or_default();
            let blanks = after_sign.len() - after_sign.trim_ascii_start().len();
            let start = comment.span.start as usize + 1 + blanks + text.len() - list.len();
            ignores.add(list, start, (!whole).then_some(next), ours);
        }
        for directive in file.directives.iter().filter(|directive| directive.name == "check") {
            let skip = directive.value.split(';').find_map(|option| option.trim().strip_prefix("skip="));
            for name in skip.unwrap_or_default().split(',') {
                let names = SAME.iter().map(|(name, _)| *name).filter(|same| !same.starts_with("DL"));
                let selected: Vec<_> =
                    names.filter(|same| name == "all" || same.eq_ignore_ascii_case(name)).collect();
                ignores.all.extend(selected.into_iter().map(|name| Ignore {
                    selector: name.into(),
                    span: directive.value_span,
                    lines: None,
                    ours: false,
                    used: Cell::new(false),
                }));
            }
        }
        ignores
    }

    /// The suppressions that matched no finding. Empty before [`Self::apply`].
    pub(super) fn idle(&self) -> impl Iterator<Item = &Ignore<'a>> {
        let ours = self.all.iter().filter(|ignore| self.applied.get() && ignore.ours && ignore.is_known());
        ours.filter(|ignore| !ignore.used.get())
    }

    fn add(&mut self, list: &'a str, start: usize, lines: Option<Span>, ours: bool) {
        let mut at = start;
        for name in end_of_list(list).split(',').take(MAX_IGNORES.saturating_sub(self.all.len())) {
            let selector = name.trim();
            let blanks = name.len() - name.trim_start().len();
            let span = Span::new(at + blanks, at + blanks + selector.len());
            self.all.push(Ignore { selector: selector.into(), span, lines, ours, used: Cell::new(false) });
            at += name.len() + 1;
        }
    }

    /// Removes the findings that a comment ignores.
    pub(crate) fn apply(&self, drafts: &mut Vec<Draft>) {
        self.applied.set(true);
        if !self.all.is_empty() {
            drafts.retain(|draft| {
                let silencing: Vec<_> = self.all.iter().filter(|ignore| ignore.silences(draft)).collect();
                for ignore in &silencing {
                    ignore.used.set(true);
                }
                silencing.is_empty()
            });
        }
    }
}

impl Ignore<'_> {
    fn silences(&self, draft: &Draft) -> bool {
        let inside = self.lines.is_none_or(|lines| match &draft.place {
            Some(DraftPlace::Text(span)) => {
                lines.start <= span.start && (span.start < lines.end || lines.end == span.end)
            }
            _ => false,
        });
        let same = || SAME.iter().filter(|(name, _)| *name == self.selector).flat_map(|(_, ids)| *ids);
        inside
            && if self.ours {
                draft.rule.is_selected_by(&self.selector, draft.parameter.as_deref())
            } else {
                same().any(|id| *id == draft.rule.id)
            }
    }

    /// Returns true if the comment names an existing rule or check.
    pub(super) fn is_known(&self) -> bool {
        let id = self.selector.split(':').next().unwrap_or_default();
        !self.ours || rules().any(|rule| names(rule, id))
    }
}

fn names(rule: &Rule, name: &str) -> bool {
    rule.id == name || rule.checks().iter().any(|check| *check == name)
}

/// Returns the text after `ignore=` in a comment that ignores findings, true if it is addressed to rekey, and
/// true if it applies to the whole file.
fn pragma(comment: &str) -> Option<(&str, bool, bool)> {
    let (word, rest) = comment.split_once([' ', '\t'])?;
    let rest = rest.trim_start();
    match word {
        "rekey" => match rest.strip_prefix("ignore-file=") {
            Some(list) => Some((list, true, true)),
            None => Some((rest.strip_prefix("ignore=")?, true, false)),
        },
        "hadolint" => match rest.strip_prefix("global") {
            Some(rest) => Some((rest.trim_start().strip_prefix("ignore=")?, false, true)),
            None => Some((rest.strip_prefix("ignore=")?, false, false)),
        },
        _ => None,
    }
}

/// The list without the reason after it. A space after a comma does not end it.
fn end_of_list(list: &str) -> &str {
    let mut end = 0;
    for part in list.split_inclusive([' ', '\t']) {
        end += part.trim_end().len();
        if !part.trim_end().ends_with(',') {
            break;
        }
        end += part.len() - part.trim_end().len();
    }
    list.get(..end).unwrap_or(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pragma_ends_with_its_list() {
        for (comment, expected) in [
            ("rekey ignore=a why", Some(("a", true, false))),
            ("rekey ignore=a,b:c  why", Some(("a,b:c", true, false))),
            ("rekey ignore=a, b why", Some(("a, b", true, false))),
            ("rekey ignore-file=a", Some(("a", true, true))),
            ("rekey ignore=", Some(("", true, false))),
            ("hadolint ignore=DL3006", Some(("DL3006", false, false))),
            ("hadolint global ignore=DL3006,DL3007 # why", Some(("DL3006,DL3007", false, true))),
            ("rekey is a tool", None),
            ("ignore=a", None),
        ] {
            let found = pragma(comment).map(|(list, ours, whole)| (end_of_list(list), ours, whole));
            assert_eq!(found, expected, "{comment}");
        }
    }

    #[test]
    fn every_rule_that_is_the_same_exists() {
        for id in SAME.iter().flat_map(|(_, ids)| *ids) {
            assert!(crate::rule(id).is_some(), "{id}");
        }
    }
}
