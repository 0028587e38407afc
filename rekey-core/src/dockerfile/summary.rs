//! The summary of a Dockerfile in a report.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Base, Dockerfile};

/// The main properties of a Dockerfile. A value that depends on something outside the file is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// The number of stages.
    pub stages: usize,
    /// The image that the built stage begins with; `scratch` for an empty one.
    pub base: Option<String>,
    /// The user that the file sets.
    pub user: Option<String>,
    /// The labels that the file sets.
    pub labels: BTreeMap<String, Option<String>>,
    /// The number of layers that it adds to its base.
    pub added_layers: u32,
}

impl From<&Dockerfile<'_>> for Summary {
    fn from(file: &Dockerfile<'_>) -> Self {
        let label = |label: &super::Label| {
            let key = label.key.value()?.to_owned();
            Some((key, label.value.value().map(str::to_owned)))
        };
        Self {
            stages: file.stages.len(),
            base: match &file.base {
                Base::Scratch => Some("scratch".to_owned()),
                Base::Image(reference) => Some(reference.clone()),
                _ => None,
            },
            user: file.user.value().map(str::to_owned),
            labels: file.labels.iter().filter_map(label).collect(),
            added_layers: file.added_layers,
        }
    }
}
