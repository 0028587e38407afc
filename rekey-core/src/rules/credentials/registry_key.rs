//! The form of a registry key.

use super::{Context, Entry};
use crate::{
    credentials::registry_key::QUAY_KEY_CHARS,
    finding::Findings,
    reference::registry::PushTarget,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
    target::Flow,
};

pub(super) static REGISTRY_KEY_FORM: Entry = Entry {
    rule: Rule {
        id: "credentials-registry-key-form",
        subject: Subject::Credentials,
        severity: Severity::Warning,
        scope: Scope::in_flow(Flow::Quay),
        summary: "registry key does not look like one",
        why: "A project's key is the token of a robot account on `quay.io`: 64 uppercase letters and digits. A key \
              that was cut off or copied with other text is rejected as `unauthorized`.",
        help: "Copy the registry key from the project's page again, all of it and nothing else.",
        basis: Basis::Inferred {
            source: "quay/quay: a robot account's token is random, 64 uppercase letters and digits",
        },
        examples: &[
            Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1")
                .given(&[("registry_key", "0123456789ABCDEF")]),
            Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1")
                .given(&[("registry_key", "redhat-isv-containers+60d30f5bbd852dbf4220902b-robot")]),
            Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1").given(&[(
                "registry_key",
                "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF",
            )]),
        ],
    },
    check: registry_key_form,
};

/// Checks a key that was given, or the password of the credential for the push. Neither has a place that
/// could be shown.
fn registry_key_form(context: &Context<'_>, findings: &mut Findings) {
    let (form, pointer) = match (context, context.credential()) {
        (Context::RegistryKey(form), _) => (*form, None),
        (_, Some((PushTarget::Quay { .. }, credential, pointer))) => (credential.password, Some(pointer)),
        _ => return,
    };
    let Some(fault) = form.quay_fault() else { return };
    let draft =
        findings.report(format!("expected a key of {QUAY_KEY_CHARS} uppercase letters and digits, {fault}"));
    if let Some(pointer) = pointer {
        draft.pointer(pointer);
    }
}
