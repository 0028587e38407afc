//! Rules about images: their configs and manifests, and the contents of their layers.

mod config;
mod layers;
mod packages;
mod registry;

use std::{cmp::Reverse, collections::BTreeMap};

use crate::{
    facts::contents::{Inspection, lossy, made_by},
    finding::{Draft, Findings},
    image::{
        config::{Config, Manifest, Problem},
        contents::FaultKind,
    },
    preflight::modified_files::{FileChange, Modification},
    preflight_run::{
        artifacts::{CertImage, Rpm},
        explanation::LogSummary,
    },
    rule::Rule,
};

/// All rules about images, in the order in which they run.
pub(crate) static RULES: &[&Entry] = &[
    &config::INVALID_DOCUMENT,
    &config::MISSING_LABEL,
    &config::LABEL_PLACEHOLDER,
    &config::LABEL_TRADEMARK,
    &config::USER_ROOT,
    &config::USER_ROOT_UNDETECTED,
    &config::TOO_MANY_LAYERS,
    &config::LAYER_LIMIT,
    &layers::INDEXES_DIFFER,
    &layers::DIGEST_MISMATCH,
    &layers::UNREADABLE_LAYER,
    &layers::LIMIT_EXCEEDED,
    &layers::UNSAFE_PATH,
    &layers::LINK_OUTSIDE,
    &registry::ONLY_LATEST,
    &config::ARCHITECTURE,
    &layers::PROVENANCE_ATTACHED,
    &layers::MISSING_LICENSE,
    &layers::LICENSE_UNDETECTED,
    &layers::LICENSE_LINK_BROKEN,
    &packages::MISSING_RPM_DATABASE,
    &packages::UNREADABLE_RPM_DATABASE,
    &packages::PROHIBITED_PACKAGE,
    &packages::MISSING_OS_RELEASE,
    &packages::FILES_MODIFIED,
    &packages::PACKAGE_DISTRIBUTION,
    &packages::PACKAGE_ARCHITECTURE,
    &packages::FILES_MODIFIED_THIRD_PARTY,
    &packages::FILES_MODIFIED_UNDETECTED,
];

