//! The destination of a push.

use super::{Context, Entry};
use crate::{
    finding::{Findings, Safety},
    git_url::Reach,
    reference::registry::{
        QUAY, QUAY_NAMESPACE, SCAN, SCAN_ENDED, host, host_name, is_project_id, is_pull_registry,
        is_scan_project_id, port,
    },
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::partner_guide,
    severity::Severity,
    target::Flow,
    text::Span,
};

pub(super) static PULL_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-pull-registry",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::outside_flow(Flow::External),
        summary: "registry is the one that customers pull from",
        why: "Red Hat copies the image there when it is published. Partners cannot push to it.",
        help: "Push to the registry shown on the project's page.",
        basis: partner_guide("podman login -u unused scan.connect.redhat.com"),
        examples: &[
            Example::fixed(
                "registry.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1",
                "scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1",
            ),
            Example::bad("registry.redhat.io/acme/app:1.0-1"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        ],
    },
    check: pull_registry,
};

fn pull_registry(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|reference| is_pull_registry(reference.domain())) else {
        return;
    };
    let span = context.registry_place();
    let message = format!("`{}` is the registry that customers pull from", reference.domain());
    let draft = findings.report(message).at(span);
    if context.target.flow() == Flow::BuildService {
        draft.fix(Safety::Unsafe, format!("push to `{SCAN}`"), span, SCAN);
    } else {
        draft.help("Push to `quay.io/redhat-isv-containers/` and the project's id.");
    }
}

pub(super) static NOT_SCAN_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-not-scan-registry",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "registry is not `scan.connect.redhat.com`",
        why: "Only images in this registry are scanned, and a project's registry key works with no other.",
        help: "Check with the flow `quay`: since 2022-11-03, images are pushed to quay.io. In the withdrawn flow \
               `build-service`, the reference begins with `scan.connect.redhat.com/`.",
        basis: partner_guide("podman login -u unused scan.connect.redhat.com"),
        examples: &[
            Example::bad("docker.io/acme/app:1.0-1"),
            Example::bad("acme/app:1.0-1"),
            Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
            Example::good("registry.connect.redhat.com/acme/app:1.0-1"),
        ],
    },
    check: not_scan_registry,
};

fn not_scan_registry(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.on_scan_registry().is_none()) else { return };
    let domain = reference.domain();
    if is_pull_registry(domain) {
        return; // `reference-pull-registry` reports it.
    }
    let message = if context.scan.domain.is_none() {
        format!("the reference has no registry; the Build Service's is `{SCAN}`")
    } else {
        format!("the registry is `{domain}`, not `{SCAN}`")
    };
    let hosted = context.below_quay_namespace().is_some();
    let draft = findings.report(message).at(context.registry_place());
    if hosted {
        draft.help(format!(
            "Images are pushed here since {SCAN_ENDED}: check the reference with the flow `quay`."
        ));
    }
}

pub(super) static SCAN_PATH: Entry = Entry {
    rule: Rule {
        id: "reference-scan-path",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "path is not a project's id and a name",
        why: "The registry has projects and one level of names below them. The name is not published; you can choose \
              it freely.",
        help: "Write `scan.connect.redhat.com/ospid-…/name:tag`. The registry accepts no push since 2022-11-03: the flow \
               of today is `quay`.",
        basis: Basis::Inferred {
            source: "the push commands of partners: `scan.connect.redhat.com/ospid-…/name:tag`",
        },
        examples: &[
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b:1.0-1"),
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/team/app:1.0-1"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
        ],
    },
    check: scan_path,
};

fn scan_path(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.on_scan_registry() else { return };
    let components = reference.path().split('/').count();
    if components != 2 {
        let s = if components == 1 { "" } else { "s" };
        let message = format!("expected the project's id and one name, found {components} component{s}");
        findings.report(message).at(context.scan.path);
    }
}

