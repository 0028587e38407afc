//! The package files that layers change without rpm: those that preflight's check `HasModifiedFiles` finds,
//! and those that it misses.
//!
//! Source: `internal/policy/container/has_modified_files.go` of openshift-preflight 1.21.0.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::extract::{
    OPAQUE, SYSIMAGE_DATABASE, VAR_DATABASES, WHITEOUT, is_link, join, split, without_slash,
};
use crate::{
    image::contents::{Database, Entry, EntryKind, ImageContents, Layer, MAX_PATH_BYTES, Package, cleaned},
    target::PreflightVersion,
};

/// A package file that a layer changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileChange {
    /// The layer, from 0 at the base.
    pub(crate) layer: usize,
    /// The package that owns it in this layer, and the one that owned it below if that differs: name,
    /// version, release and architecture.
    pub(crate) package: String,
    pub(crate) before: Option<String>,
    /// The verdict of preflight.
    pub(crate) kind: Modification,
    /// The path without a leading slash.
    pub(crate) path: Vec<u8>,
}

/// The way in which a package file was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Modification {
    /// The package stayed the same and the file did not: the check fails.
    Unmanaged,
    /// The new package is from a different distribution than the old one: the check fails.
    Distribution,
    /// The new package has a different architecture: the check fails.
    Architecture,
    /// Like `Unmanaged`, for a package that does not seem to be Red Hat's: a warning in the log.
    ThirdParty,
}

impl Modification {
    /// The name in output.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Unmanaged => "unmanaged",
            Self::Distribution => "distribution",
            Self::Architecture => "architecture",
            Self::ThirdParty => "third_party",
        }
    }
}

/// The view of the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Viewer {
    /// Preflight's view: only databases below `var/lib/rpm`, and changes behind links are missed.
    Preflight(PreflightVersion),
    /// The complete view: databases in all places that preflight's other check reads, every regular file, and
    /// everything that is removed with a directory.
    Open,
}

/// Flags of files that may be changed: config, documentation, missingok, ghost, license, readme, artifact.
///
/// Source: rpm, `include/rpm/rpmfiles.h`.
const CHANGEABLE: u32 = 1 | 1 << 1 | 1 << 3 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 12;

/// Prefixes of paths whose files may be changed. As in preflight, whose cleaning drops the slash, no slash
/// needs to follow.
const EXCLUDED: &[&str] = &["etc", "var", "run", "usr/lib/.build-id", "usr/tmp"];
/// A further prefix since 1.17.0.
const EXCLUDED_LATER: &str = "usr/share/openstack-dashboard";

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;
const RED_HAT: &str = "Red Hat, Inc.";

/// The package files that layers change, sorted. `dist` is the tag of the distribution in releases of its
/// packages, such as `el9`.
pub(crate) fn modified_files(image: &ImageContents, dist: Option<&str>, eyes: Viewer) -> Vec<FileChange> {
    let mut found = Vec::new();
    let mut below = Table::default();
    // The mode of each file in the last layer that had it.
    let mut modes = HashMap::new();
    for (number, layer) in image.layers.iter().enumerate() {
        let own = database(layer, eyes).and_then(|database| database.packages.as_ref().ok());
        let own = own.map(|packages| Table::of(packages, eyes));
        let changes = changes(layer, &below, eyes);
        if number > 0 {
            let table = own.as_ref().unwrap_or(&below);
            let judge = Judge { below: &below, table, updated: own.is_some(), dist, eyes };
            for (path, mode) in &changes {
                let modification = judge.modification(path, *mode, modes.get(path).copied());
                if let Some((kind, package, before)) = modification {
                    let before = (before != package).then(|| before.to_owned());
                    let package = package.to_owned();
                    found.push(FileChange { layer: number, package, before, kind, path: path.to_vec() });
                }
            }
        }
        modes.extend(changes);
        if let Some(own) = own {
            below = own;
        }
    }
    found.sort();
    found
}

/// The RPM database in a layer.
pub(crate) fn database(layer: &Layer, eyes: Viewer) -> Option<&Database> {
    let places = match eyes {
        Viewer::Preflight(_) => &[VAR_DATABASES[0], VAR_DATABASES[1]][..],
        Viewer::Open => &[SYSIMAGE_DATABASE, VAR_DATABASES[0], VAR_DATABASES[1]],
    };
    if matches!(eyes, Viewer::Preflight(_)) && !is_extracted(layer) {
        return None;
    }
    // Of two entries with the same path in a layer, the last one wins.
    let at = |path: &&str| layer.databases.iter().rfind(|database| *database.path == *path.as_bytes());
    places.iter().find_map(at)
}

