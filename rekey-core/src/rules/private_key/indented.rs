//! Blanks or quotation marks before the lines.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-indented",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the lines do not begin at the margin",
    why: "ssh looks for `-----BEGIN` at the beginning of a line.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[Example::bad("indented.pem"), Example::bad("quoted.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Indented | ProblemKind::Quoted) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
