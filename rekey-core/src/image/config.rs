//! What an image's config and manifest tell of it.

use std::collections::BTreeMap;

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

use super::facts::{Evidence, Fact, ImageFacts, Label, Settle, are_of_bundle};

/// The most bytes of a config or manifest that are read. Registries take 4 MiB of manifest.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// Why a text is no config or manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Too many bytes.
    #[error("expected at most {MAX_DOCUMENT_BYTES} bytes, found {0}")]
    TooLarge(usize),
    /// Not JSON, or a value has another type than it should.
    #[error("expected an image's JSON, found an error in line {line}, column {column}: {reason}")]
    Json {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
        /// The decoder's words; never the text.
        reason: &'static str,
    },
    /// JSON that is no config.
    #[error("expected an image's config with `config` and `rootfs`, found JSON without them")]
    NoConfig,
    /// `podman inspect` of several images, or none.
    #[error("expected one image, found {0}")]
    Count(usize),
    /// JSON that is no manifest.
    #[error("expected an image's manifest with `layers`, found JSON without them")]
    NoManifest,
    /// The manifest of several platforms.
    #[error("expected the manifest of one image, found a list of manifests")]
    Index,
}

/// A config, with where its parts stand.
#[derive(Clone, Debug)]
pub struct Config {
    /// What it tells.
    pub facts: ImageFacts,
    /// JSON pointer of the object that has user and labels.
    pub settings: &'static str,
    /// JSON pointer of the list of layers.
    pub layers: &'static str,
    /// What an image built on this one starts with.
    pub inherited: Inherited,
}

/// What an image built on another one starts with, beside user and labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inherited {
    /// The environment, `NAME=value` each.
    pub env: Vec<String>,
    /// The working directory; empty where none is set.
    pub working_dir: String,
    /// The instructions that run at the start of the build.
    pub on_build: Vec<String>,
}

/// Reads an image's config: what `skopeo inspect --config` prints, the config blob itself, or what `podman inspect` and
/// `docker inspect` print of one image.
///
/// Own types and not those of oci-spec, which refuse the last form.
///
/// ```
/// use rekey_core::image::config::read_config;
///
/// let json = br#"{"config": {"User": "1001"}, "rootfs": {"type": "layers", "diff_ids": ["sha256:0"]}}"#;
/// let config = read_config(json)?;
/// assert_eq!(config.facts.user.value().map(String::as_str), Some("1001"));
/// assert_eq!(config.facts.layers.value(), Some(&1));
/// # Ok::<(), rekey_core::image::config::Problem>(())
/// ```
///
/// # Errors
/// When the text is not such JSON.
pub fn read_config(json: &[u8]) -> Result<Config, Problem> {
    if !json.trim_ascii_start().starts_with(b"[") {
        let document: ConfigDocument = decode(json)?;
        let inspected = document.inspected.is_some() || document.inspected_layers.is_some();
        let pointers =
            if inspected { ("/Config", "/RootFS/Layers") } else { ("/config", "/rootfs/diff_ids") };
        return document.config(pointers);
    }
    let mut documents: Vec<ConfigDocument> = decode(json)?;
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => document.config(("/0/Config", "/0/RootFS/Layers")),
        (last, others) => Err(Problem::Count(others + usize::from(last.is_some()))),
    }
}

/// Reads an image's manifest, as `skopeo inspect --raw` prints it: it tells the number of layers.
///
/// # Errors
/// When the text is not such JSON, or the manifest of several platforms.
pub fn read_manifest(json: &[u8]) -> Result<ImageFacts, Problem> {
    let document: ManifestDocument = decode(json)?;
    match (document.layers, document.manifests) {
        (Some(layers), _) => Ok(with_layers(nothing("the manifest does not say"), layers.len())),
        (None, Some(_)) => Err(Problem::Index),
        (None, None) => Err(Problem::NoManifest),
    }
}

#[derive(Deserialize)]
struct ConfigDocument {
    config: Option<Settings>,
    rootfs: Option<RootFs>,
    #[serde(rename = "Config")]
    inspected: Option<Settings>,
    #[serde(rename = "RootFS")]
    inspected_layers: Option<InspectedRootFs>,
}

