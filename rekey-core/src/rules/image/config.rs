//! The config of an image.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    preflight::{
        ARCHITECTURES, Check, LAYER_MAX, REQUIRED_LABELS, TRADEMARK_LABELS, infringes_trademark,
        is_refused_user, is_root,
    },
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::{filler, source::preflight},
    severity::Severity,
    target::Policy,
};

pub(super) static INVALID_DOCUMENT: Entry = Entry {
    rule: Rule {
        id: "image-invalid-document",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "text is not the JSON of an image's config or manifest",
        why: "It contains no information about the image.",
        help: "Pass the output of `skopeo inspect --config` or `podman inspect` as the config, and that of `skopeo \
               inspect --raw` as the manifest.",
        basis: Basis::Upstream { source: "opencontainers/image-spec config.md and manifest.md" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("config", "{}")]),
            Example::bad("quay.io/a/b:1").given(&[("manifest", r#"{"manifests": []}"#)]),
            Example::bad("quay.io/a/b:1").given(&[(
                "config",
                r#"{"config": {"digest": "sha256:0"}, "layers": [{"digest": "sha256:1"}]}"#,
            )]),
            Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": []}"#)]),
        ],
    },
    check: invalid_document,
};

fn invalid_document(context: &Context<'_>, findings: &mut Findings) {
    if let Some(problem) = context.document().and_then(super::Document::problem) {
        let draft = findings.report(problem.to_string());
        if let Some(help) = problem.help() {
            draft.help(help);
        }
    }
}

pub(super) static MISSING_LABEL: Entry = Entry {
    rule: Rule {
    id: "image-missing-label",
    subject: Subject::Image,
    severity: Severity::Error,
    scope: Scope::ALWAYS.of_checks(&[Check::HasRequiredLabel]),
    summary: "image lacks a required label",
    why: "Preflight fails an image if one of seven labels is missing or empty. Labels of the base image count.",
    help: "Set the label in the Dockerfile, or with `--label` when the image is built.",
    basis: preflight("internal/policy/container/has_required_labels.go"),
    examples: &[
        Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"Labels": {"name": "app"}}}"#)]),
        Example::good("quay.io/a/b:1").given(&[(
            "config",
            r#"{"config": {"Labels": {"name": "app", "vendor": "Acme", "version": "1.0", "release": "1", "summary": "s",
            "description": "d", "maintainer": "m"}}}"#,
        )]),
        Example::good("quay.io/a/b:1"),
    ],
},
    check: missing_label,
};

fn missing_label(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in REQUIRED_LABELS {
        let defect = match config.labels.get(*label) {
            None => "missing",
            Some(value) if value.is_empty() => "empty",
            Some(_) => continue,
        };
        let message = format!("label `{label}` is {defect}");
        findings.report(message).parameter(*label).pointer(format!("{}/Labels", config.settings_pointer));
    }
}

