//! Parsing of an image's config and manifest.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};

/// The maximum size of a config or manifest in bytes. Registries accept manifests up to 4 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

/// The reason why a text is not a config or manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The text has too many bytes.
    #[error("the text has {0} bytes; at most {MAX_DOCUMENT_BYTES} are allowed")]
    TooLarge(usize),
    /// The text is not JSON, or a value has the wrong type.
    #[error("invalid JSON in line {line}, column {column}: {reason}")]
    Json {
        /// 1-based.
        line: usize,
        /// 1-based, in bytes.
        column: usize,
        /// The decoder's message, which never quotes the text.
        reason: &'static str,
    },
    /// JSON that is not a config.
    #[error("the JSON is not an image's config, which has `config` and `rootfs`")]
    NoConfig,
    /// `podman inspect` output for no image or more than one.
    #[error("expected one image, found {0}")]
    Count(usize),
    /// JSON that is not a manifest.
    #[error("the JSON is not an image's manifest, which has `layers`")]
    NoManifest,
    /// JSON of another known kind.
    #[error("this is {found}, not {expected}")]
    OtherKind {
        /// The kind that was expected.
        expected: DocumentKind,
        /// The kind of the text.
        found: DocumentKind,
    },
}

impl Problem {
    /// The input to give instead, if known.
    pub(crate) fn help(&self) -> Option<&'static str> {
        use DocumentKind::{Buildah, Config, Container, DockerArchive, Index, Manifest, ManifestV1, Skopeo};
        let Self::OtherKind { expected, found } = self else { return None };
        Some(match (expected, found) {
            (Config, Manifest) => {
                "Pass this text as the manifest; `skopeo inspect --config docker://REFERENCE` prints the \
                 config."
            }
            (Manifest, Config) => {
                "Pass this text as the config; `skopeo inspect --raw docker://REFERENCE` prints the manifest."
            }
            (Config, Index) => {
                "`skopeo inspect --config docker://REFERENCE` prints the config of one platform; `--override-arch` before `inspect` selects another."
            }
            (_, Index) => {
                "Pass the manifest of one image: `skopeo inspect --raw docker://NAME@DIGEST` with a digest \
                 from this list."
            }
            (_, Container) => "`podman inspect --type image IMAGE` prints the image that the container runs.",
            (Config, Skopeo) => {
                "Add `--config`: `skopeo inspect --config docker://REFERENCE` prints the config."
            }
            (Config, ManifestV1 | Buildah | DockerArchive) => {
                "`skopeo inspect --config` prints the config, of `docker://REFERENCE`, `containers-storage:IMAGE` or `docker-archive:FILE`."
            }
            (_, ManifestV1) => {
                "Registries no longer accept this format: push the image with a current version of podman, skopeo or docker, which writes schema version 2."
            }
            _ => return None,
        })
    }
}

/// A kind of JSON that tools print about images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// An image's config.
    Config,
    /// The manifest of one image, OCI's or Docker's schema version 2.
    Manifest,
    /// A list of manifests, one for each platform.
    Index,
    /// Docker's manifest of schema version 1.
    ManifestV1,
    /// `podman inspect` or `docker inspect` of a container.
    Container,
    /// `skopeo inspect` without `--config` or `--raw`.
    Skopeo,
    /// `buildah inspect`.
    Buildah,
    /// `manifest.json` in the output of `docker save`.
    DockerArchive,
    /// An object without fields.
    Empty,
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config => "an image's config",
            Self::Manifest => "an image's manifest",
            Self::Index => "a list of manifests for multiple platforms",
            Self::ManifestV1 => "a Docker manifest of schema version 1",
            Self::Container => "the description of a container",
            Self::Skopeo => "the summary that `skopeo inspect` prints",
            Self::Buildah => "the description that `buildah inspect` prints",
            Self::DockerArchive => "the `manifest.json` of a `docker save` archive",
            Self::Empty => "an empty object",
        })
    }
}

