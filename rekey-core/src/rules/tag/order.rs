//! Comparison with the published tags.

use super::{Context, Entry};
use crate::{
    Tag,
    finding::{Findings, Safety},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    tag::{highest_release, next_number, number, order::has_v},
    target::Flow,
    text::Span,
};
use semver::Version;

pub(super) static ALREADY_PUBLISHED: Entry = Entry {
    rule: Rule {
        id: "tag-already-published",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "tag is already published",
        why: "Red Hat rejects changes to a published image (`published image can't be updated`), and if the push \
              succeeds, the tag cannot be pulled until the new image is certified.",
        help: "Increment the release to one that is free.",
        basis: Basis::Inferred {
            source: "what Red Hat's service answered to partners (odigos-io/odigos #3516)",
        },
        examples: &[
            Example::fixed("1.0-1", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
            Example::bad("9.7-1763362218").given(&[("published", "9.7-1763362218")]),
            Example::good("1.0-3").given(&[("published", "1.0-1 1.0-2")]),
        ],
    },
    check: already_published,
};

fn already_published(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|tag| context.published().any(|published| published == *tag)) else {
        return;
    };
    let whole = Span::new(0, tag.len());
    let draft = findings.report(format!("`{tag}` is already published")).at(whole);
    let next = Tag::parse(tag).ok().and_then(|tag| tag.next_release_after(context.published()).ok());
    if let Some(next) = next {
        draft.fix(Safety::Unsafe, format!("use `{next}`"), whole, next.as_str());
    }
}

pub(super) static RELEASE_BEHIND: Entry = Entry {
    rule: Rule {
        id: "tag-release-behind",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "a higher release of the version is published",
        why: "Releases are incremented, so a search for the newest build finds the older one.",
        help: "Use the release after the highest one.",
        basis: Basis::Inferred { source: "the partner guide's convention: a second build is `-2`" },
        examples: &[
            Example::fixed("1.0-2", "1.0-6").given(&[("published", "1.0-1 1.0-5")]),
            Example::good("1.0-6").given(&[("published", "1.0-1 1.0-5")]),
            Example::good("1.0-2").given(&[("published", "1.0.1-5 1.0-2")]),
        ],
    },
    check: release_behind,
};

fn release_behind(context: &Context<'_>, findings: &mut Findings) {
    if context.published.is_empty() {
        return;
    }
    let (Some(version), Some((count, span))) = (context.version(), context.count()) else { return };
    let Some(highest) = highest_release(version, context.published()) else { return };
    let (Some(after), Some(next)) = (next_number(count), next_number(highest)) else { return };
    // Equal counts mean the same tag, or a tie.
    if after < next {
        let highest = number(highest);
        let message = format!(
            "release `{count}` is behind: `{version}-{highest}` is published, so the next \
                               is {next}"
        );
        findings.report(message).at(span).fix(Safety::Unsafe, format!("use {next}"), span, next.to_string());
    }
}

pub(super) static RELEASE_GAP: Entry = Entry {
    rule: Rule {
        id: "tag-release-gap",
        subject: Subject::Tag,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "release skips a number",
        why: "Releases of a version are numbered from 1. A gap is allowed, but looks like a lost build or a mistyped number.",
        help: "Use the release after the highest published one, or 1 for a new version.",
        basis: partner_guide(
            "the Build Service will rebuild the image with a 1.0-2 tag to indicate a second Red Hat build of the same \
             partner software version",
        ),
        examples: &[
            Example::fixed("1.0-5", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
            Example::fixed("1.1-3", "1.1-1").given(&[("published", "1.0-1 1.0-2")]),
            Example::good("1.0-3").given(&[("published", "1.0-1 1.0-2")]),
            Example::good("1.0-5"),
        ],
    },
    check: release_gap,
};

fn release_gap(context: &Context<'_>, findings: &mut Findings) {
    if context.published.is_empty() {
        return;
    }
    let (Some(version), Some((count, span))) = (context.version(), context.count()) else { return };
    let (Some(after), Some(next)) = (next_number(count), context.next_count(version)) else { return };
    if after <= next + 1 {
        return;
    }
    let message = match highest_release(version, context.published()) {
        Some(highest) => format!(
            "release `{count}` skips numbers: `{version}-{highest}` is published, so the \
                                  next is {next}"
        ),
        None => format!("release `{count}` skips numbers: the first build of `{version}` is 1"),
    };
    findings.report(message).at(span).fix(Safety::Unsafe, format!("use {next}"), span, next.to_string());
}

pub(super) static INCONSISTENT_V_PREFIX: Entry = Entry {
    rule: Rule {
        id: "tag-inconsistent-v-prefix",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "tag and published tags differ in the prefix `v`",
        why: "Tools that compare versions sort letters before digits, so they consider `v2.0` older than `1.0`.",
        help: "Use the prefix `v` on every tag of an image, or on none.",
        basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: letters are older than digits" },
        examples: &[
            Example::fixed("v1.1-1", "1.1-1").given(&[("published", "1.0-1 latest")]),
            Example::fixed("1.1-1", "v1.1-1").given(&[("published", "v1.0-1")]),
            Example::good("v1.1-1").given(&[("published", "v1.0-1 0.9-1")]),
            Example::good("v1.1-1"),
        ],
    },
    check: inconsistent_v_prefix,
};

fn inconsistent_v_prefix(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|tag| !context.published.is_empty() && is_version(tag)) else {
        return;
    };
    let mine = has_v(tag.as_bytes());
    let mut others = context.published().filter(|published| is_version(published));
    let Some(other) = others.next() else { return };
    if has_v(other.as_bytes()) == mine || others.any(|other| has_v(other.as_bytes()) == mine) {
        return;
    }
    if mine {
        let message = format!("`{tag}` begins with `v`, unlike the published `{other}`");
        findings.report(message).at(Span::new(0, 1)).fix(
            Safety::Unsafe,
            "remove the `v`",
            Span::new(0, 1),
            "",
        );
    } else {
        let message = format!("`{tag}` does not begin with `v`, unlike the published `{other}`");
        let whole = Span::new(0, tag.len());
        findings.report(message).at(whole).fix(Safety::Unsafe, "add the prefix `v`", Span::at(0), "v");
    }
}

