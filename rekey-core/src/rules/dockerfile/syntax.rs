//! Text that BuildKit rejects, or that it reads differently from what it looks like.

use super::{Context, Entry};
use crate::{
    dockerfile::{
        Arguments, Fact, Heredoc, Instruction, Keyword, Problem, ProblemKind,
        build_context::{Found, View},
    },
    facts::licenses::is_remote,
    finding::{Findings, Safety},
    mask::Quoted,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    target::Flow,
    text::Span,
};
use std::{borrow::Cow, collections::HashSet};

pub(super) static INVALID_SYNTAX: Entry = Entry {
    rule: Rule {
        id: "dockerfile-invalid-syntax",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "Dockerfile cannot be built",
        why: "The build stops at the first of these errors.",
        help: "Write what the message expects: docs.docker.com/reference/dockerfile describes each instruction.",
        basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile 1.26" },
        examples: &[
            Example::bad("FORM scratch\n"),
            Example::bad("FROM scratch\nLABEL a=1 b\n"),
            Example::bad(""),
            Example::good("FROM scratch\nLABEL a=1 b=2\n"),
        ],
    },
    check: invalid_syntax,
};

fn invalid_syntax(context: &Context<'_>, findings: &mut Findings) {
    let problems = &context.file.problems;
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
    let swallows = |problem: &&Problem| matches!(problem.kind, ProblemKind::SwallowedInstruction(_));
    let swallowing: HashSet<u32> = problems.iter().filter(swallows).map(|problem| problem.line).collect();
    let mut line_before = None;
    for problem in &errors {
        // The words of a swallowed instruction are one mistake, however many they are.
        let again =
            line_before.replace(problem.line) == Some(problem.line) && swallowing.contains(&problem.line);
        // If something else is wrong, it is probably the cause of the missing `FROM`.
        let follows =
            errors.len() > 1 && matches!(problem.kind, ProblemKind::NoStages | ProblemKind::NoStage(_));
        let is_template = context.template.is_some_and(|template| template.explains(problem, context.file));
        if again || follows || is_template {
            continue;
        }
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        if let Some(help) = correction(&problem.kind) {
            draft.help(help);
        }
        if problem.kind == ProblemKind::NoInstructions {
            draft.incomplete();
        }
    }
}

/// Returns the help for a mistake, if its message is not enough.
fn correction(kind: &ProblemKind) -> Option<Cow<'static, str>> {
    let text = match kind {
        ProblemKind::UnterminatedHeredoc(name) => {
            return Some(format!("Write a line with only `{name}` where the text ends.").into());
        }
        ProblemKind::MissingValue(keyword) => return Some(format!("Write `{keyword} name=value`.").into()),
        ProblemKind::UnknownInstruction { suggestion: Some(keyword), .. } => {
            return Some(format!("Write `{keyword}`.").into());
        }
        ProblemKind::NoDestination(keyword) => {
            return Some(
                format!("Write the source, then the destination: `{keyword} source /destination`.").into(),
            );
        }
        ProblemKind::FlagValue(flag) => return Some(format!("Write `--{flag}=value`.").into()),
        ProblemKind::UnknownFlag { suggestion: Some(flag), .. } => {
            return Some(format!("Write `--{flag}`.").into());
        }
        ProblemKind::MissingEquals(_) => {
            "Write a value with spaces in quotes, `name=\"a value\"`, or remove the word."
        }
        ProblemKind::NotStrings => "Write every element of the array in double quotes.",
        ProblemKind::UnknownInstruction { .. } => {
            "If the line belongs to the instruction above, end the line above with `\\`; otherwise begin it with an \
             instruction such as `RUN`."
        }
        ProblemKind::Template(_) => "Render the template, then check the result.",
        ProblemKind::NoStage(_) => "Write the `FROM` that is missing above the instruction.",
        ProblemKind::NoStages | ProblemKind::NoInstructions => {
            "Begin with a base image: `FROM registry.access.redhat.com/ubi9/ubi-minimal`."
        }
        ProblemKind::FromArguments(_) => "Write one image after `FROM`, perhaps with `AS` and a name.",
        ProblemKind::Substitution { .. } => {
            "Close the quote or brace where the value ends; write a `$` that begins no variable as `\\$`."
        }
        ProblemKind::NoArguments(_) | ProblemKind::NoArgument(_) => {
            "Write the argument, or remove the instruction."
        }
        ProblemKind::UnknownFlag { .. } => {
            "Remove the flag; an option of a command goes after the command's name."
        }
        ProblemKind::DuplicateFlag(_) => "Keep one of the two.",
        ProblemKind::BlankBase(_) | ProblemKind::UndeclaredBase(_) => {
            "Declare the variable with a default above the first `FROM`: `ARG NAME=value`."
        }
        ProblemKind::Reference(_) => "Write `registry/name:tag`, with the name in lowercase.",
        ProblemKind::CopyFromIndex(_) | ProblemKind::Target(_) => "Name one of the stages of the file.",
        ProblemKind::StageBelow(_) => "Move that stage above this one.",
        ProblemKind::Circular(_) => "Copy from a stage that does not depend on this one.",
        ProblemKind::CopyUrl(_) => "Use `ADD` for a URL.",
        _ => return None,
    };
    Some(text.into())
}

