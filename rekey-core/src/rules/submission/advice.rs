//! Advice about the submission as a whole.

use super::{Context, Entry};
use crate::{
    facts::{Evidence, Fact, ImageFacts, Label},
    finding::Findings,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    target::Flow,
};

pub(super) static DEDICATED_KEY: Entry = Entry {
    rule: Rule {
        id: "submission-dedicated-key",
        subject: Subject::Submission,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "a key should be used for one project only",
        why: "Anyone who has a personal key can write to everything that its owner can. A key file does not show what \
              else it opens.",
        help: "Make a key pair for this project: `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key`.",
        basis: partner_guide(
            "It is recommended to create a new public and private SSH key just for the project. Never use your own \
             personal private key.",
        ),
        examples: &[
            Example::bad("git.url = git@github.com:acme/app.git\ngit.key = right.pem"),
            Example::good("git.url = https://github.com/acme/app"),
        ],
    },
    check: dedicated_key,
};

fn dedicated_key(context: &Context<'_>, findings: &mut Findings) {
    let key = context.submission.git.key.as_ref();
    if key.is_some() {
        context.report(findings, key, "rekey cannot tell whether this key is used for this project only");
    }
}

pub(super) static LABEL_MISMATCH: Entry = Entry {
    rule: Rule {
        id: "submission-label-mismatch",
        subject: Subject::Submission,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "tag and labels name different versions",
        why: "In Red Hat's scheme the labels `version` and `release` make up the tag, `version-release`. The catalog \
              shows both, and readers take one for the other.",
        help: "Set the labels from the tag, for example with build arguments.",
        basis: Basis::Upstream {
            source: "projectatomic/ContainerApplicationGenericLabels vendor/redhat/labels.md",
        },
        examples: &[
            Example::bad("dockerfile = FROM scratch\\nLABEL version=1.1 release=1\\n\ntag = 1.0-1"),
            Example::bad("dockerfile = FROM scratch\\nLABEL version=1.0 release=1\\n\ntag = 1.0-2"),
            Example::good("dockerfile = FROM scratch\\nLABEL version=1.0 release=1\\n\ntag = 1.0-1"),
            Example::good("dockerfile = FROM scratch\\nLABEL version=1.0-1 release=1\\n\ntag = 1.0-1"),
            Example::good("dockerfile = FROM scratch\\nLABEL version=v1.0\\n\ntag = 1.0"),
            Example::bad(
                "dockerfile = FROM scratch\\nLABEL version=1.1\\n\nreference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0",
            ),
            Example::good("dockerfile = FROM scratch\\nLABEL version=1.0\\n\ntag = latest"),
            Example::good("dockerfile = FROM registry.access.redhat.com/ubi9\\n\ntag = 1.0-1"),
        ],
    },
    check: label_mismatch,
};

fn label_mismatch(context: &Context<'_>, findings: &mut Findings) {
    for (image, facts) in context.submission.images.iter().zip(&context.facts) {
        let Some((tag, facts)) = image.parsed_tag().zip(*facts) else { continue };
        // `latest` and `stable` are not versions.
        if !tag.version().bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let differs = |part: &str, found: &str, expected: &str| {
            format!("the tag says {part} `{expected}`, but the label `{part}` says `{found}`")
        };
        let message = match (own(facts, "version"), own(facts, "release")) {
            (Some(version), _) if plain(version) == plain(tag.as_str()) => continue,
            (Some(version), _) if plain(version) != plain(tag.version()) => {
                differs("version", version, tag.version())
            }
            (_, Some(found)) => match tag.release() {
                Some(release) if found != release => differs("release", found, release),
                _ => continue,
            },
            _ => continue,
        };
        context.report(findings, image.tag.as_ref().or(image.reference.as_ref()), message);
    }
}

/// The value of a label that does not come from the base image.
fn own<'a>(facts: &'a ImageFacts, key: &str) -> Option<&'a str> {
    match facts.label(key) {
        Fact::Known(_, Evidence::BaseConfig | Evidence::BaseTable) => None,
        fact => match fact.value() {
            Some(Label::Value(value)) if !value.is_empty() => Some(value),
            _ => None,
        },
    }
}

/// A version without a leading `v`.
fn plain(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}
