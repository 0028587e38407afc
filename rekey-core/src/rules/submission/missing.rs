//! Fields that are missing or unused.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    git_url::Transport,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    submission::UnreadField,
    target::Flow,
};

pub(super) static MISSING_GIT_URL: Entry = Entry {
    rule: Rule {
        id: "submission-missing-git-url",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "submission has no git source URL",
        why: "The Build Service clones the repository from this URL; without it there is nothing to build.",
        help: "Give the HTTPS link of a public repository, or the SSH link of a private one and a key.",
        basis: partner_guide(
            "Fill in the Git source and the Dockerfile name if it has a name other than “Dockerfile”.",
        ),
        examples: &[
            Example::bad("tag = 1.0-1"),
            Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
        ],
    },
    check: missing_git_url,
};

fn missing_git_url(context: &Context<'_>, findings: &mut Findings) {
    if context.submission.git.url.is_none() && !context.is_unread(UnreadField::GitUrl) {
        context.report(findings, None, "the git source URL is missing");
    }
}

pub(super) static MISSING_KEY: Entry = Entry {
    rule: Rule {
        id: "submission-missing-key",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "private repository without a private key",
        why: "An SSH link needs a key, even if the repository is public; the Build Service has none of its own.",
        help: "Give the private key whose public key is a deploy key of the repository, or the HTTPS link of a public \
               one.",
        basis: partner_guide(
            "If your repository is private, then you must configure the build service with the SSH link and a private \
             SSH key.",
        ),
        examples: &[
            Example::bad("git.url = git@github.com:acme/app.git\ntag = 1.0-1"),
            Example::bad("git.url = https://github.com/acme/app\ngit.private = true"),
            Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
            Example::good("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
        ],
    },
    check: missing_key,
};

fn missing_key(context: &Context<'_>, findings: &mut Findings) {
    let git = &context.submission.git;
    if git.key.is_some() || context.is_unread(UnreadField::Key) || git.found && git.private.is_none() {
        return;
    }
    let ssh = context.transport == Some(Transport::Ssh);
    if ssh || git.private == Some(true) {
        let why = if ssh { "the SSH link" } else { "the private repository" };
        context.report(findings, git.url.as_ref(), format!("{why} needs a private key"));
    }
}

pub(super) static UNUSED_KEY: Entry = Entry {
    rule: Rule {
        id: "submission-unused-key",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "private key with a link that does not use it",
        why: "git never uses an SSH key for an HTTPS link: a private repository cannot be cloned, and for a public \
              one you would hand over a secret unnecessarily.",
        help: "Remove the key if the repository is public; give the SSH link if it is private.",
        basis: partner_guide(
            "If your repository is public, then all that is needed is the Git source URL (HTTPS link).",
        ),
        examples: &[
            Example::bad("git.url = https://github.com/acme/app\ngit.key = right.pem"),
            Example::good("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
            Example::good("git.url = https://github.com/acme/app"),
        ],
    },
    check: unused_key,
};

fn unused_key(context: &Context<'_>, findings: &mut Findings) {
    let git = &context.submission.git;
    let unused = matches!(context.transport, Some(Transport::Https | Transport::Http | Transport::Git));
    if git.key.is_some() && unused && !git.found {
        context.report(
            findings,
            git.key.as_ref(),
            "the private key is not used: the link is not an SSH link",
        );
    }
}

pub(super) static MISSING_DOCKERFILE: Entry = Entry {
    rule: Rule {
        id: "submission-missing-dockerfile",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "submission has no Dockerfile",
        why: "The Build Service builds the file named `Dockerfile` unless you give another name.",
        help: "Add a `Dockerfile`, or give the name of yours.",
        basis: partner_guide(
            "The build service clones your Github/Gitlab repository onto a build server, and uses the Dockerfile to build \
             your image.",
        ),
        examples: &[
            Example::bad("git.url = https://github.com/acme/app\ntag = 1.0-1"),
            Example::good("git.url = https://github.com/acme/app\ndockerfile = FROM scratch"),
        ],
    },
    check: missing_dockerfile,
};

fn missing_dockerfile(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_unread(UnreadField::Dockerfile) {
        context.missing(findings, "the Dockerfile", |image| image.dockerfile.is_some());
    }
}

pub(super) static MISSING_TAG: Entry = Entry {
    rule: Rule {
        id: "submission-missing-tag",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "submission has no image tag",
        why: "A build starts with the tag for its image.",
        help: "Give a tag such as `1.0-1`: your version, a dash, and the number of the build.",
        basis: partner_guide("Enter a tag number in the field provided"),
        examples: &[
            Example::bad("git.url = https://github.com/acme/app"),
            Example::good("git.url = https://github.com/acme/app\ntag = 1.0-1"),
        ],
    },
    check: missing_tag,
};

fn missing_tag(context: &Context<'_>, findings: &mut Findings) {
    context.missing(findings, "the image tag", |image| image.tag.is_some());
}

pub(super) static MISSING_REFERENCE: Entry = Entry {
    rule: Rule {
        id: "submission-missing-reference",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::BuildService),
        summary: "submission has no image reference",
        why: "The image is certified where it is stored: preflight takes the reference and reads the image from that \
              registry.",
        help: "Give the reference that you push to, `quay.io/redhat-isv-containers/PROJECT:TAG` for a hosted project.",
        basis: Basis::Enforced { source: "cmd/preflight/cmd/check_container.go", version: "1.21.0" },
        examples: &[
            Example::bad("dockerfile = FROM scratch"),
            Example::good("reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1"),
        ],
    },
    check: missing_reference,
};

fn missing_reference(context: &Context<'_>, findings: &mut Findings) {
    context.missing(findings, "the image reference", |image| image.reference.is_some());
}
