//! A key without its first or last line.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-missing-marks",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "`BEGIN` or `END` is missing",
    why: "ssh looks for these lines and sees no key without them.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: partner_guide(
        "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
         PRIVATE KEY-----” blocks surrounding your private SSH key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("no_begin.pem"),
        Example::bad("no_end.pem"),
        Example::bad("bare.pem"),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::NoBegin | ProblemKind::NoEnd) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