/// Fields that Go leaves out or writes as `null` where they are empty.
#[derive(Default, Deserialize)]
struct Settings {
    #[serde(rename = "User")]
    user: Option<String>,
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, Option<String>>>,
    #[serde(rename = "Env")]
    env: Option<Vec<String>>,
    #[serde(rename = "WorkingDir")]
    working_dir: Option<String>,
    #[serde(rename = "OnBuild")]
    on_build: Option<Vec<String>>,
}

/// The `history` of a config: the instructions that made the image.
///
/// ```
/// use rekey_core::image::config::History;
///
/// let json = r#"[{"created_by": "FROM scratch"}, {"created_by": "USER 1001", "empty_layer": true}, {}]"#;
/// let history: History = serde_json::from_str(json)?;
/// assert_eq!(history.into_instructions().collect::<Vec<_>>(), [Some("FROM scratch".to_owned()), None]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct History(Option<Vec<Step>>);

/// Fields that may be left out, or be `null`.
#[derive(Clone, Debug, Deserialize)]
struct Step {
    created_by: Option<String>,
    empty_layer: Option<bool>,
}

impl History {
    /// The instruction that made each layer, the base first; none where it is not told. What makes no layer is left out.
    pub fn into_instructions(self) -> impl Iterator<Item = Option<String>> {
        let steps = self.0.unwrap_or_default().into_iter();
        steps.filter(|step| step.empty_layer != Some(true)).map(|step| step.created_by)
    }
}

