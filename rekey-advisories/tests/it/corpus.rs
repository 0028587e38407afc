//! Real documents and package lists with the recorded answers of two other programs, from the folder `shared` beside
//! the checkout.
//!
//! They are not part of this repository: without the folder a test reports that it was skipped.

use std::{collections::BTreeMap, fs::File, io::Read as _, path::Path};

use rekey_advisories::{Evr, Installed};

/// The files by their path.
pub(crate) struct Corpus(BTreeMap<String, Vec<u8>>);

impl Corpus {
    /// Returns the files; `None` without the folder.
    pub(crate) fn read() -> Option<Self> {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpus/advisories.tar.gz"));
        let Ok(file) = File::open(path) else {
            crate::skip::lacks("`advisories.tar.gz`", "put it into `shared/corpus` beside the checkout");
            return None;
        };
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
        let mut files = BTreeMap::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let path = entry.path().unwrap().to_str().unwrap().trim_start_matches("./").to_owned();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            if entry.header().entry_type().is_file() {
                files.insert(path.trim_start_matches("advisories/").to_owned(), bytes);
            }
        }
        Some(Self(files))
    }

    pub(crate) fn file(&self, path: &str) -> &[u8] {
        &self.0[path]
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.file(path)).unwrap()
    }

    /// The VEX documents with their names, those of the archive of texts too.
    pub(crate) fn vex(&self) -> Vec<(String, &[u8])> {
        let plain = self.under("vex-").into_iter().filter(|(path, _)| is_json(path));
        let archive = self.text("vex-legacy/claircore-server.txtar");
        let parts = archive.split("\n-- ").skip(1).filter_map(|part| part.split_once(" --\n"));
        let parts = parts.filter(|(name, _)| is_json(name));
        plain.chain(parts.map(|(name, text)| (name.to_owned(), text.as_bytes()))).collect()
    }

    /// The CSAF advisories with their names; not the template of the guidelines.
    pub(crate) fn advisories(&self) -> Vec<(String, &[u8])> {
        let of = self.under("csaf-advisories/");
        of.into_iter().filter(|(path, _)| path.contains("rhsa-")).collect()
    }

    fn under(&self, folder: &str) -> Vec<(String, &[u8])> {
        let of = self.0.iter().filter(|(path, _)| path.starts_with(folder));
        of.map(|(path, bytes)| (path.clone(), &**bytes)).collect()
    }
}

fn is_json(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "json")
}

/// The package lists with answers.
pub(crate) const LISTS: [&str; 4] =
    ["ubi9_ubi-25076e80", "ubi9_httpd-24-4f118c5c", "httpd-24_9.5-1734525854", "nodejs"];

/// Reads a list: name, EVR, architecture, module, name and EVR of the source, separated by tabs. As in the header of a
/// package, the source has no epoch; one of the lists has wrong ones.
pub(crate) fn packages(list: &str) -> Vec<Installed<'_>> {
    let package =
        |line| {
            let [name, evr, arch, module, source, source_evr] =
                str::split(line, '\t').collect::<Vec<_>>().try_into().unwrap();
            let source_evr = Evr::parse(source_evr).unwrap();
            Installed::new(name, Evr::parse(evr).unwrap(), arch)
                .vendor("Red Hat, Inc.")
                .module(module)
                .source(source, None, source_evr.version(), source_evr.release())
        };
    list.lines().map(package).collect()
}
