//! Blanks or quotation marks before the lines.

use super::Context;
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
    help: "Run `sed 's/^[[:space:]>]*//' KEY > NEW`.",
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
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
