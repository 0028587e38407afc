//! A folder as a build context.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use rekey_core::dockerfile::{BuildContext, Entry, EntryKind};

use crate::{
    folder::{self, Folder},
    read::{self, Kind, Location, ReadError},
};

/// The folder that a build copies from. Links are not followed, so nothing outside of the folder is read.
#[derive(Clone, Debug)]
pub struct ContextFolder {
    folder: Folder,
    ignore_file: Option<IgnoreFile>,
    /// The ignore file that buildah reads, if it is another one.
    buildah_ignore_file: Option<IgnoreFile>,
}

/// An ignore file of a folder.
#[derive(Clone, Debug)]
struct IgnoreFile {
    name: String,
    text: Vec<u8>,
}

impl ContextFolder {
    /// Opens a folder, and reads the `.dockerignore` that applies to that Dockerfile:
    /// `<Dockerfile>.dockerignore` beside it, or else the folder's own. Buildah tries
    /// `<Dockerfile>.containerignore` after the first and `.containerignore` before the second.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be listed, or if an ignore file cannot be read.
    pub fn open(path: impl Into<PathBuf>, dockerfile: Option<&Path>) -> Result<Self, ReadError> {
        let path = path.into();
        let folder = Folder::new(&path);
        folder.list(Path::new("")).map_err(|reason| ReadError::new(path.to_string_lossy(), reason))?;
        let beside = |end: &str| {
            let file = dockerfile?;
            let mut name = OsString::from(file.file_name()?);
            name.push(end);
            Some((Folder::of(file), name))
        };
        let own = |name: &str| Some((folder.clone(), OsString::from(name)));
        let is_there = |(folder, name): &(Folder, OsString)| folder.has(Path::new(name));
        let docker = [beside(".dockerignore"), own(".dockerignore")];
        let buildah = [beside(".dockerignore"), beside(".containerignore"), own(".containerignore")];
        let buildah = buildah.into_iter().flatten().find(is_there);
        let buildah = buildah.filter(|(_, name)| name.to_string_lossy().ends_with(".containerignore"));
        Ok(Self {
            ignore_file: docker.into_iter().flatten().find(is_there).map(IgnoreFile::read).transpose()?,
            buildah_ignore_file: buildah.map(IgnoreFile::read).transpose()?,
            folder,
        })
    }
}

impl IgnoreFile {
    fn read((folder, file): (Folder, OsString)) -> Result<Self, ReadError> {
        let name = folder.path().join(&file).to_string_lossy().into_owned();
        let text = read::file(Location::Below(&folder, Path::new(&file)), &name, Kind::Ignore)?;
        Ok(Self { name, text })
    }
}

impl BuildContext for ContextFolder {
    fn list(&self, folder: &str) -> Vec<Entry> {
        let entry = |entry: folder::Entry| {
            let kind = match entry.kind {
                folder::EntryKind::File(len) => EntryKind::File(len),
                folder::EntryKind::Folder => EntryKind::Folder,
                folder::EntryKind::Link | folder::EntryKind::Special(_) => EntryKind::Other,
            };
            Entry { name: entry.name.to_string_lossy().into_owned(), kind }
        };
        self.folder.list(Path::new(folder)).unwrap_or_default().into_iter().map(entry).collect()
    }

    fn ignore_file(&self) -> Option<&[u8]> {
        self.ignore_file.as_ref().map(|file| file.text.as_slice())
    }

    fn ignore_file_name(&self) -> Option<&str> {
        self.ignore_file.as_ref().map(|file| file.name.as_str())
    }

    fn buildah_ignore_file(&self) -> Option<(&str, &[u8])> {
        let file = self.buildah_ignore_file.as_ref()?;
        Some((&file.name, &file.text))
    }
}
