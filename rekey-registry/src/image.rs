//! An image in a registry.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    io::{self, Read},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use rekey_core::ImageReference;
use rekey_image::{Parts, PartsApart, is_foreign_layer};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256, Sha512};
use ureq::http::header;

use crate::{
    CredentialsOrigin, Error,
    agents::Agents,
    ahead::{Ahead, Means},
    download::{Blob, Download, Failures, note},
    session::{Part, PartUrl, Session},
};

/// The maximum size of a manifest or an index.
const MANIFEST_BYTES: usize = 4 << 20;
/// The maximum size of the manifests that are kept, because they are read twice.
const KEPT_BYTES: usize = 16 << 20;

const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// The types of manifests that rekey reads.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";
/// The prefix of the types of schema 1.
const SCHEMA_ONE: &str = "application/vnd.docker.distribution.manifest.v1+";

/// The tag of references without one.
const LATEST: &str = "latest";

/// An image in a registry, whose parts are streamed: nothing is written to disk.
///
/// Its index has one entry, the manifest or the multi-platform index of the reference. Layers that rekey reads
/// one after another are downloaded in parallel.
pub struct RegistryImage {
    session: Arc<Session>,
    index: Vec<u8>,
    digest: String,
    /// The manifests that were read, by digest.
    manifests: HashMap<String, Arc<[u8]>>,
    kept_bytes: usize,
    /// The descriptions of parts in the manifests, by digest.
    described: HashMap<String, Description>,
    /// The manifests whose parts are described.
    seen: HashSet<String>,
    ahead: Ahead,
    new_agents: Box<dyn Fn() -> Option<Agents> + Send + Sync>,
    progress: Progress,
    failures: Failures,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Description {
    Manifest,
    Blob {
        size: Option<u64>,
    },
    /// A layer that is stored elsewhere.
    Foreign,
}

/// The progress of a download. Clones show the same.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    read: AtomicU64,
    total: AtomicU64,
}

