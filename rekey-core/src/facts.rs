//! Facts about an image, whatever their source.

pub(crate) mod base_files;
pub mod base_images;
mod config;
pub(crate) mod contents;
pub(crate) mod dockerfile;
pub(crate) mod effects;
pub mod foreign_bases;
pub(crate) mod licenses;
pub(crate) mod packages;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use crate::{image::config::is_of_bundle, preflight::Check};

/// A fact about an image: known, or unknown for a reason that the user can resolve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// Known, with its evidence.
    Known(T, Evidence),
    /// Unknown.
    Unknown(Unknown),
}

/// The source of a fact. If two disagree, the first in this order wins.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The layers of the image itself.
    Archive,
    /// The image's config or manifest.
    Config,
    /// The registry that the image was read from.
    Registry,
    /// The image reference.
    Reference,
    /// The Dockerfile.
    Dockerfile,
    /// The Dockerfile and the build context.
    Context,
    /// Labels that will be set when the image is built.
    BuildLabels,
    /// The config of the base image, as given.
    BaseConfig,
    /// rekey's table of Red Hat base images, as of its date.
    BaseTable,
}

impl Evidence {
    /// The name in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Config => "config",
            Self::Registry => "registry",
            Self::Reference => "reference",
            Self::Dockerfile => "dockerfile",
            Self::Context => "context",
            Self::BuildLabels => "build_labels",
            Self::BaseConfig => "base_config",
            Self::BaseTable => "base_table",
        }
    }
}

/// The reason why something is unknown, and the input that would resolve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The reason, as a phrase: "the base image `x` is not known".
    pub reason: Cow<'static, str>,
    /// The input that would resolve it.
    pub settle: Settle,
}

/// The input that resolves an unknown.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename_all = "snake_case"))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Settle {
    /// The config JSON of the base image (`base_config`).
    BaseConfig,
    /// Values of build arguments (`build_args`).
    BuildArgs,
    /// The labels that the build sets (`labels`).
    Labels,
    /// The build context (`context`).
    Context,
    /// The image itself, or its config.
    Image,
    /// The image reference.
    Reference,
    /// The image in its registry: `docker://REFERENCE`.
    Registry,
    /// A change to the Dockerfile.
    Dockerfile,
    /// Nothing offline: only Red Hat's services know.
    Service,
}

impl Settle {
    /// The name of the input.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BaseConfig => "base_config",
            Self::BuildArgs => "build_args",
            Self::Labels => "labels",
            Self::Context => "context",
            Self::Image => "image",
            Self::Reference => "reference",
            Self::Registry => "registry",
            Self::Dockerfile => "dockerfile",
            Self::Service => "service",
        }
    }
}

/// A value that a preflight check reads, or the reason why it cannot, which is an error of the check.
pub type Readable<T> = Result<T, Cow<'static, str>>;

/// The value of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// The image does not have the label.
    Absent,
    /// The image has the label with a non-empty value that is unknown.
    Present,
    /// The image has the label with this value.
    Value(String),
}

/// The facts about an image.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageFacts {
    /// The user of the config; empty if none is set.
    pub user: Fact<String>,
    /// True if the user is unknown but certainly not one that preflight rejects: `app$UID`.
    pub user_is_never_refused: bool,
    /// Labels that are known to be set or known to be absent.
    pub labels: BTreeMap<String, Fact<Label>>,
    /// The fact about every label that `labels` does not name.
    pub other_labels: Fact<Label>,
    /// The number of layers.
    pub layers: Fact<u32>,
    /// The minimum number of layers.
    pub layers_at_least: u32,
    /// The maximum number of layers, if known.
    pub layers_at_most: Option<u32>,
    /// True if `/licenses` has a non-empty file.
    pub licenses: Fact<Readable<bool>>,
    /// The names of the installed packages, or the reason why preflight cannot read them, which is an error
    /// of its check.
    pub packages: Fact<Readable<Vec<String>>>,
    /// Prohibited packages that will be installed, if not every package is known.
    pub prohibited_packages: Vec<String>,
    /// True if the image is built on one of Red Hat's.
    pub on_red_hat: Fact<bool>,
    /// The files of Red Hat's packages that were changed, or the reason why preflight cannot look for them,
    /// which is an error of its check.
    pub modified_files: Fact<Readable<Vec<String>>>,
    /// The tag that the image is pushed with; `None` if there is only a digest.
    pub tag: Fact<Option<String>>,
    /// The tags of the repository.
    pub repository_tags: Fact<Vec<String>>,
    /// The last part of the repository's name.
    pub name: Fact<String>,
    /// True for an operator bundle, which is checked under another policy.
    pub operator_bundle: bool,
    /// Evidence for the forecast, by check: details about a requirement that is met or whose state is
    /// unknown.
    pub details: Vec<(Check, String)>,
}

