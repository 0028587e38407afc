//! The numbers of an RSA key.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    private_key::Flaw,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static TOO_SHORT: Entry = Entry {
    rule: Rule {
        id: "private-key-too-short",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key has fewer than 2048 bits",
        why: "Git hosts reject shorter RSA keys, and so do the crypto policies of Red Hat Enterprise Linux 9.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Upstream {
            source: "FIPS 186-5 section 5.1; Bitbucket Cloud, \"Supported SSH key formats\"; RHEL 9 crypto-policies, \
              RequiredRSASize 2048",
        },
        examples: &[
            Example::bad("bits_1024.pem"),
            Example::bad("bits_512.pem"),
            Example::bad("bits_2047.pem"),
            Example::good("right.pem"),
            Example::good("bits_4096.pem"),
        ],
    },
    check: too_short,
};

fn too_short(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit().filter(|audit| audit.bits < 2048) else { return };
    let message = format!("the key has {} bits; at least 2048 are needed", audit.bits);
    findings.report(message).at(context.scan.span);
}

pub(super) static UNUSUAL_LENGTH: Entry = Entry {
    rule: Rule {
        id: "private-key-unusual-length",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "key length is not 2048, 3072 or 4096 bits",
        why: "Other lengths are rarely tested: some programs reject lengths that are not a multiple of eight, and \
              some reject more than 8192.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Practice {
            source: "the lengths that key generators offer and verifiers are tested with",
        },
        examples: &[
            Example::bad("bits_2056.pem"),
            Example::good("right.pem"),
            Example::good("bits_3072.pem"),
            Example::good("bits_4096.pem"),
            Example::good("bits_1024.pem"),
        ],
    },
    check: unusual_length,
};

fn unusual_length(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit() else { return };
    if audit.bits > 2048 && !matches!(audit.bits, 3072 | 4096) {
        let message = format!("the key has {} bits; 2048, 3072 and 4096 are usual", audit.bits);
        findings.report(message).at(context.scan.span);
    }
}

pub(super) static MINIMUM_LENGTH: Entry = Entry {
    rule: Rule {
        id: "private-key-minimum-length",
        subject: Subject::PrivateKey,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "key has the minimum accepted length",
        why: "Some git hosts require more: Gitea and Forgejo accept RSA keys of 3072 bits or more.",
        help: "For the next key, use `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key`.",
        basis: Basis::Upstream {
            source: "go-gitea/gitea modules/setting/ssh.go `MinimumKeySizes`, since pull request 26604",
        },
        examples: &[
            Example::bad("right.pem"),
            Example::good("bits_3072.pem"),
            Example::good("bits_4096.pem"),
        ],
    },
    check: minimum_length,
};

fn minimum_length(context: &Context<'_>, findings: &mut Findings) {
    if context.audit().is_some_and(|audit| audit.bits == 2048) {
        findings.report("the key has 2048 bits; some git hosts require 3072").at(context.scan.span);
    }
}

pub(super) static INCONSISTENT: Entry = Entry {
    rule: Rule {
        id: "private-key-inconsistent",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "numbers of the key are inconsistent",
        why: "A key whose numbers contradict each other loads, but then signs incorrectly or reveals itself by an \
              incorrect signature. Most programs do not check.",
        help: "Copy the file again; if `openssl rsa -check -noout -in KEY` reports `RSA key error` for the original, \
               make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key`.",
        basis: Basis::Upstream { source: "NIST SP 800-56B r2 6.4.1.2; RFC 8017 3.2" },
        examples: &[
            Example::bad("wrong_private_exponent.pem"),
            Example::bad("wrong_crt_exponent.pem"),
            Example::bad("wrong_coefficient.pem"),
            Example::bad("wrong_modulus.pem"),
            Example::bad("great_private_exponent.pem"),
            Example::good("swapped_primes.pem"),
            Example::good("right.pem"),
        ],
    },
    check: inconsistent,
};

