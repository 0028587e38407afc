//! Text that is not a tag, and parts of a version.

use super::{Context, Entry};
use crate::{
    finding::{Findings, Safety},
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::filler,
    severity::Severity,
    tag::{MAX_TAG_BYTES, ProblemKind, Tag},
    target::Flow,
    text::Span,
};

pub(super) static INVALID: Entry = Entry {
    rule: Rule {
        id: "tag-invalid",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is not an image tag",
        why: "Registries reject the push, and the build does not start.",
        help: "Use letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`, at most 128 characters.",
        basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pulling manifests\"" },
        examples: &[
            Example::bad(""),
            Example::bad("-1"),
            Example::bad("1.0/1"),
            Example::fixed(" 1.0-1\n", "1.0-1"),
            Example::fixed("\"1.0-1\"", "1.0-1"),
            Example::fixed("1.0\u{2013}1", "1.0-1"),
            Example::good("1.0-1"),
        ],
    },
    check: invalid,
};

fn invalid(context: &Context<'_>, findings: &mut Findings) {
    let Some(problem) = context.scan.problem else { return };
    if without_metadata(context).is_some() || super::text::placeholder_in(context).is_some() {
        return;
    }
    let text = context.scan.text;
    let draft = findings.report(problem.to_string()).at(problem.span);
    if problem.kind == ProblemKind::Empty {
        draft.incomplete();
    }
    if let Some((tag, safety)) = meant(text) {
        draft.fix(safety, format!("write `{tag}`"), Span::new(0, text.len()), tag);
    }
}

/// The intended tag of a text that has something around it, or characters that a word processor inserted.
fn meant(text: &[u8]) -> Option<(String, Safety)> {
    /// The maximum length of a tag with the text around it, in bytes.
    const MAX_BYTES: usize = 4 * MAX_TAG_BYTES;
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_BYTES)?;
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}');
    let mut inner = text.trim_matches(is_blank);
    for (open, close) in QUOTES {
        let quoted = inner.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner = quoted.unwrap_or(inner).trim_matches(is_blank);
    }
    inner = inner.strip_prefix("tag").unwrap_or(inner).strip_prefix(':').unwrap_or(inner).trim_start();
    let straight: String = inner.chars().map(straight).collect();
    let safety = if straight == inner { Safety::Safe } else { Safety::Unsafe };
    Tag::parse(&straight).is_ok().then_some((straight, safety))
}

const QUOTES: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('\u{201c}', '\u{201d}'),
    ('\u{2018}', '\u{2019}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{ab}', '\u{bb}'),
];

/// The dash that a longer one replaces, or the ASCII equivalent of a fullwidth character.
fn straight(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

pub(super) static PLACEHOLDER: Entry = Entry {
    rule: Rule {
        id: "tag-placeholder",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "tag has a placeholder",
        why: "Registries accept `TODO`, and the image would be published under it.",
        help: "Replace the placeholder with the version.",
        basis: Basis::Inferred { source: "a published tag cannot be changed" },
        examples: &[
            Example::bad("TODO"),
            Example::bad("CHANGEME-1"),
            Example::bad("1.0-TODO"),
            Example::bad("<version>-1"),
            Example::good("1.0-1"),
            Example::good("todo-1.0-1"),
        ],
    },
    check: placeholder,
};

fn placeholder(context: &Context<'_>, findings: &mut Findings) {
    let Some(place) = placeholder_in(context) else { return };
    let found = filler::name(place.str(context.scan.text).unwrap_or_default());
    findings.report(format!("the tag contains {found}")).at(place);
}

/// The placeholder in the tag.
pub(super) fn placeholder_in(context: &Context<'_>) -> Option<Span> {
    let text = std::str::from_utf8(context.scan.text).ok()?;
    filler::find(text, b"-.").map(|place| Span::new(place.start, place.end))
}

pub(super) static BUILD_METADATA: Entry = Entry {
    rule: Rule {
        id: "tag-build-metadata",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "tag has build metadata after a `+`",
        why: "Semver versions may end with `+` and metadata; registries reject this character in a tag.",
        help: "Write `_` instead of `+`, as other partners and Helm do.",
        basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pulling manifests\"" },
        examples: &[
            Example::fixed("1.0.0+build5-1", "1.0.0_build5-1"),
            Example::good("1.0.0_build5-1"),
            Example::good("+1"),
        ],
    },
    check: build_metadata,
};

fn build_metadata(context: &Context<'_>, findings: &mut Findings) {
    let (Some(without_metadata), Some(problem)) = (without_metadata(context), context.scan.problem) else {
        return;
    };
    let whole = Span::new(0, context.scan.text.len());
    let message = "`+` is not allowed in a tag; use `_` before build metadata";
    findings.report(message).at(problem.span).fix(
        Safety::Unsafe,
        "replace `+` with `_`",
        whole,
        without_metadata,
    );
}

