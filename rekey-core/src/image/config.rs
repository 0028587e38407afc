//! The config of an image, as the common tools print it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What a config says of an image, as far as a check depends on it.
///
/// # Syntax
/// The JSON that `skopeo inspect --config` prints (OCI image-spec `config.md`), or the one that `podman inspect` and
/// `docker inspect` print: a list of which the first image counts.
///
/// ```
/// use rekey_core::image::config::ImageConfig;
///
/// let config = ImageConfig::parse(br#"{"config": {"User": "1001"}, "rootfs": {"diff_ids": ["sha256:0"]}}"#)?;
/// assert_eq!((config.user.as_str(), config.layers), ("1001", Some(1)));
/// # Ok::<(), rekey_core::image::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// The user; empty where none is set.
    pub user: String,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The environment, `NAME=value` each.
    pub env: Vec<String>,
    /// The working directory; empty where none is set.
    pub working_dir: String,
    /// Instructions for images that are built on it.
    pub on_build: Vec<String>,
    /// How many layers the image has, where the JSON says so.
    pub layers: Option<u32>,
}

/// Why a text is no config.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an image config as `skopeo inspect --config` or `podman inspect` prints it: {0}")]
pub struct ConfigError(String);

/// The most bytes of a config that are read.
pub const MAX_CONFIG_BYTES: usize = 8 << 20;

impl ImageConfig {
    /// Reads a config.
    ///
    /// # Errors
    /// When the text is no JSON, or no config, or longer than [`MAX_CONFIG_BYTES`].
    pub fn parse(json: &[u8]) -> Result<Self, ConfigError> {
        if json.len() > MAX_CONFIG_BYTES {
            return Err(ConfigError(format!("it is longer than {MAX_CONFIG_BYTES} bytes")));
        }
        let wrong = |error: serde_json::Error| ConfigError(error.to_string());
        let list = json.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
        let image: Image = if list {
            let images: Vec<Image> = serde_json::from_slice(json).map_err(wrong)?;
            images.into_iter().next().ok_or_else(|| ConfigError("the list is empty".to_owned()))?
        } else {
            serde_json::from_slice(json).map_err(wrong)?
        };
        let config = image.config.ok_or_else(|| ConfigError("it has no member `config`".to_owned()))?;
        Ok(Self {
            user: config.user.unwrap_or_default(),
            labels: config.labels.unwrap_or_default(),
            env: config.env.unwrap_or_default(),
            working_dir: config.working_dir.unwrap_or_default(),
            on_build: config.on_build.unwrap_or_default(),
            layers: image.rootfs.and_then(|rootfs| rootfs.layers).map(|layers| layers.len() as u32),
        })
    }
}

#[derive(Deserialize)]
struct Image {
    #[serde(alias = "Config")]
    config: Option<Config>,
    #[serde(alias = "RootFS")]
    rootfs: Option<RootFs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    user: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    env: Option<Vec<String>>,
    working_dir: Option<String>,
    on_build: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(alias = "diff_ids", alias = "Layers")]
    layers: Option<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn podman_prints_a_list() {
        let json =
            br#"[{"Config": {"User": "26", "Labels": {"name": "x"}}, "RootFS": {"Layers": ["a", "b"]}}]"#;
        let config = ImageConfig::parse(json).unwrap();
        assert_eq!(
            (config.user.as_str(), config.labels["name"].as_str(), config.layers),
            ("26", "x", Some(2))
        );
    }

    #[test]
    fn what_is_missing_is_empty() {
        let json = br#"{"config": {"Labels": null}}"#;
        assert_eq!(ImageConfig::parse(json), Ok(ImageConfig::default()));
    }

    #[test]
    fn what_is_no_config_is_told() {
        for json in ["", "[]", "{}", "[1]", "x", "{\"config\": 1}"] {
            assert!(ImageConfig::parse(json.as_bytes()).is_err(), "{json}");
        }
    }
}