impl DocumentKind {
    /// Returns the kind of a text, recognized by fields that only this kind has.
    ///
    /// Sources: OCI image specification 1.1, config.md, manifest.md and image-index.md; moby `api/types/container`,
    /// `InspectResponse`; containers/skopeo `cmd/skopeo/inspect/output.go`; containers/buildah `info.go`, `BuilderInfo`;
    /// moby `image/tarexport/tarexport.go`, `manifestItem`.
    #[expect(clippy::zero_sized_map_values, reason = "serde reads an object's fields into no set")]
    fn of(json: &[u8]) -> Option<Self> {
        type Fields = BTreeMap<String, IgnoredAny>;
        let fields: Fields = if json.trim_ascii_start().starts_with(b"[") {
            let [fields]: [Fields; 1] = serde_json::from_slice(json).ok()?;
            fields
        } else {
            serde_json::from_slice(json).ok()?
        };
        let has = |name: &str| fields.contains_key(name);
        let all = |names: &[&str]| names.iter().all(|name| has(name));
        Some(match () {
            () if fields.is_empty() => Self::Empty,
            () if has("fsLayers") => Self::ManifestV1,
            () if has("manifests") => Self::Index,
            () if has("layers") => Self::Manifest,
            () if all(&["FromImage", "OCIv1"]) => Self::Buildah,
            () if has("State") || has("HostConfig") => Self::Container,
            () if has("rootfs") || has("RootFS") => Self::Config,
            () if all(&["Config", "Layers"]) => Self::DockerArchive,
            () if all(&["Digest", "Layers"]) => Self::Skopeo,
            () => return None,
        })
    }
}

/// An image's config, with the places of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The user; empty if none is set.
    pub user: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The number of layers, if the config lists them.
    pub layers: Option<u32>,
    /// The settings that an image built on this one inherits.
    pub inherited: InheritedSettings,
    /// JSON pointer of the object that has user and labels.
    pub settings_pointer: &'static str,
    /// JSON pointer of the list of layers.
    pub layers_pointer: &'static str,
}

impl Config {
    /// Returns true if the image is an operator bundle, which is checked under another policy.
    pub(crate) fn is_operator_bundle(&self) -> bool {
        self.labels.iter().any(|(key, value)| is_of_bundle(key, value))
    }
}

/// Returns true if a label marks an operator bundle: manifests for the operator lifecycle manager, which
/// preflight checks under another policy.
///
/// Sources: operator-framework/operator-registry docs/design/operator-bundle.md; the bundle's label for Red
/// Hat's delivery, `com.redhat.delivery.operator.bundle=true`, as containerbuildsystem/atomic-reactor reads
/// it.
pub(crate) fn is_of_bundle(key: &str, value: &str) -> bool {
    key.starts_with("operators.operatorframework.io.bundle.")
        || key == "com.redhat.delivery.operator.bundle" && value.eq_ignore_ascii_case("true")
}

/// An image's manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// The number of layers.
    pub layers: u32,
}

/// The settings, other than user and labels, that an image built on another one inherits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InheritedSettings {
    /// The environment, each as `NAME=value`.
    pub env: Vec<String>,
    /// The working directory; empty if none is set.
    pub working_dir: String,
    /// The instructions that run at the start of the build.
    pub on_build: Vec<String>,
}

/// Reads an image's config: the output of `skopeo inspect --config`, the config blob itself, or the output of
/// `podman inspect` or `docker inspect` for one image.
///
/// The types of oci-spec are not used, since they reject the last form.
///
/// ```
/// use rekey_core::image::config::read_config;
///
/// let json = br#"{"config": {"User": "1001"}, "rootfs": {"type": "layers", "diff_ids": ["sha256:0"]}}"#;
/// let config = read_config(json)?;
/// assert_eq!((config.user.as_str(), config.layers), ("1001", Some(1)));
/// # Ok::<(), rekey_core::image::config::Problem>(())
/// ```
///
/// # Errors
/// Returns an error if the text is not such JSON. JSON of another known kind is named.
pub fn read_config(json: &[u8]) -> Result<Config, Problem> {
    config_of(json).map_err(|problem| problem.or_other_kind(DocumentKind::Config, json))
}

fn config_of(json: &[u8]) -> Result<Config, Problem> {
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

/// The layers in a config, and the platform that they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigLayers {
    /// `linux/arm64/v8`; empty if no architecture is given.
    pub platform: String,
    /// The digest of each layer's archive, the base first.
    pub diff_ids: Vec<String>,
    /// The instruction that made each layer, if it is in the history; instructions that make no layer are
    /// omitted.
    pub instructions: Vec<Option<String>>,
}