pub(super) static SCAN_PROJECT: Entry = Entry {
    rule: Rule {
        id: "reference-scan-project",
        subject: Subject::Reference,
        severity: Severity::Warning,
        scope: Scope::in_flow(Flow::BuildService),
        summary: "project id has an unknown form",
        why: "The registry rejects a project that the key does not belong to. Ids are `ospid-` and a UUID or 24 \
              hexadecimal digits; older forms are said to exist.",
        help: "Copy the id from the project's page, with `ospid-`.",
        basis: Basis::Inferred {
            source: "the project ids in partners' push commands and preflight #551, #597",
        },
        examples: &[
            Example::bad("scan.connect.redhat.com/acme/app:1.0-1"),
            Example::bad("scan.connect.redhat.com/60d30f5bbd852dbf4220902b/app:1.0-1"),
            Example::good("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
            Example::good("scan.connect.redhat.com/ospid-0f8fad5b-d9cb-469f-a165-70867728950e/app:1.0-1"),
        ],
    },
    check: scan_project,
};

fn scan_project(context: &Context<'_>, findings: &mut Findings) {
    let Some((project, _)) =
        context.on_scan_registry().and_then(|reference| reference.path().split_once('/'))
    else {
        return;
    };
    if !is_scan_project_id(project) {
        let start = context.scan.path.start as usize;
        let message =
            format!("expected a project id such as `ospid-60d30f5bbd852dbf4220902b`, found `{project}`");
        findings.report(message).at(Span::new(start, start + project.len()));
    }
}

pub(super) static NOT_QUAY_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-not-quay-registry",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::Quay),
        summary: "reference is not below `quay.io/redhat-isv-containers`",
        why: "A project with a hosted registry accepts images in this place only, and its key works with no other.",
        help: "Push to `quay.io/redhat-isv-containers/`, the project's id, a colon and the tag.",
        basis: Basis::Inferred {
            source: "redhat-openshift-ecosystem/certification-releases containers/troubleshooting.md and partners' push \
                     scripts",
        },
        examples: &[
            Example::bad("quay.io/acme/app:1.0-1"),
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
            Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        ],
    },
    check: not_quay_registry,
};

fn not_quay_registry(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference.filter(|_| context.below_quay_namespace().is_none()) else {
        return;
    };
    if is_pull_registry(reference.domain()) {
        return; // `reference-pull-registry` reports it.
    }
    let on_quay = host(reference.domain()).eq_ignore_ascii_case(QUAY);
    let (span, found) = match context.scan.domain {
        _ if on_quay => (context.scan.path, format!("`{}`", reference.path())),
        Some(span) => (span, format!("`{}`", reference.domain())),
        None => (context.scan.path, "missing".to_owned()),
    };
    let legacy = context.on_scan_registry().is_some();
    let message = if on_quay {
        format!("{found} is not in the namespace `{QUAY_NAMESPACE}`")
    } else {
        format!("the registry is {found}, not `{QUAY}`")
    };
    let draft = findings.report(message).at(span);
    if legacy {
        draft.help(format!(
            "This registry was used until {SCAN_ENDED}. Push to `{QUAY}/{QUAY_NAMESPACE}/`, the project's id, \
             a colon and the tag."
        ));
    }
}

pub(super) static QUAY_PATH: Entry = Entry {
    rule: Rule {
        id: "reference-quay-path",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::Quay),
        summary: "a name follows the project's id",
        why: "On `quay.io` the project's id is the repository, and the tag follows it directly. A name after the id \
              was correct on `scan.connect.redhat.com`.",
        help: "End the path with the project's id.",
        basis: Basis::Inferred {
            source: "partners' push scripts: `quay.io/redhat-isv-containers/<project id>:<tag>`",
        },
        examples: &[
            Example::fixed(
                "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b/app:1.0-1",
                "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1",
            ),
            Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        ],
    },
    check: quay_path,
};

fn quay_path(context: &Context<'_>, findings: &mut Findings) {
    let Some((project, span)) = context.below_quay_namespace() else { return };
    let Some((id, name)) = project.split_once('/') else { return };
    let surplus = Span::new(span.range().start + id.len(), span.range().end);
    let message = format!("a name follows the project's id: `/{name}`");
    findings.report(message).at(surplus).fix(Safety::Unsafe, format!("remove `/{name}`"), surplus, "");
}

pub(super) static QUAY_PROJECT: Entry = Entry {
    rule: Rule {
        id: "reference-quay-project",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::Quay),
        summary: "repository is not a project's id",
        why: "Each project has one repository, named after its id. A push to any other is rejected as `unauthorized`.",
        help: "Copy the id, 24 hexadecimal digits, from the address of the project's page.",
        basis: Basis::Inferred {
            source: "partners' push scripts: `quay.io/redhat-isv-containers/<project id>:<tag>`",
        },
        examples: &[
            Example::fixed(
                "quay.io/redhat-isv-containers/ospid-60d30f5bbd852dbf4220902b:1.0-1",
                "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1",
            ),
            Example::bad("quay.io/redhat-isv-containers/my-app:1.0-1"),
            Example::good("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
        ],
    },
    check: quay_project,
};

