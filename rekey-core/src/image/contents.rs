//! The contents of a built image: its layers as read from an archive, before any check.

use std::borrow::Cow;

use serde::Serialize;

use crate::{mask, reference::ImageReference};

/// The maximum length of a path in bytes: Linux's `PATH_MAX`.
pub const MAX_PATH_BYTES: usize = 4096;

/// An image as read from an archive: `rekey-image` fills it, [`check_image`](crate::check_image) checks it.
#[derive(Clone, Debug, Default)]
pub struct ImageContents {
    /// The platform that the config names: `linux/amd64`.
    pub platform: String,
    /// The digest of the manifest, if there is one.
    pub digest: Option<String>,
    /// The references by which the archive knows it, the most relevant first.
    pub names: Vec<String>,
    /// The config as it is in the archive: JSON.
    pub config: Vec<u8>,
    /// The layers, the base first.
    pub layers: Vec<Layer>,
    /// The defects of the archive.
    pub faults: Vec<Fault>,
    /// The repository that it was read from, if it was read from a registry.
    pub repository: Option<Repository>,
}

/// A repository of a registry that an image was read from.
///
/// ```
/// use rekey_core::{ImageReference, image::contents::Repository};
///
/// let reference = ImageReference::parse("quay.io/acme/app:latest").unwrap();
/// let repository = Repository::new(reference).tags(vec!["latest".into(), "1.0-1".into()]);
/// assert!(repository.has_version());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    reference: ImageReference,
    tags: Option<Vec<String>>,
}

impl Repository {
    /// The repository of a reference; its tags are unknown.
    pub fn new(reference: ImageReference) -> Self {
        Self { reference, tags: None }
    }

    /// Adds the tags that the registry lists for the repository.
    #[must_use]
    pub fn tags(mut self, tags: Vec<String>) -> Self {
        self.tags = Some(tags);
        self
    }

    /// The reference by which the image was read.
    pub fn reference(&self) -> &ImageReference {
        &self.reference
    }

    /// The tags that the registry lists, if it was asked for them.
    pub fn published(&self) -> Option<&[String]> {
        self.tags.as_deref()
    }

    /// Returns true if it has a tag other than `latest`, or one beside it, which is what preflight looks for
    /// if an image is checked as `latest` or by its digest.
    pub fn has_version(&self) -> bool {
        match self.published() {
            None | Some([]) => false,
            Some([tag]) => !tag.eq_ignore_ascii_case("latest"),
            Some(_) => true,
        }
    }
}

/// One layer of an image.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// The digest of the layer as stored, `sha256:…`.
    pub digest: String,
    /// The digest of the uncompressed layer.
    pub diff_id: String,
    /// The size of the uncompressed layer in bytes.
    pub size: u64,
    /// The instruction that made it, from the config's history.
    pub created_by: Option<String>,
    /// Its entries, in order.
    pub entries: Vec<Entry>,
    /// The RPM databases in it.
    pub databases: Vec<Database>,
    /// The small files in it whose text is needed: each `os-release`, by path.
    pub texts: Vec<(Box<[u8]>, Vec<u8>)>,
}

/// One entry of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, cleaned by [`clean_path`] and otherwise unchecked.
    pub path: Box<[u8]>,
    /// Its kind.
    pub kind: EntryKind,
    /// Permissions with the bits for setuid, setgid and sticky, as in the tar's header.
    pub mode: u32,
    /// The size of a file in bytes.
    pub size: u64,
    /// The target of a link, as written.
    pub target: Box<[u8]>,
    /// True if it has file capabilities (`SCHILY.xattr.security.capability`).
    pub capability: bool,
}

/// The kind of a layer's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Another name for a file.
    Hardlink,
    /// A device, a pipe, or anything else that a tar archive can contain.
    Other,
}

/// An RPM database in a layer.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its path, cleaned.
    pub path: Box<[u8]>,
    /// Its packages in order, or the reason why it cannot be read.
    pub packages: Result<Vec<Package>, Cow<'static, str>>,
}

/// A defect of an archive, or a remark about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its kind.
    pub kind: FaultKind,
    /// The layer that it is in, from 0 at the base.
    pub layer: Option<u32>,
    /// The path in that layer, if it is about one.
    pub path: String,
    /// One line that says what is wrong; it never quotes content.
    pub message: String,
}

impl Fault {
    /// A fault of a layer, or of the image as a whole.
    pub fn new(kind: FaultKind, layer: Option<u32>, message: String) -> Self {
        Self { kind, layer, path: String::new(), message }
    }
}

