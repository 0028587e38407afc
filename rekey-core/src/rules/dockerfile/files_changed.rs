//! Files of Red Hat's that a command or a copy may change.

use super::Context;
use crate::{
    dockerfile::{Arguments, Fact, Keyword, shell::Command},
    finding::{Basis, Findings, Severity},
    image::{
        base_files::{SYSTEM, in_image, is_likely},
        effects::{self, Effect},
    },
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-files-changed",
    severity: Severity::Warning,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::MODIFIED_FILES],
    summary: "files of Red Hat's packages may be changed",
    why: "A removed file, another owner or mode, or new content is a change in the layer. Preflight compares each file of a \
          Red Hat package with the layer before, and one that changes without a new package fails the image.",
    help: "Change only files of your own, in a folder of their own such as `/opt/app`.",
    basis: Basis::Inferred {
        source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /usr\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN chmod -vR g=u /opt/app /usr/lib64/\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chown -R 1001:0 /opt/app /var /etc/app\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod -R g=u /usr/local/app\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN chmod u-s /usr/bin/su\n"),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nRUN microdnf upgrade -y && rm -f /usr/bin/curl\n",
        ),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN mv /usr/bin/python3 /usr/bin/python3.orig\n"),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nRUN sed -i s/a/b/ /usr/share/zoneinfo/zone.tab\n",
        ),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN strip /usr/lib64/*.so\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nRUN echo x > /usr/bin/ldd\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY mybash /usr/bin/bash\n"),
        Example::bad(
            "FROM registry.access.redhat.com/ubi9\nCOPY --from=acme/x /usr/share/zoneinfo /usr/share/zoneinfo\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9\nCOPY app /usr/bin/\nRUN chmod 755 /usr/bin/app\n",
        ),
        Example::good(
            "FROM registry.access.redhat.com/ubi9/ubi-minimal\nRUN ln -sf python3.11 /usr/bin/python3\n",
        ),
        Example::good("FROM registry.access.redhat.com/ubi9\nRUN setcap cap_net_raw+ep /usr/bin/curl\n"),
        Example::good("FROM debian:12\nRUN rm -f /usr/bin/curl\n"),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() {
        return;
    }
    for command in context.commands {
        changed_by_folder(command, findings);
        if context.is_on_red_hat() {
            changed_by_name(context, command, findings);
        }
    }
    for (at, _, instruction) in context.steps().filter(|_| context.is_on_red_hat()) {
        let Arguments::Copy { sources, destination } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let Fact::Known(place) = context.file.expand_path(at, destination) else { continue };
        let Some(place) = in_image(&place).filter(|_| copies) else { continue };
        let within = |source: &str| {
            let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            format!("{place}/{name}")
        };
        let sources = sources.iter().map(|word| within(&word.text()));
        if let Some(path) =
            std::iter::once(place.clone()).chain(sources).find(|path| is_likely(path, context.base.as_ref()))
        {
            let message = format!("`{}` may change `/{path}` of Red Hat's packages", instruction.keyword);
            findings.report(message).at(destination.span);
        }
    }
}

/// `chown -R` and its like of a folder of the system.
fn changed_by_folder(command: &Command<'_>, findings: &mut Findings) {
    if !matches!(command.program(), "chown" | "chmod" | "chgrp") {
        return;
    }
    let recursive = command.arguments().iter().any(|word| {
        let letters = word.text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        letters.is_some_and(|letters| letters.contains('R')) || word.text == "--recursive"
    });
    for word in command.arguments().iter().filter(|_| recursive) {
        let folder = in_image(word.text.trim_end_matches('*')).filter(|folder| SYSTEM.contains(&&**folder));
        if let Some(folder) = folder {
            let message = format!("`{} -R` reaches Red Hat's files below `/{folder}`", command.program());
            findings.report(message).at(word.place());
        }
    }
}

/// A file that the base image brings as a rule, changed by its name, or a folder of the system removed.
fn changed_by_name(context: &Context<'_>, command: &Command<'_>, findings: &mut Findings) {
    let mut last = None;
    for change in effects::changes(command) {
        let place = change.word.place();
        let Some(path) = in_image(change.path()).filter(|_| last != Some(place)) else { continue };
        let is_certain = || context.base_files.changed.iter().any(|(_, certain)| *certain == place);
        let folder = path.trim_end_matches('*').trim_end_matches('/');
        let is_tree = change.effect == Effect::RemovedTree && SYSTEM.contains(&folder);
        if (is_tree || is_likely(&path, context.base.as_ref())) && !is_certain() {
            let message = format!("`{}` may change `/{path}` of Red Hat's packages", command.program());
            findings.report(message).at(place);
            last = Some(place);
        }
    }
}
