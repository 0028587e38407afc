//! Real texts. They belong to other projects and are not part of the repository: `../shared/corpus` beside
//! the checkout.

use std::{fs::File, io::Read, path::Path};

use flate2::read::GzDecoder;

use crate::rows;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");

/// The lines of a file in the archive; `None`, with a message, without the archive.
pub(crate) fn lines(name: &str) -> Option<Vec<String>> {
    let found = read(name);
    if found.is_none() {
        rows::missing(&format!(
            "`{name}`, which is not in `shared/corpus` beside the checkout: a few texts of our own stand in for it"
        ));
    }
    found
}

/// The Dockerfiles of many projects; `None`, with a message, without the archive.
pub(crate) fn dockerfiles() -> Option<Vec<Vec<u8>>> {
    let found = each("dockerfiles-open.tar.gz", |path, file| {
        path.starts_with("files").then(|| {
            let mut content = Vec::new();
            file.read_to_end(&mut content).ok().map(|_| content)
        })?
    });
    if found.is_none() {
        rows::missing(
            "Dockerfiles of others, which are not in `shared/corpus` beside the checkout: a few of our own stand in for them",
        );
    }
    found
}

fn read(name: &str) -> Option<Vec<String>> {
    let found = each("strings-open.tar.gz", |path, file| {
        path.ends_with(name).then(|| {
            let mut text = String::new();
            file.read_to_string(&mut text).ok().map(|_| text)
        })?
    });
    Some(found?.pop()?.lines().map(str::to_owned).collect())
}

/// The results of `take` for the files in an archive.
fn each<T>(archive: &str, mut take: impl FnMut(&Path, &mut dyn Read) -> Option<T>) -> Option<Vec<T>> {
    let file = File::open(Path::new(FOLDER).join(archive)).ok()?;
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut found = Vec::new();
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        let path = entry.path().ok()?.into_owned();
        found.extend(take(path.strip_prefix(".").unwrap_or(&path), &mut entry));
    }
    Some(found)
}
