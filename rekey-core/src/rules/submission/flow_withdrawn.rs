//! The flow of the seed page is no longer described anywhere.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-flow-withdrawn",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "the Build Service is no longer documented",
    why: "Its pages left the partner guide on 2022-05-03, and since 2022-11-03 images are pushed to quay.io and checked \
          with preflight. Whether the service still runs is not known.",
    help: "Judge by `flow = \"quay\"` if you push the image yourself.",
    basis: Basis::Upstream {
        source: "RHC4TP/documentation 996f0cc (2022-05-03); \
                 redhat-openshift-ecosystem/certification-releases 338f6d9 (2022-11-03)",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("git.url = https://github.com/acme/app\ntag = 1.0-1"),
        Example::good("tag = 1.0-1").given(&[("flow", "quay")]),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    context.report(findings, None, "judged by the partner guide of 2021-06-30, which has been withdrawn");
}
