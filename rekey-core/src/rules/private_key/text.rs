//! Text around a key, or in place of one.

use super::{CONVERT_OR_COPY, Context, Entry, PEM_READER};
use crate::{
    finding::Findings,
    private_key::{Algorithm, Kind, ProblemKind, Verdict},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
};

pub(super) static MISSING: Entry = Entry {
    rule: Rule {
        id: "private-key-missing",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "private key is missing",
        why: "A private repository cannot be cloned without a key.",
        help: "Paste the content of the key file; `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` \
               makes a new key.",
        basis: partner_guide(
            "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
             key.",
        ),
        examples: &[Example::bad("empty.pem"), Example::good("right.pem")],
    },
    check: missing,
};

fn missing(context: &Context<'_>, findings: &mut Findings) {
    let Some(problem) = context.scan.problems.iter().find(|problem| problem.kind == ProblemKind::Empty)
    else {
        return;
    };
    findings.report(problem.to_string()).at(problem.span).incomplete();
}

pub(super) static TOO_LONG: Entry = Entry {
    rule: Rule {
        id: "private-key-too-long",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is longer than any key",
        why: "Programs that read keys have limits, and so does rekey: 64 KiB of text, 16 KiB of key and 16384 bits.",
        help: "Paste only the key file; `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` makes a \
               new key.",
        basis: Basis::Upstream {
            source: "openssl/openssl include/openssl/rsa.h `OPENSSL_RSA_MAX_MODULUS_BITS`; openssh-portable sshbuf.h \
              `SSHBUF_MAX_BIGNUM`",
        },
        examples: &[Example::bad("too_long.txt"), Example::good("right.pem"), Example::good("bits_4096.pem")],
    },
    check: too_long,
};

fn too_long(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(
            problem.kind,
            ProblemKind::TooLong(_) | ProblemKind::DecodedTooLong | ProblemKind::TooManyBits(_)
        ) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}

pub(super) static NOT_A_KEY: Entry = Entry {
    rule: Rule {
        id: "private-key-not-a-key",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is not an SSH private key",
        why: "The service passes the text to ssh, which finds no key in it and cannot clone.",
        help: "Paste the content of the key file; `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f project_key` \
               makes a new key.",
        basis: partner_guide(
            "If your repository is private, then you must configure the build service with the SSH link and a private SSH \
             key.",
        ),
        examples: &[
            Example::bad("certificate.pem"),
            Example::bad("request.pem"),
            Example::bad("fingerprint.txt"),
            Example::bad("path.txt"),
            Example::bad("placeholder.txt"),
            Example::bad("ansible_vault.txt"),
            Example::bad("lfs_pointer.txt"),
            Example::bad("error_page.html"),
            Example::good("right.pem"),
            Example::good("openssh.pem"),
            Example::good("right.pub"),
        ],
    },
    check: not_a_key,
};

fn not_a_key(context: &Context<'_>, findings: &mut Findings) {
    let kind = context.scan.kind;
    let other = kind.is_private_key() || matches!(kind, Kind::PublicKey(_) | Kind::HostKey | Kind::Empty);
    let Some(problem) = context.scan.problems.first().filter(|_| !other) else { return };
    if let ProblemKind::TooLong(_) = problem.kind {
        return;
    }
    let message = format!("expected an SSH private key, found {kind}");
    let draft = findings.report(message).at(context.scan.span);
    let help = match kind {
        Kind::Path => "Paste the content of the file instead of its name.",
        Kind::AnsibleVault => {
            "Paste the output of `ansible-vault view KEY`, which asks for the vault's password."
        }
        Kind::Sops => "Paste the key that `sops decrypt KEY` prints.",
        Kind::SealedSecret => {
            "Only the controller in the cluster can decrypt it: paste the original file, or the key from the Secret \
             that the controller made."
        }
        Kind::GitCrypt => "Run `git-crypt unlock` in the checkout, then paste the file.",
        Kind::LfsPointer => {
            "Run `git lfs pull` in the checkout, then paste the file; better, do not keep keys in a \
             repository."
        }
        Kind::Placeholder => "Replace the placeholder with the content of the key file: nothing expanded it.",
        Kind::SecretReference => "Paste the value from the store, not its name.",
        Kind::ErrorPage => {
            "Download the file again with an account that has access, and look at it before you paste it."
        }
        Kind::XmlKey => "In .NET, call `RSA.ExportRSAPrivateKeyPem()` on the same key and paste the result.",
        Kind::Gzip => "Decompress the file with gzip, then paste its content.",
        _ => return,
    };
    draft.help(help);
}

pub(super) static WRAPPED: Entry = Entry {
    rule: Rule {
        id: "private-key-wrapped",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "key is inside another format or encoding",
        why: "The service passes the text to ssh unchanged: ssh does not decode base64, JSON, YAML or HTML.",
        help: "Run `rekey convert key KEY --out NEW`: it extracts the key.",
        basis: PEM_READER,
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
    },
    check: wrapped,
};

