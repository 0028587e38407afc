//! From an archive's index to an image: OCI layouts, and the output of `docker save`.

use std::io::Read;

use rekey_core::image::{
    config::{self, MAX_DOCUMENT_BYTES},
    contents::{Fault, FaultKind, ImageContents, Layer, clean_path},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Error, NoImage, Parts,
    artifact::{Kinds, by_cosign},
    hashing::digest,
    layer::Budget,
    layers::{Stored, read_layers},
    limits::{IMAGES, INDEX_DEPTH, Limits},
};

/// The architectures that preflight checks in an image index.
const JUDGED: &[&str] = rekey_core::preflight::ARCHITECTURES;

/// The index of an archive to read: the prefix of a path for skopeo and podman.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Any index. If there are two, they are compared; if they differ, `manifest.json` is read.
    #[default]
    Unstated,
    /// `index.json`: `oci:`, `oci-archive:`.
    Oci,
    /// `manifest.json` with a list of images: `docker-archive:`.
    Docker,
    /// `manifest.json` with one manifest, and blobs beside it: `dir:`.
    Directory,
}

/// The images of an archive.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// The images that can be read, in the archive's order.
    pub images: Vec<Image>,
    /// The omitted parts, each with its reason: platforms that preflight skips, signatures and other
    /// artifacts, and everything that the archive names and does not contain.
    pub left_out: Vec<String>,
    /// The number of build attestations that are listed beside the images.
    attestations: usize,
}

/// An image in an archive that is not read yet.
#[derive(Clone, Debug)]
pub struct Image {
    /// The references by which the archive knows it.
    names: Vec<String>,
    form: Form,
    /// The faults of the archive that are reported with this image.
    faults: Vec<Fault>,
}

#[derive(Clone, Debug)]
enum Form {
    /// Identified by the digest of its manifest, which is in a part.
    Oci { digest: String, manifest: String, blobs: Blobs, depth: usize },
    /// Identified by the names of its parts.
    Docker { config: String, layers: Vec<String> },
}

/// The location of blobs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blobs {
    /// `blobs/sha256/…`.
    Layout,
    /// Named by their digests.
    Directory,
}

impl Image {
    /// The references by which the archive knows it.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Lists the images of an archive by the index of this format. With a name, only those with this reference or
/// tag.
///
/// For a multi-platform index, only the platforms that preflight checks are listed: Linux on amd64, arm64,
/// ppc64le and s390x.
///
/// # Errors
/// Returns an error if the archive has no such index, cannot be read, or contains no image.
pub fn list(parts: &mut dyn Parts, format: Format, name: Option<&str>) -> Result<Listing, Error> {
    let listed = list_whole(parts, format, name);
    listed.map_err(|error| error.or_cut_off(parts))
}

fn list_whole(parts: &mut dyn Parts, format: Format, name: Option<&str>) -> Result<Listing, Error> {
    let may_have = |wanted: &[Format]| format == Format::Unstated || wanted.contains(&format);
    let index = if may_have(&[Format::Oci]) { read_part(parts, INDEX)? } else { None };
    let manifest =
        if may_have(&[Format::Docker, Format::Directory]) { read_part(parts, MANIFEST)? } else { None };
    // A layout can contain a file of this name that is not an index.
    let saved = manifest.as_deref().filter(|text| text.trim_ascii_start().starts_with(b"["));
    let mut listing = match (index, manifest.as_deref()) {
        (None, None) => return Err(Error::NoImage(NoImage::of(parts, format)?)),
        (Some(index), _) => {
            let mut listing = list_index(parts, &index, Blobs::Layout, name)?;
            if let Some(saved) = saved.and_then(|text| serde_json::from_slice(text).ok()) {
                reconcile(parts, &mut listing, list_saved(saved, name))?;
            }
            listing
        }
        (None, Some(text)) if saved.is_some() || format == Format::Docker => {
            let images = list_saved(decode(MANIFEST, text)?, name);
            Listing { images, ..Listing::default() }
        }
        (None, Some(text)) => list_directory(parts, text)?,
    };
    if let (Some(first), count @ 1..) = (listing.images.first_mut(), listing.attestations) {
        let plural = if count == 1 { "" } else { "s" };
        let message = format!("the index lists {count} attestation{plural} of the build beside the image");
        first.faults.push(Fault::new(FaultKind::Attestation, None, message));
    }
    match name {
        _ if !listing.images.is_empty() || !listing.left_out.is_empty() => Ok(listing),
        Some(name) => Err(Error::NotNamed(name.to_owned())),
        None => Err(Error::Empty),
    }
}

const INDEX: &str = "index.json";
const MANIFEST: &str = "manifest.json";

/// Lists the images of an OCI index.
fn list_index(
    parts: &mut dyn Parts,
    text: &[u8],
    blobs: Blobs,
    name: Option<&str>,
) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    let index: Index = decode(blobs.index(), text)?;
    let documents = Documents::default();
    index.list(parts, &[], name, 0, &mut Named { listing: &mut listing, left: IMAGES, documents, blobs })?;
    Ok(listing)
}

