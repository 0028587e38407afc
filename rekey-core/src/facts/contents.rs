//! Facts from the layers of an image, read once for both the rules and the facts.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use crate::{
    facts::{Evidence, Fact, ImageFacts, Readable, Settle},
    image::contents::{FileSummary, ImageContents, Layer, LayerSummary, ModifiedFile, Package, Summary},
    mask,
    preflight::{
        self, Check,
        extract::{Extraction, Found, Refused, SYSIMAGE_DATABASE, VAR_DATABASES, flatten},
        licenses::{Licenses, Missing},
        modified_files::{FileChange, Modification, Viewer, modified_files},
    },
    target::{PreflightVersion, Target},
};

/// The path of the file that names the distribution for preflight; links are followed.
const OS_RELEASE: &str = "etc/os-release";

/// The contents of an image as preflight sees them, and the parts that it misses.
pub(crate) struct Inspection<'i> {
    pub(crate) image: &'i ImageContents,
    /// The reason why nothing is known, if so.
    pub(crate) unknown: Option<Cow<'static, str>>,
    /// The reason why preflight rejects the image, if it does.
    pub(crate) refused: Option<Refused<'i>>,
    /// The contents of `/licenses`; `None` if preflight rejects the image.
    pub(crate) licenses: Option<Licenses<'i>>,
    /// A license that is in the image although preflight finds none.
    pub(crate) license_unseen: Option<(Vec<u8>, Found<'i>)>,
    pub(crate) packages: Packages<'i>,
    /// The content of `os-release`.
    pub(crate) distribution: Distribution,
    /// Package files that layers change, as preflight sees it.
    pub(crate) modified: Vec<FileChange>,
    /// Package files that layers change without preflight seeing it.
    pub(crate) unseen: Vec<FileChange>,
}

/// The RPM database that preflight reads.
pub(crate) enum Packages<'i> {
    /// There is no database.
    None,
    /// It cannot be read, for this reason.
    Unreadable(Found<'i>, Cow<'static, str>),
    /// These packages are installed.
    Installed(Found<'i>, &'i [Package]),
}

/// The distribution that `os-release` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Distribution {
    /// There is no such file, which is an error of the check.
    Missing,
    /// The file has no `PLATFORM_ID` that preflight understands.
    Unnamed,
    /// An id such as `el9`.
    Named(String),
}

impl<'i> Inspection<'i> {
    /// Inspects an image, both as preflight does and completely.
    pub(crate) fn of(image: &'i ImageContents, target: &Target) -> Self {
        let mut inspection = Self {
            image,
            unknown: image.unread().map(Cow::Owned),
            refused: None,
            licenses: None,
            license_unseen: None,
            packages: Packages::None,
            distribution: Distribution::Missing,
            modified: Vec::new(),
            unseen: Vec::new(),
        };
        if inspection.unknown.is_some() {
            return inspection;
        }
        let extracted = flatten(image).and_then(|flat| Ok((Extraction::of(&flat)?, flat)));
        let (extracted, flat) = match extracted {
            Ok(extracted) => extracted,
            Err(refused) => {
                inspection.unknown = Some("preflight cannot extract the image".into());
                inspection.refused = Some(refused);
                return inspection;
            }
        };
        let version = target.preflight_version();
        let licenses = Licenses::of(&extracted);
        if licenses.passing().is_none() {
            inspection.license_unseen = Licenses::of(&Extraction::whole(&flat)).passing().cloned();
        }
        inspection.licenses = Some(licenses);
        inspection.packages = packages(image, &extracted, target);
        inspection.distribution = distribution(image, &extracted);
        let dist = match &inspection.distribution {
            Distribution::Named(dist) => Some(dist.as_str()),
            _ => None,
        };
        inspection.modified = modified_files(image, dist, Viewer::Preflight(version));
        inspection.unseen = modified_files(image, dist, Viewer::Open);
        let seen: HashSet<_> = inspection.modified.iter().map(|file| (file.layer, &file.path)).collect();
        inspection.unseen.retain(|file| !seen.contains(&(file.layer, &file.path)));
        inspection
    }

