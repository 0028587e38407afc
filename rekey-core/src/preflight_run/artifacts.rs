//! Lenient parsers for the files of a preflight run: `results.json`, `cert-image.json` and
//! `rpm-manifest.json`.
//!
//! Source: openshift-preflight 1.21.0, `internal/formatters/util.go`, `internal/engine/engine.go` and
//! `internal/pyxis/types.go`.

use serde::{Deserialize, Serialize};

use crate::{
    image::{
        config::{Problem, decode, read_layers},
        contents::Layer,
    },
    preflight::check_name,
    preflight_run::explanation::shown,
};

/// The status of a check in a preflight run: the list of `results.json` that contains the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// The check passed.
    Passed,
    /// The check failed.
    Failed,
    /// The check could not run, which counts as a failure.
    Errors,
    /// The check failed but is not enforced.
    Warning,
}

impl CheckStatus {
    /// The name of the list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Errors => "errors",
            Self::Warning => "warning",
        }
    }

    /// The status as a verb.
    pub(crate) const fn as_verb(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed | Self::Warning => "failed",
            Self::Errors => "could not run",
        }
    }
}

/// One check in `results.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckResult {
    /// The name that preflight prints.
    pub check: String,
    /// Its status.
    pub status: CheckStatus,
    /// The JSON pointer of its entry.
    #[serde(skip)]
    pub(crate) pointer: String,
}

/// The summary of a preflight run in a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// The image as named in the preflight command.
    pub image: Option<String>,
    /// The digest of its manifest.
    pub digest: Option<String>,
    /// The version of preflight that ran.
    pub preflight_version: Option<String>,
    /// The result of each check, the passed ones first.
    pub checks: Vec<CheckResult>,
}

/// `results.json`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Results {
    /// The image as named in the preflight command.
    pub(crate) image: Option<String>,
    /// The version of preflight.
    pub(crate) version: Option<String>,
    /// The checks, the list of passed ones first.
    pub(crate) checks: Vec<CheckResult>,
}

/// The reason why a file is not one of preflight's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArtifactError {
    /// The file is too large, not JSON, or has a value of the wrong type.
    #[error("{}", json(.0))]
    Json(Problem),
    /// The JSON lacks the one value that matters.
    #[error("the JSON has no `{0}`, so preflight did not write it")]
    Lacks(&'static str),
}

fn json(problem: &Problem) -> String {
    match problem {
        Problem::Json { line, column, reason } => {
            format!("invalid JSON in line {line}, column {column}: {reason}")
        }
        other => other.to_string(),
    }
}

impl Results {
    /// Reads `results.json`.
    pub(crate) fn read(json: &[u8]) -> Result<Self, ArtifactError> {
        let document: ResultsDocument = decode(json).map_err(ArtifactError::Json)?;
        let lists = document.results.ok_or(ArtifactError::Lacks("results"))?;
        let all = [
            (CheckStatus::Passed, lists.passed),
            (CheckStatus::Failed, lists.failed),
            (CheckStatus::Errors, lists.errors),
            (CheckStatus::Warning, lists.warning),
        ];
        let mut checks = Vec::new();
        for (status, list) in all {
            for (number, entry) in list.unwrap_or_default().into_iter().enumerate() {
                let pointer = format!("/results/{}/{number}", status.as_str());
                checks.extend(entry.name.map(|name| CheckResult {
                    check: shown(check_name(&name)),
                    status,
                    pointer,
                }));
            }
        }
        let version = document.test_library.and_then(|library| library.version);
        Ok(Self { image: document.image, version, checks })
    }
}

#[derive(Deserialize)]
struct ResultsDocument {
    image: Option<String>,
    test_library: Option<Library>,
    results: Option<Lists>,
}

#[derive(Deserialize)]
struct Library {
    version: Option<String>,
}

#[derive(Deserialize)]
struct Lists {
    passed: Option<Vec<Entry>>,
    failed: Option<Vec<Entry>>,
    errors: Option<Vec<Entry>>,
    warning: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    name: Option<String>,
}

/// `cert-image.json`.
#[derive(Clone, Debug, Default)]
pub(crate) struct CertImage {
    /// The digest of the manifest.
    pub(crate) digest: Option<String>,
    /// The image's config as it is in the registry.
    pub(crate) raw_config: String,
    /// The digests of the layers as stored, the base first.
    pub(crate) layers: Vec<String>,
    /// The instructions that made the layers, the base first; secrets are masked.
    pub(crate) instructions: Vec<Option<String>>,
    /// The registry, the repository, and the tag or digest, joined to a reference.
    pub(crate) reference: Option<String>,
}

impl CertImage {
    /// Reads `cert-image.json`.
    pub(crate) fn read(json: &[u8]) -> Result<Self, ArtifactError> {
        let document: CertImageDocument = decode(json).map_err(ArtifactError::Json)?;
        let raw_config = document.raw_config.ok_or(ArtifactError::Lacks("raw_config"))?;
        // The rule about configs reports invalid ones.
        let config = read_layers(raw_config.as_bytes()).unwrap_or_default();
        let instructions = config.instructions.into_iter().map(|created_by| {
            Layer { created_by, ..Layer::default() }.instruction().filter(|line| !line.is_empty())
        });
        let instructions = instructions.collect();
        // Preflight writes the topmost layer first.
        let layers = document.parsed_data.and_then(|parsed| parsed.layers).unwrap_or_default();
        let layers = layers.into_iter().rev().collect();
        let repository = document.repositories.unwrap_or_default().into_iter().next();
        let reference = repository.and_then(Repository::reference);
        Ok(Self { digest: document.docker_image_digest, raw_config, layers, instructions, reference })
    }

