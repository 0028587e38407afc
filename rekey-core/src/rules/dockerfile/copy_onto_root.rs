//! A tree laid over the whole image.

use super::Context;
use crate::{
    dockerfile::{Arguments, Base, EntryKind, Fact, Keyword, build_context::Found},
    finding::{Basis, Findings, Severity},
    policy::PolicyKind,
    preflight,
    rule::{Applies, Check, Example, Rule},
};

pub(super) static RULE: Rule = Rule {
    id: "dockerfile-copy-onto-root",
    severity: Severity::Note,
    applies: Applies::ALWAYS.under(&[PolicyKind::Container, PolicyKind::Root, PolicyKind::Konflux]),
    checks: &[preflight::MODIFIED_FILES],
    summary: "tree is copied onto the root of the image",
    why: "What the tree has in common with the base is replaced. A file of a Red Hat package that comes again without a new \
          package database counts as changed; on a base without packages of its own there is nothing to change.",
    help: "Copy what is needed, each to its place.",
    basis: Basis::Inferred {
        source: "internal/policy/container/has_modified_files.go of openshift-preflight 1.21.0",
    },
    since: "0.1.0",
    examples: &[
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY --from=acme/build / /\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY rootfs/ /\n"),
        Example::bad("FROM registry.access.redhat.com/ubi9\nCOPY tree /\n").given(&[("context", "tree/a=1")]),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY entrypoint.sh /\n"),
        Example::good("FROM registry.access.redhat.com/ubi9\nCOPY rootfs/opt /opt\n"),
        Example::good("FROM scratch\nCOPY rootfs/ /\n").given(&[("policy", "container")]),
    ],
    check: Check::Dockerfile(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    if !context.is_judged() || context.file.base == Base::Scratch {
        return;
    }
    for (at, _, instruction) in context.steps() {
        let Arguments::Copy { sources, destination } = &instruction.arguments else { continue };
        let copies = matches!(instruction.keyword, Keyword::Copy | Keyword::Add);
        let Fact::Known(place) = context.file.expand_path(at, destination) else { continue };
        if !copies || !place.trim_matches('/').is_empty() {
            continue;
        }
        let local = instruction.flag("from").is_none();
        let tree = |source: &str| match context.folder.filter(|_| local) {
            Some(view) => view.find(source) == Found::Entry(EntryKind::Folder),
            None => looks_like_tree(source),
        };
        let known = sources.iter().filter_map(|word| match context.file.expand(at, word) {
            Fact::Known(source) => Some((word, source)),
            _ => None,
        });
        for (word, source) in known.filter(|(_, source)| tree(source)) {
            findings
                .report(format!("all of `{source}` is copied onto the root"))
                .at(word.span.to(destination.span));
        }
    }
}

/// Whether a source is a folder, as far as its spelling tells.
fn looks_like_tree(source: &str) -> bool {
    let name = source.rsplit('/').next().unwrap_or(source);
    name.is_empty() || name == "." || matches!(name, "rootfs" | "root" | "fs" | "overlay" | "rootfs-overlay")
}
