//! One project for two images.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-project-reused",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "another image goes to the same project",
    why: "A project is one image: its tags are versions of it, and its certification, its page in the catalogue and its \
          registry key are those of one. Versions from one repository are not meant.",
    help: "Make a project for each image and give its own id in the reference.",
    basis: Basis::Inferred {
        source: "Red Hat certification projects: \"one project, one image\"; a project is one repository on quay.io",
    },
    since: "0.1.0",
    examples: &[
        Example::bad(
            "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
             reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:7.1-1",
        ),
        Example::good(
            "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
             reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1",
        ),
        Example::good(
            "git.url = https://github.com/acme/app\n\
             reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
             git.url = git@github.com:acme/app.git\n\
             reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.1-1",
        ),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "expected a project for this image alone, found that of";
        context.reused(findings, image.reference.as_ref(), &shared.project, expected, "the same project");
    }
}
