//! Real texts. They belong to others and are not part of the repository: `../shared/corpus` beside the checkout.

use std::{fs::File, io::Read as _};

use flate2::read::GzDecoder;

const ARCHIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/strings-open.tar.gz");

/// The lines of a file in the archive; none, and a word about it, where the archive is absent.
pub(crate) fn lines(name: &str) -> Option<Vec<String>> {
    let found = read(name);
    if found.is_none() {
        println!(
            "no `{name}` in `shared/corpus` beside the checkout: a few texts of our own stand in for it"
        );
    }
    found
}

fn read(name: &str) -> Option<Vec<String>> {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(ARCHIVE).ok()?));
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        if entry.path().ok()?.ends_with(name) {
            let mut text = String::new();
            entry.read_to_string(&mut text).ok()?;
            return Some(text.lines().map(str::to_owned).collect());
        }
    }
    None
}
