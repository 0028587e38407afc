//! The products that the packages of an image come from.

use std::{collections::HashMap, fmt};

use serde::Deserialize;

use crate::{Cpe, Error, Limits, compression::decompressed};

/// The products of repositories: Red Hat's `repository-to-cpe.json`.
///
/// Repositories of UBI are not in it; their packages are those of the main stream of RHEL. The same holds for
/// `rhel-9-for-x86_64-baseos-rpms` and `…-appstream-rpms` of each release and architecture, so many images need no file.
///
/// ```
/// use rekey_advisories::{Limits, RepositoryMap};
///
/// let map = RepositoryMap::default();
/// assert_eq!(map.products("ubi-9-appstream-rpms")[0].as_str(), "cpe:/o:redhat:enterprise_linux:9");
/// assert!(map.products("rhel-9-for-x86_64-appstream-eus-rpms").is_empty());
///
/// let file = br#"{"data": {"rhel-9-for-x86_64-appstream-eus-rpms": {"cpes": ["cpe:/a:redhat:rhel_eus:9.4::appstream"]}}}"#;
/// let map = RepositoryMap::parse(file, &Limits::default())?;
/// assert_eq!(map.products("rhel-9-for-x86_64-appstream-eus-rpms").len(), 1);
/// # Ok::<(), rekey_advisories::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RepositoryMap {
    products: HashMap<Box<str>, Vec<Cpe>>,
}

impl RepositoryMap {
    /// Reads `repository-to-cpe.json`: plain, gzip or zstd.
    ///
    /// # Errors
    /// Returns an error if the file is not such a map or exceeds a limit.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct File {
            data: Option<HashMap<Box<str>, Repository>>,
        }
        #[derive(Deserialize)]
        struct Repository {
            #[serde(default)]
            cpes: Vec<String>,
        }
        let file: File = from_json(&decompressed(bytes, limits)?)?;
        let data = file.data.ok_or(Error::NotRepositories)?;
        let cpes =
            |repository: Repository| repository.cpes.iter().filter_map(|cpe| Cpe::parse(cpe)).collect();
        let products = data.into_iter().map(|(id, repository)| (id, cpes(repository))).collect();
        Ok(Self { products })
    }

    /// The products of a repository; none if it is unknown.
    ///
    /// A suffix such as `__9` is ignored; `__9_DOT_2` names another stream and is not.
    pub fn products(&self, repository: &str) -> Vec<Cpe> {
        let id = match repository.rsplit_once("__") {
            Some((id, suffix)) if suffix.bytes().all(|b| b.is_ascii_digit()) => id,
            _ => repository,
        };
        let known = [repository, id].into_iter().find_map(|id| self.products.get(id));
        known.cloned().or_else(|| Some(vec![Cpe::main_stream(main_release(id)?)?])).unwrap_or_default()
    }
}

/// Returns the major release of a repository of the main stream: of UBI, or BaseOS and AppStream of RHEL.
fn main_release(id: &str) -> Option<u32> {
    let (kind, rest) = id.split_once('-')?;
    let (major, rest) = rest.split_once('-')?;
    let is_main = match kind {
        "ubi" => ["-source", "-debug"].iter().all(|part| !rest.contains(part)),
        "rhel" => rest
            .strip_prefix("for-")
            .and_then(|rest| rest.split_once('-'))
            .is_some_and(|(_, repository)| matches!(repository, "baseos-rpms" | "appstream-rpms")),
        _ => false,
    };
    is_main.then(|| major.parse().ok()).flatten().filter(|major| (8..100).contains(major))
}

/// The repositories in a manifest of `/usr/share/buildinfo` or `/root/buildinfo/content_manifests`.
///
/// ```
/// use rekey_advisories::{ContentSets, Limits};
///
/// let manifest = br#"{"content_sets": ["rhel-9-for-x86_64-baseos-rpms"], "from_dnf_hint": false}"#;
/// let manifest = ContentSets::parse(manifest, &Limits::default())?;
/// assert_eq!(manifest.repositories(), ["rhel-9-for-x86_64-baseos-rpms"]);
/// # Ok::<(), rekey_advisories::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentSets {
    repositories: Vec<String>,
}