impl Progress {
    /// The number of bytes of configs and layers that were downloaded.
    pub fn bytes(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// The number of bytes of configs and layers of all manifests that were read.
    pub fn total_bytes(&self) -> u64 {
        self.0.total.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, bytes: u64) {
        self.0.read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn add_to_total(&self, bytes: u64) {
        // Sizes come from manifests and can be anything.
        let add = |total: u64| Some(total.saturating_add(bytes));
        let _ = self.0.total.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl RegistryImage {
    pub(crate) fn open(
        session: Arc<Session>,
        reference: &ImageReference,
        new_agents: Box<dyn Fn() -> Option<Agents> + Send + Sync>,
    ) -> Result<Self, Error> {
        let called = reference.digest().or(reference.tag()).unwrap_or(LATEST);
        let part = manifest_part(called);
        let (_, headers, text) = session.get_document(&part, "a manifest", MANIFEST_BYTES)?;
        let header = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let content_type = header(header::CONTENT_TYPE).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim();
        // The digest of a manifest of schema 1 is not that of its bytes.
        if content_type.starts_with(SCHEMA_ONE) {
            return Err(Error::SchemaOne(session.name(called)));
        }
        let announced = header(header::HeaderName::from_static("docker-content-digest"));
        for expected in [reference.digest(), announced].into_iter().flatten() {
            // Of other algorithms, only the reader's check is left.
            let Some(found) = digest_like(expected, &text) else { continue };
            if found != expected {
                let (name, expected) = (session.name(called), crate::error::shown(expected));
                return Err(Error::Digest { name, expected, found });
            }
        }
        let document: Document = serde_json::from_slice(&text).map_err(|error| Error::Invalid {
            host: session.host(),
            what: "a manifest",
            reason: format!("invalid JSON in line {}, column {}", error.line(), error.column()),
        })?;
        if document.schema == Some(1) {
            return Err(Error::SchemaOne(session.name(called)));
        }
        let digest = reference.digest().map_or_else(|| sha256(&text), str::to_owned);
        let known = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST];
        let media_type = document.media_type.as_deref().or(Some(content_type));
        let media_type = media_type.filter(|own| known.contains(own));
        let media_type =
            media_type.unwrap_or(if document.manifests.is_some() { OCI_INDEX } else { OCI_MANIFEST });
        // A digest has precedence over a tag, so nothing proves that the tag names this image.
        let name = reference.digest().is_none().then(|| format!("{}:{called}", reference.name()));
        let annotations = name.map(|name| json!({"org.opencontainers.image.ref.name": name}));
        let entry = json!({
            "mediaType": media_type, "digest": digest, "size": text.len(), "annotations": annotations,
        });
        let index = json!({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [entry]});
        let mut image = Self {
            session,
            index: index.to_string().into_bytes(),
            digest: digest.clone(),
            manifests: HashMap::new(),
            kept_bytes: 0,
            described: HashMap::from([(digest.clone(), Description::Manifest)]),
            seen: HashSet::new(),
            ahead: Ahead::default(),
            new_agents,
            progress: Progress::default(),
            failures: Failures::default(),
        };
        image.keep(&digest, text.into());
        Ok(image)
    }

    /// The digest of the manifest or the multi-platform index that the reference names.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The number of bytes of configs and layers of all manifests that were read; complete after
    /// [`rekey_image::list`].
    pub fn total_bytes(&self) -> u64 {
        self.progress.total_bytes()
    }

    /// The progress of the download, for another thread to show.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// The origin of the credentials, if the registry required some.
    pub fn credentials(&self) -> Option<&CredentialsOrigin> {
        self.session.origin()
    }

    /// Keeps a manifest, and notes its descriptions of other parts.
    fn keep(&mut self, digest: &str, text: Arc<[u8]>) {
        if self.seen.insert(digest.to_owned()) {
            let document: Document = serde_json::from_slice(&text).unwrap_or_default();
            for manifest in document.manifests.into_iter().flatten() {
                self.described.entry(manifest.digest).or_insert(Description::Manifest);
            }
            for blob in document.config.into_iter().chain(document.layers.into_iter().flatten()) {
                let description = if blob.media_type.as_deref().is_some_and(is_foreign_layer) {
                    Description::Foreign
                } else {
                    self.progress.add_to_total(blob.size.unwrap_or_default());
                    Description::Blob { size: blob.size }
                };
                self.described.entry(blob.digest).or_insert(description);
            }
        }
        if self.kept_bytes + text.len() <= KEPT_BYTES && !self.manifests.contains_key(digest) {
            self.kept_bytes += text.len();
            self.manifests.insert(digest.to_owned(), text);
        }
    }

    fn means(&self) -> Means {
        Means {
            session: Arc::clone(&self.session),
            progress: self.progress.clone(),
            failures: Arc::clone(&self.failures),
        }
    }

    /// Opens a part by its digest; `None` if the registry does not have it.
    fn open_digest(&mut self, digest: &str) -> Result<Option<Box<dyn Read + Send>>, Error> {
        let is_manifest = self.described.get(digest) == Some(&Description::Manifest);
        let opened = match self.described.get(digest) {
            Some(Description::Foreign) => return Ok(None),
            Some(Description::Manifest) => self.open_manifest(digest),
            Some(Description::Blob { size }) => {
                self.open_blob(Blob { digest: digest.to_owned(), size: *size })
            }
            None => self.open_blob(Blob { digest: digest.to_owned(), size: None }),
        };
        match opened {
            Ok(part) => Ok(Some(part)),
            // An index may list platforms that were not pushed; every blob of an image must be there.
            Err(Error::NotFound { .. }) if is_manifest => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open_manifest(&mut self, digest: &str) -> Result<Box<dyn Read + Send>, Error> {
        if let Some(text) = self.manifests.get(digest) {
            return Ok(Box::new(io::Cursor::new(Arc::clone(text))));
        }
        let (_, _, text) = self.session.get_document(&manifest_part(digest), "a manifest", MANIFEST_BYTES)?;
        if let Some(found) = digest_like(digest, &text).filter(|found| found != digest) {
            let (name, expected) = (self.session.name(digest), crate::error::shown(digest));
            return Err(Error::Digest { name, expected, found });
        }
        let text: Arc<[u8]> = text.into();
        self.keep(digest, Arc::clone(&text));
        Ok(Box::new(io::Cursor::new(text)))
    }

    fn open_blob(&mut self, blob: Blob) -> Result<Box<dyn Read + Send>, Error> {
        let means = self.means();
        if let Some(mut download) = self.ahead.take(&blob.digest, &means) {
            download.begin()?;
            return Ok(Box::new(download));
        }
        let route = self.session.route();
        let Means { session, progress, failures } = means;
        Ok(Box::new(Download::open(session, route, blob, progress, failures)?))
    }
}

impl PartsApart for RegistryImage {
    fn open_apart(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + Send>>> {
        let Some(digest) = digest_of(name) else { return Ok(None) };
        let failures = Arc::clone(&self.failures);
        self.open_digest(&digest).map_err(|error| {
            note(&failures, &error);
            io::Error::other(error)
        })
    }
}

impl Parts for RegistryImage {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        if name == "index.json" {
            return Ok(Some(Box::new(self.index.as_slice())));
        }
        Ok(self.open_apart(name)?.map(|part| part as Box<dyn Read>))
    }

    fn apart(&mut self) -> Option<&mut dyn PartsApart> {
        Some(self)
    }

    fn announce(&mut self, names: &[String]) {
        let blob = |name: &String| {
            let digest = digest_of(name)?;
            match self.described.get(&digest) {
                Some(Description::Foreign | Description::Manifest) => None,
                Some(Description::Blob { size }) => Some(Blob { digest, size: *size }),
                None => Some(Blob { digest, size: None }),
            }
        };
        let blobs = names.iter().filter_map(blob).collect();
        let means = self.means();
        self.ahead.announce(blobs, &means, &self.new_agents);
    }

    fn take_failure(&mut self) -> Option<io::Error> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).take().map(io::Error::other)
    }
}

impl fmt::Debug for RegistryImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryImage").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// The parts of manifests and indexes that say what to request.
#[derive(Default, Deserialize)]
struct Document {
    #[serde(rename = "schemaVersion")]
    schema: Option<u64>,
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
    manifests: Option<Vec<Descriptor>>,
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
    size: Option<u64>,
    #[serde(rename = "mediaType")]
    media_type: Option<String>,
}

fn manifest_part(called: &str) -> Part<'_> {
    Part { url: PartUrl::Path(format!("manifests/{called}")), accept: Some(ACCEPT), from: 0, called }
}

/// The digest of a part of a layout: `blobs/sha256/…`.
fn digest_of(name: &str) -> Option<String> {
    let (algorithm, hex) = name.strip_prefix("blobs/")?.split_once('/')?;
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_word(algorithm) && is_word(hex)).then(|| format!("{algorithm}:{hex}"))
}

/// Returns the digest of a text by the algorithm of another digest.
fn digest_like(digest: &str, text: &[u8]) -> Option<String> {
    match digest.split_once(':')?.0 {
        "sha256" => Some(sha256(text)),
        "sha512" => Some(format!("sha512:{}", hex(&Sha512::digest(text)))),
        _ => None,
    }
}

fn sha256(text: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(text)))
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
