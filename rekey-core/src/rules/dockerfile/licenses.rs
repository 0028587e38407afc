//! Licenses below `/licenses`.

use super::{Context, Entry};
use crate::{
    dockerfile::{Arguments, Keyword, build_context::Found},
    facts::{Fact, licenses::Terms},
    finding::{Draft, Findings, Safety},
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source,
    severity::Severity,
    text::Span,
};

pub(super) static MISSING_LICENSES: Entry = Entry {
    rule: Rule {
        id: "dockerfile-missing-licenses",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::HasLicense]),
        summary: "image has no `/licenses`",
        why: "An image must contain its license terms in a directory where people and tools find them.",
        help: "Put the license terms into a directory of the build context and add `COPY licenses /licenses`.",
        basis: source::preflight("internal/policy/container/has_license.go"),
        examples: &[
            Example::bad("FROM scratch\nCOPY app /app\n"),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN microdnf upgrade -y\nCOPY app /app\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /licenses\n")
                .given(&[("context", "licenses/LICENSE=0")]),
            Example::bad(
                "FROM registry.access.redhat.com/ubi10\nCOPY licenses /licenses\nRUN rm -rf /licenses\n",
            ),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY setup /opt/\nRUN /opt/setup\n",
            ),
            Example::good("FROM scratch\nCOPY licenses /licenses\n"),
            Example::good("FROM scratch\nCOPY . /\n"),
        ],
    },
    check: missing_licenses,
};

fn missing_licenses(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    if context.facts.licenses.value() != Some(&Ok(false)) {
        return;
    }
    let place = |step: Option<usize>| step.and_then(|step| context.file.instruction(step));
    let (copied, removed) = (place(context.licenses.copied), place(context.licenses.removed));
    match (context.licenses.terms, copied, removed) {
        (Terms::Empty, Some(copy), _) => {
            let message = "the build context has no file for `/licenses` that is not empty";
            findings.report(message).at(copy.span);
        }
        (Terms::Nowhere, _, Some(run)) => {
            findings.report("`/licenses` is removed, and no later instruction adds a file").at(run.span);
        }
        (terms, ..) => {
            let message = "no instruction adds a file to `/licenses`";
            let draft = findings.report(message).at(from.span);
            if terms == Terms::Nowhere {
                offer_copy(context, draft);
            }
        }
    }
}

/// Adds a fix that copies the folder `licenses` of the build context.
pub(super) fn offer_copy(context: &Context<'_>, draft: &mut Draft) {
    let copies = [Keyword::Label, Keyword::Copy, Keyword::Add, Keyword::Run];
    let is_there = context.folder.is_none_or(|folder| matches!(folder.find("licenses"), Found::Entry(_)));
    let has_room = context.facts.layers_at_least < preflight::LAYER_MAX;
    let insertion = context.insertion(&copies, "COPY licenses /licenses");
    if let Some((place, line)) = insertion.filter(|_| is_there && has_room) {
        draft.fix(Safety::Display, "copy the license terms", place, line);
    }
}

pub(super) static LICENSES_MISPLACED: Entry = Entry {
    rule: Rule {
        id: "dockerfile-licenses-misplaced",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "licenses are not copied to `/licenses`",
        why: "Preflight looks only in `/licenses`: lowercase, in the root directory.",
        help: "Copy them to `/licenses`.",
        basis: Basis::Enforced { source: "internal/policy/container/has_license.go", version: "1.21.0" },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /LICENSE\n"),
            Example::bad(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /usr/share/licenses/app\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /licenses/\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY LICENSE /usr/share/licenses/app\nCOPY licenses /licenses\n",
            ),
        ],
    },
    check: licenses_misplaced,
};

fn licenses_misplaced(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || context.licenses.terms != Terms::Nowhere {
        return;
    }
    for (_, _, instruction) in context.steps() {
        let Arguments::Copy { destination, .. } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let place = destination.text();
        let is_right =
            place.strip_prefix("/licenses").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if copies && !is_right && place.to_ascii_lowercase().contains("licen") {
            findings
                .report(format!("licenses are copied to `{place}`, not to `/licenses`"))
                .at(destination.span);
        }
    }
}

