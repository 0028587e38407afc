//! Templates from which another program makes a Dockerfile.

use super::{Context, Entry};
use crate::{
    dockerfile::{Arguments, Dockerfile, Problem, ProblemKind, Stage, shell::is_name},
    finding::Findings,
    mask::Quoted,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    text::Span,
};

pub(super) static TEMPLATE: Entry = Entry {
    rule: Rule {
        id: "dockerfile-template",
        subject: Subject::Dockerfile,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "file is a template, not a Dockerfile",
        why: "The build reads the file as it is; nothing replaces the placeholders.",
        help: "Generate the Dockerfile with the program that the template is for, and check the result. For a value \
               that is set when the image is built, use `ARG NAME=default` and `${NAME}`.",
        basis: Basis::Upstream { source: "moby/buildkit frontend/dockerfile 1.26" },
        examples: &[
            Example::bad("FROM scratch\n{{ if .Debug }}\nRUN true\n{{ end }}\n"),
            Example::bad("FROM {{ .Base }}\nUSER 1001\n"),
            Example::bad("FROM __BASE__\n"),
            Example::bad("FROM registry.access.redhat.com/ubi9/ubi:__VERSION__\n"),
            Example::bad("FROM @BASE@\n"),
            Example::bad("FROM <BASE>\n"),
            Example::bad("FROM $(BASE)\n"),
            Example::bad("include(base.m4)\nFROM scratch\n"),
            Example::bad("#include \"base.docker\"\nFROM scratch\ncurl -O https://acme.example/app\n"),
            Example::good("FROM scratch\n"),
            Example::good("#include <stdio.h> is what main.c needs\nFROM scratch\n"),
        ],
    },
    check: template,
};

/// The evidence that a file is a template: a placeholder, or a line of the template language.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    text: Quoted,
    span: Span,
    /// The language, which determines how to read the rest of the file.
    pub(super) language: Language,
}

/// The language of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// A word that is replaced: `@NAME@`. The rest of the file can be taken literally.
    Word,
    /// `{{ }}`, `{% %}`, `<% %>`.
    Blocks,
    /// Macros of m4.
    M4,
    /// Directives of the C preprocessor.
    Cpp,
}

impl Template {
    /// The first placeholder or directive with which the file cannot be built.
    pub(crate) fn find(file: &Dockerfile<'_>) -> Option<Self> {
        let mut errors = file.problems.iter().filter(|problem| problem.is_error()).peekable();
        let is_built = errors.peek().is_none();
        let mut searched = None;
        let found = errors.find_map(|problem| Self::in_problem(file, problem, &mut searched));
        let found = found.or_else(|| Self::in_tag(file));
        if is_built {
            return found;
        }
        match found {
            Some(found) if found.language != Language::Word => Some(found),
            word => Self::in_comment(file).or(word),
        }
    }

    /// Returns true if the rest of the file also differs from what the build will see.
    pub(super) fn is_whole_file(&self) -> bool {
        self.language != Language::Word
    }

    /// Returns true if the placeholder explains an error.
    pub(super) fn explains(&self, problem: &Problem, file: &Dockerfile<'_>) -> bool {
        self.is_whole_file() || Self::at(file, problem.span).is_some()
    }

    /// `searched` is the last instruction that was searched: problems of one instruction are adjacent.
    fn in_problem(file: &Dockerfile<'_>, problem: &Problem, searched: &mut Option<usize>) -> Option<Self> {
        // A block may begin or end elsewhere on the unreadable line.
        let instructions = &file.instructions;
        let index = instructions.partition_point(|instruction| instruction.line < problem.line);
        let is_new = searched.replace(index) != Some(index);
        let instruction = instructions.get(index).filter(|instruction| instruction.line == problem.line);
        let block = instruction.filter(|_| is_new).and_then(|instruction| Self::at(file, instruction.span));
        block.filter(|block| block.language == Language::Blocks).or_else(|| Self::at(file, problem.span))
    }

    fn at(file: &Dockerfile<'_>, span: Span) -> Option<Self> {
        let text = span.str(file.input)?;
        let (at, found, language) = placeholder(text)?;
        let start = span.start as usize + at;
        Some(Self { text: found.into(), span: Span::new(start, start + found.len()), language })
    }

    /// `image:__TAG__`, whose tag is valid by the grammar.
    fn in_tag(file: &Dockerfile<'_>) -> Option<Self> {
        let is_marked = |stage: &&Stage| stage.raw_base.contains("__");
        file.stages.iter().filter(is_marked).find_map(|stage| {
            match &file.instructions.get(stage.from)?.arguments {
                Arguments::From { image, .. } => Self::at(file, image.span),
                _ => None,
            }
        })
    }

    /// A directive of the C preprocessor, in a file with lines that are not instructions.
    fn in_comment(file: &Dockerfile<'_>) -> Option<Self> {
        let is_unknown = |problem: &Problem| matches!(problem.kind, ProblemKind::UnknownInstruction { .. });
        if !file.problems.iter().any(is_unknown) {
            return None;
        }
        let mut comments = file.comments.iter().filter_map(|comment| {
            let text = comment.span.str(file.input)?;
            is_directive(text).then_some((comment.span, text))
        });
        let (span, text) = comments.next()?;
        Some(Self { text: text.trim_end().into(), span, language: Language::Cpp })
    }
}