/// Returns true if the labels are those of an operator bundle.
pub(crate) fn are_of_bundle(labels: &BTreeMap<String, Fact<Label>>) -> bool {
    labels.iter().any(|(key, label)| match label.value() {
        Some(Label::Value(value)) => is_of_bundle(key, value),
        _ => is_of_bundle(key, ""),
    })
}

impl<T> Fact<T> {
    /// An unknown fact.
    pub fn unknown(reason: impl Into<Cow<'static, str>>, settle: Settle) -> Self {
        Self::Unknown(Unknown { reason: reason.into(), settle })
    }

    /// The value, if known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known(value, _) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Returns this fact, or the other if this one is unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Unknown(_), Self::Known(..)) => other,
            _ => self,
        }
    }
}

impl Fact<bool> {
    /// The fact whether an image is built on one of Red Hat's, if nothing offline excludes it.
    pub(crate) fn in_catalog() -> Self {
        let reason = "only Red Hat's catalog knows if a layer is Red Hat's";
        Self::unknown(reason, Settle::Service)
    }
}

impl ImageFacts {
    /// The facts about an image of which nothing is known, for this reason.
    pub fn unknown(reason: impl Into<Cow<'static, str>>, settle: Settle) -> Self {
        let reason = reason.into();
        Self {
            user: Fact::unknown(reason.clone(), settle),
            user_is_never_refused: false,
            labels: BTreeMap::new(),
            other_labels: Fact::unknown(reason.clone(), settle),
            layers: Fact::unknown(reason.clone(), settle),
            layers_at_least: 0,
            layers_at_most: None,
            licenses: Fact::unknown(reason.clone(), settle),
            packages: Fact::unknown(reason.clone(), settle),
            prohibited_packages: Vec::new(),
            on_red_hat: Fact::in_catalog(),
            modified_files: Fact::unknown(reason, settle),
            tag: Fact::unknown("no image reference was given", Settle::Reference),
            repository_tags: Fact::unknown("only the registry knows its tags", Settle::Registry),
            name: Fact::unknown("no image reference was given", Settle::Reference),
            operator_bundle: false,
            details: Vec::new(),
        }
    }

    /// The evidence about a check's requirement.
    pub(crate) fn detail(&self, check: Check) -> Option<&str> {
        self.details.iter().find(|(of, _)| *of == check).map(|(_, detail)| detail.as_str())
    }

    /// The fact about a label.
    pub fn label(&self, key: &str) -> &Fact<Label> {
        self.labels.get(key).unwrap_or(&self.other_labels)
    }

    /// Fills unknown facts from another source: `self` wins if both know a value.
    #[must_use]
    pub fn completed_by(mut self, other: Self) -> Self {
        let keys: BTreeSet<_> = self.labels.keys().chain(other.labels.keys()).cloned().collect();
        let both = |key: String| {
            let fact = self.label(&key).clone().or(other.label(&key).clone());
            (key, fact)
        };
        let labels = keys.into_iter().map(both).collect();
        self.labels = labels;
        self.other_labels = self.other_labels.or(other.other_labels);
        self.user = self.user.or(other.user);
        self.user_is_never_refused |= other.user_is_never_refused;
        self.on_red_hat = self.on_red_hat.or(other.on_red_hat);
        self.layers = self.layers.or(other.layers);
        self.layers_at_least = self.layers_at_least.max(other.layers_at_least);
        self.layers_at_most = self.layers_at_most.into_iter().chain(other.layers_at_most).min();
        self.licenses = self.licenses.or(other.licenses);
        self.packages = self.packages.or(other.packages);
        self.prohibited_packages.extend(other.prohibited_packages);
        self.modified_files = self.modified_files.or(other.modified_files);
        self.tag = self.tag.or(other.tag);
        self.repository_tags = self.repository_tags.or(other.repository_tags);
        self.name = self.name.or(other.name);
        self.operator_bundle |= other.operator_bundle;
        self.details.extend(other.details);
        self
    }
}

impl serde::Serialize for Evidence {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl serde::Serialize for Settle {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
