//! Bytes that are no proper key.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-bad-encoding",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the bytes of the key are not the encoding of one",
    why: "Programs differ in what they forgive here: one loads the key, the next does not.",
    help: "Write it anew with `openssl rsa -in KEY -traditional -out NEW`; if that fails, copy the file \
          again.",
    basis: Basis::Upstream { source: "RFC 8017 A.1.2; ITU-T X.690 10 and 11; openssh-portable PROTOCOL.key" },
    since: "0.1.0",
    examples: &[
        Example::bad("trailing_bytes.pem"),
        Example::bad("version_2.pem"),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(
            problem.kind,
            ProblemKind::Der { .. }
                | ProblemKind::TrailingBytes { .. }
                | ProblemKind::Version(_)
                | ProblemKind::MultiPrime
                | ProblemKind::Container(_)
        ) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