/// The kinds of fault in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// A digest does not match the bytes that it names.
    Digest,
    /// A layer cannot be read to its end.
    Unreadable,
    /// A limit is exceeded: the rest was not read.
    Limit,
    /// The archive has two indexes that name different images.
    Indexes,
    /// Build attestations are listed beside the image.
    Attestation,
}

impl FaultKind {
    /// Returns true if the fault leaves a part of the image unread.
    fn hides_content(self) -> bool {
        matches!(self, Self::Unreadable | Self::Limit)
    }
}

/// The summary of an image from an archive in a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// `linux/amd64`.
    pub platform: String,
    /// The digest of the manifest, if there is one.
    pub digest: Option<String>,
    /// The references by which the archive knows it.
    pub names: Vec<String>,
    /// The reference by which it was read from a registry.
    pub pulled_from: Option<String>,
    /// The number of tags of the repository that it was read from.
    pub published_tags: Option<usize>,
    /// The layers, the base first.
    pub layers: Vec<LayerSummary>,
    /// The id of the distribution in `os-release`: `el9`.
    pub distribution: Option<String>,
    /// The files below `/licenses`.
    pub licenses: Vec<FileSummary>,
    /// Path of the RPM database that preflight reads.
    pub database: Option<String>,
    /// The installed packages in the database's order: name, version, release and architecture.
    pub packages: Vec<String>,
    /// Package files that layers change without rpm.
    pub modified_files: Vec<ModifiedFile>,
}

/// The summary of a layer in a report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerSummary {
    /// The digest of the layer as stored.
    pub digest: String,
    /// The digest of the uncompressed layer.
    pub diff_id: String,
    /// The size of the uncompressed layer in bytes.
    pub size: u64,
    /// The number of entries.
    pub entries: usize,
    /// The instruction that made it, from the config's history; secrets are masked.
    pub created_by: Option<String>,
}

/// A file in a layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileSummary {
    /// The path without a leading slash.
    pub path: String,
    /// The layer, from 0 at the base.
    pub layer: usize,
    /// The size in bytes.
    pub size: u64,
}

/// A package file that a layer changes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModifiedFile {
    /// The path without a leading slash.
    pub path: String,
    /// The layer, from 0 at the base.
    pub layer: usize,
    /// The package that owns it: name, version, release, architecture.
    pub package: String,
    /// `unmanaged`, `distribution`, `architecture`, `third_party`.
    pub change: &'static str,
    /// True if preflight sees the change.
    pub seen: bool,
}

impl Layer {
    /// The instruction that made it, cut to one line, with every secret masked.
    pub(crate) fn instruction(&self) -> Option<String> {
        const LONGEST: usize = 120;
        let line = self.created_by.as_deref()?.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = line.strip_suffix(" # buildkit").unwrap_or(&line);
        // Builders put build arguments in front: `|1 TOKEN=… /bin/sh -c …`, and BuildKit adds `RUN` before
        // them.
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
    /// The reason why the contents of the layers are unknown, if they are.
    pub(crate) fn unread(&self) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.kind.hides_content())?;
        Some(match fault.layer {
            Some(layer) => format!("layer {layer} could not be read to its end"),
            None => "the image could not be read to its end".to_owned(),
        })
    }
}

/// Cleans a path like `Clean` of Go's package `path`: without `.`, `..`, doubled or trailing slashes, as far
/// as they can be resolved in it. A leading slash stays, and so does a leading `..`.
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
    // Nothing before this can be removed: the root, or a leading `..`.
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
    /// Epoch; `None` if the header has none.
    pub epoch: Option<u32>,
    /// Version, such as `5.1.8`.
    pub version: String,
    /// Release, such as `9.el9`.
    pub release: String,
    /// Architecture; empty if the header has none, as for `gpg-pubkey`.
    pub arch: String,
    /// Vendor; empty if the header has none.
    pub vendor: String,
    /// The time of installation, in seconds since 1970; 0 if the header has none.
    pub install_time: u32,
    /// The files it owns, in the order of the header.
    pub files: Vec<PackageFile>,
}

/// A file that a package owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackageFile {
    /// The path from the root, as in the header: `/usr/bin/bash`.
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

/// Like [`clean_path`], without a copy if the path is already clean.
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
        // The table from Go's `path/path_test.go`, `cleantests`.
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
