//! More than anybody reads as a key.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    private_key::ProblemKind,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "private-key-too-long",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "the text is longer than any key",
    why: "Programs that read keys stop at a limit, and so does this check: at 64 KiB of text, 16 KiB of key \
          and 16384 bits.",
    help: "Paste the key file alone; a new key is made by `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project \
          -f project_key`.",
    basis: Basis::Upstream {
        source: "openssl/openssl include/openssl/rsa.h `OPENSSL_RSA_MAX_MODULUS_BITS`; openssh-portable sshbuf.h \
          `SSHBUF_MAX_BIGNUM`",
    },
    since: "0.1.0",
    examples: &[Example::bad("too_long.txt"), Example::good("right.pem"), Example::good("bits_4096.pem")],
    check: Check::PrivateKey(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(
            problem.kind,
            ProblemKind::TooLong(_) | ProblemKind::DecodedTooLong | ProblemKind::TooManyBits(_)
        ) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}
