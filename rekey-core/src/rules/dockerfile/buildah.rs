//! What BuildKit and buildah read differently.

use super::Context;
use crate::{
    dockerfile::{
        Arguments, Fact, Heredoc, Instruction, Keyword, ProblemKind,
        build_context::{Found, View},
    },
    finding::{Basis, Findings, Severity},
    image::licenses::is_remote,
    mask::Quoted,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-buildah-differs",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "buildah builds another image of this than BuildKit",
    why: "Red Hat's own pipelines build with buildah, while Docker builds with BuildKit: the two make different images \
          of this file, or one of them stops.",
    help: "Write it so that both read it in one way.",
    basis: Basis::Upstream {
        source: "containers/buildah 1.44 imagebuildah, pkg/parse/parse.go; openshift/imagebuilder 1.2.21; moby/buildkit frontend/dockerfile",
    },
    since: "0.1.0",
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
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
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
        findings.report("buildah has no `ADD --unpack`, and stops").at(flag.span);
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
        let stops = "buildah stops here: it looks for the end of every quote in the text of a heredoc";
        report(reading.is_open, &mut said.is_open, stops);
        let literal = "buildah replaces no variable between single quotes in the text of a heredoc";
        report(reading.quotes_variable, &mut said.quotes_variable, literal);
        let kept = "buildah keeps every backslash in the text of a heredoc, BuildKit drops those that escape";
        report(reading.escapes, &mut said.escapes, kept);
    }
    if let Some(view) = context.folder {
        ignore_file(context, view, findings);
    }
}

/// The heredocs whose text `COPY` or `ADD` makes a file of.
fn copied<'i, 'a>(instruction: &'i Instruction<'a>) -> &'i [Heredoc<'a>] {
    if matches!(instruction.keyword, Keyword::Copy | Keyword::Add) { &instruction.heredocs } else { &[] }
}

/// How the text of a heredoc whose variables are replaced is read by buildah, for which quotes are quotes there.
#[derive(Default)]
struct Reading {
    escapes: bool,
    /// A variable stands between single quotes.
    quotes_variable: bool,
    /// A quote has no end.
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

/// Buildah reads `.containerignore` before `.dockerignore`; BuildKit does not know it.
fn ignore_file(context: &Context<'_>, view: &View<'_>, findings: &mut Findings) {
    let Some((name, text, other)) = view.of_buildah() else { return };
    let name = Quoted::from(name.rsplit(['/', '\\']).next().unwrap_or(name));
    if let Some(wrong) = other.ignore_error() {
        let line = String::from_utf8_lossy(wrong.span.of(text));
        let message =
            format!("buildah stops: cannot read `{}` in `{name}`: {}", Quoted::from(&*line), wrong.error);
        findings.report(message);
        return;
    }
    if text == view.ignore_file().1 {
        return;
    }
    for (at, _, instruction) in context.steps() {
        if let Some(span) = differs(context, at, instruction, view, &other) {
            findings
                .report(format!("buildah leaves out what `{name}` lists, which BuildKit does not read"))
                .at(span);
            return;
        }
    }
}

/// The source of a step that may be another one for buildah: a folder, or what one list has and the other has not.
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