impl ContentSets {
    /// Reads a manifest. Without `content_sets`, or if it says `from_dnf_hint`, it names no repository: the history of
    /// dnf does.
    ///
    /// # Errors
    /// Returns an error if the manifest is not valid JSON or exceeds a limit.
    pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Manifest {
            content_sets: Option<Vec<String>>,
            from_dnf_hint: Option<bool>,
        }
        let manifest: Manifest = from_json(&decompressed(bytes, limits)?)?;
        let is_hint = manifest.from_dnf_hint.unwrap_or_default();
        let repositories = manifest.content_sets.filter(|_| !is_hint).unwrap_or_default();
        Ok(Self { repositories })
    }

    /// The ids of the repositories.
    pub fn repositories(&self) -> &[String] {
        &self.repositories
    }
}

fn from_json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(bytes).map_err(|error| Error::Json { line: error.line(), column: error.column() })
}

/// The part of an image that names its products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProductBasis {
    /// The content sets of its build.
    ContentSets,
    /// The repositories in the history of dnf.
    History,
    /// The label `cpe`.
    Label,
    /// The release in `os-release`.
    Release,
    /// The caller.
    Given,
}

impl ProductBasis {
    /// The words for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ContentSets => "the content sets of the image",
            Self::History => "the repositories in dnf's history",
            Self::Label => "the label `cpe`",
            Self::Release => "the release in `os-release`",
            Self::Given => "the products that you named",
        }
    }
}

impl fmt::Display for ProductBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The parts of an image that may name its products; all are optional.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProductEvidence<'a> {
    /// The repositories of its content sets.
    pub content_sets: &'a [String],
    /// The repositories in the history of dnf.
    pub history: &'a [String],
    /// The value of the label `cpe`.
    pub label: &'a str,
    /// `ID` of `os-release`.
    pub release_id: &'a str,
    /// `VERSION_ID` of `os-release`.
    pub release_version: &'a str,
}

/// The products that the packages of an image come from, and the part of the image that names them.
///
/// ```
/// use rekey_advisories::{ProductBasis, ProductEvidence, Products, RepositoryMap};
///
/// let evidence = ProductEvidence { release_id: "rhel", release_version: "9.5", ..ProductEvidence::default() };
/// let products = Products::find(&evidence, &RepositoryMap::default()).unwrap();
/// assert_eq!(products.basis(), ProductBasis::Release);
/// assert_eq!(products.cpes()[0].as_str(), "cpe:/o:redhat:enterprise_linux:9");
/// ```
#[derive(Clone, Debug)]
pub struct Products {
    cpes: Vec<Cpe>,
    basis: ProductBasis,
    unmapped: Vec<String>,
}

impl Products {
    /// The products that the caller names.
    pub fn given(cpes: Vec<Cpe>) -> Self {
        Self { cpes, basis: ProductBasis::Given, unmapped: Vec::new() }
    }

    /// Returns the products by the first part of the image that names one: its content sets, the history of dnf, the
    /// label `cpe`, and the release. `None` means that the products are unknown, so the result is too.
    pub fn find(evidence: &ProductEvidence<'_>, map: &RepositoryMap) -> Option<Self> {
        let of_repositories = |repositories: &[String], basis| {
            let mut cpes: Vec<Cpe> = Vec::new();
            let mut unmapped = Vec::new();
            for repository in repositories {
                let products = map.products(repository);
                if products.is_empty() {
                    unmapped.push(repository.clone());
                }
                for cpe in products {
                    if !cpes.contains(&cpe) {
                        cpes.push(cpe);
                    }
                }
            }
            Self { cpes, basis, unmapped }
        };
        let of_cpe = |cpe, basis| Self { cpes: vec![cpe], basis, unmapped: Vec::new() };
        let by_content_sets = of_repositories(evidence.content_sets, ProductBasis::ContentSets);
        if !by_content_sets.cpes.is_empty() {
            return Some(by_content_sets);
        }
        let by_history = of_repositories(evidence.history, ProductBasis::History);
        if !by_history.cpes.is_empty() {
            return Some(by_history);
        }
        if let Some(cpe) = Cpe::parse(evidence.label) {
            return Some(of_cpe(cpe, ProductBasis::Label));
        }
        let major = evidence.release_version.split('.').next().and_then(|major| major.parse().ok());
        let major = major.filter(|_| evidence.release_id == "rhel");
        Some(of_cpe(Cpe::main_stream(major?)?, ProductBasis::Release))
    }

