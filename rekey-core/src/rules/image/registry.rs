//! The registry that an image was read from.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    preflight::Check,
    rule::{Example, Rule, Scope, Subject},
    rules::source::preflight,
    severity::Severity,
};

pub(super) static ONLY_LATEST: Entry = Entry {
    rule: Rule {
        id: "image-only-latest",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::HasUniqueTag]),
        summary: "the repository has no tag other than `latest`",
        why: "Preflight lists the tags of the repository if it checks an image as `latest` or by its digest, and rejects the image if there is no other tag.",
        help: "Push the image with a tag that has a version and a release, such as `1.0-1`, too.",
        basis: preflight("internal/policy/container/has_unique_tag.go"),
        examples: &[
            Example::bad("quay.io/a/b:latest")
                .given(&[("layers", "file app 1\npulled quay.io/a/b:latest\ntags latest")]),
            Example::bad("quay.io/a/b:latest")
                .given(&[("layers", "file app 1\npulled quay.io/a/b:latest\ntags")]),
            Example::good("quay.io/a/b:latest")
                .given(&[("layers", "file app 1\npulled quay.io/a/b:latest\ntags 1.0-1 latest")]),
            Example::good("quay.io/a/b:1.0-1")
                .given(&[("layers", "file app 1\npulled quay.io/a/b:1.0-1\ntags")]),
        ],
    },
    check: only_latest,
};

fn only_latest(context: &Context<'_>, findings: &mut Findings) {
    let Some(repository) = context.contents().and_then(|contents| contents.image.repository.as_ref()) else {
        return;
    };
    let reference = repository.reference();
    let has_own_tag = reference.digest().is_none() && reference.tag().is_some_and(|tag| tag != "latest");
    let Some(tags) = repository.published().filter(|_| !has_own_tag && !repository.has_version()) else {
        return;
    };
    let name = reference.name();
    findings.report(match tags {
        [] => format!("the registry lists no tag for `{name}`"),
        _ => format!("`latest` is the only tag of `{name}`"),
    });
}
