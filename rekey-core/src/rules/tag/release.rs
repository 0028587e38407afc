//! Release numbers, and tags without one.

use super::{Context, Entry};
use crate::{
    finding::{Findings, Safety},
    preflight::Check,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::{partner_guide, preflight},
    severity::Severity,
    tag::{is_floating, is_timestamp, names_version, next_number, unclear_release, without_loose_end},
    target::Flow,
    text::Span,
};

pub(super) static LATEST: Entry = Entry {
    rule: Rule {
        id: "tag-latest",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::HasUniqueTag]),
        summary: "tag is `latest`",
        why: "Preflight rejects an image whose only tag is `latest`, and any other capitalization of it outright. \
              Besides, `latest` moves with every push, away from the certified image.",
        help: "Submit a tag with a version and a release, such as `1.0-1`, and move `latest` afterwards.",
        basis: preflight("internal/policy/container/has_unique_tag.go"),
        examples: &[Example::bad("latest"), Example::bad("LATEST"), Example::good("1.0-1")],
    },
    check: latest,
};

fn latest(context: &Context<'_>, findings: &mut Findings) {
    if let Some(tag) = context.tag().filter(|tag| tag.eq_ignore_ascii_case("latest")) {
        let message = format!("`{tag}` is not a version");
        findings.report(message).at(Span::new(0, tag.len()));
    }
}

pub(super) static FLOATING: Entry = Entry {
    rule: Rule {
        id: "tag-floating",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "tag moves from build to build",
        why: "Certification applies to one image. A tag that later moves to another image names one that was not \
              checked, and a published tag cannot be pushed again.",
        help: "Submit a tag with a version, and move the floating tag to the certified image afterwards.",
        basis: Basis::Practice {
            source: "partners certify under a fixed tag first and move floating tags afterwards",
        },
        examples: &[
            Example::bad("latest-1"),
            Example::bad("main-3"),
            Example::bad("stable").given(&[("flow", "quay")]),
            Example::bad("8.1-latest").given(&[("flow", "quay")]),
            Example::good("1.0-dev"),
            Example::good("latest"),
        ],
    },
    check: floating,
};

fn floating(context: &Context<'_>, findings: &mut Findings) {
    let (Some(tag), Some(version)) = (context.tag(), context.version()) else { return };
    if !is_floating(version) {
        return;
    }
    // Other rules report these tags without a release.
    let is_said = tag.eq_ignore_ascii_case("latest")
        || context.scan.release.is_none() && context.target.flow() == Flow::BuildService;
    if !is_said {
        let message = format!("`{tag}` is a floating tag: it moves from build to build");
        findings.report(message).at(Span::new(0, tag.len()));
    }
}

pub(super) static MISSING_RELEASE: Entry = Entry {
    rule: Rule {
        id: "tag-missing-release",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "tag has no release number",
        why: "Red Hat rebuilds the image when one of its packages is updated; rebuilds of a version differ only in \
              the number after the last dash.",
        help: "Append `-1` for the first build of a version.",
        basis: partner_guide(
            "Tag version numbers follow the convention of using a dash \"-\" and then a number in order to accommodate \
             Red Hat package updates that are independent of the partner application.",
        ),
        examples: &[
            Example::fixed("1.0", "1.0-1"),
            Example::fixed("1.0-beta", "1.0-beta-1"),
            Example::fixed("1.0", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
            Example::bad("1.0-1.1695"),
            Example::good("1.0-1"),
            Example::good("2024.06-12"),
        ],
    },
    check: missing_release,
};

fn missing_release(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| context.scan.release.is_none()) else { return };
    if tag.eq_ignore_ascii_case("latest") || super::text::placeholder_in(context).is_some() {
        return; // Other rules report it.
    }
    let version = without_loose_end(tag);
    if crate::tag::scan(version.as_bytes()).release.is_some() {
        let end = Span::new(version.len(), tag.len());
        let found = tag.get(end.range()).unwrap_or_default();
        let draft = findings.report(format!("expected the end after the release, found `{found}`")).at(end);
        draft.fix(Safety::Unsafe, format!("remove `{found}`"), end, "");
        return;
    }
    let message = match version.rsplit_once('-') {
        Some((_, after)) if after.bytes().all(|b| b.is_ascii_digit()) => {
            format!("expected a dash and a release number after the date in `{version}`, found the end")
        }
        Some((_, after)) => format!("expected a number after the last dash, found `{after}`"),
        None => format!("expected a dash and a release number after `{version}`, found the end"),
    };
    let end = Span::new(version.len(), tag.len());
    let marked = if end.is_empty() { Span::new(0, tag.len()) } else { end };
    let draft = findings.report(message).at(marked);
    if let Some(unclear) = unclear_release(tag) {
        draft.help(format!(
            "If `{unclear}` is the release, write one number after the dash; if it is a part of the version, write `_` or \
             `.` instead of the dash and append `-1`."
        ));
        return;
    }
    if is_floating(tag) || !names_version(tag, None) {
        draft.help("Name a version, and append `-1` for its first build.");
        return;
    }
    if let Some(count) = context.next_count(version) {
        draft.fix(Safety::Unsafe, format!("append `-{count}`"), end, format!("-{count}")).incomplete();
    }
}

