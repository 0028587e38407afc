//! Build arguments and environment variables.

use super::{Context, Entry};
use crate::{
    dockerfile::{
        Arguments, Declared, Instruction, Keyword, Problem, ProblemKind, Variable, Word, is_secret_name,
        names_secret, shell::is_name,
    },
    finding::{Draft, Findings, Safety},
    preflight,
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::filler,
    severity::Severity,
    text::Span,
};

pub(super) static SECRET: Entry = Entry {
    rule: Rule {
        id: "dockerfile-secret",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "`ENV` or `ARG` looks like a secret",
        why: "The image's config and history contain the values of `ENV` and `ARG`, readable by everyone who pulls \
              the image.",
        help: "Remove the value, revoke it where it was issued, and use `RUN --mount=type=secret` or a variable that \
               is set when the container starts.",
        basis: Basis::Upstream {
            source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, SecretsUsedInArgOrEnv",
        },
        examples: &[
            Example::bad("FROM scratch\nENV DB_PASSWORD=hunter2\n"),
            Example::bad("FROM scratch\nARG API_TOKEN=hunter2\n"),
            Example::good("FROM scratch\nARG API_TOKEN\n"),
            Example::good("FROM scratch\nENV DB_PASSWORD=\n"),
            Example::good("FROM scratch\nENV DB_PASSWORD_FILE=/run/secrets/db\n"),
            Example::good("FROM scratch\nENV MONKEY=1 TOKENIZER=2\n"),
            Example::good("FROM scratch\nENV VAULT_SECRET_HOST=vault.acme.example SECRET_STORE=vault\n"),
            Example::good("FROM scratch\nENV KEY_RPM_SHA256=00\n"),
            Example::good("FROM scratch\nARG TOKEN\nENV TOKEN=$TOKEN\n"),
        ],
    },
    check: secret,
};

/// Returns true if a name says where a secret is stored or how it is read: `VAULT_SECRET_HOST`.
fn names_its_place(name: &str) -> bool {
    const PLACES: &[&str] = &[
        "adapter",
        "backend",
        "config",
        "dir",
        "directory",
        "enabled",
        "endpoint",
        "expiry",
        "host",
        "mode",
        "namespace",
        "port",
        "provider",
        "scheme",
        "store",
        "ttl",
        "verify",
    ];
    name.rsplit(['_', '-', '.'])
        .next()
        .is_some_and(|last| PLACES.iter().any(|place| last.eq_ignore_ascii_case(place)))
}

fn secret(context: &Context<'_>, findings: &mut Findings) {
    for instruction in &context.file.instructions {
        let set: Vec<(&Word<'_>, &Word<'_>)> = match &instruction.arguments {
            Arguments::Pairs(pairs) if instruction.keyword == Keyword::Env => {
                pairs.iter().map(|pair| (&pair.key, &pair.value)).collect()
            }
            Arguments::Variables(all) => {
                all.iter().filter_map(|variable| Some((&variable.name, variable.value.as_ref()?))).collect()
            }
            _ => continue,
        };
        for (name, value) in set {
            let fixed = value.cooked().is_some_and(|value| !value.is_empty());
            if fixed && is_secret_name(&name.text()) && !names_its_place(&name.text()) {
                findings.report(format!("`{}` looks like a secret", name.text())).at(name.span);
            }
        }
    }
}

pub(super) static UNDECLARED_VARIABLE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-undeclared-variable",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "variable is not declared here",
        why: "An `ARG` is visible in its own stage only, below its line; one before the first `FROM` is visible to \
              `FROM` lines, and to stages that declare it again. Elsewhere the variable is empty: a label loses its \
              value, and `USER` becomes root.",
        help: "Declare the variable in the stage with `ARG NAME`, above its use.",
        basis: Basis::Upstream {
            source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, UndefinedVar and UndefinedArgInFrom",
        },
        examples: &[
            Example::fixed(
                "ARG APP_UID=1001\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN true\nUSER ${APP_UID}\n",
                "ARG APP_UID=1001\nFROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nRUN true\nARG APP_UID\nUSER ${APP_UID}\n",
            ),
            Example::fixed(
                "FROM acme/base AS build\nARG V=1.2\nFROM scratch\nLABEL version=v$V\n",
                "FROM acme/base AS build\nARG V=1.2\nFROM scratch\nARG V=1.2\nLABEL version=v$V\n",
            ),
            Example::fixed(
                "FROM acme/base\nENV ARCH=$TARGETARCH\n",
                "FROM acme/base\nARG TARGETARCH\nENV ARCH=$TARGETARCH\n",
            ),
            Example::fixed(
                "FROM acme/base\nARG APP_UID=1001\nUSER ${APP_UIDD}\n",
                "FROM acme/base\nARG APP_UID=1001\nUSER ${APP_UID}\n",
            ),
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nLABEL version=$VERSION\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6$SUFFIX\n"),
            Example::good("FROM acme/base\nUSER $APP_UID\n"),
            Example::good(
                "FROM registry.access.redhat.com/ubi9/ubi-minimal:9.6\nENV PATH=/opt/app/bin:$PATH\n",
            ),
            Example::good("FROM scratch\nUSER ${APP_UID:-1001}\n"),
        ],
    },
    check: undeclared_variable,
};

