//! Reading of one layer from a stream.

use std::{
    io::{self, BufRead as _, BufReader, Read},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
};

use rekey_core::image::contents::{
    Database, Entry, EntryKind, Fault, FaultKind, Layer, MAX_PATH_BYTES, Package, clean_path,
};

use crate::{
    Error,
    compression::{Compression, Decompressed, buffered},
    hashing::Hashing,
    limits::{FULL_IMAGES, Limits, TEXT_BYTES},
    rpmdb,
    tar::{self, Header, Stream, Tar},
};

/// The names of files that may be RPM databases: those that preflight knows, and SUSE's.
const DATABASES: &[&[u8]] = &[b"rpmdb.sqlite", b"Packages", b"Packages.db"];
/// The directories in which a file with such a name is a database, whatever its content.
const DATABASE_FOLDERS: &[&[u8]] = &[b"var/lib/rpm", b"usr/lib/sysimage/rpm", b"usr/share/rpm"];

/// The rest of an archive's limits. Its images can share layers, so each may use what the previous ones left.
/// Threads that read the layers of an image share it.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    layer_bytes: AtomicU64,
    document_bytes: usize,
    /// The number of entries for later images.
    later_entries: usize,
    later_path_bytes: usize,
    /// The number of entries for the current image.
    entries: AtomicUsize,
    path_bytes: AtomicUsize,
    text_bytes: AtomicUsize,
    databases: Mutex<rpmdb::PackageLimits>,
    /// True if less was left than a layer needs, which may depend on the order in which layers are read.
    is_exceeded: AtomicBool,
}

impl Clone for Budget {
    fn clone(&self) -> Self {
        let copy = |left: &AtomicUsize| AtomicUsize::new(left.load(Ordering::Relaxed));
        Self {
            limits: self.limits,
            layer_bytes: AtomicU64::new(self.layer_bytes.load(Ordering::Relaxed)),
            document_bytes: self.document_bytes,
            later_entries: self.later_entries,
            later_path_bytes: self.later_path_bytes,
            entries: copy(&self.entries),
            path_bytes: copy(&self.path_bytes),
            text_bytes: copy(&self.text_bytes),
            databases: Mutex::new(*self.databases()),
            is_exceeded: AtomicBool::new(self.is_exceeded()),
        }
    }
}

impl Budget {
    /// All of the limits.
    pub fn new(limits: Limits) -> Self {
        let Limits { layer_bytes, document_bytes, databases, text_bytes, .. } = limits;
        let later_entries = limits.entries.saturating_mul(FULL_IMAGES);
        let later_path_bytes = limits.path_bytes.saturating_mul(FULL_IMAGES);
        Self {
            limits,
            layer_bytes: layer_bytes.into(),
            document_bytes,
            later_entries,
            later_path_bytes,
            entries: 0.into(),
            path_bytes: 0.into(),
            text_bytes: text_bytes.into(),
            databases: databases.into(),
            is_exceeded: false.into(),
        }
    }

    /// Begins an image: the entries of the previous one are no longer held in memory.
    pub(crate) fn begin_image(&mut self) {
        share(self.limits.entries, self.entries.get_mut(), &mut self.later_entries);
        share(self.limits.path_bytes, self.path_bytes.get_mut(), &mut self.later_path_bytes);
        self.is_exceeded = false.into();
        self.text_bytes = self.limits.text_bytes.into();
        self.databases = self.limits.databases.into();
    }