#[derive(Deserialize)]
struct RootFs {
    diff_ids: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct InspectedRootFs {
    #[serde(rename = "Layers")]
    layers: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct ManifestDocument {
    layers: Option<Vec<IgnoredAny>>,
    manifests: Option<IgnoredAny>,
}

impl ConfigDocument {
    fn config(self, (settings, layers): (&'static str, &'static str)) -> Result<Config, Problem> {
        let diff_ids = self.rootfs.map(|rootfs| rootfs.diff_ids.unwrap_or_default());
        let inspected = self.inspected_layers.map(|rootfs| rootfs.layers.unwrap_or_default());
        let count = diff_ids.or(inspected).map(|layers| layers.len());
        let Some(mut found) = self.config.or(self.inspected).or(count.map(|_| Settings::default())) else {
            return Err(Problem::NoConfig);
        };
        let inherited = found.inherited();
        let facts = found.facts();
        let facts = count.map_or(facts.clone(), |count| with_layers(facts, count));
        Ok(Config { facts, settings, layers, inherited })
    }
}

impl Settings {
    fn inherited(&mut self) -> Inherited {
        Inherited {
            env: self.env.take().unwrap_or_default(),
            working_dir: self.working_dir.take().unwrap_or_default(),
            on_build: self.on_build.take().unwrap_or_default(),
        }
    }

    fn facts(self) -> ImageFacts {
        let labels = self.labels.unwrap_or_default();
        let known = |label| Fact::Known(label, Evidence::Config);
        let value = |text: Option<String>| known(Label::Value(text.unwrap_or_default()));
        let labels = labels.into_iter().map(|(key, text)| (key, value(text))).collect();
        ImageFacts {
            user: Fact::Known(self.user.unwrap_or_default(), Evidence::Config),
            operator_bundle: are_of_bundle(&labels),
            labels,
            other_labels: known(Label::Absent),
            ..nothing("the image's config does not say")
        }
    }
}

/// An image of which a document tells nothing.
fn nothing(reason: &'static str) -> ImageFacts {
    ImageFacts::unknown(reason)
}

fn with_layers(facts: ImageFacts, count: usize) -> ImageFacts {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    ImageFacts {
        layers: Fact::Known(count, Evidence::Config),
        layers_at_least: count,
        layers_at_most: Some(count),
        ..facts
    }
}

pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, Problem> {
    if json.len() > MAX_DOCUMENT_BYTES {
        return Err(Problem::TooLarge(json.len()));
    }
    serde_json::from_slice(json).map_err(|error| Problem::Json {
        line: error.line(),
        column: error.column(),
        reason: match error.classify() {
            serde_json::error::Category::Eof => "the text ends too early",
            serde_json::error::Category::Data => "a value of another type was expected",
            _ => "this is not JSON",
        },
    })
}

/// The same facts without the number of layers, for where a manifest tells it better.
pub(crate) fn without_layers(facts: ImageFacts) -> ImageFacts {
    let layers = Fact::unknown("the manifest tells it", Settle::Image);
    ImageFacts { layers, layers_at_least: 0, layers_at_most: None, ..facts }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn config(json: &str) -> Config {
        read_config(json.as_bytes()).unwrap_or_else(|problem| panic!("{json}: {problem}"))
    }

    #[test]
    fn every_form_of_config_is_read() {
        for (json, settings) in [
            (
                r#"{"config":{"User":"1001","Labels":{"name":"app"}},"rootfs":{"diff_ids":["a","b"]}}"#,
                "/config",
            ),
            (
                r#"[{"Config":{"User":"1001","Labels":{"name":"app"}},"RootFS":{"Layers":["a","b"]}}]"#,
                "/0/Config",
            ),
            (
                r#"{"Config":{"User":"1001","Labels":{"name":"app"}},"RootFS":{"Layers":["a","b"]}}"#,
                "/Config",
            ),
        ] {
            let config = config(json);
            assert_eq!(config.settings, settings);
            assert_eq!(config.facts.user.value().map(String::as_str), Some("1001"), "{json}");
            assert_eq!(config.facts.layers.value(), Some(&2), "{json}");
            assert_eq!(config.facts.label("name").value(), Some(&Label::Value("app".into())), "{json}");
            assert_eq!(config.facts.label("vendor").value(), Some(&Label::Absent), "{json}");
        }
    }

    #[test]
    fn what_is_left_out_is_empty() {
        for json in [
            r#"{"rootfs":{"diff_ids":[]}}"#,
            r#"{"config":{"User":null,"Labels":null},"rootfs":{"diff_ids":null}}"#,
        ] {
            let config = config(json);
            assert_eq!(config.facts.user.value().map(String::as_str), Some(""), "{json}");
            assert_eq!(config.facts.layers.value(), Some(&0), "{json}");
        }
    }

    #[test]
    fn a_bundle_is_known_by_its_labels() {
        for (label, expected) in [
            (r#""operators.operatorframework.io.bundle.mediatype.v1":"registry+v1""#, true),
            (r#""com.redhat.delivery.operator.bundle":"true""#, true),
            (r#""com.redhat.delivery.operator.bundle":"True""#, true),
            (r#""com.redhat.delivery.operator.bundle":"false""#, false),
            (r#""operators.operatorframework.io.metrics.builder":"operator-sdk-v1.34.1""#, false),
            (r#""operators.operatorframework.io.index.database.v1":"/database/index.db""#, false),
        ] {
            let json = format!(r#"{{"config":{{"Labels":{{{label}}}}}}}"#);
            assert_eq!(config(&json).facts.operator_bundle, expected, "{label}");
        }
    }

    #[test]
    fn what_is_no_config_is_told_without_its_text() {
        for (json, expected) in [
            ("", "expected an image's JSON, found an error in line 1, column 0: the text ends too early"),
            ("hunter2", "expected an image's JSON, found an error in line 1, column 1: this is not JSON"),
            (
                r#"{"config":{"User":1001}}"#,
                "expected an image's JSON, found an error in line 1, column 22: a value of another type was expected",
            ),
            (
                r#"{"Labels":{}}"#,
                "expected an image's config with `config` and `rootfs`, found JSON without them",
            ),
            ("[]", "expected one image, found 0"),
            (r#"[{"Config":{}},{"Config":{}}]"#, "expected one image, found 2"),
        ] {
            let problem = read_config(json.as_bytes()).expect_err(json);
            assert_eq!(problem.to_string(), expected, "{json}");
        }
    }

    #[test]
    fn a_manifest_tells_its_layers() {
        let layers = |json: &str| read_manifest(json.as_bytes()).map(|facts| facts.layers.value().copied());
        assert_eq!(layers(r#"{"schemaVersion":2,"layers":[{},{}]}"#), Ok(Some(2)));
        assert_eq!(layers(r#"{"schemaVersion":2,"manifests":[]}"#), Err(Problem::Index));
        assert_eq!(layers("{}"), Err(Problem::NoManifest));
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = "[".repeat(100_000);
        assert!(matches!(read_config(deep.as_bytes()), Err(Problem::Json { .. })));
    }
}
