//! The text as a whole: its length, its characters, and text around the URL.

use super::{Context, Entry, ascii, of_length};
use crate::{
    finding::Findings,
    git_url::ProblemKind,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::filler,
    severity::Severity,
    text::Span,
};

pub(super) static EMPTY: Entry = Entry {
    rule: Rule {
        id: "git-url-empty",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is empty",
        why: "Without a Git source URL there is nothing to clone.",
        help: "Give the HTTPS link of a public repository, or the SSH link of a private one.",
        basis: Basis::Inferred {
            source: "partner guide, \"The Build Service\": the Git source is the first thing to fill in",
        },
        examples: &[Example::bad(""), Example::bad("  "), Example::good("https://github.com/acme/app")],
    },
    check: empty,
};

fn empty(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::Empty]);
}

pub(super) static TOO_LONG: Entry = Entry {
    rule: Rule {
        id: "git-url-too-long",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is longer than 2048 bytes",
        why: "No forge has names that long, and git had a buffer overflow when it read long URLs from a configuration \
              (CVE-2023-29007).",
        help: "Give only the URL of the repository.",
        basis: Basis::Practice { source: "CVE-2023-29007; twice the longest URL that broke git" },
        examples: &[Example::bad(ascii(&OVERLONG)), Example::good("https://github.com/acme/app")],
    },
    check: too_long,
};

static OVERLONG: [u8; 2049] = of_length();

fn too_long(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(findings, &[ProblemKind::TooLong]);
}