    /// Returns true if less was left than a layer needs.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.is_exceeded.load(Ordering::Relaxed)
    }

    fn exceed(&self) {
        self.is_exceeded.store(true, Ordering::Relaxed);
    }

    /// Takes an amount of a rest; `None` if less is left.
    fn take(&self, left: &AtomicUsize, amount: usize) -> Option<()> {
        let subtract = |left: usize| left.checked_sub(amount);
        let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, subtract);
        taken.map_err(|_| self.exceed()).ok().map(drop)
    }

    /// The packages of a database.
    fn packages(&self, database: &[u8]) -> Result<Vec<Package>, rpmdb::Error> {
        let mut left = self.databases();
        let packages = rpmdb::packages_within(database, &mut left);
        // Only if less is left than one database may have, the error can be due to other layers.
        let most = rpmdb::PackageLimits::default();
        if packages.is_err() && most.min(*left) != most {
            self.exceed();
        }
        packages
    }

    /// The rest for RPM databases. A panic while it was held cannot have left it invalid.
    fn databases(&self) -> MutexGuard<'_, rpmdb::PackageLimits> {
        self.databases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn layer_bytes_message(&self) -> String {
        format!("more than {} bytes in the layers of the archive", self.limits.layer_bytes)
    }

    /// The maximum number of layers in an image.
    pub(crate) const fn layers(&self) -> usize {
        self.limits.layers
    }

    /// Takes a manifest or config of this size.
    pub(crate) fn take_document(&mut self, bytes: usize) -> Result<(), Error> {
        let left = self.document_bytes.checked_sub(bytes);
        let limit = self.limits.document_bytes;
        self.document_bytes = left.ok_or_else(|| Error::document_bytes(limit))?;
        Ok(())
    }
}

/// Moves an image's share from `later`, after returning what the previous one left.
fn share(most: usize, own: &mut usize, later: &mut usize) {
    let all = later.saturating_add(*own);
    *own = most.min(all);
    *later = all - *own;
}

/// Returns true for a layer that is not stored with the image but downloaded from elsewhere, by its media type.
///
/// ```
/// use rekey_image::is_foreign_layer;
///
/// assert!(is_foreign_layer("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"));
/// assert!(!is_foreign_layer("application/vnd.oci.image.layer.v1.tar+gzip"));
/// ```
pub fn is_foreign_layer(media_type: &str) -> bool {
    media_type.contains(".foreign.") || media_type.contains(".nondistributable.")
}

/// The reason why a layer cannot be read, from its media type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// The layer is encrypted.
    Encrypted,
    /// The layer is not stored with the image but at a URL, like the base layers of Windows.
    Foreign,
}

impl Unreadable {
    /// Source: OCI image specification 1.1, layer.md, "Non-Distributable Layers"; containers/ocicrypt `spec/spec.go`; Docker
    /// image manifest version 2, schema 2.
    pub(crate) fn of(media_type: Option<&str>) -> Option<Self> {
        let media_type = media_type?;
        if media_type.ends_with("+encrypted") || media_type.ends_with("-encrypted") {
            Some(Self::Encrypted)
        } else if is_foreign_layer(media_type) {
            Some(Self::Foreign)
        } else {
            None
        }
    }

    pub(crate) fn message(self, layer: u32, media_type: &str) -> String {
        match self {
            Self::Encrypted => {
                format!("layer {layer} is encrypted (`{media_type}`): rekey cannot read it without its key")
            }
            Self::Foreign => format!(
                "layer {layer} is not stored with the image: layers of the type `{media_type}` are downloaded \
                 from elsewhere"
            ),
        }
    }
}

/// A media type that can be displayed: short, with printable characters only.
pub(crate) fn shown(media_type: &str) -> Option<&str> {
    const LONGEST: usize = 120;
    let is_fine = |b: u8| b.is_ascii_graphic() && b != b'`';
    (media_type.len() <= LONGEST && media_type.bytes().all(is_fine)).then_some(media_type)
}

/// The reason why reading a layer stops.
struct Stop {
    kind: FaultKind,
    path: Vec<u8>,
    message: String,
}

