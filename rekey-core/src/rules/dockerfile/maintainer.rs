//! An instruction that sets no label.

use super::Context;
use crate::{
    dockerfile::{Arguments, Instruction, Keyword},
    finding::{Basis, Findings, Safety, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::filler,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-maintainer-instruction",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "`MAINTAINER` does not set the label `maintainer`",
    why: "It sets the image's author, which no check reads; the instruction is deprecated, too.",
    help: "Write `LABEL maintainer=\"…\"`.",
    basis: Basis::Upstream { source: "docs.docker.com/reference/dockerfile, \"MAINTAINER (deprecated)\"" },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM scratch\nMAINTAINER Acme <a@acme.example>\n",
            "FROM scratch\nLABEL maintainer=\"Acme <a@acme.example>\"\n",
        ),
        Example::fixed(
            "FROM scratch\nMAINTAINER Jo\nMAINTAINER Acme\n",
            "FROM scratch\nLABEL maintainer=\"Acme\"\n",
        ),
        Example::fixed(
            "FROM acme/base AS build\nMAINTAINER Jo\nFROM acme/base\nMAINTAINER Acme\n",
            "FROM acme/base AS build\nFROM acme/base\nLABEL maintainer=\"Acme\"\n",
        ),
        Example::fixed(
            "FROM scratch\nLABEL maintainer=\"\"\nMAINTAINER Acme\n",
            "FROM scratch\nLABEL maintainer=\"\"\n",
        ),
        Example::good("FROM scratch\nLABEL maintainer=Acme\n"),
        Example::good("FROM scratch\nMAINTAINER Jo\nLABEL maintainer=Acme\n"),
        Example::bad("FROM scratch\nMAINTAINER Red Hat, Inc.\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let file = context.file;
    let label = file.labels.get("maintainer").filter(|label| label.step.is_some());
    if label.is_some_and(|label| label.value.value() != Some("")) {
        return;
    }
    let is_author = |instruction: &Instruction<'_>| instruction.keyword == Keyword::Maintainer;
    // The author of the image is the last one; a label that is there already has its own fix.
    let author = context.steps().filter(|(.., instruction)| is_author(instruction)).last();
    let author = author.filter(|_| label.is_none()).map(|(_, step, _)| step.instruction);
    for (index, instruction) in file.instructions.iter().enumerate().filter(|(_, one)| is_author(one)) {
        let draft =
            findings.report("`MAINTAINER` sets the author, not the label `maintainer`").at(instruction.span);
        if author == Some(index) {
            if let Some((place, line)) = as_label(instruction) {
                draft.fix(Safety::Unsafe, "set the label instead", place, line);
            }
        } else if !context.is_left_open(instruction) {
            draft.fix(Safety::Unsafe, "remove the instruction", instruction.extent, "");
        }
    }
}

/// The change that makes a label of a `MAINTAINER`; none where the author is no value that preflight accepts.
pub(super) fn as_label(instruction: &Instruction<'_>) -> Option<(Span, String)> {
    let Arguments::Value(author) = &instruction.arguments else { return None };
    if instruction.keyword != Keyword::Maintainer {
        return None;
    }
    let text = author.text();
    let is_plain = !text.contains(['"', '\\', '$', '`', '\n']);
    (is_plain && !preflight::infringes_trademark(&text) && filler::find_in_label(&text).is_none())
        .then(|| (instruction.span, format!("LABEL maintainer=\"{text}\"")))
}