fn undeclared_variable(context: &Context<'_>, findings: &mut Findings) {
    for problem in &context.file.problems {
        let ProblemKind::UndeclaredVariable { name, declared, .. } = &problem.kind else { continue };
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        // A name that a message masks or cuts must not be written by a fix.
        if !is_name(name.as_str()) {
            continue;
        }
        if let Declared::Similar(other) = declared {
            rename(context, problem.span, name.as_str(), other.as_str(), draft);
        } else if let Some(text) = declaration(context, name.as_str(), declared)
            && let Some((place, line)) = above(context, problem, &text)
        {
            draft.fix(Safety::Unsafe, format!("declare `{name}` in this stage"), place, line);
        }
    }
}

/// Returns true if a value is fully or partly empty because of an undeclared variable: then this rule has the
/// fix.
pub(super) fn is_cause(context: &Context<'_>, value: Span) -> bool {
    let is_cause = |problem: &Problem| {
        problem.span == value && matches!(problem.kind, ProblemKind::UndeclaredVariable { .. })
    };
    context.file.problems.iter().any(is_cause)
}

/// The instruction that gives the variable its declared value in the stage; `None` if that value is empty or
/// if other rules reject it.
fn declaration(context: &Context<'_>, name: &str, declared: &Declared) -> Option<String> {
    let instructions = &context.file.instructions;
    let argument = match declared {
        Declared::ByBuilder => return Some(format!("ARG {name}")),
        Declared::BeforeFrom => {
            let first_from = context.file.stages.first()?.from;
            instructions.get(..first_from)?.iter().rev().find_map(|one| declared_by(one, name))?
        }
        Declared::Stage { instruction, .. } => declared_by(instructions.get(*instruction)?, name)?,
        _ => return None,
    };
    let Some(value) = &argument.value else { return Some(format!("ARG {name}")) };
    if value.cooked().is_some_and(|value| is_refused(&value)) {
        return None;
    }
    if matches!(declared, Declared::BeforeFrom) {
        return Some(format!("ARG {name}"));
    }
    value.cooked().filter(|_| !names_secret(name))?;
    let value = value.span.str(context.file.input)?;
    (!value.contains('\n')).then(|| format!("ARG {name}={value}"))
}

/// The build argument of that name in an instruction.
fn declared_by<'i, 'a>(instruction: &'i Instruction<'a>, name: &str) -> Option<&'i Variable<'a>> {
    let Arguments::Variables(variables) = &instruction.arguments else { return None };
    variables.iter().rev().find(|variable| variable.name.text() == name)
}

/// Returns true if a value is wrong for the user or a label that takes it.
fn is_refused(value: &str) -> bool {
    preflight::is_root(value)
        || preflight::infringes_trademark(value)
        || filler::find_in_label(value).is_some()
}

/// The place and text for a line above the instruction of a problem and above its comments.
fn above(context: &Context<'_>, problem: &Problem, text: &str) -> Option<(Span, String)> {
    let instructions = &context.file.instructions;
    let index = instructions.partition_point(|instruction| instruction.line < problem.line);
    let before: &Instruction<'_> = instructions.get(index.checked_sub(1)?)?;
    context.line_after(before, text)
}

/// Adds a fix that writes the other name, if the word has the wrong one at exactly one place.
fn rename(context: &Context<'_>, word: Span, name: &str, other: &str, draft: &mut Draft) {
    let Some(text) = word.str(context.file.input) else { return };
    let is_variable = |at: &usize| {
        let (before, behind) = text.split_at(*at);
        let behind = behind.get(name.len()..).unwrap_or_default();
        before.ends_with(['$', '{']) && !behind.starts_with(|ch: char| ch.is_alphanumeric() || ch == '_')
    };
    let mut places = text.match_indices(name).map(|(at, _)| at).filter(is_variable);
    let (Some(at), None) = (places.next(), places.next()) else { return };
    let start = word.start as usize + at;
    let place = Span::new(start, start + name.len());
    draft.fix(Safety::Unsafe, format!("write `{other}`"), place, other);
}
