//! Words round the key that do not fit it.

use super::{COPY_AGAIN, Context};
use crate::{
    finding::{Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-wrong-label",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the label is not that of the key",
    why: "What stands between `BEGIN` and the dashes says how the rest is read; ssh compares it letter by \
          letter.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it. If it refuses, copy the whole file \
           again, from the file itself and not from a document or a message.",
    basis: partner_guide(
        "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
         PRIVATE KEY-----” blocks surrounding your private SSH key.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("lower_case.pem"),
        Example::bad("label_without_blanks.pem"),
        Example::bad("labels_differ.pem"),
        Example::bad("pkcs1_called_pkcs8.pem"),
        Example::bad("pkcs8_called_pkcs1.pem"),
        Example::good("right.pem"),
        Example::good("pkcs8.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(
            problem.kind,
            ProblemKind::WrongLabel { .. }
                | ProblemKind::LabelCase
                | ProblemKind::LabelBlanks(_)
                | ProblemKind::ForeignSpace(_)
                | ProblemKind::LabelsDiffer(..)
        ) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
        }
    }
}