/// Lists the images of `docker save`.
fn list_saved(entries: Vec<DockerEntry>, name: Option<&str>) -> Vec<Image> {
    let named = entries.into_iter().take(IMAGES).filter_map(|DockerEntry { config, tags, layers }| {
        let names = tags.unwrap_or_default();
        let is_meant = name.is_none_or(|name| names.iter().any(|own| is_called(own, name)));
        let form = Form::Docker { config, layers: layers.unwrap_or_default() };
        is_meant.then(|| Image { names, form, faults: Vec::new() })
    });
    named.collect()
}

/// Lists the images that skopeo and podman write to a directory: a manifest, or a list of manifests beside
/// it.
fn list_directory(parts: &mut dyn Parts, text: &[u8]) -> Result<Listing, Error> {
    let kinds: Kinds = decode(MANIFEST, text)?;
    let blobs = Blobs::Directory;
    if kinds.is_index() {
        return list_index(parts, text, blobs, None);
    }
    let (digest, mut listing) = (digest(text), Listing::default());
    if let Some(noun) = kinds.artifact(None) {
        listing.left_out.push(left_out(&digest, &noun));
    } else {
        let form = Form::Oci { digest, manifest: MANIFEST.to_owned(), blobs, depth: 0 };
        listing.images.push(Image { names: Vec::new(), form, faults: Vec::new() });
    }
    Ok(listing)
}

/// Compares the images of both indexes of an archive. If they differ, those of `manifest.json` are used: only
/// docker writes both, and `docker load`, `crane push` and `skopeo copy docker-archive:` read this one.
fn reconcile(parts: &mut dyn Parts, listing: &mut Listing, mut saved: Vec<Image>) -> Result<(), Error> {
    if saved.is_empty() {
        return Ok(());
    }
    let mut documents = Documents::default();
    let mut keys = |images: &[Image]| -> Result<Vec<_>, Error> {
        images.iter().map(|image| image.key(parts, &mut documents)).collect()
    };
    let (indexed, own) = (keys(&listing.images)?, keys(&saved)?);
    let missing = own.iter().filter(|key| key.is_none() || !indexed.contains(key)).count();
    // docker lists the images of other platforms only in `index.json`.
    let more = listing.images.iter().zip(&indexed);
    let more = more.filter(|(image, key)| image.is_on_top() && (key.is_none() || !own.contains(key))).count();
    if missing == 0 && more == 0 {
        return Ok(());
    }
    let lacks = |count: usize, here: &str, there: &str| {
        let plural = if count == 1 { " is" } else { "s are" };
        (count > 0).then(|| format!("{count} image{plural} in `{here}` and not in `{there}`"))
    };
    let lacking: Vec<_> =
        [lacks(missing, MANIFEST, INDEX), lacks(more, INDEX, MANIFEST)].into_iter().flatten().collect();
    let message =
        format!("the archive has two indexes that differ: {}; rekey checks `{MANIFEST}`", lacking.join(", "));
    if let Some(first) = saved.first_mut() {
        first.faults.push(Fault::new(FaultKind::Indexes, None, message));
    }
    listing.images = saved;
    Ok(())
}

/// The number of bytes of manifests and configs that may be read to list an archive.
struct Documents {
    left: usize,
}

impl Default for Documents {
    fn default() -> Self {
        Self { left: Limits::default().document_bytes }
    }
}

impl Documents {
    fn read(&mut self, parts: &mut dyn Parts, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let text = read_part(parts, name)?;
        let left = self.left.checked_sub(text.as_ref().map_or(0, Vec::len));
        self.left = left.ok_or_else(|| Error::document_bytes(Limits::default().document_bytes))?;
        Ok(text)
    }
}

