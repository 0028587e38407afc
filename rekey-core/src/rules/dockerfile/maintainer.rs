//! An instruction that sets no label.

use super::Context;
use crate::{
    dockerfile::{Arguments, Keyword},
    finding::{Basis, Findings, Safety, Severity},
    rule::{Applies, Check, Example, Rule},
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
        Example::good("FROM scratch\nLABEL maintainer=Acme\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for instruction in context.file.instructions.iter().filter(|one| one.keyword == Keyword::Maintainer) {
        let Arguments::Value(author) = &instruction.arguments else { continue };
        let draft =
            findings.report("`MAINTAINER` sets the author, not the label `maintainer`").at(instruction.span);
        let text = author.text();
        if !text.contains(['"', '\\', '$', '`', '\n']) {
            let line = format!("LABEL maintainer=\"{text}\"");
            draft.fix(Safety::Unsafe, "set the label instead", instruction.span, line);
        }
    }
}
