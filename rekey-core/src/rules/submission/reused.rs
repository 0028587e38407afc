//! Values that two submissions share.

use super::{Context, Entry};
use crate::{
    finding::Findings,
    rule::{Basis, Example, Rule, Scope, Subject},
    severity::Severity,
};

pub(super) static REFERENCE_REUSED: Entry = Entry {
    rule: Rule {
        id: "submission-reference-reused",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "another image is pushed under the same reference",
        why: "A tag names one image. The second push moves the tag from the first image, which is then no longer \
              scanned or published.",
        help: "Give each image its own project, and each build of an image its own tag.",
        basis: Basis::Upstream { source: "opencontainers/distribution-spec spec.md, \"Pushing Manifests\"" },
        examples: &[
            Example::bad("reference = quay.io/acme/app:1.0-1\n\nreference = quay.io/acme/app:1.0-1"),
            Example::bad("reference = acme/app:1.0-1\n\nreference = docker.io/acme/app:1.0-1"),
            Example::good("reference = quay.io/acme/app:1.0-1\n\nreference = quay.io/acme/app:1.0-2"),
            Example::good("reference = quay.io/acme/app\n\nreference = quay.io/acme/app"),
        ],
    },
    check: reference_reused,
};

fn reference_reused(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "the reference is also that of";
        context.reused(findings, image.reference.as_ref(), &shared.reference, expected, "the same reference");
    }
}

pub(super) static PROJECT_REUSED: Entry = Entry {
    rule: Rule {
        id: "submission-project-reused",
        subject: Subject::Submission,
        severity: Severity::Warning,
        scope: Scope::ALWAYS,
        summary: "another image goes to the same project",
        why: "A project is one image: its tags are versions of it, and its certification, its page in the catalog and \
              its registry key belong to that image. This does not apply to versions from one repository.",
        help: "Create a project for each image and use its id in the reference.",
        basis: Basis::Inferred {
            source: "Red Hat certification projects: \"one project, one image\"; a project is one repository on quay.io",
        },
        examples: &[
            Example::bad(
                "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
                 reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:7.1-1",
            ),
            Example::good(
                "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
                 reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1",
            ),
            Example::good(
                "git.url = https://github.com/acme/app\n\
                 reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\n\
                 git.url = git@github.com:acme/app.git\n\
                 reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.1-1",
            ),
        ],
    },
    check: project_reused,
};

fn project_reused(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "the project is also that of";
        context.reused(findings, image.reference.as_ref(), &shared.project, expected, "the same project");
    }
}

pub(super) static REGISTRY_KEY_REUSED: Entry = Entry {
    rule: Rule {
        id: "submission-registry-key-reused",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "another project has the same registry key",
        why: "A key belongs to the robot account of one project: the registry rejects it (\"unauthorized\") for every \
              other project.",
        help: "Copy the key from the page of each project, \"Set up Preflight\" or \"Push image manually\".",
        basis: Basis::Inferred {
            source: "the robot account of a project, redhat-isv-containers+PROJECT-robot, may write to that project alone",
        },
        examples: &[
            Example::bad(
                "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\
                 registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
                 reference = quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1\n\
                 registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
            ),
            Example::good(
                "reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1\n\
                 registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
                 reference = quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-2\n\
                 registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A",
            ),
            Example::good(
                "registry-key = 0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A\n\n\
                 registry-key = 1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B1B",
            ),
        ],
    },
    check: registry_key_reused,
};

fn registry_key_reused(context: &Context<'_>, findings: &mut Findings) {
    for (image, shared) in context.images() {
        let expected = "the registry key is also that of";
        context.reused(findings, image.registry_key.as_ref(), &shared.registry_key, expected, "the same key");
    }
}

pub(super) static SHARED_PRIME: Entry = Entry {
    rule: Rule {
        id: "submission-shared-prime",
        subject: Subject::Submission,
        severity: Severity::Error,
        scope: Scope::ALWAYS,
        summary: "two private keys have a prime in common",
        why: "Anyone who has both public keys, and git hosts show them to everybody, finds the common prime in a \
              moment and with it both private keys. This happens if keys are made on machines that have just been \
              started from one image.",
        help: "Discard both keys and make new ones with `ssh-keygen -t rsa -b 4096 -m PEM -N '' -C project -f \
               project_key`, on a computer that has run for a while.",
        basis: Basis::Upstream {
            source: "Heninger and others, \"Mining Your Ps and Qs: Detection of Widespread Weak Keys in Network Devices\", 2012",
        },
        examples: &[
            Example::bad("git.key = right.pem\n\ngit.key = shared_prime.pem"),
            Example::good("git.key = right.pem\n\ngit.key = other.pem"),
            Example::good("git.key = right.pem\n\ngit.key = right.pem"),
        ],
    },
    check: shared_prime,
};

fn shared_prime(context: &Context<'_>, findings: &mut Findings) {
    let expected = "the key shares a prime with that of";
    let key = context.submission.git.key.as_ref();
    context.reused(findings, key, &context.shared.prime, expected, "the other key");
}