impl Image {
    /// Returns true if `index.json` itself names it, not a nested index.
    fn is_on_top(&self) -> bool {
        matches!(self.form, Form::Oci { depth: 0, .. })
    }

    /// A digest of its content: its config and its layers. `None` if a part is missing.
    fn key(&self, parts: &mut dyn Parts, documents: &mut Documents) -> Result<Option<String>, Error> {
        let (config, layers) = match &self.form {
            Form::Oci { manifest, .. } => {
                let text = documents.read(parts, manifest)?.unwrap_or_default();
                let Ok(Manifest { config, layers }) = serde_json::from_slice(&text) else { return Ok(None) };
                (blob_name(&config.digest), layers.into_iter().map(|layer| layer.digest).collect())
            }
            Form::Docker { config, layers } => {
                let digest_of = |name: &String| match name.strip_prefix("blobs/") {
                    Some(name) => name.replacen('/', ":", 1),
                    None => name.clone(),
                };
                (part_name(config), layers.iter().map(digest_of).collect::<Vec<_>>())
            }
        };
        let Some(config) = config else { return Ok(None) };
        let config = documents.read(parts, &config)?.map(|text| digest(&text));
        let key = |config| digest([&[config], layers.as_slice()].concat().join("\n").as_bytes());
        Ok(config.map(key))
    }
}

/// Reads one of the listed images. Defects of its layers are in [`ImageContents::faults`].
///
/// # Errors
/// Returns an error if its manifest or config cannot be read.
pub fn read(parts: &mut dyn Parts, image: &Image, budget: &mut Budget) -> Result<ImageContents, Error> {
    let contents = read_whole(parts, image, budget);
    contents.map_err(|error| error.or_cut_off(parts))
}

fn read_whole(parts: &mut dyn Parts, image: &Image, budget: &mut Budget) -> Result<ImageContents, Error> {
    budget.begin_image();
    let faults = image.faults.clone();
    let mut contents = ImageContents { names: image.names.clone(), faults, ..ImageContents::default() };
    let (config, layers) = match &image.form {
        Form::Oci { digest, manifest, blobs, .. } => {
            let text = blob(parts, manifest, digest, "the manifest", &mut contents.faults)?;
            budget.take_document(text.len())?;
            let manifest: Manifest = decode("the manifest", &text)?;
            contents.digest = Some(digest.clone());
            let expected = &manifest.config.digest;
            let name = blobs.name(expected).ok_or_else(|| Error::Missing(expected.clone()))?;
            let config = blob(parts, &name, expected, "the config", &mut contents.faults)?;
            let layers = manifest.layers.into_iter().map(|layer| Stored::Blob(layer, *blobs)).collect();
            (config, layers)
        }
        Form::Docker { config, layers } => {
            let name = part_name(config).ok_or_else(|| Error::Missing(config.clone()))?;
            let text = read_part(parts, &name)?.ok_or(Error::Missing(name))?;
            (text, layers.iter().cloned().map(Stored::Part).collect::<Vec<_>>())
        }
    };
    budget.take_document(config.len())?;
    let said = config::read_layers(&config).map_err(|problem| unreadable_config(&problem))?;
    contents.platform.clone_from(&said.platform);
    contents.config = config;
    if layers.len() > budget.layers() {
        let message = format!("more than {} layers", budget.layers());
        let fault = Fault::new(FaultKind::Limit, None, message);
        contents.faults.push(fault);
        contents.layers = vec![Layer::default(); layers.len()];
        return Ok(contents);
    }
    read_layers(parts, &layers, said, budget, &mut contents);
    Ok(contents)
}

/// Reads a part and verifies its digest.
fn blob(
    parts: &mut dyn Parts,
    name: &str,
    expected: &str,
    what: &'static str,
    faults: &mut Vec<Fault>,
) -> Result<Vec<u8>, Error> {
    let bytes = read_part(parts, name)?.ok_or_else(|| Error::Missing(name.to_owned()))?;
    let found = digest(&bytes);
    if expected != found && expected.starts_with("sha256:") {
        let message = format!("{what} should have the digest `{expected}`, but has `{found}`");
        faults.push(Fault::new(FaultKind::Digest, None, message));
    }
    Ok(bytes)
}

impl Blobs {
    /// The part that contains a blob.
    pub(crate) fn name(self, digest: &str) -> Option<String> {
        match self {
            Self::Layout => blob_name(digest),
            Self::Directory => blob_name(digest)?.rsplit_once('/').map(|(_, hex)| hex.to_owned()),
        }
    }