/// Returns true if preflight can extract what a layer has below `var/lib/rpm`: it creates a directory only if
/// the layer has an entry for it before the files in it, and gives up otherwise.
fn is_extracted(layer: &Layer) -> bool {
    // A prefix, not a directory: `var/lib/rpm-state` is extracted too.
    const BELOW: &[u8] = b"var/lib/rpm";
    let mut folders = HashSet::new();
    let is_whiteout = |entry: &Entry| split(&entry.path).1.starts_with(WHITEOUT);
    let below = layer.entries.iter().filter(|entry| entry.path.starts_with(BELOW) && !is_whiteout(entry));
    for entry in below {
        match entry.kind {
            EntryKind::Directory => {
                folders.insert(&*entry.path);
                folders.extend(super::extract::parents(&entry.path));
            }
            EntryKind::File if !folders.contains(split(&entry.path).0) => return false,
            _ => {}
        }
    }
    true
}

/// The packages of a layer, and the owners of files.
#[derive(Default)]
struct Table<'i> {
    packages: Vec<Owner<'i>>,
    /// The index of the package that owns a path.
    owners: HashMap<Cow<'i, [u8]>, usize>,
}

struct Owner<'i> {
    /// `name-version-release-architecture`, by which preflight identifies packages.
    key: String,
    package: &'i Package,
}

impl<'i> Table<'i> {
    fn of(packages: &'i [Package], eyes: Viewer) -> Self {
        let mut table = Self::default();
        // Of packages with the same key, the last one wins.
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for package in packages {
            let Package { name, version, release, arch, .. } = package;
            let key = [name, version, release, arch].map(String::as_str).join("-");
            let number = *numbers.entry(key.clone()).or_insert(table.packages.len());
            match table.packages.get_mut(number) {
                Some(owner) => owner.package = package,
                None => table.packages.push(Owner { key, package }),
            }
            for file in package.files.iter().filter(|file| file.flags & CHANGEABLE == 0) {
                let path = cleaned(without_slash(&file.path));
                // No file system has a path that long, and no layer that was read.
                if path.len() > MAX_PATH_BYTES {
                    continue;
                }
                if is_excluded(&path, eyes) {
                    continue;
                }
                match table.owners.get(&path).and_then(|owner| table.packages.get(*owner)) {
                    Some(owner) if is_same_but_architecture(&owner.key, package, eyes) => {}
                    _ => drop(table.owners.insert(path, number)),
                }
            }
        }
        table
    }

    fn owner(&self, path: &[u8]) -> Option<&Owner<'i>> {
        self.packages.get(*self.owners.get(path)?)
    }
}

fn is_excluded(path: &[u8], eyes: Viewer) -> bool {
    let later = match eyes {
        Viewer::Preflight(version) => version.triple() >= (1, 17, 0),
        Viewer::Open => true,
    };
    let excluded = EXCLUDED.iter().chain(later.then_some(&EXCLUDED_LATER));
    excluded.into_iter().any(|prefix| path.starts_with(prefix.as_bytes()))
        || path.starts_with(b"usr/") && path.ends_with(b".cache")
}

/// Returns true if the same package of a different architecture already owns a file: both may.
///
/// Preflight splits its key at dashes, so a name, version or release that contains a dash is never the same.
fn is_same_but_architecture(owner: &str, package: &Package, eyes: Viewer) -> bool {
    let Package { name, version, release, arch, .. } = package;
    let (own_name, own_version, own_release, own_arch) = match eyes {
        Viewer::Preflight(_) => {
            let mut parts = owner.split('-');
            let mut next = || parts.next().unwrap_or_default();
            (next(), next(), next(), next())
        }
        Viewer::Open => {
            let mut parts = owner.rsplitn(4, '-');
            let mut next = || parts.next().unwrap_or_default();
            let (arch, release, version, name) = (next(), next(), next(), next());
            (name, version, release, arch)
        }
    };
    own_name == name && own_version == version && own_release == release && own_arch != arch
}

