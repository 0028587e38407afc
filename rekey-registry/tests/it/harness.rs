//! A registry, an authority, a clock that does not wait, and images as text.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rekey_core::{ImageReference, image::contents::ImageContents};
use rekey_image::{Budget, Format, Limits, Parts, list, read};
use rekey_registry::{Clock, Environment, Options, Protocol, Registry};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::json;

use crate::build::{Folder, digest, put};

/// CNCF distribution on a port of its own, which ends with this value.
pub(crate) struct Distribution {
    pub(crate) port: u16,
    child: Child,
    _folder: Folder,
}

impl Distribution {
    /// Starts it; `None` if it is not installed.
    pub(crate) fn start(name: &str) -> Option<Self> {
        if !crate::skip::are_installed(&["docker-registry"]) {
            return None;
        }
        let folder = Folder::new(&format!("distribution-{name}"));
        // Another program can take the port first.
        for _ in 0..5 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let config = format!(
                "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    \
                 rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:{port}\n",
                folder.at("storage")
            );
            put(&folder.0, "config.yml", config);
            let mut child = Command::new("docker-registry")
                .args(["serve", &folder.at("config.yml")])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(30) && child.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return Some(Self { port, child, _folder: folder });
                }
                thread::sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("docker-registry does not start");
    }

    /// Pushes the blobs of a layout, and its manifests below these tags or digests.
    pub(crate) fn push(
        &self,
        repository: &str,
        layout: &BTreeMap<String, Vec<u8>>,
        manifests: &[(&str, &str)],
    ) {
        let base = format!("http://127.0.0.1:{}/v2/{repository}", self.port);
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        for (path, bytes) in layout {
            let Some(hex) = path.strip_prefix("blobs/sha256/") else { continue };
            let started = agent.post(format!("{base}/blobs/uploads/")).send_empty().unwrap();
            let place = started.headers()["location"].to_str().unwrap();
            let separator = if place.contains('?') { '&' } else { '?' };
            let url = format!("{place}{separator}digest=sha256:{hex}");
            agent.put(url).content_type("application/octet-stream").send(bytes.as_slice()).unwrap();
        }
        for (called, manifest) in manifests {
            let bytes = &layout[&format!("blobs/{}", manifest.replace(':', "/"))];
            let document: serde_json::Value = serde_json::from_slice(bytes).unwrap();
            let kind = document["mediaType"].as_str().unwrap();
            let url = format!("{base}/manifests/{called}");
            agent.put(url).content_type(kind).send(bytes.as_slice()).unwrap();
        }
    }
}

impl Drop for Distribution {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority, and a server with a certificate of it.
pub(crate) struct Authority {
    pub(crate) pem: String,
    pub(crate) server: Arc<rustls::ServerConfig>,
}

impl Authority {
    pub(crate) fn new(names: &[&str]) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = rcgen::Issuer::new(params, key);
        let own_key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let own = rcgen::CertificateParams::new(names).unwrap().signed_by(&own_key, &issuer).unwrap();
        let own_key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], own_key)
            .unwrap();
        Self { pem, server: Arc::new(server) }
    }
}

/// A clock that adds up pauses in place of waiting.
#[derive(Debug, Default)]
pub(crate) struct NoWait(pub(crate) Mutex<Duration>);

impl Clock for NoWait {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn sleep(&self, pause: Duration) {
        *self.0.lock().unwrap() += pause;
    }
}

/// The options of tests: nothing of this machine, and no pauses. Without an authority, the
/// protocol is HTTP.
pub(crate) fn options(authority: Option<&Authority>) -> Options {
    let mut options = Options::default();
    let path = std::env::var_os("PATH").unwrap_or_default();
    options.environment = Environment::from_variables([("PATH", path)]);
    options.certificate_folders = Vec::new();
    options.idle_timeout = Duration::from_secs(20);
    options.connect_timeout = Duration::from_secs(5);
    options.clock = Arc::new(NoWait::default());
    match authority {
        Some(authority) => options.ca_certificates = authority.pem.clone().into_bytes(),
        None => options.protocol = Protocol::PlainHttp,
    }
    options
}

/// The parts of a layout in memory.
pub(crate) struct Layout<'a>(pub(crate) &'a BTreeMap<String, Vec<u8>>);

impl Parts for Layout<'_> {
    fn open(&mut self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.0.get(name).map(|bytes| Box::new(bytes.as_slice()) as Box<dyn Read + '_>))
    }
}

/// Reads all images.
pub(crate) fn contents(parts: &mut dyn Parts) -> Result<Vec<ImageContents>, String> {
    let listing = list(parts, Format::Oci, None).map_err(|error| error.to_string())?;
    let mut budget = Budget::new(Limits::default());
    let mut images = Vec::new();
    for image in &listing.images {
        let mut contents = read(parts, image, &mut budget).map_err(|error| error.to_string())?;
        // The registry's name is not in the layout.
        contents.names.clear();
        images.push(contents);
    }
    match parts.take_failure() {
        Some(failure) => Err(failure.to_string()),
        None => Ok(images),
    }
}

/// Reads an image from a registry.
pub(crate) fn fetch(options: Options, reference: &ImageReference) -> Result<Vec<ImageContents>, String> {
    let registry = Registry::new(options).map_err(|error| error.to_string())?;
    let mut parts = registry.image(reference).map_err(|error| error.to_string())?;
    contents(&mut parts)
}

/// The digest that a layout's index names at this place.
pub(crate) fn manifest_of(layout: &BTreeMap<String, Vec<u8>>, place: usize) -> String {
    let index: serde_json::Value = serde_json::from_slice(&layout["index.json"]).unwrap();
    index["manifests"][place]["digest"].as_str().unwrap().to_owned()
}

/// Adds a document to the blobs of a layout, and returns its digest.
pub(crate) fn add_document(layout: &mut BTreeMap<String, Vec<u8>>, document: &serde_json::Value) -> String {
    let bytes = document.to_string().into_bytes();
    let name = digest(&bytes);
    layout.insert(format!("blobs/{}", name.replace(':', "/")), bytes);
    name
}

/// Writes an auth file for a registry, and returns its path.
pub(crate) fn auth_file(folder: &Folder, registry: &str, basic: &str) -> PathBuf {
    let text = json!({"auths": {registry: {"auth": basic}}}).to_string();
    fs::write(folder.at("auth.json"), text).unwrap();
    folder.at("auth.json").into()
}