fn is_version(tag: &str) -> bool {
    has_v(tag.as_bytes()) || tag.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

pub(super) static AMBIGUOUS_ORDER: Entry = Entry {
    rule: Rule {
        id: "tag-ambiguous-order",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "tag compares equal to a published one",
        why: "Version comparison ignores separators and leading zeros: it is not clear which of `1.0_1-1` and \
              `1.0.1-1` came later.",
        help: "Write the version as before, and increment the release.",
        basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc" },
        examples: &[
            Example::bad("1.0_1-1").given(&[("published", "1.0.1-1")]),
            Example::bad("1.0-01").given(&[("published", "1.0-1")]),
            Example::good("1.0.1-2").given(&[("published", "1.0.1-1")]),
        ],
    },
    check: ambiguous_order,
};

fn ambiguous_order(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| !context.published.is_empty()) else { return };
    let Ok(tag) = Tag::parse(tag) else { return };
    if let Some(other) = context.published_versions().find(|other| tag.is_as_new_as(other)) {
        let message = format!("`{tag}` compares equal to the published `{other}`");
        findings.report(message).at(Span::new(0, tag.as_str().len()));
    }
}

pub(super) static SEMVER_ORDER: Entry = Entry {
    rule: Rule {
        id: "tag-semver-order",
        subject: Subject::Tag,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "semver orders another tag as the newest",
        why: "In semver, the text after the first dash sorts before the release: `1.0.0-1` is older than `1.0.0`. \
              Operator catalogs and Helm compare that way; rpm and Red Hat's tags the other way.",
        help: "Give every build a release, so that every published tag has one.",
        basis: Basis::Upstream { source: "semver.org 2.0.0, items 9 and 11" },
        examples: &[
            Example::bad("1.0.0-1").given(&[("published", "1.0.0 0.9.0")]),
            Example::good("1.0.0-2").given(&[("published", "1.0.0-1")]),
            Example::good("1.0-1").given(&[("published", "1.0")]),
        ],
    },
    check: semver_order,
};

fn semver_order(context: &Context<'_>, findings: &mut Findings) {
    let Some(text) = context.tag().filter(|_| !context.published.is_empty()) else { return };
    let Some(tag) = Tag::parse(text).ok().and_then(versioned) else { return };
    let tags: Vec<_> = context.published_versions().filter_map(versioned).chain([tag]).collect();
    let by_release = tags.iter().max_by(|a, b| a.0.compare_age(&b.0));
    let by_semver = tags.iter().max_by(|a, b| a.1.cmp_precedence(&b.1));
    let (Some((newest, of_newest)), Some((other, of_other))) = (by_release, by_semver) else { return };
    if of_newest.cmp_precedence(of_other).is_lt() && other.compare_age(newest).is_lt() {
        let message = format!("`{newest}` is the newest tag by its release, `{other}` by semver");
        findings.report(message).at(Span::new(0, text.len()));
    }
}

/// The tag with its version as parsed by semver, if possible.
fn versioned(tag: Tag) -> Option<(Tag, Version)> {
    let text = tag.as_str();
    let version = Version::parse(text.get(usize::from(has_v(text.as_bytes()))..)?).ok()?;
    Some((tag, version))
}