pub(super) static SWALLOWED_INSTRUCTION: Entry = Entry {
    rule: Rule {
        id: "dockerfile-swallowed-instruction",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "instruction is part of the one above",
        why: "The line above ends with a continuation, and empty lines and comments do not end it: the instruction \
              becomes part of the one before and is lost. Red Hat's own sample Dockerfiles lose `COPY licenses \
              /licenses` this way.",
        help: "Remove the continuation at the end of the instruction above.",
        basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile/parser/parser.go" },
        examples: &[
            Example::fixed(
                "FROM scratch\nRUN true && \\\n\n# licenses\nCOPY licenses /licenses\n",
                "FROM scratch\nRUN true\n\n# licenses\nCOPY licenses /licenses\n",
            ),
            Example::fixed(
                "FROM scratch\nLABEL a=1 \\\n  b=2 \\\n\nUSER 1001\n",
                "FROM scratch\nLABEL a=1 \\\n  b=2\n\nUSER 1001\n",
            ),
            Example::good("FROM scratch\nRUN true\n\n# licenses\nCOPY licenses /licenses\n"),
        ],
    },
    check: swallowed_instruction,
};

fn swallowed_instruction(context: &Context<'_>, findings: &mut Findings) {
    for problem in context
        .file
        .problems
        .iter()
        .filter(|problem| matches!(problem.kind, ProblemKind::SwallowedInstruction(_)))
    {
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        if let Some(end) = dangling_end(context.file.input, problem.span.start as usize, context.file.escape)
        {
            draft.fix(Safety::Unsafe, "end the instruction above", end, "");
        }
    }
}

/// The continuation, with the operator before it, of the last line above `at` that is neither empty nor a
/// comment.
fn dangling_end(input: &[u8], at: usize, escape: char) -> Option<Span> {
    let newline_before = |at: usize| input.get(..at)?.iter().rposition(|&b| b == b'\n');
    let mut end = newline_before(at)?;
    loop {
        let start = newline_before(end).map_or(0, |newline| newline + 1);
        let line = input.get(start..end)?;
        let text = line.trim_ascii_start();
        if text.first().is_some_and(|first| *first != b'#') {
            let text = text.trim_ascii_end();
            let kept = text.strip_suffix(&[escape as u8])?.trim_ascii_end();
            let operators: [&[u8]; 4] = [b"&&", b"||", b";", b"|"];
            let kept = operators.iter().find_map(|operator| kept.strip_suffix(*operator)).unwrap_or(kept);
            let kept = kept.trim_ascii_end().len();
            let indent = line.len() - line.trim_ascii_start().len();
            return (kept > 0).then(|| Span::new(start + indent + kept, start + line.trim_ascii_end().len()));
        }
        end = start.checked_sub(1)?;
    }
}

