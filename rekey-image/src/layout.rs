//! From an archive's index to an image: OCI layouts, and what `docker save` writes.

use std::io::Read;

use rekey_core::image::{
    config::{History, MAX_DOCUMENT_BYTES},
    contents::{Fault, FaultKind, ImageContents, Layer, clean_path},
};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Error, Parts,
    hashing::digest,
    layer::{Budget, read_layer},
    limits::{IMAGES, INDEX_DEPTH},
};

/// The architectures that preflight looks at in a list of images.
const JUDGED: &[&str] = rekey_core::preflight::ARCHITECTURES;

/// The images of an archive.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Those that can be read, in the archive's order.
    pub images: Vec<Image>,
    /// What was left out, each with its reason: architectures that preflight passes over, and what the archive names and
    /// does not hold.
    pub left_out: Vec<String>,
}

/// An image in an archive, not read yet.
#[derive(Clone, Debug)]
pub struct Image {
    /// The references that the archive knows it by.
    names: Vec<String>,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// By the digest of its manifest.
    Oci { digest: String },
    /// By the names of its parts.
    Docker { config: String, layers: Vec<String> },
}

impl Image {
    /// The references that the archive knows it by.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Lists the images of an archive: of an OCI layout (`index.json`), else of a docker archive (`manifest.json`). With a name,
/// only those that are called so, by reference or by tag.
///
/// Of an index for several platforms those are listed that preflight judges: amd64, arm64, ppc64le and s390x.
///
/// # Errors
/// When it is neither, or its index cannot be read.
pub fn list(parts: &mut dyn Parts, name: Option<&str>) -> Result<Listing, Error> {
    let mut listing = Listing::default();
    if let Some(text) = read_part(parts, "index.json")? {
        let index: Index = decode("index.json", &text)?;
        index.list(parts, &[], name, 0, &mut Named { listing: &mut listing, left: IMAGES })?;
    } else if let Some(text) = read_part(parts, "manifest.json")? {
        let entries: Vec<DockerEntry> = decode("manifest.json", &text)?;
        for DockerEntry { config, tags, layers } in entries.into_iter().take(IMAGES) {
            let names = tags.unwrap_or_default();
            if name.is_none_or(|name| names.iter().any(|own| is_called(own, name))) {
                let form = Form::Docker { config, layers: layers.unwrap_or_default() };
                listing.images.push(Image { names, form });
            }
        }
    } else {
        return Err(Error::NoImage);
    }
    match name {
        _ if !listing.images.is_empty() || !listing.left_out.is_empty() => Ok(listing),
        Some(name) => Err(Error::NotNamed(name.to_owned())),
        None => Err(Error::Empty),
    }
}

/// Reads one of the images that were listed. What is wrong with its layers stands in [`ImageContents::faults`].
///
/// # Errors
/// When its manifest or config cannot be read.
pub fn read(parts: &mut dyn Parts, image: &Image, budget: &mut Budget) -> Result<ImageContents, Error> {
    budget.begin_image();
    let mut contents = ImageContents { names: image.names.clone(), ..ImageContents::default() };
    let (config, layers) = match &image.form {
        Form::Oci { digest } => {
            let text = blob(parts, digest, "the manifest", &mut contents.faults)?;
            budget.take_document(text.len())?;
            let manifest: Manifest = decode("the manifest", &text)?;
            contents.digest = Some(digest.clone());
            let config = blob(parts, &manifest.config.digest, "the config", &mut contents.faults)?;
            let layers: Vec<_> =
                manifest.layers.into_iter().map(|layer| (layer.digest.clone(), Some(layer.digest))).collect();
            (config, layers)
        }
        Form::Docker { config, layers } => {
            let name = part_name(config).ok_or_else(|| Error::Missing(config.clone()))?;
            let text = read_part(parts, &name)?.ok_or(Error::Missing(name))?;
            (text, layers.iter().map(|layer| (layer.clone(), None)).collect())
        }
    };
    budget.take_document(config.len())?;
    let facts: Config = decode("the config", &config)?;
    contents.platform = facts.platform();
    contents.config = config;
    if layers.len() > budget.layers() {
        let message = format!("more than {} layers", budget.layers());
        let fault = Fault::new(FaultKind::Limit, None, message);
        contents.faults.push(fault);
        contents.layers = vec![Layer::default(); layers.len()];
        return Ok(contents);
    }
    read_layers(parts, &layers, facts, budget, &mut contents);
    Ok(contents)
}

/// Reads layers that are named by digest, or by the part's name where none is known.
fn read_layers(
    parts: &mut dyn Parts,
    layers: &[(String, Option<String>)],
    config: Config,
    budget: &mut Budget,
    contents: &mut ImageContents,
) {
    let instructions: Vec<_> = config.history.into_instructions().collect();
    let diff_ids = config.rootfs.map(|rootfs| rootfs.diff_ids).unwrap_or_default();
    let faults = &mut contents.faults;
    if diff_ids.len() != layers.len() {
        let message = format!("expected {} layers as in the config, found {}", diff_ids.len(), layers.len());
        faults.push(Fault::new(FaultKind::Digest, None, message));
    }
    for (number, (name, expected)) in (0_u32..).zip(layers) {
        let index = number as usize;
        let part = match expected {
            Some(digest) => blob_name(digest),
            None => part_name(name),
        };
        let opened = part.as_deref().map_or(Ok(None), |part| parts.open(part));
        let mut layer = match opened {
            Ok(Some(stream)) => read_layer(number, stream, budget, faults),
            Ok(None) => {
                let message = format!("layer {number}, `{name}`, is not in the archive");
                faults.push(Fault::new(FaultKind::Unreadable, Some(number), message));
                Layer::default()
            }
            Err(error) => {
                let message = format!("layer {number} cannot be read: {error}");
                faults.push(Fault::new(FaultKind::Unreadable, Some(number), message));
                Layer::default()
            }
        };
        let named =
            [("digest", &layer.digest, expected.as_ref()), ("diff ID", &layer.diff_id, diff_ids.get(index))];
        for (what, found, expected) in named {
            if let Some(expected) = expected.filter(|expected| !found.is_empty() && *expected != found) {
                let message =
                    format!("expected layer {number} with the {what} `{expected}`, found `{found}`");
                faults.push(Fault::new(FaultKind::Digest, Some(number), message));
            }
        }
        if layer.diff_id.is_empty() {
            layer.diff_id = diff_ids.get(index).cloned().unwrap_or_default();
        }
        if layer.digest.is_empty() {
            layer.digest = expected.clone().unwrap_or_default();
        }
        layer.created_by = instructions.get(index).cloned().flatten();
        contents.layers.push(layer);
    }
}

/// A blob of a layout, whose digest is checked.
fn blob(
    parts: &mut dyn Parts,
    expected: &str,
    what: &'static str,
    faults: &mut Vec<Fault>,
) -> Result<Vec<u8>, Error> {
    let name = blob_name(expected).ok_or_else(|| Error::Missing(expected.to_owned()))?;
    let bytes = read_part(parts, &name)?.ok_or(Error::Missing(name))?;
    let found = digest(&bytes);
    if expected != found && expected.starts_with("sha256:") {
        let message = format!("expected {what} with the digest `{expected}`, found `{found}`");
        faults.push(Fault::new(FaultKind::Digest, None, message));
    }
    Ok(bytes)
}

/// The part that holds a blob: `blobs/sha256/…`.
fn blob_name(digest: &str) -> Option<String> {
    let (algorithm, hex) = digest.split_once(':')?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_word(algorithm) && is_word(hex)).then(|| format!("blobs/{algorithm}/{hex}"))
}

