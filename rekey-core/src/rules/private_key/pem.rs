//! The lines and the content of a PEM block.

use super::{CONVERT_OR_COPY, COPY_AGAIN, Context, Entry, PEM_READER};
use crate::{
    finding::Findings,
    private_key::ProblemKind,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
};

pub(super) static WRONG_LABEL: Entry = Entry {
    rule: Rule {
        id: "private-key-wrong-label",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "label does not match the key",
        why: "The text between `BEGIN` and the dashes determines how the rest is read; ssh compares it exactly.",
        help: CONVERT_OR_COPY,
        basis: partner_guide(
            "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
             PRIVATE KEY-----” blocks surrounding your private SSH key.",
        ),
        examples: &[
            Example::bad("lower_case.pem"),
            Example::bad("label_without_blanks.pem"),
            Example::bad("labels_differ.pem"),
            Example::bad("pkcs1_called_pkcs8.pem"),
            Example::bad("pkcs8_called_pkcs1.pem"),
            Example::good("right.pem"),
            Example::good("pkcs8.pem"),
        ],
    },
    check: wrong_label,
};

fn wrong_label(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| {
        matches!(
            kind,
            ProblemKind::WrongLabel { .. }
                | ProblemKind::LabelCase
                | ProblemKind::LabelBlanks(_)
                | ProblemKind::ForeignSpace(_)
                | ProblemKind::LabelsDiffer(..)
        )
    });
}

pub(super) static MISSING_PEM_BOUNDARY: Entry = Entry {
    rule: Rule {
        id: "private-key-missing-pem-boundary",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "`BEGIN` or `END` line is missing",
        why: "ssh looks for these lines and finds no key without them.",
        help: CONVERT_OR_COPY,
        basis: partner_guide(
            "When configuring the build service, make sure to include the “-----BEGIN RSA PRIVATE KEY-----” and “-----END RSA \
             PRIVATE KEY-----” blocks surrounding your private SSH key.",
        ),
        examples: &[
            Example::bad("no_begin.pem"),
            Example::bad("no_end.pem"),
            Example::bad("bare.pem"),
            Example::good("right.pem"),
        ],
    },
    check: missing_pem_boundary,
};

fn missing_pem_boundary(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| matches!(kind, ProblemKind::NoBegin | ProblemKind::NoEnd));
}

pub(super) static INVALID_PEM_BOUNDARY: Entry = Entry {
    rule: Rule {
        id: "private-key-invalid-pem-boundary",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "label is not between five hyphens on each side",
        why: "Word processors and chats turn `--` into one long dash, which looks the same but is not.",
        help: CONVERT_OR_COPY,
        basis: PEM_READER,
        examples: &[
            Example::bad("four_dashes.pem"),
            Example::bad("em_dashes.pem"),
            Example::good("right.pem"),
        ],
    },
    check: invalid_pem_boundary,
};

fn invalid_pem_boundary(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| {
        matches!(kind, ProblemKind::Dashes(..) | ProblemKind::ForeignDash(_))
    });
}

pub(super) static DAMAGED: Entry = Entry {
    rule: Rule {
        id: "private-key-damaged",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "body of the key is damaged",
        why: "One character too many or too few shifts everything after it; ssh rejects the key.",
        help: CONVERT_OR_COPY,
        basis: PEM_READER,
        examples: &[
            Example::bad("blank_line.pem"),
            Example::bad("no_break_space.pem"),
            Example::bad("star.pem"),
            Example::bad("base64url.pem"),
            Example::good("right.pem"),
            Example::good("width_76.pem"),
        ],
    },
    check: damaged,
};

fn damaged(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.problems.iter().filter(|problem| problem.kind.is_damage()) {
        findings.report(problem.to_string()).at(problem.span).help(context.repair(COPY_AGAIN));
    }
}

pub(super) static TRUNCATED: Entry = Entry {
    rule: Rule {
        id: "private-key-truncated",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "part of the key is missing",
        why: "The first bytes of the key say how long it is, and the text is shorter.",
        help: "Copy the whole file again: missing bytes cannot be restored.",
        basis: Basis::Upstream { source: "ITU-T X.690 8.1.3, the length of a value" },
        examples: &[Example::bad("truncated.pem"), Example::bad("line_lost.pem"), Example::good("right.pem")],
    },
    check: truncated,
};

fn truncated(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Truncated { .. }) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}

pub(super) static INVALID_DER: Entry = Entry {
    rule: Rule {
        id: "private-key-invalid-der",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "bytes of the key are not valid DER",
        why: "Programs tolerate different errors: one loads the key, another does not.",
        help: CONVERT_OR_COPY,
        basis: Basis::Upstream {
            source: "RFC 8017 A.1.2; ITU-T X.690 10 and 11; openssh-portable PROTOCOL.key",
        },
        examples: &[
            Example::bad("trailing_bytes.pem"),
            Example::bad("version_2.pem"),
            Example::good("right.pem"),
        ],
    },
    check: invalid_der,
};

fn invalid_der(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(
            problem.kind,
            ProblemKind::Der { .. }
                | ProblemKind::TrailingBytes { .. }
                | ProblemKind::Version(_)
                | ProblemKind::MultiPrime
                | ProblemKind::Container(_)
        ) {
            let otherwise = match problem.kind {
                ProblemKind::MultiPrime => NEW_KEY,
                _ => COPY_AGAIN,
            };
            findings.report(problem.to_string()).at(problem.span).help(context.repair(otherwise));
        }
    }
}

/// No program converts a key of three primes to one of two.
const NEW_KEY: &str = "Make a new key with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` \
                       and give the git host its public key.";