/// The paths that a layer changes, each with its mode.
fn changes<'i>(layer: &'i Layer, below: &Table<'i>, eyes: Viewer) -> HashMap<Cow<'i, [u8]>, u32> {
    let mut changes = HashMap::new();
    let mut pointed_at = Vec::new();
    for entry in layer.entries.iter().filter(|entry| !entry.capability) {
        let (parent, base) = split(&entry.path);
        let whited = base.strip_prefix(WHITEOUT);
        let is_change = match entry.kind {
            EntryKind::File => true,
            EntryKind::Directory => whited.is_some(),
            kind => is_link(kind),
        };
        if !is_change {
            continue;
        }
        if is_link(entry.kind) {
            pointed_at.push(without_slash(&entry.target));
        }
        let path = match whited.filter(|_| !is_link(entry.kind)) {
            Some(name) => Cow::Owned(without_slash(&join(parent, name)).to_vec()),
            None => Cow::Borrowed(without_slash(&entry.path)),
        };
        changes.insert(path, entry.mode);
    }
    match eyes {
        Viewer::Preflight(_) => {
            for target in pointed_at {
                changes.remove(target);
            }
        }
        Viewer::Open => remove_below(layer, below, &mut changes),
    }
    changes
}

/// Adds the package files in directories that a layer removes, unless the layer has them again.
fn remove_below<'i>(layer: &'i Layer, below: &Table<'i>, changes: &mut HashMap<Cow<'i, [u8]>, u32>) {
    let removed: HashSet<Vec<u8>> = layer.entries.iter().filter_map(removed).collect();
    if removed.is_empty() {
        return;
    }
    let kept: HashSet<&[u8]> = layer.entries.iter().map(|entry| without_slash(&entry.path)).collect();
    for path in below.owners.keys() {
        let gone = super::extract::parents(path).any(|parent| removed.contains(parent));
        if gone && !kept.contains(&**path) {
            changes.entry(path.clone()).or_insert(0);
        }
    }
}

/// The directory whose content an entry removes.
fn removed(entry: &Entry) -> Option<Vec<u8>> {
    let (parent, base) = split(&entry.path);
    let path = match base.strip_prefix(WHITEOUT)? {
        _ if base == OPAQUE => parent.to_vec(),
        name => join(parent, name),
    };
    Some(without_slash(&path).to_vec())
}

/// The inputs for the verdict on one path of a layer.
struct Judge<'t, 'i> {
    below: &'t Table<'i>,
    table: &'t Table<'i>,
    /// True if the layer has its own database.
    updated: bool,
    dist: Option<&'t str>,
    eyes: Viewer,
}

impl<'t> Judge<'t, '_> {
    /// Returns the verdict on a change, with the package that owns the path now and the one that owned it
    /// below.
    fn modification(
        &self,
        path: &[u8],
        mode: u32,
        mode_below: Option<u32>,
    ) -> Option<(Modification, &'t str, &'t str)> {
        let owner = self.table.owner(path)?;
        let Some(below) = self.below.owner(path) else {
            // Without a new table, the owner is the same as below.
            debug_assert!(self.updated, "the same table");
            return None;
        };
        let (new, old) = (owner.package, below.package);
        let is_of_dist = |package: &Package| self.dist.is_some_and(|dist| package.release.contains(dist));
        let kind = if owner.key == below.key {
            if self.drops_privilege(mode, mode_below.unwrap_or(0)) {
                return None;
            }
            let is_foreign = self.dist.is_some() && !is_of_dist(new);
            if is_foreign || new.vendor != RED_HAT && old.vendor != RED_HAT {
                Modification::ThirdParty
            } else if new.install_time > old.install_time {
                return None;
            } else {
                Modification::Unmanaged
            }
        } else if is_of_dist(old) && !is_of_dist(new) {
            Modification::Distribution
        } else if old.arch != new.arch {
            Modification::Architecture
        } else {
            return None;
        };
        Some((kind, &owner.key, &below.key))
    }

    /// Returns true if a setuid or setgid bit was removed, which is allowed since 1.12.0.
    fn drops_privilege(&self, mode: u32, below: u32) -> bool {
        let allowed = match self.eyes {
            Viewer::Preflight(version) => version.triple() >= (1, 12, 0),
            Viewer::Open => true,
        };
        allowed && [SETUID, SETGID].iter().any(|bit| below & bit != 0 && mode & bit == 0)
    }
}
