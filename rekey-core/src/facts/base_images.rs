//! Red Hat's base images: the settings that an image inherits through its `FROM` line.
//!
//! Every row and cell comes from the public source that is named beside it; anything not found in a source is
//! unknown. No image was pulled. A value holds for the builds that were examined, so every sentence that uses
//! the table names its date, [`AS_OF`].

use crate::target::Date;

/// The date of the table.
pub const AS_OF: &str = "2026-11-23";

/// The facts about a family of base images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseImage {
    /// The name of the family, without registry and tag: `ubi9-minimal`, `ubi9/python`.
    pub family: &'static str,
    /// The major version of RHEL.
    pub major: u8,
    /// The user of the config; empty if none is set, which means root.
    pub user: Option<&'static str>,
    /// The seven required labels, in the order of [`crate::preflight::REQUIRED_LABELS`].
    pub labels: [BaseLabel; 7],
    /// The minimum and maximum number of layers in the builds that were examined.
    pub layers: Option<(u32, u32)>,
    /// The command that installs packages; empty if there is none.
    pub package_manager: Option<&'static str>,
    /// True if `/licenses` contains a file.
    pub licenses: Option<bool>,
    /// The variables that the config sets.
    pub variables: Option<&'static [&'static str]>,
    /// The source of the row.
    pub source: &'static str,
}

/// The fact about one label of a base image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaseLabel {
    /// The label is set and not empty; its text changes with the build.
    Present,
    /// The label has this text.
    Value(&'static str),
    /// The label is not set.
    Absent,
    /// No source mentions the label.
    Unknown,
}

use BaseLabel::{Absent, Present, Unknown, Value};

const RED_HAT: BaseLabel = Value("Red Hat, Inc.");
const SCLORG: BaseLabel = Value("SoftwareCollections.org <sclorg@redhat.com>");
const OPENJDK: BaseLabel = Value("Red Hat OpenJDK <openjdk@redhat.com>");

/// The labels of an operating-system image that has all seven.
const UBI: [BaseLabel; 7] = [Present, RED_HAT, Present, Present, Present, Present, RED_HAT];
/// The labels of an sclorg image: its vendor comes from UBI, its release from UBI or the build system.
const SCL: [BaseLabel; 7] = [Present, RED_HAT, Present, Present, Present, Present, SCLORG];
const JDK: [BaseLabel; 7] = [Present, RED_HAT, Present, Present, Present, Present, OPENJDK];
const NOTHING_KNOWN: [BaseLabel; 7] = [Unknown; 7];

const ROOT: Option<&str> = Some("");

/// The variables of the images whose config or whole history was examined: builders add `PATH` if an image
/// has none.
const VARIABLES: Option<&[&str]> = Some(&["PATH", "container"]);