/// A name out of an archive, unless it leads out of it.
fn part_name(name: &str) -> Option<String> {
    let clean = String::from_utf8(clean_path(name.as_bytes()).into()).ok()?;
    (!clean.starts_with('/') && clean != ".." && !clean.starts_with("../")).then_some(clean)
}

/// A document, read whole; none where it is not there.
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

/// Whether an image with this name is meant: the same reference, or the tag of one.
fn is_called(own: &str, wanted: &str) -> bool {
    own == wanted || own.rsplit_once(':').is_some_and(|(_, tag)| tag == wanted && !tag.contains('/'))
}

/// Source: OCI image specification, image-index.md; of Docker's lists of manifests the fields are the same.
#[derive(Deserialize)]
struct Index {
    #[serde(default)]
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Descriptor {
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
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

/// What an index names, and how many images and indexes may follow.
struct Named<'l> {
    listing: &'l mut Listing,
    left: usize,
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
        let several = self.manifests.len() > 1;
        for descriptor in self.manifests {
            let names = descriptor.names(inherited);
            let is_wanted = |own: &String| wanted.is_none_or(|wanted| is_called(own, wanted));
            if depth == 0 && wanted.is_some() && !names.iter().any(is_wanted) || descriptor.is_attestation() {
                continue;
            }
            let left = named.left.checked_sub(1);
            named.left = left.ok_or_else(|| Error::Archive(format!("more than {IMAGES} images")))?;
            let platform = descriptor.platform.as_ref().map(Platform::written);
            let called = platform.unwrap_or_else(|| descriptor.digest.clone());
            if let Some(platform) = &descriptor.platform
                && (several || depth > 0)
                && !JUDGED.contains(&platform.architecture.as_str())
            {
                named.listing.left_out.push(format!("{called}: preflight passes over this architecture"));
                continue;
            }
            let name =
                blob_name(&descriptor.digest).ok_or_else(|| Error::Missing(descriptor.digest.clone()))?;
            let Some(text) = read_part(parts, &name)? else {
                named.listing.left_out.push(format!("{called}: the archive names it and does not hold it"));
                continue;
            };
            if descriptor.is_index() {
                decode::<Self>(&name, &text)?.list(parts, &names, wanted, depth + 1, named)?;
            } else {
                // A tag alone is no reference.
                let names = names.into_iter().filter(|name| name.contains([':', '/'])).collect();
                named.listing.images.push(Image { names, form: Form::Oci { digest: descriptor.digest } });
            }
        }
        Ok(())
    }
}

impl Descriptor {
    /// What the index calls it, the full reference first.
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

    /// What BuildKit keeps beside an image: provenance, a list of packages.
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

impl Platform {
    fn written(&self) -> String {
        let variant = self.variant.iter().flat_map(|variant| ["/", variant]).collect::<String>();
        format!("{}/{}{variant}", self.os, self.architecture)
    }
}

#[derive(Deserialize)]
struct Manifest {
    config: Blob,
    layers: Vec<Blob>,
}

#[derive(Deserialize)]
struct Blob {
    digest: String,
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

/// What of a config is needed to read layers; core reads it once more to judge it.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    os: String,
    #[serde(default)]
    architecture: String,
    variant: Option<String>,
    rootfs: Option<RootFs>,
    #[serde(default)]
    history: History,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(default)]
    diff_ids: Vec<String>,
}

impl Config {
    fn platform(&self) -> String {
        let Self { os, architecture, variant, .. } = self;
        if architecture.is_empty() {
            return String::new();
        }
        let (os, architecture, variant) = (os.clone(), architecture.clone(), variant.clone());
        Platform { architecture, os, variant }.written()
    }
}
