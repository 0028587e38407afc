//! A hosted upload to what is no project.

use super::Context;
use crate::{
    finding::{Basis, Findings, Safety, Severity},
    image::registry::is_project_id,
    policy::Flow,
    rule::{Applies, Check, Example, Rule},
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-hosted-project",
    severity: Severity::Error,
    applies: Applies::in_flow(Flow::Quay),
    checks: &[],
    summary: "repository is not a project's id",
    why: "Each project has one repository, named by its id. A push to any other is refused as `unauthorized`.",
    help: "Copy the id, 24 hexadecimal digits, from the address of the project's page.",
    basis: Basis::Inferred {
        source: "partners' push scripts: `quay.io/redhat-isv-containers/<project id>:<tag>`",
    },
    since: "0.1.0",
    examples: &[
        Example::fixed(
            "quay.io/redhat-isv-containers/ospid-60d30f5bbd852dbf4220902b:1.0-1",
            "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1",
        ),
        Example::bad("quay.io/redhat-isv-containers/my-app:1.0-1"),
        Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((project, span)) = context.below_quay_namespace() else { return };
    let id = project.split('/').next().unwrap_or_default();
    if is_project_id(id) {
        return;
    }
    let place = Span::new(span.range().start, span.range().start + id.len());
    let message = format!("expected a project id of 24 hexadecimal digits, found `{id}`");
    let draft = findings.report(message).at(place);
    if let Some(bare) = id.strip_prefix("ospid-").filter(|bare| is_project_id(bare)) {
        draft.fix(Safety::Unsafe, "remove `ospid-`", place, bare);
    }
}