    /// The part that contains a manifest.
    fn manifest(self, digest: &str) -> Option<String> {
        let name = self.name(digest)?;
        Some(match self {
            Self::Layout => name,
            Self::Directory => format!("{name}.manifest.json"),
        })
    }

    /// The part that contains the index.
    fn index(self) -> &'static str {
        match self {
            Self::Layout => INDEX,
            Self::Directory => MANIFEST,
        }
    }
}

/// The part of a layout that contains a blob: `blobs/sha256/…`.
fn blob_name(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_word(algorithm) && is_word(hex)).then(|| format!("blobs/{algorithm}/{hex}"))
}

/// The message about an omitted artifact.
fn left_out(digest: &str, noun: &str) -> String {
    format!("{digest}: {noun}, not an image")
}

/// A name from an archive, unless it leads out of it.
pub(crate) fn part_name(name: &str) -> Option<String> {
    let clean = String::from_utf8(clean_path(name.as_bytes()).into()).ok()?;
    (!clean.starts_with('/') && clean != ".." && !clean.starts_with("../")).then_some(clean)
}

/// Reads a whole document; `None` if it is missing.
fn read_part(parts: &mut dyn Parts, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let Some(part) = parts.open(name).map_err(Error::Io)? else { return Ok(None) };
    let mut text = Vec::new();
    part.take(MAX_DOCUMENT_BYTES as u64 + 1).read_to_end(&mut text).map_err(Error::Io)?;
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(Error::TooLarge(name.to_owned()));
    }
    Ok(Some(text))
}

fn decode<T: DeserializeOwned>(part: &str, text: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(text).map_err(|error| Error::Json {
        part: part.to_owned(),
        line: error.line(),
        column: error.column(),
    })
}

fn unreadable_config(problem: &config::Problem) -> Error {
    let part = "the config".to_owned();
    match problem {
        &config::Problem::Json { line, column, .. } => Error::Json { part, line, column },
        _ => Error::TooLarge(part),
    }
}

/// Returns true if an image has the wanted name: the same reference, or a reference with this tag.
fn is_called(own: &str, wanted: &str) -> bool {
    own == wanted || own.rsplit_once(':').is_some_and(|(_, tag)| tag == wanted && !tag.contains('/'))
}

/// Source: OCI image specification, image-index.md; Docker's lists of manifests have the same fields.
#[derive(Deserialize)]
struct Index {
    /// moby 25.0.0 wrote `null` for an empty list.
    #[serde(default)]
    manifests: Option<Vec<Descriptor>>,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    #[serde(rename = "artifactType")]
    artifact_type: Option<String>,
    digest: String,
    platform: Option<Platform>,
    annotations: Option<std::collections::BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    variant: Option<String>,
}

/// The images of an index, and the number of images and indexes that may follow.
struct Named<'l> {
    listing: &'l mut Listing,
    left: usize,
    documents: Documents,
    blobs: Blobs,
}

impl Index {
    fn list(
        self,
        parts: &mut dyn Parts,
        inherited: &[String],
        wanted: Option<&str>,
        depth: usize,
        named: &mut Named<'_>,
    ) -> Result<(), Error> {
        if depth > INDEX_DEPTH {
            return Err(Error::Archive(format!("an index within {INDEX_DEPTH} others")));
        }
        let manifests = self.manifests.unwrap_or_default();
        let several = manifests.len() > 1;
        let linux: Vec<_> = manifests.iter().filter_map(Descriptor::linux).map(str::to_owned).collect();
        for descriptor in manifests {
            let names = descriptor.names(inherited);
            let is_wanted = |own: &String| wanted.is_none_or(|wanted| is_called(own, wanted));
            if depth == 0 && wanted.is_some() && !names.iter().any(is_wanted) {
                continue;
            }
            if descriptor.is_attestation() {
                named.listing.attestations += 1;
                continue;
            }
            let left = named.left.checked_sub(1);
            named.left = left.ok_or_else(|| Error::Archive(format!("more than {IMAGES} images")))?;
            let digest = descriptor.digest.clone();
            if let Some(noun) = descriptor.by_cosign() {
                named.listing.left_out.push(left_out(&digest, noun));
                continue;
            }
            let platform = descriptor.platform.as_ref().filter(|_| several || depth > 0);
            if let Some(why) = platform.and_then(|platform| platform.passed_over(&linux)) {
                named.listing.left_out.push(why);
                continue;
            }
            let name = named.blobs.manifest(&digest).ok_or_else(|| Error::Missing(digest.clone()))?;
            let Some(text) = named.documents.read(parts, &name)? else {
                let called = descriptor.platform.as_ref().map_or(digest, Platform::written);
                named
                    .listing
                    .left_out
                    .push(format!("{called}: the archive names it but does not contain it"));
                continue;
            };
            let kinds: Kinds = serde_json::from_slice(&text).unwrap_or_default();
            if descriptor.is_index() || kinds.is_index() {
                decode::<Self>(&name, &text)?.list(parts, &names, wanted, depth + 1, named)?;
            } else if let Some(noun) = kinds.artifact(descriptor.artifact_type.as_deref()) {
                named.listing.left_out.push(left_out(&digest, &noun));
            } else {
                // A tag alone is not a reference.
                let names = names.into_iter().filter(|name| name.contains([':', '/'])).collect();
                let form = Form::Oci { digest, manifest: name, blobs: named.blobs, depth };
                named.listing.images.push(Image { names, form, faults: Vec::new() });
            }
        }
        Ok(())
    }
}

