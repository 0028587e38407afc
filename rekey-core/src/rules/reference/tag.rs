//! The tag and the digest of a reference.

use super::{Context, Entry};
use crate::{
    finding::{Findings, Safety},
    preflight::Check,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::preflight,
    severity::Severity,
    target::Flow,
    text::Span,
};

pub(super) static MISSING_TAG: Entry = Entry {
    rule: Rule {
        id: "reference-missing-tag",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::External).of_checks(&[Check::HasUniqueTag]),
        summary: "reference has no tag",
        why: "Without a tag, `latest` is pushed silently, and an image whose only tag is `latest` fails certification.",
        help: "Append a colon and the tag: `:1.0-1`.",
        basis: Basis::Upstream { source: "distribution/reference normalize.go, TagNameOnly" },
        examples: &[
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        ],
    },
    check: missing_tag,
};

fn missing_tag(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    if reference.tag().is_none() && reference.digest().is_none() {
        let end = Span::at(context.scan.text.len());
        findings.report("the reference has no tag").at(end).incomplete();
    }
}

pub(super) static LATEST: Entry = Entry {
    rule: Rule {
        id: "reference-latest",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::HasUniqueTag]),
        summary: "tag is `latest`",
        why: "Preflight rejects an image whose only tag is `latest`, and any other capitalization of it outright. \
              Besides, `latest` moves with every push, away from the certified image.",
        help: "Use a tag with a version and a release, such as `1.0-1`, and move `latest` afterwards.",
        basis: preflight("internal/policy/container/has_unique_tag.go"),
        examples: &[
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:latest"),
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:Latest"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        ],
    },
    check: latest,
};

fn latest(context: &Context<'_>, findings: &mut Findings) {
    let Some(tag) = context.reference.and_then(|reference| reference.tag()) else { return };
    if let Some(span) = context.scan.tag.filter(|_| tag.eq_ignore_ascii_case("latest")) {
        findings.report(format!("`{tag}` is not a version")).at(span);
    }
}

pub(super) static DIGEST_PUSHED: Entry = Entry {
    rule: Rule {
        id: "reference-digest-pushed",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::External),
        summary: "push target has a digest",
        why: "A digest is computed from the pushed content, so you cannot push to it. Push to a tag instead.",
        help: "Remove `@` and everything after it, and give a tag.",
        basis: Basis::Inferred { source: "docker rejects a tag or push of a reference with a digest" },
        examples: &[
            Example::fixed(
                "quay.io/a/b:1.0-1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "quay.io/a/b:1.0-1",
            ),
            Example::good("quay.io/a/b:1.0-1"),
        ],
    },
    check: digest_pushed,
};

fn digest_pushed(context: &Context<'_>, findings: &mut Findings) {
    let (Some(reference), Some(digest)) = (context.reference, context.scan.digest) else { return };
    let with_sign = Span { start: digest.start - 1, ..digest };
    let draft = findings.report("a push target cannot have a digest").at(with_sign);
    if reference.tag().is_some() {
        draft.fix(Safety::Unsafe, "remove the digest", with_sign, "");
    }
}

pub(super) static DIGEST_ONLY: Entry = Entry {
    rule: Rule {
        id: "reference-digest-only",
        subject: Subject::Reference,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::External),
        summary: "reference has a digest and no tag that counts",
        why: "Preflight then submits the image without a tag, and customers find it by its digest only. A tag beside \
              a digest does not count.",
        help: "Submit the tag that customers should use.",
        basis: preflight("internal/engine/engine.go"),
        examples: &[
            Example::bad(
                "quay.io/a/b@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            ),
            Example::good("quay.io/a/b:1.0-1"),
        ],
    },
    check: digest_only,
};

fn digest_only(context: &Context<'_>, findings: &mut Findings) {
    if let (Some(_), Some(digest)) = (context.reference, context.scan.digest) {
        let with_sign = Span { start: digest.start - 1, ..digest };
        findings.report("the reference has a digest, so it has no tag that counts").at(with_sign);
    }
}
