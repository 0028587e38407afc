//! An image whose name uses Red Hat's.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    policy::PolicyKind,
    preflight::{PROHIBITED_CONTAINER_NAME, infringes_trademark},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
    text::Span,
};

pub(super) static RULE: Rule = Rule {
    id: "image-name-trademark",
    severity: Severity::Error,
    applies: Applies::ALWAYS.under(&[
        PolicyKind::Container,
        PolicyKind::Root,
        PolicyKind::ScratchNonroot,
        PolicyKind::ScratchRoot,
    ]),
    checks: &[PROHIBITED_CONTAINER_NAME],
    summary: "image's name infringes Red Hat's trademark",
    why: "Preflight fails a last part of the name that begins with `redhat`, or holds it without one `for` in front. It \
          knows no word boundaries: `hundred-hats` fails as well.",
    help: "Rename the image; `app-for-redhat` is allowed.",
    basis: preflight("internal/policy/container/has_prohibited_container_name.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/acme/redhat-app:1.0-1"),
        Example::bad("quay.io/acme/app-on-red-hat:1.0-1"),
        Example::good("quay.io/acme/app-for-redhat:1.0-1"),
        Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some(name) = context.reference.map(crate::image::ImageReference::last_component) else { return };
    if infringes_trademark(name) {
        let end = context.scan.path.end as usize;
        let message = format!("expected a name without Red Hat's trademark, found `{name}`");
        findings.report(message).at(Span::new(end - name.len(), end));
    }
}