/// Reads the layers in a config, and nothing that rules check.
///
/// ```
/// use rekey_core::image::config::read_layers;
///
/// let json = br#"{"os": "linux", "architecture": "arm64", "rootfs": {"diff_ids": ["sha256:0", "sha256:1"]},
///     "history": [{"created_by": "FROM scratch"}, {"created_by": "USER 1001", "empty_layer": true}, {}]}"#;
/// let layers = read_layers(json)?;
/// assert_eq!((layers.platform.as_str(), layers.diff_ids.len()), ("linux/arm64", 2));
/// assert_eq!(layers.instructions, [Some("FROM scratch".to_owned()), None]);
/// # Ok::<(), rekey_core::image::config::Problem>(())
/// ```
///
/// # Errors
/// Returns an error if the text is not such JSON.
pub fn read_layers(json: &[u8]) -> Result<ConfigLayers, Problem> {
    let LayersDocument { os, architecture, variant, rootfs, history } = decode(json)?;
    let made = history.unwrap_or_default().into_iter().filter(|step| step.empty_layer != Some(true));
    Ok(ConfigLayers {
        platform: if architecture.is_empty() {
            String::new()
        } else {
            platform(&os, &architecture, variant.as_deref())
        },
        diff_ids: rootfs.and_then(|rootfs| rootfs.diff_ids).unwrap_or_default(),
        instructions: made.map(|step| step.created_by).collect(),
    })
}

/// Returns a platform in its usual notation: `linux/arm64/v8`.
pub fn platform(os: &str, architecture: &str, variant: Option<&str>) -> String {
    let variant = variant.map(|variant| format!("/{variant}")).unwrap_or_default();
    format!("{os}/{architecture}{variant}")
}

/// Reads an image's manifest, the output of `skopeo inspect --raw`, for its number of layers.
///
/// # Errors
/// Returns an error if the text is not such JSON, or is a manifest for multiple platforms. JSON of another
/// known kind is named.
pub fn read_manifest(json: &[u8]) -> Result<Manifest, Problem> {
    let layers = decode(json).and_then(|ManifestDocument { layers }| layers.ok_or(Problem::NoManifest));
    match layers {
        Ok(layers) => Ok(Manifest { layers: number(layers.len()) }),
        Err(problem) => Err(problem.or_other_kind(DocumentKind::Manifest, json)),
    }
}

impl Problem {
    /// Returns this problem, or the kind of the text if it has a known one.
    fn or_other_kind(self, expected: DocumentKind, json: &[u8]) -> Self {
        if matches!(self, Self::TooLarge(_) | Self::Count(_)) {
            return self;
        }
        let found = DocumentKind::of(json).filter(|found| *found != expected);
        found.map_or(self, |found| Self::OtherKind { expected, found })
    }
}

#[derive(Deserialize)]
struct ConfigDocument {
    config: Option<Settings>,
    rootfs: Option<RootFs<IgnoredAny>>,
    #[serde(rename = "Config")]
    inspected: Option<Settings>,
    #[serde(rename = "RootFS")]
    inspected_layers: Option<InspectedRootFs>,
    /// Only manifests have this field, in which `config` is a descriptor.
    layers: Option<IgnoredAny>,
    /// Only containers have this field.
    #[serde(rename = "State")]
    state: Option<IgnoredAny>,
}

/// Fields that Go omits or writes as `null` if they are empty.
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
    #[serde(rename = "Cmd")]
    command: Option<IgnoredAny>,
    #[serde(rename = "Entrypoint")]
    entrypoint: Option<IgnoredAny>,
    /// This field, which identifies a config by its digest, occurs only in a descriptor.
    digest: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct LayersDocument {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    variant: Option<String>,
    rootfs: Option<RootFs<String>>,
    history: Option<Vec<Step>>,
}

/// An entry of the history, whose fields may be missing or `null`.
#[derive(Deserialize)]
struct Step {
    created_by: Option<String>,
    empty_layer: Option<bool>,
}

#[derive(Deserialize)]
struct RootFs<Id> {
    diff_ids: Option<Vec<Id>>,
}

