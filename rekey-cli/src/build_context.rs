//! A folder as a build context.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use rekey_core::dockerfile::{BuildContext, Entry, EntryKind};

use crate::read::{self, Kind, ReadError, Reason};

/// The folder that a build copies from. Links are not followed, so nothing outside of the folder is looked at.
#[derive(Clone, Debug)]
pub struct ContextFolder {
    path: PathBuf,
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
        let unreadable = |reason| ReadError::new(path.to_string_lossy(), reason);
        fs::read_dir(&path).map_err(|error| unreadable(Reason::from(error)))?;
        let own = dockerfile.map(|file| {
            let mut name = OsString::from(file);
            name.push(".dockerignore");
            PathBuf::from(name)
        });
        let ignore = own.into_iter().chain([path.join(".dockerignore")]).find(|file| file.is_file());
        let ignore_file =
            ignore.map(|file| read::file(&file, &file.to_string_lossy(), Kind::Config)).transpose()?;
        Ok(Self { path, ignore_file })
    }
}

impl BuildContext for ContextFolder {
    fn list(&self, folder: &str) -> Vec<Entry> {
        let entries = fs::read_dir(self.path.join(folder)).into_iter().flatten().flatten();
        let entry = |entry: fs::DirEntry| {
            // Of the entry itself, not of what it links to.
            let metadata = entry.metadata().ok();
            let kind = match metadata.as_ref().map(fs::Metadata::file_type) {
                Some(kind) if kind.is_dir() => EntryKind::Folder,
                Some(kind) if kind.is_file() => {
                    EntryKind::File(metadata.map_or(0, |metadata| metadata.len()))
                }
                _ => EntryKind::Other,
            };
            Entry { name: entry.file_name().to_string_lossy().into_owned(), kind }
        };
        entries.map(entry).collect()
    }

    fn ignore_file(&self) -> Option<&[u8]> {
        self.ignore_file.as_deref()
    }
}
