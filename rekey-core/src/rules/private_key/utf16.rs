//! A text in two or four bytes a character.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-utf16",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is UTF-16 or UTF-32",
    why: "PowerShell and some editors write UTF-16, in which ssh sees a zero byte after every letter.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[Example::bad("utf16.pem"), Example::good("right.pem"), Example::good("bom.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Utf16 | ProblemKind::Utf32) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
