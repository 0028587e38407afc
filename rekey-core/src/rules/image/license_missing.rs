//! An image without licences.

use super::Context;
use crate::{
    finding::{Findings, Severity},
    image::inspection::lossy,
    preflight::{HAS_LICENSE, licenses::Missing},
    rule::{Applies, Check, Example, Rule},
    rules::source::preflight,
};

pub(super) static RULE: Rule = Rule {
    id: "image-license-missing",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[HAS_LICENSE],
    summary: "image has no file below `/licenses`",
    why: "Preflight looks for the directory `/licenses` in the image and fails it unless a file in it, or below, is not empty. Its name does not matter.",
    help: "Copy the terms of your product and of what it is built from into the image: `COPY licenses /licenses`.",
    basis: preflight("internal/policy/container/has_license.go"),
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "file licenses/LICENSE 0")]),
        Example::bad("quay.io/a/b:1").given(&[("layers", "file licenses 10")]),
        Example::bad("quay.io/a/b:1")
            .given(&[("layers", "file licenses/LICENSE 10\nlayer\nfile .wh.licenses 0")]),
        Example::good("quay.io/a/b:1").given(&[("layers", "file licenses/deep/LICENSE 10")]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some((span, found)) = context.log().and_then(|log| log.license) {
        let message = format!("expected a file that is not empty below `/licenses`, found {found}");
        findings.report(message).at(span);
    }
    let Some(licenses) = context.contents.and_then(|contents| contents.licenses.as_ref()) else { return };
    let really = context.contents.and_then(|contents| contents.license_unseen.as_ref());
    if licenses.passing().is_some() || really.is_some() {
        return;
    }
    let found = match (licenses.missing, licenses.files.first(), licenses.broken.first()) {
        (Some(Missing::Astray), ..) => "a link that leads in a circle, or through a file".to_owned(),
        (Some(Missing::NoFolder), ..) => "a file of that name".to_owned(),
        (Some(Missing::Nothing), ..) => "no such directory, or an empty one".to_owned(),
        (None, Some((path, _)), _) => format!("only empty files, such as `/{}`", lossy(path)),
        (None, None, Some(path)) => format!("a link that leads nowhere, `/{}`", lossy(path)),
        (None, None, None) => "only directories and links to them".to_owned(),
    };
    let draft =
        findings.report(format!("expected a file that is not empty below `/licenses`, found {found}"));
    if let Some((path, found)) = licenses.files.first() {
        draft.layer(found.layer, lossy(path));
    }
}
