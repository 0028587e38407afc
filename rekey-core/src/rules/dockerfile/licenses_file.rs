//! A file where a folder should be.

use super::Context;
use crate::{
    dockerfile::Arguments,
    finding::{Findings, Safety, Severity},
    preflight,
    rule::{Applies, Check, Example, Rule},
    rules::source,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-licenses-file",
    severity: Severity::Warning,
    applies: Applies::ALWAYS,
    checks: &[preflight::HAS_LICENSE],
    summary: "`/licenses` becomes a file",
    why: "A file that is copied to `/licenses` gets that name, unless there is a folder of the name or a slash at the end \
          of the destination; preflight looks for files in a folder.",
    help: "Write `/licenses/`.",
    basis: source::preflight("internal/policy/container/has_license.go"),
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\n",
            "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses/\n",
        ),
        Example::fixed(
            "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\nCOPY NOTICE /licenses\n",
            "FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses/\nCOPY NOTICE /licenses\n",
        ),
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY terms /licenses\n")
            .given(&[("context", "terms=100")]),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY LICENSE /licenses\n")
            .given(&[("context", "LICENSE/a.txt=100")]),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN mkdir /licenses\nCOPY LICENSE /licenses\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((step, certain)) = context.licenses.file.filter(|_| context.is_judged()) else { return };
    let Some(Arguments::Copy { destination, .. }) =
        context.file.instruction(step).map(|instruction| &instruction.arguments)
    else {
        return;
    };
    let message = if certain {
        "expected a folder `/licenses`, found a file copied under that name"
    } else {
        "expected a folder `/licenses`, found what looks like a file copied under that name"
    };
    let draft = findings.report(message).at(destination.span);
    if destination.raw.ends_with(b"/licenses") {
        let end = Span::at(destination.span.end as usize);
        draft.fix(Safety::Unsafe, "copy into the folder", end, "/");
    }
}