    /// The number of a layer from its name in the log: `02-sha256:…`, or the digest alone.
    pub(crate) fn layer(&self, name: &str) -> Option<usize> {
        let numbered = name.split_once("-sha256:").and_then(|(number, _)| number.parse().ok());
        numbered.or_else(|| self.layers.iter().position(|digest| digest == name))
    }

    /// The instruction that made a layer.
    pub(crate) fn instruction(&self, layer: usize) -> Option<&str> {
        self.instructions.get(layer)?.as_deref()
    }
}

#[derive(Deserialize)]
struct CertImageDocument {
    docker_image_digest: Option<String>,
    raw_config: Option<String>,
    parsed_data: Option<ParsedData>,
    repositories: Option<Vec<Repository>>,
}

#[derive(Deserialize)]
struct ParsedData {
    layers: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Repository {
    registry: Option<String>,
    #[serde(rename = "repository")]
    path: Option<String>,
    tags: Option<Vec<Entry>>,
}

impl Repository {
    fn reference(self) -> Option<String> {
        let tag = self.tags?.into_iter().next()?.name?;
        let sign = if tag.contains(':') { '@' } else { ':' };
        Some(format!("{}/{}{sign}{tag}", self.registry?, self.path?))
    }
}

/// A package of `rpm-manifest.json`.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Rpm {
    /// The name, such as `bash`.
    #[serde(default)]
    pub(crate) name: String,
    /// The full name, such as `bash-5.1.8-9.el9.x86_64`.
    #[serde(default)]
    pub(crate) nvra: String,
}

/// Reads `rpm-manifest.json`; preflight writes `{}` if it finds no RPM database.
pub(crate) fn read_rpm_manifest(json: &[u8]) -> Result<Vec<Rpm>, ArtifactError> {
    let document: RpmManifest = decode(json).map_err(ArtifactError::Json)?;
    Ok(document.rpms.unwrap_or_default())
}

#[derive(Deserialize)]
struct RpmManifest {
    rpms: Option<Vec<Rpm>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_read_with_their_places() {
        let json = br#"{"image": "r/a:1", "passed": false, "test_library": {"version": "1.21.0"}, "results": {
            "passed": [{"name": "HasLicense", "elapsed_time": 0}], "failed": [{"name": "BasedOnUbi"}], "errors": null}}"#;
        let results = Results::read(json).unwrap();
        let checks: Vec<_> =
            results.checks.iter().map(|one| (&*one.check, one.status, &*one.pointer)).collect();
        let expected = [
            ("HasLicense", CheckStatus::Passed, "/results/passed/0"),
            ("BasedOnUbi", CheckStatus::Failed, "/results/failed/0"),
        ];
        assert_eq!(checks, expected);
        assert_eq!(results.version.as_deref(), Some("1.21.0"));
    }

    #[test]
    fn layers_are_found_by_number_and_by_digest() {
        let json =
            br#"{"raw_config": "{\"history\": [{\"created_by\": \"RUN a\"}, {\"created_by\": \"ENV b\",
            \"empty_layer\": true}, {\"created_by\": \"RUN curl -u TOKEN=CANARY c\"}]}",
            "parsed_data": {"layers": ["sha256:22", "sha256:11"]}, "repositories": [{"registry": "r",
            "repository": "a/b", "tags": [{"name": "sha256:33"}]}]}"#;
        let image = CertImage::read(json).unwrap_err();
        assert!(matches!(image, ArtifactError::Json(_)), "a raw line end is no JSON: {image}");
        let json: Vec<u8> = json.iter().copied().filter(|b| *b != b'\n').collect();
        let image = CertImage::read(&json).unwrap();
        assert_eq!(
            [image.layer("01-sha256:xx"), image.layer("sha256:11"), image.layer("x")],
            [Some(1), Some(0), None]
        );
        assert_eq!(image.instruction(0), Some("RUN a"));
        assert_eq!(image.instruction(1), Some("RUN curl -u TOKEN=*** c"));
        assert_eq!(image.reference.as_deref(), Some("r/a/b@sha256:33"));
    }

    #[test]
    fn a_file_that_is_not_preflights_is_reported_without_its_text() {
        for (json, expected) in [
            ("{}", "the JSON has no `results`, so preflight did not write it"),
            ("", "invalid JSON in line 1, column 0: the text ends too early"),
            (
                r#"{"results": {"failed": ["CANARY"]}}"#,
                "invalid JSON in line 1, column 32: a value of another type was expected",
            ),
        ] {
            assert_eq!(Results::read(json.as_bytes()).unwrap_err().to_string(), expected);
        }
        assert!(read_rpm_manifest(b"{}").unwrap().is_empty());
        assert!(read_rpm_manifest(br#"{"rpms": [{"name": 1}]}"#).is_err());
    }
}