impl Descriptor {
    /// The names in the index, the full reference first.
    fn names(&self, inherited: &[String]) -> Vec<String> {
        const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];
        let own = |key: &&str| self.annotations.as_ref()?.get(*key).cloned();
        let own: Vec<_> = NAMES.iter().filter_map(own).collect();
        if own.is_empty() { inherited.to_vec() } else { own }
    }

    fn is_index(&self) -> bool {
        let index =
            ["application/vnd.oci.image.index.v1", "application/vnd.docker.distribution.manifest.list.v2"];
        self.media_type.as_ref().is_some_and(|own| index.iter().any(|index| own.starts_with(index)))
    }

    /// The architecture of a Linux image.
    fn linux(&self) -> Option<&str> {
        self.platform.as_ref().filter(|platform| platform.os == LINUX).map(|platform| &*platform.architecture)
    }

    /// The kind of artifact according to cosign.
    fn by_cosign(&self) -> Option<&'static str> {
        by_cosign(self.annotations.as_ref()?.get("kind")?)
    }

    /// Returns true for BuildKit's attestations of an image: provenance, a list of packages.
    fn is_attestation(&self) -> bool {
        let platform = self.platform.as_ref();
        let unknown =
            platform.is_some_and(|platform| platform.os == "unknown" && platform.architecture == "unknown");
        let annotated = |annotations: &std::collections::BTreeMap<_, _>| {
            annotations.contains_key("vnd.docker.reference.type")
        };
        unknown || self.annotations.as_ref().is_some_and(annotated)
    }
}

/// The only operating system whose images preflight pulls from an index.
const LINUX: &str = "linux";

impl Platform {
    /// The reason why preflight skips it in an index with Linux images for these architectures: it iterates
    /// over the architectures that it knows, and pulls the Linux image for each.
    ///
    /// Source: openshift-preflight 1.21.0, `cmd/preflight/cmd/check_container.go`, `platformsToBeProcessed`.
    fn passed_over(&self, linux: &[String]) -> Option<String> {
        let Self { os, architecture, .. } = self;
        let called = self.written();
        if !JUDGED.contains(&architecture.as_str()) {
            return Some(format!("{called}: preflight skips this architecture"));
        }
        if os.is_empty() || os == LINUX {
            return None;
        }
        Some(if linux.contains(architecture) {
            format!("{called}: preflight pulls linux/{architecture} instead")
        } else {
            format!(
                "{called}: preflight pulls linux/{architecture} instead, which is not in the index, and stops"
            )
        })
    }

    fn written(&self) -> String {
        config::platform(&self.os, &self.architecture, self.variant.as_deref())
    }
}

#[derive(Deserialize)]
struct Manifest {
    config: Blob,
    layers: Vec<Blob>,
}

#[derive(Deserialize)]
pub(crate) struct Blob {
    pub(crate) digest: String,
    #[serde(rename = "mediaType")]
    pub(crate) media_type: Option<String>,
}

/// Source: moby/moby `image/tarexport/tarexport.go`, `manifestItem`.
#[derive(Deserialize)]
struct DockerEntry {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags")]
    tags: Option<Vec<String>>,
    #[serde(rename = "Layers")]
    layers: Option<Vec<String>>,
}
