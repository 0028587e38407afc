//! A public half that is none.

use super::{Compared, Context};
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-public-unreadable",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "what was given as the public key is none",
    why: "Without it nobody can say whether the git host will let the service in.",
    help: "Give the file `.pub` beside the private key, a fingerprint, or what the git host shows under \
          deploy keys.",
    basis: Basis::Practice { source: "a comparison that was asked for and cannot be made is told" },
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem").given(&[("public_key", "path.txt")]),
        Example::bad("right.pem").given(&[("public_key", "other.pem")]),
        Example::good("right.pem").given(&[("public_key", "right.pub")]),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for compared in &context.compared {
        if let Compared::Unreadable(problem) = compared {
            findings.report(problem.to_string()).at(context.scan.span);
        }
    }
}
