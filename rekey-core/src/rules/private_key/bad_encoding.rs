//! Bytes that are no proper key.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

/// No program writes a key of three primes as one of two.
const NEW_KEY: &str = "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the git host \
                       its public half.";

pub(super) static RULE: Rule = Rule {
    id: "private-key-bad-encoding",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the bytes of the key are not the encoding of one",
    why: "Programs differ in what they forgive here: one loads the key, the next does not.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
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
            let otherwise = match problem.kind {
                ProblemKind::MultiPrime => NEW_KEY,
                _ => COPY_AGAIN,
            };
            findings.report(problem.to_string()).at(problem.span).help(context.repair(otherwise));
        }
    }
}