/// The tag with `_` for `+`, if that makes it valid.
pub(super) fn without_metadata(context: &Context<'_>) -> Option<String> {
    let problem = context.scan.problem.filter(|problem| problem.kind == ProblemKind::Character('+'))?;
    let text = std::str::from_utf8(context.scan.text).ok().filter(|_| problem.span.start > 0)?;
    Some(text.replace('+', "_")).filter(|text| Tag::parse(text).is_ok())
}

pub(super) static EMPTY_PART: Entry = Entry {
    rule: Rule {
        id: "tag-empty-part",
        subject: Subject::Tag,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "version has an empty part",
        why: "Usually a variable was empty when the tag was put together. Version comparison ignores separators, so \
              `1..0` is considered as new as `1.0`.",
        help: "Fill in the part, or remove the separator.",
        basis: Basis::Upstream { source: "rpm rpmio/rpmvercmp.cc: separators do not count" },
        examples: &[
            Example::fixed("1..0-1", "1.0-1"),
            Example::fixed("1.0--1", "1.0-1"),
            Example::fixed("1.0.-1", "1.0-1"),
            Example::good("1.0-1"),
            Example::good("1__0-1"),
        ],
    },
    check: empty_part,
};

fn empty_part(context: &Context<'_>, findings: &mut Findings) {
    let Some(version) = context.version() else { return };
    let Some(span) = surplus_signs(version.as_bytes()) else { return };
    let Some(signs) = version.get(span.range()) else { return };
    let ends = span.range().end == version.len();
    if ends && context.scan.release.is_none() && context.target.flow() == Flow::BuildService {
        return; // `tag-missing-release` reports it.
    }
    let (message, surplus) = if ends {
        (format!("expected letters or digits after `{signs}`, found the end of the version"), span)
    } else {
        let surplus = Span { end: span.end - 1, ..span };
        (format!("expected one separator between the parts of the version, found `{signs}`"), surplus)
    };
    findings.report(message).at(span).fix(Safety::Unsafe, "remove the surplus separators", surplus, "");
}

/// The first dots and dashes that are adjacent, or at the end.
fn surplus_signs(version: &[u8]) -> Option<Span> {
    let mut run = None;
    for (at, b) in version.iter().enumerate() {
        match (b, run) {
            (b'.' | b'-', None) => run = Some(at),
            (b'.' | b'-', Some(_)) | (_, None) => {}
            (_, Some(start)) if at - start > 1 => return Some(Span::new(start, at)),
            (_, Some(_)) => run = None,
        }
    }
    run.map(|start| Span::new(start, version.len()))
}

pub(super) static DASHED_VERSION: Entry = Entry {
    rule: Rule {
        id: "tag-dashed-version",
        subject: Subject::Tag,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "version contains a dash",
        why: "The release follows the last dash, so the tag itself is unambiguous. But tools that identify a build by \
              name, version and release, as rpm and koji do, do not allow a dash in the version.",
        help: "Write `_` or `.` within the version if such tools will read the tag.",
        basis: Basis::Upstream {
            source: "kobo kobo/rpmlib.py, parse_nvr: neither version nor release holds a dash",
        },
        examples: &[Example::bad("1.0-beta-3"), Example::good("1.0_beta-3"), Example::good("1.0-3")],
    },
    check: dashed_version,
};

fn dashed_version(context: &Context<'_>, findings: &mut Findings) {
    let Some(version) = context.version().filter(|_| context.scan.release.is_some()) else { return };
    // `tag-empty-part` reports a dash at the end.
    let Some(dash) = version.bytes().position(|b| b == b'-').filter(|dash| dash + 1 < version.len()) else {
        return;
    };
    let message = format!("the version `{version}` contains a dash");
    findings.report(message).at(Span::new(dash, dash + 1));
}

pub(super) static SECRET: Entry = Entry {
    rule: Rule {
        id: "tag-secret",
        subject: Subject::Tag,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "tag is a token",
        why: "A token was pasted into the wrong field. Most tokens have the grammar of a tag, so it would be published with the \
              image.",
        help: "Revoke the token; it is compromised. Write the version and the release as the tag.",
        basis: Basis::Practice { source: "issuers of tokens revoke those that they find in public" },
        examples: &[
            Example::bad("ghp_0123456789abcdef0123"),
            Example::good("ghp_tools-1"),
            Example::good("1.0-1"),
        ],
    },
    check: secret,
};

fn secret(context: &Context<'_>, findings: &mut Findings) {
    let Some((span, issuer)) = context.secret else { return };
    let token = issuer.token();
    let article = if token.starts_with(['A', 'O']) { "an" } else { "a" };
    let draft = findings.report(format!("the tag contains {article} {token}")).at(span);
    if let Some(page) = issuer.revoke_at() {
        draft.help(format!(
            "Revoke the token at {page}; it is compromised. Write the version and the release as the tag."
        ));
    }
}
