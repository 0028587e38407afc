//! Lines that have become one.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-lost-line-ends",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the line ends are lost",
    why: "ssh reads marks and body line by line. Forms, environment variables and JSON turn line ends into \
          blanks or into the two characters `\\n`.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("one_line.pem"),
        Example::bad("escaped.pem"),
        Example::bad("cr.pem"),
        Example::good("right.pem"),
        Example::good("body_on_one_line.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Cr | ProblemKind::EscapedLineEnds | ProblemKind::OneLine) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