/// Reads a layer to its end. Defects are added to `faults`.
pub(crate) fn read_layer(number: u32, stored: impl Read, budget: &Budget, faults: &mut Vec<Fault>) -> Layer {
    let mut layer = Layer::default();
    let mut stored = buffered(Hashing::new(stored));
    let compression = match stored.fill_buf() {
        Ok(head) => Compression::of(head),
        Err(error) => {
            let message = format!("layer {number} cannot be read: {error}");
            faults.push(Fault::new(FaultKind::Unreadable, Some(number), message));
            return layer;
        }
    };
    if let Compression::Other(_) = compression {
        let name = compression.as_str();
        let message = format!(
            "layer {number} is compressed with {name}: only plain, gzip and zstd layers are \
                               supported"
        );
        faults.push(Fault::new(FaultKind::Unreadable, Some(number), message));
        return layer;
    }
    let stop = if compression == Compression::Plain {
        let stop = read_tar(&mut stored, &mut layer, budget);
        layer.size = stored.get_ref().bytes();
        stop
    } else {
        let decompressed = Decompressed::new(compression, stored, budget.limits.window_bytes);
        let mut plain = buffered(Hashing::new(decompressed));
        let stop = read_tar(&mut plain, &mut layer, budget);
        let (decompressed, diff_id, size) = plain.into_inner().into_parts();
        (layer.diff_id, layer.size) = (diff_id, size);
        stored = decompressed.into_inner();
        stop
    };
    let subtract = |left: u64| Some(left.saturating_sub(layer.size));
    let left = budget.layer_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, subtract);
    let stop = stop.or_else(|| {
        // Other threads took from the same rest.
        let is_exceeded = left.is_ok_and(|left| left < layer.size);
        is_exceeded.then(|| {
            budget.exceed();
            Stop { kind: FaultKind::Limit, path: Vec::new(), message: budget.layer_bytes_message() }
        })
    });
    if let Some(Stop { kind, path, message }) = stop {
        let form = match (kind, compression) {
            (FaultKind::Unreadable, Compression::Gzip | Compression::Zstd) => {
                format!(" ({})", compression.as_str())
            }
            _ => String::new(),
        };
        let message = format!("layer {number} cannot be read to its end{form}: {message}");
        let path = String::from_utf8_lossy(&path).into_owned();
        faults.push(Fault { path, ..Fault::new(kind, Some(number), message) });
        layer.diff_id.clear();
        return layer;
    }
    // The bytes after the compressed stream count for its digest.
    if let Err(error) = io::copy(&mut stored, &mut io::sink()) {
        let message = format!("layer {number} cannot be read to its end: {error}");
        faults.push(Fault::new(FaultKind::Unreadable, Some(number), message));
        return layer;
    }
    let (digest, _) = stored.into_inner().finish();
    if compression == Compression::Plain {
        layer.diff_id.clone_from(&digest);
    }
    layer.digest = digest;
    layer
}

/// Reads the entries up to the end of the stream, and the rest after the tar. Returns the reason if it stops
/// before.
fn read_tar<R: Read>(stream: &mut BufReader<Hashing<R>>, layer: &mut Layer, budget: &Budget) -> Option<Stop> {
    let bytes = budget.layer_bytes.load(Ordering::Relaxed);
    let mut bounded = Bounded { inner: stream, left: bytes };
    let mut path = Vec::new();
    let read = read_entries(
        &mut Tar::new(Stream(&mut bounded), budget.limits.header_bytes),
        layer,
        budget,
        &mut path,
    );
    let read = read.and_then(|()| match io::copy(&mut bounded, &mut io::sink()) {
        Ok(_) => Ok(()),
        Err(error) => Err(tar::Error::Io(error).into()),
    });
    let exhausted = bounded.left == 0;
    match read {
        Ok(()) => None,
        Err(_) if exhausted => {
            budget.exceed();
            Some(Stop { kind: FaultKind::Limit, path, message: budget.layer_bytes_message() })
        }
        Err(Problem::Limit(message)) => Some(Stop { kind: FaultKind::Limit, path, message }),
        Err(Problem::Tar(error)) => {
            let kind = if matches!(error, tar::Error::HeaderBytes(_)) {
                FaultKind::Limit
            } else {
                FaultKind::Unreadable
            };
            Some(Stop { kind, path, message: error.to_string() })
        }
    }
}

enum Problem {
    Tar(tar::Error),
    Limit(String),
}

impl From<tar::Error> for Problem {
    fn from(error: tar::Error) -> Self {
        Self::Tar(error)
    }
}

