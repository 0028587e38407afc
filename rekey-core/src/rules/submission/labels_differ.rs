//! A tag that says another version than the image.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    image::facts::{Evidence, Fact, ImageFacts, Label},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-labels-differ",
    severity: Severity::Note,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "tag and labels name different versions",
    why: "By Red Hat's scheme the labels `version` and `release` make up the tag, `version-release`. The catalogue shows \
          both, and readers take one for the other.",
    help: "Set the labels from the tag, with build arguments say.",
    basis: Basis::Upstream {
        source: "projectatomic/ContainerApplicationGenericLabels vendor/redhat/labels.md",
    },
    since: "0.1.0",
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
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (image, facts) in context.submission.images.iter().zip(&context.facts) {
        let Some((tag, facts)) = image.parsed_tag().zip(*facts) else { continue };
        // `latest` and `stable` name no version.
        if !tag.version().bytes().any(|b| b.is_ascii_digit()) {
            continue;
        }
        let differs = |part: &str, found: &str, expected: &str| {
            format!("the tag says {part} `{expected}`, the label `{part}` says `{found}`")
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

/// The value of a label that is not the base image's.
fn own<'a>(facts: &'a ImageFacts, key: &str) -> Option<&'a str> {
    match facts.label(key) {
        Fact::Known(_, Evidence::BaseConfig | Evidence::BaseTable) => None,
        fact => match fact.value() {
            Some(Label::Value(value)) if !value.is_empty() => Some(value),
            _ => None,
        },
    }
}

/// A version without the `v` that some write in front.
fn plain(version: &str) -> &str {
    version.strip_prefix('v').unwrap_or(version)
}