fn wrapped(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.scan.problems {
        if matches!(problem.kind, ProblemKind::Wrapped(_)) {
            findings.report(problem.to_string()).at(problem.span).help(context.repair(ORIGINAL));
        }
    }
}

/// The content is encrypted or damaged, so it cannot be written again.
const ORIGINAL: &str = "Paste the key file itself, as it was before it was encoded.";

pub(super) static UTF16: Entry = Entry {
    rule: Rule {
        id: "private-key-utf16",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is UTF-16 or UTF-32",
        why: "PowerShell and some editors write UTF-16, in which ssh sees a zero byte after every letter.",
        help: CONVERT_OR_COPY,
        basis: PEM_READER,
        examples: &[Example::bad("utf16.pem"), Example::good("right.pem"), Example::good("bom.pem")],
    },
    check: utf16,
};

fn utf16(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| matches!(kind, ProblemKind::Utf16 | ProblemKind::Utf32));
}

pub(super) static MISSING_NEWLINES: Entry = Entry {
    rule: Rule {
        id: "private-key-missing-newlines",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "newlines are missing",
        why: "ssh reads the PEM boundaries and the body line by line. Forms, environment variables and JSON turn newlines into \
              spaces or into the two characters `\\n`.",
        help: CONVERT_OR_COPY,
        basis: PEM_READER,
        examples: &[
            Example::bad("one_line.pem"),
            Example::bad("escaped.pem"),
            Example::bad("cr.pem"),
            Example::good("right.pem"),
            Example::good("body_on_one_line.pem"),
        ],
    },
    check: missing_newlines,
};

fn missing_newlines(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| {
        matches!(kind, ProblemKind::Cr | ProblemKind::EscapedLineEnds | ProblemKind::OneLine)
    });
}

pub(super) static INDENTED: Entry = Entry {
    rule: Rule {
        id: "private-key-indented",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "lines are indented",
        why: "ssh looks for `-----BEGIN` at the beginning of a line.",
        help: CONVERT_OR_COPY,
        basis: PEM_READER,
        examples: &[Example::bad("indented.pem"), Example::bad("quoted.pem"), Example::good("right.pem")],
    },
    check: indented,
};

fn indented(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, |kind| matches!(kind, ProblemKind::Indented | ProblemKind::Quoted));
}

pub(super) static MULTIPLE_BLOCKS: Entry = Entry {
    rule: Rule {
        id: "private-key-multiple-blocks",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "text contains more than the key",
        why: "The first key is used and the rest is ignored, so it is unclear what the rest is for.",
        help: "Paste only the key.",
        basis: Basis::Upstream { source: "openssl/openssl crypto/pem/pem_pkey.c reads the first key" },
        examples: &[
            Example::bad("twice.pem"),
            Example::bad("with_certificate.pem"),
            Example::good("right.pem"),
            Example::good("two_keys.pem"),
        ],
    },
    check: multiple_blocks,
};

fn multiple_blocks(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.untidy.iter().chain(&context.scan.problems) {
        let more = match problem.kind {
            ProblemKind::SameBlock => true,
            ProblemKind::OtherBlock(label) => !label.is_private_key(),
            _ => false,
        };
        if more {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}

pub(super) static MULTIPLE_KEYS: Entry = Entry {
    rule: Rule {
        id: "private-key-multiple-keys",
        subject: Subject::PrivateKey,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text contains multiple keys",
        why: "The first key is used silently: if the git host has the public key of another one, the clone fails.",
        help: "Paste only the key whose public key the git host has.",
        basis: Basis::Upstream { source: "openssl/openssl crypto/pem/pem_pkey.c reads the first key" },
        examples: &[Example::bad("two_keys.pem"), Example::good("right.pem"), Example::good("twice.pem")],
    },
    check: multiple_keys,
};

fn multiple_keys(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.scan.untidy.iter().chain(&context.scan.problems) {
        if matches!(problem.kind, ProblemKind::OtherBlock(label) if label.is_private_key()) {
            findings.report(problem.to_string()).at(problem.span);
        }
    }
}

pub(super) static NONSTANDARD_PEM: Entry = Entry {
    rule: Rule {
        id: "private-key-nonstandard-pem",
        subject: Subject::PrivateKey,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "text is not exactly what `ssh-keygen` writes",
        why: "OpenSSH loads this key. It is not known which program the service uses to read keys, and others reject \
              such a text.",
        help: "Run `rekey convert key KEY --out NEW`: it writes the same key in the format that the service accepts.",
        basis: Basis::Practice {
            source: "parsers in Rust, Python and JavaScript reject texts that OpenSSH accepts, and the other way round",
        },
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
    },
    check: nonstandard_pem,
};

fn nonstandard_pem(context: &Context<'_>, findings: &mut Findings) {
    // A text that does not load has more important findings; a key converted from another format, or from
    // another algorithm, is clean.
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

/// `rekey convert` would have to guess which of multiple keys to write.
const ALONE: &str = "Paste only the key whose public key the git host has, as `ssh-keygen` wrote it.";