fn read_entries<S: tar::Source>(
    tar: &mut Tar<S>,
    layer: &mut Layer,
    budget: &Budget,
    last: &mut Vec<u8>,
) -> Result<(), Problem> {
    while let Some(header) = tar.next()? {
        let path = clean_path(&header.path);
        last.clear();
        last.extend_from_slice(path.get(..path.len().min(MAX_PATH_BYTES)).unwrap_or_default());
        let limit = budget.limits;
        budget.take(&budget.entries, 1).ok_or_else(|| {
            Problem::Limit(format!(
                "more than {} entries in one image, or {FULL_IMAGES} times as many in the archive",
                limit.entries
            ))
        })?;
        let depth = path.split(|b| *b == b'/').count() - 1;
        if path.len().max(header.target.len()) > limit.path_length {
            return Err(Problem::Limit(format!("a path of more than {} bytes", limit.path_length)));
        }
        if depth > limit.path_depth {
            return Err(Problem::Limit(format!("a path of more than {} directories", limit.path_depth)));
        }
        // A lookup of a path also looks up every directory above it, so these count as well.
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(end, _)| end);
        let held = ends.sum::<usize>() + path.len() + header.target.len();
        budget.take(&budget.path_bytes, held).ok_or_else(|| {
            Problem::Limit(format!(
                "paths of more than {} bytes in one image, or {FULL_IMAGES} times as many in the archive",
                limit.path_bytes
            ))
        })?;
        capture(tar, &header, &path, layer, budget)?;
        layer.entries.push(entry(header, path));
    }
    Ok(())
}

fn entry(header: Header, path: Box<[u8]>) -> Entry {
    let kind = match header.kind {
        b'0' => EntryKind::File,
        b'5' => EntryKind::Directory,
        b'2' => EntryKind::Symlink,
        b'1' => EntryKind::Hardlink,
        _ => EntryKind::Other,
    };
    let Header { mode, size, target, capability, .. } = header;
    Entry { path, kind, mode, size, target: target.into(), capability }
}

/// Reads the current file if its content matters.
fn capture<S: tar::Source>(
    tar: &mut Tar<S>,
    header: &Header,
    path: &[u8],
    layer: &mut Layer,
    budget: &Budget,
) -> Result<(), Problem> {
    if header.kind != b'0' || header.size == 0 {
        return Ok(());
    }
    let slash = path.iter().rposition(|b| *b == b'/');
    let (folder, name) = slash.map_or((&b""[..], path), |slash| {
        let (folder, name) = path.split_at(slash);
        (folder, name.get(1..).unwrap_or_default())
    });
    if name == b"os-release" && header.size <= TEXT_BYTES && !header.sparse {
        let text = tar.content()?;
        budget.take(&budget.text_bytes, text.len()).ok_or_else(|| {
            let limit = budget.limits.text_bytes;
            Problem::Limit(format!("files called `os-release` of more than {limit} bytes"))
        })?;
        layer.texts.push((path.into(), text));
    } else if DATABASES.contains(&name) {
        let expected = DATABASE_FOLDERS.contains(&folder);
        let packages = if header.sparse {
            Err("it is stored as a sparse file".into())
        } else if header.size > budget.limits.database_bytes {
            Err(format!("it has more than {} bytes", budget.limits.database_bytes).into())
        } else {
            let bytes = tar.content()?;
            if !rpmdb::is_database(&bytes) && !expected {
                return Ok(());
            }
            budget.packages(&bytes).map_err(|error| error.to_string().into())
        };
        layer.databases.push(Database { path: path.into(), packages });
    }
    Ok(())
}

/// A reader that fails when more than `left` bytes are requested.
struct Bounded<'r, R> {
    inner: &'r mut BufReader<R>,
    left: u64,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        self.take(got)?;
        Ok(got)
    }
}

impl<R: Read> io::BufRead for Bounded<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("a limit is exceeded"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes as u64);
        self.inner.consume(bytes);
    }
}

impl<R> Bounded<'_, R> {
    fn take(&mut self, bytes: usize) -> io::Result<()> {
        self.left = self.left.saturating_sub(bytes as u64);
        if self.left == 0 { Err(io::Error::other("a limit is exceeded")) } else { Ok(()) }
    }
}