pub(super) static SWALLOWED_COMMENT: Entry = Entry {
    rule: Rule {
        id: "dockerfile-swallowed-comment",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "comment is part of the value",
        why: "A comment must be on a line of its own. After an instruction it is part of the value: `USER 1001 # \
              nonroot` sets the user `1001 # nonroot`, and the container cannot start.",
        help: "Put the comment on the line above.",
        basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"Format\"" },
        examples: &[
            Example::fixed("FROM scratch\nUSER 1001 # nonroot\n", "FROM scratch\nUSER 1001\n"),
            Example::good("FROM scratch\n# nonroot\nUSER 1001\n"),
        ],
    },
    check: swallowed_comment,
};

fn swallowed_comment(context: &Context<'_>, findings: &mut Findings) {
    let input = context.file.input;
    for problem in
        context.file.problems.iter().filter(|problem| problem.kind == ProblemKind::SwallowedComment)
    {
        let start = problem.span.start as usize;
        let kept = input.get(..start).unwrap_or_default().trim_ascii_end().len();
        let cut = Span::new(kept, problem.span.end as usize);
        let draft = findings.report(problem.kind.to_string()).at(problem.span);
        draft.fix(Safety::Unsafe, "remove the comment", cut, "");
    }
}

pub(super) static EMPTY_CONTINUATION: Entry = Entry {
    rule: Rule {
        id: "dockerfile-empty-continuation",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "empty line within an instruction",
        why: "BuildKit ignores the line today and warns that a future version will reject it.",
        help: "Remove the line, or make it a comment.",
        basis: Basis::Upstream {
            source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, NoEmptyContinuation",
        },
        examples: &[
            Example::bad("FROM scratch\nRUN true && \\\n\n  true\n"),
            Example::good("FROM scratch\nRUN true && \\\n  true\n"),
        ],
    },
    check: empty_continuation,
};

fn empty_continuation(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.file.problems.iter().filter(|problem| problem.kind == ProblemKind::EmptyContinuation)
    {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}

pub(super) static DUPLICATE_STAGE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-duplicate-stage",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "stage name is used twice",
        why: "Later instructions refer to the last stage of that name; many other tools reject the file.",
        help: "Give each stage a name of its own.",
        basis: Basis::Upstream {
            source: "moby/buildkit frontend/dockerfile/linter/ruleset.go, DuplicateStageName",
        },
        examples: &[
            Example::bad("FROM scratch AS a\nFROM scratch AS a\n"),
            Example::good("FROM scratch AS a\nFROM scratch AS b\n"),
        ],
    },
    check: duplicate_stage,
};

fn duplicate_stage(context: &Context<'_>, findings: &mut Findings) {
    for problem in
        context.file.problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::DuplicateStage(_)))
    {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
}

pub(super) static BUILDAH_DIFFERENCE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-buildah-difference",
        subject: Subject::Dockerfile,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "buildah parses this differently from BuildKit",
        why: "Red Hat's own pipelines build with buildah, while Docker builds with BuildKit: the two build different \
              images from this file, or one of them stops.",
        help: "Write it so that both read it the same way.",
        basis: Basis::Upstream {
            source: "containers/buildah 1.44 imagebuildah, pkg/parse/parse.go; openshift/imagebuilder 1.2.21; moby/buildkit frontend/dockerfile",
        },
        examples: &[
            Example::bad("FROM scratch\nENV A=1\nARG A=2\n"),
            Example::bad("FROM scratch\nCOPY <<END /a\nexport B=\\$A\nEND\n"),
            Example::bad("FROM scratch\nCOPY <<END /a\ndon't\nEND\n"),
            Example::bad("FROM scratch\nADD --unpack a.tar /a\n"),
            Example::bad("FROM scratch\nCOPY a /a\n").given(&[("context", "a=1"), ("buildah_ignore", "a\n")]),
            Example::good("FROM scratch\nARG A=2\nENV A=1\n"),
            Example::good("FROM scratch\nCOPY <<'END' /a\nexport B=\\$A don't\nEND\n"),
            Example::good("FROM scratch\nCOPY a /a\n").given(&[
                ("context", "a=1"),
                ("ignore", "b\n"),
                ("buildah_ignore", "b\n"),
            ]),
        ],
    },
    check: buildah_difference,
};

