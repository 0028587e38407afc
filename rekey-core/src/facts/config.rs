//! Facts from the config and the manifest of an image.

use super::{Evidence, Fact, ImageFacts, Label, Settle};
use crate::image::config::{Config, Manifest};

impl From<&Config> for ImageFacts {
    fn from(config: &Config) -> Self {
        let known = |label| Fact::Known(label, Evidence::Config);
        let value = |(key, value): (&String, &String)| (key.clone(), known(Label::Value(value.clone())));
        let facts = Self {
            user: Fact::Known(config.user.clone(), Evidence::Config),
            operator_bundle: config.is_operator_bundle(),
            labels: config.labels.iter().map(value).collect(),
            other_labels: known(Label::Absent),
            ..Self::unknown("the image's config does not say", Settle::Image)
        };
        match config.layers {
            Some(layers) => with_layers(facts, layers),
            None => facts,
        }
    }
}

impl From<&Manifest> for ImageFacts {
    fn from(manifest: &Manifest) -> Self {
        with_layers(Self::unknown("the manifest does not say", Settle::Image), manifest.layers)
    }
}

fn with_layers(facts: ImageFacts, layers: u32) -> ImageFacts {
    ImageFacts {
        layers: Fact::Known(layers, Evidence::Config),
        layers_at_least: layers,
        layers_at_most: Some(layers),
        ..facts
    }
}
