//! The files that preflight extracts from an image for its checks, which may differ from the files that a
//! container sees.
//!
//! Source: `internal/engine/untar.go` of openshift-preflight 1.21.0, and `pkg/v1/mutate/mutate.go` of
//! google/go-containerregistry 0.21, which flattens the layers.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::image::contents::{Entry, EntryKind, ImageContents, clean_path};

/// The prefix of a whiteout's name.
pub(crate) const WHITEOUT: &[u8] = b".wh.";
/// The whiteout for the content of a directory in all lower layers.
pub(crate) const OPAQUE: &[u8] = b".wh..wh..opq";

/// The paths that preflight extracts: files and the targets of links, since only matching links are followed.
const WANTED: &[&str] = &[
    "licenses",
    "etc/os-release",
    "usr/lib/os-release",
    SYSIMAGE_DATABASE,
    VAR_DATABASES[0],
    VAR_DATABASES[1],
];

/// The path where preflight looks for the RPM database first since 1.14.1.
pub(crate) const SYSIMAGE_DATABASE: &str = "usr/lib/sysimage/rpm/rpmdb.sqlite";
/// The paths where every version looks.
pub(crate) const VAR_DATABASES: [&str; 2] = ["var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages"];

/// The maximum number of passes through the layers that chained links may require.
const ROUNDS_MAX: usize = 8;
/// The maximum number of links in one path, as in Go's `filepath.EvalSymlinks`.
const LINKS_MAX: usize = 255;

/// A file of an image, identified by its layer and entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<'i> {
    /// The number of the layer, from 0 at the base.
    pub(crate) layer: usize,
    /// The entry in it.
    pub(crate) entry: &'i Entry,
}

/// The reason why preflight cannot extract an image, and so checks nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused<'i> {
    /// A path that leads out of the image.
    UnsafePath(Found<'i>),
    /// A file at a path where upper layers have files below it, for which a directory was created.
    FileOnFolder(Found<'i>),
    /// Links that require too many passes through the layers.
    LinkRounds,
}

/// Returns the layers as one tree: the topmost entry for each path, in the order in which preflight sees
/// them.
pub(crate) fn flatten(image: &ImageContents) -> Result<Vec<Found<'_>>, Refused<'_>> {
    let mut seen = Seen::default();
    let mut flat = Vec::new();
    for (layer, entries) in image.layers.iter().map(|layer| &layer.entries).enumerate().rev() {
        let mut opaque = Vec::new();
        for entry in entries {
            let found = Found { layer, entry };
            if is_unsafe_path(&entry.path) {
                return Err(Refused::UnsafePath(found));
            }
            if is_link(entry.kind) && leads_out(entry) {
                continue;
            }
            let (parent, base) = split(&entry.path);
            if base == OPAQUE {
                opaque.push(parent);
                continue;
            }
            let whited = base.strip_prefix(WHITEOUT);
            let name = match whited {
                Some(base) if entry.kind != EntryKind::Directory => join(parent, base),
                _ => entry.path.to_vec(),
            };
            if whited.is_none() && seen.names.contains_key(name.as_slice()) || seen.hide(&name) {
                continue;
            }
            seen.names.insert(name, whited.is_some() || entry.kind != EntryKind::Directory);
            if whited.is_none() {
                flat.push(found);
            }
        }
        // An opaque directory hides the content of lower layers, not its own.
        seen.opaque.extend(opaque);
    }
    Ok(flat)
}

/// The effect of upper layers on lower ones.
#[derive(Default)]
struct Seen<'i> {
    /// Every name seen so far, with true if it hides everything below it, as all entries but directories do.
    names: HashMap<Vec<u8>, bool>,
    opaque: HashSet<&'i [u8]>,
}

impl Seen<'_> {
    fn hide(&self, name: &[u8]) -> bool {
        parents(name).any(|parent| self.names.get(parent) == Some(&true) || self.opaque.contains(parent))
    }
}

/// The files on disk when preflight's checks run. Directories are implied by the names below them.
#[derive(Default)]
pub(crate) struct Extraction<'i> {
    nodes: BTreeMap<Vec<u8>, Node<'i>>,
}

#[derive(Clone)]
enum Node<'i> {
    File(Found<'i>),
    /// The target as a path from the root, without a leading slash.
    Symlink(Vec<u8>),
}

/// The reason why a path leads to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nowhere {
    /// There is nothing at the path.
    Missing,
    /// A file is in the place of a directory, or links form a cycle.
    Astray,
}

/// The target of a path.
pub(crate) enum Target<'i> {
    /// A file.
    File(Found<'i>),
    /// A directory, with its real path.
    Folder(Vec<u8>),
}

