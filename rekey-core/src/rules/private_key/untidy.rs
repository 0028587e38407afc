//! What ssh forgives and others do not.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::{Algorithm, Kind, ProblemKind, Verdict},
    rule::{Applies, Check, Example, Rule},
};

/// Of several keys `rekey convert` would have to guess one.
const ALONE: &str = "Paste the one key whose public half the git host has, as `ssh-keygen` wrote it.";

pub(super) static RULE: Rule = Rule {
    id: "private-key-untidy",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is not exactly what `ssh-keygen` writes",
    why: "OpenSSH loads this key. Which program the service reads keys with is not known, and others refuse \
          such a text.",
    help: "Run `rekey convert key KEY --out NEW`: it writes the same key as the service takes it.",
    basis: Basis::Practice {
        source: "parsers in Rust, Python and JavaScript refuse what OpenSSH takes, and the other way round",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("crlf.pem"),
        Example::bad("bom.pem"),
        Example::bad("body_on_one_line.pem"),
        Example::bad("width_76.pem"),
        Example::bad("trailing_blanks.pem"),
        Example::bad("no_final_line_end.pem"),
        Example::bad("text_before.pem"),
        Example::bad("text_after.pem"),
        Example::good("right.pem"),
        Example::good("twice.pem"),
        Example::good("indented.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    // A text that does not load has worse to be told; what is made of another container, or in the place of another
    // algorithm's key, is tidy.
    let kind = context.scan.kind;
    let stays = matches!(kind, Kind::Pkcs1 | Kind::Pkcs8(Algorithm::Rsa));
    if context.scan.verdict == Verdict::Rejected || !stays {
        return;
    }
    for problem in &context.scan.untidy {
        if !matches!(problem.kind, ProblemKind::SameBlock | ProblemKind::OtherBlock(_)) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(ALONE));
        }
    }
}
