//! Characters too many, too few or wrong.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-damaged",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the body of the key is damaged",
    why: "One character more or less shifts everything after it; ssh refuses the key.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("blank_line.pem"),
        Example::bad("no_break_space.pem"),
        Example::bad("star.pem"),
        Example::bad("base64url.pem"),
        Example::good("right.pem"),
        Example::good("width_76.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.problems.iter().filter(|problem| problem.kind.is_damage()) {
        findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
    }
}
