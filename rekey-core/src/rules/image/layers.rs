//! The layers of an image on disk.

use super::{Context, Entry};
use crate::{
    facts::contents::lossy,
    finding::Findings,
    image::contents::FaultKind,
    preflight::{
        Check,
        extract::{Refused, is_link, leads_out},
        licenses::Missing,
    },
    rule::{Basis, Example, Rule, Scope, Subject},
    rules::source::preflight,
    severity::Severity,
};

pub(super) static DIGEST_MISMATCH: Entry = Entry {
    rule: Rule {
        id: "image-digest-mismatch",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "digest does not match the bytes of the archive",
        why: "Manifest and config refer to their parts by digest. If one does not match, the archive was damaged or edited by hand; registries reject such a push, and preflight rejects such an image.",
        help: "Save the image again.",
        basis: Basis::Upstream { source: "OCI image specification, descriptor.md, \"Verification\"" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "fault digest layer 0 has another digest")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
        ],
    },
    check: digest_mismatch,
};

fn digest_mismatch(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Digest, findings);
}

pub(super) static UNREADABLE_LAYER: Entry = Entry {
    rule: Rule {
        id: "image-unreadable-layer",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "a layer cannot be read to its end",
        why: "Four checks depend on the contents of the layers. A layer that is truncated or not a tar prevents all of them, here and in preflight.",
        help: "Save the image again; check the tool that wrote the archive.",
        basis: Basis::Upstream { source: "OCI image specification, layer.md" },
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "fault unreadable the tar ends within a header")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
        ],
    },
    check: unreadable_layer,
};

fn unreadable_layer(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Unreadable, findings);
}

pub(super) static LIMIT_EXCEEDED: Entry = Entry {
    rule: Rule {
        id: "image-limit-exceeded",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "the archive exceeds a limit, so the rest was not read",
        why: "An archive may be crafted to exhaust its reader. So rekey limits entries, paths, headers, the size of layers and of RPM databases. The rest is unknown.",
        help: "If the image needs it, raise the limit in your call of the library; the command uses the documented limits.",
        basis: Basis::Practice { source: "bounded work on any input" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "fault limit more than 1000000 entries")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
        ],
    },
    check: limit_exceeded,
};

fn limit_exceeded(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Limit, findings);
}

pub(super) static UNSAFE_PATH: Entry = Entry {
    rule: Rule {
        id: "image-unsafe-path",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "preflight rejects an image for a path in a layer",
        why: "Preflight, and go-containerregistry, with which it reads images, reject the whole image for a path that leads out of it, and for a file that upper layers use as a directory: no check runs.",
        help: "Use only paths below the root in the layer: no leading `..`, no backslash, no drive letter.",
        basis: Basis::Upstream { source: "google/go-containerregistry 0.21 pkg/v1/mutate/mutate.go" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "file ../etc/passwd 10")]),
            Example::bad("quay.io/a/b:1").given(&[("layers", "file C:/x 10")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file etc/../etc/passwd 10")]),
        ],
    },
    check: unsafe_path,
};

fn unsafe_path(context: &Context<'_>, findings: &mut Findings) {
    match context.contents().and_then(|contents| contents.refused) {
        Some(Refused::UnsafePath(found)) => {
            let path = lossy(&found.entry.path);
            let message = format!("the path `{path}` leads out of the image");
            findings.report(message).layer(found.layer, path);
        }
        Some(Refused::FileOnFolder(found)) => {
            let path = lossy(&found.entry.path);
            let message = format!("the file `{path}` is a directory in upper layers");
            findings.report(message).layer(found.layer, path);
        }
        Some(Refused::LinkRounds) => {
            findings.report("chains of links go in circles, which preflight follows for long");
        }
        None => {}
    }
}

pub(super) static LINK_OUTSIDE: Entry = Entry {
    rule: Rule {
        id: "image-link-outside",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "a link leads out of the image",
        why: "In a container, a relative link that climbs above the root leads to the root, but tools that extract images do not follow it: go-containerregistry omits such a link.",
        help: "Give the link a target within the image.",
        basis: Basis::Upstream { source: "google/go-containerregistry 0.21 pkg/v1/mutate/mutate.go" },
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "link usr/lib/x -> ../../../etc/x")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "link usr/lib/x -> ../../etc/x")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "link x -> /etc/x")]),
        ],
    },
    check: link_outside,
};

fn link_outside(context: &Context<'_>, findings: &mut Findings) {
    let layers = context.contents().into_iter().flat_map(|contents| &contents.image.layers).enumerate();
    for (number, layer) in layers {
        for link in layer.entries.iter().filter(|entry| is_link(entry.kind) && leads_out(entry)) {
            let (path, target) = (lossy(&link.path), lossy(&link.target));
            let message = format!("the link's target `{target}` is outside the image");
            findings.report(message).layer(number, path);
        }
    }
}

pub(super) static MISSING_LICENSE: Entry = Entry {
    rule: Rule {
        id: "image-missing-license",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::HasLicense]),
        summary: "image has no file below `/licenses`",
        why: "Preflight requires a file with content in the directory `/licenses` or below it. The file can have any name.",
        help: "Copy the license terms of your product and of what it contains into the image: `COPY licenses /licenses`.",
        basis: preflight("internal/policy/container/has_license.go"),
        examples: &[
            Example::bad("quay.io/a/b:1").given(&[("layers", "file app 10")]),
            Example::bad("quay.io/a/b:1").given(&[("layers", "file licenses/LICENSE 0")]),
            Example::bad("quay.io/a/b:1").given(&[("layers", "file licenses 10")]),
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "file licenses/LICENSE 10\nlayer\nfile .wh.licenses 0")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file licenses/deep/LICENSE 10")]),
        ],
    },
    check: missing_license,
};

