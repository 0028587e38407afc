//! What a built image holds: its layers as they were read out of an archive, before anything is judged.

use std::borrow::Cow;

use serde::Serialize;

use crate::mask;

/// The most bytes of a path, as Linux's `PATH_MAX` has it.
pub const MAX_PATH_BYTES: usize = 4096;

/// An image as it was read out of an archive: `rekey-image` fills it, [`check_image`](crate::check_image) judges it.
#[derive(Clone, Debug, Default)]
pub struct ImageContents {
    /// The platform that the config names: `linux/amd64`.
    pub platform: String,
    /// Digest of the manifest, where there is one.
    pub digest: Option<String>,
    /// The references that the archive knows it by, the most telling first.
    pub names: Vec<String>,
    /// The config, as it stands in the archive: JSON.
    pub config: Vec<u8>,
    /// The layers, the base first.
    pub layers: Vec<Layer>,
    /// What is wrong with the archive.
    pub faults: Vec<Fault>,
}

/// One layer of an image.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Digest of the layer as it is stored, `sha256:…`.
    pub digest: String,
    /// Digest of the uncompressed layer.
    pub diff_id: String,
    /// Bytes of the uncompressed layer.
    pub size: u64,
    /// The instruction that made it, by the config's history.
    pub created_by: Option<String>,
    /// What stands in it, in its order.
    pub entries: Vec<Entry>,
    /// The RPM databases in it.
    pub databases: Vec<Database>,
    /// The small files in it whose text is needed: each `os-release`, by its path.
    pub texts: Vec<(Box<[u8]>, Vec<u8>)>,
}

/// One entry of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, cleaned as [`clean_path`] does; not more is assumed of it.
    pub path: Box<[u8]>,
    /// What it is.
    pub kind: EntryKind,
    /// Permissions with the bits for setuid, setgid and sticky, as in the tar's header.
    pub mode: u32,
    /// Bytes of a file.
    pub size: u64,
    /// What a link points at, as it is written.
    pub target: Box<[u8]>,
    /// Whether it has file capabilities (`SCHILY.xattr.security.capability`).
    pub capability: bool,
}

/// What an entry of a layer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name of a file.
    Hardlink,
    /// A device, a pipe, or what else a tar can hold.
    Other,
}

/// An RPM database in a layer.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its path, cleaned.
    pub path: Box<[u8]>,
    /// Its packages in its order, or why it cannot be read.
    pub packages: Result<Vec<Package>, Cow<'static, str>>,
}

/// Something that is wrong with an archive, or is to be known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// The layer in which it is, from 0 at the base.
    pub layer: Option<u32>,
    /// The path in that layer, where it is about one.
    pub path: String,
    /// What is wrong, in one line; it never holds content.
    pub message: String,
}

impl Fault {
    /// Something that is wrong with a layer, or with the image as a whole.
    pub fn new(kind: FaultKind, layer: Option<u32>, message: String) -> Self {
        Self { kind, layer, path: String::new(), message }
    }
}

/// What can be wrong with an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A digest is not that of the bytes it names.
    Digest,
    /// A layer cannot be read to its end.
    Unreadable,
    /// A limit is exceeded: what stands behind it was not read.
    Limit,
    /// The archive has two indexes that name different images.
    Indexes,
    /// Attestations of the build are listed beside the image.
    Attestation,
}

impl FaultKind {
    /// Whether it leaves a part of the image unread.
    fn hides_content(self) -> bool {
        matches!(self, Self::Unreadable | Self::Limit)
    }
}

/// What a report keeps of an image out of an archive.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// `linux/amd64`.
    pub platform: String,
    /// Digest of the manifest, where there is one.
    pub digest: Option<String>,
    /// The references that the archive knows it by.
    pub names: Vec<String>,
    /// The layers, the base first.
    pub layers: Vec<LayerSummary>,
    /// What `os-release` calls the distribution: `el9`.
    pub distribution: Option<String>,
    /// The files below `/licenses`.
    pub licenses: Vec<FileSummary>,
    /// Path of the RPM database that preflight reads.
    pub database: Option<String>,
    /// The installed packages, in its order: name, version, release and architecture.
    pub packages: Vec<String>,
    /// Files of packages that layers change without rpm.
    pub modified_files: Vec<ModifiedFile>,
}