fn inconsistent(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(
            flaw,
            Flaw::EvenModulus
                | Flaw::NotProduct
                | Flaw::BadExponent
                | Flaw::GreatExponent
                | Flaw::PrivateExponent(_)
                | Flaw::GreatPrivateExponent
                | Flaw::CrtExponent(_)
                | Flaw::Coefficient
        ) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static COMPOSITE_PRIME: Entry = Entry {
    rule: Rule {
        id: "private-key-composite-prime",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "p or q is not prime",
        why: "The key may even work, but its modulus is easier to factor than it should be, and anyone who factors it \
              has the key.",
        help: "Discard the key and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`.",
        basis: Basis::Upstream { source: "NIST SP 800-56B r2 6.4.1.2, step 5; Baillie and Wagstaff 1980" },
        examples: &[
            Example::bad("composite_prime.pem"),
            Example::good("right.pem"),
            Example::good("wrong_modulus.pem"),
        ],
    },
    check: composite_prime,
};

fn composite_prime(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SmallFactor { .. } | Flaw::Composite(_)) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static CLOSE_PRIMES: Entry = Entry {
    rule: Rule {
        id: "private-key-close-primes",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "p and q are too close to each other",
        why: "Fermat's method finds two primes that are close to each other from their product in a moment: everyone \
              who has the public key has the private one.",
        help: "Discard the key and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`.",
        basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 2(d); CVE-2022-26320" },
        examples: &[
            Example::bad("close_primes.pem"),
            Example::bad("next_primes.pem"),
            Example::good("right.pem"),
        ],
    },
    check: close_primes,
};

fn close_primes(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::EqualPrimes | Flaw::ClosePrimes { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static CORRELATED_PRIMES: Entry = Entry {
    rule: Rule {
        id: "private-key-correlated-primes",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "p and q are correlated",
        why: "Primes that share many bits, or have a small ratio, were not chosen at random, and known methods \
              exploit that.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Practice {
            source: "random primes share 64 bits once in 2^64 keys; google/paranoid_crypto looks for the same",
        },
        examples: &[
            Example::bad("shared_low_bits.pem"),
            Example::good("right.pem"),
            Example::good("close_primes.pem"),
        ],
    },
    check: correlated_primes,
};

fn correlated_primes(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SharedHighBits(_) | Flaw::SharedLowBits(_) | Flaw::SmallRatio { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static PRIME_PATTERN: Entry = Entry {
    rule: Rule {
        id: "private-key-prime-pattern",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "bits of a prime show a pattern",
        why: "A prime with far too few bits set, or with repeating bytes, comes from a broken generator and can be \
              guessed.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Practice {
            source: "random primes look like this once in 10^15 keys; google/paranoid_crypto looks for the same",
        },
        examples: &[Example::bad("low_weight.pem"), Example::bad("pattern.pem"), Example::good("right.pem")],
    },
    check: prime_pattern,
};

fn prime_pattern(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Weight { .. } | Flaw::Pattern { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static UNBALANCED_PRIMES: Entry = Entry {
    rule: Rule {
        id: "private-key-unbalanced-primes",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "p and q differ in length",
        why: "The shorter prime determines how hard the key is to break, and some programs reject such keys.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Upstream { source: "FIPS 186-5 A.1.1, criterion 2" },
        examples: &[Example::bad("unbalanced.pem"), Example::good("right.pem")],
    },
    check: unbalanced_primes,
};

fn unbalanced_primes(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Unbalanced { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static ROCA: Entry = Entry {
    rule: Rule {
        id: "private-key-roca",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key was made by a broken generator (ROCA)",
        why: "Infineon chips of 2012 to 2017 generated primes of a form that shows in the public key and can be \
              factored at a price.",
        help: "Discard the key and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`, on a computer and not on the device.",
        basis: Basis::Upstream {
            source: "CVE-2017-15361; Nemec and others, \"The Return of Coppersmith's Attack\", 2017",
        },
        examples: &[Example::bad("roca.pem"), Example::good("right.pem")],
    },
    check: roca,
};

fn roca(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::Roca) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static SMALL_PRIVATE_EXPONENT: Entry = Entry {
    rule: Rule {
        id: "private-key-small-private-exponent",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "private exponent is too small",
        why: "Wiener's method, and Boneh and Durfee's, find a short private exponent from the public key alone.",
        help: "Discard the key and make a new one with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`.",
        basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 3; Wiener 1990; Boneh and Durfee 1999" },
        examples: &[Example::bad("small_private_exponent.pem"), Example::good("right.pem")],
    },
    check: small_private_exponent,
};

fn small_private_exponent(context: &Context<'_>, findings: &mut Findings) {
    for flaw in context.flaws() {
        if matches!(flaw, Flaw::SmallPrivateExponent { .. }) {
            findings.report(flaw.to_string()).at(context.scan.span);
        }
    }
}

pub(super) static SMALL_PUBLIC_EXPONENT: Entry = Entry {
    rule: Rule {
        id: "private-key-small-public-exponent",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "public exponent is less than 65537",
        why: "Standards require 65537 or more: with a small exponent, careless padding breaks the key. Many programs \
              reject it.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Upstream { source: "FIPS 186-5 A.1.1 criterion 1, 2^16 < e" },
        examples: &[Example::bad("exponent_3.pem"), Example::good("right.pem")],
    },
    check: small_public_exponent,
};

fn small_public_exponent(context: &Context<'_>, findings: &mut Findings) {
    let Some(exponent) = context.audit().and_then(|audit| audit.exponent) else { return };
    if (3..65537).contains(&exponent) && !exponent.is_multiple_of(2) {
        findings
            .report(format!("the public exponent is {exponent}; the usual one is 65537"))
            .at(context.scan.span);
    }
}

pub(super) static LARGE_PUBLIC_EXPONENT: Entry = Entry {
    rule: Rule {
        id: "private-key-large-public-exponent",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "public exponent has more than 33 bits",
        why: "BoringSSL, Go and others accept 33 bits or fewer, so a key with a larger exponent works in some \
              programs only.",
        help: "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` and give the \
               git host its public key.",
        basis: Basis::Upstream {
            source: "BoringSSL crypto/fipsmodule/rsa/rsa.cc.inc `rsa_check_public_key`",
        },
        examples: &[
            Example::bad("small_private_exponent.pem"),
            Example::good("right.pem"),
            Example::good("exponent_3.pem"),
        ],
    },
    check: large_public_exponent,
};

fn large_public_exponent(context: &Context<'_>, findings: &mut Findings) {
    let Some(audit) = context.audit() else { return };
    if audit.exponent.is_none_or(|exponent| exponent >> 33 != 0) {
        findings
            .report("the public exponent has more than 33 bits; the usual one is 65537")
            .at(context.scan.span);
    }
}

pub(super) static PUBLISHED: Entry = Entry {
    rule: Rule {
        id: "private-key-published",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "private key is published",
        why: "This private key was shipped with a product, and anyone can download it.",
        help: "Remove its public key from every git host and make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N \
               '' -C project -f project_key`.",
        basis: Basis::Upstream { source: "gitlabhq config/security/banned_ssh_keys.yml; rapid7/ssh-badkeys" },
        examples: &[
            Example::bad("right.pem")
                .given(&[("fingerprint", "SHA256:1M4RzhMyWuFS/86uPY/ce2prh/dVTHW7iD2RhpquOZA")]),
            Example::good("right.pem"),
        ],
    },
    check: published,
};

fn published(context: &Context<'_>, findings: &mut Findings) {
    if let Some(known) = context.known {
        let message = format!("this private key is public knowledge: {}", known.name);
        findings.report(message).at(context.scan.span);
    }
}
