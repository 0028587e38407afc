//! One registry key for two projects.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-registry-key-reused",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "another project has the same registry key",
    why: "A key is that of one project's robot account: the registry refuses it (\"unauthorized\") for every other project.",
    help: "Copy the key from the page of each project, \"Set up Preflight\" or \"Push image manually\".",
    basis: Basis::Inferred {
        source: "the robot account of a project, redhat-isv-containers+PROJECT-robot, may write to that project alone",
    },
    since: "0.1.0",
    examples: &[
        Example::bad(
            "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\
             registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
             reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1\n\
             registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
        ),
        Example::good(
            "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\
             registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
             reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-2\n\
             registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
        ),
        Example::good(
            "registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
             registry-key = 1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B",
        ),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "expected the registry key of this project, found that of";
        context.reused(findings, image.registry_key.as_ref(), &shared.registry_key, expected, "the same key");
    }
}
