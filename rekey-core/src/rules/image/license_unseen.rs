//! Licences that preflight does not find.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::lossy,
    preflight::HAS_LICENSE,
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-license-unseen",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[HAS_LICENSE],
    summary: "image has licences that preflight does not find",
    why: "Preflight takes only some files out of an image. It follows a link from `/licenses` where the link leads to a path that no other link is part of; it does not follow one with an absolute target from within the directory, nor a hard link to a file elsewhere.",
    help: "Copy the files into `/licenses`, or make `/licenses` itself a link to the directory that holds them.",
    basis: preflight("internal/engine/untar.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[(
            "layers",
            "file usr/share/doc/LICENSE 10\nlink licenses/LICENSE -> /usr/share/doc/LICENSE",
        )]),
        Example::bad("quay.io/a/b:1").given(&[(
            "layers",
            "file usr/share/doc/LICENSE 10\nhardlink licenses/LICENSE -> usr/share/doc/LICENSE",
        )]),
        Example::good("quay.io/a/b:1").given(&[(
            "layers",
            "file usr/share/doc/LICENSE 10\nlink licenses/LICENSE -> ../usr/share/doc/LICENSE",
        )]),
        Example::good("quay.io/a/b:1").given(&[(
            "layers",
            "file usr/share/licenses/app/LICENSE 10\nlink licenses -> /usr/share/licenses",
        )]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Some((path, found)) = context.contents.and_then(|contents| contents.license_unseen.as_ref()) else {
        return;
    };
    let message = format!(
        "expected a license that preflight finds, found `/{}` behind a link that it does not follow",
        lossy(path)
    );
    findings.report(message).layer(found.layer, lossy(&found.entry.path));
}