fn buildah_difference(context: &Context<'_>, findings: &mut Findings) {
    for problem in context.file.problems.iter().filter(|problem| {
        matches!(
            problem.kind,
            ProblemKind::Buildah(_) | ProblemKind::EscapedEscape | ProblemKind::ArgAfterEnv(_)
        )
    }) {
        findings.report(problem.kind.to_string()).at(problem.span);
    }
    let instructions = || context.file.instructions.iter();
    if let Some(flag) = instructions().find_map(|instruction| instruction.flag("unpack")) {
        findings.report("buildah does not support `ADD --unpack`, and stops").at(flag.span);
    }
    let expanded = instructions().flat_map(copied).filter(|heredoc| heredoc.expand);
    let texts = expanded.map(|heredoc| (heredoc, Reading::of(heredoc)));
    let mut said = Reading::default();
    for (heredoc, reading) in texts {
        let mut report = |is_so: bool, said: &mut bool, message: &str| {
            if is_so && !std::mem::replace(said, true) {
                findings.report(message).at(heredoc.opener);
            }
        };
        let stops = "buildah stops here: it requires every quote in a heredoc to be closed";
        report(reading.is_open, &mut said.is_open, stops);
        let literal = "buildah does not expand variables in single quotes in a heredoc";
        report(reading.quotes_variable, &mut said.quotes_variable, literal);
        let kept = "buildah keeps every backslash in a heredoc; BuildKit drops those that escape";
        report(reading.escapes, &mut said.escapes, kept);
    }
    if let Some(view) = context.folder {
        ignore_file(context, view, findings);
    }
}

/// The heredocs that `COPY` or `ADD` writes to a file.
fn copied<'i, 'a>(instruction: &'i Instruction<'a>) -> &'i [Heredoc<'a>] {
    if matches!(instruction.keyword, Keyword::Copy | Keyword::Add) { &instruction.heredocs } else { &[] }
}

/// Buildah's reading of a heredoc with variables, in which it interprets quotes.
#[derive(Default)]
struct Reading {
    escapes: bool,
    /// True if a variable is between single quotes.
    quotes_variable: bool,
    /// True if a quote is not closed.
    is_open: bool,
}

impl Reading {
    fn of(heredoc: &Heredoc<'_>) -> Self {
        let mut reading = Self::default();
        let mut bytes = heredoc.text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\\' => {
                    reading.escapes = true;
                    bytes.next();
                }
                b'\'' => loop {
                    match bytes.next() {
                        Some(b'\'') => break,
                        Some(b'$') => reading.quotes_variable = true,
                        Some(_) => {}
                        None => return Self { is_open: true, ..reading },
                    }
                },
                b'"' => loop {
                    match bytes.next() {
                        Some(b'"') => break,
                        Some(b'\\') => {
                            reading.escapes = true;
                            bytes.next();
                        }
                        Some(_) => {}
                        None => return Self { is_open: true, ..reading },
                    }
                },
                _ => {}
            }
        }
        reading
    }
}

/// Buildah prefers `.containerignore` to `.dockerignore`; BuildKit does not know it.
fn ignore_file(context: &Context<'_>, view: &View<'_>, findings: &mut Findings) {
    let Some((name, text, other)) = view.of_buildah() else { return };
    let name = Quoted::from(name.rsplit(['/', '\\']).next().unwrap_or(name));
    if let Some(wrong) = other.ignore_error() {
        let line = String::from_utf8_lossy(wrong.span.of(text));
        let message =
            format!("buildah stops: invalid pattern `{}` in `{name}`: {}", Quoted::from(&*line), wrong.error);
        findings.report(message);
        return;
    }
    if text == view.ignore_file().1 {
        return;
    }
    for (at, _, instruction) in context.steps() {
        if let Some(span) = differs(context, at, instruction, view, &other) {
            findings
                .report(format!(
                    "buildah excludes the files listed in `{name}`, which BuildKit does not read"
                ))
                .at(span);
            return;
        }
    }
}