/// What a report keeps of a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSummary {
    /// Digest of the layer as it is stored.
    pub digest: String,
    /// Digest of the uncompressed layer.
    pub diff_id: String,
    /// Bytes of the uncompressed layer.
    pub size: u64,
    /// How many entries it has.
    pub entries: usize,
    /// The instruction that made it, by the config's history; secrets are masked.
    pub created_by: Option<String>,
}

/// A file in a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileSummary {
    /// Path without a slash in front.
    pub path: String,
    /// The layer, from 0 at the base.
    pub layer: usize,
    /// Bytes.
    pub size: u64,
}

/// A file of a package that a layer changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModifiedFile {
    /// Path without a slash in front.
    pub path: String,
    /// The layer, from 0 at the base.
    pub layer: usize,
    /// The package that owns it: name, version, release, architecture.
    pub package: String,
    /// `unmanaged`, `distribution`, `architecture`, `third_party`.
    pub change: &'static str,
    /// Whether preflight sees it.
    pub seen: bool,
}

impl Layer {
    /// The instruction that made it, cut to a line and with every secret masked.
    pub(crate) fn instruction(&self) -> Option<String> {
        const LONGEST: usize = 120;
        let line = self.created_by.as_deref()?.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = line.strip_suffix(" # buildkit").unwrap_or(&line);
        // Builders write the build arguments in front: `|1 TOKEN=… /bin/sh -c …`, and BuildKit a `RUN` before them.
        let command = line.strip_prefix("RUN ").unwrap_or(line);
        let shell =
            command.strip_prefix('|').and_then(|rest| rest.split_once("/bin/sh -c ")).map(|(_, run)| run);
        let shell =
            shell.or_else(|| command.strip_prefix("/bin/sh -c ").filter(|_| command.len() < line.len()));
        let line = shell.map_or_else(|| line.to_owned(), |command| format!("RUN {command}"));
        let nop = line.strip_prefix("/bin/sh -c #(nop) ").or_else(|| line.strip_prefix("/bin/sh -c "));
        Some(mask::masked_line(nop.unwrap_or(&line), LONGEST))
    }
}

impl ImageContents {
    /// Why what the layers hold is not known, if it is not.
    pub(crate) fn unread(&self) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.kind.hides_content())?;
        Some(match fault.layer {
            Some(layer) => format!("layer {layer} could not be read to its end"),
            None => "the image could not be read to its end".to_owned(),
        })
    }
}

/// A path without `.`, `..`, doubled or trailing slashes, as far as they can be resolved in it: what `Clean` of Go's package
/// `path` gives. A leading slash stays, and so does a leading `..`.
///
/// ```
/// use rekey_core::image::contents::clean_path;
///
/// let clean = |path: &str| String::from_utf8(clean_path(path.as_bytes()).into()).unwrap();
/// assert_eq!(clean("./usr//bin/"), "usr/bin");
/// assert_eq!(clean("/a/../../b"), "/b");
/// assert_eq!(clean("a/../../b"), "../b");
/// assert_eq!(clean(""), ".");
/// ```
pub fn clean_path(path: &[u8]) -> Box<[u8]> {
    let rooted = path.first() == Some(&b'/');
    let mut clean = Vec::with_capacity(path.len());
    clean.extend(rooted.then_some(b'/'));
    // Up to here nothing can be taken back: the root, or leading `..`.
    let mut fixed = clean.len();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if clean.len() > fixed => {
                let parent = clean.iter().rposition(|b| *b == b'/').unwrap_or(0);
                clean.truncate(parent.max(fixed));
            }
            b".." if rooted => {}
            part => {
                if clean.len() > usize::from(rooted) {
                    clean.push(b'/');
                }
                clean.extend_from_slice(part);
                if part == b".." {
                    fixed = clean.len();
                }
            }
        }
    }
    if clean.is_empty() {
        clean.push(b'.');
    }
    clean.into()
}