pub(super) static LICENSES_FILE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-licenses-file",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::HasLicense]),
        summary: "`/licenses` becomes a file",
        why: "If the directory `/licenses` does not exist and the destination does not end with a slash, the copy is a \
              file named `/licenses`. Preflight looks for license files in a directory.",
        help: "Write `/licenses/`.",
        basis: source::preflight("internal/policy/container/has_license.go"),
        examples: &[
            Example::fixed(
                "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\n",
                "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses/\n",
            ),
            Example::fixed(
                "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\nCOPY NOTICE /licenses\n",
                "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses/\nCOPY NOTICE /licenses\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY terms /licenses\n")
                .given(&[("context", "terms=100")]),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\n")
                .given(&[("context", "LICENSE/a.txt=100")]),
            Example::good(
                "FROM registry.access.redhat.com/ubi9\nRUN mkdir /licenses\nCOPY LICENSE /licenses\n",
            ),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n"),
        ],
    },
    check: licenses_file,
};

fn licenses_file(context: &Context<'_>, findings: &mut Findings) {
    let Some((step, certain)) = context.licenses.file.filter(|_| context.is_judged()) else { return };
    let Some(Arguments::Copy { destination, .. }) =
        context.file.instruction(step).map(|instruction| &instruction.arguments)
    else {
        return;
    };
    let message = if certain {
        "`/licenses` becomes a file, not a directory"
    } else {
        "`/licenses` seems to become a file, not a directory"
    };
    let draft = findings.report(message).at(destination.span);
    if destination.raw.ends_with(b"/licenses") {
        let end = Span::at(destination.span.end as usize);
        draft.fix(Safety::Unsafe, "copy into the directory", end, "/");
    }
}

pub(super) static LICENSES_EMPTY: Entry = Entry {
    rule: Rule {
        id: "dockerfile-licenses-empty",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::HasLicense]),
        summary: "files copied to `/licenses` are empty",
        why: "Preflight requires a file in `/licenses` that is not empty. The sources in the build context are empty, \
              missing or excluded by `.dockerignore`.",
        help: "Put the license terms as text into the directory that is copied.",
        basis: source::preflight("internal/policy/container/has_license.go"),
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n")
                .given(&[("context", "licenses/LICENSE=0")]),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n")
                .given(&[("context", "licenses/LICENSE=11357")]),
            Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n"),
        ],
    },
    check: licenses_empty,
};

fn licenses_empty(context: &Context<'_>, findings: &mut Findings) {
    let certain = context.facts.licenses.value().is_some();
    if context.licenses.terms == Terms::Empty && context.is_judged() && !certain {
        let copy = context.licenses.copied.and_then(|step| context.file.instruction(step));
        let draft = findings.report("the build context has no file for `/licenses` that is not empty");
        if let Some(copy) = copy.or(context.from()) {
            draft.at(copy.span);
        }
    }
}

pub(super) static LICENSES_NOT_FOUND: Entry = Entry {
    rule: Rule {
        id: "dockerfile-licenses-not-found",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.of_checks(&[preflight::Check::HasLicense]),
        summary: "no instruction puts a file into `/licenses`",
        why: "Preflight looks for a file in `/licenses` that is not empty. Only the base image could have one, and it \
              would hold the base image's terms.",
        help: "Put the license terms into a directory of the build context and add `COPY licenses /licenses`.",
        basis: Basis::Inferred {
            source: "internal/policy/container/has_license.go of openshift-preflight 1.21.0",
        },
        examples: &[
            Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY app /app\n"),
            Example::good("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nCOPY licenses /licenses\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN cp -r /src/licenses /\n",
            ),
        ],
    },
    check: licenses_not_found,
};

fn licenses_not_found(context: &Context<'_>, findings: &mut Findings) {
    let Some(from) = context.from().filter(|_| context.is_judged()) else { return };
    if matches!(context.facts.licenses, Fact::Unknown(_)) && context.licenses.terms == Terms::Nowhere {
        let draft = findings.report("no instruction adds a file to `/licenses`").at(from.span);
        offer_copy(context, draft);
    }
}