/// Operating-system images, by the name that [`family`] normalizes to.
static SYSTEMS: &[BaseImage] = &[
    BaseImage {
        family: "rhel7",
        major: 7,
        user: ROOT,
        labels: [Present, RED_HAT, Present, Present, Present, Present, Absent],
        layers: None,
        package_manager: Some("yum"),
        licenses: None,
        variables: None,
        source: "RedHatInsights/insights-core insights/tests/parsers/test_podman_inspect.py",
    },
    BaseImage {
        family: "ubi7",
        major: 7,
        user: ROOT,
        // Builds differ in `maintainer`: 7.7-140 has it, the Dockerfile of 7.9-516 does not.
        labels: [Present, RED_HAT, Present, Present, Present, Present, Unknown],
        layers: None,
        package_manager: Some("yum"),
        licenses: None,
        variables: VARIABLES,
        source: "aquasecurity/trivy integration/testdata/ubi-7.json.golden; quay/claircore rhel/dockerfile/testdata",
    },
    BaseImage {
        family: "ubi7-minimal",
        major: 7,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some("microdnf"),
        licenses: None,
        variables: None,
        source: "89luca89/distrobox issue 254",
    },
    BaseImage {
        family: "ubi8",
        major: 8,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("yum"),
        licenses: Some(false),
        variables: VARIABLES,
        source: "podman inspect of ubi8 (gist tnk4on); RHEL 8 \"Building, running, and managing containers\"; migtools/mig-controller pull request 1442 (`/licenses`, 2025-06)",
    },
    BaseImage {
        family: "ubi8-minimal",
        major: 8,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("microdnf"),
        licenses: None,
        variables: VARIABLES,
        source: "docker-library/repo-info neo4j 5-community-ubi8; quay/claircore rhel/dockerfile/testdata",
    },
    BaseImage {
        family: "ubi8-micro",
        major: 8,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some(""),
        licenses: None,
        variables: None,
        source: "RHEL 8 \"Building, running, and managing containers\"",
    },
    BaseImage {
        family: "ubi8-init",
        major: 8,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some("yum"),
        licenses: None,
        variables: None,
        source: "RHEL 8 \"Building, running, and managing containers\"",
    },
    BaseImage {
        family: "ubi9",
        major: 9,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("dnf"),
        licenses: None,
        variables: VARIABLES,
        source: "docker-library/repo-info repos/swift/remote/rhel-ubi9-slim.md",
    },
    BaseImage {
        family: "ubi9-minimal",
        major: 9,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("microdnf"),
        licenses: Some(false),
        variables: VARIABLES,
        source: "docker-library/repo-info repos/eclipse-temurin/remote/21-jdk-ubi9-minimal.md; stolostron/submariner-addon pull request 2074 (`/licenses`, 2025-05)",
    },
    BaseImage {
        family: "ubi9-micro",
        major: 9,
        user: None,
        labels: UBI,
        layers: None,
        package_manager: Some(""),
        licenses: Some(false),
        variables: None,
        source: "gitlab-org/gitlab-runner merge request 5185 (container-diff of redhat/ubi9-micro); keycloak/keycloak quarkus/container/Dockerfile, whose image 23.0 has no `/licenses`",
    },
    BaseImage {
        family: "ubi9-init",
        major: 9,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some("dnf"),
        licenses: None,
        variables: None,
        source: "RHEL 9 \"Building, running, and managing containers\"",
    },
    BaseImage {
        family: "ubi10",
        major: 10,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("dnf"),
        licenses: None,
        variables: VARIABLES,
        source: "docker-library/repo-info repos/swift/remote/rhel-ubi10-slim.md",
    },
    BaseImage {
        family: "ubi10-minimal",
        major: 10,
        user: ROOT,
        labels: UBI,
        layers: Some((1, 2)),
        package_manager: Some("microdnf"),
        licenses: None,
        variables: VARIABLES,
        source: "docker-library/repo-info repos/eclipse-temurin/remote/25-ubi10-minimal.md",
    },
    BaseImage {
        family: "ubi10-micro",
        major: 10,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some(""),
        licenses: None,
        variables: None,
        source: "RHEL 10 \"Building, running, and managing containers\"",
    },
    BaseImage {
        family: "ubi10-init",
        major: 10,
        user: None,
        labels: NOTHING_KNOWN,
        layers: None,
        package_manager: Some("dnf"),
        licenses: None,
        variables: None,
        source: "RHEL 10 \"Building, running, and managing containers\"",
    },
];

