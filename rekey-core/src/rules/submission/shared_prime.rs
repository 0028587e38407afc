//! Two keys that give each other away.

use super::Context;
use crate::{
    finding::{Basis, Findings, Severity},
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "submission-shared-prime",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "two private keys have a prime in common",
    why: "Whoever has both public keys, and git hosts show them to anybody, finds the common prime in a moment and with it \
          both private keys. It happens where keys are made on machines that have just been started from one image.",
    help: "Throw both keys away and make new ones with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C PROJECT -f project_key`, \
           on a computer that has run for a while.",
    basis: Basis::Upstream {
        source: "Heninger and others, \"Mining Your Ps and Qs: Detection of Widespread Weak Keys in Network Devices\", 2012",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("git.key = right.pem\n\ngit.key = shared_prime.pem"),
        Example::good("git.key = right.pem\n\ngit.key = other.pem"),
        Example::good("git.key = right.pem\n\ngit.key = right.pem"),
    ],
    check: Check::Submission(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let expected = "expected a key that shares no prime, found one shared with";
    let key = context.submission.git.key.as_ref();
    context.reused(findings, key, &context.shared.prime, expected, "the other key");
}