    /// The products.
    pub fn cpes(&self) -> &[Cpe] {
        &self.cpes
    }

    /// The part of the image that names them.
    pub const fn basis(&self) -> ProductBasis {
        self.basis
    }

    /// The repositories whose products are unknown.
    pub fn unmapped(&self) -> &[String] {
        &self.unmapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_without_a_map() {
        for (id, expected) in [
            ("ubi-8-baseos-rpms", "8"),
            ("ubi-9-appstream-rpms", "9"),
            ("ubi-10-codeready-builder-rpms", "10"),
            ("ubi-9-for-x86_64-baseos-rpms", "9"),
            ("rhel-8-for-aarch64-appstream-rpms", "8"),
            ("rhel-9-for-x86_64-baseos-rpms__9", "9"),
            ("rhel-9-for-x86_64-baseos-rpms__9_DOT_2", ""),
            ("rhel-9-for-x86_64-baseos-eus-rpms", ""),
            ("rhel-9-for-x86_64-baseos-source-rpms", ""),
            ("ubi-9-baseos-debug-rpms", ""),
            ("rhel-7-server-rpms", ""),
            ("epel", ""),
            ("", ""),
            ("__", ""),
        ] {
            let products = RepositoryMap::default().products(id);
            let release =
                products.first().map(|cpe| cpe.as_str().rsplit(':').next().unwrap()).unwrap_or_default();
            assert_eq!(release, expected, "{id}");
        }
    }

    #[test]
    fn the_first_part_that_names_a_product_decides() {
        let [content, history, epel] =
            [["ubi-8-baseos-rpms"], ["ubi-9-baseos-rpms"], ["epel"]].map(|of| of.map(str::to_owned).to_vec());
        let all = ProductEvidence {
            content_sets: &content,
            history: &history,
            label: "cpe:/a:redhat:enterprise_linux:10::appstream",
            release_id: "rhel",
            release_version: "11.1",
        };
        let without_sets = ProductEvidence { content_sets: &[], ..all };
        let without_history = ProductEvidence { content_sets: &epel, history: &epel, ..all };
        let without_label = ProductEvidence { label: "no", ..without_history };
        let foreign = ProductEvidence { release_id: "fedora", ..without_label };
        for (evidence, expected) in [
            (all, Some((ProductBasis::ContentSets, "cpe:/o:redhat:enterprise_linux:8"))),
            (without_sets, Some((ProductBasis::History, "cpe:/o:redhat:enterprise_linux:9"))),
            (without_history, Some((ProductBasis::Label, "cpe:/a:redhat:enterprise_linux:10::appstream"))),
            (without_label, Some((ProductBasis::Release, "cpe:/o:redhat:enterprise_linux:11"))),
            (foreign, None),
            (ProductEvidence::default(), None),
        ] {
            let products = Products::find(&evidence, &RepositoryMap::default());
            let found = products.as_ref().map(|products| (products.basis(), products.cpes()[0].as_str()));
            assert_eq!(found, expected, "{evidence:?}");
        }
    }

    #[test]
    fn manifests_without_content_sets_name_no_repository() {
        for (manifest, expected) in [
            (r#"{"content_sets": ["a"]}"#, 1),
            (r#"{"content_sets": ["a"], "from_dnf_hint": true}"#, 0),
            (r#"{"spdxVersion": "SPDX-2.3"}"#, 0),
        ] {
            let manifest = ContentSets::parse(manifest.as_bytes(), &Limits::default()).unwrap();
            assert_eq!(manifest.repositories().len(), expected);
        }
        assert!(ContentSets::parse(b"[]", &Limits::default()).is_err());
        assert_eq!(RepositoryMap::parse(b"{}", &Limits::default()).unwrap_err(), Error::NotRepositories);
    }
}