/// The prefix of a name, the user, the labels, and the source.
type Runtime = (&'static str, &'static str, [BaseLabel; 7], &'static str);

/// Images of languages and servers: the prefix of the name after `ubiN/` or `rhelN/`, the user, the labels.
///
/// Sources: the Dockerfiles of sclorg/*-container, redhat-developer/s2i-dotnetcore and
/// rh-openjdk/redhat-openjdk-containers.
static RUNTIMES: &[Runtime] = &[
    ("s2i-core", "", UBI, "sclorg/s2i-base-container"),
    ("s2i-base", "", UBI, "sclorg/s2i-base-container"),
    ("python-", "1001", SCL, "sclorg/s2i-python-container"),
    ("nodejs-", "1001", SCL, "sclorg/s2i-nodejs-container"),
    ("php-", "1001", SCL, "sclorg/s2i-php-container"),
    ("ruby-", "1001", SCL, "sclorg/s2i-ruby-container"),
    ("perl-", "1001", SCL, "sclorg/s2i-perl-container"),
    ("nginx-", "1001", SCL, "sclorg/nginx-container"),
    ("httpd-", "1001", SCL, "sclorg/httpd-container"),
    ("redis-", "1001", SCL, "sclorg/redis-container"),
    ("postgresql-", "26", SCL, "sclorg/postgresql-container"),
    ("mysql-", "27", SCL, "sclorg/mysql-container"),
    ("mariadb-", "27", SCL, "sclorg/mariadb-container"),
    ("dotnet-", "1001", UBI, "redhat-developer/s2i-dotnetcore"),
    ("openjdk-", "185", JDK, "rh-openjdk/redhat-openjdk-containers"),
];

/// Registries that serve Red Hat's base images; the last one is Docker Hub's mirror.
const REGISTRIES: &[&str] = &[
    "registry.access.redhat.com/",
    "registry.redhat.io/",
    "docker.io/redhat/",
    "index.docker.io/redhat/",
    "redhat/",
];

/// Returns every row of operating-system images and of runtime images. The family of a runtime image is the
/// prefix of its name after `ubiN/` or `rhelN/`, for the majors 8 to 10.
///
/// ```
/// let (systems, runtimes) = rekey_core::facts::base_images::table();
/// assert!(systems.iter().any(|row| row.family == "ubi9-minimal"));
/// assert!(runtimes.iter().any(|row| row.family == "python"));
/// ```
pub fn table() -> (&'static [BaseImage], Vec<BaseImage>) {
    (SYSTEMS, RUNTIMES.iter().map(|row| of_runtime(row, 0)).collect())
}

/// Returns the row for the image that a `FROM` line names, if it is one of Red Hat's and the table has it.
///
/// ```
/// use rekey_core::facts::base_images;
///
/// let ubi = base_images::find("registry.access.redhat.com/ubi9/ubi-minimal:9.8").unwrap();
/// assert_eq!((ubi.family, ubi.user), ("ubi9-minimal", Some("")));
/// assert_eq!(base_images::find("registry.access.redhat.com/ubi9/python-312").unwrap().user, Some("1001"));
/// assert!(base_images::find("docker.io/library/debian").is_none());
/// ```
pub fn find(reference: &str) -> Option<BaseImage> {
    let name = repository(reference)?;
    let one = family(name);
    let system = SYSTEMS.iter().find(|row| row.family == one);
    system.copied().or_else(|| runtime(name))
}

/// Returns true if the image is served by one of Red Hat's registries or by their mirror on Docker Hub.
pub fn is_red_hat(reference: &str) -> bool {
    repository(reference).is_some()
}

/// The name at Red Hat's registry of an image on Docker Hub's mirror.
pub fn mirrored(reference: &str) -> Option<&str> {
    REGISTRIES.iter().skip(2).find_map(|registry| reference.strip_prefix(registry))
}

/// Returns true if a reference names one of Red Hat's base images without a registry, as podman's aliases
/// complete it.
///
/// Source: containers/shortnames shortnames.conf, 2025-08-21. It has no UBI 10 names yet, which are treated
/// alike.
pub fn is_short_name(reference: &str) -> bool {
    let named = without_tag(reference);
    let one = family(named);
    (named.starts_with("ubi") || named.starts_with("rhel")) && SYSTEMS.iter().any(|row| row.family == one)
}

/// The day on which Red Hat's maintenance of a major version of RHEL ends, from its product life cycle; the
/// date of the UBI images is derived from it.
///
/// Source: endoflife-date/endoflife.date products/rhel.md, 2026-08-22.
pub const fn end_of_maintenance(major: u8) -> Option<Date> {
    match major {
        7 => Date::new(2024, 6, 30),
        8 => Date::new(2029, 5, 31),
        9 => Date::new(2032, 5, 31),
        10 => Date::new(2035, 5, 31),
        _ => None,
    }
}

/// The major version of RHEL in the name of a Red Hat image: 9 in `ubi9/python-312`.
pub fn major(reference: &str) -> Option<u8> {
    let name = repository(reference)?;
    let digits = name.strip_prefix("ubi").or_else(|| name.strip_prefix("rhel"))?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits.get(..end)?.parse().ok()
}

/// The repository's name on Red Hat's registry, without registry, tag and digest.
fn repository(reference: &str) -> Option<&str> {
    let name = without_tag(reference);
    REGISTRIES.iter().find_map(|registry| name.strip_prefix(registry))
}

fn without_tag(reference: &str) -> &str {
    let named = reference.split('@').next().unwrap_or(reference);
    let slash = named.rfind('/').map_or(0, |at| at + 1);
    let tag = named.get(slash..).and_then(|name| name.find(':'));
    tag.and_then(|colon| named.get(..slash + colon)).unwrap_or(named)
}

/// Normalizes names of the same image: `ubi9/ubi-minimal`, `rhel9-minimal` and `ubi9-minimal`.
///
/// Source: containers/shortnames shortnames.conf, 2025-08-21.
fn family(name: &str) -> String {
    let (head, rest) = name.split_once('/').unwrap_or((name, ""));
    let rest = rest.strip_prefix("ubi").unwrap_or(rest);
    let one = format!("{head}{rest}");
    match one.strip_prefix("rhel") {
        // RHEL 8 and later are served as UBI under either name; `rhel7` is not UBI.
        Some(version) if !version.starts_with('7') && version.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("ubi{version}")
        }
        _ => one,
    }
}