    /// Returns the resulting facts.
    pub(crate) fn facts(&self, target: &Target) -> ImageFacts {
        let count = u32::try_from(self.image.layers.len()).unwrap_or(u32::MAX);
        let reason = self.unknown.clone().unwrap_or("the layers do not say".into());
        let mut facts = ImageFacts {
            layers: Fact::Known(count, Evidence::Archive),
            layers_at_least: count,
            layers_at_most: Some(count),
            ..ImageFacts::unknown(reason, Settle::Image)
        };
        if self.unknown.is_some() {
            return facts;
        }
        let by = Evidence::Archive;
        facts.licenses = self.license_fact(target);
        facts.packages = match &self.packages {
            Packages::None => Fact::Known(Err("preflight finds no RPM database".into()), by),
            Packages::Unreadable(found, reason) => {
                let reason = format!("the RPM database {} cannot be read: {reason}", place(*found));
                Fact::unknown(reason, Settle::Service)
            }
            Packages::Installed(_, packages) => {
                Fact::Known(Ok(packages.iter().map(|package| package.name.clone()).collect()), by)
            }
        };
        let fails = |modified: &&FileChange| modified.kind != Modification::ThirdParty;
        let paths = self.modified.iter().filter(fails).map(|modified| lossy(&modified.path)).collect();
        facts.modified_files = match (&self.distribution, self.unreadable_database()) {
            (Distribution::Missing, _) => Fact::Known(Err("preflight finds no `/etc/os-release`".into()), by),
            (_, Some(layer)) => {
                Fact::unknown(format!("the RPM database of layer {layer} cannot be read"), Settle::Service)
            }
            (_, None) => Fact::Known(Ok(paths), by),
        };
        facts.details = self.details();
        facts
    }

    fn license_fact(&self, target: &Target) -> Fact<Readable<bool>> {
        let Some(licenses) = &self.licenses else {
            return Fact::unknown("the layers do not say", Settle::Image);
        };
        let passes = licenses.passing().is_some();
        // Before 1.18.0 links were not followed; before 1.17.1 directories were not searched and counted as
        // files.
        let is_plain = licenses.plain || licenses.missing == Some(Missing::Nothing);
        if target.preflight_version().triple() < (1, 18, 0) && !is_plain {
            let reason =
                "before preflight 1.18.0, links and directories below `/licenses` were judged differently";
            return Fact::unknown(reason, Settle::Service);
        }
        let astray = licenses.missing == Some(Missing::Astray);
        let readable = if astray {
            Err("`/licenses` is a link that does not lead to a directory".into())
        } else {
            Ok(passes)
        };
        Fact::Known(readable, Evidence::Archive)
    }

    /// The first layer whose RPM database preflight would open and that cannot be read.
    fn unreadable_database(&self) -> Option<usize> {
        let eyes = Viewer::Preflight(PreflightVersion::default());
        let unreadable = |layer| {
            preflight::modified_files::database(layer, eyes)
                .is_some_and(|database| database.packages.is_err())
        };
        self.image.layers.iter().position(unreadable)
    }

    /// The details for the reasons of the forecast.
    fn details(&self) -> Vec<(Check, String)> {
        let mut details = Vec::new();
        if let Some((path, found)) = self.licenses.as_ref().and_then(Licenses::passing) {
            let bytes = found.entry.size;
            let reason = format!("`/{}` of layer {} has {bytes} bytes", lossy(path), found.layer);
            details.push((Check::HasLicense, reason));
        }
        if let Packages::Installed(found, packages) = &self.packages {
            let count = packages.len();
            let reason = format!("none of the {count} packages in {} is prohibited", place(*found));
            details.push((Check::HasNoProhibitedPackages, reason));
        }
        let third = self.modified.iter().filter(|modified| modified.kind == Modification::ThirdParty).count();
        let warned = match third {
            0 => String::new(),
            _ => format!("; preflight warns of {third} of other vendors"),
        };
        let reason = format!("no upper layer changes a file of a Red Hat package without rpm{warned}");
        details.push((Check::HasModifiedFiles, reason));
        if let Some(base) = self.image.layers.first() {
            let says = match &self.distribution {
                Distribution::Named(name) => format!(", and `os-release` says `{name}`"),
                Distribution::Missing | Distribution::Unnamed => String::new(),
            };
            let reason = format!(
                "only Red Hat's catalog knows if a layer is Red Hat's; the lowest is \
                 `{}`{says}",
                base.diff_id
            );
            details.push((Check::BasedOnUbi, reason));
        }
        details
    }