/// A row of this table.
pub(crate) type Entry = crate::rule::Entry<fn(&Context<'_>, &mut Findings)>;

/// The input of rules about images: one source of facts about the image.
pub(crate) enum Context<'a> {
    /// Its config or manifest.
    Document(&'a Document),
    /// Its config, as stored by a preflight run.
    RunConfig(&'a Document, &'a CertImage),
    /// The contents of its layers.
    Contents(&'a Inspection<'a>),
    /// The packages that a preflight run listed.
    Packages(&'a [Rpm]),
    /// The log of a preflight run.
    Log(&'a LogSummary),
}

/// A document about an image.
pub(crate) enum Document {
    /// The image's config.
    Config(Result<Config, Problem>),
    /// The image's manifest.
    Manifest(Result<Manifest, Problem>),
}

impl Document {
    /// The reason why it cannot be read.
    fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Config(config) => config.as_ref().err(),
            Self::Manifest(manifest) => manifest.as_ref().err(),
        }
    }
}

impl<'a> Context<'a> {
    fn document(&self) -> Option<&'a Document> {
        match self {
            Self::Document(document) | Self::RunConfig(document, _) => Some(document),
            _ => None,
        }
    }

    fn contents(&self) -> Option<&'a Inspection<'a>> {
        if let Self::Contents(contents) = self { Some(contents) } else { None }
    }

    fn log(&self) -> Option<&'a LogSummary> {
        if let Self::Log(log) = self { Some(log) } else { None }
    }

    fn packages(&self) -> &'a [Rpm] {
        if let Self::Packages(packages) = self { packages } else { &[] }
    }

    /// The image as described by a preflight run.
    fn cert_image(&self) -> Option<&'a CertImage> {
        if let Self::RunConfig(_, image) = self { Some(image) } else { None }
    }

    /// The config, unless it is that of an operator bundle, which is checked under another policy.
    fn config(&self) -> Option<&'a Config> {
        match self.document()? {
            Document::Config(Ok(config)) if !config.is_operator_bundle() => Some(config),
            _ => None,
        }
    }

    /// The number of layers, and the JSON pointer of their list in a document.
    fn layers(&self) -> Option<(u32, Option<&'static str>)> {
        match self {
            Self::Contents(contents) => Some((u32::try_from(contents.image.layers.len()).ok()?, None)),
            _ => match self.document()? {
                Document::Manifest(manifest) => Some((manifest.as_ref().ok()?.layers, Some("/layers"))),
                Document::Config(_) => {
                    let config = self.config()?;
                    Some((config.layers?, Some(config.layers_pointer)))
                }
            },
        }
    }

    /// Adds the place of the list of layers, and the instructions that made them if a preflight run stored
    /// them.
    fn explain_layers(&self, rule: &Rule, pointer: Option<&str>, draft: &mut Draft) {
        if let Some(pointer) = pointer {
            draft.pointer(pointer);
        }
        if let Some(census) = self.cert_image().and_then(|image| census(&image.instructions)) {
            draft.help(format!("{} {census}", rule.help));
        }
    }

    /// The package files that layers change in one way, by layer and package: those that preflight sees, or
    /// the others.
    fn changed(&self, kind: Modification, seen: bool) -> Vec<PackageChanges<'_>> {
        let Some(contents) = self.contents() else { return Vec::new() };
        let files = if seen { &contents.modified } else { &contents.unseen };
        let files: Vec<_> = files.iter().filter(|file| file.kind == kind).collect();
        let groups =
            files.chunk_by(|a, b| (a.layer, &a.package, &a.before) == (b.layer, &b.package, &b.before));
        groups
            .filter_map(|group| {
                let (first, rest) = group.split_first()?;
                Some(PackageChanges { first, others: rest.len(), contents })
            })
            .collect()
    }

    /// Reports the faults of one kind in an archive.
    fn report_faults(&self, kind: FaultKind, findings: &mut Findings) {
        let faults = self.contents().into_iter().flat_map(|contents| &contents.image.faults);
        for fault in faults.filter(|fault| fault.kind == kind) {
            let draft = findings.report(fault.message.clone());
            if let Some(layer) = fault.layer {
                draft.layer(layer as usize, fault.path.clone());
            }
        }
    }

    /// Reports the package files in a log that layers change in one way; `defect` follows the layer.
    fn report_logged(&self, rule: &Rule, kind: Modification, defect: &str, findings: &mut Findings) {
        const NAMED: usize = 5;
        let changes = self.log().into_iter().flat_map(|log| &log.changes);
        for change in changes.filter(|change| change.kind == kind) {
            let named: Vec<_> = change.files.iter().take(NAMED).map(|file| format!("`/{file}`")).collect();
            let more = match change.files.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let names = named.join(", ") + &more;
            let layer =
                change.layer.map_or_else(|| "an upper layer".to_owned(), |layer| format!("layer {layer}"));
            let made = change.layer.map(|layer| made_by(layer, change.instruction.as_deref()));
            let made = made.unwrap_or_default();
            let message = format!("{layer} changes {names}: {defect}");
            findings.report(message).help(format!("{}{made}", rule.help)).at(change.span);
        }
    }
}

/// The files of one package that one layer changes.
struct PackageChanges<'a> {
    first: &'a FileChange,
    /// The number of further files.
    others: usize,
    contents: &'a Inspection<'a>,
}

impl PackageChanges<'_> {
    /// The first of them, and the number of further ones.
    fn names(&self) -> String {
        let first = lossy(&self.first.path);
        match self.others {
            0 => format!("`/{first}`"),
            others => format!("`/{first}` and {others} more"),
        }
    }

    /// The package that owns them: name, version, release and architecture.
    fn package(&self) -> &str {
        &self.first.package
    }

    /// The package that owned them in the layer below.
    fn before(&self) -> &str {
        self.first.before.as_deref().unwrap_or(self.package())
    }

    fn report(&self, rule: &Rule, message: String, findings: &mut Findings) {
        let layer = self.first.layer;
        let help = format!("{}{}", rule.help, self.contents.made_by(layer));
        findings.report(message).help(help).layer(layer, lossy(&self.first.path));
    }
}

/// The number of layers by instruction: `38 by RUN, 3 by COPY`.
fn census(instructions: &[Option<String>]) -> Option<String> {
    let mut counts = BTreeMap::new();
    for line in instructions.iter().flatten() {
        let keyword = line.split(' ').next().filter(|word| word.bytes().all(|b| b.is_ascii_uppercase()));
        *counts.entry(keyword.unwrap_or("others")).or_insert(0_usize) += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    let counts: Vec<_> = counts.iter().map(|(keyword, count)| format!("{count} by {keyword}")).collect();
    (!counts.is_empty()).then(|| format!("The layers of this image were made: {}.", counts.join(", ")))
}