pub(super) static LABEL_PLACEHOLDER: Entry = Entry {
    rule: Rule {
        id: "image-label-placeholder",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "required label is a placeholder",
        why: "Preflight accepts any text, so the image would be published with it.",
        help: "Replace the placeholder in the Dockerfile, or set the label with `--label`, and build the image again.",
        basis: Basis::Inferred { source: "the catalog shows these labels" },
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("config", r#"{"config": {"Labels": {"description": "TODO"}}}"#)]),
            Example::good("quay.io/a/b:1")
                .given(&[("config", r#"{"config": {"Labels": {"description": "TODO lists for teams"}}}"#)]),
            Example::good("quay.io/a/b:1"),
        ],
    },
    check: label_placeholder,
};

fn label_placeholder(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in REQUIRED_LABELS {
        let Some(value) = config.labels.get(*label) else { continue };
        if let Some(place) = filler::find_in_label(value) {
            let found = filler::name(value.get(place).unwrap_or_default());
            let message = format!("label `{label}` contains {found}");
            findings
                .report(message)
                .parameter(*label)
                .pointer(format!("{}/Labels/{label}", config.settings_pointer));
        }
    }
}

pub(super) static LABEL_TRADEMARK: Entry = Entry {
    rule: Rule {
        id: "image-label-trademark",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::Root, Policy::ScratchNonroot, Policy::ScratchRoot])
            .of_checks(&[Check::HasNoProhibitedLabels, Check::HasRequiredLabel]),
        summary: "label infringes Red Hat's trademark",
        why: "Preflight fails a `name`, `vendor` or `maintainer` that begins with Red Hat's name, or contains it \
              without one `for` in front; until 1.13 as part of `HasRequiredLabel`. It does not look for word \
              boundaries: `Hundred Hats` fails as well.",
        help: "Name your own product and company; `App for Red Hat OpenShift` is allowed.",
        basis: preflight("internal/policy/container/has_prohibited_labels.go"),
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("config", r#"{"config": {"Labels": {"vendor": "Red Hat, Inc."}}}"#)]),
            Example::good("quay.io/a/b:1")
                .given(&[("config", r#"{"config": {"Labels": {"name": "App for Red Hat"}}}"#)]),
            Example::good("quay.io/a/b:1")
                .given(&[("config", r#"{"config": {"Labels": {"summary": "Red Hat"}}}"#)]),
        ],
    },
    check: label_trademark,
};

fn label_trademark(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    for label in TRADEMARK_LABELS {
        let Some(value) = config.labels.get(*label) else { continue };
        if infringes_trademark(value) {
            let message = format!("label `{label}` uses Red Hat's trademark: `{value}`");
            let pointer = format!("{}/Labels/{label}", config.settings_pointer);
            let draft = findings.report(message).parameter(*label).pointer(pointer);
            if context.cert_image().is_some() && value.starts_with("Red Hat") {
                let help = LABEL_TRADEMARK.rule.help;
                draft.help(format!(
                    "{help} The value comes from a Red Hat base image: set the label in your Dockerfile to \
                     replace it."
                ));
            }
        }
    }
}

pub(super) static USER_ROOT: Entry = Entry {
    rule: Rule {
        id: "image-user-root",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS
            .under(&[Policy::Container, Policy::ScratchNonroot, Policy::Konflux])
            .of_checks(&[Check::RunAsNonRoot]),
        summary: "image runs as root",
        why: "Preflight fails an image whose user is empty, `0` or `root`, unless the project is allowed to run privileged.",
        help: "End the Dockerfile with a `USER` that is a nonzero number: `USER 1001`.",
        basis: preflight("internal/policy/container/runs_as_nonroot.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "root"}}"#)]),
            Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {}, "rootfs": {}}"#)]),
            Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "1001"}}"#)]),
            Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0:0"}}"#)]),
        ],
    },
    check: user_root,
};

fn user_root(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    let user = &config.user;
    if is_refused_user(user) {
        let message = if user.is_empty() {
            "no user is set, so the image runs as root".to_owned()
        } else {
            format!("the image runs as root: its user is `{user}`")
        };
        findings.report(message).pointer(format!("{}/User", config.settings_pointer));
    }
}

pub(super) static USER_ROOT_UNDETECTED: Entry = Entry {
    rule: Rule {
        id: "image-user-root-undetected",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS.under(&[Policy::Container, Policy::ScratchNonroot, Policy::Konflux]),
        summary: "image runs as root, although preflight accepts the user",
        why: "Preflight compares the exact text of the user, so `0:0` and `root:root` pass. The image still runs as \
              root, which the policy guide allows only for privileged projects.",
        help: "End the Dockerfile with a `USER` that is a nonzero number: `USER 1001`.",
        basis: Basis::Inferred {
            source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements",
        },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0:0"}}"#)]),
            Example::bad("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "root:1001"}}"#)]),
            Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "1001:0"}}"#)]),
            Example::good("quay.io/a/b:1").given(&[("config", r#"{"config": {"User": "0"}}"#)]),
        ],
    },
    check: user_root_undetected,
};

fn user_root_undetected(context: &Context<'_>, findings: &mut Findings) {
    let Some(config) = context.config() else { return };
    let user = &config.user;
    if is_root(user) && !is_refused_user(user) {
        let message = format!("the image runs as root: its user is `{user}`");
        findings.report(message).pointer(format!("{}/User", config.settings_pointer));
    }
}

pub(super) static TOO_MANY_LAYERS: Entry = Entry {
    rule: Rule {
        id: "image-too-many-layers",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::LayerCountAcceptable]),
        summary: "image has more than 40 layers",
        why: "Preflight fails an image of more than 40 layers, including those of its base.",
        help: "Join `RUN` instructions with `&&`, and copy files together.",
        basis: preflight("internal/policy/container/max_layers.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("manifest", FORTY_ONE)]),
            Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": [0, 0]}"#)]),
        ],
    },
    check: too_many_layers,
};

const FORTY_ONE: &str =
    r#"{"layers": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#;

fn too_many_layers(context: &Context<'_>, findings: &mut Findings) {
    let Some((layers, pointer)) = context.layers().filter(|(layers, _)| *layers > LAYER_MAX) else { return };
    let draft =
        findings.report(format!("the image has {layers} layers; preflight allows at most {LAYER_MAX}"));
    context.explain_layers(&TOO_MANY_LAYERS.rule, pointer, draft);
}

pub(super) static LAYER_LIMIT: Entry = Entry {
    rule: Rule {
        id: "image-layer-limit",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "image has 40 layers, but the policy guide asks for fewer",
        why: "Preflight accepts 40 layers, while the policy guide and preflight's own texts ask for fewer than 40.",
        help: "Join `RUN` instructions with `&&`, and copy files together.",
        basis: Basis::Inferred {
            source: "Red Hat OpenShift Software Certification Policy Guide, image content requirements",
        },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("manifest", FORTY)]),
            Example::good("quay.io/a/b:1").given(&[("manifest", r#"{"layers": [0, 0]}"#)]),
        ],
    },
    check: layer_limit,
};

const FORTY: &str =
    r#"{"layers": [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}"#;

fn layer_limit(context: &Context<'_>, findings: &mut Findings) {
    if let Some((LAYER_MAX, pointer)) = context.layers() {
        let draft = findings.report(format!(
            "the image has {LAYER_MAX} layers; the policy guide allows fewer \
                                             than {LAYER_MAX}"
        ));
        context.explain_layers(&LAYER_LIMIT.rule, pointer, draft);
    }
}

pub(super) static ARCHITECTURE: Entry = Entry {
    rule: Rule {
        id: "image-architecture",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "preflight does not check images of this architecture",
        why: "In a list of images, preflight checks those for `amd64`, `arm64`, `ppc64le` and `s390x` and skips the others, which are not certified.",
        help: "Build for one of the four architectures.",
        basis: preflight("cmd/preflight/cmd/check_container.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "platform linux/riscv64")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "platform linux/arm64")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "platform linux/amd64")]),
        ],
    },
    check: architecture,
};

fn architecture(context: &Context<'_>, findings: &mut Findings) {
    let Some(platform) = context.contents().map(|contents| contents.image.platform.as_str()) else { return };
    let architecture = platform.split('/').nth(1).unwrap_or_default();
    if !architecture.is_empty() && !ARCHITECTURES.contains(&architecture) {
        let expected = ARCHITECTURES.join("`, `");
        findings.report(format!("preflight checks `{expected}`, not `{architecture}`"));
    }
}