pub(super) static UNNUMBERED: Entry = Entry {
    rule: Rule {
        id: "tag-unnumbered",
        subject: Subject::Tag,
        severity: Severity::Note,
        scope: Scope::outside_flow(Flow::BuildService),
        summary: "tag has no number that a rebuild can increment",
        why: "A published tag cannot be pushed again, so a rebuild of the same version on an updated base needs \
              another tag. Most partners publish without a number and invent a suffix when they need one.",
        help: "Append `-1` now, and increment it with each rebuild of the version.",
        basis: Basis::Practice { source: "a rebuild needs a tag of its own" },
        examples: &[Example::bad("1.0"), Example::good("1.0-1"), Example::good("latest")],
    },
    check: unnumbered,
};

fn unnumbered(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.tag().filter(|_| context.scan.release.is_none()) else { return };
    if tag.bytes().any(|b| b.is_ascii_digit()) {
        findings
            .report(format!("`{tag}` has no number that a rebuild can increment"))
            .at(Span::new(0, tag.len()));
    }
}

pub(super) static RELEASE_ZERO: Entry = Entry {
    rule: Rule {
        id: "tag-release-zero",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "release number is zero",
        why: "The first build of a version is `-1`. Tools that read a missing release as 0 treat `1.0-0` and `1.0` as \
              the same.",
        help: "Start at 1.",
        basis: partner_guide(
            "For example, if the initial image published is 1.0-1, the partner version is the 1.0 and the Red Hat build is \
             -1.",
        ),
        examples: &[
            Example::fixed("1.0-0", "1.0-1"),
            Example::fixed("1.0-00", "1.0-3").given(&[("published", "1.0-2")]),
            Example::good("1.0-1"),
            Example::good("1.0-10"),
        ],
    },
    check: release_zero,
};

fn release_zero(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| count.bytes().all(|b| b == b'0')) else {
        return;
    };
    let draft = findings.report(format!("release `{count}` is zero; releases start at 1")).at(span);
    if let Some(next) = context.version().and_then(|version| context.next_count(version)) {
        draft.fix(Safety::Unsafe, format!("start at {next}"), span, next.to_string());
    }
}

pub(super) static LEADING_ZERO: Entry = Entry {
    rule: Rule {
        id: "tag-leading-zero",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "release number has a leading zero",
        why: "`1.0-01` and `1.0-1` are two tags but one release: rpm considers them equally new, and text comparison \
              sorts `-010` before `-09`.",
        help: "Write the number without leading zeros.",
        basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: leading zeros do not count" },
        examples: &[
            Example::fixed("1.0-01", "1.0-1"),
            Example::fixed("1.0-01", "1.0-3").given(&[("published", "1.0-1 1.0-2")]),
            Example::good("1.0-10"),
            Example::good("1.0-0"),
            Example::good("01.0-1"),
        ],
    },
    check: leading_zero,
};

fn leading_zero(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| count.starts_with('0')) else { return };
    let short = count.trim_start_matches('0');
    if short.is_empty() {
        return;
    }
    let draft = findings.report(format!("release `{count}` has a leading zero; write `{short}`")).at(span);
    let is_used = |next: &u64| next_number(short).is_some_and(|after| after <= *next);
    match context.version().and_then(|version| context.next_count(version)).filter(is_used) {
        Some(next) => draft.fix(Safety::Unsafe, format!("use {next}"), span, next.to_string()),
        None => draft.fix(Safety::Unsafe, "remove the leading zeros", span, short),
    };
}

pub(super) static TIMESTAMP_RELEASE: Entry = Entry {
    rule: Rule {
        id: "tag-timestamp-release",
        subject: Subject::Tag,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "release is a timestamp",
        why: "Red Hat tags its own images with the build time. A partner's release is incremented by one with each \
              rebuild, and a time plus one has no meaning.",
        help: "Count releases from 1: `-1`.",
        basis: partner_guide(
            "the Build Service will rebuild the image with a 1.0-2 tag to indicate a second Red Hat build of the same \
             partner software version",
        ),
        examples: &[
            Example::bad("9.7-1763362218"),
            Example::good("8.7-1112"),
            Example::good("8.7-923.1669829893"),
        ],
    },
    check: timestamp_release,
};

fn timestamp_release(context: &Context<'_>, findings: &mut Findings) {
    let Some((count, span)) = context.count().filter(|(count, _)| is_timestamp(count)) else { return };
    findings.report(format!("release `{count}` is a timestamp")).at(span);
}