fn quay_project(context: &Context<'_>, findings: &mut Findings) {
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

pub(super) static QUAY_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-quay-registry",
        subject: Subject::Reference,
        severity: Severity::Warning,
        scope: Scope::in_flow(Flow::External),
        summary: "registry is Red Hat's, but the project uses the partner's own",
        why: "A project is set up for one of the two when it is created, and accepts images from that one only.",
        help: "Give the reference in your own registry, or check with the flow `quay`.",
        basis: Basis::Inferred { source: "RHC4TP/documentation remote-scan.md" },
        examples: &[
            Example::bad("quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"),
            Example::bad("scan.connect.redhat.com/ospid-60d30f5bbd852dbf4220902b/app:1.0-1"),
            Example::good("quay.io/acme/app:1.0-1"),
        ],
    },
    check: quay_registry,
};

fn quay_registry(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    if context.on_scan_registry().is_some() || context.below_quay_namespace().is_some() {
        let message = format!("`{}` is a registry of Red Hat, not your own", reference.name());
        findings.report(message).at(context.registry_place());
    }
}

pub(super) static INVALID_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-invalid-registry",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::External),
        summary: "registry is not a host that can be connected to",
        why: "The grammar of references accepts hosts that do not exist: a host with `_` in its name is read as part \
              of the repository, and any number is read as a port.",
        help: "Write the registry as a host of letters, digits, `-` and `.`, and a port from 1 to 65535 if it needs one.",
        basis: Basis::Upstream {
            source: "distribution/reference normalize.go, splitDockerDomain; skopeo: \"http: no Host in request URL\"",
        },
        examples: &[
            Example::bad("my_registry.example.com/app:1.0-1"),
            Example::bad("registry.example.com:99999/app:1.0-1"),
            Example::bad("registry.example.com:0/app:1.0-1"),
            Example::good("my-registry.example.com:5000/app:1.0-1"),
        ],
    },
    check: invalid_registry,
};

fn invalid_registry(context: &Context<'_>, findings: &mut Findings) {
    let Some(reference) = context.reference else { return };
    let domain = reference.domain();
    if domain.is_empty() {
        let path = context.scan.path;
        let name = reference.path().split('/').next().unwrap_or_default();
        let place = Span::new(path.start as usize, path.start as usize + name.len());
        findings.report(format!("`{name}` cannot be the host of a registry")).at(place);
    } else if let Some(port) = port(domain).filter(|port| !is_port(port)) {
        let place = context.registry_place();
        let end = place.end as usize;
        let message = format!("expected a port from 1 to 65535, found `{port}`");
        findings.report(message).at(Span::new(end - port.len(), end));
    }
}

fn is_port(digits: &str) -> bool {
    digits.parse::<u16>().is_ok_and(|port| port > 0)
}

pub(super) static PRIVATE_REGISTRY: Entry = Entry {
    rule: Rule {
        id: "reference-private-registry",
        subject: Subject::Reference,
        severity: Severity::Error,
        scope: Scope::in_flow(Flow::External),
        summary: "registry cannot be reached from outside",
        why: "Red Hat pulls the image of a project that uses the partner's registry: `localhost`, names that public \
              name servers do not know and private addresses mean nothing there.",
        help: "Push to a registry that is reachable from the Internet.",
        basis: Basis::Inferred {
            source: "RHC4TP/documentation remote-scan.md: the image is pulled to be published",
        },
        examples: &[
            Example::bad("localhost/app:1.0-1"),
            Example::bad("127.0.0.1:5000/app:1.0-1"),
            Example::bad("image-registry.openshift-image-registry.svc:5000/acme/app:1.0-1"),
            Example::bad("registry.acme.local/app:1.0-1"),
            Example::bad("registry:5000/acme/app:1.0-1"),
            Example::good("registry.example.com:5000/app:1.0-1"),
        ],
    },
    check: private_registry,
};

fn private_registry(context: &Context<'_>, findings: &mut Findings) {
    let domain = context.reference.map_or("", |reference| reference.domain());
    let Some(found) =
        Some(host_name(domain)).filter(|host| !host.is_empty()).and_then(|host| Reach::of(host).obstacle())
    else {
        return;
    };
    let message = format!("`{domain}` cannot be reached from the Internet: it is {found}");
    let draft = findings.report(message).at(context.registry_place());
    if domain.eq_ignore_ascii_case("localhost") {
        draft.help(
            "Write the host of your registry instead of `localhost`, which podman puts before local builds.",
        );
    }
}