pub(super) static SURROUNDING_TEXT: Entry = Entry {
    rule: Rule {
        id: "git-url-surrounding-text",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL is surrounded by other text",
        why: "git reads a leading space or quote as part of the scheme, and a newline as part of the \
              repository's name.",
        help: "Give only the URL: no whitespace, quotes, brackets, comma or command such as `git clone`.",
        basis: Basis::Upstream { source: "git transport.c: protocol ' https' is not supported" },
        examples: &[
            Example::fixed(" https://github.com/acme/app\n", "https://github.com/acme/app"),
            Example::fixed("<https://github.com/acme/app>", "https://github.com/acme/app"),
            Example::fixed("git clone git@github.com:acme/app.git", "git@github.com:acme/app.git"),
            Example::fixed(
                "git remote add origin https://github.com/acme/app.git",
                "https://github.com/acme/app.git",
            ),
            Example::fixed("[app](https://github.com/acme/app)", "https://github.com/acme/app"),
            Example::fixed("https://github.com/acme/app,", "https://github.com/acme/app"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: surrounding_text,
};

fn surrounding_text(context: &Context<'_>, findings: &mut Findings) {
    context.fix_problems(findings, &[ProblemKind::Wrapped]);
}

pub(super) static CONTROL_CHARACTER: Entry = Entry {
    rule: Rule {
        id: "git-url-control-character",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL contains a control or invisible character",
        why: "Newlines and control characters have reached credential helpers and terminals (CVE-2020-5260, \
              CVE-2024-50349, CVE-2024-52006, CVE-2025-48384); with invisible and reordering characters, you see \
              another URL than git reads.",
        help: "Type the URL again instead of pasting it.",
        basis: Basis::Upstream {
            source: "git credential.c; CVE-2020-5260, CVE-2024-50349, CVE-2024-52006, CVE-2025-48384",
        },
        examples: &[
            Example::bad("https://github.com/ac\nme/app"),
            Example::bad("https://github.com/acme/app%0a"),
            Example::bad("https://github.com/acme/app%0D"),
            Example::bad("https://github.com/acme/\u{202e}ppa"),
            Example::good("https://github.com/acme/app"),
        ],
    },
    check: control_character,
};

fn control_character(context: &Context<'_>, findings: &mut Findings) {
    context.report_problems(
        findings,
        &[ProblemKind::Control, ProblemKind::Invisible, ProblemKind::EncodedControl, ProblemKind::NotUtf8],
    );
}

pub(super) static INVALID_CHARACTER: Entry = Entry {
    rule: Rule {
        id: "git-url-invalid-character",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL contains a character that is not allowed in URLs",
        why: "git, curl and browsers read it differently: curl rejects a space, and reads a backslash as part of a \
              name while browsers read it as a slash, so they reach different hosts.",
        help: "Encode the character (`%20`), or correct the name.",
        basis: Basis::Upstream {
            source: "curl: URL using bad/illegal format; WHATWG URL, \"special authority slashes state\"",
        },
        examples: &[
            Example::bad("https://github.com/acme /app"),
            Example::bad("https://github.com\\@evil.com/acme/app"),
            Example::bad("https://github.com/acme/{app}"),
            Example::good("https://dev.azure.com/acme/My%20Project/_git/app"),
        ],
    },
    check: invalid_character,
};

fn invalid_character(context: &Context<'_>, findings: &mut Findings) {
    let local = [ProblemKind::LocalPath, ProblemKind::WindowsPath, ProblemKind::Helper];
    if context.problems(&local).next().is_some() {
        return; // where they are as good as any other
    }
    let kinds =
        [ProblemKind::Blank, ProblemKind::Backslash, ProblemKind::Character, ProblemKind::PathNotAscii];
    let placeholder = context.placeholder();
    let is_inside = |span: Span| placeholder.is_some_and(|of| of.start <= span.start && span.end <= of.end);
    for problem in context.problems(&kinds).filter(|problem| !is_inside(problem.span)) {
        context.fix(findings, problem.to_string(), problem.span);
    }
}

pub(super) static UNUSUAL_LENGTH: Entry = Entry {
    rule: Rule {
        id: "git-url-unusual-length",
        subject: Subject::GitUrl,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "URL is longer than 1024 bytes",
        why: "Some programs stop at 1024 bytes, and git had a vulnerability with longer URLs (CVE-2023-29007).",
        help: "Check that you did not paste anything twice.",
        basis: Basis::Practice {
            source: "CVE-2023-29007; other git implementations cap the host at 1024 bytes",
        },
        examples: &[Example::bad(ascii(&LONG_URL)), Example::good("https://github.com/acme/app")],
    },
    check: unusual_length,
};

static LONG_URL: [u8; 1025] = of_length();

/// The length above which programs begin to fail.
const USUAL_LENGTH: usize = 1024;

fn unusual_length(context: &Context<'_>, findings: &mut Findings) {
    let url = context.scan.url;
    if url.len() > USUAL_LENGTH && context.scan.problem_of(ProblemKind::TooLong).is_none() {
        let message = format!("the URL has {} bytes; more than {USUAL_LENGTH} are unusual", url.len());
        let rest = Span { start: url.start + USUAL_LENGTH as u32, end: url.end };
        context.report(findings, message, rest);
    }
}

pub(super) static PLACEHOLDER: Entry = Entry {
    rule: Rule {
        id: "git-url-placeholder",
        subject: Subject::GitUrl,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "URL has a placeholder",
        why: "The URL was copied from a template or a manual and does not name a real repository.",
        help: "Replace the placeholder with the name of the owner or the repository.",
        basis: Basis::Inferred {
            source: "docs.github.com, \"Cloning a repository\": `YOUR-USERNAME` in its commands",
        },
        examples: &[
            Example::bad("https://github.com/TODO/app"),
            Example::bad("git@github.com:YOUR-USERNAME/CHANGEME.git"),
            Example::bad("https://gitlab.com/<group>/app"),
            Example::good("https://github.com/acme/todo"),
        ],
    },
    check: placeholder,
};

fn placeholder(context: &Context<'_>, findings: &mut Findings) {
    if let Some(place) = context.placeholder() {
        let found = filler::name(context.scan.str(Some(place)).unwrap_or_default());
        context.report(findings, format!("the path contains {found}"), place);
    }
}

/// The placeholder in the path of a URL.
pub(super) fn find(path: &str, start: u32) -> Option<Span> {
    let place = filler::find(path.strip_suffix(".git").unwrap_or(path), b"/")?;
    Some(Span::new(start as usize + place.start, start as usize + place.end))
}