/// A package of an RPM database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Package {
    /// Name, such as `bash`.
    pub name: String,
    /// Epoch; none where the header has none.
    pub epoch: Option<u32>,
    /// Version, such as `5.1.8`.
    pub version: String,
    /// Release, such as `9.el9`.
    pub release: String,
    /// Architecture; empty where the header has none, as for `gpg-pubkey`.
    pub arch: String,
    /// Vendor; empty where the header has none.
    pub vendor: String,
    /// When it was installed, in seconds since 1970; 0 where the header does not say.
    pub install_time: u32,
    /// The files it owns, in the order of the header.
    pub files: Vec<PackageFile>,
}

/// A file that a package owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    /// Path from the root, as the header has it: `/usr/bin/bash`.
    pub path: Box<[u8]>,
    /// `RPMFILE_*` of rpm's `rpmfiles.h`: 1 config, 2 documentation, 64 ghost, …
    pub flags: u32,
}

impl Package {
    /// Name, version, release and architecture: `bash-5.1.8-9.el9.x86_64`.
    ///
    /// ```
    /// use rekey_core::image::contents::Package;
    ///
    /// let [name, version, release, arch] = ["bash", "5.1.8", "9.el9", "x86_64"].map(str::to_owned);
    /// let bash = Package { name, version, release, arch, ..Package::default() };
    /// assert_eq!(bash.nvra(), "bash-5.1.8-9.el9.x86_64");
    /// ```
    pub fn nvra(&self) -> String {
        let Self { name, version, release, arch, .. } = self;
        let dot = if arch.is_empty() { "" } else { "." };
        format!("{name}-{version}-{release}{dot}{arch}")
    }
}

/// The same without a copy where the path is clean already.
pub(crate) fn cleaned(path: &[u8]) -> Cow<'_, [u8]> {
    let inner = path.strip_prefix(b"/").unwrap_or(path);
    let is_clean = inner.split(|b| *b == b'/').all(|part| !matches!(part, b"" | b"." | b".."));
    if is_clean { Cow::Borrowed(path) } else { Cow::Owned(clean_path(path).into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_does() {
        // The table of Go's `path/path_test.go`, `cleantests`.
        for (path, clean) in [
            ("", "."),
            ("abc", "abc"),
            ("abc/def", "abc/def"),
            ("a/b/c", "a/b/c"),
            (".", "."),
            ("..", ".."),
            ("../..", "../.."),
            ("../../abc", "../../abc"),
            ("/abc", "/abc"),
            ("/", "/"),
            ("abc/", "abc"),
            ("abc/def/", "abc/def"),
            ("./", "."),
            ("../", ".."),
            ("../../", "../.."),
            ("/abc/", "/abc"),
            ("abc//def//ghi", "abc/def/ghi"),
            ("//abc", "/abc"),
            ("///abc", "/abc"),
            ("//abc//", "/abc"),
            ("abc/./def", "abc/def"),
            ("/./abc/def", "/abc/def"),
            ("abc/.", "abc"),
            ("abc/def/ghi/../jkl", "abc/def/jkl"),
            ("abc/def/../ghi/../jkl", "abc/jkl"),
            ("abc/def/..", "abc"),
            ("abc/def/../..", "."),
            ("/abc/def/../..", "/"),
            ("abc/def/../../..", ".."),
            ("/abc/def/../../..", "/"),
            ("abc/def/../../../ghi/jkl/../../../mno", "../../mno"),
            ("abc/./../def", "def"),
            ("abc//./../def", "def"),
            ("abc/../../././../def", "../../def"),
        ] {
            assert_eq!(String::from_utf8_lossy(&clean_path(path.as_bytes())), clean, "{path:?}");
            assert_eq!(String::from_utf8_lossy(&cleaned(path.as_bytes())), clean, "{path:?}");
        }
    }
}
