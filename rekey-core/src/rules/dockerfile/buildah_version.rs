//! What an older buildah does not know.

use super::Context;
use crate::{
    dockerfile::{Heredoc, Instruction, Keyword},
    finding::{Basis, Findings, Severity},
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-buildah-version",
    severity: Severity::Note,
    applies: Applies::in_flow(Flow::BuildService),
    checks: &[],
    summary: "buildah must not be older than a certain version",
    why: "Red Hat's own pipelines build with buildah, and which version is not known. An older one stops at what it does \
          not know, or takes the lines of a heredoc for instructions.",
    help: "Build once with the oldest buildah that may have to read the file, or write it without.",
    basis: Basis::Upstream {
        source: "containers/buildah CHANGELOG.md and vendor/github.com/openshift/imagebuilder/dispatchers.go",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM scratch\nCOPY --parents a/b /c/\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN <<END\ntrue\nEND\n"),
        Example::good("FROM scratch\nCOPY --chmod=644 a/b /c/\n"),
    ],
    check: Check::Dockerfile(check),
};

/// Flags of `COPY` and `ADD`, and the version of buildah that brought them.
const FLAGS: &[(&str, &str)] = &[
    ("checksum", "1.33"),
    ("link", "1.37"),
    ("exclude", "1.38"),
    ("keep-git-dir", "1.38"),
    ("parents", "1.40"),
];

fn check(context: &Context<'_>, findings: &mut Findings) {
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
        // The version that reads all of them is the one to know.
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

/// Before 1.36 buildah itself replaced the variables of a script, those that the script sets among them.
fn version(instruction: &Instruction<'_>, heredocs: &[Heredoc<'_>]) -> &'static str {
    let has_variable = |heredoc: &Heredoc<'_>| heredoc.expand && heredoc.text.contains(&b'$');
    if instruction.keyword == Keyword::Run && heredocs.iter().any(has_variable) { "1.36" } else { "1.33" }
}
