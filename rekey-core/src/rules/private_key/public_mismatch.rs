//! Two halves of different keys.

use super::{Compared, Context};
use crate::{
    finding::{Findings, Severity},
    private_key::Match,
    rule::{Applies, Check, Example, Rule},
    rules::source::partner_guide,
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-public-mismatch",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the public key does not belong to the private key",
    why: "The git host lets in whoever has the private half of the key that it knows; another one cannot \
          clone.",
    help: "Give the git host what `ssh-keygen -y -f KEY` prints, as a deploy key of the repository that may \
          only read.",
    basis: partner_guide(
        "The git repository needs the public SSH key associated with the private key in order to successfully clone.",
    ),
    since: "0.1.0",
    examples: &[
        Example::bad("right.pem").given(&[("public_key", "other.pub")]),
        Example::bad("openssh_encrypted.pem")
            .given(&[("fingerprint", "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA")]),
        Example::good("right.pem").given(&[("public_key", "right.pub")]),
        Example::good("right.pem").given(&[("public_key", "github.json")]),
        Example::good("right.pem"),
    ],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for compared in &context.compared {
        if let Compared::Match(Match::Different { private, public }) = compared {
            let message = format!("expected the public half {private}, found {public}");
            findings.report(message).at(context.scan.span);
        }
    }
}
