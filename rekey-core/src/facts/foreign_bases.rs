//! Base images that are known to contain no layer of Red Hat's.
//!
//! An image is listed only if none of its tags was ever built on one of Red Hat's, or if such tags say so.
//! Images that are not listed are unknown: Elastic's, Percona's and Couchbase's images, for example, are
//! built on UBI without saying so.

use std::fmt;

use crate::reference::{ImageReference, registry};

/// An image that is known not to be built on one of Red Hat's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignBase {
    /// The system that it is built on, if known.
    pub system: Option<System>,
    /// True if the image has other tags that are built on UBI.
    pub has_ubi_tags: bool,
}

impl ForeignBase {
    const fn on(system: Option<System>) -> Self {
        Self { system, has_ubi_tags: false }
    }

    /// Returns true for a Windows image.
    pub fn is_windows(self) -> bool {
        self.system == Some(Windows)
    }
}

macro_rules! systems {
    ($($name:ident $text:literal,)+) => {
        /// An operating system other than Red Hat's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum System {
            $(#[doc = $text] $name,)+
        }

        impl System {
            /// The name of the system.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

systems! {
    AlmaLinux "AlmaLinux",
    Alpine "Alpine Linux",
    Alt "ALT Linux",
    AmazonLinux "Amazon Linux",
    Arch "Arch Linux",
    AzureLinux "Azure Linux",
    BusyBox "BusyBox",
    CentOs "CentOS",
    CirrOs "CirrOS",
    ClearLinux "Clear Linux",
    ClefOs "ClefOS",
    Debian "Debian",
    Fedora "Fedora",
    Mageia "Mageia",
    OpenSuse "openSUSE",
    OracleLinux "Oracle Linux",
    Photon "Photon OS",
    RockyLinux "Rocky Linux",
    ScientificLinux "Scientific Linux",
    Suse "SUSE Linux Enterprise",
    Ubuntu "Ubuntu",
    Windows "Windows",
    Wolfi "Wolfi",
}

use System::{
    AlmaLinux, Alpine, Alt, AmazonLinux, Arch, AzureLinux, BusyBox, CentOs, CirrOs, ClearLinux, ClefOs,
    Debian, Fedora, Mageia, OpenSuse, OracleLinux, Photon, RockyLinux, ScientificLinux, Suse, Ubuntu,
    Windows, Wolfi,
};

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The tags of an official image.
#[derive(Clone, Copy)]
enum Tags {
    /// Every tag is built on this distribution.
    Distribution(System),
    /// A tag that names no system is built on this one.
    Default(System),
    /// A tag that names no system is built on either.
    Mixed,
    /// Tags that contain `ubi` or `rhel` are built on UBI.
    SomeUbi,
}

use Tags::{Default, Distribution, Mixed, SomeUbi};

/// Docker's official images, sorted by name.
///
/// Source: docker-library/official-images library/ at 37079fb (2026-08-21) and its history: the tags beside
/// `latest`, and every tag with `ubi`, `rhel` or `redhat` in it. Not listed are images that may be built on
/// UBI under a tag that does not say so, and those whose history leaves the base unknown.
static OFFICIAL: &[(&str, Tags)] = &[
    ("adminer", Mixed),
    ("almalinux", Distribution(AlmaLinux)),
    ("alpine", Distribution(Alpine)),
    ("alt", Distribution(Alt)),
    ("amazoncorretto", Default(AmazonLinux)),
    ("amazonlinux", Distribution(AmazonLinux)),
    ("archlinux", Distribution(Arch)),
    ("bash", Default(Alpine)),
    ("buildpack-deps", Mixed),
    ("busybox", Distribution(BusyBox)),
    ("caddy", Mixed),
    ("cassandra", Mixed),
    ("centos", Distribution(CentOs)),
    ("chronograf", Mixed),
    ("cirros", Distribution(CirrOs)),
    ("clearlinux", Distribution(ClearLinux)),
    ("clefos", Distribution(ClefOs)),
    ("clojure", Mixed),
    ("composer", Mixed),
    ("dart", Mixed),
    ("debian", Distribution(Debian)),
    ("docker", Default(Alpine)),
    ("drupal", Default(Debian)),
    ("eclipse-mosquitto", Mixed),
    ("eclipse-temurin", SomeUbi),
    ("elixir", Mixed),
    ("erlang", Mixed),
    ("fedora", Distribution(Fedora)),
    ("flink", Mixed),
    ("gcc", Default(Debian)),
    ("ghost", Default(Debian)),
    ("golang", Default(Debian)),
    ("gradle", SomeUbi),
    ("groovy", Mixed),
    ("haproxy", Default(Debian)),
    ("haskell", Default(Debian)),
    ("httpd", Default(Debian)),
    ("influxdb", Mixed),
    ("jetty", Mixed),
    ("joomla", Mixed),
    ("jruby", Mixed),
    ("julia", Mixed),
    ("kapacitor", Mixed),
    ("mageia", Distribution(Mageia)),
    ("mariadb", SomeUbi),
    ("matomo", Mixed),
    ("maven", Mixed),
    ("mediawiki", Mixed),
    ("memcached", Default(Debian)),
    ("mongo", Mixed),
    ("mongo-express", Mixed),
    ("mysql", Mixed),
    ("nats", Mixed),
    ("neo4j", SomeUbi),
    ("nextcloud", Mixed),
    ("nginx", Default(Debian)),
    ("node", Default(Debian)),
    ("openjdk", Mixed),
    ("oraclelinux", Distribution(OracleLinux)),
    ("perl", Default(Debian)),
    ("photon", Distribution(Photon)),
    ("php", Default(Debian)),
    ("phpmyadmin", Mixed),
    ("postgres", Default(Debian)),
    ("pypy", Default(Debian)),
    ("python", Default(Debian)),
    ("r-base", Mixed),
    ("rabbitmq", Mixed),
    ("redis", Default(Debian)),
    ("redmine", Default(Debian)),
    ("registry", Mixed),
    ("rockylinux", Distribution(RockyLinux)),
    ("ros", Default(Ubuntu)),
    ("ruby", Default(Debian)),
    ("rust", Default(Debian)),
    ("sapmachine", Default(Ubuntu)),
    ("sl", Distribution(ScientificLinux)),
    ("solr", Mixed),
    ("spark", Mixed),
    ("storm", Mixed),
    ("swift", SomeUbi),
    ("swipl", Mixed),
    ("telegraf", Mixed),
    ("tomcat", Mixed),
    ("tomee", Mixed),
    ("traefik", Mixed),
    ("ubuntu", Distribution(Ubuntu)),
    ("unit", Mixed),
    ("varnish", Mixed),
    ("wordpress", Mixed),
    ("zookeeper", Mixed),
];

/// Docker Hub under its own names and those of its caches.
///
/// Sources: distribution/reference `normalize.go`; cloud.google.com/container-registry/docs/pulling-cached-images.
const DOCKER_HUB: &[&str] =
    &["docker.io", "registry-1.docker.io", "registry.hub.docker.com", "mirror.gcr.io"];

/// Other registries with the official images, and the folder that contains them.
///
/// Sources: gallery.ecr.aws/docker; FROM lines of public repositories for the mirror at Microsoft's registry.
const COPIES: &[(&str, &str)] =
    &[("public.ecr.aws", "docker/library/"), ("mcr.microsoft.com", "mirror/docker/library/")];

/// Owners of the official images for one architecture.
///
/// Source: docker-library/official-images README.md, "Architectures other than amd64?".
const ARCHITECTURES: &[&str] = &[
    "amd64", "arm32v5", "arm32v6", "arm32v7", "arm64v8", "i386", "mips64le", "ppc64le", "riscv64", "s390x",
    "winamd64",
];

/// Other images: a registry, a repository or a prefix of repositories, and the system that they are built on;
/// `None` if tags differ.
static REPOSITORIES: &[(&str, &str, Option<System>)] = &[
    // AlmaLinux/container-images README.md.
    ("docker.io", "almalinux/", Some(AlmaLinux)),
    ("quay.io", "almalinuxorg/", Some(AlmaLinux)),
    // hub.docker.com/r/bitnami/minideb: "a minimalist Debian-based image".
    ("docker.io", "bitnami/minideb", Some(Debian)),
    // containers/shortnames shortnames.conf.
    ("docker.io", "opensuse/", Some(OpenSuse)),
    ("registry.opensuse.org", "opensuse/", Some(OpenSuse)),
    ("quay.io", "centos/", Some(CentOs)),
    ("registry.fedoraproject.org", "", Some(Fedora)),
    // sclorg/nginx-container .github/workflows: its images of Fedora.
    ("quay.io", "fedora/", Some(Fedora)),
    // hub.docker.com/r/rockylinux/rockylinux.
    ("docker.io", "rockylinux/", Some(RockyLinux)),
    ("quay.io", "rockylinux/", Some(RockyLinux)),
    // GoogleContainerTools/distroless README.md: "based on Debian".
    ("gcr.io", "distroless/", Some(Debian)),
    // gallery.ecr.aws/amazonlinux; docs.aws.amazon.com/lambda/latest/dg/images-create.html.
    ("public.ecr.aws", "amazonlinux/", Some(AmazonLinux)),
    ("public.ecr.aws", "lambda/", Some(AmazonLinux)),
    // oracle/container-images README.md; oracle/docker-images OracleLinuxDevelopers; docs.oracle.com "Oracle GraalVM Container
    // Images" and graalvm.org "GraalVM Community Edition Container Images".
    ("container-registry.oracle.com", "os/", Some(OracleLinux)),
    ("container-registry.oracle.com", "graalvm/", Some(OracleLinux)),
    ("ghcr.io", "oracle/oraclelinux", Some(OracleLinux)),
    ("ghcr.io", "oracle/oraclelinux8-", Some(OracleLinux)),
    ("ghcr.io", "oracle/oraclelinux9-", Some(OracleLinux)),
    ("ghcr.io", "graalvm/", Some(OracleLinux)),
    // dotnet/dotnet-docker documentation/supported-platforms.md: Alpine, Azure Linux, Debian, Ubuntu, Windows.
    ("mcr.microsoft.com", "dotnet/framework/", Some(Windows)),
    ("mcr.microsoft.com", "dotnet/", None),
    // learn.microsoft.com/java/openjdk/containers: Azure Linux and Ubuntu.
    ("mcr.microsoft.com", "openjdk/", None),
    // microsoft/azurelinux README.md.
    ("mcr.microsoft.com", "azurelinux/", Some(AzureLinux)),
    ("mcr.microsoft.com", "cbl-mariner/", Some(AzureLinux)),
    // learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images.
    ("mcr.microsoft.com", "windows", Some(Windows)),
    ("mcr.microsoft.com", "windows/", Some(Windows)),
    ("mcr.microsoft.com", "windowsservercore-insider", Some(Windows)),
    ("mcr.microsoft.com", "nanoserver-insider", Some(Windows)),
    ("docker.io", "microsoft/windowsservercore", Some(Windows)),
    ("docker.io", "microsoft/nanoserver", Some(Windows)),
    // edu.chainguard.dev "How to Use Chainguard Containers": "based on Wolfi"; a few on Alpine Linux.
    ("cgr.dev", "chainguard/wolfi-base", Some(Wolfi)),
    ("cgr.dev", "chainguard/", None),
    // opensource.suse.com/bci-docs.
    ("registry.suse.com", "bci/", Some(Suse)),
    ("registry.suse.com", "suse/", Some(Suse)),
];

/// Images that are partly built on UBI, and whose tags all name their system.
///
/// Source: gitlab.com/nvidia/container-images/cuda doc/supported-tags.md.
const NAMED_BY_TAG: &[(&str, &str)] = &[("docker.io", "nvidia/cuda"), ("nvcr.io", "nvidia/cuda")];

/// Returns the facts about the image that a `FROM` line names, if it is certainly not built on one of Red
/// Hat's.
///
/// ```
/// use rekey_core::facts::foreign_bases::{System, find};
///
/// assert_eq!(find("node:20").unwrap().system, Some(System::Debian));
/// assert_eq!(find("public.ecr.aws/docker/library/node:20-alpine").unwrap().system, Some(System::Alpine));
/// assert!(find("eclipse-temurin:21-jre-ubi9-minimal").is_none());
/// assert!(find("quay.io/acme/base").is_none());
/// ```
pub fn find(reference: &str) -> Option<ForeignBase> {
    let reference = ImageReference::parse(reference).ok()?;
    let (host, path) = (registry::host(reference.domain()), reference.path());
    let is = |domain: &str| host.eq_ignore_ascii_case(domain);
    let is_hub = DOCKER_HUB.iter().any(|domain| is(domain));
    let copied =
        || COPIES.iter().find_map(|(domain, folder)| path.strip_prefix(folder).filter(|_| is(domain)));
    if let Some(name) = if is_hub { official(path) } else { copied() } {
        return of_official(name, &reference);
    }
    let is_listed = |domain: &str, listed: &str| {
        let is_start = listed.is_empty() || listed.ends_with(['/', '-']);
        let same = if is_start { path.starts_with(listed) } else { path == listed };
        same && (is(domain) || domain == "docker.io" && is_hub)
    };
    let by_tag = || system_of_tag(reference.tag()?).filter(|_| reference.digest().is_none());
    if let Some((.., system)) = REPOSITORIES.iter().find(|(domain, listed, _)| is_listed(domain, listed)) {
        return Some(ForeignBase::on(system.or_else(by_tag)));
    }
    // sclorg/s2i-base-container and related images: names of CentOS Stream images end in its version.
    let stream = ["-c8s", "-c9s", "-c10s"];
    if is("quay.io") && path.starts_with("sclorg/") && stream.iter().any(|version| path.ends_with(version)) {
        return Some(ForeignBase::on(Some(CentOs)));
    }
    let is_named_by_tag = NAMED_BY_TAG.iter().any(|(domain, listed)| is_listed(domain, listed));
    by_tag().filter(|_| is_named_by_tag).map(|system| ForeignBase::on(Some(system)))
}

/// The name of the official image at this path of Docker Hub; a cache may omit `library/`.
fn official(path: &str) -> Option<&str> {
    match path.split_once('/') {
        None => Some(path),
        Some((owner, name)) => (owner == "library" || ARCHITECTURES.contains(&owner)).then_some(name),
    }
}

fn of_official(name: &str, reference: &ImageReference) -> Option<ForeignBase> {
    let row = OFFICIAL.binary_search_by_key(&name, |(name, _)| name).ok()?;
    let (_, tags) = OFFICIAL.get(row)?;
    // A digest wins over the tag beside it.
    let tag = reference.tag().filter(|_| reference.digest().is_none());
    let by_tag = tag.and_then(system_of_tag);
    let is_pinned = reference.digest().is_some();
    let system = match tags {
        Distribution(system) => Some(*system),
        Default(system) if !is_pinned => by_tag.or(Some(*system)),
        SomeUbi if is_pinned || tag.is_some_and(is_ubi) => return None,
        Default(_) | Mixed | SomeUbi => by_tag,
    };
    Some(ForeignBase { system, has_ubi_tags: matches!(tags, SomeUbi) })
}

fn is_ubi(tag: &str) -> bool {
    ["ubi", "rhel", "redhat"].iter().any(|word| tag.contains(word))
}

/// The system that a tag names: `22-alpine3.20`, `3.12-slim-bookworm`.
fn system_of_tag(tag: &str) -> Option<System> {
    let words = tag.split('-').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'));
    words.rev().find_map(|word| match word {
        "alpine" => Some(Alpine),
        "debian" | "wheezy" | "jessie" | "stretch" | "buster" | "bullseye" | "bookworm" | "trixie" => {
            Some(Debian)
        }
        "ubuntu" | "trusty" | "xenial" | "bionic" | "focal" | "jammy" | "noble" | "resolute" => Some(Ubuntu),
        "oraclelinux" | "ol" => Some(OracleLinux),
        "amazonlinux" | "al" => Some(AmazonLinux),
        "azurelinux" | "mariner" => Some(AzureLinux),
        "centos" => Some(CentOs),
        "fedora" => Some(Fedora),
        "rockylinux" => Some(RockyLinux),
        "windowsservercore" | "nanoserver" => Some(Windows),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_images_are_sorted() {
        assert!(OFFICIAL.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn facts_about_foreign_bases() {
        let digest = format!("@sha256:{}", "0".repeat(64));
        let known = |system: System| Some(Some(system));
        for (reference, expected) in [
            ("alpine", known(Alpine)),
            ("docker.io/debian:12", known(Debian)),
            ("index.docker.io/library/debian", known(Debian)),
            ("library/ubuntu:24.04", known(Ubuntu)),
            ("node", known(Debian)),
            ("node:20", known(Debian)),
            ("node:20-alpine3.20", known(Alpine)),
            ("node:20-alpine@", None),
            (&format!("node:20-alpine{digest}"), Some(None)),
            (&format!("debian:12{digest}"), known(Debian)),
            ("python:3.12-slim", known(Debian)),
            ("golang:1.25-nanoserver-ltsc2025", known(Windows)),
            ("redis:7-bookworm", known(Debian)),
            ("openjdk:17", Some(None)),
            ("openjdk:21-jdk-oraclelinux9", known(OracleLinux)),
            ("openjdk:11-jre-slim-bullseye", known(Debian)),
            ("mysql:8.4", Some(None)),
            ("mongo:8.0-noble", known(Ubuntu)),
            ("maven:3.9-amazoncorretto-21-al2023", known(AmazonLinux)),
            ("amazoncorretto:21", known(AmazonLinux)),
            ("arm64v8/nginx:1.27", known(Debian)),
            ("mirror.gcr.io/busybox", known(BusyBox)),
            ("mirror.gcr.io/library/alpine:3", known(Alpine)),
            ("public.ecr.aws/docker/library/centos:7", known(CentOs)),
            ("mcr.microsoft.com/mirror/docker/library/ubuntu:20.04", known(Ubuntu)),
            ("registry.hub.docker.com/library/node:20", known(Debian)),
            // Some tags are built on UBI.
            ("mariadb:11", Some(None)),
            ("mariadb:11-noble", known(Ubuntu)),
            ("mariadb:11-ubi", None),
            ("mariadb:lts-ubi10", None),
            (&format!("mariadb:11-noble{digest}"), None),
            ("eclipse-temurin:21", Some(None)),
            ("eclipse-temurin:21-jre-alpine", known(Alpine)),
            ("eclipse-temurin:21-jre-ubi9-minimal", None),
            ("neo4j:5-community-ubi10", None),
            ("gradle:jdk21-ubi", None),
            ("swift:6.0-rhel-ubi9-slim", None),
            // Unknown.
            ("percona:8.0", None),
            ("elasticsearch:9.1.0", None),
            ("kibana:9.1.0", None),
            ("couchbase:8.0.2", None),
            ("open-liberty:full", None),
            ("websphere-liberty", None),
            ("ibm-semeru-runtimes:open-21-jre", None),
            ("redhat/ubi9", None),
            ("registry.access.redhat.com/ubi9", None),
            ("ubi9", None),
            ("acme/node:20", None),
            ("quay.io/acme/alpine", None),
            ("registry.example.com/library/node:20", None),
            ("localhost:5000/node", None),
            ("icr.io/appcafe/open-liberty:full-java17-openj9-ubi", None),
            ("mcr.microsoft.com/mssql/server:2022-latest", None),
            ("mcr.microsoft.com/powershell:lts-ubi-8", None),
            ("docker.elastic.co/elasticsearch/elasticsearch:9.1.0", None),
            ("quay.io/hummingbird/git", None),
            ("node:", None),
            ("scratch", None),
            // Other registries.
            ("gcr.io/distroless/static:nonroot", known(Debian)),
            ("gcr.io/distroless/base-debian12", known(Debian)),
            ("gcr.io/acme/distroless", None),
            ("quay.io/centos/centos:stream9", known(CentOs)),
            ("quay.io/centos", None),
            ("quay.io/fedora/fedora-minimal:42", known(Fedora)),
            ("registry.fedoraproject.org/fedora:42", known(Fedora)),
            ("rockylinux/rockylinux:9-minimal", known(RockyLinux)),
            ("docker.io/almalinux/9-minimal", known(AlmaLinux)),
            ("quay.io/sclorg/s2i-core-c9s", known(CentOs)),
            ("quay.io/sclorg/python-312-c10s:latest", known(CentOs)),
            ("quay.io/sclorg/nodejs-22-el9", None),
            ("public.ecr.aws/amazonlinux/amazonlinux:2023", known(AmazonLinux)),
            ("public.ecr.aws/lambda/python:3.13", known(AmazonLinux)),
            ("container-registry.oracle.com/os/oraclelinux:9-slim", known(OracleLinux)),
            ("container-registry.oracle.com/database/free", None),
            ("ghcr.io/oracle/oraclelinux:9", known(OracleLinux)),
            ("ghcr.io/oracle/oraclelinux9-python:3.12", known(OracleLinux)),
            ("ghcr.io/oracle/oci-cli", None),
            ("ghcr.io/graalvm/jdk-community:21", known(OracleLinux)),
            ("quay.io/jupyter/scipy-notebook", None),
            ("mcr.microsoft.com/dotnet/aspnet:8.0", Some(None)),
            ("mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled", known(Ubuntu)),
            ("mcr.microsoft.com/dotnet/sdk:8.0-azurelinux3.0", known(AzureLinux)),
            ("mcr.microsoft.com/dotnet/framework/aspnet:4.8", known(Windows)),
            ("MCR.microsoft.com:443/windows/servercore:ltsc2022", known(Windows)),
            ("mcr.microsoft.com/windows:ltsc2019", known(Windows)),
            ("cgr.dev/chainguard/node:latest", Some(None)),
            ("registry.suse.com/bci/bci-base:15.6", known(Suse)),
            ("opensuse/leap:15.6", known(OpenSuse)),
            ("nvidia/cuda:12.4.1-base-ubuntu22.04", known(Ubuntu)),
            ("nvcr.io/nvidia/cuda:12.4.1-runtime-rockylinux9", known(RockyLinux)),
            ("nvcr.io/nvidia/cuda:12.4.1-runtime-ubi9", None),
            ("nvidia/cuda:12.4.1", None),
        ] {
            assert_eq!(find(reference).map(|base| base.system), expected, "{reference}");
        }
    }
}
