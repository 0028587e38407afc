//! Dashes that were lost or made pretty.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-bad-dashes",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the dashes round the label are not five hyphens",
    why: "Word processors and chats turn `--` into one long dash, which looks the same and is not.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[Example::bad("four_dashes.pem"), Example::bad("em_dashes.pem"), Example::good("right.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Dashes(..) | ProblemKind::ForeignDash(_)) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
