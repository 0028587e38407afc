//! The artifacts in a registry or a layout other than images: signatures, attestations, SBOMs, charts.
//!
//! Sources: OCI image specification 1.1, manifest.md, "Guidelines for Artifact Usage"; sigstore/cosign
//! `specs/SIGNATURE_SPEC.md`, `pkg/oci/layout/write.go`; notaryproject/specifications `signature-specification.md`; helm
//! `pkg/registry/constants.go`; moby/buildkit `docs/attestations/attestation-storage.md`, `cache/remotecache/v1/spec.go`.

use serde::{Deserialize, de::IgnoredAny};

use crate::layer::shown;

/// The configs of images.
const IMAGE_CONFIGS: &[&str] =
    &["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// The prefixes of media types of image layers.
const IMAGE_LAYERS: &[&str] = &["application/vnd.oci.image.layer.", "application/vnd.docker.image.rootfs."];

/// The names of artifacts, by a part of their media type.
const KINDS: &[(&str, &str)] = &[
    ("cosign.simplesigning", "a cosign signature"),
    ("cosign.artifact.sig", "a cosign signature"),
    ("cncf.notary.signature", "a notation signature"),
    ("sigstore.bundle", "a sigstore bundle"),
    ("docker.attestation", "an attestation"),
    ("in-toto", "an attestation"),
    ("dsse.envelope", "an attestation"),
    ("spdx", "an SBOM"),
    ("cyclonedx", "an SBOM"),
    ("syft", "an SBOM"),
    ("cncf.helm", "a Helm chart"),
    ("docker.plugin", "a Docker plugin"),
    ("buildkit.cacheconfig", "a build cache"),
    ("amazon.soci", "a SOCI index"),
    ("sylabs.sif", "a Singularity image"),
    ("wasm", "a WebAssembly module"),
];

/// The names of artifacts, by the value that cosign writes to the annotation `kind` of a descriptor.
const COSIGN: &[(&str, &str)] = &[
    ("dev.cosignproject.cosign/sigs", "a cosign signature"),
    ("dev.cosignproject.cosign/atts", "an attestation"),
    ("dev.cosignproject.cosign/sboms", "an SBOM"),
];

/// The fields of a manifest that determine its kind.
#[derive(Default, Deserialize)]
pub(crate) struct Kinds {
    #[serde(rename = "artifactType")]
    artifact_type: Option<String>,
    config: Option<Typed>,
    layers: Option<Vec<Typed>>,
    /// Another manifest that this one refers to.
    subject: Option<IgnoredAny>,
    manifests: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
}

impl Kinds {
    /// Returns true if it is a list of manifests.
    pub(crate) fn is_index(&self) -> bool {
        self.manifests.is_some() && self.config.is_none()
    }

    /// Returns the kind of artifact; `None` for an image. `declared` is the type in an index.
    pub(crate) fn artifact(&self, declared: Option<&str>) -> Option<String> {
        let config = self.config.as_ref().map(|config| config.media_type.as_deref());
        let layers = || self.layers.iter().flatten().filter_map(|layer| layer.media_type.as_deref());
        let has_layers = self.layers.as_ref().is_some_and(|layers| !layers.is_empty());
        let is_layer = |layer: &Typed| {
            let media = layer.media_type.as_deref().unwrap_or_default();
            media.is_empty() || IMAGE_LAYERS.iter().any(|start| media.starts_with(start))
        };
        let own = self.artifact_type.as_deref().or(declared);
        let is_image = match config {
            Some(Some(config)) if !IMAGE_CONFIGS.contains(&config) => false,
            Some(_) if has_layers => self.layers.iter().flatten().any(is_layer),
            // A manifest without layers is an image if nothing says otherwise.
            _ => own.is_none() && self.subject.is_none(),
        };
        if is_image {
            return None;
        }
        let config = config.flatten().filter(|config| !IMAGE_CONFIGS.contains(config));
        let types = || layers().chain(own).chain(config);
        let known = types().find_map(|media| KINDS.iter().find(|(part, _)| media.contains(part)));
        let named = || own.or(config).or_else(|| layers().next()).and_then(shown);
        Some(match known {
            Some((_, noun)) => (*noun).to_owned(),
            None => named().map_or_else(
                || "an artifact".to_owned(),
                |media| format!("an artifact of the type `{media}`"),
            ),
        })
    }
}

/// The kind of artifact for a value of cosign's annotation.
pub(crate) fn by_cosign(kind: &str) -> Option<&'static str> {
    COSIGN.iter().find(|(name, _)| *name == kind).map(|(_, noun)| *noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_recognized_by_their_types() {
        const LAYER: &str = r#""layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip"}]"#;
        let manifest =
            |config: &str, rest: &str| format!(r#"{{"config":{{"mediaType":"{config}"}},{rest}}}"#);
        let image = |rest: &str| manifest("application/vnd.oci.image.config.v1+json", rest);
        let empty = |rest: &str| manifest("application/vnd.oci.empty.v1+json", rest);
        let layers = |media: &str| format!(r#""layers":[{{"mediaType":"{media}"}}]"#);
        for (json, expected) in [
            (image(LAYER), None),
            (image(r#""layers":[]"#), None),
            (image(&format!(r#"{LAYER},"subject":{{"digest":"sha256:0"}}"#)), None),
            (image(&layers("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")), None),
            (image(&layers("application/vnd.oci.image.layer.v1.tar+gzip+encrypted")), None),
            (
                manifest(
                    "application/vnd.docker.container.image.v1+json",
                    &layers("application/vnd.docker.image.rootfs.diff.tar.gzip"),
                ),
                None,
            ),
            (r#"{"config":{"digest":"sha256:0"},"layers":[{"digest":"sha256:1"}]}"#.to_owned(), None),
            (image(&layers("application/vnd.dev.cosign.simplesigning.v1+json")), Some("a cosign signature")),
            (image(&layers("application/vnd.dsse.envelope.v1+json")), Some("an attestation")),
            (image(&layers("application/vnd.in-toto+json")), Some("an attestation")),
            (image(&layers("text/spdx+json")), Some("an SBOM")),
            (image(&layers("application/vnd.cyclonedx+json")), Some("an SBOM")),
            (
                empty(
                    r#""artifactType":"application/vnd.cncf.notary.signature","layers":[{"mediaType":"application/jose+json"}],"subject":{}"#,
                ),
                Some("a notation signature"),
            ),
            (
                empty(r#""artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","layers":[]"#),
                Some("a sigstore bundle"),
            ),
            (
                empty(r#""artifactType":"application/vnd.docker.attestation.manifest.v1+json","layers":[]"#),
                Some("an attestation"),
            ),
            (
                manifest(
                    "application/vnd.cncf.helm.config.v1+json",
                    &layers("application/vnd.cncf.helm.chart.content.v1.tar+gzip"),
                ),
                Some("a Helm chart"),
            ),
            (
                manifest(
                    "application/vnd.docker.plugin.v1+json",
                    &layers("application/vnd.docker.image.rootfs.diff.tar.gzip"),
                ),
                Some("a Docker plugin"),
            ),
            (manifest("application/vnd.buildkit.cacheconfig.v0", LAYER), Some("a build cache")),
            (
                manifest("application/vnd.amazon.soci.index.v1+json", &layers("application/octet-stream")),
                Some("a SOCI index"),
            ),
            (
                empty(r#""artifactType":"application/x.acme","layers":[]"#),
                Some("an artifact of the type `application/x.acme`"),
            ),
            (image(r#""layers":[],"subject":{"digest":"sha256:0"}"#), Some("an artifact")),
            (r#"{"artifactType":"application/spdx+json","blobs":[]}"#.to_owned(), Some("an SBOM")),
            (
                empty(&layers("application/vnd.acme\\u0007")),
                Some("an artifact of the type `application/vnd.oci.empty.v1+json`"),
            ),
        ] {
            let kinds: Kinds = serde_json::from_str(&json).unwrap_or_else(|_| Kinds::default());
            assert_eq!(kinds.artifact(None).as_deref(), expected, "{json}");
        }
        let kinds: Kinds = serde_json::from_str(&image(r#""layers":[]"#)).unwrap();
        assert_eq!(
            kinds.artifact(Some("application/vnd.cncf.helm.config.v1+json")).as_deref(),
            Some("a Helm chart")
        );
    }
}
