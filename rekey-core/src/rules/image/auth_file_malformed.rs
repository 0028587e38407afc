//! An auth file that tells nothing.

use super::{Context, Document};
use crate::{
    finding::{Basis, Findings, Severity},
    image::auth_file::Problem,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "image-auth-file-malformed",
    severity: Severity::Error,
    applies: Applies::ALWAYS,
    checks: &[],
    summary: "text is not the JSON of an auth file",
    why: "The tools read credentials below `auths` in JSON, and stop where they cannot.",
    help: "`podman login --authfile FILE` writes such a file.",
    basis: Basis::Upstream { source: "containers/image docs/containers-auth.json.5.md" },
    since: "0.1.0",
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("auth_file", "quay.io user key")]),
        Example::bad("quay.io/a/b:1").given(&[("auth_file", r#"{"quay.io": {"auth": "dTprZXk="}}"#)]),
        Example::bad("quay.io/a/b:1").given(&[("auth_file", "eyJhdXRocyI6IHt9fQ==")]),
        Example::good("quay.io/a/b:1").given(&[("auth_file", r#"{"auths": {}}"#)]),
        Example::good("quay.io/a/b:1").given(&[("auth_file", r#"{"credsStore": "desktop"}"#)]),
    ],
    check: Check::Image(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if let Some(Document::AuthFile(Err(problem), _)) = context.document {
        let draft = findings.report(problem.to_string());
        if matches!(
            problem,
            Problem::ByteOrderMark | Problem::Utf16 | Problem::Base64 | Problem::Secret | Problem::Legacy
        ) {
            draft.help("Run `rekey convert auth-file FILE --out NEW`: it takes the auth file out.");
        }
    }
}