/// A source of a step that may differ for buildah: a folder, or a path that only one of the lists excludes.
fn differs(
    context: &Context<'_>,
    at: usize,
    instruction: &Instruction<'_>,
    view: &View<'_>,
    other: &View<'_>,
) -> Option<Span> {
    let Arguments::Copy { sources, .. } = &instruction.arguments else { return None };
    let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
    let word = sources.iter().filter(|_| copies && instruction.flag("from").is_none()).find(|word| {
        let Fact::Known(source) = context.file.expand(at, word) else { return false };
        if is_remote(&source) || instruction.heredocs.iter().any(|heredoc| heredoc.opener == word.span) {
            return false;
        }
        let found = view.find(&source);
        let is_folder = matches!(found, Found::Entry(crate::dockerfile::EntryKind::Folder));
        is_folder || source.contains(['*', '?', '[']) || found != other.find(&source)
    })?;
    Some(word.span)
}

pub(super) static BUILDAH_VERSION: Entry = Entry {
    rule: Rule {
        id: "dockerfile-buildah-version",
        subject: Subject::Dockerfile,
        severity: Severity::Note,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "instruction needs a recent buildah",
        why: "Red Hat's own pipelines build with a buildah of unknown version. An older one stops at syntax that it \
              does not know, or reads the lines of a heredoc as instructions.",
        help: "Build once with the oldest buildah that you support, or avoid the syntax.",
        basis: Basis::Upstream {
            source: "containers/buildah CHANGELOG.md and vendor/github.com/openshift/imagebuilder/dispatchers.go",
        },
        examples: &[
            Example::bad("FROM scratch\nCOPY --parents a/b /c/\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9\nRUN <<END\ntrue\nEND\n"),
            Example::good("FROM scratch\nCOPY --chmod=644 a/b /c/\n"),
        ],
    },
    check: buildah_version,
};

/// Flags of `COPY` and `ADD`, with the version of buildah that introduced them.
const FLAGS: &[(&str, &str)] = &[
    ("checksum", "1.33"),
    ("link", "1.37"),
    ("exclude", "1.38"),
    ("keep-git-dir", "1.38"),
    ("parents", "1.40"),
];

fn buildah_version(context: &Context<'_>, findings: &mut Findings) {
    let mut unsaid = FLAGS.to_vec();
    let mut heredoc: Option<(&str, Span)> = None;
    for instruction in &context.file.instructions {
        for flag in &instruction.flags {
            if let Some(at) = unsaid.iter().position(|(name, _)| *name == flag.name) {
                let (name, version) = unsaid.swap_remove(at);
                let message = format!("`{} --{name}` needs buildah {version} or newer", instruction.keyword);
                findings.report(message).at(flag.span).parameter(name);
            }
        }
        // The version that supports all of them is the relevant one.
        if let Some(first) = instruction.heredocs.first() {
            let version = version(instruction, &instruction.heredocs);
            if heredoc.is_none_or(|(known, _)| known < version) {
                heredoc = Some((version, first.opener));
            }
        }
    }
    if let Some((version, span)) = heredoc {
        let draft = findings.report(format!("the heredoc needs buildah {version} or newer"));
        draft.at(span).parameter("heredoc");
    }
}

/// Before 1.36 buildah itself replaced the variables of a script, including those that the script sets.
fn version(instruction: &Instruction<'_>, heredocs: &[Heredoc<'_>]) -> &'static str {
    let has_variable = |heredoc: &Heredoc<'_>| heredoc.expand && heredoc.text.contains(&b'$');
    if instruction.keyword == Keyword::Run && heredocs.iter().any(has_variable) { "1.36" } else { "1.33" }
}
