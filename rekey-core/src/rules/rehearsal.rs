//! Rules about a rehearsal: what its steps recorded.

mod build;
mod keys;
mod reach;
mod repository;
mod tree;

use crate::{
    dockerfile::{Arguments, Base, Dockerfile},
    finding::Findings,
    mask::Quoted,
    rehearsal::{
        BaseFacts, BuildFailure, BuiltImage, Rehearsal, SourceFacts, SourceFailure, StepName, TreeFacts,
    },
    text::Span,
};

/// All rules about a rehearsal, in the order of its steps.
pub(crate) static RULES: &[&Entry] = &[
    &reach::MISSING_PROGRAM,
    &reach::UNKNOWN_HOST,
    &reach::CLOSED_PORT,
    &reach::TIMEOUT,
    &reach::NETWORK_ERROR,
    &reach::PROXY_ERROR,
    &reach::PROXY_USED,
    &reach::UNTRUSTED_CERTIFICATE,
    &reach::NO_TLS,
    &reach::REDIRECT,
    &reach::UNUSABLE_REDIRECT,
    &reach::NOT_GIT,
    &reach::HOST_BUSY,
    &reach::HTTP_ERROR,
    &keys::UNKNOWN_HOST_KEY,
    &keys::CHANGED_HOST_KEY,
    &keys::OUTDATED_ALGORITHMS,
    &keys::KEY_REJECTED,
    &keys::KEY_UNUSABLE,
    &keys::KEY_CAN_PUSH,
    &repository::REPOSITORY_NOT_FOUND,
    &repository::HOST_MESSAGE,
    &repository::EMPTY_REPOSITORY,
    &repository::MISSING_BRANCH,
    &repository::BRANCH_MOVED,
    &repository::CLONE_FAILED,
    &repository::CLONE_TOO_LARGE,
    &tree::DOCKERFILE_NOT_COMMITTED,
    &tree::DOCKERFILE_CASE,
    &tree::DOCKERFILE_LINK,
    &tree::DOCKERFILE_IN_SUBMODULE,
    &tree::DOCKERFILE_CHANGED,
    &tree::COMMITS_NOT_PUSHED,
    &tree::SOURCE_IGNORED,
    &tree::SOURCE_UNTRACKED,
    &tree::SOURCE_CHANGED,
    &tree::SOURCE_NOT_PUSHED,
    &tree::SOURCE_LFS_POINTER,
    &tree::SOURCE_SUBMODULE,
    &tree::SOURCE_GIT_FOLDER,
    &tree::SUBMODULE_UNREACHABLE,
    &build::BASE_UNREACHABLE,
    &build::BASE_NOT_FOUND,
    &build::BASE_LOGIN_REQUIRED,
    &build::MISSING_ENGINE,
    &build::ENGINE_ERROR,
    &build::BUILD_FAILED,
    &build::BUILD_TIMEOUT,
    &build::IMAGE_UNREAD,
    &build::FORECAST_DIFFERS,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<Judge>;

/// The function of a rule, with the step that it judges.
pub(crate) struct Judge {
    /// The step.
    pub(crate) step: StepName,
    /// True if a finding means that the step could not look, so that it says nothing about the submission.
    pub(crate) blocks: bool,
    pub(crate) check: fn(&Context<'_>, &mut Findings),
}

impl Judge {
    /// A rule whose findings are about the submission.
    const fn looked(step: StepName, check: fn(&Context<'_>, &mut Findings)) -> Self {
        Self { step, blocks: false, check }
    }

    /// A rule whose findings say why the step could not look.
    const fn blocked(step: StepName, check: fn(&Context<'_>, &mut Findings)) -> Self {
        Self { step, blocks: true, check }
    }
}

/// The input of rules about a rehearsal: the facts about one of the submission's fields.
pub(crate) enum Context<'a> {
    /// The git source URL.
    Source(&'a SourceFacts),
    /// The private key.
    Key(&'a SourceFacts),
    /// The Dockerfile and what is built from it.
    Dockerfile(DockerfileFacts<'a>),
}

/// The facts about the Dockerfile and what is built from it.
pub(crate) struct DockerfileFacts<'a> {
    pub(crate) rehearsal: &'a Rehearsal,
    /// The Dockerfile of the commit.
    pub(crate) file: &'a Dockerfile<'a>,
    /// The sources of `COPY` and `ADD`.
    pub(crate) copied: &'a [(Span, String)],
    /// The checks that the Dockerfile alone decides, each with `pass` or `fail`.
    pub(crate) expected: &'a [(&'static str, &'static str)],
}

impl<'a> Context<'a> {
    fn source(&self) -> Option<&'a SourceFacts> {
        match self {
            Self::Source(source) => Some(source),
            _ => None,
        }
    }

    fn failure(&self) -> Option<&'a SourceFailure> {
        self.source()?.failure.as_ref()
    }

    fn key(&self) -> Option<&'a SourceFacts> {
        match self {
            Self::Key(source) => Some(source),
            _ => None,
        }
    }

    fn key_failure(&self) -> Option<(&'a SourceFacts, &'a SourceFailure)> {
        let source = self.key()?;
        Some((source, source.failure.as_ref()?))
    }

    fn dockerfile(&self) -> Option<&DockerfileFacts<'a>> {
        match self {
            Self::Dockerfile(facts) => Some(facts),
            _ => None,
        }
    }

    fn tree(&self) -> Option<&'a TreeFacts> {
        self.dockerfile()?.rehearsal.tree.as_ref()
    }

    fn bases(&self) -> impl Iterator<Item = &'a BaseFacts> {
        self.dockerfile().into_iter().flat_map(|facts| &facts.rehearsal.bases)
    }

    fn build_failure(&self) -> Option<&'a BuildFailure> {
        self.dockerfile()?.rehearsal.build.as_ref()?.failure.as_ref()
    }

    fn image(&self) -> Option<&'a BuiltImage> {
        self.dockerfile()?.rehearsal.image.as_ref()
    }

    /// The sources of `COPY` and `ADD`: the place, the text, and the path from the root of the repository.
    fn copied(&self) -> impl Iterator<Item = (Span, &'a str, String)> {
        let folder = self.tree().map_or("", |tree| tree.context.trim_matches('/'));
        let sources = self.dockerfile().map_or(&[][..], |facts| facts.copied);
        let plain = sources.iter().filter(|(_, source)| !source.contains(['*', '?', '[', '\\']));
        plain.map(move |(span, source)| {
            let joined = format!("{folder}/{source}");
            let parts = joined.split('/').filter(|part| !matches!(*part, "" | "."));
            (*span, source.as_str(), parts.collect::<Vec<_>>().join("/"))
        })
    }

    /// The place of a base image in the `FROM` of the first stage that begins with it.
    fn base_span(&self, name: &str) -> Option<Span> {
        let file = self.dockerfile()?.file;
        let is_it = |base: &Base| matches!(base, Base::Image(image) if image == name);
        let stage = file.stages.iter().find(|stage| is_it(&stage.base))?;
        match &file.instructions.get(stage.from)?.arguments {
            Arguments::From { image, .. } => Some(image.span),
            _ => None,
        }
    }

    /// The place of an instruction as an engine prints it; `before` others have the same text.
    fn instruction_span(&self, text: &str, before: usize) -> Option<Span> {
        let file = self.dockerfile()?.file;
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let wanted = words(text);
        let keyword = wanted.split(' ').next().unwrap_or_default();
        let body = |span: Span| {
            let text =
                String::from_utf8_lossy(span.of(file.input)).replace(&format!("{}\n", file.escape), " ");
            words(&text)
        };
        let all = || file.instructions.iter();
        let same = |instruction: &&crate::dockerfile::Instruction<'_>| {
            let text = body(instruction.span);
            let (first, rest) = text.split_once(' ').unwrap_or((&text, ""));
            let (_, wanted_rest) = wanted.split_once(' ').unwrap_or((&wanted, ""));
            first.eq_ignore_ascii_case(keyword) && rest == wanted_rest
        };
        // An engine prints instructions after it replaced their variables: then the keyword has to do.
        let of_keyword = |instruction: &&crate::dockerfile::Instruction<'_>| {
            body(instruction.span).split(' ').next().is_some_and(|first| first.eq_ignore_ascii_case(keyword))
        };
        let only = || {
            let mut found = all().filter(of_keyword);
            found.next().filter(|_| found.next().is_none())
        };
        let found = all().filter(same).nth(before).or_else(|| all().find(same)).or_else(only);
        found.map(|instruction| instruction.span)
    }

    /// The checks whose expected result is the opposite of the built image's.
    fn differences(&self) -> impl Iterator<Item = (&'static str, &'static str, &'a str)> {
        let expected = self.dockerfile().map_or(&[][..], |facts| facts.expected);
        let outcomes = self.image().map_or(&[][..], |image| image.outcomes.as_slice());
        outcomes.iter().filter_map(|(check, outcome)| {
            let (check, expected) = expected.iter().find(|(name, _)| name == check)?;
            let known = matches!(outcome.as_str(), "pass" | "fail");
            (known && expected != outcome).then_some((*check, *expected, outcome.as_str()))
        })
    }
}

/// A word of a host, of a program or of the repository, as messages quote it.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    crate::text::printable(&crate::mask::masked_line(&line, 200)).replace('`', "'")
}

/// A fingerprint, which is no secret although it looks like one.
fn fingerprint(text: &str) -> String {
    let digits = text.strip_prefix("SHA256:").unwrap_or_default();
    let is_one = digits.len() == 43
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    if is_one { text.to_owned() } else { Quoted::from(text).to_string() }
}

/// The first digits of a commit.
fn short(commit: &str) -> String {
    commit.chars().filter(char::is_ascii_hexdigit).take(10).collect()
}