#[derive(Deserialize)]
struct InspectedRootFs {
    #[serde(rename = "Layers")]
    layers: Option<Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
struct ManifestDocument {
    layers: Option<Vec<IgnoredAny>>,
}

impl ConfigDocument {
    fn config(
        self,
        (settings_pointer, layers_pointer): (&'static str, &'static str),
    ) -> Result<Config, Problem> {
        let diff_ids = self.rootfs.map(|rootfs| rootfs.diff_ids.unwrap_or_default());
        let inspected = self.inspected_layers.map(|rootfs| rootfs.layers.unwrap_or_default());
        let count = diff_ids.or(inspected).map(|layers| layers.len());
        let found = self.config.or(self.inspected).or(count.map(|_| Settings::default()));
        // Without `rootfs`, any JSON could have a `config`.
        let is_settings = |found: &Settings| found.digest.is_none() && (count.is_some() || found.has_any());
        let is_image = self.layers.is_none() && self.state.is_none();
        let Some(mut found) = found.filter(|found| is_image && is_settings(found)) else {
            return Err(Problem::NoConfig);
        };
        let inherited = found.inherited();
        let labels = found.labels.unwrap_or_default().into_iter();
        Ok(Config {
            user: found.user.unwrap_or_default(),
            labels: labels.map(|(key, value)| (key, value.unwrap_or_default())).collect(),
            layers: count.map(number),
            inherited,
            settings_pointer,
            layers_pointer,
        })
    }
}

/// The number of layers, which fits since documents have a maximum size.
fn number(layers: usize) -> u32 {
    u32::try_from(layers).unwrap_or(u32::MAX)
}

impl Settings {
    /// Returns true if any field of an image's settings is present.
    fn has_any(&self) -> bool {
        let Self { user, labels, env, working_dir, on_build, command, entrypoint, digest: _ } = self;
        let lists = [env.is_some(), on_build.is_some(), command.is_some(), entrypoint.is_some()];
        user.is_some() || labels.is_some() || working_dir.is_some() || lists.contains(&true)
    }

    fn inherited(&mut self) -> InheritedSettings {
        InheritedSettings {
            env: self.env.take().unwrap_or_default(),
            working_dir: self.working_dir.take().unwrap_or_default(),
            on_build: self.on_build.take().unwrap_or_default(),
        }
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
            assert_eq!(config.settings_pointer, settings);
            assert_eq!((config.user.as_str(), config.layers), ("1001", Some(2)), "{json}");
            assert_eq!(config.labels, BTreeMap::from([("name".into(), "app".into())]), "{json}");
        }
    }

    #[test]
    fn omitted_fields_are_empty() {
        for json in [
            r#"{"rootfs":{"diff_ids":[]}}"#,
            r#"{"config":{"User":null,"Labels":null},"rootfs":{"diff_ids":null}}"#,
        ] {
            let config = config(json);
            assert_eq!((config.user.as_str(), config.layers), ("", Some(0)), "{json}");
        }
    }