fn missing_license(context: &Context<'_>, findings: &mut Findings) {
    if let Some((span, found)) = context.log().and_then(|log| log.license) {
        let message = format!("`/licenses` has no file that is not empty: {found}");
        findings.report(message).at(span);
    }
    let Some(licenses) = context.contents().and_then(|contents| contents.licenses.as_ref()) else { return };
    let really = context.contents().and_then(|contents| contents.license_unseen.as_ref());
    if licenses.passing().is_some() || really.is_some() {
        return;
    }
    let found = match (licenses.missing, licenses.files.first(), licenses.broken.first()) {
        (Some(Missing::Astray), ..) => "it is a link that leads in a circle, or through a file".to_owned(),
        (Some(Missing::NoFolder), ..) => "it is a file".to_owned(),
        (Some(Missing::Nothing), ..) => "there is no such directory, or it is empty".to_owned(),
        (None, Some((path, _)), _) => format!("there are only empty files, such as `/{}`", lossy(path)),
        (None, None, Some(path)) => format!("the link `/{}` leads nowhere", lossy(path)),
        (None, None, None) => "there are only directories and links to them".to_owned(),
    };
    let draft = findings.report(format!("`/licenses` has no file that is not empty: {found}"));
    if let Some((path, found)) = licenses.files.first() {
        draft.layer(found.layer, lossy(path));
    }
}

pub(super) static LICENSE_UNDETECTED: Entry = Entry {
    rule: Rule {
        id: "image-license-undetected",
        subject: Subject::Image,
        severity: Severity::Error,
        scope: Scope::ALWAYS.of_checks(&[Check::HasLicense]),
        summary: "image has licenses that preflight does not find",
        why: "Preflight extracts only some files of an image. It follows a link from `/licenses` if no part of the target path is another link; it follows neither a link with an absolute target from within the directory nor a hard link to a file elsewhere.",
        help: "Copy the files into `/licenses`, or make `/licenses` itself a link to the directory that contains them.",
        basis: preflight("internal/engine/untar.go"),
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
    },
    check: license_undetected,
};

fn license_undetected(context: &Context<'_>, findings: &mut Findings) {
    let Some((path, found)) = context.contents().and_then(|contents| contents.license_unseen.as_ref()) else {
        return;
    };
    let message = format!(
        "preflight does not find the license `/{}`, because it does not follow the link to it",
        lossy(path)
    );
    findings.report(message).layer(found.layer, lossy(&found.entry.path));
}

pub(super) static LICENSE_LINK_BROKEN: Entry = Entry {
    rule: Rule {
        id: "image-license-link-broken",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "a link below `/licenses` leads nowhere",
        why: "A license that is a link counts as the file that it leads to. If the target is missing from the image or lies outside it, preflight does not find that license.",
        help: "Copy the file itself, or keep what the link points at in the image.",
        basis: preflight("internal/policy/container/has_license.go"),
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "file licenses/LICENSE 10\nlink licenses/OTHER -> ../usr/share/OTHER")]),
            Example::good("quay.io/a/b:1")
                .given(&[("layers", "file licenses/LICENSE 10\nlink licenses/OTHER -> LICENSE")]),
        ],
    },
    check: license_link_broken,
};

fn license_link_broken(context: &Context<'_>, findings: &mut Findings) {
    let Some(licenses) = context.contents().and_then(|contents| contents.licenses.as_ref()) else { return };
    if licenses.passing().is_none() {
        return;
    }
    for path in &licenses.broken {
        let path = lossy(path);
        findings.report(format!("the link `/{path}` leads nowhere"));
    }
}

pub(super) static INDEXES_DIFFER: Entry = Entry {
    rule: Rule {
        id: "image-indexes-differ",
        subject: Subject::Image,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "`index.json` and `manifest.json` of an archive name different images",
        why: "An archive written by docker has two indexes. `docker load`, `crane push` and `skopeo copy docker-archive:` read `manifest.json`; `podman load`, `skopeo copy oci-archive:` and docker with containerd's store read `index.json`. If they differ, the tool determines which image is pushed.",
        help: "Save the image again with a current version of docker, or with `podman save`; to check one of the two, name it as `docker-archive:FILE` or `oci-archive:FILE`.",
        basis: Basis::Upstream { source: "moby/moby issues 51389 and 47065" },
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "fault indexes `index.json` names 1 image, and `manifest.json` 2")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
        ],
    },
    check: indexes_differ,
};

fn indexes_differ(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Indexes, findings);
}

pub(super) static PROVENANCE_ATTACHED: Entry = Entry {
    rule: Rule {
        id: "image-provenance-attached",
        subject: Subject::Image,
        severity: Severity::Note,
        scope: Scope::ALWAYS,
        summary: "image has build attestations",
        why: "BuildKit attaches provenance to the images that it builds, and lists it beside the image as a manifest of the platform `unknown/unknown`. Preflight skips it, but publishing such images in Red Hat's catalog has failed.",
        help: "Build with `--provenance=false --sbom=false`, or with `BUILDX_NO_DEFAULT_ATTESTATIONS=1`.",
        basis: Basis::Upstream {
            source: "hazelcast/hazelcast-docker issue 1055; CrowdStrike/falcon-operator issue 579",
        },
        examples: &[
            Example::bad("quay.io/a/b:1")
                .given(&[("layers", "fault attestation the image carries an attestation")]),
            Example::good("quay.io/a/b:1").given(&[("layers", "file app 1")]),
        ],
    },
    check: provenance_attached,
};

fn provenance_attached(context: &Context<'_>, findings: &mut Findings) {
    context.report_faults(FaultKind::Attestation, findings);
}
