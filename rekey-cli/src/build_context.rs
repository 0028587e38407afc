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

/// The folder that a build copies from. Links are not followed, so nothing outside of the folder is looked at.
#[derive(Clone, Debug)]
pub struct ContextFolder {
    folder: Folder,
    ignore_file: Option<Vec<u8>>,
}

impl ContextFolder {
    /// Opens a folder, and reads the `.dockerignore` that holds for that Dockerfile: `<Dockerfile>.dockerignore` beside it,
    /// or else the folder's own.
    ///
    /// # Errors
    /// When the folder cannot be listed, or the list of what to leave out cannot be read.
    pub fn open(path: impl Into<PathBuf>, dockerfile: Option<&Path>) -> Result<Self, ReadError> {
        let path = path.into();
        let folder = Folder::new(&path);
        folder.list(Path::new("")).map_err(|reason| ReadError::new(path.to_string_lossy(), reason))?;
        let own = dockerfile.and_then(|file| {
            let mut name = OsString::from(file.file_name()?);
            name.push(".dockerignore");
            Some((Folder::of(file), name))
        });
        let mut ignore = own.into_iter().chain([(folder.clone(), ".dockerignore".into())]);
        let ignore = ignore.find(|(folder, name)| folder.has(Path::new(name)));
        let read = |(folder, file): (Folder, OsString)| {
            let name = folder.path().join(&file);
            read::file(Location::Below(&folder, Path::new(&file)), &name.to_string_lossy(), Kind::Ignore)
        };
        Ok(Self { folder, ignore_file: ignore.map(read).transpose()? })
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
        self.ignore_file.as_deref()
    }
}