    #[test]
    fn a_bundle_is_recognized_by_its_labels() {
        for (label, expected) in [
            (r#""operators.operatorframework.io.bundle.mediatype.v1":"registry+v1""#, true),
            (r#""com.redhat.delivery.operator.bundle":"true""#, true),
            (r#""com.redhat.delivery.operator.bundle":"True""#, true),
            (r#""com.redhat.delivery.operator.bundle":"false""#, false),
            (r#""operators.operatorframework.io.metrics.builder":"operator-sdk-v1.34.1""#, false),
            (r#""operators.operatorframework.io.index.database.v1":"/database/index.db""#, false),
        ] {
            let json = format!(r#"{{"config":{{"Labels":{{{label}}}}}}}"#);
            assert_eq!(config(&json).is_operator_bundle(), expected, "{label}");
        }
    }

    #[test]
    fn an_invalid_config_is_reported_without_its_text() {
        for (json, expected) in [
            ("", "invalid JSON in line 1, column 0: the text ends too early"),
            ("hunter2", "invalid JSON in line 1, column 1: this is not JSON"),
            (
                r#"{"config":{"User":1001}}"#,
                "invalid JSON in line 1, column 22: a value of another type was expected",
            ),
            (
                r#"{"config":{"Memory":1}}"#,
                "the JSON is not an image's config, which has `config` and `rootfs`",
            ),
            (r#"{"Labels":{}}"#, "the JSON is not an image's config, which has `config` and `rootfs`"),
            ("[]", "expected one image, found 0"),
            (r#"[{"Config":{}},{"Config":{}}]"#, "expected one image, found 2"),
        ] {
            let problem = read_config(json.as_bytes()).expect_err(json);
            assert_eq!(problem.to_string(), expected, "{json}");
        }
    }

    #[test]
    fn a_manifest_has_the_number_of_layers() {
        let layers = |json: &str| read_manifest(json.as_bytes()).map(|manifest| manifest.layers);
        assert_eq!(layers(r#"{"schemaVersion":2,"layers":[{},{}]}"#), Ok(2));
        assert_eq!(layers(r#"{"schemaVersion":2}"#), Err(Problem::NoManifest));
    }

    #[test]
    fn json_of_another_kind_is_named() {
        const MANIFEST: &str = r#"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:0","size":2},"layers":[{"digest":"sha256:1"}]}"#;
        const INDEX: &str = r#"{"schemaVersion":2,"manifests":[{"digest":"sha256:0"}]}"#;
        const V1: &str = r#"{"schemaVersion":1,"name":"a","fsLayers":[{"blobSum":"sha256:0"}],"history":[{"v1Compatibility":"{\"config\":{}}"}]}"#;
        const CONTAINER: &str =
            r#"[{"Id":"0","State":{"Status":"running"},"Image":"1","Config":{"User":"1001","Labels":null}}]"#;
        const SKOPEO: &str =
            r#"{"Name":"h/a","Digest":"sha256:0","RepoTags":[],"Labels":{},"Layers":["sha256:1"],"Env":[]}"#;
        const BUILDAH: &str = r#"{"Type":"buildah 0.0.1","FromImage":"h/a","Config":"{}","Manifest":"{}","OCIv1":{"config":{}}}"#;
        const SAVED: &str = r#"[{"Config":"0.json","RepoTags":["h/a:1"],"Layers":["1/layer.tar"]}]"#;
        const CONFIG: &str = r#"{"architecture":"amd64","config":{},"rootfs":{"diff_ids":[]}}"#;
        let (as_config, as_manifest) = ("not an image's config", "not an image's manifest");
        for (json, expected) in [
            (MANIFEST, "this is an image's manifest"),
            (INDEX, "this is a list of manifests for multiple platforms"),
            (V1, "this is a Docker manifest of schema version 1"),
            (CONTAINER, "this is the description of a container"),
            (SKOPEO, "this is the summary that `skopeo inspect` prints"),
            (BUILDAH, "this is the description that `buildah inspect` prints"),
            (SAVED, "this is the `manifest.json` of a `docker save` archive"),
            ("{}", "this is an empty object"),
            ("[{}]", "this is an empty object"),
        ] {
            let problem = read_config(json.as_bytes()).expect_err(json);
            assert_eq!(problem.to_string(), format!("{expected}, {as_config}"), "{json}");
            assert_eq!(problem.help().is_none(), json.contains("{}") && json.len() < 5, "{json}");
        }
        for (json, expected) in [
            (CONFIG, "this is an image's config"),
            (INDEX, "this is a list of manifests for multiple platforms"),
            (V1, "this is a Docker manifest of schema version 1"),
            (CONTAINER, "this is the description of a container"),
            ("{}", "this is an empty object"),
        ] {
            let problem = read_manifest(json.as_bytes()).expect_err(json);
            assert_eq!(problem.to_string(), format!("{expected}, {as_manifest}"), "{json}");
        }
    }

    #[test]
    fn a_field_named_config_does_not_make_a_config() {
        for json in [
            r#"{"config":{}}"#,
            r#"{"config":{"digest":"sha256:0"}}"#,
            r#"{"config":{"digest":"sha256:0","User":"1001"},"rootfs":{}}"#,
            r#"{"config":{"port":80}}"#,
            r#"{"config":null}"#,
        ] {
            assert!(read_config(json.as_bytes()).is_err(), "{json}");
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = "[".repeat(100_000);
        assert!(matches!(read_config(deep.as_bytes()), Err(Problem::Json { .. })));
    }
}