impl<'i> Extraction<'i> {
    /// Extracts files as preflight does, pass by pass.
    pub(crate) fn of(flat: &[Found<'i>]) -> Result<Self, Refused<'i>> {
        let mut extracted = Self::default();
        let mut wanted: HashSet<Vec<u8>> = WANTED.iter().map(|path| path.as_bytes().to_vec()).collect();
        for _ in 0..ROUNDS_MAX {
            wanted = extracted.round(flat, wanted)?;
            if wanted.is_empty() {
                return Ok(extracted);
            }
        }
        Err(Refused::LinkRounds)
    }

    /// Returns every file and link, as a container sees them.
    pub(crate) fn whole(flat: &[Found<'i>]) -> Self {
        let mut whole = Self::default();
        let (links, others): (Vec<Found<'i>>, Vec<Found<'i>>) =
            flat.iter().partition(|found| found.entry.kind == EntryKind::Hardlink);
        for found in others {
            let entry = found.entry;
            let node = match entry.kind {
                EntryKind::File => Some(Node::File(found)),
                EntryKind::Symlink => from_root(&entry.path, &entry.target).map(Node::Symlink),
                _ => None,
            };
            if let Some(node) = node {
                whole.insert(without_slash(&entry.path), node);
            }
        }
        for found in links {
            let target = clean_path(without_slash(&found.entry.target));
            if let Some(node) = whole.nodes.get(&*target).cloned() {
                whole.insert(without_slash(&found.entry.path), node);
            }
        }
        whole
    }

    /// Makes one pass through the tree. Targets of links that were not seen are extracted in the next pass.
    fn round(
        &mut self,
        flat: &[Found<'i>],
        mut wanted: HashSet<Vec<u8>>,
    ) -> Result<HashSet<Vec<u8>>, Refused<'i>> {
        let mut open: HashSet<Vec<u8>> = HashSet::new();
        for found in flat {
            let entry = found.entry;
            let name = &*entry.path;
            let is_wanted = wanted.contains(name) || parents(name).any(|parent| wanted.contains(parent));
            if !is_wanted || self.nodes.contains_key(name) {
                continue;
            }
            // Upper layers had files below this path: a link cannot be created there, and a file is fatal.
            let is_folder = self.is_folder(name);
            let node = match entry.kind {
                EntryKind::File if is_folder => return Err(Refused::FileOnFolder(*found)),
                EntryKind::Hardlink | EntryKind::Symlink if is_folder => continue,
                EntryKind::File => Node::File(*found),
                // A link to a file that was not extracted, or not yet, cannot be created and is dropped.
                EntryKind::Hardlink => match self.nodes.get(&*clean_path(&entry.target)) {
                    Some(node) if !entry.target.starts_with(b"/") => node.clone(),
                    _ => continue,
                },
                EntryKind::Symlink => match from_root(name, &entry.target) {
                    Some(target) => Node::Symlink(target),
                    None => continue,
                },
                EntryKind::Directory | EntryKind::Other => continue,
            };
            self.insert(name, node);
            let kept = longest(&open, name);
            if let Some(kept) = kept {
                open.remove(&kept);
            }
            if is_link(entry.kind) {
                // Preflight joins even an absolute target to the link's directory.
                let target = clean_path(&[split(name).0, b"/", &*entry.target].concat()).into_vec();
                if !self.nodes.contains_key(&target) {
                    wanted.insert(target.clone());
                    open.insert(target);
                }
            }
        }
        Ok(open)
    }

    fn insert(&mut self, name: &[u8], node: Node<'i>) {
        self.nodes.insert(name.to_vec(), node);
    }

    /// The names below a path, in order.
    fn below(&self, folder: &[u8]) -> impl Iterator<Item = &[u8]> {
        let start = if folder == b"." { Vec::new() } else { [folder, b"/"].concat() };
        let names = self.nodes.range(start.clone()..).map(|(name, _)| name.as_slice());
        names.take_while(move |name| name.starts_with(&start))
    }

    fn is_folder(&self, path: &[u8]) -> bool {
        self.below(path).next().is_some()
    }

    /// Follows a path from the root, including links.
    pub(crate) fn follow(&self, path: &[u8]) -> Result<Target<'i>, Nowhere> {
        let mut links = 0;
        // The parts that remain, the next one last.
        let mut rest: Vec<&[u8]> = path.split(|b| *b == b'/').rev().collect();
        let mut at: Vec<u8> = Vec::new();
        while let Some(part) = rest.pop() {
            let next = if at.is_empty() { part.to_vec() } else { join(&at, part) };
            match self.nodes.get(&next) {
                Some(Node::Symlink(target)) => {
                    links += 1;
                    if links > LINKS_MAX {
                        return Err(Nowhere::Astray);
                    }
                    at.clear();
                    rest.extend(target.split(|b| *b == b'/').filter(|part| !part.is_empty()).rev());
                }
                Some(Node::File(found)) if rest.is_empty() => return Ok(Target::File(*found)),
                None if self.is_folder(&next) => at = next,
                Some(Node::File(_)) => return Err(Nowhere::Astray),
                None => return Err(Nowhere::Missing),
            }
        }
        let folder = if at.is_empty() { b".".to_vec() } else { at };
        if self.is_folder(&folder) { Ok(Target::Folder(folder)) } else { Err(Nowhere::Missing) }
    }

    /// The file that a path leads to.
    pub(crate) fn file(&self, path: &str) -> Option<Found<'i>> {
        match self.follow(path.as_bytes()) {
            Ok(Target::File(found)) => Some(found),
            Ok(Target::Folder(_)) | Err(_) => None,
        }
    }

    /// Every path below a directory, except directories; links are not followed.
    pub(crate) fn walk(&self, folder: &[u8]) -> Vec<Vec<u8>> {
        // If a link and names below its path come from different layers, the link is visible.
        let is_behind = |name: &[u8]| {
            parents(name).take_while(|parent| *parent != folder).any(|parent| self.nodes.contains_key(parent))
        };
        self.below(folder).filter(|name| !is_behind(name)).map(<[u8]>::to_vec).collect()
    }

    /// Returns true if there is a symbolic link at a path.
    pub(crate) fn is_symlink(&self, path: &[u8]) -> bool {
        matches!(self.nodes.get(path), Some(Node::Symlink(_)))
    }
}

/// The longest of `paths` that equals `name` or is a directory above it.
fn longest(paths: &HashSet<Vec<u8>>, name: &[u8]) -> Option<Vec<u8>> {
    if paths.is_empty() {
        return None;
    }
    std::iter::once(name).chain(parents(name)).find_map(|path| paths.get(path)).cloned()
}

/// The target of a symbolic link, from the root and without a leading slash; `None` if it leads out of the
/// image.
fn from_root(name: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    let folder = split(name).0;
    let joined = match target {
        [b'/', ..] => target.to_vec(),
        // For names at the root, `..` is dropped.
        _ if folder == b"." => [b"/", target].concat(),
        _ => [folder, b"/", target].concat(),
    };
    let clean = clean_path(&joined);
    let inside = clean.strip_prefix(b"/").unwrap_or(&clean);
    (!inside.starts_with(b"..")).then(|| inside.to_vec())
}

pub(crate) fn is_link(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Symlink | EntryKind::Hardlink)
}