    /// The summary in a report.
    pub(crate) fn summary(&self) -> Summary {
        let image = self.image;
        let layer = |layer: &Layer| LayerSummary {
            digest: layer.digest.clone(),
            diff_id: layer.diff_id.clone(),
            size: layer.size,
            entries: layer.entries.len(),
            created_by: layer.instruction(),
        };
        let license = |(path, found): &(Vec<u8>, Found<'_>)| FileSummary {
            path: mask::masked(&lossy(path)),
            layer: found.layer,
            size: found.entry.size,
        };
        let file = |seen| {
            move |file: &FileChange| ModifiedFile {
                path: mask::masked(&lossy(&file.path)),
                layer: file.layer,
                package: file.package.clone(),
                change: file.kind.as_str(),
                seen,
            }
        };
        let (database, packages) = match &self.packages {
            Packages::Installed(found, packages) => {
                (Some(lossy(&found.entry.path)), packages.iter().map(Package::nvra).collect())
            }
            Packages::Unreadable(found, _) => (Some(lossy(&found.entry.path)), Vec::new()),
            Packages::None => (None, Vec::new()),
        };
        Summary {
            platform: image.platform.clone(),
            digest: image.digest.clone(),
            names: image.names.iter().map(|name| mask::masked(name)).collect(),
            pulled_from: image.repository.as_ref().map(|own| mask::masked(own.reference().as_str())),
            published_tags: image.repository.as_ref().and_then(|own| Some(own.published()?.len())),
            layers: image.layers.iter().map(layer).collect(),
            distribution: match &self.distribution {
                Distribution::Named(name) => Some(name.clone()),
                _ => None,
            },
            licenses: self.licenses.iter().flat_map(|licenses| &licenses.files).map(license).collect(),
            database,
            packages,
            modified_files: self
                .modified
                .iter()
                .map(file(true))
                .chain(self.unseen.iter().map(file(false)))
                .collect(),
        }
    }

    /// The instruction that made a layer, as the end of a sentence.
    pub(crate) fn made_by(&self, layer: usize) -> String {
        made_by(layer, self.image.layers.get(layer).and_then(Layer::instruction).as_deref())
    }

    /// For each package the lowest layer whose database has it, by name, version, release and architecture.
    pub(crate) fn first_layers(&self) -> HashMap<String, usize> {
        let mut first = HashMap::new();
        for (number, layer) in self.image.layers.iter().enumerate() {
            let database = preflight::modified_files::database(layer, Viewer::Open);
            for package in database.and_then(|database| database.packages.as_ref().ok()).into_iter().flatten()
            {
                first.entry(package.nvra()).or_insert(number);
            }
        }
        first
    }
}

/// The database that preflight's package checks read.
fn packages<'i>(image: &'i ImageContents, extracted: &Extraction<'i>, target: &Target) -> Packages<'i> {
    let sysimage = target.preflight_version().triple() >= (1, 14, 1);
    let places = sysimage.then_some(SYSIMAGE_DATABASE).into_iter().chain(VAR_DATABASES);
    let Some(found) = places.into_iter().find_map(|place| extracted.file(place)) else {
        return Packages::None;
    };
    let databases = image.layers.get(found.layer).map(|layer| layer.databases.as_slice()).unwrap_or_default();
    match databases
        .iter()
        .find(|database| database.path == found.entry.path)
        .map(|database| &database.packages)
    {
        Some(Ok(packages)) => Packages::Installed(found, packages),
        Some(Err(reason)) => Packages::Unreadable(found, reason.clone()),
        None => Packages::Unreadable(found, "it is no RPM database".into()),
    }
}

/// The distribution that preflight reads from `os-release`.
fn distribution(image: &ImageContents, extracted: &Extraction<'_>) -> Distribution {
    let Some(found) = extracted.file(OS_RELEASE) else { return Distribution::Missing };
    let texts = image.layers.get(found.layer).map(|layer| layer.texts.as_slice()).unwrap_or_default();
    let text = texts.iter().find(|(path, _)| *path == found.entry.path);
    let text = String::from_utf8_lossy(text.map(|(_, text)| text.as_slice()).unwrap_or_default());
    let name = text.lines().find_map(|line| {
        let rest = line.split("PLATFORM_ID=\"platform:").skip(1);
        rest.into_iter().find_map(|rest| {
            let end = rest.find(|ch: char| !ch.is_ascii_alphanumeric())?;
            let (name, after) = rest.split_at(end);
            (!name.is_empty() && after.starts_with('"')).then(|| name.to_owned())
        })
    });
    name.map_or(Distribution::Unnamed, Distribution::Named)
}

/// The place of a file, as part of a sentence.
fn place(found: Found<'_>) -> String {
    format!("`/{}` of layer {}", lossy(&found.entry.path), found.layer)
}

/// The instruction that made a layer, as the end of a sentence; empty if it is unknown.
pub(crate) fn made_by(layer: usize, instruction: Option<&str>) -> String {
    instruction.map_or_else(String::new, |line| format!(" Layer {layer} was made by `{line}`."))
}

/// A path for display.
pub(crate) fn lossy(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}
