//! What ssh forgives and others do not.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::{Algorithm, Kind, ProblemKind, Verdict},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-untidy",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is not exactly what `ssh-keygen` writes",
    why: "OpenSSH loads this key. Which program the service reads keys with is not known, and others refuse \
          such a text.",
    help: "Run `rekey convert key KEY --out NEW`, or `openssl rsa -in KEY -traditional -out NEW`: both write the same key in \
           its right form.",
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
        let help = match problem.kind {
            ProblemKind::SameBlock | ProblemKind::OtherBlock(_) => continue,
            ProblemKind::CrLf => Some("Run `tr -d '\\r' < KEY > NEW`."),
            ProblemKind::ByteOrderMark => Some("Run `sed '1s/^\\xef\\xbb\\xbf//' KEY > NEW`."),
            // The general remedy is right for PKCS#8.
            ProblemKind::TextBefore | ProblemKind::TextAfter if kind == Kind::Pkcs1 => Some(
                "Run `sed -n '/-----BEGIN RSA PRIVATE KEY-----/,/-----END RSA PRIVATE KEY-----/p' KEY > NEW`.",
            ),
            _ => None,
        };
        let draft = findings.report(problem.to_string()).at(problem.span);
        if let Some(help) = help {
            draft.help(help);
        }
    }
}