fn template(context: &Context<'_>, findings: &mut Findings) {
    let Some(Template { text, span, language }) = context.template else { return };
    let message = match language {
        Language::Word | Language::Blocks => format!("the file is a template: nothing replaces `{text}`"),
        Language::M4 => format!("the file is a template for m4: `{text}` is not an instruction"),
        Language::Cpp => {
            format!("the file is a template for the C preprocessor: the build reads `{text}` as a comment")
        }
    };
    findings.report(message).at(*span);
}

/// The first placeholder of a text.
fn placeholder(text: &str) -> Option<(usize, &str, Language)> {
    if let Some(at) = ["{{", "}}", "{%", "<%"].iter().filter_map(|open| text.find(open)).min() {
        let rest = text.get(at..)?;
        let end = ["}}", "%}", "%>"].iter().filter_map(|close| rest.find(close)).min().map(|end| end + 2);
        return Some((at, rest.get(..end.unwrap_or(rest.len()))?, Language::Blocks));
    }
    if let Some(name) = m4_macro(text) {
        return Some((0, name, Language::M4));
    }
    let found = word(text)?;
    Some((text.find(found)?, found, Language::Word))
}

/// A word that a program replaces: `@NAME@`, `%%NAME%%`, `__NAME__`, `<NAME>`, `$(NAME)`.
pub(super) fn word(text: &str) -> Option<&str> {
    if !text.bytes().any(|byte| matches!(byte, b'@' | b'%' | b'_' | b'<' | b'(')) {
        return None;
    }
    let between = |open: &str, close: &str, is_name: fn(&str) -> bool| {
        let start = text.find(open)?;
        let (name, _) = text.get(start + open.len()..)?.split_once(close)?;
        let end = start + open.len() + name.len() + close.len();
        text.get(start..end).filter(|_| is_name(name))
    };
    let is_capitals = |name: &str| {
        name.starts_with(|ch: char| ch.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let is_words =
        |name: &str| name.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric() || byte == b'_');
    between("@@", "@@", is_name)
        .or_else(|| between("@", "@", is_name))
        .or_else(|| between("%%", "%%", is_name))
        .or_else(|| between("$(", ")", is_name))
        .or_else(|| {
            between("<", ">", |name| !name.is_empty())
                .filter(|found| is_words(found.trim_matches(['<', '>'])))
        })
        .or_else(|| between("__", "__", |_| true).filter(|found| is_capitals(found.trim_matches('_'))))
}

/// The call of a built-in m4 macro at the beginning of a line.
///
/// Source: www.gnu.org/software/m4/manual, "Macro index".
fn m4_macro(text: &str) -> Option<&str> {
    const MACROS: [&str; 12] = [
        "include",
        "sinclude",
        "define",
        "undefine",
        "ifdef",
        "ifelse",
        "divert",
        "undivert",
        "changequote",
        "changecom",
        "esyscmd",
        "syscmd",
    ];
    let (name, _) = text.split_once('(')?;
    MACROS.contains(&name.strip_prefix("m4_").unwrap_or(name)).then_some(text)
}

/// Returns true if a comment is a directive of the C preprocessor rather than prose.
fn is_directive(comment: &str) -> bool {
    let Some((name, rest)) =
        comment.strip_prefix('#').map(|text| text.split_once([' ', '\t']).unwrap_or((text, "")))
    else {
        return false;
    };
    let rest = rest.trim();
    let is_one_word =
        !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match name {
        "include" => [('"', '"'), ('<', '>')].iter().any(|(open, close)| {
            rest.strip_prefix(*open)
                .and_then(|rest| rest.strip_suffix(*close))
                .is_some_and(|path| !path.is_empty())
        }),
        "ifdef" | "ifndef" => is_one_word,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found() {
        for (text, found) in [
            ("{{ .Base }}", Some("{{ .Base }}")),
            ("r.io/a:{{TAG}}-1", Some("{{TAG}}")),
            ("{% if a %}", Some("{% if a %}")),
            ("<%= base %>", Some("<%= base %>")),
            ("{{", Some("{{")),
            ("@BASE@", Some("@BASE@")),
            ("@@base@@", Some("@@base@@")),
            ("%%SUITE%%", Some("%%SUITE%%")),
            ("r.io/a:__OCP_VERSION__", Some("__OCP_VERSION__")),
            ("r.io/<project_id>/a", Some("<project_id>")),
            ("$(BASE)", Some("$(BASE)")),
            ("include(a.m4)", Some("include(a.m4)")),
            ("m4_define(`A', `b')", Some("m4_define(`A', `b')")),
            ("ubi9", None),
            ("a__b__c", None),
            ("__pycache__", None),
            ("a@sha256:00", None),
            ("jo@acme.example,al@acme.example", None),
            ("<>", None),
            ("a < b > c", None),
            ("$(cat x)", None),
            ("included(a)", None),
            ("50%", None),
        ] {
            assert_eq!(placeholder(text).map(|(_, found, _)| found), found, "{text}");
        }
    }

    #[test]
    fn prose_is_not_a_directive() {
        for (comment, expected) in [
            ("#include \"a.docker\"", true),
            ("#include <a>", true),
            ("#ifdef DEBUG", true),
            ("#ifndef  A", true),
            ("# include \"a\"", false),
            ("#include the certificates", false),
            ("#ifdef is for C", false),
            ("#include", false),
            ("# a", false),
        ] {
            assert_eq!(is_directive(comment), expected, "{comment}");
        }
    }
}
