//! A key inside of something else.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

/// What is inside is encrypted or damaged, so it cannot be written again.
const ORIGINAL: &str = "Paste the key file itself, as it was before it was put into another form.";

pub(super) static RULE: Rule = Rule {
    id: "private-key-wrapped",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the key is inside of another format or encoding",
    why: "The service hands the text to ssh as it is: ssh decodes no base64, JSON, YAML or HTML.",
    help: "Run `rekey convert key KEY --out NEW`: it takes the key out.",
    basis: Basis::Upstream {
        source: "openssl/openssl crypto/pem/pem_lib.c `get_name`, `get_header_and_data`, as OpenSSH calls it",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("base64.txt"),
        Example::bad("base64_twice.txt"),
        Example::bad("in_json.json"),
        Example::bad("in_secret.yaml"),
        Example::bad("quoted_printable.txt"),
        Example::bad("in_html.html"),
        Example::bad("percent_encoded.txt"),
        Example::good("right.pem"),
        Example::good("bare.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Wrapped(_)) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(ORIGINAL));
        }
    }
}