/// Returns true if go-containerregistry rejects an image because of a path in it.
fn is_unsafe_path(path: &[u8]) -> bool {
    let clean = clean_path(&slashes(path));
    is_above(&clean) || path.first() == Some(&b'\\') || has_drive(&clean)
}

/// Returns true if go-containerregistry skips a link because its relative target leads out of the image.
pub(crate) fn leads_out(link: &Entry) -> bool {
    let clean = clean_path(&slashes(&link.target));
    match clean.first() {
        Some(b'/') => false,
        _ if has_drive(&clean) => true,
        _ => clean_path(&[split(&link.path).0, b"/", &clean].concat()).starts_with(b".."),
    }
}

fn is_above(clean: &[u8]) -> bool {
    clean == b".." || clean.starts_with(b"../")
}

fn slashes(path: &[u8]) -> Vec<u8> {
    path.iter().map(|b| if *b == b'\\' { b'/' } else { *b }).collect()
}

/// Returns true if a path begins with a Windows drive: `C:`.
fn has_drive(path: &[u8]) -> bool {
    matches!(path, [letter, b':', ..] if letter.is_ascii_alphabetic())
}

/// A path without its leading slash.
pub(crate) fn without_slash(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}

/// The directory and the last part of a cleaned path; the directory of names at the root is `.`.
pub(crate) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|b| *b == b'/') {
        Some(0) => (b"/", path.get(1..).unwrap_or_default()),
        Some(slash) => {
            let (parent, base) = path.split_at(slash);
            (parent, base.get(1..).unwrap_or_default())
        }
        None => (b".", path),
    }
}

/// Joins a directory and a name.
pub(crate) fn join(parent: &[u8], base: &[u8]) -> Vec<u8> {
    match parent {
        b"." => base.to_vec(),
        b"/" => [b"/", base].concat(),
        _ => [parent, b"/", base].concat(),
    }
}

/// The directories above a cleaned path, the nearest first.
pub(crate) fn parents(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::successors(Some(path), |path| {
        let parent = split(path).0;
        (parent != *path && *path != b".").then_some(parent)
    })
    .skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_end_at_the_root() {
        let all = |path: &str| {
            parents(path.as_bytes())
                .map(|path| String::from_utf8_lossy(path).into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(all("a/b/c"), ["a/b", "a", "."]);
        assert_eq!(all("/a/b"), ["/a", "/"]);
        assert_eq!(all("."), Vec::<String>::new());
    }

    #[test]
    fn targets_of_links_are_paths_from_the_root() {
        for (name, target, expected) in [
            ("licenses", "usr/share/licenses", Some("usr/share/licenses")),
            ("licenses", "/usr/share/licenses", Some("usr/share/licenses")),
            ("licenses", "../../usr", Some("usr")),
            ("etc/os-release", "../usr/lib/os-release", Some("usr/lib/os-release")),
            ("etc/os-release", "../../usr", None),
            ("a/b", "/../c", Some("c")),
        ] {
            let found = from_root(name.as_bytes(), target.as_bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{name} -> {target}");
        }
    }
}