fn runtime(name: &str) -> Option<BaseImage> {
    let (system, image) = name.split_once('/')?;
    let major = system.strip_prefix("ubi").or_else(|| system.strip_prefix("rhel"))?.parse().ok()?;
    if !(8..=10).contains(&major) || image.ends_with("-micro") {
        return None;
    }
    RUNTIMES.iter().find(|(prefix, ..)| image.starts_with(prefix)).map(|row| of_runtime(row, major))
}

fn of_runtime((prefix, user, labels, source): &Runtime, major: u8) -> BaseImage {
    BaseImage {
        family: prefix.trim_end_matches('-'),
        major,
        user: Some(user),
        labels: *labels,
        layers: None,
        package_manager: None,
        licenses: None,
        variables: None,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_finds_its_row() {
        for (reference, family) in [
            ("registry.access.redhat.com/ubi9", Some("ubi9")),
            ("registry.access.redhat.com/ubi9/ubi:latest", Some("ubi9")),
            ("registry.access.redhat.com/ubi9/ubi-minimal@sha256:00", Some("ubi9-minimal")),
            ("registry.redhat.io/ubi8-minimal:8.10", Some("ubi8-minimal")),
            ("registry.redhat.io/rhel9-minimal", Some("ubi9-minimal")),
            ("registry.access.redhat.com/rhel7", Some("rhel7")),
            ("redhat/ubi9-micro", Some("ubi9-micro")),
            ("docker.io/redhat/ubi10:10.2", Some("ubi10")),
            ("registry.access.redhat.com/ubi9/nodejs-22-minimal:1", Some("nodejs")),
            ("registry.redhat.io/rhel9/postgresql-16", Some("postgresql")),
            ("registry.access.redhat.com/ubi9-init", Some("ubi9-init")),
            ("registry.access.redhat.com/ubi9/ubi-init", Some("ubi9-init")),
            ("registry.access.redhat.com/ubi7-init", None),
            ("registry.access.redhat.com/ubi9/nginx-122-micro", None),
            ("quay.io/acme/ubi9", None),
            ("ubi9", None),
            ("scratch", None),
        ] {
            assert_eq!(find(reference).map(|row| row.family), family, "{reference}");
        }
    }

    #[test]
    fn the_major_version_is_read_from_the_name() {
        assert_eq!(major("registry.access.redhat.com/ubi10/go-toolset"), Some(10));
        assert_eq!(major("registry.access.redhat.com/rhel7.9"), Some(7));
        assert_eq!(major("registry.access.redhat.com/nodejs"), None);
    }
}
